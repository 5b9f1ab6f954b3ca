"""Words that say that what stands behind them is not to be sent."""

import re
from collections.abc import Iterable, Iterator

from bot.reading.boundaries import SENTENCE_ENDS, begins_with_a_target
from bot.reading.characters import plain
from bot.reading.cuts import Leftover
from bot.rules.redaction import shown
from bot.rules.target import Reason, Rejected

_SAYS_NOT = re.compile(
    r"(?<![\w'])(?:not|don'?t|never|without|except(?:ing)?|exclud(?:e|es|ing)|skip|ignore|omit"
    r"|instead|nicht|kein(?:e[nmrs]?)?|ohne|au(?:ß|ss)er|statt|sauf|excepto)(?!\w)"
    r"|不要|不用|不需|除了|除外|勿|無需|无需|跳过|忽略|(?<![\u4e00-\u9fff])[别別]",
    re.IGNORECASE,
)


def says_not(words: str) -> bool:
    """Whether the words hold a negation, in English, Chinese, German, French or Spanish."""
    return _SAYS_NOT.search(plain(words)) is not None


def announces_a_negation(line: str) -> bool:
    """Whether the line says of those below it that they are not meant: `Do not prefetch:`."""
    return plain(line).rstrip().endswith(":") and "://" not in line and says_not(line)


def negated(item: str) -> Rejected:
    return Rejected(shown(item), Reason.NEGATED)


def with_negated_rejected(
    found: Iterable[str | Leftover | Rejected],
) -> Iterator[str | Leftover | Rejected]:
    """Each target behind a negation as a rejected item, up to the end of the sentence."""
    is_negated = False
    for item in found:
        if isinstance(item, Leftover):
            ends = item.word.endswith(tuple(SENTENCE_ENDS.replace(":", "")))
            is_negated = not ends and (is_negated or says_not(item.word))
            yield item
        elif isinstance(item, str) and is_negated and begins_with_a_target(item):
            yield negated(item)
        else:
            yield item
