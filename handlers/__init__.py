"""Slack listeners, one module for each Slack feature, and the table of what leads to which."""

from slack_bolt.app.async_app import AsyncApp

from bot.blocks import ids
from bot.service.prefetch_service import PrefetchService
from handlers import actions, commands, home, pages, playlists, shortcuts, stale, views
from handlers.background import Background
from handlers.errors import answer_error
from handlers.routing import ANYTHING, Ack, Kind, Route, listener


def routes(command: str) -> tuple[Route, ...]:
    """Which payload leads to which function, and when it is acknowledged; the first match wins."""
    return (
        Route(Kind.COMMAND, command, Ack.FIRST, commands.prefetch, commands.decides),
        Route(Kind.SHORTCUT, ids.MESSAGE_SHORTCUT, Ack.FIRST, shortcuts.prefetch_message),
        Route(Kind.SHORTCUT, ids.GLOBAL_SHORTCUT, Ack.FIRST, shortcuts.prefetch_files),
        Route(Kind.ACTION, ids.REVIEW_BUTTON, Ack.FIRST, actions.review_draft),
        Route(Kind.ACTION, ids.SEND_AT_INPUT, Ack.FIRST, actions.choose_time),
        Route(Kind.ACTION, ids.KEEP_FIRST_BUTTON, Ack.FIRST, actions.keep_first),
        Route(Kind.ACTION, ids.LOOK_BUTTON, Ack.FIRST, playlists.look),
        Route(Kind.ACTION, ids.ADD_BUTTON, Ack.FIRST, playlists.add),
        Route(Kind.ACTION, ids.LEAVE_ENDED_BUTTON, Ack.FIRST, actions.leave_out_signed),
        Route(Kind.ACTION, ids.LEAVE_DOUBTFUL_BUTTON, Ack.FIRST, actions.leave_out_signed),
        Route(Kind.ACTION, ids.LEAVE_OUT_BUTTON, Ack.FIRST, actions.leave_out),
        Route(Kind.ACTION, ids.LOOK_AT_ALL_BUTTON, Ack.FIRST, pages.look_at_all),
        Route(Kind.ACTION, ids.LOOK_AT_LEFT_OUT_BUTTON, Ack.FIRST, pages.look_at_left_out),
        Route(Kind.ACTION, ids.PREVIOUS_PAGE_BUTTON, Ack.FIRST, pages.turn_page),
        Route(Kind.ACTION, ids.NEXT_PAGE_BUTTON, Ack.FIRST, pages.turn_page),
        Route(Kind.ACTION, ids.DETAILS_BUTTON, Ack.FIRST, actions.show_details),
        Route(Kind.ACTION, ids.RETRY_BUTTON, Ack.FIRST, actions.retry),
        Route(Kind.ACTION, ids.TOMORROW_BUTTON, Ack.FIRST, actions.send_tomorrow),
        Route(Kind.ACTION, ids.CANCELLED_BUTTON, Ack.FIRST, actions.send_cancelled),
        Route(Kind.ACTION, ids.CANCEL_BUTTON, Ack.STORED, actions.cancel),
        Route(Kind.ACTION, ids.MARK_AS_SENT_BUTTON, Ack.FIRST, actions.ask_why),
        Route(Kind.ACTION, ids.SEND_AGAIN_BUTTON, Ack.FIRST, actions.ask_why),
        Route(Kind.ACTION, ids.PREFETCH_BUTTON, Ack.FIRST, home.ask_from_home),
        Route(Kind.EVENT, "app_home_opened", Ack.FIRST, home.show_home),
        Route(Kind.VIEW, ids.ASK_VIEW, Ack.BY_HANDLER, views.ask_for_targets),
        Route(Kind.VIEW, ids.CONFIRM_VIEW, Ack.BY_HANDLER, views.confirm_prefetch),
        Route(Kind.VIEW, ids.RESOLVE_VIEW, Ack.BY_HANDLER, views.decide),
        Route(Kind.ACTION, ANYTHING, Ack.FIRST, stale.explain),
        Route(Kind.SHORTCUT, ANYTHING, Ack.FIRST, stale.explain),
        Route(Kind.VIEW, ANYTHING, Ack.BY_HANDLER, stale.explain),
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
