"""Who may prefetch what, from where: empty lists deny, `*` allows, a deny wins."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.rules.address import plain_host

EVERYONE = "*"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a payload, by Slack's IDs."""

    user_id: str
    team_id: str


@dataclass(frozen=True, slots=True)
class Denied:
    """A refusal that names the setting that refused, for the one who can change it."""

    setting: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The lists of the settings; Slack IDs, hosts for `domains`."""

    users: frozenset[str]
    channels: frozenset[str]
    denied_users: frozenset[str]
    domains: frozenset[str]
    operators: frozenset[str]

    def refusal(self, actor: Actor, channel_id: str | None) -> Denied | None:
        """None when `actor` may prefetch; `channel_id` is None while it is still to be chosen."""
        if denied := self.denial(actor):
            return denied
        if not _listed(actor.user_id, self.users):
            return Denied("PREFETCH_ALLOWED_USERS", "You are not on the list of people who may.")
        if channel_id is not None and not _listed(channel_id, self.channels):
            return Denied(
                "PREFETCH_ALLOWED_CHANNELS",
                f"Prefetching from {_place(channel_id)} is not allowed; use a channel that is.",
            )
        return None

    def denial(self, actor: Actor) -> Denied | None:
        """What no other list can allow again."""
        if not _listed(actor.user_id, self.denied_users):
            return None
        return Denied("PREFETCH_DENIED_USERS", "You are on the list of people who may not.")

    def allows_host(self, host: str) -> bool:
        return any(fnmatchcase(host, plain_host(pattern)) for pattern in self.domains)

    def is_operator(self, actor: Actor) -> bool:
        return self.denial(actor) is None and _listed(actor.user_id, self.operators)

    @property
    def whom_to_ask(self) -> str:
        """Slack mrkdwn; mentions at most three operators."""
        named = sorted(self.operators - {EVERYONE})[:3]
        return " or ".join(f"<@{user}>" for user in named) or "whoever runs this bot"


def _place(channel_id: str) -> str:
    """A direct message has no name that Slack could show."""
    return "a direct message" if channel_id.startswith("D") else f"<#{channel_id}>"


def _listed(name: str, listed: frozenset[str]) -> bool:
    return EVERYONE in listed or name in listed
