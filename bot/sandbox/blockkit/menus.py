"""Elements in which a person chooses: selects, checkboxes, radio buttons, overflow menus."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.blockkit.composition import (
    BOX_OPTION,
    CONFIRM,
    CONVERSATION_FILTER,
    MENU_OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    exactly_one_of,
    plain,
)
from bot.sandbox.blockkit.kinds import ACTION_ID, FLAG, SLACK_ID, Items, Kind, Shape, Whole
from bot.sandbox.blockkit.problem import Problem

MOST_OPTIONS = 100


def _initial_option_is_offered(menu: Mapping[str, Any]) -> Iterator[Problem]:
    if "initial_option" in menu and menu["initial_option"] not in _offered(menu):
        yield Problem(_NOT_OFFERED, "/initial_option")


def _initial_options_are_offered(menu: Mapping[str, Any]) -> Iterator[Problem]:
    offered = _offered(menu)
    for index, option in enumerate(menu.get("initial_options", ())):
        if option not in offered:
            yield Problem(_NOT_OFFERED, f"/initial_options/{index}")


def _offered(menu: Mapping[str, Any]) -> list[Any]:
    groups = menu.get("option_groups", ())
    return [*menu.get("options", ()), *(option for group in groups for option in group["options"])]


# The rule is Slack's; how Slack words this refusal is not recorded.
_NOT_OFFERED = "must match one of the options"

_ACTION: dict[str, Kind] = {"action_id": ACTION_ID, "confirm": CONFIRM}
_BOXES: dict[str, Kind] = {**_ACTION, "focus_on_load": FLAG}
_MENU: dict[str, Kind] = {**_BOXES, "placeholder": plain(150)}
_MULTI: dict[str, Kind] = {**_MENU, "max_selected_items": Whole(at_least=1)}

_STATIC: dict[str, Kind] = {
    "options": Items(MENU_OPTION, at_least=1, at_most=MOST_OPTIONS),
    "option_groups": Items(OPTION_GROUP, at_least=1, at_most=MOST_OPTIONS),
}
_EXTERNAL: dict[str, Kind] = {"min_query_length": Whole(at_least=0)}
_CONVERSATIONS: dict[str, Kind] = {
    "default_to_current_conversation": FLAG,
    "filter": CONVERSATION_FILTER,
}
_SOME_OPTIONS = Items(MENU_OPTION, at_least=1, at_most=MOST_OPTIONS)
_SOME_IDS = Items(SLACK_ID, at_least=1)

SELECTS: dict[str, Shape] = {
    "static_select": Shape(
        may={**_MENU, **_STATIC, "initial_option": MENU_OPTION},
        also=(exactly_one_of("options", "option_groups"), _initial_option_is_offered),
    ),
    "external_select": Shape(may={**_MENU, **_EXTERNAL, "initial_option": MENU_OPTION}),
    "users_select": Shape(may={**_MENU, "initial_user": SLACK_ID}),
    "conversations_select": Shape(
        may={
            **_MENU,
            **_CONVERSATIONS,
            "initial_conversation": SLACK_ID,
            "response_url_enabled": FLAG,
        }
    ),
    "channels_select": Shape(
        may={**_MENU, "initial_channel": SLACK_ID, "response_url_enabled": FLAG}
    ),
}

MULTI_SELECTS: dict[str, Shape] = {
    "multi_static_select": Shape(
        may={**_MULTI, **_STATIC, "initial_options": _SOME_OPTIONS},
        also=(exactly_one_of("options", "option_groups"), _initial_options_are_offered),
    ),
    "multi_external_select": Shape(may={**_MULTI, **_EXTERNAL, "initial_options": _SOME_OPTIONS}),
    "multi_users_select": Shape(may={**_MULTI, "initial_users": _SOME_IDS}),
    "multi_conversations_select": Shape(
        may={**_MULTI, **_CONVERSATIONS, "initial_conversations": _SOME_IDS}
    ),
    "multi_channels_select": Shape(may={**_MULTI, "initial_channels": _SOME_IDS}),
}

CHOICES: dict[str, Shape] = {
    "checkboxes": Shape(
        needs={"options": Items(BOX_OPTION, at_least=1, at_most=10)},
        may={**_BOXES, "initial_options": Items(BOX_OPTION, at_least=1, at_most=10)},
        also=(_initial_options_are_offered,),
    ),
    "radio_buttons": Shape(
        needs={"options": Items(BOX_OPTION, at_least=1, at_most=10)},
        may={**_BOXES, "initial_option": BOX_OPTION},
        also=(_initial_option_is_offered,),
    ),
}

OVERFLOW: dict[str, Shape] = {
    "overflow": Shape(
        needs={"options": Items(OVERFLOW_OPTION, at_least=1, at_most=5)}, may=_ACTION
    ),
}
