"""Several real processes of the bot on one PostgreSQL, between the two stand-ins."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from sqlmodel import col, select

from bot.sandbox.bot_process import BotProcess
from bot.sandbox.fakeslack import MEI, Message, Tiers
from bot.sandbox.fakevod import Call, Levers
from bot.sandbox.stage import Stage
from storage.database import Database
from storage.schema import migrate
from storage.tables import CallRow
from tests.helpers.running_bot import MANIFEST
from tests.helpers.slack_people import cards, final, propose_list
from tests.helpers.stored_rows import reading

CONNECTED_WITHIN_S = 60.0
PACE = 120
"""Creates a minute: two a second, slow enough to be interrupted between any two of them."""


@dataclass
class BotReplicas:
    """Whole bots, each a process, on one database and between the same stand-ins."""

    stage: Stage
    replicas: list[BotProcess]

    async def start(self) -> None:
        """All replicas at once; return when all are connected."""
        await asyncio.gather(*(replica.start() for replica in self.replicas))
        await self.stage.slack.wait_until(
            lambda: self.stage.slack.connections == len(self.replicas), CONNECTED_WITHIN_S
        )

    async def dismiss(self) -> None:
        await asyncio.gather(*(replica.kill() for replica in self.replicas))

    async def confirm(self, urls: int, folder: str = "a", run_at: int | None = None) -> None:
        """Type and confirm; `run_at` is seconds of the epoch, as the picker reports them."""
        addresses = [f"https://v.example.com/{folder}/{number}.mp4" for number in range(urls)]
        mei = self.stage.slack.person(MEI)
        view = await propose_list(self.stage, mei, addresses)
        await mei.submit(view, {"send_at": {"send_at_moment": run_at}})

    async def creates(self, count: int) -> list[Call]:
        """The create calls so far, once there are so many."""
        while len(found := self.sent()) < count:
            await self.stage.vod.next_call(within=30, operation="create")
        return found

    def sent(self) -> list[Call]:
        return [call for call in self.stage.vod.calls if call.operation == "create"]

    def sender(self) -> BotProcess:
        """The replica that made the latest call."""
        with reading(self.stage) as session:
            sender = session.exec(
                select(CallRow.sender)
                .where(col(CallRow.sender).is_not(None))
                .order_by(col(CallRow.submitted_at).desc())
            ).first()
        return next(replica for replica in self.replicas if _is(replica, sender))

    def begun_by(self, replica: BotProcess) -> int:
        """How many calls this one began."""
        return sum(calls for sender, calls in self.sent_by().items() if _is(replica, sender))

    def sent_by(self) -> Counter[str | None]:
        """How many calls each replica began."""
        with reading(self.stage) as session:
            return Counter(session.exec(select(CallRow.sender)))

    async def final_card(self) -> Message:
        """The one card of the one request, once nothing more of it changes by itself."""
        await self.stage.slack.wait_until(lambda: cards(self.stage), 30)
        return await final(self.stage, cards(self.stage)[0])

    def sent_twice(self) -> list[str]:
        taken = Counter(url for task in self.stage.vod.books.tasks for url in task.urls)
        return [url for url, times in taken.items() if times > 1]


def _is(replica: BotProcess, executor_id: str | None) -> bool:
    return any(line.endswith(f"replica {executor_id}") for line in replica.log)


@asynccontextmanager
async def bot_replicas(
    database_url: str,
    replicas: int,
    levers: Levers | None = None,
    tiers: Tiers | None = None,
    /,
    **settings: str,
) -> AsyncIterator[BotReplicas]:
    database = Database(database_url)
    migrate(database)
    await database.close()
    environment = {
        "DATABASE_URL": database_url,
        "PREFETCH_CREATES_PER_MINUTE": str(PACE),
        "PREFETCH_QUERIES_PER_MINUTE": "6000",
        **settings,
    }
    levers = levers or Levers(task_seconds=0.1, creates_per_minute=6000, queries_per_minute=6000)
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(
            Stage(MANIFEST, environment=environment, levers=levers, tiers=tiers)
        )
        environment = stage.environment(stage.database)
        found = BotReplicas(stage, [BotProcess(environment) for _ in range(replicas)])
        stack.push_async_callback(found.dismiss)
        await found.start()
        yield found
