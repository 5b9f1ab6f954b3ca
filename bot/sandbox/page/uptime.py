"""How long this process has been running."""

import os
import time
from pathlib import Path

STAT = Path("/proc/self/stat")
START_FIELD = 19
"""Of those that follow the name in parentheses; in clock ticks since the machine started."""

_IMPORTED = time.monotonic()


def seconds_since_start() -> float:
    """Where there is no /proc: since this module was imported."""
    if not STAT.exists():
        return time.monotonic() - _IMPORTED
    ticks = int(STAT.read_text().rpartition(")")[2].split()[START_FIELD])
    started = ticks / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started
