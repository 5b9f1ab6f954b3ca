"""What people decide about a request on its way: cancel, retry, mark as sent, send again."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.rules.quota import QuotaDay
from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, RANDOM, SAM, Message, Person
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import MANIFEST, bot_on, bot_on_stage, quick_levers
from tests.helpers.slack_people import taken_by_the_cloud, words
from tests.helpers.stored_rows import requests_of

URL = "https://v.example.com/a.mp4"
ENDED_IN_DOUBT = "(partly failed): 0 of 1 ready, 1 may have been sent"
"""Only then is there something to decide."""

REASON = {"reason": {"reason_text": "seen in the VOD console"}}


async def card_saying(stage: Stage, words: str, *, because: str = "") -> Message:
    def look() -> Message | None:
        cards = [
            m
            for m in stage.slack.workspace.messages.get(LAUNCH, {}).values()
            if words in m.text and because in str(m.blocks)
        ]
        return cards[0] if cards else None

    return await stage.slack.wait_until(look, 60)


def decided(database: Path) -> list[tuple[str, str]]:
    """Who decided what, by the audit trail."""
    with closing(sqlite3.connect(database)) as file:
        return file.execute(
            "SELECT actor, action FROM audit_event WHERE actor NOT IN ('bot', ?)"
            " OR action = 'task.cancelled' ORDER BY id",
            (MEI,),
        ).fetchall()


async def confirm(stage: Stage, text: str) -> None:
    mei = stage.slack.person(MEI)
    await mei.command(LAUNCH, "/prefetch", text)
    await mei.submit(await mei.next_view())


async def in_doubt(stage: Stage) -> tuple[Message, Person]:
    """The card of a request whose one call was not answered, and the operator."""
    stage.vod.set_fault("vod-timeout", times=1)
    await confirm(stage, URL)
    return await card_saying(stage, ENDED_IN_DOUBT), stage.slack.person(SAM)


async def test_operator_marks_an_unknown_call_as_sent_and_its_files_are_spent(
    tmp_path: Path,
) -> None:
    async with bot_on_stage(tmp_path / "p.db", PREFETCH_REQUEST_TIMEOUT_S="0.3") as stage:
        card, sam = await in_doubt(stage)

        await sam.click(card, "mark_as_sent")
        await sam.submit(await sam.next_view(), REASON)

        final = await card_saying(stage, "1 sent, not followed")
        assert "About 999 of 1,000" in final.text
        assert stage.vod.charged(stage.vod.today) == 1
        assert decided(tmp_path / "p.db") == [(SAM, "task.marked_as_sent")]


async def test_operator_sends_an_unknown_call_again_and_both_are_counted(tmp_path: Path) -> None:
    async with bot_on_stage(tmp_path / "p.db", PREFETCH_REQUEST_TIMEOUT_S="0.3") as stage:
        card, sam = await in_doubt(stage)

        await sam.click(card, "send_again")
        await sam.submit(await sam.next_view(), REASON)

        final = await card_saying(stage, "(succeeded)")
        assert "About 998 of 1,000" in final.text
        assert stage.vod.charged(stage.vod.today) == 2
        assert decided(tmp_path / "p.db") == [(SAM, "task.sent_again")]


async def test_decision_for_no_reason_is_asked_for_one_and_keeps_what_was_chosen(
    tmp_path: Path,
) -> None:
    async with bot_on_stage(tmp_path / "p.db", PREFETCH_REQUEST_TIMEOUT_S="0.3") as stage:
        card, sam = await in_doubt(stage)
        await sam.click(card, "mark_as_sent")
        form = await sam.next_view()

        asked = []
        for nothing in ("   ", "\u3164", "\u200b\ufe0f \u2060\u115f"):
            await sam.submit(form, {"reason": {"reason_text": nothing}})
            asked.append(sam.views[-1].errors["reason"][:14])
        undecided = decided(tmp_path / "p.db")
        await sam.submit(form, REASON)

        await card_saying(stage, "1 sent, not followed")
        assert asked == ["Write a reason"] * 3
        assert undecided == []
        assert decided(tmp_path / "p.db") == [(SAM, "task.marked_as_sent")]


@pytest.mark.parametrize(
    ("setting", "value"),
    [("PREFETCH_ALLOWED_DOMAINS", "*.example.net"), ("PREFETCH_ALLOWED_CHANNELS", RANDOM)],
)
async def test_what_was_taken_off_a_list_is_refused_on_opening_and_on_submitting(
    tmp_path: Path, setting: str, value: str
) -> None:
    database = tmp_path / "p.db"
    async with Stage(MANIFEST, database=database, levers=quick_levers()) as stage:
        async with bot_on(stage, database, PREFETCH_REQUEST_TIMEOUT_S="0.3"):
            card, sam = await in_doubt(stage)
            await sam.click(card, "send_again")
            form = await sam.next_view()
        await stage.slack.wait_until(lambda: not stage.slack.connections)
        calls = len(stage.vod.calls)
        async with bot_on(stage, database, **{setting: value}):
            await sam.submit(form, REASON)
            on_submitting = words(sam.views[-1])
            await sam.click(card, "send_again")
            told = await stage.slack.wait_until(
                lambda: [m for m in sam.sees(LAUNCH) if m.is_ephemeral], 5
            )

            for answer in (on_submitting, told[0].text):
                assert "Not sent again: it is no longer allowed." in answer
                assert f"`{setting}`" in answer
            assert len(stage.vod.calls) == calls
            assert decided(database) == []


async def test_call_that_is_refused_when_sent_again_is_still_in_doubt(tmp_path: Path) -> None:
    async with bot_on_stage(tmp_path / "p.db", PREFETCH_REQUEST_TIMEOUT_S="0.3") as stage:
        card, sam = await in_doubt(stage)
        stage.vod.set_fault("vod-403-arrears")

        await sam.click(card, "send_again")
        await sam.submit(await sam.next_view(), REASON)
        refused = await card_saying(stage, ENDED_IN_DOUBT, because="in arrears")

        assert "mark_as_sent" in str(refused.blocks)
        assert "retry_failed" not in str(refused.blocks)
        await sam.click(refused, "mark_as_sent")
        await sam.submit(await sam.next_view(), REASON)
        final = await card_saying(stage, "1 sent, not followed")
        assert "About 999 of 1,000" in final.text
        assert stage.vod.charged(stage.vod.today) == 1


async def test_decision_that_is_delivered_twice_sends_once(tmp_path: Path) -> None:
    async with bot_on_stage(tmp_path / "p.db", PREFETCH_REQUEST_TIMEOUT_S="0.3") as stage:
        stage.vod.set_fault("vod-timeout", times=2)
        await confirm(stage, URL)
        card = await card_saying(stage, ENDED_IN_DOUBT)
        sam = stage.slack.person(SAM)
        await sam.click(card, "send_again")
        await sam.submit(await sam.next_view(), REASON)
        again = stage.slack.log.of("envelope")[-1].number
        await taken_by_the_cloud(stage, 2)
        await card_saying(stage, "(partly failed)")

        await stage.slack.redeliver_last()

        assert stage.slack.log.of("ack")[-1].number > again
        assert len(stage.vod.books.tasks) == 2
        assert decided(tmp_path / "p.db") == [(SAM, "task.sent_again")]


async def test_who_is_no_operator_may_not_decide_about_an_unknown_call(tmp_path: Path) -> None:
    async with bot_on_stage(tmp_path / "p.db", PREFETCH_REQUEST_TIMEOUT_S="0.3") as stage:
        stage.vod.set_fault("vod-timeout", times=1)
        await confirm(stage, URL)
        card = await card_saying(stage, ENDED_IN_DOUBT)
        mei = stage.slack.person(MEI)

        await mei.click(card, "mark_as_sent")

        told = await stage.slack.wait_until(
            lambda: [m for m in mei.sees(LAUNCH) if m.is_ephemeral], 5
        )
        assert "PREFETCH_OPERATORS" in told[0].text
        assert f"<@{SAM}>" in told[0].text


async def test_retry_offers_only_what_failed(tmp_path: Path) -> None:
    levers = quick_levers()
    levers.fail_urls_with = ("bad",)
    async with bot_on_stage(tmp_path / "p.db", levers=levers) as stage:
        await confirm(stage, f"{URL} https://v.example.com/bad.mp4")
        card = await card_saying(stage, "(partly failed)")
        mei = stage.slack.person(MEI)

        await mei.click(card, "retry_failed")
        view = await mei.next_view()

        assert view.body["submit"]["text"] == "Prefetch 1 file"
        assert "bad.mp4" in str(view.blocks)


async def test_second_retry_is_told_of_the_first(tmp_path: Path) -> None:
    levers = quick_levers()
    levers.fail_urls_with = ("bad",)
    async with bot_on_stage(tmp_path / "p.db", levers=levers) as stage:
        await confirm(stage, "https://v.example.com/bad.mp4")
        card = await card_saying(stage, "(failed)")
        mei, jun = stage.slack.person(MEI), stage.slack.person(JUN)
        levers.fail_urls_with = ()
        await mei.click(card, "retry_failed")
        first = await mei.next_view()
        await mei.submit(first)
        await card_saying(stage, "(succeeded)")

        await jun.click(card, "retry_failed")
        second = await jun.next_view()

        assert "Asked for already" not in str(first.blocks)
        (_, retried) = requests_of(stage)
        assert f"*{retried.id}* of <@{MEI}>" in str(second.blocks)
        assert "1 ready" in str(second.blocks)


async def test_cancel_gives_up_what_is_not_sent_and_frees_its_files(tmp_path: Path) -> None:
    urls = " ".join(f"https://v.example.com/{n}.mp4" for n in range(12))
    async with bot_on_stage(tmp_path / "p.db", PREFETCH_CREATES_PER_MINUTE="20") as stage:
        await confirm(stage, urls)
        await taken_by_the_cloud(stage, 1)
        card = await card_saying(stage, "2 waiting")
        mei = stage.slack.person(MEI)

        await mei.click(card, "cancel_unsent")

        final = await card_saying(stage, "2 cancelled")
        assert decided(tmp_path / "p.db") == [(MEI, "task.cancelled")]
        assert "About 990 of 1,000" in final.text
        ended = await card_saying(stage, "(succeeded)")
        assert len(stage.vod.books.tasks) == 1
        await mei.click(ended, "send_cancelled")
        again = await mei.next_view()
        assert again.body["submit"]["text"] == "Prefetch 2 files"
        assert "Asked for already" not in str(again.blocks)


async def test_rest_of_a_used_up_day_is_proposed_for_after_the_reset(tmp_path: Path) -> None:
    levers = quick_levers()
    async with bot_on_stage(tmp_path / "p.db", levers=levers) as stage:
        stage.vod.set_fault("quota-exhausted")
        await confirm(stage, " ".join(f"https://v.example.com/{n}.mp4" for n in range(12)))
        card = await card_saying(stage, "12 not sent")
        mei = stage.slack.person(MEI)

        await mei.click(card, "send_rest_tomorrow")
        view = await mei.next_view()
        await mei.submit(view)

        later = await card_saying(stage, "(scheduled)")
        (request, rest) = requests_of(stage)
        assert "retry_failed" not in str(card.blocks)
        assert "None left today" in words(card)
        assert "12 waiting" in later.text
        assert rest.quota_date == request.quota_date + timedelta(days=1)
        begins_at = QuotaDay(request.quota_date, ZoneInfo("Asia/Shanghai")).ends_at
        assert rest.run_at is not None
        wait = rest.run_at - begins_at
        assert timedelta(minutes=3) <= wait <= timedelta(minutes=13)
