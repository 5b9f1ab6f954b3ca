"""The service: what people can ask, put together from its four parts."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.rules.deployment import Terms
from bot.rules.policy import Policy
from bot.service.asking import Asking
from bot.service.confirming import Confirming
from bot.service.context import Context, Enqueue
from bot.service.deciding import Deciding
from bot.service.drafting import Drafting
from storage.database import Database

FoundCard = Callable[[str, str, str], Awaitable[None]]
"""Told of a request, and of the channel and ts of a card of it that somebody has used."""


class PrefetchService:
    """Every part raises a `bot.rules.refusals.Refusal` for the person who asked."""

    def __init__(
        self,
        database: Database,
        *,
        policy: Policy,
        terms: Terms,
        enqueue: Enqueue,
        begin: Callable[[str], None],
        changed: Callable[[str], None],
        found_card: FoundCard,
        now: Callable[[], datetime],
    ) -> None:
        context = Context(database, policy, terms, enqueue, now)
        self.terms = terms
        self.now = now
        self.found_card = found_card
        self.drafting = Drafting(context)
        self.confirming = Confirming(context, self.drafting, begin=begin)
        self.deciding = Deciding(context, changed=changed)
        self.asking = Asking(context)
