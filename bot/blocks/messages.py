"""The messages: the card of a request, and the answers that only the asker sees."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.blocks import ids
from bot.blocks.decisions import offered
from bot.blocks.modals import call_title, review_button
from bot.blocks.reasons import checks, failed_targets, reasons
from bot.blocks.text import (
    Block,
    button,
    context,
    fitting,
    list_of,
    paragraphs,
    rejections,
    section,
)
from bot.rules.quota import Quota
from bot.rules.states import CallState, CallStatus, RequestState, RequestStatus
from bot.rules.target import Rejected
from bot.words.language import Words
from bot.words.mrkdwn import clock

CALLS_A_SECTION = 20
CALLS_SHOWN = 100
"""A day's whole quota in URLs."""

APP = "Prefetch"
"""A name, which no language translates: the text of each card begins with this name."""

_BEGINNING_OF_CARD = re.compile(rf"{APP} (?P<id>R-[0-9A-Z]+)(?:| \([^()]+\)):")

MESSAGE_ROOM = 9_900
"""Slack has refused messages of 11,341 characters (undocumented), and blocks cost something too."""

BLOCK_COST = 100
LINES_ROOM = 900

CLOSING_ROOM = 60

LINES_SHOWN = 10
BAR_LENGTH = 10

CARD_BLOCKS = frozenset({"section", "context", "actions"})

NEEDS_A_PERSON = (
    CallStatus.UNKNOWN,
    CallStatus.FAILED,
    CallStatus.REJECTED,
    CallStatus.PARTLY_FAILED,
)
"""Of a card that cannot list all calls, these are listed first, in this order."""

SHOWS_PROGRESS = frozenset({CallStatus.PARTLY_FAILED, CallStatus.PROCESSING})


def card(
    words: Words, state: RequestState, *, refusal: str | None = None, is_second: bool = False
) -> Block:
    """The one message of a request.

    `refusal` is the code with which Slack refused it in the request's channel.
    """
    first = section(f"{words.cards.title(state)}\n{_standing(words, state)}")
    rest = [
        *_under(words, words.cards.WHY, reasons(words, state)),
        *_under(words, words.cards.FAILED, failed_targets(words, state)),
        *checks(words, state),
        *_under(words, words.cards.DECIDED, decisions(words, state)),
    ]
    if state.overlaps:
        # So that whoever reads the channel sees what goes out more than once.
        rest.append(context(words.cards.also_in(state.overlaps)))
    if not state.waits_for_another_day:
        rest.append(section(words.quota.left(state.quota)))
    details = button(words.buttons.DETAILS, ids.DETAILS_BUTTON, state.id)
    rest.append({"type": "actions", "elements": [details, *offered(words, state)]})
    if refusal is not None:
        rest.append(context(words.cards.elsewhere(refusal, state.channel_id)))
    if is_second:
        rest.append(context(words.cards.SECOND_CARD))
    room = MESSAGE_ROOM - cost([first, *rest])
    blocks = [first, *_call_sections(words, state, room), *rest]
    return {"text": card_text(words, state), "blocks": blocks}


def card_text(words: Words, state: RequestState) -> str:
    """The card without blocks; in every language it begins so that `request_of_card` knows it."""
    is_running = state.status is RequestStatus.RUNNING
    status = "" if is_running else f" ({words.phrases.request_status(state.status)})"
    return f"{APP} {state.id}{status}: {words.cards.summary(state)}"


def request_of_card(text: str) -> str | None:
    """The ID of the request whose card has this text; None for any other text."""
    found = _BEGINNING_OF_CARD.match(text)
    return found and found["id"]


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


def progress(words: Words, state: RequestState) -> str:
    """`▓▓▓▓▓▓░░░░ 8 of 13 ready, 2 failed, 3 processing`."""
    done = BAR_LENGTH * state.counts.ready // max(state.files, 1)
    told = words.phrases.outcome(state.files, state.counts)
    return f"{'▓' * done}{'░' * (BAR_LENGTH - done)} {told}"


def call_line(words: Words, call: CallState) -> str:
    """One call with its outcome, as far as it is known."""
    if call.status in SHOWS_PROGRESS and call.counts.ready:
        return f"{call_title(words, call)} · {words.cards.call_progress(call)}"
    return _short_line(words, call)


def no_card(words: Words, state: RequestState) -> list[Block]:
    """For the places that show a request without its card."""
    return [] if state.no_card is None else [context(words.cards.no_card(state.no_card))]


def decisions(words: Words, state: RequestState) -> list[str]:
    """What people have decided about the request, the newest first."""
    return [f"• {words.cards.decision(it)}" for it in reversed(state.decisions)]


def quota(words: Words, found: Quota, now: datetime) -> Block:
    """The quota of today, for the person who asked."""
    lines = [words.quota.left(found), words.quota.spent(found, now), words.quota.OTHERS_SPEND_IT]
    return only_to_you(paragraphs(lines))


def status(words: Words, state: RequestState) -> Block:
    """The card as it stands, for the person who asked alone."""
    answer = {**card(words, state), "response_type": "ephemeral"}
    answer["blocks"].extend(no_card(words, state))
    if state.status in {RequestStatus.SCHEDULED, RequestStatus.RUNNING}:
        answer["blocks"].append(context(words.answers.STAYS_AS_IT_IS))
    return answer


def recent(words: Words, states: Sequence[RequestState], *, command: str) -> Block:
    """The latest requests of the person who asked, a line each."""
    if not states:
        return only_to_you(words.answers.no_requests(command))
    lines = [
        f"*{state.id}* · {clock(state.confirmed_at)} · {standing(words, state)}"
        f" · {words.phrases.outcome(state.files, state.counts)}"
        for state in states
    ]
    return only_to_you(
        paragraphs([words.answers.LATEST, *lines, words.answers.one_in_full(command)])
    )


def usage(words: Words, *, command: str) -> Block:
    return only_to_you(paragraphs(words.answers.usage(command)))


def unknown_command(words: Words, word: str, suggestion: str | None, *, command: str) -> Block:
    return only_to_you(words.answers.unknown_command(word, suggestion, command))


def which_request(words: Words, word: str, *, command: str) -> Block:
    return only_to_you(words.answers.which_request(word, command))


def unreadable_time(words: Words, typed: str, *, command: str) -> Block:
    return only_to_you(words.answers.unreadable_time(typed, command))


def misplaced_time(words: Words, word: str, *, command: str) -> Block:
    return only_to_you(words.answers.misplaced_time(word, command))


def another_wish(words: Words, word: str) -> Block:
    return only_to_you(words.answers.another_wish(word))


def refusal(words: Words, text: str, *, error_id: str, rejected: Sequence[Rejected] = ()) -> Block:
    """A definite no with its reasons and an ID that the person can quote."""
    return only_to_you(
        paragraphs([f"{text} {words.failures.error(error_id)}", rejections(words, rejected)])
    )


def reopen(words: Words, draft_id: str, files: int) -> Block:
    """Slack's three seconds for opening a modal had passed; a click gives three more."""
    message = only_to_you(words.answers.reopen(files))
    message["blocks"].append({"type": "actions", "elements": [review_button(words, draft_id)]})
    return message


def cancelled(words: Words, request_id: str, files: int, *, goes_on: bool) -> Block:
    return only_to_you(words.answers.cancelled(request_id, files, goes_on=goes_on))


def stale(words: Words, *, command: str) -> Block:
    return only_to_you(words.answers.stale(command))


def only_to_you(text: str) -> Block:
    return {"response_type": "ephemeral", "text": text, "blocks": [section(text)]}


def standing(words: Words, state: RequestState) -> str:
    """The status of a request, and for what is scheduled its time."""
    if state.status is RequestStatus.SCHEDULED and state.run_at is not None:
        return words.phrases.scheduled_for(state.run_at)
    return words.phrases.request_status(state.status)


def _under(words: Words, heading: str, lines: Sequence[str]) -> list[Block]:
    """The heading with as many of the lines as fit; nothing where there are none."""
    listed = list_of(words, lines, most=LINES_SHOWN, room=LINES_ROOM)
    return [section(f"*{heading}*\n{listed}")] if lines else []


def _standing(words: Words, state: RequestState) -> str:
    if state.status is RequestStatus.SCHEDULED and state.run_at is not None:
        return words.cards.scheduled(state.run_at, state.quota.day.zone)
    return progress(words, state)


def _call_sections(words: Words, state: RequestState, room: int) -> list[Block]:
    """All calls in their order; where there is no room, in short, then those that matter first."""
    # The closing line and the blocks themselves.
    room -= BLOCK_COST * (len(state.calls[:CALLS_SHOWN]) // CALLS_A_SECTION + 2) + CLOSING_ROOM
    calls: Sequence[CallState] = state.calls
    lines = fitting([call_line(words, call) for call in calls[:CALLS_SHOWN]], room=room)
    if len(lines) < len(calls):
        calls = sorted(calls, key=_urgency)
        lines = fitting([_short_line(words, call) for call in calls[:CALLS_SHOWN]], room=room)
    sections = [
        section(list_of(words, lines[start : start + CALLS_A_SECTION], most=CALLS_A_SECTION))
        for start in range(0, len(lines), CALLS_A_SECTION)
    ]
    left = len(calls) - len(lines)
    return [*sections, context(words.cards.more_calls(left))] if left else sections


def _urgency(call: CallState) -> int:
    if call.status in NEEDS_A_PERSON:
        return NEEDS_A_PERSON.index(call.status)
    return len(NEEDS_A_PERSON) + (not call.followed_no_longer)


def _short_line(words: Words, call: CallState) -> str:
    return f"{call_title(words, call)} · {words.cards.call_status(call.status)}"
