"""32 characters that the word before them calls a sum or a task, and tables of a message."""

from typing import Any

import pytest

from bot.reading.lists import parse_arguments
from bot.reading.messages import parse_message
from bot.rules.target import Asset, Reason, Targets, Url

ID, OTHER = "5199337c31c8e4622f1590735b13a263", "362a31b5370951f2264e8c13c7339915"
A, B = "https://h/a.mp4", "https://h/b.mp4"


def message(text: str) -> dict[str, Any]:
    before, _, behind = text.partition(A)
    parts = [{"type": "text", "text": before}, {"type": "link", "url": A}]
    parts.append({"type": "text", "text": behind})
    section = {"type": "rich_text_section", "elements": [it for it in parts if it.get("text", "x")]}
    return {"text": text, "blocks": [{"type": "rich_text", "elements": [section]}]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{A} md5: {ID}", Reason.SUM),
        (f"the film {A} (MD5 {ID})", Reason.SUM),
        (f"{A} MD5：{ID}", Reason.SUM),
        (f"{A} checksum *{ID}*", Reason.SUM),
        (f"{A} 校验值 {ID}", Reason.SUM),
        (f'{A} ETag: "{ID}"', Reason.SUM),
        (f"{A} task_id: {ID}", Reason.TASK),
        (f"{A} was task {ID}", Reason.TASK),
        (f"{A} 任务 {ID}", Reason.TASK),
    ],
)
def test_id_that_is_called_otherwise_is_no_asset(text: str, reason: Reason) -> None:
    for found in (parse_arguments(text), parse_message(message(text))):
        assert found.accepted == (Url(A),)
        assert (ID, reason) in [(it.text, it.reason) for it in found.rejected]


@pytest.mark.parametrize("text", [f"asset {ID}", f"the film of multitask {ID}", f"id: {ID}"])
def test_id_that_is_called_nothing_else_is_an_asset(text: str) -> None:
    assert parse_message({"text": text}).accepted == (Asset(ID),)
    assert parse_arguments(text).accepted == (Asset(ID),)


def table(*rows: tuple[str, ...]) -> dict[str, Any]:
    return {"text": "", "blocks": [{"type": "table", "rows": [list(map(cell, it)) for it in rows]}]}


def cell(text: str) -> dict[str, Any]:
    if "://" not in text:
        return {"type": "raw_text", "text": text}
    section = {"type": "rich_text_section", "elements": [{"type": "link", "url": text}]}
    return {"type": "rich_text", "elements": [section]}


def test_table_of_a_message_is_read_by_its_one_column() -> None:
    found = parse_message(table(("title", "url", "md5"), ("a", A, ID), ("b", B, OTHER)))

    assert found == Targets((Url(A), Url(B)))


def test_table_of_a_message_with_two_columns_of_addresses_sends_nothing() -> None:
    found = parse_message(table(("url", "poster"), (A, "https://h/p.jpg"), (B, "https://h/q.jpg")))

    assert found.accepted == ()
    assert [it.reason for it in found.rejected] == [Reason.COLUMNS]


def test_table_of_checksums_alone_sends_nothing() -> None:
    found = parse_message(table(("title", "md5"), ("a", ID), ("b", OTHER)))

    assert found.accepted == ()
    assert [it.reason for it in found.rejected] == [Reason.SUM]


def test_cells_with_words_beside_their_links_are_read_as_text() -> None:
    words = {"type": "rich_text_section", "elements": [
        {"type": "text", "text": "see "}, {"type": "link", "url": A}, {"type": "text", "text": "!"},
    ]}  # fmt: skip
    rows = [[{"type": "rich_text", "elements": [words]}], [cell(B)]]

    found = parse_message({"blocks": [{"type": "table", "rows": rows}]})

    assert found.accepted == (Url(A), Url(B))
