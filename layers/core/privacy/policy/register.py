"""Reads policy/register.toml (G34). What it leaves out of imera.toml, or knows besides it, stops the register."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from privacy.domain.policy import Policy
from privacy.domain.recipients import Recipient
from privacy.domain.register import Book, Category, Form, Measure, Outside, PurposeTold, Words
from privacy.domain.retention import HELD
from privacy.policy import InvalidPolicy

_LANGUAGES = {"en", "fr"}


def load(policy: Policy, recipients: Sequence[Recipient]) -> Book:
    """The book that ships with the code. policy, recipients: what it tells of. Raises InvalidPolicy."""
    return parse(files(__package__).joinpath("register.toml").read_bytes(), policy, recipients)


def parse(content: bytes, policy: Policy, recipients: Sequence[Recipient]) -> Book:
    """Raises InvalidPolicy."""
    try:
        data = tomllib.loads(content.decode())
        book = Book(
            subjects={id_: _words(told, id_) for id_, told in data["subjects"].items()},
            purposes={id_: _purpose(id_, told) for id_, told in data["purposes"].items()},
            categories=tuple(_category(told) for told in data["categories"]),
            forms=tuple(
                Form(**{name: _words(told[name], name) for name in Form._fields}) for told in data["fields"]
            ),
            outside=tuple(_outside(told) for told in data["outside"]),
            measures=tuple(
                Measure(told["id"], _words(told["text"], told["id"])) for told in data["measures"]
            ),
            operations={id_: _words(told, id_) for id_, told in data["operations"].items()},
        )
        _agree(book, policy)
        _agree_about(recipients, book)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidPolicy(f"policy/register.toml: {error}") from None
    return book


def _purpose(id_: str, told: Mapping[str, Any]) -> PurposeTold:
    lists = {name: tuple(told.get(name, ())) for name in ("subjects", "recipients", "rules")}
    return PurposeTold(_words(told["name"], id_), **lists)


def _category(told: Mapping[str, Any]) -> Category:
    id_ = told["id"]
    return Category(id_, _words(told["name"], id_), frozenset(told["held"]), tuple(told.get("used_for", ())))


def _outside(told: Mapping[str, Any]) -> Outside:
    worded = {name: _words(told[name], told["id"]) for name in ("name", "data", "keep", "objection")}
    return Outside(**{**told, **worded, "promises": tuple(told["promises"])})


def _words(told: Any, about: str) -> Words:
    if (
        not isinstance(told, Mapping)
        or told.keys() != _LANGUAGES
        or not all(isinstance(text, str) and text.strip() for text in told.values())
    ):
        raise ValueError(f"{about}: in French and in English")
    return dict(told)


def _agree(book: Book, policy: Policy) -> None:
    """Raises ValueError where a purpose or something that is held is missing, told twice, or unknown."""
    if strange := book.purposes.keys() ^ policy.purposes.keys():
        raise ValueError(f"purposes told here and in imera.toml differ: {', '.join(sorted(strange))}")
    for id_, purpose in book.purposes.items():
        if not purpose.subjects or not book.subjects.keys() >= set(purpose.subjects):
            raise ValueError(f"{id_}.subjects: some of {', '.join(sorted(book.subjects))}")
        if unknown := set(purpose.rules) - policy.retention.keys():
            raise ValueError(f"{id_}.rules: there is no {', '.join(sorted(unknown))}")
    once: set[str] = set()
    for category in book.categories:
        if twice := once & category.held:
            raise ValueError(f"{category.id}: in another category too: {', '.join(sorted(twice))}")
        if category.used_for and not policy.purposes.keys() >= set(category.used_for):
            raise ValueError(f"{category.id}.used_for: purposes of imera.toml")
        once |= category.held
    if strange := once ^ HELD:
        raise ValueError(f"in no category, or held by nobody: {', '.join(sorted(strange))}")
    if no_purpose := sorted(_unused(book.categories, policy)):
        raise ValueError(f"held for no purpose: {', '.join(no_purpose)}")


def _agree_about(recipients: Sequence[Recipient], book: Book) -> None:
    """Raises ValueError where a recipient serves no purpose, or one is named that there is not."""
    named = {id_ for purpose in book.purposes.values() for id_ in purpose.recipients}
    if strange := named ^ {recipient.id for recipient in recipients if not recipient.always}:
        raise ValueError(f"recipients that serve no purpose, or are none: {', '.join(sorted(strange))}")
    if strange := book.operations.keys() - {recipient.id for recipient in recipients}:
        raise ValueError(f"operations of recipients that there are not: {', '.join(sorted(strange))}")


def _unused(categories: Iterable[Category], policy: Policy) -> Iterable[str]:
    read = {f"group:{group}" for purpose in policy.purposes.values() for group in purpose.groups}
    return (held for c in categories if not c.used_for for held in c.held if held not in read)
