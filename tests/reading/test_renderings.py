"""A list of addresses comes back from every rendering as exactly that list."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.lists import parse_arguments, parse_list
from bot.reading.messages import parse_message
from bot.rules.address import comparable
from bot.rules.target import Targets, Url
from tests.helpers.reading_strategies import addresses, escape, unhurried

Parser = Callable[[Sequence[str]], Targets]

LABELS = ["film", "the film, part 1", "https://h/label.mp4", "see https://h/label.mp4"]


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
    """Nobody can say whose the `]` in `[https://h/[a]` is, or whether a sheet doubled a quote."""
    return [url for url in urls if "[" not in url and '""' not in url]


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
