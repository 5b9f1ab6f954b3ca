"""Lists in files: attached to the form, or to the message of the shortcut."""

import json
import re
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from bot.blocks import ids
from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, RANDOM, Person, View
from bot.sandbox.fakeslack.workspace import File
from bot.sandbox.stage import Stage
from tests.helpers.list_files import workbook
from tests.helpers.running_bot import bot_on_stage
from tests.helpers.slack_people import agree, words
from tests.helpers.stored_rows import check_books, count_drafts

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A bot that was granted the optional scope."""
    database = tmp_path_factory.mktemp("files") / "prefetch.db"
    async with bot_on_stage(database, scopes=["files:read"]) as stage:
        yield stage


def films(folder: str, names: str = "abc") -> list[str]:
    return [f"https://v.example.com/{folder}/{name}%20ü.mp4?sign=1&t=2" for name in names]


def csv(addresses: Sequence[str], encoding: str = "utf-8-sig") -> bytes:
    rows = [f'{place},"{address}",1234' for place, address in enumerate(addresses)]
    return "\r\n".join(["no,url,size", *rows, ""]).encode(encoding)


def uploaded(stage: Stage, person: Person, name: str, content: bytes) -> File:
    return stage.slack.add_file(person.id, name, content, "text/plain")


async def open_form(person: Person) -> View:
    await person.command(LAUNCH, "/prefetch")
    return await person.next_view()


async def hand_in(stage: Stage, person: Person, form: View, *files: File, typed: str = "") -> View:
    """Submit the form; what stands in the modal when the files are read."""
    chosen = [stage.slack.file_body(file) for file in files]
    values = {ids.TARGETS_BLOCK: {ids.TARGETS_INPUT: typed}}
    delivery = await person.submit(form, {**values, ids.FILES_BLOCK: {ids.FILES_INPUT: chosen}})
    assert delivery.error is None
    return await read_view(stage, person)


async def read_view(stage: Stage, person: Person) -> View:
    """What stands in the modal once it no longer says that files are being read."""

    def look() -> View | None:
        return next((it for it in person.views[-1:] if "Reading" not in words(it)), None)

    return await stage.slack.wait_until(look)


async def share(stage: Stage, person: Person, *files: File, text: str = "the list") -> str:
    bodies = [stage.slack.file_body(file) for file in files]
    return (await person.say(LAUNCH, text, files=bodies)).ts


def sent(stage: Stage, earlier: int) -> list[str]:
    return [url for task in stage.vod.books.tasks[earlier:] for url in task.urls]


async def test_file_in_the_form_is_sent_byte_for_byte(reader: Stage) -> None:
    mei, addresses = reader.slack.person(MEI), films("form", "abcdefghijkl")
    earlier = len(reader.vod.books.tasks)
    file = uploaded(reader, mei, "launch.csv", csv(addresses, "utf-16"))

    view = await hand_in(reader, mei, await open_form(mei), file)
    shown = await agree(reader, mei, view)

    assert "*12 files* in *2 calls*" in shown
    assert "Read launch.csv as a table, column *url*, 12 rows below its header." in shown
    assert sorted(sent(reader, earlier)) == sorted(addresses)
    check_books(reader)


KINDS_OF = [f"https://v.example.com/kind/{name}.mp4?sign=1&t=2" for name in "abc"]
ESCAPED = [it.replace("&", "&amp;") for it in KINDS_OF]
TITLES = ["发布会开场视频", "产品介绍预告片", "中文字幕完整版"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "titles.csv",
            "\n".join(map(",".join, zip(TITLES, KINDS_OF, strict=True))).encode("gb18030"),
        ),
        ("rows.tsv", "\r\n".join(f"{it}\t12" for it in ["url", *KINDS_OF]).encode("utf-16")),
        ("list.json", json.dumps({"items": [{"url": it} for it in KINDS_OF]}).encode()),
        (
            "map.xml",
            f"<urlset><url><loc>{'</loc></url><url><loc>'.join(ESCAPED)}</loc></url></urlset>".encode(),
        ),
        ("index.m3u8", "\n".join(["#EXTM3U", *(f"#EXTINF:4,\n{it}" for it in KINDS_OF)]).encode()),
        ("sheet.xlsx", workbook({"S": [["title", "url"], *zip(TITLES, KINDS_OF, strict=True)]})),
    ],
    ids=["csv", "tsv", "json", "xml", "m3u8", "xlsx"],
)
async def test_each_kind_of_file_is_sent_byte_for_byte(
    reader: Stage, name: str, content: bytes
) -> None:
    mei, earlier = reader.slack.person(MEI), len(reader.vod.books.tasks)
    file = uploaded(reader, mei, name, content)

    await agree(reader, mei, await hand_in(reader, mei, await open_form(mei), file))

    assert sent(reader, earlier) == KINDS_OF
    check_books(reader)


async def test_typed_list_and_two_files_are_one_request(reader: Stage) -> None:
    mei = reader.slack.person(MEI)
    typed, first, second = films("typed", "a"), films("sheet"), films("list")
    earlier = len(reader.vod.books.tasks)
    sheet = uploaded(reader, mei, "a.xlsx", workbook({"S": [["url"], *([it] for it in first)]}))
    plain = uploaded(reader, mei, "b.txt", "\n".join([*second, first[0]]).encode())

    view = await hand_in(reader, mei, await open_form(mei), sheet, plain, typed="\n".join(typed))
    shown = await agree(reader, mei, view)

    assert "*7 files* in *1 call*" in shown
    assert "Read a.xlsx as a table, column *url*, 3 rows below its header." in shown
    assert "Read b.txt as a plain list, 4 lines." in shown
    assert "1 duplicate merged." in shown
    assert sent(reader, earlier) == [*typed, *first, *second]
    check_books(reader)


async def test_file_of_a_message_is_sent_with_its_links(reader: Stage) -> None:
    mei, jun, addresses = reader.slack.person(MEI), reader.slack.person(JUN), films("message")
    linked, earlier = "https://v.example.com/linked.mp4", len(reader.vod.books.tasks)
    file = uploaded(reader, jun, "launch.txt", "\n".join(addresses).encode())
    picture = reader.slack.add_file(JUN, "poster.png", b"\x89PNG", "image/png")
    ts = await share(reader, jun, file, picture, text=f"tonight: {linked}")

    await mei.message_shortcut(ids.MESSAGE_SHORTCUT, LAUNCH, ts)
    await mei.next_view()
    shown = await agree(reader, mei, await read_view(reader, mei))

    assert "Read launch.txt as a plain list, 3 lines." in shown
    assert "poster" not in shown
    assert sent(reader, earlier) == [linked, *addresses]
    check_books(reader)


async def test_file_of_which_a_shared_channel_tells_only_the_id_is_asked_for(
    reader: Stage,
) -> None:
    """https://docs.slack.dev/apis/slack-connect: `check_file_info` stands for all the rest."""
    mei, addresses = reader.slack.person(MEI), films("connect")
    file = uploaded(reader, mei, "partner.txt", "\n".join(addresses).encode())
    only_id = {"id": file.id, "mode": "file_access", "file_access": "check_file_info"}
    message = reader.slack.workspace.post(LAUNCH, MEI, "", files=[only_id])

    await mei.message_shortcut(ids.MESSAGE_SHORTCUT, LAUNCH, message.ts)
    await mei.next_view()
    view = await read_view(reader, mei)

    assert "Read partner.txt as a plain list, 3 lines." in words(view)
    await mei.close(view)


async def test_form_is_answered_before_a_slow_file_is_read(reader: Stage) -> None:
    mei = reader.slack.person(MEI)
    form = await open_form(mei)
    file = uploaded(reader, mei, "slow.txt", "\n".join(films("slow")).encode())
    reader.slack.fail("files.info", None, latency_s=0.5)

    await mei.submit(form, {ids.FILES_BLOCK: {ids.FILES_INPUT: [reader.slack.file_body(file)]}})
    meanwhile = words(mei.views[-1])
    view = await read_view(reader, mei)

    assert "Reading `slow.txt`." in meanwhile
    assert "*3 files*" in words(view)
    await mei.close(view)


async def test_form_stands_again_with_what_was_typed_when_nothing_can_be_sent(
    reader: Stage,
) -> None:
    mei, addresses = reader.slack.person(MEI), films("again")
    earlier = len(reader.vod.books.tasks)
    broken = uploaded(reader, mei, "poster.txt", b"\x89PNG\r\n")

    again = await hand_in(reader, mei, await open_form(mei), broken, typed="film")
    said = words(again)
    held = again.values[ids.TARGETS_BLOCK][ids.TARGETS_INPUT]["value"]
    whole = uploaded(reader, mei, "films.txt", "\n".join(addresses).encode())
    await agree(reader, mei, await hand_in(reader, mei, again, whole))

    assert "nothing here can be prefetched" in said
    assert "`poster.txt` – This kind of file is not read" in said
    assert held == "film"
    assert sent(reader, earlier) == addresses
    check_books(reader)


async def test_each_file_that_is_not_read_is_shown_with_its_reason(reader: Stage) -> None:
    mei = reader.slack.person(MEI)
    good = uploaded(reader, mei, "good.txt", films("good")[0].encode())
    gone = uploaded(reader, mei, "gone.txt", b"x")
    large = uploaded(reader, mei, "large.txt", b"a" * 2_000_001)
    away = reader.slack.add_file(
        MEI, "away.txt", b"", "text/plain", elsewhere="https://drive.example.com/away.txt"
    )
    form = await open_form(mei)
    reader.slack.workspace.delete_file(gone.id)

    view = await hand_in(reader, mei, form, good, gone, large, away)

    shown = words(view)
    assert "*1 file* in *1 call*" in shown
    assert "`gone.txt` – The file has been deleted in Slack" in shown
    assert "`large.txt` – The file is larger than 2 MB" in shown
    assert "`away.txt` – The file lies outside Slack" in shown
    await mei.close(view)


async def test_file_in_a_channel_without_the_bot_is_not_shown_to_it(reader: Stage) -> None:
    mei = reader.slack.person(MEI)
    file = uploaded(reader, mei, "hidden.txt", films("hidden")[0].encode())
    body = reader.slack.file_body(file)
    message = await mei.say(RANDOM, "the list", files=[body])

    await mei.message_shortcut(ids.MESSAGE_SHORTCUT, RANDOM, message.ts)
    await mei.next_view()
    view = await read_view(reader, mei)

    assert "`hidden.txt` – Slack does not show this file to the bot" in words(view)
    await mei.close(view)


async def test_modal_that_was_closed_meanwhile_stays_closed(reader: Stage) -> None:
    mei, drafts = reader.slack.person(MEI), count_drafts(reader)
    form = await open_form(mei)
    file = uploaded(reader, mei, "closed.txt", "\n".join(films("closed")).encode())
    reader.slack.fail("files.info", None, latency_s=0.5)
    await mei.submit(form, {ids.FILES_BLOCK: {ids.FILES_INPUT: [reader.slack.file_body(file)]}})

    await mei.close(mei.views[-1])
    await reader.slack.wait_until(
        lambda: [
            call
            for call in reader.slack.log.of("call", "views.update")
            if "not_found" in str(call.facts["answer"])
        ]
    )

    assert mei.views == ()
    assert count_drafts(reader) == drafts + 1
    check_books(reader, refused={"not_found", "file_deleted", "file_not_found"})


def error_ids(text: str) -> list[str]:
    return re.findall(r"E-[0-9A-Z]+", text)


async def test_draft_is_shown_when_slack_was_unwell_for_a_moment(reader: Stage) -> None:
    mei, form = reader.slack.person(MEI), await open_form(reader.slack.person(MEI))
    file = uploaded(reader, mei, "unwell.txt", films("unwell")[0].encode())
    reader.slack.fail("views.update", "internal_error")

    view = await hand_in(reader, mei, form, file)

    assert "*1 file*" in words(view)
    await mei.close(view)


async def test_modal_says_so_when_slack_refuses_to_show_the_draft(reader: Stage) -> None:
    mei, form = reader.slack.person(MEI), await open_form(reader.slack.person(MEI))
    file = uploaded(reader, mei, "refused.txt", films("refused")[0].encode())
    reader.slack.fail("views.update", "invalid_blocks")

    view = await hand_in(reader, mei, form, file)

    assert len(error_ids(words(view))) == 1
    await mei.close(view)


async def test_person_is_told_beside_the_modal_that_slack_does_not_change(reader: Stage) -> None:
    mei, form = reader.slack.person(MEI), await open_form(reader.slack.person(MEI))
    file = uploaded(reader, mei, "beside.txt", films("beside")[0].encode())
    channel = reader.slack.workspace.direct_message(mei.id)
    already = len(reader.slack.workspace.messages.get(channel.id, {}))
    reader.slack.fail("views.update", "invalid_blocks", times=2)
    reader.slack.fail("views.open", "expired_trigger_id")
    chosen = [reader.slack.file_body(file)]
    await mei.submit(form, {ids.FILES_BLOCK: {ids.FILES_INPUT: chosen}})

    told = await reader.slack.wait_until(
        lambda: list(reader.slack.workspace.messages.get(channel.id, {}).values())[already:]
    )

    assert [len(error_ids(message.text)) for message in told] == [1]
    await mei.close(mei.views[-1])


async def test_scope_that_is_taken_away_is_told_with_the_file_and_the_next_form_asks_for_none(
    reader: Stage,
) -> None:
    mei = reader.slack.person(MEI)
    form = await open_form(mei)
    file = uploaded(reader, mei, "late.txt", films("late")[0].encode())
    reader.slack.scopes.discard("files:read")
    try:
        again = await hand_in(reader, mei, form, file)
        said, asked = words(again), [block["block_id"] for block in again.blocks]
        await mei.close(again)
    finally:
        reader.slack.scopes.add("files:read")

    assert "`late.txt` – The bot may no longer read files" in said
    assert ids.FILES_BLOCK not in asked
