"""Looking at a playlist of a draft, and offering what it names as a larger draft."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.reading.playlists import read_fetched_playlist
from bot.rules.draft import Draft
from bot.rules.looks import NotSeen
from bot.rules.playlists import (
    Choice,
    Looked,
    MasterPlaylist,
    MediaPlaylist,
    NoOffer,
    NothingNew,
    Offer,
    Unread,
    lacks_signatures,
    names_segments,
)
from bot.rules.policy import Actor
from bot.rules.refusals import PlanChanged, Refusal
from bot.rules.target import Target, Url, same_file
from bot.service.context import Context
from bot.service.drafting import Drafting

MAX_BYTES = 2_000_000
"""A playlist of a thousand signed segments has a fifth of it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A playlist at its position in a draft's plan; `rendition` is the key of one that it names."""

    position: int
    rendition: str = ""


class Playlists:
    """Every method raises a `bot.rules.refusals.Refusal` for the person who asked."""

    def __init__(self, context: Context, drafting: Drafting) -> None:
        self._context = context
        self._drafting = drafting

    async def look(self, draft_id: str, place: Place, actor: Actor) -> Looked:
        """What the playlist offers; it takes as long as its server does, within bounds.

        A master playlist is read once more for each of its renditions, and none of what a
        rendition names is read: so a look takes two files at most.
        """
        draft = (await self._drafting.proposal(draft_id, actor)).draft
        targets = draft.plan.targets
        listed = targets[place.position] if place.position < len(targets) else None
        if listed is None or not names_segments(listed):
            raise PlanChanged(command=self._context.terms.command)
        try:
            return await self._look(draft, listed, place)
        except Refusal as refused:
            return NoOffer(listed, refused)

    async def _look(self, draft: Draft, listed: Url, place: Place) -> Looked:
        found = await self._read(listed)
        if isinstance(found, MasterPlaylist) and not place.rendition:
            # A player takes any of those that differ in their signatures alone.
            renditions = {it.key: it for it in reversed(found.renditions)}
            once = tuple(reversed(renditions.values()))
            return Choice(listed, place.position, once, found.rejected, found.is_cut)
        if isinstance(found, MasterPlaylist):
            chosen = next((it for it in found.renditions if it.key == place.rendition), None)
            if chosen is None:
                raise PlanChanged(command=self._context.terms.command)
            listed, found = chosen.playlist, await self._read(chosen.playlist)
        if isinstance(found, MediaPlaylist):
            return await self._offer(draft, listed, found)
        why = found if isinstance(found, NotSeen) else None
        return Unread(listed, why, is_master=isinstance(found, MasterPlaylist))

    async def _read(self, playlist: Url) -> MasterPlaylist | MediaPlaylist | NotSeen | None:
        content = await self._context.fetcher.read(playlist.address, max_bytes=MAX_BYTES)
        if isinstance(content, NotSeen):
            return content
        # In a thread: five thousand long addresses take longer than other people may wait.
        return await asyncio.to_thread(read_fetched_playlist, content.body, content.final_url)

    async def _offer(self, draft: Draft, playlist: Url, found: MediaPlaylist) -> Looked:
        """A new draft; that of the modal stays as it is shown there."""
        # While the playlist was read, the person may have chosen another time.
        draft = (await self._drafting.proposal(draft.id, draft.actor)).draft
        new = await asyncio.to_thread(_new_files, draft, playlist, found)
        already = len(found.targets.accepted) - sum(it != playlist for it in new)
        if not new:
            return NothingNew(playlist, already, found.targets.rejected, found.is_cut)
        before = draft.plan.targets
        proposal = await self._drafting.with_targets(draft, (*before, *new), found.targets.rejected)
        rejected = proposal.draft.rejected[len(draft.rejected) :]
        more = proposal.draft.plan.files - draft.plan.files
        if more == 0:
            return NothingNew(playlist, already, rejected, found.is_cut)
        return Offer(
            playlist,
            proposal,
            more=more,
            left_out=len(rejected),
            is_live=found.is_live,
            lacks_signatures=lacks_signatures(playlist, found.targets.accepted),
            is_cut=found.is_cut,
            is_bare=set(proposal.draft.plan.targets).difference(before) == {playlist},
        )


def _new_files(draft: Draft, playlist: Url, found: MediaPlaylist) -> Sequence[Target]:
    """The playlist and what it names, each once, without what is in the draft already."""
    known = {same_file(it) for it in draft.plan.targets}
    named = {same_file(it): it for it in reversed((playlist, *found.targets.accepted))}
    return [it for key, it in reversed(named.items()) if key not in known]
