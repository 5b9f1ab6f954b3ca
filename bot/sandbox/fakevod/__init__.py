"""A stand-in for Huawei Cloud VOD and IAM: a strict, independent second reading of the API."""

from bot.sandbox.fakevod.assets import EXAMPLE_ASSETS, Asset, AssetState, Output
from bot.sandbox.fakevod.books import Books, Task
from bot.sandbox.fakevod.calls import Call
from bot.sandbox.fakevod.codes import CODE_FAULTS, EVERY_FAULT
from bot.sandbox.fakevod.faults import FAULTS, Fault
from bot.sandbox.fakevod.levers import Levers
from bot.sandbox.fakevod.server import FakeVod
from bot.sandbox.fakevod.tokens import Account
from bot.sandbox.fakevod.wire import Operation

__all__ = [
    "CODE_FAULTS",
    "EVERY_FAULT",
    "EXAMPLE_ASSETS",
    "FAULTS",
    "Account",
    "Asset",
    "AssetState",
    "Books",
    "Call",
    "FakeVod",
    "Fault",
    "Levers",
    "Operation",
    "Output",
    "Task",
]
