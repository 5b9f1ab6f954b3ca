"""What follows from the states of tasks and targets."""

from datetime import UTC, date, datetime
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from bot.rules.quota import Quota, QuotaDay
from bot.rules.states import (
    ENDED,
    CallState,
    CallStatus,
    Counts,
    RequestState,
    RequestStatus,
    TargetState,
    TargetStatus,
    call_status,
    request_status,
)
from bot.rules.target import Asset, Url

ASSET = Asset("5199337c31c8e4622f1590735b13a263")
A, B, C = (f"https://cdn.example.com/{name}.mp4" for name in "abc")
PENDING, PROCESSING, SUCCEED, FAILED = TargetStatus


def targets(*statuses: str) -> tuple[TargetState, ...]:
    return tuple(
        TargetState(Url(f"https://cdn.example.com/{place}.mp4"), status)
        for place, status in enumerate(statuses)
    )


def call(
    status: CallStatus, *statuses: str, files: int | None = None, followed_no_longer: bool = False
) -> CallState:
    count = len(statuses) if files is None else files
    return CallState(0, status, count, targets(*statuses), followed_no_longer=followed_no_longer)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([], CallStatus.PROCESSING),
        ([SUCCEED], CallStatus.SUCCEEDED),
        ([SUCCEED, SUCCEED], CallStatus.SUCCEEDED),
        ([FAILED], CallStatus.FAILED),
        ([FAILED, FAILED], CallStatus.FAILED),
        ([SUCCEED, FAILED], CallStatus.PARTLY_FAILED),
        ([PROCESSING], CallStatus.PROCESSING),
        ([PENDING], CallStatus.PROCESSING),
        ([SUCCEED, PROCESSING], CallStatus.PROCESSING),
        ([FAILED, PENDING], CallStatus.PROCESSING),
        (["paused"], CallStatus.PROCESSING),
        ([SUCCEED, "paused"], CallStatus.PROCESSING),
        (["SUCCEED"], CallStatus.PROCESSING),
    ],
)
def test_status_of_a_task(statuses: list[str], expected: CallStatus) -> None:
    for order in permutations(statuses):
        assert call_status(order) is expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (call(CallStatus.QUEUED, PENDING, PENDING), Counts(waiting=2)),
        (call(CallStatus.SUBMITTING, PENDING, PENDING), Counts(waiting=2)),
        (call(CallStatus.QUEUED, PENDING, files=3), Counts(waiting=3)),
        (call(CallStatus.REJECTED, PENDING, PENDING), Counts(not_sent=2)),
        (call(CallStatus.UNKNOWN, PENDING, PENDING), Counts(unknown=2)),
        (call(CallStatus.PROCESSING, PENDING, PROCESSING), Counts(processing=2)),
        (
            call(CallStatus.PROCESSING, SUCCEED, FAILED, "paused"),
            Counts(ready=1, failed=1, processing=1),
        ),
        (call(CallStatus.PROCESSING, SUCCEED, PROCESSING, files=5), Counts(ready=1, processing=4)),
        (call(CallStatus.PROCESSING, PENDING, followed_no_longer=True), Counts(processing=1)),
        (call(CallStatus.SUCCEEDED, SUCCEED, SUCCEED), Counts(ready=2)),
        (call(CallStatus.SUCCEEDED, SUCCEED, files=3), Counts(ready=3)),
        (call(CallStatus.FAILED, FAILED, FAILED), Counts(failed=2)),
        (call(CallStatus.FAILED, FAILED, files=3), Counts(failed=3)),
        (call(CallStatus.PARTLY_FAILED, SUCCEED, FAILED), Counts(ready=1, failed=1)),
        (call(CallStatus.PARTLY_FAILED, SUCCEED, FAILED, files=5), Counts(ready=4, failed=1)),
    ],
)
def test_counts_of_a_task_add_up_to_its_files(found: CallState, expected: Counts) -> None:
    assert found.counts == expected
    assert expected.ended + expected.processing + expected.waiting == found.files


def test_every_status_of_a_task_is_counted_or_listed() -> None:
    for status in CallStatus:
        assert sum_of(call(status, PROCESSING, PROCESSING).counts) == 2


def sum_of(counts: Counts) -> int:
    return counts.ended + counts.processing + counts.waiting


def test_counts_add_up_field_by_field() -> None:
    assert Counts(1, 2, 3, 4, 5, 6) + Counts(10, 20, 30, 40, 50, 60) == Counts(
        ready=11, failed=22, processing=33, waiting=44, not_sent=55, unknown=66
    )
    assert Counts(1, 2, 3, 4, 5, 6).ended == 1 + 2 + 5 + 6


@pytest.mark.parametrize("status", CallStatus)
def test_call_is_open_until_it_ends_or_is_followed_no_longer(status: CallStatus) -> None:
    assert call(status, PENDING).is_open == (status not in ENDED)
    assert not call(status, PENDING, followed_no_longer=True).is_open


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ("queued", RequestStatus.RUNNING),
        ("submitting", RequestStatus.RUNNING),
        ("processing", RequestStatus.RUNNING),
        ("succeeded processing", RequestStatus.RUNNING),
        ("failed queued", RequestStatus.RUNNING),
        ("succeeded", RequestStatus.SUCCEEDED),
        ("succeeded succeeded", RequestStatus.SUCCEEDED),
        ("failed", RequestStatus.FAILED),
        ("rejected", RequestStatus.FAILED),
        ("failed rejected", RequestStatus.FAILED),
        ("partly_failed", RequestStatus.PARTLY_FAILED),
        ("succeeded failed", RequestStatus.PARTLY_FAILED),
        ("succeeded rejected", RequestStatus.PARTLY_FAILED),
        ("unknown", RequestStatus.PARTLY_FAILED),
        ("unknown rejected", RequestStatus.PARTLY_FAILED),
        ("unknown succeeded", RequestStatus.PARTLY_FAILED),
    ],
)
def test_status_of_a_request(statuses: str, expected: RequestStatus) -> None:
    for order in permutations(statuses.split()):
        assert request_status(call(CallStatus(word), PENDING) for word in order) is expected


@pytest.mark.parametrize("others", [[], [CallStatus.SUCCEEDED], [CallStatus.FAILED]])
def test_request_with_a_call_followed_no_longer_is_neither_running_nor_succeeded(
    others: list[CallStatus],
) -> None:
    followed_no_longer = call(CallStatus.PROCESSING, PENDING, followed_no_longer=True)
    ended = [call(status, PENDING) for status in others]

    assert request_status([followed_no_longer, *ended]) is RequestStatus.PARTLY_FAILED


def test_request_adds_its_tasks_up() -> None:
    state = RequestState(
        "R-7F3K2",
        RequestStatus.RUNNING,
        "U0MEI",
        "C0LAUNCH",
        datetime(2026, 11, 24, 10, 2, tzinfo=UTC),
        (
            call(CallStatus.SUCCEEDED, SUCCEED, files=3),
            call(CallStatus.UNKNOWN, PENDING, PENDING),
            call(CallStatus.PROCESSING, SUCCEED, PROCESSING),
        ),
        Quota(QuotaDay(date(2026, 11, 24), ZoneInfo("Asia/Shanghai")), 1000),
    )

    assert state.files == 7
    assert state.counts == Counts(ready=4, unknown=2, processing=1)


def test_request_without_tasks_counts_nothing() -> None:
    assert sum([], Counts()) == Counts()
    assert request_status([]) is RequestStatus.FAILED
