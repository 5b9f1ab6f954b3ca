"""What a look makes of what it was told."""

from dataclasses import replace

import pytest

from bot.rules.looks import Answer, Fault, NotSeen
from bot.rules.preflight import (
    AddressFinding,
    AddressState,
    AssetFinding,
    AssetState,
    Look,
    address_finding,
    asset_state,
    mark_of,
    marked,
)
from bot.rules.target import Asset, Target, Url

ASSET = Asset("a" * 32)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("PUBLISHED", AssetState.PUBLISHED),
        ("published", AssetState.PUBLISHED),
        ("CREATED", AssetState.UNPUBLISHED),
        ("NO_ASSET", AssetState.MISSING),
        ("NOASSET", AssetState.MISSING),
        ("DELETED", AssetState.MISSING),
        ("WAITING_TRANSCODE", AssetState.UNFINISHED),
        ("UPLOAD_FAILED", AssetState.BROKEN),
        # These say nothing of whether it is published.
        ("SERVER_ERROR", AssetState.OTHER),
        ("PREHEATED", AssetState.OTHER),
        ("", AssetState.NOT_TOLD),
    ],
)
def test_status_of_an_asset_says_whether_it_would_be_prefetched(
    status: str, state: AssetState
) -> None:
    assert asset_state(status) is state


def test_only_what_the_cloud_would_refuse_for_certain_is_failing() -> None:
    assets = {state: Asset(f"{place:032x}") for place, state in enumerate(AssetState)}
    look = Look(tuple(AssetFinding(asset, state) for state, asset in assets.items()))

    assert {it for it, asset in assets.items() if asset in look.failing} == {
        AssetState.MISSING,
        AssetState.UNPUBLISHED,
        AssetState.UNFINISHED,
        AssetState.BROKEN,
    }


def test_look_that_was_told_nothing_is_empty() -> None:
    assert not Look()
    assert not Look((AssetFinding(ASSET, AssetState.NOT_TOLD),))
    assert Look((AssetFinding(ASSET, AssetState.OTHER, status="NEW"),))


FILM = Url("https://v.example.com/film.mp4")
ANSWER = Answer(200, 1000, "video/mp4", "", "", "", FILM.address)


def state_of(**changed: object) -> AddressState:
    return address_finding(FILM, replace(ANSWER, **changed)).state  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [199, 300, 304, 400, 401, 403, 404, 410, 429, 500, 503, 599])
def test_answer_that_is_no_success_is_an_error(status: int) -> None:
    assert state_of(status=status) is AddressState.ERROR


@pytest.mark.parametrize("told", ["text/html", "TEXT/HTML;charset=utf-8", "application/xhtml+xml"])
def test_page_is_no_file(told: str) -> None:
    assert state_of(content_type=told) is AddressState.PAGE


@pytest.mark.parametrize("told", ["", "video/mp4", "text/plain", "application/octet-stream", "x"])
def test_what_is_not_said_to_be_a_page_is_a_file(told: str) -> None:
    assert state_of(content_type=told) is AddressState.FILE


def test_file_without_a_first_byte_is_empty() -> None:
    assert state_of(size=0) is AddressState.EMPTY
    assert state_of(status=416, size=None) is AddressState.EMPTY
    assert state_of(size=None) is AddressState.FILE


@pytest.mark.parametrize(
    "told",
    [
        "no-store",
        "No-Store",
        "private",
        "public, no-cache",
        "max-age=0",
        "max-age=00",
        "max-age=600, s-maxage=0",
        'private="set-cookie", no-store',
        "max-age=600,private",
    ],
)
def test_header_that_forbids_a_shared_cache_is_told(told: str) -> None:
    assert state_of(cache_control=told) is AddressState.NOT_CACHED


@pytest.mark.parametrize(
    "told",
    [
        "",
        "public",
        "max-age=600",
        "max-age=0, s-maxage=600",
        'private="set-cookie"',
        'no-cache="set-cookie", max-age=60',
        "must-revalidate, max-age=1",
        "x-no-store",
        'ext="no-store"',
        "max-age=soon",
    ],
)
def test_header_that_does_not_forbid_it_is_no_fault(told: str) -> None:
    assert state_of(cache_control=told) is AddressState.FILE


def test_pragma_counts_where_nothing_newer_stands() -> None:
    assert state_of(pragma="no-cache") is AddressState.NOT_CACHED
    assert state_of(pragma="no-cache", cache_control="max-age=60") is AddressState.FILE


def test_redirect_tells_where_it_led() -> None:
    seen = replace(ANSWER, redirects=1, final_url="https://CDN.example.com:444/x?auth_key=secret")

    found = address_finding(FILM, seen)

    assert (found.state, found.host) == (AddressState.REDIRECTS, "cdn.example.com")


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("redirects", [0, 1])
def test_what_was_not_seen_is_no_failure_of_the_file(fault: Fault, redirects: int) -> None:
    found = address_finding(FILM, NotSeen(fault, "x.example.com", redirects))

    leads_elsewhere = redirects and fault in {
        Fault.NOT_NAMED,
        Fault.OTHER_PORT,
        Fault.PRIVATE_HOST,
        Fault.UNKNOWN_HOST,
    }
    assert found.state is (AddressState.ELSEWHERE if leads_elsewhere else AddressState.UNSEEN)
    assert not Look(addresses=(found,)).failing


def test_only_errors_pages_and_empty_files_are_failing() -> None:
    urls = {state: Url(f"https://v.example.com/{state}") for state in AddressState}
    look = Look(addresses=tuple(AddressFinding(url, state) for state, url in urls.items()))

    failing = {AddressState.ERROR, AddressState.PAGE, AddressState.EMPTY}
    assert look.failing == {urls[state] for state in failing}
    assert Look(addresses=(AddressFinding(FILM, AddressState.ERROR, 429),)).failing == set()
    left = look.without(look.failing)
    assert {it.state for it in left.addresses} == set(AddressState) - failing


TARGETS: list[Target] = [ASSET, *(Url(f"https://v.example.com/{place}") for place in range(70))]


@pytest.mark.parametrize("chosen", [[], TARGETS[:1], TARGETS[69:], TARGETS[::3], TARGETS])
def test_mark_tells_which_targets_were_meant(chosen: list[Target]) -> None:
    mark = mark_of(TARGETS, chosen)

    assert marked(TARGETS, mark) == frozenset(chosen)
    assert len(mark) <= 18


@pytest.mark.parametrize(
    "mark", ["", "g", "-1", "+1", "0x1", "1_0", " 1", "8" + "0" * 17, "f" * 2000]
)
def test_what_is_no_mark_of_these_targets_marks_none(mark: str) -> None:
    assert marked(TARGETS, mark) is None
