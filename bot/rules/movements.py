"""What a line of the ledger does with files of a quota day."""

from enum import StrEnum


class Movement(StrEnum):
    """What a line of the ledger does with files of a quota day."""

    RESERVE = "reserve"  # free -> reserved
    SETTLE = "settle"  # reserved -> settled: the cloud gave a task_id
    RELEASE = "release"  # reserved -> free: proved that the cloud took nothing
    HOLD = "hold"  # reserved -> held: may have been sent
    SETTLE_HELD = "confirm"  # held -> settled: the files were sent; the word that is stored
    RELEASE_HELD = "release_held"  # held -> free: proved that the cloud took nothing
    CORRECT = "correct"  # free -> settled: the cloud counts more files than were charged
    LEAVE = "leave"  # reserved -> free: the call goes out on another day
    ARRIVE = "arrive"  # free -> reserved, on that other day
    HAND_OVER = "hand_over"  # reserved -> reserved for another call of the request, on the same day
    TAKE_OVER = "take_over"  # what that other call begins with


CHANGES: dict[Movement, dict[str, int]] = {
    Movement.RESERVE: {"reserved": 1},
    Movement.SETTLE: {"reserved": -1, "settled": 1},
    Movement.RELEASE: {"reserved": -1},
    Movement.HOLD: {"reserved": -1, "held": 1},
    Movement.SETTLE_HELD: {"held": -1, "settled": 1},
    Movement.RELEASE_HELD: {"held": -1},
    Movement.CORRECT: {"settled": 1},
    Movement.LEAVE: {"reserved": -1},
    Movement.ARRIVE: {"reserved": 1},
    Movement.HAND_OVER: {"reserved": -1},
    Movement.TAKE_OVER: {"reserved": 1},
}
"""What each file of a movement adds to the sums of its quota day."""

PROMISES = frozenset({Movement.RESERVE, Movement.ARRIVE})
"""Movements that take from what is left of a day, and that a full day refuses."""
