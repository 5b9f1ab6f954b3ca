"""In the bot's own process: each moment of its life is told, and one of them may be the last."""

import functools
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import Any

from aiohttp import ClientWebSocketResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlmodel import Session

from bot.rules.draft import Receipt
from bot.slack.connection import Connection as SlackConnection
from bot.vod.client import VodClient
from storage.database import Database
from storage.mark_file import Mark, MarkFile

REQUEST_ID = re.compile(r"R-[0-9A-Z]{5}")
CARD_END = re.compile(r"R-[0-9A-Z]{5}( \([a-z ]+\))")

READING = ("SELECT", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "SET ", "SHOW")


class _Thread(threading.local):
    wrote = False


_thread = _Thread()
"""Whether the transaction at hand has changed anything yet."""

_about: ContextVar[str] = ContextVar("about", default="")
"""The request that the work at hand is for; tasks hand it on to those that they start."""

_heard: ContextVar[str] = ContextVar("heard", default="nothing")
"""What of Slack the work at hand answers."""


class Moments:
    """Dies at the moment `last`, if that is of a request born in this life or `of_any`."""

    def __init__(self, trace: Path, last: str | None, *, of_any: bool) -> None:
        self._trace = os.open(trace, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._last = last
        self._of_any = of_any
        self._born: set[str] = set()

    def reached(self, moment: str, request_id: str) -> None:
        is_own = self._of_any or not request_id or request_id in self._born
        # What is written is with the kernel, which does not die.
        os.write(self._trace, f"{moment}\t{request_id}\t{is_own:d}\n".encode())
        if is_own and moment == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Have every commit and every call to the outside tell of itself."""
        self._around(AsyncWebClient, "api_call", _slack_call)
        self._around(AsyncWebhookClient, "send_dict", lambda *_: "the answer to a response URL")
        # Acknowledgements are all that the bot sends over its socket.
        self._around(ClientWebSocketResponse, "send_str", _acknowledgement)
        for name, method in vars(VodClient).items():
            if not name.startswith("_") and callable(method):
                self._around(VodClient, name, lambda *_, name=name, **__: f"VodClient.{name}")
        _set(SlackConnection, "_answer", _hearing(SlackConnection._answer))
        _set(Database, "transaction", self._transaction(Database.transaction))
        _set(Database, "promptly", self._transaction(Database.promptly))
        _set(MarkFile, "write", self._marking(MarkFile.write))
        event.listen(Engine, "begin", _begin_reading)
        event.listen(Engine, "before_cursor_execute", _note_writing)
        _set(DefaultDialect, "do_commit", self._commit(DefaultDialect.do_commit))

    def _around(self, owner: type, method: str, name: Callable[..., str]) -> None:
        original = getattr(owner, method)

        @functools.wraps(original)
        async def told(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            call = name(*args, **kwargs)
            self.reached(f"before {call}", _about.get())
            try:
                return await original(*args, **kwargs)
            finally:
                self.reached(f"after {call}", _about.get())

        _set(owner, method, told)

    def _transaction(self, original: Callable[..., Coroutine[Any, Any, Any]]) -> Any:  # noqa: ANN401
        async def told(
            database: Database,
            fn: Callable[..., Any],
            /,
            *args: Any,  # noqa: ANN401
            **kwargs: Any,  # noqa: ANN401
        ) -> Any:  # noqa: ANN401
            for arg in args:
                if isinstance(arg, str) and REQUEST_ID.fullmatch(arg):
                    _about.set(arg)
            about, name = _about.get(), f"{fn.__module__}.{fn.__qualname__}"

            def run(session: Session) -> tuple[Any, bool]:
                _thread.wrote = False
                result = fn(session, *args, **kwargs)
                session.flush()
                if isinstance(result, Receipt):
                    self._born.add(result.request_id)
                self.reached(_before(name), about)
                return result, _thread.wrote

            result, wrote = await original(database, run)
            if isinstance(result, Receipt):
                _about.set(about := result.request_id)
            if wrote:
                self.reached(f"after the commit of {name}", about)
            return result

        return told

    def _marking(self, original: Callable[[MarkFile, Mark], None]) -> Any:  # noqa: ANN401
        """The writer's own thread writes it, for all transactions of a commit."""
        marks = iter(["the mark of the start"])

        def told(file: MarkFile, mark: Mark) -> None:
            name = next(marks, "the mark of a step")
            self.reached(f"before {name}", "")
            original(file, mark)
            self.reached(f"after {name}", "")

        return told

    def _commit(self, original: Callable[..., None]) -> Any:  # noqa: ANN401
        """DBOS commits by itself, for instance what came of a step."""

        def told(dialect: DefaultDialect, connection: Any) -> None:  # noqa: ANN401
            found = next(_in_dbos(sys._getframe()), None)
            wrote, moment = _thread.wrote, found and _before(found[0])
            if found is not None and moment is not None:
                self.reached(moment, found[1])
            original(dialect, connection)
            _thread.wrote = False
            if found is not None and wrote:
                self.reached(f"after the commit of {found[0]}", found[1])

        return told


def _before(name: str) -> str:
    """Where nothing was written, there is no commit that could be lost."""
    return f"before the commit of {name}" if _thread.wrote else f"at the reading of {name}"


def _begin_reading(_connection: Connection) -> None:
    _thread.wrote = False


def _note_writing(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    if not statement.lstrip().startswith(READING):
        _thread.wrote = True


def _in_dbos(frame: FrameType | None) -> Iterator[tuple[str, str]]:
    """What DBOS is writing down about a request, and which."""
    while frame is not None:
        if frame.f_code.co_filename.endswith("dbos/_sys_db.py"):
            said = " ".join(str(value) for value in frame.f_locals.values())
            if about := REQUEST_ID.search(said):
                step = re.search(r"'function_name': '(\w+)'", said)
                yield f"dbos.{frame.f_code.co_name} {step[1] if step else ''}".strip(), about[0]
        frame = frame.f_back


def _set(owner: type, name: str, function: Any) -> None:  # noqa: ANN401
    setattr(owner, name, function)


def _slack_call(_: AsyncWebClient, method: str, **arguments: Any) -> str:  # noqa: ANN401
    body = arguments.get("json") or arguments.get("params") or {}
    end = CARD_END.search(str(body.get("text", "")))
    return method + (end[1] if end else "")


def _acknowledgement(*_: object) -> str:
    return f"the acknowledgement of {_heard.get()}"


def _hearing(original: Callable[..., Coroutine[Any, Any, None]]) -> Any:  # noqa: ANN401
    async def answer(connection: SlackConnection, envelope: dict[str, Any]) -> None:
        payload = envelope.get("payload") or {}
        view, actions = payload.get("view") or {}, payload.get("actions") or [{}]
        names = (
            payload.get("command"),
            actions[0].get("action_id"),
            payload.get("callback_id"),
            view.get("callback_id"),
            (payload.get("event") or {}).get("type"),
        )
        _heard.set(next(name for name in names if name))
        await original(connection, envelope)

    return answer
