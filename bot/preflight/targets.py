"""Looking at all targets of a draft, in one time for all of them."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.preflight.addresses import AddressLook
from bot.preflight.assets import AssetLook
from bot.rules.draft import Draft
from bot.rules.preflight import AddressFinding, Look
from bot.rules.target import Asset, Url

WITHIN_S = 1.5
"""A person who reads the modal has not decided yet."""

MOST = 200
"""So many assets and so many addresses of a draft are looked at, the first of each."""


@dataclass(frozen=True, slots=True)
class TargetLook:
    """A `Looker` for assets, and for addresses where the settings name any host."""

    assets: AssetLook
    addresses: AddressLook | None

    def has_something(self, draft: Draft) -> bool:
        return any(isinstance(it, Asset) for it in draft.plan.targets) or any(self._seen(draft))

    async def look(self, draft: Draft) -> Look:
        assets = [it for it in draft.plan.targets if isinstance(it, Asset)]
        seen = list(self._seen(draft))
        told, found = await asyncio.gather(
            self.assets.look(assets[:MOST], within_s=WITHIN_S), self._look(seen)
        )
        urls = len(draft.plan.targets) - len(assets)
        # Other drafts may have taken every turn; where no host is named nothing was to be tried.
        untried = urls - len(found) if seen else 0
        return Look(tuple(told), len(assets) - len(told), tuple(found), untried)

    async def _look(self, seen: Sequence[Url]) -> list[AddressFinding]:
        if self.addresses is None:
            return []
        return await self.addresses.look(seen, within_s=WITHIN_S)

    def _seen(self, draft: Draft) -> Iterator[Url]:
        """Those of the first addresses that may be looked at; to ask this takes 30 µs for each."""
        if self.addresses is not None:
            urls = (it for it in draft.plan.targets if isinstance(it, Url))
            yield from filter(self.addresses.may_look_at, islice(urls, MOST))
