"""The shape of XML: a sitemap, or another document of which one element holds the targets."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.reading.characters import BLANKS
from bot.reading.comments import rejected_comment
from bot.reading.link_tokens import Split
from bot.reading.shapes.fields import Field, read_fields
from bot.reading.shapes.shape import Read, plain_text
from bot.rules.reading import ListShape, Reading
from bot.rules.redaction import shown_line
from bot.rules.target import Reason, Rejected

MAX_DEPTH = 64
"""A sitemap is three deep."""

_BEGINS_A_DOCUMENT = re.compile(
    r"<\?xml\s|<!DOCTYPE\s|<(?:\w{1,20}:)?(?:urlset|sitemapindex|rss|feed|MPD|playlist|smil|asx)[\s>]"
)
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_LOCATION = re.compile(r"<loc>([^<]*+)")
_OF_A_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"


def read_xml(text: str, split: Split) -> Read | None:
    """None for a text that does not begin as XML; a document with a DTD or damage is rejected."""
    plain = plain_text(text, split).strip(BLANKS)
    if not _BEGINS_A_DOCUMENT.match(plain):
        return None
    try:
        root = fromstring(plain, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        is_unsafe = isinstance(error, DefusedXmlException)
        return _not_read(plain, Reason.UNSAFE if is_unsafe else Reason.DAMAGED)
    if _name(root.tag) == "sitemapindex":
        return _not_read(plain, Reason.OF_SITEMAPS)
    comments = [rejected_comment(it) for it in _COMMENT.findall(plain) if "://" in it]
    try:
        return read_fields(_texts(root, ()), ListShape.XML, plain, beside=comments)
    except RecursionError:
        return _not_read(plain, Reason.DAMAGED)


def _not_read(text: str, reason: Reason) -> Read:
    found = [part for it in _LOCATION.findall(text) if (part := it.strip())] or [text]
    return Read([Rejected(shown_line(it), reason) for it in found], Reading(ListShape.XML, 0))


def _texts(element: Element, way: Field) -> Iterator[tuple[Field, str]]:
    """Every text and attribute with the elements that lead to it; a namespace is no text."""
    field = (*way, _name(element.tag))
    if len(field) > MAX_DEPTH:
        raise RecursionError
    if element.text and element.text.strip():
        yield field, element.text
    for name, value in element.attrib.items():
        if not name.startswith(_OF_A_SCHEMA):
            yield (*field, f"@{_name(name)}"), value
    for child in element:
        yield from _texts(child, field)
        if child.tail and child.tail.strip():
            yield field, child.tail


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]
