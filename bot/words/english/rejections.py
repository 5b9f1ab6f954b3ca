"""Why a piece of text is not sent, in English."""

from bot.rules.target import MAX_ADDRESS_LENGTH, Reason, Rejected
from bot.words.english.grammar import number
from bot.words.english.refusals import whom

FILE_WITHOUT_NAME = "a file without a name"
REASONS = {
    Reason.NOT_A_TARGET: (
        "This is neither an asset ID (32 hexadecimal characters) nor an address that begins with "
        "https://; an address with blanks in it needs a line of its own."
    ),
    Reason.A_TIME: (
        "This says a time, and a list holds only what is sent; choose the time under Send at, in "
        "the dialog that shows what would run."
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
        "Words stand behind the address; give it alone on its line, or write %20 for a blank that "
        "belongs to its name. A time is chosen in the next dialog, or stands at the end of the "
        "command, as at 18:00."
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
    Reason.FILE_NOT_READ: (
        "The bot cannot read files that are attached in Slack; open it and paste its lines, one "
        "address or asset ID a line."
    ),
}


def reason(rejected: Rejected) -> str:
    match rejected.reason:
        case Reason.FOREIGN_HOST:
            host, *operators = rejected.names
            return f"{host} is not in PREFETCH_ALLOWED_DOMAINS; ask {whom(operators)}."
        case Reason.IN_WORDS:
            return " ".join(rejected.names)
        case _:
            return REASONS[rejected.reason]
