"""The mark beside the file: written whole, and whatever else lies there is told from it."""

import os
from pathlib import Path

import pytest

from storage.mark_file import Mark, MarkDamaged, MarkFile, MarkNotWritten

MARK = Mark(identity="a" * 32, steps=7)


def test_mark_is_read_as_it_was_written_last_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = MarkFile(tmp_path / "p.db")
    file.write(Mark(identity="a" * 32, steps=6))
    file.write(MARK)

    assert file.read() == MARK
    assert (tmp_path / "p.db.mark").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["p.db.mark"]


def test_where_no_mark_lies_there_is_none(tmp_path: Path) -> None:
    assert MarkFile(tmp_path / "p.db").read() is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 64,
        b"\xff\xfe\x80",
        b'{"identity":"a","steps":',
        b'{"identity":"a","steps":-1}',
        b'{"identity":"a","steps":"7"}',
        b'{"identity":"","steps":7}',
        b'{"identity":"a"}',
        b"[" * 100_000,
        b'{"identity":"' + b"a" * 1_000_000 + b'","steps":7}',
    ],
)
def test_what_the_bot_has_not_written_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.db.mark").write_bytes(content)

    with pytest.raises(MarkDamaged):
        MarkFile(tmp_path / "p.db").read()


def test_pipe_in_the_place_of_the_mark_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.db.mark")

    with pytest.raises(MarkDamaged):
        MarkFile(tmp_path / "p.db").read()


def test_mark_that_cannot_be_written_says_where_and_why(tmp_path: Path) -> None:
    (tmp_path / "p.db.mark").mkdir()

    with pytest.raises(MarkNotWritten, match=r"p\.db\.mark cannot be written, so nothing is sent"):
        MarkFile(tmp_path / "p.db").write(MARK)


def test_what_a_killed_process_left_half_written_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "p.db.mark.new").write_bytes(b'{"iden')

    MarkFile(tmp_path / "p.db").write(MARK)

    assert MarkFile(tmp_path / "p.db").read() == MARK
