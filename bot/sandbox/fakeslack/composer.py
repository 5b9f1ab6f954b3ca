"""What Slack makes of the text that a person types."""

import re

from bot.sandbox.fakeslack.json_types import Blocks, Json
from bot.sandbox.fakeslack.refusals import CannotDoError

MOST_TYPED = 12_000

_TOKEN = re.compile(r"(?P<url>https?://[^\s<>]+)|<@(?P<user>[UW][A-Z0-9]+)>")
_SENTENCE_ENDS = ".,:;!?…'\"’”。，：；！？、"
_OPENING = {")": "(", "]": "[", "}": "{", "）": "（", "】": "【", "》": "《", "」": "「"}


def check_length(text: str) -> None:
    """Refuse, and never shorten, what the message box would not take, its command included.

    The figure is inferred: Slack documents none for commands, and a report of 2018 says 4,000
    (shawnrc/kemohno issue 15), when that was the limit of messages as well.
    """
    # The client counts as JavaScript does, in UTF-16 units.
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if length > MOST_TYPED:
        message = (
            f"This is {length:,} characters long and the message box takes {MOST_TYPED:,};"
            " shorten it, or send it in parts"
        )
        raise CannotDoError(message)


def escaped(text: str) -> str:
    """Links in angle brackets and the three entities, as `should_escape` and messages have it."""
    pieces = []
    for element in _elements(text):
        if element["type"] == "link":
            pieces.append(f"<{_entities(element['url'])}>")
        elif element["type"] == "user":
            pieces.append(f"<@{element['user_id']}>")
        else:
            pieces.append(_entities(element["text"]))
    return "".join(pieces)


def rich_text(text: str, block_id: str) -> Blocks:
    section = {"type": "rich_text_section", "elements": _elements(text)}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]


def _elements(text: str) -> list[Json]:
    elements: list[Json] = []
    end = 0
    for token in _TOKEN.finditer(text):
        if before := text[end : token.start()]:
            elements.append({"type": "text", "text": before})
        end = token.end()
        if token["url"]:
            url = _without_ending(token["url"])
            elements.append({"type": "link", "url": url})
            end = token.start() + len(url)
        else:
            elements.append({"type": "user", "user_id": token["user"]})
    if rest := text[end:]:
        elements.append({"type": "text", "text": rest})
    return elements


def _without_ending(url: str) -> str:
    """Punctuation behind a link, and a bracket that it did not open, stay in the sentence."""
    while (last := url[-1]) in _SENTENCE_ENDS or (
        last in _OPENING and url.count(last) > url.count(_OPENING[last])
    ):
        url = url[:-1]
    return url


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
