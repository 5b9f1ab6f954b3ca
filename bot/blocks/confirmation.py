"""The modal that shows a draft before it is confirmed."""

from collections.abc import Sequence

from bot.blocks import ids
from bot.blocks.modals import list_of_overlaps, modal
from bot.blocks.playlists import playlists
from bot.blocks.preflight import findings
from bot.blocks.signatures import signed
from bot.blocks.text import (
    Block,
    button,
    context,
    list_of,
    list_of_groups,
    named,
    place_of,
    plain,
    rejections,
    section,
)
from bot.rules.draft import Draft, Proposal
from bot.rules.look_alikes import look_alikes
from bot.rules.playlists import Looked
from bot.rules.preflight import Look
from bot.rules.reading import ListShape
from bot.rules.redaction import without_query
from bot.rules.target import Asset, Target, Url
from bot.words.language import Words
from bot.words.mrkdwn import code, is_cut_in_code

FILES_SHOWN = 10
LITTLE = 3
"""So many addresses are shown one below the other, and so many texts with their reasons."""

NOT_LOOKED = Look()
REASONS_SHOWN = 20
"""More do not fit the section, which is for the reasons alone."""


def confirm(
    words: Words, proposal: Proposal, look: Look = NOT_LOOKED, *, playlist: Looked | None = None
) -> Block:
    """Shows exactly what will run, and what a look at it has found; carries only the draft's ID.

    `playlist` is what came of a look at one of its playlists, if somebody has just looked.
    """
    draft = proposal.draft
    is_scheduled = draft.run_at is not None
    return modal(
        words,
        ids.CONFIRM_VIEW,
        blocks=[
            section(_plan(words, proposal)),
            *_notes_on_the_list(words, draft),
            *_left_out(words, draft),
            *findings(words, draft, look),
            *signed(words, proposal),
            section(words.modals.quota_change(proposal)),
            _send_at(words, proposal),
            *playlists(words, proposal, playlist),
            *_alike(words, draft),
            *_overlaps(words, proposal),
            section(_files(words, draft.plan.targets, most=FILES_SHOWN)),
            *_looking(words, draft),
            context(words.modals.TAKES_MINUTES),
        ],
        submit=plain(words.modals.submit_label(draft.plan.files, is_scheduled=is_scheduled)),
        private_metadata=draft.id,
    )


def _plan(words: Words, proposal: Proposal) -> str:
    draft = proposal.draft
    plan = words.modals.plan(draft.plan.files, len(draft.plan.calls), draft.channel_id)
    if draft.run_at is None:
        return plan
    own, of_quota = proposal.own_zone, proposal.quota.day.zone
    told = words.modals.to_be_sent(draft.run_at, own or of_quota, is_own=own is not None)
    return f"{plan}\n{told}"


def _left_out(words: Words, draft: Draft) -> list[Block]:
    if not draft.rejected:
        return []
    every = len(draft.rejected) + len(draft.plan.targets)
    title = words.modals.not_sent(len(draft.rejected), every)
    return [section(f"{title}\n{rejections(words, draft.rejected, most=REASONS_SHOWN)}")]


def _looking(words: Words, draft: Draft) -> list[Block]:
    """Buttons to look at all of a list of which the confirmation shows but the beginning."""
    targets, rejected = len(draft.plan.targets), len(draft.rejected)
    buttons = []
    if targets > LITTLE or any(is_cut_in_code(place_of(words, it)) for it in draft.plan.targets):
        label = words.buttons.look_at_all(targets)
        buttons.append(button(label, ids.LOOK_AT_ALL_BUTTON, draft.id))
    if rejected > LITTLE:
        label = words.buttons.look_at_left_out(rejected)
        buttons.append(button(label, ids.LOOK_AT_LEFT_OUT_BUTTON, draft.id))
    return [{"type": "actions", "elements": buttons}] if buttons else []


def _alike(words: Words, draft: Draft) -> list[Block]:
    alike = look_alikes(draft.plan.targets)
    if not alike:
        return []
    choice = button(words.buttons.KEEP_THE_FIRST, ids.KEEP_FIRST_BUTTON, draft.id)
    return [section(_list_of_look_alikes(words, alike), accessory=choice)]


def _overlaps(words: Words, proposal: Proposal) -> list[Block]:
    found = proposal.overlaps
    return [section(list_of_overlaps(words, found))] if found else []


def _notes_on_the_list(words: Words, draft: Draft) -> list[Block]:
    """How it was read, and how often it named a file twice; nothing of a field left empty."""
    notes: list[Block] = []
    lists = [] if draft.reading is None else [draft.reading, *draft.reading.others]
    told = [it for it in lists if it.shape is not ListShape.WORDS and (it.rows or it.file)]
    notes += [context(words.modals.read_as(it)) for it in told]
    if draft.duplicates:
        notes.append(context(words.modals.merged(draft.duplicates)))
    return notes


def _files(words: Words, targets: Sequence[Target], *, most: int) -> str:
    """Without their queries some look alike; each is a file of its own."""
    alike: dict[str, list[Target]] = {}
    for target in targets:
        place = target.id if isinstance(target, Asset) else without_query(target.address)
        alike.setdefault(place, []).append(target)
    lines = [
        (f"• {named(words, same[0])}{_in_brackets(_notes(words, same))}", len(same))
        for same in alike.values()
    ]
    return list_of_groups(words, lines, most=most)


def _list_of_look_alikes(words: Words, alike: Sequence[Sequence[Url]]) -> str:
    """Each group on a line; what only its signature tells apart is shown once."""
    groups = [list(dict.fromkeys(without_query(url.address) for url in group)) for group in alike]
    lines = [
        f"• {', '.join(map(code, shown[:3]))} ({words.modals.alike(len(group))})"
        if len(shown) == 1
        else f"• {', '.join(map(code, shown[:3]))}"
        for shown, group in zip(groups, alike, strict=True)
    ]
    return f"{words.modals.LOOK_ALIKES}\n{list_of(words, lines, most=5)}"


def _notes(words: Words, alike: Sequence[Target]) -> list[str]:
    """What nobody could see: how many share this place."""
    return [words.modals.alike(len(alike))] if len(alike) > 1 else []


def _in_brackets(notes: Sequence[str]) -> str:
    return "".join(f" ({note})" for note in notes)


def _send_at(words: Words, proposal: Proposal) -> Block:
    element: Block = {"type": "datetimepicker", "action_id": ids.SEND_AT_INPUT}
    if proposal.draft.run_at is not None:
        element["initial_date_time"] = int(proposal.draft.run_at.timestamp())
    return {
        "type": "input",
        "block_id": ids.SEND_AT_BLOCK,
        "optional": True,
        "dispatch_action": True,
        "label": plain(words.modals.SEND_AT_LABEL),
        "hint": plain(words.modals.send_at_hint(proposal.quota.day.ends_at)),
        "element": element,
    }
