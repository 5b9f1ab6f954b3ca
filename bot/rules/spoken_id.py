"""IDs that people can say aloud: `R-7F3K2` of a request, `E-9QX4T` of an error."""

from collections.abc import Callable

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32, which leaves out I, L, O and U."""


def spoken_id(prefix: str, choose: Callable[[str], str]) -> str:
    """`R-7F3K2` of five chosen characters: 33 million IDs for each prefix."""
    return f"{prefix}-{''.join(choose(CROCKFORD) for _ in range(5))}"
