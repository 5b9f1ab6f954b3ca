"""The mark beside an SQLite file: how far the database had come when it last did something."""

import os
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG

from pydantic import BaseModel, ConfigDict, Field, ValidationError

LONGEST = 4096
OWN_ONLY = 0o600


class MarkDamaged(Exception):  # noqa: N818
    """What lies there was not written by this bot, or not wholly."""


class MarkNotWritten(OSError):  # noqa: N818
    """Without the mark nothing may go out."""


class Mark(BaseModel):
    """The database that it belongs to, and the number of steps that this one had taken."""

    model_config = ConfigDict(frozen=True, strict=True)

    identity: str = Field(min_length=1, max_length=100)
    steps: int = Field(ge=0)


class MarkFile:
    """`FILE.mark`; one process has the database, so one process writes it."""

    def __init__(self, database: Path) -> None:
        self._path = Path(f"{database}.mark")
        self._new = Path(f"{database}.mark.new")

    def read(self) -> Mark | None:
        """None when there is none; raises `MarkDamaged`, or `OSError` when it cannot be read."""
        try:
            # A pipe in its place would be waited for without the one, a link followed without
            # the other.
            file = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            if not S_ISREG(os.fstat(file).st_mode):
                raise MarkDamaged
            return Mark.model_validate_json(os.read(file, LONGEST))
        except ValidationError as error:
            raise MarkDamaged from error
        finally:
            os.close(file)

    def write(self, mark: Mark) -> None:
        """Whole or not at all, and on the disk when this returns; raises `MarkNotWritten`."""
        try:
            self._write(mark.model_dump_json())
        except OSError as error:
            message = f"{self._path} cannot be written, so nothing is sent: {error.strerror}"
            raise MarkNotWritten(message) from error

    def _write(self, content: str) -> None:
        with suppress(FileNotFoundError):
            self._new.unlink()
        file = os.open(self._new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWN_ONLY)
        try:
            os.write(file, f"{content}\n".encode())
            os.fsync(file)
        finally:
            os.close(file)
        self._new.replace(self._path)
        # The name is on the disk only when its folder is.
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
