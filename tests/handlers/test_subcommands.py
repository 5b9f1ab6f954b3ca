"""Each subcommand of the slash command is told to people wherever they look for it."""

import re
from typing import get_args

import pytest
import yaml

from bot.reading.commands import COMMANDS, OF_REQUEST, Command
from bot.settings import Settings
from bot.words.english import ENGLISH
from handlers.commands import ACTS, ANSWERS
from tests.helpers.running_bot import ROOT

COMMAND: str = Settings.model_fields["command"].default
SUBCOMMANDS = [word for word in COMMANDS if word.isalpha()]
"""Without the signs that mean the same as a word, such as `?`."""

OF_A_REQUEST = "(?: R-7F3K2)?"
"""What some of them need behind their word."""


def test_every_command_that_is_read_has_an_answer() -> None:
    assert set(ANSWERS) == set(get_args(Command))
    assert set(ACTS) == set(OF_REQUEST)


@pytest.mark.parametrize("subcommand", SUBCOMMANDS)
def test_help_has_a_line_for_each_subcommand(subcommand: str) -> None:
    lines = ENGLISH.answers.usage(COMMAND)

    assert any(re.match(rf"`{COMMAND} {subcommand}{OF_A_REQUEST}`", line) for line in lines)


@pytest.mark.parametrize("subcommand", SUBCOMMANDS)
def test_hint_of_the_manifest_names_each_subcommand(subcommand: str) -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    (command,) = manifest["features"]["slash_commands"]

    assert subcommand in command["usage_hint"].split(" | ")


@pytest.mark.parametrize("subcommand", SUBCOMMANDS)
def test_table_of_the_readme_names_each_subcommand(subcommand: str) -> None:
    rows = [
        line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line[:1] == "|"
    ]

    assert any(re.search(f"`(?:{COMMAND} )?{subcommand}{OF_A_REQUEST}`", row) for row in rows)
