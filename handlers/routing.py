"""Routes from a payload of Slack to a handler, and the wrapper that every handler runs in."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks.text import Block
from bot.service.prefetch_service import PrefetchService
from handlers.answering import show
from handlers.background import Background
from handlers.errors import explain, is_repetition, tell
from handlers.language import words_for
from handlers.left_out import give_back, is_due
from handlers.payloads import Payload, check_card, used_card

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rest:
    """What a handler that acknowledges by itself leaves to be done after that."""

    work: Coroutine[Any, Any, None]


Handler = Callable[[AsyncArgs, PrefetchService], Coroutine[Any, Any, Block | Rest | None]]
"""Answers a payload; the message that a handler returns is shown to the person who asked, alone."""

Listener = Callable[[AsyncArgs], Coroutine[Any, Any, None]]

ANYTHING = re.compile(".*", re.DOTALL)
"""Matches every ID: the route of what no earlier route is for."""


class Kind(Enum):
    """What Slack sends to the bot, by the name of the matcher in Bolt."""

    COMMAND = "command"
    SHORTCUT = "shortcut"
    ACTION = "action"
    EVENT = "event"
    VIEW = "view"


class Ack(Enum):
    """When a payload is acknowledged, for which Slack waits 3 s."""

    FIRST = auto()
    """Before the handler runs, which only asks: with the process nothing decided would be lost."""

    STORED = auto()
    """After the handler has stored what a person decided, and before that person is told."""

    BY_HANDLER = auto()
    """By the handler: the acknowledgement of a modal is the answer to its submission."""


@dataclass(frozen=True, slots=True)
class Route:
    """Payloads of this kind with this ID go to this handler."""

    kind: Kind
    id: str | re.Pattern[str]
    """The name of the command or event, the callback ID or the action ID."""

    ack: Ack
    handler: Handler
    decides: Callable[[Payload], bool] | None = None
    """Says of a payload that it decides something, which is acknowledged when it is stored."""

    def acknowledges(self, body: Payload) -> Ack:
        """The moment for this payload."""
        return Ack.STORED if self.decides is not None and self.decides(body) else self.ack


def listener(route: Route, service: PrefetchService, background: Background) -> Listener:
    """Wrap the handler of a route: acknowledge, handle, tell what was returned or raised."""
    is_known_button = route.kind is Kind.ACTION and route.id is not ANYTHING

    async def handle(args: AsyncArgs) -> Block | Rest | None:
        if is_known_button:
            check_card(args.body)
        return await route.handler(args, service)

    async def answer(args: AsyncArgs, handled: Awaitable[Block | Rest | None]) -> None:
        await _tell_all(args, service, handled)
        if is_known_button:
            # After the person was told: a locked database is waited for here.
            await _look_at_card(args, service)

    # Not Bolt's lazy=: it deep-copies the whole request for each listener, and fails on a client
    # that has a session of its own.
    async def listen(args: AsyncArgs) -> None:
        match route.acknowledges(args.body):
            case Ack.FIRST:
                await background.has_room()
                await args.ack()
                background.start(answer(args, handle(args)))
            case Ack.STORED:
                handled = asyncio.ensure_future(handle(args))
                await asyncio.wait({handled})
                await args.ack()
                background.start(answer(args, handled))
            case Ack.BY_HANDLER:
                # Only modals are acknowledged so, and they stand on no card.
                if rest := await _tell_outcome(args, service, route.handler(args, service)):
                    background.start(rest.work)

    return listen


async def _tell_all(
    args: AsyncArgs, service: PrefetchService, handled: Awaitable[Block | Rest | None]
) -> None:
    if rest := await _tell_outcome(args, service, handled):
        await rest.work


async def _tell_outcome(
    args: AsyncArgs, service: PrefetchService, handled: Awaitable[Block | Rest | None]
) -> Rest | None:
    try:
        outcome = await handled
        if isinstance(outcome, Rest):
            return outcome
        if outcome:
            await show(args.body, args.context, outcome)
    except Exception as error:  # noqa: BLE001  # whatever it is, the person is told
        if not is_repetition(error):
            told = explain(words_for(args.body), error)
            await tell(args, told)
            if is_due(service, told.rejected):
                return Rest(give_back(args, service, told.rejected))
    return None


async def _look_at_card(args: AsyncArgs, service: PrefetchService) -> None:
    try:
        if card := used_card(args.body, bot_id=args.context.bot_id):
            await service.found_card(*card)
    except Exception:  # what the person asked for is done; the card is looked at on the next click
        log.warning("a card that was used could not be looked at", exc_info=True)
