"""What the tests take as settled unless they say otherwise: who may do what, and the terms."""

from zoneinfo import ZoneInfo

from bot.fetching.fetcher import Fetcher
from bot.rules.deployment import Terms
from bot.rules.policy import Policy
from bot.sandbox.fakeslack import SAM

EVERYONE = frozenset({"*"})
OPEN = Policy(
    users=EVERYONE,
    channels=EVERYONE,
    denied_users=frozenset(),
    domains=EVERYONE,
    operators=frozenset({SAM}),
)

LOOKS_NOWHERE = Fetcher(OPEN.names_host)
"""A bare `*` names no host."""


async def ignored(_request_id: str, _channel: str, _ts: str) -> None:
    """For a card that somebody has used."""


TERMS = Terms(
    tenant="default",
    daily_limit=1000,
    zone=ZoneInfo("Asia/Shanghai"),
    asset_cost=1,
    command="/prefetch",
)
