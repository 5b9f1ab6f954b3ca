"""What the bot listens to, against the manifest and against everything that people can click."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from bot.blocks import ids
from bot.blocks.text import Block
from bot.settings import Settings
from handlers import routes
from handlers.routing import ANYTHING, Kind
from tests.helpers.screen_catalogue import Exhibit, catalogue

MANIFEST = yaml.safe_load((Path(__file__).parents[2] / "manifest.yml").read_text("utf-8"))
COMMAND: str = Settings.model_fields["command"].default
EXHIBITS = catalogue()
VIEWS = [one for one in EXHIBITS if one.kind == "view"]


def routed(kind: Kind) -> set[str]:
    """The IDs of the payloads of this kind that have a route of their own."""
    return {
        route.id for route in routes(COMMAND) if route.kind is kind and isinstance(route.id, str)
    }


def without_inputs(payload: Block) -> Iterator[Block]:
    """The blocks whose elements send an action at once; an input waits for the submission."""
    for block in payload["blocks"]:
        if block["type"] != "input" or block.get("dispatch_action"):
            yield block


def action_ids(shown: Exhibit) -> set[str]:
    found = set()
    for block in without_inputs(shown.payload):
        elements = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        found |= {it["action_id"] for it in elements if it and "action_id" in it}
    return found


def answers(view: Block) -> bool:
    """Whether Slack sends something when the view is submitted or closed."""
    return "submit" in view or view.get("notify_on_close", False)


def test_manifest_names_the_one_command_that_is_listened_to() -> None:
    commands = [one["command"] for one in MANIFEST["features"]["slash_commands"]]

    assert commands == [COMMAND]
    assert routed(Kind.COMMAND) == {COMMAND}


def test_manifest_and_route_table_have_the_same_shortcuts() -> None:
    shortcuts = {one["callback_id"]: one["type"] for one in MANIFEST["features"]["shortcuts"]}

    assert shortcuts == {ids.MESSAGE_SHORTCUT: "message", ids.GLOBAL_SHORTCUT: "global"}
    assert shortcuts.keys() == routed(Kind.SHORTCUT)


def test_manifest_and_route_table_have_the_same_events() -> None:
    subscribed = MANIFEST["settings"].get("event_subscriptions", {}).get("bot_events", [])

    assert set(subscribed) == routed(Kind.EVENT)


def test_whatever_can_be_clicked_has_a_listener() -> None:
    without = {one.name: action_ids(one) - routed(Kind.ACTION) for one in EXHIBITS}

    assert {name: missing for name, missing in without.items() if missing} == {}


def test_no_listener_waits_for_a_button_that_nobody_sees() -> None:
    assert set().union(*map(action_ids, EXHIBITS)) == routed(Kind.ACTION)


def test_whatever_can_be_submitted_has_a_listener() -> None:
    answered = {one.name for one in VIEWS if answers(one.payload)}
    heard = {one.name for one in VIEWS if one.payload.get("callback_id") in routed(Kind.VIEW)}

    assert answered == heard


def test_no_listener_waits_for_a_view_that_nobody_sees() -> None:
    assert routed(Kind.VIEW) <= {one.payload.get("callback_id") for one in VIEWS}


def test_every_payload_has_one_route() -> None:
    named = [(route.kind, route.id) for route in routes(COMMAND)]

    assert len(named) == len(set(named))


def test_route_of_anything_comes_after_every_route_of_its_kind() -> None:
    for kind in (Kind.ACTION, Kind.SHORTCUT, Kind.VIEW):
        ids_of_kind = [route.id for route in routes(COMMAND) if route.kind is kind]

        assert ids_of_kind.index(ANYTHING) == len(ids_of_kind) - 1


def test_every_id_is_used_once() -> None:
    names = [value for name, value in vars(ids).items() if name.isupper()]

    assert sorted(names) == sorted(set(names))


def test_every_button_s_value_fits_and_names_its_subject() -> None:
    for shown in EXHIBITS:
        for block in without_inputs(shown.payload):
            elements = [*block.get("elements", ()), block.get("accessory")]
            for button in [it for it in elements if it and it["type"] == "button"]:
                assert 0 < len(button["value"]) <= 100
