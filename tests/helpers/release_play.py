"""Requests in every state, made by the code of this version; `release_dump` keeps them for later.

Each story is played among bot parts of its own on one SQLite file, and returns the IDs of the
requests that it leaves.
"""

from pathlib import Path

from bot.sandbox.fakevod import Levers
from tests.helpers.databases import sqlite_url
from tests.helpers.release_stories_of_people import (
    answered_late,
    cancelled,
    carded,
    decided,
    interrupted,
    on_its_way,
    overlapping,
    refused_when_due,
    restored,
)
from tests.helpers.release_stories_of_the_cloud import (
    EVERY_CALL_REFUSED,
    ended_by_the_cloud,
    followed_no_longer,
    given_up,
    in_doubt,
    put_back,
    quota_used_up,
    refused,
    refused_at_once,
)
from tests.helpers.release_story import Clock, Story
from tests.helpers.workflow_harness import open_parts, quick_pace

# After a third in a row the bot would wait.
NO_CLEAR_ANSWER = (
    ("vod-reset", "vod-502-html"),
    ("vod-500", "APIGW.0601"),
    ("vod-timeout", "vod-empty"),
    ("vod-redirect", "vod-garbage"),
)


async def play(folder: Path, clock: Clock) -> dict[str, str]:
    """Leave a database in the folder; the ID of each request by what is told of it."""
    found: dict[str, str] = {}
    for story in STORIES:
        async with open_parts(
            folder,
            database_url=sqlite_url(folder),
            pace=quick_pace(give_up_s=story.give_up_s),
            levers=story.levers,
            timeout_s=1.0,
            now=clock.now,
        ) as parts:
            found |= await story.tell(parts, clock)
    return found


STORIES = (
    # First, because it puts all in doubt that is on its way.
    Story(restored),
    Story(given_up),
    Story(ended_by_the_cloud),
    Story(refused),
    *(Story(refused_at_once(fault)) for fault in EVERY_CALL_REFUSED),
    *(
        Story(in_doubt(faults, digit))
        for faults, digit in zip(NO_CLEAR_ANSWER, "4567", strict=True)
    ),
    Story(refused_when_due),
    Story(cancelled),
    Story(interrupted),
    Story(decided),
    Story(answered_late),
    Story(overlapping),
    Story(carded),
    Story(followed_no_longer, give_up_s=0.5),
    Story(put_back),
    Story(on_its_way, levers=Levers(task_seconds=3600.0)),
    # Last, because nothing more can be asked for on that day.
    Story(quota_used_up),
)
