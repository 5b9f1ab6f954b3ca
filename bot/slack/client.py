"""The bot's client of Slack's Web API: proxies, waiting, and what the token is worth."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import aiohttp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

from bot.slack.errors import (
    LACKING,
    RATE_LIMITED,
    TRIGGER_METHODS,
    NoAnswerInTime,
    NotReached,
    NotSlacksAnswer,
    code_of,
    needed_scope,
    token_trouble_of,
)
from bot.slack.opening import what_failed
from bot.slack.waiting import UNTOLD_S, retry_after
from bot.words.english import ENGLISH

log = logging.getLogger(__name__)

TRIES = 3
TRIGGER_WAIT_S = 1.0
"""A modal has to be opened within three seconds of the click; most of them may be over."""

ANSWERED_WITHIN_S = 4.0
"""A modal that Slack has not opened by then, it never will: the click is forgotten."""

OPTIONAL_SCOPES = frozenset({"files:read", "files:write", "users:read"})
"""What the bot can do without; a feature that lacks its scope is silent."""

OTHER_TOKEN = frozenset({"apps.connections.open", "api.test"})
"""These say nothing of the bot's token."""


class BotToken:
    """What Slack's last answers said of SLACK_BOT_TOKEN; each change is logged once.

    A token that Slack refuses is good again with the next call that Slack takes. One that lacks a
    scope is not: most methods need another scope, so what counts is which ones Slack lists.
    """

    def __init__(self) -> None:
        self._refused: str | None = None
        self._lacking: dict[str, str] = {}
        self._granted: frozenset[str] = frozenset()

    def grants(self, scope: str) -> bool:
        """Whether the scope stood in the last list of Slack's."""
        return scope in self._granted

    def problem(self) -> str | None:
        """In words that name the setting; None as long as Slack takes the token."""
        return self._refused or next(iter(self._lacking.values()), None)

    def took(self, *, granted: str = "") -> None:
        """Slack did what was asked; `granted` are the scopes that it lists beside its answer."""
        before, scopes = self.problem(), _scopes(granted)
        self._refused = None
        self._granted = frozenset(scopes) or self._granted
        self._lacking = {
            needed: words
            for needed, words in self._lacking.items()
            if scopes and needed and not scopes & _scopes(needed)
        }
        if before is not None and self.problem() is None:
            log.info("Slack takes SLACK_BOT_TOKEN again")

    def refused(self, error: SlackApiError) -> None:
        """Slack did not; most refusals have nothing to do with the token."""
        trouble = token_trouble_of(error)
        if trouble is None:
            return
        lacking = _scopes(needed_scope(error)) if code_of(error) == LACKING else set()
        if lacking & OPTIONAL_SCOPES:
            self._granted -= lacking
            return
        found = ENGLISH.failures.token(trouble)
        if found not in {self._refused, *self._lacking.values()}:
            log.error("%s", found)
        if code_of(error) == LACKING:
            self._lacking[needed_scope(error)] = found
        else:
            self._refused = found


def _scopes(listed: str) -> set[str]:
    return {scope.strip() for scope in listed.split(",")} - {""}


class RateLimitRetry(AsyncRetryHandler):
    """Waits as long as Slack says in a 429, however that is written, then calls again."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(max_retry_count=TRIES)
        self._now = now

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002  # as the client calls it
    ) -> bool:
        if response is None or response.status_code != RATE_LIMITED:
            return False
        if request.url.endswith(TRIGGER_METHODS):
            return state.current_attempt == 0 and self._told(response) <= TRIGGER_WAIT_S
        return True

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,  # noqa: ARG002  # as the client calls it
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002  # as the client calls it
    ) -> None:
        state.next_attempt_requested = True
        await asyncio.sleep(self._told(response) if response else UNTOLD_S)
        state.increment_current_attempt()

    def _told(self, response: HttpResponse) -> float:
        values = next((v for k, v in response.headers.items() if k.lower() == "retry-after"), [])
        seconds = retry_after(values[0] if values else None, self._now)
        return UNTOLD_S if seconds is None else seconds


@contextmanager
def _naming_no_address() -> Iterator[None]:
    """These errors print a whole address, and a failure is logged with its traceback.

    It may be the proxy's own, with its password.
    """
    try:
        yield
    except (aiohttp.ClientHttpProxyError, aiohttp.InvalidURL) as error:
        raise NotReached(what_failed(error)) from None
    except aiohttp.ClientResponseError as error:
        raise NotSlacksAnswer(what_failed(error)) from None


@contextmanager
def _taking_no_other_answer() -> Iterator[None]:
    """The library fails in its own ways on a body that is text, a list, or in no true charset.

    Slack never sends these; a proxy does, with status 200.
    """
    try:
        yield
    except (AttributeError, LookupError, UnicodeError, RecursionError) as error:
        message = f"what was answered is no answer of Slack's ({type(error).__name__})"
        raise NotSlacksAnswer(message) from error


class SlackClient(AsyncWebClient):
    """Slack's client with the proxy rule of this bot and an eye on the answers.

    The library would take HTTPS_PROXY also for a host that NO_PROXY names.
    """

    def __init__(
        self,
        *,
        token: str | None,
        base_url: str,
        session: aiohttp.ClientSession,
        timeout: int,
        retry_handlers: list[AsyncRetryHandler],
        proxy_for: Callable[[str], str | None],
    ) -> None:
        super().__init__(
            token=token,
            base_url=base_url,
            session=session,
            timeout=timeout,
            retry_handlers=retry_handlers,
        )
        self.proxy_for = proxy_for
        self.bot_token = BotToken()
        # Set afterwards, because the constructor takes None for "read the environment".
        self.proxy = proxy_for(base_url)

    async def api_call(
        self,
        api_method: str,
        **arguments: Any,  # noqa: ANN401  # as the library's own
    ) -> AsyncSlackResponse:
        """Call Slack as the library does, and remember what the answer says of the token."""
        try:
            with _naming_no_address(), _taking_no_other_answer():
                answer = await self._call(api_method, **arguments)
        except SlackApiError as error:
            if api_method not in OTHER_TOKEN:
                self.bot_token.refused(error)
            raise
        if api_method not in OTHER_TOKEN:
            self.bot_token.took(granted=str(answer.headers.get("x-oauth-scopes", "")))
        return answer

    async def _call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:  # noqa: ANN401
        if api_method not in TRIGGER_METHODS:
            return await super().api_call(api_method, **arguments)
        try:
            async with asyncio.timeout(ANSWERED_WITHIN_S):
                return await super().api_call(api_method, **arguments)
        except TimeoutError as error:
            raise NoAnswerInTime from error

    async def respond(
        self,
        url: str,
        **message: Any,  # noqa: ANN401  # as Bolt's own responder
    ) -> WebhookResponse:
        """Post to a response URL, by the same proxy rule and with the same waiting."""
        client = AsyncWebhookClient(
            url, timeout=self.timeout, session=self.session, retry_handlers=self.retry_handlers
        )
        client.proxy = self.proxy_for(url)
        with _naming_no_address(), _taking_no_other_answer():
            return await client.send_dict(message)

    async def serve(self, context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]) -> None:
        """A middleware of Bolt: its listeners use this client instead of a copy of Bolt's making.

        A copy, and the responder that Bolt makes, would find their proxy by the library's rule.
        """
        context["client"] = self
        if context.response_url:
            context["respond"] = partial(self.respond, context.response_url)
        await next_()
