"""The sentences with which the bot says no."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bot.rules.policy import Denial, Denied
from bot.rules.quota import Quota, QuotaDay
from bot.rules.refusals import (
    DraftGone,
    NotAllowed,
    NothingToSend,
    NotThen,
    OwnCard,
    PayloadUnreadable,
    PlanChanged,
    QuotaExceeded,
    Refusal,
    RequestUnknown,
)
from bot.rules.target import Reason, Rejected
from bot.words.english.quota import until_reset
from bot.words.english.refusals import whom
from bot.words.mrkdwn import reset_clock
from bot.words.refusals import SENTENCES
from tests.helpers.said_words import said

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 10, 40, tzinfo=UTC)


def day(zone: str = "Asia/Shanghai", of: date = TODAY) -> QuotaDay:
    return QuotaDay(of, ZoneInfo(zone))


def quota(*, settled: int = 0, exhausted: bool = False) -> Quota:
    return Quota(day(), 1000, settled, exhausted=exhausted)


@pytest.mark.parametrize(
    ("files", "found", "sentence"),
    [
        (
            40,
            quota(settled=988),
            (
                "*Not sent: 40 files, but about 12 are left today.* Send 12 or fewer, or wait for"
                " the reset at 00:00 UTC+8 (in 5 h 20 min). Ask <@U0SAM> if the files are urgent."
            ),
        ),
        (
            1234,
            quota(),
            (
                "*Not sent: 1,234 files, but about 1,000 are left today.* Send 1,000 or fewer; a"
                " whole day holds 1,000, so split the list, and schedule the rest for another day:"
                " write `tomorrow at 09:00` at the end, or choose *Send at*. Ask <@U0SAM> if the"
                " files are urgent."
            ),
        ),
        (
            2,
            quota(settled=999),
            (
                "*Not sent: 2 files, but about 1 is left today.* Send 1, or wait for the"
                " reset at 00:00 UTC+8 (in 5 h 20 min). Ask <@U0SAM> if the files are urgent."
            ),
        ),
        (
            1,
            quota(settled=1000),
            (
                "*Not sent: 1 file, but none is left today.* Wait for the reset at"
                " 00:00 UTC+8 (in 5 h 20 min). Ask <@U0SAM> if the files are urgent."
            ),
        ),
        (
            1,
            quota(exhausted=True),
            (
                "*Not sent: 1 file, but the cloud says that today's quota is used up.* Wait for the"
                " reset at 00:00 UTC+8 (in 5 h 20 min). Ask <@U0SAM> if the files are urgent."
            ),
        ),
    ],
)
def test_quota_refusal_says_what_fits_and_when_more_does(
    files: int, found: Quota, sentence: str
) -> None:
    assert said(QuotaExceeded(files=files, quota=found, now=NOW, ask=("U0SAM",))) == sentence


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-23T16:00:00", "24 h 00 min"),
        ("2026-11-24T10:40:00", "5 h 20 min"),
        ("2026-11-24T14:59:31", "1 h 00 min"),
        ("2026-11-24T15:00:00", "1 h 00 min"),
        ("2026-11-24T15:00:31", "59 min"),
        ("2026-11-24T15:59:00", "1 min"),
        ("2026-11-24T15:59:45", "0 min"),
        ("2026-11-24T16:30:00", "0 min"),
    ],
)
def test_time_until_the_reset(now: str, words: str) -> None:
    assert until_reset(quota(), datetime.fromisoformat(now).replace(tzinfo=UTC)) == words


def test_time_until_the_reset_counts_real_hours_when_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    short = Quota(day("Europe/Berlin", date(2026, 3, 29)), 1000)
    long = Quota(day("Europe/Berlin", date(2026, 10, 25)), 1000)

    for zone in (UTC, berlin):
        spring = datetime(2026, 3, 28, 23, tzinfo=UTC).astimezone(zone)
        autumn = datetime(2026, 10, 24, 22, tzinfo=UTC).astimezone(zone)
        assert until_reset(short, spring) == "23 h 00 min"
        assert until_reset(long, autumn) == "25 h 00 min"


@pytest.mark.parametrize(
    ("zone", "of", "words"),
    [
        ("Asia/Shanghai", TODAY, "00:00 UTC+8"),
        ("UTC", TODAY, "00:00 UTC"),
        ("Europe/London", TODAY, "00:00 UTC"),
        ("Europe/London", date(2026, 7, 1), "00:00 UTC+1"),
        ("Europe/Berlin", date(2026, 3, 28), "00:00 UTC+1"),
        ("Europe/Berlin", date(2026, 3, 29), "00:00 UTC+2"),
        ("America/Los_Angeles", TODAY, "00:00 UTC-8"),
        ("Asia/Kolkata", TODAY, "00:00 UTC+5:30"),
        ("Asia/Kathmandu", TODAY, "00:00 UTC+5:45"),
        ("America/St_Johns", TODAY, "00:00 UTC-3:30"),
    ],
)
def test_clock_of_the_reset(zone: str, of: date, words: str) -> None:
    assert reset_clock(day(zone, of).ends_at) == words


def test_refused_permission_names_the_setting_and_whom_to_ask() -> None:
    denied = Denied("PREFETCH_ALLOWED_USERS", Denial.NOT_LISTED)

    assert said(NotAllowed(denied, ask=("U0SAM",))) == (
        "*Not sent: you may not prefetch here.* You are not on the list of people who may."
        " Setting: `PREFETCH_ALLOWED_USERS`. Ask <@U0SAM> to change it."
    )


def test_nothing_found_says_what_to_give() -> None:
    assert said(NothingToSend()) == (
        "*Not sent: no link and no asset ID found.* Give playback URLs (http or https)"
        " or asset IDs (32 hexadecimal characters)."
    )


def test_rejected_targets_go_with_the_refusal() -> None:
    refusal = NothingToSend((Rejected("ftp://h/a", Reason.NOT_HTTP),))

    assert said(refusal) == "*Not sent: nothing here can be prefetched.*"
    assert refusal.rejected == (Rejected("ftp://h/a", Reason.NOT_HTTP),)


@pytest.mark.parametrize(
    ("refusal", "next_step"),
    [
        (DraftGone(command="/warmup"), "Type `/warmup` again to start afresh."),
        (PlanChanged(command="/warmup"), "Type `/warmup` again and look at the new plan."),
        (RequestUnknown("R-7F3K2", command="/warmup"), "`/warmup status R-7F3K2`"),
        (
            RequestUnknown("R-7F3K2", "/warmup", word="retry"),
            "`/warmup retry R-7F3K2`; `/warmup st",
        ),
        (OwnCard(command="/warmup"), "Use its buttons, or type `/warmup`"),
        (PayloadUnreadable("user.id"), "`user.id`.* Try again;"),
    ],
)
def test_refusal_says_what_to_do_next(refusal: Refusal, next_step: str) -> None:
    assert next_step in said(refusal)


@pytest.mark.parametrize(
    "reference",
    ["<!channel>", "<@U0SAM>", "`<!here>", "&lt;!channel&gt;", "a`b", "https://h/?Signature"],
)
def test_reference_that_a_person_made_up_calls_nobody(reference: str) -> None:
    sentence = said(RequestUnknown(reference, command="/prefetch"))

    assert "<" not in sentence
    assert "?S" not in sentence
    assert sentence.count("`") == 4


def test_whole_task_id_is_not_asked_for_in_full() -> None:
    whole = said(RequestUnknown("5199337c31c8e4622f1590735b13a263", command="/prefetch"))
    part = said(RequestUnknown("5199337c31c8", command="/prefetch"))

    assert whole.endswith(" or the task_id of a call that this bot sent.")
    assert part.endswith(" or a task_id in full.")


def test_moments_in_any_zone_give_the_same_words() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-9)))

    assert until_reset(quota(), elsewhere) == until_reset(quota(), NOW)


@pytest.mark.parametrize(
    ("operators", "words"),
    [
        ((), "whoever runs this bot"),
        (("U2",), "<@U2>"),
        (("U1", "U2"), "<@U1> or <@U2>"),
        (("U1", "U2", "U3"), "<@U1>, <@U2>, or <@U3>"),
    ],
)
def test_people_to_ask(operators: tuple[str, ...], words: str) -> None:
    assert whom(operators) == words


def test_every_refusal_that_is_raised_has_a_sentence() -> None:
    assert set(SENTENCES) == _kinds(Refusal) - {Refusal, NotThen}


def _kinds(kind: type[Refusal]) -> set[type[Refusal]]:
    """The class itself and whatever is derived from it."""
    return {kind}.union(*map(_kinds, kind.__subclasses__()))
