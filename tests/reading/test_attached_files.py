"""Which attached files may hold a list, and several lists as one."""

import pytest

from bot.reading.attached_files import Attached, attached, lists_among, together
from bot.reading.limits import MAX_ITEMS
from bot.rules.reading import ListShape, Reading
from bot.rules.refusals import ListTooLong
from bot.rules.target import Asset, Reason, Rejected, Targets, Url

A, B, C = (Url(f"https://v.example.com/{name}.mp4") for name in "abc")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ({"id": "F1", "name": "a.csv"}, "a.csv"),
        ({"id": "F1", "name": "A.XLSX", "mimetype": "application/zip"}, "A.XLSX"),
        ({"id": "F1", "name": "sitemap.xml", "mimetype": "application/xml"}, "sitemap.xml"),
        ({"id": "F1", "title": "notes", "mimetype": "text/plain"}, "notes"),
        ({"id": "F1", "mode": "snippet"}, ""),
        ({"id": "F1", "mode": "file_access", "file_access": "check_file_info"}, ""),
        ({"id": "F1", "name": "film.mp4", "mimetype": "video/mp4"}, None),
        ({"id": "F1", "mode": "tombstone"}, None),
        ("F1", None),
        ({"id": ["F1"], "name": {"a": 1}, "mimetype": 7}, None),
    ],
)
def test_file_that_may_hold_a_list_is_known_by_its_kind_or_name(
    file: object, expected: str | None
) -> None:
    assert lists_among([file]) == (() if expected is None else (Attached("F1", expected),))


@pytest.mark.parametrize(
    ("file", "address"),
    [
        ({"url_private": "https://files.slack.com/a.txt"}, "https://files.slack.com/a.txt"),
        ({"url_private": "https://drive.example.com/a.txt", "is_external": True}, ""),
        ({"url_private_download": "https://drive.example.com/a.txt", "mode": "external"}, ""),
    ],
)
def test_where_a_file_lies_that_slack_only_links_to_is_not_kept(
    file: dict[str, object], address: str
) -> None:
    assert attached({"id": "F1", "name": "a.txt", **file}) == Attached("F1", "a.txt", address)


def test_lists_together_keep_their_order_and_name_each_file_once() -> None:
    why = Rejected("x", Reason.NOT_A_TARGET)
    first = Targets((A, B), (why,), 1, alone=frozenset({B}))
    second = Targets((Url("https://V.example.com:443/a.mp4"), C, Asset("ab" * 16)), (why,), 2)

    found = together([first, second])

    assert found.accepted == (A, B, C, Asset("ab" * 16))
    assert found.rejected == (why,)
    assert found.duplicates == 4
    assert found.alone == {B}


def test_lists_together_say_how_each_was_read() -> None:
    lines, table, json = (
        Reading(shape, 1) for shape in (ListShape.LINES, ListShape.TABLE, ListShape.JSON)
    )
    nested = Reading(ListShape.LINES, 1, others=(table,))

    found = together([Targets((A,)), Targets(reading=nested), Targets(reading=json)])

    assert found.reading == Reading(ListShape.LINES, lines.rows, others=(table, json))
    assert together([Targets((A,))]).reading is None


def test_lists_that_are_too_long_together_are_refused() -> None:
    half = [Url(f"https://v.example.com/{n}.mp4") for n in range(MAX_ITEMS // 2 + 1)]

    with pytest.raises(ListTooLong):
        together([Targets(tuple(half)), Targets(tuple(half))])
