"""What only the person who asked is told, in English."""

from bot.rules.redaction import shown
from bot.words.english import phrases
from bot.words.english.grammar import number
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
            " `… at 2026-11-25 18:00` proposes to send it then; the modal names the time zone"
        ),
        f"`{command}` opens a form for a longer list, one a line",
        f"`{command} quota` shows what is left today",
        (
            f"`{command} status` lists your latest requests;"
            f" `{command} status R-7F3K2` or a task_id shows one"
        ),
        f"`{command} report` tells who sent what today, `{command} report week` in seven days",
        f"`{command} details R-7F3K2` shows every file of a request with its status",
        f"`{command} retry R-7F3K2` shows what failed or was not sent, to be confirmed once more",
        f"`{command} cancel R-7F3K2` cancels at once what is not sent; it does not ask again",
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
