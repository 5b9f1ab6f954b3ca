"""Who may not is told at once, which setting says so, and whom to ask."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.blocks import ids
from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, NORA, RANDOM, SAM, Message, Person
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import MANIFEST, bot_on, bot_on_stage, quick_levers
from tests.helpers.slack_people import (
    ERROR_ID,
    ask,
    final_card,
    next_private,
    outcome_of,
    prefetch,
    private,
    propose,
    words,
)
from tests.helpers.stored_rows import check_books, requests_of

URL = "https://v.example.com/secret.mp4"

Act = Callable[[Stage, Person], Awaitable[Message]]


async def by_command(stage: Stage, person: Person) -> Message:
    return await ask(stage, person, URL)


async def by_form(stage: Stage, person: Person) -> Message:
    return await ask(stage, person, "")


async def by_message(stage: Stage, person: Person) -> Message:
    message, already = await person.say(LAUNCH, URL), len(private(person))
    await person.message_shortcut(ids.MESSAGE_SHORTCUT, LAUNCH, message.ts)
    return await next_private(stage, person, already=already)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PREFETCH_ALLOWED_USERS", MEI),
        ("PREFETCH_ALLOWED_USERS", ""),
        ("PREFETCH_DENIED_USERS", f"{JUN},{SAM}"),
        ("PREFETCH_ALLOWED_CHANNELS", RANDOM),
    ],
)
async def test_whoever_may_not_is_refused_however_they_begin(
    tmp_path: Path, setting: str, value: str
) -> None:
    begin: list[Act] = [by_command, by_form, by_message]
    database = tmp_path / "prefetch.db"
    async with (
        Stage(MANIFEST, database=database, levers=quick_levers()) as stage,
        bot_on(stage, database, **{setting: value}),
    ):
        jun = stage.slack.person(JUN)

        answers = [(await act(stage, jun)).text for act in begin]

        for answer in answers:
            assert "you may not prefetch here" in answer
            assert f"Setting: `{setting}`. Ask <@{SAM}> to change it." in answer
            assert ERROR_ID.search(answer)
            assert "secret" not in answer
        assert jun.views == ()
        assert requests_of(stage) == []
        check_books_of_nothing(stage)


def check_books_of_nothing(stage: Stage) -> None:
    # Beside the open modal assets are looked up, which spends nothing.
    assert [call for call in stage.vod.calls if call.operation != "info"] == []
    answers = [record.facts["answer"] for record in stage.slack.log.of("response_url")]
    assert set(answers) <= {"ok"}


async def test_global_shortcut_tells_in_a_modal_because_there_is_no_channel(
    tmp_path: Path,
) -> None:
    async with bot_on_stage(tmp_path / "prefetch.db", PREFETCH_ALLOWED_USERS=MEI) as stage:
        jun = stage.slack.person(JUN)

        await jun.global_shortcut(ids.GLOBAL_SHORTCUT)
        view = await jun.next_view()

        assert "Setting: `PREFETCH_ALLOWED_USERS`" in words(view)
        assert f"<@{SAM}>" in words(view)
        assert view.body["submit"] is None


async def test_channel_that_is_not_allowed_is_refused_under_the_form_that_keeps_the_list(
    tmp_path: Path,
) -> None:
    async with bot_on_stage(tmp_path / "prefetch.db", PREFETCH_ALLOWED_CHANNELS=LAUNCH) as stage:
        mei = stage.slack.person(MEI)
        await mei.global_shortcut(ids.GLOBAL_SHORTCUT)
        form = await mei.next_view()

        await mei.submit(
            form, {"targets": {"targets_text": URL}, "channel": {"channel_choice": RANDOM}}
        )
        refused = mei.views[-1]
        await mei.submit(refused, {"channel": {"channel_choice": LAUNCH}})

        assert "Setting: PREFETCH_ALLOWED_CHANNELS" in refused.errors["targets"]
        assert f"posted to <#{LAUNCH}>" in words(mei.views[-1])


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"PREFETCH_ALLOWED_USERS": JUN}, f"`PREFETCH_ALLOWED_USERS`. Ask <@{SAM}>"),
        ({"PREFETCH_ALLOWED_CHANNELS": RANDOM}, f"`PREFETCH_ALLOWED_CHANNELS`. Ask <@{SAM}>"),
        ({"PREFETCH_ALLOWED_DOMAINS": "*.example.net"}, "what would run has changed"),
        ({"PREFETCH_ASSET_COST": "5"}, "what would run has changed"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_what_was_allowed_on_opening_is_checked_again_on_confirming(
    tmp_path: Path, changed: dict[str, str], told: str
) -> None:
    database = tmp_path / "prefetch.db"
    async with Stage(MANIFEST, database=database, levers=quick_levers()) as stage:
        mei = stage.slack.person(MEI)
        async with bot_on(stage, database):
            view = await propose(mei, f"{URL} {'ab' * 16}")
        await stage.slack.wait_until(lambda: not stage.slack.connections)
        async with bot_on(stage, database, **changed):
            await mei.submit(view)
            answer = mei.views[-1]

            assert told in words(answer)
            assert ERROR_ID.search(words(answer))
            assert answer.body["submit"] is None
            assert requests_of(stage) == []
            check_books_of_nothing(stage)


async def test_domain_that_is_not_allowed_is_left_out_and_said_so(tmp_path: Path) -> None:
    async with bot_on_stage(
        tmp_path / "prefetch.db", PREFETCH_ALLOWED_DOMAINS="*.example.com"
    ) as stage:
        mei = stage.slack.person(MEI)

        view = await propose(mei, f"{URL} https://v.example.net/other.mp4?sign=S3CRET")
        await mei.submit(view)
        await final_card(stage)

        assert "*1 file* in *1 call*" in words(view)
        assert "`https://v.example.net/other.mp4?…` – v.example.net is not in" in words(view)
        assert f"PREFETCH_ALLOWED_DOMAINS; ask <@{SAM}>." in words(view)
        assert "S3CRET" not in str(view.blocks)
        assert [call.urls for call in stage.vod.books.tasks] == [(URL,)]
        check_books(stage)


async def test_no_allowed_domain_at_all_is_a_refusal_with_the_reason(tmp_path: Path) -> None:
    async with bot_on_stage(
        tmp_path / "prefetch.db", PREFETCH_ALLOWED_DOMAINS="*.example.com"
    ) as stage:
        told = await ask(stage, stage.slack.person(MEI), "https://v.example.net/other.mp4")

        assert "nothing here can be prefetched" in told.text
        assert "v.example.net is not in PREFETCH_ALLOWED_DOMAINS" in told.text
        assert stage.vod.calls == []


async def test_who_may_not_prefetch_may_still_look(tmp_path: Path) -> None:
    async with bot_on_stage(tmp_path / "prefetch.db", PREFETCH_ALLOWED_USERS=MEI) as stage:
        jun = stage.slack.person(JUN)
        card = await prefetch(stage, stage.slack.person(MEI), URL)

        quota = await ask(stage, jun, "quota")
        await jun.click(card, ids.DETAILS_BUTTON)

        assert "About *999 of 1,000 left today*" in quota.text
        assert URL in words(await jun.next_view())
        check_books(stage)


async def test_guest_of_another_workspace_confirms_what_was_proposed(stage: Stage) -> None:
    """A guest's command names their own workspace, the modal the one of the bot."""
    nora = stage.slack.person(NORA)

    card = await prefetch(stage, nora, "https://v.example.com/a.mp4")

    assert outcome_of(card) == "succeeded"
    assert check_books(stage).settled == 1
