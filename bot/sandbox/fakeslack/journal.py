"""An append-only record of everything that passed between Slack, the app and people."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from bot.sandbox.fakeslack.json_types import Json

SECRETS = {"token", "bot_access_token", "url"}


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that happened.

    `kind` is envelope, ack, call, socket, response_url, download, upload or trouble.
    """

    number: int
    at: float
    kind: str
    name: str
    facts: Mapping[str, object]


class Journal(Sequence[Record]):
    """Reads like a tuple of records; only `add` changes it."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._records: list[Record] = []

    def add(self, kind: str, name: str, **facts: object) -> None:
        self._records.append(Record(len(self._records), self._now(), kind, name, facts))

    def of(self, kind: str, name: str | None = None) -> list[Record]:
        return [r for r in self._records if r.kind == kind and name in (None, r.name)]

    def since(self, number: int) -> Iterator[Record]:
        return itertools.islice(self._records, number, None)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        return self._records[index]

    def __len__(self) -> int:
        return len(self._records)


def masked(given: Json) -> Json:
    """The same without what would let a reader of the log act as the app."""
    return {name: "***" if name in SECRETS else value for name, value in given.items()}


def masked_envelope(envelope: Json) -> Json:
    payload = masked(envelope["payload"])
    if "event" in payload:
        payload["event"] = masked(payload["event"])
    return {**envelope, "payload": payload}
