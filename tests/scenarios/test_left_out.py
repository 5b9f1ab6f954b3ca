"""What was left out of a long list goes back to the person as a file."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.blocks import ids
from bot.blocks.left_out import FILE_NAME
from bot.sandbox.fakeslack import LAUNCH, MEI, Message, Person
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import bot_on_stage
from tests.helpers.slack_people import agree, words
from tests.helpers.stored_rows import check_books

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = "https://v.example.com/good.mp4"
SECRET = "sign=5199337c31c8e462"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def writer(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A bot that was granted both optional scopes for files."""
    database = tmp_path_factory.mktemp("left-out") / "prefetch.db"
    async with bot_on_stage(database, scopes=["files:read", "files:write"]) as stage:
        yield stage


def bad(items: int) -> list[str]:
    return [f"ftp://v.example.com/{n}.mp4?{SECRET}" for n in range(items)]


def direct(stage: Stage, person: Person) -> list[Message]:
    """The person's direct messages with the bot."""
    channel = stage.slack.workspace.direct_message(person.id)
    return list(stage.slack.workspace.messages.get(channel.id, {}).values())


async def hand_in(person: Person, lines: list[str]) -> None:
    await person.command(LAUNCH, "/prefetch")
    form = await person.next_view()
    await person.submit(form, {ids.TARGETS_BLOCK: {ids.TARGETS_INPUT: "\n".join(lines)}})


async def given_back(stage: Stage, person: Person, already: int) -> tuple[Message, str]:
    """The message and the text of the file below it."""

    def look() -> list[Message] | None:
        found = direct(stage, person)[already:]
        return found if found and found[-1].files else None

    told, shared = await stage.slack.wait_until(look)
    (file,) = shared.files
    assert file["name"] == FILE_NAME
    return told, stage.slack.workspace.files[file["id"]].content.decode()


async def test_more_than_ten_left_out_come_as_a_file_without_what_signs(writer: Stage) -> None:
    mei, already = writer.slack.person(MEI), len(direct(writer, writer.slack.person(MEI)))

    await hand_in(mei, [GOOD, *bad(12)])
    told, text = await given_back(writer, mei, already)
    await agree(writer, mei, mei.views[-1])

    assert "*Not sent (12)*" in told.text
    assert [line for line in text.splitlines() if line.startswith("    ")] == [
        f"    ftp://v.example.com/{n}.mp4?… (line {n + 2})" for n in range(12)
    ]
    assert SECRET not in text
    assert [it.facts["with_token"] for it in writer.slack.log.of("upload")][-1] is False
    check_books(writer)


async def test_list_that_is_refused_as_a_whole_comes_back_too(writer: Stage) -> None:
    mei, already = writer.slack.person(MEI), len(direct(writer, writer.slack.person(MEI)))

    await hand_in(mei, bad(11))
    told, text = await given_back(writer, mei, already)

    assert "*Not sent (11)*" in told.text
    assert text.count("ftp://") == 11
    assert ids.TARGETS_BLOCK in mei.views[-1].errors
    await mei.close(mei.views[-1])


async def test_list_in_a_file_comes_back_too(writer: Stage) -> None:
    mei, already = writer.slack.person(MEI), len(direct(writer, writer.slack.person(MEI)))
    file = writer.slack.add_file(MEI, "a.txt", "\n".join([GOOD, *bad(15)]).encode(), "text/plain")
    message = await mei.say(LAUNCH, "list", files=[writer.slack.file_body(file)])

    await mei.message_shortcut(ids.MESSAGE_SHORTCUT, LAUNCH, message.ts)
    told, text = await given_back(writer, mei, already)

    assert "*Not sent (15)*" in told.text
    assert text.count("ftp://") == 15
    assert "*1 file*" in words(mei.views[-1])
    await mei.close(mei.views[-1])


async def test_ten_left_out_stand_on_the_screen_alone(writer: Stage) -> None:
    mei, uploads = writer.slack.person(MEI), len(writer.slack.log.of("upload"))

    await hand_in(mei, [GOOD, *bad(10)])
    await agree(writer, mei, mei.views[-1])

    assert len(writer.slack.log.of("upload")) == uploads


async def test_without_the_scope_nothing_is_given_back(writer: Stage) -> None:
    mei, uploads = writer.slack.person(MEI), len(writer.slack.log.of("upload"))
    writer.slack.scopes.discard("files:write")
    try:
        await hand_in(mei, [GOOD, *bad(12)])
        await agree(writer, mei, mei.views[-1])
    finally:
        writer.slack.scopes.add("files:write")

    assert len(writer.slack.log.of("upload")) == uploads


async def test_no_message_stands_without_its_file(writer: Stage) -> None:
    mei = writer.slack.person(MEI)
    await mei.command(LAUNCH, "/prefetch", "quota")  # its answer says that the scope is there again
    already, deleted = len(direct(writer, mei)), len(writer.slack.log.of("call", "chat.delete"))
    writer.slack.fail("files.completeUploadExternal", "internal_error")

    await hand_in(mei, [GOOD, *bad(12)])
    await writer.slack.wait_until(
        lambda: writer.slack.log.of("call", "chat.delete")[deleted:] or None
    )

    assert len(direct(writer, mei)) == already
    assert "*1 file*" in words(mei.views[-1])
