"""Which sentence of a language tells a cause."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.rules.causes import (
    CancelledSinceCopy,
    Cause,
    CloudError,
    DecidedSinceCopy,
    EarlierInDoubt,
    FreeText,
    HostNotAllowed,
    Interrupted,
    NextDayFull,
    PersonNotAllowed,
    ProgressUnknown,
    SendingAgainCancelled,
    SentSinceCopy,
    StillProcessing,
    Unreachable,
)
from bot.words.language import CauseWords, Words

SENTENCES: Mapping[type[Cause], Callable[[CauseWords, Any], str]] = {
    CloudError: lambda words, cause: words.cloud_error(cause),
    Interrupted: lambda words, cause: words.interrupted(cause),
    Unreachable: lambda words, cause: words.unreachable(cause),
    NextDayFull: lambda words, cause: words.next_day_full(cause),
    PersonNotAllowed: lambda words, cause: words.person_not_allowed(cause),
    HostNotAllowed: lambda words, cause: words.host_not_allowed(cause),
    StillProcessing: lambda words, cause: words.still_processing(cause),
    ProgressUnknown: lambda words, cause: words.progress_unknown(cause),
    SentSinceCopy: lambda words, cause: words.sent_since_copy(cause),
    DecidedSinceCopy: lambda words, cause: words.decided_since_copy(cause),
    CancelledSinceCopy: lambda words, cause: words.cancelled_since_copy(cause),
    SendingAgainCancelled: lambda words, cause: words.sending_again_cancelled(cause),
    EarlierInDoubt: lambda words, cause: words.earlier_in_doubt(cause),
    FreeText: lambda words, cause: words.free_text(cause),
}


def sentences(words: Words, causes: Sequence[Cause]) -> str:
    """The causes of one call in mrkdwn, one behind the other."""
    return " ".join(SENTENCES[type(cause)](words.causes, cause) for cause in causes)
