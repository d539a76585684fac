"""What of a record is not handed out, and what a person looks at first (G20, Art. 15(4)): other people's data, names of
those who work here, how fraud is looked for, keys.

Whoever can change the address of an account could otherwise collect its former owner's data by asking for their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple
from unicodedata import combining, normalize

from privacy.domain.dossier import Value, Why
from privacy.domain.facts import Fact, Group
from privacy.domain.identifiers import is_email

#: Groups that tell of a person, and not only of a purchase: they are somebody's, and whose, the fact's address says.
PERSONAL = frozenset(
    {"profile", "phone", "delivery", "consent", "subscription", "invoice", "card", "fraud", "contact"}
)
#: Fields of a group that are never handed out.
_FIELDS: Mapping[tuple[str, str], Why] = {
    ("entry", "by"): Why.STAFF,
    ("link", "by"): Why.STAFF,
    ("fraud", "rule"): Why.ANTI_FRAUD,
}
#: Keys of providers' objects that are never handed out, wherever they stand.
_KEYS: Mapping[str, Why] = {
    "client_secret": Why.KEY,
    "created_by": Why.STAFF,
    "network_advice_code": Why.ANTI_FRAUD,
    "rule": Why.ANTI_FRAUD,
    "seller_message": Why.ANTI_FRAUD,
}
#: Keys that say nothing about anybody, where a plain value stands under them.
_NOISE = frozenset({"has_more", "livemode", "object", "total_items"})
#: Mailchimp's map of its own paths.
_LINKS = "_links"
#: What is left of an object that is somebody else's: that there is one.
_SHELL = ("id", "created")


class Shown(NamedTuple):
    """What may be handed out. notes: field → why it may not, or why a person looks; the empty field means all."""

    said: Mapping[str, Value]
    notes: Mapping[str, Why]


def of_group(fact: Fact, name: str, emails: Collection[str], mine: Callable[[str], bool]) -> Shown:
    """One group of a fact that is the person's. emails: identifiers of addresses that are theirs; mine: whether a typed
    address is.

    A change of address tells whoever had the old one nothing of the new one, nor the other way round, before an
    operator has said that both are one person's. What ties or parts two people is told only if they are one.
    """
    named = [identifier for identifier in fact.identifiers if is_email(identifier)]
    speaks_of = named if name == "link" else named[:1] if name in PERSONAL else []
    if any(email not in emails for email in speaks_of):
        return Shown({}, {"": Why.SOMEBODY_ELSE})
    group = fact.group(name)
    notes: dict[str, Why] = {
        field: why for (of, field), why in _FIELDS.items() if of == name and field in group
    }
    for field, value in group.items():
        if any(not mine(address) for address in addresses_in({field: value})):
            notes[field] = Why.SOMEBODY_ELSE
    return Shown({field: value for field, value in group.items() if _kept(field, value, notes)}, notes)


def _kept(field: str, value: object, notes: Mapping[str, Why]) -> bool:
    return field not in notes and value not in (None, "")


def gift(delivery: Group, names: Collection[str]) -> bool:
    """Parcels for somebody of another name (E114). names: of the person, as ever typed."""
    name = delivery.get("name")
    known = {_letters(each) for each in names}
    return isinstance(name, str) and bool(known) and _letters(name) not in known


def another_name(profile: Group, names: Collection[str]) -> bool:
    """Whether somebody else seems to buy under the same address, as couples do (E78). names: of the person, as last
    typed. Who leaves out a part of their name is no other; who shares only the family's name may be."""
    name = profile.get("name")
    said = _parts(name) if isinstance(name, str) else set()
    known = [parts for each in names if (parts := _parts(each))]
    return bool(said) and bool(known) and not any(said <= parts or parts <= said for parts in known)


def _parts(name: str) -> set[str]:
    plain = "".join(c for c in normalize("NFKD", name.casefold()) if not combining(c))
    return set(re.findall(r"[^\W\d_]+", plain))


def _letters(name: str) -> str:
    return " ".join(sorted(name.casefold().split()))


def of_provider(document: Mapping[str, object], mine: Callable[[str], bool]) -> Shown:
    """A provider's object, cleared of what says nothing. mine: whether an address is the person's.

    One that names somebody else's address, and none of theirs, is somebody else's; where it names both, the other's
    is left out.
    """
    named = set(addresses_in(document))
    theirs = {address for address in named if mine(address)}
    if named and not theirs:
        shell = {name: document[name] for name in _SHELL if isinstance(document.get(name), str | int)}
        return Shown(shell, {"": Why.SOMEBODY_ELSE})  # type: ignore[arg-type]
    notes: dict[str, Why] = {}
    said = _cleared(document, named - theirs, notes, "")
    return Shown(said if isinstance(said, Mapping) else {}, notes)


def addresses_in(document: object) -> Iterator[str]:
    """Every e-mail address under a key that says so."""
    if isinstance(document, Mapping):
        for key, value in document.items():
            if isinstance(value, str):
                if "email" in str(key) and "@" in value:
                    yield value
            else:
                yield from addresses_in(value)
    elif isinstance(document, list | tuple):
        for value in document:
            yield from addresses_in(value)


def _cleared(value: object, others: Collection[str], notes: dict[str, Why], path: str) -> Value:
    if isinstance(value, Mapping):
        if value.get("object") == "list" and isinstance(value.get("data"), list):
            return _cleared(value["data"], others, notes, path)
        return {
            str(key): kept
            for key, inner in value.items()
            if (kept := _of_key(str(key), inner, others, notes, path)) not in (None, "", [], {})
        }
    if isinstance(value, list | tuple):
        return [
            kept
            for place, inner in enumerate(value)
            if (kept := _cleared(inner, others, notes, f"{path}[{place}]")) not in (None, "", [], {})
        ]
    return value if isinstance(value, str | int | float | bool) else None if value is None else str(value)


def _of_key(key: str, inner: object, others: Collection[str], notes: dict[str, Why], path: str) -> Value:
    place = f"{path}.{key}" if path else key
    if key == _LINKS or (key in _NOISE and not isinstance(inner, Mapping | list | tuple)):
        return None
    why = _KEYS.get(key)
    if why is None and isinstance(inner, str) and inner in others:
        why = Why.SOMEBODY_ELSE
    if why is not None:
        if inner not in (None, "", [], {}):
            notes[place] = why
        return None
    return _cleared(inner, others, notes, place)
