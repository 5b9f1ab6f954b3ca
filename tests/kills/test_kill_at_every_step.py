"""A kill before and after every commit and every call: nothing is lost, nothing sent twice."""

from pathlib import Path

import pytest

from tests.kills.code import calls as code_calls
from tests.kills.code import transactions
from tests.kills.lives import lives_on
from tests.kills.plays import Plays, chosen_on
from tests.kills.truth import check_truth
from tests.storage.databases import KINDS, migrated


@pytest.mark.parametrize("kind", KINDS)
async def test_bot_that_is_killed_at_any_moment_loses_nothing(
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

        check_truth(lives)
        print(f"{kind}: {len(plays.heard)} moments, {len(plays.played)} played")
        assert plays.missed == []
        names = {name.rpartition(".")[2] for name in plays.heard}
        calls = {
            name.split()[1].rpartition("VodClient.")[2].replace(".", "_") for name in plays.heard
        }
        print(sorted(transactions() - names), sorted(code_calls() - calls))
