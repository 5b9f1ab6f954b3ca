"""App Home: the quota of the day, and the viewer's requests."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks import ids
from bot.blocks.messages import standing
from bot.blocks.text import Block, button, context, plain, section
from bot.rules.quota import Quota
from bot.rules.states import RequestState, RequestStatus
from bot.words.language import Words
from bot.words.mrkdwn import clock


def home(words: Words, found: Quota, requests: Sequence[RequestState], *, now: datetime) -> Block:
    """The whole view, made anew each time that it is opened."""
    blocks = [*_quota(words, found, now), _prefetch_button(words), {"type": "divider"}]
    if not requests:
        blocks.append(section(words.home.EMPTY))
    headings = {
        RequestStatus.RUNNING: words.home.RUNNING_LABEL,
        RequestStatus.SCHEDULED: words.home.SCHEDULED_LABEL,
    }
    for heading in (*headings.values(), words.home.RECENT_LABEL):
        states = [
            state
            for state in requests
            if headings.get(state.status, words.home.RECENT_LABEL) == heading
        ]
        if states:
            blocks.append({"type": "header", "text": plain(heading)})
            blocks.extend(_request(words, state) for state in states)
    return {"type": "home", "blocks": blocks}


def home_unread(words: Words, why: str) -> Block:
    """The view when neither quota nor requests can be read."""
    return {"type": "home", "blocks": [section(why), _prefetch_button(words)]}


def _quota(words: Words, found: Quota, now: datetime) -> list[Block]:
    fields = [{"type": "mrkdwn", "text": field} for field in words.quota.fields(found)]
    return [
        {"type": "header", "text": plain(words.quota.HEADING_LABEL)},
        section(words.quota.left(found), fields=fields),
        context(words.quota.reset(found, now)),
    ]


def _prefetch_button(words: Words) -> Block:
    open_form = button(words.buttons.PREFETCH, ids.PREFETCH_BUTTON, "home", style="primary")
    return {"type": "actions", "elements": [open_form]}


def _request(words: Words, state: RequestState) -> Block:
    no_card = "" if state.no_card is None else f"\n{words.home.NO_CARD}"
    return section(
        f"*{state.id}* · {words.phrases.files(state.files)} · {clock(state.confirmed_at)}"
        f" · {standing(words, state)}\n"
        f"{words.phrases.outcome(state.files, state.counts)}{no_card}",
        accessory=button(words.buttons.DETAILS, ids.DETAILS_BUTTON, state.id),
    )
