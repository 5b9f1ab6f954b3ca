"""Lists in the shapes in which people have them: what is sent, and how the list was read."""

from collections.abc import Callable

import pytest

from bot.reading.lists import parse_arguments, parse_list
from bot.rules.reading import ListShape, Reading
from bot.rules.target import Asset, Reason, Targets, Url

ID = "5199337c31c8e4622f1590735b13a263"
OTHER_ID = "0123456789abcdef0123456789abcdef"
SUM = "9a0364b9e99bb480dd25e1f0284c8555"

Parse = Callable[[str], Targets]
at_both_doors = pytest.mark.parametrize("parse", [parse_list, parse_arguments])


def sent(targets: Targets) -> list[str]:
    return [item.id if isinstance(item, Asset) else item.address for item in targets.accepted]


def reasons(targets: Targets) -> list[Reason]:
    return [item.reason for item in targets.rejected]


TABLES = [
    ("title,url,s\nOne,https://h/a.mp4,81\nTwo,https://h/b b.mp4,12\n", "url"),
    ('"name","file"\n"Rain, part 1","https://h/a.mp4"\n"A ""B"" C","https://h/b b.mp4"', "file"),
    ("no;link;size\n1;https://h/a.mp4;720p\n2;https://h/b b.mp4;1,5", "link"),
    ("title\turl\tnote\nOne, 1\thttps://h/a.mp4\tok; ok\nTwo\thttps://h/b b.mp4\t", "url"),
    ("https://h/a.mp4,Kite,90\nhttps://h/b b.mp4,Kite two,95", "1"),
    ("Kite\thttps://h/a.mp4\nKite two\thttps://h/b b.mp4", "2"),
    ("film | address\n-----+--------\nOne | https://h/a.mp4\nTwo | https://h/b b.mp4", "address"),
    ("Launch list\n\ntitle,url\nOne,https://h/a.mp4\nTwo,https://h/b b.mp4", "url"),
    ("sep=;\ntitle;url\nOne;https://h/a.mp4\nTwo;https://h/b b.mp4", "url"),
    (f"md5,url\n{SUM},https://h/a.mp4\n{ID},https://h/b b.mp4", "url"),
    (f"task_id,url\n{SUM},https://h/a.mp4\n{ID},https://h/b b.mp4", "url"),
    ("| film | at |\n|---|:-:|\n| A | https://h/a.mp4 |\n| B | [b](https://h/b b.mp4) |", "at"),
]  # fmt: skip


@at_both_doors
@pytest.mark.parametrize(("text", "column"), TABLES)
def test_column_of_a_table_is_found_by_what_it_holds(parse: Parse, text: str, column: str) -> None:
    targets = parse(text)

    assert targets == Targets((Url("https://h/a.mp4"), Url("https://h/b b.mp4")))
    assert targets.reading == Reading(ListShape.TABLE, 2, column)


def test_column_of_asset_ids_is_read() -> None:
    targets = parse_list(f"asset_id,title\n{ID},Harbour\n{OTHER_ID},Lantern")

    assert targets == Targets((Asset(ID), Asset(OTHER_ID)))


@at_both_doors
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("title,video,poster\nOne,https://h/a.mp4,https://h/a.jpg", ("video", "poster")),
        (f"asset_id,url\n{ID},https://h/a.mp4\n{OTHER_ID},https://h/b.mp4", ("url", "asset_id")),
        (f"{ID}\thttps://h/a.mp4\n{OTHER_ID}\thttps://h/b.mp4", ("2", "1")),
        ("url,note\nhttps://h/a.mp4,see https://h/page\nhttps://h/b.mp4,", ("url", "note")),
        ('[{"video":"https://h/a.mp4","thumb":"https://h/a.jpg"}]', ("video", "thumb")),
        (f'[["{ID}","https://h/a.mp4"],["{OTHER_ID}","https://h/b.mp4"]]', ("2", "1")),
        ('{"a":{"url":"https://h/a.mp4"},"b":{"url":"https://h/b.jpg"}}', ("a.url", "b.url")),
        ('{"url":"https://h/a.mp4","url":"https://h/b.mp4","page":"http://h/p"}', ("url", "page")),
    ],
)
def test_unclear_column_is_refused_with_the_names(
    parse: Parse, text: str, names: tuple[str, ...]
) -> None:
    targets = parse(text)

    assert targets.accepted == ()
    assert [(it.reason, it.names) for it in targets.rejected] == [(Reason.COLUMNS, names)]
    assert all(name in targets.rejected[0].text for name in names)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("One,https://h/i/370,810_P.mp4.csmil/master.m3u8,5", Reason.SHIFTED),
        ("One, part 1,https://h/a.mp4,5", Reason.SHIFTED),
        ("https://h/a.mp4", Reason.SHIFTED),
        ("One,TBA,open", Reason.NOT_A_TARGET),
        ("One,,open", Reason.NO_FILE_IN_ROW),
        ("One,https://h/folder/,open", Reason.DIRECTORY),
        ("One,https://h/a.mp4 1.5 GB,open", Reason.WORDS_BEHIND),
        ("One,tomorrow 18:00,open", Reason.A_TIME),
        ("#One,https://h/a.mp4,5", Reason.COMMENT),
        ("Total", Reason.NO_FILE_IN_ROW),
    ],
)
def test_row_that_is_not_certain_is_shown_and_the_others_are_sent(row: str, reason: Reason) -> None:
    targets = parse_list(f"title,url,rate\n{row}\nTwo,https://h/two.mp4,6")

    assert sent(targets) == ["https://h/two.mp4"]
    assert reasons(targets) == [reason]


@pytest.mark.parametrize(
    "text",
    [
        "https://h/i/720,480,_web.mp4.csmil/master.m3u8\nhttps://h/j/720,480,_web.mp4.csmil/master.m3u8",
        "https://h/a.mp4;v=1\nhttps://h/b.mp4;v=2",
        "Hello, all\nhttps://h/a.mp4\nhttps://h/b.mp4",
        "https://h/a,1/x.mp4\nhttps://h/b,2/x.mp4",
    ],
)
def test_commas_in_addresses_make_no_table(text: str) -> None:
    lines = [line for line in text.splitlines() if line.startswith("https")]

    targets = parse_list(text)

    assert sent(targets) == lines
    assert targets.reading is not None
    assert targets.reading.shape is ListShape.LINES


@pytest.mark.parametrize(
    "text",
    [
        "https://h/a.mp4?ids=1,2\nhttps://h/b.mp4?ids=1,2",
        "title,url\nOne,https://h/i/720,480.mp4\nTwo,https://h/j/720,480.mp4",
        "url,size\nhttps://h/i/720,480.mp4\nhttps://h/j/720,480.mp4",
        'a,"b\nhttps://h/a.mp4,1',
        "title|url\n|x||https://h/a.mp4\n|x||https://h/b.mp4",
        "url,no\nhttps://h/a,b.mp4?k=1,\nhttps://h/c,d.mp4?k=2,",
    ],
)
def test_table_in_which_an_address_may_be_parted_sends_nothing(text: str) -> None:
    targets = parse_list(text)

    assert targets.accepted == ()
    assert targets.rejected


@at_both_doors
@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("## Tonight\n\n- [One](https://h/a.mp4)\n  - https://h/b b.mp4\n", 3),
        ('1. [Cut](https://h/a.mp4 "final")\n2. [Two](<https://h/b b.mp4>)', 2),
        ("**[One](https://h/a.mp4)** and [Two](https://h/b b.mp4 'two')", 1),
        ('[one][1] [two][2]\n[1]: https://h/a.mp4\n[2]: <https://h/b b.mp4> "two"', 3),
        ("[One](https://h/a.mp4)\n```\nhttps://h/b b.mp4\n```", 4),
    ],
)
def test_links_of_markdown_are_read_and_their_labels_are_not(
    parse: Parse, text: str, rows: int
) -> None:
    targets = parse(text)

    assert targets.accepted == (Url("https://h/a.mp4"), Url("https://h/b b.mp4"))
    assert targets.reading == Reading(ListShape.MARKDOWN, rows)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("![still](https://h/a.jpg)", Reason.PICTURE),
        ("# [old](https://h/a.mp4)", Reason.COMMENT),
        ("<!-- [old](https://h/a.mp4) -->", Reason.COMMENT),
        ("[x](https://h/my\\_film.mp4)", Reason.ESCAPED),
        ("[x](https://h/b.mp4) and https://h/my film.mp4", Reason.CUT),
        ("[x](https://h/{id}.mp4)", Reason.PATTERN),
    ],
)
def test_what_is_not_certain_in_markdown_is_shown(text: str, reason: Reason) -> None:
    targets = parse_list(f"[x](https://h/b.mp4)\n{text}")

    assert sent(targets) == ["https://h/b.mp4"]
    assert reasons(targets) == [reason]


def test_brackets_that_an_address_opens_belong_to_it() -> None:
    assert sent(parse_list("[Cut (2)](https://h/cut_(2).mp4)")) == ["https://h/cut_(2).mp4"]


@at_both_doors
@pytest.mark.parametrize(
    ("text", "column"),
    [
        ('["https://h/a.mp4",\n "https://h/b b.mp4"]', ""),
        ('[{"t":"x","url":"https://h/a.mp4"},{"t":"y","url":"https://h/b b.mp4"}]', "url"),
        ('{"src":"https://h/a.mp4"}\n{"src":"https://h/b\\u0020b.mp4"}', "src"),
        ('["https:\\/\\/h\\/a.mp4","https:\\/\\/h\\/b b.mp4"]', ""),
        ('{"films":[{"f":{"u":"https://h/a.mp4"}},{"f":{"u":"https://h/b b.mp4"}}]}', "u"),
        ('[["One","https://h/a.mp4"],["Two","https://h/b b.mp4"]]', "2"),
        (f'[{{"md5":"{SUM}","u":"https://h/a.mp4"}},{{"u":"https://h/b b.mp4"}}]', "u"),
    ],
)  # fmt: skip
def test_field_of_json_is_found_by_what_it_holds(parse: Parse, text: str, column: str) -> None:
    targets = parse(text)

    assert targets == Targets((Url("https://h/a.mp4"), Url("https://h/b b.mp4")))
    assert targets.reading == Reading(ListShape.JSON, 2, column)


@at_both_doors
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"url":"https://h/a.mp4"},', Reason.DAMAGED),
        ("[{'url': 'https://h/a.mp4', 'thumb': 'https://h/a.jpg'}]", Reason.DAMAGED),
        ('{"url":"https://h/a.mp4"}\nand more', Reason.DAMAGED),
        ('{"n":' * 900 + '"https://h/a.mp4"' + "}" * 900, Reason.DAMAGED),
        ('{"total":0,"films":[]}', Reason.NO_FILE_IN_TEXT),
        ('{"url":"https://h/{id}.mp4"}', Reason.PATTERN),
        (f'{{"task_id":"{ID}"}}', Reason.TASK),
        (f'{{"md5":"{ID}"}}', Reason.SUM),
    ],
)
def test_json_that_is_not_certain_sends_nothing(parse: Parse, text: str, reason: Reason) -> None:
    targets = parse(text)

    assert targets.accepted == ()
    assert reasons(targets) == [reason]


@at_both_doors
def test_list_between_the_marks_of_code_has_the_shape_of_what_is_inside(parse: Parse) -> None:
    targets = parse('```json\n[{"video":"https://h/a.mp4",\n"thumb":"https://h/a.jpg"}]\n```')

    assert targets.accepted == ()
    assert reasons(targets) == [Reason.COLUMNS]


def test_text_of_json_is_exact() -> None:
    assert sent(parse_list('["https://h/a.mp4?ids=1,2&x=[3]"]')) == [
        "https://h/a.mp4?ids=1,2&x=[3]"
    ]


PLAYLIST = """#EXTM3U x-tvg-url="https://h/guide.xml.gz"
#EXT-X-KEY:METHOD=AES-128,URI="https://h/key.bin"
#EXT-X-MAP:URI="https://h/init.mp4"
#EXTINF:-1 tvg-logo="https://h/1.png",One (more at https://h/one)
https://h/a.mp4
#EXT-X-STREAM-INF:BANDWIDTH=1
https://h/b b.mp4
# a remark
#EXT-X-ENDLIST
"""


@at_both_doors
@pytest.mark.parametrize("text", [PLAYLIST, "\ufeff" + PLAYLIST, PLAYLIST.partition("\n")[2]])
def test_lines_of_a_playlist_are_its_files(parse: Parse, text: str) -> None:
    targets = parse(text)

    assert targets == Targets((Url("https://h/a.mp4"), Url("https://h/b b.mp4")))
    assert targets.reading == Reading(ListShape.PLAYLIST, 2)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("seg-0001.ts", Reason.RELATIVE),
        ("/k/seg-0001.ts", Reason.RELATIVE),
        ("../seg-0001.ts?x=1", Reason.RELATIVE),
        ("#https://h/old.ts", Reason.COMMENT),
        ("# old.ts", Reason.COMMENT),
        ("https://h/b.m3u8|User-Agent=x", Reason.BROKEN_QUERY),
        ("https://h/b.m3u8|12", Reason.WORDS_BEHIND),
        ("https://h/b.m3u8$1080P", Reason.WORDS_BEHIND),
        ("rtmp://h/live", Reason.NOT_HTTP),
        ("file:///films/a.mp4", Reason.NOT_HTTP),
    ],
)
def test_line_of_a_playlist_that_is_no_file_is_shown(line: str, reason: Reason) -> None:
    targets = parse_list(f"#EXTM3U\n#EXTINF:6,\n{line}\n#EXTINF:6,\nhttps://h/a.ts")

    assert sent(targets) == ["https://h/a.ts"]
    assert reasons(targets) == [reason]


SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://www.sitemaps.org/schemas/sitemap/0.9 http://h/sitemap.xsd">
<url><loc>https://h/a.mp4?x=1&amp;y=2</loc><lastmod>2026-11-01</lastmod></url>
<url>
  <loc>
    https://h/b b.mp4
  </loc>
</url>
</urlset>"""


@pytest.mark.parametrize("text", [SITEMAP, SITEMAP.partition("\n")[2]])
def test_locations_of_a_sitemap_are_its_files(text: str) -> None:
    targets = parse_list(text)

    assert targets == Targets((Url("https://h/a.mp4?x=1&y=2"), Url("https://h/b b.mp4")))
    assert targets.reading == Reading(ListShape.XML, 2, "loc")


@pytest.mark.parametrize(
    ("text", "reason", "shown"),
    [
        (
            '<!DOCTYPE u [<!ENTITY h "https://h/">]><urlset><url><loc>&h;e.mp4</loc></url></urlset>',
            Reason.UNSAFE,
            "e.mp4",
        ),
        ("<urlset><url><loc>https://h/a.mp4</loc></url>", Reason.DAMAGED, "a.mp4"),
        ("<sitemapindex><sitemap><loc>https://h/1.xml</loc></sitemap></sitemapindex>",
         Reason.OF_SITEMAPS, "1.xml"),
        ("<urlset><url><loc>/a.mp4</loc></url></urlset>", Reason.NO_FILE_IN_TEXT, "a.mp4"),
        ("<urlset><!-- <loc>https://h/a.mp4</loc> --><url/></urlset>", Reason.COMMENT, "a.mp4"),
        ("<urlset>" + "<a>" * 900 + "https://h/a.mp4" + "</a>" * 900 + "</urlset>",
         Reason.DAMAGED, "urlset"),
    ],
)  # fmt: skip
def test_xml_that_is_not_certain_sends_nothing(text: str, reason: Reason, shown: str) -> None:
    targets = parse_list(text)

    assert targets.accepted == ()
    assert reason in reasons(targets)
    assert any(shown in item.text for item in targets.rejected)


def test_sitemap_of_pages_with_films_beside_them_is_refused_with_the_names() -> None:
    url = (
        "<url><loc>https://h/page</loc><v:video><v:content_loc>https://h/a.mp4</v:content_loc>"
        "<v:thumbnail_loc>https://h/a.jpg</v:thumbnail_loc></v:video></url>"
    )

    targets = parse_list(f'<urlset xmlns:v="http://h/v">{url}</urlset>')

    assert targets.accepted == ()
    assert targets.rejected[0].names == ("loc", "content_loc", "thumbnail_loc")


def test_document_that_grows_without_end_is_not_read() -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<?xml version="1.0"?><!DOCTYPE u [<!ENTITY a0 "x">{entities}]><u>&a11;</u>'

    assert reasons(parse_list(text)) == [Reason.UNSAFE]


def test_plain_lines_and_words_are_told_as_such() -> None:
    assert parse_list("https://h/a.mp4\n\nhttps://h/b.mp4").reading == Reading(ListShape.LINES, 2)
    assert parse_arguments("https://h/a.mp4 please").reading == Reading(ListShape.WORDS, 1)
