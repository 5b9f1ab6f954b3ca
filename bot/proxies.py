"""Which proxy of the environment an address goes through: one rule for Slack and the cloud."""

from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

_NAMES = ("https", "http", "all")
_SAME_AS = {"ws": "http", "wss": "https"}


class ProxyWrong(ValueError):  # noqa: N818
    """No proxy that the bot could use; the message names the variable, and not what it holds."""


def check_proxies() -> None:
    """Look at every proxy of the environment; raises `ProxyWrong`."""
    proxies = getproxies_environment()
    for name in _NAMES:
        if (written := proxies.get(name, "").strip()) and not _is_usable(_with_scheme(written)):
            message = (
                f"{name.upper()}_PROXY: expects http://HOST:PORT, if need be with USER:PASSWORD@"
            )
            raise ProxyWrong(message)


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
    return _with_scheme(found)


def _with_scheme(written: str) -> str:
    return written if "://" in written else f"http://{written}"


def _is_usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
