"""A playlist is looked at, and the segments that it names are prefetched with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.blocks import ids
from bot.fetching.fetcher import Reach
from bot.preflight import targets
from bot.sandbox.fakeslack import JUN, MEI, Person, View
from bot.sandbox.stage import Stage
from tests.helpers.hostile_files import (
    HostileFiles,
    Names,
    any_port,
    hostile_files,
    plain,
    public_or_loopback,
)
from tests.helpers.running_bot import bot_on_stage
from tests.helpers.slack_people import (
    deliver,
    final_card,
    last_payload,
    private,
    propose,
    words,
)
from tests.helpers.stored_rows import check_books

MEDIA = "\n".join(
    [
        "#EXTM3U",
        "#EXT-X-TARGETDURATION:6",
        '#EXT-X-KEY:METHOD=AES-128,URI="key.bin"',
        '#EXT-X-MAP:URI="init.mp4"',
        *(f"#EXTINF:6.0,\n{name}" for name in ("a 1.m4s", "../q/海.m4s?auth_key=1-2", "3.m4s")),
        "#EXTINF:6.0,\nhttp://elsewhere.example/4.m4s",
        "#EXTINF:6.0,\nhttp://10.0.0.1/5.m4s",
        "#EXT-X-ENDLIST",
    ]
)
MASTER = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="<!here> *English*",URI="en/index.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=5000000,RESOLUTION=1920x1080
1080/index.m3u8?auth_key=7-8
#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360
360/index.m3u8?auth_key=9-0
"""


@dataclass(frozen=True)
class Scene:
    """The stand-ins, a server of files, and Mei."""

    stage: Stage
    files: HostileFiles
    mei: Person

    @property
    def sent(self) -> list[str]:
        """Every address that the cloud was given, in the order of its books."""
        return [url for task in self.stage.vod.books.tasks for url in task.urls]

    async def after_click(self, button: str, shown: str, block_id: str | None = None) -> View:
        """Press it in the open modal, and wait until the modal says so."""
        await self.mei.click(self.mei.views[-1], button, block_id)
        return await self.stage.slack.wait_until(lambda: self.view_with(shown))

    async def add_segments(self) -> View:
        """The confirmation of all that was offered."""
        await self.mei.click(self.mei.views[-1], ids.ADD_BUTTON)
        return await self.stage.slack.wait_until(
            lambda: next(
                (it for it in self.mei.views if ids.ADD_BUTTON not in str(it.blocks)), None
            )
        )

    @property
    def updates(self) -> int:
        """How often the bot has asked Slack to change a view, also in vain."""
        return sum(record.name == "views.update" for record in self.stage.slack.log)

    def view_with(self, text: str) -> View | None:
        return next((view for view in self.mei.views[-1:] if text in words(view)), None)


def small_of(choice: View) -> str:
    """The block of the smaller rendition."""
    (block,) = [it for it in choice.blocks if "640x360" in str(it.get("text", ""))]
    return str(block["block_id"])


@asynccontextmanager
async def scene_of(
    folder: Path, *, domains: str = "v.example.com,cdn.example.com", preflight: str = "on"
) -> AsyncIterator[Scene]:
    reach = Reach(resolve=Names(), may_reach=public_or_loopback, may_use=any_port)
    async with (
        hostile_files() as files,
        bot_on_stage(
            folder / "prefetch.db",
            reach=reach,
            PREFETCH_ALLOWED_DOMAINS=domains,
            PREFETCH_PREFLIGHT=preflight,
        ) as stage,
    ):
        yield Scene(stage, files, stage.slack.person(MEI))


@pytest.fixture(autouse=True)
def undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks beside the modal ask the same servers; test_look_at_addresses.py tells of both."""
    monkeypatch.setattr(targets, "MOST", 0)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with scene_of(tmp_path) as scene:
        yield scene


async def test_segments_of_a_playlist_are_offered_and_prefetched_byte_for_byte(
    scene: Scene,
) -> None:
    playlist = scene.files.url("/p/index.m3u8?auth_key=5-6")
    film = scene.files.url("/film.mp4")
    scene.files.answers["/p/index.m3u8"] = plain(body=MEDIA.encode())

    first = await propose(scene.mei, f"{film} {playlist}")
    offered = await scene.after_click(ids.LOOK_BUTTON, "It names")
    added = await scene.add_segments()
    await scene.mei.submit(added)
    await final_card(scene.stage)

    assert "*1 of these is a playlist.*" in words(first)
    assert "It names 4 files more, and 2 that cannot be sent." in words(offered)
    assert "*6 files* in *1 call*" in words(offered)
    assert "1,000 of 1,000 left → *994 left after this*" in words(offered)
    assert "an address that it names is not" in words(offered)
    assert "It is live" not in words(offered)
    assert "auth_key=" not in words(offered).replace("auth_key=…", "")
    assert "elsewhere.example is not in PREFETCH_ALLOWED_DOMAINS" in words(added)
    assert "The host is a private one" in words(added)
    assert scene.sent == [
        film,
        playlist,
        scene.files.url("/p/init.mp4"),
        scene.files.url("/p/a 1.m4s"),
        scene.files.url("/q/海.m4s?auth_key=1-2"),
        scene.files.url("/p/3.m4s"),
    ]
    assert scene.files.targets == ["GET /p/index.m3u8?auth_key=5-6"]
    check_books(scene.stage)


async def test_rendition_of_a_master_playlist_is_chosen(scene: Scene) -> None:
    master, place = scene.files.url("/m/master.m3u8"), scene.files.url("/m/360")
    scene.files.answers["/m/master.m3u8"] = plain(body=MASTER.encode())
    scene.files.answers["/m/360/index.m3u8"] = plain(body=b"#EXTM3U\n#EXTINF:6,\n1.ts\n")

    await propose(scene.mei, master)
    choice = await scene.after_click(ids.LOOK_BUTTON, "renditions")
    offered = await scene.after_click(ids.LOOK_BUTTON, "It names 2 files more", small_of(choice))
    await scene.mei.submit(await scene.add_segments())
    await final_card(scene.stage)

    assert "video · 1920x1080 · 5.0 Mbit/s" in words(choice)
    assert "audio · &lt;!here&gt; ∗English∗" in words(choice)
    assert "auth_key=7" not in words(choice)
    assert "It is live" in words(offered)
    assert scene.sent == [master, f"{place}/index.m3u8?auth_key=9-0", f"{place}/1.ts"]


async def test_playlist_is_resolved_from_where_a_redirect_has_led(scene: Scene) -> None:
    there = scene.files.url("/new/place/index.m3u8", host="cdn.example.com")
    scene.files.answers["/index.m3u8"] = plain("302 Found", location=there)
    scene.files.answers["/new/place/index.m3u8"] = plain(body=b"#EXTM3U\n#EXTINF:6,\n1.ts\n")

    await propose(scene.mei, scene.files.url("/index.m3u8"))
    await scene.after_click(ids.LOOK_BUTTON, "It names")
    await scene.mei.submit(await scene.add_segments())
    await final_card(scene.stage)

    assert scene.sent == [
        scene.files.url("/index.m3u8"),
        scene.files.url("/new/place/1.ts", host="cdn.example.com"),
    ]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (plain("404 Not Found"), "`v.example.com` answers 404."),
        (plain(body=b"<html>"), "no HLS playlist that names segments"),
        (plain(body=b"x" * 2_000_001), "larger than a playlist should be"),
        (plain("302 Found", location="http://evil.example/x"), "leads to `evil.example`"),
        (plain(body=b"#EXTM3U\n"), "It names no segments."),
        (plain(body=b"#EXTM3U\n#EXTINF:6,\n1.t"), "The file ends inside a line."),
        (plain(body=b"#EXTM3U\nhttp://10.0.0.1/1.ts\n"), "The host is a private one"),
        (plain(body=b"#EXTM3U\nindex.m3u8\n"), "All that it names is in this request already."),
        (
            plain(body=b"#EXTM3U\nhttp://a.example/1.ts\n"),
            "Nothing that it names can be sent:",
        ),
        (
            plain(body=b"#EXTM3U\nindex.m3u8\nhttp://a.example/1.ts\n"),
            "What can be sent of it is in this request already. The rest cannot be sent:",
        ),
        (plain(body=b"#EXTM3U\n#EXT-X-STREAM-INF:X=1\na/\n"), "1 rendition cannot be sent:"),
        (
            plain(body=b"#EXTM3U\n" + b"".join(b"%d.ts\n" % at for at in range(1001))),
            "Not sent: 1,002 files",
        ),
        (
            plain(body=b"#EXTM3U\n" + b"".join(b"%d.ts\n" % at for at in range(5001))),
            "5,001 items are too many",
        ),
    ],
    ids=[
        *("404", "a page", "large", "elsewhere", "empty", "cut", "private", "itself", "foreign"),
        *("itself and foreign", "no rendition", "over the quota", "over the bound"),
    ],
)
async def test_playlist_that_offers_nothing_says_why_and_the_rest_can_be_sent(
    scene: Scene, answer: bytes, told: str
) -> None:
    playlist = scene.files.url("/index.m3u8")
    scene.files.answers["/index.m3u8"] = answer

    await propose(scene.mei, playlist)
    shown = await scene.after_click(ids.LOOK_BUTTON, told)
    await scene.mei.submit(shown)
    await final_card(scene.stage)

    assert scene.sent == [playlist]


@pytest.mark.parametrize(
    "settings", [{"domains": "*"}, {"preflight": "off"}], ids=["a bare star", "switched off"]
)
async def test_playlist_that_may_not_be_read_is_named_without_a_button(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    async with scene_of(tmp_path, **settings) as scene:
        shown = await propose(scene.mei, scene.files.url("/index.m3u8"))

        assert "*1 of these is a playlist.*" in words(shown)
        assert ids.LOOK_BUTTON not in str(shown.blocks)
        assert scene.files.connections == 0


async def test_rendition_that_is_a_master_playlist_again_is_read_no_further(scene: Scene) -> None:
    scene.files.answers["/index.m3u8"] = plain(body=MASTER.encode())
    scene.files.answers["/360/index.m3u8"] = plain(body=MASTER.encode())

    await propose(scene.mei, scene.files.url("/index.m3u8"))
    choice = await scene.after_click(ids.LOOK_BUTTON, "renditions")
    await scene.after_click(
        ids.LOOK_BUTTON, "This rendition is a master playlist itself", small_of(choice)
    )

    assert len(scene.files.asked) == 3


async def test_rendition_that_is_gone_when_it_is_chosen_is_not_replaced_by_another(
    scene: Scene,
) -> None:
    scene.files.answers["/index.m3u8"] = plain(body=MASTER.encode())
    await propose(scene.mei, scene.files.url("/index.m3u8"))
    choice = await scene.after_click(ids.LOOK_BUTTON, "renditions")
    scene.files.answers["/index.m3u8"] = plain(body=MASTER.replace("360", "480").encode())

    shown = await scene.after_click(ids.LOOK_BUTTON, "has changed", small_of(choice))

    assert ids.ADD_BUTTON not in str(shown.blocks)
    assert len(scene.files.asked) == 2


async def test_rendition_of_which_nothing_can_be_sent_is_offered_as_it_is(scene: Scene) -> None:
    scene.files.answers["/index.m3u8"] = plain(body=MASTER.encode())
    scene.files.answers["/360/index.m3u8"] = plain(body=b"#EXTM3U\nhttp://a.example/1.ts\n2.t")

    await propose(scene.mei, scene.files.url("/index.m3u8"))
    choice = await scene.after_click(ids.LOOK_BUTTON, "renditions")
    offered = await scene.after_click(ids.LOOK_BUTTON, "It names 1 file more", small_of(choice))

    assert "and 1 that cannot be sent" in words(offered)
    assert "It names no segment that can be sent" in words(offered)
    assert "The file ends inside a line" in words(offered)


async def test_renditions_beyond_the_buttons_and_their_faults_are_told(scene: Scene) -> None:
    lines = [f"#EXT-X-STREAM-INF:BANDWIDTH={at}\n{at}.m3u8\n" for at in range(1, 24)]
    fault = "#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://10.0.0.1/a.m3u8\n"
    scene.files.answers["/index.m3u8"] = plain(body=f"#EXTM3U\n{''.join(lines)}{fault}".encode())

    await propose(scene.mei, scene.files.url("/index.m3u8"))
    shown = await scene.after_click(ids.LOOK_BUTTON, "renditions")

    assert "and 3 more, for which there is no button here." in words(shown)
    assert "1 rendition cannot be sent:" in words(shown)
    assert "The host is a private one" in words(shown)


async def test_what_the_person_changes_while_the_server_is_slow_stays_as_chosen(
    scene: Scene,
) -> None:
    """The answer comes behind another choice in the same modal, which it does not overwrite."""
    answered = asyncio.Event()
    scene.files.answers["/index.m3u8"] = [answered, plain(body=b"#EXTM3U\n1.ts\n")]
    tomorrow = int((datetime.now(UTC) + timedelta(days=1)).timestamp())

    await propose(scene.mei, scene.files.url("/index.m3u8"))
    busy = await scene.after_click(ids.LOOK_BUTTON, "The bot looks at the playlist…")
    await scene.files.was_asked(1)
    await scene.mei.choose(busy, ids.SEND_AT_INPUT, tomorrow)
    chosen = await scene.stage.slack.wait_until(lambda: scene.view_with("To be sent"))
    updates = scene.updates
    answered.set()
    await scene.stage.slack.wait_until(lambda: scene.updates > updates)

    assert "Look at the playlist again" in words(chosen)
    assert "The bot looks at the playlist…" not in words(chosen)
    assert scene.mei.views[-1].blocks == chosen.blocks
    assert ids.LOOK_BUTTON in str(chosen.blocks)


async def test_modal_can_be_used_while_a_look_lasts_for_ever(scene: Scene) -> None:
    """As it stands after the process that looked has died."""
    answered = asyncio.Event()
    scene.files.answers["/index.m3u8"] = [answered, plain(body=b"#EXTM3U\n2.ts\n")]
    scene.files.answers["/other.m3u8"] = plain(body=b"#EXTM3U\n1.ts\n")

    await propose(scene.mei, f"{scene.files.url('/index.m3u8')} {scene.files.url('/other.m3u8')}")
    await scene.after_click(ids.LOOK_BUTTON, "The bot looks at the playlist…", "playlist:0")
    await scene.files.was_asked(1)
    offered = await scene.after_click(ids.LOOK_BUTTON, "It names 1 file more", "playlist:1")
    added = await scene.add_segments()
    answered.set()

    assert ids.ADD_BUTTON in str(offered.blocks)
    assert "Look at the playlist again" not in words(added)


async def test_offer_that_another_time_has_outdated_says_to_look_again(scene: Scene) -> None:
    scene.files.answers["/index.m3u8"] = plain(body=b"#EXTM3U\n1.ts\n")
    tomorrow = int((datetime.now(UTC) + timedelta(days=1)).timestamp())

    await propose(scene.mei, scene.files.url("/index.m3u8"))
    offered = await scene.after_click(ids.LOOK_BUTTON, "It names")
    await scene.mei.choose(offered, ids.SEND_AT_INPUT, tomorrow)
    chosen = await scene.stage.slack.wait_until(lambda: scene.view_with("To be sent"))
    again = await scene.after_click(ids.LOOK_BUTTON, "It names")

    assert "Look at the playlist again" in words(chosen)
    assert ids.ADD_BUTTON not in str(chosen.blocks)
    assert "Look at the playlist again" not in words(again)


async def test_modal_that_was_closed_while_the_server_was_slow_stays_closed(scene: Scene) -> None:
    answered = asyncio.Event()
    scene.files.answers["/index.m3u8"] = [answered, plain(body=b"#EXTM3U\n1.ts\n")]

    await propose(scene.mei, scene.files.url("/index.m3u8"))
    busy = await scene.after_click(ids.LOOK_BUTTON, "The bot looks at the playlist…")
    await scene.files.was_asked(1)
    await scene.mei.close(busy)
    updates = scene.updates
    answered.set()
    await scene.stage.slack.wait_until(lambda: scene.updates > updates)

    assert scene.mei.views == ()
    assert private(scene.mei) == []


@pytest.mark.parametrize("button", [ids.LOOK_BUTTON, ids.ADD_BUTTON])
async def test_value_of_somebody_else_s_button_leads_nowhere(scene: Scene, button: str) -> None:
    scene.files.answers["/index.m3u8"] = plain(body=b"#EXTM3U\n1.ts\n")
    await propose(scene.mei, scene.files.url("/index.m3u8"))
    offered = await scene.after_click(ids.LOOK_BUTTON, "It names")
    (value,) = [
        block["accessory"]["value"]
        for block in offered.blocks
        if block.get("accessory", {}).get("action_id") == button
    ]
    jun = scene.stage.slack.person(JUN)
    await propose(jun, scene.files.url("/other.m3u8"))
    await jun.click(jun.views[-1], ids.LOOK_BUTTON)
    await scene.stage.slack.wait_until(lambda: "answers 404" in words(jun.views[-1]))
    forged = deepcopy(last_payload(scene.stage))
    forged["view"]["hash"] = jun.views[-1].hash
    forged["actions"][0] |= {"action_id": button, "value": value}

    await deliver(jun, forged)
    told = await scene.stage.slack.wait_until(
        lambda: next((it for it in jun.views if "this modal is no longer valid" in words(it)), None)
    )

    assert not [view for view in (told, *jun.views) if "1.ts" in words(view)]


async def test_no_button_holds_an_address_that_may_be_signed(scene: Scene) -> None:
    scene.files.answers["/index.m3u8"] = plain(body=MASTER.encode())
    await propose(scene.mei, scene.files.url("/index.m3u8?auth_key=1-2"))
    shown = await scene.after_click(ids.LOOK_BUTTON, "renditions")

    values = [block["accessory"]["value"] for block in shown.blocks if "accessory" in block]

    assert len(values) == 4
    assert not [value for value in values if "auth_key" in value or "/" in value]
