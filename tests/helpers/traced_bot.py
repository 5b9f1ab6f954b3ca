"""A bot that tells each moment of its life in a file, and may kill itself at one of them."""

import json
import os
from pathlib import Path

from bot.__main__ import app
from bot.workflows import cards, engine, following, recovery, sending
from tests.helpers.kill_points import Moments

LIFE = "TRACED_BOT_LIFE"
"""The variable that describes this life: its log, its trace and its last moment."""


def main() -> None:
    """`run` of the bot, without what Python does at the end of a process."""
    life = json.loads(os.environ.pop(LIFE))
    log = os.open(life["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for target in (1, 2):
        os.dup2(log, target)
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


if __name__ == "__main__":
    main()
