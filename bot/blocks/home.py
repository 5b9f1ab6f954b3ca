"""App Home: the quota of the day, and the viewer's requests."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks import ids
from bot.blocks.messages import outcome, standing_word
from bot.blocks.text import (
    Block,
    button,
    clock,
    context,
    counted,
    plain,
    quota_line,
    section,
)
from bot.rules.quota import Quota
from bot.rules.refusals import duration, reset_clock
from bot.rules.task import RequestState, RequestStatus

HEADINGS = {RequestStatus.RUNNING: "Running", RequestStatus.SCHEDULED: "Scheduled"}
ENDED = "Recent"
EMPTY = "You have no requests yet. Press *Prefetch…*, or type the command in a channel."


def home(found: Quota, requests: Sequence[RequestState], *, now: datetime) -> Block:
    """The whole view, made anew each time that it is opened."""
    blocks = [*_quota(found, now), _prefetch_button(), {"type": "divider"}]
    if not requests:
        blocks.append(section(EMPTY))
    for heading in (*HEADINGS.values(), ENDED):
        states = [state for state in requests if HEADINGS.get(state.status, ENDED) == heading]
        if states:
            blocks.append({"type": "header", "text": plain(heading)})
            blocks.extend(_request(state) for state in states)
    return {"type": "home", "blocks": blocks}


def home_unread(why: str) -> Block:
    """The view when neither quota nor requests can be read."""
    return {"type": "home", "blocks": [section(why), _prefetch_button()]}


def _quota(found: Quota, now: datetime) -> list[Block]:
    numbers = {
        "Used": found.settled,
        "Reserved": found.reserved,
        "In doubt": found.held,
        "Left": found.left,
    }
    fields = [
        {"type": "mrkdwn", "text": f"*{name}*\n{number:,}"} for name, number in numbers.items()
    ]
    return [
        {"type": "header", "text": plain("Quota today")},
        section(quota_line(found), fields=fields),
        context(
            f"Reset at {reset_clock(found)}, in {duration(found, now)}. Others may spend the same"
            " quota without telling the bot."
        ),
    ]


def _prefetch_button() -> Block:
    open_form = button("Prefetch…", ids.PREFETCH_BUTTON, "home", style="primary")
    return {"type": "actions", "elements": [open_form]}


def _request(state: RequestState) -> Block:
    return section(
        f"*{state.id}* · {counted(state.files, 'file')} · {clock(state.confirmed_at)}"
        f" · {standing_word(state)}\n{outcome(state.files, state.counts)}{_no_card(state)}",
        accessory=button("Details", ids.DETAILS_BUTTON, state.id),
    )


def _no_card(state: RequestState) -> str:
    return "" if state.no_card is None else "\nSlack took no card of it; Details tells more."
