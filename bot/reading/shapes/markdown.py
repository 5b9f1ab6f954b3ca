"""The shape of Markdown: lists, tables and links."""

import re
from collections.abc import Iterator, Sequence

from bot.reading.boundaries import begins_with_a_target
from bot.reading.characters import BLANKS, numbered_lines
from bot.reading.comments import is_comment, rejected_comment
from bot.reading.cuts import with_cuts_rejected
from bot.reading.limits import check_count
from bot.reading.link_tokens import Exact, Split, read_between, split_typed_links
from bot.reading.negations import with_negated_rejected
from bot.reading.shapes.lines import read_lines
from bot.reading.shapes.prose import read_prose
from bot.reading.shapes.shape import Read, marked_text, read_of
from bot.reading.shapes.table import MOST_COLUMNS, Row, Table, read_rows, unique
from bot.rules.reading import ListShape, Reading
from bot.rules.redaction import shown, shown_line
from bot.rules.refusals import ListUnit
from bot.rules.target import Reason, Rejected

_HAS_A_LINK = re.compile(r"\]\(\s{0,9}<?https?:", re.IGNORECASE)
_HAS_A_REFERENCE = re.compile(
    r"^\s{0,9}\[(?!https?:)[^\]\n]{1,200}\]:\s{0,9}<?https?:", re.IGNORECASE | re.MULTILINE
)
# Brackets that an address opens belong to it; possessive, so that none is looked at twice.
_LINK = re.compile(
    r"(?P<picture>!?)\[[^\[\]]*+\]\("
    r"(?P<inner>\s*+<[^<>]*+>[^()]*+|(?:[^()]++|\((?:[^()]++|\([^()]*+\))*+\))*+)\)"
)
_REFERENCE = re.compile(r"\[(?![^\]]*://)[^\]]{1,200}\]:\s*(?P<address>\S.*)")
_RULE_OF_A_TABLE = re.compile(r"\|?(?:\s{0,9}:?-{1,99}:?\s{0,9}\|)+(?:\s{0,9}:?-{1,99}:?\s{0,9})?")
_TITLE = re.compile(r"""\s+(?:"[^"]*"|'[^']*'|\([^()]*\))\s*\Z""")
_HEADING = re.compile(r"#{1,6}\s")
_FENCE = re.compile(r"(?:```|~~~)[\w-]*\Z")


Link = tuple[int, int, str, bool]
"""Begin, end and address, and whether the link shows a picture."""


def read_markdown(text: str, split: Split) -> Read | None:
    """None for a text without a link or a table of Markdown; its bare lists are plain lines."""
    plain = marked_text(text, split)
    numbered = numbered_lines(plain)
    lines = [line for _, line in numbered]
    rules = [place for place, line in enumerate(lines) if _RULE_OF_A_TABLE.fullmatch(line)]
    if len(rules) == 1 and rules[0] == 1 and all(map(_may_be_a_row, lines)):
        return _read_table(numbered)
    if not _HAS_A_LINK.search(plain) and not _HAS_A_REFERENCE.search(plain):
        return None
    check_count(len(lines), ListUnit.LINES)
    items = ((number, item) for number, line in numbered for item in _in_line(line))
    return read_of(items, Reading(ListShape.MARKDOWN, len(lines)))


def _may_be_a_row(line: str) -> bool:
    return 0 < line.count("|") <= MOST_COLUMNS


def _read_table(lines: list[tuple[int, str]]) -> Read:
    header, _, *body = [Row(_cells(line), line, number) for number, line in lines]
    table = Table(unique(header.cells), body, has_header=True, is_parted_by_tabs=False)
    return read_rows(table)


def _cells(line: str) -> list[str]:
    """The cells of a row; of a cell that is a link the address alone."""
    inner = line.strip(BLANKS).removeprefix("|").removesuffix("|")
    return [_without_markup(cell.strip(BLANKS)) for cell in inner.split("|")]


def _without_markup(cell: str) -> str:
    links = list(_links(cell))
    if len(links) == 1 and links[0][:2] == (0, len(cell)):
        return links[0][2]
    bare = cell.strip("`")
    return bare[1:-1] if bare.startswith("<http") and bare.endswith(">") else bare


def _in_line(line: str) -> Iterator[str | Rejected]:
    """The links of a line, and bare addresses beside them; where there is no link, the line."""
    if _FENCE.match(line) or (_HEADING.match(line) and "://" not in line):
        return
    if is_comment(line):
        yield rejected_comment(line)
        return
    if reference := _REFERENCE.fullmatch(line):
        yield Exact(_destination(reference["address"]))
        return
    links = list(_links(line))
    if not links:
        yield from read_lines([line], split_typed_links)
        return
    if _may_go_on(line, links):
        yield Rejected(shown_line(line), Reason.CUT)
        return
    end = 0
    for begins, ends, address, is_picture in links:
        yield from _bare(line[end:begins])
        yield Rejected(shown(address), Reason.PICTURE) if is_picture else Exact(address)
        end = ends
    yield from _bare(line[end:])


def _may_go_on(line: str, links: Sequence[Link]) -> bool:
    """Whether a bracket that seems to end a link may be one of its address.

    Then the address goes on directly behind it, or closes a bracket that nothing opened.
    """
    if any(
        line[ends : ends + 1].isalnum() or line[ends : ends + 1] == "." for _, ends, *_ in links
    ):
        return True
    left, end = 0, 0
    for begins, ends in [*((begins, ends) for begins, ends, *_ in links), (len(line), len(line))]:
        for character in line[end:begins]:
            left += {"(": 1, ")": -1}.get(character, 0)
            if left < 0:
                return True
        end = ends
    return False


def _bare(text: str) -> Iterator[str | Rejected]:
    """The targets beside links; the words around them are the text of the document."""
    found = with_negated_rejected(read_between(split_typed_links(text), read_prose))
    for item in with_cuts_rejected(found):
        if isinstance(item, Rejected) or begins_with_a_target(item):
            yield item


def _links(line: str) -> Iterator[Link]:
    for found in _LINK.finditer(line):
        address = _destination(found["inner"])
        if "://" in address:
            yield found.start(), found.end(), address, bool(found["picture"])


def _destination(inner: str) -> str:
    """The address between the brackets, without the title behind it."""
    address = _TITLE.sub("", inner).strip(BLANKS)
    return address[1:-1] if address.startswith("<") and address.endswith(">") else address
