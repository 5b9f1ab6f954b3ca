"""Answers to the two questions about assets: which are there, and what do they play."""

from typing import Any

from bot.sandbox.fakevod.assets import Asset, AssetShelf
from bot.sandbox.fakevod.errors import service_error
from bot.sandbox.fakevod.wire import Answer, Heard

MOST_IDS = 10
MOST_ON_A_PAGE = 100
STATUSES = frozenset(
    {
        "CREATING", "FAILED", "CREATED", "PUBLISHED",
        "TRANSCODING", "TRANSCODE_SUCCEED", "TRANSCODE_FAILED",
        "THUMBNAILING", "THUMBNAIL_SUCCEED", "THUMBNAIL_FAILED",
        "UN_REVIEW", "REVIEWING", "REVIEW_SUSPICIOUS",
        "REVIEW_PASSED", "REVIEW_FAILED", "REVIEW_BLOCKED",
    }
)  # fmt: skip


def answer_list(heard: Heard, shelf: AssetShelf) -> Answer:
    page, size = _number(heard, "page", 0), _number(heard, "size", 10)
    if page is None:
        return service_error("VOD.10053", "page")
    if size is None or not 1 <= size <= MOST_ON_A_PAGE:
        return service_error("VOD.10053", "size")
    status = _first(heard, "status")
    if status and status not in STATUSES:
        return service_error("VOD.10053", "status")
    ids = _ids(heard)
    if len(ids) > MOST_IDS:
        return service_error("VOD.10053", "asset_id")
    found = [asset for asset in shelf.listed() if _matches(asset, heard, ids)]
    shown = found[page * size : (page + 1) * size]
    return Answer(200, {"total": len(found), "assets": [_summary(asset) for asset in shown]})


def answer_info(heard: Heard, shelf: AssetShelf, *, any_asset_exists: bool) -> Answer:
    ids = _ids(heard)
    if not 1 <= len(ids) <= MOST_IDS:
        return service_error("VOD.10053", "asset_id")
    found = [shelf.find(asset_id, any_asset_exists=any_asset_exists) for asset_id in ids]
    infos = [_info(asset) for asset in found]
    return Answer(200, {"asset_info_array": infos, "is_truncated": 0, "total": len(infos)})


def _ids(heard: Heard) -> list[str]:
    # The published metadata says comma list for one call and repetition for the other.
    return [one for value in heard.values("asset_id") for one in value.split(",") if one]


def _first(heard: Heard, name: str) -> str:
    return next(iter(heard.values(name)), "")


def _number(heard: Heard, name: str, default: int) -> int | None:
    text = _first(heard, name)
    if not text:
        return default
    return int(text) if text.isascii() and text.isdecimal() else None


def _matches(asset: Asset, heard: Heard, ids: list[str]) -> bool:
    status, words = _first(heard, "status"), _first(heard, "query_string").lower()
    texts = (asset.title, asset.description, asset.category)
    return (
        (not ids or asset.asset_id in ids)
        and status in ("", asset.status)
        and any(words in text.lower() for text in texts)
    )


def _summary(asset: Asset) -> dict[str, Any]:
    return {
        "asset_id": asset.asset_id,
        "title": asset.title,
        "description": asset.description,
        "duration": asset.duration,
        "size": asset.size,
        "original_url": asset.original_url,
        "category": asset.category,
        "covers": [],
        "create_time": asset.create_time,
        "asset_status": asset.status,
        "transcode_status": "TRANSCODE_SUCCEED" if asset.outputs else "UN_TRANSCODE",
        "review_status": "REVIEW_BLOCKED" if asset.state == "blocked" else "UN_REVIEW",
        "media_type": "MP4",
    }


def _info(asset: Asset) -> dict[str, Any]:
    if asset.state == "missing":
        return {"asset_id": asset.asset_id, "status": "NO_ASSET"}
    return {
        "asset_id": asset.asset_id,
        "status": asset.status,
        "description": asset.description,
        "is_multi_transcode": len(asset.outputs) > 1,
        "base_info": {"title": asset.title, "video_url": asset.original_url},
        "play_info_array": _play_infos(asset) if asset.status == "PUBLISHED" else [],
    }


def _play_infos(asset: Asset) -> list[dict[str, Any]]:
    return [
        {"play_type": output.play_type, "encrypted": 0, "meta_data": {"quality": output.quality}}
        | ({} if output.url is None else {"url": output.url})
        for output in asset.play_outputs
    ]
