"""Whatever arrives, the person who sent it reads one clear message, and the books stay right."""

import json
from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox.fakeslack import LAUNCH, MEI, Person
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import bot_on_stage
from tests.helpers.slack_people import (
    ERROR_ID,
    deliver,
    final_card,
    last_payload,
    next_private,
    outcome_of,
    private,
    propose,
    words,
)
from tests.helpers.stored_rows import check_books, requests_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

URL = "https://v.example.com/a.mp4"
URL_KINDS = {"slash_commands": "commands", "interactive": "app"}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with bot_on_stage(
        tmp_path_factory.mktemp("input") / "prefetch.db",
        PREFETCH_ALLOWED_DOMAINS="v.example.com,*.cdn.example",
    ) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def stage(running: Stage) -> AsyncIterator[Stage]:
    """Nobody starts with an open modal, and nothing was sent that a story did not confirm."""
    mei = running.slack.person(MEI)
    while mei.views:
        await mei.close(mei.views[-1])
    yield running
    check_books(running)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("ftp://v.example.com/a.mp4", "Only addresses that begin with http:// or https://"),
        ("https://other.example/a.mp4", "other.example is not in PREFETCH_ALLOWED_DOMAINS"),
        ("https://u:hush@v.example.com/a.mp4", "The address holds a user name or password"),
        ("http://127.0.0.1/a.mp4", "The host is a private one"),
        ("https://v.example.com/folder/", "This is a directory"),
        ("v.example.com/a.mp4", "put https:// before it"),
        ("https://v.example.com/a.mp4#t=10", "never reaches the CDN"),
        ("https://v.example.com/a.mp4https://v.example.com/b.mp4", "give one address a line"),
        ("https://v.example.com/my film.mp4", "seems to be cut at a blank"),
        ("f488337c31c8e4622f1590735b134c6 or so", "neither an asset ID"),
        ("!§$%& <@U0JUN0001> <!channel> `x` *y*", "neither an asset ID"),
        ("x" * 11_000, "neither an asset ID"),
        (f"https://v.example.com/{'x' * 5000}.mp4", "longer than 4,096 characters"),
        # As many as fit in the message box of the client.
        ("\n".join("x" * 5_001), "Send 1,000 or fewer"),
        (" ".join("x" * 5_001), "Send 1,000 or fewer"),
    ],
    ids=lambda value: value[:30],
)
async def test_command_that_cannot_be_sent_is_answered_once(
    stage: Stage, typed: str, told: str
) -> None:
    mei = stage.slack.person(MEI)
    already = len(private(mei))

    await mei.command(LAUNCH, "/prefetch", typed)
    answer = await next_private(stage, mei, already=already)

    assert told in answer.text
    assert ERROR_ID.search(answer.text)
    assert "hush" not in answer.text
    assert "<@" not in answer.text.replace("<@U0SAM0001>", "")
    assert len(private(mei)) == already + 1
    assert not mei.views
    assert not requests_of(stage)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("word " * 2_200, "neither an asset ID"),
        ("\n".join(["no"] * 3_700), "neither an asset ID"),
        ("\n".join(str(number) for number in range(10_000)), "10,000 lines are too many"),
        ("https://v.example.com/" + "x" * 11_000, "longer than 4,096 characters"),
        ("\x00\ud800\u202e", "neither an asset ID"),
        ("", "no link and no asset ID found"),
    ],
    ids=["words", "lines", "ten thousand", "address", "invisible", "nothing"],
)
async def test_form_that_cannot_be_sent_says_why_under_its_field(
    stage: Stage, typed: str, told: str
) -> None:
    payload = await _form_of(stage)
    payload["view"]["state"]["values"]["targets"]["targets_text"]["value"] = typed

    delivery = await deliver(stage.slack.person(MEI), payload)

    assert delivery.payload is not None
    assert delivery.payload["response_action"] == "errors"
    error = delivery.payload["errors"]["targets"]
    assert told in error
    assert "E-" in error
    assert len(error) <= 2_000


async def test_eleven_thousand_characters_of_addresses_are_read_to_the_last_one(
    stage: Stage,
) -> None:
    payload = await _form_of(stage)
    lines = [f"https://v.example.com/{number:0>80}.mp4" for number in range(102)]
    payload["view"]["state"]["values"]["targets"]["targets_text"]["value"] = "\n".join(lines)

    delivery = await deliver(stage.slack.person(MEI), payload)

    assert delivery.payload is not None
    assert delivery.payload["response_action"] == "update"
    assert "*102 files* in *11 calls*" in json.dumps(delivery.payload["view"])


@pytest.mark.parametrize("key", ["team_id", "channel_id", "user_id", "trigger_id", "command"])
async def test_command_that_lacks_a_key_is_answered_once(stage: Stage, key: str) -> None:
    payload = await _payload_of_command(stage)
    del payload[key]

    await _is_answered_once(stage, payload, "slash_commands")


@pytest.mark.parametrize("text", [7, ["x"], {"a": 1}])
async def test_command_whose_text_is_no_text_is_answered_once(stage: Stage, text: object) -> None:
    payload = await _payload_of_command(stage) | {"text": text}

    await _is_answered_once(stage, payload, "slash_commands")


@pytest.mark.parametrize("key", ["user", "channel", "message", "trigger_id", "callback_id", "type"])
async def test_message_shortcut_that_lacks_a_key_is_answered_once(stage: Stage, key: str) -> None:
    payload = await _payload_of_shortcut(stage)
    del payload[key]

    await _is_answered_once(stage, payload, "interactive")


@pytest.mark.parametrize("message", [[], "text", {"blocks": 7}, {"text": {}, "attachments": [[]]}])
async def test_message_of_another_shape_is_answered_once(stage: Stage, message: object) -> None:
    payload = await _payload_of_shortcut(stage) | {"message": message}

    await _is_answered_once(stage, payload, "interactive")


@pytest.mark.parametrize("actions", [["x"], [{}], [{"action_id": "show_details"}]])
async def test_click_without_a_readable_element_is_answered_once(
    stage: Stage, actions: object
) -> None:
    mei = stage.slack.person(MEI)
    payload = await _payload_of_shortcut(stage) | {"type": "block_actions", "actions": actions}
    payload["response_url"] = mei._response_url("app", LAUNCH)

    await _is_answered_once(stage, payload, "interactive")


@pytest.mark.parametrize("path", ["user", "view.private_metadata", "view.callback_id", "view"])
async def test_confirmation_that_lacks_a_key_sends_nothing_and_says_so(
    stage: Stage, path: str
) -> None:
    mei = stage.slack.person(MEI)
    payload = await _payload_of_confirmation(stage)
    parent, _, key = path.rpartition(".")
    del (payload[parent] if parent else payload)[key]

    delivery = await deliver(mei, payload)

    assert delivery.payload is not None
    assert delivery.payload["response_action"] == "update"
    assert ERROR_ID.search(json.dumps(delivery.payload["view"]))
    assert not requests_of(stage)


async def test_keys_that_nobody_knows_yet_disturb_nothing(stage: Stage) -> None:
    """The only story here that sends something, so it is the last one."""
    mei = stage.slack.person(MEI)
    command = _with_unknown_keys(await _payload_of_command(stage))
    await deliver(mei, command, envelope_type="slash_commands")
    await mei.submit(await mei.next_view())

    card = await final_card(stage)

    assert outcome_of(card) == "succeeded"
    await mei.click(card, "show_details")
    click = _with_unknown_keys(last_payload(stage))
    click["trigger_id"] = mei._trigger(LAUNCH)
    await mei.close(await mei.next_view())
    await deliver(mei, click)
    assert "v.example.com/a.mp4" in words(await mei.next_view())


async def _is_answered_once(stage: Stage, payload: dict[str, Any], envelope_type: str) -> None:
    mei = stage.slack.person(MEI)
    already = len(private(mei))

    delivery = await deliver(mei, payload, envelope_type=envelope_type)
    answer = await next_private(stage, mei, already=already)

    assert delivery.is_acked
    assert ERROR_ID.search(answer.text)
    assert len(private(mei)) == already + 1
    assert not mei.views
    assert not requests_of(stage)


async def _payload_of_command(stage: Stage) -> dict[str, Any]:
    """A command as Slack would send it, not sent yet."""
    mei = stage.slack.person(MEI)
    await mei.close(await propose(mei, URL))
    return _fresh(mei, last_payload(stage), "slash_commands")


async def _payload_of_shortcut(stage: Stage) -> dict[str, Any]:
    mei = stage.slack.person(MEI)
    message = await mei.say(LAUNCH, URL)
    await mei.message_shortcut("prefetch_message", LAUNCH, message.ts)
    await mei.close(await mei.next_view())
    return _fresh(mei, last_payload(stage), "interactive")


async def _form_of(stage: Stage) -> dict[str, Any]:
    """A submission of the form, as Slack would send it once more."""
    mei = stage.slack.person(MEI)
    await mei.command(LAUNCH, "/prefetch")
    await mei.submit(await mei.next_view(), {"targets": {"targets_text": "neither"}})
    return last_payload(stage)


async def _payload_of_confirmation(stage: Stage) -> dict[str, Any]:
    """The form's submission, made to be one of the modal that confirms."""
    form = await _form_of(stage)
    form["view"] |= {"callback_id": "confirm_prefetch", "private_metadata": "no-such-draft"}
    return form


def _fresh(person: Person, payload: dict[str, Any], envelope_type: str) -> dict[str, Any]:
    """With a trigger and a response URL that nobody has used."""
    url = person._response_url(URL_KINDS[envelope_type], LAUNCH)
    return payload | {"response_url": url, "trigger_id": person._trigger(LAUNCH)}


def _with_unknown_keys(payload: dict[str, Any]) -> dict[str, Any]:
    unknown: dict[str, Any] = {"new_in_2030": {"deep": [1, None, {"x": []}]}, "flags": None}
    grown = {**deepcopy(payload), **unknown}
    for part in ("user", "team", "channel", "container"):
        if isinstance(grown.get(part), dict):
            grown[part] |= unknown
    return grown
