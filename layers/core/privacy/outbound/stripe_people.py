"""Stripe, asked about one person before they go, and made to delete its customers, or to blank those whose payments
have to stay (E97, E137).

A list's filter by address minds the case, so every form is asked for that was ever typed. Guests have no customer: only
their sessions name them. What customers bought stands in lists by customer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any

from privacy.outbound.stripe_client import Document, NoSuchObject, StripeCalls
from privacy.ports import ProviderUnavailable

#: What a customer may have bought, or owe, by lists that know the filter `customer`.
_OF_A_CUSTOMER = ("checkout/sessions", "payment_intents", "charges", "invoices")
#: As in outbound/stripe.py: an invoice's payment stands nowhere else.
_EXPANDED: Mapping[str, list[str]] = {"invoices": ["data.payments"]}
_PAGE = 100
_CUSTOMER = re.compile(r"cus_\w{1,200}", re.ASCII)
_CARD = re.compile(r"(pm|card|src|ba)_\w{1,200}", re.ASCII)
#: Whatever of a customer says who they are; an empty text takes it off.
_PERSONAL = (
    "name", "individual_name", "business_name", "email", "phone", "address", "shipping", "description", "metadata",
    "preferred_locales",
)  # fmt: skip


class StillThere(ProviderUnavailable):
    """Stripe said yes and did not do it."""


class StripePeople:
    """PaymentLookup, CustomerRemover and CustomerEraser."""

    def __init__(self, calls: StripeCalls) -> None:
        self._calls = calls

    def known_under(
        self, addresses: Collection[str], customers: Collection[str] = ()
    ) -> list[tuple[str, Document]]:
        found: dict[str, tuple[str, Document]] = {}
        theirs = {customer for customer in customers if _CUSTOMER.fullmatch(customer)}
        for address in sorted(set(addresses)):
            for customer in self._all("customers", {"email": address}):
                found[_id(customer)] = ("customers", customer)
                theirs.add(_id(customer))
            for session in self._all("checkout/sessions", {"customer_details": {"email": address}}):
                found[_id(session)] = ("checkout/sessions", session)
        for customer_id in sorted(theirs):
            for kind in _OF_A_CUSTOMER:
                for bought in self._all(kind, {"customer": customer_id}):
                    found[_id(bought)] = (kind, bought)
        return [*found.values()]

    def checkouts(self, payments: Collection[str]) -> list[tuple[str, Document]]:
        return [
            ("checkout/sessions", session)
            for payment in sorted(payments)
            for session in self._all("checkout/sessions", {"payment_intent": payment})
        ]

    def delete(self, customer: str) -> None:
        if not _CUSTOMER.fullmatch(customer):
            raise ProviderUnavailable("stripe: no customer's id")
        try:
            self._calls.answer("delete", f"customers/{customer}")
            left = self._calls.answer("get", f"customers/{customer}")
        except NoSuchObject:
            return
        if left.get("deleted") is not True:
            raise StillThere("stripe: the customer is still there")

    def blank(self, customer: str) -> None:
        if not _CUSTOMER.fullmatch(customer):
            raise ProviderUnavailable("stripe: no customer's id")
        path, cards = f"customers/{customer}", f"customers/{customer}/payment_methods"
        try:
            for card in [*self._all(cards, {})]:
                self._detach(_id(card))
            if self._calls.answer("get", path).get("deleted") is True:
                return
            self._calls.answer("post", path, dict.fromkeys(_PERSONAL, ""))
            left = self._calls.answer("get", path)
        except NoSuchObject:
            return
        if any(left.get(name) for name in _PERSONAL) or any(True for _ in self._all(cards, {})):
            raise StillThere("stripe: the customer's details are still there")

    def _detach(self, card: str) -> None:
        """For good: it stays on past payments, and serves for no other."""
        if not _CARD.fullmatch(card):
            raise ProviderUnavailable("stripe: an answer of another form")
        with suppress(NoSuchObject):
            self._calls.answer("post", f"payment_methods/{card}/detach")

    def _all(self, kind: str, asked: Mapping[str, Any]) -> Iterator[Document]:
        """Every page; a customer that is gone, or another mode's, has nothing."""
        expanded = {"expand": _EXPANDED[kind]} if kind in _EXPANDED else {}
        after: dict[str, str] = {}
        while True:
            try:
                answer = self._calls.answer("get", kind, {**asked, **expanded, **after, "limit": _PAGE})
            except NoSuchObject:
                return
            page, more = answer.get("data"), answer.get("has_more")
            if not isinstance(page, list) or not isinstance(more, bool):
                raise ProviderUnavailable("stripe: an answer of another form")
            for each in page:
                if not isinstance(each, dict):
                    raise ProviderUnavailable("stripe: an answer of another form")
                yield each
            if not more or not page:
                return
            after = {"starting_after": _id(page[-1])}


def _id(listed: Document) -> str:
    name = listed.get("id")
    if not isinstance(name, str):
        raise ProviderUnavailable("stripe: an answer of another form")
    return name
