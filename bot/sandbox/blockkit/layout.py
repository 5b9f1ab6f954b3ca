"""The blocks, and on which surface each may stand."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.blockkit.charts import DATA_VISUALIZATION
from bot.sandbox.blockkit.composition import (
    SLACK_FILE,
    any_text,
    at_least_one_of,
    exactly_one_of,
    plain,
)
from bot.sandbox.blockkit.elements import (
    BUTTON,
    IMAGE,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
)
from bot.sandbox.blockkit.kinds import (
    BLOCK_ID,
    FLAG,
    LINK,
    PICTURE,
    ByType,
    Choice,
    Items,
    Kind,
    Loose,
    Rule,
    Shape,
    Text,
)
from bot.sandbox.blockkit.problem import Problem
from bot.sandbox.blockkit.rich_text import RICH_TEXT
from bot.sandbox.blockkit.tables import DATA_TABLE, TABLE


def _block(*also: Rule, needs: dict[str, Kind] | None = None, **may: Kind) -> Shape:
    return Shape(needs=needs or {}, may={"block_id": BLOCK_ID, **may}, also=also)


def _divider_needs_a_fixed_header(container: Mapping[str, Any]) -> Iterator[Problem]:
    if container.get("is_collapsible") and container.get("has_header_divider"):
        yield Problem("invalid additional property: has_header_divider", "")


def _one_icon(card: Mapping[str, Any]) -> Iterator[Problem]:
    if "icon" in card and "slack_icon" in card:
        yield Problem("failed to match exactly one allowed schema", "")


_TASK_CARD = _block(
    needs={
        "task_id": Text(at_least=1),
        "title": Text(at_least=1),
        "status": Choice(("pending", "in_progress", "complete", "error")),
    },
    details=ByType({"rich_text": RICH_TEXT}),
    output=ByType({"rich_text": RICH_TEXT}),
    sources=Items(ByType({"url": Shape(needs={"url": LINK, "text": Text(at_least=1)})})),
)

# Slack's own examples write the tasks of a plan without a type, its SDK's types with one.
_TASK = Shape(needs=_TASK_CARD.needs, may={**_TASK_CARD.may, "type": Choice(("task_card",))})

_CARD = _block(
    at_least_one_of("title", "body", "hero_image", "actions"),
    _one_icon,
    title=any_text(150),
    subtitle=any_text(150),
    body=any_text(200),
    hero_image=IMAGE,
    subtext=any_text(200),
    icon=IMAGE,
    slack_icon=ByType({"icon": Shape(needs={"name": Text(at_least=1)})}),
    actions=Items(BUTTON, at_least=1, at_most=3),
)

# Allowed on every surface.
_EVERYWHERE: dict[str, Shape] = {
    "actions": _block(needs={"elements": Items(IN_ACTIONS, at_least=1, at_most=25)}),
    "card": _CARD,
    "context": _block(needs={"elements": Items(IN_CONTEXT, at_least=1, at_most=10)}),
    "divider": _block(),
    "header": _block(needs={"text": plain(150)}),
    "image": _block(
        exactly_one_of("image_url", "slack_file"),
        needs={"alt_text": Text(2000, at_least=1)},
        image_url=PICTURE,
        slack_file=SLACK_FILE,
        title=plain(2000),
    ),
    "input": _block(
        needs={"label": plain(2000), "element": IN_INPUT},
        hint=plain(2000),
        optional=FLAG,
        dispatch_action=FLAG,
    ),
    "rich_text": RICH_TEXT,
    "section": _block(
        at_least_one_of("text", "fields"),
        text=any_text(3000),
        fields=Items(any_text(2000), at_least=1, at_most=10),
        accessory=IN_SECTION,
        expand=FLAG,
    ),
    "video": _block(
        needs={
            "alt_text": Text(at_least=1),
            "title": plain(199),  # the reference says "under 200"
            "thumbnail_url": PICTURE,
            "video_url": PICTURE,
        },
        title_url=PICTURE,
        description=plain(200),
        provider_icon_url=PICTURE,
        provider_name=Text(),
        author_name=Text(49),  # likewise "under 50"
    ),
}

_ALERT = _block(
    needs={"text": any_text(200)},
    level=Choice(("default", "info", "warning", "error", "success")),
)

_OUTSIDE_MODALS: dict[str, Shape] = {
    "carousel": _block(needs={"elements": Items(ByType({"card": _CARD}), at_least=1, at_most=10)}),
    "table": TABLE,
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
}

_MESSAGES_ONLY: dict[str, Shape] = {
    "call": _block(
        needs={"call_id": Text(at_least=1)}, api_decoration_available=FLAG, call=Loose()
    ),
    "context_actions": _block(needs={"elements": Items(IN_CONTEXT_ACTIONS, at_least=1, at_most=5)}),
    "file": _block(needs={"external_id": Text(at_least=1), "source": Choice(("remote",))}),
    "markdown": _block(needs={"text": Text(12_000, at_least=1)}),
    "plan": _block(needs={"title": Text(at_least=1)}, tasks=Items(_TASK, at_most=50)),
    "task_card": _TASK_CARD,
}


def _container(children: dict[str, Shape]) -> dict[str, Shape]:
    return {
        "container": _block(
            at_least_one_of("title", "rich_text_title"),
            _divider_needs_a_fixed_header,
            needs={"child_blocks": Items(ByType(children), at_least=1, at_most=10)},
            title=plain(150),
            rich_text_title=ByType({"rich_text": RICH_TEXT}),
            subtitle=any_text(150),
            icon=IMAGE,
            width=Choice(("narrow", "standard", "wide", "full")),
            is_collapsible=FLAG,
            default_collapsed=FLAG,
            has_header_divider=FLAG,
        )
    }


_IN_HOME = {**_EVERYWHERE, **_OUTSIDE_MODALS}
_IN_MESSAGE = {**_IN_HOME, **_MESSAGES_ONLY}

MODAL_BLOCKS = ByType({**_EVERYWHERE, "alert": _ALERT})
HOME_BLOCKS = ByType({**_IN_HOME, **_container(_IN_HOME)})
MESSAGE_BLOCKS = ByType({**_IN_MESSAGE, **_container(_IN_MESSAGE)})
