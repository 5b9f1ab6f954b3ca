"""The rich_text block, the only one whose elements have elements of their own."""

from bot.sandbox.blockkit.kinds import (
    FLAG,
    LINK,
    SLACK_ID,
    ByType,
    Choice,
    Items,
    Kind,
    Shape,
    Text,
    Whole,
)

_TEXT_STYLE = Shape(may=dict.fromkeys(("bold", "italic", "strike", "code", "underline"), FLAG))
_MENTION_STYLE = Shape(
    may=dict.fromkeys(
        (
            "bold",
            "italic",
            "strike",
            "code",
            "underline",
            "highlight",
            "client_highlight",
            "unlink",
        ),
        FLAG,
    )
)
_SOME_TEXT = Text(at_least=1)


def _styled(needs: dict[str, Kind], **may: Kind) -> Shape:
    return Shape(needs=needs, may={"style": _TEXT_STYLE, **may})


def _mention(id_field: str) -> Shape:
    return Shape(needs={id_field: SLACK_ID}, may={"style": _MENTION_STYLE})


_WRITTEN: dict[str, Shape] = {
    "text": _styled({"text": _SOME_TEXT}),
    "link": _styled({"url": LINK}, text=Text(), unsafe=FLAG),
}

_PARTS: dict[str, Shape] = {
    **_WRITTEN,
    "user": _mention("user_id"),
    "usergroup": _mention("usergroup_id"),
    "channel": _mention("channel_id"),
    "team": _mention("team_id"),
    "broadcast": _styled({"range": Choice(("here", "channel", "everyone"))}),
    "emoji": _styled(
        {"name": _SOME_TEXT}, skin_tone=Whole(at_least=1, at_most=6), unicode=Text(), url=LINK
    ),
    "date": _styled({"timestamp": Whole(), "format": _SOME_TEXT}, url=LINK, fallback=_SOME_TEXT),
    "color": _styled({"value": _SOME_TEXT}),
}

_SECTION = Shape(needs={"elements": Items(ByType(_PARTS))})
_BORDER = Whole(at_least=0, at_most=1)

_PARAGRAPHS: dict[str, Shape] = {
    "rich_text_section": _SECTION,
    "rich_text_quote": Shape(needs={"elements": Items(ByType(_PARTS))}, may={"border": _BORDER}),
    "rich_text_preformatted": Shape(
        needs={"elements": Items(ByType(_WRITTEN))}, may={"border": _BORDER}
    ),
    "rich_text_list": Shape(
        needs={
            "style": Choice(("bullet", "ordered")),
            "elements": Items(ByType({"rich_text_section": _SECTION}), at_least=1),
        },
        may={
            "indent": Whole(at_least=0, at_most=8),
            "offset": Whole(at_least=0),
            "border": _BORDER,
        },
    ),
}

RICH_TEXT = Shape(
    needs={"elements": Items(ByType(_PARAGRAPHS), at_least=1)}, may={"block_id": Text(255, 1)}
)
