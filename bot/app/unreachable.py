"""Why a bot cannot start or go on, where its settings are not to blame."""


class Unreachable(Exception):  # noqa: N818
    """Slack, the cloud or the database cannot be reached; the message says which, and why."""
