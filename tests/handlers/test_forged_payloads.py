"""A payload that lacks or swaps what the bot's own modals and cards always have does nothing."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, Person, View
from storage.tables import DraftRow, RequestRow
from tests.helpers.listener_harness import URL, Payload, Reception, open_modal, told, unchanged

pytestmark = pytest.mark.integration

Damage = Callable[[Payload], Payload]


def changed(*path: str, to: object = None, gone: bool = False) -> Damage:
    """The payload with one value exchanged, or taken out."""

    def damage(payload: Payload) -> Payload:
        damaged = deepcopy(payload)
        parent = damaged
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


async def scheduled(reception: Reception, mei: Person) -> View:
    """The confirmation of a draft that is to be sent in an hour."""
    await mei.command(LAUNCH, "/prefetch", URL)
    view = open_modal(mei)
    in_an_hour = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    await mei.choose(view, "send_at_moment", in_an_hour)
    (draft,) = await reception.rows(DraftRow)
    assert draft.run_at is not None
    return open_modal(mei)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=[*DAMAGES])
async def test_confirmation_without_its_state_sends_nothing(
    reception: Reception, damage: Damage
) -> None:
    mei = reception.person(MEI)
    view = await scheduled(reception, mei)
    reception.damage = damage

    delivery = await mei.submit(view)

    assert delivery.error is None
    assert "Slack's message lacked" in str(open_modal(mei).body["blocks"])
    assert await reception.rows(RequestRow) == []
    (draft,) = await reception.rows(DraftRow)
    assert draft.run_at is not None, "the draft is still one for later"


async def test_emptied_time_is_still_at_once(reception: Reception) -> None:
    mei = reception.person(MEI)
    view = await scheduled(reception, mei)

    await mei.submit(view, {"send_at": {"send_at_moment": None}})

    (request,) = await reception.rows(RequestRow)
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
    reception: Reception, damage: Damage
) -> None:
    mei = reception.person(MEI)
    await mei.command(LAUNCH, "/prefetch")
    reception.damage = damage

    await mei.submit(open_modal(mei), {"targets": {"targets_text": URL}})

    assert "Slack's message lacked" in open_modal(mei).errors["targets"]
    assert await reception.rows(DraftRow) == []


@pytest.mark.parametrize("is_moved", [True, False], ids=["moved", "confirmed"])
async def test_draft_of_somebody_else_is_left_as_it_is(
    reception: Reception, *, is_moved: bool
) -> None:
    mei, jun = reception.person(MEI), reception.person(JUN)
    await mei.command(LAUNCH, "/prefetch", URL)
    hers = open_modal(mei).private_metadata
    await jun.command(LAUNCH, "/prefetch", f"{URL}?2")
    reception.damage = changed("view", "private_metadata", to=hers)

    if is_moved:
        in_an_hour = int(datetime.now(UTC).timestamp()) + 3600
        await jun.choose(open_modal(jun), "send_at_moment", in_an_hour)
    else:
        await jun.submit(open_modal(jun))

    assert "this dialog is no longer valid" in str(open_modal(jun).body["blocks"])
    assert await reception.rows(RequestRow) == []
    assert [draft.run_at for draft in await reception.rows(DraftRow)] == [None, None]


@pytest.mark.parametrize("callback_id", ["resolve_unknown", "ask_for_targets", "notice"])
async def test_draft_under_the_name_of_another_modal_sends_nothing(
    reception: Reception, callback_id: str
) -> None:
    mei = reception.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    reception.damage = changed("view", "callback_id", to=callback_id)

    await mei.submit(open_modal(mei))

    assert "Something went wrong" not in str(open_modal(mei))
    assert await reception.rows(RequestRow) == []


async def test_time_chosen_in_another_modal_moves_no_draft(reception: Reception) -> None:
    mei = reception.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    reception.damage = changed("view", "callback_id", to="request_details")

    await mei.choose(open_modal(mei), "send_at_moment", int(datetime.now(UTC).timestamp()) + 3600)

    (draft,) = await reception.rows(DraftRow)
    assert draft.run_at is None


async def test_earlier_choice_that_comes_behind_a_later_one_changes_nothing(
    reception: Reception,
) -> None:
    mei = reception.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    view = open_modal(mei)
    nine = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    ten = nine + 3600
    first = await mei.choose(view, "send_at_moment", nine)
    assert first is not None
    held_back = reception.heard[-1]
    await mei.choose(open_modal(mei), "send_at_moment", ten)

    reception.damage = lambda _: held_back
    await mei.choose(open_modal(mei), "send_at_moment", nine)

    (draft,) = await reception.rows(DraftRow)
    assert draft.run_at is not None
    assert draft.run_at.timestamp() == ten
    assert f"^{ten}^" in str(open_modal(mei).body["blocks"])


async def test_modal_shows_the_last_of_two_choices_when_the_first_answer_is_slow(
    reception: Reception,
) -> None:
    mei = reception.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    view = open_modal(mei)
    nine = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    reception.slack.fail("views.update", None, latency_s=0.3, times=1)
    reception.at_the_ack = True

    await mei.choose(view, "send_at_moment", nine)
    await reception.slack.wait_until(lambda: reception.slack.log.of("call", "views.update"))
    await mei.choose(view, "send_at_moment", nine + 3600)
    await reception.background.close()

    assert f"^{nine + 3600}^" in str(open_modal(mei).body["blocks"])
    (draft,) = await reception.rows(DraftRow)
    assert draft.run_at is not None
    assert draft.run_at.timestamp() == nine + 3600


@pytest.mark.parametrize("outer", ["T0ANOTHER", "E0LAUNCHCO"])
async def test_people_see_their_own_requests_whatever_workspace_a_payload_names(
    reception: Reception, outer: str
) -> None:
    mei = reception.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    await mei.submit(open_modal(mei))
    (request,) = await reception.rows(RequestRow)
    reception.damage = changed("team_id", to=outer)

    await mei.open_home()
    await mei.command(LAUNCH, "/prefetch", "status")
    await mei.command(LAUNCH, "/prefetch", f"status {request.id}")

    assert mei.home is not None
    assert request.id in str(mei.home.body["blocks"])
    assert request.id in told(mei)[-2].text
    assert "0 of 1 ready" in told(mei)[-1].text


async def test_plain_workspace_without_an_organisation_is_served_alike(
    reception: Reception,
) -> None:
    mei = reception.person(MEI)
    reception.slack.enterprise_id = None

    await mei.command(LAUNCH, "/prefetch", URL)
    await mei.submit(open_modal(mei))
    await mei.open_home()

    command, submission, opened = reception.heard
    (request,) = await reception.rows(RequestRow)
    assert not {"enterprise_id", "enterprise_name"} & {*command, *submission["team"], *opened}
    assert submission["enterprise"] is None
    assert mei.home is not None
    assert request.id in str(mei.home.body["blocks"])


async def test_workspace_that_is_not_the_bots_sees_nothing_of_others(
    reception: Reception,
) -> None:
    mei, jun = reception.person(MEI), reception.person(JUN)
    await mei.command(LAUNCH, "/prefetch", URL)
    await mei.submit(open_modal(mei))
    (request,) = await reception.rows(RequestRow)
    reception.damage = changed("team_id", to="T0ANOTHER")

    await jun.command(LAUNCH, "/prefetch", f"status {request.id}")
    await jun.open_home()

    assert "No request found" in told(jun)[-1].text
    assert jun.home is not None
    assert request.id not in str(jun.home.body["blocks"])


async def test_click_in_another_workspace_acts_for_the_same_person(reception: Reception) -> None:
    mei = reception.person(MEI)
    reception.damage = changed("team_id", to="T0ANOTHER")
    await mei.command(LAUNCH, "/prefetch", URL)
    reception.damage = changed("team", "id", to="T0THIRD")

    await mei.submit(open_modal(mei))

    reception.damage = unchanged
    (request,) = await reception.rows(RequestRow)
    assert (request.user_id, request.team_id) == (MEI, reception.slack.team_id)
