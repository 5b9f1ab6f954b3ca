"""The service with the durable engine at work behind it, between the stand-ins."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.service.context import Hooks
from bot.service.prefetch_service import PrefetchService
from bot.workflows.cloud_pacing import PacedCloud
from bot.workflows.engine import Engine
from bot.workflows.request_workflows import Crew
from bot.workflows.sending import Executor, Sender
from tests.helpers.defaults import LOOKS_NOWHERE, TERMS, ignored
from tests.helpers.workflow_harness import POLICY, BotParts, utc_now


@asynccontextmanager
async def served(parts: BotParts, *, begins_at_once: bool) -> AsyncIterator[PrefetchService]:
    """The service with a durable engine that carries its requests out.

    With `begins_at_once` the first call of a request goes out beside the queue, as in the bot.
    """
    engine = Engine(parts.database)
    hooks = Hooks(
        enqueue=engine.enqueue,
        begin=engine.begin if begins_at_once else lambda _: None,
        changed=parts.cards.changed,
        found_card=ignored,
    )
    sender = Sender(
        parts.database,
        PacedCloud(parts.client, parts.turns),
        parts.cards,
        parts.outcomes,
        Executor(engine.executor_id, engine.enqueue),
        now=utc_now,
    )
    crew = Crew(
        parts.database,
        parts.cards,
        parts.starter,
        sender,
        parts.follower,
        parts.outcomes,
        now=utc_now,
    )
    await engine.launch(crew)
    try:
        yield PrefetchService(
            parts.database,
            policy=POLICY,
            terms=TERMS,
            hooks=hooks,
            now=utc_now,
            fetcher=LOOKS_NOWHERE,
        )
    finally:
        await parts.cards.close()
        await engine.close()
