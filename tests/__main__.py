"""Every check in one command: format, lint, types, import contracts, tests.

`python -m tests quick` leaves out the tests that start a process or a server (the mark
`integration`, see `tests/helpers/quick_guard.py`) and runs its checks side by side. What follows
is for pytest: options, and paths of tests.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tests.helpers.quick_guard import MARKS

ROOT = Path(__file__).parent.parent
USAGE = "usage: python -m tests [quick] [options of pytest] [paths of tests]"
WRONG_USAGE = 2


@dataclass(frozen=True)
class Check:
    """One program of this Python's environment, and the name under which its result is told."""

    name: str
    command: tuple[str, ...]


STATIC = (
    Check("format", ("ruff", "format", "--check", ".")),
    Check("lint", ("ruff", "check", ".")),
    Check("types", ("mypy",)),
    Check("import contracts", ("lint-imports",)),
)
# Most tests wait for a bot to start or to poll, so six of them run at once; whoever is done takes
# from the others, so that the slow ones do not come last on one worker.
EVERYTHING = ("pytest", "-q", "-n", "6", "--dist", "worksteal")
# A quick test waits for nothing.
QUICK = (
    "pytest",
    "-q",
    "-n",
    "2",
    "--dist",
    "worksteal",
    "-m",
    " and ".join(f"not {mark}" for mark in MARKS),
)


def checks_of(arguments: Sequence[str]) -> list[Check]:
    """What `python -m tests` runs with these arguments, the tests last."""
    pytest = QUICK if _is_quick(arguments) else EVERYTHING
    return [*STATIC, Check("tests", (*pytest, *_for_pytest(arguments)))]


def main(
    arguments: Sequence[str], checks_of: Callable[[Sequence[str]], list[Check]] = checks_of
) -> int:
    """The exit code: 1 when a check failed, 2 for an argument that means nothing."""
    if unknown := unknown_words(_for_pytest(arguments)):
        print(f"neither an option nor a path: {' '.join(unknown)}\n{USAGE}", file=sys.stderr)
        return WRONG_USAGE
    run = run_at_once if _is_quick(arguments) else run_in_turn
    start = time.monotonic()
    failed = run(checks_of(arguments))
    verdict = f"failed: {', '.join(failed)}" if failed else "all checks passed"
    print(f"{verdict} ({time.monotonic() - start:.0f} s)", flush=True)
    return 1 if failed else 0


def unknown_words(arguments: Sequence[str]) -> list[str]:
    """Words that are neither options, nor the values of options, nor paths (`file.py::test`)."""
    return [
        word
        for before, word in zip(["", *arguments], arguments, strict=False)
        if not before.startswith("-") and not _is_option_or_path(word)
    ]


def run_in_turn(checks: Sequence[Check]) -> list[str]:
    """The names of the checks that failed; each check writes what it has to say at once."""
    failed = []
    for check in checks:
        print(f"== {check.name}", flush=True)
        if subprocess.run(_command(check), cwd=ROOT, check=False).returncode:
            failed.append(check.name)
    return failed


def run_at_once(checks: Sequence[Check]) -> list[str]:
    """The names of the checks that failed; what a check has to say is written at its end."""
    failed = []
    with ThreadPoolExecutor(len(checks)) as pool:
        running = {pool.submit(_captured, check): check for check in checks}
        for ended in as_completed(running):
            code, output, seconds = ended.result()
            print(f"== {running[ended].name} ({seconds:.0f} s)\n{output.rstrip()}", flush=True)
            if code:
                failed.append(running[ended].name)
    return failed


def _captured(check: Check) -> tuple[int, str, float]:
    start = time.monotonic()
    ended = subprocess.run(
        _command(check),
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    return ended.returncode, ended.stdout, time.monotonic() - start


def _command(check: Check) -> list[str]:
    return [str(Path(sys.executable).parent / check.command[0]), *check.command[1:]]


def _is_quick(arguments: Sequence[str]) -> bool:
    return arguments[:1] == ["quick"]


def _for_pytest(arguments: Sequence[str]) -> Sequence[str]:
    return arguments[1:] if _is_quick(arguments) else arguments


def _is_option_or_path(word: str) -> bool:
    return word.startswith("-") or (ROOT / word.partition("::")[0]).exists()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
