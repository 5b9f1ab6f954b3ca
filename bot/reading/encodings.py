"""The text of a file, where it is certain in which encoding its bytes are written."""

import codecs
import re
from dataclasses import dataclass

_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_A_TARGET = re.compile("://|[0-9a-fA-F]{32}")

# Rows of GB 2312, by the first byte of two. The first part of the Hanzi holds the common ones, in
# the order of their sounds; EUC-KR writes all of its Hangul in the rows that this order begins
# with, and EUC-JP writes its kana in rows 4 and 5.
_SIGNS = range(0xA1, 0xAA)
_KANA = range(0xA4, 0xA6)
_COMMON_HANZI = range(0xB0, 0xD8)
_BEYOND_HANGUL = range(0xC9, 0xD8)
_LEAST_HANZI = 8


@dataclass(frozen=True, slots=True)
class Decoded:
    """`is_certain` speaks of the characters beyond ASCII; those of ASCII are certain always."""

    text: str
    is_certain: bool = True


def decode(content: bytes) -> Decoded | None:
    """The text without a byte order mark; None where the encoding would be a guess."""
    if content.startswith(_UTF_32):
        return None
    for mark, name in _UTF_16.items():
        if content.startswith(mark):
            return _strictly(content[len(mark) :], name)
    if b"\0" in content:
        return _unmarked_utf_16(content)
    return _strictly(content.removeprefix(codecs.BOM_UTF8), "utf-8") or _gb18030(content)


def _strictly(content: bytes, encoding: str) -> Decoded | None:
    """ISO-2022 and its like switch alphabets by ESC, a control, and read as ASCII otherwise."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else Decoded(text)


def _unmarked_utf_16(content: bytes) -> Decoded | None:
    """Certain where the signs of an address or an ID stand in one order of the bytes alone."""
    found = [it for it in map(_strictly, [content] * 2, _UTF_16.values()) if it]
    likely = [it for it in found if _A_TARGET.search(it.text)]
    return likely[0] if len(likely) == 1 else None


def _gb18030(content: bytes) -> Decoded | None:
    """Chinese text, as the spreadsheets of Chinese Windows write it.

    Nearly any bytes can be read as GB18030. So almost all of the characters have to be common Hanzi
    or marks of Chinese text, and only many of them, of many sounds, tell Chinese from Korean for
    certain.
    """
    decoded = _strictly(content, "gb18030")
    if decoded is None:
        return None
    beyond = [it.encode("gb18030") for it in decoded.text if it > "\x7f"]
    rows = [it[0] if len(it) == 2 and it[1] > 0xA0 else 0 for it in beyond]
    hanzi = [row for row in rows if row in _COMMON_HANZI]
    usual = len(hanzi) + sum(row in _SIGNS and row not in _KANA for row in rows)
    if not hanzi or usual < 0.9 * len(rows):
        return None
    distinct_sounds = sum(row in _BEYOND_HANGUL for row in hanzi)
    return Decoded(decoded.text, len(hanzi) >= _LEAST_HANZI and distinct_sounds >= len(hanzi) / 8)
