"""Everything that can go wrong with a call, split by what to do about it.

VodError
 ├ NotSent                 the call did nothing              -> try again later
 ├ Throttled               too many calls                    -> wait (`retry_after`, if told)
 ├ DailyQuotaExhausted     the day's prefetches are spent    -> tomorrow
 ├ TrialQuotaExhausted     the trial's allowance is spent    -> a person
 ├ AuthenticationFailed    key, token or user refused        -> correct the setting
 │  ├ KeyLocked            refused too often                 -> wait five minutes
 │  └ WrongClock           signed at another time            -> correct the clock
 ├ Refused                 a definite no                     -> never by itself
 │  ├ BadRequest             ├ AssetBlocked                  ├ AccountProblem
 │  ├ TooManyUrls            ├ AssetBusy                     ├ ProjectMismatch
 │  ├ AssetNotFound          ├ CdnNotEnabled                 ├ ProjectNotFound
 │  ├ AssetNotPublished      ├ CdnConfiguring                ├ WrongEndpoint
 │  └ FeatureOffline         └ Forbidden
 └ OutcomeUnknown          the call may have done its work   -> a person; for a query, again
"""

# Errors are named after what happened.
# ruff: noqa: N818

from dataclasses import dataclass
from enum import StrEnum


class WireFault(StrEnum):
    """What broke between the client and the host, as far as the client can tell."""

    CONNECT_TIMEOUT = "connect_timeout"
    CONNECT_REFUSED = "connect_refused"
    POOL_TIMEOUT = "pool_timeout"
    READ_TIMEOUT = "read_timeout"
    ANSWER_TIMEOUT = "answer_timeout"
    CONNECTION_BROKEN = "connection_broken"
    CONNECTION_CLOSED = "connection_closed"
    EMPTY_ANSWER = "empty_answer"


@dataclass(frozen=True, slots=True)
class WireTrouble:
    """What broke on the way to a host or from it; `detail` is the host, or the HTTP status."""

    fault: WireFault
    detail: str


class VodError(Exception):
    """`message` is safe to show: trimmed, without secrets and without query strings.

    `wire` is set where no answer came that says more, and the client knows why.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        wire: WireTrouble | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after
        self.wire = wire

    def __str__(self) -> str:
        facts = [
            self.code,
            f"HTTP {self.status}" if self.status else None,
            f"request {self.request_id}" if self.request_id else None,
        ]
        told = ", ".join(fact for fact in facts if fact)
        return f"{self.message} ({told})" if told else self.message


class NotSent(VodError):
    """Proved: the request never reached what would have carried it out."""


class Throttled(VodError):
    """Refused for its pace; `retry_after` is in seconds, None when the cloud named no wait."""


class DailyQuotaExhausted(VodError):
    """The cloud counts every caller of the tenant, so this may come before our own count."""


class TrialQuotaExhausted(VodError):
    """No reset is documented for this allowance, which is not the daily one."""


class AuthenticationFailed(VodError):
    """Nothing ran; also raised without a call while a refused key is being spared."""


class KeyLocked(AuthenticationFailed):
    """More than five refusals in a row lock a key for five minutes."""


class WrongClock(AuthenticationFailed):
    """The request was signed by a clock that is not that of the cloud; the key may be right."""


class Refused(VodError):
    """A definite no: nothing ran, and the same call would be refused again."""


class BadRequest(Refused):
    """The cloud found a mistake in the call; its message names the mistake."""


class TooManyUrls(Refused):
    """One call takes at most 10 URLs."""


class AssetNotFound(Refused):
    """The project of this region has no such asset."""


class AssetNotPublished(Refused):
    """The asset is not published."""


class AssetBusy(Refused):
    """The asset is still being processed."""


class AssetBlocked(Refused):
    """Whoever reviews media has blocked the asset."""


class CdnNotEnabled(Refused):
    """The asset has no acceleration domain that is enabled."""


class CdnConfiguring(Refused):
    """The acceleration domain is being configured."""


class Forbidden(Refused):
    """The key or the user lacks a permission."""


class AccountProblem(Refused):
    """The account is in arrears, frozen or not verified."""


class ProjectMismatch(Refused):
    """Project ID, region and key or token do not belong together."""


class ProjectNotFound(Refused):
    """IAM knows no project, or more than one, of the region's name."""


class WrongEndpoint(Refused):
    """The gateway has no such operation: wrong host, path or region."""


class FeatureOffline(Refused):
    """The cloud has taken prefetch offline."""


class OutcomeUnknown(VodError):
    """The request was on its way and nothing proves whether it was carried out."""
