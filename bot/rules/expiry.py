"""Which signatures of a list have ended by the moment at which it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.rules.signature import signature
from bot.rules.target import Target, Url

UNNOTICED = timedelta(minutes=1)
"""So much later a list may be sent than was said; a prefetch itself takes some minutes."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """What a list is signed with, at the moment at which it is sent; each address stands once.

    `ended` have ended already, `ending` end before that moment, `doubtful` may have ended then,
    and of `unreadable` nobody can say.
    """

    ended: tuple[Url, ...] = ()
    ending: tuple[Url, ...] = ()
    doubtful: tuple[Url, ...] = ()
    unreadable: tuple[Url, ...] = ()

    @property
    def useless(self) -> tuple[Url, ...]:
        """Those with which nobody gets the file when it is sent, for certain."""
        return self.ended + self.ending


def signatures(
    targets: Sequence[Target], *, now: datetime, run_at: datetime | None = None
) -> Signatures:
    """What the addresses are signed with; they are sent at `run_at`, or now."""
    sent_at = run_at or now
    signed = [
        (target, found)
        for target in targets
        if isinstance(target, Url) and (found := signature(target.address)) is not None
    ]
    return Signatures(
        ended=tuple(url for url, it in signed if it.has_ended(now)),
        ending=tuple(url for url, it in signed if it.has_ended(sent_at) and not it.has_ended(now)),
        doubtful=tuple(url for url, it in signed if it.may_have_ended(sent_at)),
        unreadable=tuple(url for url, it in signed if it.at is None),
    )


def ends_unsaid(targets: Sequence[Target], *, said_for: datetime, sent_at: datetime) -> bool:
    """Whether a signature ends, or perhaps ends, between what was spoken of and the sending."""
    if sent_at - said_for < UNNOTICED:
        return False
    found = (signature(target.address) for target in targets if isinstance(target, Url))
    return any(
        (it.has_ended(sent_at) and not it.has_ended(said_for))
        or (it.may_have_ended(sent_at) and not it.may_have_ended(said_for))
        for it in found
        if it is not None
    )
