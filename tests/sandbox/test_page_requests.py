"""What a person does in the browser, through the page's connection and the real bot."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, NORA, OLD_LAUNCH, RANDOM, SAM, WAR_ROOM
from bot.sandbox.page import SandboxPage
from tests.helpers.page_client import Json, PageTab, opened
from tests.helpers.page_server import page_with_bot

pytestmark = pytest.mark.integration

FILM = "https://v.example.com/film.mp4"


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[SandboxPage]:
    async with page_with_bot(tmp_path) as page:
        yield page


async def confirm_film(tab: PageTab) -> None:
    """Type the command and submit the modal that it opens."""
    await tab.do("say", channel=LAUNCH, text=f"/prefetch {FILM}")
    view = await tab.until(lambda: shown(tab, "confirm_prefetch"))
    answer = await tab.do("submit", view_id=view["id"], values={})
    assert answer["ok"], answer


def shown(tab: PageTab, callback_id: str) -> Json | None:
    """The modal on top, if it is this one."""
    top = tab.views[-1] if tab.views else None
    return top if top and top["callback_id"] == callback_id else None


def card(tab: PageTab, words: str = "(succeeded)") -> Json | None:
    held = tab.messages.get(LAUNCH, {}).values()
    return next((message for message in held if words in message["text"]), None)


async def test_a_whole_request_runs_through_the_page(page: SandboxPage) -> None:
    async with opened(page) as tab:
        await confirm_film(tab)
        final = await tab.until(lambda: card(tab))
        await tab.until(lambda: (tab.ledger["days"] or [{}])[0].get("settled"))
        await tab.until(lambda: not tab.views)
        await tab.until(lambda: any(call["operation"] == "query" for call in tab.calls))

        assert tab.views == []
        assert final["is_bot"]
        assert "About 999 of 1,000 left today" in final["text"]
        assert {call["operation"] for call in tab.calls} == {"create", "query"}
        assert all(call["canonical_request"] for call in tab.calls)


async def test_inspector_shows_acknowledgement_times_and_answers(page: SandboxPage) -> None:
    async with opened(page) as tab:
        await confirm_film(tab)
        await tab.until(lambda: card(tab))
        await tab.until(lambda: any(one["name"] == "chat.postMessage" for one in tab.records))

        acks = [record for record in tab.records if record["kind"] == "ack"]
        calls = {record["name"]: record["facts"] for record in tab.records}
        assert len(acks) == 2
        assert all(0 < record["seconds"] < 3 for record in acks)
        assert calls["views.open"]["answer"]["ok"]
        assert calls["chat.postMessage"]["arguments"]["channel"] == LAUNCH


async def test_ledger_shows_what_the_bot_and_the_cloud_count(page: SandboxPage) -> None:
    async with opened(page) as tab:
        await confirm_film(tab)
        await tab.until(
            lambda: tab.ledger["days"] and tab.ledger["requests"][0]["status"] == "succeeded"
        )

        (day,) = tab.ledger["days"]
        assert (day["limit"], day["settled"], day["reserved"], day["held"]) == (1000, 1, 0, 0)
        assert tab.ledger["cloud"]["charged"] == 1
        assert [entry["kind"] for entry in tab.ledger["entries"]] == ["settle", "reserve"]
        (task,) = tab.ledger["requests"][0]["tasks"]
        assert len(task["task_id"]) == 32


async def test_second_tab_stays_in_step(page: SandboxPage) -> None:
    async with opened(page) as tab, opened(page) as second:
        await confirm_film(tab)
        await tab.until(lambda: card(tab))
        await second.until(lambda: card(second))
        await tab.filled()
        await second.filled()

        assert second.messages == tab.messages
        assert second.views == tab.views
        assert second.records == tab.records


async def test_reloading_loses_nothing(page: SandboxPage) -> None:
    async with opened(page) as tab:
        await confirm_film(tab)
        await tab.until(lambda: card(tab))
        await tab.do("home")
        await tab.until(lambda: tab.home)
        await tab.do("say", channel=LAUNCH, text="/prefetch")
        await tab.until(lambda: shown(tab, "ask_for_targets"))
        await tab.filled()
        async with opened(page) as reloaded:
            assert reloaded.messages == tab.messages
            assert reloaded.views == tab.views
            assert reloaded.home == tab.home
            assert reloaded.records == tab.records
            assert reloaded.calls == tab.calls


async def test_what_a_tab_began_is_carried_on_when_it_is_closed(page: SandboxPage) -> None:
    async with opened(page) as tab:
        await tab.do("say", channel=LAUNCH, text=f"/prefetch {FILM}")
        view = await tab.until(lambda: shown(tab, "confirm_prefetch"))
        await tab.send(f'{{"id": 9, "do": "submit", "view_id": "{view["id"]}"}}')

    async with opened(page) as later:
        await later.until(lambda: card(later))
        assert later.views == []


async def test_another_person_sees_neither_modal_nor_private_note(page: SandboxPage) -> None:
    async with opened(page) as tab, opened(page, JUN) as other:
        await tab.do("say", channel=LAUNCH, text="/prefetch quota")
        await tab.until(lambda: tab.texts(LAUNCH))
        await tab.do("say", channel=LAUNCH, text="/prefetch")
        await tab.until(lambda: tab.views)
        await other.filled()

        (note,) = tab.messages[LAUNCH].values()
        assert note["is_ephemeral"]
        assert other.messages.get(LAUNCH, {}) == {}
        assert other.views == []


async def test_missing_input_is_told_under_its_field_and_can_be_repaired(
    page: SandboxPage,
) -> None:
    async with opened(page) as tab:
        await tab.do("command", channel=LAUNCH, command="/prefetch", text="")
        view = await tab.until(lambda: shown(tab, "ask_for_targets"))
        refused = await tab.do("submit", view_id=view["id"], values={})
        kept = shown(tab, "ask_for_targets")
        values = {"targets": {"targets_text": FILM}}
        repaired = await tab.do("submit", view_id=view["id"], values=values)

        assert not refused["ok"]
        assert "targets" in refused["error"]
        assert kept is not None
        assert kept["errors"] == {"targets": "Please complete this required field."}
        assert repaired["ok"]
        await tab.until(lambda: shown(tab, "confirm_prefetch"))


async def test_button_of_a_message_opens_its_modal(page: SandboxPage) -> None:
    async with opened(page) as tab:
        await confirm_film(tab)
        final = await tab.until(lambda: card(tab))
        surface = {"message": {"channel": LAUNCH, "ts": final["ts"]}}

        answer = await tab.do("click", surface=surface, action_id="show_details")
        await tab.until(lambda: shown(tab, "request_details"))
        await tab.do("close", view_id=tab.views[-1]["id"])

        assert answer["delivery"]["error"] is None
        assert tab.views == []


async def test_both_shortcuts_open_their_modals(page: SandboxPage) -> None:
    async with opened(page) as tab:
        said = await tab.do("say", channel=LAUNCH, text=f"the film is {FILM}")
        ts = said["result"]["ts"]
        await tab.do("message_shortcut", callback_id="prefetch_message", channel=LAUNCH, ts=ts)
        await tab.until(lambda: shown(tab, "confirm_prefetch"))
        await tab.do("close", view_id=tab.views[-1]["id"])
        await tab.do("global_shortcut", callback_id="prefetch_files")
        await tab.until(lambda: shown(tab, "ask_for_targets"))


async def test_button_of_app_home_opens_the_form_with_a_channel_to_choose(
    page: SandboxPage,
) -> None:
    async with opened(page) as tab:
        await tab.do("home")
        await tab.until(lambda: tab.home)
        await tab.do("click", surface={"home": True}, action_id="prefetch_from_home")
        view = await tab.until(lambda: shown(tab, "ask_for_targets"))
        values = {"targets": {"targets_text": FILM}, "channel": {"channel_choice": RANDOM}}

        await tab.do("submit", view_id=view["id"], values=values)

        await tab.until(lambda: shown(tab, "confirm_prefetch"))


async def test_unknown_command_is_answered_as_slack_does(page: SandboxPage) -> None:
    async with opened(page) as tab:
        answer = await tab.do("say", channel=LAUNCH, text="/prefetsch x")

        assert answer["delivery"]["error"] == "invalid_command"
        assert tab.texts(LAUNCH) == ["/prefetsch is not a valid command."]


async def test_file_goes_up_and_is_sent_with_a_message(page: SandboxPage) -> None:
    content = base64.b64encode(FILM.encode()).decode()
    async with opened(page) as tab:
        up = await tab.do("upload", name="list.txt", mimetype="text/plain", content_base64=content)
        await tab.do("say", channel=LAUNCH, text="", files=[up["result"]["id"]])

        (message,) = tab.messages[LAUNCH].values()
        assert message["files"] == [
            {
                "id": up["result"]["id"],
                "name": "list.txt",
                "mimetype": "text/plain",
                "size": len(FILM),
            }
        ]


async def test_file_goes_up_and_is_read_from_the_form(tmp_path: Path) -> None:
    content = base64.b64encode(f"url\n{FILM}\n".encode("utf-16")).decode()
    async with page_with_bot(tmp_path, with_optional_scopes=True) as page, opened(page) as tab:
        up = await tab.do("upload", name="list.csv", mimetype="text/csv", content_base64=content)
        await tab.do("say", channel=LAUNCH, text="/prefetch")
        form = await tab.until(lambda: shown(tab, "ask_for_targets"))
        values = {"files": {"files_choice": [up["result"]["id"]]}}
        await tab.do("submit", view_id=form["id"], values=values)
        confirmation = await tab.until(lambda: shown(tab, "confirm_prefetch"))

        assert FILM in str(confirmation["blocks"])
        assert "Read list.csv" in str(confirmation["blocks"])


@pytest.mark.parametrize(
    ("person", "channels"),
    [
        (MEI, {LAUNCH, RANDOM, OLD_LAUNCH, WAR_ROOM}),
        (SAM, {LAUNCH, RANDOM, OLD_LAUNCH}),
        (NORA, {LAUNCH, RANDOM, OLD_LAUNCH}),
    ],
)
async def test_hello_names_the_channels_that_the_person_may_know(
    page: SandboxPage, person: str, channels: set[str]
) -> None:
    async with opened(page, person) as tab:
        named = {channel["id"] for channel in tab.hello["channels"] if channel["kind"] != "im"}
        (direct,) = [c for c in tab.hello["channels"] if c["kind"] == "im"]

        assert named == channels
        assert direct["is_member"]
        assert direct["bot_is_member"]


async def test_command_longer_than_the_message_box_is_refused_and_not_cut(
    page: SandboxPage,
) -> None:
    async with opened(page) as tab:
        answer = await tab.do("say", channel=LAUNCH, text="/prefetch " + "x" * 12_000)

    assert not answer["ok"]
    assert "12,010 characters long and the message box takes 12,000" in str(answer)
