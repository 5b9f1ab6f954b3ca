"""Slack's payloads: read where something is, refused by name where it is not."""

from datetime import UTC, datetime

import pytest

from bot.reading.attached_files import Attached
from bot.rules.policy import Actor
from bot.rules.refusals import PayloadUnreadable
from handlers.payloads import (
    Payload,
    actor,
    attached_files,
    check_card,
    checked_values,
    clicked,
    input_moment,
    input_text,
    optional_text_at,
    text_at,
    timestamp,
    used_card,
)
from tests.helpers.said_words import saying


def of_view(values: object) -> Payload:
    return {"view": {"state": {"values": values}}}


def test_text_is_read_at_any_depth() -> None:
    payload = {"a": {"b": {"c": "deep"}}, "d": ""}

    assert text_at(payload, "a", "b", "c") == "deep"
    assert text_at(payload, "d") == "", "an empty text is there as well"


@pytest.mark.parametrize(
    "payload",
    [{}, {"a": None}, {"a": 7}, {"a": []}, {"a": "b"}, {"a": {"b": None}}, {"a": {"b": {}}}],
    ids=str,
)
def test_text_that_is_not_there_is_named_by_its_whole_path(payload: Payload) -> None:
    with pytest.raises(PayloadUnreadable, check=saying(r"`a\.b`")):
        text_at(payload, "a", "b")
    assert optional_text_at(payload, "a", "b") is None


@pytest.mark.parametrize(
    "payload",
    [
        {"command": "/prefetch", "user_id": "U1", "team_id": "T1", "user_name": "mei"},
        {"user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1"}},
        {"user": {"id": "U1", "team_id": "T1"}, "team": None},
    ],
    ids=["command", "interactive", "org-wide"],
)
def test_person_is_known_by_user_and_team(payload: Payload) -> None:
    assert actor(payload) == Actor("U1", "T1")


def test_guest_acts_for_the_workspace_where_the_bot_is() -> None:
    payload = {"user": {"id": "U1", "team_id": "T2"}, "team": {"id": "T1"}}

    assert actor(payload) == Actor("U1", "T1")


@pytest.mark.parametrize(
    ("payload", "missing"),
    [
        ({"command": "/prefetch", "team_id": "T1"}, "user_id"),
        ({"command": "/prefetch", "user_id": "U1"}, "team_id"),
        ({"team": {"id": "T1"}}, "user.id"),
        ({"user": {"id": "U1"}}, "user.team_id"),
    ],
)
def test_nobody_acts_without_a_name(payload: Payload, missing: str) -> None:
    with pytest.raises(PayloadUnreadable, check=saying(f"`{missing}`")):
        actor(payload)


@pytest.mark.parametrize(
    ("payload", "typed"),
    [
        (of_view({"targets": {"text": {"type": "plain_text_input", "value": "a\nb"}}}), "a\nb"),
        (of_view({"targets": {"text": {"type": "plain_text_input", "value": None}}}), ""),
    ],
)
def test_input_that_was_left_empty_reads_as_no_text(payload: Payload, typed: str) -> None:
    assert input_text(payload, "targets", "text", "value") == typed


@pytest.mark.parametrize(
    ("chosen", "moment"),
    [(1_800_000_000, datetime(2027, 1, 15, 8, tzinfo=UTC)), (None, None)],
)
def test_chosen_moment_is_read_with_its_zone(chosen: object, moment: datetime | None) -> None:
    payload = of_view({"send_at": {"moment": {"selected_date_time": chosen}}})

    assert input_moment(payload, "send_at", "moment") == moment


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"view": {"state": {}}},
        of_view([]),
        of_view({}),
        of_view({"block": {}}),
        of_view({"block": {"other": {"value": "a"}}}),
        of_view({"block": {"input": {"type": "plain_text_input"}}}),
        of_view({"block": {"input": None}}),
    ],
    ids=str,
)
def test_input_that_is_not_there_is_no_empty_input(payload: Payload) -> None:
    for read in (
        lambda: input_text(payload, "block", "input", "value"),
        lambda: input_moment(payload, "block", "input"),
        lambda: checked_values(payload, "block", "input"),
    ):
        with pytest.raises(PayloadUnreadable, check=saying(r"view\.state\.values\.block\.input")):
            read()


@pytest.mark.parametrize("typed", [7, True, [], {}, ["a"]], ids=str)
def test_text_of_another_kind_is_refused(typed: object) -> None:
    payload = of_view({"block": {"input": {"value": typed}}})

    with pytest.raises(PayloadUnreadable, check=saying("`value`")):
        input_text(payload, "block", "input", "value")


@pytest.mark.parametrize("options", [None, "0", {}, True], ids=str)
def test_options_of_another_kind_are_refused(options: object) -> None:
    payload = of_view({"block": {"input": {"selected_options": options}}})

    with pytest.raises(PayloadUnreadable, check=saying("`selected_options`")):
        checked_values(payload, "block", "input")


@pytest.mark.parametrize("ts", ["", "1596530385", "1596530385.19", "soon", "9" * 30], ids=str)
def test_moment_that_slack_did_not_write_is_refused(ts: str) -> None:
    with pytest.raises(PayloadUnreadable, check=saying("`action_ts`")):
        timestamp({"action_ts": ts}, "action_ts")


CARD: Payload = {
    "container": {"is_ephemeral": False, "channel_id": "C1", "message_ts": "1.2"},
    "channel": {"id": "C1"},
    "message": {
        "bot_id": "B1",
        "ts": "1.2",
        "text": "Prefetch R-7F3K2: 0 of 1 ready.",
        "metadata": {"event_payload": {"id": "R-7F3K2"}},
    },
    "actions": [{"value": "R-7F3K2"}],
}
WITHOUT_METADATA = {key: value for key, value in CARD["message"].items() if key != "metadata"}


@pytest.mark.parametrize("message", [CARD["message"], WITHOUT_METADATA], ids=["metadata", "text"])
def test_card_is_known_by_what_its_message_says(message: Payload) -> None:
    assert used_card({**CARD, "message": message}, bot_id="B1") == ("R-7F3K2", "C1", "1.2")


@pytest.mark.parametrize(
    "forged",
    [
        {"actions": [{"value": "R-00001"}]},
        {"channel": {"id": "C2"}},
        {"container": {**CARD["container"], "is_ephemeral": True}},
        {"container": {"type": "view", "view_id": "V1"}},
        {"message": {**CARD["message"], "bot_id": "B2"}},
        {"message": {**CARD["message"], "ts": "9.9"}},
        {"message": {**CARD["message"], "metadata": {}}},
        {"message": {**WITHOUT_METADATA, "text": "Prefetch R-7F3K2X: no card"}},
        {"message": {**WITHOUT_METADATA, "text": "Look at Prefetch R-7F3K2: 0 of 1"}},
        {"message": None},
    ],
    ids=str,
)
def test_button_value_alone_makes_no_message_a_card(forged: Payload) -> None:
    assert used_card({**CARD, **forged}, bot_id="B1") is None


@pytest.mark.parametrize("message", [CARD["message"], WITHOUT_METADATA], ids=["metadata", "text"])
def test_button_of_another_request_is_refused_on_a_card(message: Payload) -> None:
    check_card({**CARD, "message": message})

    for value in ("R-00001", "R-7F3K", "", None):
        with pytest.raises(PayloadUnreadable, check=saying("`message`")):
            check_card({**CARD, "message": message, "actions": [{"value": value}]})


@pytest.mark.parametrize(
    "message", [None, {}, {"text": "Look at Prefetch R-7F3K2: 0 of 1"}, {"metadata": None}], ids=str
)
def test_button_on_what_is_no_card_is_not_taken_for_forged(message: Payload | None) -> None:
    check_card({**CARD, "message": message, "actions": [{"value": "R-00001"}]})


@pytest.mark.parametrize("chosen", ["1800000000", 1.8e9, -1, 10**10, True, [], {}], ids=str)
def test_moment_that_is_none_is_refused(chosen: object) -> None:
    payload = of_view({"send_at": {"moment": {"selected_date_time": chosen}}})

    with pytest.raises(PayloadUnreadable, check=saying("`selected_date_time`")):
        input_moment(payload, "send_at", "moment")


@pytest.mark.parametrize(
    ("options", "values"),
    [([{"value": "0"}, {"value": "3"}], ["0", "3"]), ([], [])],
)
def test_ticked_values_are_read_in_order(options: object, values: list[str]) -> None:
    payload = of_view({"calls": {"choice": {"selected_options": options}}})

    assert checked_values(payload, "calls", "choice") == values


def test_ticked_option_without_a_value_is_refused() -> None:
    payload = of_view({"calls": {"choice": {"selected_options": [{"text": "first"}]}}})

    with pytest.raises(PayloadUnreadable, check=saying("`value`")):
        checked_values(payload, "calls", "choice")


def with_files(files: object) -> Payload:
    held = {"files": {"choice": {"type": "file_input", "files": files}}}
    return {"view": {"blocks": [{"block_id": "files"}], "state": {"values": held}}}


def test_attached_files_are_read_in_order() -> None:
    payload = with_files([{"id": "F2", "name": "b.txt"}, {"id": "F1"}])

    found = attached_files(payload, "files", "choice")

    assert found == (Attached("F2", "b.txt"), Attached("F1", ""))


@pytest.mark.parametrize("files", [[], None])
def test_input_for_files_that_was_left_empty_holds_none(files: object) -> None:
    assert attached_files(with_files(files), "files", "choice") == ()


def test_form_that_asked_for_no_file_holds_none() -> None:
    assert attached_files({"view": {"blocks": [{"block_id": "targets"}]}}, "files", "choice") == ()


@pytest.mark.parametrize("files", ["F1", {"id": "F1"}, [None], ["F1"], [{"id": 7}], [{}]])
def test_files_of_another_kind_are_refused(files: object) -> None:
    with pytest.raises(PayloadUnreadable):
        attached_files(with_files(files), "files", "choice")


def test_form_that_asked_for_files_and_lacks_them_is_damaged() -> None:
    payload = {"view": {"blocks": [{"block_id": "files"}], "state": {"values": {}}}}

    with pytest.raises(PayloadUnreadable):
        attached_files(payload, "files", "choice")


def test_first_action_is_what_was_clicked() -> None:
    assert clicked({"actions": [{"value": "R-7F3K2"}, {"value": "later"}]})["value"] == "R-7F3K2"


@pytest.mark.parametrize("actions", [None, [], {}, "R-7F3K2", [None], ["R-7F3K2"]], ids=str)
def test_click_on_nothing_is_refused(actions: object) -> None:
    with pytest.raises(PayloadUnreadable, check=saying("`actions`")):
        clicked({"actions": actions})
