"""Nothing outside of bot/words says something to people in Slack: the other sentences are listed.

A sentence is a string with two words that a blank parts. Docstrings, what goes into the log, what
an exception says to developers, SQL and regular expressions are none.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEAKS_IN_SLACK = "bot/words/"

COMMAND_LINE = "for who starts the bot: the command line, and how it ends"
READYZ = "for who runs the bot: /readyz and the log"
CALLERS = "for whoever sends HTTP requests to the bot, and for the log"
NAMES = "names of events, which nobody is shown"

ELSEWHERE = {
    "bot/__main__.py": COMMAND_LINE,
    "bot/app/": COMMAND_LINE,
    "bot/database_commands.py": COMMAND_LINE,
    "bot/setting_groups.py": COMMAND_LINE,
    "bot/setting_kinds.py": COMMAND_LINE,
    "bot/settings.py": COMMAND_LINE,
    "bot/workflows/restoring.py": COMMAND_LINE,
    "storage/database.py": COMMAND_LINE,
    "storage/database_file.py": COMMAND_LINE,
    "storage/schema.py": COMMAND_LINE,
    "bot/readiness.py": READYZ,
    "bot/slack/listening.py": READYZ,
    "bot/slack/opening.py": READYZ,
    "bot/workflows/heartbeat.py": READYZ,
    "bot/workflows/recovery.py": READYZ,
    "bot/serving.py": CALLERS,
    "bot/slack/door.py": CALLERS,
    "bot/rules/lifecycle.py": NAMES,
    "bot/slack/troubles.py": NAMES,
    "bot/workflows/engine.py": NAMES,
    "bot/vod/": "what the client says of an error, beside the cloud's own words: `CloudError`",
    "bot/sandbox/": "the stand-ins are not the bot",
    "storage/migrations/": "sentences that earlier versions have stored",
}
"""Modules and folders that hold other sentences, and for whom those are."""

TWO_WORDS = re.compile(r"[^\W\d_]{2,}[.,;:]? [^\W\d_]{2,}")
SQL = re.compile(r"\s*(?:SELECT|SET|WHERE|VACUUM) |\w+ >= 0 AND ")
NOT_FOR_PEOPLE = {"log", "re", "text"}
"""Names whose calls take messages of the log, regular expressions and SQL."""


def modules() -> Iterator[str]:
    for root in ("bot", "handlers", "storage"):
        yield from (path.relative_to(ROOT).as_posix() for path in (ROOT / root).rglob("*.py"))


def place_of(module: str) -> str | None:
    """The line of `ELSEWHERE` that a module falls under."""
    places = (place for place in ELSEWHERE if module == place or module.startswith(place))
    return next(places, None)


def sentences(source: str) -> list[str]:
    """The string literals of a module that read like sentences for people."""
    tree = ast.parse(source)
    passed = {id(part) for node in ast.walk(tree) if _is_passed(node) for part in ast.walk(node)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in passed
        and TWO_WORDS.search(node.value)
        and not SQL.match(node.value)
    ]


def _is_passed(node: ast.AST) -> bool:
    """Whether no string in it is for people: a docstring, a line of the log, an exception."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Raise():
            return True
        case ast.Assign(targets=[ast.Name(id="message")]):
            # Handed to the exception that is raised in the next statement.
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name)) | ast.Name(id=name)):
            return name in NOT_FOR_PEOPLE
    return False


@pytest.mark.parametrize("module", [*modules()])
def test_module_says_nothing_to_people_in_slack(module: str) -> None:
    if module.startswith(SPEAKS_IN_SLACK) or place_of(module):
        return

    assert sentences((ROOT / module).read_text("utf-8")) == []


@pytest.mark.parametrize("place", ELSEWHERE)
def test_listed_place_still_holds_sentences(place: str) -> None:
    paths = [ROOT / module for module in modules() if place_of(module) == place]

    assert any(sentences(path.read_text("utf-8")) for path in paths)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('answer = "Nothing was sent."', ["Nothing was sent."]),
        ('answer = f"Nothing was sent to {place}."', ["Nothing was sent to "]),
        ('return_value = Block("try again")', ["try again"]),
        ('log.info("nothing was sent")', []),
        ('raise ValueError("nothing was sent")', []),
        ('def f() -> None:\n    """Nothing was sent."""', []),
        ('message = "nothing was sent"\nraise ValueError(message)', []),
        ('status = "not_sent"', []),
    ],
)
def test_sentence_for_people_is_recognised(source: str, found: list[str]) -> None:
    assert sentences(source) == found
