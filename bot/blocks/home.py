"""App Home: the desk of the team, as one reader sees it."""

from datetime import datetime

from bot.blocks import ids
from bot.blocks.decisions import offered
from bot.blocks.reports import by_channel, by_person, use_of_days
from bot.blocks.text import Block, button, context, named, paragraphs, plain, section, some_of
from bot.rules.desk import Desk
from bot.rules.quota import Quota
from bot.rules.states import RequestStatus
from bot.rules.summaries import Listed, Reader, RequestSummary
from bot.words.language import Words

DIVIDER: Block = {"type": "divider"}
OPERATORS_ONLY = frozenset({ids.MARK_AS_SENT_BUTTON, ids.SEND_AGAIN_BUTTON})
ASKERS_AND_OPERATORS = frozenset({ids.CANCEL_BUTTON})


def home(words: Words, desk: Desk, *, now: datetime, is_rich: bool = True) -> Block:
    """The whole view; `is_rich` draws charts and tables in blocks that not every workspace has."""
    blocks = [*_quota(words, desk.quota, now), _prefetch_button(words)]
    if desk.is_empty:
        blocks.append(section(words.home.EMPTY))
    for heading, listed in (
        (words.home.IN_DOUBT_LABEL, desk.in_doubt),
        (words.home.RUNNING_LABEL, desk.running),
        (words.home.SCHEDULED_LABEL, desk.scheduled),
    ):
        if listed.total:
            label = words.home.heading_label(heading, listed.total)
            blocks.extend(_list(words, label, listed, desk.reader))
    if desk.own.shown:
        blocks.extend(_list(words, words.home.OWN_LABEL, desk.own, desk.reader))
    blocks.extend(_spent(words, desk, is_rich=is_rich))
    return {"type": "home", "blocks": blocks}


def home_unread(words: Words, why: str) -> Block:
    """The view when neither quota nor requests can be read."""
    return {"type": "home", "blocks": [section(why), _prefetch_button(words)]}


def _quota(words: Words, found: Quota, now: datetime) -> list[Block]:
    fields = [{"type": "mrkdwn", "text": field} for field in words.quota.fields(found)]
    return [
        _header(words.quota.HEADING_LABEL),
        section(words.quota.left(found), fields=fields),
        context(words.quota.reset(found, now)),
    ]


def _prefetch_button(words: Words) -> Block:
    open_form = button(words.buttons.PREFETCH, ids.PREFETCH_BUTTON, "home", style="primary")
    return {"type": "actions", "elements": [open_form]}


def _list(words: Words, label: str, listed: Listed, reader: Reader) -> list[Block]:
    blocks = [DIVIDER, _header(label)]
    for found in listed.shown:
        blocks.extend(_request(words, found, reader))
    if listed.more or listed.hidden:
        blocks.append(context(words.home.more(listed.more, listed.hidden)))
    return blocks


def _request(words: Words, found: RequestSummary, reader: Reader) -> list[Block]:
    told = paragraphs(
        [
            words.home.request(found),
            _names(words, found),
            f"{_standing(words, found)} · {words.phrases.outcome(found.files, found.counts)}",
            "" if found.no_card is None else words.home.NO_CARD,
        ]
    )
    details = button(words.buttons.DETAILS, ids.DETAILS_BUTTON, found.id)
    more = [it for it in offered(words, found) if _may_use(it, found, reader)]
    if not more:
        return [section(told, accessory=details)]
    return [section(told), {"type": "actions", "elements": [details, *more]}]


def _may_use(offer: Block, found: RequestSummary, reader: Reader) -> bool:
    """Whether the button does something for the reader: the service checks the same anew."""
    if reader.is_operator:
        return True
    if offer["action_id"] in ASKERS_AND_OPERATORS:
        return found.user_id == reader.actor.user_id
    return offer["action_id"] not in OPERATORS_ONLY


def _names(words: Words, found: RequestSummary) -> str:
    """The first targets; what an asset has beyond itself is not counted here."""
    shown = [named(words, target) for target in found.first]
    if not shown:
        return ""
    left = found.files - len(shown)
    return some_of(words, shown) + (f", {words.phrases.and_more(left)}" if left > 0 else "")


def _standing(words: Words, found: RequestSummary) -> str:
    if found.status is RequestStatus.SCHEDULED and found.run_at is not None:
        return words.phrases.scheduled_for(found.run_at)
    return words.phrases.request_status(found.status)


def _spent(words: Words, desk: Desk, *, is_rich: bool) -> list[Block]:
    """Who spent the day, and what the last days took; nothing before anything was sent."""
    blocks: list[Block] = []
    if desk.today.entries:
        people, channels = desk.today.by_person, desk.today.by_channel
        blocks.extend([DIVIDER, _header(words.home.TODAY_LABEL)])
        blocks.append(by_person(words, people, is_rich=is_rich))
        blocks.append(by_channel(words, channels, is_rich=is_rich))
        if any(share.name is None for share in people):
            blocks.append(context(words.reports.HIDDEN))
    if any(use.spent or use.held for use in desk.days):
        limit = desk.quota.limit
        blocks.append(DIVIDER)
        blocks.append(use_of_days(words, desk.days, limit=limit, is_rich=is_rich))
    return blocks


def _header(label: str) -> Block:
    return {"type": "header", "text": plain(label)}
