"""Slack's signature of an HTTP request, and whether a request carries a right one."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

TIMESTAMP = "X-Slack-Request-Timestamp"
SIGNATURE = "X-Slack-Signature"
FRESH_S = 300
"""How far the time of a signature may lie from now, as Slack recommends."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature of the right form and of this hour; whether it is right, the body decides."""

    timestamp: str
    digest: str

    @classmethod
    def of(
        cls, timestamps: Sequence[str], signatures: Sequence[str], now: datetime
    ) -> "Signature | None":
        """From all headers of these names; None unless there is one of each, and a fresh one."""
        if len(timestamps) != 1 or len(signatures) != 1:
            return None
        timestamp, digest = timestamps[0], signatures[0]
        # Checked before anything is made of them: a text that is no number or no ASCII raises
        # inside the verifiers of Bolt and of hmac (tests/slack/test_door.py bends both).
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(digest):
            return None
        if abs(now.timestamp() - int(timestamp)) > FRESH_S:
            return None
        return cls(timestamp, digest)

    def is_of(self, body: bytes, secret: SecretStr) -> bool:
        """Whether somebody who knows the secret signed this body at this time."""
        signed = b"v0:" + self.timestamp.encode() + b":" + body
        right = hmac.new(secret.get_secret_value().encode(), signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={right}".encode(), self.digest.encode())

    @property
    def key(self) -> str:
        """The same for the same signed request alone; tells nothing of what it says."""
        return hashlib.sha256(f"{self.timestamp}:{self.digest}".encode()).hexdigest()
