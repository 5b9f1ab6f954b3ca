"""The view methods: opening, pushing, updating and publishing; and the check without effect."""

from collections.abc import Sequence

from bot.sandbox.blockkit import Problem, check_message, check_view
from bot.sandbox.fakeslack.arguments import Arguments
from bot.sandbox.fakeslack.backend import Backend
from bot.sandbox.fakeslack.json_types import Json
from bot.sandbox.fakeslack.method import Method
from bot.sandbox.fakeslack.payloads import view_body
from bot.sandbox.fakeslack.refusals import ApiError, invalid_arguments
from bot.sandbox.fakeslack.views import View


def open_view(backend: Backend, arguments: Arguments) -> Json:
    """A view that Slack refuses leaves the trigger unspent."""
    trigger = backend.triggers.check(arguments.required("trigger_id"))
    view = backend.views.open(trigger.user_id, arguments.json("view"), trigger.channel_id)
    backend.triggers.exchange(trigger)
    return _shown(backend, view)


def push(backend: Backend, arguments: Arguments) -> Json:
    trigger = backend.triggers.check(arguments.required("trigger_id"))
    if trigger.view_id is None:
        raise ApiError("invalid_trigger_id")
    view = backend.views.push(trigger.user_id, arguments.json("view"))
    backend.triggers.exchange(trigger)
    return _shown(backend, view)


def update(backend: Backend, arguments: Arguments) -> Json:
    external_id = arguments.text("external_id")
    view = backend.views.find(arguments.text("view_id"), external_id)
    updated = backend.views.update(view, arguments.json("view"), arguments.given.get("hash"))
    return _shown(backend, updated)


def publish(backend: Backend, arguments: Arguments) -> Json:
    if not backend.app.has_home_tab:
        raise ApiError("not_enabled")
    user_id = arguments.required("user_id")
    if user_id not in backend.workspace.users:
        raise ApiError("user_not_found")
    body, given_hash = arguments.json("view"), arguments.given.get("hash")
    return _shown(backend, backend.views.publish(user_id, body, given_hash))


def validate(_backend: Backend, arguments: Arguments) -> Json:
    """Slack's own check of blocks, a message or a view, without any effect."""
    if "view" in arguments:
        return _verdict("invalid_view", check_view(arguments.json("view")))
    if "message" in arguments:
        message = arguments.json("message")
        if not isinstance(message, dict):
            return _verdict("invalid_message", [Problem("must provide an object", "/message")])
        return _verdict("invalid_message", check_message(message))
    if "blocks" in arguments:
        return _verdict("invalid_blocks", check_message({"blocks": arguments.json("blocks")}))
    raise invalid_arguments("missing required field: blocks")


def _verdict(error: str, problems: Sequence[Problem]) -> Json:
    if problems:
        raise ApiError(error, errors=[_explained(problem) for problem in problems])
    return {}


def _explained(problem: Problem) -> Json:
    if problem.message.startswith("missing required field"):
        code = "missing_field"
    else:
        wrong_type = problem.message.startswith("must provide a")
        code = "invalid_type" if wrong_type else "failed_constraint"
    return {"code": code, "message": problem.message, "pointer": problem.pointer}


def _shown(backend: Backend, view: View) -> Json:
    return {"view": view_body(backend.app, backend.workspace.users[view.user_id], view)}


VIEW_METHODS = {
    "views.open": Method(open_view),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
    "blocks.validate": Method(validate),
}
