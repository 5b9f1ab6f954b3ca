"""Slack listeners, one module per Slack feature; the tables say what the bot listens to."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks import ids
from bot.blocks.text import Block
from bot.service.prefetch_service import PrefetchService
from handlers import actions, choices, commands, home, shortcuts, views
from handlers.answering import reply
from handlers.background import Background
from handlers.errors import Listener, answer_error, guarded
from handlers.payloads import check_card, used_card

log = logging.getLogger(__name__)

Handler = Callable[[AsyncArgs, PrefetchService], Awaitable[None]]
Decision = Callable[[AsyncArgs, PrefetchService], Coroutine[Any, Any, Block]]
"""Stores what a person has decided, and returns the words for it."""

SHORTCUTS: dict[str, Handler] = {
    ids.MESSAGE_SHORTCUT: shortcuts.prefetch_message,
    ids.GLOBAL_SHORTCUT: shortcuts.prefetch_files,
}
ACTIONS: dict[str, Handler] = {
    ids.REVIEW_BUTTON: actions.review_draft,
    ids.SEND_AT_INPUT: actions.choose_time,
    ids.DETAILS_BUTTON: actions.show_details,
    ids.RETRY_BUTTON: choices.retry,
    ids.TOMORROW_BUTTON: choices.send_tomorrow,
    ids.CANCELLED_BUTTON: choices.send_cancelled,
    ids.MARK_AS_SENT_BUTTON: choices.ask_why,
    ids.SEND_AGAIN_BUTTON: choices.ask_why,
    ids.PREFETCH_BUTTON: home.ask_from_home,
}
DECISIONS: dict[str, Decision] = {
    ids.CANCEL_BUTTON: choices.cancel,
}
EVENTS: dict[str, Handler] = {
    "app_home_opened": home.show_home,
}
VIEWS: dict[str, Handler] = {
    ids.ASK_VIEW: views.ask_for_targets,
    ids.RESOLVE_VIEW: choices.decide,
    ids.CONFIRM_VIEW: views.confirm_prefetch,
}
ANYTHING = re.compile(".*", re.DOTALL)


def register(app: AsyncApp, service: PrefetchService, background: Background) -> None:
    """Connect every table to the app; what only asks for something is acknowledged first."""

    def first_ack(handler: Handler) -> Listener:
        return _acknowledged(_bound(handler, service), background)

    def first_ack_then_card(handler: Handler) -> Listener:
        listener = _with_its_card(_bound(_checked(handler), service), service)
        return _acknowledged(listener, background)

    app.command(service.terms.command)(first_ack(commands.prefetch))
    for callback_id, handler in SHORTCUTS.items():
        app.shortcut(callback_id)(first_ack(handler))
    for action_id, handler in ACTIONS.items():
        app.action(action_id)(first_ack_then_card(handler))
    for action_id, decision in DECISIONS.items():
        app.action(action_id)(_stored_first(decision, service, background))
    for event, handler in EVENTS.items():
        app.event(event)(first_ack(handler))
    for callback_id, handler in VIEWS.items():
        app.view(callback_id)(_bound(handler, service))
    app.action(ANYTHING)(first_ack(actions.explain_stale))
    app.shortcut(ANYTHING)(first_ack(actions.explain_stale))
    app.view(ANYTHING)(_bound(actions.explain_stale, service))
    app.error(answer_error)


def _acknowledged(listener: Listener, background: Background) -> Listener:
    # Not Bolt's lazy=: it deep-copies the whole request for each listener, and fails on a client
    # that has a session of its own.
    async def acknowledge(args: AsyncArgs) -> None:
        await background.has_room()
        await args.ack()
        background.start(listener(args))

    return acknowledge


def _stored_first(decision: Decision, service: PrefetchService, background: Background) -> Listener:
    # A click that was acknowledged and not stored would be lost with the process.
    async def decide(args: AsyncArgs) -> None:
        deciding = asyncio.ensure_future(_decided(decision, args, service))
        await asyncio.wait({deciding})

        async def answer(args: AsyncArgs) -> None:
            await reply(args, await deciding)

        await args.ack()
        background.start(_with_its_card(guarded(answer), service)(args))

    return decide


async def _decided(decision: Decision, args: AsyncArgs, service: PrefetchService) -> Block:
    check_card(args.body)
    return await decision(args, service)


def _checked(handler: Handler) -> Handler:
    async def handle(args: AsyncArgs, service: PrefetchService) -> None:
        check_card(args.body)
        await handler(args, service)

    return handle


def _with_its_card(listener: Listener, service: PrefetchService) -> Listener:
    """Look at the card after the person was answered: a locked database is waited for there."""

    async def listen(args: AsyncArgs) -> None:
        await listener(args)
        await _tell_of_the_card(args, service)

    return listen


async def _tell_of_the_card(args: AsyncArgs, service: PrefetchService) -> None:
    try:
        if card := used_card(args.body, bot_id=args.context.bot_id):
            await service.found_card(*card)
    except Exception:  # what the person asked for is done; the card is looked at on the next click
        log.warning("a card that was used could not be looked at", exc_info=True)


def _bound(handler: Handler, service: PrefetchService) -> Listener:
    async def listener(args: AsyncArgs) -> None:
        await handler(args, service)

    return guarded(listener)
