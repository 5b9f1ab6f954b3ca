"""Which signed requests of Slack's were taken, so that none is acted on twice by any replica."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete as delete_rows
from sqlalchemy import update
from sqlmodel import Session, col, select

from storage.database import Database, insert_missing
from storage.tables import DeliveryRow


class Deliveries:
    """The requests by their keys, which tell nothing of what they say."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def take(self, key: str) -> bool:
        """Remember the request; False when it was taken before, here or by another replica."""

        def take_delivery(session: Session) -> bool:
            return insert_missing(session, DeliveryRow, key=key, at=self._now(), answered=False)

        return await self._database.transaction(take_delivery)

    async def answered(self, key: str) -> None:
        """Remember that the request was acknowledged."""

        def note_answer(session: Session) -> None:
            session.exec(
                update(DeliveryRow).where(col(DeliveryRow.key) == key).values(answered=True)
            )

        await self._database.transaction(note_answer)

    async def is_answered(self, key: str) -> bool:
        """Whether the request was acknowledged."""

        def look_for_answer(session: Session) -> bool:
            row = session.get(DeliveryRow, key)
            return row is not None and row.answered

        return await self._database.transaction(look_for_answer)


def delete(session: Session, *, before: datetime, at_most: int) -> int:
    """Forget requests that were taken before then; returns how many."""
    old = select(col(DeliveryRow.key)).where(col(DeliveryRow.at) < before).limit(at_most)
    gone = delete_rows(DeliveryRow).where(col(DeliveryRow.key).in_(old))
    return len(session.exec(gone.returning(col(DeliveryRow.key))).all())
