"""What the help has to know: what the person who asks may do here, and the limits of today."""

from dataclasses import dataclass

from bot.rules.policy import Denied
from bot.rules.quota import Quota


@dataclass(frozen=True, slots=True)
class Usage:
    """For one person in one channel.

    `denied` is why they may not prefetch there, `ask` are whom they can ask, and `quota` is None
    where the database cannot be read now. `channels` and `hosts` are where it is allowed and for
    what, as the settings list them.
    """

    command: str
    denied: Denied | None
    is_operator: bool
    ask: tuple[str, ...]
    quota: Quota | None
    most_files: int
    channels: frozenset[str]
    hosts: frozenset[str]
