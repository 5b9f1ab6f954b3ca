"""Lists and blocks that hold text."""

import pytest

from bot.blocks.text import list_of, named, paragraphs, rejections
from bot.rules.target import Asset, Reason, Rejected, Url
from bot.words.english import ENGLISH


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
    assert named(ENGLISH, target) == shown


def test_list_says_how_many_it_leaves_out() -> None:
    lines = [f"line {number}" for number in range(1200)]

    assert list_of(ENGLISH, lines[:3], most=3) == "line 0\nline 1\nline 2"
    assert list_of(ENGLISH, lines[:4], most=3) == "line 0\nline 1\nline 2\nand 1 more"
    assert list_of(ENGLISH, lines, most=1) == "line 0\nand 1,199 more"
    assert list_of(ENGLISH, [], most=3) == ""


@pytest.mark.parametrize("length", [1, 9, 100, 287, 288, 2879, 2880, 5000])
def test_list_never_outgrows_a_section(length: int) -> None:
    lines = ["x" * length] * 5000

    found = list_of(ENGLISH, lines, most=5000)

    kept = found.splitlines()[:-1]
    assert len(found) <= 2900
    assert found.splitlines()[-1] == f"and {5000 - len(kept):,} more"
    assert set(kept) <= set(lines)


def test_list_stops_at_the_first_line_that_does_not_fit() -> None:
    assert list_of(ENGLISH, ["a" * 5, "b" * 50, "c"], most=3, room=20) == "aaaaa\nand 2 more"


def test_rejected_item_is_shown_with_its_reason() -> None:
    assert rejections(ENGLISH, [Rejected("ftp://h/`a`?…", Reason.NOT_HTTP)]) == (
        "• `ftp://h/ˋaˋ?…` – Only addresses that begin with http:// or https:// can be prefetched;"
        " give the one that viewers use."
    )


def test_reason_is_told_once_and_mere_words_come_last() -> None:
    words = [Rejected(f"word{number}", Reason.NOT_A_TARGET) for number in range(12)]
    near = Rejected("5199337c", Reason.NEARLY_AN_ID)

    first, last = rejections(ENGLISH, [*words, near]).splitlines()

    assert first == f"• `5199337c` – {ENGLISH.rejections.reason(near)}"
    assert last.startswith("• `word0`, `word1`, ")
    assert last.endswith(f"`word9`, and 2 more – {ENGLISH.rejections.reason(words[0])}")


def test_each_of_the_first_that_share_a_reason_has_its_own_offer() -> None:
    hosts = [f"h{number}.example/a.mp4" for number in range(4)]
    lacking = [Rejected(it, Reason.NO_SCHEME, offered=f"https://{it}") for it in hosts]

    (line,) = rejections(ENGLISH, lacking).splitlines()

    offers = " ".join(f"Perhaps `https://{it}` was meant." for it in hosts[:3])
    assert line.endswith(f"put https:// before it. {offers}")


def test_empty_paragraphs_leave_no_gap() -> None:
    assert paragraphs(["a", "", "b"]) == "a\nb"
