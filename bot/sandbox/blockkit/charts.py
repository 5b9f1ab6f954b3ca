"""The block that draws a chart: pie, bar, area or line.

Fields and limits are those that three public libraries take from Slack's reference; how Slack
words the refusals of the rules across fields is not recorded.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.blockkit.kinds import BLOCK_ID, ByType, Items, Number, Shape, Text
from bot.sandbox.blockkit.problem import Problem

MOST_CHARTS = 2
MOST_SERIES = 12
MOST_POINTS = 20
_LABEL = Text(20, at_least=1)
_AXIS_LABEL = Text(50, at_least=1)


def _is_positive(segment: Mapping[str, Any]) -> Iterator[Problem]:
    if segment["value"] <= 0:
        yield Problem("must be greater than 0", "/value")


def _points_match_the_axis(chart: Mapping[str, Any]) -> Iterator[Problem]:
    """Each series has one point for each category."""
    categories = sorted(chart["axis_config"]["categories"])
    for index, series in enumerate(chart["series"]):
        if sorted(point["label"] for point in series["data"]) != categories:
            yield Problem("must provide one point for each category", f"/series/{index}/data")


_SEGMENT = Shape(needs={"label": _LABEL, "value": Number()}, also=(_is_positive,))
_POINT = Shape(needs={"label": _LABEL, "value": Number()})
_SERIES = Shape(
    needs={"name": _LABEL, "data": Items(_POINT, at_least=1, at_most=MOST_POINTS)},
)
_AXES = Shape(
    needs={"categories": Items(_LABEL, at_least=1, at_most=MOST_POINTS)},
    may={"x_label": _AXIS_LABEL, "y_label": _AXIS_LABEL},
)
_ON_AXES = Shape(
    needs={"series": Items(_SERIES, at_least=1, at_most=MOST_SERIES), "axis_config": _AXES},
    also=(_points_match_the_axis,),
)
_PIE = Shape(needs={"segments": Items(_SEGMENT, at_least=1, at_most=MOST_SERIES)})

DATA_VISUALIZATION = Shape(
    needs={
        "title": Text(50, at_least=1),
        "chart": ByType({"pie": _PIE, "bar": _ON_AXES, "area": _ON_AXES, "line": _ON_AXES}),
    },
    may={"block_id": BLOCK_ID},
)
