"""One person in several workspaces: their requests are theirs in each, and lists decide by ID."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.sandbox.fakeslack import IDA, JUN, LAUNCH, MEI, NORA, FakeSlack, Person
from storage.tables import DraftRow, RequestRow
from tests.helpers.defaults import OPEN
from tests.helpers.listener_harness import URL, ListenerHarness, open_listeners, open_modal, told

pytestmark = pytest.mark.integration

Install = Callable[[FakeSlack], None]


def in_a_plain_workspace(slack: FakeSlack) -> None:
    slack.enterprise_id = None


def in_a_workspace_of_an_organisation(slack: FakeSlack) -> None:
    assert slack.enterprise_id
    assert not slack.is_org_wide


def for_the_whole_organisation(slack: FakeSlack) -> None:
    slack.is_org_wide = True


INSTALLATIONS = [
    in_a_plain_workspace,
    in_a_workspace_of_an_organisation,
    for_the_whole_organisation,
]


@pytest.fixture
async def listed(tmp_path: Path) -> AsyncIterator[ListenerHarness]:
    """Only Mei is on the list of people who may."""
    async with open_listeners(tmp_path, policy=replace(OPEN, users=frozenset({MEI}))) as listeners:
        yield listeners


async def requested(listeners: ListenerHarness, person: Person) -> str:
    """A request that this person confirmed, by its ID."""
    before = {row.id for row in await listeners.rows(RequestRow)}
    await person.command(LAUNCH, "/prefetch", f"{URL}?{person.id}{len(before)}")
    await person.submit(open_modal(person))
    (request_id,) = {row.id for row in await listeners.rows(RequestRow)} - before
    return request_id


async def what_they_are_shown(person: Person, request_id: str) -> tuple[str, str, str]:
    """App Home, `status`, and `status` of this request."""
    await person.open_home()
    await person.command(LAUNCH, "/prefetch", "status")
    await person.command(LAUNCH, "/prefetch", f"status {request_id}")
    assert person.home is not None
    return str(person.home.body["blocks"]), told(person)[-2].text, told(person)[-1].text


@pytest.mark.parametrize("install", INSTALLATIONS)
async def test_people_are_shown_their_own_requests_wherever_they_come_from(
    listeners: ListenerHarness, install: Install
) -> None:
    """One of the bot's workspace, one of another of its organisation, and a stranger."""
    install(listeners.slack)
    for person in (listeners.person(MEI), listeners.person(IDA), listeners.person(NORA)):
        request_id = await requested(listeners, person)

        home, listed, one = await what_they_are_shown(person, request_id)

        assert request_id in home
        assert request_id in listed
        assert one.startswith(f"Prefetch {request_id}")


@pytest.mark.parametrize("install", INSTALLATIONS[1:])
async def test_person_who_switches_the_workspace_keeps_their_requests(
    listeners: ListenerHarness, install: Install
) -> None:
    install(listeners.slack)
    ida = listeners.person(IDA)
    in_hers = await requested(listeners, ida)
    ida.act_in(listeners.slack.team_id)
    in_the_bots = await requested(listeners, ida)

    for workspace in (listeners.slack.team_id, ida.user.team_id):
        ida.act_in(workspace)
        for request_id in (in_hers, in_the_bots):
            home, listed, one = await what_they_are_shown(ida, request_id)

            assert request_id in home
            assert request_id in listed
            assert one.startswith(f"Prefetch {request_id}")


@pytest.mark.parametrize(
    ("install", "may_read"),
    [
        (in_a_plain_workspace, {JUN}),
        (in_a_workspace_of_an_organisation, {JUN}),
        (for_the_whole_organisation, {JUN, IDA}),
    ],
)
async def test_requests_of_others_are_shown_where_the_bot_is_installed(
    listeners: ListenerHarness, install: Install, may_read: set[str]
) -> None:
    install(listeners.slack)
    request_id = await requested(listeners, listeners.person(MEI))
    readers = set()

    for reader in (listeners.person(JUN), listeners.person(IDA), listeners.person(NORA)):
        home, listed, one = await what_they_are_shown(reader, request_id)

        assert request_id not in home
        assert request_id not in listed
        readers |= {reader.id} if one.startswith(f"Prefetch {request_id}") else set()

    assert readers == may_read


@pytest.mark.parametrize("install", INSTALLATIONS)
async def test_whoever_is_not_listed_may_not_whatever_their_workspace_is(
    listed: ListenerHarness, install: Install
) -> None:
    install(listed.slack)
    for person in (listed.person(JUN), listed.person(IDA), listed.person(NORA)):
        await person.command(LAUNCH, "/prefetch", URL)
        await person.command(LAUNCH, "/prefetch")
        await person.global_shortcut("prefetch_files")

        by_command, by_form = told(person)
        by_shortcut = str(open_modal(person).body["blocks"])
        for answer in (by_command.text, by_form.text, by_shortcut):
            assert "PREFETCH_ALLOWED_USERS" in answer
    assert await listed.rows(DraftRow) == []


async def test_stranger_gets_no_further_with_the_draft_of_somebody_who_may(
    listed: ListenerHarness,
) -> None:
    """A forged submission: Nora's payload with the modal of Mei in it."""
    mei, nora = listed.person(MEI), listed.person(NORA)
    await mei.command(LAUNCH, "/prefetch", URL)

    listed.damage = lambda payload: {
        **payload,
        "user": {"id": nora.id, "username": "nora", "name": "nora", "team_id": nora.user.team_id},
    }
    await mei.submit(open_modal(mei))

    assert "this modal is no longer valid" in str(open_modal(mei).body["blocks"])
    assert await listed.rows(RequestRow) == []
