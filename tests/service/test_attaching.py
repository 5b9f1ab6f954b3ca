"""Reading attached files: how many, for how long, and what becomes of those that are not read."""

import asyncio
import threading
from dataclasses import dataclass, field

from bot.reading.attached_files import Attached
from bot.reading.files import MAX_BYTES
from bot.rules.target import Reason, Rejected, Targets, Url
from bot.service.attaching import MOST_FILES, READ_AT_ONCE, Attaching
from bot.slack.files import Fetched, FileNotFetched

LINKED = Url("https://v.example.com/linked.mp4")


@dataclass
class Cabinet:
    """Files by their IDs; a reason stands for one that is not given, None for one that hangs."""

    files: dict[str, bytes | Reason | None]
    is_granted: bool = True
    asked: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def may_write(self) -> bool:
        return False

    async def send(self, user_id: str, name: str, content: bytes, message: object) -> None:
        raise AssertionError((user_id, name, content, message))

    async def fetch(self, file_id: str, *, address: str, most_bytes: int) -> Fetched:
        self.asked.append((file_id, address, most_bytes))
        found = self.files[file_id]
        if found is None:
            await asyncio.Event().wait()
        if not isinstance(found, bytes):
            raise FileNotFetched(found or Reason.FILE_UNREACHED)
        return Fetched(f"{file_id}.txt", found)


def url(name: str) -> Url:
    return Url(f"https://v.example.com/{name}.mp4")


async def test_what_was_typed_comes_first_and_each_file_in_its_order() -> None:
    cabinet = Cabinet({it: url(it).address.encode() for it in ("F1", "F2")})

    found = await Attaching(cabinet).read(
        Targets((LINKED,)), [Attached("F2"), Attached("F1", address="https://files.slack.com/F1")]
    )

    assert found.accepted == (LINKED, url("F2"), url("F1"))
    assert cabinet.asked == [
        ("F2", "", MAX_BYTES),
        ("F1", "https://files.slack.com/F1", MAX_BYTES),
    ]


async def test_file_that_is_not_given_is_named_with_its_reason() -> None:
    cabinet = Cabinet({"F1": Reason.FILE_GONE, "F2": b"\x89PNG\r\n"})

    found = await Attaching(cabinet).read(
        Targets((LINKED,)), [Attached("F1", "a.txt"), Attached("F2", "b.txt")]
    )

    assert found.accepted == (LINKED,)
    assert found.rejected == (
        Rejected("a.txt", Reason.FILE_GONE),
        Rejected("F2.txt", Reason.FILE_KIND),
    )


async def test_only_so_many_files_are_read_and_the_rest_is_named() -> None:
    names = [f"F{n}" for n in range(MOST_FILES + 2)]
    cabinet = Cabinet({it: url(it).address.encode() for it in names})

    found = await Attaching(cabinet).read(Targets(), [Attached(it, f"{it}.txt") for it in names])

    assert len(cabinet.asked) == MOST_FILES
    assert found.rejected == tuple(
        Rejected(f"{it}.txt", Reason.FILE_ONE_TOO_MANY) for it in names[MOST_FILES:]
    )


async def test_files_that_come_too_late_are_named_and_the_others_are_read() -> None:
    cabinet = Cabinet({"F1": url("F1").address.encode(), "F2": None, "F3": None})
    files = [Attached(it, f"{it}.txt") for it in cabinet.files]

    found = await Attaching(cabinet, within_s=0.2).read(Targets(), files)

    assert found.accepted == (url("F1"),)
    assert found.rejected == (
        Rejected("F2.txt", Reason.FILE_UNREACHED),
        Rejected("F3.txt", Reason.FILE_NO_TIME),
    )


async def test_file_that_is_read_for_too_long_is_not_called_unreached_and_holds_up_no_other() -> (
    None
):
    """The threads of the event loop, which resolve names, stay free."""
    cabinet = Cabinet({"F1": url("F1").address.encode()})
    attaching = Attaching(cabinet, within_s=0.2)
    free = threading.Event()
    for _ in range(READ_AT_ONCE):
        attaching._threads.submit(free.wait)  # as a list that takes minutes
    try:
        found = await attaching.read(Targets((LINKED,)), [Attached("F1", "a.txt")])
        elsewhere = await asyncio.to_thread(threading.current_thread)
    finally:
        free.set()
        attaching.close()

    assert found.accepted == (LINKED,)
    assert found.rejected == (Rejected("F1.txt", Reason.FILE_NO_TIME),)
    assert not elsewhere.name.startswith("reading")


async def test_files_are_read_only_where_the_scope_was_granted() -> None:
    assert Attaching(Cabinet({}, is_granted=True)).is_on
    assert not Attaching(Cabinet({}, is_granted=False)).is_on
    assert not Attaching(None).is_on
