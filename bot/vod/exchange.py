"""One call over the wire: sent, read within its bounds, and judged."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

import httpx

from bot.vod.answers import MAX_ANSWER_BYTES, Answer, read_answer, safe_text
from bot.vod.error_codes import error_of
from bot.vod.errors import NotSent, OutcomeUnknown, WireFault, WireTrouble

log = logging.getLogger(__name__)

Send = Callable[[], Awaitable[Answer]]

# Each of these is raised before the first byte of the request is written. A read or write error,
# a protocol error of the peer and their timeouts come later and prove nothing.
_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
# httpx leaves the text of a timeout empty, and that of a reset reads like a stack trace.
_PLAIN: dict[type[Exception], tuple[WireFault, str]] = {
    httpx.ConnectTimeout: (WireFault.CONNECT_TIMEOUT, "it did not take the connection in time"),
    httpx.ConnectError: (WireFault.CONNECT_REFUSED, "it does not take connections"),
    httpx.PoolTimeout: (WireFault.POOL_TIMEOUT, "too many calls were waiting for a connection"),
    httpx.TimeoutException: (WireFault.READ_TIMEOUT, "it did not answer in time"),
    TimeoutError: (WireFault.ANSWER_TIMEOUT, "its answer did not end in time"),
    httpx.NetworkError: (WireFault.CONNECTION_BROKEN, "the connection broke"),
    httpx.RemoteProtocolError: (
        WireFault.CONNECTION_CLOSED,
        "the connection ended before an answer",
    ),
}


ADVICE = {"advice": True}
"""Extensions of a request whose answer is only advice to a person."""


def is_advice(request: httpx.Request) -> bool:
    """Whether nothing that was confirmed depends on the answer to the request.

    What becomes of it must not keep any other call from being sent.
    """
    return "advice" in request.extensions


class Authentication(httpx.Auth):
    """Proof of who calls; this one proves nothing, its subclasses learn from each answer."""

    async def around(self, request: httpx.Request, send: Send) -> Answer:  # noqa: ARG002
        """Send the request, and again only where the first answer proves that nothing ran."""
        return await send()

    def try_again(self) -> None:
        """A person may have corrected what was refused: spare nothing before the next call."""


async def exchange(
    http: httpx.AsyncClient,
    request: httpx.Request,
    auth: Authentication,
    *,
    hide: Iterable[str] = (),
) -> Answer:
    """Return a whole 2xx answer; everything else is raised as the VodError it means."""
    answer = await auth.around(request, partial(_send, http, request, auth, tuple(hide)))
    if not answer.is_success:
        raise error_of(answer)
    if not answer.is_whole:
        raise unusable(answer, f"the answer is larger than {MAX_ANSWER_BYTES} bytes")
    return answer


def unusable(answer: Answer, why: str) -> OutcomeUnknown:
    """The error for an answer that reports success but cannot be read."""
    quoted = f"{why}: {answer.excerpt}" if answer.excerpt else why
    return OutcomeUnknown(
        quoted,
        code=answer.complaint.code,
        status=answer.status,
        request_id=answer.request_id,
    )


async def _send(
    http: httpx.AsyncClient, request: httpx.Request, auth: Authentication, hide: tuple[str, ...]
) -> Answer:
    try:
        async with asyncio.timeout(_deadline(request)):
            response = await http.send(request, auth=auth, stream=True, follow_redirects=False)
            try:
                answer = await read_answer(response, hide=hide)
            finally:
                await response.aclose()
    except _BEFORE_SENDING as error:
        log.info("%s %s was not sent: %s", request.method, request.url.path, _named(error))
        message = f"could not reach {request.url.host}: {_named(error)}"
        raise NotSent(message, wire=_trouble(request, error)) from error
    except (httpx.RequestError, TimeoutError) as error:
        log.info("%s %s has no answer: %s", request.method, request.url.path, _named(error))
        message = f"no answer from {request.url.host}: {_named(error)}"
        raise OutcomeUnknown(message, wire=_trouble(request, error)) from error
    _log(request, answer)
    return answer


def _deadline(request: httpx.Request) -> float | None:
    # httpx bounds each read alone; a peer that drips one byte at a time would never end.
    timeout = request.extensions.get("timeout", {})
    parts = [timeout.get(name) for name in ("pool", "connect", "read")]
    return None if None in parts else sum(parts)


def _named(error: Exception) -> str:
    plain = _plain(error)
    text = plain[1] if plain else safe_text(str(error))
    return text or type(error).__name__


def _trouble(request: httpx.Request, error: Exception) -> WireTrouble | None:
    plain = _plain(error)
    return None if plain is None else WireTrouble(plain[0], request.url.host)


def _plain(error: Exception) -> tuple[WireFault, str] | None:
    return next((found for kind, found in _PLAIN.items() if isinstance(error, kind)), None)


def _log(request: httpx.Request, answer: Answer) -> None:
    log.log(
        logging.DEBUG if answer.is_success else logging.INFO,
        "%s %s: HTTP %s, code %s, request id %s",
        request.method,
        request.url.path,
        answer.status,
        None if answer.is_success else answer.complaint.code,
        answer.request_id,
    )
