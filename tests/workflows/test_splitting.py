"""One bad address must not take others with it: a refused call is split until it is alone."""

import json
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import Session, col

from bot.rules.causes import MAY_CONCERN_A_PART, OF_A_DOMAIN, OF_THE_FORM, CloudError
from bot.rules.states import CallStatus, Counts, TargetStatus
from bot.rules.target import Asset, Target, Url
from bot.sandbox.fakevod import Call
from bot.vod import errors
from storage.tables import TargetRow
from tests.helpers.ledger_sums import Sums, check_ledger
from tests.helpers.said_words import told
from tests.helpers.workflow_harness import ACTOR, BotParts, open_parts, replica_of, urls, utc_now

pytestmark = pytest.mark.integration

PROCESSING, REJECTED = CallStatus.PROCESSING, CallStatus.REJECTED
REFUSED_ONE = 9
"""The calls at most that find one bad address among ten: two for each halving, and the first."""


@pytest.mark.parametrize(
    "code",
    [
        "VOD.10053",
        "VOD.10060",
        "VOD.10061",
        "VOD.10062",
        "VOD.10083",
        "VOD.10088",
        "VOD.10089",
        "VOD.10098",
        "VOD.10099",
        "VOD.10109",
        "VOD.10110",
    ],
)
async def test_one_bad_address_among_a_hundred_leaves_ninety_nine(
    parts: BotParts, code: str
) -> None:
    parts.vod.levers.refuse_code = code
    targets = urls(100)
    targets[37] = Url("https://another.example.com/37.mp4")
    request_id = await _sent(parts, targets, bad=[37])

    assert _accepted(parts) == {*_addresses(targets)} - {_address(targets[37])}
    assert await _refused(parts, request_id) == [_address(targets[37])]
    assert len(parts.creates()) <= 9 + REFUSED_ONE
    assert await parts.sums() == Sums(settled=99)


async def test_number_of_calls_for_one_bad_address_in_each_place(parts: BotParts) -> None:
    targets = urls(10)
    found = []
    for place in range(10):
        before = len(parts.creates())
        await _sent(parts, targets, bad=[place])
        found.append(len(parts.creates()) - before)

    print(f"calls for ten addresses, one of them bad, by its place: {found}")
    assert max(found) == REFUSED_ONE
    assert len(parts.vod.books.tasks) == sum(found) - sum(
        call.status != 202 for call in parts.creates()
    )


@pytest.mark.parametrize("code", sorted(OF_A_DOMAIN))
async def test_domain_of_all_addresses_of_a_call_is_asked_about_once(
    parts: BotParts, code: str
) -> None:
    """Each half would be refused alike. *Retry* asks about the ten in one call again."""
    parts.vod.levers.refuse_code = code
    targets: list[Target] = [
        Url(f"https://{host}/{number}.mp4")
        for number, host in enumerate(["off.example.com", "OFF.example.com:443"] * 5)
    ]
    request_id = await _sent(parts, targets, bad=list(range(10)))

    assert len(parts.creates()) == 1
    assert await parts.statuses(request_id) == [REJECTED]
    assert await parts.sums() == Sums()
    again, _ = await parts.service.asking.targets_to_retry(request_id, ACTOR)
    assert again.accepted == tuple(targets)
    assert again.alone == frozenset()


async def test_domain_of_some_addresses_takes_none_of_another_domain_with_it(
    parts: BotParts,
) -> None:
    parts.vod.levers.refuse_code = "VOD.10089"
    targets = [*urls(5), *(Url(f"https://off.example.com/{number}.mp4") for number in range(5))]
    request_id = await _sent(parts, targets, bad=list(range(5, 10)))

    assert await parts.statuses(request_id) == [PROCESSING, REJECTED]
    assert [len(_urls_of(call)) for call in parts.creates()] == [10, 5, 5]
    assert await parts.sums() == Sums(settled=5)


@pytest.mark.parametrize("code", sorted(OF_THE_FORM))
async def test_refused_form_of_a_call_is_not_asked_about_in_halves(
    parts: BotParts, code: str
) -> None:
    parts.vod.levers.refuse_code = code
    request_id = await _sent(parts, urls(10), bad=[3])

    assert len(parts.creates()) == 1
    assert await parts.statuses(request_id) == [REJECTED]


@pytest.mark.parametrize("bad", [[0, 1], [0, 9], [4, 5], [3, 17], [9, 10]])
async def test_two_bad_addresses_are_both_found(parts: BotParts, bad: list[int]) -> None:
    targets = urls(20)
    request_id = await _sent(parts, targets, bad=bad)

    assert sorted(await _refused(parts, request_id)) == sorted(_address(targets[n]) for n in bad)
    assert len(_accepted(parts)) == 18
    assert await parts.sums() == Sums(settled=18)


async def test_all_bad_addresses_are_refused_one_by_one(parts: BotParts) -> None:
    targets = urls(10)
    request_id = await _sent(parts, targets, bad=list(range(10)))

    assert sorted(await _refused(parts, request_id)) == sorted(_addresses(targets))
    assert parts.vod.books.tasks == []
    assert len(parts.creates()) == 19
    assert await parts.sums() == Sums()


async def test_halves_are_sent_once_each_and_in_order(parts: BotParts) -> None:
    targets = urls(10)
    await _sent(parts, targets, bad=[9])

    assert [len(_urls_of(call)) for call in parts.creates()] == [10, 5, 5, 3, 2, 1, 1]
    taken = [url for task in parts.vod.books.tasks for url in task.urls]
    assert sorted(taken) == sorted(_addresses(targets[:9]))


async def test_split_is_told_in_the_audit_trail(parts: BotParts) -> None:
    request_id = await _sent(parts, urls(2), bad=[1])

    assert await parts.audit(request_id) == [
        "request.confirmed",
        "task.split",
        "task.accepted",
        "task.rejected",
    ]


async def test_waiting_halves_say_that_the_bot_goes_on_by_itself(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(10))
    _make_bad(parts, urls(10), [9])

    await parts.sender.begin(request_id)

    calls = (await parts.state(request_id)).calls
    assert [(call.status, call.files) for call in calls] == [(CallStatus.QUEUED, 5)] * 2
    assert all("the bot tries again by itself" in told(call.causes) for call in calls)
    assert await parts.sums() == Sums(reserved=10)


@pytest.mark.parametrize("fault", ["vod-500", "vod-reset", "vod-timeout-before", "vod-redirect"])
async def test_doubt_is_never_split(parts_with_short_timeout: BotParts, fault: str) -> None:
    parts = parts_with_short_timeout
    request_id = await parts.confirm(*urls(10))
    parts.vod.set_fault(fault, times=1)

    await parts.sender.send(request_id)

    assert await parts.statuses(request_id) == [CallStatus.UNKNOWN]
    assert len(parts.creates()) == 1
    assert await parts.sums() == Sums(held=10)


async def test_call_is_not_split_while_an_earlier_attempt_may_have_been_sent(
    parts: BotParts,
) -> None:
    request_id = await parts.confirm(*urls(10))
    parts.vod.set_fault("vod-reset-after", times=1)
    await parts.sender.send(request_id)
    await parts.end(request_id)
    await parts.service.deciding.send_again(request_id, [(0, 1)], ACTOR, reason="not seen")
    _make_bad(parts, urls(10), [3])

    await parts.sender.send(request_id)

    assert await parts.statuses(request_id) == [CallStatus.UNKNOWN]
    assert len(parts.creates()) == 2
    assert await parts.sums() == Sums(held=10)


async def test_split_that_is_written_down_twice_is_made_once(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(10))
    await parts.claim(request_id, 0)
    (call,) = (await parts.state(request_id)).calls

    for _ in range(2):
        await parts.database.transaction(
            parts.outcomes.reject, request_id, call, cause=_refusal(), now=utc_now()
        )

    assert [each.files for each in (await parts.state(request_id)).calls] == [5, 5]
    assert await parts.audit(request_id) == ["request.confirmed", "task.split"]
    assert await parts.sums() == Sums(reserved=10)


async def test_split_that_is_written_down_after_the_half_was_sent_changes_nothing(
    parts: BotParts,
) -> None:
    """For instance where the commit was not answered, and another process went on meanwhile."""
    request_id = await parts.confirm(*urls(10))
    await parts.claim(request_id, 0)
    (call,) = (await parts.state(request_id)).calls
    _make_bad(parts, urls(10), [9])
    await parts.database.transaction(
        parts.outcomes.reject, request_id, call, cause=_refusal(), now=utc_now()
    )
    await parts.sender.send(request_id)
    before = await parts.state(request_id)

    for late in (parts.outcomes.reject, parts.outcomes.exhausted):
        await parts.database.transaction(late, request_id, call, cause=_refusal(), now=utc_now())

    assert (await parts.state(request_id)).calls == before.calls
    assert await parts.sums() == Sums(settled=9)


async def test_another_process_goes_on_with_the_halves(tmp_path: Path, postgresql_url: str) -> None:
    """The process that was refused stops right after it has written the split down."""
    targets = urls(12)
    async with open_parts(tmp_path, database_url=postgresql_url) as parts:
        request_id = await parts.confirm(*targets)
        _make_bad(parts, targets, [2])
        await parts.sender.begin(request_id)

        async with replica_of(parts) as replica:
            await replica.sender.send(request_id)

        assert await _refused(parts, request_id) == [_address(targets[2])]
        assert len(_accepted(parts)) == 11
        assert await parts.sums() == Sums(settled=11)


async def test_refusal_that_was_not_written_down_is_a_doubt(parts: BotParts) -> None:
    """The process stops between the refusal and the split: the marker stands without an answer."""
    request_id = await parts.confirm(*urls(12))
    await parts.claim(request_id, 0, sender="of an earlier life")

    await parts.sender.send(request_id)

    assert await parts.statuses(request_id) == [CallStatus.UNKNOWN, PROCESSING]
    assert await parts.sums() == Sums(settled=2, held=10)


async def test_no_file_is_promised_twice_while_calls_are_split(parts: BotParts) -> None:
    targets = urls(40)
    _make_bad(parts, targets, [0, 13, 14, 39])
    request_id = await parts.confirm(*targets)
    seen = []
    while CallStatus.QUEUED in await parts.statuses(request_id):
        await parts.sender.begin(request_id)
        (sums,) = (await parts.database.transaction(check_ledger)).values()
        seen.append(sums)
        refused = len(await _refused(parts, request_id))
        assert sums.used == 40 - refused

    assert seen[-1] == Sums(settled=36)
    assert any(sums == Sums(reserved=40) for sums in seen)


async def test_refusal_of_one_asset_splits_nothing(parts: BotParts) -> None:
    parts.vod.set_fault("VOD.10062", times=1)
    request_id = await parts.confirm(Asset("4" * 32))

    await parts.sender.send(request_id)

    assert await parts.statuses(request_id) == [REJECTED]
    assert len(parts.creates()) == 1


async def test_retry_sends_each_refused_address_alone_and_the_others_in_batches(
    parts: BotParts,
) -> None:
    targets = urls(20)
    request_id = await _sent(parts, targets, bad=[3, 4])
    _make_bad(parts, targets, [4])
    for target in targets[10:12]:
        await _fail(parts, request_id, _address(target))

    again, channel_id = await parts.service.asking.targets_to_retry(request_id, ACTOR)
    proposal = await parts.service.drafting.draft(
        again, actor=ACTOR, channel_id=channel_id, trigger_key=None
    )
    assert proposal is not None
    before = len(parts.creates())
    receipt = await parts.service.confirming.confirm(proposal.draft.id, ACTOR)
    await parts.sender.send(receipt.request_id)

    sent = [_urls_of(call) for call in parts.creates()[before:]]
    assert sent == [
        [_address(targets[10]), _address(targets[11])],
        [_address(targets[3])],
        [_address(targets[4])],
    ]
    assert await _refused(parts, receipt.request_id) == [_address(targets[4])]


@pytest.mark.parametrize("room", [7, 1, 9])
async def test_as_many_files_go_as_the_day_of_the_cloud_has_room_for(
    parts: BotParts, room: int
) -> None:
    parts.vod.levers.daily_limit = room
    request_id = await parts.confirm(*urls(10))

    await parts.sender.send(request_id)

    assert len(_accepted(parts)) == room
    assert (await parts.state(request_id)).counts == Counts(processing=room, not_sent=10 - room)
    assert await parts.sums() == Sums(settled=room)
    assert (await parts.service.asking.quota()).exhausted


@pytest.mark.parametrize("kind", sorted(MAY_CONCERN_A_PART))
def test_each_kind_is_an_error_of_the_client_that_proves_that_nothing_ran(kind: str) -> None:
    assert issubclass(getattr(errors, kind), errors.Refused | errors.DailyQuotaExhausted)


async def _sent(parts: BotParts, targets: list[Target], *, bad: list[int]) -> str:
    _make_bad(parts, targets, bad)
    request_id = await parts.confirm(*targets)
    await parts.sender.send(request_id)
    return request_id


def _make_bad(parts: BotParts, targets: list[Target], bad: list[int]) -> None:
    parts.vod.levers.refuse_urls_with = tuple(_address(targets[number]) for number in bad)


async def _refused(parts: BotParts, request_id: str) -> list[str]:
    """The addresses of the calls that were rejected; each of these calls is for one alone."""
    calls = [c for c in (await parts.state(request_id)).calls if c.status is REJECTED]
    assert {len(call.urls) for call in calls} <= {1}
    return [url for call in calls for url in call.urls]


async def _fail(parts: BotParts, request_id: str, address: str) -> None:
    """The cloud says that the file failed."""
    await parts.database.transaction(_mark_failed, request_id, address)


def _mark_failed(session: Session, request_id: str, address: str) -> None:
    of_address = (col(TargetRow.request_id) == request_id, col(TargetRow.name) == address)
    session.exec(update(TargetRow).where(*of_address).values(status=TargetStatus.FAILED))


def _accepted(parts: BotParts) -> set[str]:
    """What the books of the cloud hold, each address once."""
    taken = [url for task in parts.vod.books.tasks for url in task.urls]
    assert len(taken) == len(set(taken))
    return set(taken)


def _urls_of(call: Call) -> list[str]:
    found: list[str] = json.loads(call.body)["urls"]
    return found


def _addresses(targets: list[Target]) -> list[str]:
    return [_address(target) for target in targets]


def _address(target: Target) -> str:
    assert isinstance(target, Url)
    return target.address


def _refusal() -> CloudError:
    return CloudError("AssetNotFound", "no such thing", "VOD.10062")
