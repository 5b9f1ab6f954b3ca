"""Listening to Slack: by a socket with an app token, else by signed HTTP."""

import logging
from contextlib import AsyncExitStack
from functools import partial

import aiohttp
from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot import health
from bot.app.clock import utc_now
from bot.app.unreachable import Unreachable
from bot.proxies import proxy_for
from bot.service.prefetch_service import PrefetchService
from bot.settings import Settings, SettingsWrong
from bot.slack.client import SlackClient
from bot.slack.door import Door
from bot.slack.envelopes import acknowledgement
from bot.slack.listening import Listening
from bot.slack.opening import NotOpened, Opener
from handlers.background import Background
from storage.database import Database
from storage.deliveries import Deliveries


async def listen(
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
        # Without a name Bolt reads the sources of all callers for one, 20 ms of a start.
        name="prefetch-bot",
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


def _without_token(client: AsyncWebClient) -> AsyncWebClient:
    """Bolt gives each request a copy, with the token of its authorization."""
    return AsyncWebClient(
        base_url=client.base_url,
        session=client.session,
        timeout=client.timeout,
        retry_handlers=client.retry_handlers,
    )
