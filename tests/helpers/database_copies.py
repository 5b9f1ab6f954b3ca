"""Copying the bot's database and putting the copy back, by the very commands of the README."""

import asyncio
import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import make_url

from bot.sandbox.stage import Stage
from tests.helpers.postgresql import INSTALLATION, WHEEL
from tests.helpers.running_bot import ROOT

README = (ROOT / "README.md").read_text("utf-8")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Keeper:
    """Someone in the folder of the installation who has read the README."""

    stage: Stage
    folder: Path

    async def back_up(self) -> None:
        await self._follow("back up")

    async def restore(self) -> str:
        """What the commands have printed."""
        return await self._follow("restore")

    async def _follow(self, name: str) -> str:
        kind = make_url(self.stage.database_url).get_backend_name()
        commands = _commands(f"{name} {NAMES[kind]}")
        if not (self.folder / ".venv").exists():
            (self.folder / ".venv").symlink_to(sys.prefix)
        process = await asyncio.create_subprocess_exec(
            "/bin/sh",
            "-e",
            "-c",
            commands,
            cwd=self.folder,
            env={
                **os.environ,
                "PATH": f"{_programs_of_postgresql()}:{os.environ['PATH']}",
                "DATABASE_URL": self.stage.database_url,
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
        return said.decode()


def _commands(name: str) -> str:
    return README.split(f"<!-- {name} -->\n```sh\n")[1].split("```")[0]


def _programs_of_postgresql() -> Path:
    found = find_spec(WHEEL)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parents[1] / INSTALLATION / "bin"
