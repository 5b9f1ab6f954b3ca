"""Which day a moment belongs to, and what is left of it."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bot.rules.quota import Quota, QuotaDay, quota_day

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
CAIRO = ZoneInfo("Africa/Cairo")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        ("2026-11-24T15:59:59.999999", SHANGHAI, date(2026, 11, 24)),
        ("2026-11-24T16:00:00", SHANGHAI, date(2026, 11, 25)),
        ("2026-12-31T16:00:00", SHANGHAI, date(2027, 1, 1)),
        ("2028-02-28T16:00:00", SHANGHAI, date(2028, 2, 29)),
        ("2026-03-28T22:59:59", BERLIN, date(2026, 3, 28)),
        ("2026-03-28T23:00:00", BERLIN, date(2026, 3, 29)),
        ("2026-03-29T21:59:59", BERLIN, date(2026, 3, 29)),
        ("2026-03-29T22:00:00", BERLIN, date(2026, 3, 30)),
        ("2026-10-25T22:59:59", BERLIN, date(2026, 10, 25)),
        ("2026-10-25T23:00:00", BERLIN, date(2026, 10, 26)),
        ("2026-11-01T03:59:59", NEW_YORK, date(2026, 10, 31)),
        ("2026-11-01T04:00:00", NEW_YORK, date(2026, 11, 1)),
        ("2026-11-02T04:59:59", NEW_YORK, date(2026, 11, 1)),
        ("2026-11-24T18:14:59", KATHMANDU, date(2026, 11, 24)),
        ("2026-11-24T18:15:00", KATHMANDU, date(2026, 11, 25)),
    ],
)
def test_day_begins_at_midnight_of_its_zone(now: str, zone: ZoneInfo, expected: date) -> None:
    assert quota_day(utc(now), zone) == QuotaDay(expected, zone)


def test_day_is_the_same_whatever_zone_now_is_written_in() -> None:
    now = utc("2026-11-24T16:30:00")

    for written in (now, now.astimezone(SHANGHAI), now.astimezone(timezone(timedelta(hours=-9)))):
        assert quota_day(written, SHANGHAI).date == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("day", "zone", "ends_at"),
    [
        (date(2026, 11, 24), SHANGHAI, "2026-11-24T16:00:00"),
        (date(2026, 12, 31), SHANGHAI, "2026-12-31T16:00:00"),
        (date(2026, 3, 28), BERLIN, "2026-03-28T23:00:00"),
        (date(2026, 3, 29), BERLIN, "2026-03-29T22:00:00"),
        (date(2026, 10, 25), BERLIN, "2026-10-25T23:00:00"),
        (date(2026, 11, 1), NEW_YORK, "2026-11-02T05:00:00"),
        # On 24 April 2026 Cairo's clocks jump from 00:00 to 01:00: there is no midnight.
        (date(2026, 4, 23), CAIRO, "2026-04-23T22:00:00"),
    ],
)
def test_day_ends_where_the_next_one_begins(day: date, zone: ZoneInfo, ends_at: str) -> None:
    ending = QuotaDay(day, zone).ends_at

    assert ending.astimezone(UTC) == utc(ends_at)
    assert quota_day(ending, zone).date == day + timedelta(days=1)
    before = ending.astimezone(UTC) - timedelta(microseconds=1)
    assert quota_day(before, zone).date == day


@pytest.mark.parametrize(
    ("settled", "reserved", "held", "exhausted", "left"),
    [
        (0, 0, 0, False, 1000),
        (100, 20, 3, False, 877),
        (1000, 0, 0, False, 0),
        (0, 1000, 0, False, 0),
        (0, 0, 1000, False, 0),
        # The status query may list more URLs for an asset than were reserved.
        (1003, 0, 0, False, 0),
        (10, 0, 0, True, 0),
    ],
)
def test_left_is_what_nothing_has_a_claim_on(
    *, settled: int, reserved: int, held: int, exhausted: bool, left: int
) -> None:
    day = QuotaDay(date(2026, 11, 24), SHANGHAI)

    quota = Quota(day, 1000, settled, reserved, held, exhausted)

    assert quota.left == left
    assert quota.used == settled + reserved + held


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24T16:00:00", True),
        ("2026-11-24T16:01:59", True),
        ("2026-11-24T16:02:00", False),
        ("2026-11-24T15:59:59", False),
    ],
)
def test_day_has_just_begun_for_two_minutes(*, now: str, expected: bool) -> None:
    moment = utc(now)
    assert quota_day(moment, SHANGHAI).has_just_begun(moment) is expected
