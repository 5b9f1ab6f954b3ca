"""Files: of what is not certain nothing is sent, and its name is told with what to do."""

import gzip
import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.files import MAX_BYTES, read_file
from bot.reading.workbooks import MAX_EXPANDED, MAX_ROOM, MAX_SMALL
from bot.rules.address import comparable
from bot.rules.reading import ListShape, Reading
from bot.rules.refusals import ListTooLong
from bot.rules.target import Asset, Reason, Rejected, Targets, Url
from tests.helpers.list_files import archive, with_part, workbook
from tests.helpers.reading_strategies import addresses, unhurried

A, B, C = (f"https://media.example.com/f/{name}.mp4" for name in "abc")
ID = "5199337c31c8e4622f1590735b13a263"
BOTH = (Url(A), Url(B))
SHEET = "xl/worksheets/sheet1.xml"
ROWS: list[list[object]] = [["Film", "Address", "s"], ["Harbour", A, 81], ["Lantern", B, 90]]
BOOK = workbook({"Films": ROWS})

several = st.lists(addresses, min_size=1, max_size=5, unique_by=comparable)


def reasons(targets: Targets) -> list[Reason]:
    return [it.reason for it in targets.rejected]


def refused(content: bytes, name: str = "list.txt") -> Rejected:
    """Why nothing at all of the file is sent."""
    targets = read_file(content, name)
    assert targets.accepted == ()
    (rejected,) = targets.rejected
    assert rejected.text == name
    return rejected


def row_of_csv(url: str) -> str:
    quoted = url.replace('"', '""')
    return f'"第一集","{quoted}"\n'


SHAPES: dict[str, Callable[[list[str]], str]] = {
    "list.txt": "\n".join,
    "list.csv": lambda urls: "title,url\n" + "".join(map(row_of_csv, urls)),
    "list.tsv": lambda urls: "title\turl\n" + "".join(f"第一集\t{it}\n" for it in urls),
    "list.m3u8": lambda urls: "#EXTM3U\n" + "".join(f"#EXTINF:6,\n{it}\n" for it in urls),
}
ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": lambda text: text.encode(),
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16 with a mark": lambda text: text.encode("utf-16"),
    "UTF-16, the greater byte first": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "UTF-16 without a mark, the greater byte first": lambda text: text.encode("utf-16-be"),
}


@pytest.mark.parametrize("name", SHAPES)
@unhurried
@given(
    encoding=st.sampled_from(sorted(ENCODINGS)),
    line_end=st.sampled_from(["\n", "\r\n"]),
    urls=several,
)
def test_file_is_read_as_its_text_would_be(
    name: str, encoding: str, line_end: str, urls: list[str]
) -> None:
    text = SHAPES[name](urls).replace("\n", line_end)

    targets = read_file(ENCODINGS[encoding](text), name)

    assert targets == Targets(tuple(map(Url, urls)))
    assert targets.reading is not None
    assert targets.reading.file == name


@unhurried
@given(urls=several)
def test_gb18030_sends_what_was_meant_or_refuses_it(urls: list[str]) -> None:
    text = "片名,地址\n" + "".join(map(row_of_csv, urls))

    targets = read_file(text.encode("gb18030"), "list.csv")

    sent = [it.address for it in targets.accepted if isinstance(it, Url)]
    assert set(sent) <= set(urls)
    assert len(sent) == len(urls) or targets.rejected
    if all(map(str.isascii, urls)):
        assert sent == urls


OTHERS = {
    "Korean": "영화 제목,주소\n바다의 등불 이야기,{url}\n",
    "Japanese": "映画の題名,アドレス\n灯台のものがたり,{url}\n",
    "Japanese of Windows": "映画の題名,アドレス\n灯台のものがたり,{url}\n",
    "Chinese of Taiwan": "影片名稱,位址\n港口的燈籠與海,{url}\n",
    "western": "película,dirección\nel níño año,{url}\n",
    "Russian": "название,адрес\nморской фонарь,{url}\n",
}
CODECS = {
    "Korean": "euc-kr",
    "Japanese": "euc-jp",
    "Japanese of Windows": "shift-jis",
    "Chinese of Taiwan": "big5",
    "western": "cp1252",
    "Russian": "cp1251",
}


@pytest.mark.parametrize("language", OTHERS)
def test_other_encodings_never_send_an_address_with_other_characters(language: str) -> None:
    name = OTHERS[language].split(",")[0].replace(" ", "")
    plain = OTHERS[language].format(url=A).encode(CODECS[language])
    own = OTHERS[language].format(url=f"https://h.example.com/{name}.mp4").encode(CODECS[language])

    assert set(read_file(plain, "list.csv").accepted) <= {Url(A)}
    targets = read_file(own, "list.csv")
    assert targets.accepted == ()
    assert Reason.FILE_ENCODING in reasons(targets)


def test_chinese_name_in_gb18030_is_sent_where_much_chinese_stands_around_it() -> None:
    url = "https://h.example.com/视频/第一集.mp4"
    text = f"片名,地址\n港口的灯笼，一个关于海洋的故事,{url}\n"

    assert read_file(text.encode("gb18030"), "list.csv").accepted == (Url(url),)


@pytest.mark.parametrize(
    "content",
    [
        A.encode("utf-32"),
        A.encode("utf-16-le")[:-1],
        f"é {A}".encode("cp1252"),
        f"{A}\n".encode() + b"\xff",
        f"{A}\n\x1b$B1G2h\x1b(B\n".encode(),
        f"{A}\0".encode(),
        bytes(range(256)),
    ],
    ids=["UTF-32", "half a sign", "cp1252", "one bad byte", "ISO-2022", "a null", "no text"],
)
def test_file_in_an_uncertain_encoding_is_refused(content: bytes) -> None:
    assert refused(content).reason is Reason.FILE_ENCODING


@unhurried
@given(content=st.binary(max_size=400), name=st.sampled_from(["a.txt", "a.xlsx", ""]))
def test_any_bytes_are_read_or_told(content: bytes, name: str) -> None:
    for bytes_ in (content, b"PK\x03\x04" + content, A.encode() + content):
        targets = read_file(bytes_, name)
        assert targets.accepted or targets.rejected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (archive(list=A.encode()), Reason.FILE_PACKED),
        (gzip.compress(A.encode()), Reason.FILE_PACKED),
        (b"7z\xbc\xaf\x27\x1c" + A.encode(), Reason.FILE_PACKED),
        (b"%PDF-1.7\n" + A.encode(), Reason.FILE_KIND),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + A.encode(), Reason.FILE_KIND),
        (BOOK, Reason.FILE_PACKED),
        (A.encode() + b"\n" * MAX_BYTES, Reason.FILE_TOO_LARGE),
        (b"", Reason.NO_FILE_IN_TEXT),
        (b" \r\n", Reason.NO_FILE_IN_TEXT),
    ],
    ids=["zip", "gzip", "7z", "pdf", "old sheet", "sheet", "large", "empty", "blank"],
)
def test_what_is_no_list_is_refused_by_its_name(content: bytes, reason: Reason) -> None:
    assert refused(content).reason is reason


def test_as_much_as_may_be_is_read() -> None:
    content = (A + "\n").encode()
    padded = content + b"\n" * 100 + b" " * (MAX_BYTES - len(content) - 100)

    assert read_file(padded, "list.txt").accepted == (Url(A),)


def test_too_many_lines_are_refused_in_numbers() -> None:
    with pytest.raises(ListTooLong):
        read_file("\n".join(f"{A}?{place}" for place in range(20_000)).encode(), "list.txt")


# Spreadsheets.


def test_sheet_is_read_by_its_column() -> None:
    targets = read_file(BOOK, "list.xlsx")

    assert targets == Targets(BOTH)
    assert targets.reading == Reading(ListShape.TABLE, 2, "Address", "list.xlsx")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[A], [B]], BOTH),
        ([["url"], [A], [None], [B]], BOTH),
        ([["Harbour", A], ["Lantern", B]], BOTH),
        ([["Films of the launch"], [], ["Film", "Address"], [None, A], ["x", B]], BOTH),
        ([[None, None, "url"], [], [None, None, A], [None, None, B]], BOTH),
        ([["id", "film"], [ID.upper(), "Harbour"]], (Asset(ID),)),
        ([["film", "url"], ["a", f"{A}?x=1,2|3;4"]], (Url(f"{A}?x=1,2|3;4"),)),
    ],
    ids=["alone", "one column", "no header", "title", "far", "assets", "marks"],
)
def test_sheet_is_read_wherever_its_list_stands(
    rows: list[list[object]], expected: tuple[object, ...]
) -> None:
    assert read_file(workbook({"Films": rows}), "list.xlsx") == Targets(expected)  # type: ignore[arg-type]


def test_two_columns_of_addresses_are_refused_with_their_names() -> None:
    targets = read_file(workbook({"Films": [["film", "poster"], [A, B]]}), "list.xlsx")

    assert targets.accepted == ()
    assert targets.rejected[0].names == ("film", "poster")


def test_two_sheets_with_lists_are_refused_with_their_names() -> None:
    content = workbook({"May": ROWS, "Notes": [["by", "Mei"]], "June": ROWS})

    rejected = refused(content, "list.xlsx")

    assert rejected.reason is Reason.SHEETS
    assert rejected.names == ("May", "June")


def test_what_nobody_sees_in_a_workbook_is_not_sent() -> None:
    """A filter hides rows, and the person has a list of what is left in mind."""
    old: list[list[object]] = [["url"], [C]]
    content = workbook({"Films": ROWS, "Old": old}, hidden_rows=[3], hidden_sheets=["Old"])

    targets = read_file(content, "list.xlsx")

    assert targets.accepted == (Url(A),)
    assert reasons(targets) == [Reason.HIDDEN_ROW]
    assert targets.reading is not None
    assert targets.reading.file == "list.xlsx"
    only_hidden = workbook({"Old": old, "A": []}, hidden_sheets=["Old"])
    assert refused(only_hidden, "list.xlsx").reason is Reason.NO_FILE_IN_TEXT


def test_visible_sheet_is_named_among_several() -> None:
    content = workbook({"Notes": [["by", "Mei"]], "Films": ROWS})

    reading = read_file(content, "list.xlsx").reading

    assert reading is not None
    assert reading.file == "list.xlsx (Films)"


def test_rows_beyond_what_a_sheet_says_of_itself_are_read() -> None:
    text = zipfile.ZipFile(BytesIO(BOOK)).read(SHEET)
    lying = text.replace(b'ref="A1:C3"', b'ref="A1:C2"')

    assert lying != text
    assert read_file(with_part(BOOK, SHEET, lying), "list.xlsx") == Targets(BOTH)


def test_cells_that_are_no_single_address_are_refused() -> None:
    rows: list[list[object]] = [
        ["url"],
        [f"{A}\n{B}"],
        [f"{A} 1.5 GB"],
        ["=CONCATENATE(1)"],
        [12.5],
        [C],
    ]

    targets = read_file(workbook({"Films": rows}), "list.xlsx")

    assert targets.accepted == (Url(C),)
    assert len(targets.rejected) >= 3


# Hostile spreadsheets.


def test_bomb_is_refused_before_it_expands() -> None:
    """300 MB of blanks in 300 kB."""
    bomb = with_part(BOOK, "xl/sharedStrings.xml", b" " * 300_000_000)

    tracemalloc.start()
    rejected = refused(bomb, "list.xlsx")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(bomb) < MAX_BYTES
    assert rejected.reason is Reason.FILE_EXPANDS
    assert peak < 10_000_000


def test_part_that_lies_about_its_size_is_refused() -> None:
    """The stated size is what is unpacked at most, so a lie is damage."""
    size = 50_000_000
    bomb = with_part(BOOK, "xl/worksheets/sheet1.xml", b" " * size)
    lying = bomb.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))

    assert lying != bomb
    assert refused(lying, "list.xlsx").reason is Reason.FILE_DAMAGED


def worksheet(rows: str) -> str:
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{name}"><sheetData>{rows}</sheetData></worksheet>'


def sheet_of(rows: str, columns: str = "") -> bytes:
    text = worksheet(rows).replace("<sheetData>", f"{columns}<sheetData>")
    return with_part(BOOK, SHEET, text.encode())


def row_of(url: str, attributes: str = "") -> str:
    return f'<row {attributes}><c t="inlineStr"><is><t>{url}</t></is></c></row>'


@pytest.mark.parametrize(
    "hidden",
    ["hidden='1'", 'hidden="true"', ' r="2"\nhidden = "1"', 'ht="0"', 'customHeight="1" ht="0.0"'],
)
def test_row_that_nobody_sees_is_not_sent_however_that_is_written(hidden: str) -> None:
    targets = read_file(sheet_of(row_of(A) + row_of(B, hidden) + row_of(C)), "list.xlsx")

    assert targets.accepted == (Url(A), Url(C))
    assert reasons(targets) == [Reason.HIDDEN_ROW]


@pytest.mark.parametrize("hidden", ['hidden="1"', "hidden='true'", 'width="0"'])
def test_hidden_column_that_names_files_is_refused_by_its_letter(hidden: str) -> None:
    column = f'<cols><col min="1" max="1" {hidden}/></cols>'

    rejected = refused(sheet_of(row_of(A), column), "list.xlsx")

    assert (rejected.reason, rejected.names) == (Reason.HIDDEN_COLUMN, ("A",))
    assert read_file(sheet_of(row_of("x") + row_of(A)), "list.xlsx").accepted == (Url(A),)
    beside = '<cols><col min="2" max="16384" hidden="1"/></cols>'
    assert read_file(sheet_of(row_of(A), beside), "list.xlsx").accepted == (Url(A),)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_formula_without_what_it_gives_is_told(place: int) -> None:
    rows: list[list[object]] = [[A], [B]]
    rows.insert(place, ['=CONCATENATE("https://media.example.com/f/","c.mp4")'])

    targets = read_file(workbook({"Films": rows}), "list.xlsx")

    assert targets.accepted == BOTH
    assert reasons(targets) == [Reason.FORMULA]
    assert targets.rejected[0].at is not None
    assert targets.rejected[0].at.numbers == (place + 1,)


def test_sheet_of_formulas_alone_is_refused_for_them() -> None:
    rows: list[list[object]] = [["url"], ["=A1"]]

    assert refused(workbook({"Films": rows}), "list.xlsx").reason is Reason.FORMULA


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (f'<c t="str"><f>A2</f><v>{B}</v></c>', [Url(B)]),
        ('<c t="str"><f>IF(1,"")</f><v></v></c>', []),
        (f"<c t='inlineStr'><is><r><t>{B[:9]}</t></r><r><t>{B[9:]}</t></r></is></c>", [Url(B)]),
        (f"<c t='inlineStr'><is><t>{B}</t><rPh><t>x</t></rPh></is></c>", [Url(B)]),
        (f"<c t='inlineStr'><is><t>{B}_x005F_x0041_</t></is></c>", [Url(f"{B}_x0041_")]),
        (f"<c t='inlineStr'><is><t>{B}_x000D_</t></is></c>", [Url(B)]),
    ],
    ids=["formula", "formula of nothing", "runs", "how it is spoken", "underscore", "line end"],
)
def test_cell_holds_what_its_program_shows(cell: str, expected: list[Url]) -> None:
    targets = read_file(sheet_of(f"{row_of(A)}<row>{cell}</row>"), "list.xlsx")

    assert targets == Targets((Url(A), *expected))


@pytest.mark.parametrize(
    "rows",
    [
        row_of(A, 'r="2"') + row_of(B, 'r="1"'),
        row_of(A, 'r="1"') + row_of(B, 'r="1"'),
        f'<row r="1"><c r="A2" t="str"><v>{A}</v></c></row>',
        f'<row><c r="B1" t="str"><v>{A}</v></c><c r="A1" t="str"><v>{B}</v></c></row>',
        f'{row_of(A)}<row><c t="s"><v>-1</v></c></row>',
        f"{row_of(A)}<row><c><v>{B}</v></c></row>",
    ],
    ids=["back", "twice", "of another row", "cells back", "no such text", "no number"],
)
def test_sheet_against_its_own_order_is_damaged(rows: str) -> None:
    assert refused(sheet_of(rows), "list.xlsx").reason is Reason.FILE_DAMAGED


FAR = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
WIDE = "".join(f'<row r="{at}"><c r="XFD{at}"><v>1</v></c></row>' for at in range(1, 3000))


@pytest.mark.parametrize(
    ("part", "text", "reason"),
    [
        (SHEET, f"<worksheet><sheetData>{FAR}</sheetData></worksheet>", None),
        (SHEET, worksheet(FAR), Reason.FILE_EXPANDS),
        (SHEET, worksheet(WIDE), Reason.FILE_EXPANDS),
        (
            SHEET,
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>',
            Reason.UNSAFE,
        ),
        (
            "xl/workbook.xml",
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook>&a;</workbook>',
            Reason.UNSAFE,
        ),
        (SHEET, "<worksheet><sheetData>", Reason.FILE_DAMAGED),
        ("xl/workbook.xml", "no XML", Reason.FILE_DAMAGED),
    ],
    ids=["no name", "far", "wide", "entities", "outside", "cut", "no xml"],
)
def test_hostile_part_is_refused_in_words(part: str, text: str, reason: Reason | None) -> None:
    rejected = refused(with_part(BOOK, part, text.encode()), "list.xlsx")

    assert reason in (None, rejected.reason)


def workbook_of_sheets(count: int, text: str) -> bytes:
    """A workbook of so many sheets that all hold the same."""
    book = workbook({f"s{place}": [[A]] for place in range(1, count + 1)})
    for place in range(1, count + 1):
        book = with_part(book, f"xl/worksheets/sheet{place}.xml", text.encode())
    return book


def test_all_sheets_together_have_the_room_of_one() -> None:
    wide = worksheet(row_of("x") * 999 + '<row><c r="IV1000"><v>1</v></c></row>')

    assert refused(workbook_of_sheets(2, wide), "list.xlsx").reason is Reason.NO_FILE_IN_TEXT
    assert refused(workbook_of_sheets(3, wide), "list.xlsx").reason is Reason.FILE_EXPANDS


def test_elements_are_counted_whatever_they_are() -> None:
    half = MAX_ROOM // 2
    text = worksheet(f"{'<row/>' * half}<row>{'<c/>' * half}</row>")
    content = with_part(BOOK, SHEET, text.encode())

    assert refused(content, "list.xlsx").reason is Reason.FILE_EXPANDS


def test_sheets_that_share_one_part_are_refused() -> None:
    name = "xl/_rels/workbook.xml.rels"
    book = workbook({"May": ROWS, "June": [["x"]]})
    names = zipfile.ZipFile(BytesIO(book)).read(name)
    shared = with_part(book, name, names.replace(b"sheet2.xml", b"sheet1.xml"))

    assert refused(shared, "list.xlsx").reason is Reason.FILE_DAMAGED


@pytest.mark.parametrize("name", ["[Content_Types].xml", "xl/workbook.xml"])
def test_part_that_lists_the_others_is_small(name: str) -> None:
    text = zipfile.ZipFile(BytesIO(BOOK)).read(name)

    large = with_part(BOOK, name, text + b" " * MAX_SMALL)

    assert refused(large, "list.xlsx").reason is Reason.FILE_EXPANDS


def test_styles_are_not_read() -> None:
    assert read_file(with_part(BOOK, "xl/styles.xml", b"no XML"), "list.xlsx") == Targets(BOTH)


def test_rows_without_an_end_are_damage_at_once() -> None:
    """400 kB of what a search for the end of each would take minutes for."""
    text = worksheet(row_of(A)).partition("</sheetData>")[0] + "<row " * 80_000

    cut = with_part(BOOK, SHEET, text.encode())

    assert refused(cut, "list.xlsx").reason is Reason.FILE_DAMAGED


def test_too_many_parts_are_refused() -> None:
    content = archive(**{f"part{place}": b"" for place in range(600)})

    assert refused(content, "list.xlsx").reason is Reason.FILE_EXPANDS
    assert MAX_EXPANDED > MAX_BYTES


def test_too_many_rows_are_refused_in_numbers() -> None:
    rows: list[list[object]] = [[f"{A}?{place}"] for place in range(6000)]

    with pytest.raises(ListTooLong):
        read_file(workbook({"Films": rows}), "list.xlsx")


@pytest.mark.parametrize("end", [50, 400, -60, -10])
def test_cut_workbook_is_refused(end: int) -> None:
    assert refused(BOOK[:end], "list.xlsx").reason is Reason.FILE_DAMAGED
