"""Retention: which rule keeps what, until when (docs/retention.md; P31, P33, A1-A5, A19-A25, R1-R36).

Every field group, item and object type that we hold has exactly one rule in policy/imera.toml. A rule keeps a piece for
the longest of its spans, each counted from the day of a trigger. A maximum ends on the anniversary itself, a legal
minimum lasts through its last day (A21).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

#: Kinds of what a rule may cover, before the colon in `covers`: a field group of a fact, an item of a table, an object.
GROUP, ITEM, OBJECT = "group", "item", "object"


class Span(NamedTuple):
    """So long after the day of a trigger."""

    trigger: str
    years: int = 0
    months: int = 0
    days: int = 0


class Rule(NamedTuple):
    """One line of docs/rules.md "Retention".

    id: R1… covers: `group:invoice`, `item:suppression`, `object:mail`… keep: the longest decides. active: after it,
    what is kept still moves to the archive; None: it never does. minimum: the law asks for it through the last day
    (A21). capped: never beyond P31. action: what is done at the end: delete | reduce. record: in plain words, by
    language.
    """

    id: str
    record: dict[str, str]
    covers: frozenset[str]
    keep: tuple[Span, ...]
    active: Span | None
    minimum: bool
    capped: bool
    action: str
    basis: str
    promises: tuple[str, ...]


class Piece(NamedTuple):
    """A field group of a fact that the ledger holds. at: the instant of which the group tells, else the fact's."""

    filed_under: str
    key: str
    group: str
    subject: str
    at: datetime


class Due(NamedTuple):
    """When a piece goes.

    order: the purchase that it belongs to, None for what is the person's own. archive_on: the first Paris day on which
    it leaves the active base. due_on: the first Paris day on which it goes; None: nothing has started its clock.
    """

    piece: Piece
    rule: str
    order: str | None
    archive_on: date | None
    due_on: date | None
