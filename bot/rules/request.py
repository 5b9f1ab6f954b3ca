"""What a person asks for, read from a command, a list, a file or a message."""

from bot.rules.address import without_query
from bot.rules.command import (
    AskForTargets,
    Command,
    MisplacedTime,
    Prefetch,
    ShowHelp,
    ShowQuota,
    ShowStatus,
    UnknownCommand,
    UnreadableTime,
    parse_command,
)
from bot.rules.message import parse_message
from bot.rules.reference import request_id, task_id
from bot.rules.target import Asset, Reason, Rejected, Target, Url, host, read_target, shown
from bot.rules.target_list import RequestError, Targets, parse_lines, parse_text

__all__ = [
    "AskForTargets",
    "Asset",
    "Command",
    "MisplacedTime",
    "Prefetch",
    "Reason",
    "Rejected",
    "RequestError",
    "ShowHelp",
    "ShowQuota",
    "ShowStatus",
    "Target",
    "Targets",
    "UnknownCommand",
    "UnreadableTime",
    "Url",
    "host",
    "parse_command",
    "parse_lines",
    "parse_message",
    "parse_text",
    "read_target",
    "request_id",
    "shown",
    "task_id",
    "without_query",
]
