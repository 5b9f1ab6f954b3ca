"""One thing after the other that goes wrong, drawn by lot; a seed draws the same again."""

import asyncio
import signal
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from random import Random

import psycopg
from sqlmodel import select

from bot.sandbox.fakeslack import MEI, SAM
from bot.sandbox.fakevod import FAULTS
from storage.tables import RequestRow
from tests.helpers.kill_checks import settle
from tests.helpers.kill_stories import REASON, Scene, make_all_well
from tests.helpers.killed_bots import Lives
from tests.helpers.slack_people import outcome_of
from tests.helpers.stored_rows import reading

LONG = {"vod-refused", "vod-stuck", "vod-401", "vod-token-expired", "quota-exhausted"}
"""They take minutes to pass, or spoil more than the calls of one round."""

CLOUD = sorted(FAULTS.keys() - LONG)

SLACK = ("ratelimited", "internal_error", "fatal_error")
METHODS = ("chat.postMessage", "chat.update", "views.open")
HASTY = {"PREFETCH_REQUEST_TIMEOUT_S": "0.5"}
LOCKED_S = 0.3
GIVES_UP_S = 4.0


@dataclass
class Round:
    """People ask and decide while something fails; then all is well again, and must be true."""

    lives: Lives
    lot: Random
    number: int
    ends: list[str]
    """The moments at which the bot may be killed."""

    async def play(self) -> None:
        begins = self.lot.choice(self.ends) if self.ends and self.lot.random() < 0.5 else None
        troubles = self.lot.sample(TROUBLES, k=self.lot.randint(1, 3))
        names = ", ".join(trouble.__name__ for trouble in troubles)
        print(f"round {self.number}: {names}; killed {begins or 'by nobody'}", flush=True)
        await self.lives.begin(begins, of_any=True, settings=HASTY)
        await self.lives.until(self._acts(troubles))
        make_all_well(self.lives)
        # A signal may still be under way.
        while not await self.lives.until(self._settles()):
            await self.lives.begin(settings=HASTY)
        await self.lives.kill()

    async def _settles(self) -> None:
        await settle(self.lives)
        await asyncio.gather(*self.lives.gestures, return_exceptions=True)
        await settle(self.lives)

    async def _acts(self, troubles: list["Trouble"]) -> None:
        scenes = [
            Scene(self.lives, f"{self.number}-{turn}-spoiled")
            for turn in range(self.lot.randint(1, 3))
        ]
        for scene in scenes:
            for trouble in troubles:
                await trouble(self)
            await self._within(self._asks(scene))
        await self._within(self._decides())

    async def _asks(self, scene: Scene) -> None:
        later = self.lot.choice((None, None, 1.6))
        await scene.confirmed(files=self.lot.randint(1, 25), run_in_s=later)

    async def _decides(self) -> None:
        """Somebody cancels what waits, an operator decides about what is in doubt."""
        slack = self.lives.stage.slack
        with reading(self.lives.stage) as session:
            rows = session.exec(select(RequestRow)).all()
        for row in self.lot.sample(rows, k=min(2, len(rows))):
            card = slack.message(row.card_channel or "", row.card_ts or "")
            if card is None:
                continue
            if "cancel_unsent" in str(card.blocks):
                await self.lives.does(slack.person(MEI).click(card, "cancel_unsent"))
            elif "mark_as_sent" in str(card.blocks) and outcome_of(card):
                sam = slack.person(SAM)
                await self.lives.does(sam.click(card, "mark_as_sent"))
                await self.lives.does(sam.submit(await sam.next_view(), REASON))

    async def _within(self, doing: Awaitable[None]) -> None:
        try:
            await asyncio.wait_for(doing, GIVES_UP_S)
        except TimeoutError:
            return


Trouble = Callable[[Round], Awaitable[None]]


async def cloud_fails(round_: Round) -> None:
    round_.lives.stage.vod.set_fault(round_.lot.choice(CLOUD), times=round_.lot.randint(1, 3))


async def slack_fails(round_: Round) -> None:
    times = round_.lot.randint(1, 2)
    error = round_.lot.choice(SLACK)
    round_.lives.stage.slack.fail(round_.lot.choice(METHODS), error, times=times)


async def sockets_break(round_: Round) -> None:
    await round_.lives.stage.slack.drop_sockets()


async def database_is_away(round_: Round) -> None:
    """Sessions are cut off, as by a restart of the server; or somebody else writes to the file."""
    url = round_.lives.stage.database_url
    if round_.lives.kind == "sqlite":
        path = url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(LOCKED_S)
            file.execute("ROLLBACK")
        return
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def bot_is_killed(round_: Round) -> None:
    round_.lives.soon(signal.SIGKILL, after_s=round_.lot.random())


async def bot_is_stopped(round_: Round) -> None:
    round_.lives.soon(signal.SIGTERM, after_s=round_.lot.random())


async def bot_is_paused(round_: Round) -> None:
    round_.lives.soon(signal.SIGSTOP, after_s=0)
    round_.lives.soon(signal.SIGCONT, after_s=round_.lot.random() / 2)


TROUBLES: list[Trouble] = [
    cloud_fails,
    slack_fails,
    sockets_break,
    database_is_away,
    bot_is_killed,
    bot_is_stopped,
    bot_is_paused,
]
