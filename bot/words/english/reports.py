"""Reports of a day or a week, in English."""

from bot.rules.reports import Report, Tally
from bot.words.english import phrases
from bot.words.english.grammar import counted, number
from bot.words.mrkdwn import code, reset_clock, shortened

DAY_LABEL = "Day"
PERSON_LABEL = "Person"
CHANNEL_LABEL = "Channel"
REQUESTS_LABEL = "Requests"
FILES_LABEL = "Files"
READY_LABEL = "Ready"
FAILED_LABEL = "Failed"
NOT_SENT_LABEL = "Not sent"
USED_LABEL = "Used"
NOT_KNOWN_LABEL = "Not known"
HIDDEN_LABEL = "not shown to you"
DIRECT_LABEL = "direct messages"
BY_DAY_LABEL = "By day"
BY_PERSON_LABEL = "By person"
BY_CHANNEL_LABEL = "By channel"
NOTHING = "Nothing was requested."
HIDDEN = (
    "Requests that you may not see, for instance those of private channels, are counted without"
    " their names."
)

TYPED_LENGTH = 40


def heading(report: Report) -> str:
    """`*Report of 2026-11-24* (the day ends at 00:00 UTC+8)`."""
    ends = reset_clock(report.last.ends_at)
    if report.days == 1:
        return f"*Report of {report.last.date}* (the day ends at {ends})"
    return f"*Report of {report.first.date} to {report.last.date}* (each day ends at {ends})"


def total(report: Report) -> str:
    found = report.total
    limit = f"{number(report.limit)} a day"
    quota = f"{number(found.spent)} used, {number(found.promised)} waiting"
    return (
        f"{requests(found.requests)}, {phrases.files(found.counts.files)}:"
        f" {phrases.outcome(found.counts.files, found.counts)}.\n"
        f"Quota: {quota}, {number(found.held)} not known (bot's count, of {limit})."
    )


def tally(tally: Tally) -> str:
    """`3 requests · 20 files: 18 of 20 ready, 2 failed · 20 used`."""
    return (
        f"{requests(tally.requests)} · {phrases.files(tally.counts.files)}:"
        f" {phrases.outcome(tally.counts.files, tally.counts)} · {used(tally.spent, tally.held)}"
    )


def used(spent: int, held: int) -> str:
    return f"{number(spent)} used" + (f", {number(held)} not known" if held else "")


def requests(number: int) -> str:
    return counted(number, one="request", other="requests")


def place(channel_id: str) -> str:
    """Slack links a channel's ID by itself; a direct message has no name to link."""
    return "a direct message" if channel_id.startswith("D") else f"<#{channel_id}>"


def which_span(typed: str, command: str) -> str:
    return (
        f"*There is no report of {code(shortened(typed, TYPED_LENGTH))}.* `{command} report` is of"
        f" today, `{command} report week` of the last seven days."
    )
