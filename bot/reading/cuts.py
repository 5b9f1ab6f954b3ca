"""Addresses that lost their end at a blank or a mark, recognised by what stands behind them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.reading.boundaries import NO_WORD, begins_with_a_target
from bot.reading.file_names import has_extension
from bot.reading.targets import holds_a_secret, is_web_address, lacks_scheme
from bot.rules.address import split_address
from bot.rules.redaction import shown
from bot.rules.target import Reason, Rejected

SHORTENED = ("…", "...")
"""What a program shows in the place of the rest of an address."""

HIDDEN_QUERY = tuple(f"?{mark}" for mark in SHORTENED)

# Digits among letters, longer than any word of a sentence.
_TOKEN = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9%_~.+-]{16,}")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A word of prose, as written, that names no target; or the dots that shorten an address."""

    word: str


def with_cuts_rejected(
    found: Iterable[str | Leftover | Rejected],
) -> Iterator[str | Rejected]:
    """Each target and each word of prose; the pieces of one address as one rejected item.

    An address is in pieces where its name has no extension and a word behind it ends in an
    extension, as `https://h/my` and `film.mp4`, and where a signature stands alone, as
    `https://h/a.mp4` and `auth_key=1`.
    """
    cut: list[str] = []
    for item in found:
        if isinstance(item, Rejected):
            yield from _with_words(cut)
            cut = []
            yield item
        elif isinstance(item, str):
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


def with_signatures_rejected(
    found: Iterable[tuple[int, str | Rejected]],
) -> Iterator[tuple[int, str | Rejected]]:
    """Each piece behind its line; an address and its signature behind it as one rejected item."""
    before: str | Rejected | None = None
    begins = 0
    for line, piece in found:
        if (
            isinstance(before, str)
            and isinstance(piece, str)
            and (is_rest_of(before, piece) or (line == begins + 1 and _is_wrapped(before, piece)))
        ):
            before = rejected_as_cut(before, piece)
            continue
        if before is not None:
            yield begins, before
        begins, before = line, piece
    if before is not None:
        yield begins, before


def _is_wrapped(address: str, word: str) -> bool:
    """Whether the word on the next line ends the name of a file that the address lacks."""
    if not is_web_address(address) or begins_with_a_target(word) or len(word.split()) > 1:
        return False
    parts = split_address(address)
    if parts.query is not None or has_extension(parts.path) or parts.path.endswith("/"):
        return False
    return _ends_a_file_name(word) or (address[-1] in "-._%=" and not lacks_scheme(word))


def _with_words(texts: list[str]) -> list[str]:
    """The texts that say something, without the dots of an unfinished sentence."""
    return [text for text in texts if text.strip(NO_WORD)]


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
    if "/" in word or begins_with_a_target(word):
        return False
    if not holds_a_secret(query) and not query.endswith("="):
        return False
    if query[-1] in "=-&%_" and not query.endswith("=="):
        return True
    return word[0] in "-%_=" or _TOKEN.fullmatch(word) is not None


def rejected_as_cut(*pieces: str) -> Rejected:
    """The pieces of one address as one rejected item, shown without what may sign the address."""
    is_hidden = pieces[-1].startswith(HIDDEN_QUERY)
    return Rejected(shown(" ".join(pieces)), Reason.LEFT_OUT if is_hidden else Reason.CUT)


def lacks_the_end(address: str, word: str) -> bool:
    """Whether the address has no extension and the word, somewhere behind it, brings one."""
    if not (_ends_a_file_name(word) or word.startswith(SHORTENED)):
        return False
    return is_web_address(address) and not has_extension(split_address(address).path)


def _is_end_of_a_cut(word: str) -> bool:
    return _ends_a_file_name(word) or holds_a_secret(word) or word.startswith(SHORTENED)


def _is_cut(target: str, *words: str) -> bool:
    if not is_web_address(target):
        return False
    parts = split_address(target)
    return (
        holds_a_secret(words[-1]) or is_rest_of(target, words[0]) or not has_extension(parts.path)
    )


def _ends_a_file_name(word: str) -> bool:
    name = word.partition("?")[0].partition("#")[0].rstrip(NO_WORD)
    return has_extension(name) and not lacks_scheme(word)
