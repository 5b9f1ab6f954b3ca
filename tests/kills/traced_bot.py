"""Bears one bot after the other, each of which tells its moments and may die at one of them."""

import json
import os
import select
import signal
import sys
from pathlib import Path
from typing import Any

from bot.__main__ import app
from bot.workflows import cards, engine, following, recovery, sending
from tests.fork_server import load
from tests.kills.moments import Moments


def main() -> None:
    """Each line of standard input is a life to begin; it ends with the one who writes them."""
    load()
    while line := sys.stdin.buffer.readline():
        life = json.loads(line)
        child = os.fork()
        if child == 0:
            _live(life)
        _tell(child)
        _watch_over(child)
        _, status = os.waitpid(child, 0)
        _tell(os.waitstatus_to_exitcode(status))


def _watch_over(child: int) -> None:
    """Return when the child has died; nobody may be left alive when the parent's reader is gone."""
    death = os.pidfd_open(child)
    try:
        ready, _, _ = select.select([death, 0], [], [])
        if death not in ready:
            os.kill(child, signal.SIGKILL)
    finally:
        os.close(death)


def _live(life: dict[str, Any]) -> None:
    log = os.open(life["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ.update(life["environment"])
    _hurry(life["silent_s"])
    moments = Moments(Path(life["trace"]), life["last"], of_any=life["of_any"])
    moments.watch()
    try:
        app(["run"])
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    finally:
        os._exit(1)


def _hurry(silent_s: float) -> None:
    """The same work in less time: a hundred bots live one after the other."""
    cards.EDIT_EVERY_S = cards.RETRY_S = 0.1
    sending.LOOK_AGAIN_S = following.LOOK_AGAIN_S = 0.1
    engine.POLLING_S = 0.1
    recovery.SILENT_S = silent_s
    recovery.BEAT_S = 0.1


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
