"""Names, code and moments as every language writes them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bot.words.mrkdwn import clock, code, escape, shortened, spoken


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a", "a"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("a & b", "a &amp; b"),
        ("&lt;", "&amp;lt;"),
        ("`*_~", "`*_~"),
    ],
)
def test_control_characters_of_slack_are_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a", "`a`"),
        ("a`b", "`aˋb`"),
        ("<@U0SAM>", "`&lt;@U0SAM&gt;`"),
        ("a" * 150, f"`{'a' * 150}`"),
        (f"https://h/{'a' * 200}/end.mp4", f"`https://h/{'a' * 64}…{'a' * 66}/end.mp4`"),
    ],
)
def test_code_is_short_and_ends_where_it_should(text: str, shown: str) -> None:
    assert code(text) == shown


@pytest.mark.parametrize("length", [0, 1, 149, 150, 151, 152, 4096])
def test_shortened_text_fits_and_keeps_both_ends(length: int) -> None:
    text = ("<" + "-" * (length - 2) + ">") if length > 1 else "x" * length

    found = shortened(text)

    assert len(found) <= 150
    assert (found == text) == (length <= 150)
    assert (found[:1], found[-1:]) == (text[:1], text[-1:])


def test_clock_is_read_in_the_reader_s_own_zone() -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)

    assert clock(noon) == "<!date^1795521600^{time}|12:00 UTC>"
    assert clock(noon.astimezone(timezone(timedelta(hours=8)))) == clock(noon)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Shanghai", "2026-11-25 02:00 UTC+8"),
        ("Asia/Kolkata", "2026-11-24 23:30 UTC+5:30"),
        ("UTC", "2026-11-24 18:00 UTC"),
        ("America/New_York", "2026-11-24 13:00 UTC-5"),
    ],
)
def test_moment_is_spoken_with_its_date_and_zone(zone: str, words: str) -> None:
    assert spoken(datetime(2026, 11, 24, 18, tzinfo=UTC), ZoneInfo(zone)) == words
