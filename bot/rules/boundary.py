"""Where a target begins and ends in the text around it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.rules.address import split_address
from bot.rules.keyboard import OUTER
from bot.rules.target import (
    Reason,
    Rejected,
    holds_a_secret,
    is_web_address,
    lacks_scheme,
    shown,
)

SEPARATORS = ",;，；、"
SENTENCE_ENDS = ".:!?…。：！？"
WIDE_OPENING, WIDE_CLOSING = "（［【《〈「『＜", "）］】》〉」』＞"
OPENING_OF = dict(zip(")]}>”’»›" + WIDE_CLOSING, "([{<“‘«‹" + WIDE_OPENING, strict=True))
QUOTES = "\"'`＂"
STYLES = "*_~"
SHORTENED = ("…", "...")
"""What a display puts in the place of the rest."""

HIDDEN_QUERY = tuple(f"?{mark}" for mark in SHORTENED)
BULLETS = "-–—•·"

_SCHEME = r"[A-Za-z][A-Za-z0-9+]{0,30}://"
_ID = r"[0-9A-Fa-f]{32}(?![A-Za-z0-9/=@%&?#+_-]|\.[A-Za-z0-9])"
_BEGINNING = re.compile(f"{_SCHEME}|{_ID}")

# In prose an address ends here; wide brackets may stand inside a name, but not at its end.
_STOPS = r"\s<>\"`＂“”„«»‹›，；、。：！？"
_PLAIN = rf"[^{_STOPS}{WIDE_OPENING}{WIDE_CLOSING}]"
_BRACKETED = (
    rf"[{WIDE_OPENING}][^{_STOPS}{WIDE_OPENING}{WIDE_CLOSING}:]*+[{WIDE_CLOSING}]"
    rf"(?=[^{_STOPS}{WIDE_CLOSING}])"
)
# A full-width question mark ends a sentence, but before a parameter it was to begin the query.
_WIDE_QUERY = r"？(?=[A-Za-z0-9_.-]{1,40}=)"
# An asset ID is a word of its own, not a piece of a path, a file name or a query.
_IN_PROSE = re.compile(
    rf"(?P<opened>(?<![*_~'])[*_~']*+)(?<![A-Za-z0-9+])"
    rf"(?P<address>{_SCHEME}(?:{_PLAIN}|{_BRACKETED}|{_WIDE_QUERY})++)"
    rf"|(?<![A-Za-z0-9/=@%&?#+._-])(?P<id>{_ID})"
)

# The looks behind and the possessive `++` keep a long run of marks from being read twice.
_JOINT = r"(?<![,;])[,;]++"
_BEFORE_ID = re.compile(rf"{_JOINT}(?={_ID})")
_PROSE_JOINT = re.compile(
    rf"(?<![,;|()\[\]{{}}'])[,;|()\[\]{{}}']++(?={_SCHEME})|{_JOINT}(?={_ID})"
)
_OPENING = "".join(OPENING_OF.values()) + "„" + QUOTES + STYLES
_NEXT = rf"(?=[{re.escape(_OPENING)}]{{0,3}}(?:{_SCHEME}|{_ID}))"
_LINE_JOINT = re.compile(rf"{_JOINT}{_NEXT}")
_BLANK = r"\s\u200b\u2060\ufeff，；、。"
_LINE_GAP = re.compile(rf"(?<![{_BLANK},;])(?=[,;]*+[{_BLANK}])[{_BLANK},;]++{_NEXT}")

# Digits among letters, longer than any word of a sentence.
_TOKEN = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9%_~.+-]{16,}")
_EXTENSION = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{2,5}(?:;|\Z)")

_LINE_END = OUTER + SEPARATORS
_PROSE_END = _LINE_END + SENTENCE_ENDS + QUOTES + "’"
_PAIRED = frozenset(QUOTES + STYLES).union(OPENING_OF)
_NO_WORD = _PROSE_END + _OPENING + "".join(OPENING_OF) + BULLETS


@dataclass(frozen=True, slots=True)
class Leftover:
    """A word of prose, as written, that names no target; or the dots that shorten an address."""

    word: str


def read_prose(text: str) -> Iterator[str | Leftover]:
    """The addresses and asset IDs of running text, and the words between them, in order.

    An address ends at a blank, `<`, `>`, a quotation mark or Chinese punctuation. What then ends
    the sentence is not part of it: commas, full stops and the like, brackets that it did not
    open, a mark that stood before it as well. Behind a comma, `|` or bracket, before the query,
    another address begins a target of its own.
    """
    end = 0
    for match in _IN_PROSE.finditer(text):
        yield from _leftovers(text[end : match.start()])
        end = match.end()
        if match["id"]:
            yield match["id"]
            continue
        for piece in _side_by_side(match["address"], _PROSE_JOINT):
            address = _without_ending(piece, opened=match["opened"], marks=_PROSE_END)
            yield address
            if piece[len(address) :].startswith((*SHORTENED, *HIDDEN_QUERY)):
                yield Leftover(piece[len(address) :])
    yield from _leftovers(text[end:])


def split_line(line: str) -> list[str]:
    """The pieces of a line that should hold one target, still wrapped as `unwrapped` takes them.

    Cut where blanks or Chinese punctuation precede another target, and where a comma or
    semicolon does, before the query. All other blanks belong to the address: playback URLs may
    hold them. So may all punctuation, but commas and semicolons at the end part a list.
    """
    pieces = [
        piece.strip(_LINE_END)
        for part in _LINE_GAP.split(line)
        for piece in _side_by_side(part, _LINE_JOINT)
    ]
    return [piece for piece in pieces if piece.strip(_NO_WORD)]


def unwrapped(piece: str) -> str:
    """The target without the quotes and brackets around it; other text unchanged.

    A full stop, `!` or `?` at the end stays: on a line of its own an address is exact.
    """
    bare = piece.lstrip(_OPENING + OUTER)
    if not _BEGINNING.match(bare):
        return piece
    return _without_ending(bare, opened=piece[: len(piece) - len(bare)], marks=_LINE_END)


def with_cuts_rejected(found: Iterable[str | Leftover]) -> Iterator[str | Rejected]:
    """Each target and each word, but as one rejected item what was cut out of one address.

    Such a cut shows in an address whose name has no extension before a word that ends in one:
    `https://h/my` and `film.mp4`. So it does in a signature that stands alone: `https://h/a.mp4`
    and `auth_key=1`.
    """
    cut: list[str] = []
    for item in found:
        if isinstance(item, str):
            yield from _with_words(cut)
            cut = [item]
        elif not cut:
            yield from _with_words([item.word])
        else:
            cut.append(item.word)
            if _is_end_of_a_cut(item.word) or (len(cut) == 2 and is_rest_of(*cut)):
                yield from [rejected_as_cut(*cut)] if _is_cut(*cut) else _with_words(cut)
                cut = []
    yield from _with_words(cut)


def with_signatures_rejected(found: Iterable[str]) -> Iterator[str | Rejected]:
    """Each piece, but as one rejected item an address and the signature that follows it."""
    before: str | Rejected | None = None
    for piece in found:
        if isinstance(before, str) and is_rest_of(before, piece):
            before = rejected_as_cut(before, piece)
            continue
        if before is not None:
            yield before
        before = piece
    if before is not None:
        yield before


def _with_words(texts: list[str]) -> list[str]:
    """Without the dots of a sentence that trails off."""
    return [text for text in texts if text.strip(_NO_WORD)]


def is_rest_of(address: str, piece: str) -> bool:
    """Whether the piece behind the address looks like the query, or the rest of it."""
    if not is_web_address(address) or "/" in piece.partition("=")[0]:
        return False
    is_query = piece.startswith(("?", "&")) or holds_a_secret(piece)
    return is_query or _is_shortened(address, piece) or _goes_on(address, piece)


def _is_shortened(address: str, word: str) -> bool:
    return word.startswith(SHORTENED) and split_address(address).query is not None


def _goes_on(address: str, word: str) -> bool:
    """Whether the word looks like the rest of the signature that the address ends in."""
    query = split_address(address).query or ""
    if "/" in word or _BEGINNING.match(word):
        return False
    if not holds_a_secret(query) and not query.endswith("="):
        return False
    if query[-1] in "=-&%_" and not query.endswith("=="):
        return True
    return word[0] in "-%_=" or _TOKEN.fullmatch(word) is not None


def rejected_as_cut(*pieces: str) -> Rejected:
    """What was one address, in pieces; shown without what may sign it."""
    is_hidden = pieces[-1].startswith(HIDDEN_QUERY)
    return Rejected(shown(" ".join(pieces)), Reason.LEFT_OUT if is_hidden else Reason.CUT)


def _leftovers(text: str) -> Iterator[Leftover]:
    for word in text.split():
        if word.strip(_NO_WORD):
            yield Leftover(word.strip(OUTER))


def _side_by_side(text: str, joint: re.Pattern[str]) -> list[str]:
    """A query may hold a whole address, so only an asset ID is cut off there."""
    head, mark, query = text.partition("?")
    *complete, last = joint.split(head)
    rest, *ids = _BEFORE_ID.split(mark + query)
    return [*complete, last + rest, *ids]


def _without_ending(target: str, *, opened: str, marks: str) -> str:
    """`opened` is what stood directly before the target, `marks` what always ends it."""
    end = len(target)
    surplus: dict[str, int] = {}
    while end and ((last := target[end - 1]) in marks or last in _PAIRED):
        if last not in marks:
            # Counted once for each kind: to count at each step takes quadratic time.
            if last not in surplus:
                surplus[last] = _surplus(last, target, opened)
            if surplus[last] <= 0:
                break
            surplus[last] -= 1
        end -= 1
    return target[:end]


def _surplus(closing: str, target: str, opened: str) -> int:
    """How many of these the target did not open itself."""
    if closing in STYLES:
        return opened.count(closing)
    if closing in QUOTES:
        return max(target.count(closing) % 2, opened.count(closing))
    return target.count(closing) - target.count(OPENING_OF[closing])


def _is_end_of_a_cut(word: str) -> bool:
    return _ends_a_file_name(word) or holds_a_secret(word) or word.startswith(SHORTENED)


def _is_cut(target: str, *words: str) -> bool:
    if not is_web_address(target):
        return False
    parts = split_address(target)
    return (
        holds_a_secret(words[-1]) or is_rest_of(target, words[0]) or not _has_extension(parts.path)
    )


def _ends_a_file_name(word: str) -> bool:
    name = word.partition("?")[0].partition("#")[0].rstrip(_NO_WORD)
    return _has_extension(name) and not lacks_scheme(word)


def _has_extension(path: str) -> bool:
    return _EXTENSION.search(path.rpartition("/")[2]) is not None
