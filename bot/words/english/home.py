"""App Home, in English."""

from bot.rules.summaries import RequestSummary
from bot.words.english import phrases, reports
from bot.words.english.grammar import counted, number
from bot.words.mrkdwn import date_and_clock

IN_DOUBT_LABEL = "Waiting for a decision"
RUNNING_LABEL = "Running"
SCHEDULED_LABEL = "Scheduled"
OWN_LABEL = "Your latest requests"
TODAY_LABEL = "Who used today's quota"
EMPTY = (
    "Nothing runs or waits, and you have no requests yet. Press *Prefetch…*, or type the command"
    " in a channel."
)
NO_CARD = "Slack took no card of this request. *Details* shows what became of it."


def heading_label(heading: str, total: int) -> str:
    return f"{heading} ({number(total)})"


def days_label(days: int) -> str:
    return f"Files used in the last {number(days)} days"


def request(found: RequestSummary) -> str:
    """`*R-7F3K2* · 13 files · by @mei in #launch · Today, 18:02`."""
    return (
        f"*{found.id}* · {phrases.files(found.files)} · by <@{found.user_id}>"
        f" in {reports.place(found.channel_id)} · {date_and_clock(found.confirmed_at)}"
    )


def more(more: int, hidden: int) -> str:
    told = [f"and {number(more)} more"] if more else []
    if hidden:
        others = counted(hidden, one="request", other="requests")
        told.append(f"{others} of other people, which you cannot see here")
    return " · ".join(told)
