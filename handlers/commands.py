"""The slash command."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks import messages
from bot.blocks.text import Block
from bot.reading.commands import (
    AskForTargets,
    MisplacedTime,
    Prefetch,
    ShowHelp,
    ShowQuota,
    ShowStatus,
    UnknownCommand,
    UnreadableTime,
    parse_command,
)
from bot.service.prefetch_service import PrefetchService
from handlers.language import words_for
from handlers.opening import open_confirmation, open_form
from handlers.payloads import asker, is_from_elsewhere, text_at


async def prefetch(args: AsyncArgs, service: PrefetchService) -> Block | None:
    """`/prefetch …`: whatever the words after it ask for."""
    command = parse_command(args.body.get("text") or "")
    return await ANSWERS[type(command)](args, service, command)


async def _open_confirmation(
    args: AsyncArgs, service: PrefetchService, command: Prefetch
) -> Block | None:
    channel_id = text_at(args.body, "channel_id")
    run_at = None if command.at is None else service.asking.moment(command.at)
    return await open_confirmation(
        args, service, command.targets, channel_id=channel_id, run_at=run_at
    )


async def _ask(args: AsyncArgs, service: PrefetchService, _: AskForTargets) -> None:
    await open_form(args, service, channel_id=text_at(args.body, "channel_id"))


async def _quota(args: AsyncArgs, service: PrefetchService, _: ShowQuota) -> Block:
    return messages.quota(words_for(args.body), await service.asking.quota(), service.now())


async def _status(args: AsyncArgs, service: PrefetchService, command: ShowStatus) -> Block:
    if command.reference is None:
        own = await service.asking.recent(asker(args))
        return messages.recent(words_for(args.body), own, command=service.terms.command)
    # A guest of another workspace is told nothing of the requests of others here.
    state = await service.asking.status(
        command.reference, asker(args), own_only=is_from_elsewhere(args)
    )
    return messages.status(words_for(args.body), state)


async def _help(args: AsyncArgs, service: PrefetchService, _: ShowHelp) -> Block:
    return messages.usage(words_for(args.body), command=service.terms.command)


async def _unknown(args: AsyncArgs, service: PrefetchService, command: UnknownCommand) -> Block:
    words, name = words_for(args.body), service.terms.command
    return messages.unknown_command(words, command.word, command.suggestion, command=name)


async def _unreadable_time(
    args: AsyncArgs, service: PrefetchService, command: UnreadableTime
) -> Block:
    words, name = words_for(args.body), service.terms.command
    return messages.unreadable_time(words, command.typed, command=name)


async def _misplaced_time(
    args: AsyncArgs, service: PrefetchService, command: MisplacedTime
) -> Block:
    words, name = words_for(args.body), service.terms.command
    return messages.misplaced_time(words, command.word, command=name)


Answer = Callable[[AsyncArgs, PrefetchService, Any], Awaitable[Block | None]]
ANSWERS: dict[type, Answer] = {
    Prefetch: _open_confirmation,
    AskForTargets: _ask,
    ShowQuota: _quota,
    ShowStatus: _status,
    ShowHelp: _help,
    UnknownCommand: _unknown,
    UnreadableTime: _unreadable_time,
    MisplacedTime: _misplaced_time,
}
