"""The service with the durable engine at work behind it, between the stand-ins of a workshop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.service.context import Hooks
from bot.service.prefetch_service import PrefetchService
from bot.workflows.engine import Engine
from bot.workflows.request_workflows import Crew
from tests.helpers.defaults import TERMS, ignored
from tests.helpers.workflow_harness import POLICY, Workshop, utc_now


@asynccontextmanager
async def served(shop: Workshop, *, begins_at_once: bool) -> AsyncIterator[PrefetchService]:
    """Requests are carried out; their first call goes out beside the queue if that is wanted."""
    engine = Engine(shop.database)
    hooks = Hooks(
        enqueue=engine.enqueue,
        begin=engine.begin if begins_at_once else lambda _: None,
        changed=shop.cards.changed,
        found_card=ignored,
    )
    crew = Crew(
        shop.database,
        shop.cards,
        shop.starter,
        shop.sender,
        shop.follower,
        shop.outcomes,
        now=utc_now,
    )
    await engine.launch(crew)
    try:
        yield PrefetchService(shop.database, policy=POLICY, terms=TERMS, hooks=hooks, now=utc_now)
    finally:
        await shop.cards.close()
        await engine.close()
