"""Files that people attach: a modal stands at once, and shows the draft when they are read."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.errors import SlackApiError

from bot.blocks import messages, modals
from bot.blocks.text import Block
from bot.reading.attached_files import Attached
from bot.rules.draft import Proposal
from bot.rules.target import Targets
from bot.service.prefetch_service import PrefetchService
from bot.slack.errors import NoAnswerInTime, is_too_late
from bot.slack.troubles import SlackFailed, Trouble, in_a_word, trouble_of
from handlers.draft_modal import AGAIN_AFTER_S, DraftModal
from handlers.errors import Told, explain, show_failure
from handlers.language import words_for
from handlers.left_out import give_back
from handlers.opening import change_modal
from handlers.payloads import asker, optional_text_at, text_at

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lists:
    """What a person typed or linked, and the files that they attached beside it."""

    targets: Targets
    attached: Sequence[Attached]
    channel_id: str

    @property
    def names(self) -> list[str]:
        return [file.name for file in self.attached]


async def open_confirmation_of_files(
    args: AsyncArgs, service: PrefetchService, lists: Lists
) -> Block | None:
    """Open a modal within Slack's 3 s, then read the files and show in it what they hold.

    Where the modal comes too late, a message is returned whose button opens it.
    """
    service.drafting.check(asker(args), lists.channel_id)
    view_id = await _open_reading(args, lists)
    drafted = _drafted(args, service, lists, trigger_key=text_at(args.body, "trigger_id"))
    if view_id is None:
        proposal = await drafted
        if proposal is None:
            return None
        draft = proposal.draft
        return messages.reopen(words_for(args.body), draft.id, draft.plan.files)
    await _show_when_read(args, service, drafted, partial(_notice, args), view_id=view_id)
    return None


async def show_form_when_read(
    args: AsyncArgs,
    service: PrefetchService,
    lists: Lists,
    again: Callable[[str], Block],
    *,
    external_id: str,
) -> None:
    """Read the files of a submitted form, which shows a view of this external ID meanwhile.

    Where nothing can be sent, `again` makes the form anew of the reason why.
    """
    drafted = _drafted(args, service, lists)
    await _show_when_read(args, service, drafted, again, external_id=external_id)


async def _show_when_read(
    args: AsyncArgs,
    service: PrefetchService,
    drafted: Awaitable[Proposal | None],
    refused: Callable[[str], Block],
    **modal: str,
) -> None:
    """Show the draft in the open modal, or what `refused` makes of the reason why there is none."""
    try:
        proposal = await drafted
    except Exception as error:  # noqa: BLE001  # whatever it is, the person is told
        told = explain(words_for(args.body), error)
        await _put(args, refused(_in_words(args, told)), **modal)
        await give_back(args, service, told.rejected)
        return
    if proposal is None:
        return
    shown = DraftModal(args, service.looking, proposal)
    if await _put(args, shown.view, **modal):
        shown.look_beside()
        await give_back(args, service, proposal.draft.rejected)


async def _put(args: AsyncArgs, view: Block, **modal: str) -> bool:
    """Show the view in the open modal; False when the person is told why it does not stand there.

    To show the same once more does no harm, so a failure that passes is met by doing so.
    """
    failed: Exception | None = None
    for pause_s in (*AGAIN_AFTER_S, None):
        try:
            if await change_modal(args, view, **modal):
                return True
            failed = None
        except SlackFailed as error:
            log.warning("what files hold could not be shown: %s", in_a_word(error))
            failed = error
            if trouble_of(error) is not Trouble.PASSING:
                break
        if pause_s is not None:
            await asyncio.sleep(pause_s)
    if failed is None:
        log.info("the modal was closed before its files were read")
    else:
        await _tell(args, failed, **modal)
    return False


async def _tell(args: AsyncArgs, failed: Exception, **modal: str) -> None:
    """In plain words, which Slack takes where it refuses a view; beside the modal if not there."""
    words = words_for(args.body)
    told = explain(words, failed)
    message = messages.refusal(words, told.text, error_id=told.error_id)
    try:
        await change_modal(args, _notice(args, str(message["text"])), **modal)
    except SlackFailed as error:
        log.warning("%s could not be told in the modal: %s", told.error_id, in_a_word(error))
        await show_failure(args.body, args.context, message, error_id=told.error_id)


def _in_words(args: AsyncArgs, told: Told) -> str:
    message = messages.refusal(
        words_for(args.body), told.text, error_id=told.error_id, rejected=told.rejected
    )
    return str(message["text"])


async def _drafted(
    args: AsyncArgs, service: PrefetchService, lists: Lists, *, trigger_key: str | None = None
) -> Proposal | None:
    return await service.drafting.draft(
        await service.attaching.read(lists.targets, lists.attached),
        actor=asker(args),
        channel_id=lists.channel_id,
        trigger_key=trigger_key,
    )


async def _open_reading(args: AsyncArgs, lists: Lists) -> str | None:
    """The ID of the open modal; None when Slack took it no more and has another place to answer."""
    view = modals.reading(words_for(args.body), lists.names)
    try:
        opened = await args.client.views_open(
            trigger_id=text_at(args.body, "trigger_id"), view=view
        )
    except (SlackApiError, NoAnswerInTime) as error:
        if not is_too_late(error) or not optional_text_at(args.body, "response_url"):
            raise
        return None
    return text_at(opened.get("view") or {}, "id")


def _notice(args: AsyncArgs, told: str) -> Block:
    return modals.notice(words_for(args.body), told)
