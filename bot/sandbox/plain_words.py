"""Block Kit as plain words: markup taken away, controls in brackets."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.fakeslack import Workspace

Block = dict[str, Any]
Values = Mapping[str, Mapping[str, Block]]

_LINK = re.compile(r"<(?P<kind>[@#!]?)(?P<target>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_STYLE = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)(.+?)(?<=\S)\1(?![\w*_~`])")
_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_TIME = re.compile(r"date\^\d+\^.*")


class PlainWords:
    """`names` turns IDs of people and channels into what a reader sees."""

    def __init__(self, workspace: Workspace) -> None:
        people = {user.id: f"@{user.name}" for user in workspace.users.values()}
        channels = {channel.id: f"#{channel.name}" for channel in workspace.channels.values()}
        self.names = people | channels
        self._by_type: dict[str, Callable[[Block], Iterator[str]]] = {
            "section": self._section,
            "header": self._header,
            "context": self._context,
            "divider": lambda _: iter(["---"]),
            "actions": self._actions,
            "image": self._image,
            "rich_text": self._rich_text,
            "markdown": lambda block: iter(block["text"].splitlines()),
            "alert": lambda block: iter(self.text(block["text"]["text"])),
            "table": self._table,
        }

    def blocks(
        self,
        blocks: Sequence[Block],
        values: Values | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> Iterator[str]:
        """The lines of all blocks; a block that this cannot write leaves a visible gap."""
        for block in blocks:
            if block["type"] == "input":
                yield from self._input(block, values or {})
            elif known := self._by_type.get(block["type"]):
                yield from known(block)
            else:
                yield f"[unsupported block: {block['type']}]"
            if error := (errors or {}).get(block.get("block_id", "")):
                yield f"! {error}"

    def text(self, mrkdwn: str) -> list[str]:
        return self.plain(mrkdwn).splitlines()

    def plain(self, mrkdwn: str) -> str:
        """Links, mentions, styles and entities as a reader sees them."""
        words = _FENCE.sub(r"\1", mrkdwn)
        words = _LINK.sub(self._linked, words)
        # Twice, because styles stand inside one another: *`bold code`*.
        words = _STYLE.sub(r"\2", _STYLE.sub(r"\2", words))
        return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    def _linked(self, link: re.Match[str]) -> str:
        kind, target, label = link["kind"], link["target"], link["label"]
        if kind in {"@", "#"}:
            return self.names.get(target, label or f"{kind}{target}")
        if kind == "!":
            return label or ("" if _TIME.match(target) else f"@{target}")
        return f"{label} ({target})" if label and label not in target else target

    def _object(self, text: Block) -> str:
        return str(text["text"]) if text["type"] == "plain_text" else self.plain(text["text"])

    def _section(self, block: Block) -> Iterator[str]:
        if text := block.get("text"):
            yield from self._object(text).splitlines()
        for field in block.get("fields", ()):
            yield from (f"  {line}" for line in self._object(field).splitlines())
        if accessory := block.get("accessory"):
            yield self._control(accessory)

    def _header(self, block: Block) -> Iterator[str]:
        title = self._object(block["text"])
        yield title
        yield "=" * len(title)

    def _context(self, block: Block) -> Iterator[str]:
        shown = block["elements"]
        yield " ".join(
            f"[{e['alt_text']}]" if e["type"] == "image" else self._object(e) for e in shown
        )

    def _actions(self, block: Block) -> Iterator[str]:
        yield " ".join(self._control(element) for element in block["elements"])

    def _image(self, block: Block) -> Iterator[str]:
        yield f"[{block['alt_text']}]"

    def _table(self, block: Block) -> Iterator[str]:
        for row in block["rows"]:
            yield " | ".join(" ".join(self._cell(cell)) for cell in row)

    def _cell(self, cell: Block) -> list[str]:
        if cell["type"] == "rich_text":
            return list(self._rich_text(cell))
        return [str(cell.get("text", ""))]

    def _input(self, block: Block, values: Values) -> Iterator[str]:
        element = block["element"]
        held = values.get(block.get("block_id", ""), {}).get(element.get("action_id", ""))
        optional = " (optional)" if block.get("optional") else ""
        yield f"{self._object(block['label'])}{optional}: {self._held(element, held)}"
        if hint := block.get("hint"):
            yield f"  {self._object(hint)}"

    def _held(self, element: Block, held: Block | None) -> str:
        """What stands in an input: its value, its choices, or an empty line to write on."""
        chosen = [part for name, part in (held or {}).items() if name != "type" and part]
        if not chosen:
            return self._choices(element) or "____"
        return ", ".join(self._value(part) for part in _flat(chosen))

    def _choices(self, element: Block) -> str:
        options = element.get("options") or ()
        return " / ".join(f"( ) {self._object(option['text'])}" for option in options)

    def _value(self, part: object) -> str:
        if isinstance(part, dict):
            return self._object(part["text"]) if "text" in part else str(part.get("name", part))
        if isinstance(part, int):
            return datetime.fromtimestamp(part, UTC).strftime("%Y-%m-%d %H:%M UTC")
        return self.names.get(str(part), str(part))

    def _control(self, element: Block) -> str:
        if element["type"] == "image":
            return f"[{element['alt_text']}]"
        if label := element.get("text") or element.get("placeholder"):
            return f"[{self._object(label)}]"
        return "[...]" if element["type"] == "overflow" else f"[{element['type']}]"

    def _rich_text(self, block: Block) -> Iterator[str]:
        for part in block["elements"]:
            if part["type"] == "rich_text_list":
                bullets = (self._run(item["elements"]) for item in part["elements"])
                yield from (f"- {bullet}" for bullet in bullets)
            else:
                yield from self._run(part["elements"]).splitlines()

    def _run(self, elements: Sequence[Block]) -> str:
        return "".join(self._rich_element(element) for element in elements)

    def _rich_element(self, element: Block) -> str:
        match element["type"]:
            case "text":
                return str(element["text"])
            case "link":
                label, url = element.get("text"), str(element["url"])
                return f"{label} ({url})" if label and label not in url else url
            case "user" | "channel" | "usergroup" as kind:
                target = str(element[f"{kind}_id"])
                return self.names.get(target, target)
            case "emoji":
                return f":{element['name']}:"
            case "date":
                return str(element.get("fallback", element["timestamp"]))
            case "broadcast":
                return f"@{element['range']}"
            case unknown:
                return f"[unsupported: {unknown}]"


def _flat(parts: Sequence[object]) -> Iterator[object]:
    for part in parts:
        yield from part if isinstance(part, list) else [part]
