"""The moment for which a request is scheduled."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.rules.schedule import At

SHANGHAI, BERLIN, KOLKATA = map(ZoneInfo, ("Asia/Shanghai", "Europe/Berlin", "Asia/Kolkata"))
EVENING = At(time(18, 0))
TOMORROW_EVENING = At(time(18, 0), days_ahead=1)


@pytest.mark.parametrize(
    ("now", "zone", "at", "moment"),
    [
        ("2026-11-24T04:00Z", SHANGHAI, TOMORROW_EVENING, "2026-11-25T10:00Z"),
        # Told as the past, not moved to another day than the one that was named.
        ("2026-11-24T11:00Z", SHANGHAI, At(time(18), days_ahead=0), "2026-11-24T10:00Z"),
        # Noon in Shanghai: six in the evening is still to come.
        ("2026-11-24T04:00Z", SHANGHAI, EVENING, "2026-11-24T10:00Z"),
        ("2026-11-24T10:00Z", SHANGHAI, EVENING, "2026-11-25T10:00Z"),
        ("2026-11-24T20:00Z", SHANGHAI, EVENING, "2026-11-25T10:00Z"),
        ("2026-11-24T04:00Z", KOLKATA, At(time(0, 0)), "2026-11-24T18:30Z"),
        ("2026-12-31T12:00Z", BERLIN, At(time(1, 0)), "2027-01-01T00:00Z"),
        # The clock goes from 2 to 3 in the night, then from 3 to 2.
        ("2026-03-28T12:00Z", BERLIN, At(time(2, 30)), "2026-03-29T01:30Z"),
        ("2026-10-24T12:00Z", BERLIN, At(time(2, 30)), "2026-10-25T00:30Z"),
        ("2026-11-24T04:00Z", SHANGHAI, At(time(9), date(2026, 11, 20)), "2026-11-20T01:00Z"),
    ],
)
def test_time_without_a_date_is_the_next_one(now: str, zone: ZoneInfo, at: At, moment: str) -> None:
    found = at.moment(datetime.fromisoformat(now), zone)

    assert found.astimezone(UTC) == datetime.fromisoformat(moment)
