"""What a look at a draft's targets has found, in the modal of the draft."""

from collections.abc import Iterable, Sequence

from bot.blocks import ids
from bot.blocks.text import Block, button, context, list_of, named, section
from bot.rules.draft import Draft
from bot.rules.preflight import (
    REFUSED_BY_THE_CLOUD,
    AddressState,
    AssetState,
    Look,
    mark_of,
)
from bot.words.language import Words

MOST_SHOWN = 10
VALUE_LIMIT = 2000
"""The most that Slack lets a button hold, in characters."""


def findings(words: Words, draft: Draft, look: Look) -> list[Block]:
    """Nothing where nothing was found out."""
    if not look:
        return []
    return [*_assets(words, look), *_addresses(words, look), *_choice(words, draft, look)]


def _assets(words: Words, look: Look) -> list[Block]:
    if not look.has_assets:
        return []
    told = [it for it in look.assets if it.state is not AssetState.NOT_TOLD]
    worst_first = sorted(told, key=lambda it: it.state not in REFUSED_BY_THE_CLOUD)
    lines = (f"• {named(words, it.asset)} {words.preflight.asset(it)}" for it in worst_first)
    return [_listed(words, words.preflight.assets(look), lines)]


def _addresses(words: Words, look: Look) -> list[Block]:
    if not look.addresses:
        return [section(words.preflight.addresses(look))] if look.untried else []
    worst = list(AddressState)
    worst_first = sorted(look.addresses, key=lambda it: worst.index(it.state))
    lines = (f"• {named(words, it.url)} {words.preflight.address(it)}" for it in worst_first)
    return [
        _listed(words, words.preflight.addresses(look), lines),
        context(words.preflight.ADVICE),
    ]


def _listed(words: Words, title: str, lines: Iterable[str]) -> Block:
    return section(f"{title}\n{list_of(words, list(lines), most=MOST_SHOWN)}")


def _choice(words: Words, draft: Draft, look: Look) -> Sequence[Block]:
    """One click leaves out what failed; where all has failed nothing would be left."""
    targets, failing = draft.plan.targets, look.failing
    value = f"{draft.id}:{mark_of(targets, failing)}"
    if not failing or len(failing) == len(targets) or len(value) > VALUE_LIMIT:
        return []
    label = words.buttons.leave_out(len(failing))
    return [{"type": "actions", "elements": [button(label, ids.LEAVE_OUT_BUTTON, value)]}]
