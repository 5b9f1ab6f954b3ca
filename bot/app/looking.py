"""Who looks at customers' addresses and assets, as far as the settings allow."""

from contextlib import AsyncExitStack

from bot.fetching.fetcher import Fetcher, Reach
from bot.preflight.addresses import AddressLook
from bot.preflight.assets import AssetLook
from bot.preflight.looking import Looking
from bot.preflight.targets import TargetLook
from bot.settings import Settings
from bot.vod.client import VodClient


def open_fetcher(stack: AsyncExitStack, settings: Settings, reach: Reach | None) -> Fetcher:
    """Looks at the hosts that the list of domains names; at none where that is switched off."""
    is_on = settings.preflight == "on"
    fetcher = Fetcher(settings.policy.names_host if is_on else _names_none, reach=reach)
    stack.push_async_callback(fetcher.close)
    return fetcher


def open_looking(
    stack: AsyncExitStack, settings: Settings, vod: VodClient, fetcher: Fetcher
) -> Looking:
    """Looks beside open modals: at assets always, at addresses where a host is named."""
    names_some = settings.preflight == "on" and settings.policy.named_hosts
    addresses = AddressLook(fetcher) if names_some else None
    looking = Looking(TargetLook(AssetLook(vod), addresses))
    stack.push_async_callback(looking.close)
    return looking


def _names_none(_host: str) -> bool:
    return False
