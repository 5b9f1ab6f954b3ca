"""What only the person who asked is told, in English."""

from bot.rules.redaction import shown
from bot.words.english import phrases
from bot.words.mrkdwn import code

STAYS_AS_IT_IS = "This answer is not updated. The card of the request is."
LATEST = "*Your latest requests*"


def no_requests(command: str) -> str:
    return f"You have no requests yet. Start one with `{command}` and a playback URL."


def one_in_full(command: str) -> str:
    return f"One of them in full: `{command} status ID`"


def usage(command: str) -> list[str]:
    return [
        f"`{command} URL-or-asset-ID …` shows what would run and asks you to confirm",
        (
            f"`{command} URL-or-asset-ID … at 18:00`, `… tomorrow at 18:00` or"
            " `… at 2026-11-25 18:00` proposes to send it then, on the clock of the"
            " quota's time zone"
        ),
        f"`{command}` opens a form for a longer list, one a line",
        f"`{command} quota` shows what is left today",
        (
            f"`{command} status` lists your latest requests;"
            f" `{command} status R-7F3K2` or a task_id shows one"
        ),
        f"`{command} help` shows this",
        "In a message's menu, *Prefetch these links* takes the links of that message",
        "Among the ⚡ shortcuts, *Prefetch files* opens the form and asks where to report",
    ]


def unknown_command(word: str, suggestion: str | None, command: str) -> str:
    hint = f"Did you mean `{command} {suggestion}`? " if suggestion else ""
    return (
        f"*Not sent: {code(shown(word))} is neither a target nor a command.* {hint}"
        f"`{command} help` lists what there is."
    )


def unreadable_time(typed: str, command: str) -> str:
    return f"*Not sent: {code(shown(typed))} after `at` is no time.* {_how_to_write(command)}"


def misplaced_time(word: str, command: str) -> str:
    return (
        f"*Not sent: {code(shown(word))} may say a time, but none is read there.*"
        f" {_how_to_write(command)}"
    )


def reopen(files: int) -> str:
    return (
        f"The dialog for {phrases.files(files)} could not be opened in time."
        " Nothing was sent; your list is kept for an hour."
    )


def cancelled(request_id: str, files: int, *, goes_on: bool) -> str:
    rest = " What has been sent goes on." if goes_on else ""
    return f"*{request_id}*: {phrases.files(files)} will not be sent.{rest}"


def stale(command: str) -> str:
    return (
        "*Nothing was done: this button or dialog is from an older version of the bot.*"
        f" Type `{command}` to start afresh, or `{command} status` to see your requests."
    )


def _how_to_write(command: str) -> str:
    return (
        f"At the very end write `{command} … at 18:00`, `{command} … tomorrow at 18:00` or"
        f" `{command} … at 2026-11-25 18:00`; to send at once, leave it out."
    )
