"""Every failure becomes words for the person who asked, with an ID that they can quote."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from traceback import walk_tb

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot.blocks import ids, messages, modals
from bot.blocks.text import Block
from bot.rules.refusals import HeldUp, NothingToSend, NotThen, QuotaExceeded, Refusal
from bot.rules.spoken_id import spoken_id
from bot.rules.target import Rejected
from bot.slack.errors import (
    code_of,
    is_rate_limited,
    is_too_late,
    is_unopened,
    token_trouble_of,
)
from bot.slack.troubles import SlackFailed, in_a_word
from bot.words.language import Words
from bot.words.refusals import sentence
from handlers.answering import show
from handlers.language import words_for
from handlers.payloads import Payload, optional_text_at

log = logging.getLogger(__name__)

TRIGGER_USED = "exchanged_trigger_id"
"""Slack delivered a payload twice and the first one has opened the modal."""


@dataclass(frozen=True, slots=True)
class Told:
    """A failure, told to a person; `field` is the input of the modal that it speaks of."""

    text: str
    error_id: str
    rejected: Sequence[Rejected] = ()
    field: str | None = None


def explain(words: Words, error: Exception) -> Told:
    """Words for the failure; anything but a refusal is logged with its traceback."""
    error_id = spoken_id("E", secrets.choice)
    match error:
        case Refusal():
            log.info("%s refused: %s", error_id, type(error).__name__)
            return Told(
                sentence(words, error),
                error_id,
                rejected=error.rejected if isinstance(error, NothingToSend) else (),
                field=ids.SEND_AT_BLOCK
                if isinstance(error, NotThen | QuotaExceeded | HeldUp)
                else None,
            )
        case _ if is_too_late(error):
            log.warning("%s: Slack did not take it in time: %s", error_id, in_a_word(error))
            return Told(words.failures.UNOPENED, error_id)
        case SlackApiError() if is_rate_limited(error):
            log.warning("%s: Slack takes no more calls for now", error_id)
            return Told(words.failures.RATE_LIMITED, error_id)
        case SlackApiError() if trouble := token_trouble_of(error):
            log.warning("%s: Slack does not let the bot do this", error_id)
            failures = words.failures
            tell_of = failures.may_not_open if is_unopened(error) else failures.may_not_answer
            return Told(tell_of(trouble), error_id)
        case BoltUnhandledRequestError():
            log.warning("%s: nothing listens to what Slack sent", error_id)
            return Told(words.failures.UNEXPECTED, error_id)
        case _:
            log.error("%s", error_id, exc_info=error)
            return Told(words.failures.UNEXPECTED, error_id)


async def tell(args: AsyncArgs, told: Told) -> None:
    """Answer where the person looks: in the modal, or as a message that only they see."""
    message = messages.refusal(
        words_for(args.body), told.text, error_id=told.error_id, rejected=told.rejected
    )
    if args.body.get("type") == "view_submission":
        await _tell_in_modal(args, message["text"], told.field)
    else:
        await show_failure(args.body, args.context, message, error_id=told.error_id)


async def answer_error(
    error: Exception, body: dict[str, object], context: AsyncBoltContext
) -> BoltResponse:
    """Bolt's own error handler: what no listener of ours raised, or none listens to.

    It speaks only where Bolt knows for whom it works: an outsider gets nothing.
    """
    if context.authorize_result is None:
        log.warning("a request that was not authorised failed: %s", type(error).__name__)
        return BoltResponse(status=401)
    words = words_for(body)
    told = _unreadable(words, error) if _is_raised_by_bolt(error) else explain(words, error)
    message = messages.refusal(words, told.text, error_id=told.error_id)
    if body.get("type") == "view_submission":
        # Without a word in the answer the modal would close as if all were well.
        view = modals.notice(words, message["text"])
        return BoltResponse(status=200, body={"response_action": "update", "view": view})
    await show_failure(body, context, message, error_id=told.error_id)
    return BoltResponse(status=200)


def _unreadable(words: Words, error: Exception) -> Told:
    error_id = spoken_id("E", secrets.choice)
    log.warning("%s: Bolt cannot read what Slack sent: %s", error_id, type(error).__name__)
    return Told(words.failures.UNEXPECTED, error_id)


def _is_raised_by_bolt(error: Exception) -> bool:
    """Bolt looks into a payload before any listener does, and fails on parts of another shape."""
    innermost = list(walk_tb(error.__traceback__))[-1:]
    # Its word for a payload that nothing listens to is no failure.
    return not isinstance(error, BoltUnhandledRequestError) and any(
        frame.f_globals.get("__name__", "").startswith("slack_bolt.") for frame, _ in innermost
    )


async def show_failure(
    body: Payload, context: AsyncBoltContext, message: Block, *, error_id: str
) -> None:
    """Show what went wrong where the person may look; where Slack takes no word, it is logged."""
    try:
        await show(body, context, message)
    except SlackFailed as error:
        # The error's own text has several lines, and may hold the address of the answer.
        log.warning("%s could not be told: %s", error_id, in_a_word(error))


async def _tell_in_modal(args: AsyncArgs, text: str, field: str | None) -> None:
    """A field keeps what it holds, under an error; any other modal becomes the message."""
    view = optional_text_at(args.body, "view", "callback_id")
    words = words_for(args.body)
    field = {ids.ASK_VIEW: ids.TARGETS_BLOCK, ids.CONFIRM_VIEW: field}.get(view or "")
    if field is None:
        await args.ack(response_action="update", view=modals.notice(words, text))
        return
    await args.ack(response_action="errors", errors={field: modals.field_error(words, text)})


def is_repetition(error: Exception) -> bool:
    """Whether Slack delivered a payload twice and the first delivery has opened the modal."""
    return isinstance(error, SlackApiError) and code_of(error) == TRIGGER_USED
