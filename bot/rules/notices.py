"""What people are told once: values that are stored with their cause, and posted later.

Another cause that somebody has to hear of becomes a class here, in `Notice` and with a code in
`CODES`; its sentence stands in `bot/words/english/notices.py`, and `SENTENCES` in
`bot/words/notices.py` names it. Whoever writes the cause down adds the notice in the same
transaction, by `storage.notices.add`, with an `Address` for each who is told.
`bot/workflows/notices.py` posts it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.rules.causes import Cause
from bot.rules.states import Counts, RequestStatus


class Wish(StrEnum):
    """When a person wants to hear of the end of a request."""

    FAILS = "fails"  # of an end that failed, has a doubt, or that somebody else brought about
    ENDS = "ends"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Address:
    """Who is told, and where.

    Where: in the thread of the notice with the key `reply_to`, if that was posted; in `channel_id`;
    in the thread of the card of `request_id`, where that card stands in a channel; or else in a
    direct message to `user_id`.

    `user_id` is mentioned; it is empty for a notice to a channel whose sentence mentions whom it
    wants. Notices of one `bundle` for one person may become one message.
    """

    user_id: str = ""
    channel_id: str | None = None
    request_id: str | None = None
    reply_to: str | None = None
    bundle: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A run of a request has ended.

    `name` is what it is called, `cancelled_by` are those who cancelled some of it, and `causes` are
    why some of it was not sent or is in doubt.
    """

    request_id: str
    run: int
    status: RequestStatus
    channel_id: str
    counts: Counts
    ended_at: datetime
    name: str = ""
    was_scheduled: bool = False
    cancelled_by: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()


Notice = Ended

CODES: Mapping[str, type[Notice]] = {"ended": Ended}
"""The code under which each notice is stored."""

_CODE_OF = {kind: code for code, kind in CODES.items()}


def code_of(notice: Notice) -> str:
    return _CODE_OF[type(notice)]


SEEN_WITHIN = timedelta(minutes=1)
"""So long whoever has confirmed a request still looks at its card."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A person who may have to hear of an end, and of which ends they want to hear."""

    user_id: str
    wish: Wish
    is_asker: bool


def is_told(
    ended: Ended, listener: Listener, *, confirmed_at: datetime, before: Ended | None
) -> bool:
    """Whether the person has to hear of this end; `before` is what they were told of it last."""
    if listener.wish is Wish.NEVER:
        return False
    if before is not None and _outcome(before) == _outcome(ended):
        return False
    if is_trouble(ended) or set(ended.cancelled_by) - {listener.user_id}:
        return True
    if before is not None and is_trouble(before):
        # Who has heard of a doubt hears that it is over.
        return True
    if listener.wish is Wish.FAILS or ended.cancelled_by:
        return False
    return not (listener.is_asker and ended.ended_at - confirmed_at <= SEEN_WITHIN)


def is_trouble(ended: Ended) -> bool:
    """Whether something failed, was not sent, or is not known."""
    counts = ended.counts
    return bool(counts.failed or counts.not_sent or counts.unknown or counts.processing)


def _outcome(ended: Ended) -> tuple[RequestStatus, Counts]:
    return ended.status, ended.counts
