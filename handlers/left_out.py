"""Giving back what was left out of a list, as a file, where it is more than a screen shows."""

import logging
from collections.abc import Sequence

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks.left_out import FILE_NAME, file_of, message_of
from bot.rules.target import Rejected
from bot.service.prefetch_service import PrefetchService
from bot.slack.troubles import in_a_word
from handlers.language import words_for
from handlers.payloads import asker

log = logging.getLogger(__name__)

MOST_ON_SCREEN = 10


def is_due(service: PrefetchService, rejected: Sequence[Rejected]) -> bool:
    return len(rejected) > MOST_ON_SCREEN and service.attaching.gives_back


async def give_back(
    args: AsyncArgs, service: PrefetchService, rejected: Sequence[Rejected]
) -> None:
    """Send the person all of it in a direct message; a few, or without the scope, nothing.

    What stands on the screen stays as it is, so a failure is for the log alone.
    """
    if not is_due(service, rejected):
        return
    try:
        words = words_for(args.body)
        content = file_of(words, rejected).encode()
        await service.attaching.give_back(
            asker(args).user_id, FILE_NAME, content, message_of(words, rejected)
        )
    except Exception as error:  # noqa: BLE001  # the draft is fine, whatever became of the file
        # The error's own text may hold the address for the upload, which is a permission.
        log.warning("what was left out could not be given back: %s", in_a_word(error))
