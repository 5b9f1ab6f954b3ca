"""Why Slack refused a call."""

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.rules.slack_token import TokenFault, TokenTrouble

TOO_LATE = frozenset({"expired_trigger_id", "invalid_trigger_id", "trigger_expired"})
"""Slack takes a modal only within three seconds of the click."""

TRIGGER_METHODS = ("views.open", "views.push")
"""These open a modal, for a click that Slack forgets after three seconds."""

RATE_LIMITED = 429

BAD_TOKEN = frozenset(
    {
        "account_inactive",
        "app_uninstalled",
        "invalid_auth",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
LACKING = "missing_scope"
WRONG_KIND = "not_allowed_token_type"


class NotReached(ClientError):  # noqa: N818
    """The call did not leave, or got no farther than a proxy; the message names no address."""


class NotSlacksAnswer(ClientError):  # noqa: N818
    """Something was answered that Slack never answers; what became of the call nobody knows."""


class NoAnswerInTime(TimeoutError):  # noqa: N818
    """Slack has not said in time whether it opened the modal."""


def code_of(error: SlackApiError) -> str:
    """Slack's own word for it; empty where a failing server answered without one."""
    answer = _answer(error)
    return str(answer.get("error", "")) if isinstance(answer, dict) else ""


def is_rate_limited(error: SlackApiError) -> bool:
    """Whether Slack counted the call as one too many, which proves that it did nothing."""
    return (
        getattr(error.response, "status_code", 0) == RATE_LIMITED or code_of(error) == "ratelimited"
    )


def is_too_late(error: Exception) -> bool:
    """Whether a modal cannot be opened any more for its click, or may have been unheard.

    A 429 outlasts the three seconds of a click; for any other call it only means waiting.
    """
    if not isinstance(error, SlackApiError):
        return isinstance(error, NoAnswerInTime)
    opens_a_modal = _method_of(error) in TRIGGER_METHODS
    return code_of(error) in TOO_LATE or (opens_a_modal and is_rate_limited(error))


def is_unopened(error: SlackApiError) -> bool:
    """Whether a modal was refused; the bot opens each before it does anything else."""
    return _method_of(error) == "views.open"


def token_trouble(variable: str, answer: object) -> TokenTrouble | None:
    """What is wrong with the token that the setting holds; None when Slack does not say so."""
    if not isinstance(answer, dict):
        return None
    code = str(answer.get("error", ""))
    if code in BAD_TOKEN:
        return TokenTrouble(variable, TokenFault.REFUSED, code)
    if code == LACKING:
        return TokenTrouble(variable, TokenFault.SCOPE, str(answer.get("needed") or ""))
    if code == WRONG_KIND:
        return TokenTrouble(variable, TokenFault.KIND, code)
    return None


def token_trouble_of(error: SlackApiError) -> TokenTrouble | None:
    """What is wrong with the bot's token, when that is why Slack refused the call."""
    return token_trouble("SLACK_BOT_TOKEN", _answer(error))


def needed_scope(error: SlackApiError) -> str:
    """What Slack says that the call needs; empty where it does not say."""
    answer = _answer(error)
    return str(answer.get("needed") or "") if isinstance(answer, dict) else ""


def _method_of(error: SlackApiError) -> str:
    return str(getattr(error.response, "api_url", "")).rpartition("/")[2]


def _answer(error: SlackApiError) -> object:
    # The client keeps an answer that is no JSON as text, on which `response.get` fails.
    return getattr(error.response, "data", error.response)
