"""What can be prefetched, and why a piece of text cannot."""

from dataclasses import dataclass
from enum import StrEnum

from bot.rules.address import comparable, plain_host, split_address

# Huawei's CDN states 4,096 characters for one prefetch URL; VOD itself states no figure.
MAX_ADDRESS_LENGTH = 4096


@dataclass(frozen=True, slots=True)
class Asset:
    """`id` is 32 hexadecimal characters in lower case."""

    id: str


@dataclass(frozen=True, slots=True)
class Url:
    """`address` is sent exactly as it stands here, blanks and Chinese characters included."""

    address: str


Target = Asset | Url


class Reason(StrEnum):
    """Why a piece of text is not sent; the value is the sentence that a person reads."""

    NOT_A_TARGET = (
        "This is neither an asset ID (32 hexadecimal characters) nor an address that begins with "
        "https://; an address with blanks in it needs a line of its own."
    )
    A_TIME = (
        "This says a time, and a list holds only what is sent; choose the time under Send at, in "
        "the dialog that shows what would run."
    )
    NEARLY_AN_ID = (
        "An asset ID is 32 hexadecimal characters (0-9, a-f) and nothing else; copy it again."
    )
    NOT_HTTP = (
        "Only addresses that begin with http:// or https:// can be prefetched; "
        "give the one that viewers use."
    )
    TOO_LONG = f"The address is longer than {MAX_ADDRESS_LENGTH:,} characters; give a shorter one."
    CONTROL_CHARACTERS = "The address holds invisible control characters; copy it again."
    CREDENTIALS = "The address holds a user name or password; give it without them."
    NO_HOST = "The address names no host; give it in full, as https://host/file."
    BAD_PORT = "The port is not a number from 1 to 65535; correct it or leave it out."
    BAD_HOST = "The host name is not a valid one; check its spelling."
    PRIVATE_HOST = "The host is a private one; give the address that viewers use."
    SLACKS_OWN = (
        "This is an address of Slack itself, which is no file on the CDN; give the address that "
        "viewers use."
    )
    DIRECTORY = "This is a directory, and only files can be prefetched; give each file's address."
    NO_SCHEME = "The address lacks its beginning; put https:// before it."
    JOINED = (
        "Another address begins inside this one; give one address a line, or write its :// as "
        "%3A%2F%2F where it belongs to this one."
    )
    FRAGMENT = (
        "What follows a # never reaches the CDN; leave it out, or write %23 where the name itself "
        "holds a #."
    )
    BROKEN_QUERY = (
        "What looks like the query of this address does not begin with a plain ?; copy the address "
        "again."
    )
    WORDS_BEHIND = (
        "Words stand behind the address; give it alone on its line, or write %20 for a blank that "
        "belongs to its name. A time is chosen in the next dialog, or stands at the end of the "
        "command, as at 18:00."
    )
    LEFT_OUT = (
        "The … stands for what is left out here, as the bot hides what signs an address; copy the "
        "address from where it is whole, or write %E2%80%A6 where its name holds one."
    )
    CORRECTED = (
        "The — or the quotation mark in this address looks like a keyboard's correction of -- or "
        "of a plain one; copy the address again, or write it percent-encoded (%E2%80%94 for —) "
        "where it is meant."
    )
    CUT = (
        "The address seems to be cut at a blank or a mark; type the command alone and give one "
        "address a line, or write it in angle brackets."
    )
    FILE_NOT_READ = (
        "The bot cannot read files that are attached in Slack; open it and paste its lines, one "
        "address or asset ID a line."
    )


@dataclass(frozen=True, slots=True)
class Rejected:
    """`text` is safe to show: cut short, with neither query string nor password.

    `reason` is a sentence for a person: a `Reason`, or what a policy has to say.
    """

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Targets:
    """What a list asks for, in the order and the spelling first given.

    Two targets that `same_file` finds equal are one; `duplicates` counts the repetitions.
    """

    accepted: tuple[Target, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    duplicates: int = 0


def host(url: Url) -> str:
    """The host of a URL in lower-case ASCII (punycode), without port, brackets or trailing dot."""
    return plain_host(split_address(url.address).host)


def same_file(target: Target) -> object:
    """A value that is equal for two targets of one file, as for two spellings of one host."""
    return target if isinstance(target, Asset) else comparable(target.address)
