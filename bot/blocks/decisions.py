"""What a card offers to decide, and the modal that asks which calls are meant and why."""

from collections.abc import Sequence

from bot.blocks import ids
from bot.blocks.modals import list_of_overlaps, modal
from bot.blocks.text import Block, button, place_of, plain, section
from bot.rules.draft import Overlap
from bot.rules.states import CallState, RequestStatus
from bot.rules.summaries import Decidable
from bot.words.language import Words
from bot.words.mrkdwn import shortened

CALLS_OFFERED = 10
"""The most options that Slack takes in checkboxes; the rest can be decided next."""

OPTION_LIMIT = 75
REASON_LIMIT = 500


def offered(words: Words, state: Decidable) -> list[Block]:
    """Buttons for what can be decided now; none when there is nothing to decide."""
    return [
        *_for_unknown(words, state),
        *_for_failed(words, state),
        *_for_cancelled(words, state),
        *_for_waiting(words, state),
    ]


def resolve(
    words: Words,
    choice: str,
    request_id: str,
    calls: Sequence[CallState],
    overlaps: Sequence[Overlap] = (),
) -> Block:
    """`choice` is the action_id of the button that was pressed.

    `overlaps` are other requests that hold some of the files.
    """
    again = choice == ids.SEND_AGAIN_BUTTON
    labels = words.decisions
    shown = calls[:CALLS_OFFERED]
    blocks = [section(f"*{request_id}* · {_what_it_does(words, shown, len(calls), again=again)}")]
    if overlaps and again:
        blocks.append(section(list_of_overlaps(words, overlaps)))
    return modal(
        words,
        ids.RESOLVE_VIEW,
        blocks=[*blocks, _calls_input(words, shown), _reason_input(words)],
        submit=plain(labels.SEND_AGAIN_LABEL if again else labels.MARK_AS_SENT_LABEL),
        private_metadata=f"{choice}:{request_id}",
    )


def _what_it_does(words: Words, shown: Sequence[CallState], calls: int, *, again: bool) -> str:
    tell = words.decisions.sending_again if again else words.decisions.marking_as_sent
    sentence = tell(sum(call.files for call in shown), len(shown))
    if calls > len(shown):
        return f"{sentence} {words.decisions.only_some(len(shown), calls)}"
    return sentence


def _calls_input(words: Words, shown: Sequence[CallState]) -> Block:
    options = [
        {"text": plain(_call(words, call)), "value": f"{call.position}:{call.attempts}"}
        for call in shown
    ]
    return {
        "type": "input",
        "block_id": ids.CALLS_BLOCK,
        "label": plain(words.decisions.CALLS_LABEL),
        "element": {
            "type": "checkboxes",
            "action_id": ids.CALLS_INPUT,
            "options": options,
            "initial_options": options,
        },
    }


def _reason_input(words: Words) -> Block:
    return {
        "type": "input",
        "block_id": ids.REASON_BLOCK,
        "label": plain(words.decisions.REASON_LABEL),
        "hint": plain(words.decisions.REASON_HINT),
        "element": {
            "type": "plain_text_input",
            "action_id": ids.REASON_INPUT,
            "max_length": REASON_LIMIT,
        },
    }


def _for_unknown(words: Words, state: Decidable) -> list[Block]:
    files = state.counts.unknown
    if not files or state.status is RequestStatus.RUNNING:
        return []
    return [
        button(words.buttons.MARK_AS_SENT, ids.MARK_AS_SENT_BUTTON, state.id),
        button(words.buttons.send_again(files), ids.SEND_AGAIN_BUTTON, state.id),
    ]


def _for_failed(words: Words, state: Decidable) -> list[Block]:
    files = state.counts.failed + state.counts.not_sent
    if not files:
        return []
    if state.quota.exhausted and state.counts.not_sent:
        # To retry today would be refused; what failed is part of the rest.
        label = words.buttons.send_tomorrow(is_all=state.counts.not_sent == state.files)
        return [button(label, ids.TOMORROW_BUTTON, state.id)]
    return [button(words.buttons.retry(files), ids.RETRY_BUTTON, state.id)]


def _for_cancelled(words: Words, state: Decidable) -> list[Block]:
    """Their signed addresses are shown nowhere, so nobody could type them once more."""
    files = state.counts.cancelled
    if not files or state.status in {RequestStatus.RUNNING, RequestStatus.SCHEDULED}:
        return []
    return [button(words.buttons.send_cancelled(files), ids.CANCELLED_BUTTON, state.id)]


def _for_waiting(words: Words, state: Decidable) -> list[Block]:
    files, goes_on = state.queued, state.goes_on
    if not files:
        return []
    is_all = state.status is RequestStatus.SCHEDULED
    confirm = {
        "title": plain(words.buttons.ask_to_cancel(is_all=is_all)),
        "text": plain(words.buttons.what_cancelling_does(files, is_all=is_all, goes_on=goes_on)),
        "confirm": plain(words.buttons.YES_CANCEL),
        "deny": plain(words.buttons.NO_KEEP),
    }
    label = words.buttons.cancel(is_all=is_all)
    return [button(label, ids.CANCEL_BUTTON, state.id, confirm=confirm)]


def _call(words: Words, call: CallState) -> str:
    name = place_of(words, call.targets[0].target)
    room = OPTION_LIMIT - len(words.decisions.call_label(call.files, ""))
    return words.decisions.call_label(call.files, shortened(name, room))
