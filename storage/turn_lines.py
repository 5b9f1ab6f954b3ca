"""Who waits for a turn in which replica: the request that was served least recently comes first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Float, bindparam, delete, exists, func, select, update
from sqlmodel import Session, col

from storage.database import insert_missing, on_sqlite
from storage.tables import TurnLineRow, table_of

SILENT_S = 2.0
"""So much later than it said may a replica ask again before it is taken for dead."""

KEPT_S = 86_400.0

_LINES = table_of(TurnLineRow)
_LINE = _LINES.c
_OF_KIND = (_LINE.tenant == bindparam("of_tenant"), _LINE.kind == bindparam("of_kind"))
_THIS_LINE = (*_OF_KIND, _LINE.replica == bindparam("of_replica"))
# One statement, because each turn asks it: the clock that all replicas share, and who is before.
_LOOK = select(
    func.clock_timestamp(),
    exists().where(
        *_OF_KIND,
        _LINE.replica != bindparam("of_replica"),
        _LINE.served_at < bindparam("mine", type_=Float),
        _LINE.asks_until > func.extract("epoch", func.clock_timestamp()),
    ),
)
_STAND = (
    update(_LINES)
    .where(*_THIS_LINE)
    .values(
        served_at=bindparam("served", type_=Float),
        asks_until=bindparam("until", type_=Float),
    )
    .returning(_LINE.served_at)
)
_LEAVE = delete(_LINES).where(*_THIS_LINE)


@dataclass(frozen=True, slots=True)
class TurnLine:
    """Those who wait in one replica for turns of one kind."""

    tenant: str
    kind: str
    replica: str

    def _values(self) -> dict[str, object]:
        return {"of_tenant": self.tenant, "of_kind": self.kind, "of_replica": self.replica}

    def look(self, session: Session, *, served_at: float, own: datetime) -> tuple[datetime, bool]:
        """The clock of all replicas, and whether another of them waits for one served before.

        The file of SQLite belongs to one process, so there is no other.
        """
        if on_sqlite(session):
            return own, False
        now, is_other_first = session.execute(_LOOK, {**self._values(), "mine": served_at}).one()
        return now, is_other_first

    def stand(self, session: Session, *, served_at: float, now: datetime, wait_s: float) -> None:
        """Tell the other replicas who comes first here, until this one asks again."""
        if on_sqlite(session):
            return
        moment = now.timestamp()
        until = moment + wait_s + SILENT_S
        told = {"served": served_at, "until": until}
        if session.execute(_STAND, {**self._values(), **told}).first() is not None:
            return
        key = {"tenant": self.tenant, "kind": self.kind, "replica": self.replica}
        insert_missing(session, TurnLineRow, **key, served_at=served_at, asks_until=until)
        # A replica has another name in each life, so the rows of earlier lives would stay.
        session.exec(delete(TurnLineRow).where(col(TurnLineRow.asks_until) < moment - KEPT_S))

    def leave(self, session: Session) -> None:
        """Nobody waits here any longer."""
        if not on_sqlite(session):
            session.execute(_LEAVE, self._values())
