"""The words of an answer about somebody's data, in one language (G15, G18): titles, sentences, names of fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from string import Template

from privacy.domain.clocks import PARIS
from privacy.domain.dossier import Value
from privacy.domain.letter import Language
from privacy.domain.letter_words import day_in_words

#: Fields that are integer cents.
MONEY = frozenset(
    {"amount", "amount_paid", "amount_refunded", "amount_remaining", "credit_amount", "refunded", "total"}
)
#: Fields that hold words of our programs or a provider's, and nothing that anybody typed.
CODES = frozenset(
    {
        *(
            "box_default",
            "channel",
            "choice",
            "ended_by",
            "funding",
            "hand",
            "outcome",
            "payment_status",
            "progress",
        ),
        *("purpose", "reason", "regime", "rights", "risk_level", "role", "state", "status"),
        *("items", "kind", "letter", "method", "template"),  # of the steps of a request
    }
)
#: Fields that hold several days, and what stands between the values of a list.
_DAYS = frozenset({"answered_by"})
_LISTED = ", "
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class SectionWords:
    """fields: names that differ in this section."""

    title: str
    what: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """tables: `page`, `information`, `sources`…, each text by its key. `for_another` says some of `page` otherwise."""

    language: Language
    tables: Mapping[str, Mapping[str, str]]
    sections: Mapping[str, SectionWords]

    def for_another(self) -> AnswerWords:
        """For an agent, a parent or an heir: what is said of the reader's data is said of somebody else's (E82)."""
        return replace(
            self, tables={**self.tables, "page": {**self.tables["page"], **self.tables["for_another"]}}
        )

    def say(self, table: str, key: str, **given: object) -> str:
        """The text, with what it has places for. Raises KeyError where there is none, or a place stays empty."""
        return Template(self.tables[table][key]).substitute(given)

    def field(self, section: str, name: str) -> str:
        """What a field is called; its own name where it has no other, as providers' have."""
        return self.sections[section].fields.get(name) or self.tables["fields"].get(name, name)

    def day(self, day: date) -> str:
        return day_in_words(day, self.language)

    def instant(self, at: datetime) -> str:
        """Such as `dimanche 1er mars 2026, 11:00`: what the clock in Paris showed."""
        local = at.astimezone(PARIS)
        return f"{self.day(local.date())}, {local:%H:%M}"

    def value(self, name: str, value: Value, currency: Value = None) -> str:
        """One value as a person reads it."""
        if isinstance(value, bool):
            return self.say("page", "yes" if value else "no")
        if isinstance(value, int) and name in MONEY:
            return self._money(value, currency)
        if isinstance(value, str):
            listed = value.split(_LISTED) if name in CODES or name in _DAYS else [value]
            return _LISTED.join(dict.fromkeys(self._one(name, each) for each in listed))
        return "" if value is None else str(value)

    def _one(self, name: str, value: str) -> str:
        known = self.tables["values"].get(value) if name in CODES else None
        return known or self._text(value)

    def count(self, count: int) -> str:
        return self.say("page", "records_one" if count == 1 else "records_many", count=count)

    def _money(self, cents: int, currency: Value) -> str:
        sign, whole, rest = "-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100
        point = "," if self.language is Language.FR else "."
        unit = currency.upper() if isinstance(currency, str) and currency else ""
        return f"{sign}{whole}{point}{rest:02} {unit}".rstrip()

    def _text(self, text: str) -> str:
        try:
            if _INSTANT.fullmatch(text):
                return self.instant(datetime.fromisoformat(text))
            if _DAY.fullmatch(text):
                return self.day(date.fromisoformat(text))
        except (ValueError, OverflowError):
            pass  # looks like a day, and is none
        return text
