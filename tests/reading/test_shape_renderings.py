"""A list written in any shape comes back as that list, or is refused; never a wrong address."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape as escape_xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.lists import parse_arguments, parse_list
from bot.rules.address import comparable
from bot.rules.reading import ListShape
from bot.rules.target import Targets, Url
from tests.helpers.reading_strategies import addresses, escape, unhurried

several = st.lists(addresses, min_size=2, max_size=6, unique_by=comparable)

TITLES = [
    "Harbour", "Rain, part 1", 'The "Big" One', "a;b", "|x|", "第一集", "", "12.5 MB", "720p",
    "2026/11/28", "it's", "(2)", "[x]", "*bold*", "film.mp4", "old_film", "#1", "-- x", "1,234",
    "<b>", "a\\b", "50 %", "{x}", "~", "：", "，",
]  # fmt: skip
titles = st.sampled_from(TITLES)
HEADERS = ["title", "no", "size", "state", "seconds", "名称"]


@st.composite
def tables(draw: st.DrawFn, urls: Sequence[str]) -> tuple[list[list[str]], bool]:
    """Rows with the addresses in one column, and whether a header stands above them."""
    width = draw(st.integers(2, 4))
    place = draw(st.integers(0, width - 1))
    rows = [[url if at == place else draw(titles) for at in range(width)] for url in urls]
    has_header = draw(st.booleans())
    header = ["url" if at == place else HEADERS[at] for at in range(width)]
    return ([header, *rows] if has_header else rows), has_header


def written(rows: list[list[str]], delimiter: str, quoting: int) -> str:
    text = io.StringIO()
    # A quote in the middle of a cell is written as programs write it: doubled, within quotes.
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


def only_of(targets: Targets, urls: Sequence[str]) -> bool:
    """Whether nothing is sent but addresses of the list, and something is said of the others."""
    sent = [it.address if isinstance(it, Url) else it.id for it in targets.accepted]
    return set(sent) <= set(urls) and (len(sent) == len(urls) or bool(targets.rejected))


@unhurried
@given(data=st.data(), urls=several)
def test_quoted_table_comes_back(data: st.DataObject, urls: list[str]) -> None:
    rows, has_header = data.draw(tables(urls))
    delimiter = data.draw(st.sampled_from(",;\t|"))
    targets = parse_list(written(rows, delimiter, csv.QUOTE_ALL))

    assert only_of(targets, urls)
    if has_header:
        assert targets == Targets(tuple(map(Url, urls)))
        assert targets.reading is not None
        assert targets.reading.column == "url"


@unhurried
@given(data=st.data(), urls=several)
def test_table_as_programs_write_it_sends_no_wrong_address(
    data: st.DataObject, urls: list[str]
) -> None:
    rows, _ = data.draw(tables(urls))
    text = written(rows, data.draw(st.sampled_from(",;\t|")), csv.QUOTE_MINIMAL)

    assert only_of(parse_list(text), urls)
    assert only_of(parse_arguments(escape(text)), urls)


@unhurried
@given(data=st.data(), urls=several)
def test_table_without_quotes_sends_no_wrong_address(data: st.DataObject, urls: list[str]) -> None:
    rows, _ = data.draw(tables(urls))
    delimiter = data.draw(st.sampled_from([",", ";", "\t", "|", " | ", ", "]))

    assert only_of(parse_list("\n".join(map(delimiter.join, rows))), urls)


@unhurried
@given(data=st.data(), urls=several)
def test_json_comes_back(data: st.DataObject, urls: list[str]) -> None:
    objects = [{"title": data.draw(titles), "url": url, "seconds": 81} for url in urls]
    document = data.draw(
        st.sampled_from(
            [urls, objects, {"total": 2, "films": objects}, [{"film": it} for it in objects]]
        )
    )
    indent = data.draw(st.sampled_from([None, 2]))
    text = json.dumps(document, ensure_ascii=data.draw(st.booleans()), indent=indent)

    assert parse_list(text) == Targets(tuple(map(Url, urls)))
    assert parse_list("\n".join(map(json.dumps, objects))) == Targets(tuple(map(Url, urls)))
    assert parse_arguments(escape(text)) == Targets(tuple(map(Url, urls)))


@unhurried
@given(data=st.data(), urls=several)
def test_playlist_comes_back(data: st.DataObject, urls: list[str]) -> None:
    entries = [f"#EXTINF:6.0,{data.draw(titles)}\n{url}" for url in urls]
    end = data.draw(st.sampled_from(["", "\n#EXT-X-ENDLIST", "\n# the end"]))

    targets = parse_list("\n".join(["#EXTM3U", *entries]) + end)

    assert targets == Targets(tuple(map(Url, urls)))
    assert targets.reading is not None
    assert targets.reading.shape is ListShape.PLAYLIST


@unhurried
@given(data=st.data(), urls=several)
def test_sitemap_comes_back(data: st.DataObject, urls: list[str]) -> None:
    around = data.draw(st.sampled_from(["", " ", "\n    "]))
    entries = [
        f"<url><loc>{around}{escape_xml(url)}{around}</loc><t>{escape_xml(data.draw(titles))}</t></url>"
        for url in urls
    ]
    head = data.draw(st.sampled_from(["", '<?xml version="1.0" encoding="UTF-8"?>\n']))
    name = 'urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

    assert parse_list(f"{head}<{name}>{''.join(entries)}</urlset>") == Targets(
        tuple(map(Url, urls))
    )


@unhurried
@given(data=st.data(), urls=several)
def test_plain_lines_and_words_come_back(data: st.DataObject, urls: list[str]) -> None:
    gap = data.draw(st.sampled_from(["\n", "\r\n", "\n\n", "\n \t\n"]))
    mark = data.draw(st.sampled_from(["", "- ", "* ", "• ", "[ ] "]))

    targets = parse_list(gap.join(f"{mark}{url}" for url in urls))
    words = parse_arguments(" ".join(f"<{escape(url)}>" for url in urls))

    assert only_of(targets, urls)
    assert targets.reading is not None
    assert targets.reading.shape is ListShape.LINES
    assert words == Targets(tuple(map(Url, urls)))
    assert words.reading is not None
    assert words.reading.shape is ListShape.WORDS


WRITTEN_HERE = {
    ListShape.WORDS: "test_plain_lines_and_words_come_back",
    ListShape.LINES: "test_plain_lines_and_words_come_back",
    ListShape.TABLE: "test_quoted_table_comes_back",
    ListShape.MARKDOWN: "test_links_of_markdown_send_no_wrong_address",
    ListShape.JSON: "test_json_comes_back",
    ListShape.PLAYLIST: "test_playlist_comes_back",
    ListShape.XML: "test_sitemap_comes_back",
}
"""The test that writes a list in the shape; a new shape needs one."""


def test_every_shape_has_its_writer() -> None:
    assert WRITTEN_HERE.keys() == set(ListShape)
    assert [name for name in WRITTEN_HERE.values() if name not in globals()] == []


LINKS: dict[str, Callable[[str, str], str]] = {
    "list": lambda title, url: f"- [{title}]({url})",
    "title behind": lambda title, url: f'1. [{title}]({url} "the film")',
    "angle brackets": lambda title, url: f"* [{title}](<{url}>)",
    "bold": lambda title, url: f"**[{title}]({url})**, ",
    "words around": lambda title, url: f"{title}: [here]({url}) and {title}",
}


@pytest.mark.parametrize("link", LINKS)
@unhurried
@given(data=st.data(), urls=several)
def test_links_of_markdown_send_no_wrong_address(
    link: str, data: st.DataObject, urls: list[str]
) -> None:
    text = "\n".join(LINKS[link](data.draw(titles), url) for url in urls)

    assert only_of(parse_list(text), urls)


@unhurried
@given(data=st.data(), urls=several)
def test_table_of_markdown_sends_no_wrong_address(data: st.DataObject, urls: list[str]) -> None:
    rows, _ = data.draw(tables(urls))
    rule = ["---"] * len(rows[0])
    lines = [
        f"| {' | '.join(row)} |" for row in [["film", "at", "x", "y"][: len(rule)], rule, *rows]
    ]

    assert only_of(parse_list("\n".join(lines)), urls)


@unhurried
@given(data=st.data(), urls=several)
def test_words_behind_addresses_are_never_sent(data: st.DataObject, urls: list[str]) -> None:
    gap = data.draw(st.sampled_from([" ", "  ", "\t", ",", ";", "|", " # ", "$"]))
    lines = [f"{url}{gap}{data.draw(titles.filter(bool))}" for url in urls]

    assert only_of(parse_list("\n".join(lines)), urls)
