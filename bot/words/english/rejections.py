"""Why a piece of text is not sent, in English."""

from collections.abc import Iterator, Sequence
from itertools import islice

from bot.rules.free_text import unformatted
from bot.rules.reading import Places, Unit
from bot.rules.target import MAX_ADDRESS_LENGTH, Reason, Rejected
from bot.words.english.grammar import number
from bot.words.english.refusals import whom
from bot.words.mrkdwn import code, escape

UNITS = {
    Unit.LINE: ("line", "lines"),
    Unit.ROW: ("row", "rows"),
    Unit.ENTRY: ("entry", "entries"),
}
RUNS_SHOWN = 10
FILE_WITHOUT_NAME = "a file without a name"
REASONS = {
    Reason.NOT_A_TARGET: (
        "This is neither an asset ID (32 hexadecimal characters) nor an address that begins with "
        "https://; an address with blanks in it needs a line of its own."
    ),
    Reason.A_TIME: (
        "This says a time, and a list holds only what is sent; choose the time under Send at, "
        "where you confirm."
    ),
    Reason.NEARLY_AN_ID: (
        "An asset ID is 32 hexadecimal characters (0-9, a-f) and nothing else; copy it again."
    ),
    Reason.NOT_HTTP: (
        "Only addresses that begin with http:// or https:// can be prefetched; "
        "give the one that viewers use."
    ),
    Reason.TOO_LONG: (
        f"The address is longer than {number(MAX_ADDRESS_LENGTH)} characters; give a shorter one."
    ),
    Reason.CONTROL_CHARACTERS: "The address holds invisible control characters; copy it again.",
    Reason.CREDENTIALS: "The address holds a user name or password; give it without them.",
    Reason.NO_HOST: "The address names no host; give it in full, as https://host/file.",
    Reason.BAD_PORT: "The port is not a number from 1 to 65535; correct it or leave it out.",
    Reason.BAD_HOST: "The host name is not a valid one; check its spelling.",
    Reason.PRIVATE_HOST: "The host is a private one; give the address that viewers use.",
    Reason.SLACKS_OWN: (
        "This is an address of Slack itself, which is no file on the CDN; give the address that "
        "viewers use."
    ),
    Reason.DIRECTORY: (
        "This is a directory, and only files can be prefetched; give each file's address."
    ),
    Reason.PAGE: (
        "This is the address of a page on which people watch, not of a file; give the address of "
        "the file itself."
    ),
    Reason.STORE: (
        "This is a place in an object store, which viewers do not reach; give the address that "
        "viewers use."
    ),
    Reason.NEARLY_HTTP: "The address begins nearly as https:// does; correct its beginning.",
    Reason.ESCAPED: (
        "The address was copied from a program, from HTML or from Markdown, which write some signs "
        "in their own way (a backslash before a sign, &amp;amp; for &amp;); copy it from the "
        "address bar of a browser."
    ),
    Reason.PATTERN: (
        "This is a pattern or a placeholder, which stands for other names, and the cloud takes "
        "single files only; name each file. Where the name of a file really holds such a sign, "
        "write it percent-encoded: an asterisk as %2A, a brace as %7B."
    ),
    Reason.CELL_BEHIND: (
        "What follows the last comma, semicolon or bar may be the next cell of a table; give the "
        "address alone, or in quotation marks when it belongs to the address."
    ),
    Reason.COMMENT: (
        "A mark at the beginning of the line switches it off; take the mark away if the file is "
        "to be sent."
    ),
    Reason.NEGATED: (
        "Words before it say not to send it; give it without these words if the file is to be sent."
    ),
    Reason.UUID: (
        "This ID has dashes (a UUID), and an asset ID is 32 characters without any; copy the asset "
        "ID again."
    ),
    Reason.SUM: (
        "Beside a file these 32 characters are its checksum, no asset; give an asset ID on a line "
        "of its own."
    ),
    Reason.TASK: (
        "This is called a task, which the cloud has taken already; ask for its status with the "
        "status command."
    ),
    Reason.SHIFTED: (
        "In this row a comma, semicolon or bar inside the address may part it; put the address in "
        "quotation marks, as the sheet itself writes it."
    ),
    Reason.NO_FILE_IN_ROW: "This row names no file.",
    Reason.NO_FILE_IN_TEXT: "This text is whole, and no address and no asset ID stands in it.",
    Reason.DAMAGED: (
        "This begins as JSON or XML and is damaged or cut; copy it again as a whole, or give the "
        "addresses alone, one a line."
    ),
    Reason.UNSAFE: (
        "This document declares entities or a document type, with which an address may be another "
        "one than it seems; give the addresses alone, one a line."
    ),
    Reason.OF_SITEMAPS: (
        "This is a list of sitemaps, not of files; open each and give what stands in it."
    ),
    Reason.RELATIVE: (
        "This name is relative to the address of its playlist, which is not known here; give its "
        "whole address."
    ),
    Reason.LOOKS_THE_SAME: "Left out as you chose: an address before it may be the same file.",
    Reason.SIGNATURE_ENDS: (
        "Left out as you chose: its signature has ended, or may have when this is sent; give the "
        "address with a new one."
    ),
    Reason.LOOK_FAILED: "Left out as you chose: it failed when the bot looked at it.",
    Reason.PICTURE: (
        "This is a picture that the text shows, and perhaps not meant; give it on a line of its "
        "own if it is to be sent."
    ),
    Reason.NO_SCHEME: "The address lacks its beginning; put https:// before it.",
    Reason.JOINED: (
        "Another address begins inside this one; give one address a line, or write its :// as "
        "%3A%2F%2F where it belongs to this one."
    ),
    Reason.FRAGMENT: (
        "What follows a # never reaches the CDN; leave it out, or write %23 where the name itself "
        "holds a #."
    ),
    Reason.BROKEN_QUERY: (
        "What looks like the query of this address does not begin with a plain ?; copy the address "
        "again."
    ),
    Reason.WORDS_BEHIND: (
        "Something follows the address that may not belong to it, such as words, a size or the "
        "next cell; give the address alone on its line. A blank inside a name is written %20. "
        "A time belongs into Send at, where you confirm, or to the end of the command, for "
        "instance: at 18:00."
    ),
    Reason.LEFT_OUT: (
        "The … stands for what is left out here, as the bot hides what signs an address; copy the "
        "address from where it is whole, or write %E2%80%A6 where its name holds one."
    ),
    Reason.CORRECTED: (
        "The — or the quotation mark in this address looks like a keyboard's correction of -- or "
        "of a plain one; copy the address again, or write it percent-encoded (%E2%80%94 for —) "
        "where it is meant."
    ),
    Reason.CUT: (
        "The address seems to be cut at a blank or a mark; type the command alone and give one "
        "address a line, or write it in angle brackets."
    ),
    Reason.FILE_TOO_LARGE: (
        "The file is larger than 2 MB, which is the most that is read; split the list."
    ),
    Reason.FILE_ENCODING: (
        "In which encoding this is written is not certain; save the file as UTF-8 and give it "
        "again."
    ),
    Reason.FILE_PACKED: (
        "This is an archive, whatever it is called, and is not unpacked; give the list that is in "
        "it."
    ),
    Reason.FILE_EXPANDS: (
        "Unpacked, this spreadsheet is larger than what is read; save its list as CSV in UTF-8."
    ),
    Reason.FILE_DAMAGED: (
        "This spreadsheet is damaged, or protected by a password; save its list as CSV in UTF-8."
    ),
    Reason.FILE_KIND: (
        "This kind of file is not read; save the list as text in UTF-8, or as .xlsx."
    ),
    Reason.HIDDEN_ROW: (
        "This row is hidden in its sheet, perhaps by a filter; show it there if it is to be sent."
    ),
    Reason.FORMULA: (
        "The spreadsheet holds a formula here and not what it gives; open it in a spreadsheet "
        "program, save it there, and attach it again."
    ),
    Reason.FILE_NOT_READ: (
        "The bot cannot read files that are attached in Slack; open it and paste its lines, one "
        "address or asset ID a line, or ask who administers the app to grant it files:read."
    ),
    Reason.FILE_SCOPE: (
        "The bot may no longer read files that are attached in Slack; paste its lines, or ask who "
        "administers the app to add the scope files:read and to reinstall the app."
    ),
    Reason.FILE_GONE: "The file has been deleted in Slack; attach it again.",
    Reason.FILE_NOT_SHOWN: (
        "Slack does not show this file to the bot: it is deleted, or shared only where the bot is "
        "no member; attach it in the form of the command, or invite the bot there and try again."
    ),
    Reason.FILE_ELSEWHERE: (
        "The file lies outside Slack, which only links to it; download it and attach it, or paste "
        "its lines."
    ),
    Reason.FILE_UNREACHED: (
        "Slack did not give the file in time, or not as a whole; try again, or paste its lines."
    ),
    Reason.FILE_NO_TIME: (
        "There was no time left to read this file; give it in a request of its own, or save its "
        "list as text in UTF-8."
    ),
    Reason.FILE_ONE_TOO_MANY: (
        "Only the first 10 files are read; give this one in a request of its own."
    ),
}


def at(places: Places) -> str:
    """Where something stands in its list: `lines 3, 57–60 and 12 more`."""
    one, other = UNITS[places.unit]
    shown = list(islice(_runs(places.numbers), RUNS_SHOWN))
    left = len(places.numbers) - sum(map(len, shown))
    told = ", ".join(map(_run, shown))
    more = f" and {number(left)} more" if left else ""
    of_file = f" of {escape(unformatted(places.file))}" if places.file else ""
    return f"{one if len(places.numbers) == 1 else other} {told}{more}{of_file}"


def perhaps(offered: str) -> str:
    return f"Perhaps {code(offered)} was meant."


def reason(rejected: Rejected) -> str:
    match rejected.reason:
        case Reason.FOREIGN_HOST:
            host, *operators = rejected.names
            return f"{host} is not in PREFETCH_ALLOWED_DOMAINS; ask {whom(operators)}."
        case Reason.COLUMNS:
            named = ", ".join(escape(unformatted(name)) for name in rejected.names)
            return f"More than one column may name the files: {named}. Leave only one of them."
        case Reason.SHEETS:
            named = ", ".join(escape(unformatted(name)) for name in rejected.names)
            return f"More than one sheet names files: {named}. Hide all but one of them."
        case Reason.HIDDEN_COLUMN:
            named = ", ".join(escape(unformatted(name)) for name in rejected.names)
            return f"A hidden column names files: {named}. Show it, or delete it."
        case Reason.IN_WORDS:
            return " ".join(rejected.names)
        case _ if rejected.offered:
            return f"{REASONS[rejected.reason]} {perhaps(rejected.offered)}"
        case _:
            return REASONS[rejected.reason]


def _runs(numbers: Sequence[int]) -> Iterator[range]:
    """The numbers, of which those that follow one another are one run."""
    begin = before = numbers[0]
    for found in numbers[1:]:
        if found != before + 1:
            yield range(begin, before + 1)
            begin = found
        before = found
    yield range(begin, before + 1)


def _run(numbers: range) -> str:
    return "–".join(number(it) for it in sorted({numbers[0], numbers[-1]}))
