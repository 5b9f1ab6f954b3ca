"""Beside the open modal the bot looks at the addresses, and a click leaves out what failed."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.blocks import ids
from bot.preflight import targets
from bot.sandbox.fakeslack import MEI, Person, View
from bot.sandbox.stage import Stage
from tests.helpers.hostile_files import plain
from tests.helpers.running_bot import bot_on_stage
from tests.helpers.slack_people import deliver, final_card, last_payload, propose_list, words
from tests.helpers.stored_rows import check_books, requests_of
from tests.helpers.two_hundred_addresses import EVIL, NAMED, TwoHundred, two_hundred_addresses

LOOKED = "*Looked at beforehand*"
FAILED = re.compile(r"Leave out the (\d+) that failed")
COUNTS = re.compile(r"(?:^|· )([\d,]+) ")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may need longer than a person is made to wait."""
    monkeypatch.setattr(targets, "WITHIN_S", 30.0)


@pytest.fixture
async def server() -> AsyncIterator[TwoHundred]:
    async with two_hundred_addresses() as server:
        yield server


@asynccontextmanager
async def playing(
    server: TwoHundred, folder: Path, *, domains: str = NAMED, preflight: str = "on"
) -> AsyncIterator[Stage]:
    async with bot_on_stage(
        folder / "prefetch.db",
        reach=server.reach,
        PREFETCH_ALLOWED_DOMAINS=domains,
        PREFETCH_PREFLIGHT=preflight,
    ) as stage:
        yield stage


async def looked_at(stage: Stage, mei: Person, addresses: list[str]) -> View:
    """The modal of these addresses once it says what was found."""
    await propose_list(stage, mei, addresses)
    return await stage.slack.wait_until(
        lambda: next((view for view in mei.views if LOOKED in words(view)), None)
    )


async def all_looked_at(stage: Stage, mei: Person, addresses: list[str]) -> View:
    """As `looked_at`, again as long as this machine is too busy for so many in the time."""
    while True:
        view = await looked_at(stage, mei, addresses)
        if not re.search("not tried|could not be seen", words(view)):
            return view
        await mei.close(view)


def summary(view: View) -> str:
    return words(view).partition(LOOKED)[2].splitlines()[0].removeprefix(": ")


async def test_two_hundred_addresses_are_told_in_one_change_of_the_open_modal(
    server: TwoHundred, tmp_path: Path
) -> None:
    async with playing(server, tmp_path) as stage:
        mei = stage.slack.person(MEI)
        addresses = [url.address for url in server.urls()]

        view = await looked_at(stage, mei, addresses)

        # Each was told or is not tried; on a quick machine all are told.
        counts = [int(found) for found in COUNTS.findall(summary(view))]
        assert sum(counts) == 200
        assert "A look may itself bring a file to the node" in words(view)
        assert len(stage.slack.log.of("call", "views.update")) == 1
        assert server.reached_inside == []
        assert EVIL not in server.names.asked
        await mei.submit(view)
        await stage.slack.wait_until(lambda: requests_of(stage))


async def test_modal_opens_and_confirms_while_a_server_says_nothing(
    server: TwoHundred, tmp_path: Path
) -> None:
    server.files.answers["/slow.mp4"] = [None]
    async with playing(server, tmp_path) as stage:
        mei = stage.slack.person(MEI)

        view = await propose_list(stage, mei, [server.files.url("/slow.mp4")])
        await mei.submit(view)
        await final_card(stage)

        assert LOOKED not in words(view)
        assert mei.views == ()
        check_books(stage)


async def test_one_click_leaves_out_what_failed(server: TwoHundred, tmp_path: Path) -> None:
    good, missing, page, cached = (
        server.files.url(f"/{name}/0.mp4?auth_key=secret-{name}")
        for name in ("film", "missing", "page", "nostore")
    )
    async with playing(server, tmp_path) as stage:
        mei = stage.slack.person(MEI)

        view = await all_looked_at(stage, mei, [good, missing, page, cached])
        told = words(view)
        await mei.click(view, ids.LEAVE_OUT_BUTTON)
        left = await stage.slack.wait_until(
            lambda: next((it for it in mei.views if "*2 files*" in words(it)), None)
        )
        await mei.submit(left)
        await final_card(stage)

        assert summary(view) == (
            "1 answers 404 · 1 is a page, not a file · 1 forbids caching · 1 is a file"
        )
        assert "answers 404" in told
        assert "`text/html`" in told
        assert "forbids caching (`No-Store`)" in told
        assert "`video/mp4`, 1.0 kB" in told
        assert "Leave out the 2 that failed" in told
        assert "it failed when the bot looked at it" in words(left)
        assert "1 forbids caching · 1 is a file" in words(left)
        assert not FAILED.search(words(left))
        assert "secret" not in told + words(left)
        (task,) = stage.vod.books.tasks
        assert task.urls == (good, cached)
        # What is left was looked at already.
        assert len([it for it in server.files.targets if "/film/" in it]) == 1
        check_books(stage)


@pytest.mark.parametrize(
    "value", ["", "x", "0:1", "{draft}:", "{draft}:-1", "{draft}:zz", "{draft}:f"]
)
async def test_mark_that_is_none_leaves_nothing_out(
    server: TwoHundred, tmp_path: Path, value: str
) -> None:
    addresses = [server.files.url(f"/{name}/0.mp4") for name in ("film", "missing")]
    async with playing(server, tmp_path) as stage:
        mei = stage.slack.person(MEI)
        view = await all_looked_at(stage, mei, addresses)
        await mei.click(view, ids.LEAVE_OUT_BUTTON)
        payload = last_payload(stage)
        left = await stage.slack.wait_until(
            lambda: next((it for it in mei.views if "*1 file*" in words(it)), None)
        )
        draft = payload["view"]["private_metadata"]
        payload["actions"][0]["value"] = value.format(draft=draft)

        await deliver(mei, payload)
        notice = await stage.slack.wait_until(
            lambda: next((it for it in mei.views if it.id != left.id), None)
        )

        assert "E-" in words(notice)
        assert not requests_of(stage)


@pytest.mark.parametrize(("domains", "preflight"), [("*", "on"), (NAMED, "off")])
async def test_nothing_is_looked_at_unless_the_settings_name_the_host(
    server: TwoHundred, tmp_path: Path, domains: str, preflight: str
) -> None:
    async with playing(server, tmp_path, domains=domains, preflight=preflight) as stage:
        mei = stage.slack.person(MEI)

        view = await propose_list(stage, mei, [server.files.url("/missing/0.mp4")])
        await mei.submit(view)
        await final_card(stage)

        assert server.files.asked == []
        assert server.names.asked == []
        assert stage.slack.log.of("call", "views.update") == []


async def test_click_on_a_playlist_is_heard_whatever_a_look_changes_meanwhile(
    server: TwoHundred, tmp_path: Path
) -> None:
    server.files.answers["/a.m3u8"] = plain(body=b"#EXTM3U\n1.ts\n")
    async with playing(server, tmp_path) as stage:
        mei = stage.slack.person(MEI)

        view = await propose_list(stage, mei, [server.files.url("/a.m3u8")])
        await stage.slack.wait_until(lambda: LOOKED in words(mei.views[-1]))
        await mei.click(view, ids.LOOK_BUTTON)
        payload = last_payload(stage)
        named = await stage.slack.wait_until(
            lambda: next((it for it in mei.views if "It names 1 file more" in words(it)), None)
        )
        # As if the click had been made before what was found came into the modal.
        payload["view"]["hash"] = view.hash
        payload["view"]["blocks"] = view.blocks
        await deliver(mei, payload)
        again = await stage.slack.wait_until(
            lambda: next((it for it in mei.views if it.hash != named.hash), None)
        )

        assert LOOKED in words(named)
        assert LOOKED in words(again)
