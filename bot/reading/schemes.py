"""Beginnings that resemble `https://`, and those of stores, which viewers cannot reach."""

import re

_NEARLY_WEB = re.compile(
    r"(?P<scheme>h[tx]{1,3}ps?|[tx]{1,2}ps?)\s{0,2}(?:[:：;；﹕]\s{0,2}[/\\／⁄∕]{1,4}|[/\\／⁄∕]{2,4})\s{0,2}"
    r"(?=[^\s/\\])|(?P<bare>https?)[:：](?=[A-Za-z0-9-]+\.)",
    re.IGNORECASE,
)
_MASKED_DOT = re.compile(r"\[\.\]|\(\.\)|\[dot\]", re.IGNORECASE)
_STORES = re.compile(
    r"(?:s3[an]?|obs|oss|cos|gs|gcs|r2|b2|bos|tos|swift|azure|wasbs?|abfss?|hdfs)://", re.IGNORECASE
)


def is_nearly_web(text: str) -> bool:
    """Whether the text begins nearly as a web address does: `https：//`, `hxxps://`, `https:/`."""
    return _NEARLY_WEB.match(text) is not None


def with_web_scheme(text: str) -> str:
    """The address as it was probably meant; a proposal that a person has to look at."""
    found = _NEARLY_WEB.match(text)
    if found is None:
        return text
    scheme = (found["scheme"] or found["bare"]).lower()
    meant = "https" if scheme.endswith("s") else "http"
    return f"{meant}://{_MASKED_DOT.sub('.', text[found.end() :])}"


def is_in_a_store(text: str) -> bool:
    """Whether the text names a place in an object store, as `obs://bucket/a.mp4`."""
    return _STORES.match(text) is not None
