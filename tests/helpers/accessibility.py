"""What axe-core says of the page as it stands in a window."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.browser_window import Window

AXE = "axe-core@4.14.1"
BAD = {"serious", "critical"}
NO_NPM = "the accessibility tests did not run: apt-get install npm"

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason=NO_NPM)


async def source_of_axe(folder: Path) -> str:
    """The source of axe-core, from npm, put into `folder` for this run alone."""
    install = ("npm", "install", "--no-save", "--no-package-lock", "--silent", AXE)
    process = await asyncio.create_subprocess_exec(*install, cwd=folder)
    assert await process.wait() == 0
    return (folder / "node_modules/axe-core/axe.min.js").read_text("utf-8")


async def findings(window: Window, axe: str) -> list[str]:
    """What axe-core calls serious or critical, each with its element."""
    await window.page.evaluate(axe)
    found: dict[str, Any] = await window.page.evaluate("axe.run()")
    assert len(found["passes"]) > 15
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in BAD
        for node in violation["nodes"]
    ]
