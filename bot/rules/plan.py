"""The plan of a request: the API calls that will prefetch its targets."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.rules.target import Asset, Target, Url

URLS_PER_CALL = 10
"""The cloud refuses a call with more URLs (VOD.10109)."""


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One API call: a single asset, or up to ten URLs; `files` is what it takes from the quota."""

    targets: tuple[Target, ...]
    files: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Exactly what will run, in the order in which it will be sent.

    `alone` are the targets whose call holds nothing else on purpose.
    """

    calls: tuple[PlannedCall, ...]
    alone: frozenset[Target] = frozenset()

    @property
    def files(self) -> int:
        return sum(call.files for call in self.calls)

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(target for call in self.calls for target in call.targets)

    @property
    def digest(self) -> str:
        """Changes whenever a target, the order, the batching or the cost does."""
        shape = [[call.files, *map(_name, call.targets)] for call in self.calls]
        return hashlib.sha256(json.dumps(shape).encode()).hexdigest()


def plan_prefetch(
    targets: Sequence[Target], *, asset_cost: int, alone: Collection[Target] = ()
) -> Plan:
    """Batch assets one a call and URLs ten a call, because one call takes either, never both.

    URLs among `alone` go one a call, behind the others.
    """
    assets = [target for target in targets if isinstance(target, Asset)]
    urls = [target for target in targets if isinstance(target, Url) and target not in alone]
    singles = [target for target in targets if isinstance(target, Url) and target in alone]
    by_asset = [PlannedCall((asset,), files=asset_cost) for asset in assets]
    by_url = [
        PlannedCall(tuple(chunk), files=len(chunk))
        for start in range(0, len(urls), URLS_PER_CALL)
        if (chunk := urls[start : start + URLS_PER_CALL])
    ]
    by_itself = [PlannedCall((url,), files=1) for url in singles]
    return Plan((*by_asset, *by_url, *by_itself), frozenset(singles))


def _name(target: Target) -> str:
    return f"asset:{target.id}" if isinstance(target, Asset) else f"url:{target.address}"
