"""Who may prefetch what, from where: empty lists deny, `*` allows, a deny wins."""

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from bot.rules.address import plain_host

EVERYONE = "*"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a payload, by Slack's IDs."""

    user_id: str
    team_id: str


class Denial(StrEnum):
    """Why a setting refuses."""

    NOT_LISTED = "not_listed"
    EXCLUDED = "excluded"
    CHANNEL = "channel"
    HOST = "host"
    NOT_THE_ASKER = "not_the_asker"
    NOT_AN_OPERATOR = "not_an_operator"


@dataclass(frozen=True, slots=True)
class Denied:
    """The setting that refused, for who can change it; `name` is the channel or the host."""

    setting: str
    why: Denial
    name: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The lists of the settings; Slack IDs, hosts for `domains`."""

    users: frozenset[str]
    channels: frozenset[str]
    denied_users: frozenset[str]
    domains: frozenset[str]
    operators: frozenset[str]

    def refusal(self, actor: Actor, channel_id: str | None) -> Denied | None:
        """Why `actor` may not prefetch, or None; `channel_id` is None while it is to be chosen."""
        if denied := self.denial(actor):
            return denied
        if not _listed(actor.user_id, self.users):
            return Denied("PREFETCH_ALLOWED_USERS", Denial.NOT_LISTED)
        if channel_id is not None and not _listed(channel_id, self.channels):
            return Denied("PREFETCH_ALLOWED_CHANNELS", Denial.CHANNEL, channel_id)
        return None

    def denial(self, actor: Actor) -> Denied | None:
        """The refusal of a denied person, whom no other list can allow again."""
        if not _listed(actor.user_id, self.denied_users):
            return None
        return Denied("PREFETCH_DENIED_USERS", Denial.EXCLUDED)

    def allows_host(self, host: str) -> bool:
        return any(fnmatchcase(host, plain_host(pattern)) for pattern in self.domains)

    @property
    def named_hosts(self) -> frozenset[str]:
        """What the list of domains names; a bare `*` allows every host, and names none."""
        return self.domains - {EVERYONE}

    def names_host(self, host: str) -> bool:
        """Whether the list names the host."""
        return any(fnmatchcase(host, plain_host(pattern)) for pattern in self.named_hosts)

    def is_operator(self, actor: Actor) -> bool:
        return self.denial(actor) is None and _listed(actor.user_id, self.operators)

    @property
    def whom_to_ask(self) -> tuple[str, ...]:
        """The IDs of at most three operators; none where the settings name none."""
        return tuple(sorted(self.operators - {EVERYONE})[:3])


def _listed(name: str, listed: frozenset[str]) -> bool:
    return EVERYONE in listed or name in listed
