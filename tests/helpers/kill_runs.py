"""Plays each story once to list its moments, then kills the bot at each of them, a play each."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from zlib import crc32

from sqlalchemy import text
from sqlmodel import select

from bot.rules.states import RequestStatus
from bot.sandbox.fakeslack import MEI
from storage.tables import RequestRow
from tests.helpers.databases import KINDS
from tests.helpers.kill_checks import settle
from tests.helpers.kill_stories import STORIES, Scene, Story, make_all_well, sent_when_due
from tests.helpers.killed_bots import Lives, seen
from tests.helpers.stored_rows import reading

CALL = "VodClient.create_prefetch"
OF_ONE = ("storage.executors.", "recovery.Replica.", "dbos.resume", "the mark of")
"""What only one of the two databases has."""

OF_THE_FASTER = (
    "at the reading",
    "before chat.postMessage (",
    "after chat.postMessage (",
    "before chat.update (failed)",
    "after chat.update (failed)",
)
"""What is read, and whether a card shows an end when it is posted, need not come a second time.

A request that is refused at once may have failed before its card is posted, which then says so.
"""

DIES_WITHIN_S = 3.0
TRIES = 3


def everywhere() -> bool:
    """Whether each moment is played on both databases, or on one of them in turn."""
    return bool(os.environ.get("KILL_EVERYWHERE"))


@dataclass
class Plays:
    """All plays on one database; `chosen` are the moments that are played there."""

    lives: Lives
    chosen: Callable[[str], bool]
    heard: dict[str, str] = field(default_factory=dict)
    played: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    number: int = 0

    async def play_all(self) -> None:
        for story in STORIES:
            for moment in await self.hear(story):
                await self._play(moment, story)
        for moment in await self._hear_recovery():
            await self._play_recovery(moment)
        await self.finish()

    async def hear(self, story: Story) -> list[str]:
        """The moments of the story that are to be played and that no earlier one had."""
        await self.lives.begin(settings=story.settings)
        await settle(self.lives)
        make_all_well(self.lives)
        await self.lives.until(story.act(self._scene(story)))
        await self._over(story)
        await self.lives.kill()
        return self._new(story.name)

    async def finish(self) -> None:
        """People undo what waits for later, and everything comes to its end."""
        await self.lives.begin()
        await settle(self.lives)
        slack, mei = self.lives.stage.slack, self.lives.stage.slack.person(MEI)
        with reading(self.lives.stage) as session:
            waiting = select(RequestRow).where(RequestRow.status == RequestStatus.SCHEDULED)
            rows = session.exec(waiting).all()
        for row in rows:
            assert row.card_channel is not None
            assert row.card_ts is not None
            card = slack.message(row.card_channel, row.card_ts)
            assert card is not None
            await mei.click(card, "cancel_unsent")
        await settle(self.lives)
        await asyncio.gather(*self.lives.gestures)
        await settle(self.lives)

    async def _play(self, moment: str, story: Story) -> None:
        for _ in range(TRIES):
            await self.lives.begin(moment, settings=story.settings)
            if await self.lives.until(self._acted(story)):
                await self._dies()
            if self._died(moment):
                await self._calm_down(story)
                return
        self._miss(moment)

    async def _acted(self, story: Story) -> None:
        if story.alone:
            await settle(self.lives)
            make_all_well(self.lives)
        await story.act(self._scene(story))

    async def _calm_down(self, story: Story) -> None:
        """Let what a story with settings of its own began end before a bot without them starts."""
        if story.settings:
            await self.lives.begin(settings=story.settings)
            await settle(self.lives)
            await self.lives.kill()

    async def _hear_recovery(self) -> list[str]:
        await self._cut_off()
        await self.lives.begin(of_any=True)
        await settle(self.lives)
        await self.lives.kill()
        return self._new("carried_on")

    async def _play_recovery(self, moment: str) -> None:
        for _ in range(TRIES):
            await self._cut_off()
            await self.lives.begin(moment, of_any=True)
            if await self.lives.until(settle(self.lives)):
                await self._dies()
            if self._died(moment):
                return
        self._miss(moment)

    def _miss(self, moment: str) -> None:
        if not moment.startswith(OF_THE_FASTER):
            self.missed.append(moment)

    async def _cut_off(self) -> None:
        """A life that ends with a call out, and a workflow begun."""
        await self.lives.begin(f"after {CALL}")
        story = Story(sent_when_due)
        if await self.lives.until(self._acted(story)):
            await self._dies()
        assert self.lives.life.was_killed

    async def _dies(self) -> None:
        try:
            await asyncio.wait_for(asyncio.shield(self.lives.life.ended), DIES_WITHIN_S)
        except TimeoutError:
            await self.lives.kill()

    def _died(self, moment: str) -> bool:
        reached = {found.moment for found in self.lives.life.moments() if found.is_own}
        if moment in reached:
            assert self.lives.life.was_killed
            self.played.append(moment)
        return moment in reached

    async def _over(self, story: Story) -> None:
        if story.name != "stopped":
            await settle(self.lives)
            await seen(self._is_written_down)

    def _is_written_down(self) -> bool:
        """DBOS writes last of all that a workflow has ended."""
        begun = text("SELECT 1 FROM workflow_status WHERE status IN ('PENDING', 'ENQUEUED')")
        with reading(self.lives.stage) as session:
            if self.lives.kind == "postgresql":
                session.execute(text("SET search_path TO dbos"))
            return session.execute(begun).first() is None

    def _new(self, name: str) -> list[str]:
        found: list[str] = []
        for reached in self.lives.life.moments():
            if reached.is_own and reached.moment not in self.heard:
                self.heard[reached.moment] = name
                found.append(reached.moment)
        return [moment for moment in found if self.chosen(moment)]

    def _scene(self, story: Story) -> Scene:
        self.number += 1
        return Scene(self.lives, f"{self.number}-{story.name}")


def chosen_on(database: str) -> Callable[[str], bool]:
    """Every commit and call is played on one of the databases, half of them on each.

    What only reads leaves nothing behind that could be half done, and is played on demand.
    """

    def chosen(moment: str) -> bool:
        if everywhere():
            return True
        if moment.startswith("at the reading"):
            return False
        is_of_one = any(part in moment for part in OF_ONE)
        return is_of_one or KINDS[crc32(moment.encode()) % len(KINDS)] == database

    return chosen
