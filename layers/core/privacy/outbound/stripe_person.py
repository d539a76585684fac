"""Stripe's own copy of what concerns one person: every list that a person can be found in (G19).

A customer's address is matched letter by letter, so each form is asked for; guests are found by the address that they
typed into a checkout; refunds, disputes and warnings have no filter by customer; subscriptions that ended are left out
unless all are asked for; a review that was closed is shown by its charge alone; a deleted customer is known by its id.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from privacy.outbound.stripe_client import Document, NoSuchObject, StripeCalls
from privacy.outbound.stripe_lists import every
from privacy.ports import ProviderUnavailable

#: By kind: the list's path, and what is asked for. `{customer}` stands in the path where the list hangs on one.
_OF_A_CUSTOMER: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "payment_method": ("customers/{customer}/payment_methods", {}),
    "tax_id": ("customers/{customer}/tax_ids", {}),
    "checkout_session": ("checkout/sessions", {"expand": ["data.line_items"]}),
    "payment_intent": ("payment_intents", {}),
    "setup_intent": ("setup_intents", {}),
    "charge": ("charges", {"expand": ["data.review"]}),
    "invoice": ("invoices", {}),
    "invoice_item": ("invoiceitems", {}),
    "credit_note": ("credit_notes", {}),
    "subscription": ("subscriptions", {"status": "all"}),
}
_OF_A_CHARGE = {
    "refund": "refunds",
    "dispute": "disputes",
    "early_fraud_warning": "radar/early_fraud_warnings",
}
_ID = re.compile(r"(cus|pi|ch|py)_\w{1,200}", re.ASCII)


class StripePerson:
    """PersonAtStripe."""

    def __init__(self, calls: StripeCalls) -> None:
        self._calls = calls

    def customers(self, addresses: Collection[str], customers: Collection[str]) -> Iterator[Document]:
        found: set[object] = set()
        for address in sorted(set(addresses)):
            for customer in every(self._calls, "customers", {"email": address}):
                if customer["id"] not in found:
                    found.add(customer["id"])
                    yield customer
        for known in sorted(set(customers) - found):
            held = self._one(f"customers/{_checked(known)}")
            if held is not None:
                yield held

    def of_customer(self, kind: str, customer: str) -> Iterator[Document]:
        path, asked = _OF_A_CUSTOMER[kind]
        if "{customer}" in path:
            return every(self._calls, path.format(customer=_checked(customer)), asked)
        return every(self._calls, path, {**asked, "customer": customer})

    def sessions_of(self, address: str) -> Iterator[Document]:
        path, asked = _OF_A_CUSTOMER["checkout_session"]
        return every(self._calls, path, {**asked, "customer_details": {"email": address}})

    def payment(self, payment_intent: str) -> Document | None:
        return self._one(f"payment_intents/{_checked(payment_intent)}")

    def charges_of(self, payment_intent: str) -> Iterator[Document]:
        path, asked = _OF_A_CUSTOMER["charge"]
        return every(self._calls, path, {**asked, "payment_intent": payment_intent})

    def of_charge(self, kind: str, charge: str) -> Iterator[Document]:
        return every(self._calls, _OF_A_CHARGE[kind], {"charge": charge})

    def _one(self, path: str) -> Document | None:
        try:
            return self._calls.answer("get", path)
        except NoSuchObject:
            return None


def _checked(id_: str) -> str:
    """As it may stand in a path."""
    if not _ID.fullmatch(id_):
        raise ProviderUnavailable("stripe: not an id")
    return id_
