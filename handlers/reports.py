"""Reports: who sent what today, or in the last seven days."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks import reports
from bot.blocks.messages import only_to_you
from bot.blocks.text import Block
from bot.reading.commands import ShowReport
from bot.service.prefetch_service import PrefetchService
from handlers.language import words_for
from handlers.payloads import asker

OK = 200
REFUSED = "invalid_blocks"
"""What a response URL says of blocks that it does not know."""


async def report(args: AsyncArgs, service: PrefetchService, command: ShowReport) -> Block | None:
    """For the asker alone: what they may not see is counted, and names nobody."""
    words, person = words_for(args.body), asker(args)
    if command.days is None:
        return only_to_you(words.reports.which_span(command.typed, service.terms.command))
    found = await service.reporting.report(person, days=command.days)
    plain = _only_to_you(reports.report(words, found, is_rich=False))
    if not found.entries or not service.rich_blocks.are_taken(person.team_id):
        return plain
    rich = _only_to_you(reports.report(words, found, is_rich=True))
    # Refused blocks show nothing, so the plain ones take their place.
    answer = await args.respond(**rich, replace_original=False)
    if answer.status_code == OK:
        return None
    if answer.body.startswith(REFUSED):
        service.rich_blocks.refused(person.team_id)
    return plain


def _only_to_you(message: Block) -> Block:
    return {"response_type": "ephemeral", **message}
