"""What a look at the targets has found beside the open modal, in English."""

from collections import Counter

from bot.rules.free_text import unformatted
from bot.rules.looks import Fault
from bot.rules.preflight import AddressFinding, AddressState, AssetFinding, AssetState, Look
from bot.words.english.grammar import number, plural
from bot.words.mrkdwn import code, escape, shortened

TITLE_LENGTH = 60
TYPE_LENGTH = 40
ADVICE = (
    "This is advice: the bot looks once, from its own place and without a player's headers. A look "
    "may itself bring a file to the node that answers."
)
ASSETS = {
    AssetState.MISSING: "not found",
    AssetState.UNPUBLISHED: "not published",
    AssetState.UNFINISHED: "not finished",
    AssetState.BROKEN: "failed",
    AssetState.PUBLISHED: "published",
    AssetState.OTHER: "in a state that is new to the bot",
    AssetState.NOT_TOLD: "could not be looked up",
}
WHY_NOT = {
    AssetState.UNPUBLISHED: "not published, so the cloud would refuse it; publish it in VOD first",
    AssetState.UNFINISHED: "not finished, so the cloud would refuse it; wait until it is published",
    AssetState.BROKEN: "its upload or processing has failed; upload it again",
    AssetState.MISSING: "not found in this project; it was deleted, or the ID is wrong",
}
# One sentence for both: two would tell strangers which names there are inside.
NO_PUBLIC_HOST = "has a host that leads to no public server"
FAULTS = {
    Fault.OTHER_PORT: "has a port that is neither 80 nor 443, where the bot does not look",
    Fault.UNKNOWN_HOST: NO_PUBLIC_HOST,
    Fault.PRIVATE_HOST: NO_PUBLIC_HOST,
    Fault.NO_CONNECTION: "has a server that takes no connection, or has no valid certificate",
    Fault.BUSY: "was not looked at, because the bot was busy with other looks",
    Fault.TOO_SLOW: "did not answer in time",
    Fault.BROKEN: "answers in no valid way",
    Fault.TOO_MANY_REDIRECTS: "redirects too often",
}
BYTES = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))


def assets(look: Look) -> str:
    """How many stand how; those that the cloud would refuse come first."""
    counts = Counter(it.state for it in look.assets)
    counts[AssetState.NOT_TOLD] += look.unasked
    told = [f"{number(counts[it])} {ASSETS[it]}" for it in AssetState if counts[it]]
    return f"*Assets in VOD*: {' · '.join(told)}"


def asset(finding: AssetFinding) -> str:
    """Its title, and how it stands."""
    title = escape(shortened(unformatted(finding.title), TITLE_LENGTH))
    state = WHY_NOT.get(finding.state) or ASSETS[finding.state]
    if finding.status and finding.state is not AssetState.PUBLISHED:
        state = f"{state} ({code(finding.status)})"
    return f"*{title}* – {state}" if title else state


def addresses(look: Look) -> str:
    """`2 answer 404 · 1 is a page, not a file · 1 forbids caching · 3 not tried`."""
    found: Counter[str] = Counter()
    for state in AddressState:
        alike = [it for it in look.addresses if it.state is state]
        errors = Counter(it.status for it in alike)
        if state is AddressState.ERROR:
            for status in sorted(errors):
                found[f"{plural(errors[status], one='answers', other='answer')} {status}"] = errors[
                    status
                ]
        elif alike:
            found[_of_some(state, len(alike))] = len(alike)
    if look.untried:
        found["not tried"] = look.untried
    told = [f"{number(count)} {what}" for what, count in found.items()]
    return f"*Looked at beforehand*: {' · '.join(told)}"


def address(finding: AddressFinding) -> str:
    """What is behind one address, or why that could not be seen."""
    host = code(finding.host)
    match finding.state:
        case AddressState.ERROR:
            return f"answers {finding.status}"
        case AddressState.PAGE:
            return f"is a page ({code(finding.content_type)}), not a file"
        case AddressState.EMPTY:
            return "is empty"
        case AddressState.NOT_CACHED:
            return f"forbids caching ({code(shortened(finding.cache_control, TYPE_LENGTH))})"
        case AddressState.ELSEWHERE:
            return f"redirects to {host}, where the bot does not look"
        case AddressState.UNSEEN:
            return FAULTS.get(finding.fault or Fault.BROKEN, "was not looked at")
        case AddressState.REDIRECTS:
            return f"redirects to {host}: {_kind(finding)}"
        case AddressState.FILE:
            return _kind(finding)


def _of_some(state: AddressState, addresses: int) -> str:
    one, other = {
        AddressState.PAGE: ("is a page, not a file", "are pages, not files"),
        AddressState.EMPTY: ("is empty", "are empty"),
        AddressState.NOT_CACHED: ("forbids caching", "forbid caching"),
        AddressState.ELSEWHERE: ("redirects to another host", "redirect to another host"),
        AddressState.UNSEEN: ("could not be seen", "could not be seen"),
        AddressState.REDIRECTS: ("redirects to a file", "redirect to a file"),
        AddressState.FILE: ("is a file", "are files"),
    }[state]
    return plural(addresses, one=one, other=other)


def _kind(finding: AddressFinding) -> str:
    media_type = code(shortened(finding.content_type or "?", TYPE_LENGTH))
    size = "of unknown size" if finding.size is None else _size(finding.size)
    return f"{media_type}, {size}"


def _size(size: int) -> str:
    for unit, of in BYTES:
        if size >= of:
            return f"{size / of:.1f} {unit}"
    return f"{number(size)} {plural(size, one='byte', other='bytes')}"
