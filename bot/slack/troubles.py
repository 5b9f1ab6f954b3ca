"""What can be done about a call that Slack refused, by kinds."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError

from bot.slack.errors import BAD_TOKEN, LACKING, WRONG_KIND, NotReached, code_of, is_rate_limited
from bot.slack.waiting import retry_after

TOKEN_TROUBLES = frozenset({*BAD_TOKEN, LACKING, WRONG_KIND})
"""No call of any kind is taken until an administrator has changed something."""

HALF_DONE = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
"""Slack says of these that part of the work may have been done."""

PASSING = frozenset({*HALF_DONE, "accesslimited", "team_added_to_org"})
"""Slack itself says that the same call will be taken later."""

UNSHOWABLE = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)
"""Slack will never take these blocks."""

SlackFailed = (SlackApiError, ClientError, TimeoutError, OSError)
"""What a call raises when Slack refuses it or cannot be reached."""

LONGEST_S = 600.0
"""Nobody waits for the card, so what Slack asks for is obeyed for longer than elsewhere."""

UNTOLD_S = 30.0
"""For a 429 that does not say how long to wait."""


class Trouble(StrEnum):
    """Why a call failed, split by the remedy."""

    RATE_LIMITED = "rate limited"  # wait as long as Slack asks
    PASSING = "passing"  # Slack is unwell or away: try again, for ever
    TOKEN = "token"  # noqa: S105  # an administrator has to act: try again, for ever
    REFUSED = "refused"  # may be for ever: something else has to be tried


def trouble_of(error: Exception) -> Trouble:
    """The kind of what a call raised; whatever Slack refuses by an unknown name is REFUSED."""
    if not isinstance(error, SlackApiError):
        return Trouble.PASSING
    code, status = code_of(error), _status(error)
    if is_rate_limited(error):
        return Trouble.RATE_LIMITED
    if code in TOKEN_TROUBLES:
        return Trouble.TOKEN
    # A proxy's page, or a failing server's, has no word of Slack's.
    if status >= 500 or not code or code in PASSING:
        return Trouble.PASSING
    return Trouble.REFUSED


def in_a_word(error: Exception) -> str:
    """For the log: Slack's code, or what kind of failure it was."""
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    return code_of(error) or f"HTTP {_status(error)}"


def proves_that_nothing_was_posted(error: Exception) -> bool:
    """A refusal proves it, and so does a 429 whatever else its answer holds."""
    if isinstance(error, ClientConnectorError | NotReached):
        return True
    if not isinstance(error, SlackApiError):
        return False
    code, status = code_of(error), _status(error)
    return is_rate_limited(error) or (status < 500 and bool(code) and code not in HALF_DONE)


def retry_after_s(error: SlackApiError, now: Callable[[], datetime]) -> float:
    """How long Slack asks to wait; a header that says no time counts as absent."""
    headers = getattr(error.response, "headers", None)
    given = None
    if isinstance(headers, Mapping):
        given = next((str(v) for k, v in headers.items() if str(k).lower() == "retry-after"), None)
    wait_s = retry_after(given, now, longest_s=LONGEST_S)
    return UNTOLD_S if wait_s is None else wait_s


def _status(error: SlackApiError) -> int:
    # What is no answer of Slack's at all has no status.
    status: int = getattr(error.response, "status_code", 500)
    return status
