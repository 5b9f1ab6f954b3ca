"""What comes off the wire and what goes back onto it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias
from urllib.parse import unquote

Operation: TypeAlias = Literal["create", "query", "list", "info", "token", "projects", "unknown"]

VOD_OPERATIONS: frozenset[Operation] = frozenset({"create", "query", "list", "info"})


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it was sent: the target is the raw text of the request line."""

    time: datetime
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    request_id: str

    @property
    def raw_path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def raw_query(self) -> str:
        return self.target.partition("?")[2]

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """Pairs in the order sent; a plus sign stays a plus sign, as in the signature."""
        return tuple((unquote(name), unquote(value)) for name, value in raw_pairs(self.raw_query))

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)

    def values(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.query if key == name)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    payload: dict[str, Any] | bytes
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json"
    after_seconds: float = 0.0

    @property
    def body(self) -> bytes:
        if isinstance(self.payload, bytes):
            return self.payload
        return json.dumps(self.payload, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Never:
    """No answer until the caller gives up."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection is reset instead of answered."""


Reply: TypeAlias = Answer | Never | Cut


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gateway thinks of a caller; a refusal is the answer that it gives."""

    text: str
    refusal: Answer | None = None
    canonical_request: str | None = None
    scope: str | None = None


def raw_pairs(raw_query: str) -> list[tuple[str, str]]:
    """Split a query string without decoding it; a name without `=` has an empty value."""
    pieces = (piece.partition("=") for piece in raw_query.split("&") if piece)
    return [(name, value) for name, _, value in pieces]
