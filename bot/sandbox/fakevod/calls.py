"""The record of every call, without its secrets."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.fakevod.wire import Answer, Heard, Operation, Reply, Verdict

LONGEST_TEXT = 4000
MASK = "***"
_SECRET_HEADERS = frozenset({"x-auth-token", "x-security-token"})
_SIGNATURE = re.compile(r"(?<=Signature=)\w+")
_PASSWORD = re.compile(r'("password"\s*:\s*)"(?:[^"\\]|\\.)*"')
_SECURITY_TOKEN = re.compile(r"(x-security-token:)[^\n|]*")


@dataclass(frozen=True, slots=True)
class Call:
    """One call; status and answer are None where the caller got no answer at all."""

    number: int
    time: datetime
    operation: Operation
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: str
    canonical_request: str | None
    verdict: str
    fault: str | None
    status: int | None
    answer: str | None
    request_id: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ends, and the fault that made it end so."""

    reply: Reply
    fault: str | None = None


@dataclass(slots=True)
class CallLog:
    calls: list[Call] = field(default_factory=list)
    _read: int = 0
    _grown: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, heard: Heard, operation: Operation, verdict: Verdict, outcome: Ended) -> None:
        answer = outcome.reply if isinstance(outcome.reply, Answer) else None
        call = Call(
            number=len(self.calls) + 1,
            time=heard.time,
            operation=operation,
            method=heard.method,
            path=heard.raw_path,
            query=heard.query,
            headers=_masked(heard.headers),
            body=_shown(heard.body),
            canonical_request=_without_token(verdict.canonical_request),
            verdict=verdict.text,
            fault=outcome.fault,
            status=None if answer is None else answer.status,
            answer=None if answer is None else _without_token(_shown(answer.body)),
            request_id=heard.request_id,
        )
        self.calls.append(call)
        self._grown.set()

    async def next(self, operation: Operation | None, within: float) -> Call:
        async with asyncio.timeout(within):
            while True:
                while self._read < len(self.calls):
                    call = self.calls[self._read]
                    self._read += 1
                    if operation in (None, call.operation):
                        return call
                self._grown.clear()
                await self._grown.wait()


def _masked(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, MASK if name.lower() in _SECRET_HEADERS else _SIGNATURE.sub(MASK, value))
        for name, value in headers
    )


def _shown(body: bytes) -> str:
    text = body[:LONGEST_TEXT].decode(errors="replace")
    return _PASSWORD.sub(rf'\1"{MASK}"', text)


def _without_token(text: str | None) -> str | None:
    return None if text is None else _SECURITY_TOKEN.sub(rf"\g<1>{MASK}", text)
