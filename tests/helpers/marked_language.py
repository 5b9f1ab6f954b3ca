"""A made-up language whose every sentence is marked, and what is left of a screen without it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any, cast

from bot.words.language import Words

BEGIN, END = "⟦", "⟧"

MARK = re.compile(f"([{BEGIN}{END}])")
CODE = re.compile(r"`[^`\n]*`")
SLACKS = re.compile(r"<[^<>]*>")
NAME = re.compile(r"^Prefetch (?=R-)")
"""The name of the app, with which the text of each card begins."""

IDS = re.compile(r"\b(?:R-[0-9A-Z]{5}|E-[0-9A-Z]{5})\b")
WORD = re.compile(r"[^\W\d_]{2,}")


QUOTES = frozenset(
    {"unknown_command", "unreadable_time", "misplaced_time", "another_wish", "call_label"}
)
"""Sentences that quote what a person typed, or an address, which may hold blanks."""

SENTENCE = re.compile(r"[^\W\d_]{2,}[.,;:]? [^\W\d_]{2,}")


class Marked:
    """One part of a language with marks around whatever it says."""

    def __init__(self, part: object, said: set[str]) -> None:
        self._part = part
        self._said = said

    def __getattr__(self, name: str) -> object:
        found = getattr(self._part, name)
        self._said.add(name)
        if isinstance(found, str):
            return _marked(found)
        return _speaking(name, cast("Callable[..., object]", found))


def marked(words: Words, said: dict[str, set[str]] | None = None) -> Words:
    """The language with marks around each of its sentences; `said` takes their names, by part."""
    said = {} if said is None else said
    parts = {
        field.name: Marked(getattr(words, field.name), said.setdefault(field.name, set()))
        for field in fields(words)
    }
    return Words(**cast("dict[str, Any]", parts))


def unmarked_words(shown: object) -> set[str]:
    """The words of a view or a message that no sentence of the language holds.

    Code, what Slack writes itself (people, channels, moments) and IDs are no words.
    """
    return {word for text in _texts(shown) for word in WORD.findall(_without_names(_outside(text)))}


def _without_names(text: str) -> str:
    for names in (NAME, CODE, SLACKS, IDS):
        text = names.sub("", text)
    return text


def marks_in(shown: object) -> int:
    return sum(text.count(BEGIN) for text in _texts(shown))


def _speaking(name: str, say: Callable[..., object]) -> Callable[..., object]:
    def say_marked(*values: object, **named: object) -> object:
        handed = [*values, *named.values()]
        if name not in QUOTES and (strangers := [it for it in handed if _is_a_sentence(it)]):
            message = f"{name} is handed a sentence of no language: {strangers}"
            raise AssertionError(message)
        said = say(*values, **named)
        return [_marked(each) for each in said] if isinstance(said, list) else _marked(str(said))

    return say_marked


def _is_a_sentence(value: object) -> bool:
    return isinstance(value, str) and SENTENCE.search(_outside(value)) is not None


def _marked(text: str) -> str:
    return f"{BEGIN}{text}{END}" if text else text


def _outside(text: str) -> str:
    """The text without what stands between marks; a sentence that was cut has no second mark."""
    depth, outside = 0, []
    for piece in MARK.split(text):
        if piece == BEGIN:
            depth += 1
        elif piece == END:
            depth = max(0, depth - 1)
        elif not depth:
            outside.append(piece)
    return "".join(outside)


def _texts(found: object) -> Iterator[str]:
    """Every string that is shown: of text objects, and a message's own text."""
    if isinstance(found, dict):
        if isinstance(found.get("text"), str):
            yield found["text"]
        for value in found.values():
            yield from _texts(value)
    elif isinstance(found, list):
        for value in found:
            yield from _texts(value)
