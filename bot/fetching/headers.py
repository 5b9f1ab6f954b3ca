"""The few headers of an answer that mean something here."""

import re
from collections.abc import Iterable

LONGEST = 200
"""Characters of a header that may be shown."""

_RANGE = re.compile(r"bytes [0-9]+-[0-9]+/([0-9]{1,18})")
_LENGTH = re.compile(r"[0-9]{1,18}")


class Headers:
    """Headers by their name in lower case; of a name that comes twice, the first."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._of: dict[str, bytes] = {}
        for name, value in raw:
            self._of.setdefault(name.decode("latin-1").lower(), value)

    def text(self, name: str) -> str:
        """Printable text, cut short; empty for a header that is not there."""
        written = self._of.get(name, b"").decode("latin-1").strip()[:LONGEST]
        return "".join(character if character.isprintable() else "\ufffd" for character in written)

    @property
    def location(self) -> str:
        """Where a redirect leads, as written; many servers write UTF-8 there."""
        written = self._of.get("location", b"").strip()
        try:
            return written.decode("utf-8")
        except UnicodeDecodeError:
            return written.decode("latin-1")

    @property
    def is_packed(self) -> bool:
        return self.text("content-encoding").lower() not in {"", "identity"}

    @property
    def length(self) -> int | None:
        """The bytes of this answer, where it says so."""
        found = _LENGTH.fullmatch(self.text("content-length"))
        return int(found[0]) if found else None

    def size(self, status: int) -> int | None:
        """The bytes of the whole file, of which a 206 is a part."""
        if status == 206:
            found = _RANGE.fullmatch(self.text("content-range"))
            return int(found[1]) if found else None
        # Packed bytes are fewer, and what an error page says is the size of that page.
        return self.length if status == 200 and not self.is_packed else None
