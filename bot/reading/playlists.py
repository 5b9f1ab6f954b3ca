"""A playlist of HLS that was fetched: what it names, from where it was found (RFC 8216)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.reading.characters import BLANKS
from bot.reading.limits import check_count, check_length
from bot.reading.link_tokens import Exact
from bot.reading.lists import targets_from
from bot.reading.targets import read_target
from bot.rules.address import Base, base_of
from bot.rules.playlists import MasterPlaylist, MediaPlaylist, Rendition, Track
from bot.rules.refusals import ListUnit
from bot.rules.target import Asset, Rejected, Url

LONGEST_NAME = 60

# It begins at a comma alone: from each letter of a megabyte of letters the search would take hours.
_ATTRIBUTE = re.compile(r'(?:^|,)[ \t]*+([A-Z0-9-]++)=("[^"]*+"|[^,"]*+)')
_TRACKS = {"AUDIO": Track.AUDIO, "SUBTITLES": Track.SUBTITLES, "VIDEO": Track.VIDEO}
_SIZE = re.compile(r"[0-9]{1,5}x[0-9]{1,5}")
_NUMBER = re.compile(r"[0-9]{1,12}")


@dataclass(slots=True)
class _Found:
    """What the lines name, as they write it: nothing is made of it before all of it is counted."""

    files: list[str] = field(default_factory=list)
    renditions: list[tuple[str, Track, str]] = field(default_factory=list)
    """Each with the attributes of its tag."""


def read_fetched_playlist(body: bytes, found_at: str) -> MasterPlaylist | MediaPlaylist | None:
    """What the file names, each file once and judged as any pasted address is; None: no playlist.

    Segments and the initialization files before them are named; keys, partial segments and what
    `EXT-X-GAP` says to be missing are not. A last line that does not end is not read where no
    `EXT-X-ENDLIST` stands: the file may be cut off there. Raises `ListTooLong`.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    check_length(text)
    first, *lines = (line.strip(BLANKS) for line in text.lstrip().split("\n"))
    if not first.startswith("#EXTM3U"):
        return None
    has_ended = "#EXT-X-ENDLIST" in lines
    is_cut = not has_ended and lines[-1:] not in ([], [""])
    found = _named_by(lines[:-1] if is_cut else lines)
    if found.renditions and found.files:
        return None  # RFC 8216, 4.1: tags of both kinds make it invalid
    check_count(len(found.renditions), ListUnit.ITEMS)
    check_count(len(found.files), ListUnit.ITEMS)
    base = base_of(found_at)
    if found.renditions:
        return _master(found, base, is_cut=is_cut)
    # One file in many byte ranges is no repetition that anybody has to hear of.
    files = [Exact(base.resolved(reference)) for reference in found.files]
    targets = replace(targets_from(files), duplicates=0)
    return MediaPlaylist(targets, is_live=not has_ended, is_cut=is_cut)


def _master(found: _Found, base: Base, *, is_cut: bool) -> MasterPlaylist:
    read = [_rendition(base, *named) for named in found.renditions]
    usable = tuple(it for it in read if isinstance(it, Rendition))
    return MasterPlaylist(usable, tuple(it for it in read if isinstance(it, Rejected)), is_cut)


def _rendition(
    base: Base, reference: str, track: Track, attributes: str
) -> Rendition | Rejected | Asset:
    target = read_target(base.resolved(reference), is_exact=True)
    if not isinstance(target, Url):
        return target
    said = dict(_attributes(attributes))
    size, bits = said.get("RESOLUTION", ""), said.get("BANDWIDTH", "")
    return Rendition(
        target,
        track,
        bits_per_second=int(bits) if _NUMBER.fullmatch(bits) else 0,
        size=size if _SIZE.fullmatch(size) else "",
        name=said.get("NAME", "")[:LONGEST_NAME],
    )


def _named_by(lines: list[str]) -> _Found:
    found = _Found()
    variant: str | None = None
    is_missing = False
    for line in lines:
        tag, _, value = line.partition(":")
        if not line:
            continue
        if not line.startswith("#"):
            if variant is not None:
                found.renditions.append((line, Track.VIDEO, variant))
            elif not is_missing:
                found.files.append(line)
            variant, is_missing = None, False
        elif tag == "#EXT-X-STREAM-INF":
            variant = value
        elif tag == "#EXT-X-GAP":
            is_missing = True
        elif tag in {"#EXT-X-MAP", "#EXT-X-MEDIA"}:
            _read_reference(tag, value, found)
    return found


def _read_reference(tag: str, value: str, found: _Found) -> None:
    """A tag that names a file itself, where it has a `URI`."""
    said = dict(_attributes(value))
    reference, track = said.get("URI", ""), _TRACKS.get(said.get("TYPE", ""))
    if reference and tag == "#EXT-X-MAP":
        found.files.append(reference)
    elif reference and track:
        found.renditions.append((reference, track, value))


def _attributes(value: str) -> Iterator[tuple[str, str]]:
    for name, written in _ATTRIBUTE.findall(value):
        yield name, written.strip('"')
