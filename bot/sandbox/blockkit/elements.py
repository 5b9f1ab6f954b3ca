"""The elements that a block may hold, and which of them each block takes."""

from bot.sandbox.blockkit.composition import (
    CONFIRM,
    DISPATCH_ACTION_CONFIG,
    SLACK_FILE,
    STYLE,
    WORKFLOW,
    exactly_one_of,
    mrkdwn,
    plain,
)
from bot.sandbox.blockkit.kinds import (
    ACTION_ID,
    DATE,
    FLAG,
    LINK,
    PICTURE,
    SLACK_ID,
    TIME,
    ByType,
    Items,
    Kind,
    Shape,
    Text,
    Whole,
)
from bot.sandbox.blockkit.menus import CHOICES, MULTI_SELECTS, OVERFLOW, SELECTS
from bot.sandbox.blockkit.rich_text import RICH_TEXT

_LABEL = Text(75, at_least=1)

_BUTTONS: dict[str, Shape] = {
    "button": Shape(
        needs={"text": plain(75)},
        may={
            "action_id": ACTION_ID,
            "url": LINK,
            "value": Text(2000),
            "style": STYLE,
            "confirm": CONFIRM,
            "accessibility_label": _LABEL,
            "agent_prompt": Text(4000),
            "agent_prompt_display": Text(),
            "visible_to_user_ids": Items(SLACK_ID, at_most=10),
        },
    ),
    "workflow_button": Shape(
        needs={"text": plain(75), "workflow": WORKFLOW},
        may={"action_id": ACTION_ID, "style": STYLE, "accessibility_label": _LABEL},
    ),
}

_FOCUS: dict[str, Kind] = {"action_id": ACTION_ID, "focus_on_load": FLAG}
_PICKER: dict[str, Kind] = {**_FOCUS, "confirm": CONFIRM}
_TYPED: dict[str, Kind] = {
    **_FOCUS,
    "placeholder": plain(150),
    "dispatch_action_config": DISPATCH_ACTION_CONFIG,
}

_DATE_AND_TIME: dict[str, Shape] = {
    "datepicker": Shape(
        may={**_PICKER, "placeholder": plain(150), "initial_date": Text(form=DATE)}
    ),
    "timepicker": Shape(
        may={
            **_PICKER,
            "placeholder": plain(150),
            "initial_time": Text(form=TIME),
            "timezone": Text(at_least=1),
        }
    ),
}

_INSTANT: dict[str, Shape] = {
    "datetimepicker": Shape(
        may={**_PICKER, "initial_date_time": Whole(at_least=0, at_most=9_999_999_999)}
    ),
}

_RICH_TEXT_INPUT: dict[str, Shape] = {
    "rich_text_input": Shape(
        may={
            **_TYPED,
            "initial_value": ByType({"rich_text": RICH_TEXT}),
            "min_lines": Whole(at_least=1),
            "max_lines": Whole(at_least=1),
        }
    ),
}

_FIELDS: dict[str, Shape] = {
    "plain_text_input": Shape(
        may={
            **_TYPED,
            "initial_value": Text(3000),
            "multiline": FLAG,
            "min_length": Whole(at_least=0, at_most=3000),
            "max_length": Whole(at_least=1, at_most=3000),
        }
    ),
    "email_text_input": Shape(may={**_TYPED, "initial_value": Text()}),
    "url_text_input": Shape(may={**_TYPED, "initial_value": Text()}),
    "number_input": Shape(
        needs={"is_decimal_allowed": FLAG},
        may={**_TYPED, "initial_value": Text(), "min_value": Text(), "max_value": Text()},
    ),
    "file_input": Shape(
        may={
            "action_id": ACTION_ID,
            "filetypes": Items(Text(at_least=1), at_least=1),
            "max_files": Whole(at_least=1, at_most=10),
        }
    ),
}

_IMAGE = Shape(
    needs={"alt_text": Text(2000, at_least=1)},
    may={"image_url": PICTURE, "slack_file": SLACK_FILE},
    also=(exactly_one_of("image_url", "slack_file"),),
)

_FEEDBACK_BUTTON = Shape(
    needs={"text": plain(75), "value": Text(2000)}, may={"accessibility_label": _LABEL}
)

_PICKED = {**SELECTS, **MULTI_SELECTS, **CHOICES, **_DATE_AND_TIME}

BUTTON = ByType({"button": _BUTTONS["button"]})
IMAGE = ByType({"image": _IMAGE})
IN_SECTION = ByType({**_BUTTONS, **_PICKED, **OVERFLOW, "image": _IMAGE})
IN_ACTIONS = ByType({**_BUTTONS, **_PICKED, **OVERFLOW, **_INSTANT, **_RICH_TEXT_INPUT})
IN_INPUT = ByType({**_FIELDS, **_PICKED, **_INSTANT, **_RICH_TEXT_INPUT})
IN_CONTEXT = ByType({"image": _IMAGE, **plain(3000).shapes, **mrkdwn(3000).shapes})
IN_CONTEXT_ACTIONS = ByType(
    {
        "feedback_buttons": Shape(
            needs={"positive_button": _FEEDBACK_BUTTON, "negative_button": _FEEDBACK_BUTTON},
            may={"action_id": ACTION_ID},
        ),
        "icon_button": Shape(
            needs={"icon": Text(at_least=1), "text": plain(75)},
            may={
                "action_id": ACTION_ID,
                "value": Text(2000),
                "confirm": CONFIRM,
                "accessibility_label": _LABEL,
                "visible_to_user_ids": Items(SLACK_ID, at_most=10),
            },
        ),
    }
)
