"""Decisions about a request: who may, when, and what stays of them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.blocks.messages import decisions
from bot.rules.causes import EarlierInDoubt, FreeText
from bot.rules.policy import Actor
from bot.rules.refusals import NotAllowed, NothingToDecide, QuotaExceeded
from bot.rules.states import CallStatus, Choice, Counts
from bot.rules.target import Targets
from bot.sandbox.fakeslack import JUN, LAUNCH
from bot.service.deciding import Cancelled, Deciding
from bot.words.english import ENGLISH
from storage.tables import AuditRow
from tests.helpers.ledger_sums import Sums, check_ledger
from tests.helpers.said_words import saying
from tests.helpers.workflow_harness import ACTOR, BotParts, open_parts, urls

pytestmark = pytest.mark.integration

STRANGER = Actor(JUN, ACTOR.team_id)
FIRST = [(0, 1)]
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@dataclass
class Clock:
    moment: datetime

    def __call__(self) -> datetime:
        return self.moment


async def test_cancel_frees_what_is_not_sent(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(12))
    await parts.claim(request_id, 0)

    cancelled = await parts.service.deciding.cancel(request_id, ACTOR)

    assert cancelled == Cancelled(2, goes_on=True)
    assert await parts.sums() == Sums(reserved=10)


async def test_cancel_of_everything_leaves_nothing_that_goes_on(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(12))

    cancelled = await parts.service.deciding.cancel(request_id, ACTOR)

    assert cancelled == Cancelled(12, goes_on=False)


async def test_who_decides_is_told_of_other_requests_for_the_same_files(parts: BotParts) -> None:
    request_id = await _in_doubt(parts)
    other = await parts.confirm(*urls(2))

    calls, overlaps = await parts.service.deciding.in_doubt(request_id, ACTOR, again=True)

    assert [call.files for call in calls] == [3]
    assert [(item.request_id, item.counts) for item in overlaps] == [(other, Counts(waiting=2))]


async def test_what_was_cancelled_can_be_asked_for_again(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(12))
    await parts.claim(request_id, 0)
    await parts.service.deciding.cancel(request_id, ACTOR)

    again = await parts.service.asking.cancelled_targets(request_id, STRANGER)

    assert again == (Targets(tuple(urls(12)[10:])), LAUNCH)


async def test_nothing_is_offered_again_where_nothing_was_cancelled(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))

    with pytest.raises(NothingToDecide, check=saying("was cancelled")):
        await parts.service.asking.cancelled_targets(request_id, ACTOR)


async def test_second_cancel_finds_nothing_to_give_up(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))
    await parts.service.deciding.cancel(request_id, ACTOR)

    with pytest.raises(NothingToDecide, check=saying("has been cancelled already")):
        await parts.service.deciding.cancel(request_id, ACTOR)


async def test_cancel_of_what_was_refused_does_not_say_that_it_was_sent(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))
    await parts.database.transaction(
        parts.outcomes.reject_rest, request_id, cause=FreeText("no quota"), now=parts.now()
    )

    with pytest.raises(NothingToDecide, check=saying("will not be sent. The card says why")):
        await parts.service.deciding.cancel(request_id, ACTOR)


async def test_cancel_comes_too_late_for_what_is_out(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))
    await parts.claim(request_id, 0)

    with pytest.raises(NothingToDecide, check=saying("has been sent already")):
        await parts.service.deciding.cancel(request_id, ACTOR)


async def test_stranger_cancels_no_request_of_somebody_else(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))

    with pytest.raises(NotAllowed, check=saying(r"Nothing was done.*Only the person who asked")):
        await parts.service.deciding.cancel(request_id, STRANGER)

    assert await parts.sums() == Sums(reserved=3)


async def test_operators_alone_decide_what_became_of_a_call(parts: BotParts) -> None:
    request_id = await _in_doubt(parts)

    with pytest.raises(NotAllowed, check=saying("Only an operator")):
        await parts.service.deciding.mark_as_sent(request_id, FIRST, STRANGER, reason="seen")

    assert await parts.sums() == Sums(held=3)


async def test_decisions_of_one_submission_are_told_as_one(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(12))
    for place in (0, 1):
        await parts.claim(request_id, place)
    await parts.send_and_follow(request_id)
    await parts.end(request_id)
    both = [(0, 1), (1, 1)]

    await parts.service.deciding.mark_as_sent(request_id, both, ACTOR, reason="seen?sig=s3cret")

    (decision,) = (await parts.state(request_id)).decisions
    told = (decision.choice, decision.user_id, decision.files)
    assert told == (Choice.MARKED_AS_SENT, ACTOR.user_id, 12)


async def test_nothing_is_decided_while_the_rest_still_runs(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))
    await parts.claim(request_id, 0)
    await parts.sender.send(request_id)

    with pytest.raises(NothingToDecide, check=saying("still runs")):
        await parts.service.deciding.send_again(request_id, FIRST, ACTOR, reason="not seen")

    assert await parts.sums() == Sums(held=3)


async def test_sending_again_needs_quota_of_its_own(parts: BotParts) -> None:
    request_id = await _in_doubt(parts)
    await parts.confirm(*urls(996, "b"))

    with pytest.raises(QuotaExceeded):
        await parts.service.deciding.send_again(request_id, FIRST, ACTOR, reason="not seen")

    assert await parts.sums() == Sums(reserved=996, held=3)


async def test_decision_about_another_attempt_changes_nothing(parts: BotParts) -> None:
    request_id = await _in_doubt(parts)

    with pytest.raises(NothingToDecide, check=saying("has decided")):
        await parts.service.deciding.mark_as_sent(request_id, [(0, 2)], ACTOR, reason="seen")

    assert await parts.sums() == Sums(held=3)


@pytest.mark.parametrize("is_claimed", [True, False], ids=["sent and refused", "given up unsent"])
async def test_call_that_is_refused_the_second_time_stays_in_doubt_for_the_first(
    tmp_path: Path, *, is_claimed: bool
) -> None:
    clock = Clock(NOON)
    async with open_parts(tmp_path, now=clock) as parts:
        request_id = await _in_doubt(parts)
        clock.moment += timedelta(days=1)
        await parts.service.deciding.send_again(request_id, FIRST, ACTOR, reason="not seen")
        if is_claimed:
            await parts.claim(request_id, 0)
            await _reject(parts, request_id)
        else:
            await parts.database.transaction(
                parts.outcomes.reject_rest,
                request_id,
                cause=FreeText("No bill was paid."),
                now=parts.now(),
            )
        refused = (await parts.state(request_id)).calls[0]
        in_doubt = await _days(parts)
        await parts.end_again(request_id)

        await parts.service.deciding.mark_as_sent(
            request_id, [(0, refused.attempts)], ACTOR, reason="seen"
        )

        assert refused.status is CallStatus.UNKNOWN
        assert refused.causes == (FreeText("No bill was paid."), EarlierInDoubt())
        assert in_doubt == [Sums(held=3), Sums()]
        assert await _days(parts) == [Sums(settled=3), Sums()]


@pytest.mark.parametrize("ends", [*permutations(("refused", "cancelled", "given up"))])
async def test_however_often_it_is_sent_again_the_first_call_stays_in_doubt(
    parts: BotParts, ends: tuple[str, ...]
) -> None:
    request_id = await _in_doubt(parts)

    for end in (*ends, *ends):
        call = (await parts.state(request_id)).calls[0]
        again = [(0, call.attempts)]
        await parts.service.deciding.send_again(request_id, again, ACTOR, reason="not seen")
        match end:
            case "refused":
                await parts.claim(request_id, 0)
                await _reject(parts, request_id)
            case "cancelled":
                cancelled = await parts.service.deciding.cancel(request_id, ACTOR)
                assert cancelled == Cancelled(3, goes_on=False)
            case _:
                await parts.database.transaction(
                    parts.outcomes.reject_rest, request_id, cause=FreeText("No."), now=parts.now()
                )
        await parts.end_again(request_id)

        call = (await parts.state(request_id)).calls[0]
        assert call.status is CallStatus.UNKNOWN
        assert call.causes[-1] == EarlierInDoubt()
        assert await parts.sums() == Sums(held=3)


async def test_late_answer_is_taken_while_the_call_waits_to_be_sent_again(parts: BotParts) -> None:
    request_id = await _in_doubt(parts)
    await parts.service.deciding.send_again(request_id, FIRST, ACTOR, reason="not seen")
    call = (await parts.state(request_id)).calls[0]

    late = await parts.database.transaction(
        parts.outcomes.accept,
        request_id,
        replace(call, attempts=1),
        task_id="t" * 32,
        now=parts.now(),
    )
    await parts.sender.send(request_id)

    found = (await parts.state(request_id)).calls[0]
    assert (late, found.status, found.task_id) == (True, CallStatus.PROCESSING, "t" * 32)
    assert await _days(parts) == [Sums(settled=3)]
    assert parts.creates() == []


async def test_late_answer_of_the_call_in_doubt_is_taken_after_a_refused_repetition(
    parts: BotParts,
) -> None:
    request_id = await _in_doubt(parts)
    await parts.service.deciding.send_again(request_id, FIRST, ACTOR, reason="not seen")
    await parts.claim(request_id, 0)
    await _reject(parts, request_id)
    call = (await parts.state(request_id)).calls[0]

    late = await parts.database.transaction(
        parts.outcomes.accept,
        request_id,
        replace(call, attempts=1),
        task_id="t" * 32,
        now=parts.now(),
    )

    found = (await parts.state(request_id)).calls[0]
    assert (late, found.status, found.task_id) == (True, CallStatus.PROCESSING, "t" * 32)
    assert await _days(parts) == [Sums(settled=3)]


@pytest.mark.parametrize(
    ("changed", "setting"),
    [
        ({"users": frozenset({JUN})}, "PREFETCH_ALLOWED_USERS"),
        ({"users": frozenset()}, "PREFETCH_ALLOWED_USERS"),
        ({"denied_users": frozenset({ACTOR.user_id})}, "PREFETCH_OPERATORS"),
        ({"channels": frozenset({"C0RANDOM1"})}, "PREFETCH_ALLOWED_CHANNELS"),
        ({"domains": frozenset({"*.example.net"})}, "PREFETCH_ALLOWED_DOMAINS"),
        ({"operators": frozenset({JUN})}, "PREFETCH_OPERATORS"),
    ],
)
async def test_what_is_no_longer_allowed_is_not_sent_again(
    parts: BotParts, changed: dict[str, frozenset[str]], setting: str
) -> None:
    request_id = await _in_doubt(parts)
    deciding = _deciding_under(parts, **changed)

    with pytest.raises(NotAllowed, check=saying(setting)):
        await deciding.in_doubt(request_id, ACTOR, again=True)
    with pytest.raises(NotAllowed, check=saying(setting)):
        await deciding.send_again(request_id, FIRST, ACTOR, reason="not seen")

    assert await parts.sums() == Sums(held=3)
    assert (await parts.state(request_id)).calls[0].status is CallStatus.UNKNOWN


async def test_what_is_no_longer_allowed_may_still_be_marked_as_sent(parts: BotParts) -> None:
    """It is no sending: an operator says what became of the call."""
    request_id = await _in_doubt(parts)
    deciding = _deciding_under(parts, domains=frozenset(), channels=frozenset())

    await deciding.in_doubt(request_id, ACTOR, again=False)
    await deciding.mark_as_sent(request_id, FIRST, ACTOR, reason="seen")

    assert await _days(parts) == [Sums(settled=3)]


@pytest.mark.parametrize(
    ("reason", "kept", "shown"),
    [
        (
            "seen *bold* <https://x.example|y> `c` <@U1> auth_key=170-0-0-abc \u202egnp",
            "seen *bold* <https://x.example|y> `c` <@U1> auth_key=… gnp",
            "seen *bold* &lt;https://x.example|y&gt; ˋcˋ &lt;@U1&gt; auth_key=… gnp",
        ),
        (
            f"<!channel> _see_ \u2066https://v.example.com/202611241200/{'0a' * 16}/a.mp4\u2069",
            "<!channel> _see_ https://v.example.com/…/…/a.mp4",
            "&lt;!channel&gt; _see_ https://v.example.com/…/…/a.mp4",
        ),
        (
            "<!subteam^S1|ops> ~no~\n> sign＝abc\u200b X-Amz-Signature%3D00ff /hdntl=e=1~hmac=00/",
            "<!subteam^S1|ops> ~no~ > sign=… X-Amz-Signature=… /hdntl=…/",
            "&lt;!subteam^S1|ops&gt; ~no~ &gt; sign=… X-Amz-Signature=… /hdntl=…/",
        ),
    ],
    ids=["of the list", "a channel called", "a group called"],
)
async def test_reason_is_kept_and_shown_as_text(
    parts: BotParts, reason: str, kept: str, shown: str
) -> None:
    request_id = await _in_doubt(parts)

    await parts.service.deciding.mark_as_sent(request_id, FIRST, ACTOR, reason=reason)

    assert await parts.database.transaction(_reasons, request_id) == [kept]
    (line,) = decisions(ENGLISH, await parts.state(request_id))
    assert line.endswith(f": `{shown}`")


async def test_reason_in_the_audit_trail_holds_no_query_string(parts: BotParts) -> None:
    request_id = await _in_doubt(parts)
    reason = "seen at https://v.example.com/a.mp4?auth_key=SECRET in the console"

    await parts.service.deciding.mark_as_sent(request_id, FIRST, ACTOR, reason=reason)

    told = await parts.database.transaction(_reasons, request_id)
    assert told == ["seen at https://v.example.com/a.mp4?… in the console"]


async def _in_doubt(parts: BotParts) -> str:
    """A request that has ended, and whose one call was interrupted."""
    request_id = await parts.confirm(*urls(3))
    await parts.claim(request_id, 0)
    await parts.send_and_follow(request_id)
    await parts.end(request_id)
    return request_id


async def _reject(parts: BotParts, request_id: str) -> None:
    call = (await parts.state(request_id)).calls[0]
    await parts.database.transaction(
        parts.outcomes.reject,
        request_id,
        call,
        cause=FreeText("No bill was paid."),
        now=parts.now(),
    )


async def _days(parts: BotParts) -> list[Sums]:
    """The sums of each day, in their order."""
    found = await parts.database.transaction(check_ledger)
    return [found[day] for day in sorted(found)]


def _reasons(session: Session, request_id: str) -> list[str]:
    rows = select(AuditRow).where(
        AuditRow.request_id == request_id, col(AuditRow.action) == "task.marked_as_sent"
    )
    return [row.facts["reason"] for row in session.exec(rows)]


def _deciding_under(parts: BotParts, **changed: frozenset[str]) -> Deciding:
    """Decisions under other settings, as after a restart."""
    context = parts.service.deciding._context
    policy = replace(context.policy, **changed)
    return Deciding(replace(context, policy=policy), changed=lambda _: None)
