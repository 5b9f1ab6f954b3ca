"""Short ways to write Block Kit payloads, right or wrong."""

from typing import Any

Json = dict[str, Any]


def plain(text: str = "Words") -> Json:
    return {"type": "plain_text", "text": text}


def md(text: str = "*Words*") -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**fields: object) -> Json:
    return {"type": "section", "text": md(), **fields}


def button(**fields: object) -> Json:
    return {"type": "button", "action_id": "go", "text": plain(), **fields}


def actions(*elements: object, **fields: object) -> Json:
    return {"type": "actions", "elements": list(elements), **fields}


def field(element: Json, **fields: object) -> Json:
    return {"type": "input", "label": plain(), "element": element, **fields}


def option(value: str = "a", **fields: object) -> Json:
    return {"text": plain(value), "value": value, **fields}


def select(**fields: object) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": [option()], **fields}


def confirm(**fields: object) -> Json:
    texts = {name: plain() for name in ("title", "text", "confirm", "deny")}
    return {**texts, **fields}


def rich(*elements: Json, **fields: object) -> Json:
    return {"type": "rich_text", "elements": list(elements), **fields}


def paragraph(*elements: Json, kind: str = "section", **fields: object) -> Json:
    return {"type": f"rich_text_{kind}", "elements": list(elements), **fields}


def said(text: str = "Words", **fields: object) -> Json:
    return {"type": "text", "text": text, **fields}


def raw(text: str = "Words") -> Json:
    return {"type": "raw_text", "text": text}


def modal(*blocks: object, **fields: object) -> Json:
    return {"type": "modal", "title": plain("Prefetch"), "blocks": list(blocks), **fields}


def form(*blocks: object, **fields: object) -> Json:
    return modal(*blocks, submit=plain("Prefetch"), **fields)


def home(*blocks: object, **fields: object) -> Json:
    return {"type": "home", "blocks": list(blocks), **fields}


def message(*blocks: object, **fields: object) -> Json:
    return {"text": "Words", "blocks": list(blocks), **fields}


def without(payload: Json, name: str) -> Json:
    return {key: value for key, value in payload.items() if key != name}
