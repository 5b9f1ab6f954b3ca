"""The card of a request: where it stands, and what Slack has refused of it."""

from typing import NamedTuple


class CardPlace(NamedTuple):
    """Where the one card of a request is; `reason` says why it is not in the request's channel.

    `is_second`: an earlier one may stand, of which Slack's answer was lost.
    """

    channel: str
    ts: str
    reason: str | None
    is_second: bool = False


class CardTrouble(NamedTuple):
    """What Slack has refused in a row about the card, with its last code for it.

    `given_up`: no card is posted any longer, unless the end of the request changes that.
    """

    refusals: int
    refusal: str | None
    given_up: bool
