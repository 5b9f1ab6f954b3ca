"""What the Slack client lets a person do, and what it does not."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.fakeslack import (
    JUN,
    LAUNCH,
    MEI,
    NORA,
    OLD_LAUNCH,
    WAR_ROOM,
    CannotDoError,
    FakeSlack,
    Person,
)
from tests.helpers.slack_app import MANIFEST, SocketApp, button, call, modal, section

pytestmark = pytest.mark.integration


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST) as server, SocketApp(server):
        yield server


@pytest.fixture
def mei(slack: FakeSlack) -> Person:
    return slack.person(MEI)


async def test_nobody_writes_in_an_archived_channel(mei: Person) -> None:
    with pytest.raises(CannotDoError, match="archived"):
        await mei.command(OLD_LAUNCH, "/prefetch")


@pytest.mark.parametrize("text", ["x" * 12_000, "影" * 11_995, "🎬" * 6_000])
async def test_command_longer_than_the_message_box_is_refused_and_not_cut(
    slack: FakeSlack, mei: Person, text: str
) -> None:
    with pytest.raises(CannotDoError, match="the message box takes 12,000"):
        await mei.command(LAUNCH, "/prefetch", text)

    assert mei.sees(LAUNCH) == []


async def test_only_members_write_in_a_channel(slack: FakeSlack) -> None:
    with pytest.raises(CannotDoError, match="not a member"):
        await slack.person(NORA).say(WAR_ROOM, "hello")


async def test_private_channel_is_read_by_its_members(slack: FakeSlack, mei: Person) -> None:
    await mei.say(WAR_ROOM, "quiet")

    assert [m.text for m in slack.person(JUN).sees(WAR_ROOM)] == ["quiet"]
    assert slack.person(NORA).sees(WAR_ROOM) == []


async def test_no_shortcut_on_a_message_that_one_cannot_see(slack: FakeSlack, mei: Person) -> None:
    said = await mei.say(WAR_ROOM, "quiet")

    with pytest.raises(CannotDoError, match="finds no message"):
        await slack.person(NORA).message_shortcut("on_message", WAR_ROOM, said.ts)


async def test_buttons_and_shortcuts_need_interactivity_in_the_manifest() -> None:
    async with (
        FakeSlack({**MANIFEST, "settings": {"socket_mode_enabled": True}}) as slack,
        SocketApp(slack),
    ):
        with pytest.raises(CannotDoError, match="interactivity is off"):
            await slack.person(MEI).global_shortcut("anywhere")


async def test_button_of_the_right_message_is_pressed(slack: FakeSlack, mei: Person) -> None:
    for name in ("first", "second"):
        blocks = [section(name, accessory=button("retry", value=name))]
        await call(slack, "chat.postMessage", channel=LAUNCH, text=name, blocks=blocks)
    await mei.next_message(LAUNCH)
    second = await mei.next_message(LAUNCH)

    delivery = await mei.click(second, "retry")

    payload = delivery.envelope["payload"]
    assert payload["actions"][0]["value"] == "second"
    assert payload["container"]["message_ts"] == second.ts


async def test_deleted_message_cannot_be_clicked(slack: FakeSlack, mei: Person) -> None:
    blocks = [section("card", accessory=button("retry"))]
    await call(slack, "chat.postMessage", channel=LAUNCH, text="card", blocks=blocks)
    card = await mei.next_message(LAUNCH)
    await call(slack, "chat.delete", channel=LAUNCH, ts=card.ts)

    with pytest.raises(CannotDoError, match="does not see"):
        await mei.click(card, "retry")


async def test_new_modal_takes_the_place_of_the_one_before(slack: FakeSlack, mei: Person) -> None:
    for title in ("First", "Second"):
        command = await mei.command(LAUNCH, "/prefetch")
        trigger = command.envelope["payload"]["trigger_id"]
        await call(slack, "views.open", trigger_id=trigger, view=modal(title=title))

    assert [view.title for view in mei.views] == ["Second"]


async def test_next_view_gives_each_state_of_a_modal_once(slack: FakeSlack, mei: Person) -> None:
    command = await mei.command(LAUNCH, "/prefetch")
    trigger = command.envelope["payload"]["trigger_id"]
    await call(slack, "views.open", trigger_id=trigger, view=modal())
    opened = await mei.next_view()
    with pytest.raises(TimeoutError):
        await mei.next_view(0.01)

    await call(slack, "views.update", view_id=opened.id, view=modal(title="Newer"))

    assert (await mei.next_view()).title == "Newer"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("see https://h/a.mp4.", "https://h/a.mp4"),
        ("(https://h/a.mp4)", "https://h/a.mp4"),
        ("https://h/a_(1).mp4, and more", "https://h/a_(1).mp4"),
        ("https://h/a_(1)!?", "https://h/a_(1)"),
        ("预热https://h/a.mp4。", "https://h/a.mp4"),
    ],
)
async def test_link_of_the_composer_leaves_out_the_punctuation_behind_it(
    mei: Person, typed: str, address: str
) -> None:
    message = await mei.say(LAUNCH, typed)

    elements = message.blocks[0]["elements"][0]["elements"]
    assert [element["url"] for element in elements if element["type"] == "link"] == [address]
    assert "".join(element.get("url") or element["text"] for element in elements) == typed
    assert f"<{address}>" in message.text
