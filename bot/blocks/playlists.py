"""The playlists of a draft in its confirmation, and what came of a look at one."""

from collections.abc import Sequence

from bot.blocks import ids
from bot.blocks.text import Block, button, named, paragraphs, rejections, section
from bot.rules.draft import Proposal
from bot.rules.looks import NotSeen
from bot.rules.playlists import (
    BeingRead,
    Choice,
    Looked,
    NoOffer,
    NothingNew,
    Offer,
    Outdated,
    Rendition,
    Unread,
    is_playlist,
)
from bot.rules.target import Rejected
from bot.words.language import Words
from bot.words.refusals import sentence

MOST_PLAYLISTS = 20
MOST_REASONS = 8
MOST_RENDITIONS = 20
"""A film in four sizes, with its languages, has fewer; a modal takes 100 blocks in all."""


def playlists(words: Words, proposal: Proposal, looked: Looked | None) -> list[Block]:
    """A button for each that the bot may read, and below them what the last look has found."""
    number = sum(map(is_playlist, proposal.draft.plan.targets))
    if not number:
        return []
    shown = proposal.readable[:MOST_PLAYLISTS]
    return [
        section(words.playlists.listed(number)),
        *(_readable(words, proposal, position) for position in shown),
        *_and_more(words, len(proposal.readable) - len(shown)),
        *([] if looked is None else _marked(_found(words, proposal.draft.id, looked))),
    ]


def _readable(words: Words, proposal: Proposal, position: int) -> Block:
    place = named(words, proposal.draft.plan.targets[position])
    value = f"{proposal.draft.id}:{position}"
    look = button(words.playlists.LOOK_LABEL, ids.LOOK_BUTTON, value)
    return section(place, block_id=f"playlist:{position}", accessory=look)


def _marked(found: list[Block]) -> list[Block]:
    """So that whoever shows the modal next knows that it showed a look."""
    first, *others = found
    return [{**first, "block_id": ids.LOOKED_BLOCK}, *others]


def _found(words: Words, draft_id: str, looked: Looked) -> list[Block]:
    match looked:
        case BeingRead():
            return [section(words.playlists.LOOKING)]
        case Outdated():
            return [section(words.playlists.LOOK_AGAIN)]
        case Choice():
            return _choice(words, draft_id, looked)
        case Offer():
            return [_offer(words, looked)]
        case NothingNew():
            return _nothing_new(words, looked)
        case Unread() | NoOffer():
            return [section(f"{named(words, looked.playlist)}\n{_why_not(words, looked)}")]


def _why_not(words: Words, looked: Unread | NoOffer) -> str:
    match looked:
        case Unread(why=NotSeen() as why):
            return words.playlists.unread(why)
        case NoOffer(why=refused):
            return sentence(words, refused)
        case Unread():
            return words.playlists.MASTER_AGAIN if looked.is_master else words.playlists.NOT_OF_HLS


def _nothing_new(words: Words, looked: NothingNew) -> list[Block]:
    why = words.playlists.nothing_new(looked.already, len(looked.rejected))
    cut = words.playlists.IS_CUT if looked.is_cut else ""
    reasons = rejections(words, looked.rejected, most=MOST_REASONS)
    return [
        section(paragraphs([named(words, looked.playlist), cut, why])),
        *([section(reasons)] if reasons else []),
    ]


def _choice(words: Words, draft_id: str, choice: Choice) -> list[Block]:
    what = words.playlists.CHOOSE if choice.renditions else words.playlists.NO_RENDITION
    cut = words.playlists.IS_CUT if choice.is_cut else ""
    shown = choice.renditions[:MOST_RENDITIONS]
    left = len(choice.renditions) - len(shown)
    return [
        section(paragraphs([named(words, choice.playlist), what, cut])),
        *(_rendition(words, f"{draft_id}:{choice.position}", it) for it in shown),
        *([section(words.playlists.more_renditions(left))] if left else []),
        *([section(_not_sent(words, choice.rejected))] if choice.rejected else []),
    ]


def _not_sent(words: Words, rejected: Sequence[Rejected]) -> str:
    title = words.playlists.renditions_not_sent(len(rejected))
    return f"{title}\n{rejections(words, rejected, most=MOST_REASONS)}"


def _and_more(words: Words, left: int) -> list[Block]:
    return [section(words.phrases.and_more(left))] if left else []


def _rendition(words: Words, place: str, rendition: Rendition) -> Block:
    look = button(words.playlists.LOOK_LABEL, ids.LOOK_BUTTON, f"{place}:{rendition.key}")
    text = f"{words.playlists.rendition(rendition)}\n{named(words, rendition.playlist)}"
    return section(text, block_id=f"rendition:{rendition.key}", accessory=look)


def _offer(words: Words, offer: Offer) -> Block:
    draft = offer.proposal.draft
    text = paragraphs(
        [
            named(words, offer.playlist),
            words.playlists.names(offer),
            words.modals.plan(draft.plan.files, len(draft.plan.calls), draft.channel_id),
            words.modals.quota_change(offer.proposal),
            words.playlists.NO_SEGMENTS if offer.is_bare else "",
            words.playlists.IS_CUT if offer.is_cut else "",
            words.playlists.IS_LIVE if offer.is_live else "",
            words.playlists.LACKS_SIGNATURES if offer.lacks_signatures else "",
        ]
    )
    add = button(words.playlists.add_label(offer.more), ids.ADD_BUTTON, draft.id)
    return section(text, accessory=add)
