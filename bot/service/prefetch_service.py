"""The service: what people can ask, put together from its four parts."""

from collections.abc import Callable
from datetime import datetime

from bot.rules.deployment import Terms
from bot.rules.policy import Policy
from bot.service.asking import Asking
from bot.service.confirming import Confirming
from bot.service.context import Context, Hooks
from bot.service.deciding import Deciding
from bot.service.drafting import Drafting
from storage.database import Database


class PrefetchService:
    """Every part raises a `bot.rules.refusals.Refusal` for the person who asked."""

    def __init__(
        self,
        database: Database,
        *,
        policy: Policy,
        terms: Terms,
        hooks: Hooks,
        now: Callable[[], datetime],
    ) -> None:
        context = Context(database, policy, terms, hooks.enqueue, now)
        self.terms = terms
        self.now = now
        self.found_card = hooks.found_card
        self.drafting = Drafting(context)
        self.confirming = Confirming(context, self.drafting, begin=hooks.begin)
        self.deciding = Deciding(context, changed=hooks.changed)
        self.asking = Asking(context)
