"""Where in a list each target stands, and each text that is left out."""

import json

import pytest

from bot.reading.attached_files import together
from bot.reading.files import read_file
from bot.reading.lists import parse_arguments, parse_list
from bot.reading.messages import parse_message
from bot.rules.reading import Places, Unit
from bot.rules.target import Targets, Url
from tests.helpers.list_files import workbook

A, B = "https://h/a.mp4", "https://h/b.mp4"
BAD = "https://h/folder/"
ID = "5199337c31c8e4622f1590735b13a263"


def places(targets: Targets) -> dict[str, tuple[Unit, tuple[int, ...]]]:
    """Where each address and each rejected text stands; nothing of what stands nowhere."""
    accepted = {it.address: at for it, at in targets.at.items() if isinstance(it, Url)}
    rejected = {it.text: it.at for it in targets.rejected if it.at is not None}
    return {text: (at.unit, at.numbers) for text, at in {**accepted, **rejected}.items()}


LINES = {
    "lines": f"{A}\n\n{BAD}\n{B}",
    "carriage returns": f"{A}\r\n\r\n{BAD}\r\n{B}",
    "blank lines": f"{A}\n \u200b\n\t{BAD}\n{B}\n\n",
    "bullets": f"- {A}\n\n- {BAD}\n- {B}",
    "links": f"[a]({A})\n\n[x]({BAD}), words\n[b]({B})",
    "playlist": f"#EXTM3U\n#EXTINF:6,a\n{A}\n#EXTINF:6,x\n{BAD}\n{B}",
}


@pytest.mark.parametrize("name", LINES)
def test_line_is_counted_as_in_the_text_that_was_pasted(name: str) -> None:
    lines = LINES[name].splitlines()
    numbers = {it: next(at for at, line in enumerate(lines, 1) if it in line) for it in (A, BAD, B)}

    for read in (parse_list, parse_arguments):
        assert places(read(LINES[name])) == {it: (Unit.LINE, (at,)) for it, at in numbers.items()}


def test_address_with_its_signature_on_the_next_line_stands_where_it_begins() -> None:
    found = places(parse_list(f"{B}\n{A}\nauth_key=1\n{BAD}"))

    assert sorted(numbers for _, numbers in found.values()) == [(1,), (2,), (4,)]


def test_comment_over_several_lines_and_a_list_on_one_line_are_found() -> None:
    found = places(parse_list(f"{A}, {BAD}\n<!--\n{B}\n-->"))

    assert found == {A: (Unit.LINE, (1,)), BAD: (Unit.LINE, (1,)), B: (Unit.LINE, (3,))}


def test_text_that_stands_twice_has_both_places() -> None:
    found = places(parse_list(f"{A}\n{BAD}\nhttps://H:443/a.mp4\n{BAD}"))

    assert found == {A: (Unit.LINE, (1, 3)), BAD: (Unit.LINE, (2, 4))}


def test_row_of_a_table_is_counted_as_a_sheet_counts_it() -> None:
    table = f'title,url\n"two\nlines",{A}\n\nx,{BAD}\n# off,{B}\n'

    found = places(parse_list(table))

    assert sorted(numbers for _, numbers in found.values()) == [(2,), (4,), (5,)]
    assert {unit for unit, _ in found.values()} == {Unit.ROW}


def test_row_of_a_table_of_markdown_is_its_line() -> None:
    found = places(parse_list(f"| title | url |\n|---|---|\n| a | {A} |\n| x | {BAD} |"))

    assert found == {A: (Unit.ROW, (3,)), BAD: (Unit.ROW, (4,))}


def test_row_of_a_spreadsheet_is_that_of_the_sheet() -> None:
    rows = [["My films", ""], ["", ""], ["title", "url"], ["a", A], ["", ""], ["x", BAD]]

    found = places(read_file(workbook({"Films": rows}), "films.xlsx"))

    assert found == {A: (Unit.ROW, (4,)), BAD: (Unit.ROW, (6,))}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([A, BAD, B]),
        json.dumps({"films": [{"url": it, "no": "7"} for it in (A, BAD, B)]}, indent=2),
        "\n".join(json.dumps({"url": it}) for it in (A, BAD, B)),
        (
            f"<urlset><url><loc>{A}</loc></url><url><loc>{BAD}</loc></url>"
            f"<url><loc>{B}</loc></url></urlset>"
        ),
    ],
)
def test_entry_of_a_document_is_counted(text: str) -> None:
    found = places(parse_list(text))

    assert found == {it: (Unit.ENTRY, (at,)) for at, it in enumerate((A, BAD, B), start=1)}


def test_one_line_and_a_message_have_no_places() -> None:
    assert places(parse_list(f"\n{A}, {BAD}\n")) == {}
    assert places(parse_arguments(f"{A} {BAD} {ID}")) == {}
    assert places(parse_message({"text": f"{A}\n{BAD}"})) == {}


def test_place_in_one_of_several_files_names_the_file() -> None:
    named = [(read_file(f"{A}\n{BAD}".encode(), "a.txt")), read_file(f"{B}\n{A}".encode(), "b.txt")]

    found = together(named)

    assert {it.address: at.file for it, at in found.at.items() if isinstance(it, Url)} == {
        A: "a.txt",
        B: "b.txt",
    }
    assert found.at[Url(A)] == Places(Unit.LINE, (1,), "a.txt")
    assert found.rejected[0].at == Places(Unit.LINE, (2,), "a.txt")
    assert together(named[:1]).rejected[0].at == Places(Unit.LINE, (2,))


def test_column_that_is_not_clear_stands_nowhere() -> None:
    assert places(parse_list(f"url,poster\n{A},{B}\n{B},{A}")) == {}
