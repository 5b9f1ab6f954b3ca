"""Lists of targets in the text of a command, of a modal and of a file."""

from collections.abc import Callable

import pytest

from bot.reading.lists import parse_arguments, parse_list
from bot.reading.messages import parse_message
from bot.rules.refusals import ListTooLong
from bot.rules.target import Asset, Reason, Rejected, Targets, Url
from tests.helpers.said_words import saying

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
        ("<https://h/1 2 &amp; 3|&lt;x&gt;>", ["https://h/1 2 & 3"]),
        ("https://h/x?a=1&amp;b=2", ["https://h/x?a=1&b=2"]),
        ("https://h/b.mp4\n&lt;https://h/1&gt;", ["https://h/b.mp4", "https://h/1"]),
        ("https://h/a%7Cb", ["https://h/a%7Cb"]),
        ("https://h/a b 1\nhttps://h/2", ["https://h/a b 1", "https://h/2"]),
        ("<https://h/1>\nhttps://h/2?a&amp;b", ["https://h/1", "https://h/2?a&b"]),
    ],
)
def test_text_of_a_command_is_read_escaped_or_not(text: str, items: list[str]) -> None:
    assert accepted(parse_arguments(text)) == items


def test_words_that_are_no_targets_are_rejected_one_by_one() -> None:
    targets = parse_arguments("please https://h/a.mp4 b.mp4 and <@U1|mei> h.example/c.mp4,")

    assert targets.accepted == (Url("https://h/a.mp4"),)
    assert targets.rejected == (
        Rejected("please", Reason.NOT_A_TARGET),
        Rejected("b.mp4", Reason.NOT_A_TARGET),
        Rejected("and", Reason.NOT_A_TARGET),
        Rejected("@U1", Reason.NOT_A_TARGET),
        Rejected("h.example/c.mp4,", Reason.NO_SCHEME),
    )


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("https://h/a.mp4, https://h/b.mp4. ", ["https://h/a.mp4", "https://h/b.mp4"]),
        ("https://h/a.mp4; https://h/b.mp4: 'https://h/c.mp4'!?", "abc"),
        ("https://h/a.mp4,https://h/b.mp4;https://h/c.mp4", "abc"),
        ("https://h/a.mp4，https://h/b.mp4、https://h/c.mp4。", "abc"),
        ("https://h/a.mp4；https://h/b.mp4！", "ab"),
        ("https://h/a.mp4（https://h/b.mp4）「https://h/c.mp4」", "abc"),
        ("《https://h/a.mp4》【https://h/b.mp4】", "ab"),
        ("(https://h/a.mp4) [https://h/b.mp4] {https://h/c.mp4}", "abc"),
        ('"https://h/a.mp4" `https://h/b.mp4` “https://h/c.mp4”', "abc"),
        ("«https://h/a.mp4» ‘https://h/b.mp4’, *https://h/c.mp4*", "abc"),
        ("[the film](https://h/b.mp4)|https://h/c.mp4", "bc"),
        ("- https://h/a.mp4 • https://h/b.mp4 – https://h/c.mp4", "abc"),
        (
            "https://h/a_(1).mp4 https://h/b_(2) (https://h/c(3))",
            ["https://h/a_(1).mp4", "https://h/b_(2)", "https://h/c(3)"],
        ),
        (
            "https://h/视频（1）.mp4 https://h/《红》【高清】第1集.mp4",
            ["https://h/视频（1）.mp4", "https://h/《红》【高清】第1集.mp4"],
        ),
        ("https://h/it's.mp4 'https://h/it's.mp4'", ["https://h/it's.mp4"]),
        (
            "https://h/a.mp4;jsess=x1 https://h/b;v=1/c.mp4;",
            ["https://h/a.mp4;jsess=x1", "https://h/b;v=1/c.mp4"],
        ),
        (
            "https://h/a.mp4?sign=x__ https://h/b.mp4?sign=y~",
            ["https://h/a.mp4?sign=x__", "https://h/b.mp4?sign=y~"],
        ),
        ("https://h/a.mp4?next=https://h/b.mp4", ["https://h/a.mp4?next=https://h/b.mp4"]),
        (
            "https://h/a.mp4?next=https%3A%2F%2Fh%2Fb.mp4,",
            ["https://h/a.mp4?next=https%3A%2F%2Fh%2Fb.mp4"],
        ),
        (f"({ID}), `{OTHER_ID}`.", [ID, OTHER_ID]),
        (f"https://h/a.mp4?k=1,{ID}", ["https://h/a.mp4?k=1", ID]),
    ],
)
def test_what_ends_a_sentence_is_no_part_of_the_address(text: str, items: list[str] | str) -> None:
    expected = items if isinstance(items, list) else [f"https://h/{name}.mp4" for name in items]
    targets = parse_arguments(text)

    assert targets.rejected == ()
    assert accepted(targets) == expected


def test_words_around_an_address_without_a_blank_are_named() -> None:
    targets = parse_arguments("请预热https://h/a.mp4，谢谢（https://h/b.mp4「备用」）")

    assert targets.accepted == (Url("https://h/a.mp4"), Url("https://h/b.mp4"))
    assert [item.text for item in targets.rejected] == ["请预热", "，谢谢（", "「备用」）"]


@pytest.mark.parametrize("parse", [parse_arguments, parse_list])
@pytest.mark.parametrize(
    "text",
    [
        "https://h/a.mp4https://h/b.mp4",
        "https://h/a.mp4/HTTP://h/b.mp4",
        "https://https://h/a.mp4",
        "https://h/a.mp4?k=1https://h/b.mp4",
        "https://h/a.mp4?k=1,https://h/b.mp4",
        "https://h/a.mp4?next=https://h/b.mp4,https://h/c.mp4",
        "<https://h/a.mp4https://h/b.mp4>",
    ],
)
def test_two_addresses_without_a_gap_are_not_sent_as_one(parse: Parse, text: str) -> None:
    targets = parse(text)

    assert targets.accepted == ()
    assert [item.reason for item in targets.rejected] == [Reason.JOINED]


@pytest.mark.parametrize(
    ("text", "shown", "others"),
    [
        ("https://h/my film.mp4", "https://h/my film.mp4", []),
        ("https://h/my old film.mp4, please", "https://h/my old film.mp4,", ["please"]),
        ("https://h/ film.mp4", "https://h/ film.mp4", []),
        ("https://h/my film.m3u8?auth_key=s3cret", "https://h/my film.m3u8?…", []),
        ("https://h/my shows/film.mp4;v=1", "https://h/my shows/film.mp4;v=…", []),
        ("<https://h/my> film.mp4", "https://h/my film.mp4", []),
        ("https://h/你好，世界.mp4", "https://h/你好 ，世界.mp4", []),
        ('https://h/my"film.mp4', 'https://h/my "film.mp4', []),
        ("https://h/a.mp4 auth_key=s3cret", "https://h/a.mp4 auth_key=…", []),
        ("https://h/a.mp4 ?sig=s3cret&e=1", "https://h/a.mp4 ?…", []),
        ("https://h/a.mp4 hdnts=exp=1~hmac=s3cret", "https://h/a.mp4 hdnts=…", []),
        ("https://h/a.mp4，auth_key=s3cret please", "https://h/a.mp4 ，auth_key=…", ["please"]),
        ("https://h/a.mp4?name=小 红&auth_key=s3cret", "https://h/a.mp4?…", []),
        ("https://h/a.mp4 for mei auth_key=s3cret", "https://h/a.mp4 for mei auth_key=…", []),
    ],
)
def test_address_that_was_cut_is_not_sent_as_its_stump(
    text: str, shown: str, others: list[str]
) -> None:
    targets = parse_arguments(text)

    assert targets.accepted == ()
    assert targets.rejected == (
        Rejected(shown, Reason.CUT),
        *(Rejected(other, Reason.NOT_A_TARGET) for other in others),
    )


@pytest.mark.parametrize("parse", [parse_arguments, parse_list])
@pytest.mark.parametrize(
    "text",
    [
        "https://h/a.mp4？auth_key=s3cret",
        "https://h/a.mp4？auth_key=s3cret&x=1",
        "<https://h/a.mp4？auth_key=s3cret>",
        "<https://h/a.mp4 auth_key=s3cret>",
        "<https://h/a.mp4&auth_key=s3cret>",
        "https://h/a.mp4%3Fauth_key=s3cret",
        "https://h/a.mp4%3Fauth_key%3Ds3cret",
        "https://h/a.mp4;auth_key=s3cret",
        "https://h/a.mp4|auth_key=s3cret",
        "https://h/live/a&auth_key=s3cret",
        "https://h/a.mp4\u200bauth_key=s3cret",
        "https://h/master？auth_key=s3cret",
        "https://h/a.mp4\\u003fauth_key=s3cret",
    ],
)
def test_signature_without_its_question_mark_is_neither_sent_nor_shown(
    parse: Parse, text: str
) -> None:
    targets = parse(text)

    assert targets.accepted == ()
    assert [item.reason for item in targets.rejected] == [Reason.BROKEN_QUERY]
    assert "s3cret" not in str(targets)


@pytest.mark.parametrize("parse", [parse_arguments, parse_list])
def test_signature_on_a_line_of_its_own_belongs_to_the_address_above(parse: Parse) -> None:
    targets = parse(f"{ID}\nhttps://h/a.mp4?\nauth_key=s3cret\nhttps://h/b.mp4")

    assert targets.accepted == (Asset(ID), Url("https://h/b.mp4"))
    assert targets.rejected == (Rejected("https://h/a.mp4?…", Reason.CUT),)


@pytest.mark.parametrize(
    "text",
    [
        "https://h/a.mp4?auth_key=1700-0-0- abc123s3cret",
        "https://h/a.mp4?auth_key= 1700-0-0-s3cret",
        "https://h/a.mp4?auth_key=1700-0-0-s3cret abc123def456abc789",
        'https://h/a.mp4?auth_key=s3cret&t="x"',
        "https://h/a.mp4?auth_key=1700-0-0-s3cret…",
        "https://h/a.mp4?auth_key=1700-0-0-s3cret... please",
        "https://h/launch/fi…",
        "https://h/a.mp4\n?auth_key=s3cret",
        "https://h/a.mp4?auth_key=17-0-0\n-abc123s3cret",
    ],
)
def test_address_that_goes_on_behind_the_cut_is_not_sent(text: str) -> None:
    targets = parse_arguments(text)

    assert targets.accepted == ()
    assert targets.rejected[0].reason == Reason.CUT
    assert "s3cret" not in str(targets)


@pytest.mark.parametrize("parse", [parse_arguments, parse_list])
@pytest.mark.parametrize(
    "text",
    [
        "https://h/a.mp4?…",
        "https://h/a.mp4?...",
        "• https://h/a.mp4?… · cancelled",
        "`https://h/a.mp4?…` · ready",
    ],
)
def test_address_as_the_bot_shows_it_is_not_sent_without_its_signature(
    text: str, parse: Parse
) -> None:
    for targets in (parse(text), parse(f"{text}\n{ID}")):
        assert [it for it in targets.accepted if isinstance(it, Url)] == []
        assert Reason.LEFT_OUT in {it.reason for it in targets.rejected}


@pytest.mark.parametrize(
    "text",
    [
        "https://h/a.mp4?auth_key=17-0-0-ab please",
        "https://h/a.mp4?auth_key=17-0-0-ab, thanks…",
        "https://h/a.mp4?auth_key=17-0-0-ab （第1集）",
        "https://h/a.mp4?auth_key=17-0-0-ab 1080p60",
    ],
)
def test_words_behind_a_signed_address_leave_it_alone(text: str) -> None:
    assert parse_arguments(text).accepted == (Url("https://h/a.mp4?auth_key=17-0-0-ab"),)


@pytest.mark.parametrize(
    "address",
    [
        "https://h/token=abc/v.m3u8",
        "https://h/design=v2/a.mp4",
        "https://h/monkey=banana.mp4",
        "https://h/v1.2/key=abc/a.mp4",
    ],
)
def test_parameter_may_be_a_folder(address: str) -> None:
    assert parse_list(address) == Targets((Url(address),))


@pytest.mark.parametrize("parse", [parse_arguments, parse_list])
def test_cells_of_a_sheet_are_told_apart(parse: Parse) -> None:
    targets = parse(f"https://h/a.mp4\tFilm\n{ID}\tTrailer\tcut 9\nx\thttps://h/b.mp4")

    assert targets.accepted == (Url("https://h/a.mp4"), Asset(ID), Url("https://h/b.mp4"))
    assert [item.text for item in targets.rejected] == ["Film", "x"]


def test_links_in_a_form_are_exact_whatever_stands_around_them() -> None:
    targets = parse_list('<https://h/a b.mp4|a> Film\n"<https://h/b.mp4|b>".\nhttps://h/c?x=1&y=2')

    assert [item.text for item in targets.rejected] == ["Film"]
    assert targets.accepted == (
        Url("https://h/a b.mp4"),
        Url("https://h/b.mp4"),
        Url("https://h/c?x=1&y=2"),
    )


def test_repeated_word_is_no_duplicate() -> None:
    assert parse_arguments(f"{ID} please please {ID}").duplicates == 1


@pytest.mark.parametrize(
    "text",
    [
        "<https://h/a.mp4> quality=high",
        "https://h/a.mp4 for ticket=OPS-1",
        "https://h/a.mp4 cc team=video",
    ],
)
def test_harmless_parameter_in_prose_leaves_the_address_alone(text: str) -> None:
    assert parse_arguments(text).accepted == (Url("https://h/a.mp4"),)


@pytest.mark.parametrize("text", ["auth_key=s3cret", "？auth_key=s3cret", "a=1&auth_key=s3cret"])
def test_lonely_parameter_is_shown_without_its_value(text: str) -> None:
    targets = parse_arguments(f"{ID} {text}")

    assert targets.accepted == (Asset(ID),)
    assert "s3cret" not in str(targets)


@pytest.mark.parametrize(
    ("text", "address", "others"),
    [
        ("https://h/live please", "https://h/live", ["please"]),
        ("https://h/live v1.2", "https://h/live", ["v1.2"]),
        ("https://h/live cdn.example.com/a.mp4", "https://h/live", ["cdn.example.com/a.mp4"]),
        ("film.mp4 https://h/live", "https://h/live", ["film.mp4"]),
        ("https://h/a.mp4 film.mp4", "https://h/a.mp4", ["film.mp4"]),
        ("https://h/a.mp4;v=1 film.mp4", "https://h/a.mp4;v=1", ["film.mp4"]),
    ],
)
def test_address_beside_other_words_is_still_offered(
    text: str, address: str, others: list[str]
) -> None:
    targets = parse_arguments(text)

    assert targets.accepted == (Url(address),)
    assert [item.text for item in targets.rejected] == others


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
        (f"{ID} {OTHER_ID}\nhttps://h/3", [ID, OTHER_ID, "https://h/3"]),
        (f"https://h/a {ID}.mp4", [f"https://h/a {ID}.mp4"]),
        (f"https://h/a,{ID}0.mp4", [f"https://h/a,{ID}0.mp4"]),
        ("https://h/a, b;c.mp4", ["https://h/a, b;c.mp4"]),
        ("https://h/x?a=&b", ["https://h/x?a=&b"]),
        ("https://h/1,\nhttps://h/2;\n、https://h/3，", [f"https://h/{n}" for n in "123"]),
        (
            "https://h/1.\nhttps://h/2!\nhttps://h/3?",
            ["https://h/1.", "https://h/2!", "https://h/3?"],
        ),
        (
            "https://h/1，https://h/2、https://h/3。",
            ["https://h/1", "https://h/2", "https://h/3。"],
        ),
        (
            '"https://h/a b.mp4",\n`https://h/2`\n(https://h/3(1))',
            ["https://h/a b.mp4", "https://h/2", "https://h/3(1)"],
        ),
        ("“https://h/1”\n«https://h/2»\n《https://h/3》", [f"https://h/{n}" for n in "123"]),
        ('["https://h/1","https://h/2", \'https://h/3\']', [f"https://h/{n}" for n in "123"]),
        ("- https://h/1\n* https://h/2\n• https://h/3", [f"https://h/{n}" for n in "123"]),
        ("<https://h/1>,\n<https://h/2|two>;", ["https://h/1", "https://h/2"]),
        ("https://h/a).mp4\nhttps://h/x?q='a'", ["https://h/a).mp4", "https://h/x?q='a'"]),
        (f'"{ID}","{OTHER_ID}"', [ID, OTHER_ID]),
        ("<https://h/a b>", ["https://h/a b"]),
        ("<https://h/1|see https://h/2>", ["https://h/1"]),
        ("<https://h/1?a&amp;b|x> <https://h/2>", ["https://h/1?a&b", "https://h/2"]),
    ],
)
def test_lines_keep_the_blanks_inside_an_address(text: str, items: list[str]) -> None:
    assert accepted(parse_list(text)) == items


@pytest.mark.parametrize("parse", [parse_arguments, parse_list])
def test_duplicates_are_merged_in_first_order(parse: Parse) -> None:
    targets = parse(f"https://h/b\n{ID.upper()}\nhttps://h/a\n https://h/b\n{ID}\nhttps://H/b")

    assert targets == Targets((Url("https://h/b"), Asset(ID), Url("https://h/a")), duplicates=3)


@pytest.mark.parametrize("parse", [parse_arguments, parse_list])
def test_two_spellings_of_one_address_are_one_and_the_first_is_sent(parse: Parse) -> None:
    first = "HTTPS://V.Example.com:443/A.mp4?Key=1"
    same = "https://v.example.com/A.mp4?Key=1"
    others = [
        "https://v.example.com/a.mp4?Key=1",
        "https://v.example.com/A.mp4?key=1",
        "http://v.example.com/A.mp4?Key=1",
        "https://v.example.com:80/A.mp4?Key=1",
        "https://v.example.com/A.mp4",
    ]

    targets = parse("\n".join([first, same, *others]))

    assert targets == Targets((Url(first), *map(Url, others)), duplicates=1)


@pytest.mark.parametrize(
    ("first", "spellings"),
    [
        ("https://h/a~b.mp4", ["https://h/a%7Eb.mp4", "https://h/a%7eb.mp4"]),
        ("https://h/c%2fd.mp4", ["https://h/c%2Fd.mp4"]),
        ("https://h/%e6%b5%b7.mp4", ["https://h/%E6%B5%B7.mp4", "https://h/%E6%b5%B7.mp4"]),
        ("https://h/f.mp4", ["https://h/./f.mp4", "https://h/x/../f.mp4", "https://h/../f.mp4"]),
        (
            "https://h/f.mp4",
            ["https://h/x/%2E%2E/f.mp4", "HTTPS://H:443/f.mp4", "https://h./f.mp4"],
        ),
        ("http://h/a.mp4?k=%7e", ["http://h:80/a.mp4?k=~"]),
        ("https://视频.example/a.mp4", ["https://xn--cy2a840a.example/a.mp4"]),
    ],
)
def test_what_is_one_address_by_definition_is_sent_once_as_first_written(
    first: str, spellings: list[str]
) -> None:
    targets = parse_list("\n".join([first, *spellings]))

    assert targets == Targets((Url(first),), duplicates=len(spellings))


def test_what_only_resembles_another_address_is_a_file_of_its_own() -> None:
    addresses = [
        "https://h/Reel.MP4",
        "https://h/reel.mp4",
        "https://h/p+q.mp4",
        "https://h/p%20q.mp4",
        "https://h/d%2Fe.mp4",
        "https://h/d/e.mp4",
        "https://h//d/e.mp4",
        "https://h/海.mp4",
        "https://h/%E6%B5%B7.mp4",
        "http://h/d/e.mp4",
        "https://h/d/e.mp4?x=1",
        "https://h/d/e.mp4?",
    ]

    assert accepted(parse_list("\n".join(addresses))) == addresses


def test_an_item_rejected_twice_is_named_once() -> None:
    assert parse_list("x\nx") == Targets((), (Rejected("x", Reason.NOT_A_TARGET),), 0)


def test_two_rejected_addresses_that_differ_in_their_secrets_are_two() -> None:
    targets = parse_list("https://h/?a\nhttps://h/?b")

    assert [item.text for item in targets.rejected] == ["https://h/?…"] * 2
    assert targets.duplicates == 0


def test_a_whole_day_of_the_longest_addresses_is_read() -> None:
    addresses = [f"https://h/{number:04}".ljust(4096, "a") for number in range(1000)]

    assert accepted(parse_list("\r\n".join(addresses))) == addresses


@pytest.mark.parametrize(
    ("parse", "separator"),
    [(parse_arguments, " "), (parse_arguments, "\n"), (parse_list, "\n"), (parse_list, ",")],
)
def test_ten_thousand_items_are_refused_with_the_numbers(parse: Parse, separator: str) -> None:
    text = separator.join(f"https://h/{number}" for number in range(10_000))

    with pytest.raises(
        ListTooLong, check=saying(r"^\*Not sent: 10,000 .* 1,000 files.* Send 1,000 or fewer\.$")
    ) as refused:
        parse(text)

    assert (refused.value.found, refused.value.limit) == (10_000, 1_000)


@pytest.mark.parametrize("parse", [parse_arguments, parse_list])
def test_five_thousand_items_are_read_and_one_more_is_not(parse: Parse) -> None:
    lines = [f"https://h/{number}" for number in range(5001)]

    assert accepted(parse("\n".join(lines[:5000]))) == lines[:5000]
    with pytest.raises(ListTooLong):
        parse("\n".join(lines))


@pytest.mark.parametrize("parse", [parse_arguments, parse_list])
def test_text_beyond_five_million_characters_is_refused_with_the_numbers(parse: Parse) -> None:
    with pytest.raises(
        ListTooLong, check=saying(r"^\*Not sent: 5,000,001 characters .* Split the list")
    ) as refused:
        parse("a" * 5_000_001)

    assert (refused.value.found, refused.value.limit) == (5_000_001, 5_000_000)


@pytest.mark.parametrize("parse", [parse_arguments, parse_list])
@pytest.mark.parametrize(
    "line",
    [
        "# https://h/off.mp4", "#https://h/off.mp4", "## Tonight: https://h/off.mp4",
        "//https://h/off.mp4", "// old https://h/off.mp4", "; https://h/off.mp4",
        ";https://h/off.mp4", "-- https://h/off.mp4", "--https://h/off.mp4",
        "<!-- https://h/off.mp4 -->", "/* https://h/off.mp4 */", "REM https://h/off.mp4",
        "rem\thttps://h/off.mp4", "＃ https://h/off.mp4", "~https://h/off.mp4~",
        "<!--\nhttps://h/off.mp4\n-->", "/*\nfilms\nhttps://h/off.mp4\n*/",
    ],
)  # fmt: skip
def test_line_that_is_switched_off_is_shown_and_not_sent(parse: Parse, line: str) -> None:
    targets = parse(f"https://h/a.mp4\n{line}\nhttps://h/b.mp4")

    assert targets.accepted == (Url("https://h/a.mp4"), Url("https://h/b.mp4"))
    assert {item.reason for item in targets.rejected} == {Reason.COMMENT}
    assert any("off.mp4" in item.text for item in targets.rejected)


@pytest.mark.parametrize("parse", [parse_arguments, parse_list])
@pytest.mark.parametrize("text", ["# {}", "//{}", "https://h/b.mp4 # {}", "# old: {}", "REM {}"])
def test_target_behind_a_comment_mark_is_not_sent(parse: Parse, text: str) -> None:
    assert Url("https://h/off.mp4") not in parse(text.format("https://h/off.mp4")).accepted
    assert parse(f"# {ID}").accepted == ()


@pytest.mark.parametrize(
    "line",
    ["1. {}", "12) {}", "(3) {}", "1、{}", "- {}", "* {}", "+ {}", "• {}", "- [ ] {}", "- 2. {}",
     "→ {}", "[1] {}"],
)  # fmt: skip
def test_number_and_bullet_before_a_target_are_no_words(line: str) -> None:
    assert parse_list(line.format("https://h/a.mp4")) == Targets((Url("https://h/a.mp4"),))
    assert parse_list(line.format(ID)) == Targets((Asset(ID),))


@pytest.mark.parametrize(
    "line",
    [f"{ID}  Harbour, final", f"{ID}\tLantern", f"Lantern\t{ID}", f"Asset: {ID}", f"{ID},Lantern"],
)
def test_asset_with_its_title_is_one_asset(line: str) -> None:
    assert parse_list(line) == Targets((Asset(ID),))


@pytest.mark.parametrize(
    ("line", "address"),
    [
        (f"{ID}  https://h/a.mp4", "https://h/a.mp4"),
        (f"{ID} *https://h/a.mp4", "https://h/a.mp4"),
        (f"https://h/a.mp4 {ID}", "https://h/a.mp4"),
        (f"https://h/a.mp4\t{ID}", "https://h/a.mp4"),
        (f"{ID},https://h/a.mp4", "https://h/a.mp4"),
        (f"{ID}  film.mp4", None),
        (f"{ID} *films/film.mp4", None),
        (f"MD5 (film.mp4) = {ID}", None),
        (f"md5: {ID}", None),
        (f"etag\t{ID}", None),
    ],
)
def test_checksum_is_no_asset(line: str, address: str | None) -> None:
    targets = parse_list(line)

    assert targets.accepted == ((Url(address),) if address else ())
    assert [item.reason for item in targets.rejected] == [Reason.SUM]


@pytest.mark.parametrize(
    "line",
    [f"{ID}  https://h/a.mp4", f"{ID} *https://h/a.mp4", f"https://h/a.mp4  {ID}",
     f"{ID}  <https://h/a.mp4>", f"<https://h/a.mp4>\t{ID}"],
)  # fmt: skip
def test_checksum_is_no_asset_behind_the_command_and_in_a_message(line: str) -> None:
    for targets in (parse_arguments(line), parse_message({"text": line})):
        assert targets.accepted == (Url("https://h/a.mp4"),)


@pytest.mark.parametrize("line", [f"task_id {ID}", f"Task: {ID}", f"{ID}\ttask", f"任务 {ID}"])
def test_what_is_called_a_task_is_no_asset(line: str) -> None:
    targets = parse_list(line)

    assert targets.accepted == ()
    assert [item.reason for item in targets.rejected] == [Reason.TASK]


@pytest.mark.parametrize("behind", ["tomorrow", "at 9", "18:00"])
def test_time_beside_an_asset_is_no_title(behind: str) -> None:
    assert parse_list(f"{ID} {behind}").accepted == ()


@pytest.mark.parametrize("text", ['"https://h/a.mp4?ids=1,2"', "<https://h/a.mp4?ids=1,2>"])
def test_quotes_make_the_end_of_an_address_certain(text: str) -> None:
    assert parse_list(text).accepted == (Url("https://h/a.mp4?ids=1,2"),)


def test_quote_that_a_sheet_has_doubled_is_not_sent_twice() -> None:
    (rejected,) = parse_list('"https://h/a""b.mp4"').rejected

    assert (rejected.reason, rejected.offered) == (Reason.ESCAPED, 'https://h/a"b.mp4')


@pytest.mark.parametrize(
    "text", ["https://h/a.mp4?ids=1,2", "https://h/live/ch1,Kite", "https://h/live/ch1;90"]
)
def test_delimiter_behind_an_address_may_begin_another_cell(text: str) -> None:
    targets = parse_list(text)

    assert targets.accepted == ()
    assert [item.reason for item in targets.rejected] == [Reason.CELL_BEHIND]


def test_link_whose_scheme_slack_made_up_is_not_sent() -> None:
    targets = parse_arguments("<http://cdn.example.com/a.mp4|cdn.example.com/a.mp4>")

    assert targets.accepted == ()
    assert [item.reason for item in targets.rejected] == [Reason.NO_SCHEME]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("see https://h/b.mp4! Thanks", "https://h/b.mp4"),
        ("(see https://h/c.mp4).", "https://h/c.mp4"),
        ("Thanks for https://h/my video", "https://h/my"),
        ("الملف https://h/b.mp4؟", "https://h/b.mp4"),
        ("curl -I https://h/live/1' -H 'x: y'", "https://h/live/1"),
    ],
)
def test_address_in_a_sentence_of_a_list_ends_where_a_sentence_would_end_it(
    text: str, meant: str
) -> None:
    found = parse_list(f"{text}\nhttps://h/x.mp4")

    assert [it for it in found.accepted if it != Url("https://h/x.mp4")] == []
    assert [(it.reason, it.offered) for it in found.rejected if "://" in it.text] == [
        (Reason.WORDS_BEHIND, meant)
    ]


def test_label_before_an_address_makes_no_sentence() -> None:
    found = parse_list("Folge 1: https://h/my film.mp4\nFolge 2 – https://h/a b.mp4")

    assert found.accepted == (Url("https://h/my film.mp4"), Url("https://h/a b.mp4"))


@pytest.mark.parametrize(
    "text",
    [
        "https://h/launch/wrap\n  ped/a.mp4",
        "https://h/season-\n2/film.mp4",
        "https://h/film-1.\nmp4",
        "https://h/launch/long=\n/a.mp4",
    ],
)
def test_address_that_was_wrapped_is_not_sent_in_pieces(text: str) -> None:
    found = parse_list(f"{text}\nhttps://h/x.mp4")

    assert found.accepted == (Url("https://h/x.mp4"),)
    assert [it.reason for it in found.rejected] == [Reason.CUT]


def test_word_below_an_address_without_an_extension_is_none_of_it() -> None:
    found = parse_list("https://h/live/123\nthanks\nhttps://h/live/124\n\na.mp4")

    assert found.accepted == (Url("https://h/live/123"), Url("https://h/live/124"))
