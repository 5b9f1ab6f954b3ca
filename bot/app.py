"""The composition root: a running bot from its settings."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import aiohttp
from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import DBAPIError

import handlers
from bot import health
from bot.proxies import ProxyWrong, check_proxies, proxy_for
from bot.readiness import Checks
from bot.rules.terms import Pace, SlackPace, Terms
from bot.service.prefetch_service import PrefetchService
from bot.settings import Settings, SettingsWrong
from bot.slack.announcer import Announcer
from bot.slack.client import BotToken, RateLimitRetry, SlackClient
from bot.slack.door import Door
from bot.slack.envelopes import acknowledgement
from bot.slack.errors import BAD_TOKEN, code_of
from bot.slack.listening import Listening
from bot.slack.opening import NotOpened, Opener
from bot.vod.client import VodClient
from bot.vod.connecting import Credentials, connect
from bot.vod.errors import VodError
from bot.vod.signing import AccessKey
from bot.vod.tokens import FixedToken, IamUser
from bot.words.english import ENGLISH
from bot.workflows.card_posting import CardPosting
from bot.workflows.cards import Cards
from bot.workflows.engine import Crew, Engine
from bot.workflows.following import Follower
from bot.workflows.outcomes import Outcomes
from bot.workflows.restoring import begin_life, show_restored
from bot.workflows.sending import Sender
from bot.workflows.slack_turns import SlackTurns
from bot.workflows.starting import Starter
from bot.workflows.turns import Turns
from handlers.background import Background
from storage import quota_zone
from storage.database import Database, in_one_line
from storage.database_file import DatabaseBusy
from storage.deliveries import Deliveries
from storage.schema import UnknownSchema, is_current, migrate

log = logging.getLogger(__name__)

TENANT = "default"
SLACK_TIMEOUT_S = 10
TAKEN_FOR_DEAD = (
    "this process was stopped, or cut off from the database, for so long that the other replicas"
    " carry its requests on; start it again"
)
DEAF_FOR_GOOD = (
    "Slack could not be listened to for {for_long} although it answers; start the bot again once"
    " this is settled: {trouble}"
)
NEEDED_SCOPES = frozenset({"commands", "chat:write"})


class Unreachable(Exception):  # noqa: N818
    """Slack, the cloud or the database cannot be reached; the message says which, and why."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Running:
    """A bot at work."""

    engine: Engine
    database: Database
    listening: Listening | None

    async def has_to_end(self) -> str:
        """Return, in words, when a fresh process is the only remedy."""
        ends = (self._taken_for_dead(), self._lost(), self._deaf())
        waiting = [asyncio.ensure_future(end) for end in ends]
        try:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for task in waiting:
                task.cancel()

    async def _taken_for_dead(self) -> str:
        # What others took for dead may have anything half done, so it starts anew.
        await self.engine.taken_for_dead()
        return TAKEN_FOR_DEAD

    async def _lost(self) -> str:
        return await self.database.lost()

    async def _deaf(self) -> str:
        if self.listening is None:
            await asyncio.Event().wait()
            raise AssertionError("unreachable: nothing listens by a socket, so nothing ends")
        trouble = await self.listening.deaf_for_good()
        return DEAF_FOR_GOOD.format(for_long=_for_long(self.listening.give_up_s), trouble=trouble)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Running]:
    """Run the bot while the context lasts; entering raises `SettingsWrong` or `Unreachable`."""
    try:
        check_proxies()
    except ProxyWrong as error:
        raise SettingsWrong(str(error)) from error
    async with AsyncExitStack() as stack:
        database = await _open_database(stack, settings)
        vod = await _open_vod(stack, settings)
        slack, identity = await _open_slack(stack, settings)
        engine = Engine(database)
        terms = await _terms(settings, database)
        crew = _crew(settings, terms, database, vod, slack, engine, workspace=_workspace(identity))
        service = PrefetchService(
            database,
            policy=settings.policy,
            terms=terms,
            enqueue=engine.enqueue,
            begin=engine.begin,
            changed=crew.cards.changed,
            found_card=crew.cards.found,
            now=utc_now,
        )
        # Closed in the other order: what still works may change a card until it stops.
        stack.push_async_callback(crew.cards.close)
        stack.push_async_callback(engine.close)
        await _launch(engine, crew, database)
        listening = await _listen(stack, settings, slack, identity, service, database)
        checks = Checks(
            database=database,
            engine=engine,
            listening=listening,
            bot_token=slack.bot_token,
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


async def _open_database(stack: AsyncExitStack, settings: Settings) -> Database:
    try:
        database = Database(settings.database_url)
    except DatabaseBusy as error:
        raise Unreachable(str(error)) from error
    except OSError as error:
        message = f"DATABASE_URL: {settings.database_url} cannot be opened: {error}"
        raise Unreachable(message) from error
    stack.push_async_callback(database.close)
    try:
        if database.is_sqlite:
            migrate(database)
        elif not is_current(database):
            message = "the database has an older schema; run `prefetch-bot migrate` first"
            raise Unreachable(message)
        # Before the engine takes up what the database says to be on its way.
        if restored := await begin_life(database, now=utc_now()):
            log.warning("%s", restored)
    except DBAPIError as error:
        raise _unusable(error) from error
    except (UnknownSchema, OSError) as error:
        message = f"DATABASE_URL: {error}"
        raise Unreachable(message) from error
    return database


async def _launch(engine: Engine, crew: Crew, database: Database) -> None:
    try:
        await engine.launch(crew)
        await database.transaction(show_restored, engine.show)
    except DBAPIError as error:
        raise _unusable(error) from error


def _unusable(error: DBAPIError) -> Unreachable:
    return Unreachable(f"DATABASE_URL: the database cannot be used: {in_one_line(error)}")


async def _open_vod(stack: AsyncExitStack, settings: Settings) -> VodClient:
    try:
        return await stack.enter_async_context(
            connect(
                region=settings.vod_region or "",
                credentials=_credentials(settings),
                now=utc_now,
                endpoint=settings.vod_endpoint or "",
                iam_endpoint=settings.iam_endpoint or "",
                project_id=settings.project_id or "",
                timeout_s=settings.request_timeout_s,
                proxy_for=proxy_for,
            )
        )
    except VodError as error:
        message = f"the project ID could not be asked for at IAM: {error}. {error.advice}"
        raise Unreachable(message) from error


def _credentials(settings: Settings) -> Credentials:
    if settings.ak and settings.sk:
        return AccessKey(settings.ak, settings.sk, settings.security_token)
    if settings.vod_auth_token:
        return FixedToken(settings.vod_auth_token)
    if settings.vod_iam_user and settings.vod_iam_password and settings.vod_iam_domain:
        return IamUser(settings.vod_iam_user, settings.vod_iam_password, settings.vod_iam_domain)
    raise AssertionError("unreachable: Settings ask for one of them")


async def _open_slack(
    stack: AsyncExitStack, settings: Settings
) -> tuple[SlackClient, AuthorizeResult]:
    # One session: the SDK would otherwise open a connection for every call.
    session = await stack.enter_async_context(
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SLACK_TIMEOUT_S))
    )
    client = SlackClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=f"{settings.slack_api_url}/",
        session=session,
        timeout=SLACK_TIMEOUT_S,
        retry_handlers=[AsyncConnectionErrorRetryHandler(), RateLimitRetry(utc_now)],
        proxy_for=proxy_for,
        bot_token=BotToken(),
    )
    with _slack_problems(settings, "SLACK_BOT_TOKEN", example="xoxb-…"):
        answer = await client.auth_test()
    _check_scopes(answer.headers.get("x-oauth-scopes", ""))
    identity = AuthorizeResult.from_auth_test_response(
        auth_test_response=answer, bot_token=client.token
    )
    return client, identity


@contextmanager
def _slack_problems(settings: Settings, variable: str, *, example: str) -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        code = code_of(error) or f"HTTP {error.response.status_code}"
        if code in BAD_TOKEN:
            message = (
                f"{variable} is refused by Slack ({code}): copy it anew, for instance {example}"
            )
            raise SettingsWrong(message) from error
        message = f"Slack answers {code}"
        raise Unreachable(message) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        reason = str(error) or f"no answer within {SLACK_TIMEOUT_S} s"
        message = f"Slack cannot be reached at {settings.slack_api_url}: {reason}"
        raise Unreachable(message) from error


def _check_scopes(granted: str) -> None:
    missing = NEEDED_SCOPES - set(granted.replace(" ", "").split(","))
    if granted and missing:
        message = (
            f"SLACK_BOT_TOKEN lacks the scope {', '.join(sorted(missing))}:"
            " add it under OAuth & Permissions, then reinstall the app"
        )
        raise SettingsWrong(message)


def _crew(
    settings: Settings,
    terms: Terms,
    database: Database,
    vod: VodClient,
    slack: SlackClient,
    engine: Engine,
    *,
    workspace: str,
) -> Crew:
    pace = _pace(settings)
    slack_turns = SlackTurns(database, workspace=workspace, pace=_slack_pace(settings), now=utc_now)
    announcer = Announcer(slack, ENGLISH)
    posting = CardPosting(database, announcer, slack_turns, terms=terms, now=utc_now)
    cards = Cards(database, posting, slack_turns, now=utc_now)
    turns = Turns(database, tenant=TENANT, pace=pace, now=utc_now)
    outcomes = Outcomes(terms, pace)
    return Crew(
        database=database,
        cards=cards,
        starter=Starter(database, outcomes, policy=settings.policy, now=utc_now),
        sender=Sender(
            database,
            vod,
            cards,
            turns,
            outcomes,
            executor_id=engine.executor_id,
            enqueue=engine.enqueue,
            now=utc_now,
        ),
        follower=Follower(database, vod, cards, turns, outcomes, pace=pace, now=utc_now),
        outcomes=outcomes,
        now=utc_now,
    )


async def _listen(
    stack: AsyncExitStack,
    settings: Settings,
    slack: SlackClient,
    identity: AuthorizeResult,
    service: PrefetchService,
    database: Database,
) -> Listening | None:
    """Socket Mode with an app token, signed HTTP without; the same listeners either way."""

    async def authorize() -> AuthorizeResult:
        return identity

    secret = settings.slack_signing_secret
    # Bolt looks for a token in the environment by itself, and remarks that it was not needed.
    logging.getLogger(f"slack_bolt.{AsyncApp.__name__}").addFilter(_is_no_remark_on_the_token)
    app = AsyncApp(
        client=_without_token(slack),
        # With a token Bolt would ask Slack who it is before the first acknowledgement, which then
        # came too late when Slack was slow: tests/scenarios/test_first_request.py.
        authorize=authorize,
        # The door verifies; this is a second lock for what anybody might let reach Bolt otherwise.
        signing_secret=secret.get_secret_value() if secret else None,
        # Without this Bolt polls for the acknowledgement, and each one takes 11 ms:
        # "Facts that were measured" in ARCHITECTURE.md.
        process_before_response=True,
        # Without this a payload that no listener takes gets no answer, and Slack sends it again.
        raise_error_for_unhandled_request=True,
    )
    app.use(slack.serve)
    background = Background()
    handlers.register(app, service, background)
    stack.push_async_callback(background.close)
    if settings.slack_app_token is None:
        await _open_door(stack, settings, app, database)
        return None
    return await _open_socket(stack, settings, settings.slack_app_token, app)


async def _open_socket(
    stack: AsyncExitStack, settings: Settings, app_token: SecretStr, app: AsyncApp
) -> Listening:
    # Without a time for the whole: a socket lasts for hours.
    session = await stack.enter_async_context(
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
    )
    opener = Opener(
        session,
        api_url=settings.slack_api_url,
        app_token=app_token.get_secret_value(),
        proxy_for=proxy_for,
        now=utc_now,
    )
    listening = Listening(
        opener, partial(acknowledgement, app), give_up_s=settings.listen_give_up_s
    )
    stack.push_async_callback(listening.close)
    try:
        await listening.start()
    except NotOpened as trouble:
        if trouble.is_token:
            raise SettingsWrong(str(trouble)) from trouble
        message = f"Slack cannot be reached at {settings.slack_api_url}: {trouble}"
        raise Unreachable(message) from trouble
    return listening


async def _open_door(
    stack: AsyncExitStack, settings: Settings, app: AsyncApp, database: Database
) -> None:
    if settings.slack_signing_secret is None:
        message = "unreachable: Settings ask for it where there is no app token"
        raise AssertionError(message)
    memory = Deliveries(database, now=utc_now)
    door = Door(app, memory, secret=settings.slack_signing_secret, now=utc_now)
    stack.push_async_callback(door.close)
    await health.start_server(stack, door.application, settings.port, variable="PORT")


def _is_no_remark_on_the_token(record: logging.LogRecord) -> bool:
    return record.getMessage() != warning_client_prioritized_and_token_skipped()


def _for_long(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:g} s"


def _without_token(client: AsyncWebClient) -> AsyncWebClient:
    """Bolt gives each request a copy, with the token of its authorization."""
    return AsyncWebClient(
        base_url=client.base_url,
        session=client.session,
        timeout=client.timeout,
        retry_handlers=client.retry_handlers,
    )


async def _terms(settings: Settings, database: Database) -> Terms:
    zone = await database.transaction(quota_zone.take, TENANT, settings.zone, now=utc_now())
    if zone != settings.zone:
        log.warning(
            "PREFETCH_QUOTA_TIMEZONE is %s, but files of the day in hand were counted in %s, or"
            " another process counts in it: days are counted in %s until a start after its next"
            " midnight, with every replica stopped",
            settings.zone,
            zone,
            zone,
        )
    return Terms(
        tenant=TENANT,
        daily_limit=settings.daily_limit,
        zone=zone,
        asset_cost=settings.asset_cost,
        command=settings.command,
    )


def _workspace(identity: AuthorizeResult) -> str:
    """Where the bot is installed, whose edits Slack counts together."""
    return identity.team_id or identity.enterprise_id or ""


def _slack_pace(settings: Settings) -> SlackPace:
    return SlackPace(
        edits_per_minute=settings.card_edits_per_minute,
        posts_per_minute=settings.card_posts_per_minute,
    )


def _pace(settings: Settings) -> Pace:
    return Pace(
        creates_per_minute=settings.creates_per_minute,
        queries_per_minute=settings.queries_per_minute,
        poll_first_s=settings.poll_first_s,
        poll_every_s=settings.poll_every_s,
        poll_give_up_s=settings.poll_give_up_s,
    )
