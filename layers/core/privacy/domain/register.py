"""The register of Art. 30 GDPR, as far as only it says it (G34): whose data, in which words, what is done elsewhere.

Purposes, recipients and retention stand in the policy; operations/register/compose_register.py puts the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

#: The same in each language.
type Words = Mapping[str, str]


class PurposeTold(NamedTuple):
    """What a purpose is called, whose data it uses (ids of Book.subjects), who gets them besides whoever gets all
    (recipients' ids), and which rules end them that cover nothing of their own."""

    name: Words
    subjects: tuple[str, ...]
    recipients: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


class Category(NamedTuple):
    """A category of data. held: as retention rules cover it. used_for: purposes of what is no fact."""

    id: str
    name: Words
    held: frozenset[str]
    used_for: tuple[str, ...]


class Form(NamedTuple):
    """What a form asks for (P22). without: what comes of leaving out what is required."""

    form: Words
    required: Words
    optional: Words
    without: Words


class Outside(NamedTuple):
    """What the shop does without this system (P14, P15). operated_by: by whose means; empty: nobody has told us."""

    id: str
    promises: tuple[str, ...]
    name: Words
    basis: str
    data: Words
    keep: Words
    objection: Words
    operated_by: str


class Measure(NamedTuple):
    """One of the measures of Art. 32."""

    id: str
    text: Words


class Book(NamedTuple):
    """policy/register.toml, read. subjects, purposes: by id. operations: what recipients do,
    in other words than an answer uses."""

    subjects: Mapping[str, Words]
    purposes: Mapping[str, PurposeTold]
    categories: tuple[Category, ...]
    forms: tuple[Form, ...]
    outside: tuple[Outside, ...]
    measures: tuple[Measure, ...]
    operations: Mapping[str, Words]
