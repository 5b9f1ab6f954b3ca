"""What the body of a create call must look like."""

import json
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

from bot.sandbox.fakevod.errors import service_error
from bot.sandbox.fakevod.wire import Answer, Heard

MOST_URLS = 10
LONGEST_URL = 4096


@dataclass(frozen=True, slots=True)
class AssetOrder:
    asset_id: str


@dataclass(frozen=True, slots=True)
class UrlOrder:
    urls: tuple[str, ...]


Order: TypeAlias = AssetOrder | UrlOrder


def read_order(heard: Heard) -> Order | Answer:
    content_type = (heard.header("content-type") or "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        return service_error("VOD.10059")
    try:
        body = json.loads(heard.body)
    except ValueError:
        return service_error("VOD.10053", "body")
    if not isinstance(body, dict):
        return service_error("VOD.10053", "body")
    unknown = sorted(body.keys() - {"asset_id", "urls"})
    if unknown:
        return service_error("VOD.10053", unknown[0])
    if len(body) != 1:
        return service_error("VOD.10053", "asset_id, urls: exactly one of them is needed")
    return _read_asset(body["asset_id"]) if "asset_id" in body else _read_urls(body["urls"])


def _read_asset(asset_id: object) -> Order | Answer:
    if not isinstance(asset_id, str) or not asset_id or asset_id != asset_id.strip():
        return service_error("VOD.10053", "asset_id")
    return AssetOrder(asset_id)


def _read_urls(urls: object) -> Order | Answer:
    if not isinstance(urls, list) or not urls:
        return service_error("VOD.10053", "urls")
    if len(urls) > MOST_URLS:
        return service_error("VOD.10109")
    if not all(_is_url(url) for url in urls):
        return service_error("VOD.10053", "urls")
    return UrlOrder(tuple(urls))


def _is_url(text: object) -> bool:
    """Accept blanks and Chinese characters inside: play URLs of real assets hold them."""
    if not isinstance(text, str) or text != text.strip() or len(text) > LONGEST_URL:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "\n" not in text
