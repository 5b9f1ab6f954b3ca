"""What the wheel holds: all that the bot reads at run time, and nothing that it does not read."""

import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]
BUILD = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
PACKAGES: list[str] = BUILD["targets"]["wheel"]["packages"]
PICTURES = ROOT / "bot" / "sandbox" / "page" / "pictures"
READ_AT_RUN_TIME = {".py", ".js", ".css", ".html", ".svg"}
LARGEST = 800_000
"""Bytes; the wheel had 615,000 without the pictures of the README, which add 480,000."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return Path(built)


def names_in(wheel: Path) -> set[str]:
    """The files of the product in the wheel, without the metadata that the builder adds."""
    with ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_wheel_holds_every_file_that_the_bot_reads(wheel: Path) -> None:
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*")]
    read = {path for path in paths if path.suffix in READ_AT_RUN_TIME}

    missing = {path.relative_to(ROOT).as_posix() for path in read} - names_in(wheel)

    assert missing == set()
    assert "bot/manifest.yml" in names_in(wheel)


def test_wheel_holds_nothing_that_the_bot_does_not_read(wheel: Path) -> None:
    unread = {
        name
        for name in names_in(wheel)
        if Path(name).suffix not in READ_AT_RUN_TIME and name != "bot/manifest.yml"
    }

    assert unread == set()


def test_pictures_of_the_readme_are_in_the_repository_alone(wheel: Path) -> None:
    shown = {path.relative_to(ROOT).as_posix() for path in PICTURES.glob("*.png")}

    assert shown
    assert not shown & names_in(wheel)
    assert wheel.stat().st_size < LARGEST
