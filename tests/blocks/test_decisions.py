"""The modal that asks which calls are meant."""

import pytest

from bot.blocks import ids
from bot.blocks.decisions import resolve
from bot.rules.states import CallStatus
from bot.words.english import ENGLISH
from tests.helpers.screen_samples import assets, call, overlaps


@pytest.mark.parametrize(
    ("choice", "count", "words"),
    [
        (ids.SEND_AGAIN_BUTTON, 1, "This call may have been sent already. Sending it again may"),
        (ids.SEND_AGAIN_BUTTON, 2, "These calls may have been sent already. Sending them again"),
        (ids.MARK_AS_SENT_BUTTON, 1, "You say that this call was sent: 1 file counts as sent"),
        (ids.MARK_AS_SENT_BUTTON, 2, "You say that these calls were sent: 2 files count as sent"),
    ],
)
def test_one_call_is_spoken_of_in_the_singular(choice: str, count: int, words: str) -> None:
    calls = [
        call(place, CallStatus.UNKNOWN, [it], "pending") for place, it in enumerate(assets(count))
    ]

    view = resolve(ENGLISH, choice, "R-7F3K2", calls)

    assert words in view["blocks"][0]["text"]["text"]


@pytest.mark.parametrize(
    ("choice", "told"), [(ids.SEND_AGAIN_BUTTON, True), (ids.MARK_AS_SENT_BUTTON, False)]
)
def test_who_sends_again_is_told_where_the_files_are_as_well(choice: str, *, told: bool) -> None:
    calls = [call(0, CallStatus.UNKNOWN, assets(1), "pending")]

    view = resolve(ENGLISH, choice, "R-7F3K2", calls, overlaps(1))

    assert ("*Asked for already*" in str(view["blocks"])) == told


def test_calls_beyond_those_offered_are_told() -> None:
    calls = [call(place, CallStatus.UNKNOWN, assets(1), "pending") for place in range(12)]

    view = resolve(ENGLISH, ids.SEND_AGAIN_BUTTON, "R-7F3K2", calls)

    assert "These are 10 of 12; decide about the others next." in view["blocks"][0]["text"]["text"]
