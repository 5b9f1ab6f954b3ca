"""A payload that lacks or swaps what the bot's own modals and cards always have does nothing."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, Person, View
from storage.tables import DraftRow, RequestRow
from tests.helpers.listener_harness import (
    URL,
    ListenerHarness,
    Payload,
    open_modal,
    told,
    unchanged,
)

pytestmark = pytest.mark.integration

Damage = Callable[[Payload], Payload]


def changed(*path: str | int, to: object = None, gone: bool = False) -> Damage:
    """The payload with one value exchanged, or taken out."""

    def damage(payload: Payload) -> Payload:
        damaged = deepcopy(payload)
        parent: Any = damaged
        for key in path[:-1]:
            parent = parent[key]
        if gone:
            del parent[path[-1]]
        else:
            parent[path[-1]] = to
        return damaged

    return damage


STATE = ("view", "state", "values")
DAMAGES = {
    "no state": changed("view", "state", gone=True),
    "no values": changed(*STATE, gone=True),
    "no blocks in it": changed(*STATE, to={}),
    "no block of the time": changed(*STATE, "send_at", gone=True),
    "another block": changed(*STATE, to={"elsewhere": {"send_at_moment": {}}}),
    "no input in the block": changed(*STATE, "send_at", to={}),
    "another action": changed(*STATE, "send_at", to={"other": {"selected_date_time": None}}),
    "no value in the input": changed(*STATE, "send_at", "send_at_moment", to={}),
    "a word as the time": changed(
        *STATE, "send_at", "send_at_moment", "selected_date_time", to="soon"
    ),
    "true as the time": changed(*STATE, "send_at", "send_at_moment", "selected_date_time", to=True),
    "values as a list": changed(*STATE, to=[]),
}


async def scheduled(listeners: ListenerHarness, mei: Person) -> View:
    """The confirmation of a draft that is to be sent in an hour."""
    await mei.command(LAUNCH, "/prefetch", URL)
    view = open_modal(mei)
    in_an_hour = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    await mei.choose(view, "send_at_moment", in_an_hour)
    (draft,) = await listeners.rows(DraftRow)
    assert draft.run_at is not None
    return open_modal(mei)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=[*DAMAGES])
async def test_confirmation_without_its_state_sends_nothing(
    listeners: ListenerHarness, damage: Damage
) -> None:
    mei = listeners.person(MEI)
    view = await scheduled(listeners, mei)
    listeners.damage = damage

    delivery = await mei.submit(view)

    assert delivery.error is None
    assert "Slack's message lacked" in str(open_modal(mei).body["blocks"])
    assert await listeners.rows(RequestRow) == []
    (draft,) = await listeners.rows(DraftRow)
    assert draft.run_at is not None, "the draft is still one for later"


async def test_emptied_time_is_still_at_once(listeners: ListenerHarness) -> None:
    mei = listeners.person(MEI)
    view = await scheduled(listeners, mei)

    await mei.submit(view, {"send_at": {"send_at_moment": None}})

    (request,) = await listeners.rows(RequestRow)
    assert request.run_at is None


@pytest.mark.parametrize(
    "damage",
    [
        changed("view", "state", gone=True),
        changed(*STATE, "targets", gone=True),
        changed(*STATE, "targets", "targets_text", "value", to=[URL]),
        changed(*STATE, "targets", to={"other": {"value": URL}}),
    ],
    ids=["no state", "no targets", "a list", "another action"],
)
async def test_form_without_its_input_says_so_and_not_that_it_was_empty(
    listeners: ListenerHarness, damage: Damage
) -> None:
    mei = listeners.person(MEI)
    await mei.command(LAUNCH, "/prefetch")
    listeners.damage = damage

    await mei.submit(open_modal(mei), {"targets": {"targets_text": URL}})

    assert "Slack's message lacked" in open_modal(mei).errors["targets"]
    assert await listeners.rows(DraftRow) == []


@pytest.mark.parametrize("is_moved", [True, False], ids=["moved", "confirmed"])
async def test_draft_of_somebody_else_is_left_as_it_is(
    listeners: ListenerHarness, *, is_moved: bool
) -> None:
    mei, jun = listeners.person(MEI), listeners.person(JUN)
    await mei.command(LAUNCH, "/prefetch", URL)
    hers = open_modal(mei).private_metadata
    await jun.command(LAUNCH, "/prefetch", f"{URL}?2")
    listeners.damage = changed("view", "private_metadata", to=hers)

    if is_moved:
        in_an_hour = int(datetime.now(UTC).timestamp()) + 3600
        await jun.choose(open_modal(jun), "send_at_moment", in_an_hour)
    else:
        await jun.submit(open_modal(jun))

    assert "this modal is no longer valid" in str(open_modal(jun).body["blocks"])
    assert await listeners.rows(RequestRow) == []
    assert [draft.run_at for draft in await listeners.rows(DraftRow)] == [None, None]


@pytest.mark.parametrize("callback_id", ["resolve_unknown", "ask_for_targets", "notice"])
async def test_draft_under_the_name_of_another_modal_sends_nothing(
    listeners: ListenerHarness, callback_id: str
) -> None:
    mei = listeners.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    listeners.damage = changed("view", "callback_id", to=callback_id)

    await mei.submit(open_modal(mei))

    assert "Something went wrong" not in str(open_modal(mei))
    assert await listeners.rows(RequestRow) == []


LISTS = {
    MEI: " ".join(f"https://v.example.com/mine/{number}.mp4" for number in range(120)),
    JUN: " ".join(f"https://v.example.com/his/{number}.mp4" for number in range(120)),
}
DRAFT_OF_MEI = "the draft of Mei"


@pytest.mark.parametrize(
    "damages",
    [
        [("private_metadata", DRAFT_OF_MEI)],
        [("private_metadata", f"sent:{DRAFT_OF_MEI}"), ("callback_id", "look_at_list")],
    ],
)
@pytest.mark.parametrize("button", ["look_at_all", "next_page"])
async def test_list_of_somebody_else_is_shown_to_nobody(
    listeners: ListenerHarness, button: str, damages: list[tuple[str, str]]
) -> None:
    mei, jun = listeners.person(MEI), listeners.person(JUN)
    await mei.command(LAUNCH, "/prefetch", LISTS[MEI])
    (draft,) = await listeners.rows(DraftRow)
    await jun.command(LAUNCH, "/prefetch", LISTS[JUN])
    if button == "next_page":
        await jun.click(jun.views[-1], "look_at_all")

    def damage(payload: Payload) -> Payload:
        for key, value in damages:
            payload = changed("view", key, to=value.replace(DRAFT_OF_MEI, draft.id))(payload)
        return payload

    listeners.damage = damage
    await jun.click(jun.views[-1], button)

    assert all("/mine/" not in str(view.body["blocks"]) for view in jun.views)


@pytest.mark.parametrize("value", ["", "-1", "1.0", "12345", "٣", "one"])
async def test_page_that_is_no_number_is_not_shown(listeners: ListenerHarness, value: str) -> None:
    mei = listeners.person(MEI)
    await mei.command(LAUNCH, "/prefetch", LISTS[MEI])
    await mei.click(mei.views[-1], "look_at_all")
    page = mei.views[-1]

    listeners.damage = changed("actions", 0, "value", to=value)
    await mei.click(page, "next_page")

    assert "`value`" in str(mei.views[-1].body["blocks"])


async def test_time_chosen_in_another_modal_moves_no_draft(listeners: ListenerHarness) -> None:
    mei = listeners.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    listeners.damage = changed("view", "callback_id", to="request_details")

    await mei.choose(open_modal(mei), "send_at_moment", int(datetime.now(UTC).timestamp()) + 3600)

    (draft,) = await listeners.rows(DraftRow)
    assert draft.run_at is None


async def test_earlier_choice_that_comes_behind_a_later_one_changes_nothing(
    listeners: ListenerHarness,
) -> None:
    mei = listeners.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    view = open_modal(mei)
    nine = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    ten = nine + 3600
    first = await mei.choose(view, "send_at_moment", nine)
    assert first is not None
    held_back = listeners.heard[-1]
    await mei.choose(open_modal(mei), "send_at_moment", ten)

    listeners.damage = lambda _: held_back
    await mei.choose(open_modal(mei), "send_at_moment", nine)

    (draft,) = await listeners.rows(DraftRow)
    assert draft.run_at is not None
    assert draft.run_at.timestamp() == ten
    assert f"^{ten}^" in str(open_modal(mei).body["blocks"])


async def test_modal_shows_the_last_of_two_choices_when_the_first_answer_is_slow(
    listeners: ListenerHarness,
) -> None:
    mei = listeners.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    view = open_modal(mei)
    nine = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    listeners.slack.fail("views.update", None, latency_s=0.3, times=1)
    listeners.at_the_ack = True

    await mei.choose(view, "send_at_moment", nine)
    await listeners.slack.wait_until(lambda: listeners.slack.log.of("call", "views.update"))
    await mei.choose(view, "send_at_moment", nine + 3600)
    await listeners.background.close()

    assert f"^{nine + 3600}^" in str(open_modal(mei).body["blocks"])
    (draft,) = await listeners.rows(DraftRow)
    assert draft.run_at is not None
    assert draft.run_at.timestamp() == nine + 3600


@pytest.mark.parametrize("outer", ["T0ANOTHER", "E0LAUNCHCO"])
async def test_people_see_their_own_requests_whatever_workspace_a_payload_names(
    listeners: ListenerHarness, outer: str
) -> None:
    mei = listeners.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    await mei.submit(open_modal(mei))
    (request,) = await listeners.rows(RequestRow)
    listeners.damage = changed("team_id", to=outer)

    await mei.open_home()
    await mei.command(LAUNCH, "/prefetch", "status")
    await mei.command(LAUNCH, "/prefetch", f"status {request.id}")

    assert mei.home is not None
    assert request.id in str(mei.home.body["blocks"])
    assert request.id in told(mei)[-2].text
    assert "0 of 1 ready" in told(mei)[-1].text


async def test_plain_workspace_without_an_organisation_is_served_alike(
    listeners: ListenerHarness,
) -> None:
    mei = listeners.person(MEI)
    listeners.slack.enterprise_id = None

    await mei.command(LAUNCH, "/prefetch", URL)
    await mei.submit(open_modal(mei))
    await mei.open_home()

    command, submission, opened = listeners.heard
    (request,) = await listeners.rows(RequestRow)
    assert not {"enterprise_id", "enterprise_name"} & {*command, *submission["team"], *opened}
    assert submission["enterprise"] is None
    assert mei.home is not None
    assert request.id in str(mei.home.body["blocks"])


async def test_workspace_that_is_not_the_bots_sees_nothing_of_others(
    listeners: ListenerHarness,
) -> None:
    mei, jun = listeners.person(MEI), listeners.person(JUN)
    await mei.command(LAUNCH, "/prefetch", URL)
    await mei.submit(open_modal(mei))
    (request,) = await listeners.rows(RequestRow)
    listeners.damage = changed("team_id", to="T0ANOTHER")

    await jun.command(LAUNCH, "/prefetch", f"status {request.id}")
    await jun.open_home()

    assert "No request found" in told(jun)[-1].text
    assert jun.home is not None
    assert request.id not in str(jun.home.body["blocks"])


async def test_click_in_another_workspace_acts_for_the_same_person(
    listeners: ListenerHarness,
) -> None:
    mei = listeners.person(MEI)
    listeners.damage = changed("team_id", to="T0ANOTHER")
    await mei.command(LAUNCH, "/prefetch", URL)
    listeners.damage = changed("team", "id", to="T0THIRD")

    await mei.submit(open_modal(mei))

    listeners.damage = unchanged
    (request,) = await listeners.rows(RequestRow)
    assert (request.user_id, request.team_id) == (MEI, listeners.slack.team_id)
