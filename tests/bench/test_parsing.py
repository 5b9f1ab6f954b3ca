"""How long lists take to read, beside what the standard library needs for the same text."""

import csv
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from statistics import median
from urllib.parse import urlsplit

import pytest

from bot.reading.lists import parse_list
from bot.rules.refusals import ListTooLong
from tests.helpers.bench_report import at_most, check, show

RUNS = 9
URLS = 1000
GREATEST_RATIO = 8
"""Measured: 2 to 4 for an address in its usual form, 7 for names with blanks."""


@pytest.mark.bench
def test_a_thousand_urls_cost_little_more_than_splitting_them() -> None:
    # New addresses each time: urlsplit remembers those that it has seen.
    lists = [_addresses(run) for run in range(2 * RUNS)]
    pairs = [
        (_seconds(_split_each, baseline), _seconds(_parse, ours))
        for baseline, ours in zip(lists[::2], lists[1::2], strict=True)
    ]

    baseline, ours = (median(times) for times in zip(*pairs, strict=True))
    rows = [["urlsplit of each", f"{baseline * 1000:.2f} ms"]]
    show(f"reading {URLS:,} URLs", [*rows, ["parse_list", f"{ours * 1000:.2f} ms"]])
    check(at_most(f"ratio, median of {RUNS},", ours / baseline, GREATEST_RATIO))


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


ROWS = 10_000
A_MEGABYTE = 1_000_000
HOSTILE = [
    "<", "[a](", "(", "{\"a\":", "\"", "a,", "|", "#EXTINF:\n", "<a>", "&amp;", "\\", "*", "$a$",
    "hdnts=", "{{", "https://h/a.mp4 ", "https://h/a b.mp4\n", " .mp4", "/../", "a://b@", "rem ",
    "https://h/" + ".ab&" * 1000 + "\n", "https://h/" + "./" * 2000 + "a.mp4\n",
    "https://h/" + ".mp4-token=a" * 300 + "\n", "https://h/" + "%20a&" * 800 + "\n",
    "|" * 900_000 + "\n|-|\n" + "|" * 99_995, "a;" * 49_000 + "\n" + ";" * 900_000,
    "\u200b", "視", "5199337c31c8e4622f1590735b13a263\n", " 1.5 GB", "\n",
]  # fmt: skip
BEGINNINGS = ["", "https://h/", "<urlset>", "#EXTM3U\n", '["', "title,url\n", "[x](https://h/a)\n"]


@pytest.mark.bench
def test_ten_thousand_rows_of_a_table_are_read_at_once() -> None:
    rows = [
        f"Film {at},https://cdn.example.com/{at:05}.mp4?auth_key=1-0-0-{at},90"
        for at in range(ROWS)
    ]
    text = "\n".join(["title,url,seconds", *rows])
    floor = min(_seconds_for(lambda it: list(csv.reader(it.splitlines())), text) for _ in range(3))
    ours = min(_seconds_for(_read_or_refuse, text) for _ in range(3))

    show(
        f"reading {ROWS:,} rows",
        [["csv.reader", f"{floor * 1000:.1f} ms"], ["parse_list", f"{ours * 1000:.1f} ms"]],
    )
    check(at_most("seconds", ours, 0.5), at_most("ratio", ours / floor, 30))


@pytest.mark.bench
def test_a_megabyte_of_hostile_text_holds_nobody_up() -> None:
    costs = {
        (begin, unit): _seconds_for(_read_or_refuse, begin + unit * (A_MEGABYTE // len(unit)))
        for unit in HOSTILE
        for begin in BEGINNINGS
    }
    # One step of the interpreter for each character, on this machine at this moment.
    floor = min(_seconds_for(lambda it: sum(map(str.isalpha, it)), "x" * A_MEGABYTE) for _ in "abc")
    worst = max(costs, key=lambda text: costs[text])

    show(f"worst of {len(costs)} texts", [[repr(worst), f"{costs[worst] * 1000:.0f} ms"]])
    check(at_most("seconds", costs[worst], 1), at_most("ratio", costs[worst] / floor, 60))


@pytest.mark.bench
def test_a_megabyte_of_hostile_text_takes_little_memory() -> None:
    peaks = {unit: _peak_megabytes(unit * (A_MEGABYTE // len(unit))) for unit in HOSTILE}
    # What stays within the limits of a list, so that all of it is read and kept.
    peaks["rows"] = _peak_megabytes("title,url\n" + f"{'a' * 180},https://h/a.mp4\n" * 4900)
    worst = max(peaks, key=lambda unit: peaks[unit])

    show(f"worst of {len(peaks)} texts", [[repr(worst), f"{peaks[worst]:.0f} MB"]])
    check(at_most("megabytes for one of text", peaks[worst], 40))


def _peak_megabytes(text: str) -> float:
    """The most that reading the text holds at once."""
    tracemalloc.start()
    try:
        _read_or_refuse(text)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def _read_or_refuse(text: str) -> None:
    with suppress(ListTooLong):
        parse_list(text)


def _seconds_for(read: Callable[[str], object], text: str) -> float:
    start = time.perf_counter()
    read(text)
    return time.perf_counter() - start
