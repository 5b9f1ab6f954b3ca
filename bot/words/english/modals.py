"""The form, the confirmation and the details, in English."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.rules.draft import Overlap, Proposal
from bot.rules.free_text import unformatted
from bot.rules.reading import ListShape, Reading
from bot.rules.redaction import shown_line
from bot.rules.schedule import FARTHEST
from bot.rules.states import CallStatus
from bot.words.english import phrases
from bot.words.english.grammar import counted, number
from bot.words.mrkdwn import code, date_and_clock, escape, offset_words, reset_clock, spoken

MOST_NAMES = 5
TITLE_LABEL = "Prefetch"
CANCEL_LABEL = "Cancel"
CLOSE_LABEL = "Close"
BACK_LABEL = "Back"
NEXT_LABEL = "Next"
TARGETS_LABEL = "Playback URLs or asset IDs, one a line"
FILES_LABEL = "Files with a list"
FILES_HINT = (
    "Text, CSV, TSV, JSON, M3U8, XML or .xlsx, at most 2 MB each; read together with what is"
    " typed above."
)
CHANNEL_LABEL = "Where should the result be posted?"
SEND_AT_LABEL = "Send at, on your own clock"
OVERLAPS = "*Asked for already* (what this request sends counts again)"
LOOK_ALIKES = (
    "*These may be the same file* (they differ in http or https, in their encoding, or in what "
    "signs them; each counts)"
)
TAKES_MINUTES = (
    "Prefetch takes three to five minutes. It does not replace a file that a node already holds."
)
READ_AS = {
    ListShape.WORDS: ("words", "", "line", "lines"),
    ListShape.LINES: ("a plain list", "", "line", "lines"),
    ListShape.TABLE: ("a table", "column", "row", "rows"),
    ListShape.MARKDOWN: ("Markdown", "", "line", "lines"),
    ListShape.JSON: ("JSON", "field", "entry", "entries"),
    ListShape.PLAYLIST: ("a playlist", "", "entry", "entries"),
    ListShape.XML: ("XML", "element", "entry", "entries"),
}
"""What the list is, what its columns are called, and what is counted."""
AN_ORDINARY_ADDRESS = 78
"""Its length in characters, with the end of its line; a signed address is longer."""

AN_OPERATOR = "an operator of the bot"
THAT_CHANNEL = "that channel"


def targets_hint(characters: int, *, takes_files: bool) -> str:
    """What the field holds, told before somebody pastes more than that."""
    addresses = number(characters // AN_ORDINARY_ADDRESS)
    longer = (
        "attach a file below"
        if takes_files
        else "write it into a message and choose Prefetch these links in that message's menu, or"
        " send it in parts"
    )
    return (
        f"An asset ID is 32 hexadecimal characters. This field holds {number(characters)}"
        f" characters, about {addresses} ordinary addresses. For a longer list, {longer}."
    )


def reading_files(names: Sequence[str]) -> str:
    named = ", ".join(code(shown_line(name)) for name in names[:MOST_NAMES] if name)
    which = named or ("the file" if len(names) == 1 else "the files")
    return f"Reading {which}. What is found in it is shown here before anything is sent."


def plan(files: int, calls: int, channel_id: str) -> str:
    # Whether the bot is part of a direct or group message cannot be seen from its ID.
    is_among_people = channel_id.startswith(("D", "G"))
    place = (
        "this conversation, or to you alone where the bot is no member"
        if is_among_people
        else phrases.channel(channel_id)
    )
    return f"*{phrases.files(files)}* in *{phrases.calls(calls)}* to the cloud · posted to {place}"


def to_be_sent(run_at: datetime, zone: ZoneInfo, *, is_own: bool) -> str:
    """On the reader's own clock, and on that on which a typed time is read."""
    whose = "your own time zone" if is_own else "the time zone of the quota"
    told = f"{spoken(run_at, zone)}, in {whose}, {escape(str(zone))}"
    return f"To be sent *{date_and_clock(run_at)}* ({told})"


def quota_change(proposal: Proposal) -> str:
    quota, left = proposal.quota, proposal.left_after
    day = "today" if proposal.draft.run_at is None else f"of {quota.day.date}"
    after = f"*{number(left)} left after this*" if left >= 0 else "*not enough*"
    return (
        f"Quota {day}: {number(quota.left)} of {number(quota.limit)} left → {after}"
        f" (bot's count, resets {reset_clock(quota.day.ends_at)})"
    )


def alike(addresses: int) -> str:
    return f"{number(addresses)} addresses that differ in what is left out here"


def signatures_end(ended: int, ending: int, run_at: datetime | None) -> str:
    """`ending` end after now and before `run_at`."""
    told = []
    if ended:
        told.append(f"{_signatures(ended)} {'has' if ended == 1 else 'have'} ended")
    if ending and run_at is not None:
        what = number(ending) if ended else _signatures(ending)
        verb = "ends" if ending == 1 else "end"
        told.append(f"{what} {verb} before {date_and_clock(run_at)}, when this is sent")
    return f"*{' · '.join(told)}* (the CDN refuses such an address, and it counts all the same)"


def _signatures(count: int) -> str:
    return counted(count, one="signature", other="signatures")


def signatures_may_end(addresses: int, *, is_scheduled: bool) -> str:
    when = "when this is sent" if is_scheduled else "now"
    return (
        f"*{_signatures(addresses)} may have ended {when}* (more than 30 minutes after the time"
        " in the address; how long it holds from then on is a setting of its domain)"
    )


def signatures_unread(addresses: int) -> str:
    told = counted(addresses, one="address carries", other="addresses carry")
    return (
        f"{told} a signature whose end cannot be read; make sure that it holds until this is sent."
    )


def overlaps(overlap: Overlap) -> str:
    when = "" if overlap.run_at is None else f", to be sent {date_and_clock(overlap.run_at)}"
    return (
        f"*{overlap.request_id}* of <@{overlap.user_id}>, {date_and_clock(overlap.confirmed_at)}:"
        f" {', '.join(phrases.outcomes(overlap.counts))}{when}"
    )


def send_at_hint(ends_at: datetime) -> str:
    return (
        f"Empty: at once. At most {FARTHEST.days} days ahead; the files are charged to the"
        f" quota of that day, 00:00 to 24:00 {offset_words(ends_at)}."
    )


def not_sent(items: int, of: int) -> str:
    return f"*Not sent ({number(items)} of {number(of)})*"


def merged(duplicates: int) -> str:
    return f"{counted(duplicates, one='duplicate', other='duplicates')} merged."


def all_that_is_sent(targets: int) -> str:
    return f"*All that would be sent ({number(targets)})*, without what signs the addresses"


def all_that_is_left_out(items: int) -> str:
    return f"*All that is not sent ({number(items)})*"


def page(page: int, pages: int) -> str:
    return f"Page {number(page)} of {number(pages)}"


def read_as(reading: Reading) -> str:
    """So that a person can object: the shape, where the targets stand in it, and how many rows."""
    what, place, one, other = READ_AS[reading.shape]
    column = f", {place} *{escape(unformatted(reading.column))}*" if reading.column else ""
    file = f" {escape(unformatted(reading.file))}" if reading.file else ""
    # A column without a name is called by its number. Rows are numbered from the header on.
    has_header = reading.shape is ListShape.TABLE and not reading.column.isdecimal()
    below = " below its header" if reading.column and has_header else ""
    return f"Read{file} as {what}{column}, {counted(reading.rows, one=one, other=other)}{below}."


def submit_label(files: int, *, is_scheduled: bool) -> str:
    return f"{'Schedule' if is_scheduled else 'Prefetch'} {phrases.files(files)}"


def no_card(refusal: str) -> str:
    return f"No card of this request could be posted: Slack answers {code(refusal)}."


def file_status(status: str, call: CallStatus) -> str:
    """The cloud's word in ours; a word that is new is shown as it came, escaped."""
    unsent = {
        CallStatus.REJECTED: "not sent",
        CallStatus.UNKNOWN: "may have been sent",
        CallStatus.SENT: "marked as sent, not followed",
        CallStatus.CANCELLED: "cancelled",
    }
    known = {
        "succeed": "ready",
        "pending": "waiting",
        "processing": "processing",
        "failed": "failed",
    }
    return unsent.get(call) or known.get(status) or code(status).strip("`")
