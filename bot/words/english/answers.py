"""What only the person who asked is told, in English."""

from collections.abc import Sequence

from bot.rules.policy import EVERYONE, Denied
from bot.rules.redaction import shown
from bot.rules.usage import Usage
from bot.words.english import phrases, quota
from bot.words.english.grammar import number
from bot.words.english.refusals import whom, why_denied
from bot.words.mrkdwn import code

STAYS_AS_IT_IS = "This answer is not updated. The card of the request is."
LATEST = "*Your latest requests*"

NAMED = 5
"""So many channels or hosts the help names; it has to stay short."""


def no_requests(command: str) -> str:
    return f"You have no requests yet. Start one with `{command}` and a playback URL."


def one_in_full(command: str) -> str:
    return f"One of them in full: `{command} status ID`"


def usage(command: str) -> list[str]:
    return [
        f"`{command} quota` shows what is left today",
        f"`{command} status` lists your latest requests, `{command} status R-7F3K2` shows one",
        f"`{command} details R-7F3K2` shows every file of a request",
        f"`{command} cancel R-7F3K2` cancels at once what is not sent of your request",
        f"`{command} help` shows this",
    ]


def usage_of_prefetching(command: str) -> list[str]:
    return [
        (
            f"`{command} URL-or-asset-ID …` shows what would run and asks you to confirm;"
            " with `at 18:00` or `tomorrow at 18:00` at its end it is sent then"
        ),
        f"`{command}` opens a form for a longer list, *Prefetch files* among the ⚡ shortcuts too",
        "*Prefetch these links* in a message's menu takes the links of that message",
        f"`{command} retry R-7F3K2` shows what failed or was not sent, to be confirmed once more",
    ]


def usage_of_operators(_command: str) -> list[str]:
    return [
        "As an operator: *Mark as sent* or *Send again* on a card in doubt; cancel any request",
    ]


def may_not_prefetch(denied: Denied, ask: Sequence[str]) -> str:
    return f"*You may not prefetch here.* {why_denied(denied)} Ask {whom(ask)} to change it."


def limits(found: Usage) -> str:
    """The limits of today, in one line."""
    told = [] if found.quota is None else [quota.left(found.quota)]
    told.append(f"at most {phrases.files(found.most_files)} in one list")
    told.append(f"allowed in {_channels(found.channels)}{_hosts(found.hosts)}")
    return f"{' · '.join(told)}."


def _channels(channels: frozenset[str]) -> str:
    if EVERYONE in channels:
        return "every channel"
    named = [phrases.channel(channel) for channel in sorted(channels)]
    return _some(named) if named else "no channel"


def _hosts(hosts: frozenset[str]) -> str:
    if EVERYONE in hosts:
        return ""
    named = [code(host) for host in sorted(hosts)]
    return f" for addresses of {_some(named)}" if named else " for no address"


def _some(named: Sequence[str]) -> str:
    more = [phrases.and_more(len(named) - NAMED)] if len(named) > NAMED else []
    return ", ".join([*named[:NAMED], *more])


def unknown_command(word: str, suggestion: str | None, command: str) -> str:
    hint = f"Did you mean `{command} {suggestion}`? " if suggestion else ""
    return (
        f"*Not sent: {code(shown(word))} is neither a target nor a command.* {hint}"
        f"`{command} help` lists what there is."
    )


def which_request(word: str, command: str) -> str:
    return (
        f"*Nothing was done: which request is meant?* Write the ID that its card shows, for"
        f" instance `{command} {word} R-7F3K2`; `{command} status` lists your latest requests."
    )


def unreadable_time(typed: str, command: str) -> str:
    return f"*Not sent: {code(shown(typed))} is no time that can be read.* {_how_to_write(command)}"


def misplaced_time(word: str, command: str) -> str:
    return (
        f"*Not sent: {code(shown(word))} may say a time, but none is read there.*"
        f" {_how_to_write(command)}"
    )


def another_wish(word: str) -> str:
    return (
        f"*Nothing was done: this bot does not {code(shown(word))}.* It only loads files into the"
        " CDN that no node holds yet. To have a changed file fetched anew, refresh its address in"
        " the CDN console; then prefetch it here."
    )


def reopen(files: int) -> str:
    return (
        f"The modal for {phrases.files(files)} could not be opened in time."
        " Nothing was sent; your list is kept for an hour."
    )


def cancelled(request_id: str, files: int, *, goes_on: bool) -> str:
    rest = " What has been sent goes on." if goes_on else ""
    return f"*{request_id}*: {phrases.files(files)} will not be sent.{rest}"


def stale(command: str) -> str:
    return (
        "*Nothing was done: this button or modal is from an older version of the bot.*"
        f" Type `{command}` to start afresh, or `{command} status` to see your requests."
    )


def _how_to_write(command: str) -> str:
    return (
        f"At the very end write `{command} … at 18:00`, `{command} … tomorrow at 18:00` or"
        f" `{command} … at 2026-11-25 18:00`; to send at once, leave the time out."
    )


def left_out(items: int) -> str:
    return f"*Not sent ({number(items)})*: all that was left out of your list, with its reason."
