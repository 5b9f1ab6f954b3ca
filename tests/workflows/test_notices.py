"""Notices: stored with their cause, and told once, whatever fails between the two."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import Session, col

from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, OLD_LAUNCH, RANDOM
from bot.sandbox.fakeslack.cast import BOT_USER
from storage import executors, notices
from storage.notice_tables import NoticeMessageRow, NoticeRow
from storage.unit_of_work import UnitOfWork
from tests.helpers.notice_harness import (
    MAY_READ,
    Clock,
    add,
    ended,
    make_notices,
    tell_for,
    told,
)
from tests.helpers.workflow_harness import BotParts, open_parts, replica_of, urls

pytestmark = pytest.mark.integration

A_MINUTE = 60.0


async def _with_card(parts: BotParts, channel_id: str = LAUNCH) -> str:
    request_id = await parts.confirm(*urls(1, channel_id), channel_id=channel_id)
    await parts.post_card(request_id)
    return request_id


async def test_notice_is_told_once_in_the_thread_of_the_card(parts: BotParts) -> None:
    clock = Clock()
    request_id = await _with_card(parts)
    (card,) = parts.slack.workspace.messages[LAUNCH].values()

    added = [await add(parts, ended(request_id), clock) for _ in range(2)]
    for _ in range(2):
        await tell_for(make_notices(parts, clock), clock, A_MINUTE)

    assert added == [True, False]
    (message,) = told(parts)
    assert message.thread_ts == card.ts
    assert message.text.startswith(f"<@{MEI}> *{request_id}*")


async def test_notice_waits_for_the_card_in_whose_thread_it_belongs(parts: BotParts) -> None:
    clock = Clock()
    request_id = await parts.confirm(*urls(1))
    await add(parts, ended(request_id), clock)
    await tell_for(make_notices(parts, clock), clock, A_MINUTE)
    before = told(parts)

    await parts.post_card(request_id)
    await tell_for(make_notices(parts, clock), clock, A_MINUTE)

    assert before == []
    assert [message.channel_id for message in told(parts)] == [LAUNCH]


async def test_without_a_card_in_a_channel_it_is_a_direct_message(parts: BotParts) -> None:
    clock = Clock()
    request_id = await _with_card(parts, RANDOM)

    await add(parts, ended(request_id, channel_id=RANDOM), clock)
    await tell_for(make_notices(parts, clock), clock, A_MINUTE)

    (message,) = told(parts)
    assert message.channel_id.startswith("D")
    assert message.thread_ts is None
    assert f"<@{MEI}>" not in message.text
    assert f"Its card is in <#{RANDOM}>." in str(message.blocks)


async def test_several_ends_for_one_person_are_one_message(parts: BotParts) -> None:
    clock = Clock()
    ids = [await _with_card(parts) for _ in range(3)]

    await add(parts, ended(ids[0]), clock, after_s=120)
    clock.pass_s(30)
    await add(parts, ended(ids[1]), clock, after_s=120)
    clock.pass_s(30)
    await tell_for(make_notices(parts, clock), clock, 10)
    before = told(parts)
    await add(parts, ended(ids[2]), clock)
    await tell_for(make_notices(parts, clock), clock, 5 * A_MINUTE)

    assert before == []
    (message,) = told(parts)
    assert [message.text.count(request_id) for request_id in ids] == [1, 1, 1]
    assert message.text.count(f"<@{MEI}>") == 1


async def test_what_happened_in_two_channels_is_told_together_to_the_person_alone(
    parts: BotParts,
) -> None:
    clock = Clock()
    parts.slack.workspace.join(RANDOM, BOT_USER)
    for channel_id in (LAUNCH, RANDOM):
        request_id = await _with_card(parts, channel_id)
        await add(parts, ended(request_id, channel_id=channel_id), clock)

    await tell_for(make_notices(parts, clock), clock, A_MINUTE)

    (message,) = told(parts)
    assert message.channel_id.startswith("D")


async def test_several_people_who_hear_the_same_are_mentioned_in_one_reply(parts: BotParts) -> None:
    clock = Clock()
    request_id = await _with_card(parts)
    notice = ended(request_id)
    for user_id in (MEI, JUN):
        await add(parts, notice, clock, user_id=user_id)

    await tell_for(make_notices(parts, clock), clock, A_MINUTE)

    (message,) = told(parts)
    assert {f"<@{MEI}>", f"<@{JUN}>"} <= set(message.text.split())


async def test_what_is_over_before_it_is_told_is_not_told(parts: BotParts) -> None:
    clock = Clock()
    request_id = await _with_card(parts)
    await add(parts, ended(request_id), clock, key="a", after_s=A_MINUTE, bundle=None)
    await add(parts, ended(request_id), clock, key="b", bundle=None)
    parts.slack.fail("chat.postMessage", "internal_error", status=503, times=1)
    telling = make_notices(parts, clock)
    await tell_for(telling, clock, 0)

    for key in ("a", "b"):
        await parts.database.transaction(_drop, key, clock())
    await tell_for(telling, clock, 5 * A_MINUTE)

    assert told(parts) == []


@pytest.mark.parametrize(("scopes", "repetitions"), [(MAY_READ, 0), (frozenset(), 1)])
async def test_post_whose_answer_is_lost_is_looked_for(
    parts: BotParts, scopes: frozenset[str], repetitions: int
) -> None:
    clock = Clock()
    parts.slack.scopes.update(scopes)
    request_id = await _with_card(parts)
    await add(parts, ended(request_id), clock)
    parts.slack.fail("chat.postMessage", "internal_error", status=500, times=1, applied=True)

    await tell_for(make_notices(parts, clock), clock, 2 * A_MINUTE)

    first, *again = told(parts)
    assert "repetition" not in str(first.blocks)
    # Where the bot may not read the channel nobody knows, and a second message says so.
    assert ["repetition" in str(message.blocks) for message in again] == [True] * repetitions


async def test_direct_message_whose_answer_is_lost_is_looked_for(parts: BotParts) -> None:
    clock = Clock()
    parts.slack.scopes.update(MAY_READ)
    request_id = await _with_card(parts, RANDOM)
    await add(parts, ended(request_id), clock)
    parts.slack.fail("chat.postMessage", "internal_error", status=500, times=1, applied=True)

    await tell_for(make_notices(parts, clock), clock, 2 * A_MINUTE)

    assert len(told(parts)) == 1


async def test_post_that_did_not_arrive_is_made_again(parts: BotParts) -> None:
    clock = Clock()
    parts.slack.scopes.update(MAY_READ)
    request_id = await _with_card(parts)
    await add(parts, ended(request_id), clock)
    parts.slack.fail("chat.postMessage", "internal_error", status=500, times=2)

    await tell_for(make_notices(parts, clock), clock, 2 * A_MINUTE)

    (message,) = told(parts)
    assert "repetition" not in str(message.blocks)


@pytest.mark.parametrize(
    "trouble",
    [
        {"error": "ratelimited", "retry_after": 600},
        {"error": "internal_error", "status": 503},
        {"error": "service_unavailable", "status": 503, "applied": True},
        {"error": "token_revoked"},
    ],
    ids=["429", "503", "503 though it stands", "token refused"],
)
async def test_ten_minutes_without_slack_leave_nothing_unsaid_and_nothing_said_twice(
    parts: BotParts, trouble: dict[str, object]
) -> None:
    clock = Clock()
    parts.slack.scopes.update(MAY_READ)
    ids = [await _with_card(parts) for _ in range(3)]
    methods = ("chat.postMessage", "conversations.replies", "conversations.history")
    for method in methods:
        parts.slack.fail(method, **trouble, times=1_000_000)  # type: ignore[arg-type]
    telling = make_notices(parts, clock)

    for request_id in ids:
        await add(parts, ended(request_id), clock, bundle=None)
        await tell_for(telling, clock, 200)
    for method in methods:
        parts.slack.well_again(method)
    await tell_for(telling, clock, 15 * A_MINUTE)

    text = " ".join(message.text for message in told(parts))
    assert [text.count(request_id) for request_id in ids] == [1, 1, 1]


async def test_channel_that_takes_no_message_any_longer_is_replaced_by_direct_messages(
    parts: BotParts,
) -> None:
    clock = Clock()
    request_id = await _with_card(parts)
    notice = ended(request_id)
    for user_id in (MEI, JUN):
        await add(parts, notice, clock, user_id=user_id)
    parts.slack.workspace.archive(LAUNCH)

    await tell_for(make_notices(parts, clock), clock, A_MINUTE)

    messages = told(parts)
    assert all(message.channel_id.startswith("D") for message in messages)
    readers = [parts.slack.workspace.channels[message.channel_id].members for message in messages]
    assert sorted(next(iter(each & {MEI, JUN})) for each in readers) == sorted([MEI, JUN])


async def test_notice_to_a_channel_mentions_nobody_by_itself(parts: BotParts) -> None:
    clock = Clock()
    await add(parts, ended("R-00001"), clock, user_id="", channel_id=LAUNCH, bundle=None)

    await tell_for(make_notices(parts, clock), clock, A_MINUTE)

    (message,) = told(parts)
    assert (message.channel_id, message.thread_ts) == (LAUNCH, None)
    assert "<@" not in message.text


async def test_notice_to_a_channel_that_is_gone_is_given_up(parts: BotParts) -> None:
    clock = Clock()
    await add(parts, ended("R-00001"), clock, user_id="", channel_id=OLD_LAUNCH, bundle=None)

    await tell_for(make_notices(parts, clock), clock, 5 * A_MINUTE)

    assert told(parts) == []
    assert len(parts.slack.log.of("call", "chat.postMessage")) == 1


async def test_notice_of_a_later_version_is_left_to_it(parts: BotParts) -> None:
    clock = Clock()
    request_id = await _with_card(parts)
    await add(parts, ended(request_id), clock)

    await parts.database.transaction(
        lambda session: session.exec(update(NoticeRow).values(code="of tomorrow"))
    )
    await tell_for(make_notices(parts, clock), clock, A_MINUTE)

    assert told(parts) == []


async def test_replicas_tell_each_notice_once(tmp_path: Path, postgresql_url: str) -> None:
    clock = Clock()
    async with (
        open_parts(tmp_path, database_url=postgresql_url) as parts,
        replica_of(parts) as other,
    ):
        ids = [await _with_card(parts) for _ in range(10)]
        for request_id in ids:
            await add(parts, ended(request_id), clock, bundle=None)
        parts.slack.fail("chat.postMessage", None, latency_s=0.05, times=1_000)
        both = make_notices(parts, clock), make_notices(other, clock, me="another")

        for _ in range(5):
            await asyncio.gather(*(each.tell_due() for each in both))
            await asyncio.gather(*(each.settled() for each in both))

        text = " ".join(message.text for message in told(parts))
        assert [text.count(request_id) for request_id in ids] == [1] * 10
        assert len(told(parts)) == 10


async def test_what_a_dead_replica_was_posting_is_looked_for_by_another(
    tmp_path: Path, postgresql_url: str
) -> None:
    clock = Clock()
    async with (
        open_parts(tmp_path, database_url=postgresql_url) as parts,
        replica_of(parts) as other,
    ):
        parts.slack.scopes.update(MAY_READ)
        request_id = await _with_card(parts)
        await add(parts, ended(request_id), clock)
        parts.slack.fail("chat.postMessage", "internal_error", status=500, times=1, applied=True)
        # It looks for nothing itself within the time of this test.
        await make_notices(other, clock, me="another").settled()
        await parts.database.transaction(
            lambda session: session.exec(update(NoticeMessageRow).values(next_at=clock()))
        )
        surviving = make_notices(parts, clock, waits=False)

        await surviving.settled()
        before = parts.slack.log.of("call", "conversations.replies")
        await parts.database.transaction(executors.leave, "another")
        await surviving.settled()

        assert before == []
        assert len(parts.slack.log.of("call", "conversations.replies")) == 1
        assert len(told(parts)) == 1


async def test_copy_of_the_database_tells_nothing_a_second_time(parts: BotParts) -> None:
    """What the copy holds as not told may have been told after it was made."""
    clock = Clock()
    parts.slack.scopes.update(MAY_READ)
    ids = [await _with_card(parts) for _ in range(2)]
    for request_id in ids:
        await add(parts, ended(request_id), clock, bundle=None)
    await tell_for(make_notices(parts, clock), clock, 0)
    await parts.database.transaction(_as_in_the_copy, ids[0])

    await parts.database.transaction(notices.expect_told, now=clock())
    await tell_for(make_notices(parts, clock), clock, A_MINUTE)

    assert len(told(parts)) == 2


def _as_in_the_copy(session: Session, request_id: str) -> None:
    """One is not put together to a message yet, the other is not posted."""
    session.exec(
        update(NoticeRow).where(col(NoticeRow.request_id) == request_id).values(message_id=None)
    )
    session.exec(update(NoticeMessageRow).values(settled_at=None, outcome=None, posted_ts=None))


def _drop(session: Session, key: str, now: datetime) -> None:
    notices.drop(UnitOfWork(session, "default", now), key)
