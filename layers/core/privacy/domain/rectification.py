"""What a rectification changes (G23, E109, E110): fields of a profile, each from one value to another.

An invoice once issued is never among them: it is not written anew, and a person issues a corrective document.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from privacy.domain.identifiers import normalise_address
from privacy.domain.letter import Language

#: What may be corrected, in the order in which it is told, with what a letter calls it. The two parts of a name stand
#: apart because Mailchimp keeps them apart.
FIELDS: Mapping[str, Mapping[Language, str]] = {
    "email": {Language.FR: "adresse électronique", Language.EN: "e-mail address"},
    "given_name": {Language.FR: "prénom", Language.EN: "given name"},
    "family_name": {Language.FR: "nom", Language.EN: "family name"},
    "line1": {Language.FR: "adresse, ligne 1", Language.EN: "address, line 1"},
    "line2": {Language.FR: "adresse, ligne 2", Language.EN: "address, line 2"},
    "postal_code": {Language.FR: "code postal", Language.EN: "postal code"},
    "city": {Language.FR: "ville", Language.EN: "town"},
    "state": {Language.FR: "région", Language.EN: "state"},
    "country": {Language.FR: "pays", Language.EN: "country"},
    "phone": {Language.FR: "téléphone", Language.EN: "telephone"},
}
_NAME = ("given_name", "family_name")
_WHOLE_NAME: Mapping[Language, str] = {Language.FR: "nom :", Language.EN: "name:"}
#: Between the parts of a line; no value holds one.
_TAB = "\t"
LONGEST = 254


class NoRectification(ValueError):
    """What should be corrected cannot be. Says why, never a value."""


class Change(NamedTuple):
    """One field. old: as we have it; empty where we have nothing, or cannot tell it apart."""

    field: str
    old: str
    new: str

    @property
    def line(self) -> str:
        """As a step keeps it."""
        return _TAB.join(self)

    @classmethod
    def of_line(cls, line: str) -> Change:
        field, old, new = line.split(_TAB)
        return cls(field, old, new)

    def in_words(self, language: Language) -> str:
        """Such as `town: Lyon → Paris`."""
        colon = " :" if language is Language.FR else ":"
        name = f"{FIELDS[self.field][language]}{colon}"
        return f"{name} {self.old} → {self.new}" if self.old else f"{name} {self.new}"


def changes(wanted: Mapping[str, str], known: Mapping[str, str]) -> tuple[Change, ...]:
    """What has to change, in the order of FIELDS. known: the profile as it is folded, with its `name` in one.

    Raises NoRectification, InvalidAddress.
    """
    if unknown := sorted(wanted.keys() - FIELDS.keys()):
        raise NoRectification(f"{', '.join(unknown)} cannot be corrected: {', '.join(FIELDS)} can")
    said = {field: _clean(field, wanted[field]) for field in FIELDS if field in wanted}
    if len(said.keys() & set(_NAME)) == 1:
        raise NoRectification("name both given_name and family_name: a name is kept in one at Stripe")
    held = dict(known)
    found = [Change(field, _old(field, held, said), new) for field, new in said.items()]
    found = [change for change in found if change.old != change.new]
    if not found:
        raise NoRectification("that is what we have already")
    return tuple(found)


def _clean(field: str, value: str) -> str:
    text = " ".join(value.split())
    if not text or len(text) > LONGEST:
        raise NoRectification(f"{field}: a value of 1 to {LONGEST} characters")
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in text):
        raise NoRectification(f"{field}: a character in it cannot be printed")
    return normalise_address(text) if field == "email" else text


def _old(field: str, known: Mapping[str, str], said: Mapping[str, str]) -> str:
    if field not in _NAME:
        return " ".join(str(known.get(field) or "").split())
    name = " ".join(str(known.get("name") or "").split())
    if name == " ".join(said[part] for part in _NAME):
        return said[field]
    # where a given name ends nobody can tell: the whole is told with the part that comes first
    return name if field == _NAME[0] else ""


def told_changes(changed: Sequence[Change], language: Language) -> tuple[str, ...]:
    """A line each. A name that we have in one is told in one: nobody's given name became shorter."""
    given, family = (next((c for c in changed if c.field == part), None) for part in _NAME)
    if given is None or family is None or family.old or not given.old:
        return tuple(change.in_words(language) for change in changed)
    whole = f"{_WHOLE_NAME[language]} {given.old} → {given.new} {family.new}"
    return tuple(
        whole if change is given else change.in_words(language) for change in changed if change is not family
    )


def profile_of(changed: Iterable[Change]) -> dict[str, str]:
    """The fields of a fact's `profile` group that come to be, without the telephone number."""
    said = {change.field: change.new for change in changed}
    profile = {field: value for field, value in said.items() if field not in {*_NAME, "phone"}}
    if name := " ".join(said[part] for part in _NAME if part in said):
        profile["name"] = name
    return profile


def other_address(lines: Iterable[str], *, told: str) -> str:
    """E109: of the address that was theirs and the one that is now, the one that the letter of it did not go to."""
    old, new = next(
        (change.old, change.new) for change in map(Change.of_line, lines) if change.field == "email"
    )
    return old if normalise_address(told) == normalise_address(new) else new


def new_of(changed: Sequence[Change], field: str) -> str:
    """What the field comes to be; empty where it stays."""
    return next((change.new for change in changed if change.field == field), "")


def old_of(changed: Sequence[Change], field: str) -> str:
    return next((change.old for change in changed if change.field == field), "")
