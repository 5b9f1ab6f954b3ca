"""Lines that somebody has switched off, by a mark at the beginning or around them."""

import re

from bot.reading.boundaries import ID, NO_WORD, SCHEME
from bot.reading.characters import BLANKS, plain
from bot.rules.redaction import shown_line
from bot.rules.target import Reason, Rejected

_BEGINS_A_COMMENT = re.compile(
    rf"#|//(?=\s|/|{SCHEME}|{ID})|;|--|<!--|/\*|::|%(?=\s)|\(\*|@?rem\s|\{{[#%-]",
    re.IGNORECASE,
)
_ENDS_IN_A_MARK = re.compile(r"(?:^|\s)(?:#+|//+|<!--|/\*|--)\Z")
_MARK = re.compile(r"#+|//+|--|<!--|/\*|@?rem", re.IGNORECASE)
_CROSSED_OUT = re.compile(r"~~?(?=\S).*\S~~?\Z", re.DOTALL)
_MARKS = NO_WORD + "/#"
_BLOCKS = {"<!--": "-->", "/*": "*/"}


def says_something(line: str) -> bool:
    """Whether the line holds more than marks, as `*/` and `---` do not."""
    return bool(line.strip(_MARKS))


def is_comment(line: str) -> bool:
    """Whether the line, without blanks around it, is switched off by a mark or crossed out."""
    written = plain(line[:40])
    if not says_something(line):
        return False
    if written.startswith("~"):
        return _CROSSED_OUT.match(line) is not None
    return _BEGINS_A_COMMENT.match(written) is not None


def begins_a_comment_behind(words: str) -> bool:
    """Whether the words before an address end in a mark that switches it off."""
    return _ENDS_IN_A_MARK.search(plain(words).rstrip(BLANKS)) is not None


def is_comment_mark(word: str) -> bool:
    """Whether the word is nothing but a mark that switches off what stands behind it."""
    return _MARK.fullmatch(plain(word)) is not None


def rejected_comment(line: str) -> Rejected:
    return Rejected(shown_line(line), Reason.COMMENT)


def opens_a_block(line: str) -> str | None:
    """The mark that ends the comment which the line begins and does not end."""
    for begin, end in _BLOCKS.items():
        if line.startswith(begin) and end not in line:
            return end
    return None
