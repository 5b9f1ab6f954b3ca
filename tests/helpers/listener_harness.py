"""The listeners between FakeSlack and a real service; nothing is sent to a cloud."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session, SQLModel, select

import handlers
from bot.rules.policy import Policy
from bot.sandbox.fakeslack import LAUNCH, FakeSlack, Message, Person, View
from bot.sandbox.fakeslack.delivery import Acked, Answer, Refused
from bot.service.context import Hooks
from bot.service.prefetch_service import PrefetchService
from handlers.background import Background
from storage.database import Database
from tests.helpers.databases import migrated, sqlite_url
from tests.helpers.defaults import LOOKS_NOWHERE, OPEN, TERMS
from tests.helpers.running_bot import MANIFEST

URL = "https://v.example.com/film.mp4"

Row = TypeVar("Row", bound=SQLModel)
Payload = dict[str, Any]


def unchanged(payload: Payload) -> Payload:
    return payload


@dataclass
class ListenerHarness:
    """What FakeSlack delivers reaches the listeners at once, changed by `damage` on its way.

    A delivery returns when the work after its acknowledgement is done as well, or `at_the_ack`.
    """

    slack: FakeSlack
    database: Database
    app: AsyncApp
    background: Background
    damage: Callable[[Payload], Payload] = unchanged
    at_the_ack: bool = False
    used_cards: list[tuple[str, str, str]] = field(default_factory=list)
    heard: list[Payload] = field(default_factory=list)

    async def send(self, envelope: Payload, _within_s: float) -> Answer:
        self.heard.append(envelope["payload"])
        # Through JSON, so that neither side can change what the other holds.
        payload = json.loads(json.dumps(self.damage(envelope["payload"])))
        response = await self.app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        if not self.at_the_ack:
            await self.background.close()
        if response.status != 200:
            return Refused(f"HTTP {response.status}", retry=False)
        return Acked(json.loads(response.body) if response.body else None)

    def repeats(self, _envelope_type: str, /) -> bool:
        return False

    def person(self, user_id: str) -> Person:
        person = self.slack.person(user_id)
        person._courier.transport = self
        return person

    async def found_card(self, request_id: str, channel: str, ts: str) -> None:
        self.used_cards.append((request_id, channel, ts))

    async def rows(self, kind: type[Row]) -> Sequence[Row]:
        def read(session: Session) -> Sequence[Row]:
            return session.exec(select(kind)).all()

        return await self.database.transaction(read)


@asynccontextmanager
async def open_listeners(folder: Path, *, policy: Policy = OPEN) -> AsyncIterator[ListenerHarness]:
    async with (
        FakeSlack(MANIFEST) as slack,
        listeners_of(slack, sqlite_url(folder), policy=policy) as listeners,
    ):
        yield listeners


@asynccontextmanager
async def listeners_of(
    slack: FakeSlack, database_url: str, *, policy: Policy = OPEN
) -> AsyncIterator[ListenerHarness]:
    """The listeners of one replica; several may share Slack and a PostgreSQL database."""
    async with migrated(database_url) as database, aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session)
        app = AsyncApp(
            name="prefetch-bot",  # for one Bolt would read the sources of all callers
            client=client,
            process_before_response=True,
            raise_error_for_unhandled_request=True,
        )
        background = Background()
        listeners = ListenerHarness(slack, database, app, background)
        service = PrefetchService(
            database,
            policy=policy,
            terms=TERMS,
            hooks=Hooks(
                enqueue=lambda _session, _request_id: None,
                begin=lambda _: None,
                changed=lambda _request_id: None,
                found_card=listeners.found_card,
            ),
            now=lambda: datetime.now(UTC),
            fetcher=LOOKS_NOWHERE,
        )
        handlers.register(app, service, background)
        yield listeners


def told(person: Person, channel_id: str = LAUNCH) -> list[Message]:
    """What only this person reads in the channel."""
    return [message for message in person.sees(channel_id) if message.is_ephemeral]


def open_modal(person: Person) -> View:
    """The modal on top; fails when there is none."""
    return person.views[-1]
