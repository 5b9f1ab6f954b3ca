"""What the cloud lists of an accepted call, stored with each result at the file it belongs to."""

from collections.abc import Sequence

from bot.rules.causes import ResultUnmatched
from bot.rules.lifecycle import Event, EventKind, Standing, step
from bot.rules.redaction import without_query
from bot.rules.results import match_results
from bot.rules.states import CallId, CallStatus, TargetStatus, call_status
from storage import calls, following, steps
from storage.unit_of_work import UnitOfWork

ENDS = {
    CallStatus.SUCCEEDED: EventKind.ALL_READY,
    CallStatus.PARTLY_FAILED: EventKind.SOME_FAILED,
    CallStatus.FAILED: EventKind.ALL_FAILED,
}
ENDED = {TargetStatus.SUCCEED, TargetStatus.FAILED}


def store_listed(
    work: UnitOfWork, call_id: CallId, results: Sequence[tuple[str, str]]
) -> CallStatus:
    """Store what the cloud lists of a call; files beyond the charge are charged now.

    A call of which every result has ended, some of them for nobody knows which file, is followed
    no longer: to ask once more would tell nothing more.
    """
    found = steps.standing(work.session, call_id)
    if found.status is not CallStatus.PROCESSING or not results:
        return found.status
    stored = calls.one(work.session, call_id).targets
    matched, unmatched = match_results(stored, results)
    if len(matched) > found.files:
        more = Event(EventKind.LISTED_MORE, more=len(matched) - found.files)
        found = _moved(work, call_id, more, found)
    if matched != stored:
        calls.store_targets(work.session, call_id, matched)
    status = call_status(state.status for state in matched)
    if status in ENDS:
        _moved(work, call_id, Event(ENDS[status]), found)
    elif unmatched and len(results) >= len(stored) and ENDED.issuperset(dict(results).values()):
        cause = ResultUnmatched(without_query(unmatched[0]), others=len(unmatched) - 1)
        following.follow_no_longer(work.session, call_id, cause=cause)
    return status


def _moved(work: UnitOfWork, call_id: CallId, event: Event, found: Standing) -> Standing:
    """Where the call stands after the event, from where `steps.standing` has just found it."""
    taken = step(event, found)
    if taken is None or steps.carry_out(work, call_id, taken) is None:
        raise AssertionError("unreachable: `standing` holds the lock of the call's row")
    return taken.after
