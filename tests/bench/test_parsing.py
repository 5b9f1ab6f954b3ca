"""How long a thousand URLs take to read, beside the standard library's splitting of each."""

import time
from collections.abc import Callable
from statistics import median
from urllib.parse import urlsplit

import pytest

from bot.reading.lists import parse_list
from tests.helpers.bench_report import at_most, check, show

RUNS = 9
URLS = 1000
GREATEST_RATIO = 10
"""It measures 6 to 8: each URL is cut free and checked part by part, by some twenty patterns."""


@pytest.mark.bench
def test_a_thousand_urls_cost_little_more_than_splitting_them() -> None:
    # New addresses each time: urlsplit remembers those that it has seen.
    lists = [_addresses(run) for run in range(2 * RUNS)]
    pairs = [
        (_seconds(_split_each, floor), _seconds(_parse, ours))
        for floor, ours in zip(lists[::2], lists[1::2], strict=True)
    ]

    floor, ours = (median(times) for times in zip(*pairs, strict=True))
    rows = [["urlsplit of each", f"{floor * 1000:.2f} ms"]]
    show(f"reading {URLS:,} URLs", [*rows, ["parse_list", f"{ours * 1000:.2f} ms"]])
    check(at_most(f"ratio, median of {RUNS},", ours / floor, GREATEST_RATIO))


def _addresses(run: int) -> list[str]:
    return [
        f"https://cdn{number % 7}.example.com/{run}/season/{number:04}/film.mp4?v={number}"
        for number in range(URLS)
    ]


def _seconds(read: Callable[[list[str]], int], addresses: list[str]) -> float:
    start = time.perf_counter()
    read_in_all = read(addresses)
    seconds = time.perf_counter() - start
    assert read_in_all == URLS
    return seconds


def _split_each(addresses: list[str]) -> int:
    return sum(bool(urlsplit(address).hostname) for address in addresses)


def _parse(addresses: list[str]) -> int:
    return len(parse_list("\n".join(addresses)).accepted)
