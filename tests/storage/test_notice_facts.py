"""Notices as they are stored: what was written is read, also by another version."""

import pytest

from bot.rules.notices import CODES, Notice, code_of
from storage.notice_facts import from_json, to_json
from tests.helpers.notice_samples import notices


@pytest.mark.parametrize("notice", [it for told, _ in notices().values() for it in told])
def test_notice_is_read_as_it_was_written(notice: Notice) -> None:
    assert from_json(code_of(notice), to_json(notice)) == notice


def test_every_kind_of_notice_has_a_sample() -> None:
    assert {type(it) for told, _ in notices().values() for it in told} == set(CODES.values())


def test_fact_of_a_later_version_is_left_out() -> None:
    (notice,), _ = notices()["ended: ready"]

    assert from_json("ended", {**to_json(notice), "mood": "good"}) == notice


def test_code_of_a_later_version_is_not_known() -> None:
    with pytest.raises(KeyError):
        from_json("of tomorrow", {})
