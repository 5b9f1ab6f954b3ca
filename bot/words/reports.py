"""What a language says on the desk of the team and in reports."""

from typing import Protocol

from bot.rules.reports import Report, Tally
from bot.rules.summaries import RequestSummary


class HomeWords(Protocol):
    """App Home; what is called a label is plain text."""

    IN_DOUBT_LABEL: str
    RUNNING_LABEL: str
    SCHEDULED_LABEL: str
    OWN_LABEL: str
    TODAY_LABEL: str
    EMPTY: str
    NO_CARD: str

    def heading_label(self, heading: str, total: int) -> str: ...
    def days_label(self, days: int) -> str: ...
    def request(self, found: RequestSummary) -> str: ...
    def more(self, more: int, hidden: int) -> str: ...


class ReportWords(Protocol):
    """Who sent what: a day or a week, by day, person and channel; labels are plain text."""

    DAY_LABEL: str
    PERSON_LABEL: str
    CHANNEL_LABEL: str
    REQUESTS_LABEL: str
    FILES_LABEL: str
    READY_LABEL: str
    FAILED_LABEL: str
    NOT_SENT_LABEL: str
    USED_LABEL: str
    NOT_KNOWN_LABEL: str
    HIDDEN_LABEL: str
    DIRECT_LABEL: str
    BY_DAY_LABEL: str
    BY_PERSON_LABEL: str
    BY_CHANNEL_LABEL: str
    NOTHING: str
    HIDDEN: str

    def heading(self, report: Report) -> str: ...
    def total(self, report: Report) -> str: ...
    def tally(self, tally: Tally) -> str: ...
    def used(self, spent: int, held: int) -> str: ...
    def which_span(self, typed: str, command: str) -> str: ...
