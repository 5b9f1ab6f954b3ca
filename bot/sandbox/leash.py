"""Runs a module that ends, as by a supervisor's SIGTERM, once whoever started it is gone."""

import os
import runpy
import signal
import sys
import threading

STANDARD_INPUT = 0


def main() -> None:
    """`python -m bot.sandbox.leash MODULE ARGUMENT...`, with a pipe as standard input."""
    threading.Thread(target=_end_with_the_pipe, daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _end_with_the_pipe() -> None:
    # os.read holds no lock of a stream, which a daemon thread could not give back at the exit.
    while os.read(STANDARD_INPUT, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
