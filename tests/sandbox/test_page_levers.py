"""Each lever does what it says."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.fakeslack import FAULTS as SLACK_FAULTS
from bot.sandbox.fakeslack import LAUNCH
from bot.sandbox.fakevod import FAULTS as CLOUD_FAULTS
from bot.sandbox.page import SandboxPage
from tests.helpers.page_client import Json, PageTab, opened
from tests.helpers.page_server import page_alone, page_with_bot, page_with_process

pytestmark = pytest.mark.integration

FILM = "https://v.example.com/film.mp4"
# What the published tables of VOD, its gateway and IAM name, a few of each kind.
PUBLISHED = (
    *("VOD.10051", "VOD.10053", "VOD.10057", "VOD.10062", "VOD.10086", "VOD.10109", "VOD.10127"),
    *("VOD.10120", "VOD.10136", "VOD.10051-403"),
    *("APIGW.0101", "APIGW.0201-502", "APIGW.0301", "APIGW.0307", "APIGW.0308", "APIGW.0613"),
    *("IAM.0001", "IAM.0004", "IAM.0012", "IAM.0061", "IAM.0066", "IAM.0080"),
)


@pytest.fixture
async def quiet() -> AsyncIterator[SandboxPage]:
    async with page_alone() as page:
        yield page


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[SandboxPage]:
    async with page_with_bot(tmp_path) as page:
        yield page


async def confirm(tab: PageTab, targets: str = FILM) -> Json:
    """Type the command and submit its modal; returns the answer to the submission."""
    await tab.do("say", channel=LAUNCH, text=f"/prefetch {targets}")
    await tab.until(lambda: tab.views and tab.views[-1]["submit"])
    return await tab.do("submit", view_id=tab.views[-1]["id"], values={})


def card(tab: PageTab, words: str) -> Json | None:
    held = tab.messages.get(LAUNCH, {}).values()
    return next((message for message in held if words in message["text"]), None)


def faults_on(tab: PageTab) -> dict[str, int | None]:
    return {fault["name"]: fault["left"] for fault in tab.status["faults"]}


@pytest.mark.parametrize("name", [*SLACK_FAULTS, *CLOUD_FAULTS])
async def test_every_fault_goes_on_and_off_again(quiet: SandboxPage, name: str) -> None:
    async with opened(quiet) as tab:
        known = {fault["name"]: fault for fault in tab.hello["faults"]}
        on = await tab.do("fault", name=name)
        shown_on = faults_on(tab)
        off = await tab.do("clear_faults", name=name)

        assert known[name]["side"] == ("slack" if name in SLACK_FAULTS else "cloud")
        assert known[name]["text"]
        assert on["ok"]
        assert off["ok"]
        assert list(shown_on) == [name]
        assert faults_on(tab) == {}


async def test_every_published_code_goes_on_and_off_again(quiet: SandboxPage) -> None:
    async with opened(quiet) as tab:
        offered = {f["name"]: f["text"] for f in tab.hello["faults"] if f["side"] == "code"}
        for name in offered:
            on = await tab.do("fault", name=name, times=2)
            shown_on = faults_on(tab)
            await tab.do("clear_faults", name=name)

            assert on["ok"], name
            assert shown_on == {name: 2}
        left = faults_on(tab)

    assert left == {}
    assert set(PUBLISHED) <= set(offered)
    assert all(text[:3].isdigit() for text in offered.values())


@pytest.mark.parametrize("code", ["VOD.10110", "APIGW.0302"])
async def test_code_of_the_cloud_shows_on_the_card(page: SandboxPage, code: str) -> None:
    async with opened(page) as tab:
        await tab.do("fault", name=code, times=1)
        await confirm(tab)

        failed = await tab.until(lambda: card(tab, "(failed)"))
        assert code in str(failed)
        assert tab.calls[0]["fault"] == code
        assert faults_on(tab) == {}


async def test_code_that_nobody_published_is_refused(quiet: SandboxPage) -> None:
    async with opened(quiet) as tab:
        refused = await tab.do("fault", name="VOD.99999")

        assert refused["error"] == "there is no fault VOD.99999"


async def test_faults_are_cleared_all_at_once(quiet: SandboxPage) -> None:
    async with opened(quiet) as tab:
        await tab.do("fault", name="slack-429", times=3)
        await tab.do("fault", name="vod-500", times=2)
        await tab.do("fault", name="channel-archived")
        both = faults_on(tab)
        archived = {c["id"]: c["is_archived"] for c in tab.hello["channels"]}[LAUNCH]
        await tab.do("clear_faults")

        assert both == {"slack-429": 6, "vod-500": 2, "channel-archived": None}
        assert archived
        assert faults_on(tab) == {}
        assert not {c["id"]: c["is_archived"] for c in tab.hello["channels"]}[LAUNCH]


async def test_failing_fault_of_the_cloud_shows_on_the_card(page: SandboxPage) -> None:
    async with opened(page) as tab:
        await tab.do("fault", name="vod-403-arrears")
        await confirm(tab)

        await tab.until(lambda: card(tab, "(failed)"))
        assert tab.calls[0]["fault"] == "vod-403-arrears"


async def test_fault_of_slack_is_felt_once_and_then_over(page: SandboxPage) -> None:
    async with opened(page) as tab:
        await tab.do("fault", name="trigger-expired", times=1)
        await tab.do("say", channel=LAUNCH, text=f"/prefetch {FILM}")
        offer = await tab.until(lambda: next(iter(tab.messages.get(LAUNCH, {}).values()), None))
        left = faults_on(tab)
        surface = {"message": {"channel": LAUNCH, "ts": offer["ts"]}}
        await tab.do("click", surface=surface, action_id="review_draft")

        await tab.until(lambda: tab.views)
        assert offer["is_ephemeral"]
        assert left == {}


async def test_urls_fail_as_the_lever_says(page: SandboxPage) -> None:
    async with opened(page) as tab:
        await tab.do("lever", name="fail_urls_with", value=["bad"])
        await confirm(tab, f"{FILM} https://v.example.com/bad.mp4")

        await tab.until(lambda: card(tab, "(partly failed)"))
        assert tab.status["levers"]["fail_urls_with"] == ["bad"]


async def test_daily_limit_of_the_cloud_refuses_what_the_bot_believed_in(
    page: SandboxPage,
) -> None:
    async with opened(page) as tab:
        await tab.do("lever", name="daily_limit", value=0)
        await confirm(tab)

        await tab.until(lambda: card(tab, "(failed)"))
        await tab.until(lambda: (tab.ledger["days"] or [{}])[0].get("exhausted"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("task_seconds", 30.0), ("creates_per_minute", 10), ("queries_per_minute", 60)],
)
async def test_speeds_reach_the_cloud(quiet: SandboxPage, name: str, value: float) -> None:
    async with opened(quiet) as tab:
        await tab.do("lever", name=name, value=value)

        assert getattr(quiet.scene.vod.levers, name) == value
        assert tab.status["levers"][name] == value


@pytest.mark.parametrize("lever", ["drop_socket", "refresh_socket"])
async def test_bot_comes_back_after_its_socket_went(page: SandboxPage, lever: str) -> None:
    def hellos() -> int:
        found = [r for r in tab.records if (r["kind"], r["name"]) == ("socket", "hello")]
        return len(found)

    async with opened(page) as tab:
        before = hellos()
        await tab.do(lever)
        await tab.until(lambda: hellos() > before)
        await tab.until(lambda: tab.status["sockets"] == 1)
        answer = await tab.do("say", channel=LAUNCH, text="/prefetch quota")

        assert answer["delivery"]["error"] is None


async def test_redelivered_submission_changes_nothing(page: SandboxPage) -> None:
    async with opened(page) as tab:
        await confirm(tab)
        again = await tab.do("redeliver_last")
        await tab.until(lambda: card(tab, "(succeeded)"))

        assert again["ok"]
        assert page.scene.vod.charged(page.scene.vod.today) == 1
        assert len(tab.messages[LAUNCH]) == 1


async def test_request_survives_the_bot_that_is_killed_and_started_again() -> None:
    async with page_with_process() as page, opened(page) as tab:
        await tab.do("lever", name="task_seconds", value=3)
        await confirm(tab)
        first = await tab.until(lambda: card(tab, "Prefetch R-"))
        await tab.until(lambda: any(call["operation"] == "query" for call in tab.calls))
        # The first edit shows that the bot has stored where its card is.
        await tab.until(lambda: any(record["name"] == "chat.update" for record in tab.records))

        killed = await tab.do("kill_bot")
        down = dict(tab.status)
        started = await tab.do("start_bot")
        final = await tab.until(lambda: card(tab, "(succeeded)"))

        assert killed["ok"]
        assert (down["bot"], down["exit_code"], down["sockets"]) == ("down", -9, 0)
        assert started["ok"]
        assert tab.status["bot"] == "up"
        assert final["ts"] == first["ts"]
        assert page.scene.vod.charged(page.scene.vod.today) == 1


async def test_command_without_a_bot_fails_as_slack_says_it() -> None:
    async with page_with_process() as page, opened(page) as tab:
        await tab.do("kill_bot")
        answer = await tab.do("say", channel=LAUNCH, text="/prefetch quota")
        twice = await tab.do("kill_bot")

        assert answer["delivery"]["error"] == "dispatch_failed"
        assert tab.texts(LAUNCH) == ['/prefetch failed with the error "dispatch_failed"']
        assert twice["error"] == "the bot is down already"


async def test_bot_log_and_state_are_shown() -> None:
    async with page_alone() as page, opened(page) as tab:
        before = tab.status["bot"]
        starting = await tab.do("start_bot")
        twice = await tab.do("start_bot")
        await tab.until(lambda: any("the bot is up" in line for line in tab.status["bot_log"]))

        assert before == "down"
        assert starting["ok"]
        assert twice["error"] == "the bot is up already"
