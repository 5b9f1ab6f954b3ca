"""Each import contract of pyproject.toml breaks when the import that it forbids is added."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import grimp
import pytest

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
PACKAGES: list[str] = SETTINGS["root_packages"]
NAMES: list[str] = [contract["name"] for contract in SETTINGS["contracts"]]

LAYERS = "Each module of bot stands in one layer and imports only the layers below it"
PLACES = "Handlers and storage keep their places between the layers of bot"
PURE = "Rules, reading, words and blocks do no I/O"
DBOS = "DBOS is imported by the workflows alone"
SQL = "SQL is known to storage and to what stores by it"
CLOUD = "The cloud client is used where it is put together, watched and called"
FETCHING = "Customers' addresses are looked at by the service and beside its modals alone"
SANDBOX = "The sandbox is used by the command line alone"
WHOLE = "Handlers and settings are used where the bot is put together"
READING = "Reading is used through commands, lists, messages, playlists and files"

FORBIDDEN: dict[str, tuple[tuple[str, str], ...]] = {
    LAYERS: (
        ("bot.rules.plan", "bot.blocks"),
        ("bot.rules.plan", "bot.words"),
        ("bot.words.language", "bot.blocks"),
        ("bot.rules.plan", "bot.reading.lists"),
        ("bot.reading.lists", "bot.blocks"),
        ("bot.blocks.home", "bot.slack"),
        ("bot.slack.door", "bot.workflows"),
        ("bot.slack.announcer", "bot.service"),
        ("bot.workflows.cards", "bot.service"),
        ("bot.service.deciding", "bot.workflows"),
        ("bot.workflows.engine", "bot.app"),
        ("bot.readiness", "bot.settings"),
        ("bot.vod.client", "bot.rules"),
        ("bot.vod.tokens", "bot.settings"),
        ("bot.vod.tokens", "bot.sandbox"),
        ("bot.fetching.fetcher", "bot.reading.lists"),
        ("bot.fetching.fetcher", "bot.slack"),
        ("bot.reading.lists", "bot.fetching"),
        ("bot.sandbox.play", "bot.rules"),
        ("bot.sandbox.stage", "bot.blocks"),
        ("bot.app.running", "bot.__main__"),
    ),
    PLACES: (
        ("storage.schema", "handlers"),
        ("storage.schema", "bot.service"),
        ("storage.schema", "bot.workflows"),
        ("storage.schema", "bot.slack"),
        ("bot.slack.waiting", "storage"),
        ("bot.service.deciding", "handlers"),
        ("bot.blocks.ids", "storage"),
        ("bot.rules.quota", "storage"),
        ("bot.vod.client", "storage"),
        ("bot.fetching.fetcher", "storage"),
        ("bot.sandbox.play", "storage"),
        ("handlers.home", "bot.app"),
        ("handlers.home", "bot.readiness"),
    ),
    PURE: (
        ("bot.rules.plan", "os"),
        ("bot.rules.plan", "sqlmodel"),
        ("bot.words.grammar", "os"),
        ("bot.reading.messages", "slack_sdk"),
        ("bot.blocks.text", "asyncio"),
        ("bot.words.grammar", "httpcore"),
        ("bot.blocks.text", "slack_sdk"),
    ),
    DBOS: (
        ("bot.service.deciding", "dbos"),
        ("bot.app.running", "dbos"),
        ("bot.__main__", "dbos"),
        ("bot.readiness", "dbos"),
        ("bot.slack.door", "dbos"),
        ("bot.sandbox.play", "dbos"),
        ("handlers.home", "dbos"),
        ("storage.database", "dbos"),
        ("bot.unheard_of", "dbos"),
    ),
    SQL: (
        ("handlers.home", "storage"),
        ("handlers.home", "sqlmodel"),
        ("bot.slack.door", "storage"),
        ("bot.blocks.text", "sqlalchemy"),
        ("bot.health", "storage"),
        ("bot.unheard_of", "storage"),
    ),
    CLOUD: (
        ("handlers.home", "bot.vod"),
        ("bot.service.deciding", "bot.vod"),
        ("bot.blocks.text", "bot.vod"),
        ("storage.database", "bot.vod"),
        ("bot.unheard_of", "bot.vod"),
    ),
    FETCHING: (
        ("handlers.home", "bot.fetching"),
        ("bot.workflows.sending", "bot.fetching"),
        ("bot.slack.door", "bot.fetching"),
        ("storage.database", "bot.fetching"),
        ("bot.unheard_of", "bot.fetching"),
    ),
    SANDBOX: (
        ("bot.app.running", "bot.sandbox"),
        ("bot.service.deciding", "bot.sandbox"),
        ("bot.unheard_of", "bot.sandbox"),
        ("handlers.home", "bot.sandbox"),
        ("storage.database", "bot.sandbox"),
    ),
    WHOLE: (
        ("bot.service.deciding", "bot.settings"),
        ("bot.workflows.engine", "handlers"),
        ("bot.slack.door", "handlers"),
        ("storage.database", "bot.settings"),
        ("bot.unheard_of", "handlers"),
    ),
    READING: (
        ("handlers.views", "bot.reading.targets"),
        ("handlers.commands", "bot.reading.shapes.lines"),
        ("bot.blocks.text", "bot.reading.characters"),
        ("bot.service.deciding", "bot.reading"),
        ("bot.unheard_of", "bot.reading.references"),
    ),
}
"""For each contract: who imports what, although the contract forbids the import."""

PURE_PACKAGES = ("bot.blocks", "bot.words", "bot.reading", "bot.rules")
WITHOUT_IO = {
    "babel",
    "codecs",
    "collections",
    "csv",
    "dataclasses",
    "datetime",
    "defusedxml",
    "difflib",
    "enum",
    "fnmatch",
    "functools",
    "hashlib",
    "html",
    "io",
    "ipaddress",
    "itertools",
    "json",
    "openpyxl",
    "operator",
    "re",
    "string",
    "typing",
    "unicodedata",
    "xml",
    "zipfile",
    "zlib",
    "zoneinfo",
}
"""Modules of others that the pure packages may import: these only compute.

Babel reads its own tables of a language once. `zipfile` and `openpyxl` are given the bytes of a
file that lies in memory.
"""


@pytest.fixture(scope="module")
def product() -> grimp.ImportGraph:
    """Who imports what in the product, and what of others the product imports."""
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the product that a test may spoil."""
    ignored = shutil.ignore_patterns("__pycache__", "static", "pictures")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def file_of(tree: Path, module: str) -> Path:
    """The file of a module, which is a package's `__init__.py` where the module is a package."""
    path = tree.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def add_imports(tree: Path, imports: Iterable[tuple[str, str]]) -> None:
    for importer, imported in imports:
        with file_of(tree, importer).open("a", encoding="utf-8") as file:
            file.write(f"\nimport {imported}\n")


def broken_contracts(tree: Path) -> tuple[set[str], str]:
    """The names of the contracts that lint-imports finds broken in the tree, and its report."""
    program = Path(sys.executable).parent / "lint-imports"
    ended = subprocess.run(
        [program, "--no-cache"],
        cwd=tree,
        # A narrow report would break its lines in two.
        env={**os.environ, "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )
    broken = {name for name in NAMES if f"{name} BROKEN" in ended.stdout}
    assert ended.returncode == (1 if broken else 0), ended.stdout + ended.stderr
    return broken, ended.stdout


def impure_imports(graph: grimp.ImportGraph) -> set[tuple[str, str]]:
    """What the pure packages import from outside of them that may do more than compute."""
    packages = [package for package in PURE_PACKAGES if package in graph.modules]
    modules = {module for name in packages for module in {name, *graph.find_descendants(name)}}
    return {
        (module, imported)
        for module in modules
        for imported in graph.find_modules_directly_imported_by(module)
        if imported not in modules | WITHOUT_IO
    }


def test_every_contract_is_shown_to_break() -> None:
    assert set(FORBIDDEN) == set(NAMES)


def test_every_package_of_the_product_is_looked_at() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/*.py") if path.parent.name[0] != "."}

    assert folders - {"tests"} == set(PACKAGES)
    assert list(ROOT.glob("*.py")) == []


def named_modules(contract: dict[str, Any]) -> set[str]:
    """Every module that a contract names, by its full name."""
    inside = "".join(f"{container}." for container in contract.get("containers", ()))
    layers = {
        inside + name.strip("( )") for it in contract.get("layers", ()) for name in it.split("|")
    }
    lists = ("source_modules", "forbidden_modules", "protected_modules", "allowed_importers")
    return layers.union(*(contract.get(key, ()) for key in lists))


@pytest.mark.parametrize("contract", SETTINGS["contracts"], ids=lambda contract: contract["name"])
def test_contract_names_only_modules_that_are_there(
    contract: dict[str, Any], product: grimp.ImportGraph
) -> None:
    """A name that is out of date would allow, one day, what nobody has thought of."""
    assert named_modules(contract) - product.modules == set()


@pytest.mark.integration
@pytest.mark.parametrize("name", FORBIDDEN)
def test_contract_breaks_at_each_import_that_it_forbids(tree: Path, name: str) -> None:
    add_imports(tree, FORBIDDEN[name])

    broken, report = broken_contracts(tree)

    assert name in broken
    missed = [each for each in FORBIDDEN[name] if f"{each[0]} -> {each[1]} " not in report]
    assert missed == []


@pytest.mark.integration
def test_module_outside_every_layer_breaks_the_contract(tree: Path) -> None:
    file_of(tree, "bot.unheard_of").write_text('"""A module of no layer."""\n', encoding="utf-8")

    broken, report = broken_contracts(tree)

    assert broken == {LAYERS}
    assert "unheard_of" in report


def test_pure_packages_import_only_what_does_no_io(product: grimp.ImportGraph) -> None:
    assert impure_imports(product) == set()


@pytest.mark.parametrize("imported", ["socket", "time", "random", "urllib", "bot.settings"])
def test_import_of_a_pure_package_that_is_not_known_as_pure_is_found(
    imported: str, product: grimp.ImportGraph
) -> None:
    graph = deepcopy(product)

    graph.add_import(importer="bot.rules.plan", imported=imported)

    assert impure_imports(graph) == {("bot.rules.plan", imported)}
