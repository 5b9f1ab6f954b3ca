"""A thousand messages, long ones, and hostile ones: shown as text, and quickly."""

import pytest

from bot.sandbox.fakeslack import JUN, LAUNCH
from tests.helpers.browser_window import Window, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = (
    "<img src=x onerror=\"document.title='caught'\"> <script>document.title='caught'</script>"
    " <!channel> &amp; <b>bold</b> javascript:alert(1)"
)


async def test_thousand_messages_show_the_newest_and_the_older_when_asked(
    quiet_window: Window,
) -> None:
    jun = quiet_window.sandbox.scene.slack.person(JUN)
    for number in range(1000):
        await jun.say(LAUNCH, f"message {number:04}")
    await quiet_window.page.reload()

    await expect(quiet_window.messages).to_have_count(200)
    await expect(quiet_window.messages.last).to_contain_text("message 0999")
    await quiet_window.page.get_by_role("button", name="Show older messages").click()
    await expect(quiet_window.messages).to_have_count(400)
    await expect(quiet_window.messages.first).to_contain_text("message 0600")


async def test_message_in_a_crowd_appears_at_once(quiet_window: Window) -> None:
    jun = quiet_window.sandbox.scene.slack.person(JUN)
    for number in range(1000):
        await jun.say(LAUNCH, f"message {number:04} " + "x" * 400)
    await expect(quiet_window.messages.last).to_contain_text("message 0999")
    await quiet_window.page.evaluate(
        """() => {
          const list = document.querySelector(".message-list");
          new MutationObserver(() => { window.cameAt ??= performance.now(); })
            .observe(list, { childList: true });
          document.querySelector(".composer-box").addEventListener(
            "submit", () => { window.sentAt = performance.now(); }, true);
        }"""
    )
    await quiet_window.box.fill("one more")
    await quiet_window.page.get_by_role("button", name="Send").click()
    await expect(quiet_window.messages.last).to_contain_text("one more")

    took = await quiet_window.page.evaluate("window.cameAt - window.sentAt")
    assert took < 1000


async def test_rows_stay_few_while_messages_come(quiet_window: Window) -> None:
    jun = quiet_window.sandbox.scene.slack.person(JUN)
    for number in range(700):
        await jun.say(LAUNCH, f"message {number:04}")
    await expect(quiet_window.messages.last).to_contain_text("message 0699")

    assert await quiet_window.messages.count() <= 300


async def test_text_of_40_000_characters_is_folded_until_asked_for(quiet_window: Window) -> None:
    await quiet_window.sandbox.scene.slack.person(JUN).say(LAUNCH, "long " * 8000)
    message = quiet_window.messages.last
    await expect(message).to_contain_text("long long")
    folded = await message.bounding_box()

    await message.get_by_role("button", name="Show all 40,000 characters").click()

    unfolded = await message.bounding_box()
    assert folded is not None
    assert unfolded is not None
    assert folded["height"] < 400 < unfolded["height"]


async def test_markup_of_the_web_is_shown_as_text(quiet_window: Window) -> None:
    await quiet_window.say(HOSTILE)

    await expect(quiet_window.messages.last).to_contain_text(HOSTILE)
    assert await quiet_window.messages.locator("img, script, b").count() == 0
    assert "caught" not in await quiet_window.page.title()


@pytest.mark.parametrize(
    ("text", "direction"),
    [("ملف الإطلاق جاهز", "rtl"), ("The film is ready", "ltr"), ("👨‍👩‍👧 发布会", "ltr")],
)
async def test_each_text_runs_in_its_own_direction(
    quiet_window: Window, text: str, direction: str
) -> None:
    await quiet_window.say(text)
    shown = quiet_window.messages.last.get_by_text(text)

    await expect(shown).to_have_css("direction", direction)
