"""The interactive elements of blocks, and the shape of what each holds in `state.values`."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.sandbox.fakeslack.identifiers import Identifiers
from bot.sandbox.fakeslack.json_types import Blocks, Json
from bot.sandbox.fakeslack.refusals import CannotDoError

# kind: (key in state.values, key in the element that sets it at first)
PLAIN = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", "initial_files"),
}
OPTION = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
}
OPTIONS = {
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
}
STATEFUL = {**PLAIN, **OPTION, **OPTIONS}
_LISTS = {"file_input", *OPTIONS, *(kind for kind in PLAIN if kind.startswith("multi_"))}

Suggested = Callable[[str], Json | None]


def with_ids(blocks: Blocks, ids: Identifiers) -> Blocks:
    """The same blocks, with the block and action IDs that Slack adds where the app gave none."""
    return [_with_ids(block, ids) for block in blocks]


def elements_of(block: Mapping[str, Any]) -> list[Json]:
    """The interactive elements of one block, wherever that kind of block keeps them."""
    kept = [block.get("element"), block.get("accessory"), *(block.get("elements") or ())]
    return [element for element in kept if isinstance(element, dict) and "action_id" in element]


def interactive(blocks: Blocks) -> Iterator[tuple[Json, Json]]:
    """Pairs of block and element."""
    for block in blocks:
        for element in elements_of(block):
            yield block, element
        if children := block.get("child_blocks"):
            yield from interactive(children)


def initial_value(element: Json) -> Json:
    """What the element holds before anybody touched it."""
    kind = element["type"]
    key, initial = STATEFUL[kind]
    empty: object = [] if kind in _LISTS else None
    return {"type": kind, key: element.get(initial, empty)}


def chosen_value(element: Json, value: object, suggested: Suggested) -> Json:
    """What the element holds after a person typed or chose `value`; options go by their value."""
    kind = element["type"]
    if kind not in STATEFUL:
        message = f"nothing can be typed or chosen in a {kind}"
        raise CannotDoError(message)
    key, _ = STATEFUL[kind]
    if kind in OPTION and value is not None:
        value = option_of(element, value, suggested)
    elif kind in OPTIONS:
        value = [option_of(element, one, suggested) for one in _list(value)]
    elif kind in _LISTS:
        value = _list(value)
    elif kind == "plain_text_input" and value == "":
        value = None
    return {"type": kind, key: value}


def option_of(element: Json, value: object, suggested: Suggested) -> Json:
    """The option with this value, among those that the element shows."""
    groups = element.get("option_groups") or [{"options": element.get("options") or []}]
    offered: list[Json] = [option for group in groups for option in group["options"]]
    for option in offered:
        if option.get("value") == value:
            return option
    if "external" in element["type"] and (option_found := suggested(str(value))):
        return option_found
    names = [option.get("value") for option in offered]
    message = f"{element['action_id']} offers {names}, not {value!r}"
    raise CannotDoError(message)


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _with_ids(block: Json, ids: Identifiers) -> Json:
    named = dict(block)
    named.setdefault("block_id", ids.short())
    for place in ("element", "accessory"):
        if isinstance(element := named.get(place), dict):
            named[place] = _named(element, ids)
    if named["type"] in {"actions", "context_actions"}:
        named["elements"] = [_named(element, ids) for element in named["elements"]]
    if children := named.get("child_blocks"):
        named["child_blocks"] = with_ids(children, ids)
    return named


def _named(element: Json, ids: Identifiers) -> Json:
    if element["type"] == "image" or "action_id" in element:
        return element
    return {**element, "action_id": ids.short()}
