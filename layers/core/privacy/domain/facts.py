"""A fact: something a provider, a person or an operator told us, filed once; its content never changes.

A fact is *filed* under its strongest identifier (the ledger's partition) and is *about* one subject:
the purchase, the Stripe customer or the address that it describes. Its content is split into **field
groups**, each with exactly one retention rule (policy/imera.toml), so that purge and erasure remove
whole groups and the fold accepts that any of them is absent.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: The source of what `privacy import` read from Stripe's lists: the past as it stands, not as it was told.
HISTORY = "stripe_history"

type Scalar = str | int | bool | None
type Group = Mapping[str, Scalar]

#: Field groups and the fields each may hold. Instants are ISO 8601 in UTC, money is integer cents.
#: Nothing else of a provider's payload is ever stored.
GROUPS: Mapping[str, tuple[str, ...]] = {
    # a paid purchase (docs/providers.md "Orders"); payment | session | invoice identifies it
    "order": (
        "payment",
        "session",
        "invoice",
        "number",
        "customer_number",
        "mode",
        "amount",
        "currency",
        "payment_status",
        "placed_at",
    ),
    # a checkout that is not an order: awaiting_payment | payment_failed | expired (R19)
    "checkout": ("payment", "session", "mode", "amount", "currency", "status", "opened_at"),
    # money moved or not: status succeeded | failed | canceled
    "payment": ("payment", "charge", "number", "status", "amount", "currency", "at", "reason"),
    # amount_refunded is the charge's running total; amount is one refund's own
    "refund": ("refund", "charge", "amount", "amount_refunded", "currency", "status", "at"),
    "dispute": ("dispute", "charge", "status", "reason", "amount", "currency", "opened_at"),
    # Radar's outcome, reviews and early warnings (P8, P9); kept apart because of its short clock (R15)
    "fraud": (
        "charge",
        "outcome",
        "risk_level",
        "risk_score",
        "rule",
        "reason",
        "review",
        "review_open",
        "review_reason",
        "warning",
        "warning_type",
        "actionable",
        "ip",
        "at",
    ),
    "card": ("brand", "last4", "exp_month", "exp_year", "funding", "country", "at"),
    "invoice": (
        "invoice",
        "number",
        "status",
        "total",
        "amount_paid",
        "currency",
        "created_at",
        "finalized_at",
        "paid_at",
        "credit_note",
        "credit_amount",
        "customer_name",
        "line1",
        "line2",
        "postal_code",
        "city",
        "state",
        "country",
    ),
    # what is owed on an invoice, by its latest state (R18)
    "unpaid": ("invoice", "state", "amount_remaining", "currency", "attempt_count", "due_at"),
    # when the goods were handed over, as the shop tells; delivered_on is a Paris day
    "handover": ("number", "payment", "delivered_on"),
    "delivery": ("name", "line1", "line2", "postal_code", "city", "state", "country"),
    "profile": (
        "email",
        "name",
        "line1",
        "line2",
        "postal_code",
        "city",
        "state",
        "country",
        "locale",
        "customer_number",
        "deleted",
    ),
    "phone": ("number",),
    # one statement about marketing consent, with what proves it (G3); purpose: newsletter | marketing |
    # personalisation | restriction; case: the request in which data are restricted, or used again
    "consent": (
        "purpose",
        "choice",
        "carrier",
        "value",
        "email",
        "language",
        "session",
        "audience",
        "member_source",
        "opted_in_at",
        "opt_in_ip",
        "reason",
        "case",
    ),
    # what Mailchimp says of a member: a hint until read back (docs/architecture.md "Consent and hints")
    "subscription": (
        "audience",
        "email",
        "status",
        "event",
        "reason",
        "member_source",
        "changed_at",
        "previous_email",
        "signed_up_at",
        "signup_ip",
    ),
    # that the person wrote to us (R4), or had ordered and its documents have gone (A2); never what
    "contact": ("channel",),
    # which operator entered what no provider told
    "entry": ("by",),
    # to whom data went of which no provider tells (P23); capacity: of domain/disclosures.py; on is a Paris day;
    # notices_to: the recipient's address for notices (Art. 19)
    "disclosure": ("recipient", "capacity", "data", "on", "notices_to"),
    # what stays in the ledger of a purchase whose documents moved to the archive (docs/architecture.md "Purge"):
    # that it was one, whose, and when; until: the first Paris day on which none of them is there any more
    "archived": ("order", "buyer", "placed_at", "paid", "until"),
    # the ledger's own bookkeeping: person ids, merges and their undoing, erasures; kept: nothing went yet, as a hold
    # keeps it all (A23)
    "link": ("person", "created_at", "merge", "by", "kept"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact.

    identifiers: everyone and everything it names, strongest first (e-mail, customer, payment, charge…);
    it is filed under the first. subject: the identifier it is about, which decides whose it is
    (domain/linking.py). aka: the same address under an older pepper, `{current: older}`.
    """

    source: str
    event_id: str
    type: str
    occurred_at: datetime
    recorded_at: datetime
    identifiers: tuple[str, ...]
    subject: str
    groups: Mapping[str, Group]
    digest: str
    aka: Mapping[str, str] = field(default_factory=dict)

    @property
    def filed_under(self) -> str:
        return self.identifiers[0]

    @property
    def key(self) -> str:
        """`source#event_id`: unique for ever, in one partition and across them."""
        return f"{self.source}#{self.event_id}"

    def group(self, name: str) -> Group:
        """The group's fields, or nothing: purged and never-known look the same."""
        return self.groups.get(name) or {}


#: Stripe's objects whose present state has no instant of its own, by the types that their facts have.
_UNDATED = ("customer.", "charge.dispute.", "refund.")
#: Stripe counts whole seconds, by a clock that is not ours.
_SKEW = timedelta(minutes=1)


#: The fields that date what a group tells of, where it is not the fact itself that does.
_DATED_BY: Mapping[str, tuple[str, ...]] = {
    "order": ("placed_at",),
    "payment": ("at",),
    "refund": ("at",),
    "fraud": ("at",),
    "card": ("at",),
    "invoice": ("finalized_at", "created_at"),
    "archived": ("placed_at",),
}


def told_at(fact: Fact, group: str) -> datetime:
    """The instant of what the group tells of: of the document, the charge, the order; else the fact's own."""
    said = fact.group(group)
    for name in _DATED_BY.get(group, ()):
        if isinstance(at := said.get(name), str):
            return datetime.fromisoformat(at)
    return fact.occurred_at


def state_as_of(fact: Fact) -> datetime:
    """Until when what the fact says of a state is known to have held.

    That is when it happened; but for an object that was listed, when the list was asked for, since nobody can say
    when its state came about. Of two states, the one known later is the present one.
    """
    if fact.source == HISTORY and fact.type.startswith(_UNDATED):
        return max(fact.occurred_at, fact.recorded_at - _SKEW)
    return fact.occurred_at


def digest_of(key: bytes, type_: str, occurred_at: datetime, groups: Mapping[str, Group]) -> str:
    """HMAC of what was extracted, to tell a repeated delivery from another content under the same id.

    Keyed, because a plain hash of personal data can be guessed and would outlive its erasure.
    """
    canonical = json.dumps([type_, occurred_at.isoformat(), groups], sort_keys=True, separators=(",", ":"))
    return hmac.digest(key, canonical.encode(), hashlib.sha256).hex()
