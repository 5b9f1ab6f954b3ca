"""What Slack calls composition objects: the small parts of which elements and blocks are made."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.blockkit.kinds import (
    FLAG,
    LINK,
    PICTURE,
    SLACK_ID,
    ByType,
    Choice,
    Items,
    Kind,
    Rule,
    Shape,
    Text,
)
from bot.sandbox.blockkit.problem import Problem


def plain(at_most: int) -> ByType:
    return ByType({"plain_text": _plain_text(at_most)})


def mrkdwn(at_most: int) -> ByType:
    return ByType({"mrkdwn": _mrkdwn_text(at_most)})


def any_text(at_most: int) -> ByType:
    return ByType({"plain_text": _plain_text(at_most), "mrkdwn": _mrkdwn_text(at_most)})


def exactly_one_of(first: str, second: str) -> Rule:
    def rule(value: Mapping[str, Any]) -> Iterator[Problem]:
        if (first in value) == (second in value):
            yield Problem("failed to match exactly one allowed schema", "")

    return rule


def at_least_one_of(*names: str) -> Rule:
    def rule(value: Mapping[str, Any]) -> Iterator[Problem]:
        if not any(name in value for name in names):
            yield Problem(f"missing required field: {names[0]}", "")

    return rule


def _plain_text(at_most: int) -> Shape:
    return Shape(needs={"text": Text(at_most, at_least=1)}, may={"emoji": FLAG})


def _mrkdwn_text(at_most: int) -> Shape:
    return Shape(needs={"text": Text(at_most, at_least=1)}, may={"verbatim": FLAG})


def _option(text: Kind, **more: Kind) -> Shape:
    # The types say 75 for a value; the SDK, its tests and what Slack takes say 150.
    return Shape(
        needs={"text": text, "value": Text(150)},
        # The types allow plain text alone here, but Slack was seen to take mrkdwn as well.
        may={"description": any_text(75), **more},
    )


STYLE = Choice(("primary", "danger"))

CONFIRM = Shape(
    needs={"title": plain(100), "text": any_text(300), "confirm": plain(30), "deny": plain(30)},
    may={"style": STYLE},
)

MENU_OPTION = _option(plain(75))
OVERFLOW_OPTION = _option(plain(75), url=LINK)
BOX_OPTION = _option(any_text(75))

OPTION_GROUP = Shape(
    needs={"label": plain(75), "options": Items(MENU_OPTION, at_least=1, at_most=100)}
)

CONVERSATION_FILTER = Shape(
    may={
        "include": Items(Choice(("im", "mpim", "private", "public")), at_least=1),
        "exclude_external_shared_channels": FLAG,
        "exclude_bot_users": FLAG,
    },
    also=(at_least_one_of("include", "exclude_external_shared_channels", "exclude_bot_users"),),
)

DISPATCH_ACTION_CONFIG = Shape(
    may={
        "trigger_actions_on": Items(
            Choice(("on_enter_pressed", "on_character_entered")), at_least=1, at_most=2
        )
    }
)

SLACK_FILE = Shape(may={"id": SLACK_ID, "url": PICTURE}, also=(exactly_one_of("id", "url"),))

WORKFLOW = Shape(
    needs={
        "trigger": Shape(
            needs={"url": LINK},
            may={
                "customizable_input_parameters": Items(
                    Shape(needs={"name": Text(at_least=1), "value": Text()})
                )
            },
        )
    }
)
