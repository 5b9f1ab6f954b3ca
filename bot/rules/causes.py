"""Why a call stands where it stands: values that are stored, and that `bot/words` tells people.

A call has several causes when one of them speaks of an earlier attempt, or of a restored database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.rules.address import plain_host, split_address

OF_SOME_TARGET = frozenset(
    {
        "AssetBlocked",
        "AssetBusy",
        "AssetNotFound",
        "AssetNotPublished",
        "BadRequest",
        "CdnConfiguring",
        "CdnNotEnabled",
        "TooManyUrls",
    }
)
"""Refusals that one address of a call may have brought about: names of `bot.vod.errors`."""

OF_A_DOMAIN = frozenset({"VOD.10088", "VOD.10089", "VOD.10098"})
"""Codes of such refusals that speak of the domain: it is off, not there, or being configured."""

OF_THE_FORM = frozenset({"VOD.10058", "VOD.10059"})
"""Codes of such refusals that speak of the method or the content type, as no address does."""

_OF_THE_DAY = frozenset({"DailyQuotaExhausted"})
MAY_CONCERN_A_PART = OF_SOME_TARGET | _OF_THE_DAY
"""Refusals after which a smaller call with some of the same addresses might be accepted."""


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

    @property
    def concerns_targets(self) -> bool:
        """Whether the call may have been refused for what is in it."""
        return self.kind in OF_SOME_TARGET and self.error_code not in OF_THE_FORM

    @property
    def concerns_a_domain(self) -> bool:
        """Whether the call was refused for a domain of its addresses."""
        return self.concerns_targets and self.error_code in OF_A_DOMAIN

    def may_concern_a_part(self, addresses: Sequence[str]) -> bool:
        """Whether a smaller call with some of these addresses might be accepted."""
        if len(addresses) < 2:
            return False
        return self.kind in _OF_THE_DAY or self.may_concern_some(addresses)

    def may_concern_some(self, addresses: Sequence[str]) -> bool:
        """Whether some of these addresses, and not all of them alike, may have brought it about."""
        if not self.concerns_targets:
            return False
        # What is said of a domain is true of each address of its host.
        return not self.concerns_a_domain or len(hosts(addresses)) > 1


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The process stopped while it was sending the call."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """For half an hour each call of the request failed on the way, or had no clear answer."""


@dataclass(frozen=True, slots=True)
class WaitsForOperator:
    """The cloud refuses every call until a person changes something; the call goes out then.

    `kind`, `message` and `error_code` are those of the `CloudError`.
    """

    kind: str
    message: str
    error_code: str = ""


@dataclass(frozen=True, slots=True)
class StayedRefused:
    """For so many seconds the cloud has refused every call, and nobody has changed that."""

    kind: str
    message: str
    error_code: str
    seconds: int


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
    """The cloud has worked on the call for so many seconds that the bot follows it no longer."""

    seconds: int


@dataclass(frozen=True, slots=True)
class ProgressUnknown:
    """The cloud has not told the progress for so many seconds, so the bot follows it no longer."""

    seconds: int


@dataclass(frozen=True, slots=True)
class CloudRefusesToTell:
    """The cloud has refused several questions in a row, last with these words and this code."""

    message: str
    error_code: str


@dataclass(frozen=True, slots=True)
class ResultUnmatched:
    """The cloud tells how this address ended, and `others`, and nobody knows which files they are.

    `address` is without its query.
    """

    address: str
    others: int


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
class AnotherAccepted:
    """The cloud also accepted another attempt of the call; the ID is that of its task."""

    task_id: str


@dataclass(frozen=True, slots=True)
class FreeText:
    """What an earlier version of the bot stored in words that this version does not recognise."""

    text: str


Cause = (
    CloudError
    | Interrupted
    | Unreachable
    | WaitsForOperator
    | StayedRefused
    | NextDayFull
    | PersonNotAllowed
    | HostNotAllowed
    | StillProcessing
    | ProgressUnknown
    | CloudRefusesToTell
    | ResultUnmatched
    | SentSinceCopy
    | DecidedSinceCopy
    | CancelledSinceCopy
    | SendingAgainCancelled
    | EarlierInDoubt
    | AnotherAccepted
    | FreeText
)

CODES: Mapping[str, type[Cause]] = {
    "cloud_error": CloudError,
    "interrupted": Interrupted,
    "unreachable": Unreachable,
    "waits_for_operator": WaitsForOperator,
    "stayed_refused": StayedRefused,
    "next_day_full": NextDayFull,
    "person_not_allowed": PersonNotAllowed,
    "host_not_allowed": HostNotAllowed,
    "still_processing": StillProcessing,
    "progress_unknown": ProgressUnknown,
    "cloud_refuses_to_tell": CloudRefusesToTell,
    "result_unmatched": ResultUnmatched,
    "sent_since_copy": SentSinceCopy,
    "decided_since_copy": DecidedSinceCopy,
    "cancelled_since_copy": CancelledSinceCopy,
    "sending_again_cancelled": SendingAgainCancelled,
    "earlier_in_doubt": EarlierInDoubt,
    "another_accepted": AnotherAccepted,
    "text": FreeText,
}
"""The code under which each cause is stored."""


def hosts(addresses: Iterable[str]) -> set[str]:
    """The hosts of the addresses, each in one spelling."""
    return {plain_host(split_address(address).host) for address in addresses}


_CODE_OF = {kind: code for code, kind in CODES.items()}


def lasting(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """The causes that stay true, whatever else is said of the call later."""
    return tuple(cause for cause in causes if isinstance(cause, AnotherAccepted))


def to_json(causes: Iterable[Cause]) -> list[dict[str, object]]:
    """The causes as JSON, each an object with its code and its facts."""
    return [
        {"code": _CODE_OF[type(cause)], **{k: _plain(v) for k, v in asdict(cause).items()}}
        for cause in causes
    ]


def from_json(stored: object) -> tuple[Cause, ...]:
    """The causes that `to_json` has stored.

    Raises `KeyError`, `TypeError` or `AttributeError` for anything else.
    """
    if not isinstance(stored, list):
        message = f"causes are stored as a list, not as {type(stored).__name__}"
        raise TypeError(message)
    return tuple(map(_cause, stored))


def _cause(stored: Mapping[str, object]) -> Cause:
    facts: dict[str, object] = {name: value for name, value in stored.items() if name != "code"}
    if isinstance(moment := facts.get("copied_at"), str):
        facts["copied_at"] = datetime.fromisoformat(moment)
    return CODES[str(stored["code"])](**facts)  # type: ignore[arg-type]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
