"""Neither what signs a URL nor a token or key is told to anybody, nor logged."""

import json
from collections.abc import Iterator

import pytest
from sqlmodel import select

from bot.sandbox.fakeslack import LAUNCH, MEI
from bot.sandbox.stage import Stage
from storage.tables import AuditRow
from tests.helpers.running_bot import MANIFEST, QUICK, quick_levers
from tests.helpers.slack_people import (
    ask,
    final_card,
    next_private,
    outcome_of,
    prefetch,
    private,
    propose,
    request_id,
    words,
)
from tests.helpers.stored_rows import check_books, reading

QUERY = "auth_key=HUSHHUSH"
SIGNED = f"https://v.example.com/a.mp4?{QUERY}&t=1"
OTHER = f"https://v.example.com/b.mp4?{QUERY}&t=2"
DIGEST = "0123456789abcdef" * 2
SIGNED_PATHS = (
    f"https://v.example.com/202611241200/{DIGEST}/p.mp4",
    f"https://v.example.com/{DIGEST}/5f8a1b2c/asset/{'7' * 32}/q.mp4",
    "https://v.example.com/hdntl=exp=1~acl=*~hmac=HUSHHUSH/r.m3u8",
    "https://v.example.com/token=HUSHHUSH/s.mp4",
)
REFUSED = [
    f"ftp://v.example.com/202611241200/{DIGEST}/c.mp4",
    f"https://other.example/{DIGEST}/5f8a1b2c/d.mp4",
    "https://v.example.com/hdnts=exp=1~hmac=HUSHHUSH/",
    f"v.example.com/{DIGEST}/5f8a1b2c/h.mp4",
    f"ftp://v.example.com/c.mp4?{QUERY}",
    f"https://other.example/d.mp4?{QUERY}",
    f"https://user:{QUERY}@v.example.com/e.mp4",
    f"https://v.example.com/folder/?{QUERY}",
    f"http://10.0.0.1/f.mp4?{QUERY}",
    f"nonsense?{QUERY}",
    f"https://v.example.com/g.mp4#{QUERY}",
    f"v.example.com/h.mp4?{QUERY}",
    f"https://v.example.com/i.mp4?{QUERY}https://v.example.com/j.mp4?{QUERY}",
    f"https://v.example.com/k.mp4？{QUERY}",
    f"https://v.example.com/l.mp4 {QUERY}",
    f"https://v.example.com/m.mp4&{QUERY}",
    QUERY,
]
TROUBLES = (
    "vod-500",
    "vod-502-html",
    "vod-garbage",
    "vod-huge",
    "vod-url-fails",
    "vod-not-published",
    "vod-401",
)


@pytest.fixture
def stage_alone() -> Stage:
    """The real bot in its own process, as its log is read."""
    only = {"PREFETCH_ALLOWED_DOMAINS": "v.example.com"}
    return Stage(MANIFEST, levers=quick_levers(), environment=QUICK | only)


async def test_what_signs_a_url_is_sent_to_the_cloud_and_shown_to_nobody(
    stage_alone: Stage,
) -> None:
    async with stage_alone as stage:
        await stage.start_bot()
        await _use_all_that_shows_targets(stage)
        await _be_refused(stage)
        await stage.bot.stop()

        assert stage.vod.books.tasks[0].urls == (SIGNED, OTHER, *SIGNED_PATHS)
        assert stage.bot.log
        for told in (*_told_to_slack(stage), *_audit(stage), *stage.bot.log):
            assert "HUSH" not in told
            assert DIGEST not in told
        check_books(stage, refused={"expired_trigger_id"})


async def test_no_token_and_no_key_is_logged_whatever_goes_wrong(stage_alone: Stage) -> None:
    async with stage_alone as stage:
        await stage.start_bot()
        mei = stage.slack.person(MEI)
        for trouble in TROUBLES:
            stage.vod.set_fault(trouble)
            await prefetch(stage, mei, f"{SIGNED} {'1' * 32}")
            stage.vod.clear_fault()
        stage.slack.fail("views.open", "internal_error", status=500, times=1)
        already = len(private(mei))
        await mei.command(LAUNCH, "/prefetch", SIGNED)
        await next_private(stage, mei, already=already)
        await stage.slack.disconnect_sockets("refresh_requested")
        await stage.bot.stop()

        log = "\n".join(stage.bot.log)
        for secret in _secrets(stage):
            assert secret not in log
            assert all(secret not in told for told in _told_to_slack(stage))
        assert "Traceback" in log
        assert "HUSH" not in log
        check_books(stage, refused={"internal_error"})


async def _use_all_that_shows_targets(stage: Stage) -> None:
    """Command, form, shortcut, card with failed URLs, details, status and home."""
    stage.vod.set_fault("vod-url-fails")
    mei = stage.slack.person(MEI)
    card = await prefetch(stage, mei, "\n".join((SIGNED, OTHER, *SIGNED_PATHS, REFUSED[0])))
    assert outcome_of(card) == "partly failed"
    assert "v.example.com/a.mp4?…" in words(card)
    await mei.click(card, "show_details")
    await mei.close(await mei.next_view())
    await ask(stage, mei, f"status {request_id(card)}")
    await ask(stage, mei, "status")
    await mei.open_home()
    await stage.slack.wait_until(lambda: mei.home)
    message = await mei.say(LAUNCH, f"see <{SIGNED}|this> and {REFUSED[1]}")
    await mei.message_shortcut("prefetch_message", LAUNCH, message.ts)
    await mei.close(await mei.next_view())
    await mei.command(LAUNCH, "/prefetch")
    await mei.submit(await mei.next_view(), {"targets": {"targets_text": "\n".join(REFUSED)}})
    await mei.submit(mei.views[-1], {"targets": {"targets_text": f"{SIGNED}\n{REFUSED[3]}"}})
    await mei.submit(await mei.next_view())
    await final_card(stage)


async def _be_refused(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    await ask(stage, mei, "\n".join(REFUSED))
    await ask(stage, mei, f"status https://v.example.com/?{QUERY}")
    await ask(stage, mei, f"status x?{QUERY}")
    await ask(stage, mei, f"https://v.example.com/my film.mp4?{QUERY}")
    for cut in ("？", "，", " ", " and "):
        await ask(stage, mei, f"https://v.example.com/n.mp4{cut}{QUERY}")
    for word in (f"?{QUERY}", f"quotaa?{QUERY}", QUERY, f"status {QUERY}", f"at {QUERY}"):
        await ask(stage, mei, word)
    stage.slack.set_fault("trigger-expired", times=1)
    await ask(stage, mei, SIGNED)
    view = await propose(mei, SIGNED)
    await mei.close(view)


def _told_to_slack(stage: Stage) -> Iterator[str]:
    """Everything that the bot has said to Slack, in whatever way."""
    for kind, part in (("call", "arguments"), ("ack", "payload"), ("response_url", "body")):
        for record in stage.slack.log.of(kind):
            yield json.dumps(record.facts[part], ensure_ascii=False)


def _audit(stage: Stage) -> list[str]:
    with reading(stage) as session:
        return [json.dumps(row.facts) for row in session.exec(select(AuditRow))]


def _secrets(stage: Stage) -> tuple[str, ...]:
    account = stage.vod.account
    return (
        stage.slack.bot_token,
        stage.slack.app_token,
        stage.slack.signing_secret,
        account.ak,
        account.sk,
    )
