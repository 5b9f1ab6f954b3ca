"""Escapes of other notations in an address: of JSON, HTML, Markdown and file systems."""

import re
from html import unescape

_ENTITY = re.compile(r"&(?:amp|quot|apos|lt|gt|nbsp|#[0-9]{1,6}|#[xX][0-9A-Fa-f]{1,6})(?:;|\Z)")
_ENCODED_ENTITY = re.compile(r"%26(?:amp|quot|lt|gt|apos|%23[0-9]{1,6})%3B", re.IGNORECASE)
_CODE = re.compile(r"\\(?:u\{?([0-9A-Fa-f]{4})\}?|x([0-9A-Fa-f]{2}))")
_BACKSLASH = re.compile(r"\\(?P<behind>.?)", re.DOTALL)
_ENDS = "\"'`,;<> \t"


def holds_an_escape(address: str) -> bool:
    """Whether the address was copied in the notation of another format, or with a backslash."""
    return (
        "\\" in address
        or ("&" in address and _ENTITY.search(address) is not None)
        or ("%26" in address and _ENCODED_ENTITY.search(address) is not None)
    )


def without_escapes(text: str) -> str:
    """The address as it was probably meant; a proposal that a person has to look at."""
    text = _ENCODED_ENTITY.sub("&", text)
    text = unescape(unescape(text)) if _ENTITY.search(text) else text
    text = _CODE.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
    return _BACKSLASH.sub(_meant, text).strip(_ENDS)


def _meant(found: re.Match[str]) -> str:
    """Before a letter or digit a backslash parts folders; before a sign it protects the sign."""
    behind = found["behind"]
    return f"/{behind}" if behind.isalnum() else behind
