"""What a retention rule is, and what there is to keep (docs/retention.md; A1-A5, A19-A25, P31, P33).

Every field group, item and object that we hold has exactly one rule in policy/imera.toml. A rule keeps a piece for the
longest of its spans, each counted from the day of a trigger. A maximum ends on the anniversary itself, a legal minimum
lasts through its last day (A21). domain/schedule.py applies the rules to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from privacy.domain.facts import GROUPS

#: Items of our tables that are no facts, and objects in buckets and log groups, by the name that `covers` gives them.
ITEMS: Final = (
    "person", "pointer", "note", "suppression", "hold",
    "case", "minimal_case", "cause", "sender_log", "forwarded_mail", "spam",
    "event_claim", "gone_mark", "removal", "token", "renewal",
    "read_log", "run", "receipt", "approval", "breach", "directive", "redaction",
)  # fmt: skip
OBJECTS: Final = ("case_mail", "forwarded_mail", "spam", "package", "evidence", "replay", "log")

#: All that has to have a rule: `group:invoice`, `item:case`, `object:spam`…
HELD: Final = frozenset(
    (
        *(f"group:{name}" for name in GROUPS),
        *(f"item:{name}" for name in ITEMS),
        *(f"object:{name}" for name in OBJECTS),
    )
)

#: In a group's place: a fact of which nothing is held but whom it names.
BARE: Final = ""

#: Days that a span may be counted from: of a person's pieces (domain/schedule.py), and of whatever else we hold.
PIECE_TRIGGERS: Final = frozenset(
    {
        "last_contact", "last_order", "opt_in", "consent_end", "last_fact",
        "order", "contract_delivery", "charge", "dispute_closed", "unpaid_due", "unpaid_settled",
        "financial_year_end", "session",
    }
)  # fmt: skip
ITEM_TRIGGERS: Final = frozenset(
    {"last_piece", "refusal", "closing", "receipt", "write", "run", "erasure", "release", "breach_closed"}
)
TRIGGERS: Final = PIECE_TRIGGERS | ITEM_TRIGGERS

#: A21: the law's shortest time is kept through its last day, a longest time ends on the anniversary.
MINIMUM, MAXIMUM = "minimum", "maximum"
#: What is done at the end. reduce: to what the next rule keeps.
ACTIONS: Final = frozenset({"delete", "reduce"})


class Span(NamedTuple):
    """So long after the day of a trigger."""

    trigger: str
    years: int = 0
    months: int = 0
    days: int = 0

    @classmethod
    def read(cls, text: str) -> Span:
        """`last_contact + 3 years`, `session + 30 days`, or the trigger alone. Raises ValueError."""
        trigger, _, length = (part.strip() for part in text.partition("+"))
        if trigger not in TRIGGERS:
            raise ValueError(f"{text!r}: counted from one of {', '.join(sorted(TRIGGERS))}")
        if not length:
            return cls(trigger)
        count, _, unit = length.partition(" ")
        unit = unit if unit.endswith("s") else f"{unit}s"
        if not count.isdecimal() or unit not in cls._fields[1:]:
            raise ValueError(f"{text!r}: so many years, months or days after {trigger}")
        return cls(trigger, **{unit: int(count)})


class Rule(NamedTuple):
    """One line of docs/rules.md "R: how long each kind of data is kept".

    id: R1… record: what it is, in plain words, by language. covers: `group:invoice`, `item:suppression`… keep: the
    longest decides. active: after it, what is kept still moves to the archive; None: it never does. law: minimum |
    maximum (A21). capped: never beyond P31. within: the rule whose end over the same purchase it never outlasts.
    action: delete | reduce. basis: the law or reason, by language. exempt: the point of Art. 17(3) by which it is kept
    although the person asks for erasure (A13); empty: it goes at once.
    """

    id: str
    record: Mapping[str, str]
    covers: frozenset[str]
    keep: tuple[Span, ...]
    active: Span | None
    law: str
    capped: bool
    within: str | None
    action: str
    basis: Mapping[str, str]
    promises: tuple[str, ...]
    exempt: str = ""

    @property
    def minimum(self) -> bool:
        """The law asks for it: it is kept through the last day."""
        return self.law == MINIMUM

    def span(self, trigger: str) -> Span:
        """How long it keeps from that trigger. Raises KeyError where it does not count from it."""
        for span in self.keep:
            if span.trigger == trigger:
                return span
        raise KeyError(f"{self.id} is not counted from {trigger}")


class Piece(NamedTuple):
    """A field group of a fact that the ledger holds.

    at: the instant of which the group tells, else the fact's. purchases: those it belongs to (Order.order); several
    where one order number names several; none for what is the person's own.
    """

    filed_under: str
    key: str
    group: str
    subject: str
    at: datetime
    purchases: tuple[str, ...] = ()


class Due(NamedTuple):
    """When a piece goes.

    rule: the id of the rule that decides; that may be another than its group's (A17, R6, R19). order: the purchase
    that keeps it longest, None for what is the person's own. archive_on: the first Paris day on which it leaves the
    active base, None where it goes before. due_on: the first Paris day on which it goes; None: nothing has started
    its clock.
    """

    piece: Piece
    rule: str
    order: str | None
    archive_on: date | None
    due_on: date | None
