"""Words and numbers as the bot writes them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.blocks.text import (
    clock,
    code,
    counted,
    escape,
    list_of,
    named,
    paragraphs,
    quota_line,
    rejections,
    shortened,
)
from bot.rules.request import Asset, Reason, Rejected, Url
from tests.blocks.specimens import BUSY, QUIET, SPENT


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


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        (Asset("5" * 32), f"`asset {'5' * 32}`"),
        (Url("https://h/a.mp4"), "`https://h/a.mp4`"),
        (Url("https://h/a.mp4?auth_key=1-0-0-x"), "`https://h/a.mp4?…`"),
        (Url("https://h/a b&c.mp4?x#y"), "`https://h/a b&amp;c.mp4?…`"),
    ],
)
def test_target_is_shown_without_its_query_string(target: Asset | Url, shown: str) -> None:
    assert named(target) == shown


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (1234, "1,234 files")]
)
def test_numbers_go_with_their_noun(number: int, words: str) -> None:
    assert counted(number, "file") == words


def test_list_says_how_many_it_leaves_out() -> None:
    lines = [f"line {number}" for number in range(1200)]

    assert list_of(lines[:3], most=3) == "line 0\nline 1\nline 2"
    assert list_of(lines[:4], most=3) == "line 0\nline 1\nline 2\nand 1 more"
    assert list_of(lines, most=1) == "line 0\nand 1,199 more"
    assert list_of([], most=3) == ""


@pytest.mark.parametrize("length", [1, 9, 100, 287, 288, 2879, 2880, 5000])
def test_list_never_outgrows_a_section(length: int) -> None:
    lines = ["x" * length] * 5000

    found = list_of(lines, most=5000)

    kept = found.splitlines()[:-1]
    assert len(found) <= 2900
    assert found.splitlines()[-1] == f"and {5000 - len(kept):,} more"
    assert set(kept) <= set(lines)


def test_list_stops_at_the_first_line_that_does_not_fit() -> None:
    assert list_of(["a" * 5, "b" * 50, "c"], most=3, room=20) == "aaaaa\nand 2 more"


def test_rejected_item_is_shown_with_its_reason() -> None:
    assert rejections([Rejected("ftp://h/`a`?…", Reason.NOT_HTTP)]) == (
        "`ftp://h/ˋaˋ?…` – Only addresses that begin with http:// or https:// can be prefetched;"
        " give the one that viewers use."
    )


def test_reason_is_told_once_and_mere_words_come_last() -> None:
    words = [Rejected(f"word{number}", Reason.NOT_A_TARGET) for number in range(12)]
    near = Rejected("5199337c", Reason.NEARLY_AN_ID)

    first, last = rejections([*words, near]).splitlines()

    assert first == f"`5199337c` – {Reason.NEARLY_AN_ID}"
    assert last.startswith("`word0`, `word1`, ")
    assert last.endswith(f"`word9`, and 2 more – {Reason.NOT_A_TARGET}")


def test_quota_says_whose_count_it_is_and_when_it_starts_anew() -> None:
    assert quota_line(QUIET) == "About *880 of 1,000 left today* (bot's count, resets 00:00 UTC+8)"
    assert quota_line(BUSY).startswith("About *296,299 of 1,000,000 left today*")
    assert quota_line(SPENT) == (
        "*None left today*: the cloud says that the day's quota is used up"
        " (bot's count, resets 00:00 UTC+8)"
    )


def test_clock_is_read_in_the_reader_s_own_zone() -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)

    assert clock(noon) == "<!date^1795521600^{time}|12:00 UTC>"
    assert clock(noon.astimezone(timezone(timedelta(hours=8)))) == clock(noon)


def test_empty_paragraphs_leave_no_gap() -> None:
    assert paragraphs(["a", "", "b"]) == "a\nb"
