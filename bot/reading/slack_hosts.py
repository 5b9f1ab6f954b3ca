"""The hosts of Slack itself, where no file of ours is."""

OWN_DOMAINS = (
    "slack.com",
    "slack-files.com",
    "slack-edge.com",
    "slack-imgs.com",
    "slack-redir.net",
    "slack-gov.com",
)


def is_slacks(host: str) -> bool:
    """For a host in the form of `plain_host`."""
    return any(host == domain or host.endswith(f".{domain}") for domain in OWN_DOMAINS)
