"""Reaching Slack's Web API with the bot token of the settings."""

from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler

from bot.app.clock import utc_now
from bot.app.unreachable import Unreachable
from bot.proxies import proxy_for
from bot.settings import Settings, SettingsWrong
from bot.slack.client import RateLimitRetry, SlackClient
from bot.slack.errors import BAD_TOKEN, code_of
from bot.slack.files import SlackFiles

SLACK_TIMEOUT_S = 10
NEEDED_SCOPES = frozenset({"commands", "chat:write"})


async def open_slack(
    stack: AsyncExitStack, settings: Settings
) -> tuple[SlackClient, AuthorizeResult]:
    """A client, and who the bot is; raises `SettingsWrong` or `Unreachable`."""
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


async def open_files(stack: AsyncExitStack, client: SlackClient) -> SlackFiles:
    """Reads files of Slack, by connections of their own that unpack nothing and keep no cookie."""
    session = await stack.enter_async_context(
        aiohttp.ClientSession(auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar())
    )
    return SlackFiles(client, session)
