"""Files in Slack: reading the lists that people attach, and giving back what was left out."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from bot.reading.attached_files import Attached, together, unread
from bot.reading.files import MAX_BYTES, read_file
from bot.rules.target import Reason, Targets
from bot.slack.files import Fetched, FileNotFetched

MOST_FILES = 10
"""As many as an input of Slack's takes."""

READ_AT_ONCE = 2

WITHIN_S = 30.0
"""For all files of one request: somebody sits before the modal."""


class Files(Protocol):
    """Where the files are."""

    @property
    def is_granted(self) -> bool: ...
    @property
    def may_write(self) -> bool: ...
    async def fetch(self, file_id: str, *, address: str, most_bytes: int) -> Fetched: ...
    async def send(
        self, user_id: str, name: str, content: bytes, message: Mapping[str, Any]
    ) -> None: ...


class Attaching:
    """One file after another, so that one request holds no more than one file in memory.

    They are read in threads of their own, where a file that takes long keeps only others waiting:
    the threads of the event loop resolve the names of Slack and the cloud.
    """

    def __init__(self, files: Files | None, *, within_s: float = WITHIN_S) -> None:
        self._files = files
        self._within_s = within_s
        self._threads = ThreadPoolExecutor(READ_AT_ONCE, thread_name_prefix="reading")

    @property
    def is_on(self) -> bool:
        """Whether files can be read; where not, nothing is said of files."""
        return self._files is not None and self._files.is_granted

    @property
    def gives_back(self) -> bool:
        """Whether a file can be sent to a person."""
        return self._files is not None and self._files.may_write

    async def give_back(
        self, user_id: str, name: str, content: bytes, message: Mapping[str, Any]
    ) -> None:
        """Send a file in a direct message; raises what a call of Slack raises."""
        if self._files is not None:
            await self._files.send(user_id, name, content, message)

    async def read(self, targets: Targets, attached: Sequence[Attached]) -> Targets:
        """The targets, and those of the files behind them; a file that is not read is rejected.

        Raises `ListTooLong`.
        """
        deadline = asyncio.get_running_loop().time() + self._within_s
        lists = [targets, *[await self._read(it, deadline) for it in attached[:MOST_FILES]]]
        lists += [unread(it.name, Reason.FILE_ONE_TOO_MANY) for it in attached[MOST_FILES:]]
        return together(lists)

    def close(self) -> None:
        """Begin to read no file any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _read(self, file: Attached, deadline: float) -> Targets:
        if self._files is None:
            return unread(file.name, Reason.FILE_SCOPE)
        loop = asyncio.get_running_loop()
        if loop.time() >= deadline:
            return unread(file.name, Reason.FILE_NO_TIME)
        try:
            async with asyncio.timeout_at(deadline):
                fetched = await self._files.fetch(
                    file.id, address=file.address, most_bytes=MAX_BYTES
                )
        except FileNotFetched as error:
            return unread(file.name, error.why)
        except TimeoutError:
            return unread(file.name, Reason.FILE_UNREACHED)
        name = fetched.name or file.name
        try:
            async with asyncio.timeout_at(deadline):
                # What has begun goes on behind the deadline: a thread cannot be stopped.
                return await loop.run_in_executor(self._threads, read_file, fetched.content, name)
        except TimeoutError:
            return unread(name, Reason.FILE_NO_TIME)
