"""Looks beside open modals: one for each draft, of which every modal of that draft is told."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any, Protocol

from bot.rules.draft import Draft
from bot.rules.preflight import Look
from bot.rules.target import Target

log = logging.getLogger(__name__)

AT_ONCE = 50
"""So many drafts are looked at beside one another; what comes beyond is shown without a look."""

KEPT = 200
"""The latest looks are kept, for modals that are laid out anew; the rest is looked at again."""

Show = Callable[[Look], Awaitable[None]]


class Looker(Protocol):
    """Looks at the targets of a plan, within a time of its own; raises nothing."""

    def has_something(self, draft: Draft) -> bool: ...
    async def look(self, draft: Draft) -> Look: ...


class Looking:
    """Keeps what was found in this process alone: a look is cheap, and advice may be lost."""

    def __init__(self, looker: Looker | None = None) -> None:
        self._looker = looker
        self._found: OrderedDict[str, Look] = OrderedDict()
        self._going_on: dict[str, asyncio.Task[Look]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def found(self, draft: Draft) -> Look:
        """What is known already; an empty look before that."""
        return self._found.get(draft.id, Look())

    def is_due(self, draft: Draft) -> bool:
        """Whether a look at this draft is worth its while and has not ended yet."""
        return (
            self._may_begin(draft)
            and self._looker is not None
            and self._looker.has_something(draft)
        )

    def beside(self, draft: Draft, show: Show) -> None:
        """Return at once, and let `show` have what is found; call it where a look was due."""
        if draft.id in self._found:  # It ended while the modal was on its way to Slack.
            self._start(self._tell(asyncio.sleep(0, self._found[draft.id]), show))
            return
        if self._looker is None or not self._may_begin(draft):
            return
        if draft.id not in self._going_on:
            self._going_on[draft.id] = self._start(self._look(self._looker, draft))
        self._start(self._tell(asyncio.shield(self._going_on[draft.id]), show))

    def carry_over(self, before: Draft, after: Draft, *, without: Collection[Target]) -> None:
        """What was found of one draft holds for a draft that lacks these targets of it."""
        if before.id in self._found:
            self._keep(after, self._found[before.id].without(without))

    async def close(self) -> None:
        """Give up what is going on: nobody has been promised anything."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _may_begin(self, draft: Draft) -> bool:
        if draft.id in self._found:
            return False
        return draft.id in self._going_on or len(self._going_on) < AT_ONCE

    async def _look(self, looker: Looker, draft: Draft) -> Look:
        try:
            found = await looker.look(draft)
        finally:
            del self._going_on[draft.id]
        if found.has_found:  # Else it is made again: what was in its way may have passed.
            self._keep(draft, found)
        return found

    def _keep(self, draft: Draft, found: Look) -> None:
        self._found[draft.id] = found
        if len(self._found) > KEPT:
            self._found.popitem(last=False)

    async def _tell(self, looking: Awaitable[Look], show: Show) -> None:
        try:
            await show(await looking)
        except Exception:  # advice that is lost is no failure of what the person asked for
            log.warning("what a look has found could not be shown", exc_info=True)

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        # The event loop itself would let it be collected.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
