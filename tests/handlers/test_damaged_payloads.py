"""A payload that lacks a key, or has unknown ones, is answered once and breaks nothing."""

from collections.abc import Awaitable, Callable, Iterator
from copy import deepcopy

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI, Delivery, Person
from storage.tables import LedgerRow, RequestRow
from tests.helpers.listener_harness import URL, ListenerHarness, Payload, told, unchanged

pytestmark = pytest.mark.integration

Act = Callable[[], Awaitable[Delivery]]
Path = tuple[str, ...]

FORM = {"targets": {"targets_text": URL}}
BOLT_NEEDS = frozenset({("view", "type")})
"""Bolt itself fails without these, before any listener is asked."""


async def command(_: ListenerHarness, mei: Person) -> Act:
    return lambda: mei.command(LAUNCH, "/prefetch", URL)


async def command_for_words(_: ListenerHarness, mei: Person) -> Act:
    return lambda: mei.command(LAUNCH, "/prefetch", "quota")


async def message_shortcut(_: ListenerHarness, mei: Person) -> Act:
    message = await mei.say(LAUNCH, URL)
    return lambda: mei.message_shortcut("prefetch_message", LAUNCH, message.ts)


async def global_shortcut(_: ListenerHarness, mei: Person) -> Act:
    return lambda: mei.global_shortcut("prefetch_files")


async def form(_: ListenerHarness, mei: Person) -> Act:
    await mei.command(LAUNCH, "/prefetch")
    view = mei.views[-1]
    return lambda: mei.submit(view, FORM)


async def form_with_channel(_: ListenerHarness, mei: Person) -> Act:
    await mei.global_shortcut("prefetch_files")
    view = mei.views[-1]
    return lambda: mei.submit(view, {**FORM, "channel": {"channel_choice": LAUNCH}})


async def confirmation(_: ListenerHarness, mei: Person) -> Act:
    await mei.command(LAUNCH, "/prefetch", URL)
    view = mei.views[-1]
    return lambda: mei.submit(view)


async def details(listeners: ListenerHarness, mei: Person) -> Act:
    await (await confirmation(listeners, mei))()
    request = (await listeners.rows(RequestRow))[-1]
    await mei.command(LAUNCH, "/prefetch", f"status {request.id}")
    card = told(mei)[-1]
    return lambda: mei.click(card, "show_details")


async def cancelling(listeners: ListenerHarness, mei: Person) -> Act:
    await details(listeners, mei)
    card = told(mei)[-1]
    return lambda: mei.click(card, "cancel_unsent")


async def home_button(_: ListenerHarness, mei: Person) -> Act:
    await mei.open_home()
    home = mei.home
    assert home is not None
    return lambda: mei.click(home, "prefetch_from_home")


GESTURES = (
    command,
    command_for_words,
    message_shortcut,
    global_shortcut,
    form,
    form_with_channel,
    confirmation,
    details,
    cancelling,
    home_button,
)


def paths(payload: Payload, *, depth: int = 3) -> Iterator[Path]:
    """Each key, and those below it; what a person wrote is tested with the parsers."""
    for key, value in payload.items():
        yield (key,)
        if isinstance(value, dict) and depth > 1 and key != "message":
            yield from ((key, *rest) for rest in paths(value, depth=depth - 1))


def lacking(path: Path) -> Callable[[Payload], Payload]:
    def damage(payload: Payload) -> Payload:
        damaged = deepcopy(payload)
        parent = damaged
        for key in path[:-1]:
            parent = parent[key]
        del parent[path[-1]]
        return damaged

    return damage


def with_unknown_keys(payload: Payload) -> Payload:
    more = {"unheard_of": [{"since": 2030}], "": None}
    nested = {key: {**value, **more} for key, value in payload.items() if isinstance(value, dict)}
    return {**payload, **nested, **more}


def answers(listeners: ListenerHarness, mei: Person) -> set[str]:
    """All that the person can see of the bot, each thing in its present state."""
    direct = listeners.slack.workspace.direct_message(mei.id)
    messages = [*told(mei), *mei.sees(direct.id)]
    return {f"{message.channel_id} {message.ts}" for message in messages} | {
        f"{view.id} {view.hash} {view.errors}" for view in mei.views
    }


async def play(
    listeners: ListenerHarness,
    gesture: Callable[[ListenerHarness, Person], Awaitable[Act]],
    damage: Callable[[Payload], Payload],
) -> tuple[Delivery, int]:
    """What became of the damaged payload, and how many answers the person sees to it."""
    mei = listeners.person(MEI)
    while mei.views:
        await mei.close(mei.views[-1])
    listeners.damage = unchanged
    act = await gesture(listeners, mei)
    before, open_views = answers(listeners, mei), len(mei.views)
    listeners.damage = damage
    delivery = await act()
    closed = 1 if len(mei.views) < open_views else 0
    return delivery, len(answers(listeners, mei) - before) + closed


@pytest.mark.parametrize("gesture", GESTURES, ids=lambda gesture: gesture.__name__)
async def test_payload_that_lacks_a_key_is_answered_once(
    listeners: ListenerHarness, gesture: Callable[[ListenerHarness, Person], Awaitable[Act]]
) -> None:
    await play(listeners, gesture, unchanged)
    shape = listeners.heard[-1]

    outcomes = {
        path: await play(listeners, gesture, lacking(path))
        for path in paths(shape)
        if path not in BOLT_NEEDS
    }

    assert {path for path, (delivery, _) in outcomes.items() if delivery.error} == set()
    assert {path: seen for path, (_, seen) in outcomes.items() if seen != 1} == {}
    requests, lines = await listeners.rows(RequestRow), await listeners.rows(LedgerRow)
    reserved = [line.request_id for line in lines if line.kind == "reserve"]
    assert sorted(reserved) == sorted(request.id for request in requests)


@pytest.mark.parametrize("gesture", GESTURES, ids=lambda gesture: gesture.__name__)
async def test_unknown_keys_are_passed_over(
    listeners: ListenerHarness, gesture: Callable[[ListenerHarness, Person], Awaitable[Act]]
) -> None:
    delivery, seen = await play(listeners, gesture, with_unknown_keys)

    assert (delivery.error, seen) == (None, 1)
    assert not any("E-" in message.text for message in told(listeners.person(MEI)))
    assert not any(view.errors for view in listeners.person(MEI).views)


@pytest.mark.parametrize(
    ("gesture", "path", "named"),
    [
        (command, ("user_id",), "user_id"),
        (command, ("team_id",), "team_id"),
        (command, ("channel_id",), "channel_id"),
        (command, ("trigger_id",), "trigger_id"),
        (message_shortcut, ("channel",), "channel.id"),
        (message_shortcut, ("user",), "user.id"),
        (details, ("trigger_id",), "trigger_id"),
    ],
)
async def test_what_was_missing_is_named(
    listeners: ListenerHarness,
    gesture: Callable[[ListenerHarness, Person], Awaitable[Act]],
    path: Path,
    named: str,
) -> None:
    await play(listeners, gesture, lacking(path))

    assert f"Slack's message lacked `{named}`" in told(listeners.person(MEI))[-1].text
