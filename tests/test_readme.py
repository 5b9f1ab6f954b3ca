"""What the README says is what there is."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.running_bot import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def settings_table() -> list[str]:
    """The rows that the README must hold, one for each setting."""
    return [
        f"| `{field.alias}` | {_default(field.default)} | {field.description}"
        f" | {field.examples[0]} |"
        for field in Settings.model_fields.values()
        if field.examples
    ]


def test_settings_table_lists_every_setting_as_it_is() -> None:
    table = README.split("<!-- settings -->\n")[1].split("\n\n")[0].splitlines()

    assert table[2:] == settings_table()


def test_example_environment_names_only_settings_that_exist() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    names = {line.split("=")[0] for line in lines if line and not line.startswith("#")}

    assert names <= {field.alias for field in Settings.model_fields.values()}


@pytest.mark.parametrize("name", ["run", "tests"])
def test_command_is_one_line_that_sets_up_everything(name: str) -> None:
    after = README.split(f"<!-- {name} -->\n")[1].splitlines()

    assert after[0] == "```sh"
    assert after[1].startswith("python3 -m venv .venv && .venv/bin/pip install")
    assert after[2] == "```"


def test_every_command_of_the_command_line_in_the_readme_exists() -> None:
    named = set(re.findall(r"prefetch-bot ([a-z]+)\b", README))
    shown = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, check=True
    ).stdout

    assert {name for name in named if f" {name} " not in shown} == set()


def test_every_place_on_the_map_exists() -> None:
    places = re.findall(
        r"^\| `([a-z_/.]+)` \|", README.split("## Map of the house")[1], re.MULTILINE
    )

    assert [place for place in places if not Path(ROOT, place).exists()] == []


def _default(default: object) -> str:
    if default is None:
        return "none"
    if isinstance(default, frozenset):
        return f"`{','.join(sorted(default))}`" if default else "empty"
    return f"`{default}`" if str(default) != "PydanticUndefined" else "needed"
