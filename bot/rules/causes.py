"""Why a call stands where it stands: values that are stored, and that `bot/words` tells people.

A call has several causes when one of them speaks of an earlier attempt, or of a restored database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CloudError:
    """The cloud, or the way to it, answered with an error.

    `kind` is the name of a class of `bot.vod.errors`, `error_code` the code of the cloud, `message`
    its words. `is_tried_again`: proved that the cloud took nothing; the bot sends the call again.
    Where no answer came that says more, `wire` and `detail` are those of a `WireTrouble`.
    """

    kind: str
    message: str
    error_code: str = ""
    is_tried_again: bool = False
    wire: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The process stopped while it was sending the call."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """For half an hour each call of the request failed on the way, or had no clear answer."""


@dataclass(frozen=True, slots=True)
class NextDayFull:
    """The call waited past the end of its quota day, and the next day has no room for it."""


@dataclass(frozen=True, slots=True)
class PersonNotAllowed:
    """When its time came, the setting no longer let the person who asked prefetch there."""

    setting: str


@dataclass(frozen=True, slots=True)
class HostNotAllowed:
    """When its time came, the setting no longer allowed the host."""

    setting: str
    host: str


@dataclass(frozen=True, slots=True)
class StillProcessing:
    """The cloud has worked on the call for so many seconds that the bot asks no longer."""

    seconds: int


@dataclass(frozen=True, slots=True)
class ProgressUnknown:
    """For so many seconds the cloud has not told the progress, and the bot asks no longer."""

    seconds: int


@dataclass(frozen=True, slots=True)
class SentSinceCopy:
    """The database was restored from a copy; the call may have been sent after that copy."""

    copied_at: datetime | None


@dataclass(frozen=True, slots=True)
class DecidedSinceCopy:
    """The database was restored from a copy; what people decided after that copy is lost."""

    copied_at: datetime | None


@dataclass(frozen=True, slots=True)
class CancelledSinceCopy:
    """The database was restored from a copy; a cancellation after that copy is lost."""

    copied_at: datetime | None


@dataclass(frozen=True, slots=True)
class SendingAgainCancelled:
    """A person had the call sent again, and a person cancelled that before it was sent."""


@dataclass(frozen=True, slots=True)
class EarlierInDoubt:
    """An earlier attempt of the call may have been sent."""


@dataclass(frozen=True, slots=True)
class FreeText:
    """What an earlier version of the bot stored in words that this version does not recognise."""

    text: str


Cause = (
    CloudError
    | Interrupted
    | Unreachable
    | NextDayFull
    | PersonNotAllowed
    | HostNotAllowed
    | StillProcessing
    | ProgressUnknown
    | SentSinceCopy
    | DecidedSinceCopy
    | CancelledSinceCopy
    | SendingAgainCancelled
    | EarlierInDoubt
    | FreeText
)

CODES: Mapping[str, type[Cause]] = {
    "cloud_error": CloudError,
    "interrupted": Interrupted,
    "unreachable": Unreachable,
    "next_day_full": NextDayFull,
    "person_not_allowed": PersonNotAllowed,
    "host_not_allowed": HostNotAllowed,
    "still_processing": StillProcessing,
    "progress_unknown": ProgressUnknown,
    "sent_since_copy": SentSinceCopy,
    "decided_since_copy": DecidedSinceCopy,
    "cancelled_since_copy": CancelledSinceCopy,
    "sending_again_cancelled": SendingAgainCancelled,
    "earlier_in_doubt": EarlierInDoubt,
    "text": FreeText,
}
"""The code under which each cause is stored."""

_CODE_OF = {kind: code for code, kind in CODES.items()}


def to_json(causes: Iterable[Cause]) -> list[dict[str, object]]:
    """The causes as JSON, each an object with its code and its facts."""
    return [
        {"code": _CODE_OF[type(cause)], **{k: _plain(v) for k, v in asdict(cause).items()}}
        for cause in causes
    ]


def from_json(stored: Sequence[Mapping[str, object]]) -> tuple[Cause, ...]:
    """The causes that `to_json` has stored.

    Raises `KeyError`, `TypeError` or `AttributeError` for anything else.
    """
    return tuple(map(_cause, stored))


def _cause(stored: Mapping[str, object]) -> Cause:
    facts: dict[str, object] = {name: value for name, value in stored.items() if name != "code"}
    if isinstance(moment := facts.get("copied_at"), str):
        facts["copied_at"] = datetime.fromisoformat(moment)
    return CODES[str(stored["code"])](**facts)  # type: ignore[arg-type]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
