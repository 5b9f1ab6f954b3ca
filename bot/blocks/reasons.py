"""Why files were not sent or failed, and what to do about it: parts of the card and of Details."""

from collections.abc import Sequence

from bot.blocks.text import Block, context, list_of, named, some_of
from bot.rules.causes import Cause
from bot.rules.redaction import without_query
from bot.rules.states import CallState, RequestState, TargetStatus
from bot.rules.target import Target, Url
from bot.words.causes import sentences
from bot.words.language import Words
from bot.words.mrkdwn import code

ADDRESSES_ROOM = 400
"""For the addresses of one reason, which stands behind them in the same line."""

REASON_ROOM = 1500
"""For the reason of one call, which shares a section with the names of its files."""


def reasons(words: Words, state: RequestState) -> list[str]:
    """Each reason once, with the targets that were refused for it, or the number of its calls."""
    alike: dict[tuple[tuple[Cause, ...], bool], list[CallState]] = {}
    for call in state.calls:
        if call.causes:
            alike.setdefault((call.causes, bool(call.urls)), []).append(call)
    shared: dict[str, list[CallState]] = {}
    for calls in alike.values():
        shared.setdefault(_told(words, calls[0]), []).extend(calls)
    return [f"• {_reason(words, told, calls)}" for told, calls in shared.items()]


def reason_of(words: Words, call: CallState) -> str:
    """Why the one call stands where it stands; empty when there is nothing to say."""
    if not call.causes:
        return ""
    return list_of(words, [_told(words, call)], most=1, room=REASON_ROOM)


def failed_targets(words: Words, state: RequestState) -> list[str]:
    """The files that the cloud has taken and then reports as failed."""
    return [f"• {named(words, target)}" for target in _failed(state)]


def checks(words: Words, state: RequestState) -> list[Block]:
    """What to look at when files have failed; nothing where none has."""
    failed = _failed(state)
    if not failed:
        return []
    unsigned = sum(isinstance(it, Url) and without_query(it.address) == it.address for it in failed)
    return [context(words.cards.checks(unsigned, len(failed)))]


def _failed(state: RequestState) -> list[Target]:
    return [
        item.target
        for call in state.calls
        for item in call.targets
        if item.status == TargetStatus.FAILED
    ]


def _reason(words: Words, told: str, calls: Sequence[CallState]) -> str:
    names = [name for call in calls if (name := _refused(words, call))]
    # A reason for which the address leaves no room would be left out.
    if len(names) < len(calls) or len(names[0]) > ADDRESSES_ROOM:
        return words.cards.same_reason(len(calls), told)
    return f"{some_of(words, [*dict.fromkeys(names)], room=ADDRESSES_ROOM)}: {told}"


def _refused(words: Words, call: CallState) -> str:
    """What the cloud has refused, where that is one address or one host; else nothing."""
    if call.refused_address:
        return named(words, Url(call.refused_address))
    return code(call.refused_host) if call.refused_host else ""


def _told(words: Words, call: CallState) -> str:
    return sentences(words, call.causes, for_addresses=bool(call.urls))
