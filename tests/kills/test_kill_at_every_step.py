"""A kill before and after every commit and every call: nothing is lost, nothing sent twice."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.helpers import kill_points_in_code
from tests.helpers.kill_checks import check_truth
from tests.helpers.kill_runs import Plays, chosen_on
from tests.helpers.killed_bots import lives_on

pytestmark = pytest.mark.integration

FUNCTION = re.compile(r"(?:commit|reading) of [\w.]*\b(\w+)$")
CALL = re.compile(r"(?:before|after) (?:VodClient\.)?(\w+(?:\.\w+)*)(?: \([a-z ]+\))?$")

NOT_PLAYED = {
    "_touch",  # Whether the database takes a write, for the health port.
    "make_fit",  # Only over midnight; tests/kills/test_splitting.py brings that about.
    "unclaim",  # Only after a commit that failed; the tests of the sender let it fail.
    "_run_anew",  # Only after DBOS has given up; the tests of the engine bring that about.
    # Only of a card that Slack refuses by an unknown word; tests/workflows has it refused.
    "_give_up",
    "note_card_edited",
    # Only of a card that takes no edit any longer; tests/workflows has its edits refused.
    "forget_card_place",
    "forget_outdated_card",
    # Only over HTTP, while the plays use a socket; tests/slack ends a bot between them.
    "take_delivery",
    "look_for_answer",
    "note_answer",
    "chat_delete",  # Only of a second replica's card; the tests of the cards post it.
    # Only where Slack refuses the direct message as well; the tests of the handlers refuse it.
    "chat_postEphemeral",
    # They come before a confirmation and store nothing: who asks and is not answered asks again.
    "_named",  # `/prefetch cancel R-…` and its like; tests/scenarios types them.
    "files_info",  # Of an attached file; tests/slack and tests/scenarios try it.
    "files_getUploadURLExternal",  # Of what was left out of a long list; tests/scenarios tries it.
    "files_completeUploadExternal",
    "views_push",  # A page of a list; tests/scenarios turns them.
    "users_info",  # Of a person's own clock; the scope is optional.
}
OF_REPLICAS = {"enter", "beat", "declare_dead", "leave", "_requeue"}


@pytest.mark.longest
async def test_bot_that_is_killed_at_any_moment_loses_nothing_and_sends_nothing_twice(
    database_url: str, tmp_path: Path
) -> None:
    async with lives_on(database_url, tmp_path) as lives:
        plays = Plays(lives, chosen_on(lives.kind))

        await plays.play_all()

        print(f"{lives.kind}: {len(plays.heard)} moments heard, {len(plays.played)} played")
        check_truth(lives)
        assert plays.missed == []
        elsewhere = NOT_PLAYED | (OF_REPLICAS if lives.kind == "sqlite" else set())
        assert (
            kill_points_in_code.transactions() | kill_points_in_code.calls()
        ) - elsewhere - _named(plays.heard) == set()


def _named(moments: Iterable[str]) -> set[str]:
    """The functions and methods of the code that the moments belong to."""
    found = {match[1] for moment in moments if (match := FUNCTION.search(moment))}
    calls = {match[1] for moment in moments if (match := CALL.search(moment))}
    return found | {call.replace(".", "_") for call in calls}
