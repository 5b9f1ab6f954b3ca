"""A click whose button names another request than its card: nothing happens to either."""

from copy import deepcopy
from pathlib import Path
from typing import Any

from sqlmodel import select

from bot.blocks import ids
from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, RANDOM, SAM, Message, Person
from bot.sandbox.stage import Stage
from handlers import routes
from handlers.routing import Kind
from storage.tables import AuditRow, CallRow, RequestRow
from tests.helpers.running_bot import MANIFEST, bot_on, quick_levers
from tests.helpers.slack_people import (
    cards,
    deliver,
    last_payload,
    prefetch,
    request_id,
)
from tests.helpers.stored_rows import reading

URL = "https://v.example.com/a.mp4"
Payload = dict[str, Any]
BUTTONS = sorted(
    {
        route.id
        for route in routes("/prefetch")
        if route.kind is Kind.ACTION and isinstance(route.id, str)
    }
    - {ids.LOOK_BUTTON, ids.ADD_BUTTON}  # tests/scenarios/test_playlists.py forges these
    - {ids.SEND_AT_INPUT, ids.KEEP_FIRST_BUTTON, ids.REVIEW_BUTTON, ids.PREFETCH_BUTTON}
    - {ids.LEAVE_ENDED_BUTTON, ids.LEAVE_DOUBTFUL_BUTTON}
)
"""Those whose value is a request."""


async def clicked(stage: Stage, person: Person, message: Message) -> Payload:
    """What Slack says of a click of this person on a card."""
    await person.click(message, ids.DETAILS_BUTTON)
    await person.close(await person.next_view())
    return last_payload(stage)


def forged(stage: Stage, payload: Payload, button: str, value: str) -> Payload:
    """The click with another button in it; the trigger is one that Slack never gave."""
    urls, user_id = stage.slack._backend.response_urls, payload["user"]["id"]
    forgery = deepcopy(payload)
    forgery["actions"][0] |= {"action_id": button, "value": value}
    forgery["trigger_id"] = "1.1.forged"
    forgery["response_url"] = urls.issue("actions", channel_id=LAUNCH, user_id=user_id)
    return forgery


def on_other_messages(payload: Payload, stage: Stage) -> dict[str, Payload]:
    """The click as it would come from every other kind of message."""
    said = stage.slack.workspace.post(LAUNCH, MEI, "no card at all")
    by_the_bot = stage.slack.workspace.post(LAUNCH, stage.slack.bot_user_id, "no card either")
    there: dict[str, Payload] = {"its own card": payload}
    for name, message, author in (
        ("a person's message", said, {}),
        ("another message of the bot", by_the_bot, {"bot_id": payload["message"]["bot_id"]}),
    ):
        there[name] = deepcopy(payload)
        there[name]["container"]["message_ts"] = message.ts
        there[name]["message"] = {
            "type": "message",
            "ts": message.ts,
            "text": message.text,
        } | author
    for name, change in (
        ("no message", {"message": None}),
        ("a message of another channel", {"channel": {"id": RANDOM, "name": "random"}}),
        ("an ephemeral message", {"container": {**payload["container"], "is_ephemeral": True}}),
    ):
        there[name] = deepcopy(payload) | change
    return there


def stored(stage: Stage) -> list[str]:
    """All that a decision would change; where the cards stand is none of it."""
    with reading(stage) as session:
        requests = session.exec(select(RequestRow.id, RequestRow.status, RequestRow.runs))
        rows = [*session.exec(select(CallRow)), *session.exec(select(AuditRow))]
        return [*map(repr, requests), *map(repr, rows)]


async def test_forged_click_touches_no_card_and_decides_nothing(tmp_path: Path) -> None:
    database = tmp_path / "p.db"
    async with Stage(MANIFEST, database=database, levers=quick_levers()) as stage:
        async with bot_on(stage, database, PREFETCH_REQUEST_TIMEOUT_S="0.3"):
            mei, jun, sam = (stage.slack.person(one) for one in (MEI, JUN, SAM))
            done = await prefetch(stage, mei, f"{URL}?done")
            stage.vod.set_fault("vod-timeout", times=1)
            in_doubt = await prefetch(stage, mei, f"{URL}?doubt")
            await mei.command(LAUNCH, "/prefetch", f"{URL}?later tomorrow at 12:00")
            await mei.submit(await mei.next_view())
            waiting = await stage.slack.wait_until(lambda: scheduled_card(stage))
            before, shown, calls = (
                stored(stage),
                cards(stage),
                stage.slack.log.of("call")[-1].number,
            )

            for victim in (in_doubt, waiting):
                by_jun = await clicked(stage, jun, done)
                for place in on_other_messages(by_jun, stage).values():
                    for button in BUTTONS:
                        await deliver(jun, forged(stage, place, button, request_id(victim)))
                # Both may decide about it, and yet have not: the button is on another card.
                for person in (mei, sam):
                    by_them = await clicked(stage, person, done)
                    for button in BUTTONS:
                        await deliver(person, forged(stage, by_them, button, request_id(victim)))
        await stage.slack.wait_until(lambda: not stage.slack.connections)

        made = [it for it in stage.slack.log.of("call") if it.number > calls]
        assert {it.name for it in made} == {"views.open"}
        assert cards(stage) == shown
        assert stored(stage) == before


def scheduled_card(stage: Stage) -> Message | None:
    return next((card for card in cards(stage) if "(scheduled)" in card.text), None)
