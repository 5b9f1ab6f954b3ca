"""Which calls carry the targets of a request, and what they cost."""

import pytest

from bot.rules.plan import Plan, plan_prefetch
from bot.rules.target import Asset, Target, Url


def assets(count: int) -> list[Target]:
    return [Asset(f"{number:032x}") for number in range(count)]


def urls(count: int) -> list[Target]:
    return [Url(f"https://cdn.example.com/{number}.mp4") for number in range(count)]


def sizes(plan: Plan) -> list[int]:
    return [len(call.targets) for call in plan.calls]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, []),
        (1, [1]),
        (9, [9]),
        (10, [10]),
        (11, [10, 1]),
        (20, [10, 10]),
        (21, [10, 10, 1]),
        (999, [10] * 99 + [9]),
        (1000, [10] * 100),
    ],
)
def test_urls_go_ten_a_call(count: int, expected: list[int]) -> None:
    plan = plan_prefetch(urls(count), asset_cost=1)

    assert sizes(plan) == expected
    assert plan.files == count


@pytest.mark.parametrize("count", [0, 1, 2, 10, 11, 1000])
def test_assets_go_one_a_call(count: int) -> None:
    plan = plan_prefetch(assets(count), asset_cost=3)

    assert sizes(plan) == [1] * count
    assert plan.files == 3 * count


def test_no_call_carries_both_kinds_and_assets_go_first() -> None:
    (a, b), (x, y) = assets(2), urls(2)

    plan = plan_prefetch([x, a, y, b], asset_cost=4)

    assert [call.targets for call in plan.calls] == [(a,), (b,), (x, y)]
    assert [call.files for call in plan.calls] == [4, 4, 2]


@pytest.mark.parametrize("count", [0, 1, 10, 11, 137, 1000])
def test_every_target_is_in_one_call_in_the_order_given(count: int) -> None:
    plan = plan_prefetch(urls(count), asset_cost=1)

    assert list(plan.targets) == urls(count)


def test_same_plan_has_the_same_digest() -> None:
    targets = [*assets(2), *urls(12)]

    assert (
        plan_prefetch(targets, asset_cost=1).digest
        == plan_prefetch(list(targets), asset_cost=1).digest
    )


@pytest.mark.parametrize(
    ("targets", "asset_cost"),
    [
        ([*assets(2), *urls(11)], 1),
        ([*assets(1), *urls(12)], 1),
        ([*assets(2), *urls(11), Url("https://cdn.example.com/other.mp4")], 1),
        ([*assets(2), *reversed(urls(12))], 1),
        ([*reversed(assets(2)), *urls(12)], 1),
        ([*assets(2), *urls(12)], 2),
        ([*assets(2), *urls(12), *assets(1)], 1),
        ([], 1),
    ],
    ids=["url less", "asset less", "url else", "urls turned", "assets turned", "cost", "more", "0"],
)
def test_digest_changes_with_targets_order_and_cost(targets: list[Target], asset_cost: int) -> None:
    before = plan_prefetch([*assets(2), *urls(12)], asset_cost=1)

    assert plan_prefetch(targets, asset_cost=asset_cost).digest != before.digest


def test_digest_tells_an_asset_from_a_url_of_the_same_words() -> None:
    name = "0" * 32

    assert (
        plan_prefetch([Asset(name)], asset_cost=1).digest
        != plan_prefetch([Url(name)], asset_cost=1).digest
    )


def test_digest_depends_on_the_batching() -> None:
    whole = plan_prefetch(urls(4), asset_cost=1)
    first, second = (
        plan_prefetch(urls(4)[:2], asset_cost=1),
        plan_prefetch(urls(4)[2:], asset_cost=1),
    )

    assert Plan((*first.calls, *second.calls)).digest != whole.digest


def test_urls_that_may_be_refused_go_one_a_call_behind_the_others() -> None:
    targets = [*urls(12), *assets(2)]

    plan = plan_prefetch(targets, asset_cost=1, alone={targets[0], targets[5], targets[12]})

    assert sizes(plan) == [1, 1, 10, 1, 1]
    assert [call.targets for call in plan.calls[-2:]] == [(targets[0],), (targets[5],)]
    assert plan.alone == {targets[0], targets[5]}
    assert plan_prefetch(plan.targets, asset_cost=1, alone=plan.alone) == plan
