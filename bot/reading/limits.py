"""How much of a list is read."""

from bot.rules.refusals import ListTooLong, ListUnit

# The cloud states 1,000 files a day for one tenant.
FILES_A_DAY = 1000
# Leaves room for duplicates and rejects; what a day holds is counted later, by the quota.
MAX_ITEMS = 5000
# JSON, XML and playlists need several lines for one item.
MAX_LINES = 50_000
# A thousand addresses of the greatest length, with room for line ends and notes.
MAX_CHARACTERS = 5_000_000


def check_length(text: str) -> None:
    """Counted before anything is read: a file of millions of short lines would hold up everyone."""
    if len(text) > MAX_CHARACTERS:
        raise ListTooLong(ListUnit.CHARACTERS, found=len(text), limit=MAX_CHARACTERS)
    lines = len(text.splitlines())
    if lines > MAX_LINES:
        raise ListTooLong(ListUnit.LINES, found=lines, limit=FILES_A_DAY)


def check_count(found: int, unit: ListUnit) -> None:
    if found > MAX_ITEMS:
        raise ListTooLong(unit, found=found, limit=FILES_A_DAY)


def check_words(text: str) -> None:
    """Each word of a single line is answered for, so that there may be no more words than lines."""
    words = len(text.split())
    if words > MAX_LINES:
        raise ListTooLong(ListUnit.ITEMS, found=words, limit=FILES_A_DAY)
