"""What the deployment agreed with the cloud and with its people, as the settings say it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Terms:
    """What a deployment may spend; `tenant` is the cloud account whose quota is counted."""

    tenant: str
    daily_limit: int
    zone: ZoneInfo
    asset_cost: int
    command: str


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the cloud may be called, and how patiently a call is followed.

    `operator_wait_s` is how long a request waits while the cloud refuses every call.
    """

    creates_per_minute: float
    queries_per_minute: float
    poll_first_s: float
    poll_every_s: float
    poll_give_up_s: float
    operator_wait_s: float = 86400.0


@dataclass(frozen=True, slots=True)
class SlackPace:
    """How fast Slack may be called: edits in a workspace, posts in each channel."""

    edits_per_minute: float
    posts_per_minute: float
