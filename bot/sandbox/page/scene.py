"""What all tabs share: the stand-ins, the bot, its ledger, and the pulse."""

from dataclasses import dataclass

from bot.sandbox.fakeslack import FakeSlack
from bot.sandbox.fakevod import FakeVod
from bot.sandbox.page.bot_life import BotLife
from bot.sandbox.page.ledger import LedgerReader
from bot.sandbox.page.pulse import Pulse


@dataclass(frozen=True, slots=True)
class Scene:
    slack: FakeSlack
    vod: FakeVod
    bot: BotLife
    ledger: LedgerReader
    pulse: Pulse
