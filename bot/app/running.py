"""A bot at work, from its settings until it has to end."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot import health
from bot.app.clock import utc_now
from bot.app.cloud import open_vod
from bot.app.crew import TENANT, make_cards, make_crew, terms_of, workspace_of
from bot.app.database import launch, open_database
from bot.app.listeners import listen
from bot.app.looking import open_fetcher, open_looking
from bot.app.slack import open_files, open_slack
from bot.app.stopping import CLOSES_WITHIN_S, StopWatch
from bot.fetching.fetcher import Reach
from bot.proxies import ProxyWrong, check_proxies
from bot.readiness import Checks, SlackAccess
from bot.service.context import Hooks
from bot.service.prefetch_service import PrefetchService
from bot.settings import Settings, SettingsWrong
from bot.slack.listening import Listening
from bot.slack.zones import SlackZones
from bot.workflows.engine import Engine
from storage.database import Database

log = logging.getLogger(__name__)

DECLARED_DEAD = (
    "this process was stopped, or cut off from the database, for so long that the other replicas"
    " carry its requests on; start it again"
)
DEAF_FOR_GOOD = (
    "Slack could not be listened to for {for_long} although it answers; start the bot again once"
    " this is settled: {trouble}"
)


@dataclass(frozen=True, slots=True)
class Running:
    """A bot at work."""

    engine: Engine
    database: Database
    listening: Listening | None

    async def has_to_end(self) -> str:
        """Return, in words, when a fresh process is the only remedy."""
        ends = (self._declared_dead(), self._lost(), self._deaf())
        waiting = [asyncio.ensure_future(end) for end in ends]
        try:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for task in waiting:
                task.cancel()

    async def _declared_dead(self) -> str:
        # What others declared dead may have anything half done, so it starts anew.
        await self.engine.declared_dead()
        return DECLARED_DEAD

    async def _lost(self) -> str:
        return await self.database.lost()

    async def _deaf(self) -> str:
        if self.listening is None:
            await asyncio.Event().wait()
            raise AssertionError("unreachable: nothing listens by a socket, so nothing ends")
        trouble = await self.listening.deaf_for_good()
        return DEAF_FOR_GOOD.format(for_long=_for_long(self.listening.give_up_s), trouble=trouble)


@asynccontextmanager
async def running(settings: Settings, *, reach: Reach | None = None) -> AsyncIterator[Running]:
    """Run the bot while the context lasts; entering raises `SettingsWrong` or `Unreachable`.

    `reach` is what of the network may be reached by a customer's address; None for all that is
    public, where a test between stand-ins has something else.
    """
    try:
        check_proxies()
    except ProxyWrong as error:
        raise SettingsWrong(str(error)) from error
    # A call that is out is finished first, so the stop may well take as long as that call.
    watch = StopWatch(within_s=settings.request_timeout_s + CLOSES_WITHIN_S)
    async with AsyncExitStack() as stack:
        stack.callback(watch.cancel)
        database = await open_database(stack, settings)
        vod = await open_vod(stack, settings)
        slack, identity = await open_slack(stack, settings)
        engine = Engine(database)
        terms = await terms_of(settings, database)
        cards = make_cards(settings, terms, database, slack, workspace=workspace_of(identity))
        crew = make_crew(settings, terms, database, vod, cards, engine)
        fetcher = open_fetcher(stack, settings, reach)
        looking = open_looking(stack, settings, vod, fetcher)
        service = PrefetchService(
            database,
            policy=settings.policy,
            terms=terms,
            hooks=Hooks(
                enqueue=engine.enqueue,
                begin=engine.begin,
                changed=cards.changed,
                found_card=cards.found,
            ),
            looking=looking,
            now=utc_now,
            fetcher=fetcher,
            files=await open_files(stack, slack),
            zones=SlackZones(slack),
        )
        stack.callback(service.attaching.close)
        stack.push_async_callback(service.homes.close)
        # Closed in the other order: what still works may change a card until it stops.
        stack.push_async_callback(cards.close)
        stack.push_async_callback(engine.close)
        await launch(engine, crew, database)
        listening = await listen(stack, settings, slack, identity, service, database)
        checks = Checks(
            database=database,
            engine=engine,
            slack=SlackAccess(listening, slack.bot_token),
            vod=vod,
            tenant=TENANT,
            now=utc_now,
        )
        await health.serve(stack, settings.health_port, checks)
        log.info("the bot is up")
        try:
            yield Running(engine, database, listening)
        finally:
            log.info("stopping")
            watch.begin()


def _for_long(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:g} s"
