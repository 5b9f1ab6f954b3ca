"""What the confirmation says of signatures, in the words that a person reads."""

from datetime import datetime
from typing import Any

import pytest

from bot.blocks import ids
from bot.blocks.signatures import signed
from bot.rules.target import Target, Url
from bot.words.english import ENGLISH
from tests.helpers import screen_samples
from tests.helpers.screen_samples import TOMORROW


def told(targets: list[Target], run_at: datetime | None = None) -> list[dict[str, Any]]:
    return signed(ENGLISH, screen_samples.proposal(targets, run_at=run_at))


def text(block: dict[str, Any]) -> str:
    found = block.get("text") or block["elements"][0]
    return str(found["text"])


def test_nothing_is_said_of_addresses_that_hold_or_are_not_signed() -> None:
    targets = [*screen_samples.assets(1), Url("https://h/a.mp4"), Url("https://h/b.mp4?t=1")]

    assert told(targets, TOMORROW) == []


def test_what_has_ended_is_said_at_once_and_what_may_have_apart_from_it() -> None:
    ended, doubtful = told(screen_samples.signed(1))

    assert text(ended).startswith("*1 signature has ended* (the CDN refuses")
    assert text(doubtful).startswith("*1 signature may have ended now* (more than 30 minutes")
    assert ended["accessory"]["action_id"] == ids.LEAVE_ENDED_BUTTON
    assert doubtful["accessory"]["action_id"] == ids.LEAVE_DOUBTFUL_BUTTON
    assert "Expires" not in text(ended)
    assert "auth_key" not in text(doubtful)


def test_what_ends_before_its_time_and_what_cannot_be_read_is_said_for_a_scheduled_list() -> None:
    ended, doubtful, unread = told(screen_samples.signed(2), TOMORROW)

    moment = int(TOMORROW.timestamp())
    assert text(ended).startswith("*2 signatures have ended · 2 end before <!date^")
    assert f"<!date^{moment}^" in text(ended)
    assert "when this is sent*" in text(ended)
    assert "*2 signatures may have ended when this is sent*" in text(doubtful)
    assert "2 addresses carry a signature whose end cannot be read" in text(unread)


@pytest.mark.parametrize("place", [0, 2])
def test_a_list_that_would_be_empty_without_them_has_no_button(place: int) -> None:
    (block,) = told(screen_samples.signed(1)[place : place + 1])

    assert "accessory" not in block
