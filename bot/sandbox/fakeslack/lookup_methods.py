"""The methods that look things up, and those that report on a Workflow Builder step."""

from dataclasses import replace

from bot.sandbox.fakeslack.arguments import Arguments
from bot.sandbox.fakeslack.backend import Backend, StepRun
from bot.sandbox.fakeslack.json_types import Json
from bot.sandbox.fakeslack.method import Method
from bot.sandbox.fakeslack.refusals import ApiError
from bot.sandbox.fakeslack.workspace import Channel, User

CONVERSATIONS_READ = ("channels:read", "groups:read", "im:read", "mpim:read")


def api_test(_backend: Backend, arguments: Arguments) -> Json:
    if error := arguments.text("error"):
        raise ApiError(error, args=dict(arguments.given))
    return {"args": dict(arguments.given)}


def auth_test(backend: Backend, _arguments: Arguments) -> Json:
    app = backend.app
    return {
        "url": f"https://{app.team_domain}.slack.com/",
        "team": app.enterprise_name,
        "user": "prefetch",
        "team_id": app.installed_in,
        "user_id": app.bot_user_id,
        "bot_id": app.bot_id,
        "enterprise_id": app.enterprise_id,
        "is_enterprise_install": app.is_org_wide,
    }


def open_connection(backend: Backend, _arguments: Arguments) -> Json:
    if not (backend.app.has_socket_mode and backend.sockets.levers.is_allowed):
        # Slack documents no code of its own for an app without Socket Mode.
        raise ApiError("access_denied")
    host = backend.base_url.replace("http://", "ws://")
    return {
        "url": f"{host}/link/?ticket={backend.sockets.new_ticket()}&app_id={backend.app.app_id}"
    }


def conversation_info(backend: Backend, arguments: Arguments) -> Json:
    channel = backend.workspace.channels.get(arguments.text("channel"))
    if channel is None or _is_hidden(backend, channel):
        raise ApiError("channel_not_found")
    body = _channel_body(backend, channel)
    if arguments.flag("include_num_members"):
        body["num_members"] = len(channel.members)
    return {"channel": body}


def open_conversation(backend: Backend, arguments: Arguments) -> Json:
    users = [user for user in arguments.text("users").split(",") if user]
    if not users:
        raise ApiError("users_list_not_supplied")
    if any(user not in backend.workspace.users for user in users):
        raise ApiError("user_not_found")
    return {"channel": {"id": backend.workspace.direct_message(*users).id}}


def user_info(backend: Backend, arguments: Arguments) -> Json:
    user = backend.workspace.users.get(arguments.text("user"))
    if user is None:
        raise ApiError("user_not_found")
    body = _user_body(user)
    if arguments.flag("include_locale"):
        body["locale"] = user.locale
    return {"user": body}


def usergroup_users(backend: Backend, arguments: Arguments) -> Json:
    members = backend.workspace.usergroups.get(arguments.required("usergroup"))
    if members is None:
        raise ApiError("no_such_subteam")
    return {"users": list(members)}


def complete_step(backend: Backend, arguments: Arguments) -> Json:
    run = _step_run(backend, arguments)
    outputs = arguments.json("outputs")
    if not isinstance(outputs, dict):
        raise ApiError("parameter_validation_failed")
    backend.step_runs[run.id] = replace(run, outcome="succeeded", outputs=outputs)
    return {}


def fail_step(backend: Backend, arguments: Arguments) -> Json:
    run = _step_run(backend, arguments)
    error = arguments.required("error")
    backend.step_runs[run.id] = replace(run, outcome="failed", error=error)
    return {}


def _step_run(backend: Backend, arguments: Arguments) -> StepRun:
    run = backend.step_runs.get(arguments.required("function_execution_id"))
    if run is None:
        raise ApiError("function_execution_not_found")
    if run.outcome != "running":
        raise ApiError("function_execution_not_in_running_state")
    return run


def _is_hidden(backend: Backend, channel: Channel) -> bool:
    closed = channel.is_private or channel.is_im
    return closed and backend.app.bot_user_id not in channel.members


def _channel_body(backend: Backend, channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.is_im,
        "is_im": channel.is_im,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_member": backend.app.bot_user_id in channel.members,
        "context_team_id": backend.app.team_id,
    }


def _user_body(user: User) -> Json:
    return {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": False,
        "is_bot": user.is_bot,
        "tz": user.timezone,
        "profile": {"real_name": user.real_name, "display_name": user.name},
    }


LOOKUP_METHODS = {
    "api.test": Method(api_test, caller="anyone"),
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(open_connection, caller="app"),
    "conversations.info": Method(conversation_info, CONVERSATIONS_READ),
    "conversations.open": Method(open_conversation, ("im:write", "mpim:write")),
    "users.info": Method(user_info, ("users:read",)),
    "usergroups.users.list": Method(usergroup_users, ("usergroups:read",)),
    "functions.completeSuccess": Method(complete_step),
    "functions.completeError": Method(fail_step),
}
