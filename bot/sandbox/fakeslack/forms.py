"""Filling in a modal as the Slack client lets a person do it."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.fakeslack.elements import (
    STATEFUL,
    Suggested,
    chosen_value,
    initial_value,
    interactive,
)
from bot.sandbox.fakeslack.json_types import Blocks, Json
from bot.sandbox.fakeslack.refusals import CannotDoError, IncompleteFormError

Values = dict[str, dict[str, Json]]
Typed = Mapping[str, Mapping[str, Any]]
MOST_FILES = 10
LARGEST_FILE = 10_000_000


def first_values(blocks: Blocks, kept: Values | None = None) -> Values:
    """The state of fresh blocks; what a person typed stays where the same input is still there."""
    values: Values = {}
    for block, element in interactive(blocks):
        if element["type"] in STATEFUL:
            before = (kept or {}).get(block["block_id"], {}).get(element["action_id"])
            same = before is not None and before["type"] == element["type"]
            held = before if same and before is not None else initial_value(element)
            values.setdefault(block["block_id"], {})[element["action_id"]] = held
    return values


def filled(blocks: Blocks, values: Values, typed: Typed, suggested: Suggested) -> Values:
    """The state after a person typed; CannotDoError for an input that is not on the screen."""
    known = {(b["block_id"], e["action_id"]): e for b, e in interactive(blocks)}
    after = {block_id: dict(held) for block_id, held in values.items()}
    for block_id, inputs in typed.items():
        for action_id, value in inputs.items():
            element = known.get((block_id, action_id))
            if element is None:
                message = f"no input {block_id}/{action_id}; there are {sorted(known)}"
                raise CannotDoError(message)
            after[block_id][action_id] = chosen_value(element, value, suggested)
    return after


def check_complete(blocks: Blocks, values: Values) -> None:
    """The client's own checks before it submits: required inputs and lengths."""
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            held = values[block["block_id"]][element["action_id"]]
            value = held[STATEFUL[element["type"]][0]]
            if not value and not block.get("optional", False):
                raise IncompleteFormError(block["block_id"], "Please complete this required field.")
            _check_length(block["block_id"], element, value)
            _check_files(block["block_id"], element, value)


def files_in(values: Values) -> set[str]:
    """The IDs of the files that the inputs hold."""
    held = [one for inputs in values.values() for one in inputs.values()]
    files = [file for one in held if one["type"] == "file_input" for file in one["files"]]
    return {file["id"] for file in files}


def _check_length(block_id: str, element: Json, value: object) -> None:
    if element["type"] != "plain_text_input" or not isinstance(value, str):
        return
    # The client counts as JavaScript does, in UTF-16 units.
    length = len(value.encode("utf-16-le")) // 2
    longest = element.get("max_length", 3000)
    shortest = element.get("min_length", 0)
    if length > longest:
        raise IncompleteFormError(block_id, f"Must be at most {longest} characters.")
    if length < shortest:
        raise IncompleteFormError(block_id, f"Must be at least {shortest} characters.")


def _check_files(block_id: str, element: Json, value: object) -> None:
    if element["type"] != "file_input" or not isinstance(value, list):
        return
    most, kinds = element.get("max_files", MOST_FILES), element.get("filetypes")
    if len(value) > most:
        raise IncompleteFormError(block_id, f"At most {most} files.")
    for file in value:
        extension = str(file.get("name", "")).rpartition(".")[2].lower()
        if kinds and extension not in kinds:
            raise IncompleteFormError(block_id, f"Only {', '.join(kinds)} files.")
        if file.get("size", 0) > LARGEST_FILE:
            raise IncompleteFormError(block_id, "At most 10 MB.")
