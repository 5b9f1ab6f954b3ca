"""The files and snippets of a message: read where Slack shows the whole, else rejected."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.reading.lists import parse_list
from bot.rules.redaction import shown
from bot.rules.target import Reason, Rejected, Target, Targets, same_file

LISTS = (".txt", ".text", ".csv", ".tsv", ".m3u", ".m3u8", ".json", ".md", ".log", ".xlsx", ".xls")


def with_files(targets: Targets, files: Sequence[object]) -> Targets:
    """The targets of the message and of its snippets; a list that was not read is rejected."""
    for file in files:
        if isinstance(file, Mapping) and _may_be_a_list(file):
            targets = _joined(targets, _read(file))
    return targets


def _may_be_a_list(file: Mapping[str, object]) -> bool:
    """Whether a file may hold targets, which nobody expects of a picture or a film."""
    kind = file.get("mimetype")
    return (
        file.get("mode") in {"snippet", "post"}
        or (isinstance(kind, str) and kind.startswith("text/"))
        or _name(file).lower().endswith(LISTS)
    )


def _read(file: Mapping[str, object]) -> Targets:
    """A preview with `&amp;` is rejected: the entity may be Slack's or the file's own."""
    preview = file.get("preview")
    if not isinstance(preview, str) or not _is_whole(file) or "&amp;" in preview:
        return Targets((), (Rejected(shown(_name(file)), Reason.FILE_NOT_READ),))
    return parse_list(preview)


def _is_whole(file: Mapping[str, object]) -> bool:
    more = file.get("lines_more")
    is_all = isinstance(more, int) and not isinstance(more, bool) and more == 0
    return is_all and not file.get("preview_is_truncated")


def _name(file: Mapping[str, object]) -> str:
    names = (file.get("name"), file.get("title"))
    return next((name for name in names if isinstance(name, str) and name), "")


def _joined(first: Targets, second: Targets) -> Targets:
    accepted: dict[object, Target] = {}
    for target in (*first.accepted, *second.accepted):
        accepted.setdefault(same_file(target), target)
    rejected = tuple(dict.fromkeys((*first.rejected, *second.rejected)))
    return replace(first, accepted=tuple(accepted.values()), rejected=rejected)
