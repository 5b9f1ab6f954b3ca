"""The service: what people can ask, put together from its parts."""

from collections.abc import Callable
from datetime import datetime

from bot.fetching.fetcher import Fetcher
from bot.preflight.looking import Looking
from bot.rules.deployment import Terms
from bot.rules.policy import Policy
from bot.service.asking import Asking
from bot.service.attaching import Attaching, Files
from bot.service.clocks import Clocks, Zones
from bot.service.confirming import Confirming
from bot.service.context import Context, Hooks
from bot.service.deciding import Deciding
from bot.service.drafting import Drafting
from bot.service.open_homes import OpenHomes, Source
from bot.service.playlists import Playlists
from bot.service.reporting import Reporting
from bot.slack.rich_blocks import RichBlocks
from storage.database import Database


class PrefetchService:
    """Every part raises a `bot.rules.refusals.Refusal` for the person who asked.

    Without `looking` modals are shown without a look at their targets.
    """

    def __init__(
        self,
        database: Database,
        *,
        policy: Policy,
        terms: Terms,
        hooks: Hooks,
        now: Callable[[], datetime],
        fetcher: Fetcher,
        looking: Looking | None = None,
        files: Files | None = None,
        zones: Zones | None = None,
    ) -> None:
        context = Context(database, policy, terms, hooks.enqueue, now, fetcher)
        self.terms = terms
        self.now = now
        self.looking = looking or Looking()
        self.found_card = hooks.found_card
        self.clocks = Clocks(zones, now=now)
        self.drafting = Drafting(context, self.clocks)
        self.playlists = Playlists(context, self.drafting)
        self.confirming = Confirming(context, self.drafting, begin=hooks.begin)
        self.deciding = Deciding(context, changed=hooks.changed)
        self.asking = Asking(context)
        self.reporting = Reporting(context)
        self.rich_blocks = RichBlocks(now)
        source = Source(self.reporting.desk, self.reporting.version, self.reporting.turn)
        self.homes = OpenHomes(source, self.rich_blocks, now=now)
        self.attaching = Attaching(files)
