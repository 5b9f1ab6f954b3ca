"""A stand-in for Slack that is as strict as Slack."""

from bot.sandbox.fakeslack.cast import (
    EDITORS,
    GUEST_TEAM,
    IDA,
    JUN,
    LAUNCH,
    MEI,
    NORA,
    OLD_LAUNCH,
    RANDOM,
    SAM,
    SISTER_TEAM,
    WAR_ROOM,
)
from bot.sandbox.fakeslack.delivery import Delivery
from bot.sandbox.fakeslack.faults import FAULTS, Fault
from bot.sandbox.fakeslack.journal import Journal, Record
from bot.sandbox.fakeslack.people import Person
from bot.sandbox.fakeslack.refusals import CannotDoError, IncompleteFormError
from bot.sandbox.fakeslack.server import FakeSlack
from bot.sandbox.fakeslack.tiers import Tiers
from bot.sandbox.fakeslack.views import View
from bot.sandbox.fakeslack.workspace import Channel, File, Message, User, Workspace

__all__ = [
    "EDITORS",
    "FAULTS",
    "GUEST_TEAM",
    "IDA",
    "JUN",
    "LAUNCH",
    "MEI",
    "NORA",
    "OLD_LAUNCH",
    "RANDOM",
    "SAM",
    "SISTER_TEAM",
    "WAR_ROOM",
    "CannotDoError",
    "Channel",
    "Delivery",
    "FakeSlack",
    "Fault",
    "File",
    "IncompleteFormError",
    "Journal",
    "Message",
    "Person",
    "Record",
    "Tiers",
    "User",
    "View",
    "Workspace",
]
