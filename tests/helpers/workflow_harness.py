"""Those who carry a request out, between the two stand-ins and without the durable engine."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from pydantic import SecretStr
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session, col, select

from bot.rules.deployment import Pace, SlackPace
from bot.rules.policy import Actor
from bot.rules.states import CallStatus, RequestState
from bot.rules.target import Target, Targets, Url
from bot.sandbox.fakeslack import LAUNCH, MEI, FakeSlack, Tiers
from bot.sandbox.fakevod import Account, Asset, Call, FakeVod, Levers, Output
from bot.service.context import Hooks
from bot.service.prefetch_service import PrefetchService
from bot.slack.announcer import Announcer
from bot.vod.client import VodClient
from bot.vod.connecting import Project, connect
from bot.vod.signing import AccessKey
from bot.words.english import ENGLISH
from bot.workflows.card_posting import CardPosting
from bot.workflows.cards import Cards
from bot.workflows.cloud_pacing import PacedCloud, Turns
from bot.workflows.following import Follower
from bot.workflows.outcomes import Outcomes
from bot.workflows.scheduled_start import Starter
from bot.workflows.sending import Executor, Sender
from bot.workflows.slack_pacing import SlackTurns
from storage import executors, requests
from storage.database import Database
from storage.tables import AuditRow, CallRow
from tests.helpers.databases import migrated, sqlite_url
from tests.helpers.defaults import LOOKS_NOWHERE, OPEN, TERMS
from tests.helpers.ledger_sums import Sums, check_ledger
from tests.helpers.running_bot import MANIFEST

AK, SK, PROJECT = "AKEXAMPLE0000000000A", "SKexample" + "0" * 31, "0" * 32
FILM = "f" * 32
FILM_URLS = tuple(f"https://v.example.com/film/{name}.m3u8" for name in ("hd", "sd", "audio"))
POLICY = replace(OPEN, operators=frozenset({MEI}))
TEAM = "T0LAUNCHHQ"
ACTOR = Actor(MEI, TEAM)
QUICK_CARDS = SlackPace(edits_per_minute=60_000, posts_per_minute=60_000)
EDIT_EVERY_S = 0.05


def utc_now() -> datetime:
    return datetime.now(UTC)


def quick_pace(
    *, give_up_s: float = 60.0, creates_per_minute: float = 6000.0, wait_s: float = 0.0
) -> Pace:
    return Pace(
        creates_per_minute=creates_per_minute,
        queries_per_minute=6000.0,
        poll_first_s=0.05,
        poll_every_s=0.05,
        poll_give_up_s=give_up_s,
        operator_wait_s=wait_s,
    )


def urls(count: int, folder: str = "a") -> list[Target]:
    return [Url(f"https://v.example.com/{folder}/{number}.mp4") for number in range(count)]


@dataclass(frozen=True)
class Speed:
    """How fast the cloud is called, how fast Slack, and how often one card is edited at most."""

    pace: Pace
    cards: SlackPace = QUICK_CARDS
    edit_every_s: float = EDIT_EVERY_S


@dataclass
class BotParts:
    """All parts that carry a request out, between the stand-ins, without DBOS and Bolt."""

    database: Database
    vod: FakeVod
    slack: FakeSlack
    web: AsyncWebClient
    client: VodClient
    speed: Speed
    service: PrefetchService
    cards: Cards
    turns: Turns
    outcomes: Outcomes
    starter: Starter
    sender: Sender
    follower: Follower
    now: Callable[[], datetime]

    async def confirm(
        self, *targets: Target, channel_id: str = LAUNCH, run_at: datetime | None = None
    ) -> str:
        """A request that is stored and waits to be sent, or for its time; its ID."""
        proposal = await self.service.drafting.draft(
            Targets(targets, (), 0),
            actor=ACTOR,
            channel_id=channel_id,
            trigger_key=None,
            run_at=run_at,
        )
        assert proposal is not None
        return (await self.service.confirming.confirm(proposal.draft.id, ACTOR, run_at)).request_id

    async def post_card(self, request_id: str) -> None:
        """Show the card as a workflow does, and wait until that has come to its end."""
        self.cards.show(request_id)
        await self.cards.settled(request_id)

    async def run_when_due(self, request_id: str) -> None:
        """What the workflow of a schedule does, from the moment when somebody wakes it."""
        await self.starter.start(request_id)
        await self.send_and_follow(request_id)
        await self.end(request_id)

    async def send_and_follow(self, request_id: str) -> None:
        """One after the other: the follower would wait a second until it looks again."""
        await self.sender.send(request_id)
        await self.follower.follow(request_id)

    async def claim(self, request_id: str, position: int, *, sender: str = "local") -> None:
        """Set the marker as a process does that is about to send."""
        call = (await self.state(request_id)).calls[position]
        claimed = await self.database.transaction(
            self.outcomes.claim, request_id, call, sender=sender, now=self.now()
        )
        assert claimed is not None

    async def end(self, request_id: str) -> None:
        """Write the last status of the first run."""
        await self.database.transaction(self.outcomes.end, request_id, run=1, now=self.now())

    async def end_again(self, request_id: str) -> None:
        """Write the last status of whichever run is the latest."""
        runs = await self.database.transaction(lambda s: requests.row(s, request_id).runs)
        await self.database.transaction(self.outcomes.end, request_id, run=runs, now=self.now())

    async def state(self, request_id: str) -> RequestState:
        return await self.service.asking.status(request_id, ACTOR)

    async def statuses(self, request_id: str) -> list[CallStatus]:
        return [call.status for call in (await self.state(request_id)).calls]

    async def row(self, request_id: str, position: int = 0) -> CallRow:
        return await self.database.transaction(
            lambda session: session.get_one(CallRow, (request_id, position))
        )

    async def audit(self, request_id: str) -> list[str]:
        """What was done with the request, oldest first."""
        return await self.database.transaction(_actions, request_id)

    def creates(self) -> list[Call]:
        return [call for call in self.vod.calls if call.operation == "create"]

    async def sums(self) -> Sums:
        """The sums of all days, once bot and cloud are seen to tell the same story.

        What the bot knows to be accepted is settled; what the cloud took without the bot's
        knowledge is held.
        """
        found = (await self.database.transaction(check_ledger)).values()
        sums = Sums(*(sum(part) for part in zip(*found, strict=True)))
        known = set(await self.database.transaction(_task_ids))
        accepted = sum(call.cost for call in self.vod.books.tasks if call.task_id in known)
        unheard = sum(call.cost for call in self.vod.books.tasks if call.task_id not in known)
        assert sums.settled == accepted
        assert unheard <= sums.held
        return sums


def make_cards(
    database: Database,
    web: AsyncWebClient,
    now: Callable[[], datetime] = utc_now,
    *,
    pace: SlackPace = QUICK_CARDS,
    edit_every_s: float = EDIT_EVERY_S,
    first_wait_s: float = 0.01,
) -> Cards:
    """Cards that wait for nothing long; those of a second replica are a second call."""
    turns = SlackTurns(database, workspace=TEAM, pace=pace, now=now)
    posting = CardPosting(database, Announcer(web, ENGLISH), turns, terms=TERMS, now=now)
    return Cards(
        database,
        posting,
        turns,
        now=now,
        wait_s=lambda tries: min(first_wait_s * 2 ** (tries - 1), 10 * first_wait_s),
        edit_every_s=edit_every_s,
    )


@asynccontextmanager
async def open_parts(
    folder: Path,
    *,
    database_url: str | None = None,
    pace: Pace | None = None,
    speed: Speed | None = None,
    levers: Levers | None = None,
    tiers: Tiers | None = None,
    timeout_s: float = 10.0,
    now: Callable[[], datetime] = utc_now,
) -> AsyncIterator[BotParts]:
    async with (
        migrated(database_url or sqlite_url(folder)) as database,
        _cloud(levers) as vod,
        # Slack's rate limits have tests of their own, and none of them is waited for here.
        FakeSlack(MANIFEST, tiers=tiers or Tiers(enforced=False)) as slack,
        _client(slack) as web,
        connect(
            Project(id=PROJECT, endpoint=vod.endpoint),
            AccessKey(AK, SecretStr(SK)),
            now=utc_now,
            timeout_s=timeout_s,
        ) as client,
    ):
        speed = speed or Speed(pace or quick_pace())
        async with _staffed(database, vod, slack, web, client, speed, now) as parts:
            yield parts


@asynccontextmanager
async def replica_of(parts: BotParts) -> AsyncIterator[BotParts]:
    """Others on the database, as in a second process; they share nothing else with the first."""
    database = Database(parts.database.url.render_as_string(hide_password=False))
    try:
        async with _staffed(
            database,
            parts.vod,
            parts.slack,
            parts.web,
            parts.client,
            parts.speed,
            parts.now,
            executor_id="another",
        ) as replica:
            yield replica
    finally:
        await database.close()


@asynccontextmanager
async def _staffed(
    database: Database,
    vod: FakeVod,
    slack: FakeSlack,
    web: AsyncWebClient,
    client: VodClient,
    speed: Speed,
    now: Callable[[], datetime],
    *,
    executor_id: str = "local",
) -> AsyncIterator[BotParts]:
    pace = speed.pace
    if not database.is_sqlite:
        await database.transaction(executors.enter, executor_id)
    cards = make_cards(database, web, now, pace=speed.cards, edit_every_s=speed.edit_every_s)
    service = PrefetchService(
        database,
        policy=POLICY,
        terms=TERMS,
        hooks=Hooks(
            enqueue=lambda _, __: None,
            begin=lambda _: None,
            changed=cards.changed,
            found_card=cards.found,
        ),
        now=now,
        fetcher=LOOKS_NOWHERE,
    )
    turns = Turns(database, tenant=TERMS.tenant, pace=pace, now=now)
    cloud, outcomes = PacedCloud(client, turns), Outcomes(TERMS, pace)
    yield BotParts(
        database,
        vod,
        slack,
        web,
        client,
        speed,
        service,
        cards,
        turns,
        outcomes,
        Starter(database, outcomes, policy=POLICY, now=now),
        Sender(
            database,
            cloud,
            cards,
            outcomes,
            Executor(executor_id, enqueue=lambda _, __: None),
            now=now,
        ),
        Follower(database, cloud, cards, outcomes, now=now),
        now,
    )
    await cards.close()


def _cloud(levers: Levers | None) -> FakeVod:
    film = Asset(FILM, "A film", outputs=tuple(Output("HLS", url) for url in FILM_URLS))
    return FakeVod(
        Account(AK, SK, PROJECT),
        assets=(film,),
        levers=levers
        or Levers(
            task_seconds=0.1, creates_per_minute=6000, queries_per_minute=6000, slow_seconds=1.0
        ),
    )


@asynccontextmanager
async def _client(slack: FakeSlack) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token=slack.bot_token,
            base_url=slack.api_url,
            session=session,
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=3)],
        )


def _actions(session: Session, request_id: str) -> list[str]:
    return list(
        session.exec(
            select(AuditRow.action)
            .where(AuditRow.request_id == request_id)
            .order_by(col(AuditRow.id))
        )
    )


def _task_ids(session: Session) -> list[str]:
    """Of every attempt that the bot knows to be accepted: a call may have two of them."""
    facts = session.exec(select(AuditRow.facts).where(AuditRow.action == "task.accepted"))
    return [fact["task_id"] for fact in facts if "task_id" in fact]
