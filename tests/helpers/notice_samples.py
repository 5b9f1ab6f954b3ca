"""Notices of every kind, with the longest and the most hostile of facts."""

from dataclasses import fields, replace

from bot.rules.notices import Ended, Notice, Welcome
from bot.rules.states import Counts, RequestStatus
from tests.helpers.screen_samples import CALLS_OUT, LAUNCH, NOW, causes

IN_ONE = 8
"""So many notices the bot tells in one message at most."""


def notices() -> dict[str, tuple[list[Notice], dict[str, bool]]]:
    """What is told together, and how: where nobody is mentioned, and where it may be told twice."""
    found: dict[str, tuple[list[Notice], dict[str, bool]]] = {}
    for name, notice in _ends().items():
        found[f"ended: {name}"] = [notice], {}
        found[f"ended, in a direct message: {name}"] = [notice], {"is_direct": True}
    longest = replace(_mixed(), causes=tuple(causes()))
    found["many ends"] = [replace(longest, request_id=f"R-0000{at}") for at in range(IN_ONE)], {}
    for is_allowed in (True, False):
        welcome = Welcome("/prefetch", ("U0SAM",) if is_allowed else (), is_allowed=is_allowed)
        found[f"welcome, allowed {is_allowed}"] = [welcome], {}
    found["perhaps once more"] = [longest], {"may_repeat": True}
    return found


def _ends() -> dict[str, Ended]:
    told = {
        name.name: replace(_mixed(), counts=Counts(**{name.name: 3})) for name in fields(Counts)
    }
    cancelled = replace(told["cancelled"], status=RequestStatus.CANCELLED)
    return {
        **told,
        "cancelled by one": replace(cancelled, cancelled_by=("U0SAM",)),
        "cancelled by many": replace(cancelled, cancelled_by=("U0MEI", "U0SAM")),
        "not sent at its time": replace(told["not_sent"], was_scheduled=True),
        "everything": _mixed(),
        "in a conversation": replace(_mixed(), channel_id="D0MEI"),
        "without a name": replace(_mixed(), name=""),
        **{
            f"cause {place}": replace(told["not_sent"], causes=(cause,))
            for place, cause in enumerate(causes())
        },
    }


def _mixed() -> Ended:
    return Ended(
        "R-7F3K2",
        1,
        RequestStatus.PARTLY_FAILED,
        LAUNCH,
        Counts(*(1000 + at for at in range(8))),
        NOW,
        name=f"{CALLS_OUT} `x`" * 50,
        cancelled_by=("U0SAM",),
    )
