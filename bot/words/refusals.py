"""Which sentence of a language tells a refusal."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.rules.refusals import (
    DayFull,
    DraftGone,
    FarTime,
    HeldUp,
    ListTooLong,
    MayNotDecide,
    NotAllowed,
    NothingToDecide,
    NothingToSend,
    NotSentAgain,
    OwnCard,
    PastTime,
    PayloadUnreadable,
    PlanChanged,
    QuotaExceeded,
    Refusal,
    RequestUnknown,
)
from bot.words.language import RefusalWords, Words

SENTENCES: Mapping[type[Refusal], Callable[[RefusalWords, Any], str]] = {
    NotAllowed: lambda words, refused: words.not_allowed(refused),
    MayNotDecide: lambda words, refused: words.may_not_decide(refused),
    NotSentAgain: lambda words, refused: words.not_sent_again(refused),
    NothingToSend: lambda words, refused: words.nothing_to_send(refused),
    ListTooLong: lambda words, refused: words.list_too_long(refused),
    OwnCard: lambda words, refused: words.own_card(refused),
    QuotaExceeded: lambda words, refused: words.quota_exceeded(refused),
    PastTime: lambda words, refused: words.past_time(refused),
    FarTime: lambda words, refused: words.far_time(refused),
    DayFull: lambda words, refused: words.day_full(refused),
    DraftGone: lambda words, refused: words.draft_gone(refused),
    PlanChanged: lambda words, refused: words.plan_changed(refused),
    RequestUnknown: lambda words, refused: words.request_unknown(refused),
    NothingToDecide: lambda words, refused: words.nothing_to_decide(refused),
    HeldUp: lambda words, refused: words.held_up(refused),
    PayloadUnreadable: lambda words, refused: words.payload_unreadable(refused),
}


def sentence(words: Words, refused: Refusal) -> str:
    """The refusal in mrkdwn, safe to show to the person who asked."""
    return SENTENCES[type(refused)](words.refusals, refused)
