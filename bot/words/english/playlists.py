"""Playlists, and what they name, in English."""

from bot.rules.free_text import unformatted
from bot.rules.looks import Fault, NotSeen
from bot.rules.playlists import Offer, Rendition, Track
from bot.words.english import phrases
from bot.words.english.grammar import counted
from bot.words.mrkdwn import code, escape

LOOK_LABEL = "Look at the playlist"
LOOKING = "The bot looks at the playlist…"
LOOK_AGAIN = (
    "This request has changed since a playlist was looked at, and nothing of that was added. Look"
    " at the playlist again."
)
NOT_OF_HLS = "What the server sends is no HLS playlist that names segments."
MASTER_AGAIN = (
    "This rendition is a master playlist itself: it names renditions, and no segments. The bot"
    " reads no further from here. To look at it, paste its address into a request."
)
NO_SEGMENTS = "It names no segment that can be sent: only the playlist itself would be added."
IS_CUT = (
    "The file ends inside a line. That line is left out, because it may be cut off; what follows it"
    " is not known."
)
NO_RENDITION = "It names no rendition that can be prefetched."
CHOOSE = "It names these renditions. Look at each one that viewers need."
IS_LIVE = (
    "It is live: it names only the segments of this moment, and those that come later are not"
    " prefetched."
)
LACKS_SIGNATURES = (
    "Its own address is signed, and an address that it names is not. Where the domain checks"
    " signatures, that file cannot be prefetched."
)
TRACKS = {Track.VIDEO: "video", Track.AUDIO: "audio", Track.SUBTITLES: "subtitles"}
# One sentence for both: two would tell strangers which names there are inside.
NO_PUBLIC_HOST = "The name {host} leads to no public server."
FAULTS = {
    Fault.NOT_NAMED: (
        "It leads to {host}, which PREFETCH_ALLOWED_DOMAINS does not name. The bot looks at no"
        " other host."
    ),
    Fault.NOT_AN_ADDRESS: "It leads to what is no address of a server.",
    Fault.OTHER_PORT: "It leads to {host} at a port that is neither 80 nor 443.",
    Fault.UNKNOWN_HOST: NO_PUBLIC_HOST,
    Fault.PRIVATE_HOST: NO_PUBLIC_HOST,
    Fault.NO_CONNECTION: "{host} takes no connection, or its certificate is not good.",
    Fault.BUSY: "The bot is busy with other looks. Try again in a minute.",
    Fault.TOO_SLOW: "{host} did not answer in time.",
    Fault.BROKEN: "The answer of {host} was broken off, or is no HTTP.",
    Fault.TOO_MANY_REDIRECTS: "The server leads on from address to address.",
    Fault.TOO_LARGE: "The file is larger than a playlist should be.",
    Fault.PACKED: "{host} sends it compressed, although the bot asks for it as it is.",
}


def listed(number: int) -> str:
    return (
        f"*{counted(number, one='of these is a playlist', other='of these are playlists')}.* A"
        " playlist is prefetched alone. Its segments are prefetched only if they stand in this"
        " list too."
    )


def nothing_new(already: int, rejected: int) -> str:
    """Why there is nothing to add; the reasons of what was rejected follow it."""
    if already and rejected:
        return "What can be sent of it is in this request already. The rest cannot be sent:"
    if rejected:
        return "Nothing that it names can be sent:"
    if already:
        return "All that it names is in this request already."
    return "It names no segments."


def more_renditions(left: int) -> str:
    return (
        f"{phrases.and_more(left)}, for which there is no button here. To look at one of them,"
        " paste its address into a request."
    )


def renditions_not_sent(rejected: int) -> str:
    what = counted(rejected, one="rendition", other="renditions")
    return f"{what} cannot be sent:"


def unread(why: NotSeen) -> str:
    host = code(why.host)
    if why.fault is Fault.STATUS:
        return f"It cannot be read: {host} answers {why.status}."
    return f"It cannot be read. {FAULTS[why.fault].format(host=host)}"


def rendition(rendition: Rendition) -> str:
    """`video · 1920x1080 · 5.0 Mbit/s`, as far as the playlist says so."""
    rate = rendition.bits_per_second
    parts = [
        TRACKS[rendition.track],
        escape(unformatted(rendition.name)),
        rendition.size,
        f"{rate / 1_000_000:.1f} Mbit/s" if rate else "",
    ]
    return " · ".join(filter(None, parts))


def names(offer: Offer) -> str:
    left_out = f", and {offer.left_out} that cannot be sent" if offer.left_out else ""
    return f"It names {phrases.files(offer.more)} more{left_out}. With them the request would be:"


def add_label(files: int) -> str:
    return f"Add {phrases.files(files)}"
