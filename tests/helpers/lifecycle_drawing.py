"""Draws the life of a call from its table; run as a module to renew it in ARCHITECTURE.md."""

import re
from pathlib import Path

from bot.rules.lifecycle import LIFE, Rule
from bot.rules.movements import Movement
from bot.rules.states import ENDED, CallStatus

GUIDE = Path(__file__).parents[2] / "ARCHITECTURE.md"
_MARK = "<!-- life of a call -->"
_BETWEEN = re.compile(f"(?<={_MARK}\n).*?(?=\n{_MARK})", re.DOTALL)

NAMES = {
    Movement.SETTLE_HELD: "settle held",
    Movement.RELEASE_HELD: "release held",
    Movement.HAND_OVER: "hand over",
}
"""What a movement is called where people read it, if not as it is stored."""


def drawn() -> str:
    """The state diagram of `LIFE`, as Mermaid reads it."""
    lines = [
        "    [*] --> queued: confirmed (reserve)",
        "    [*] --> queued: split from another call (take over)",
    ]
    for rule in LIFE:
        if rule.after is rule.before:
            # What only moves files is told below the drawing.
            continue
        lines.append(_arrow(rule, rule.after, ""))
        if rule.if_in_doubt:
            lines.append(_arrow(rule, rule.if_in_doubt, ", another attempt in doubt"))
    # What people decide about has ended only as far as the bot itself goes.
    lines += [
        f"    {status} --> [*]" for status in CallStatus if status in ENDED and _is_last(status)
    ]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def in_architecture_md() -> str:
    """The drawing as it stands in ARCHITECTURE.md."""
    found: list[str] = _BETWEEN.findall(GUIDE.read_text())
    return "".join(found)


def _is_last(status: CallStatus) -> bool:
    return all(rule.after is status for rule in LIFE if rule.before is status)


def _arrow(rule: Rule, after: CallStatus, when: str) -> str:
    movement = rule.movement
    # A claim moves files only where it comes on another day than the promise.
    name = "" if movement in {None, Movement.ARRIVE} else f" ({NAMES.get(movement, movement)})"
    return f"    {rule.before} --> {after}: {rule.event}{when}{name}"


if __name__ == "__main__":
    GUIDE.write_text(_BETWEEN.sub(drawn(), GUIDE.read_text()))
