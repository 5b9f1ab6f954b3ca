"""What the confirmation says of signatures that end before a draft is sent."""

from collections.abc import Sequence

from bot.blocks import ids
from bot.blocks.text import Block, button, context, list_of, named, section
from bot.rules.draft import Draft, Proposal
from bot.rules.expiry import signatures
from bot.rules.target import Url
from bot.words.language import Words

MOST_SHOWN = 5


def signed(words: Words, proposal: Proposal) -> list[Block]:
    """Which addresses nobody will get any more, or perhaps not; nothing where all of them hold.

    Of those whose end cannot be read one sentence speaks, where there is time for them to end.
    """
    draft = proposal.draft
    found = signatures(draft.plan.targets, now=proposal.made_at, run_at=draft.run_at)
    is_scheduled = draft.run_at is not None
    blocks: list[Block] = []
    if found.useless:
        told = words.modals.signatures_end(len(found.ended), len(found.ending), draft.run_at)
        blocks.append(_with_choice(words, draft, told, found.useless, ids.LEAVE_ENDED_BUTTON))
    if found.doubtful:
        told = words.modals.signatures_may_end(len(found.doubtful), is_scheduled=is_scheduled)
        blocks.append(_with_choice(words, draft, told, found.doubtful, ids.LEAVE_DOUBTFUL_BUTTON))
    if found.unreadable and is_scheduled:
        blocks.append(context(words.modals.signatures_unread(len(found.unreadable))))
    return blocks


def _with_choice(
    words: Words, draft: Draft, told: str, urls: Sequence[Url], action_id: str
) -> Block:
    """The addresses, and a button that leaves them out where others stay."""
    text = f"{told}\n{list_of(words, [f'• {named(words, url)}' for url in urls], most=MOST_SHOWN)}"
    if len(urls) == len(draft.plan.targets):
        return section(text)
    choice = button(words.buttons.LEAVE_THESE_OUT, action_id, draft.id)
    return section(text, accessory=choice)
