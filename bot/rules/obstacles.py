"""An obstacle: why the cloud refuses every call until a person changes something."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.rules.causes import CloudError

PROBES_S = (60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0)
"""How long after each refused call one more is made; never more often than a spared key allows."""

LOCKED_S = 300.0
"""A key that was refused too often is locked for so long."""

SETTLES_S = 60.0
"""Within so long a probe is answered; when its process dies, another one makes the next probe."""

HASTE_S = 10.0
"""*Try again now* brings the next probe no nearer than this to the last one."""


class ObstacleKind(StrEnum):
    """What a person has to change."""

    KEY = "key"
    ARREARS = "arrears"
    PROJECT = "project"


KINDS: Mapping[str, ObstacleKind] = {
    "AuthenticationFailed": ObstacleKind.KEY,
    "KeyLocked": ObstacleKind.KEY,
    "WrongClock": ObstacleKind.KEY,
    "AccountProblem": ObstacleKind.ARREARS,
    "ProjectMismatch": ObstacleKind.PROJECT,
}
"""By the name of the class of `bot.vod.errors`: refusals that every other call would meet too."""


class Way(StrEnum):
    """Whether a call may go out now."""

    OPEN = "open"
    PROBE = "probe"  # this one call, to see whether the obstacle is still there
    SHUT = "shut"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """The refusal that came last, since when every call is refused, and when the next one goes out.

    `probes` counts the calls that were made since then and refused as well. `tried_by` is the
    person who last asked for a probe.
    """

    cause: CloudError
    since: datetime
    probes: int
    next_probe_at: datetime
    tried_by: str | None = None

    @property
    def kind(self) -> ObstacleKind:
        return KINDS[self.cause.kind]


def met(found: Obstacle | None, cause: CloudError, *, was_probe: bool, now: datetime) -> Obstacle:
    """What stands in the way after a call was refused with `cause`, where `found` stood before."""
    if found is None or found.kind is not KINDS[cause.kind]:
        return Obstacle(cause, now, 0, now + _wait(cause, 0))
    if not was_probe:
        # It went out before the obstacle was known, or was refused here and never went out.
        return found
    probes = found.probes + 1
    return Obstacle(cause, found.since, probes, now + _wait(cause, probes), found.tried_by)


def soonest_probe(tried_at: datetime | None, *, now: datetime) -> datetime:
    """When a person may have a call tried again, who last had it tried at that time."""
    if tried_at is None:
        return now
    # A probe that was asked for and lies ahead does for whoever asks as well.
    return max(now, tried_at + timedelta(seconds=HASTE_S)) if tried_at <= now else tried_at


def waits_too_long(
    found: Obstacle, due_at: datetime, *, bound_s: float, now: datetime
) -> int | None:
    """The seconds that what was due then has waited for a person; None while it waits on."""
    waited_s = (now - max(found.since, due_at)).total_seconds()
    return round(waited_s) if waited_s >= bound_s else None


def _wait(cause: CloudError, probes: int) -> timedelta:
    wait_s = PROBES_S[min(probes, len(PROBES_S) - 1)]
    return timedelta(seconds=max(wait_s, LOCKED_S) if cause.kind == "KeyLocked" else wait_s)
