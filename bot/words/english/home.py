"""App Home, in English."""

RUNNING_LABEL = "Running"
SCHEDULED_LABEL = "Scheduled"
RECENT_LABEL = "Recent"
EMPTY = "You have no requests yet. Press *Prefetch…*, or type the command in a channel."
NO_CARD = "Slack took no card of this request. *Details* shows what became of it."
