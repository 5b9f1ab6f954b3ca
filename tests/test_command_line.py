"""The command as a shell sees it: what it prints and the number with which it ends."""

import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bot.manifest import manifest_for
from bot.sandbox.fakeslack import FakeSlack
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import MANIFEST, ROOT

pytestmark = pytest.mark.integration

WITHIN_S = 60.0
OURS = ("SLACK_", "HUAWEICLOUD_", "VOD_", "PREFETCH_", "DATABASE_", "HEALTH_", "PORT")
HEAVY = (
    "slack_bolt",
    "slack_sdk",
    "dbos",
    "sqlmodel",
    "sqlalchemy",
    "httpx",
    "aiohttp",
    "pydantic",
)
NOBODY_LISTENS = "http://127.0.0.1:9"

COMPLETE = {
    "SLACK_BOT_TOKEN": "xoxb-geheim",
    "SLACK_APP_TOKEN": "xapp-geheim",
    "SLACK_API_URL": f"{NOBODY_LISTENS}/api/",
    "VOD_ENDPOINT": NOBODY_LISTENS,
    "HUAWEICLOUD_SDK_PROJECT_ID": "0" * 32,
    "HUAWEICLOUD_SDK_AK": "AK",
    "HUAWEICLOUD_SDK_SK": "geheim",
    "HEALTH_PORT": "0",
}

LOGGED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    output: str
    errors: str

    @property
    def said(self) -> list[str]:
        """The lines for people, without the log."""
        assert "Traceback" not in self.errors, self.errors
        assert "geheim" not in self.errors + self.output
        return [line for line in self.errors.splitlines() if not LOGGED.match(line)]


class Shell:
    """A folder of its own, and none of the developer's settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def python(self, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
        inherited = {name: it for name, it in os.environ.items() if not name.startswith(OURS)}
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=self.folder,
            env={**inherited, "PYTHONPATH": str(ROOT), **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def bot(self, *arguments: str, **environment: str) -> Ended:
        process = await self.python("-m", "bot", *arguments, **environment)
        return await ended(process)


async def ended(process: asyncio.subprocess.Process) -> Ended:
    try:
        output, errors = await asyncio.wait_for(process.communicate(), WITHIN_S)
    except TimeoutError:
        process.kill()
        await process.communicate()
        raise
    return Ended(process.returncode or 0, output.decode(), errors.decode())


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def taken_port() -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("", 0))
        listening.listen()
        yield str(listening.getsockname()[1])


async def test_help_lists_the_commands(shell: Shell) -> None:
    found = await shell.bot("--help")

    assert found.code == 0
    for command in ("run", "demo", "migrate"):
        assert command in found.output


async def test_version_is_that_of_the_project(shell: Shell) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    found = await shell.bot("--version")

    assert (found.code, found.output.strip()) == (0, project["version"])


async def test_no_command_shows_help_as_wrong_usage(shell: Shell) -> None:
    found = await shell.bot()

    assert found.code == 2
    assert "Usage" in found.output + found.errors


@pytest.mark.parametrize(
    "arguments", [("--nope",), ("run", "--nope"), ("nope",), ("run", "more"), ("demo", "--fault")]
)
async def test_wrong_usage_ends_with_2(shell: Shell, arguments: tuple[str, ...]) -> None:
    found = await shell.bot(*arguments)

    assert found.code == 2
    assert "Error" in found.errors
    assert found.output == ""


async def test_help_pays_for_no_heavy_import(shell: Shell) -> None:
    code = "import bot.__main__, json, sys; print(json.dumps(sorted(sys.modules)))"

    found = await ended(await shell.python("-c", code))

    roots = {name.partition(".")[0] for name in json.loads(found.output)}
    assert "typer" in roots
    assert roots.isdisjoint(HEAVY)


async def test_run_with_nothing_set_names_what_is_needed(shell: Shell) -> None:
    found = await shell.bot("run")

    assert found.code == 2
    assert [line.split()[0] for line in found.said] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "VOD_REGION",
        "HUAWEICLOUD_SDK_AK",
        "Settings",
    ]
    assert ".env.example" in found.said[-1]


async def test_run_takes_its_settings_from_a_file(shell: Shell) -> None:
    lines = [f"{name}={value}" for name, value in COMPLETE.items()]
    (shell.folder / ".env").write_text("\n".join(lines), "utf-8")

    found = await shell.bot("run")

    assert found.code == 3
    assert found.said[0].startswith("Slack cannot be reached")


async def test_unreachable_slack_ends_with_3(shell: Shell) -> None:
    found = await shell.bot("run", **COMPLETE)

    assert found.code == 3
    (line,) = found.said
    assert line.startswith(f"Slack cannot be reached at {NOBODY_LISTENS}/api")


@pytest.mark.parametrize("variable", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
async def test_token_that_slack_refuses_is_named(shell: Shell, variable: str) -> None:
    async with FakeSlack(MANIFEST) as slack:
        right = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
        }
        wrong = COMPLETE[variable]

        found = await shell.bot("run", **{**COMPLETE, **right, variable: wrong})

    assert found.code == 2
    line, _ = found.said
    assert line.startswith(f"{variable} is refused by Slack (invalid_auth)")


UNUSABLE = {
    "no folder": "sqlite:///none/prefetch.db",
    "below a file": "sqlite:///a-file/prefetch.db",
    "a folder": "sqlite:///a-folder.db",
    "not a database": "sqlite:///words.db",
    # Root may write wherever there is a file system that takes files; this one takes none.
    "not writable": "sqlite:////proc/prefetch.db",
}


@pytest.mark.parametrize(
    ("command", "name"),
    [*(("migrate", name) for name in UNUSABLE), ("run", "no folder"), ("run", "not a database")],
)
async def test_unusable_database_is_named_in_one_line(
    shell: Shell, command: str, name: str
) -> None:
    (shell.folder / "a-folder.db").mkdir()
    (shell.folder / "a-file").touch()
    (shell.folder / "words.db").write_text("no database at all, only words" * 100, "utf-8")

    found = await shell.bot(command, **{**COMPLETE, "DATABASE_URL": UNUSABLE[name]})

    assert found.code == 3
    (line,) = found.said
    assert line.startswith("DATABASE_URL: ")


@pytest.mark.parametrize("command", ["run", "migrate"])
async def test_unreachable_database_server_is_named_in_one_line(shell: Shell, command: str) -> None:
    url = "postgresql://bot:geheim@127.0.0.1:9/prefetch"

    found = await shell.bot(command, **{**COMPLETE, "DATABASE_URL": url})

    assert found.code == 3
    (line,) = found.said
    assert line.startswith("DATABASE_URL: ")
    assert "refused" in line


@pytest.mark.parametrize("command", ["run", "migrate"])
async def test_database_of_a_later_version_is_left_alone(shell: Shell, command: str) -> None:
    await shell.bot("migrate", **COMPLETE)
    with closing(sqlite3.connect(shell.folder / "prefetch.db")) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()

    found = await shell.bot(command, **COMPLETE)

    assert found.code == 3
    (line,) = found.said
    assert "not one that this version knows" in line


@pytest.mark.parametrize("command", ["run", "migrate"])
async def test_database_of_another_kind_is_a_wrong_setting(shell: Shell, command: str) -> None:
    found = await shell.bot(command, **{**COMPLETE, "DATABASE_URL": "mysql://h/d"})

    assert found.code == 2
    assert found.said[0].startswith("DATABASE_URL is wrong")


@pytest.mark.parametrize(
    "variable", ["SLACK_API_URL", "VOD_ENDPOINT", "HUAWEICLOUD_SDK_IAM_ENDPOINT"]
)
async def test_address_with_a_password_is_refused_by_name_alone(
    shell: Shell, variable: str
) -> None:
    found = await shell.bot("run", **{**COMPLETE, variable: "http://bot:geheim@127.0.0.1:9/api"})

    assert found.code == 2
    assert found.said[0].startswith(f"{variable} is wrong (holds a user or a password")


async def test_migrating_twice_changes_nothing_the_second_time(shell: Shell) -> None:
    first = await shell.bot("migrate")
    second = await shell.bot("migrate")

    assert (first.code, second.code) == (0, 0)
    assert first.output == second.output
    assert re.fullmatch(r"schema is at revision \w+\n", first.output)


async def test_postgresql_is_migrated_by_the_same_command(
    shell: Shell, postgresql_url: str
) -> None:
    before = await shell.bot("run", **{**COMPLETE, "DATABASE_URL": postgresql_url})
    migration = await shell.bot("migrate", DATABASE_URL=postgresql_url)

    assert before.code == 3
    assert "run `prefetch-bot migrate` first" in before.said[-1]
    assert migration.code == 0
    assert re.fullmatch(r"schema is at revision \w+\n", migration.output)


async def test_manifest_for_sockets_is_printed_as_it_is_shipped(shell: Shell) -> None:
    found = await shell.bot("manifest")

    assert (found.code, yaml.safe_load(found.output)) == (0, MANIFEST)


async def test_manifest_for_http_is_printed_with_the_command_of_the_settings(shell: Shell) -> None:
    found = await shell.bot("manifest", "--http", "https://b.example.com", PREFETCH_COMMAND="/cdn")

    assert found.code == 0
    assert yaml.safe_load(found.output) == manifest_for(
        MANIFEST, command="/cdn", address="https://b.example.com"
    )


@pytest.mark.parametrize(
    ("address", "command", "said"),
    [
        ("http://b.example.com", "/cdn", "--http http://b.example.com: it has to be"),
        ("https://b.example.com/slack/events", "/cdn", "without path or query"),
        ("https://b.example.com", "cdn", "PREFETCH_COMMAND is wrong"),
    ],
)
async def test_manifest_that_slack_would_refuse_is_not_printed(
    shell: Shell, address: str, command: str, said: str
) -> None:
    found = await shell.bot("manifest", "--http", address, PREFETCH_COMMAND=command)

    assert (found.code, found.output) == (2, "")
    assert said in found.errors


@pytest.mark.parametrize("variable", ["HEALTH_PORT", "PORT"])
async def test_taken_port_is_named_with_its_setting(
    shell: Shell, taken_port: str, variable: str
) -> None:
    async with FakeSlack(MANIFEST) as slack:
        environment = {
            **COMPLETE,
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            variable: taken_port,
        }
        del environment["SLACK_APP_TOKEN"]
        found = await shell.bot("run", **environment)

    assert found.code == 2
    (line,) = found.said
    assert line.startswith(f"{variable}: port {taken_port} cannot be listened on")


async def test_sigterm_ends_a_running_bot_with_0(tmp_path: Path) -> None:
    async with Stage(MANIFEST, database=tmp_path / "prefetch.db") as stage:
        await stage.start_bot()

        code = await stage.bot.stop()

    assert code == 0
    assert "Traceback" not in "\n".join(stage.bot.log)


async def test_ctrl_c_ends_a_running_bot_with_0(shell: Shell) -> None:
    async with Stage(MANIFEST) as stage:
        environment = stage.environment(shell.folder / "prefetch.db")
        process = await shell.python("-m", "bot", "run", **environment)
        await stage.slack.connected()

        process.send_signal(signal.SIGINT)
        found = await ended(process)

    assert found.code == 0
    assert found.said == []


async def test_restoration_of_a_database_that_no_bot_has_used_is_refused(
    shell: Shell, postgresql_url: str
) -> None:
    """An operator with a typing error in it would believe the real one to be held."""
    missing = await shell.bot("restored", DATABASE_URL="sqlite:///prefech.db")
    empty = await shell.bot("restored", DATABASE_URL=postgresql_url)
    (shell.folder / "empty.db").touch()
    empty_file = await shell.bot("restored", DATABASE_URL="sqlite:///empty.db")
    (shell.folder / "empty.db").unlink()

    assert missing.code == empty.code == empty_file.code == 3
    assert missing.said == ["DATABASE_URL: there is no file prefech.db"]
    assert empty.said == ["DATABASE_URL: no bot has run on this database; is it the right one?"]
    assert empty_file.said == [
        "DATABASE_URL: empty.db is empty, so no bot has ever run on it; is it the right file?"
    ]
    assert list(shell.folder.iterdir()) == []


async def test_second_bot_on_the_same_file_is_refused(shell: Shell) -> None:
    database = shell.folder / "prefetch.db"
    async with Stage(MANIFEST, database=database) as stage:
        await stage.start_bot()

        second = await shell.bot("run", **stage.environment(database))
        migration = await shell.bot("migrate", DATABASE_URL=f"sqlite:///{database}")

    for found in (second, migration):
        assert found.code == 3
        (line,) = found.said
        assert f"another process is using {database}" in line


async def test_faults_of_the_demo_are_listed(shell: Shell) -> None:
    found = await shell.bot("demo", "--faults")

    assert found.code == 0
    listed = [line.split()[0] for line in found.output.splitlines()]
    assert {"vod-500", "vod-timeout", "vod-429", "quota-exhausted", "slack-429"} <= set(listed)
    assert {"VOD.10110", "APIGW.0308", "IAM.0061", "APIGW.0201-502"} <= set(listed)
    assert all(len(line.split()) > 2 for line in found.output.splitlines())


async def test_empty_text_is_typed_as_the_command_alone(shell: Shell) -> None:
    found = await shell.bot("demo", "--headless", "")

    assert found.code == 0
    assert "  /prefetch\n" in found.output
    assert found.output.endswith("The cloud took 0 calls and counts 0 files.\n")


async def test_unknown_fault_is_named(shell: Shell) -> None:
    found = await shell.bot("demo", "--headless", "--fault", "vod-nope", "x")

    assert found.code == 2
    (line,) = found.said
    assert line == "--fault vod-nope: there is none of this name; --faults lists them"
