"""What the owner or a lawyer may change, as the domain sees it (data in policy/imera.toml).

Every cold start makes these classes; a named tuple is made for a third of a dataclass's instructions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

METADATA = "metadata"
CUSTOM_FIELD = "custom_field"
PROMOTIONS = "promotions"


class Controller(NamedTuple):
    """Who is responsible for the data, as every letter says (P3). legal_name, siren, dpo: empty where left out."""

    name: str
    legal_name: str
    siren: str
    address: str
    dpo: str
    contact: str
    staff_language: str


class Carrier(NamedTuple):
    """One place in a Checkout session that may carry the newsletter box (A10)."""

    kind: str
    key: str = ""
    ticked: frozenset[str] = frozenset()
    unticked: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.key}" if self.key else self.kind


@dataclass(frozen=True, slots=True)
class ConsentForm:
    """A version of a form: what the person read, and what the box said before they touched it (G3, P35)."""

    form: str
    carriers: frozenset[str]
    since: date
    policy_version: str
    box_default: str
    wording: Mapping[str, str]

    @property
    def valid(self) -> bool:
        """A pre-ticked box never gives consent (G5, E126)."""
        return self.box_default != "ticked"


class Source(NamedTuple):
    """Where facts may come from, and which field groups it may bring (P1: no other source)."""

    name: str
    groups: frozenset[str]


class Purpose(NamedTuple):
    """What data may be used for, on which ground, and which field groups it may read (G1, G2)."""

    name: str
    basis: str
    promises: tuple[str, ...]
    groups: frozenset[str]


class Periods(NamedTuple):
    """Lengths of the clocks that a person, a case or a record of ours has (A2, A3, P31, R2, R7, R9-R11, R15, R16,
    R19, R20, R22, R31)."""

    newsletter_only_years: int
    after_last_order_years: int
    marketing_after_contact_years: int
    unfinished_days: int
    renewal_days: int
    card_months: int
    delivery_unknown_days: int
    contract_from_cents: int
    contract_years: int
    request_full_days: int
    forwarded_mail_days: int
    spam_days: int
    request_minimal_years: int
    suppression_years: int
    receipt_full_days: int
    receipt_years: int
    hold_review_days: int


class Guard(NamedTuple):
    """How many members a reconciliation may take out by itself; more wait for an operator (E128).

    removals_at_most: in all. removals_at_most_percent: of the subscribed of each audience, but always one.
    """

    removals_at_most: int
    removals_at_most_percent: int

    def lets(self, removals: Mapping[str, int], subscribed: Mapping[str, int]) -> bool:
        """Both by audience."""
        if sum(removals.values()) > self.removals_at_most:
            return False
        return all(
            count <= max(1, subscribed.get(audience, 0) * self.removals_at_most_percent // 100)
            for audience, count in removals.items()
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """policy/imera.toml, read. digest identifies its exact content."""

    version: str
    digest: str
    controller: Controller
    carriers: tuple[Carrier, ...]
    forms: tuple[ConsentForm, ...]
    unticked_means_withdrawal: bool
    member_sources_of_persons: frozenset[str]
    order_number_keys: tuple[str, ...]
    customer_number_keys: tuple[str, ...]
    sources: Mapping[str, Source]
    purposes: Mapping[str, Purpose]
    rules: Mapping[str, str]
    periods: Periods
    guard: Guard
