"""Whatever fails at random, alone or together, every promise holds after it."""

import os
import time
from pathlib import Path
from random import Random

import pytest

from tests.helpers.kill_checks import ANSWER_KEPT, MARKER, PLACE_KEPT, POST, check_truth
from tests.helpers.kill_runs import CALL
from tests.helpers.killed_bots import lives_on
from tests.helpers.random_faults import SLACK, Round

pytestmark = pytest.mark.integration

SOAK_S = float(os.environ.get("SOAK_S", "3"))
CRITICAL = [POST, PLACE_KEPT, MARKER, ANSWER_KEPT[0], f"after {CALL}"]


async def test_whatever_fails_at_random_every_promise_holds_after_it(
    database_url: str, tmp_path: Path
) -> None:
    seed = os.environ.get("SOAK_SEED") or os.urandom(4).hex()
    lot = Random(seed)  # noqa: S311  # draws troubles, guards nothing
    over_at, number = time.monotonic() + SOAK_S, 0
    # Shown when the test fails; SOAK_SEED draws the same troubles again.
    print(f"SOAK_SEED={seed}")
    async with lives_on(database_url, tmp_path) as lives:
        while not number or time.monotonic() < over_at:
            number += 1
            told = {reached.moment for life in lives.past for reached in life.moments()}
            ends = CRITICAL + sorted(told - set(CRITICAL))
            await Round(lives, lot, number, ends).play()
            check_truth(lives, refused=SLACK)
        steps = sum(len(life.moments()) for life in lives.past)
        print(f"{lives.kind}: {number} rounds in {len(lives.past)} lives, {steps:,} steps heard")
