"""Parts of sentences that several places show, in English."""

from dataclasses import replace
from datetime import datetime

from bot.rules.states import Counts, RequestStatus
from bot.words.english.grammar import counted, number
from bot.words.mrkdwn import date_and_clock


def files(number: int) -> str:
    return counted(number, one="file", other="files")


def calls(number: int) -> str:
    return counted(number, one="call", other="calls")


def and_more(left: int) -> str:
    return f"and {number(left)} more"


def asset(asset_id: str) -> str:
    return f"asset {asset_id}"


def channel(channel_id: str) -> str:
    """Slack links a channel's ID by itself; a direct message has no name to link."""
    return "this conversation" if channel_id.startswith("D") else f"<#{channel_id}>"


def request_status(status: RequestStatus) -> str:
    return {
        RequestStatus.SCHEDULED: "scheduled",
        RequestStatus.RUNNING: "running",
        RequestStatus.SUCCEEDED: "succeeded",
        RequestStatus.PARTLY_FAILED: "partly failed",
        RequestStatus.FAILED: "failed",
        RequestStatus.CANCELLED: "cancelled",
    }[status]


def scheduled_for(run_at: datetime) -> str:
    return f"scheduled for {date_and_clock(run_at)}"


def outcomes(counts: Counts) -> list[str]:
    """`8 ready`, `2 failed`, …; what there is none of is left out."""
    words = {
        "ready": counts.ready,
        "failed": counts.failed,
        "processing": counts.processing,
        "waiting": counts.waiting,
        "not sent": counts.not_sent,
        "may have been sent": counts.unknown,
        "sent, not followed": counts.sent,
        "cancelled": counts.cancelled,
    }
    return [f"{number(files)} {word}" for word, files in words.items() if files]


def outcome(files: int, counts: Counts) -> str:
    ready = f"{number(counts.ready)} of {number(files)} ready"
    return ", ".join([ready, *outcomes(replace(counts, ready=0))])
