"""What the owner or a lawyer may change, as the domain sees it (data in policy/imera.toml).

Every cold start makes these classes; a named tuple is made for a third of a dataclass's instructions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from privacy.domain.retention import Rule, Span

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
    """How long the clocks of a person or a case run, as the rules say, and what the rules are counted by.

    financial_year_ends: (month, day). contract_from_cents: from which amount a contract is kept (D213-1).
    """

    newsletter_only: Span
    after_last_order: Span
    marketing: Span
    sign_up: Span
    checkout: Span
    card: Span
    fraud: Span
    contract: Span
    request_full: Span
    request_minimal: Span
    forwarded_mail: Span
    spam: Span
    financial_year_ends: tuple[int, int]
    contract_from_cents: int
    delivery_unknown_days: int
    withdrawal_days: int
    renewal_days: int
    hold_review_days: int
    breach_hours: int


class Retention(NamedTuple):
    """The retention rules by id; by what we hold, the id of its one rule; and what follows from them.

    digest: of the rules and of what they are counted by, and of nothing else: it goes on every receipt (R31).
    """

    rules: Mapping[str, Rule]
    covered: Mapping[str, str]
    periods: Periods
    digest: str


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


class PurgeGuard(NamedTuple):
    """When a day's purge waits for an operator (domain/purge_guard.py; E153).

    purges_at_most: people who may be due; purges_at_most_percent: of all that stand in the index, but always one.
    days_apart_at_most: between a run and the one before it.
    """

    purges_at_most: int
    purges_at_most_percent: int
    days_apart_at_most: int


@dataclass(frozen=True, slots=True)
class Policy:
    """policy/imera.toml, read. digest identifies its exact content.

    read_retention: the rules, read when somebody first asks; whoever only files facts never does.
    """

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
    guard: Guard
    purge_guard: PurgeGuard
    read_retention: Callable[[], Retention]

    @property
    def retention(self) -> Mapping[str, Rule]:
        return self.read_retention().rules

    @property
    def covered(self) -> Mapping[str, str]:
        return self.read_retention().covered

    @property
    def periods(self) -> Periods:
        return self.read_retention().periods

    @property
    def rules_digest(self) -> str:
        return self.read_retention().digest

    def rule_of(self, held: str) -> Rule:
        """The one rule of a field group, item or object: `group:invoice`, `item:case`, `object:spam`."""
        return self.retention[self.covered[held]]
