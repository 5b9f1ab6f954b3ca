"""Looking at addresses as a viewer would, few at once and for a short time."""

import asyncio
import logging
from collections.abc import Sequence

from bot.fetching.fetcher import AT_ONCE, Fetcher
from bot.rules.looks import Fault, NotSeen
from bot.rules.preflight import AddressFinding, address_finding
from bot.rules.target import Url

log = logging.getLogger(__name__)


class AddressLook:
    """Looks where the settings allow it; all drafts together have so many looks at once."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        # The same bound as that of its connections: who waits for one is not being slow.
        self._turns = asyncio.Semaphore(AT_ONCE)

    def may_look_at(self, url: Url) -> bool:
        return self._fetcher.may_look_at(url.address)

    async def look(self, urls: Sequence[Url], *, within_s: float) -> list[AddressFinding]:
        """One finding for each address whose turn came, in their order.

        None for one whose look failed in a way that nobody expects: the others have theirs.
        """
        begun: set[Url] = set()
        asking = {url: asyncio.ensure_future(self._ask(url, begun)) for url in urls}
        try:
            if asking:
                await asyncio.wait(asking.values(), timeout=within_s)
        finally:
            for late in asking.values():
                late.cancel()
            await asyncio.gather(*asking.values(), return_exceptions=True)
        slow = NotSeen(Fault.TOO_SLOW)
        found = {
            url: address_finding(url, slow) if asked.cancelled() else asked.result()
            for url, asked in asking.items()
            if url in begun
        }
        return [finding for finding in found.values() if finding is not None]

    async def _ask(self, url: Url, begun: set[Url]) -> AddressFinding | None:
        async with self._turns:
            begun.add(url)
            try:
                return address_finding(url, await self._fetcher.look(url.address))
            except Exception as error:  # noqa: BLE001  # whatever it is, other looks are none the worse
                # The error's own text may hold the address, signature and all.
                log.warning("an address could not be looked at: %s", type(error).__name__)
                return None
