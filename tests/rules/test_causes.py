"""Causes are stored as values, and come back as they were."""

import json
from typing import get_args

import pytest

from bot.rules.causes import CODES, Cause, EarlierInDoubt, Interrupted, from_json, to_json
from tests.helpers.screen_samples import causes


@pytest.mark.parametrize("cause", causes(), ids=lambda cause: type(cause).__name__)
def test_cause_comes_back_from_json(cause: Cause) -> None:
    stored = json.dumps(to_json([cause]))

    assert from_json(json.loads(stored)) == (cause,)


def test_causes_keep_their_order() -> None:
    both = (Interrupted(), EarlierInDoubt())

    assert from_json(to_json(both)) == both
    assert to_json(both) == [{"code": "interrupted"}, {"code": "earlier_in_doubt"}]


def test_every_cause_has_a_code_and_a_specimen() -> None:
    assert set(CODES.values()) == set(get_args(Cause)) == set(map(type, causes()))


@pytest.mark.parametrize(
    "stored",
    [
        [{"code": "unheard of"}],
        [{}],
        [{"code": "text"}],
        ["text"],
        {},
        "",
        None,
        0,
        {"code": "text"},
    ],
)
def test_what_no_version_has_stored_is_no_cause(stored: object) -> None:
    with pytest.raises((KeyError, TypeError, AttributeError)):
        from_json(stored)
