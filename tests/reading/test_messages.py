"""The targets that a Slack message mentions."""

from collections.abc import Mapping

import pytest

from bot.reading.messages import parse_message
from bot.rules.refusals import ListTooLong
from bot.rules.target import Asset, Reason, Rejected, Targets, Url
from tests.helpers.said_words import saying

ID = "5199337c31c8e4622f1590735b13a263"


def rich_text(*elements: object) -> dict[str, object]:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": list(elements)}],
    }


def link(url: object) -> dict[str, object]:
    return {"type": "link", "url": url, "text": "https://h/label"}


def text(words: object) -> dict[str, object]:
    return {"type": "text", "text": words}


def mrkdwn(words: str) -> dict[str, object]:
    return {"type": "mrkdwn", "text": words}


def items(targets: Targets) -> list[str]:
    assert targets.rejected == ()
    assert targets.duplicates == 0
    return [
        target.id if isinstance(target, Asset) else target.address for target in targets.accepted
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("nothing to <@U1|mei> see in <#C1|dev>, <!here> or <mailto:a@h|a@h>", []),
        ("<ftp://h/a.mp4> and slack://h/a.mp4", []),
        ("see <https://h/a b.mp4|the film>, please", ["https://h/a b.mp4"]),
        ("<https://h/a?x=1&amp;y=2>", ["https://h/a?x=1&y=2"]),
        ("(https://h/a.mp4).", ["https://h/a.mp4"]),
        ("https://h/a.mp4, and 'https://h/b.mp4'!", ["https://h/a.mp4", "https://h/b.mp4"]),
        (
            "https://h/a,https://h/b;https://h/c.mp4…",
            ["https://h/a", "https://h/b", "https://h/c.mp4"],
        ),
        ("https://h/a(1).mp4 [https://h/b_(2)]", ["https://h/a(1).mp4", "https://h/b_(2)"]),
        (
            "*https://h/a.mp4* `https://h/b.mp4` _https://h/c.mp4_",
            ["https://h/a.mp4", "https://h/b.mp4", "https://h/c.mp4"],
        ),
        (
            "请预热https://h/视频.mp4，谢谢（https://h/b.mp4）。",
            ["https://h/视频.mp4", "https://h/b.mp4"],
        ),
        ("https://h/a?x=1&amp;y=2.", ["https://h/a?x=1&y=2"]),
        ("see “https://h/a.mp4”：《https://h/b.mp4》", ["https://h/a.mp4", "https://h/b.mp4"]),
        ("url=https://h/a.mp4;（https://h/b.mp4、", ["https://h/a.mp4", "https://h/b.mp4"]),
        ("HTTPS://h/A.mp4", ["HTTPS://h/A.mp4"]),
        ("write https:// or http://... before it", []),
        (f"asset {ID}.", [ID]),
        (f"assets {ID.upper()}, ID:{ID}, 资产{ID}，", [ID]),
        (f"{ID}0 x{ID} /{ID} {ID}/x {ID}.mp4 ?id={ID} {ID}-1", []),
        (
            f"https://h/asset/{ID}/a.mp4 https://h/a,{ID}",
            [f"https://h/asset/{ID}/a.mp4", "https://h/a", ID],
        ),
    ],
)
def test_words_of_a_message_are_passed_over(words: str, found: list[str]) -> None:
    assert items(parse_message({"text": words})) == found
    assert items(parse_message({"blocks": [{"type": "section", "text": mrkdwn(words)}]})) == found


@pytest.mark.parametrize(
    "blocks",
    [
        [rich_text(text("see "), link("https://h/a b|c?x=1&y"), text(f" and {ID}"))],
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_list",
                        "style": "bullet",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [link("https://h/a b|c?x=1&y")],
                            }
                        ],
                    },
                    {"type": "rich_text_quote", "elements": [text(f"{ID}\n")]},
                    {"type": "rich_text_preformatted", "elements": [link("https://h/a b|c?x=1&y")]},
                ],
            }
        ],
        [
            {"type": "divider"},
            {"type": "header", "text": {"type": "plain_text", "text": "no link"}},
            {
                "type": "section",
                "text": mrkdwn("<https://h/a b|film>"),
                "fields": [mrkdwn("<https://h/a b|c?x=1&amp;y>"), mrkdwn(ID)],
            },
            {"type": "context", "elements": [{"type": "image", "image_url": "https://h/i"}]},
        ],
        [{"type": "context", "elements": [mrkdwn("<https://h/a b>"), mrkdwn(ID)]}],
        [
            {
                "type": "table",
                "rows": [
                    [{"type": "raw_text", "text": "-"}, rich_text(link("https://h/a b"))],
                    [rich_text(text(ID))],
                ],
            }
        ],
    ],
)
def test_blocks_are_read_in_order(blocks: list[object]) -> None:
    first, second = items(parse_message({"blocks": blocks}))

    assert first.startswith("https://h/a b")
    assert second == ID


@pytest.mark.parametrize(
    "words",
    [
        "<https://h/视频 1.mp4?a&amp;b>",
        "<https://h/视频 1.mp4?a&amp;b|film>",
        "bare: https://h/视频 1.mp4?a&amp;b",
    ],
)
def test_text_that_repeats_its_rich_text_adds_nothing(words: str) -> None:
    message = {"text": words, "blocks": [rich_text(link("https://h/视频 1.mp4?a&b"))]}

    assert items(parse_message(message)) == ["https://h/视频 1.mp4?a&b"]


def test_text_counts_where_rich_text_names_no_target() -> None:
    message = {"text": "<https://h/a>", "blocks": [rich_text(text("hello"))]}

    assert items(parse_message(message)) == ["https://h/a"]


def test_text_and_sections_are_both_read_once() -> None:
    section = {"type": "section", "text": mrkdwn("<https://h/a?x&amp;y> https://h/b")}

    targets = parse_message({"text": "https://h/b. https://h/c", "blocks": [section]})

    assert items(targets) == ["https://h/b", "https://h/c", "https://h/a?x&y"]


@pytest.mark.parametrize(
    "attachment",
    [
        {"from_url": "https://h/a?x&amp;y"},
        {"from_url": "https://h/a?x&y", "original_url": "https://h/a?x&amp;y"},
        {"title": "a", "title_link": "https://h/a?x&amp;y"},
        {"text": "<https://h/a?x&amp;y>", "fallback": "[no title] https://h/cut"},
        {"pretext": "see https://h/a?x&amp;y."},
        {"fallback": "[no title] https://h/a?x&amp;y"},
        {"fields": [{"title": "file", "value": "<https://h/a?x&amp;y>"}]},
        {"blocks": [rich_text(link("https://h/a?x&y"))]},
        {"message_blocks": [{"message": {"blocks": [rich_text(link("https://h/a?x&y"))]}}]},
        {"attachments": [{"from_url": "https://h/a?x&amp;y"}]},
    ],
)
def test_attachment_is_read_and_an_unfurl_is_the_link_again(attachment: object) -> None:
    message = {"text": "", "attachments": [attachment]}

    assert items(parse_message(message)) == ["https://h/a?x&y"]
    assert items(parse_message({**message, "text": "<https://h/a?x&amp;y>"})) == ["https://h/a?x&y"]


def test_only_addresses_that_may_not_be_sent_are_rejected() -> None:
    words = "see localhost, http://localhost/x.mp4 (https://h/all/) and https://u:pw@h/x"

    assert parse_message({"text": words}) == Targets(
        (),
        (
            Rejected("http://localhost/x.mp4", Reason.PRIVATE_HOST),
            Rejected("https://h/all/", Reason.DIRECTORY),
            Rejected("https://h/x", Reason.CREDENTIALS),
        ),
    )


@pytest.mark.parametrize("wrong", [None, 7, 1.5, True, "https", [], {}, [[]], [None, 3], {"a": 1}])
@pytest.mark.parametrize(
    "message",
    [
        lambda wrong: {"text": wrong, "blocks": wrong, "attachments": wrong},
        lambda wrong: {"blocks": [wrong, {"type": wrong}], "attachments": [wrong]},
        lambda wrong: {"blocks": [{"type": "section", "text": wrong, "fields": wrong}]},
        lambda wrong: {"blocks": [rich_text(wrong, link(wrong), text(wrong))]},
        lambda wrong: {"attachments": [dict.fromkeys(("from_url", "text", "fields"), wrong)]},
        lambda wrong: {"attachments": [{"message_blocks": [wrong, {"message": wrong}]}]},
    ],
)
def test_wrong_types_are_survived(message: object, wrong: object) -> None:
    assert callable(message)
    payload: Mapping[str, object] = message(wrong)

    assert parse_message({**payload}) == Targets()


@pytest.mark.parametrize("container", ["blocks", "attachments"])
def test_nesting_without_end_is_survived(container: str) -> None:
    node: dict[str, object] = {"from_url": "https://h/a", **link("https://h/a")}
    for _ in range(100_000):
        node = {"type": "rich_text", "elements": [node], "attachments": [node]}

    assert parse_message({container: [node]}) == Targets()


def test_message_with_ten_thousand_links_is_refused() -> None:
    links = [link(f"https://h/{number}") for number in range(10_000)]

    with pytest.raises(ListTooLong, check=saying("10,000 items")):
        parse_message({"blocks": [rich_text(*links)]})


def test_asset_id_in_two_cases_is_one() -> None:
    assert parse_message({"text": f"{ID} {ID.upper()}"}) == Targets((Asset(ID),))


def test_two_spellings_of_one_address_are_one_and_no_duplicate() -> None:
    message = {
        "blocks": [rich_text(link("HTTPS://H:443/a.mp4"), link("https://h/a.mp4"))],
        "attachments": [{"from_url": "https://h/a.mp4"}],
    }

    assert items(parse_message(message)) == ["HTTPS://H:443/a.mp4"]


def test_link_is_sent_as_it_stands_in_the_rich_text() -> None:
    address = "https://h/a,&).mp4?x=1).,"

    assert parse_message({"blocks": [rich_text(link(address))]}).accepted == (Url(address),)


@pytest.mark.parametrize(
    "message",
    [
        {"text": "https://h/a.mp4 auth_key=s3cret, and https://h/b.mp4"},
        {"text": "<https://h/a.mp4>，auth_key=s3cret <https://h/b.mp4>"},
        {"text": "https://h/a.mp4?auth_key=17-0-0-s3cret… https://h/b.mp4"},
        {"text": "https://h/a.mp4?auth_key=17-0-0- s3cret https://h/b.mp4"},
        {"text": "https://h/a.mp4 ?sig=s3cret https://h/b.mp4"},
        {
            "blocks": [
                rich_text(
                    link("https://h/a.mp4"), text(" auth_key=s3cret "), link("https://h/b.mp4")
                )
            ],
            "attachments": [{"from_url": "https://h/a.mp4"}],
        },
    ],
)
def test_address_that_lost_its_signature_is_not_sent_as_its_stump(
    message: Mapping[str, object],
) -> None:
    targets = parse_message(message)

    assert targets.accepted == (Url("https://h/b.mp4"),)
    assert [item.reason for item in targets.rejected] == [Reason.CUT]
    assert "s3cret" not in str(targets)


@pytest.mark.parametrize(
    "message",
    [
        {"text": "https://h/launch/fi… and https://h/b.mp4"},
        {"text": "see https://h/launch/fi... and https://h/b.mp4"},
        {"text": "https://h/my film.mp4, https://h/b.mp4"},
        {"text": "https://h/my old film.mp4\nhttps://h/b.mp4"},
        {"text": "<https://h/my> film.mp4\n<https://h/b.mp4>"},
        {
            "blocks": [
                rich_text(link("https://h/my"), text(" film.mp4, and "), link("https://h/b.mp4"))
            ],
            "attachments": [{"from_url": "https://h/my"}],
        },
    ],
)
def test_address_that_lost_the_end_of_its_name_is_not_sent_as_its_stump(
    message: Mapping[str, object],
) -> None:
    targets = parse_message(message)

    assert targets.accepted == (Url("https://h/b.mp4"),)
    assert [item.reason for item in targets.rejected] == [Reason.CUT]


def test_name_in_another_line_or_block_cuts_no_address() -> None:
    blocks = [{"type": "section", "text": mrkdwn(words)} for words in ("https://h/live", "a.mp4")]

    assert items(parse_message({"text": "https://h/live\nfilm.mp4"})) == ["https://h/live"]
    assert items(parse_message({"blocks": blocks})) == ["https://h/live"]


@pytest.mark.parametrize(
    "message",
    [
        {"text": "# https://h/off.mp4\nhttps://h/b.mp4"},
        {"text": "https://h/b.mp4\n-- https://h/off.mp4"},
        {"text": "<https://h/b.mp4>\n//<https://h/off.mp4>"},
        {"blocks": [rich_text(text("# "), link("https://h/off.mp4"), text("\nhttps://h/b.mp4"))]},
        {"blocks": [rich_text(text("https://h/b.mp4\n# old: "), link("https://h/off.mp4"))]},
    ],
)
def test_address_that_a_mark_switches_off_is_shown_and_not_sent(
    message: Mapping[str, object],
) -> None:
    targets = parse_message(message)

    assert targets.accepted == (Url("https://h/b.mp4"),)
    assert [item.reason for item in targets.rejected] == [Reason.COMMENT]
    assert "off.mp4" in targets.rejected[0].text


@pytest.mark.parametrize(
    "message",
    [
        {"text": "<http://cdn.example.com/a.mp4|cdn.example.com/a.mp4>"},
        {
            "blocks": [
                rich_text({**link("http://cdn.example.com/a.mp4"), "text": "cdn.example.com/a.mp4"})
            ]
        },
    ],
)
def test_scheme_that_slack_made_up_is_not_sent(message: Mapping[str, object]) -> None:
    targets = parse_message(message)

    assert targets.accepted == ()
    assert [item.reason for item in targets.rejected] == [Reason.NO_SCHEME]


def test_preformatted_list_holds_one_target_a_line() -> None:
    lines = f"curl -O\nhttps://h/二 号.mp4\n{ID}\n# https://h/off.mp4\nhttps://h/a.mp4 1.5 GB"
    block = {"type": "rich_text_preformatted", "elements": [text(lines)]}

    targets = parse_message({"blocks": [{"type": "rich_text", "elements": [block]}]})

    assert targets.accepted == (Url("https://h/二 号.mp4"), Asset(ID))
    assert [it.reason for it in targets.rejected] == [Reason.COMMENT, Reason.WORDS_BEHIND]


@pytest.mark.parametrize(
    "message",
    [
        {"text": "<https://h/a.mp4> and then set PREFETCH key=value"},
        {"text": f"<https://h/a.mp4> {ID} token=abc"},
    ],
)
def test_parameter_that_stands_apart_leaves_the_address_alone(
    message: Mapping[str, object],
) -> None:
    assert parse_message(message).accepted[0] == Url("https://h/a.mp4")
    assert parse_message(message).rejected == ()


BUTTON = {
    "type": "button",
    "action_id": "open",
    "text": {"type": "plain_text", "text": "Open"},
    "url": "https://h/a.mp4?x&amp;y",
}
OVERFLOW = {
    "type": "overflow",
    "action_id": "more",
    "options": [
        {"text": {"type": "plain_text", "text": "Film"}, "value": "1"},
        {
            "text": {"type": "plain_text", "text": "Open"},
            "value": "2",
            "url": "https://h/a.mp4?x&y",
        },
    ],
}
CARD = {
    "type": "card",
    "title": mrkdwn("the trailer"),
    "hero_image": {"type": "image", "image_url": "https://h/i.png", "alt_text": "a still"},
    "actions": [BUTTON],
}
TASK = {
    "task_id": "t",
    "title": "Fetched",
    "status": "complete",
    "sources": [{"type": "url", "url": "https://h/a.mp4?x&y", "text": "the film"}],
}
DATE = {"type": "date", "timestamp": 1, "format": "{date}", "url": "https://h/a.mp4?x&y"}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "actions", "elements": [BUTTON]},
        {"type": "actions", "elements": [OVERFLOW]},
        {"type": "section", "text": mrkdwn("the film"), "accessory": BUTTON},
        {"type": "section", "text": mrkdwn("the film"), "accessory": OVERFLOW},
        {"type": "section", "text": mrkdwn("<!date^1^{date}^https://h/a.mp4?x&amp;y|today>")},
        CARD,
        {"type": "card", "subtext": mrkdwn("<https://h/a.mp4?x&amp;y>")},
        {"type": "carousel", "elements": [CARD]},
        {"type": "container", "child_blocks": [{"type": "actions", "elements": [BUTTON]}]},
        {"type": "container", "rich_text_title": rich_text(link("https://h/a.mp4?x&y"))},
        {"type": "data_table", "rows": [[{"type": "raw_text", "text": "https://h/a.mp4?x&y"}]]},
        {"type": "data_table", "rows": [[rich_text(link("https://h/a.mp4?x&y"))]]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "https://h/a.mp4?x&y"}]]},
        {"type": "task_card", **TASK},
        {"type": "task_card", "output": rich_text(link("https://h/a.mp4?x&y"))},
        {"type": "plan", "title": "Done", "tasks": [TASK]},
        {"type": "video", "title_url": "https://h/a.mp4?x&y"},
        {"type": "context", "elements": [mrkdwn("<https://h/a.mp4?x&amp;y|film>")]},
        rich_text(DATE),
    ],
)
def test_link_is_found_wherever_a_block_holds_it(block: object) -> None:
    assert items(parse_message({"blocks": [block]})) == ["https://h/a.mp4?x&y"]
    assert items(parse_message({"text": "", "attachments": [{"blocks": [block, block]}]})) == [
        "https://h/a.mp4?x&y"
    ]


def test_legacy_button_of_an_attachment_is_read() -> None:
    actions = [{"type": "button", "text": "Open", "url": "https://h/a.mp4"}]

    assert items(parse_message({"attachments": [{"actions": actions}]})) == ["https://h/a.mp4"]


PERMALINK = "https://acme.slack.com/archives/C0123/p1700000000000100"


def forwarded(message: Mapping[str, object]) -> dict[str, object]:
    return {
        "is_share": True,
        "is_msg_unfurl": True,
        "from_url": PERMALINK,
        "original_url": PERMALINK,
        "author_link": "https://acme.slack.com/team/U1",
        "fallback": "[November 14th] mei: <https://h/a.mp4>",
        "message_blocks": [{"team": "T1", "channel": "C0123", "ts": "1", "message": message}],
    }


def test_forwarded_message_gives_its_links_and_not_its_permalink() -> None:
    share = forwarded({"blocks": [rich_text(link("https://h/a.mp4"))]})

    assert items(parse_message({"text": "", "attachments": [share]})) == ["https://h/a.mp4"]
    assert items(parse_message({"text": f"<{PERMALINK}>", "attachments": [share]})) == [
        "https://h/a.mp4"
    ]


@pytest.mark.parametrize(
    "address",
    [
        PERMALINK,
        "https://acme.enterprise.slack.com/archives/C0123/p1",
        "https://files.slack.com/files-pri/T1-F1/list.csv",
        "https://slack-files.com/T1-F1-abc",
        "https://SLACK.com:443/app_redirect?app=A1",
        "https://a.slack-edge.com/bot.png",
        "slack://channel?team=T1&id=C1",
    ],
)
def test_nothing_of_slacks_own_is_proposed(address: str) -> None:
    blocks = [
        rich_text(link(address)),
        {"type": "actions", "elements": [{**BUTTON, "url": address}]},
        {"type": "section", "text": mrkdwn(f"<{address}>")},
    ]

    assert parse_message({"text": f"<{address}>", "blocks": blocks}) == Targets()
    assert parse_message({"attachments": [{"from_url": address}]}) == Targets()


SNIPPET = {
    "id": "F1",
    "mode": "snippet",
    "name": "list.txt",
    "mimetype": "text/plain",
    "preview": f"https://h/a b.mp4\n{ID}\n{PERMALINK}",
    "lines": 3,
    "lines_more": 0,
    "preview_is_truncated": False,
    "permalink": "https://acme.slack.com/files/U1/F1/list.txt",
    "url_private": "https://files.slack.com/files-pri/T1-F1/list.txt",
}


def test_snippet_that_slack_shows_whole_is_read_by_the_line() -> None:
    targets = parse_message({"text": "<https://h/c.mp4>", "files": [SNIPPET]})

    assert targets.accepted == (Url("https://h/c.mp4"), Url("https://h/a b.mp4"), Asset(ID))
    assert targets.rejected == (Rejected(PERMALINK, Reason.SLACKS_OWN),)


@pytest.mark.parametrize(
    "file",
    [
        {**SNIPPET, "lines_more": 2},
        {**SNIPPET, "lines_more": None},
        {**SNIPPET, "lines_more": False},
        {**SNIPPET, "preview_is_truncated": True},
        {**SNIPPET, "preview": "https://h/a.mp4?x&amp;y"},
        {**SNIPPET, "preview": None},
        {"name": "list.txt", "mode": "hosted", "mimetype": "text/csv"},
        {"name": "list.txt"},
    ],
)
def test_file_that_is_not_certainly_whole_is_pointed_out(file: Mapping[str, object]) -> None:
    not_read = (Rejected("list.txt", Reason.FILE_NOT_READ),)

    assert parse_message({"text": "", "files": [file]}) == Targets((), not_read)
    assert parse_message({"attachments": [forwarded({"files": [file]})]}).rejected == not_read
    assert parse_message({"attachments": [{"files": [file, file]}]}).rejected == not_read


@pytest.mark.parametrize(
    "file", [{"name": "a.mp4", "mode": "hosted", "mimetype": "video/mp4"}, {"name": 7}, 7, None]
)
def test_other_files_are_passed_over(file: object) -> None:
    assert parse_message({"files": [file]}) == Targets()
