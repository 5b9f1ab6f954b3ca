"""The hosts of Slack itself, which serve no file of a CDN."""

from functools import lru_cache

from bot.rules.address import HOSTS

OWN_DOMAINS = (
    "slack.com",
    "slack-files.com",
    "slack-edge.com",
    "slack-imgs.com",
    "slack-redir.net",
    "slack-gov.com",
)


@lru_cache(maxsize=HOSTS)
def is_slacks(host: str) -> bool:
    """Whether the host, in the form of `plain_host`, is Slack's own."""
    return any(host == domain or host.endswith(f".{domain}") for domain in OWN_DOMAINS)
