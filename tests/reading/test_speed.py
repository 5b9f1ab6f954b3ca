"""Hostile text costs time in proportion to its length."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from bot.reading.commands import parse_command
from bot.reading.lists import parse_list
from bot.reading.messages import parse_message
from bot.rules.refusals import ListTooLong

SHORT, LONG = 2_500, 20_000
# Eight times the text costs 8 times the time if that grows with the length, 64 if with its square.
GREATEST_RATIO = 24

HOSTILE = [
    "<", ">", "<https://a|", "<https://a/x>", "<a:", "https://", "https://a/x ", ",https://a/x",
    "://u:p@", "://u:@?", "a.", "a\n", "a ", " ", "\u200b", ",", ", ", ";a", "&amp;", "&",
    "&amp; ", "(", ")", "https://a)", "@", "。", "0x", "5199337c31c8e4622f1590735b13a263 ", "0",
    "[", "视.", "（", "（a", "）", "「", "，", "、", "*", "_", "'", "'*", "\"", "|", "|,", "https",
    "+",
    "a+", ",\u200b", "，,", "https://（", "https://a（b", "https://a/x,", "https://a/x https://",
    "?https://a", "x.y/", "https://a/b c.d ", " x.mp4", "https://a/b'", "*https://a/b*",
    "(https://a/b", ".0", "[a](", "{{", "hdnts=", "hdnts=acl=a", "\\", "-|-\n", "<a>", "<urlset>",
    "[\"", "{\"a\":", "#EXTINF:\n", "https://h/a.mp4,", "[x]: https://h/\n", "$a$", "/../", "%7e",
    "<!--", "a,b\n",
]  # fmt: skip


def parse_everywhere(text: str) -> object:
    """The text at each place of a message where it may stand."""
    node: object = [{"type": "text", "text": text}, {"type": "link", "url": text}]
    for _ in range(20):
        node = [{"type": "rich_text", "elements": node}]
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    attachment = {"from_url": text, "text": text}
    return parse_message({"text": text, "blocks": [section, node], "attachments": [attachment]})


@pytest.mark.parametrize("parse", [parse_command, parse_list, parse_everywhere])
@pytest.mark.parametrize("unit", HOSTILE)
def test_time_grows_with_the_length_alone(unit: str, parse: Callable[[str], object]) -> None:
    assert grows_with_the_length(parse, unit)


def test_time_grows_with_the_number_of_blocks_alone() -> None:
    def parse(text: str) -> object:
        return parse_message({"blocks": [[[[{"type": "section", "fields": [{}]}]]]] * len(text)})

    assert grows_with_the_length(parse, "a")


def grows_with_the_length(parse: Callable[[str], object], unit: str) -> bool:
    """By the least of three times: other processes can only add to processor time.

    A long text that was quick enough once is read no further time.
    """
    greatest = GREATEST_RATIO * min(nanoseconds(parse, text_of(unit, SHORT)) for _ in range(3))
    long = text_of(unit, LONG)
    return any(nanoseconds(parse, long) < greatest for _ in range(3))


def text_of(unit: str, length: int) -> str:
    body = unit * (length // len(unit))
    return f"{body} https://{body}"


def nanoseconds(parse: Callable[[str], object], text: str) -> float:
    begun = time.process_time_ns()
    with suppress(ListTooLong):
        parse(text)
    # A tenth of a millisecond more, for a clock that ticks slowly.
    return time.process_time_ns() - begun + 100_000
