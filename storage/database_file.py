"""The file of an SQLite database: held by one process, and watched as long as that runs."""

import fcntl
import logging
import os
import sqlite3
import stat
from contextlib import ExitStack, suppress
from pathlib import Path

log = logging.getLogger(__name__)

OWN_ONLY = 0o600
"""The files hold signed addresses, so nobody else on the machine may read them."""

BESIDE = ("", "-wal", "-shm")
"""What SQLite keeps commits in: the file, and what is not yet, or only while it runs, in it."""


LEFT_BEHIND = ("-wal", ".mark")
"""What tells that a file which is missing has been here."""


class DatabaseBusy(Exception):  # noqa: N818
    """Another process has this SQLite file; two would overrun the pacing."""


class DatabaseUnreadable(OSError):  # noqa: N818
    """SQLite cannot open the file, or the file holds something else."""


class DatabaseLost(Exception):  # noqa: N818
    """The path no longer leads to the file that is open; what is written there would be lost."""


def check_is_filled(path: Path) -> None:
    """Raise `DatabaseUnreadable` where SQLite would begin a new database instead of opening one."""
    if not path.exists():
        message = f"there is no file {path}"
        raise DatabaseUnreadable(message)
    if not _is_filled(path):
        message = f"{path} is empty, so no bot has ever run on it; is it the right file?"
        raise DatabaseUnreadable(message)


class DatabaseFile:
    """Opened by this process alone until it is closed; raises `DatabaseBusy`, `DatabaseUnreadable`.

    Two locks are taken. One is on `FILE.lock`, as earlier versions take it; it also holds the name
    when the file is replaced. The other is on the file itself, and stands whatever name leads to
    the file and whoever removes `FILE.lock`. It is a `flock`, which does not touch the `fcntl`
    locks of SQLite; but whoever opens and closes the file itself in this process drops those.
    """

    def __init__(self, name: str) -> None:
        self._path = Path(name).absolute()
        # SQLite as well keeps its two other files beside what a symbolic link leads to.
        self._real = self._path.resolve()
        self._lost = Path(f"{self._real}.lost")
        with ExitStack() as stack:
            _lock(stack, Path(f"{self._real}.lock"), shown=name)
            _refuse_to_begin_anew(self._real)
            _lock(stack, self._real, shown=name)
            self._refuse_another_file()
            self._keep_open(stack)
            self._opened = {suffix: _identity(f"{self._real}{suffix}") for suffix in BESIDE}
            self._stack = stack.pop_all()
        self._tell_who_else_may_read()

    @property
    def path(self) -> Path:
        """Without symbolic links."""
        return self._real

    def check(self) -> None:
        """Raise `DatabaseLost` unless each of the files is the one that was opened.

        It takes a few microseconds, so each commit can afford it.
        """
        for suffix, opened in self._opened.items():
            # The name as it was given: a symbolic link may have been pointed elsewhere.
            path = f"{self._real}{suffix}" if suffix else str(self._path)
            try:
                found = _identity(path)
            except OSError as error:
                message = f"DATABASE_URL: {path} is gone ({error.strerror}); {_what_to_do(path)}"
                raise DatabaseLost(message) from error
            if found != opened:
                if not suffix:
                    self._remember(opened)
                message = f"DATABASE_URL: {path} was replaced by another; {_what_to_do(path)}"
                raise DatabaseLost(message)

    def close(self) -> None:
        """Give the file up, after every other connection to it was closed."""
        self._stack.close()

    def _remember(self, opened: tuple[int, int]) -> None:
        """Keep the number of the lost file: the next start could not tell whose `-wal` is left."""
        with suppress(OSError):
            self._lost.write_text(f"{opened[1]}\n", "ascii")

    def _refuse_another_file(self) -> None:
        """SQLite would play the commits of the earlier file into this one, and spoil it."""
        try:
            lost = self._lost.read_text("ascii").strip()
        except (OSError, ValueError):
            return
        wal = Path(f"{self._real}-wal")
        if lost != str(self._real.stat().st_ino) and _is_filled(wal):
            name = self._real.name
            message = (
                f"{name} was replaced while the bot ran, and {wal.name} belongs to the earlier"
                f" file; put that one back, or go on with this one: rm {name}-wal {name}-shm"
            )
            raise DatabaseUnreadable(message)
        self._lost.unlink(missing_ok=True)

    def _keep_open(self, stack: ExitStack) -> None:
        """One connection lives as long as the process, so that SQLite itself removes no `-wal`."""
        try:
            connection = sqlite3.connect(
                self._real, isolation_level=None, check_same_thread=False, timeout=30
            )
            stack.callback(connection.close)
            # WAL is a property of the file and cannot be set inside a transaction.
            connection.execute("PRAGMA journal_mode=WAL").fetchall()
            # The two other files are made by the first one who reads.
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        except sqlite3.Error as error:
            raise DatabaseUnreadable(str(error)) from error

    def _tell_who_else_may_read(self) -> None:
        paths = [f"{self._real}{suffix}" for suffix in BESIDE]
        wide = [path for path in paths if stat.S_IMODE(os.stat(path).st_mode) & ~0o700]  # noqa: PTH116
        if wide:
            log.warning(
                "others on this machine may open the database, which holds signed addresses;"
                " close it to them: chmod 600 %s",
                " ".join(wide),
            )


def _what_to_do(path: str) -> str:
    return (
        f"nothing more is taken, for what is written now would be lost. Put {Path(path).name} back"
        " if you moved it, then start the bot again"
    )


def _refuse_to_begin_anew(path: Path) -> None:
    """A new file would empty the `-wal` of the one that is missing, and hide that it is."""
    beside = [Path(f"{path}{suffix}") for suffix in LEFT_BEHIND]
    left = [found.name for found in beside if _is_filled(found)]
    if left and not _is_filled(path):
        message = (
            f"{path.name} is missing, but {' and '.join(left)} of it is there; put it back, or"
            f" begin anew: rm {' '.join(left)}"
        )
        raise DatabaseUnreadable(message)


def _is_filled(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _lock(stack: ExitStack, path: Path, *, shown: str) -> None:
    """Open the file, new ones for the owner alone, and lock it until the stack closes."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, OWN_ONLY)
    except OSError as error:
        message = f"unable to open {path}: {error.strerror}"
        raise DatabaseUnreadable(message) from error
    stack.callback(os.close, handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        message = f"another process is using {shown}; stop it, or use PostgreSQL for several"
        raise DatabaseBusy(message) from None


def _identity(path: str) -> tuple[int, int]:
    found = os.stat(path)  # noqa: PTH116  # a Path costs more than the look itself
    return found.st_dev, found.st_ino
