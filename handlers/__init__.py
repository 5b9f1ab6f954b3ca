"""Slack listeners, one module for each Slack feature, and the table of what leads to which."""

from slack_bolt.app.async_app import AsyncApp

from bot.blocks import ids
from bot.service.prefetch_service import PrefetchService
from handlers import actions, choices, commands, home, shortcuts, views
from handlers.background import Background
from handlers.errors import answer_error
from handlers.routing import ANYTHING, Ack, Kind, Route, listener


def routes(command: str) -> tuple[Route, ...]:
    """Which payload leads to which function, and when it is acknowledged; the first match wins."""
    return (
        Route(Kind.COMMAND, command, Ack.FIRST, commands.prefetch),
        Route(Kind.SHORTCUT, ids.MESSAGE_SHORTCUT, Ack.FIRST, shortcuts.prefetch_message),
        Route(Kind.SHORTCUT, ids.GLOBAL_SHORTCUT, Ack.FIRST, shortcuts.prefetch_files),
        Route(Kind.ACTION, ids.REVIEW_BUTTON, Ack.FIRST, actions.review_draft),
        Route(Kind.ACTION, ids.SEND_AT_INPUT, Ack.FIRST, actions.choose_time),
        Route(Kind.ACTION, ids.DETAILS_BUTTON, Ack.FIRST, actions.show_details),
        Route(Kind.ACTION, ids.RETRY_BUTTON, Ack.FIRST, choices.retry),
        Route(Kind.ACTION, ids.TOMORROW_BUTTON, Ack.FIRST, choices.send_tomorrow),
        Route(Kind.ACTION, ids.CANCELLED_BUTTON, Ack.FIRST, choices.send_cancelled),
        Route(Kind.ACTION, ids.CANCEL_BUTTON, Ack.STORED, choices.cancel),
        Route(Kind.ACTION, ids.MARK_AS_SENT_BUTTON, Ack.FIRST, choices.ask_why),
        Route(Kind.ACTION, ids.SEND_AGAIN_BUTTON, Ack.FIRST, choices.ask_why),
        Route(Kind.ACTION, ids.PREFETCH_BUTTON, Ack.FIRST, home.ask_from_home),
        Route(Kind.EVENT, "app_home_opened", Ack.FIRST, home.show_home),
        Route(Kind.VIEW, ids.ASK_VIEW, Ack.BY_HANDLER, views.ask_for_targets),
        Route(Kind.VIEW, ids.CONFIRM_VIEW, Ack.BY_HANDLER, views.confirm_prefetch),
        Route(Kind.VIEW, ids.RESOLVE_VIEW, Ack.BY_HANDLER, choices.decide),
        # What an older version of the bot has shown, and this version has no more.
        Route(Kind.ACTION, ANYTHING, Ack.FIRST, actions.explain_stale),
        Route(Kind.SHORTCUT, ANYTHING, Ack.FIRST, actions.explain_stale),
        Route(Kind.VIEW, ANYTHING, Ack.BY_HANDLER, actions.explain_stale),
    )


def register(app: AsyncApp, service: PrefetchService, background: Background) -> None:
    """Let the app listen to every route, and answer what fails outside of all of them."""
    matchers = {
        Kind.COMMAND: app.command,
        Kind.SHORTCUT: app.shortcut,
        Kind.ACTION: app.action,
        Kind.EVENT: app.event,
        Kind.VIEW: app.view,
    }
    for route in routes(service.terms.command):
        matchers[route.kind](route.id)(listener(route, service, background))
    app.error(answer_error)
