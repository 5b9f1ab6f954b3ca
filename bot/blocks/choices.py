"""What a card offers to decide, and the modal that asks which calls are meant and why."""

from collections.abc import Sequence

from bot.blocks import ids
from bot.blocks.modals import asked_before, modal
from bot.blocks.text import Block, button, counted, plain, section, shortened
from bot.rules.draft import Earlier
from bot.rules.request import Asset, without_query
from bot.rules.task import GOING_ON, RequestState, RequestStatus, TaskState, TaskStatus

CALLS_OFFERED = 10
"""The most options that Slack takes in checkboxes; the rest can be decided next."""

OPTION_LIMIT = 75
REASON_LIMIT = 500


def offered(state: RequestState) -> list[Block]:
    """Buttons for what can be decided now; none when there is nothing to decide."""
    return [
        *_for_unknown(state),
        *_for_failed(state),
        *_for_cancelled(state),
        *_for_waiting(state),
    ]


def resolve(
    choice: str, request_id: str, tasks: Sequence[TaskState], elsewhere: Sequence[Earlier] = ()
) -> Block:
    """`choice` is the action_id of the button that was pressed.

    `elsewhere` are other requests that hold some of the files.
    """
    again = choice == ids.SEND_AGAIN_BUTTON
    shown = tasks[:CALLS_OFFERED]
    options = [
        {"text": plain(_call(task)), "value": f"{task.position}:{task.attempts}"} for task in shown
    ]
    files = sum(task.files for task in shown)
    these, them, their = (
        ("This call", "it", "Its") if len(shown) == 1 else ("These calls", "them", "Their")
    )
    sentence = (
        f"{these} may have been sent already. Sending {them} again may spend up to"
        f" *{counted(files, 'file')} more* of the day's quota."
        if again
        else f"{their} {'file stays' if files == 1 else 'files stay'} spent, and the bot cannot"
        f" follow {them}: the cloud gave no task_id."
    )
    if len(tasks) > len(shown):
        sentence += f" These are {len(shown)} of {len(tasks):,}; decide about the others next."
    return modal(
        ids.RESOLVE_VIEW,
        blocks=[
            section(f"*{request_id}* · {sentence}"),
            *([section(asked_before(elsewhere))] if elsewhere and again else []),
            {
                "type": "input",
                "block_id": ids.CALLS_BLOCK,
                "label": plain("Calls"),
                "element": {
                    "type": "checkboxes",
                    "action_id": ids.CALLS_INPUT,
                    "options": options,
                    "initial_options": options,
                },
            },
            {
                "type": "input",
                "block_id": ids.REASON_BLOCK,
                "label": plain("Why"),
                "hint": plain("It stands on the card and in the audit trail, under your name."),
                "element": {
                    "type": "plain_text_input",
                    "action_id": ids.REASON_INPUT,
                    "max_length": REASON_LIMIT,
                },
            },
        ],
        submit=plain("Send again" if again else "Mark as sent"),
        private_metadata=f"{choice}:{request_id}",
    )


def _for_unknown(state: RequestState) -> list[Block]:
    files = state.counts.unknown
    if not files or state.status is RequestStatus.RUNNING:
        return []
    return [
        button("Mark as sent", ids.MARK_AS_SENT_BUTTON, state.id),
        button(f"Send again, may spend {files:,} more", ids.SEND_AGAIN_BUTTON, state.id),
    ]


def _for_failed(state: RequestState) -> list[Block]:
    files = state.counts.failed + state.counts.not_sent
    if not files:
        return []
    if state.quota.exhausted and state.counts.not_sent:
        # To retry today would be refused; what failed is part of the rest.
        return [button("Send the rest tomorrow", ids.TOMORROW_BUTTON, state.id)]
    return [button(f"Retry {counted(files, 'file')}", ids.RETRY_BUTTON, state.id)]


def _for_cancelled(state: RequestState) -> list[Block]:
    """Their signed addresses are shown nowhere, so nobody could type them once more."""
    files = state.counts.cancelled
    if not files or state.status in {RequestStatus.RUNNING, RequestStatus.SCHEDULED}:
        return []
    return [button(f"Send the {files:,} cancelled", ids.CANCELLED_BUTTON, state.id)]


def _for_waiting(state: RequestState) -> list[Block]:
    waiting = [task for task in state.tasks if task.status is TaskStatus.QUEUED]
    if not waiting:
        return []
    files = counted(sum(task.files for task in waiting), "file")
    is_all = state.status is RequestStatus.SCHEDULED
    what = "this request" if is_all else "what is not sent"
    is_out = any(task.status in GOING_ON for task in state.tasks)
    goes_on = " What has been sent goes on." if is_out else ""
    confirm = {
        "title": plain(f"Cancel {what}?"),
        "text": plain(f"{files} will not be sent.{goes_on}"),
        "confirm": plain("Cancel them"),
        "deny": plain("Keep them"),
    }
    label = "Cancel" if is_all else f"Cancel {what}"
    return [button(label, ids.CANCEL_BUTTON, state.id, confirm=confirm)]


def _call(task: TaskState) -> str:
    first = task.targets[0].target
    name = f"asset {first.id}" if isinstance(first, Asset) else without_query(first.address)
    head = f"{counted(task.files, 'file')}: "
    return head + shortened(name, OPTION_LIMIT - len(head))
