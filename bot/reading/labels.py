"""Words and sums that stand on one line with an asset ID."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from bot.reading.boundaries import ID, SCHEME, begins_with_a_target
from bot.reading.characters import BLANKS, plain
from bot.reading.time_words import time_in
from bot.rules.redaction import shown
from bot.rules.target import MAX_ADDRESS_LENGTH, Reason, Rejected

_IS_ID = re.compile(ID)
_ID_AND_LABEL = re.compile(rf"(?P<id>{ID})(?P<label>[\s:：|·,;，；=–—-].*)", re.DOTALL)
_SUM_BEFORE = re.compile(rf"(?P<id>{ID})(?:[ ]{{2,9}}\*?| \*|\t)<?{SCHEME}")
_SUM_BEHIND = re.compile(rf"(?:[ ]{{2,9}}|\t)(?P<id>{ID})")
_LABEL_OF_A_SUM = re.compile(
    r"\b(?:md5|sha-?[0-9]*|crc(?:32)?|hash|check-?sum|digest|e-?tag|sum|guid)\b|校验|哈希|摘要",
    re.IGNORECASE,
)
_LABEL_OF_A_TASK = re.compile(
    r"(?<![a-z])(?:task|job|request)s?(?:_?id)?(?![a-z])|任务", re.IGNORECASE
)
LONGEST_LABEL = 40
_BEFORE_AN_ID = r"[\s:=#(\[\"'`*_]{0,9}\Z"
_CALLED = (
    (
        re.compile(
            r"(?:(?<![a-z])(?:md5|sha-?[0-9]*|crc(?:32)?|hash|check-?sum|digest|e-?tag|sum|guid)"
            rf"|(?:校验|哈希|摘要)[和值码]?){_BEFORE_AN_ID}",
            re.IGNORECASE,
        ),
        Reason.SUM,
    ),
    (
        re.compile(
            rf"(?:(?<![a-z])(?:task|job)s?|任务)(?:[ _-]?id)?{_BEFORE_AN_ID}", re.IGNORECASE
        ),
        Reason.TASK,
    ),
)
_AT_A_NUMBER = re.compile(r"(?<![a-z])(?:at|by|um|@)\s*[0-9]", re.IGNORECASE)
_NAME_OF_A_FILE = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{2,5}(?=[\s)\]\"']|\Z)")


def sums_beside_addresses(line: str) -> set[str]:
    """The IDs, in lower case, beside an address as programs write sums: two blanks, or ` *`."""
    before = {found["id"].lower() for found in _SUM_BEFORE.finditer(line)}
    behind = {
        found["id"].lower()
        for found in _SUM_BEHIND.finditer(line)
        if "://" in _last_word(line, found.start())
    }
    return before | behind


def _last_word(line: str, end: int) -> str:
    """The word that ends there, as far as an address may be long."""
    return line[max(0, end - MAX_ADDRESS_LENGTH) : end].rsplit(" ", maxsplit=1)[-1]


def called_before(text: str) -> Reason | None:
    """Why an ID directly behind this text is no asset: the last word calls it a sum or a task."""
    written = plain(text[-LONGEST_LABEL:])
    return next((reason for called, reason in _CALLED if called.search(written)), None)


def with_labels(pieces: Iterable[str | Rejected]) -> Iterator[str | Rejected]:
    """The pieces of one line; of an asset ID with its title the ID alone.

    Beside an address an ID is a checksum or names that file once more, and is rejected; a comma
    or semicolon list of several addresses may hold assets of its own.
    """
    parts = list(chain.from_iterable(map(_parted, pieces)))
    ids = [part for part in parts if _is_id(part)]
    addresses = [part for part in parts if isinstance(part, str) and "://" in part]
    if not ids:
        yield from parts
    elif addresses:
        is_a_list = len(addresses) > len(ids)
        for part in parts:
            is_beside = _is_id(part) and not is_a_list
            yield Rejected(shown(str(part)), Reason.SUM) if is_beside else part
    else:
        yield from _assets(parts)


def _parted(piece: str | Rejected) -> list[str | Rejected]:
    """An ID and the words behind it as two pieces."""
    found = _ID_AND_LABEL.fullmatch(piece) if isinstance(piece, str) else None
    if found is None or begins_with_a_target(found["label"].strip(BLANKS)):
        return [piece]
    return [found["id"], found["label"].strip(BLANKS)]


def _is_id(part: str | Rejected) -> bool:
    return isinstance(part, str) and _IS_ID.fullmatch(part) is not None


def _assets(parts: list[str | Rejected]) -> Iterator[str | Rejected]:
    labels = " ".join(part for part in parts if isinstance(part, str) and not _is_id(part))
    reason = why_no_asset(labels)
    for part in parts:
        if _is_id(part) and reason is not None:
            yield Rejected(shown(f"{part} {labels}"), reason)
        elif isinstance(part, Rejected) or _is_id(part):
            yield part


def why_no_asset(label: str) -> Reason | None:
    """Why 32 hexadecimal characters that are called so are no asset ID; None when they are."""
    written = plain(label)
    if _LABEL_OF_A_TASK.search(written):
        return Reason.TASK
    is_a_file = _NAME_OF_A_FILE.search(written) or "/" in written or written.startswith("*")
    if is_a_file or _LABEL_OF_A_SUM.search(written):
        return Reason.SUM
    return Reason.A_TIME if time_in(label) or _AT_A_NUMBER.search(written) else None
