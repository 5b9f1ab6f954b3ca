"""The confirmations of lists as people have them: read in the browser, and pictures of each."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.sandbox.page import SandboxPage
from tests.helpers.accessibility import findings, needs_npm
from tests.helpers.browser_window import SIZE, Window, expect
from tests.helpers.page_server import page_with_process

if TYPE_CHECKING:
    from playwright.async_api import Locator

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOST = "https://cdn.example.com"
ROWS = 12
SEGMENTS = 4
TABLE = "\n".join(
    [
        "title,url,size",
        *(f"Part {row},{HOST}/launch/part-{row:02}.mp4,{row * 10} MB" for row in range(1, ROWS)),
        "Poster,,2 MB",
        "",
    ]
)
PLAYLIST = "\n".join(
    [
        "#EXTM3U",
        "#EXT-X-TARGETDURATION:6",
        *(f"#EXTINF:6.0,\n{HOST}/film/{number:03}.ts" for number in range(1, SEGMENTS + 1)),
        "#EXT-X-ENDLIST",
        "",
    ]
)
FAULTY = f"""\
{HOST}/launch/film.mp4
# {HOST}/launch/old.mp4
{HOST}/launch/part-*.mp4
s3://bucket/launch/film.mp4
https://www.youtube.com/watch?v=dQw4w9WgXcQ
cdn.example.com/launch/teaser.mp4
{HOST}/launch/one.mp4,1234
{HOST}/launch/two.mp4 1.5 GB
{HOST}/launch/three.mp4#t=10
{HOST}/launch/four.mp4?a=1&amp;b=2
{HOST}/launch/part-{{1..20}}.mp4
0f8fad5b-d9cb-469f-a165-70867728950e
{HOST}/launch/
{HOST}/launch/trailer.mp4
"""
REASONS = [
    ("line 2", "A mark at the beginning of the line switches it off"),
    ("line 11", "This is a pattern or a placeholder"),
    ("line 4", "This is a place in an object store"),
    ("line 5", "This is the address of a page on which people watch"),
    ("line 6", "The address lacks its beginning"),
    ("line 8", "Something follows the address"),
    ("line 9", "What follows a # never reaches the CDN"),
    ("line 10", "The address was copied from a program"),
    ("line 12", "This ID has dashes"),
    ("line 13", "This is a directory"),
]
"""Each with the last line for which it is told: lines 3 and 7 share one with a later line."""

OUTSIDE = """dialog => {
  const edge = dialog.getBoundingClientRect();
  return [...dialog.querySelectorAll("*")].filter(it => {
    const box = it.getBoundingClientRect();
    return box.width > 0 && (box.right > edge.right + 1 || box.left < edge.left - 1);
  }).map(it => it.outerHTML.slice(0, 200));
}"""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def sandbox() -> AsyncIterator[SandboxPage]:
    """The bot may read files."""
    async with page_with_process(with_optional_scopes=True) as page:
        yield page


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("PICTURES_TO") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def confirmation(window: Window, *, typed: str = "", file: Path | None = None) -> "Locator":
    """What the form shows when it was handed in."""
    await window.say("/prefetch")
    await window.modal.get_by_label("Playback URLs or asset IDs").fill(typed)
    if file is not None:
        await window.modal.locator("[type=file]").set_input_files(file)
        await expect(window.modal.get_by_text(file.name)).to_be_visible()
    await window.modal.get_by_role("button", name="Next").click()
    await expect(window.modal.get_by_role("button", name="Prefetch ")).to_be_visible()
    return window.modal


async def check_width(window: Window) -> None:
    """Nothing stands out of the modal sideways, in a large window and on a telephone."""
    for width in (SIZE["width"], 390):
        await window.page.set_viewport_size({"width": width, "height": SIZE["height"]})
        assert await window.modal.evaluate(OUTSIDE) == []
        assert await window.modal.evaluate("it => it.scrollWidth <= it.clientWidth")
    await window.page.set_viewport_size({"width": SIZE["width"], "height": SIZE["height"]})


async def take(window: Window, folder: Path, name: str) -> None:
    """A picture of all of the modal, however long it is."""
    await check_width(window)
    await window.page.set_viewport_size({"width": SIZE["width"], "height": 3000})
    await window.modal.evaluate("it => { it.style.maxHeight = 'none'; }")
    path = folder / f"{name}.png"
    await window.modal.screenshot(path=path, animations="disabled", caret="hide")
    assert path.stat().st_size > 0


async def test_pasted_table_says_how_it_was_read(window: Window, pictures: Path) -> None:
    shown = await confirmation(window, typed=TABLE)

    await expect(
        shown.get_by_text(f"Read as a table, column url, {ROWS} rows below its header.")
    ).to_be_visible()
    await expect(shown).to_contain_text(f"Not sent (1 of {ROWS})")
    await expect(shown).to_contain_text("This row names no file.")
    await take(window, pictures, "table-pasted")


async def test_attached_table_says_how_it_was_read(
    window: Window, pictures: Path, tmp_path: Path
) -> None:
    file = tmp_path / "launch.csv"
    file.write_text(TABLE, "utf-8")

    shown = await confirmation(window, file=file)

    told = f"Read launch.csv as a table, column url, {ROWS} rows below its header."
    await expect(shown.get_by_text(told)).to_be_visible()
    await expect(shown).to_contain_text("row 13 of launch.csv")
    await expect(shown).not_to_contain_text("Read as")
    await take(window, pictures, "table-attached")


async def test_playlist_says_that_it_is_prefetched_alone(
    window: Window, pictures: Path, tmp_path: Path
) -> None:
    file = tmp_path / "film.m3u8"
    file.write_text(PLAYLIST, "utf-8")

    shown = await confirmation(window, typed=f"{HOST}/film/film.m3u8", file=file)

    told = f"Read film.m3u8 as a playlist, {SEGMENTS} entries."
    await expect(shown.get_by_text(told)).to_be_visible()
    await expect(shown).to_contain_text("1 of these is a playlist. A playlist is prefetched alone.")
    await take(window, pictures, "playlist")


async def test_list_with_ten_kinds_of_faults_gives_each_reason_once(
    window: Window, pictures: Path
) -> None:
    shown = await confirmation(window, typed=FAULTY)

    await expect(shown).to_contain_text("Not sent (12 of 14)")
    for line, reason in REASONS:
        await expect(shown.get_by_text(reason)).to_be_visible()
        await expect(shown).to_contain_text(f"({line}) – {reason}")
    await expect(shown).to_contain_text("part-*.mp4 (line 3), ")
    await expect(shown.get_by_text("Read as a plain list, 14 lines.")).to_be_visible()
    await take(window, pictures, "faults")


@needs_npm
@pytest.mark.parametrize("typed", [TABLE, f"{HOST}/film/film.m3u8", FAULTY])
async def test_confirmation_has_no_serious_fault_for_axe(
    window: Window, axe: str, typed: str
) -> None:
    await confirmation(window, typed=typed)

    assert await findings(window, axe) == []
