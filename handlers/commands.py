"""The slash command."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks import messages
from bot.blocks.text import Block
from bot.reading.commands import (
    CANCEL,
    DETAILS,
    RETRY,
    AnotherWish,
    AskForTargets,
    MisplacedTime,
    OfRequest,
    Prefetch,
    ShowHelp,
    ShowQuota,
    ShowReport,
    ShowStatus,
    UnknownCommand,
    UnreadableTime,
    decides_at_once,
    parse_command,
)
from bot.rules.schedule import When, is_local
from bot.service.prefetch_service import PrefetchService
from handlers import requests
from handlers.language import words_for
from handlers.opening import open_confirmation, open_form
from handlers.payloads import Payload, asker, is_from_elsewhere, optional_text_at, text_at
from handlers.reports import report

Answer = Callable[[AsyncArgs, PrefetchService, Any], Awaitable[Block | None]]
Act = Callable[[AsyncArgs, PrefetchService, str], Awaitable[Block | None]]
"""Does something with the request of this ID."""


async def prefetch(args: AsyncArgs, service: PrefetchService) -> Block | None:
    """`/prefetch …`: whatever the words after it ask for."""
    command = parse_command(args.body.get("text") or "")
    return await ANSWERS[type(command)](args, service, command)


def decides(body: Payload) -> bool:
    """Whether what was typed is a decision, which an acknowledgement must not come before."""
    return decides_at_once(optional_text_at(body, "text") or "")


async def _open_confirmation(
    args: AsyncArgs, service: PrefetchService, command: Prefetch
) -> Block | None:
    if task_id := await service.asking.task_of(command.targets, asker(args)):
        return await _status(args, service, ShowStatus(task_id))
    channel_id = text_at(args.body, "channel_id")
    run_at = None if command.at is None else await _moment(args, service, command.at)
    return await open_confirmation(
        args, service, command.targets, channel_id=channel_id, run_at=run_at
    )


async def _moment(args: AsyncArgs, service: PrefetchService, at: When) -> datetime:
    """On the person's own clock where Slack tells which one that is."""
    zone = await service.clocks.of(asker(args).user_id) if is_local(at) else None
    return service.asking.moment(at, zone)


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


async def _of_request(
    args: AsyncArgs, service: PrefetchService, command: OfRequest
) -> Block | None:
    words, word = words_for(args.body), command.word
    if command.reference is None:
        return messages.which_request(words, word, command=service.terms.command)
    # A guest of another workspace is told nothing of the requests of others here.
    channel_id = "" if is_from_elsewhere(args) else text_at(args.body, "channel_id")
    request_id = await service.asking.named(
        command.reference, asker(args), word=word, channel_id=channel_id
    )
    return await ACTS[word](args, service, request_id)


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


async def _another_wish(args: AsyncArgs, _: PrefetchService, command: AnotherWish) -> Block:
    return messages.another_wish(words_for(args.body), command.word)


ACTS: dict[str, Act] = {
    DETAILS: requests.show_details,
    RETRY: requests.retry,
    CANCEL: requests.cancel,
}
"""What each word of `OF_REQUEST` does, and the button of the card as well."""

ANSWERS: dict[type, Answer] = {
    Prefetch: _open_confirmation,
    AskForTargets: _ask,
    ShowQuota: _quota,
    ShowStatus: _status,
    ShowReport: report,
    OfRequest: _of_request,
    ShowHelp: _help,
    UnknownCommand: _unknown,
    UnreadableTime: _unreadable_time,
    MisplacedTime: _misplaced_time,
    AnotherWish: _another_wish,
}
