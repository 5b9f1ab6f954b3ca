"""Documents of named fields, of which one holds the targets: JSON and XML."""

from collections.abc import Iterable, Sequence

from bot.reading.columns import chosen_column
from bot.reading.link_tokens import Exact
from bot.reading.shapes.shape import Read
from bot.rules.reading import ListShape, Reading
from bot.rules.redaction import shown_line
from bot.rules.target import Reason, Rejected

Field = tuple[str, ...]
"""The names that lead to a value, from the outermost to its own."""


def read_fields(
    values: Iterable[tuple[Field, str]],
    shape: ListShape,
    text: str,
    *,
    beside: Sequence[Rejected] = (),
) -> Read:
    """The values of the field that holds targets; `beside` is what is rejected anyway."""
    by_field: dict[Field, list[str]] = {}
    for field, value in values:
        by_field.setdefault(field, []).append(value)
    columns = {name: by_field[field] for field, name in _names(list(by_field)).items()}
    name = chosen_column(columns)
    if isinstance(name, str):
        found: list[str | Rejected] = [Exact(value.strip()) for value in columns[name]]
        reading = Reading(shape, len(found), shown_line(name))
        return Read([*found, *beside], reading, [*range(1, len(found) + 1), *[0] * len(beside)])
    rejected = name or Rejected(shown_line(text), Reason.NO_FILE_IN_TEXT)
    return Read([rejected, *beside], Reading(shape, 0))


def _names(fields: Sequence[Field]) -> dict[Field, str]:
    """The last name of each field, or the whole way to it where another one is called so too."""
    last = [field[-1] if field else "" for field in fields]
    return {
        field: name if last.count(name) == 1 else ".".join(field)
        for field, name in zip(fields, last, strict=True)
    }
