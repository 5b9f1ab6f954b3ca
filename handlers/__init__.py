"""Slack listeners, one module per Slack feature; the tables say what the bot listens to."""

import re
from collections.abc import Awaitable, Callable

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks import ids
from bot.service import PrefetchService
from handlers import actions, commands, shortcuts, views
from handlers.errors import answer_error, guarded

Handler = Callable[[AsyncArgs, PrefetchService], Awaitable[None]]

SHORTCUTS: dict[str, Handler] = {
    ids.MESSAGE_SHORTCUT: shortcuts.prefetch_message,
    ids.GLOBAL_SHORTCUT: shortcuts.prefetch_files,
}
ACTIONS: dict[str, Handler] = {
    ids.REVIEW_BUTTON: actions.review_draft,
    ids.DETAILS_BUTTON: actions.show_details,
}
VIEWS: dict[str, Handler] = {
    ids.ASK_VIEW: views.ask_for_targets,
    ids.CONFIRM_VIEW: views.confirm_prefetch,
}
ANYTHING = re.compile(".*", re.DOTALL)


def register(app: AsyncApp, service: PrefetchService) -> None:
    """Connect every table to the app; commands, shortcuts and actions are acknowledged first."""
    _acknowledged(app.command(service.terms.command), commands.prefetch, service)
    for callback_id, handler in SHORTCUTS.items():
        _acknowledged(app.shortcut(callback_id), handler, service)
    for action_id, handler in ACTIONS.items():
        _acknowledged(app.action(action_id), handler, service)
    for callback_id, handler in VIEWS.items():
        app.view(callback_id)(_bound(handler, service))
    for listen in (app.action, app.shortcut):
        _acknowledged(listen(ANYTHING), actions.explain_stale, service)
    app.view(ANYTHING)(_bound(actions.explain_stale, service))
    app.error(answer_error)


def _acknowledged(
    listen: Callable[..., object], handler: Handler, service: PrefetchService
) -> None:
    listen(ack=_acknowledge, lazy=[_bound(handler, service)])


def _bound(handler: Handler, service: PrefetchService) -> Callable[[AsyncArgs], Awaitable[None]]:
    async def listener(args: AsyncArgs) -> None:
        await handler(args, service)

    return guarded(listener)


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()
