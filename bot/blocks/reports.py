"""Reports: what a day or a week came to, by day, person and channel."""

from collections.abc import Callable, Sequence

from bot.blocks.figures import Cell, Channel, Person, Series, bars, plain_bars, plain_table, table
from bot.blocks.text import Block, context, section
from bot.rules.reports import DayUse, Report, Share, Tally
from bot.words.language import Words

Naming = Callable[[str], tuple[Cell, str]]
"""Of an ID: the cell of a table that names it, and the same in mrkdwn."""


def report(words: Words, found: Report, *, is_rich: bool, with_people: bool = True) -> Block:
    """Of one day or of several; without people, nobody is mentioned where many read it."""
    heading = words.reports.heading(found)
    if not found.entries:
        told = f"{heading}\n{words.reports.NOTHING}"
        return {"text": told, "blocks": [section(told)]}
    told = f"{heading}\n{words.reports.total(found)}"
    blocks = [section(told)]
    if found.days > 1:
        blocks.append(_days(words, found, is_rich=is_rich))
    if with_people:
        blocks.append(by_person(words, found.by_person, is_rich=is_rich))
    blocks.append(by_channel(words, found.by_channel, is_rich=is_rich))
    if any(entry.user_id is None for entry in found.entries):
        blocks.append(context(words.reports.HIDDEN))
    return {"text": told, "blocks": blocks}


def by_person(words: Words, shares: Sequence[Share], *, is_rich: bool) -> Block:
    def name(user_id: str) -> tuple[Cell, str]:
        return Person(user_id), f"<@{user_id}>"

    labels = words.reports.BY_PERSON_LABEL, words.reports.PERSON_LABEL
    return _shares(words, labels, shares, name, is_rich=is_rich)


def by_channel(words: Words, shares: Sequence[Share], *, is_rich: bool) -> Block:
    def name(channel_id: str) -> tuple[Cell, str]:
        if channel_id.startswith("D"):
            return words.reports.DIRECT_LABEL, words.reports.DIRECT_LABEL
        return Channel(channel_id), f"<#{channel_id}>"

    labels = words.reports.BY_CHANNEL_LABEL, words.reports.CHANNEL_LABEL
    return _shares(words, labels, shares, name, is_rich=is_rich)


def use_of_days(words: Words, days: Sequence[DayUse], *, limit: int, is_rich: bool) -> Block:
    """A chart of what the last days took from the quota."""
    title = words.home.days_label(len(days))
    labels = [f"{use.day:%m-%d}" for use in days]
    if is_rich:
        series = [
            Series(words.reports.USED_LABEL, [use.spent for use in days]),
            Series(words.reports.NOT_KNOWN_LABEL, [use.held for use in days]),
        ]
        return bars(title, labels, series, words.reports.FILES_LABEL)
    used = [use.spent + use.held for use in days]
    told = [words.reports.used(use.spent, use.held) for use in days]
    most = max([limit, *used])
    return plain_bars(title, zip(labels, used, told, strict=True), most=most)


def _days(words: Words, found: Report, *, is_rich: bool) -> Block:
    by_day, caption = found.by_day, words.reports.BY_DAY_LABEL
    if is_rich:
        rows: list[list[Cell]] = [[f"{day:%Y-%m-%d}", *_numbers(tally)] for day, tally in by_day]
        return table(caption, _header(words, words.reports.DAY_LABEL), rows)
    lines = [f"• {day:%Y-%m-%d}: {words.reports.tally(tally)}" for day, tally in by_day]
    return plain_table(words, caption, lines)


def _shares(
    words: Words, labels: tuple[str, str], shares: Sequence[Share], name: Naming, *, is_rich: bool
) -> Block:
    caption, first = labels
    hidden = words.reports.HIDDEN_LABEL
    named = [(hidden, hidden) if it.name is None else name(it.name) for it in shares]
    if is_rich:
        rows = [[cell, *_numbers(it.tally)] for (cell, _), it in zip(named, shares, strict=True)]
        return table(caption, _header(words, first), rows)
    lines = [
        f"• {told}: {words.reports.tally(it.tally)}"
        for (_, told), it in zip(named, shares, strict=True)
    ]
    return plain_table(words, caption, lines)


def _header(words: Words, first: str) -> list[str]:
    told = words.reports
    return [
        first,
        told.REQUESTS_LABEL,
        told.FILES_LABEL,
        told.READY_LABEL,
        told.FAILED_LABEL,
        told.NOT_SENT_LABEL,
        told.USED_LABEL,
        told.NOT_KNOWN_LABEL,
    ]


def _numbers(tally: Tally) -> list[int]:
    counts = tally.counts
    return [
        tally.requests,
        counts.files,
        counts.ready,
        counts.failed,
        counts.not_sent,
        tally.spent,
        tally.held,
    ]
