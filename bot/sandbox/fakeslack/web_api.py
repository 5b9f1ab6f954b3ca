"""Slack's Web API: who may call which method, and what becomes of the call."""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.fakeslack.arguments import Arguments, read_arguments
from bot.sandbox.fakeslack.backend import Backend
from bot.sandbox.fakeslack.chat_methods import CHAT_METHODS
from bot.sandbox.fakeslack.faults import Fault
from bot.sandbox.fakeslack.files import FILE_METHODS
from bot.sandbox.fakeslack.journal import masked
from bot.sandbox.fakeslack.json_types import Json
from bot.sandbox.fakeslack.lookup_methods import LOOKUP_METHODS
from bot.sandbox.fakeslack.method import Method
from bot.sandbox.fakeslack.refusals import ApiError
from bot.sandbox.fakeslack.view_methods import VIEW_METHODS

METHODS: Mapping[str, Method] = {
    **CHAT_METHODS,
    **VIEW_METHODS,
    **LOOKUP_METHODS,
    **FILE_METHODS,
}
SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class _Answer:
    body: Json
    status: int = 200
    headers: Mapping[str, str] | None = None
    page: str | None = None


class WebApi:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def serve(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        try:
            arguments = await read_arguments(request)
        except ApiError as error:
            arguments, answer = Arguments({}), _refusal(error)
        else:
            answer = await self._answer(name, arguments, _token(request, arguments))
        self._backend.log.add(
            "call", name, arguments=masked(arguments.given), answer=masked(answer.body)
        )
        self._backend.changes.announce()
        return _response(answer)

    async def _answer(self, name: str, arguments: Arguments, token: str) -> _Answer:
        wait_s = self._backend.tiers.refuses(name, arguments.text("channel"))
        if wait_s is not None:
            return _spoiled(Fault(name, retry_after_s=math.ceil(wait_s)))
        fault = self._backend.faults.take(name)
        if fault is None:
            return self._call(name, arguments, token)
        await asyncio.sleep(fault.latency_s)
        if fault.error is None:
            return self._call(name, arguments, token)
        if fault.applied:
            self._call(name, arguments, token)
        return _spoiled(fault)

    def _call(self, name: str, arguments: Arguments, token: str) -> _Answer:
        try:
            method = _method(name)
            self._authorize(method, token)
            answer = method.answer(self._backend, arguments)
        except ApiError as error:
            return _refusal(error)
        scopes = {"x-oauth-scopes": ",".join(sorted(self._backend.app.scopes))}
        return _Answer({"ok": True, **answer}, headers=scopes)

    def _authorize(self, method: Method, token: str) -> None:
        app = self._backend.app
        if method.caller == "anyone":
            return
        if not token:
            raise ApiError("not_authed")
        as_bot = token == app.bot_token or token in app.workflow_tokens
        if not as_bot and token != app.app_token:
            raise ApiError("invalid_auth")
        if as_bot != (method.caller == "bot"):
            raise ApiError("not_allowed_token_type")
        if method.scopes and not app.scopes.intersection(method.scopes):
            needed, provided = ",".join(method.scopes), ",".join(sorted(app.scopes))
            raise ApiError("missing_scope", needed=needed, provided=provided)


def _method(name: str) -> Method:
    if name not in METHODS:
        raise ApiError("unknown_method", req_method=name)
    return METHODS[name]


def _token(request: web.Request, arguments: Arguments) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else arguments.text("token")


def _refusal(error: ApiError) -> _Answer:
    return _Answer({"ok": False, "error": error.error, **error.more})


def _spoiled(fault: Fault) -> _Answer:
    body = {"ok": False, "error": fault.error}
    if fault.error == "ratelimited" and fault.retry_after_s is not None:
        headers = {"Retry-After": str(fault.retry_after_s)}
        return _Answer(body, fault.http_status, headers, fault.page)
    return _Answer(body, fault.http_status, page=fault.page)


def _response(answer: _Answer) -> web.Response:
    if answer.page is not None:
        return web.Response(
            status=answer.status,
            text=answer.page,
            content_type="text/html",
            headers=answer.headers,
        )
    if answer.status >= SERVER_ERROR:
        return web.Response(status=answer.status, text="upstream failure")
    return web.json_response(answer.body, status=answer.status, headers=answer.headers)
