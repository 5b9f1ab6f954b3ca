"""What an app manifest may hold, by the lengths and counts of Slack's manifest schema 2.0.0."""

import re

from bot.sandbox.blockkit.kinds import (
    FLAG,
    WEB_URL,
    Choice,
    Form,
    Items,
    Kind,
    Loose,
    Shape,
    Text,
    Whole,
)

_COLOUR = Form("colour such as #1d3557", re.compile(r"#([0-9a-fA-F]{3}){1,2}"))
# Slack's schema asks for the slash alone; its form for commands also refuses capitals and dots.
_COMMAND = Form("command (a slash, then a-z, 0-9, - and _)", re.compile(r"/[a-z0-9][a-z0-9_-]*"))

_REQUEST_URL = Text(3500, form=WEB_URL)


def _words(at_most: int) -> Items:
    return Items(Text(50, at_least=1), at_most=at_most)


_COMMAND_SHAPE = Shape(
    needs={
        "command": Text(32, at_least=2, form=_COMMAND),
        "description": Text(2000, at_least=1),
    },
    may={
        "url": Text(3000, form=WEB_URL),
        "usage_hint": Text(1000, at_least=1),
        "should_escape": FLAG,
    },
)

_SHORTCUT = Shape(
    needs={
        "name": Text(24, at_least=1),
        "type": Choice(("message", "global")),
        "callback_id": Text(255, at_least=1),
        "description": Text(150, at_least=1),
    }
)

_FEATURES = Shape(
    may={
        "app_home": Shape(
            may=dict.fromkeys(
                ("home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"),
                FLAG,
            )
        ),
        "bot_user": Shape(
            needs={"display_name": Text(80, at_least=1)}, may={"always_online": FLAG}
        ),
        "slash_commands": Items(_COMMAND_SHAPE, at_least=1, at_most=50),
        "shortcuts": Items(_SHORTCUT, at_least=1, at_most=10),
        "functions": Items(Loose(), at_most=50),
        "workflow_steps": Items(Loose(), at_least=1, at_most=10),
        "unfurl_domains": Items(Text(255), at_least=1, at_most=5),
        "assistant_view": Loose(),
        "agent_view": Loose(),
    }
)

_OAUTH = Shape(
    may={
        "redirect_urls": Items(Text(2500), at_most=1000),
        "scopes": Shape(
            may=dict.fromkeys(("bot", "user", "bot_optional", "user_optional"), _words(255))
        ),
        "token_management_enabled": FLAG,
        "pkce_enabled": FLAG,
    }
)

_SETTINGS = Shape(
    may={
        "allowed_ip_address_ranges": Items(Text(), at_least=1, at_most=50),
        "event_subscriptions": Shape(
            may={
                "request_url": _REQUEST_URL,
                "bot_events": _words(100),
                "user_events": _words(100),
                "metadata_subscriptions": Items(Loose(), at_least=1, at_most=20),
            }
        ),
        "incoming_webhooks": Loose(),
        "interactivity": Shape(
            needs={"is_enabled": FLAG},
            may={"request_url": _REQUEST_URL, "message_menu_options_url": _REQUEST_URL},
        ),
        "siws_links": Loose(),
        "hermes_app_type": Text(),
        "function_runtime": Text(),
        **dict.fromkeys(
            (
                "org_deploy_enabled",
                "socket_mode_enabled",
                "is_hosted",
                "token_rotation_enabled",
                "is_mcp_enabled",
            ),
            FLAG,
        ),
    }
)

_UNREAD: dict[str, Kind] = dict.fromkeys(
    ("app_directory", "functions", "workflows", "datastores", "types", "external_auth_providers"),
    Loose(),
)

MANIFEST = Shape(
    needs={
        "display_information": Shape(
            needs={"name": Text(35, at_least=1)},
            may={
                "description": Text(140, at_least=1),
                "long_description": Text(4000, at_least=175),
                "background_color": Text(form=_COLOUR),
            },
        )
    },
    may={
        **_UNREAD,
        "$schema": Text(),
        "_metadata": Shape(
            may=dict.fromkeys(
                ("schema_version", "min_version", "major_version", "minor_version"), Whole()
            )
        ),
        "features": _FEATURES,
        "oauth_config": _OAUTH,
        "settings": _SETTINGS,
        "outgoing_domains": Items(Text()),
        "mcp_servers": Loose(),
    },
)
