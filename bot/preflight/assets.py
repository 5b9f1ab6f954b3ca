"""Looking assets up with the cloud: their titles, and which of them it would not prefetch."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from time import monotonic

from bot.rules.preflight import AssetFinding, asset_state, not_told
from bot.rules.target import Asset
from bot.vod.client import MAX_ASSETS, VodClient
from bot.vod.errors import NotSent, OutcomeUnknown, VodError

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Calls of all drafts together; the client has connections for twenty, and prefetching needs them.

No limit of `asset/info` is documented; `asset/list` may be called 1,500 times a minute.
"""

SPARED_S = 60.0
"""After a refusal the cloud is not asked for so long: for the pace, or for want of a permission."""


class AssetLook:
    """Counts against no quota and takes no turn: a look is left out where it is not welcome."""

    def __init__(self, vod: VodClient, *, seconds: Callable[[], float] = monotonic) -> None:
        self._vod = vod
        self._seconds = seconds
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._spared_until = float("-inf")

    async def look(self, assets: Sequence[Asset], *, within_s: float) -> list[AssetFinding]:
        """One finding for each asset, in their order; what the cloud has not told in time is so."""
        batches = [assets[at : at + MAX_ASSETS] for at in range(0, len(assets), MAX_ASSETS)]
        asking = [asyncio.ensure_future(self._ask(batch)) for batch in batches]
        try:
            if asking:
                await asyncio.wait(asking, timeout=within_s)
        finally:
            for late in asking:
                late.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
        answers = zip(batches, asking, strict=True)
        return [
            finding
            for batch, asked in answers
            for finding in (not_told(batch) if asked.cancelled() else asked.result())
        ]

    async def _ask(self, batch: Sequence[Asset]) -> list[AssetFinding]:
        async with self._turns:
            if self._seconds() < self._spared_until:
                return not_told(batch)
            try:
                told = await self._vod.show_assets([asset.id for asset in batch])
            except VodError as error:
                log.info("assets could not be looked up: %s", error)
                if not isinstance(error, NotSent | OutcomeUnknown):
                    self._spared_until = self._seconds() + (error.retry_after or SPARED_S)
                return not_told(batch)
            except Exception:  # whatever it is, other looks are none the worse
                log.warning("assets could not be looked up", exc_info=True)
                return not_told(batch)
        by_id = {it.asset_id.lower(): it for it in told}
        return [
            AssetFinding(asset, asset_state(it.status), it.base_info.title, it.status)
            if (it := by_id.get(asset.id)) is not None
            else not_told([asset])[0]
            for asset in batch
        ]
