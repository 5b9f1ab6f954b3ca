"""The Slack SDK's own models as a second opinion on every refused view."""

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.views import View

from bot.sandbox.blockkit import check_view
from tests.helpers.block_kit_payloads import Json
from tests.sandbox.test_block_kit_blocks import BLOCKS
from tests.sandbox.test_block_kit_elements import ELEMENTS
from tests.sandbox.test_block_kit_inputs import INPUTS
from tests.sandbox.test_block_kit_rich_texts import RICH_TEXTS
from tests.sandbox.test_block_kit_views import VIEWS


def refused_by_the_sdk(view: Json) -> bool:
    try:
        parsed = View(**view)
        parsed.validate_json()
        parsed.to_dict()
    except (SlackObjectFormationError, TypeError, AttributeError, KeyError):
        return True
    return False


def test_whatever_the_sdk_refuses_is_refused() -> None:
    cases = [*VIEWS, *BLOCKS, *RICH_TEXTS, *ELEMENTS, *INPUTS]
    views = [view for view, _, _ in cases if isinstance(view, dict)]

    refused = [view for view in views if refused_by_the_sdk(view)]

    assert len(refused) >= 30
    assert all(check_view(view) for view in refused)
