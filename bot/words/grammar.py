"""Numbers, plurals and lists of one language, as Babel knows them from the Unicode CLDR."""

from collections.abc import Sequence
from functools import lru_cache

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal

NUMBERS_KEPT = 4096
"""A large card writes hundreds of small numbers; Babel needs about 10 µs for each."""


class Grammar:
    """What the sentences of one language ask for; `name` is a CLDR locale, such as `en`."""

    def __init__(self, name: str) -> None:
        self._locale = Locale.parse(name)
        self.number = lru_cache(NUMBERS_KEPT)(self._number)

    def counted(self, number: int, **forms: str) -> str:
        """The number with its noun; `forms` are named as in CLDR, as `one` and `other`."""
        return f"{self.number(number)} {self.plural(number, **forms)}"

    def plural(self, number: int, **forms: str) -> str:
        """The form for the number; a form that is not given is `other`."""
        return forms.get(self._locale.plural_form(number), forms["other"])

    def any_of(self, items: Sequence[str]) -> str:
        """Items between which a person chooses: `a`, `a or b`, `a, b, or c`."""
        return format_list(items, style="or", locale=self._locale)

    def _number(self, value: int) -> str:
        return format_decimal(value, locale=self._locale)
