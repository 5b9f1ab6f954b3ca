"""Why a call stands where it stands, in English."""

from datetime import UTC, datetime

from bot.rules.causes import (
    AnotherAccepted,
    CancelledSinceCopy,
    CloudError,
    CloudRefusesToTell,
    DecidedSinceCopy,
    EarlierInDoubt,
    FreeText,
    HostNotAllowed,
    Interrupted,
    NextDayFull,
    PersonNotAllowed,
    ProgressUnknown,
    ResultUnmatched,
    SendingAgainCancelled,
    SentSinceCopy,
    StayedRefused,
    StillProcessing,
    Unreachable,
    WaitsForOperator,
)
from bot.rules.free_text import as_text
from bot.words.mrkdwn import code, escape

ADVICE = {
    "VodError": "Ask the operator of the bot to read its log.",
    "NotSent": "Nothing was sent; try again in a few minutes.",
    "Throttled": "Too many calls in a short time; wait a minute, then try again.",
    "DailyQuotaExhausted": (
        "The day's prefetch quota is spent; what was not sent can be sent after the next reset."
    ),
    "TrialQuotaExhausted": (
        "The account's trial allowance is spent; ask the account's owner to raise it."
    ),
    "AuthenticationFailed": (
        "An operator has to check the access key, token or IAM user in the settings."
    ),
    "WrongClock": (
        "An operator has to set the clock of the bot's machine (NTP); the key may be right."
    ),
    "KeyLocked": "The key is locked; correct the setting, wait five minutes, then try again.",
    "Refused": "The cloud refused this; read its message before you retry.",
    "BadRequest": "Correct what the message names, then make a new request.",
    "TooManyUrls": "Send at most 10 URLs in one call.",
    "AssetNotFound": "Check the asset ID and that it belongs to this region's project.",
    "AssetNotPublished": "Publish the asset in the VOD console, then retry.",
    "AssetBusy": "Wait until the asset is ready in the VOD console, then retry.",
    "AssetBlocked": "The asset is blocked; ask whoever reviews media to release it.",
    "CdnNotEnabled": "Enable an acceleration domain for the asset in the VOD console.",
    "CdnConfiguring": "The domain is being configured; retry when that is finished.",
    "Forbidden": "Ask an administrator to grant vod:asset:preheat and vod:asset:getPreheatTask.",
    "AccountProblem": "Ask the account's owner to settle the bill or the account's status.",
    "ProjectMismatch": "Check that project ID, region and key or token belong together.",
    "ProjectNotFound": (
        "Write the project ID in the settings; the console shows it under My Credentials."
    ),
    "WrongEndpoint": "Check the endpoint and the region in the settings.",
    "FeatureOffline": "The cloud has taken prefetch offline for now; ask its support until when.",
    "OutcomeUnknown": "It may have been sent; look in the VOD console before sending it again.",
}
"""What to do, by the name of the class of `bot.vod.errors`."""

ADVICE_FOR_ADDRESSES = {
    "AssetNotFound": "Check the address, and that its asset belongs to this region's project.",
    "AssetNotPublished": "Publish the asset of the address in the VOD console, then retry.",
    "AssetBusy": "Wait until the asset of the address is ready in the VOD console, then retry.",
    "AssetBlocked": (
        "The asset of the address is blocked; ask whoever reviews media to release it."
    ),
    "CdnNotEnabled": (
        "Check in the VOD console that the address has a domain of this account, and that the"
        " domain is enabled."
    ),
}
"""Instead of that, what to do about a call that is for addresses and for no asset ID."""


NOT_REACHED = {
    "connect_timeout": "it did not take the connection in time",
    "connect_refused": "it does not take connections",
    "pool_timeout": "too many calls were waiting for a connection",
}
NOT_ANSWERED = {
    "read_timeout": "it did not answer in time",
    "answer_timeout": "its answer did not end in time",
    "connection_broken": "the connection broke",
    "connection_closed": "the connection ended before an answer",
}
"""What broke, by the value of the `WireFault`."""


def advice(kind: str, *, for_addresses: bool = False) -> str:
    """What to do about an error of the cloud; `kind` is the name of its class."""
    if for_addresses and kind in ADVICE_FOR_ADDRESSES:
        return ADVICE_FOR_ADDRESSES[kind]
    return ADVICE.get(kind, ADVICE["VodError"])


def cloud_error(cause: CloudError, *, for_addresses: bool) -> str:
    code = f" ({_quoted(cause.error_code)})" if cause.error_code else ""
    # Whoever obeyed the error's own advice would send the call a second time.
    by_itself = "Nothing was sent; the bot tries again by itself."
    advised = advice(cause.kind, for_addresses=for_addresses)
    what_to_do = by_itself if cause.is_tried_again else advised
    return f"{_what_happened(cause).rstrip('.')}{code}. {what_to_do}"


def _what_happened(cause: CloudError) -> str:
    """What the client saw, else the words of the cloud."""
    if why := NOT_REACHED.get(cause.wire):
        return f"could not reach {_quoted(cause.detail)}: {why}"
    if why := NOT_ANSWERED.get(cause.wire):
        return f"no answer from {_quoted(cause.detail)}: {why}"
    if cause.wire == "empty_answer":
        return f"an empty answer with HTTP status {_quoted(cause.detail)}"
    return _quoted(cause.message)


def interrupted(_: Interrupted) -> str:
    return (
        "The bot was stopped while it was sending this. It may have been sent; look in the VOD"
        " console before sending it again."
    )


def unreachable(_: Unreachable) -> str:
    return (
        "For half an hour the cloud could not be reached, or gave no clear answer. This was not"
        " sent; try again later."
    )


def waits_for_operator(cause: WaitsForOperator) -> str:
    return (
        f"{_quoted_with_code(cause.message, cause.error_code)}. Nothing was sent; it is sent as"
        f" soon as the cloud takes calls again. {advice(cause.kind)}"
    )


def stayed_refused(cause: StayedRefused) -> str:
    return (
        f"For {_duration(cause.seconds)} the cloud has refused every call:"
        f" {_quoted_with_code(cause.message, cause.error_code)}. Nothing was sent."
        f" {advice(cause.kind)} Then retry."
    )


def next_day_full(_: NextDayFull) -> str:
    return (
        "It was still waiting when the quota day ended, and the new day has no room for it."
        " Nothing was sent; retry when there is quota."
    )


def person_not_allowed(cause: PersonNotAllowed) -> str:
    return _no_longer(cause.setting, "the person who asked to prefetch there")


def host_not_allowed(cause: HostNotAllowed) -> str:
    return _no_longer(cause.setting, _quoted(cause.host))


def still_processing(cause: StillProcessing) -> str:
    return (
        f"Still processing after {_duration(cause.seconds)}, so the bot follows it no longer."
        " Ask for its status, then the bot follows it again."
    )


def progress_unknown(cause: ProgressUnknown) -> str:
    return (
        f"The cloud has not said for {_duration(cause.seconds)} how far it is, so the bot"
        " follows it no longer. Ask for its status, then the bot follows it again."
    )


def cloud_refuses_to_tell(cause: CloudRefusesToTell) -> str:
    code = f" ({_quoted(cause.error_code)})" if cause.error_code else ""
    return (
        f"The cloud refuses to say how far this is: {_quoted(cause.message).rstrip('.')}{code}."
        " It was accepted all the same. The bot has stopped asking; ask for its status to have the"
        " bot look again."
    )


def result_unmatched(cause: ResultUnmatched) -> str:
    others = f" and {cause.others} more" if cause.others else ""
    return (
        f"The cloud tells how {code(cause.address)}{others} ended, but not which of the files that"
        " were sent this is. So the bot does not say of these files that they are ready or failed;"
        " look in the VOD console."
    )


def sent_since_copy(cause: SentSinceCopy) -> str:
    return (
        f"{_restored(cause.copied_at)} This call may have been sent after the copy was made; look"
        " in the VOD console before sending it again."
    )


def decided_since_copy(cause: DecidedSinceCopy) -> str:
    return f"{_restored(cause.copied_at)} What was decided about this call after that is lost."


def cancelled_since_copy(cause: CancelledSinceCopy) -> str:
    return f"{_restored(cause.copied_at)} If this was cancelled after that, cancel it again."


def sending_again_cancelled(_: SendingAgainCancelled) -> str:
    return "Sending it again was cancelled."


def earlier_in_doubt(_: EarlierInDoubt) -> str:
    return "The call before it may have been sent; look in the VOD console before sending it again."


def another_accepted(cause: AnotherAccepted) -> str:
    return (
        f"The cloud also accepted another attempt of this, as `{_quoted(cause.task_id)}`: its files"
        " are spent as well."
    )


def free_text(cause: FreeText) -> str:
    return _quoted(cause.text)


def _quoted(text: str) -> str:
    """What the cloud or somebody else wrote, as it is safe to show."""
    return escape(as_text(text))


def _quoted_with_code(message: str, error_code: str) -> str:
    code = f" ({_quoted(error_code)})" if error_code else ""
    return f"{_quoted(message).rstrip('.')}{code}"


def _no_longer(setting: str, what: str) -> str:
    return (
        f"When its time came, {setting} no longer allowed {what}. Nothing was sent; ask an"
        " operator, then retry."
    )


def _restored(copied_at: datetime | None) -> str:
    age = "unknown age" if copied_at is None else f"{copied_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"This database was restored from a copy of {age}."


def _duration(seconds: int) -> str:
    if seconds >= 7200:
        return f"{seconds / 3600:.0f} hours"
    return f"{seconds / 60:.0f} min" if seconds >= 60 else f"{seconds} s"
