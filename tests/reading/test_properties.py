"""What holds for any list of addresses and for any input at all."""

import json
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.reading.commands import parse_command
from bot.reading.lists import ListTooLong, parse_arguments, parse_list
from bot.reading.messages import parse_message
from bot.reading.references import request_id, task_id
from bot.reading.targets import read_target
from bot.rules.address import comparable
from bot.rules.redaction import without_query
from bot.rules.target import Rejected, Targets, Url, host

Parser = Callable[[Sequence[str]], Targets]

# Correctness is the subject here, and busy machines are slow; test_request_speed.py has the speed.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# No `|`: Slack writes it as %7C, for in a link token it begins the label.
PIECES = [
    "视频点播", "é", "a", "VOD", " ", "  ", "\u3000", "&", "&&", "lt;", "amp;", "(1)", ")", "[",
    ",", ", ", ";", "=", "%20", "%7C", "<", ">", "<b>", "'", '"', "`", "*", "_", "~", "@", ":", "/",
    "。", "，", "!", "+", ".", "5199",
]  # fmt: skip
HOSTS = ["cdn.example.com", "1.cdn-vod.huaweicloud.com", "视频.example.com", "h", "h:8080"]
SCHEMES = ["https", "http", "HTTPS"]
LABELS = ["film", "the film, part 1", "https://h/label.mp4", "see https://h/label.mp4"]

pieces = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
queries = st.just("") | pieces.map(lambda inner: f"?auth_key={inner}z")
addresses = st.builds(
    lambda scheme, place, path, query: f"{scheme}://{place}/{path}x.mp4{query}",
    st.sampled_from(SCHEMES),
    st.sampled_from(HOSTS),
    pieces,
    queries,
)


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def tokens(urls: Sequence[str]) -> list[str]:
    labels = [None, *LABELS]
    return [
        f"<{escape(url)}|{label}>" if (label := labels[place % len(labels)]) else f"<{escape(url)}>"
        for place, url in enumerate(urls)
    ]


def rich_text(urls: Sequence[str]) -> dict[str, object]:
    section = {
        "type": "rich_text_section",
        "elements": [
            element
            for url in urls
            for element in (
                {"type": "link", "url": url, "text": "https://h/label.mp4"},
                {"type": "text", "text": ", and then\n"},
            )
        ],
    }
    return {"type": "rich_text", "elements": [section]}


def sections(urls: Sequence[str]) -> list[object]:
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*{number}* {token}."}}
        for number, token in enumerate(tokens(urls))
    ]


def unfurls(urls: Sequence[str]) -> list[object]:
    return [
        {
            "from_url": escape(url),
            "original_url": url,
            "title": "film",
            "title_link": url,
            "fallback": f"[no title] {escape(url)}",
        }
        for url in urls
    ]


RENDERINGS: dict[str, Parser] = {
    "a modal's lines": lambda urls: parse_list("\n".join(urls)),
    "a file's lines": lambda urls: parse_list("\ufeff" + "".join(f"{url} \r\n" for url in urls)),
    "link tokens on a modal's lines": lambda urls: parse_list("\n".join(tokens(urls))),
    "a command's lines": lambda urls: parse_arguments("\n".join(map(escape, [*urls, *urls]))),
    "link tokens on one line": lambda urls: parse_arguments(" ".join(tokens(urls))),
    "link tokens on several lines": lambda urls: parse_arguments("\n".join(tokens(urls))),
    "link tokens without a blank": lambda urls: parse_arguments("".join(tokens(urls))),
    "text of a message": lambda urls: parse_message({"text": "; ".join(tokens(urls))}),
    "rich text": lambda urls: parse_message({"blocks": [rich_text(urls)]}),
    "rich text and its text": lambda urls: parse_message(
        {"text": "\n".join(map(escape, urls)), "blocks": [rich_text(urls)]}
    ),
    "sections and the same text": lambda urls: parse_message(
        {"text": " ".join(tokens(urls)), "blocks": sections(urls)}
    ),
    "unfurls alone": lambda urls: parse_message({"attachments": unfurls(urls)}),
    "a message and its unfurls": lambda urls: parse_message(
        {
            "text": " ".join(tokens(urls)),
            "blocks": [rich_text(urls)],
            "attachments": unfurls(urls[::-1]),
        }
    ),
}


@pytest.mark.parametrize("rendering", RENDERINGS)
@unhurried
@given(urls=st.lists(addresses, min_size=1, max_size=6, unique_by=comparable))
def test_list_comes_back_from_every_rendering(rendering: str, urls: list[str]) -> None:
    targets = RENDERINGS[rendering](urls)

    assert targets.rejected == ()
    assert targets.accepted == tuple(map(Url, urls))


# What ends an address in prose, and what may stand around one or between two.
ENDS = frozenset('<>"`，。 \u3000')
AROUND = ["()", "[]", "{}", "''", '""', "``", "“”", "‘’", "«»", "（）", "「」", "《》", "**", "__"]
BETWEEN = [
    " ", ", ", "; ", ". ", ": ", "! ", "? ", "… ", "\u3000", " - ", "\u200b ", ") ", "], ", "' ",
    "，", "、", "；", "。", "：", "！", "？", "（", "）", "「", "」，", "《", "》、", '", "', "`",
]  # fmt: skip
in_prose = st.lists(addresses.filter(ENDS.isdisjoint), min_size=1, max_size=6, unique_by=comparable)


def with_no_bracket_open(urls: list[str]) -> list[str]:
    """Nobody can say whose the `]` in `[https://h/[a]` is."""
    return [url for url in urls if "[" not in url]


@unhurried
@given(urls=in_prose)
def test_list_without_blanks_comes_back_from_one_line_of_a_command(urls: list[str]) -> None:
    assert parse_arguments(" ".join(map(escape, urls))) == Targets(tuple(map(Url, urls)))


@unhurried
@given(data=st.data(), urls=in_prose.map(with_no_bracket_open))
def test_list_comes_back_from_prose_whatever_its_punctuation(
    data: st.DataObject, urls: list[str]
) -> None:
    text = ""
    for url in urls:
        before, after = data.draw(st.just(("", "")) | st.sampled_from(AROUND).map(tuple))
        between = data.draw(st.sampled_from(BETWEEN))
        # Behind a signature the dots may stand for the rest of it.
        text += (
            f"{before}{escape(url)}{after}{between.replace('…', '!') if '?' in url else between}"
        )

    assert parse_arguments(text) == Targets(tuple(map(Url, urls)))
    assert parse_message({"text": text}) == Targets(tuple(map(Url, urls)))


@unhurried
@given(
    data=st.data(),
    urls=st.lists(addresses, max_size=6, unique_by=comparable).map(with_no_bracket_open),
)
def test_list_comes_back_from_wrapped_lines(data: st.DataObject, urls: list[str]) -> None:
    lines = []
    for url in urls:
        before, after = data.draw(st.just(("", "")) | st.sampled_from(AROUND).map(tuple))
        end = data.draw(st.sampled_from(["", ",", ";", "，", "；", "、", " ,", ", "]))
        lines.append(f"{before}{url}{after}{end}")

    assert parse_list("\n".join(lines)) == Targets(tuple(map(Url, urls)))


@unhurried
@given(urls=in_prose, joint=st.sampled_from([",", ";", "，", "、", "；", "。", "（", "，，"]))
def test_list_comes_back_joined_without_a_blank(urls: list[str], joint: str) -> None:
    unsigned = [url.partition("?")[0] for url in urls]
    once = {comparable(url): url for url in reversed(unsigned)}
    first = tuple(Url(url) for url in dict.fromkeys(unsigned) if once[comparable(url)] == url)

    assert parse_arguments(joint.join(map(escape, unsigned))).accepted == first


@unhurried
@given(urls=st.lists(addresses, min_size=2, max_size=4))
def test_addresses_glued_together_are_never_sent_as_one(urls: list[str]) -> None:
    for targets in (parse_arguments("".join(urls)), parse_list("".join(urls))):
        for target in targets.accepted:
            assert isinstance(target, Url)
            assert target.address.lower().count("://") == 1


FRAGMENTS = [
    "<", ">", "|", "https://", "http://", "://", "&amp;", "&amp", "[", "]", ":", "@", "/", "?", "#",
    "0x", "0", "9" * 12, "127", ".", "。", "\\", "%", " ", "\n", "\u2028", "\u200b", "\ud800",
    "\x00", ",", ";", "localhost", "视频", "ß", "℀", "a" * 70, "5199337c31c8e4622f1590735b13a263",
    "status ", "R-", "quota", "*", ")", "（", "）", "，", "'", '"', "`", "_", "film.mp4", "=https://",
]  # fmt: skip
any_text = st.text(st.characters(exclude_categories=())) | st.lists(
    st.sampled_from(FRAGMENTS), max_size=30
).map("".join)

KEYS = [
    "type", "text", "blocks", "elements", "fields", "value", "url", "attachments", "from_url",
    "original_url", "title", "title_link", "fallback", "pretext", "rows", "message_blocks",
    "message",
]  # fmt: skip
KINDS = [
    "rich_text", "rich_text_section", "rich_text_list", "link", "text", "section", "mrkdwn",
    "plain_text", "context", "header", "table", "raw_text", "markdown", "unknown",
]  # fmt: skip
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(KINDS) | any_text,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | any_text, inner, max_size=6)
    ),
    max_leaves=30,
)


@pytest.mark.parametrize("parse", [parse_command, parse_arguments, parse_list])
@unhurried
@given(text=any_text)
def test_no_text_breaks_a_parser(parse: Callable[[str], object], text: str) -> None:
    parse(text)
    parse(f"https://{text}")
    parse(f"<https://{text}|{text}>\n{text}")


@unhurried
@given(message=st.dictionaries(st.sampled_from(KEYS), any_json))
def test_no_payload_breaks_the_message_parser(message: dict[str, object]) -> None:
    try:
        parse_message(message)
    except ListTooLong as refused:
        assert refused.found > refused.limit  # noqa: PT017 - the one error that is allowed


@unhurried
@given(text=any_text)
def test_no_text_breaks_the_small_readers(text: str) -> None:
    assert host(Url(f"https://{text}")) == host(Url(f"https://{text}")).lower()
    assert without_query(without_query(text)) == without_query(text)
    assert len(request_id(text) or "R-00000") == len("R-00000")
    assert len(task_id(text) or "0" * 32) == 32


@unhurried
@given(text=any_text)
def test_what_is_accepted_can_be_sent_and_what_is_rejected_can_be_shown(text: str) -> None:
    verdict = read_target(f"https://{text}")

    if isinstance(verdict, Rejected):
        assert len(verdict.text) <= 200
        json.dumps(verdict.text).encode()
        verdict.text.encode()
    elif isinstance(verdict, Url):
        verdict.address.encode()
        assert read_target(verdict.address) == verdict


@unhurried
@given(
    before=st.sampled_from(["", "p/", "p?", "p#", "p:", "p@", "p/q?", "视频 "]),
    after=st.sampled_from(["", "/", "?", "#", ":", "@"]),
    rest=st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join),
)
def test_no_password_and_no_query_is_shown(before: str, after: str, rest: str) -> None:
    verdicts = [
        read_target(f"https://mei:{before}s3cret{after}@h/{rest}"),
        read_target(f"ftp://h/{rest.replace('://', '')}?s3cret={rest}"),
    ]

    for verdict in verdicts:
        assert isinstance(verdict, Rejected)
        assert "s3cret" not in verdict.text
