"""The shape of a list in one line of running text, with targets among its words."""

import re
from collections.abc import Iterable, Iterator

from bot.reading.boundaries import (
    ID,
    JOINT,
    NO_WORD,
    PROSE_END,
    SCHEME,
    WIDE_CLOSING,
    WIDE_OPENING,
    parted,
    without_ending,
)
from bot.reading.characters import BLANKS, filled_lines
from bot.reading.comments import begins_a_comment_behind, is_comment, rejected_comment
from bot.reading.cuts import HIDDEN_QUERY, SHORTENED, Leftover, with_cuts_rejected
from bot.reading.labels import LONGEST_LABEL, called_before, sums_beside_addresses
from bot.reading.limits import check_words
from bot.reading.link_tokens import Split, read_between
from bot.reading.negations import with_negated_rejected
from bot.reading.shapes.shape import Read
from bot.rules.reading import ListShape, Reading
from bot.rules.target import Reason, Rejected

# In prose an address ends here; wide brackets may stand inside a name, but not at its end.
_STOPS = r"\s<>\"`＂“”„«»‹›，；、。：！？،؛؟۔।॥"
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
    rf"(?P<address>{SCHEME}(?:{_PLAIN}|{_BRACKETED}|{_WIDE_QUERY})++)"
    rf"|(?<![A-Za-z0-9/=@%&?#+._-])(?P<id>{ID})"
)
_PROSE_JOINT = re.compile(rf"(?<![,;|()\[\]{{}}'])[,;|()\[\]{{}}']++(?={SCHEME})|{JOINT}(?={ID})")


def read_prose(text: str) -> Iterator[str | Leftover | Rejected]:
    """The addresses and asset IDs of running text, and the words between them, in order.

    An address ends at a blank, `<`, `>`, a quotation mark or Chinese punctuation. What then ends
    the sentence is not part of it: commas, full stops and the like, brackets that it did not
    open, a mark that stood before it as well. Behind a comma, `|` or bracket, before the query,
    another address begins a target of its own. Rejected is only an ID that the word before it
    calls a sum or a task.
    """
    end = 0
    for match in _IN_PROSE.finditer(text):
        yield from _leftovers(text[end : match.start()])
        end = match.end()
        if match["id"]:
            other = called_before(text[max(0, match.start() - LONGEST_LABEL) : match.start()])
            yield match["id"] if other is None else Rejected(match["id"], other)
            continue
        for piece in parted(match["address"], _PROSE_JOINT):
            address = without_ending(piece, opened=match["opened"], marks=PROSE_END)
            yield address
            if piece[len(address) :].startswith((*SHORTENED, *HIDDEN_QUERY)):
                yield Leftover(piece[len(address) :])
    yield from _leftovers(text[end:])


def _leftovers(text: str) -> Iterator[Leftover]:
    for word in text.split():
        if word.strip(NO_WORD):
            yield Leftover(word.strip(BLANKS))


def read_as_words(text: str, split: Split) -> Read | None:
    """A single line, of which each word is answered for."""
    lines = filled_lines(text)
    if len(lines) > 1:
        return None
    check_words(text)
    items = [item for line in lines for item in _items(line, split)]
    return Read(items, Reading(ListShape.WORDS, len(lines)))


def _items(line: str, split: Split) -> Iterator[str | Rejected]:
    if is_comment(line):
        return iter([rejected_comment(line)])
    sums = sums_beside_addresses(line)
    found = with_cuts_rejected(_meant(read_between(split(line), read_prose)))
    return (
        Rejected(it, Reason.SUM) if isinstance(it, str) and it.lower() in sums else it
        for it in found
    )


def _meant(found: Iterable[str | Leftover | Rejected]) -> Iterator[str | Leftover | Rejected]:
    return with_negated_rejected(without_comments(found))


def without_comments(
    found: Iterable[str | Leftover | Rejected],
) -> Iterator[str | Leftover | Rejected]:
    """Behind a word that is a comment mark the next target is switched off."""
    mark = ""
    for item in found:
        if isinstance(item, Leftover):
            mark = item.word if begins_a_comment_behind(item.word) else ""
            yield item
        else:
            is_off = bool(mark) and isinstance(item, str)
            yield rejected_comment(f"{mark} {item}") if is_off else item
            mark = ""
