"""Calling with an IAM token: one from an IAM user's password, or one given from outside."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from bot.vod.answers import Answer
from bot.vod.errors import NotSent, OutcomeUnknown, Throttled
from bot.vod.exchange import Authentication, Send, exchange, is_advice
from bot.vod.key_guard import KeyGuard

log = logging.getLogger(__name__)

RENEW_BEFORE_EXPIRY = timedelta(minutes=30)
RENEW_PAUSE = timedelta(minutes=1)
_HEADER = "X-Auth-Token"


@dataclass(frozen=True, slots=True)
class IamUser:
    """An IAM user; a HUAWEI ID cannot log in itself, and one with MFA needs another method."""

    name: str
    password: SecretStr
    domain: str


@dataclass(frozen=True, slots=True)
class FixedToken:
    """A project-scoped token given from outside."""

    value: SecretStr


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as IAM gave it, with the moment from which it should be renewed."""

    value: SecretStr
    expires_at: datetime
    renew_at: datetime
    project_id: str = field(default="")


class FixedTokenAuth(Authentication):
    """Cannot renew its token, so a refusal is final."""

    def __init__(self, token: FixedToken) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers[_HEADER] = self._token.value.get_secret_value()
        yield request


class IamTokenAuth(Authentication):
    """Fetches, keeps and renews a token of the region's project; callers share one fetch."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        iam_endpoint: str,
        user: IamUser,
        region: str,
        now: Callable[[], datetime],
        project_id: str | None = None,
    ) -> None:
        self._http = http
        self._url = f"{iam_endpoint.rstrip('/')}/v3/auth/tokens?nocatalog=true"
        self._user = user
        # The scope must be a project: a token of the whole domain is refused with VOD.10057.
        self._scope = {"id": project_id} if project_id else {"name": region}
        self._now = now
        # Wrong passwords in a row lock the user, as refused signatures lock a key.
        self._guard = KeyGuard(now)
        self._fetching = asyncio.Lock()
        self._token: IssuedToken | None = None
        self._no_renewal_before: datetime | None = None

    async def project_id(self) -> str:
        """The project that the token is for, as IAM named it."""
        return (await self._current()).project_id

    async def around(self, request: httpx.Request, send: Send) -> Answer:
        # Fetched ahead of the call, so that a slow IAM cannot make the call's outcome unknown.
        await self._current()
        answer = await send()
        if not self._is_refusal(answer) or self._is_sparing() or is_advice(request):
            return answer
        self._drop(request.headers.get(_HEADER, ""))
        await self._current()
        answer = await send()
        if self._is_refusal(answer):
            self._no_renewal_before = self._now() + RENEW_PAUSE
        return answer

    def try_again(self) -> None:
        self._guard.try_again()
        self._no_renewal_before = None

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        token = await self._current()
        request.headers[_HEADER] = token.value.get_secret_value()
        yield request

    async def _current(self) -> IssuedToken:
        async with self._fetching:
            if self._token is None or self._token.renew_at <= self._now():
                self._token = await self._renewed(self._token)
            return self._token

    async def _renewed(self, old: IssuedToken | None) -> IssuedToken:
        try:
            return await self._fetch()
        except (NotSent, Throttled) as error:
            if old is None or old.expires_at <= self._now() + RENEW_PAUSE:
                raise
            log.warning("token not renewed, keeping the old one for now: %s", error)
            return IssuedToken(old.value, old.expires_at, self._now() + RENEW_PAUSE, old.project_id)

    async def _fetch(self) -> IssuedToken:
        password = self._user.password.get_secret_value()
        request = self._http.build_request(
            "POST",
            self._url,
            content=json.dumps(self._login()).encode(),
            headers={
                "Content-Type": "application/json;charset=utf8",
                "Accept-Encoding": "identity",
            },
        )
        try:
            answer = await exchange(self._http, request, self._guard, hide=[password])
        except OutcomeUnknown as error:
            # Whatever became of the login, the call that needed the token was not sent.
            message = f"no token: {error.message}"
            raise NotSent(
                message,
                code=error.code,
                status=error.status,
                request_id=error.request_id,
                wire=error.wire,
            ) from error
        return _issued(answer, self._now())

    def _login(self) -> dict[str, object]:
        user = {
            "name": self._user.name,
            "password": self._user.password.get_secret_value(),
            "domain": {"name": self._user.domain},
        }
        identity = {"methods": ["password"], "password": {"user": user}}
        return {"auth": {"identity": identity, "scope": {"project": self._scope}}}

    def _drop(self, refused: str) -> None:
        # Another call may have renewed it meanwhile; that one is not the refused token.
        if self._token is not None and self._token.value.get_secret_value() == refused:
            self._token = None

    def _is_sparing(self) -> bool:
        return self._no_renewal_before is not None and self._now() < self._no_renewal_before

    @staticmethod
    def _is_refusal(answer: Answer) -> bool:
        # The cloud refuses a stale token with 403, the gateway and IAM with 401.
        return not answer.is_success and (
            answer.status == httpx.codes.UNAUTHORIZED or answer.complaint.code == "VOD.10054"
        )


class _TokenProject(BaseModel):
    id: str = ""


class _TokenFacts(BaseModel):
    expires_at: datetime
    project: _TokenProject = _TokenProject()


class _TokenAnswer(BaseModel):
    token: _TokenFacts


def _issued(answer: Answer, now: datetime) -> IssuedToken:
    value = answer.headers.get("X-Subject-Token", "")
    try:
        facts = _TokenAnswer.model_validate_json(answer.content).token
    except ValidationError:
        facts = None
    if not value or facts is None:
        raise NotSent(
            "no token: IAM answered in another shape",
            status=answer.status,
            request_id=answer.request_id,
        )
    expires_at = facts.expires_at.replace(tzinfo=facts.expires_at.tzinfo or UTC)
    # A token that lives less than an hour is renewed at half of its life, not at once.
    margin = min(RENEW_BEFORE_EXPIRY, (expires_at - now) / 2)
    return IssuedToken(SecretStr(value), expires_at, expires_at - margin, facts.project.id)
