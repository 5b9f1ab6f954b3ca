"""Every check in one command: format, lint, types, import contracts, tests."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
CHECKS = (
    ("format", ("ruff", "format", "--check", ".")),
    ("lint", ("ruff", "check", ".")),
    ("types", ("mypy",)),
    ("import contracts", ("lint-imports",)),
    # Most tests wait for a bot to start or to poll, so four of them run at once; whoever is done
    # takes from the others, so that the slow ones do not come last on one worker.
    ("tests", ("pytest", "-q", "-n", "4", "--dist", "worksteal", *sys.argv[1:])),
)


def main() -> int:
    """Run every check, and fail if one of them did; arguments go to pytest."""
    failed = [name for name, command in CHECKS if not _passes(name, command)]
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed", flush=True)
    return 1 if failed else 0


def _passes(name: str, command: tuple[str, ...]) -> bool:
    print(f"== {name}", flush=True)
    program = Path(sys.executable).parent / command[0]
    return subprocess.run([program, *command[1:]], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
