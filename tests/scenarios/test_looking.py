"""Looking at all of a list before it is confirmed, and at all of a request afterwards."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.blocks import ids
from bot.sandbox.fakeslack import MEI, Person, View
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import MANIFEST, bot_on, quick_levers
from tests.helpers.slack_people import propose, words
from tests.helpers.stored_rows import requests_of

ADDRESSES = [f"https://v.example.com/{number:03}.mp4?auth_key=hush" for number in range(100)]
FOLDERS = [f"https://v.example.com/{number:03}/" for number in range(100)]
LATER = int((datetime.now(UTC) + timedelta(hours=5)).timestamp())


def shown(*views: View) -> list[str]:
    """The lines of the lists in the modals."""
    return [line for view in views for line in words(view).splitlines() if line[:1] == "•"]


async def pressed(stage: Stage, person: Person, button: str) -> View:
    """The modal on top, once the click has shown something else there."""
    before = person.views[-1]
    await person.click(before, button)
    await stage.slack.wait_until(lambda: person.views[-1].hash != before.hash)
    return person.views[-1]


async def test_all_can_be_looked_at_before_it_is_confirmed_also_after_a_restart(
    tmp_path: Path,
) -> None:
    database = tmp_path / "p.db"
    async with Stage(MANIFEST, database=database, levers=quick_levers()) as stage:
        mei = stage.slack.person(MEI)
        async with bot_on(stage, database):
            confirmation = await propose(mei, "\n".join([*ADDRESSES, *FOLDERS]))
            await mei.choose(confirmation, ids.SEND_AT_INPUT, LATER)
            await stage.slack.wait_until(lambda: "To be sent" in words(mei.views[-1]))
            confirmation = mei.views[-1]
            first = await pressed(stage, mei, ids.LOOK_AT_ALL_BUTTON)
        await stage.slack.wait_until(lambda: not stage.slack.connections)

        async with bot_on(stage, database):
            second = await pressed(stage, mei, ids.NEXT_PAGE_BUTTON)
            back = await pressed(stage, mei, ids.PREVIOUS_PAGE_BUTTON)
            await mei.close(mei.views[-1])
            kept = mei.views
            left_out = [await pressed(stage, mei, ids.LOOK_AT_LEFT_OUT_BUTTON)]
            left_out.append(await pressed(stage, mei, ids.NEXT_PAGE_BUTTON))
            await mei.close(mei.views[-1])
            await mei.submit(mei.views[-1])

            assert shown(first, second) == [
                f"• `{address.partition('?')[0]}?…` (line {number})"
                for number, address in enumerate(ADDRESSES, start=1)
            ]
            assert words(back) == words(first)
            assert kept == (confirmation,)
            assert shown(*left_out) == [
                f"• `{address}` (line {number})" for number, address in enumerate(FOLDERS, 101)
            ]
            (request,) = await stage.slack.wait_until(lambda: requests_of(stage))
            assert request.run_at == datetime.fromtimestamp(LATER, UTC)


async def test_details_show_the_last_of_many_calls(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    assets = [f"{number:032x}" for number in range(100)]
    confirmation = await propose(mei, "\n".join(assets))
    await mei.choose(confirmation, ids.SEND_AT_INPUT, LATER)
    await stage.slack.wait_until(lambda: "To be sent" in words(mei.views[-1]))
    await mei.submit(mei.views[-1])
    (request,) = await stage.slack.wait_until(lambda: requests_of(stage))

    first = await propose(mei, f"details {request.id}")
    last = await pressed(stage, mei, ids.NEXT_PAGE_BUTTON)

    assert shown(first, last) == [f"• `asset {asset}` · waiting" for asset in assets]
    assert "Page 2 of 2" in words(last)
