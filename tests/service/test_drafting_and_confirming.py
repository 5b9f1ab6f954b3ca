"""What people can ask: decided with the rules of that moment, stored whole or not at all."""

import asyncio
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.rules.draft import OVERLAPS_WITHIN, Overlap, Receipt
from bot.rules.lifecycle import Event, EventKind
from bot.rules.policy import Actor, Policy
from bot.rules.refusals import (
    DraftGone,
    NotAllowed,
    NothingToSend,
    PlanChanged,
    QuotaExceeded,
    RequestUnknown,
)
from bot.rules.states import CallId, CallStatus, Counts, RequestStatus
from bot.rules.target import Asset, Reason, Rejected, Targets, Url
from bot.service.asking import RECENT
from bot.service.context import Hooks
from bot.service.drafting import DRAFT_TTL
from bot.service.prefetch_service import PrefetchService
from storage import requests, steps
from storage.tables import AuditRow, DraftRow, RequestRow
from tests.helpers.defaults import OPEN, ignored
from tests.helpers.ledger_sums import Sums
from tests.helpers.said_words import saying
from tests.helpers.service_harness import LAUNCH, MEI, NOON, TERMS, Desk
from tests.helpers.stored_requests import work_of

JUN = Actor("U0JUN0001", "T0LAUNCHHQ")
NORA = Actor("U0MEI0001", "T0PARTNERS")
NOTHING = [0, 0, 0]


async def test_draft_shows_the_plan_beside_what_is_left(desk: Desk) -> None:
    proposal = await desk.draft(Asset("1" * 32), *_urls(12))

    assert [call.files for call in proposal.draft.plan.calls] == [1, 10, 2]
    assert (proposal.quota.left, proposal.left_after) == (100, 87)
    assert await desk.left_behind() == NOTHING


async def test_draft_shows_who_asked_for_some_of_it_before(desk: Desk) -> None:
    asked = await desk.request(*_urls(2), actor=JUN)
    await desk.request(Asset("1" * 32), actor=replace(JUN, team_id="T0PARTNERS"))
    desk.now += timedelta(minutes=5)

    proposal = await desk.draft(Asset("1" * 32), *_urls(12))

    told = Overlap(asked, JUN.user_id, NOON, Counts(waiting=2))
    assert proposal.overlaps == (told,)
    assert (await desk.service.drafting.proposal(proposal.draft.id, MEI)).overlaps == (told,)
    later = await desk.service.drafting.move(
        proposal.draft.id, MEI, desk.now + timedelta(hours=1), chosen_ts="1709179500.000001"
    )
    assert later.overlaps == (told,)


async def test_what_ended_a_day_ago_is_no_longer_pointed_out(desk: Desk) -> None:
    asked = await desk.request(*_urls(2))
    await desk.database.transaction(
        requests.end, asked, RequestStatus.SUCCEEDED, run=1, now=desk.now
    )

    desk.now += OVERLAPS_WITHIN
    last = await desk.draft(*_urls(2))
    desk.now += timedelta(seconds=1)

    assert [item.request_id for item in last.overlaps] == [asked]
    assert (await desk.draft(*_urls(2))).overlaps == ()


async def test_what_was_asked_for_meanwhile_is_sent_again_and_says_so(desk: Desk) -> None:
    shown = [await desk.draft(*_urls(2), actor=person) for person in (MEI, JUN)]

    first = await desk.confirm(shown[0])
    second = await desk.confirm(shown[1], JUN)

    states = [await desk.service.asking.status(it.request_id, MEI) for it in (first, second)]
    assert [proposal.overlaps for proposal in shown] == [(), ()]
    assert [state.overlaps for state in states] == [(), (first.request_id,)]
    assert (await desk.sums()).reserved == 4


async def test_same_payload_makes_one_draft(desk: Desk) -> None:
    targets = Targets(tuple(_urls(1)), (), 0)
    first, second = [
        await desk.service.drafting.draft(
            targets, actor=MEI, channel_id=LAUNCH, trigger_key="trigger-1"
        )
        for _ in range(2)
    ]

    assert first is not None
    assert second is None
    assert await desk.count(DraftRow) == 1


async def test_same_payload_delivered_at_once_makes_one_draft(desk: Desk) -> None:
    targets = Targets(tuple(_urls(1)), (), 0)
    drafts = await asyncio.gather(
        *(
            desk.service.drafting.draft(
                targets, actor=MEI, channel_id=LAUNCH, trigger_key="trigger-1"
            )
            for _ in range(20)
        )
    )

    assert sum(draft is not None for draft in drafts) == 1


async def test_nothing_accepted_stores_nothing(desk: Desk) -> None:
    rejected = (Rejected("ftp://v.example.com/a", Reason.NOT_HTTP),)

    with pytest.raises(NothingToSend) as refusal:
        await desk.service.drafting.draft(
            Targets((), rejected, 0), actor=MEI, channel_id=LAUNCH, trigger_key=None
        )

    assert refusal.value.rejected == rejected
    assert await desk.count(DraftRow) == 0


async def test_person_who_may_not_gets_no_draft(desk: Desk) -> None:
    desk.policy = replace(OPEN, users=frozenset({JUN.user_id}))

    with pytest.raises(NotAllowed, check=saying(r"PREFETCH_ALLOWED_USERS.*<@U0SAM0001>")):
        await desk.draft(*_urls(1))

    assert await desk.count(DraftRow) == 0


@pytest.mark.parametrize(
    ("policy", "setting"),
    [
        (replace(OPEN, users=frozenset()), "PREFETCH_ALLOWED_USERS"),
        (replace(OPEN, channels=frozenset({"C0RANDOM1"})), "PREFETCH_ALLOWED_CHANNELS"),
        (replace(OPEN, denied_users=frozenset({MEI.user_id})), "PREFETCH_DENIED_USERS"),
    ],
)
async def test_permission_taken_away_before_the_confirmation_refuses_it(
    desk: Desk, policy: Policy, setting: str
) -> None:
    proposal = await desk.draft(*_urls(1))
    desk.policy = policy

    with pytest.raises(NotAllowed, check=saying(setting)):
        await desk.confirm(proposal)

    assert await desk.left_behind() == NOTHING


async def test_permission_is_asked_again_when_the_dialog_is_offered_again(desk: Desk) -> None:
    proposal = await desk.draft(*_urls(1))
    desk.policy = replace(OPEN, users=frozenset())

    with pytest.raises(NotAllowed):
        await desk.service.drafting.proposal(proposal.draft.id, MEI)


async def test_urls_of_other_domains_are_shown_as_rejected(desk: Desk) -> None:
    desk.policy = replace(OPEN, domains=frozenset({"*.example.com"}))
    foreign = Url("https://evil.example.net/a.mp4?auth=secret")

    proposal = await desk.draft(*_urls(2), foreign, Asset("1" * 32))

    assert proposal.draft.plan.files == 3
    (rejected,) = proposal.draft.rejected
    assert "secret" not in rejected.text
    assert (rejected.reason, rejected.names[0]) == (Reason.FOREIGN_HOST, "evil.example.net")


async def test_nothing_but_other_domains_is_refused_with_the_reasons(desk: Desk) -> None:
    desk.policy = replace(OPEN, domains=frozenset({"cdn.example.org"}))

    with pytest.raises(NothingToSend) as refusal:
        await desk.draft(*_urls(2))

    assert len(refusal.value.rejected) == 2


async def test_domain_taken_away_before_the_confirmation_refuses_it(desk: Desk) -> None:
    proposal = await desk.draft(*_urls(1))
    desk.policy = replace(OPEN, domains=frozenset({"cdn.example.org"}))

    with pytest.raises(PlanChanged):
        await desk.confirm(proposal)

    assert await desk.left_behind() == NOTHING


async def test_asset_cost_changed_before_the_confirmation_refuses_it(desk: Desk) -> None:
    proposal = await desk.draft(Asset("1" * 32))
    desk.terms = replace(TERMS, asset_cost=3)

    with pytest.raises(PlanChanged):
        await desk.confirm(proposal)

    assert await desk.left_behind() == NOTHING


async def test_expired_draft_cannot_be_confirmed(desk: Desk) -> None:
    proposal = await desk.draft(*_urls(1))
    desk.now += DRAFT_TTL

    with pytest.raises(DraftGone):
        await desk.confirm(proposal)

    assert await desk.left_behind() == NOTHING


async def test_draft_lives_to_its_last_second(desk: Desk) -> None:
    proposal = await desk.draft(*_urls(1))
    desk.now += DRAFT_TTL - timedelta(seconds=1)

    assert not (await desk.confirm(proposal)).repeated


@pytest.mark.parametrize("stranger", [JUN, NORA], ids=["colleague", "another workspace"])
async def test_somebody_elses_draft_cannot_be_confirmed(desk: Desk, stranger: Actor) -> None:
    proposal = await desk.draft(*_urls(1))

    with pytest.raises(DraftGone):
        await desk.confirm(proposal, stranger)

    assert await desk.left_behind() == NOTHING


@pytest.mark.parametrize("stranger", [JUN, NORA], ids=["colleague", "another workspace"])
async def test_somebody_elses_confirmed_draft_tells_nothing(desk: Desk, stranger: Actor) -> None:
    proposal = await desk.draft(*_urls(1))
    await desk.confirm(proposal)

    with pytest.raises(DraftGone):
        await desk.confirm(proposal, stranger)


async def test_draft_that_never_was_cannot_be_confirmed(desk: Desk) -> None:
    with pytest.raises(DraftGone):
        await desk.service.confirming.confirm("0" * 24, MEI)


async def test_more_than_the_day_holds_gets_no_draft(desk: Desk) -> None:
    with pytest.raises(QuotaExceeded, check=saying("101 files, but about 100 are left")):
        await desk.draft(*_urls(101))

    assert await desk.count(DraftRow) == 0


async def test_second_of_two_drafts_for_one_day_is_refused_when_it_no_longer_fits(
    desk: Desk,
) -> None:
    first, second = await desk.draft(*_urls(60)), await desk.draft(*_urls(60, "b"))
    await desk.confirm(first)

    with pytest.raises(QuotaExceeded, check=saying("60 files, but about 40 are left")):
        await desk.confirm(second)

    assert await desk.count(RequestRow) == 1
    assert await desk.sums() == Sums(reserved=60)
    assert len(desk.enqueued) == 1


async def test_refused_draft_can_be_confirmed_on_the_next_quota_day(desk: Desk) -> None:
    desk.now = datetime(2024, 2, 29, 15, 30, tzinfo=UTC)
    first, second = await desk.draft(*_urls(60)), await desk.draft(*_urls(60, "b"))
    await desk.confirm(first)
    with pytest.raises(QuotaExceeded):
        await desk.confirm(second)

    desk.now = datetime(2024, 2, 29, 16, 0, tzinfo=UTC)
    await desk.confirm(second)

    assert await desk.sums() == Sums(reserved=60)


async def test_confirmation_stores_request_reservation_audit_and_workflow(desk: Desk) -> None:
    receipt = await desk.confirm(await desk.draft(Asset("1" * 32), *_urls(12)))

    assert re.fullmatch(r"R-[0-9A-HJKMNP-TV-Z]{5}", receipt.request_id)
    assert desk.enqueued == [receipt.request_id]
    assert await desk.sums() == Sums(reserved=13)
    state = await desk.service.asking.status(receipt.request_id, MEI)
    assert [call.status for call in state.calls] == [CallStatus.QUEUED] * 3
    assert (state.status, state.files, state.quota.left) == (RequestStatus.RUNNING, 13, 87)


async def test_second_confirmation_does_nothing(desk: Desk) -> None:
    proposal = await desk.draft(*_urls(12))
    first = await desk.confirm(proposal)
    rows = await desk.stored()

    second = await desk.confirm(proposal)

    assert second == Receipt(first.request_id, repeated=True)
    assert desk.begun == [first.request_id]
    assert await desk.stored() == rows
    assert await desk.sums() == Sums(reserved=12)
    assert len(desk.enqueued) == 1


async def test_second_confirmation_is_known_even_when_the_draft_has_expired(desk: Desk) -> None:
    proposal = await desk.draft(*_urls(1))
    first = await desk.confirm(proposal)
    desk.now += 2 * DRAFT_TTL

    assert await desk.confirm(proposal) == Receipt(first.request_id, repeated=True)


async def test_fifty_confirmations_of_one_draft_at_once_make_one_request(desk: Desk) -> None:
    proposal = await desk.draft(*_urls(7))

    receipts = await asyncio.gather(*(desk.confirm(proposal) for _ in range(50)))

    assert len({receipt.request_id for receipt in receipts}) == 1
    assert Counter(receipt.repeated for receipt in receipts) == {True: 49, False: 1}
    assert await desk.sums() == Sums(reserved=7)
    assert len(desk.enqueued) == await desk.count(RequestRow) == 1


async def test_fifty_drafts_confirmed_at_once_never_overrun_the_day(desk: Desk) -> None:
    proposals = [await desk.draft(*_urls(7, str(number))) for number in range(50)]

    outcomes = await asyncio.gather(
        *(desk.confirm(proposal) for proposal in proposals), return_exceptions=True
    )

    receipts = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
    assert len(receipts) == 100 // 7
    assert sum(isinstance(outcome, QuotaExceeded) for outcome in outcomes) == 50 - 100 // 7
    assert await desk.sums() == Sums(reserved=98)
    assert sorted(desk.enqueued) == sorted(receipt.request_id for receipt in receipts)


async def test_request_ids_are_never_given_twice(desk: Desk) -> None:
    given = [await desk.request(*_urls(1, str(number))) for number in range(60)]

    assert len(set(given)) == 60


async def test_each_confirmation_leaves_one_audit_event(desk: Desk) -> None:
    proposal = await desk.draft(*_urls(12))
    receipt = await desk.confirm(proposal)
    await desk.confirm(proposal)

    (event,) = await desk.database.transaction(lambda s: s.exec(select(AuditRow)).all())
    assert (event.action, event.actor, event.team_id) == (
        "request.confirmed",
        MEI.user_id,
        MEI.team_id,
    )
    assert (event.request_id, event.at) == (receipt.request_id, NOON)
    assert event.facts == {
        "files": 12,
        "calls": 2,
        "channel": LAUNCH,
        "digest": proposal.draft.plan.digest,
    }


async def test_workflow_that_cannot_be_enqueued_means_that_nothing_is_stored(desk: Desk) -> None:
    def fail(_: Session, __: str) -> None:
        raise ConnectionError

    proposal = await desk.draft(*_urls(3))
    service = PrefetchService(
        desk.database,
        policy=OPEN,
        terms=TERMS,
        hooks=Hooks(
            enqueue=fail,
            begin=lambda _: None,
            changed=lambda _: None,
            found_card=ignored,
        ),
        now=lambda: NOON,
    )

    with pytest.raises(ConnectionError):
        await service.confirming.confirm(proposal.draft.id, MEI)

    assert await desk.left_behind() == NOTHING
    assert not (await desk.confirm(proposal)).repeated


async def test_request_is_found_by_its_task_id(desk: Desk) -> None:
    request_id = await desk.request(*_urls(11))
    await desk.database.transaction(_accept, request_id, "5" * 32)

    assert (await desk.service.asking.status("5" * 32, MEI)).id == request_id


async def test_colleague_of_the_same_workspace_sees_the_status(desk: Desk) -> None:
    request_id = await desk.request(*_urls(1))

    assert (await desk.service.asking.status(request_id, JUN)).id == request_id


async def test_another_workspace_sees_nothing(desk: Desk) -> None:
    request_id = await desk.request(*_urls(1))
    await desk.database.transaction(_accept, request_id, "5" * 32)

    assert await desk.service.asking.recent(NORA) == []
    for reference in (request_id, "5" * 32):
        with pytest.raises(RequestUnknown):
            await desk.service.asking.status(reference, NORA)


async def test_unknown_reference_is_quoted(desk: Desk) -> None:
    with pytest.raises(RequestUnknown, check=saying("R-0000Z")):
        await desk.service.asking.status("R-0000Z", MEI)


async def test_recent_are_the_persons_own_latest_requests_newest_first(desk: Desk) -> None:
    mine = []
    for number in range(RECENT + 2):
        desk.now += timedelta(minutes=1)
        mine.append(await desk.request(*_urls(1, str(number))))
    await desk.request(*_urls(1, "jun"), actor=JUN)

    recent = await desk.service.asking.recent(MEI)

    assert [state.id for state in recent] == mine[:1:-1]


async def test_quota_starts_anew_at_midnight_of_its_zone(desk: Desk) -> None:
    desk.now = datetime(2024, 2, 29, 15, 59, 59, tzinfo=UTC)
    await desk.request(*_urls(30))
    before = await desk.service.asking.quota()

    desk.now += timedelta(seconds=1)
    after = await desk.service.asking.quota()

    assert (before.left, after.left) == (70, 100)
    assert before.day.ends_at == desk.now


def _urls(count: int, folder: str = "a") -> list[Url]:
    return [Url(f"https://v.example.com/{folder}/{number}.mp4") for number in range(count)]


def _accept(session: Session, request_id: str, task_id: str) -> None:
    call_id, work = CallId(request_id, 0), work_of(session)
    steps.apply(work, call_id, Event(EventKind.CLAIMED))
    steps.apply(work, call_id, Event(EventKind.ACCEPTED), values={"task_id": task_id})
