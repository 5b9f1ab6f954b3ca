"""One of the processes that confirm at once; its arguments are URL, LIMIT, NAME and COUNT."""

import asyncio
import json
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime

from dbos import DBOSClient, DBOSPortableJSONSerializer
from sqlmodel import Session

from bot.rules.policy import Actor
from bot.rules.refusals import HeldUp, QuotaExceeded
from bot.rules.target import Targets, Url
from bot.service.context import Hooks
from bot.service.prefetch_service import PrefetchService
from storage.database import Database
from tests.helpers.defaults import LOOKS_NOWHERE, OPEN, TERMS, ignored

ACTOR = Actor("U0MEI0001", "T0LAUNCHHQ")
FILES = 7


async def storm(service: PrefetchService, name: str, count: int) -> dict[str, object]:
    """Draft in peace, wait for the word, confirm all at once."""
    drafts = [await _draft(service, f"{name}/{number}") for number in range(count)]
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    outcomes = await asyncio.gather(*(_confirm(service, draft) for draft in drafts))
    return {
        "granted": sum(granted for granted, _ in outcomes),
        "seconds": [seconds for _, seconds in outcomes],
    }


async def _draft(service: PrefetchService, folder: str) -> str:
    urls = tuple(Url(f"https://v.example.com/{folder}/{number}.mp4") for number in range(FILES))
    proposal = await service.drafting.draft(
        Targets(urls, (), 0), actor=ACTOR, channel_id="C0LAUNCH1", trigger_key=None
    )
    if proposal is None:
        raise RuntimeError(folder)
    return proposal.draft.id


async def _confirm(service: PrefetchService, draft_id: str) -> tuple[bool, float]:
    """Press until there is an answer: a slow machine keeps some waiting for too long."""
    start = time.perf_counter()
    while True:
        try:
            await service.confirming.confirm(draft_id, ACTOR)
        except HeldUp:
            continue
        except QuotaExceeded:
            return False, time.perf_counter() - start
        return True, time.perf_counter() - start


def _service(database: Database, client: DBOSClient, limit: int) -> PrefetchService:
    def enqueue(session: Session, request_id: str) -> None:
        client.enqueue_in_transaction(
            session,
            {"workflow_name": "none", "queue_name": "storm", "workflow_id": request_id},
            request_id,
        )

    return PrefetchService(
        database,
        policy=OPEN,
        terms=replace(TERMS, daily_limit=limit),
        hooks=Hooks(
            enqueue=enqueue,
            begin=lambda _: None,
            changed=lambda _: None,
            found_card=ignored,
        ),
        now=lambda: datetime.now(UTC),
        fetcher=LOOKS_NOWHERE,
    )


async def _run(url: str, limit: int, name: str, count: int) -> None:
    database = Database(url)
    client = DBOSClient(
        system_database_engine=database.engine, serializer=DBOSPortableJSONSerializer(), lazy=True
    )
    print(json.dumps(await storm(_service(database, client, limit), name, count)), flush=True)
    client.destroy()
    await database.close()


if __name__ == "__main__":
    _, url, limit, name, count = sys.argv
    asyncio.run(_run(url, int(limit), name, int(count)))
