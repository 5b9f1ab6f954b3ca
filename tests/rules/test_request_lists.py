"""Lists of targets in the text of a command, of a modal and of a file."""

from collections.abc import Callable

import pytest

from bot.rules.request import (
    Asset,
    Reason,
    Rejected,
    RequestError,
    Targets,
    Url,
    parse_lines,
    parse_text,
)

ID = "5199337c31c8e4622f1590735b13a263"
OTHER_ID = "0123456789abcdef0123456789abcdef"


Parse = Callable[[str], Targets]


def accepted(targets: Targets) -> list[str]:
    assert targets.rejected == ()
    return [
        target.id if isinstance(target, Asset) else target.address for target in targets.accepted
    ]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", []),
        (" \n\u3000\ufeff ", []),
        (",", []),
        (f"{ID} https://h/1", [ID, "https://h/1"]),
        (f"{ID},{OTHER_ID}", [ID, OTHER_ID]),
        (f"{ID}, {OTHER_ID};https://h/1", [ID, OTHER_ID, "https://h/1"]),
        ("https://h/1\u3000\thttps://h/2", ["https://h/1", "https://h/2"]),
        ("https://h/1,2;3.mp4", ["https://h/1,2;3.mp4"]),
        ("<https://h/1>", ["https://h/1"]),
        ("<https://h/1>,<https://h/2|h/2>", ["https://h/1", "https://h/2"]),
        ("<https://h/1|one two> https://h/2", ["https://h/1", "https://h/2"]),
        ("<https://h/1 2 &lt;3&gt;|&lt;x&gt;>", ["https://h/1 2 <3>"]),
        ("https://h/x?a=1&amp;b=2", ["https://h/x?a=1&b=2"]),
        ("https://h/x?a=&amp;amp;", ["https://h/x?a=&amp;"]),
        ("https://h/x?a=&amp;lt;", ["https://h/x?a=&lt;"]),
        ("https://h/&lt;b&gt;.mp4", ["https://h/<b>.mp4"]),
        ("https://h/a%7Cb", ["https://h/a%7Cb"]),
        ("https://h/a b 1\nhttps://h/2", ["https://h/a b 1", "https://h/2"]),
        ("<https://h/1>\nhttps://h/2?a&amp;b", ["https://h/1", "https://h/2?a&b"]),
    ],
)
def test_text_of_a_command_is_read_escaped_or_not(text: str, items: list[str]) -> None:
    assert accepted(parse_text(text)) == items


def test_words_that_are_no_targets_are_rejected_one_by_one() -> None:
    targets = parse_text("https://h/a b.mp4 <@U1|mei>")

    assert targets.accepted == (Url("https://h/a"),)
    assert targets.rejected == (
        Rejected("b.mp4", Reason.NOT_A_TARGET),
        Rejected("@U1", Reason.NOT_A_TARGET),
    )


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", []),
        ("\ufeffhttps://h/1\r\n\r\nhttps://h/2\r\n", ["https://h/1", "https://h/2"]),
        ("\xa0https://h/1\u3000\n\u200bhttps://h/2\u200b", ["https://h/1", "https://h/2"]),
        (
            "https://h/asset/x/play_video/视频点播 VOD 视频_1.mp4",
            ["https://h/asset/x/play_video/视频点播 VOD 视频_1.mp4"],
        ),
        ("https://h/1  https://h/2", ["https://h/1", "https://h/2"]),
        ("https://h/a b,HTTPS://h/2; https://h/3", ["https://h/a b", "HTTPS://h/2", "https://h/3"]),
        (f"{ID} {OTHER_ID}\thttps://h/3", [ID, OTHER_ID, "https://h/3"]),
        (f"https://h/a {ID}.mp4", [f"https://h/a {ID}.mp4"]),
        (f"https://h/a,{ID}0", [f"https://h/a,{ID}0"]),
        ("https://h/a, b;c", ["https://h/a, b;c"]),
        ("https://h/x?a=&amp;b", ["https://h/x?a=&amp;b"]),
        ("https://h/<https://h/2>", ["https://h/<https://h/2>"]),
        ("<https://h/a b>", ["https://h/a b"]),
        ("<https://h/1|see https://h/2>", ["https://h/1"]),
        ("<https://h/1?a&amp;b|x> <https://h/2>", ["https://h/1?a&b", "https://h/2"]),
    ],
)
def test_lines_keep_the_blanks_inside_an_address(text: str, items: list[str]) -> None:
    assert accepted(parse_lines(text)) == items


@pytest.mark.parametrize("parse", [parse_text, parse_lines])
def test_duplicates_are_merged_in_first_order(parse: Parse) -> None:
    targets = parse(f"https://h/b\n{ID.upper()}\nhttps://h/a\n https://h/b\n{ID}\nhttps://H/b")

    assert targets == Targets(
        (Url("https://h/b"), Asset(ID), Url("https://h/a"), Url("https://H/b")), duplicates=2
    )


def test_an_item_rejected_twice_is_named_once() -> None:
    assert parse_lines("x\nx") == Targets((), (Rejected("x", Reason.NOT_A_TARGET),), 1)


def test_two_rejected_addresses_that_differ_in_their_secrets_are_two() -> None:
    targets = parse_lines("https://h/?a\nhttps://h/?b")

    assert [item.text for item in targets.rejected] == ["https://h/?…"] * 2
    assert targets.duplicates == 0


def test_a_whole_day_of_the_longest_addresses_is_read() -> None:
    addresses = [f"https://h/{number:04}".ljust(4096, "a") for number in range(1000)]

    assert accepted(parse_lines("\r\n".join(addresses))) == addresses


@pytest.mark.parametrize(
    ("parse", "separator"),
    [(parse_text, " "), (parse_text, "\n"), (parse_lines, "\n"), (parse_lines, ",")],
)
def test_ten_thousand_items_are_refused_with_the_numbers(parse: Parse, separator: str) -> None:
    text = separator.join(f"https://h/{number}" for number in range(10_000))

    with pytest.raises(
        RequestError, match=r"^10,000 .* 1,000 files.* Send 1,000 or fewer\.$"
    ) as refused:
        parse(text)

    assert (refused.value.found, refused.value.limit) == (10_000, 1_000)


@pytest.mark.parametrize("parse", [parse_text, parse_lines])
def test_five_thousand_items_are_read_and_one_more_is_not(parse: Parse) -> None:
    lines = [f"https://h/{number}" for number in range(5001)]

    assert accepted(parse("\n".join(lines[:5000]))) == lines[:5000]
    with pytest.raises(RequestError):
        parse("\n".join(lines))


@pytest.mark.parametrize("parse", [parse_text, parse_lines])
def test_text_beyond_five_million_characters_is_refused_with_the_numbers(parse: Parse) -> None:
    with pytest.raises(RequestError, match=r"^5,000,001 characters .* Split the list") as refused:
        parse("a" * 5_000_001)

    assert (refused.value.found, refused.value.limit) == (5_000_001, 5_000_000)
