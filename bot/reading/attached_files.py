"""Files and snippets that somebody attached in Slack: which may hold a list, and lists together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.reading.limits import check_count
from bot.reading.lists import parse_list
from bot.rules.reading import Reading
from bot.rules.redaction import shown, shown_line
from bot.rules.refusals import ListUnit
from bot.rules.target import Reason, Rejected, Target, Targets, same_file

LISTS = (
    *(".txt", ".text", ".csv", ".tsv", ".m3u", ".m3u8", ".json", ".md", ".log", ".xml"),
    *(".xlsx", ".xls"),
)
ONLY_AN_ID = "check_file_info"
"""What Slack says of a file in a channel shared with another company: whoever wants to know more
has to ask for it."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file in Slack that may hold a list; of some Slack tells only the ID."""

    id: str
    name: str = ""
    address: str = ""


def attached(file: Mapping[str, object]) -> Attached:
    """The file as a payload names it; where one lies that Slack only links to is nowhere kept."""
    if file.get("is_external") or file.get("mode") == "external":
        return Attached(str(file.get("id") or ""), _name(file))
    addresses = (file.get("url_private_download"), file.get("url_private"))
    address = next((it for it in addresses if isinstance(it, str) and it), "")
    return Attached(str(file.get("id") or ""), _name(file), address)


def lists_among(files: Sequence[object]) -> tuple[Attached, ...]:
    """Those that may hold targets, which nobody expects of a picture or a film."""
    return tuple(
        attached(file) for file in files if isinstance(file, Mapping) and _may_be_a_list(file)
    )


def from_previews(files: Sequence[object]) -> tuple[Targets, ...]:
    """What Slack shows as a whole of the files; a list that it shows in part is rejected."""
    return tuple(
        _previewed(file) for file in files if isinstance(file, Mapping) and _may_be_a_list(file)
    )


def together(lists: Sequence[Targets]) -> Targets:
    """Several lists as one, in their order, in which each place names its file.

    Raises `ListTooLong`.
    """
    if len(lists) > 1:
        lists = list(map(_with_its_file, lists))
    accepted: dict[object, Target] = {}
    for target in (target for one in lists for target in one.accepted):
        accepted.setdefault(same_file(target), target)
    named = sum(len(one.accepted) for one in lists)
    check_count(named, ListUnit.ITEMS)
    return Targets(
        accepted=tuple(accepted.values()),
        rejected=tuple(dict.fromkeys(item for one in lists for item in one.rejected)),
        duplicates=sum(one.duplicates for one in lists) + named - len(accepted),
        reading=_readings([one.reading for one in lists if one.reading is not None]),
        alone=frozenset[Target]().union(*(one.alone for one in lists)),
        at={target: at for one in reversed(lists) for target, at in one.at.items()},
    )


def unread(name: str, reason: Reason) -> Targets:
    """What a file holds that was not read: nothing, and why."""
    return Targets(rejected=(Rejected(shown(name), reason),))


def _with_its_file(targets: Targets) -> Targets:
    file = "" if targets.reading is None else targets.reading.file
    rejected = tuple(replace(it, at=it.at and replace(it.at, file=file)) for it in targets.rejected)
    at = {target: replace(places, file=file) for target, places in targets.at.items()}
    return replace(targets, rejected=rejected, at=at)


def _readings(readings: Sequence[Reading]) -> Reading | None:
    if not readings:
        return None
    first, *rest = [single for one in readings for single in (replace(one, others=()), *one.others)]
    return replace(first, others=tuple(rest))


def _may_be_a_list(file: Mapping[str, object]) -> bool:
    kind = file.get("mimetype")
    return (
        file.get("mode") in ("snippet", "post")
        or file.get("file_access") == ONLY_AN_ID
        or (isinstance(kind, str) and kind.startswith("text/"))
        or _name(file).lower().endswith(LISTS)
    )


def _previewed(file: Mapping[str, object]) -> Targets:
    """A preview with `&amp;` is rejected: the entity may be Slack's or the file's own."""
    preview, name = file.get("preview"), _name(file)
    if not isinstance(preview, str) or not _is_whole(file) or "&amp;" in preview:
        return unread(name, Reason.FILE_NOT_READ)
    targets = parse_list(preview)
    if targets.reading is None or not name:
        return targets
    return replace(targets, reading=replace(targets.reading, file=shown_line(name)))


def _is_whole(file: Mapping[str, object]) -> bool:
    more = file.get("lines_more")
    is_all = isinstance(more, int) and not isinstance(more, bool) and more == 0
    return is_all and not file.get("preview_is_truncated")


def _name(file: Mapping[str, object]) -> str:
    names = (file.get("name"), file.get("title"))
    return next((name for name in names if isinstance(name, str) and name), "")
