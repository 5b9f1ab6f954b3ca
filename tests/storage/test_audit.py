"""The audit trail, as far as cards show it: what people have decided."""

from sqlmodel import Session

from bot.rules.causes import Interrupted, to_json
from bot.rules.states import Choice, Decision
from storage import audit
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.helpers.stored_requests import MEI, NOON, TENANT, make_request, urls

REQUEST = "R-00001"


async def test_calls_of_one_submission_are_one_decision(database: Database) -> None:
    def decide(session: Session) -> tuple[Decision, ...]:
        make_request(session, REQUEST, urls(3))
        for files in (2, 1):
            _record(session, Choice.SENT_AGAIN, files, reason="not in the console")
        _record(session, Choice.SENT_AGAIN, 4, reason="another look")
        return audit.decisions(session, REQUEST)

    assert await database.transaction(decide) == (
        Decision(Choice.SENT_AGAIN, MEI.user_id, 3, NOON, "not in the console"),
        Decision(Choice.SENT_AGAIN, MEI.user_id, 4, NOON, "another look"),
    )


async def test_causes_beside_a_decision_are_not_the_words_of_a_person(database: Database) -> None:
    def decide(session: Session) -> tuple[Decision, ...]:
        make_request(session, REQUEST, urls(3))
        for files in (2, 1):
            _record(session, Choice.CANCELLED, files, reason=to_json([Interrupted()]))
        return audit.decisions(session, REQUEST)

    (found,) = await database.transaction(decide)

    assert found == Decision(Choice.CANCELLED, MEI.user_id, 3, NOON)


def _record(session: Session, choice: Choice, files: int, *, reason: object) -> None:
    work = UnitOfWork(session, TENANT, NOON, MEI)
    audit.record(work, choice, REQUEST, files=files, reason=reason)
