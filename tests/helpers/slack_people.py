"""What people do again and again in the stories, and what they read then."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from bot.blocks import ids
from bot.sandbox.fakeslack import LAUNCH, NORA, Delivery, Message, Person, View
from bot.sandbox.fakeslack.composer import MOST_TYPED
from bot.sandbox.stage import Stage

CARD_WITHIN_S = 60.0
CARD = re.compile(r"Prefetch (?P<id>R-[0-9A-Z]{5})(?: \((?P<end>[a-z ]+)\))?: ")
ERROR_ID = re.compile(r"`E-[0-9A-Z]{5}`")


async def propose(person: Person, text: str, *, channel_id: str = LAUNCH) -> View:
    """Type the command with targets; the modal that asks for confirmation."""
    await person.command(channel_id, "/prefetch", text)
    return await person.next_view()


async def propose_list(stage: Stage, person: Person, addresses: list[str]) -> View:
    """Type the addresses; what the message box does not take is in a message, and a shortcut."""
    typed = "\n".join(addresses)
    if len(typed) < MOST_TYPED - 100:
        return await propose(person, typed)
    text = "\n".join(f"<{address}>" for address in addresses)
    message = stage.slack.workspace.post(LAUNCH, NORA, text)
    await person.message_shortcut(ids.MESSAGE_SHORTCUT, LAUNCH, message.ts)
    return await person.next_view()


async def prefetch(stage: Stage, person: Person, text: str, *, channel_id: str = LAUNCH) -> Message:
    """Type the command, confirm, and wait for the card to become final."""
    await person.submit(await propose(person, text, channel_id=channel_id))
    return await final_card(stage, channel_id)


async def agree(stage: Stage, person: Person, view: View) -> str:
    """Confirm in this modal and wait for the card to become final; what the modal said."""
    shown = words(view)
    await person.submit(view)
    await final_card(stage)
    return shown


async def ask(stage: Stage, person: Person, text: str, *, channel_id: str = LAUNCH) -> Message:
    """Type the command with words that need no modal; what only this person reads then."""
    already = len(private(person, channel_id))
    await person.command(channel_id, "/prefetch", text)
    return await next_private(stage, person, already=already, channel_id=channel_id)


async def next_private(
    stage: Stage, person: Person, *, already: int, channel_id: str = LAUNCH
) -> Message:
    """What only this person reads, after so many messages `already` there."""
    later = await stage.slack.wait_until(lambda: private(person, channel_id)[already:])
    return later[0]


def private(person: Person, channel_id: str = LAUNCH) -> list[Message]:
    """All that the channel shows to this person alone."""
    return [message for message in person.sees(channel_id) if message.is_ephemeral]


async def final_card(stage: Stage, channel_id: str = LAUNCH) -> Message:
    """The next card in the channel that was not waited for before, once it is final."""
    message = await stage.slack.next_message(channel_id)
    while not CARD.match(message.text):
        message = await stage.slack.next_message(channel_id)
    return await final(stage, message)


async def taken_by_the_cloud(stage: Stage, calls: int) -> None:
    """Wait until the cloud has taken so many calls; Slack hears nothing of it by itself."""
    while len(stage.vod.books.tasks) < calls:
        await stage.vod.next_call(within=CARD_WITHIN_S, operation="create")


async def final(stage: Stage, card: Message) -> Message:
    """The card once nothing more of it changes by itself."""

    def ended() -> Message | None:
        now = stage.slack.message(card.channel_id, card.ts)
        return now if now and outcome_of(now) else None

    return await stage.slack.wait_until(ended, CARD_WITHIN_S)


def request_id(card: Message) -> str:
    found = CARD.match(card.text)
    assert found is not None, card.text
    return found["id"]


def outcome_of(card: Message) -> str | None:
    """`succeeded`, `partly failed` or `failed`; None while the request runs."""
    found = CARD.match(card.text)
    return found and found["end"]


def task_ids(card: Message) -> list[str]:
    return re.findall(r"`([0-9a-f]{32})`", words(card))


def words(shown: Message | View) -> str:
    """Every text of the blocks, one a line, as the bot wrote it."""
    return "\n".join(_texts(shown.blocks))


def cards(stage: Stage) -> list[Message]:
    """The card of every request, wherever it was posted."""
    everywhere = stage.slack.workspace.messages.values()
    return [
        message
        for channel in everywhere
        for message in channel.values()
        if not message.is_ephemeral and CARD.match(message.text)
    ]


def last_payload(stage: Stage) -> dict[str, Any]:
    """A copy of what Slack delivered last, to be changed and delivered once more."""
    envelope: Any = stage.slack.log.of("envelope")[-1].facts["envelope"]
    payload: dict[str, Any] = deepcopy(envelope["payload"])
    return payload


async def deliver(
    person: Person, payload: dict[str, Any], *, envelope_type: str = "interactive"
) -> Delivery:
    """A payload as no client would send it; `slash_commands` and `interactive` are answerable."""
    answerable = envelope_type != "events_api"
    return await person._courier.deliver(envelope_type, payload, answerable=answerable)


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(node, list):
        for child in node:
            yield from _texts(child)
