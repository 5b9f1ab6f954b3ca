"""What is found in a message, in order, and which of it is certain."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from bot.reading.comments import is_comment_mark, rejected_comment
from bot.reading.cuts import Leftover, is_rest_of, lacks_the_end, rejected_as_cut
from bot.reading.link_tokens import Exact, decode
from bot.rules.target import Rejected

# The words of one name; what stands farther behind an address is no end of it.
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class EndOfLine:
    """What stands behind it stands on another line, or in another block."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """The address of an unfurled link or a button, which Slack gives with or without entities."""

    address: str


Found = str | Repeated | Leftover | EndOfLine | Rejected


def distinct(found: Sequence[Found]) -> list[str | Rejected]:
    """Each address once; where one place shows that its end is lost, it is rejected."""
    lost = {**_switched_off(found), **_cut(found)}
    kept: dict[str | Rejected, None] = {}
    for item in found:
        if isinstance(item, str):
            kept.setdefault(lost.get(item, item))
        elif isinstance(item, Rejected):
            kept.setdefault(item)
        elif isinstance(item, Repeated) and not {item.address, decode(item.address)} & kept.keys():
            address = Exact(decode(item.address))
            kept.setdefault(lost.get(address, address))
    return list(kept)


def _cut(found: Sequence[Found]) -> dict[str, Rejected]:
    """The addresses whose rest stands behind them: a signature, or the end of their name."""
    lost: dict[str, Rejected] = {}
    for place, address in enumerate(found):
        if isinstance(address, str) and (pieces := _pieces_of(address, found[place + 1 :])):
            lost.setdefault(address, rejected_as_cut(*pieces))
    return lost


def _pieces_of(address: str, behind: Sequence[Found]) -> list[str] | None:
    """The address and the words up to its end; None where nothing says that it was cut."""
    words: list[str] = []
    is_same_line = True
    for item in islice(behind, LONGEST_NAME):
        if isinstance(item, EndOfLine):
            is_same_line = False
        elif not isinstance(item, Leftover) or (words and not is_same_line):
            break
        else:
            words.append(item.word)
            is_rest = len(words) == 1 and is_rest_of(address, item.word)
            if is_rest or (is_same_line and lacks_the_end(address, item.word)):
                return [address, *words]
    return None


def _switched_off(found: Sequence[Found]) -> dict[str, Rejected]:
    """The targets behind a comment mark: directly, or where the mark begins their line."""
    off: dict[str, Rejected] = {}
    mark, is_new_line = "", True
    for item in found:
        if isinstance(item, EndOfLine):
            mark, is_new_line = "", True
            continue
        if isinstance(item, str) and mark:
            off.setdefault(item, rejected_comment(f"{mark} {item}"))
        elif isinstance(item, Leftover) and is_comment_mark(item.word):
            mark = item.word
        elif not is_new_line:
            mark = ""
        is_new_line = is_new_line and isinstance(item, Leftover) and bool(mark)
    return off
