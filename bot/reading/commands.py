"""What a person asks for with the words behind the slash command."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from bot.reading.characters import BLANKS, bare_word, plain
from bot.reading.lists import parse_arguments
from bot.reading.references import request_id, task_id
from bot.reading.time_words import time_in
from bot.reading.times import NoTime, split_time
from bot.rules.reports import WEEK
from bot.rules.schedule import When
from bot.rules.target import Reason, Targets, Url

_NUMBER_OR_NAME = re.compile(r"[0-9./:]")

# A longer word is no mistyped command but a damaged target.
MAX_WORD_LENGTH = 20

OTHER_WISHES = frozenset({"purge", "refresh", "invalidate", "flush"})
"""What people ask other tools of a CDN for; a prefetch does the opposite, or nothing of it."""

OF_REQUEST = DETAILS, RETRY, CANCEL = "details", "retry", "cancel"
"""Words before the ID of a request that do what a button of its card does."""

SPANS = {"": 1, "today": 1, "day": 1, "week": WEEK, "weekly": WEEK, "7": WEEK}
"""Days of a report, by what stands behind its word."""

SCHEDULES = frozenset({"schedule"})
"""A first word that asks for a time: without one nothing is sent."""


@dataclass(frozen=True, slots=True)
class Prefetch:
    """Targets to send, at once without `at`; all of them may have been rejected."""

    targets: Targets
    at: When | None = None


@dataclass(frozen=True, slots=True)
class AskForTargets:
    pass


@dataclass(frozen=True, slots=True)
class ShowQuota:
    pass


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """`reference` is a request ID or a task_id in its usual form, or else as typed."""

    reference: str | None


@dataclass(frozen=True, slots=True)
class ShowReport:
    """A report of the last so many days, today among them; None: `typed` names no such span."""

    days: int | None
    typed: str = ""


@dataclass(frozen=True, slots=True)
class OfRequest:
    """What a button of a request's card does; `word` is one of `OF_REQUEST`.

    `reference` is a request ID in its usual form, or else as typed; None: none was typed.
    """

    word: str
    reference: str | None


@dataclass(frozen=True, slots=True)
class ShowHelp:
    pass


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    word: str
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class UnreadableTime:
    """The words behind "at" are no time, so nothing is sent: the person did not want it now."""

    typed: str


@dataclass(frozen=True, slots=True)
class MisplacedTime:
    """`word` says a time where no time is read, so nothing is sent."""

    word: str


@dataclass(frozen=True, slots=True)
class AnotherWish:
    """`word` asks the CDN for something else than a prefetch, so nothing is sent."""

    word: str


Command = (
    Prefetch
    | AskForTargets
    | ShowQuota
    | ShowStatus
    | ShowReport
    | OfRequest
    | ShowHelp
    | UnknownCommand
    | UnreadableTime
    | MisplacedTime
    | AnotherWish
)


def parse_command(text: str) -> Command:
    typed = text.strip(BLANKS)
    word, rest = _first_word(typed)
    read = COMMANDS.get(bare_word(word))
    if read is not None:
        return read(rest)
    if bare_word(word) in OTHER_WISHES:
        return AnotherWish(word)
    if bare_word(word) in SCHEDULES:
        found = _prefetch(rest)
        return MisplacedTime(word) if isinstance(found, Prefetch) and found.at is None else found
    return _prefetch(typed)


def decides_at_once(text: str) -> bool:
    """Whether the command changes something without a modal that has to be confirmed."""
    word, _ = _first_word(text.strip(BLANKS))
    return bare_word(word) == CANCEL


def _prefetch(typed: str) -> Command:
    """Targets, and at the end of them perhaps a time."""
    listed, at = split_time(typed)
    if isinstance(at, NoTime):
        return UnreadableTime(at.typed)
    targets = parse_arguments(listed)
    if misplaced := _unread_time(typed, listed, targets, at):
        return MisplacedTime(misplaced)
    if targets == Targets() and at is None:
        return AskForTargets()
    return (None if targets.accepted else _mistyped(typed)) or Prefetch(targets, at)


def _unread_time(typed: str, listed: str, targets: Targets, at: When | None) -> str | None:
    """Words that say a time, or that the time which was read belongs to something else."""
    # The time that "at" announces was lost, or stands where none is read.
    if bare_word("".join(listed.split()[-1:])).lstrip("-") == "at":
        return "at"
    if misplaced := _misplaced_time(targets):
        return misplaced
    if at is None:
        return None
    if _is_part_of_a_name(listed, typed, targets):
        return typed[len(listed) :].strip(BLANKS)
    return _word_before_the_time(listed, targets)


def _is_part_of_a_name(listed: str, typed: str, targets: Targets) -> bool:
    """Whether the time may belong to the address before it, which holds blanks as well."""
    if "\n" in typed[len(listed) :].lstrip(" "):
        return False
    line = listed.rpartition("\n")[2]
    return any(
        isinstance(it, Url) and " " in it.address and it.address in line for it in targets.accepted
    )


def _first_word(typed: str) -> tuple[str, str]:
    """The first word and the rest, parted at any blank, also at an invisible blank."""
    words = plain(typed).split(maxsplit=1)
    if len(words) < 2:
        return typed, ""
    word, rest = words
    return typed[: len(word)], typed[len(typed) - len(rest) :]


def _misplaced_time(targets: Targets) -> str | None:
    may_hold_one = {Reason.A_TIME, Reason.NOT_A_TARGET, Reason.WORDS_BEHIND}
    return time_in(" ".join(it.text for it in targets.rejected if it.reason in may_hold_one))


def _word_before_the_time(listed: str, targets: Targets) -> str | None:
    """A last word that is no target: it may say the day, and the time alone means another day."""
    last = "".join(listed.split()[-1:])
    unread = {it.text for it in targets.rejected if it.reason == Reason.NOT_A_TARGET}
    return last if last in unread and not _NUMBER_OR_NAME.search(last) else None


def _status(rest: str) -> ShowStatus:
    return ShowStatus(_reference(rest))


def _report(rest: str) -> ShowReport:
    typed = rest.strip(BLANKS)
    return ShowReport(SPANS.get(bare_word(typed)), typed)


def _of_request(word: str) -> Callable[[str], Command]:
    return lambda rest: OfRequest(word, _reference(rest))


def _reference(rest: str) -> str | None:
    return request_id(rest) or task_id(rest) or rest[:MAX_WORD_LENGTH] or None


def _mistyped(typed: str) -> UnknownCommand | None:
    """A short word alone, or a word that resembles a command before other words."""
    word, *others = typed.split(maxsplit=1)
    if len(word) > MAX_WORD_LENGTH or "/" in word:
        return None
    asked = request_id(word) if plain(word).upper().startswith("R-") else None
    close = get_close_matches(bare_word(word), COMMANDS, n=1)
    suggestion = f"status {asked}" if asked else next(iter(close), None)
    return UnknownCommand(word, suggestion) if suggestion or not others else None


COMMANDS: dict[str, Callable[[str], Command]] = {
    "quota": lambda _: ShowQuota(),
    "status": _status,
    "report": _report,
    **{word: _of_request(word) for word in OF_REQUEST},
    "help": lambda _: ShowHelp(),
    "?": lambda _: ShowHelp(),
    "--help": lambda _: ShowHelp(),
}
