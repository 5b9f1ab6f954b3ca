"""Desks of the team and reports: with nothing, with much, and at their largest."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import partial

from bot.blocks import messages, reports
from bot.blocks.home import home
from bot.blocks.text import Block
from bot.rules.desk import DAYS_SHOWN, SHOWN, Desk
from bot.rules.policy import Actor
from bot.rules.quota import Quota, QuotaDay
from bot.rules.reports import DayUse, Entry, Report, Tally
from bot.rules.states import Counts, RequestState, RequestStatus
from bot.rules.summaries import Listed, Reader, RequestSummary
from bot.words.language import Words
from tests.helpers import screen_samples
from tests.helpers.screen_samples import (
    BUSY,
    COMMAND,
    DAY,
    LAUNCH,
    MEI,
    NOW,
    QUIET,
    SAM,
    SPENT,
)

Make = Callable[[], Block]

OPERATOR = Reader(Actor(SAM, "T0LAUNCHHQ"), is_operator=True)
EDITOR = Reader(Actor(MEI, "T0LAUNCHHQ"))
UNENDED = (RequestStatus.RUNNING, RequestStatus.SCHEDULED)


def summary_of(state: RequestState) -> RequestSummary:
    """What `storage.summaries` reads of such a request."""
    targets = [it.target for call in state.calls[:3] for it in call.targets[:3]]
    return RequestSummary(
        id=state.id,
        status=state.status,
        user_id=state.user_id,
        channel_id=state.channel_id,
        confirmed_at=state.confirmed_at,
        files=state.files,
        counts=state.counts,
        quota=state.quota,
        first=tuple(targets[:3]),
        run_at=state.run_at,
        queued=state.queued,
        goes_on=state.goes_on,
        no_card=state.no_card,
    )


def desk_of(
    states: Iterable[RequestState],
    *,
    reader: Reader = OPERATOR,
    quota: Quota = QUIET,
    hidden: int = 0,
    entries: Sequence[Entry] = (),
    days: Sequence[int] = (),
) -> Desk:
    """A desk with these requests, each in its pile; `days` are what the last days took."""
    found = [summary_of(state) for state in states]
    in_doubt = [it for it in found if it.counts.unknown and it.status not in UNENDED]
    rest = [it for it in found if it not in in_doubt]
    return Desk(
        reader=reader,
        quota=quota,
        in_doubt=listed(in_doubt),
        running=listed([it for it in rest if it.status is RequestStatus.RUNNING], hidden=hidden),
        scheduled=listed([it for it in rest if it.status is RequestStatus.SCHEDULED]),
        own=listed([it for it in rest if it.status not in UNENDED]),
        days=use_of(days),
        today=Report(DAY, DAY, quota.limit, tuple(entries)),
    )


def listed(found: Sequence[RequestSummary], *, hidden: int = 0) -> Listed:
    return Listed(tuple(found[:SHOWN]), len(found) + hidden, hidden)


def use_of(spent: Sequence[int]) -> tuple[DayUse, ...]:
    first = DAY.date - timedelta(days=DAYS_SHOWN - 1)
    numbers = [*spent, *[0] * DAYS_SHOWN][:DAYS_SHOWN]
    return tuple(
        DayUse(first + timedelta(days=place), number, number // 10)
        for place, number in enumerate(numbers)
    )


def entries(people: int, *, day: date = DAY.date, number: int = 123_456) -> list[Entry]:
    """So many people, each in a channel and in a direct message, and some whom nobody names."""
    tally = Tally(number, Counts(*range(number, number + 8)), number, number, number)
    ours = [MEI, SAM]
    return [
        *(
            Entry(day, ours[place % 2] if people < 3 else f"U{place:08}", channel, tally)
            for place in range(people)
            for channel in (LAUNCH if people < 3 else f"C{place:08}", f"D{place:08}")
        ),
        Entry(day, None, None, tally),
    ]


def week(people: int) -> Report:
    first = QuotaDay(DAY.date - timedelta(days=6), DAY.zone)
    found = [
        entry
        for day in range(7)
        for entry in entries(people, day=first.date + timedelta(days=day), number=10**day)
    ]
    return Report(first, DAY, BUSY.limit, tuple(found))


def today(people: int) -> Report:
    return Report(DAY, DAY, QUIET.limit, tuple(entries(people, number=7)) if people else ())


def homes(words: Words) -> dict[str, Make]:
    """Every home, with charts and tables and without."""
    return {
        f"home, {name}{'' if is_rich else ', plain'}": partial(
            home, words, desk, now=NOW, is_rich=is_rich
        )
        for name, desk in _desks().items()
        for is_rich in (True, False)
    }


def reports_of(words: Words) -> dict[str, Make]:
    """Every report, with charts and tables and without."""
    found = {
        "of a day without requests": today(0),
        "of a day": today(2),
        "of a week": week(2),
    }
    no_span = words.reports.which_span("<!here> `x`" * 9, COMMAND)
    return {
        **{
            f"report {name}{'' if is_rich else ', plain'}": partial(
                reports.report, words, it, is_rich=is_rich
            )
            for name, it in found.items()
            for is_rich in (True, False)
        },
        "no such report": partial(messages.only_to_you, no_span),
    }


def _desks() -> dict[str, Desk]:
    found, latest = screen_samples.states(), screen_samples.latest()
    every = [*found.values(), *latest]
    busy, days = entries(2), [0, 7, 123_456, *[10**6] * 11]
    return {
        "of somebody new": desk_of([]),
        "nothing left": desk_of([], quota=SPENT, days=[996]),
        "with a request without a card": desk_of([found["without a card"]]),
        "of an operator, with much": desk_of(every, quota=BUSY, entries=busy, days=days),
        "of an editor, with much": desk_of(
            every, reader=EDITOR, hidden=1234, quota=BUSY, entries=busy, days=days
        ),
    }
