"""The same stories without an app token: Slack's signed requests arrive on a port."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI, SAM
from bot.sandbox.fakeslack.delivery import Acked, Refused
from bot.sandbox.fakeslack.http_mode import HttpMode
from bot.sandbox.stage import Stage
from tests.helpers.http_bot import http_bot
from tests.helpers.slack_people import (
    ERROR_ID,
    ask,
    deliver,
    final_card,
    last_payload,
    next_private,
    outcome_of,
    prefetch,
    private,
    words,
)
from tests.helpers.stored_rows import check_books, requests_of

URL = "https://v.example.com/a.mp4"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A bot that knows no app token, at the request URL of the app."""
    async with http_bot(tmp_path / "prefetch.db") as stage:
        yield stage


async def test_command_is_confirmed_and_ends_with_its_card(stage: Stage) -> None:
    card = await prefetch(stage, stage.slack.person(MEI), f"{URL} {'1' * 32}")

    assert outcome_of(card) == "succeeded"
    assert "About 998 of 1,000 left today" in card.text
    assert stage.slack.connections == 0
    check_books(stage)


async def test_form_repair_shortcut_button_and_home_work_as_over_sockets(stage: Stage) -> None:
    mei, sam = stage.slack.person(MEI), stage.slack.person(SAM)
    message = await sam.say(LAUNCH, f"please {URL} (the film)")
    await mei.message_shortcut("prefetch_message", LAUNCH, message.ts)
    await mei.submit(await mei.next_view())
    card = await final_card(stage)
    await mei.click(card, "show_details")
    details = await mei.next_view()
    await mei.close(details)
    await mei.command(LAUNCH, "/prefetch")
    await mei.submit(await mei.next_view(), {"targets": {"targets_text": "junk"}})
    (form,) = mei.views
    await mei.open_home()
    home = await stage.slack.wait_until(lambda: mei.home)

    assert outcome_of(card) == "succeeded"
    assert "v.example.com/a.mp4" in words(details)
    assert "neither an asset ID" in form.errors["targets"]
    assert "999 of 1,000 left today" in words(home)
    check_books(stage)


async def test_answers_for_one_person_come_by_the_response_url(stage: Stage) -> None:
    answer = await ask(stage, stage.slack.person(MEI), "quota")

    assert "1,000 of 1,000 left today" in answer.text


async def test_payload_that_no_listener_takes_is_answered_once(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    await ask(stage, mei, "quota")
    payload = last_payload(stage)
    del payload["command"]
    already = len(private(mei))

    delivery = await deliver(mei, payload, envelope_type="slash_commands")

    assert delivery.is_acked
    assert ERROR_ID.search((await next_private(stage, mei, already=already)).text)
    check_books(stage)


@pytest.mark.parametrize(("secret", "age_s"), [("0" * 32, 0), (None, 600)])
async def test_request_that_slack_did_not_sign_now_is_refused(
    stage: Stage, secret: str | None, age_s: int
) -> None:
    mei = stage.slack.person(MEI)
    await ask(stage, mei, "quota")
    already = len(private(mei))
    forger = _slack(stage, secret=secret or stage.slack.signing_secret, age_s=age_s)
    envelope = {"type": "slash_commands", "payload": last_payload(stage)}

    answer = await forger.send(envelope, 3.0)
    await forger.close()
    await ask(stage, mei, "quota")

    assert answer == Refused("HTTP 401")
    assert len(private(mei)) == already + 1


async def test_same_request_signed_now_is_taken(stage: Stage) -> None:
    """What the forger lacks is nothing but the secret and the hour."""
    await ask(stage, stage.slack.person(MEI), "quota")
    slack = _slack(stage, secret=stage.slack.signing_secret, age_s=0)
    envelope = {"type": "slash_commands", "payload": last_payload(stage)}

    answer = await slack.send(envelope, 3.0)
    await slack.close()

    assert answer == Acked(None)


async def test_slacks_own_questions_are_answered(stage: Stage) -> None:
    assert await stage.slack.verify_url()
    assert await stage.slack.check_ssl()


async def test_request_without_any_signature_starts_nothing(stage: Stage) -> None:
    form = {"command": "/prefetch", "text": URL, "user_id": MEI, "team_id": stage.slack.team_id}

    async with (
        aiohttp.ClientSession() as session,
        session.post(str(stage.slack.request_url), data=form) as response,
    ):
        status = response.status

    assert status == 401
    assert not requests_of(stage)


def _slack(stage: Stage, *, secret: str, age_s: int) -> HttpMode:
    return HttpMode(
        url=str(stage.slack.request_url),
        signing_secret=secret,
        verification_token="none",  # nobody checks it any longer
        now=lambda: time.time() - age_s,
    )
