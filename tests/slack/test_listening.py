"""How long the bot hears nothing in each trouble of Slack's, and when `/readyz` says so.

LISTEN_LONG=1 plays the long ones in their full length, in eleven minutes, all at once.
"""

import asyncio
import os
import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from tests.helpers.bench_report import show
from tests.helpers.listening_bot import ListeningBot, listening_bot, whole_listening_bot
from tests.helpers.slack_faults import Row, black_hole, rows

pytestmark = pytest.mark.integration

IS_LONG = os.environ.get("LISTEN_LONG") == "1"
ASK_EVERY_S = 0.5 if IS_LONG else 0.25
BACK_WITHIN_S = 30.0
TOLD_WITHIN_S = 15.0
PATIENCE_S = 60.0
SOON_S = 3.0
"""A new socket is said to be well before something has come over it, on a busy machine long before.
"""
HEAD = ("edge", "trouble", "s deaf", "s from Slack's return", "s until /readyz said 503")


@dataclass(frozen=True, slots=True)
class Seen:
    """One row, measured; each figure may lack what lies between two deliveries.

    `deaf_s` is the longest time without an acknowledgement. `told_s` is None where nothing was
    told. `is_taken_back`: what was told was unsaid before it had ended.
    """

    row: Row
    deaf_s: float
    back_s: float
    told_s: float | None
    is_taken_back: bool

    @property
    def is_well(self) -> bool:
        if self.back_s > BACK_WITHIN_S or self.is_taken_back:
            return False
        if self.told_s is None:
            return self.deaf_s <= TOLD_WITHIN_S and not self.row.is_unknown
        return self.told_s <= TOLD_WITHIN_S

    @property
    def cells(self) -> tuple[str, ...]:
        told = "-" if self.told_s is None else f"{self.told_s:.1f}"
        number = str(self.row.number or "")
        return (number, self.row.name, f"{self.deaf_s:.1f}", f"{self.back_s:.1f}", told)


async def test_listens_again_after_every_trouble_of_slack(tmp_path: Path) -> None:
    whole = whole_listening_bot(tmp_path / "prefetch.db", ask_every_s=ASK_EVERY_S)
    seen = await asyncio.gather(
        *(_played(row, listening_bot(ask_every_s=ASK_EVERY_S)) for row in rows(is_long=IS_LONG)),
        _played(Row("black hole for 10 s, the whole bot", black_hole(10.0)), whole),
    )

    show("listening", [HEAD, *(one.cells for one in seen)])
    assert [one.row.name for one in seen if not one.is_well] == []


async def _played(row: Row, listening: AbstractAsyncContextManager[ListeningBot]) -> Seen:
    async with listening as heard:
        began = await heard.acks_after(time.monotonic())
        await row.trouble(heard)
        returned = time.monotonic()
        back = await heard.acks_after(returned, PATIENCE_S)
        await heard.is_fine(PATIENCE_S)
        return _seen(row, heard, began, returned, back)


def _seen(row: Row, heard: ListeningBot, began: float, returned: float, back: float) -> Seen:
    moments = [at for at in heard.acked if began <= at <= back]
    deaf_s, since = max((later - earlier, earlier) for earlier, later in pairwise(moments))
    until = since + deaf_s
    if row.is_unknown:
        since, until = began, returned
    # What had been said before still holds at the beginning.
    before = [(since, bool(problems)) for at, problems in heard.told if at <= since][-1:]
    said = before + [(at, bool(problems)) for at, problems in heard.told if since < at <= until]
    told = [at for at, is_told in said if is_told]
    last = until if row.is_unknown else until - SOON_S
    is_taken_back = any(not is_told and told[0] < at < last for at, is_told in said if told)
    return Seen(row, deaf_s, back - returned, told[0] - since if told else None, is_taken_back)
