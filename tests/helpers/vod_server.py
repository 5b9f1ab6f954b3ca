"""A cloud of prepared answers, and a clock that is set by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from pydantic import SecretStr

from bot.vod.client import VodClient
from bot.vod.exchange import Authentication
from bot.vod.signing import AccessKey

ENDPOINT = "https://vod.example.com"
IAM = "https://iam.example.com"
PROJECT = "0123456789abcdef0123456789abcdef"
AK = "AKEXAMPLE0000000000A"
SK = "SKexample000000000000000000000000000000B"
KEY = AccessKey(AK, SecretStr(SK))
TASK = "5199337c31c8e4622f1590735b13a263"
CREATED = httpx.Response(202, json={"task_id": TASK})

Handler = (
    Callable[[httpx.Request], httpx.Response]
    | Callable[[httpx.Request], Coroutine[Any, Any, httpx.Response]]
)


@dataclass
class Clock:
    time: datetime = datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass
class Cloud:
    """Gives its answers in turn, the last one for ever, and keeps what was asked."""

    answers: list[httpx.Response | Exception]
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        answer = self.answers[min(len(self.requests), len(self.answers) - 1)]
        self.requests.append(request)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def cloud(*answers: httpx.Response | Exception) -> Cloud:
    return Cloud(list(answers))


def answering_last(handler: Cloud) -> Handler:
    """Answers a call only when all other calls have come as far as they can."""

    async def answer(request: httpx.Request) -> httpx.Response:
        given = handler(request)
        for _ in range(10):
            await asyncio.sleep(0)
        return given

    return answer


def refusal(status: int, code: str, message: str = "refused") -> httpx.Response:
    return httpx.Response(status, json={"error_code": code, "error_msg": message})


@asynccontextmanager
async def http_to(handler: Handler) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as http:
        yield http


@asynccontextmanager
async def client_to(
    handler: Handler, auth: Authentication | None = None
) -> AsyncIterator[VodClient]:
    async with http_to(handler) as http:
        yield client_with(http, auth or Authentication())


def client_with(
    http: httpx.AsyncClient, auth: Authentication, *, endpoint: str = ENDPOINT
) -> VodClient:
    return VodClient(http, endpoint=endpoint, project_id=PROJECT, auth=auth, now=Clock())
