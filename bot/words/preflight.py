"""The sentences of what a look at a draft's targets has found."""

from typing import Protocol

from bot.rules.preflight import AddressFinding, AssetFinding, Look


class PreflightWords(Protocol):
    """What a look at the targets has found while their modal is open."""

    ADVICE: str

    def assets(self, look: Look) -> str: ...
    def asset(self, finding: AssetFinding) -> str: ...
    def addresses(self, look: Look) -> str: ...
    def address(self, finding: AddressFinding) -> str: ...
