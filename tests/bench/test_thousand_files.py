"""A thousand addresses in one request: a hundred calls, as fast as the pace allows."""

from datetime import timedelta

import pytest

from tests.helpers.bench_report import at_most, check, show
from tests.helpers.bot_replicas import bot_replicas
from tests.helpers.slack_people import cards, final

FILES, CALLS = 1000, 100
A_MINUTE = 600
REPLICAS = {"sqlite": 1, "postgresql": 2}


@pytest.mark.bench
async def test_thousand_addresses_go_out_at_the_pace_and_never_above_it(database_url: str) -> None:
    kind = database_url.partition(":")[0]
    async with bot_replicas(
        database_url,
        REPLICAS[kind],
        PREFETCH_CREATES_PER_MINUTE=str(A_MINUTE),
        PREFETCH_DAILY_LIMIT=str(2 * FILES),
    ) as workers:
        workers.stage.vod.levers.daily_limit = 2 * FILES
        # Within its first second a bot does not look into the queue yet.
        await workers.confirm(1, "first")
        await workers.final_card()
        await workers.confirm(FILES)
        times = [call.time for call in (await workers.creates(1 + CALLS))[1:]]
        _, posted = cards(workers.stage)
        card = await final(workers.stage, posted)
        sent = workers.sent()[1:]
        twice = workers.sent_twice()
        files = sum(len(task.urls) for task in workers.stage.vod.books.tasks[1:])

    took_s = (times[-1] - times[0]).total_seconds()
    least_s = (CALLS - 1) * 60 / A_MINUTE
    fullest = max(
        sum(start <= time < start + timedelta(seconds=6) for time in times) for start in times
    )
    show(
        f"{FILES} addresses at {A_MINUTE} calls a minute, {REPLICAS[kind]} process(es), {kind}",
        [
            ["first to last call", f"{took_s:.2f} s"],
            ["at least", f"{least_s:.2f} s"],
            ["ratio", f"{took_s / least_s:.3f}"],
            ["most calls in 6 s", f"{fullest} of {A_MINUTE // 10}"],
        ],
    )
    assert (len(sent), files, twice) == (CALLS, FILES, [])
    assert "1000 of 1000 ready" in card.text.replace(",", "")
    assert fullest <= A_MINUTE // 10 + 1
    check(at_most("time beside the least that the pace allows", took_s / least_s, 1.05))
