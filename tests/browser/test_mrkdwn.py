"""Slack's markup as elements, and everything else as the text that it is."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.helpers.browser_window import opened
from tests.helpers.page_server import page_alone

pytestmark = pytest.mark.asyncio(loop_scope="session")

RENDER = """async (text) => {
  const { mrkdwn } = await import("/static/mrkdwn.js");
  const place = {
    person: { id: "U1" },
    users: new Map([["U1", { name: "mei" }], ["U2", { name: "jun" }]]),
    channels: new Map([["C1", { name: "launch", kind: "public" }]]),
  };
  const box = document.createElement("div");
  box.append(mrkdwn(text, place));
  return box.innerHTML;
}"""
TIMED = """async (text) => {
  const { mrkdwn } = await import("/static/mrkdwn.js");
  const place = { users: new Map(), channels: new Map() };
  const started = performance.now();
  mrkdwn(text, place);
  return performance.now() - started;
}"""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """One for all: these tests leave nothing behind on it."""
    async with page_alone() as sandbox, opened(chromium, sandbox) as window:
        yield window.page


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("*bold* _italic_ ~gone~", "<strong>bold</strong> <em>italic</em> <s>gone</s>"),
        ("*bold _both_*", "<strong>bold <em>both</em></strong>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("* not bold *", "* not bold *"),
        ("*open", "*open"),
        ("`*code*`", "<code>*code*</code>"),
        ("*`bold code`*", "<strong><code>bold code</code></strong>"),
        ("`&lt;!channel&gt; &amp;`", "<code>&lt;!channel&gt; &amp;</code>"),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("<b>", '<span class="link">b</span>'),
        ("a < b", "a &lt; b"),
        ("<@U1>", '<span class="mention me">@mei</span>'),
        ("<@U2>", '<span class="mention">@jun</span>'),
        ("<@U9>", '<span class="mention">@U9</span>'),
        ("<#C1>", '<span class="mention">#launch</span>'),
        ("<#C9|old>", '<span class="mention">#old</span>'),
        ("<!here>", '<span class="mention me">@here</span>'),
        ("<javascript:alert(1)|x>", '<span class="link">x</span>'),
        ("&gt; quoted\nafter", "<blockquote>quoted</blockquote>after"),
        ("a\n```*x*\ny```\nb", "a<pre>*x*\ny</pre>b"),
        (":rocket: :unknown_one:", "🚀 :unknown_one:"),
        ("<!date^x^{time}|18:02 UTC>", "<span>18:02 UTC</span>"),
    ],
)
async def test_markup_becomes_elements(page: Page, markup: str, shown: str) -> None:
    assert await page.evaluate(RENDER, markup) == shown


async def test_link_opens_elsewhere_and_tells_nothing_of_the_page(page: Page) -> None:
    html = await page.evaluate(RENDER, "<https://x.example/?a=1&amp;b=2|here>")

    assert html == (
        '<a class="link" href="https://x.example/?a=1&amp;b=2" target="_blank"'
        ' rel="noopener noreferrer">here</a>'
    )


async def test_bare_url_is_a_link_without_the_full_stop(page: Page) -> None:
    html = await page.evaluate(RENDER, "see https://x.example/a.mp4.")

    assert 'href="https://x.example/a.mp4"' in html
    assert html.endswith("</a>.")


async def test_date_is_in_the_zone_of_the_reader(page: Page) -> None:
    html = await page.evaluate(RENDER, "<!date^1764000000^{date_num} {time}|x>")
    zone: Any = await page.evaluate(
        "new Date(1764000000000).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit'})"
    )

    assert str(zone) in html


@pytest.mark.parametrize("piece", ["*a ", "`a ", "<", "_*~a", "&lt;", "```", ":a", "> \n", "<a|"])
async def test_hostile_text_of_40_000_characters_is_read_quickly(page: Page, piece: str) -> None:
    text = (piece * 40_000)[:40_000]
    once = await page.evaluate(TIMED, text[:10_000])
    four_times = await page.evaluate(TIMED, text)

    # A quadratic reading would take sixteen times as long, and about a second.
    assert four_times < max(10 * once, 250)
