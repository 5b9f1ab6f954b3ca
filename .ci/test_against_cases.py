"""The readers against the collected lists, of which each has its right reading beside it."""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.reading.commands import Command, Prefetch, parse_command
from bot.reading.files import read_file
from bot.reading.lists import parse_list
from bot.reading.messages import parse_message
from bot.rules.expiry import signatures
from bot.rules.look_alikes import look_alikes
from bot.rules.playlists import is_playlist
from bot.rules.target import Asset, Targets
from bot.words.english import ENGLISH

CASES = Path(__file__).parents[2] / "shared" / "cases" / "lists" / "cases.json"
LISTS: list[dict[str, Any]] = json.loads(CASES.read_text("utf-8")) if CASES.is_file() else []

ELSEWHERE = {"times"}
"""Kinds that no reader of targets answers alone."""

OTHER_WARNINGS = {"same-file", "playlist"}

UNREADABLE = "unreadable"

OF_THE_DATABASE = {"ids-task-1"}
"""Only the stored requests know the names that the bot gave out itself."""


def read(case: Mapping[str, Any]) -> Targets:
    if case["door"] == "form":
        return parse_list(case["input"])
    if case["door"] == "message":
        return parse_message(case["input"])
    if case["door"] == "file":
        is_packed = case.get("encoding") == "base64"
        content = b64decode(case["input"]) if is_packed else case["input"].encode()
        return read_file(content, case["name"])
    command = parse_command(case["input"])
    return command.targets if isinstance(command, Prefetch) else Targets()


def names(targets: Targets) -> list[str]:
    return [item.id if isinstance(item, Asset) else item.address for item in targets.accepted]


def told(targets: Targets) -> str:
    return "\n".join(f"{it.text} {ENGLISH.rejections.reason(it)}" for it in targets.rejected)


def both(sent: Sequence[str], pair: Sequence[str]) -> bool:
    return set(pair) <= set(sent)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(it, id=it["id"])
        for it in LISTS
        if it["kind"] not in ELSEWHERE and it["id"] not in OF_THE_DATABASE
    ],
)
def test_list_is_read_as_it_was_meant(case: Mapping[str, Any]) -> None:
    targets = read(case)
    sent = names(targets)

    assert case["sends"] is None or sent == case["sends"]
    assert not set(case.get("never", ())) & set(sent)
    assert not [pair for pair in case.get("never_both", ()) if both(sent, pair)]
    assert [text for text in case["refuses"] if text not in told(targets)] == []
    warns = case.get("warns", ())
    if "same-file" in warns:
        assert look_alikes(targets.accepted)
    if "playlist" in warns or case.get("warns") == []:
        assert any(map(is_playlist, targets.accepted)) == ("playlist" in warns)
    if "now" in case:
        assert of_signatures(case, targets) == set(warns) - OTHER_WARNINGS


def of_signatures(case: Mapping[str, Any], targets: Targets) -> set[str]:
    """What the confirmation warns of; the unreadable only where there is time for it to end."""
    now, run_at = datetime.fromisoformat(case["now"]), None
    if case["door"] == "command":
        command = parse_command(case["input"])
        run_at = moment(command, now, ZoneInfo(case["zone"]))
    assert not isinstance(run_at, str)
    found = signatures(targets.accepted, now=now, run_at=run_at)
    is_told = {
        "signature-ended": found.useless + found.doubtful,
        "signature-unreadable": found.unreadable if run_at else (),
    }
    return {name for name, addresses in is_told.items() if addresses}


@pytest.mark.parametrize(
    "case", [pytest.param(it, id=it["id"]) for it in LISTS if it["kind"] == "times"]
)
def test_time_is_read_as_it_was_meant(case: Mapping[str, Any]) -> None:
    command = parse_command(case["input"])
    now, zone = datetime.fromisoformat(case["now"]), ZoneInfo(case["zone"])
    wanted = case["at"] if isinstance(case["at"], list) else [case["at"]]

    found = moment(command, now, zone)

    assert found in [
        it if it in {None, UNREADABLE} else datetime.fromisoformat(it) for it in wanted
    ]
    if found != UNREADABLE:
        assert isinstance(command, Prefetch)
        assert names(command.targets) == case["sends"]


def moment(command: Command, now: datetime, zone: ZoneInfo) -> datetime | str | None:
    """When the command would be sent; None for at once, `UNREADABLE` for never."""
    if not isinstance(command, Prefetch):
        return UNREADABLE
    found = command.at and command.at.moment(now, zone)
    # The service refuses what is past.
    return UNREADABLE if found is not None and found <= now else found
