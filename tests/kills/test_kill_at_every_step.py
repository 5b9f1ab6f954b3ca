"""A kill before and after every commit and every call: nothing is lost, nothing sent twice."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.kills import code
from tests.kills.lives import lives_on
from tests.kills.plays import Plays, chosen_on
from tests.kills.truth import check_truth
from tests.storage.databases import KINDS, migrated

FUNCTION = re.compile(r"(?:commit|reading) of [\w.]*\b(\w+)$")
CALL = re.compile(r"(?:before|after) (?:VodClient\.)?(\w+(?:\.\w+)*)(?: \([a-z ]+\))?$")

NOT_PLAYED = {
    "ask",  # Whether the database is there, for the health port.
    "unclaim",  # Only after a commit that failed; the tests of the sender let it fail.
    "chat_delete",  # Only of a second replica's card; the tests of the cards post it.
}
OF_REPLICAS = {"enter", "beat", "bury", "leave", "_adopt"}


@pytest.mark.parametrize("kind", KINDS)
async def test_bot_that_is_killed_at_any_moment_loses_nothing_and_sends_nothing_twice(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    url = f"sqlite:///{tmp_path / 'p.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    async with migrated(url):
        pass
    async with lives_on(url, tmp_path) as lives:
        plays = Plays(lives, chosen_on(kind))

        await plays.play_all()

        print(f"{kind}: {len(plays.heard)} moments, {len(plays.played)} of them played here")
        check_truth(lives)
        assert plays.missed == []
        expected = (code.transactions() | code.calls()) - NOT_PLAYED
        assert (
            expected - (OF_REPLICAS if kind == "sqlite" else set()) - _named(plays.heard) == set()
        )


def _named(moments: Iterable[str]) -> set[str]:
    """The functions and methods of the code that the moments belong to."""
    found = {match[1] for moment in moments if (match := FUNCTION.search(moment))}
    calls = {match[1] for moment in moments if (match := CALL.search(moment))}
    return found | {call.replace(".", "_") for call in calls}
