"""Addresses of pages, on which a person watches a film, instead of the film's own address."""

import re
from functools import lru_cache

from bot.rules.address import HOSTS, Parts, plain_host

_SITES = (
    "youtube.com", "youtu.be", "youtube-nocookie.com", "vimeo.com", "dailymotion.com", "dai.ly",
    "twitch.tv", "tiktok.com", "facebook.com", "instagram.com", "x.com", "twitter.com",
    "bilibili.com", "b23.tv", "youku.com", "v.qq.com", "iqiyi.com", "douyin.com", "ixigua.com",
    "drive.google.com", "docs.google.com", "dropbox.com", "onedrive.live.com", "1drv.ms",
    "pan.baidu.com", "wetransfer.com",
)  # fmt: skip
_SCRIPT = re.compile(r"\.(?:php[0-9]?|phtml|jspx?|aspx?|ashx|cfm|cgi|do|action)\Z", re.IGNORECASE)


def is_a_page(parts: Parts) -> bool:
    """Whether a program makes the answer, or the host shows films on pages of its own."""
    return _is_of_a_site(parts.host) or _SCRIPT.search(parts.path) is not None


@lru_cache(maxsize=HOSTS)
def _is_of_a_site(written: str) -> bool:
    host = plain_host(written)
    return any(host == site or host.endswith(f".{site}") for site in _SITES)
