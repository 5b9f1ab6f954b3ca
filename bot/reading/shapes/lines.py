"""The shape of a list with one target a line, as people paste it."""

import re
from collections.abc import Iterable, Iterator

from bot.reading.boundaries import (
    ID,
    JOINT,
    LINE_END,
    NO_WORD,
    OPENING,
    SCHEME,
    begins_with_a_target,
    parted,
    without_ending,
)
from bot.reading.characters import BLANKS, UNSEEN_AROUND, numbered_lines
from bot.reading.comments import (
    begins_a_comment_behind,
    is_comment,
    opens_a_block,
    rejected_comment,
    says_something,
)
from bot.reading.cuts import with_signatures_rejected
from bot.reading.labels import with_labels
from bot.reading.limits import check_count
from bot.reading.link_tokens import Exact, Split, read_between
from bot.reading.negations import announces_a_negation, negated, says_not
from bot.reading.shapes.prose import read_prose
from bot.reading.shapes.shape import Placed, Read, read_of
from bot.reading.targets import PLAIN_ADDRESS, is_web_address
from bot.rules.reading import ListShape, Reading
from bot.rules.redaction import shown
from bot.rules.refusals import ListUnit
from bot.rules.target import Reason, Rejected

_NEXT = rf"(?=[{re.escape(OPENING)}]{{0,3}}(?:{SCHEME}|{ID}))"
_LINE_JOINT = re.compile(rf"{JOINT}{_NEXT}")
_BLANK = rf"\s{UNSEEN_AROUND}，；、。："
_LINE_GAP = re.compile(rf"(?<![{_BLANK},;])(?=[,;]*+[{_BLANK}])[{_BLANK},;]++{_NEXT}")
# A number, a bullet or a box before a target; both may stand there.
_NUMBERING = re.compile(
    r"(?:(?:[-*+]\s|[–—•·▪◦‣●○■□→»>])\s{0,9}(?:\[[ xX]\]\s{0,9})?)?"
    r"(?:\(?[0-9]{1,4}\s?[.):、．）]|[①-⑳]|\[[0-9]{1,4}\])?\s{0,9}"
    rf"{_NEXT}"
)
# What stands before an address and ends so is its label; other words begin a sentence.
_LABEL = re.compile(r"[:：=|>→–—-]\Z")
_QUOTED = re.compile(r"[\"“«「『＂]")


def read_lines(lines: list[str], split: Split) -> Iterator[str | Rejected]:
    """The targets of lines that are no comments; a signature below its address belongs to it."""
    return (item for _, item in read_numbered(enumerate(lines, start=1), split))


def read_numbered(lines: Iterable[tuple[int, str]], split: Split) -> Iterator[Placed]:
    """As `read_lines`, each target behind the number of its line."""
    return _with_negated_lines(
        with_signatures_rejected(
            (number, item) for number, line in _lines(lines) for item in _of(line, split)
        )
    )


def _with_negated_lines(found: Iterable[Placed]) -> Iterator[Placed]:
    """Below a line as `Do not prefetch:` no target is meant, up to an empty line or a heading."""
    negated_at: int | None = None
    for number, item in found:
        is_target = isinstance(item, str) and begins_with_a_target(item)
        if (isinstance(item, str) and not is_target and announces_a_negation(item)) or (
            negated_at is not None
            and number - negated_at <= 1
            and (is_target or isinstance(item, Rejected))
        ):
            negated_at = number
        else:
            negated_at = None
        is_negated = negated_at is not None and is_target
        yield number, negated(str(item)) if is_negated else item


def _lines(lines: Iterable[tuple[int, str]]) -> Iterator[Placed]:
    """The lines, and those that a mark switches off as rejected items."""
    ends_with: str | None = None
    for number, line in lines:
        is_off = ends_with is not None or is_comment(line)
        if says_something(line):
            yield number, rejected_comment(line) if is_off else line
        if ends_with is None:
            ends_with = opens_a_block(line)
        elif ends_with in line:
            ends_with = None


def _of(line: str | Rejected, split: Split) -> Iterator[str | Rejected]:
    if isinstance(line, Rejected) or PLAIN_ADDRESS.fullmatch(line):
        return iter([line])
    bare = line[match.end() :] if (match := _NUMBERING.match(line)) else line
    pieces = _without_negated(_without_comments(list(read_between(split(bare), _in_text))))
    return with_labels(pieces)


def _without_negated(pieces: Iterable[str | Rejected]) -> Iterator[str | Rejected]:
    """Behind a word that says *not* no target of the line is meant."""
    is_negated = False
    for piece in pieces:
        is_word = isinstance(piece, str) and not begins_with_a_target(piece)
        is_negated = is_negated or (is_word and says_not(str(piece)))
        yield negated(piece) if is_negated and isinstance(piece, str) and not is_word else piece


def _without_comments(pieces: list[str | Rejected]) -> Iterator[str | Rejected]:
    """Behind a comment mark the rest of the line is switched off."""
    is_off = False
    for piece in pieces:
        if isinstance(piece, Rejected):
            yield piece
        else:
            yield rejected_comment(piece) if is_off else piece
            is_off = is_off or begins_a_comment_behind(piece)


def _in_text(text: str) -> Iterator[str | Rejected]:
    """The targets of a line; a tab parts the cells of a sheet."""
    for cell in text.split("\t"):
        yield from _in_cell(_pieces(cell))


def _in_cell(pieces: Iterable[str]) -> Iterator[str | Rejected]:
    """In a sentence an address is certain only where it ends as in running text."""
    is_sentence = False
    for piece in pieces:
        item = _unwrapped(piece)
        if isinstance(item, Rejected | Exact) or begins_with_a_target(item):
            yield _ended_by_a_sentence(item) if is_sentence and type(item) is str else item
        else:
            is_sentence = is_sentence or not _LABEL.search(item)
            yield item


def _ended_by_a_sentence(target: str) -> str | Rejected:
    meant = next(read_prose(target), target)
    if meant == target or not is_web_address(target):
        return target
    offered = shown(meant) if isinstance(meant, str) else ""
    return Rejected(shown(target), Reason.WORDS_BEHIND, offered=offered)


def _pieces(line: str) -> list[str]:
    """The pieces of a line that should hold one target, still wrapped as `_unwrapped` takes them.

    Cut where blanks or Chinese punctuation precede another target, and where a comma or
    semicolon does, before the query. All other blanks belong to the address: playback URLs may
    hold them. So may all punctuation, but commas and semicolons at the end part a list.
    """
    pieces = [
        piece.strip(LINE_END)
        for part in _LINE_GAP.split(line)
        for piece in parted(part, _LINE_JOINT)
    ]
    return [piece for piece in pieces if piece.strip(NO_WORD)]


def _unwrapped(piece: str) -> str | Rejected:
    """The target without the quotes and brackets around it; other text unchanged.

    A full stop, `!` or `?` at the end stays: on a line of its own an address is exact.
    """
    bare = piece.lstrip(OPENING + BLANKS)
    if not begins_with_a_target(bare):
        return piece
    opened = piece[: len(piece) - len(bare)]
    target = without_ending(bare, opened=opened, marks=LINE_END)
    if '""' in target and '"' in opened:
        # Sheets double a quotation mark within others; in a name it may stand twice as well.
        return Rejected(shown(target), Reason.ESCAPED, offered=shown(target.replace('""', '"')))
    return Exact(target) if _QUOTED.search(opened) and len(target) < len(bare) else target


def read_as_lines(text: str, split: Split) -> Read:
    """Any text: the shape that is read when no other one fits."""
    lines = numbered_lines(text)
    check_count(len(lines), ListUnit.LINES)
    return read_of(read_numbered(lines, split), Reading(ListShape.LINES, len(lines)))
