"""What Stripe and Mailchimp themselves hold of a person, read live (G19, G26): every list, each with its trap.

Stripe's filter by address minds the case, guests are found by their sessions alone, refunds and disputes by their
charges alone (docs/providers.md "Stripe's lists"). An object counts as the person's by the addresses that it names
itself, never by the account alone: accounts change hands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain

from privacy.domain.dossier import MAILCHIMP_SECTIONS, STRIPE_SECTIONS, Nature, Record, Store, Value, Why
from privacy.domain.identifiers import STRIPE_PAYMENT
from privacy.domain.policy import Policy
from privacy.domain.withholding import Shown, addresses_in, gift, of_provider
from privacy.operations.answers.dossier_of_facts import Ends
from privacy.operations.answers.spooling import Writer
from privacy.ports.answers import (
    OF_A_CHARGE,
    OF_A_CUSTOMER,
    ON_A_MEMBER,
    Document,
    PersonAtMailchimp,
    PersonAtStripe,
)

STRIPE_LIVE, MAILCHIMP_LIVE = "stripe_live", "mailchimp_live"

_PROVIDED = frozenset({"customer", "checkout_session", "tax_id", "payment_method"})
#: What each of Stripe's kinds goes by here: theirs goes when ours does.
_RULES: Mapping[str, str] = {
    "customer": "group:profile",
    "tax_id": "group:profile",
    "payment_method": "group:card",
    "setup_intent": "group:card",
    "dispute": "group:dispute",
    "early_fraud_warning": "group:fraud",
}
#: Flags of a charge without which none of these is asked for: each asking is a call.
_SHOWN_BY: Mapping[str, tuple[str, ...]] = {
    "refund": ("refunded", "amount_refunded"),
    "dispute": ("disputed",),
}


@dataclass(slots=True)
class StripeWalk:
    """Everything of one person at Stripe, each object once. mine: whether an address is theirs. anothers: whether a
    customer, by its id, is somebody else's by what we were told of it."""

    stripe: PersonAtStripe
    mine: Callable[[str], bool]
    anothers: Callable[[str], bool]
    policy: Policy
    ends: Ends
    writer: Writer
    _seen: set[str] = field(default_factory=set)

    def write(self, addresses: Collection[str], customers: Collection[str]) -> None:
        for customer in self.stripe.customers(addresses, customers):
            if not self._first(customer):
                continue
            id_ = str(customer["id"])
            taken_over = id_ not in customers and self.anothers(id_)
            theirs = not taken_over and (customer.get("deleted") is True or self._theirs(customer))
            self._add("customer", customer, {"": Why.CONTESTED} if taken_over else None)
            for kind in OF_A_CUSTOMER:
                for held in self.stripe.of_customer(kind, id_):
                    self._take(kind, held, whoever=theirs)
        for address in sorted(addresses):
            for session in self.stripe.sessions_of(address):
                self._take("checkout_session", session, whoever=True)

    def _take(self, kind: str, held: Document, *, whoever: bool) -> None:
        """whoever: an object that names nobody is theirs, because what it hangs on is."""
        if not self._first(held):
            return
        if not (self._theirs(held) or (whoever and not any(addresses_in(held)))):
            self._add(kind, held, {"": Why.SOMEBODY_ELSE})
            return
        self._add(kind, held)
        if kind == "checkout_session":
            self._paid_by(held.get("payment_intent"))
        elif kind == "payment_intent":
            for charge in self.stripe.charges_of(str(held["id"])):
                self._take("charge", charge, whoever=True)
        elif kind == "charge":
            self._about(held)

    def _paid_by(self, payment: object) -> None:
        """A guest's payment stands in no list of a customer's."""
        if isinstance(payment, Mapping):
            payment = payment.get("id")
        if not isinstance(payment, str) or payment in self._seen:
            return
        found = self.stripe.payment(payment)
        if found is not None:
            self._take("payment_intent", found, whoever=True)

    def _about(self, charge: Document) -> None:
        for kind in OF_A_CHARGE:
            flags = _SHOWN_BY.get(kind)
            if flags is None or any(charge.get(flag) for flag in flags):
                for held in self.stripe.of_charge(kind, str(charge["id"])):
                    self._take(kind, held, whoever=True)

    def _first(self, held: Document) -> bool:
        name = str(held.get("id"))
        if name in self._seen:
            return False
        self._seen.add(name)
        return True

    def _theirs(self, held: Document) -> bool:
        return any(self.mine(address) for address in addresses_in(held))

    def _add(self, kind: str, held: Document, notes: Mapping[str, Why] | None = None) -> None:
        shown = of_provider(held, self.mine)
        said: Mapping[str, Value] = shown.said
        if notes and "" not in shown.notes:
            said = {name: shown.said[name] for name in ("id", "created") if name in shown.said}
        doubts = notes or {**shown.notes, **_doubts(shown.said)}
        payment = held.get("payment_intent", held.get("id") if kind == "payment_intent" else None)
        until = (
            self.ends.of_purchase(f"{STRIPE_PAYMENT}#{payment}")
            if isinstance(payment, str)
            else self.ends.last
        )
        created = held.get("created")
        self.writer.add(
            Record(
                STRIPE_SECTIONS[kind].id,
                said,
                source=STRIPE_LIVE,
                nature=Nature.PROVIDED if kind in _PROVIDED else Nature.OBSERVED,
                at=datetime.fromtimestamp(created, UTC) if isinstance(created, int) else None,
                store=Store.STRIPE,
                rule=self.policy.rule_of(_RULES.get(kind, "group:payment")).id,
                until=until,
                reference=str(held.get("id", "")),
                notes=doubts,
            )
        )


def _doubts(said: Mapping[str, Value]) -> dict[str, Why]:
    """What of a purchase may speak of somebody else: a parcel for another name, a text that the buyer typed (E114)."""
    doubts: dict[str, Why] = {}
    buyers = [
        name for part in ("customer_details", "billing_details") if (name := _text_in(said, part, "name"))
    ]
    for path in (("shipping",), ("collected_information", "shipping_details")):
        parcel = _text_in(said, *path, "name")
        if parcel is not None and gift({"name": parcel}, buyers):
            doubts[".".join((*path, "name"))] = Why.GIFT
    fields = said.get("custom_fields")
    if isinstance(fields, list | tuple) and any(isinstance(f, Mapping) and f.get("text") for f in fields):
        doubts["custom_fields"] = Why.FREE_TEXT
    return doubts


def _text_in(said: Value, *path: str) -> str | None:
    for name in path:
        said = said.get(name) if isinstance(said, Mapping) else None
    return said if isinstance(said, str) else None


def write_mailchimp(
    addresses: Collection[str],
    *,
    mailchimp: PersonAtMailchimp,
    mine: Callable[[str], bool],
    policy: Policy,
    moved: Collection[str],
    ends: Ends,
    writer: Writer,
) -> None:
    """The person in every audience of the account, with all that hangs on them there. moved: audiences in which that is
    a membership of somebody else's, given an address of theirs: that there is one is said, and a person looks."""
    until = ends.of_group("subscription") or ends.last
    for audience, name in mailchimp.audiences():
        # Mailchimp knows a member by the lower-case address: two spellings are one member
        for address in sorted({address.strip().lower() for address in addresses}):
            member = mailchimp.member(audience, address)
            if member is None:
                continue
            for kind, held in chain([("member", member)], _hanging(mailchimp, audience, address)):
                shown = Shown({}, {"": Why.CONTESTED}) if audience in moved else of_provider(held, mine)
                notes = dict(shown.notes)
                if kind == "note" and "" not in notes:
                    notes["note"] = Why.FREE_TEXT
                writer.add(
                    Record(
                        MAILCHIMP_SECTIONS[kind].id,
                        {"audience": name, **shown.said},
                        source=MAILCHIMP_LIVE,
                        nature=_MAILCHIMP_NATURES[kind],
                        at=_instant(held),
                        store=Store.MAILCHIMP,
                        rule=policy.rule_of("group:subscription").id,
                        until=until,
                        reference=audience,
                        notes=notes,
                    )
                )


_MAILCHIMP_NATURES = {
    "member": Nature.PROVIDED,
    "tag": Nature.DERIVED,
    "note": Nature.OURS,
    "activity": Nature.OBSERVED,
    "event": Nature.OBSERVED,
    "goal": Nature.OBSERVED,
}


def _hanging(mailchimp: PersonAtMailchimp, audience: str, address: str) -> Iterator[tuple[str, Document]]:
    for kind in ON_A_MEMBER:
        for held in mailchimp.hanging(kind, audience, address):
            yield kind, held


def _instant(held: Document) -> datetime | None:
    for name in (
        "created_at_timestamp",
        "created_at",
        "occurred_at",
        "date_added",
        "timestamp_opt",
        "last_changed",
    ):
        said = held.get(name)
        if isinstance(said, str) and said:
            try:
                at = datetime.fromisoformat(said)
            except ValueError:
                continue
            return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None
