"""Everything that can go wrong with a call, split by what to do about it.

VodError
 ├ NotSent                 the call did nothing              -> try again later
 ├ Throttled               too many calls                    -> wait (`retry_after`, if told)
 ├ DailyQuotaExhausted     the day's prefetches are spent    -> tomorrow
 ├ TrialQuotaExhausted     the trial's allowance is spent    -> a person
 ├ AuthenticationFailed    key, token or user refused        -> correct the setting
 │  └ KeyLocked            refused too often                 -> wait five minutes
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

from typing import ClassVar


class VodError(Exception):
    """`message` is safe to show: trimmed, without secrets and without query strings."""

    advice: ClassVar[str] = "Ask the operator of the bot to read its log."

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after

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

    advice = "Nothing was sent; try again in a few minutes."


class Throttled(VodError):
    """Refused for its pace; `retry_after` is in seconds, None when the service named no wait."""

    advice = "Too many calls in a short time; wait a minute, then try again."


class DailyQuotaExhausted(VodError):
    """The service counts every caller of the tenant, so this may come before our own count."""

    advice = "The day's prefetch quota is spent; send the rest after the next reset."


class TrialQuotaExhausted(VodError):
    """No reset is documented for this allowance, which is not the daily one."""

    advice = "The account's trial allowance is spent; ask the account's owner to raise it."


class AuthenticationFailed(VodError):
    """Nothing ran; also raised without a call while a refused key is being spared."""

    advice = "An operator has to check the access key, token or IAM user in the settings."


class KeyLocked(AuthenticationFailed):
    """More than five refusals in a row lock a key for five minutes."""

    advice = "The key is locked; correct the setting, wait five minutes, then try again."


class Refused(VodError):
    """A definite no: nothing ran, and the same call would be refused again."""

    advice = "The service refused this; read its message before sending it again."


class BadRequest(Refused):
    advice = "Correct what the message names, then send it again."


class TooManyUrls(Refused):
    advice = "Send at most 10 URLs in one call."


class AssetNotFound(Refused):
    advice = "Check the asset ID and that it belongs to this region's project."


class AssetNotPublished(Refused):
    advice = "Publish the asset in the VOD console, then send it again."


class AssetBusy(Refused):
    advice = "Wait until the asset is ready in the VOD console, then send it again."


class AssetBlocked(Refused):
    advice = "The asset is blocked; ask whoever reviews media to release it."


class CdnNotEnabled(Refused):
    advice = "Enable an acceleration domain for the asset in the VOD console."


class CdnConfiguring(Refused):
    advice = "The domain is being configured; send it again when that is finished."


class Forbidden(Refused):
    advice = "Ask an administrator to grant vod:asset:preheat and vod:asset:getPreheatTask."


class AccountProblem(Refused):
    advice = "Ask the account's owner to settle the bill or the account's status."


class ProjectMismatch(Refused):
    advice = "Check that project ID, region and key or token belong together."


class ProjectNotFound(Refused):
    """IAM knows no project, or more than one, of the region's name."""

    advice = "Write the project ID in the settings; the console shows it under My Credentials."


class WrongEndpoint(Refused):
    """The gateway has no such operation: wrong host, path or region."""

    advice = "Check the endpoint and the region in the settings."


class FeatureOffline(Refused):
    advice = "The cloud has taken prefetch offline for now; ask its support until when."


class OutcomeUnknown(VodError):
    """The request was on its way and nothing proves whether it was carried out."""

    advice = "It may have been sent; look in the VOD console before sending it again."
