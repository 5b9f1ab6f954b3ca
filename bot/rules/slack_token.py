"""What is wrong with a token of the bot, when Slack refuses it."""

from dataclasses import dataclass
from enum import StrEnum


class TokenFault(StrEnum):
    """Why Slack refuses the token."""

    REFUSED = "refused"
    SCOPE = "scope"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class TokenTrouble:
    """`variable` is the setting; `name` is the scope that the token lacks, else Slack's code."""

    variable: str
    fault: TokenFault
    name: str
