"""FakeSlack's modals and home tabs: triggers, hashes, stacks, and what an ack does to them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI, FakeSlack, IncompleteFormError, Person, View
from bot.sandbox.fakeslack.refusals import CannotDoError
from tests.helpers.slack_app import (
    MANIFEST,
    SocketApp,
    button,
    call,
    modal,
    section,
    text,
    text_input,
)

pytestmark = pytest.mark.integration


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST, now=clock) as server:
        yield server


@pytest.fixture
async def app(slack: FakeSlack) -> AsyncIterator[SocketApp]:
    async with SocketApp(slack) as socket_app:
        yield socket_app


@pytest.fixture
def mei(slack: FakeSlack) -> Person:
    return slack.person(MEI)


async def trigger_of(mei: Person) -> str:
    delivery = await mei.command(LAUNCH, "/prefetch")
    return str(delivery.envelope["payload"]["trigger_id"])


async def open_modal(slack: FakeSlack, mei: Person, view: dict[str, Any] | None = None) -> View:
    answer = await call(slack, "views.open", trigger_id=await trigger_of(mei), view=view or modal())
    assert answer["ok"], answer
    return await mei.next_view()


async def test_trigger_opens_a_modal_for_three_seconds(
    slack: FakeSlack, app: SocketApp, mei: Person, clock: Clock
) -> None:
    in_time, too_late = await trigger_of(mei), await trigger_of(mei)

    clock.seconds += 3
    opened = await call(slack, "views.open", trigger_id=in_time, view=modal())
    clock.seconds += 0.1
    refused = await call(slack, "views.open", trigger_id=too_late, view=modal())

    assert opened["ok"]
    assert refused["error"] == "expired_trigger_id"


async def test_trigger_opens_one_modal(slack: FakeSlack, app: SocketApp, mei: Person) -> None:
    trigger = await trigger_of(mei)

    await call(slack, "views.open", trigger_id=trigger, view=modal())
    again = await call(slack, "views.open", trigger_id=trigger, view=modal())

    assert again["error"] == "exchanged_trigger_id"


async def test_trigger_that_slack_never_issued_is_invalid(slack: FakeSlack) -> None:
    answer = await call(slack, "views.open", trigger_id="1.2.made-up", view=modal())

    assert answer["error"] == "invalid_trigger_id"


@pytest.mark.parametrize(
    ("view", "error", "message"),
    [
        (modal(title="x" * 25), "invalid_arguments", "must be less than 25 characters"),
        ({"type": "home", "blocks": [section("x")]}, "invalid_arguments", "must be a modal view"),
        ("modal", "invalid_arguments", "must provide an object"),
        (modal(section("ж" * 1300, block_id="b")), "", ""),
    ],
)
async def test_view_is_checked_and_a_refused_one_spends_no_trigger(
    slack: FakeSlack, app: SocketApp, mei: Person, view: object, error: str, message: str
) -> None:
    trigger = await trigger_of(mei)

    answer = await call(slack, "views.open", trigger_id=trigger, view=view)

    assert answer.get("error", "") == error
    assert message in str(answer.get("response_metadata", ""))
    retry = await call(slack, "views.open", trigger_id=trigger, view=modal())
    assert retry["ok"] == bool(error)


async def test_view_above_250_kilobytes_is_too_large(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    blocks = [section("ж" * 2900) for _ in range(50)]

    answer = await call(slack, "views.open", trigger_id=await trigger_of(mei), view=modal(*blocks))

    assert answer["error"] == "view_too_large"


async def test_update_with_an_old_hash_conflicts(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    opened = await open_modal(slack, mei)
    body = modal(title="Newer")

    first = await call(slack, "views.update", view_id=opened.id, hash=opened.hash, view=body)
    second = await call(slack, "views.update", view_id=opened.id, hash=opened.hash, view=body)

    assert first["view"]["hash"] != opened.hash
    assert second["error"] == "hash_conflict"
    assert (await mei.next_view()).title == "Newer"


async def test_update_keeps_what_a_person_already_typed(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    opened = await open_modal(slack, mei)
    await mei.choose(opened, "typed", "https://cdn.example.com/a")

    answer = await call(slack, "views.update", view_id=opened.id, view=modal(title="Newer"))

    typed = answer["view"]["state"]["values"]["links"]["typed"]
    assert typed == {"type": "plain_text_input", "value": "https://cdn.example.com/a"}


async def test_closed_view_is_not_found(slack: FakeSlack, app: SocketApp, mei: Person) -> None:
    opened = await open_modal(slack, mei)
    await mei.close(opened)

    answer = await call(slack, "views.update", view_id=opened.id, view=modal())

    assert answer["error"] == "not_found"


async def test_external_id_finds_its_view_and_belongs_to_one(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    await open_modal(slack, mei, modal(external_id="draft-1"))

    found = await call(
        slack,
        "views.update",
        external_id="draft-1",
        view=modal(title="Newer", external_id="draft-1"),
    )
    twice = await call(
        slack, "views.open", trigger_id=await trigger_of(mei), view=modal(external_id="draft-1")
    )

    assert found["view"]["title"]["text"] == "Newer"
    assert twice["error"] == "duplicate_external_id"


async def test_stack_holds_three_views(slack: FakeSlack, app: SocketApp, mei: Person) -> None:
    clickable = modal(section("more", accessory=button("more")))
    view = await open_modal(slack, mei, clickable)
    answers = []

    for _ in range(3):
        click = await mei.click(view, "more")
        trigger = click.envelope["payload"]["trigger_id"]
        answers.append(await call(slack, "views.push", trigger_id=trigger, view=clickable))
        view = mei.views[-1]

    assert [answer.get("error") for answer in answers] == [None, None, "push_limit_reached"]
    assert answers[1]["view"]["root_view_id"] == mei.views[0].id
    assert answers[1]["view"]["previous_view_id"] == mei.views[1].id


async def test_trigger_from_outside_a_modal_pushes_nothing(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    await open_modal(slack, mei)

    answer = await call(
        slack, "views.push", trigger_id=await trigger_of(mei), view=modal(title="Next")
    )

    assert answer["error"] == "invalid_trigger_id"


async def test_home_is_published_for_one_person(slack: FakeSlack, mei: Person) -> None:
    home = {"type": "home", "blocks": [section("hello")]}

    first = await call(slack, "views.publish", user_id=MEI, view=home)
    stale = await call(slack, "views.publish", user_id=MEI, view=home, hash="1.old")
    nobody = await call(slack, "views.publish", user_id="U0NOBODY", view=home)

    assert first["view"]["type"] == "home"
    assert mei.home is not None
    assert stale["error"] == "hash_conflict"
    assert nobody["error"] == "user_not_found"


async def test_home_needs_its_tab_in_the_manifest() -> None:
    manifest = {**MANIFEST, "features": {}}
    async with FakeSlack(manifest) as slack:
        home = {"type": "home", "blocks": [section("hello")]}
        answer = await call(slack, "views.publish", user_id=MEI, view=home)

    assert answer["error"] == "not_enabled"


async def test_required_input_keeps_the_modal_open(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    opened = await open_modal(slack, mei)
    heard = len(app.heard)

    with pytest.raises(IncompleteFormError, match="required"):
        await mei.submit(opened)

    assert "links" in mei.views[-1].errors
    assert len(app.heard) == heard


@pytest.mark.parametrize(
    ("limits", "typed"),
    [({"max_length": 5}, "123456"), ({"min_length": 3}, "12"), ({"max_length": 3}, "😀😀")],
)
async def test_length_limits_are_the_clients_business(
    slack: FakeSlack, app: SocketApp, mei: Person, limits: dict[str, Any], typed: str
) -> None:
    opened = await open_modal(slack, mei, modal(text_input(**limits)))

    with pytest.raises(IncompleteFormError, match="Must be"):
        await mei.submit(opened, {"links": {"typed": typed}})


async def test_person_cannot_fill_in_what_is_not_there(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    opened = await open_modal(slack, mei)

    with pytest.raises(CannotDoError, match="no input"):
        await mei.submit(opened, {"link": {"typed": "x"}})


async def test_person_cannot_submit_without_a_submit_button(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    body = modal(section("only to read"))
    del body["submit"]
    opened = await open_modal(slack, mei, body)

    with pytest.raises(CannotDoError, match="submit"):
        await mei.submit(opened)


async def test_person_cannot_touch_a_covered_or_closed_modal(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    opened = await open_modal(slack, mei)
    app.answer = {"response_action": "push", "view": modal(title="On top")}
    await mei.submit(opened, {"links": {"typed": "x"}})

    with pytest.raises(CannotDoError, match="on the screen"):
        await mei.submit(opened, {"links": {"typed": "x"}})


OPTIONS = [{"text": text(name), "value": name} for name in ("a", "b")]


@pytest.mark.parametrize(
    ("element", "value", "held"),
    [
        ({"type": "plain_text_input"}, "x", {"value": "x"}),
        ({"type": "url_text_input"}, "https://x", {"value": "https://x"}),
        ({"type": "static_select", "options": OPTIONS}, "b", {"selected_option": OPTIONS[1]}),
        ({"type": "radio_buttons", "options": OPTIONS}, "a", {"selected_option": OPTIONS[0]}),
        ({"type": "checkboxes", "options": OPTIONS}, ["a"], {"selected_options": [OPTIONS[0]]}),
        (
            {"type": "multi_static_select", "options": OPTIONS},
            ["a", "b"],
            {"selected_options": OPTIONS},
        ),
        ({"type": "conversations_select"}, LAUNCH, {"selected_conversation": LAUNCH}),
        ({"type": "channels_select"}, LAUNCH, {"selected_channel": LAUNCH}),
        ({"type": "users_select"}, MEI, {"selected_user": MEI}),
        ({"type": "multi_users_select"}, [MEI], {"selected_users": [MEI]}),
        ({"type": "datepicker"}, "2026-11-24", {"selected_date": "2026-11-24"}),
        ({"type": "timepicker"}, "18:00", {"selected_time": "18:00"}),
        ({"type": "datetimepicker"}, 1_800_000_000, {"selected_date_time": 1_800_000_000}),
        ({"type": "file_input"}, [{"id": "F0"}], {"files": [{"id": "F0"}]}),
    ],
)
async def test_each_kind_of_input_has_its_own_shape_of_value(
    slack: FakeSlack,
    app: SocketApp,
    mei: Person,
    element: dict[str, Any],
    value: object,
    held: dict[str, Any],
) -> None:
    block = text_input() | {"element": {"action_id": "typed", **element}}
    opened = await open_modal(slack, mei, modal(block))

    delivery = await mei.submit(opened, {"links": {"typed": value}})

    values = delivery.envelope["payload"]["view"]["state"]["values"]
    assert values["links"]["typed"] == {"type": element["type"], **held}


async def test_option_that_is_not_offered_cannot_be_chosen(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    element = {"type": "static_select", "action_id": "typed", "options": OPTIONS}
    opened = await open_modal(slack, mei, modal(text_input() | {"element": element}))

    with pytest.raises(CannotDoError, match="offers"):
        await mei.submit(opened, {"links": {"typed": "c"}})


async def test_suggested_option_can_be_chosen(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    element = {"type": "external_select", "action_id": "typed"}
    opened = await open_modal(slack, mei, modal(text_input() | {"element": element}))
    app.answer = {"options": OPTIONS}
    asked = await mei.suggest(opened, "links", "typed", "launch")
    app.answer = None

    delivery = await mei.submit(opened, {"links": {"typed": "b"}})

    assert asked.envelope["payload"]["value"] == "launch"
    values = delivery.envelope["payload"]["view"]["state"]["values"]
    assert values["links"]["typed"]["selected_option"] == OPTIONS[1]


async def test_suggestions_that_slack_would_not_show_are_an_error(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    element = {"type": "external_select", "action_id": "typed"}
    opened = await open_modal(slack, mei, modal(text_input() | {"element": element}))
    app.answer = {"options": [{"text": text("x" * 76), "value": "v"}]}

    delivery = await mei.suggest(opened, "links", "typed", "launch")

    assert delivery.error == "invalid_options"


async def test_current_conversation_is_filled_in_and_brings_a_response_url(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    element = {
        "type": "conversations_select",
        "action_id": "typed",
        "default_to_current_conversation": True,
        "response_url_enabled": True,
    }
    opened = await open_modal(slack, mei, modal(text_input() | {"element": element}))

    delivery = await mei.submit(opened)

    (url,) = delivery.envelope["payload"]["response_urls"]
    assert (url["channel_id"], url["block_id"]) == (LAUNCH, "links")


FILLED = {"links": {"typed": "x"}}


async def test_empty_ack_closes_the_modal(slack: FakeSlack, app: SocketApp, mei: Person) -> None:
    opened = await open_modal(slack, mei)

    await mei.submit(opened, FILLED)

    assert mei.views == ()


async def test_errors_in_the_ack_stand_under_their_input(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    opened = await open_modal(slack, mei)
    app.answer = {"response_action": "errors", "errors": {"links": "Only http and https."}}

    delivery = await mei.submit(opened, FILLED)

    assert delivery.error is None
    assert mei.views[-1].errors == {"links": "Only http and https."}


async def test_update_in_the_ack_changes_the_same_view(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    opened = await open_modal(slack, mei)
    app.answer = {"response_action": "update", "view": modal(title="Sent")}

    await mei.submit(opened, FILLED)

    assert [(view.id, view.title) for view in mei.views] == [(opened.id, "Sent")]


async def test_clear_in_the_ack_closes_the_whole_stack(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    opened = await open_modal(slack, mei)
    app.answer = {"response_action": "push", "view": modal(title="On top")}
    await mei.submit(opened, FILLED)
    app.answer = {"response_action": "clear"}

    await mei.submit(mei.views[-1], FILLED)

    assert mei.views == ()


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"note": "not an input"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"links": ""}},
        {"response_action": "update", "view": modal(title="x" * 25)},
        {"response_action": "explode"},
        {"text": "a message is no answer to a modal"},
    ],
)
async def test_ack_that_slack_cannot_follow_leaves_trouble_connecting(
    slack: FakeSlack, app: SocketApp, mei: Person, answer: dict[str, Any]
) -> None:
    note = section("note", block_id="note")
    opened = await open_modal(slack, mei, modal(text_input(), note))
    app.answer = answer

    delivery = await mei.submit(opened, FILLED)

    assert delivery.error == "invalid_view_response"
    assert mei.views[-1].notice == "We had some trouble connecting. Try again?"


async def test_closing_is_reported_only_when_asked_for(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    quiet = await mei.close(await open_modal(slack, mei))
    told = await mei.close(await open_modal(slack, mei, modal(notify_on_close=True)))

    assert quiet is None
    assert told is not None
    assert told.envelope["payload"]["type"] == "view_closed"
    assert told.envelope["payload"]["is_cleared"] is False
