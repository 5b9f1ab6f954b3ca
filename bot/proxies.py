"""Which proxy of the environment an address goes through: one rule for Slack and the cloud."""

from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

_SAME_AS = {"ws": "http", "wss": "https"}


def proxy_for(url: str) -> str | None:
    """The proxy of the URL's own scheme, else any that is set; None where NO_PROXY names it.

    Slack's client takes HTTPS_PROXY for every address, so one variable has to be enough for all.
    """
    # Empty variables are left out by this: they count as not set.
    proxies = getproxies_environment()
    parts = urlsplit(url)
    scheme = _SAME_AS.get(parts.scheme, parts.scheme)
    names = (scheme, "all", "https", "http")
    found = next((proxies[name].strip() for name in names if proxies.get(name, "").strip()), "")
    if not found or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    return found if "://" in found else f"http://{found}"
