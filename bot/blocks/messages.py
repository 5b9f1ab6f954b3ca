"""The messages: the card of a request, and the answers that only the asker sees."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.blocks import ids
from bot.blocks.choices import offered
from bot.blocks.modals import channel, review_button, task_title
from bot.blocks.text import (
    Block,
    button,
    clock,
    code,
    context,
    counted,
    date_and_clock,
    escape,
    fitting,
    list_of,
    named,
    outcomes,
    paragraphs,
    quota_line,
    rejections,
    section,
)
from bot.rules.free_text import as_text
from bot.rules.quota import Quota, quota_day
from bot.rules.refusals import duration, reset_clock
from bot.rules.request import Rejected, shown
from bot.rules.schedule import spoken
from bot.rules.task import (
    Choice,
    Counts,
    RequestState,
    RequestStatus,
    TargetStatus,
    TaskState,
    TaskStatus,
)

TASKS_A_SECTION = 20
TASKS_SHOWN = 100
"""A day's whole quota in URLs."""

MESSAGE_ROOM = 9_900
"""Slack has refused messages of 11,341 characters (undocumented), and blocks cost something too."""

BLOCK_COST = 100
LINES_ROOM = 900

CLOSING_ROOM = 60

LINES_SHOWN = 10
BAR_LENGTH = 10

SECOND_CARD = (
    "Another card of this request may stand above, from a moment when Slack did not answer or the"
    " bot was stopped. This one is kept true; a click on the other removes it."
)

CARD_BLOCKS = frozenset({"section", "context", "actions"})

NEEDS_A_PERSON = (
    TaskStatus.UNKNOWN,
    TaskStatus.FAILED,
    TaskStatus.REJECTED,
    TaskStatus.PARTLY_FAILED,
)
"""Of a card that cannot list all calls, these are listed first, in this order."""

STATUS_WORDS: dict[TaskStatus, str] = {
    TaskStatus.QUEUED: "waiting to be sent",
    TaskStatus.SUBMITTING: "being sent",
    TaskStatus.PROCESSING: "processing",
    TaskStatus.SUCCEEDED: "ready",
    TaskStatus.PARTLY_FAILED: "partly failed",
    TaskStatus.FAILED: "failed",
    TaskStatus.REJECTED: "*not sent*",
    TaskStatus.UNKNOWN: "*may have been sent*",
    TaskStatus.SENT: "sent, not followed",
    TaskStatus.CANCELLED: "cancelled",
}


CHOICE_WORDS: dict[Choice, str] = {
    Choice.CANCELLED: "cancelled",
    Choice.SENT_AGAIN: "sent again",
    Choice.MARKED_AS_SENT: "marked as sent",
}


def card(state: RequestState, *, reason: str | None = None, is_second: bool = False) -> Block:
    """The one message of a request; `reason` says why it is not in the request's channel."""
    title = (
        f"*Prefetch {state.id}* · {counted(state.files, 'file')} · asked by <@{state.user_id}>"
        f" · {clock(state.confirmed_at)}"
    )
    first = section(f"{title}\n{_standing(state)}")
    rest: list[Block] = []
    for heading, lines in (
        ("Why", reasons(state)),
        ("Failed", failed_targets(state)),
        ("Decided", decisions(state)),
    ):
        if lines:
            listed = list_of(lines, most=LINES_SHOWN, room=LINES_ROOM)
            rest.append(section(f"*{heading}*\n{listed}"))
    if state.asked_before:
        rest.append(context(_asked_before(state.asked_before)))
    rest.append(section(quota_line(state.quota)))
    details = button("Details", ids.DETAILS_BUTTON, state.id)
    rest.append({"type": "actions", "elements": [details, *offered(state)]})
    if reason is not None:
        rest.append(
            context(f"{reason} That is why this is here and not {_there(state.channel_id)}.")
        )
    if is_second:
        rest.append(context(SECOND_CARD))
    room = MESSAGE_ROOM - cost([first, *rest])
    return {"text": _card_text(state), "blocks": [first, *_task_sections(state, room), *rest]}


def cost(found: object) -> int:
    """What blocks use up of a message's room: their texts, and something for each block."""
    if isinstance(found, list):
        return sum(map(cost, found))
    if not isinstance(found, dict):
        return 0
    texts = sum(
        len(value) if name == "text" and isinstance(value, str) else cost(value)
        for name, value in found.items()
    )
    return texts + (BLOCK_COST if found.get("type") in CARD_BLOCKS else 0)


def _there(channel_id: str) -> str:
    """A direct or group message has no name to link."""
    return "there" if channel_id.startswith(("D", "G")) else f"in {channel(channel_id)}"


def scheduled(state: RequestState, run_at: datetime) -> str:
    """When it will be sent, on the reader's own clock and on that of the quota."""
    zone = state.quota.day.zone
    day = quota_day(run_at, zone).date
    return (
        f"Waits until *{date_and_clock(run_at)}*"
        f" ({spoken(run_at, zone)}). Charged to the quota of {day}."
    )


def progress(state: RequestState) -> str:
    """`▓▓▓▓▓▓░░░░ 8 of 13 ready, 2 failed, 3 processing`."""
    done = BAR_LENGTH * state.counts.ready // max(state.files, 1)
    return f"{'▓' * done}{'░' * (BAR_LENGTH - done)} {outcome(state.files, state.counts)}"


def outcome(files: int, counts: Counts) -> str:
    ready = f"{counts.ready:,} of {files:,} ready"
    return ", ".join([ready, *outcomes(replace(counts, ready=0))])


def task_line(task: TaskState) -> str:
    words = STATUS_WORDS[task.status]
    if task.status in {TaskStatus.PARTLY_FAILED, TaskStatus.PROCESSING} and task.counts.ready:
        words = f"{words}: {outcome(task.files, task.counts)}"
    return f"{task_title(task)} · {words}"


def no_card(state: RequestState) -> list[Block]:
    """For the places that show a request without its card."""
    if state.no_card is None:
        return []
    return [
        context(
            f"No card of this request could be posted: Slack answers {code(state.no_card)}."
            " The request itself has gone on; this is what became of it."
        )
    ]


def reasons(state: RequestState) -> list[str]:
    """Each reason once, with the number of calls that share it."""
    shared = Counter(task.reason for task in state.tasks if task.reason)
    return [
        f"• {counted(calls, 'call')}: {escape(as_text(reason))}" for reason, calls in shared.items()
    ]


def failed_targets(state: RequestState) -> list[str]:
    return [
        f"• {named(item.target)}"
        for task in state.tasks
        for item in task.targets
        if item.status == TargetStatus.FAILED
    ]


def decisions(state: RequestState) -> list[str]:
    """Who has done what about the request since, the newest first."""
    return [
        f"• {counted(it.files, 'file')} {CHOICE_WORDS[it.choice]} by <@{it.user_id}>"
        f" at {clock(it.at)}{_because(it.reason)}"
        for it in reversed(state.decisions)
    ]


def _because(reason: str | None) -> str:
    """In code style, where Slack formats nothing, links nothing and mentions nobody."""
    return "" if reason is None else f": {code(as_text(reason))}"


def quota(found: Quota, now: datetime) -> Block:
    text = paragraphs(
        [
            quota_line(found),
            (
                f"{found.settled:,} sent · {found.reserved:,} reserved · {found.held:,} in doubt"
                f" · reset at {reset_clock(found)}, in {duration(found, now)}"
            ),
            (
                "_Uploads that prefetch by themselves and the console's own button spend the same"
                " quota without telling the bot._"
            ),
        ]
    )
    return only_to_you(text)


def status(state: RequestState) -> Block:
    """The card as it stands, for the person who asked alone."""
    answer = {**card(state), "response_type": "ephemeral"}
    answer["blocks"].extend(no_card(state))
    if state.status in {RequestStatus.SCHEDULED, RequestStatus.RUNNING}:
        answer["blocks"].append(context("This answer stays as it is; the card itself goes on."))
    return answer


def recent(states: Sequence[RequestState], *, command: str) -> Block:
    if not states:
        return only_to_you(
            f"You have no requests yet. Start one with `{command}` and a playback URL."
        )
    lines = [
        f"*{state.id}* · {clock(state.confirmed_at)} · {standing_word(state)}"
        f" · {outcome(state.files, state.counts)}"
        for state in states
    ]
    return only_to_you(
        paragraphs(
            ["*Your latest requests*", *lines, f"One of them in full: `{command} status ID`"]
        )
    )


def usage(*, command: str) -> Block:
    return only_to_you(
        paragraphs(
            [
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
        )
    )


def unknown_command(word: str, suggestion: str | None, *, command: str) -> Block:
    hint = f"Did you mean `{command} {suggestion}`? " if suggestion else ""
    return only_to_you(
        f"*Not sent: {code(shown(word))} is neither a target nor a command.* {hint}"
        f"`{command} help` lists what there is."
    )


def unreadable_time(typed: str, *, command: str) -> Block:
    return only_to_you(
        f"*Not sent: {code(shown(typed))} after `at` is no time.* {_how_to_write_a_time(command)}"
    )


def misplaced_time(word: str, *, command: str) -> Block:
    return only_to_you(
        f"*Not sent: {code(shown(word))} may say a time, but none is read there.*"
        f" {_how_to_write_a_time(command)}"
    )


def _how_to_write_a_time(command: str) -> str:
    return (
        f"At the very end write `{command} … at 18:00`, `{command} … tomorrow at 18:00` or"
        f" `{command} … at 2026-11-25 18:00`; to send at once, leave it out."
    )


def refusal(text: str, *, error_id: str, rejected: Sequence[Rejected] = ()) -> Block:
    """A definite no with its reasons and an ID that the person can quote."""
    return only_to_you(paragraphs([f"{text} `{error_id}`", rejections(rejected)]))


def reopen(draft_id: str, files: int) -> Block:
    """Slack's three seconds for opening a dialog had passed; a click gives three more."""
    text = (
        f"The dialog for {counted(files, 'file')} could not be opened in time."
        " Nothing was sent; your list is kept for an hour."
    )
    message = only_to_you(text)
    message["blocks"].append({"type": "actions", "elements": [review_button(draft_id)]})
    return message


def cancelled(request_id: str, files: int, *, goes_on: bool) -> Block:
    rest = " What has been sent goes on." if goes_on else ""
    return only_to_you(f"*{request_id}*: {counted(files, 'file')} will not be sent.{rest}")


def stale(*, command: str) -> Block:
    return only_to_you(
        "*Nothing was done: this is from an older version of the bot.*"
        f" Type `{command}` to start afresh, or `{command} status` to see your requests."
    )


def only_to_you(text: str) -> Block:
    return {"response_type": "ephemeral", "text": text, "blocks": [section(text)]}


def _asked_before(request_ids: Sequence[str]) -> str:
    """So that whoever reads the channel sees what goes out more than once."""
    return f"Holds files that are in {', '.join(request_ids)} as well; they count in each."


def _task_sections(state: RequestState, room: int) -> list[Block]:
    """All calls in their order; where there is no room, in short, then those that matter first."""
    # The closing line and the blocks themselves.
    room -= BLOCK_COST * (len(state.tasks[:TASKS_SHOWN]) // TASKS_A_SECTION + 2) + CLOSING_ROOM
    tasks: Sequence[TaskState] = state.tasks
    lines = fitting([task_line(task) for task in tasks[:TASKS_SHOWN]], room=room)
    if len(lines) < len(tasks):
        tasks = sorted(tasks, key=_urgency)
        lines = fitting([_short_line(task) for task in tasks[:TASKS_SHOWN]], room=room)
    sections = [
        section(list_of(lines[start : start + TASKS_A_SECTION], most=TASKS_A_SECTION))
        for start in range(0, len(lines), TASKS_A_SECTION)
    ]
    left = len(tasks) - len(lines)
    if not left:
        return sections
    return [*sections, context(f"… and {counted(left, 'more call')}, see Details")]


def _urgency(task: TaskState) -> int:
    if task.status in NEEDS_A_PERSON:
        return NEEDS_A_PERSON.index(task.status)
    return len(NEEDS_A_PERSON) + (not task.let_go)


def _short_line(task: TaskState) -> str:
    return f"{task_title(task)} · {STATUS_WORDS[task.status]}"


def standing_word(state: RequestState) -> str:
    """The status, and for what is scheduled its time."""
    if state.status is RequestStatus.SCHEDULED and state.run_at is not None:
        return f"{status_word(state)} for {date_and_clock(state.run_at)}"
    return status_word(state)


def _standing(state: RequestState) -> str:
    if state.status is RequestStatus.SCHEDULED and state.run_at is not None:
        return scheduled(state, state.run_at)
    return progress(state)


def status_word(state: RequestState) -> str:
    return state.status.replace("_", " ")


def _card_text(state: RequestState) -> str:
    """The whole outcome in words, for notifications and screen readers."""
    ids_ = [task.task_id for task in state.tasks if task.task_id][:20]
    listed = f" task_id {escape(', '.join(ids_))}." if ids_ else ""
    left = "None" if state.quota.exhausted else f"About {state.quota.left:,}"
    final = "" if state.status is RequestStatus.RUNNING else f" ({status_word(state)})"
    return (
        f"Prefetch {state.id}{final}: {outcome(state.files, state.counts)}."
        f"{listed} {left} of {state.quota.limit:,} left today."
    )
