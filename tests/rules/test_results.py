"""Results belong to their files: matched by meaning in any order, and never by a guess."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.results import match_results
from bot.rules.states import TargetState, TargetStatus
from bot.rules.target import Asset, Target, Url

ASSET = Asset("5199337c31c8e4622f1590735b13a263")
A, B, C = (f"https://cdn.example.com/{name}.mp4" for name in "abc")
PENDING, PROCESSING, SUCCEED, FAILED = TargetStatus

SPELT: dict[str, tuple[str, str]] = {
    "escapes of letters": (
        "https://cdn.example.com/视频.mp4",
        "https://cdn.example.com/%E8%A7%86%E9%A2%91.mp4",
    ),
    "escapes that were sent": (
        "https://cdn.example.com/%E8%A7%86%E9%A2%91.mp4",
        "https://cdn.example.com/视频.mp4",
    ),
    "case of escapes": ("https://cdn.example.com/a%2fb.mp4", "https://cdn.example.com/a%2Fb.mp4"),
    "blank": ("https://cdn.example.com/a b.mp4", "https://cdn.example.com/a%20b.mp4"),
    "escape of a plain letter": (
        "https://cdn.example.com/%61b.mp4",
        "https://cdn.example.com/ab.mp4",
    ),
    "escape of a bracket": (
        "https://cdn.example.com/a(1).mp4",
        "https://cdn.example.com/a%281%29.mp4",
    ),
    "case of the host": ("https://CDN.Example.com/x.mp4", "https://cdn.example.com/x.mp4"),
    "host beyond ASCII": ("https://视频.example/x.mp4", "https://xn--cy2a840a.example/x.mp4"),
    "default port": ("https://cdn.example.com:443/x.mp4", "https://cdn.example.com/x.mp4"),
    "default port that was not sent": (
        "http://cdn.example.com/x.mp4",
        "http://cdn.example.com:80/x.mp4",
    ),
    "other scheme": ("https://cdn.example.com/x.mp4", "http://cdn.example.com/x.mp4"),
    "without query": (
        "https://cdn.example.com/x.mp4?auth_key=1-0-0-abc",
        "https://cdn.example.com/x.mp4",
    ),
    "without query and with escapes": (
        "https://cdn.example.com/视频 1.mp4?auth_key=1-0-0-abc",
        "https://cdn.example.com/%E8%A7%86%E9%A2%91%201.mp4",
    ),
}


@pytest.mark.parametrize("listed_first", [0, 1, 2])
@pytest.mark.parametrize(("address", "listed"), SPELT.values(), ids=SPELT)
def test_result_in_another_spelling_belongs_to_its_file_in_any_order(
    address: str, listed: str, listed_first: int
) -> None:
    answer = [(A, FAILED), (B, PROCESSING)]
    answer.insert(listed_first, (listed, SUCCEED))

    assert matched(sent(Url(A), Url(address), Url(B)), *answer) == [
        (A, FAILED),
        (address, SUCCEED),
        (B, PROCESSING),
    ]


@pytest.mark.parametrize(("address", "listed"), SPELT.values(), ids=SPELT)
def test_result_in_another_spelling_is_known_without_the_others(address: str, listed: str) -> None:
    """Not because it is the only one that is left."""
    assert matched(sent(Url(A), Url(address), Url(B)), (listed, SUCCEED)) == [
        (A, PENDING),
        (address, SUCCEED),
        (B, PENDING),
    ]


def test_results_of_two_signatures_of_one_file_are_not_guessed() -> None:
    first, second = f"{A}?auth_key=1", f"{A}?auth_key=2"

    found = match_results(sent(Url(first), Url(second)), [(A, SUCCEED), (f"{A}?", FAILED)])

    assert [state.status for state in found.targets] == [PENDING, PENDING]
    assert found.unmatched == (A, f"{A}?")


def test_several_that_look_alike_and_end_alike_need_no_guess() -> None:
    before = sent(Url("https://one.example/x"), Url("https://two.example/y"))
    listed = [("https://edge.example/1", SUCCEED), ("https://edge.example/2", SUCCEED)]

    assert matched(before, *listed) == [
        ("https://one.example/x", SUCCEED),
        ("https://two.example/y", SUCCEED),
    ]


def test_several_that_are_left_and_end_differently_are_not_matched_by_their_place() -> None:
    listed = [(A, SUCCEED), ("https://edge.example/1", SUCCEED), ("https://edge.example/2", FAILED)]

    found = match_results(sent(Url(A), Url(B), Url(C)), listed)

    assert [state.status for state in found.targets] == [SUCCEED, PENDING, PENDING]
    assert found.unmatched == ("https://edge.example/1", "https://edge.example/2")


def test_the_only_one_that_is_left_on_both_sides_is_the_one() -> None:
    strange = "https://edge.example/1"

    assert matched(sent(Url(A), Url(B)), (strange, FAILED), (A, SUCCEED)) == [
        (A, SUCCEED),
        (B, FAILED),
    ]


def test_another_query_is_not_taken_for_the_query_that_was_sent() -> None:
    found = match_results(sent(Url(f"{A}?v=1"), Url(B)), [(f"{A}?v=2", SUCCEED)])

    assert [state.status for state in found.targets] == [PENDING, PENDING]


def test_extra_url_beside_another_spelling_leaves_the_address_as_it_was_sent() -> None:
    """Retry would otherwise send another address than the person gave."""
    signed = f"{A}?auth_key=1"

    assert matched(sent(Url(signed)), (B, SUCCEED), (A, FAILED)) == [(signed, FAILED), (B, SUCCEED)]


@given(
    st.permutations(list(SPELT.values())), st.lists(st.sampled_from([SUCCEED, FAILED]), min_size=13)
)
def test_any_order_of_all_spellings_is_matched(
    order: list[tuple[str, str]], ends: list[TargetStatus]
) -> None:
    """Each in a folder of its own, so that none of them is one of the others."""
    folders = {spelt: f"/{number}/" for number, spelt in enumerate(SPELT.values())}
    end = dict(zip(SPELT.values(), ends, strict=False))
    before = sent(*(Url(_within(folders[pair], pair[0])) for pair in SPELT.values()))

    found = match_results(before, [(_within(folders[pair], pair[1]), end[pair]) for pair in order])

    assert [state.status for state in found.targets] == [end[pair] for pair in SPELT.values()]
    assert found.unmatched == ()


def _within(folder: str, address: str) -> str:
    start = address.index("/", len("https://"))
    return f"{address[:start]}{folder}{address[start + 1 :]}"


def sent(*found: Target, status: str = PENDING) -> list[TargetState]:
    return [TargetState(target, status) for target in found]


def matched(before: Sequence[TargetState], *listed: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (state.target.address if isinstance(state.target, Url) else state.target.id, state.status)
        for state in match_results(before, listed).targets
    ]


@pytest.mark.parametrize("listed", [[(A, SUCCEED)], [(A, SUCCEED), (B, FAILED), (C, PROCESSING)]])
def test_asset_stands_for_whatever_urls_are_listed(listed: list[tuple[str, str]]) -> None:
    assert matched(sent(ASSET), *listed) == listed


def test_urls_once_listed_for_an_asset_are_matched_as_urls() -> None:
    once = match_results(sent(ASSET), [(A, PROCESSING), (B, PROCESSING)]).targets

    assert matched(once, (B, SUCCEED), (A, FAILED)) == [(A, FAILED), (B, SUCCEED)]


def test_url_listed_later_for_an_asset_is_added() -> None:
    once = match_results(sent(ASSET), [(A, SUCCEED)]).targets

    assert matched(once, (A, SUCCEED), (B, PROCESSING)) == [(A, SUCCEED), (B, PROCESSING)]


@pytest.mark.parametrize("before", [sent(ASSET), sent(Url(A), Url(B))])
def test_empty_list_changes_nothing(before: list[TargetState]) -> None:
    assert match_results(before, []) == (tuple(before), ())


@pytest.mark.parametrize("listed", list(permutations([(A, SUCCEED), (B, FAILED), (C, PROCESSING)])))
def test_urls_are_found_by_their_text_in_any_order(listed: tuple[tuple[str, str], ...]) -> None:
    assert matched(sent(Url(A), Url(B), Url(C)), *listed) == [
        (A, SUCCEED),
        (B, FAILED),
        (C, PROCESSING),
    ]


@pytest.mark.parametrize(
    ("listed", "statuses"),
    [
        ([(A, SUCCEED)], [SUCCEED, PROCESSING, PROCESSING]),
        ([(C, FAILED)], [PROCESSING, PROCESSING, FAILED]),
        ([(C, FAILED), (A, SUCCEED)], [SUCCEED, PROCESSING, FAILED]),
    ],
)
def test_missing_url_keeps_what_was_known(
    listed: list[tuple[str, str]], statuses: list[str]
) -> None:
    before = sent(Url(A), Url(B), Url(C), status=PROCESSING)

    assert [status for _, status in matched(before, *listed)] == statuses


def test_url_in_a_form_of_the_services_own_is_found_by_its_meaning() -> None:
    own = "https://cdn.example.com/%E8%A7%86%E9%A2%91.mp4"
    other = "https://cdn.example.com/a%20b.mp4"
    before = sent(
        Url("https://cdn.example.com/视频.mp4"), Url(A), Url("https://cdn.example.com/a b.mp4")
    )

    found = matched(before, (A, PROCESSING), (own, SUCCEED), (other, FAILED))

    assert [status for _, status in found] == [SUCCEED, PROCESSING, FAILED]
    assert [name for name, _ in found] == [
        "https://cdn.example.com/视频.mp4",
        A,
        "https://cdn.example.com/a b.mp4",
    ]


def test_strange_url_is_no_answer_for_one_of_several_that_are_missing() -> None:
    strange = "https://cdn.example.com/strange.mp4"

    assert matched(sent(Url(A), Url(B)), (strange, SUCCEED)) == [(A, PENDING), (B, PENDING)]


def test_status_that_is_not_known_yet_is_kept_as_it_came() -> None:
    assert matched(sent(Url(A)), (A, "paused")) == [(A, "paused")]


def test_extra_url_of_a_call_is_shown_beside_those_sent() -> None:
    extra = "https://cdn.example.com/extra.mp4"

    found = matched(sent(Url(A), Url(B)), (B, SUCCEED), (extra, SUCCEED), (A, FAILED))

    assert dict(found) == {A: FAILED, B: SUCCEED, extra: SUCCEED}


def test_url_listed_twice_counts_once() -> None:
    assert matched(sent(Url(A), Url(B)), (A, PROCESSING), (A, SUCCEED)) == [
        (A, SUCCEED),
        (B, PENDING),
    ]
    assert matched(sent(Url(A)), (A, SUCCEED), (A, SUCCEED)) == [(A, SUCCEED)]
    assert matched(sent(ASSET), (A, SUCCEED), (A, SUCCEED)) == [(A, SUCCEED)]
