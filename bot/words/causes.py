"""Which sentence of a language tells a cause."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.rules.causes import (
    AnotherAccepted,
    CancelledSinceCopy,
    Cause,
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
from bot.words.cause_words import CauseWords
from bot.words.language import Words

SENTENCES: Mapping[type[Cause], Callable[[CauseWords, Any], str]] = {
    Interrupted: lambda words, cause: words.interrupted(cause),
    Unreachable: lambda words, cause: words.unreachable(cause),
    WaitsForOperator: lambda words, cause: words.waits_for_operator(cause),
    StayedRefused: lambda words, cause: words.stayed_refused(cause),
    NextDayFull: lambda words, cause: words.next_day_full(cause),
    PersonNotAllowed: lambda words, cause: words.person_not_allowed(cause),
    HostNotAllowed: lambda words, cause: words.host_not_allowed(cause),
    StillProcessing: lambda words, cause: words.still_processing(cause),
    ProgressUnknown: lambda words, cause: words.progress_unknown(cause),
    CloudRefusesToTell: lambda words, cause: words.cloud_refuses_to_tell(cause),
    ResultUnmatched: lambda words, cause: words.result_unmatched(cause),
    SentSinceCopy: lambda words, cause: words.sent_since_copy(cause),
    DecidedSinceCopy: lambda words, cause: words.decided_since_copy(cause),
    CancelledSinceCopy: lambda words, cause: words.cancelled_since_copy(cause),
    SendingAgainCancelled: lambda words, cause: words.sending_again_cancelled(cause),
    EarlierInDoubt: lambda words, cause: words.earlier_in_doubt(cause),
    AnotherAccepted: lambda words, cause: words.another_accepted(cause),
    FreeText: lambda words, cause: words.free_text(cause),
}


def sentences(words: Words, causes: Sequence[Cause], *, for_addresses: bool) -> str:
    """The causes of one call in mrkdwn, one behind the other.

    `for_addresses`: the call is for addresses, and for no asset ID.
    """
    return " ".join(_sentence(words, cause, for_addresses=for_addresses) for cause in causes)


def _sentence(words: Words, cause: Cause, *, for_addresses: bool) -> str:
    if isinstance(cause, CloudError):
        # What to do about it depends on what was sent.
        return words.causes.cloud_error(cause, for_addresses=for_addresses)
    return SENTENCES[type(cause)](words.causes, cause)
