"""A call of several addresses becomes two: to find a bad address, or to send what a day holds."""

from dataclasses import replace

from bot.rules.causes import Cause, CloudError, NextDayFull
from bot.rules.lifecycle import Event, EventKind
from bot.rules.states import CallId, CallState
from storage import steps
from storage.unit_of_work import UnitOfWork


def is_split(work: UnitOfWork, request_id: str, call: CallState, cause: Cause) -> bool:
    """Whether the refused call is now two calls that wait to be sent; True the second time too.

    Only where the refusal may be about some of several addresses. The caller holds the lock of the
    request.
    """
    if not (isinstance(cause, CloudError) and cause.may_concern_a_part(call.urls)):
        return False
    call_id = CallId(request_id, call.position)
    if steps.standing(work.session, call_id).files < call.files:
        # The commit of the split was not answered, and this is written down once more.
        return True
    event = Event(EventKind.SPLIT, attempt=call.attempts, less=len(call.urls) // 2)
    again = replace(cause, is_tried_again=True)
    return steps.apply(work, call_id, event, **steps.explained(again)) is not None


def fit(work: UnitOfWork, request_id: str, call: CallState, *, room: int) -> None:
    """Let the waiting call keep as many files as the day holds on which it would go out.

    The rest becomes a call of its own, whose turn comes behind all others. A call of which nothing
    fits, or that cannot be split, is given up. The caller holds the lock of the request.
    """
    if room >= call.files:
        # Somebody has made room meanwhile.
        return
    call_id = CallId(request_id, call.position)
    if room > 0 and len(call.urls) > 1:
        event = Event(EventKind.SPLIT, attempt=call.attempts, less=call.files - room)
        if steps.apply(work, call_id, event) is not None:
            return
    given_up = Event(EventKind.GIVEN_UP, attempt=call.attempts)
    steps.give_up(work, call_id, given_up, cause=NextDayFull())
