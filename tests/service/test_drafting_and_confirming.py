"""What people can ask: decided with the rules of that moment, stored whole or not at all."""

import asyncio
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.reading.lists import parse_list
from bot.rules.draft import OVERLAPS_WITHIN, Overlap, Receipt
from bot.rules.lifecycle import Event, EventKind
from bot.rules.policy import Actor, Policy
from bot.rules.reading import Places, Unit
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
from storage import steps
from storage.tables import AuditRow, DraftRow, RequestRow
from tests.helpers.defaults import LOOKS_NOWHERE, OPEN, ignored
from tests.helpers.ledger_sums import Sums
from tests.helpers.said_words import saying
from tests.helpers.service_harness import LAUNCH, MEI, NOON, TERMS, ServiceHarness
from tests.helpers.stored_requests import end, work_of

JUN = Actor("U0JUN0001", "T0LAUNCHHQ")
NORA = Actor("U0MEI0001", "T0PARTNERS")
NOTHING = [0, 0, 0]


async def test_draft_shows_the_plan_beside_what_is_left(harness: ServiceHarness) -> None:
    proposal = await harness.draft(Asset("1" * 32), *_urls(12))

    assert [call.files for call in proposal.draft.plan.calls] == [1, 10, 2]
    assert (proposal.quota.left, proposal.left_after) == (100, 87)
    assert await harness.left_behind() == NOTHING


async def test_places_in_the_list_are_kept_with_whatever_is_left_out(
    harness: ServiceHarness,
) -> None:
    harness.policy = replace(OPEN, domains=frozenset({"h"}))
    lines = ["https://h/a.mp4", "https://other.example/b.mp4", "", "https://h/x/", "http://h/a.mp4"]
    first = await harness.service.drafting.draft(
        parse_list("\n".join(lines)), actor=MEI, channel_id=LAUNCH, trigger_key=None
    )
    assert first is not None

    kept = await harness.service.drafting.keep_first(first.draft.id, MEI)
    stored = await harness.service.drafting.proposal(kept.draft.id, MEI)

    places = {it.reason: it.at and it.at.numbers for it in stored.draft.rejected}
    assert places == {
        Reason.FOREIGN_HOST: (2,),
        Reason.DIRECTORY: (4,),
        Reason.LOOKS_THE_SAME: (5,),
    }
    assert stored.draft.at == {Url(lines[0]): Places(Unit.LINE, (1,))}


async def test_draft_shows_who_asked_for_some_of_it_before(harness: ServiceHarness) -> None:
    asked = await harness.request(*_urls(2), actor=JUN)
    await harness.request(Asset("1" * 32), actor=replace(JUN, team_id="T0PARTNERS"))
    harness.now += timedelta(minutes=5)

    proposal = await harness.draft(Asset("1" * 32), *_urls(12))

    told = Overlap(asked, JUN.user_id, NOON, Counts(waiting=2))
    assert proposal.overlaps == (told,)
    assert (await harness.service.drafting.proposal(proposal.draft.id, MEI)).overlaps == (told,)
    later = await harness.service.drafting.move(
        proposal.draft.id, MEI, harness.now + timedelta(hours=1), chosen_ts="1709179500.000001"
    )
    assert later.overlaps == (told,)


async def test_what_ended_a_day_ago_is_no_longer_pointed_out(harness: ServiceHarness) -> None:
    asked = await harness.request(*_urls(2))
    await harness.database.transaction(end, asked, RequestStatus.SUCCEEDED, run=1, now=harness.now)

    harness.now += OVERLAPS_WITHIN
    last = await harness.draft(*_urls(2))
    harness.now += timedelta(seconds=1)

    assert [item.request_id for item in last.overlaps] == [asked]
    assert (await harness.draft(*_urls(2))).overlaps == ()


async def test_what_was_asked_for_meanwhile_is_sent_again_and_says_so(
    harness: ServiceHarness,
) -> None:
    shown = [await harness.draft(*_urls(2), actor=person) for person in (MEI, JUN)]

    first = await harness.confirm(shown[0])
    second = await harness.confirm(shown[1], JUN)

    states = [await harness.service.asking.status(it.request_id, MEI) for it in (first, second)]
    assert [proposal.overlaps for proposal in shown] == [(), ()]
    assert [state.overlaps for state in states] == [(), (first.request_id,)]
    assert (await harness.sums()).reserved == 4


async def test_same_payload_makes_one_draft(harness: ServiceHarness) -> None:
    targets = Targets(tuple(_urls(1)), (), 0)
    first, second = [
        await harness.service.drafting.draft(
            targets, actor=MEI, channel_id=LAUNCH, trigger_key="trigger-1"
        )
        for _ in range(2)
    ]

    assert first is not None
    assert second is None
    assert await harness.count(DraftRow) == 1


async def test_same_payload_delivered_at_once_makes_one_draft(harness: ServiceHarness) -> None:
    targets = Targets(tuple(_urls(1)), (), 0)
    drafts = await asyncio.gather(
        *(
            harness.service.drafting.draft(
                targets, actor=MEI, channel_id=LAUNCH, trigger_key="trigger-1"
            )
            for _ in range(20)
        )
    )

    assert sum(draft is not None for draft in drafts) == 1


async def test_nothing_accepted_stores_nothing(harness: ServiceHarness) -> None:
    rejected = (Rejected("ftp://v.example.com/a", Reason.NOT_HTTP),)

    with pytest.raises(NothingToSend) as refusal:
        await harness.service.drafting.draft(
            Targets((), rejected, 0), actor=MEI, channel_id=LAUNCH, trigger_key=None
        )

    assert refusal.value.rejected == rejected
    assert await harness.count(DraftRow) == 0


async def test_person_who_may_not_gets_no_draft(harness: ServiceHarness) -> None:
    harness.policy = replace(OPEN, users=frozenset({JUN.user_id}))

    with pytest.raises(NotAllowed, check=saying(r"PREFETCH_ALLOWED_USERS.*<@U0SAM0001>")):
        await harness.draft(*_urls(1))

    assert await harness.count(DraftRow) == 0


@pytest.mark.parametrize(
    ("policy", "setting"),
    [
        (replace(OPEN, users=frozenset()), "PREFETCH_ALLOWED_USERS"),
        (replace(OPEN, channels=frozenset({"C0RANDOM1"})), "PREFETCH_ALLOWED_CHANNELS"),
        (replace(OPEN, denied_users=frozenset({MEI.user_id})), "PREFETCH_DENIED_USERS"),
    ],
)
async def test_permission_taken_away_before_the_confirmation_refuses_it(
    harness: ServiceHarness, policy: Policy, setting: str
) -> None:
    proposal = await harness.draft(*_urls(1))
    harness.policy = policy

    with pytest.raises(NotAllowed, check=saying(setting)):
        await harness.confirm(proposal)

    assert await harness.left_behind() == NOTHING


async def test_permission_is_asked_again_when_the_modal_is_offered_again(
    harness: ServiceHarness,
) -> None:
    proposal = await harness.draft(*_urls(1))
    harness.policy = replace(OPEN, users=frozenset())

    with pytest.raises(NotAllowed):
        await harness.service.drafting.proposal(proposal.draft.id, MEI)


async def test_urls_of_other_domains_are_shown_as_rejected(harness: ServiceHarness) -> None:
    harness.policy = replace(OPEN, domains=frozenset({"*.example.com"}))
    foreign = Url("https://evil.example.net/a.mp4?auth=secret")

    proposal = await harness.draft(*_urls(2), foreign, Asset("1" * 32))

    assert proposal.draft.plan.files == 3
    (rejected,) = proposal.draft.rejected
    assert "secret" not in rejected.text
    assert (rejected.reason, rejected.names[0]) == (Reason.FOREIGN_HOST, "evil.example.net")


async def test_nothing_but_other_domains_is_refused_with_the_reasons(
    harness: ServiceHarness,
) -> None:
    harness.policy = replace(OPEN, domains=frozenset({"cdn.example.org"}))

    with pytest.raises(NothingToSend) as refusal:
        await harness.draft(*_urls(2))

    assert len(refusal.value.rejected) == 2


async def test_domain_taken_away_before_the_confirmation_refuses_it(
    harness: ServiceHarness,
) -> None:
    proposal = await harness.draft(*_urls(1))
    harness.policy = replace(OPEN, domains=frozenset({"cdn.example.org"}))

    with pytest.raises(PlanChanged):
        await harness.confirm(proposal)

    assert await harness.left_behind() == NOTHING


async def test_asset_cost_changed_before_the_confirmation_refuses_it(
    harness: ServiceHarness,
) -> None:
    proposal = await harness.draft(Asset("1" * 32))
    harness.terms = replace(TERMS, asset_cost=3)

    with pytest.raises(PlanChanged):
        await harness.confirm(proposal)

    assert await harness.left_behind() == NOTHING


async def test_expired_draft_cannot_be_confirmed(harness: ServiceHarness) -> None:
    proposal = await harness.draft(*_urls(1))
    harness.now += DRAFT_TTL

    with pytest.raises(DraftGone):
        await harness.confirm(proposal)

    assert await harness.left_behind() == NOTHING


async def test_draft_lives_to_its_last_second(harness: ServiceHarness) -> None:
    proposal = await harness.draft(*_urls(1))
    harness.now += DRAFT_TTL - timedelta(seconds=1)

    assert not (await harness.confirm(proposal)).repeated


@pytest.mark.parametrize("stranger", [JUN, NORA], ids=["colleague", "another workspace"])
async def test_somebody_elses_draft_cannot_be_confirmed(
    harness: ServiceHarness, stranger: Actor
) -> None:
    proposal = await harness.draft(*_urls(1))

    with pytest.raises(DraftGone):
        await harness.confirm(proposal, stranger)

    assert await harness.left_behind() == NOTHING


@pytest.mark.parametrize("stranger", [JUN, NORA], ids=["colleague", "another workspace"])
async def test_somebody_elses_confirmed_draft_tells_nothing(
    harness: ServiceHarness, stranger: Actor
) -> None:
    proposal = await harness.draft(*_urls(1))
    await harness.confirm(proposal)

    with pytest.raises(DraftGone):
        await harness.confirm(proposal, stranger)


async def test_draft_that_never_was_cannot_be_confirmed(harness: ServiceHarness) -> None:
    with pytest.raises(DraftGone):
        await harness.service.confirming.confirm("0" * 24, MEI)


async def test_more_than_the_day_holds_gets_no_draft(harness: ServiceHarness) -> None:
    with pytest.raises(QuotaExceeded, check=saying("101 files, but about 100 are left")):
        await harness.draft(*_urls(101))

    assert await harness.count(DraftRow) == 0


async def test_second_of_two_drafts_for_one_day_is_refused_when_it_no_longer_fits(
    harness: ServiceHarness,
) -> None:
    first, second = await harness.draft(*_urls(60)), await harness.draft(*_urls(60, "b"))
    await harness.confirm(first)

    with pytest.raises(QuotaExceeded, check=saying("60 files, but about 40 are left")):
        await harness.confirm(second)

    assert await harness.count(RequestRow) == 1
    assert await harness.sums() == Sums(reserved=60)
    assert len(harness.enqueued) == 1


async def test_refused_draft_can_be_confirmed_on_the_next_quota_day(
    harness: ServiceHarness,
) -> None:
    harness.now = datetime(2024, 2, 29, 15, 30, tzinfo=UTC)
    first, second = await harness.draft(*_urls(60)), await harness.draft(*_urls(60, "b"))
    await harness.confirm(first)
    with pytest.raises(QuotaExceeded):
        await harness.confirm(second)

    harness.now = datetime(2024, 2, 29, 16, 0, tzinfo=UTC)
    await harness.confirm(second)

    assert await harness.sums() == Sums(reserved=60)


async def test_confirmation_stores_request_reservation_audit_and_workflow(
    harness: ServiceHarness,
) -> None:
    receipt = await harness.confirm(await harness.draft(Asset("1" * 32), *_urls(12)))

    assert re.fullmatch(r"R-[0-9A-HJKMNP-TV-Z]{5}", receipt.request_id)
    assert harness.enqueued == [receipt.request_id]
    assert await harness.sums() == Sums(reserved=13)
    state = await harness.service.asking.status(receipt.request_id, MEI)
    assert [call.status for call in state.calls] == [CallStatus.QUEUED] * 3
    assert (state.status, state.files, state.quota.left) == (RequestStatus.RUNNING, 13, 87)


async def test_second_confirmation_does_nothing(harness: ServiceHarness) -> None:
    proposal = await harness.draft(*_urls(12))
    first = await harness.confirm(proposal)
    rows = await harness.stored()

    second = await harness.confirm(proposal)

    assert second == Receipt(first.request_id, repeated=True)
    assert harness.begun == [first.request_id]
    assert await harness.stored() == rows
    assert await harness.sums() == Sums(reserved=12)
    assert len(harness.enqueued) == 1


async def test_second_confirmation_is_known_even_when_the_draft_has_expired(
    harness: ServiceHarness,
) -> None:
    proposal = await harness.draft(*_urls(1))
    first = await harness.confirm(proposal)
    harness.now += 2 * DRAFT_TTL

    assert await harness.confirm(proposal) == Receipt(first.request_id, repeated=True)


async def test_fifty_confirmations_of_one_draft_at_once_make_one_request(
    harness: ServiceHarness,
) -> None:
    proposal = await harness.draft(*_urls(7))

    receipts = await asyncio.gather(*(harness.confirm(proposal) for _ in range(50)))

    assert len({receipt.request_id for receipt in receipts}) == 1
    assert Counter(receipt.repeated for receipt in receipts) == {True: 49, False: 1}
    assert await harness.sums() == Sums(reserved=7)
    assert len(harness.enqueued) == await harness.count(RequestRow) == 1


async def test_fifty_drafts_confirmed_at_once_never_overrun_the_day(
    harness: ServiceHarness,
) -> None:
    proposals = [await harness.draft(*_urls(7, str(number))) for number in range(50)]

    outcomes = await asyncio.gather(
        *(harness.confirm(proposal) for proposal in proposals), return_exceptions=True
    )

    receipts = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
    assert len(receipts) == 100 // 7
    assert sum(isinstance(outcome, QuotaExceeded) for outcome in outcomes) == 50 - 100 // 7
    assert await harness.sums() == Sums(reserved=98)
    assert sorted(harness.enqueued) == sorted(receipt.request_id for receipt in receipts)


async def test_request_ids_are_never_given_twice(harness: ServiceHarness) -> None:
    given = [await harness.request(*_urls(1, str(number))) for number in range(60)]

    assert len(set(given)) == 60


async def test_each_confirmation_leaves_one_audit_event(harness: ServiceHarness) -> None:
    proposal = await harness.draft(*_urls(12))
    receipt = await harness.confirm(proposal)
    await harness.confirm(proposal)

    (event,) = await harness.database.transaction(lambda s: s.exec(select(AuditRow)).all())
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


async def test_workflow_that_cannot_be_enqueued_means_that_nothing_is_stored(
    harness: ServiceHarness,
) -> None:
    def fail(_: Session, __: str) -> None:
        raise ConnectionError

    proposal = await harness.draft(*_urls(3))
    service = PrefetchService(
        harness.database,
        policy=OPEN,
        terms=TERMS,
        hooks=Hooks(
            enqueue=fail,
            begin=lambda _: None,
            changed=lambda _: None,
            found_card=ignored,
        ),
        now=lambda: NOON,
        fetcher=LOOKS_NOWHERE,
    )

    with pytest.raises(ConnectionError):
        await service.confirming.confirm(proposal.draft.id, MEI)

    assert await harness.left_behind() == NOTHING
    assert not (await harness.confirm(proposal)).repeated


async def test_request_is_found_by_its_task_id(harness: ServiceHarness) -> None:
    request_id = await harness.request(*_urls(11))
    await harness.database.transaction(_accept, request_id, "5" * 32)

    assert (await harness.service.asking.status("5" * 32, MEI)).id == request_id


async def test_colleague_of_the_same_workspace_sees_the_status(harness: ServiceHarness) -> None:
    request_id = await harness.request(*_urls(1))

    assert (await harness.service.asking.status(request_id, JUN)).id == request_id


async def test_another_workspace_sees_nothing(harness: ServiceHarness) -> None:
    request_id = await harness.request(*_urls(1))
    await harness.database.transaction(_accept, request_id, "5" * 32)

    assert await harness.service.asking.recent(NORA) == []
    for reference in (request_id, "5" * 32):
        with pytest.raises(RequestUnknown):
            await harness.service.asking.status(reference, NORA)


async def test_unknown_reference_is_quoted(harness: ServiceHarness) -> None:
    with pytest.raises(RequestUnknown, check=saying("R-0000Z")):
        await harness.service.asking.status("R-0000Z", MEI)


async def test_recent_are_the_persons_own_latest_requests_newest_first(
    harness: ServiceHarness,
) -> None:
    mine = []
    for number in range(RECENT + 2):
        harness.now += timedelta(minutes=1)
        mine.append(await harness.request(*_urls(1, str(number))))
    await harness.request(*_urls(1, "jun"), actor=JUN)

    recent = await harness.service.asking.recent(MEI)

    assert [state.id for state in recent] == mine[:1:-1]


async def test_quota_starts_anew_at_midnight_of_its_zone(harness: ServiceHarness) -> None:
    harness.now = datetime(2024, 2, 29, 15, 59, 59, tzinfo=UTC)
    await harness.request(*_urls(30))
    before = await harness.service.asking.quota()

    harness.now += timedelta(seconds=1)
    after = await harness.service.asking.quota()

    assert (before.left, after.left) == (70, 100)
    assert before.day.ends_at == harness.now


def _urls(count: int, folder: str = "a") -> list[Url]:
    return [Url(f"https://v.example.com/{folder}/{number}.mp4") for number in range(count)]


def _accept(session: Session, request_id: str, task_id: str) -> None:
    call_id, work = CallId(request_id, 0), work_of(session)
    steps.apply(work, call_id, Event(EventKind.CLAIMED))
    steps.apply(work, call_id, Event(EventKind.ACCEPTED), values={"task_id": task_id})
