"""Whatever is sent to the bot's ports: only Slack makes it act, and it goes on answering."""

import asyncio
import json
import logging
import os
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bot.sandbox.stage import Stage
from tests.helpers.door_requests import JSON, Connection, Heard, say, wire
from tests.helpers.door_strategies import connections, signed_requests, unsigned_requests
from tests.helpers.http_bot import done, free_port, http_bot_on, raw, send, signed
from tests.helpers.running_bot import HTTP_MANIFEST, quick_levers

# The bot's own threads draw random numbers while hypothesis makes its examples up.
pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore:Do not use the `random` module"),
]

FUZZ_S = float(os.environ.get("DOOR_FUZZ_S", "4"))
"""For the three tests together."""

AT_ONCE = 8
ROUND = settings(
    max_examples=20,
    # To explain a failure hypothesis would trace every line of the bot.
    phases=(Phase.generate, Phase.shrink),
    deadline=None,
    database=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)
LONGEST_LINE = 150
LINES_OF_ONE = {False: 1, True: 2}
"""A signed request may also leave a line that says why nobody could be told."""

TOLD_LATER = 3
"""How many more were refused is told for each port after some seconds."""

ACTS_WITHIN_S = 0.5
ANSWERS_WITHIN_S = 3.0
OURS = re.compile(
    r"(HTTP door|PORT|HEALTH_PORT): refused ("
    r"a request from 127\.0\.0\.1: [A-Za-z0-9 ,-]{1,60}|\d+ requests more)"
)
OF_SIGNED = re.compile(
    r"E-[0-9A-Z]{5}: (nothing listens to|Bolt cannot read) what Slack sent(: \w{1,40})?"
    r"|nobody is named to answer"
    r"|E-[0-9A-Z]{5} could not be told: [a-z_]{1,40}"
    # On a machine that is too busy for its disk.
    r"|the database does not remember a request of Slack's: TimeoutError"
)


@dataclass
class Fuzzed:
    """A bot at its ports, and what was sent to them."""

    stage: Stage
    port: int
    health: int
    runner: asyncio.Runner
    heard: Counter[str] = field(default_factory=Counter)
    lines: int = 0


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    """The bot has a loop of its own: hypothesis itself knows of none."""
    port, health = free_port(), free_port()
    database = tmp_path_factory.mktemp("fuzz") / "prefetch.db"
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def start() -> Stage:
            stage = Stage(HTTP_MANIFEST, database=database, levers=quick_levers())
            await stack.enter_async_context(stage)
            await stack.enter_async_context(http_bot_on(stage, port, HEALTH_PORT=str(health)))
            return stage

        try:
            yield Fuzzed(runner.run(start()), port, health, runner)
        finally:
            runner.run(stack.aclose())


def test_what_nobody_signed_is_refused_and_does_nothing(
    fuzzed: Fuzzed, caplog: pytest.LogCaptureFixture
) -> None:
    requests = unsigned_requests(fuzzed.stage).map(lambda asked: Connection((asked,)))

    _fuzz(fuzzed, caplog, requests, may_act=False, lines=OURS)

    assert fuzzed.heard["401"]


def test_bytes_of_any_kind_on_a_connection_do_nothing(
    fuzzed: Fuzzed, caplog: pytest.LogCaptureFixture
) -> None:
    _fuzz(fuzzed, caplog, connections(fuzzed.stage), may_act=False, lines=OURS)

    assert fuzzed.heard["400"]


def test_signed_bodies_that_slack_never_sends_start_no_request(
    fuzzed: Fuzzed, caplog: pytest.LogCaptureFixture
) -> None:
    requests = signed_requests.map(lambda asked: Connection((asked,)))
    lines = re.compile(f"{OURS.pattern}|{OF_SIGNED.pattern}")

    _fuzz(fuzzed, caplog, requests, may_act=True, lines=lines)

    assert fuzzed.heard["200"]


def _fuzz(
    fuzzed: Fuzzed,
    caplog: pytest.LogCaptureFixture,
    strategy: st.SearchStrategy[Connection],
    *,
    may_act: bool,
    lines: re.Pattern[str],
) -> None:
    """Rounds of examples until the time is over; a failure shows what was sent."""
    first = int(os.environ.get("DOOR_FUZZ_SEED") or int.from_bytes(os.urandom(4)))
    print(f"DOOR_FUZZ_SEED={first}")
    acts = partial(_acts, fuzzed.stage, may_act=may_act)
    before, number, over_at = acts(), 0, time.monotonic() + FUZZ_S / 3
    fuzzed.heard.clear()
    fuzzed.lines = 0

    def play(drawn: Sequence[Connection]) -> None:
        caplog.clear()
        heard = fuzzed.runner.run(_all_at_once(fuzzed, drawn))
        _check_answers(heard, right=200 if may_act else 400)
        fuzzed.lines += _checked_lines(caplog, lines)
        assert acts() == before
        fuzzed.heard.update(
            str(status) for _, each in heard for status in each.statuses or ("closed",)
        )
        # What Slack signed is answered after its request, so the lines are counted over all.
        assert fuzzed.lines <= LINES_OF_ONE[may_act] * fuzzed.heard.total() + TOLD_LATER

    while not number or time.monotonic() < over_at:
        example = given(st.lists(strategy, min_size=1, max_size=AT_ONCE))(play)
        seed(first + number)(settings(ROUND)(example))()
        number += 1
    fuzzed.runner.run(asyncio.sleep(ACTS_WITHIN_S))
    assert acts() == before
    told = ", ".join(f"{times:,} x {what}" for what, times in fuzzed.heard.most_common())
    print(f"{number} rounds: {told}")


async def _all_at_once(fuzzed: Fuzzed, drawn: Sequence[Connection]) -> Sequence[tuple[bool, Heard]]:
    """What each port said to each client; after them the bot is as well as before."""
    tries = [(port, each) for each in drawn for port in (fuzzed.port, fuzzed.health)]
    heard = await asyncio.gather(
        *(
            say(port, wire(fuzzed.stage, each), pieces=each.pieces, ending=each.ending)
            for port, each in tries
        )
    )
    await _check_health(fuzzed)
    return [(port == fuzzed.port, each) for (port, _), each in zip(tries, heard, strict=True)]


async def _check_health(fuzzed: Fuzzed) -> None:
    challenge = uuid4().hex
    question = {"type": "url_verification", "challenge": challenge, "token": "t"}
    body = json.dumps(question).encode()
    async with asyncio.timeout(ANSWERS_WITHIN_S):
        headers = signed(fuzzed.stage, body, content_type=JSON)
        answer = await send(fuzzed.port, raw(body, headers))
        health = [
            await send(fuzzed.health, raw(b"", [], method="GET", path=path))
            for path in ("/livez", "/readyz")
        ]
    assert answer is not None
    assert (answer.status, challenge in answer.body.decode()) == (200, True)
    assert [each and each.status for each in health] == [200, 200]


def _check_answers(heard: Sequence[tuple[bool, Heard]], *, right: int) -> None:
    for is_door, each in heard:
        assert each.is_closed
        assert len(each.statuses) <= 1
        assert all((right if is_door else 200) <= status < 500 for status in each.statuses)


def _checked_lines(caplog: pytest.LogCaptureFixture, lines: re.Pattern[str]) -> int:
    records = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert not [record.exc_info for record in records if record.exc_info]
    said = [record.getMessage() for record in records]
    assert not [line for line in said if not lines.fullmatch(line) or len(line) > LONGEST_LINE]
    return len(said)


def _acts(stage: Stage, *, may_act: bool) -> Mapping[str, int]:
    """What the bot has done; signed by Slack it may speak to whom the payload names."""
    return {
        **({"files": done(stage)["files"]} if may_act else done(stage)),
        "requests": _requests(stage),
    }


def _requests(stage: Stage) -> int:
    with closing(sqlite3.connect(stage.database)) as database:
        return int(database.execute("SELECT count(*) FROM request").fetchone()[0])
