"""The live connection of one tab: it is told what changed, and what it asks is done."""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.fakeslack import CannotDoError, Delivery
from bot.sandbox.page.actions import PERSON_ACTIONS, Act
from bot.sandbox.page.fields import Fields, MalformedError
from bot.sandbox.page.levers import LEVER_ACTIONS
from bot.sandbox.page.pulse import TOGETHER_S
from bot.sandbox.page.shown import Shown
from bot.sandbox.page.tab import Outcome, Tab

log = logging.getLogger(__name__)

ACTIONS: Mapping[str, Act] = {**PERSON_ACTIONS, **LEVER_ACTIONS}


class Connection:
    """Actions run side by side: a command that waits for the bot holds up nothing else."""

    def __init__(self, tab: Tab, socket: web.WebSocketResponse) -> None:
        self._tab = tab
        self._socket = socket
        self._answers: list[Shown] = []

    async def converse(self) -> None:
        """Until the tab is gone; what it began is still carried to its end."""
        with self._tab.scene.pulse.felt() as woken:
            async with asyncio.TaskGroup() as tasks:
                telling = tasks.create_task(self._tell(woken))
                async for frame in self._socket:
                    if frame.type == WSMsgType.TEXT:
                        tasks.create_task(self._act(frame.data))
                telling.cancel()

    async def _tell(self, woken: asyncio.Event) -> None:
        while not self._socket.closed:
            await woken.wait()
            await asyncio.sleep(TOGETHER_S)
            woken.clear()
            # An answer comes after the changes that its action made.
            answers, self._answers = self._answers, []
            try:
                for frame in (*self._tab.news(), *answers):
                    await self._socket.send_str(json.dumps(frame))
            except ConnectionError:
                return

    async def _act(self, text: str) -> None:
        number: object = None
        try:
            asked = _asked(text)
            number = asked.get("id")
            outcome = await _action(asked)(self._tab, Fields(asked))
        except (CannotDoError, MalformedError) as error:
            answer = _answer(number, error=str(error))
        except Exception as error:
            log.exception("action %s of a tab failed", number)
            answer = _answer(number, error=f"the sandbox itself failed: {error!r}")
        else:
            answer = _answer(number, outcome)
        self._answers.append(answer)
        self._tab.scene.pulse.beat()


def _asked(text: str) -> dict[str, Any]:
    try:
        asked = json.loads(text)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        message = "a frame must be a JSON object"
        raise MalformedError(message)
    return asked


def _action(asked: dict[str, Any]) -> Act:
    name = asked.get("do")
    action = ACTIONS.get(name) if isinstance(name, str) else None
    if action is None:
        message = f"there is no action {name!r}"
        raise MalformedError(message)
    return action


def _answer(number: object, outcome: Outcome | None = None, error: str | None = None) -> Shown:
    return {
        "type": "done",
        "id": number,
        "ok": outcome is not None,
        "error": error,
        "delivery": _delivery(outcome.delivery) if outcome and outcome.delivery else None,
        "result": outcome.result if outcome else None,
    }


def _delivery(delivery: Delivery) -> Shown:
    return {
        "error": delivery.error,
        "seconds": delivery.seconds,
        "attempts": delivery.attempts,
    }
