"""The payloads that Slack sends, with every key that the recorded ones have.

Which workspace each kind names is as reported for Bolt: the commands and shortcuts the one in
which the person acts, a click on a message that of the bot (java-slack-sdk #1041), what comes from
a view that of the viewer, and none where the bot is installed for a whole organisation (bolt-python
`extract_team_id`). The rest of what is said of such an installation is inferred.
"""

from bot.sandbox.fakeslack.cast import DOMAINS
from bot.sandbox.fakeslack.installation import Installation
from bot.sandbox.fakeslack.json_types import Json
from bot.sandbox.fakeslack.views import View
from bot.sandbox.fakeslack.workspace import Channel, Message, User


def slash_command(app: Installation, user: User, channel: Channel, command: str, text: str) -> Json:
    return {
        "token": app.verification_token,
        "team_id": user.workspace,
        "team_domain": DOMAINS[user.workspace],
        "channel_id": channel.id,
        "channel_name": _name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": app.app_id,
        "is_enterprise_install": str(app.is_org_wide).lower(),
        **_organisation(app, user.workspace),
    }


def global_shortcut(app: Installation, user: User, callback_id: str, action_ts: str) -> Json:
    return {
        "type": "shortcut",
        "token": app.verification_token,
        "action_ts": action_ts,
        **_viewers_workspace(app, user),
        "user": {"id": user.id, "username": user.name, "team_id": user.team_id},
        "is_enterprise_install": app.is_org_wide,
        "callback_id": callback_id,
    }


def message_action(
    app: Installation,
    user: User,
    channel: Channel,
    message: Message,
    *,
    callback_id: str,
    action_ts: str,
) -> Json:
    return {
        "type": "message_action",
        "token": app.verification_token,
        "action_ts": action_ts,
        "team": team(app, user.workspace),
        "user": {"id": user.id, "name": user.name, "team_id": user.team_id},
        "channel": {"id": channel.id, "name": _name(channel)},
        "is_enterprise_install": app.is_org_wide,
        "callback_id": callback_id,
        "message_ts": message.ts,
        "message": message_body(app, message),
    }


def block_actions(app: Installation, user: User, action: Json) -> Json:
    """What is the same for a click in a message and in a view."""
    return {
        "type": "block_actions",
        "user": _person(user),
        "api_app_id": app.app_id,
        "token": app.verification_token,
        "is_enterprise_install": app.is_org_wide,
        "actions": [action],
    }


def in_message(app: Installation, channel: Channel, message: Message, values: Json) -> Json:
    """Where a click was; the text of an ephemeral message never comes with it."""
    place: Json = {
        "team": team(app, app.team_id),
        "enterprise": _enterprise(app, app.team_id),
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.is_ephemeral,
        },
        "channel": {"id": channel.id, "name": _name(channel)},
        "state": {"values": values},
    }
    if not message.is_ephemeral:
        place["message"] = message_body(app, message)
    return place


def in_view(app: Installation, user: User, view: View) -> Json:
    return {
        **_viewers_workspace(app, user),
        "container": {"type": "view", "view_id": view.id},
        "view": view_body(app, user, view),
    }


def block_suggestion(
    app: Installation, user: User, view: View, *, block_id: str, action_id: str, value: str
) -> Json:
    return {
        "type": "block_suggestion",
        "user": _person(user),
        "container": {"type": "view", "view_id": view.id},
        "api_app_id": app.app_id,
        "token": app.verification_token,
        "action_id": action_id,
        "block_id": block_id,
        "value": value,
        **_viewers_workspace(app, user),
        "is_enterprise_install": app.is_org_wide,
        "view": view_body(app, user, view),
    }


def view_submission(app: Installation, user: User, view: View, response_urls: list[Json]) -> Json:
    return {**_of_view("view_submission", app, user, view), "response_urls": response_urls}


def view_closed(app: Installation, user: User, view: View, *, is_cleared: bool) -> Json:
    closed = _of_view("view_closed", app, user, view)
    return {**closed, "is_cleared": is_cleared, "response_urls": []}


def event_callback(
    app: Installation, user: User, event: Json, event_id: str, *, is_shared: bool = False
) -> Json:
    """`is_shared`: in a conversation with people of another organisation."""
    organisation = app.organisation_of(user.workspace)
    return {
        "token": app.verification_token,
        "team_id": user.workspace,
        **({"enterprise_id": organisation} if organisation else {}),
        "api_app_id": app.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(float(event["event_ts"])),
        "authorizations": [
            {
                "enterprise_id": app.enterprise_id,
                "team_id": None if app.is_org_wide else app.team_id,
                "user_id": app.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": app.is_org_wide,
            }
        ],
        "is_ext_shared_channel": is_shared,
        **({"context_team_id": app.team_id} if is_shared else {}),
    }


def app_home_opened(user: User, channel_id: str, *, tab: str, event_ts: str) -> Json:
    return {
        "type": "app_home_opened",
        "user": user.id,
        "channel": channel_id,
        "tab": tab,
        "event_ts": event_ts,
    }


def step_function(app: Installation, callback_id: str, step: Json) -> Json:
    """The `function` of a function_executed event, from its declaration in the manifest."""
    return {
        "id": f"Fn0{callback_id.upper()}",
        "callback_id": callback_id,
        "title": step.get("title", ""),
        "description": step.get("description", ""),
        "type": "app",
        "input_parameters": _parameters(step.get("input_parameters", {})),
        "output_parameters": _parameters(step.get("output_parameters", {})),
        "app_id": app.app_id,
        "date_updated": 0,
    }


def team(app: Installation, team_id: str) -> Json:
    return {"id": team_id, "domain": DOMAINS[team_id], **_organisation(app, team_id)}


def view_body(app: Installation, user: User, view: View) -> Json:
    """The view as Slack shows it to the app: its definition and what Slack adds."""
    return {
        "id": view.id,
        "team_id": user.workspace,
        **view.body,
        "state": {"values": view.values},
        "hash": view.hash,
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": app.app_id,
        "app_installed_team_id": app.installed_in,
        "bot_id": app.bot_id,
    }


def message_body(app: Installation, message: Message) -> Json:
    body: Json = {
        "type": "message",
        "text": message.text,
        "user": message.user_id,
        "ts": message.ts,
        "team": app.team_id,
        "blocks": message.blocks,
    }
    if message.user_id == app.bot_user_id:
        body |= {"bot_id": app.bot_id, "app_id": app.app_id}
    else:
        body["client_msg_id"] = f"sandbox-{message.ts}"
    if message.edited_ts:
        body["edited"] = {"user": message.user_id, "ts": message.edited_ts}
    for name in ("attachments", "files", "thread_ts", "metadata"):
        if part := getattr(message, name):
            body[name] = part
    return body


def _parameters(declared: Json) -> list[Json]:
    return [{"name": name, **parameter} for name, parameter in declared.items()]


def _organisation(app: Installation, team_id: str) -> Json:
    """Nothing in a plain workspace: the payloads lack the keys there."""
    organisation = app.organisation_of(team_id)
    if organisation is None:
        return {}
    return {"enterprise_id": organisation, "enterprise_name": app.enterprise_name}


def _enterprise(app: Installation, team_id: str) -> Json | None:
    """Null in a plain workspace."""
    organisation = app.organisation_of(team_id)
    return None if organisation is None else {"id": organisation, "name": app.enterprise_name}


def _viewers_workspace(app: Installation, user: User) -> Json:
    return {
        "team": None if app.is_org_wide else team(app, user.workspace),
        "enterprise": _enterprise(app, user.workspace),
    }


def _name(channel: Channel) -> str:
    """The name of no conversation that is closed to others, but `mpdm-…` of a group message."""
    if channel.is_im:
        return "directmessage"
    if channel.is_private and not channel.name.startswith("mpdm-"):
        return "privategroup"
    return channel.name


def _person(user: User) -> Json:
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}


def _of_view(kind: str, app: Installation, user: User, view: View) -> Json:
    return {
        "type": kind,
        **_viewers_workspace(app, user),
        "user": _person(user),
        "api_app_id": app.app_id,
        "token": app.verification_token,
        "is_enterprise_install": app.is_org_wide,
        "view": view_body(app, user, view),
    }
