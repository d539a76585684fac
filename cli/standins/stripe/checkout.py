"""What buyers do at the checkout: pay, pay later, fail, walk away."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cli.standins.clock import seconds_of
from cli.standins.http import Json
from cli.standins.stripe import objects
from cli.standins.stripe.account import Account, change
from cli.standins.stripe.objects import Box, Buyer


@dataclass(frozen=True)
class Purchase:
    """One visit to the checkout.

    `carrier` says where the newsletter's `box` is recorded: `metadata`, `custom_field` or `promotions`, the first two
    under `key` (by default `newsletter_optin` and `newsletter`). `customer` is `new`, `guest` or a customer's id.
    `outcome` is `paid`, `declined`, `left` (the page stays open), `review` (paid, and held for review) or `hold`
    (authorised, not captured).
    """

    email: str
    name: str = "Camille Durand"
    amount: int = 5400
    currency: str = "eur"
    box: Box = "absent"
    carrier: str = "metadata"
    key: str | None = None
    method: str = "card"
    outcome: str = "paid"
    customer: str = "new"
    order: str | None = None
    customer_number: str | None = None
    metadata: Json = field(default_factory=dict)
    phone: str | None = None
    country: str = "FR"
    locale: str = "fr"
    ip: str = "203.0.113.7"
    at: object = None

    def buyer(self) -> Buyer:
        """Return who buys."""
        return Buyer(self.email, self.name, self.phone, self.country, self.locale, self.ip)

    def box_key(self) -> str:
        """Return the name under which the box is recorded."""
        return self.key or ("newsletter" if self.carrier == "custom_field" else "newsletter_optin")


class Checkout:
    """The acts of buyers. Each makes the linked objects and records the events in the order in which Stripe makes
    them. `of` names a session or payment by the id of any of its objects, or by the buyer's address (the latest)."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def acts(self) -> Mapping[str, Callable[..., Json]]:
        """Return the acts by name."""
        return {
            "checkout": _taking(Purchase, self.checkout),
            "pay_async": self.pay_async,
            "fail_async": self.fail_async,
            "expire": self.expire,
            "capture": self.capture,
            "cancel": self.cancel,
        }

    def checkout(self, purchase: Purchase) -> Json:
        """A buyer fills in the checkout page and pays, or not."""
        if purchase.outcome not in ("paid", "declined", "left", "review", "hold"):
            raise ValueError("outcome is one of paid, declined, left, review, hold")
        if purchase.method not in ("card", "sepa_debit"):
            raise ValueError("method is one of card, sepa_debit")
        moment = moment_of(self._account, purchase.at)
        session = self._open(purchase, moment)
        if purchase.outcome == "left":
            return {"session": session["id"]}
        if purchase.outcome != "declined":
            self._identify(session, purchase, moment)
        if purchase.amount == 0:
            change(session, status="complete", payment_status="no_payment_required", url=None)
            self._account.tell("checkout.session.completed", session, moment)
            return {"session": session["id"], "customer": session["customer"]}
        intent, charge = self._charge(session, purchase, moment)
        if purchase.outcome == "declined":
            self._fail(intent, charge, moment, "card_declined")
        elif purchase.method == "sepa_debit":
            self._wait(session, intent, charge, moment)
        else:
            self._succeed(session, intent, charge, purchase.outcome, moment)
        return {
            "session": session["id"],
            "customer": session["customer"],
            "payment_intent": intent["id"],
            "charge": charge["id"],
        }

    def pay_async(self, of: str, at: object = None) -> Json:
        """A delayed payment arrives."""
        session, intent, charge, moment = self._waiting(of, at)
        change(charge, status="succeeded", paid=True, captured=True, amount_captured=charge["amount"])
        charge["outcome"] = objects.outcome("authorized")
        change(intent, status="succeeded", amount_received=intent["amount"], processing=None)
        change(session, payment_status="paid")
        self._account.tell("charge.succeeded", charge, moment)
        self._account.tell("payment_intent.succeeded", intent, moment)
        self._account.tell("checkout.session.async_payment_succeeded", session, moment)
        return {"session": session["id"], "payment_intent": intent["id"], "charge": charge["id"]}

    def fail_async(self, of: str, at: object = None) -> Json:
        """A delayed payment fails."""
        session, intent, charge, moment = self._waiting(of, at)
        self._fail(intent, charge, moment, "payment_intent_payment_attempt_failed")
        self._account.tell("checkout.session.async_payment_failed", session, moment)
        return {"session": session["id"], "payment_intent": intent["id"], "charge": charge["id"]}

    def expire(self, of: str, at: object = None) -> Json:
        """An open session is abandoned for good."""
        session = find(self._account, of, "checkout.session")
        if session["status"] != "open":
            raise ValueError("the session is not open")
        recovery = {
            "allow_promotion_codes": False,
            "enabled": True,
            "expires_at": session["expires_at"] + 30 * objects.DAY,
            "url": f"https://buy.stripe.com/r/{session['id'][-16:]}",
        }
        change(session, status="expired", url=None, after_expiration={"recovery": recovery})
        self._account.tell("checkout.session.expired", session, moment_of(self._account, at))
        return {"session": session["id"]}

    def capture(self, of: str, at: object = None) -> Json:
        """A held payment is captured."""
        intent, charge, moment = self._held(of, at)
        change(charge, captured=True, amount_captured=charge["amount"])
        change(intent, status="succeeded", amount_received=intent["amount"], amount_capturable=0)
        for session in self._account.objects["checkout.session"].values():
            if session["payment_intent"] == intent["id"]:
                change(session, payment_status="paid")
        self._account.tell("charge.captured", charge, moment)
        self._account.tell("payment_intent.succeeded", intent, moment)
        return {"payment_intent": intent["id"], "charge": charge["id"]}

    def cancel(self, of: str, reason: str = "fraudulent", at: object = None) -> Json:
        """A held payment is cancelled, and its authorisation given back."""
        intent, charge, moment = self._held(of, at)
        change(charge, refunded=True, amount_refunded=charge["amount"])
        change(intent, status="canceled", canceled_at=moment, cancellation_reason=reason, amount_capturable=0)
        self._account.tell("charge.refunded", charge, moment, {"amount_refunded": 0, "refunded": False})
        self._account.tell("payment_intent.canceled", intent, moment)
        return {"payment_intent": intent["id"], "charge": charge["id"]}

    def _open(self, purchase: Purchase, moment: int) -> Json:
        made = self._account.made("cs_", moment)
        session = objects.session(made, purchase.amount, purchase.currency, purchase.method)
        order = purchase.order or f"C-{len(self._account.objects['checkout.session']) + 1001}"
        box = objects.consent_box(purchase.box, purchase.carrier, purchase.box_key())
        metadata = {"order_id": order, **purchase.metadata, **box.pop("metadata", {})}
        change(
            session,
            **box,
            client_reference_id=f"order-{order}",
            locale=purchase.locale,
            metadata=metadata,
            customer_details=objects.details_of(purchase.buyer()),
            phone_number_collection={"enabled": purchase.phone is not None},
        )
        item = self._account.made("li_", moment)
        self._account.lines[made.id] = [objects.line_item(item.id, item, purchase.amount, purchase.currency)]
        return self._account.keep(session)

    def _identify(self, session: Json, purchase: Purchase, moment: int) -> None:
        session["collected_information"] = objects.delivery_of(purchase.buyer())
        if purchase.customer == "guest":
            return
        if purchase.customer == "new":
            number = (
                {} if purchase.customer_number is None else {"shop_customer_id": purchase.customer_number}
            )
            customer = add_customer(self._account, purchase.buyer(), moment, number)
            change(session, customer_creation="always")
        else:
            customer = find(self._account, purchase.customer, "customer")
        session["customer"] = customer["id"]

    def _charge(self, session: Json, purchase: Purchase, moment: int) -> tuple[Json, Json]:
        capture = "manual" if purchase.outcome == "hold" else "automatic_async"
        buyer = purchase.buyer()
        intent = self._account.keep(
            objects.payment_intent(self._account.made("pi_", moment), session, buyer, capture)
        )
        intent["metadata"] = {"order_id": session["metadata"]["order_id"]}
        session["payment_intent"] = intent["id"]
        self._account.tell("payment_intent.created", intent, moment)
        intent["payment_method"] = self._account.made("pm_", moment).id
        prefix = "py_" if purchase.method == "sepa_debit" else "ch_"
        made = self._account.made(prefix, moment)
        charge = self._account.keep(objects.charge(made, intent, buyer, purchase.method))
        intent["latest_charge"] = charge["id"]
        self._account.addresses[charge["id"]] = purchase.ip
        return intent, charge

    def _succeed(self, session: Json, intent: Json, charge: Json, outcome: str, moment: int) -> None:
        held = outcome == "hold"
        amount = 0 if held else charge["amount"]
        change(charge, status="succeeded", paid=True, captured=not held, amount_captured=amount)
        change(charge, receipt_url=f"https://pay.stripe.com/receipts/{charge['id']}")
        charge["outcome"] = objects.outcome("manual_review" if outcome == "review" else "authorized")
        if not held:
            charge["balance_transaction"] = self._account.made("txn_", moment).id
        reviewed = open_review(self._account, charge, "rule", moment) if outcome == "review" else None
        self._account.tell("charge.succeeded", charge, moment)
        if held:
            change(intent, status="requires_capture", amount_capturable=intent["amount"])
            self._account.tell("payment_intent.amount_capturable_updated", intent, moment)
        else:
            change(intent, status="succeeded", amount_received=intent["amount"])
            self._account.tell("payment_intent.succeeded", intent, moment)
        change(session, status="complete", payment_status="unpaid" if held else "paid", url=None)
        self._account.tell("checkout.session.completed", session, moment)
        if reviewed is not None:
            self._account.tell("review.opened", reviewed, moment)

    def _wait(self, session: Json, intent: Json, charge: Json, moment: int) -> None:
        change(intent, status="processing")
        change(session, status="complete", url=None)
        self._account.tell("payment_intent.processing", intent, moment)
        self._account.tell("charge.pending", charge, moment)
        self._account.tell("checkout.session.completed", session, moment)

    def _fail(self, intent: Json, charge: Json, moment: int, code: str) -> None:
        change(charge, status="failed", failure_code=code, failure_message="The payment failed.")
        charge["outcome"] = objects.outcome("issuer_declined")
        change(
            intent, status="requires_payment_method", last_payment_error=objects.payment_error(charge, code)
        )
        change(intent, payment_method=None, processing=None)
        self._account.tell("charge.failed", charge, moment)
        self._account.tell("payment_intent.payment_failed", intent, moment)

    def _waiting(self, of: str, at: object) -> tuple[Json, Json, Json, int]:
        session = find(self._account, of, "checkout.session")
        intent = self._account.objects["payment_intent"].get(session["payment_intent"] or "")
        if intent is None or intent["status"] != "processing":
            raise ValueError("no payment is waiting")
        charge = self._account.objects["charge"][intent["latest_charge"]]
        return session, intent, charge, moment_of(self._account, at)

    def _held(self, of: str, at: object) -> tuple[Json, Json, int]:
        charge = find(self._account, of, "charge")
        intent = self._account.objects["payment_intent"][charge["payment_intent"]]
        if intent["status"] != "requires_capture":
            raise ValueError("the payment is not held")
        return intent, charge, moment_of(self._account, at)


def _taking(kind: type[Purchase], act: Callable[[Purchase], Json]) -> Callable[..., Json]:
    """Return `act` as a function of the fields of `kind`."""

    def called(**wanted: Any) -> Json:
        return act(kind(**wanted))

    called.__signature__ = inspect.signature(kind)  # type: ignore[attr-defined]
    return called


def moment_of(account: Account, at: object) -> int:
    """Return the second that an act names, by default now."""
    return account.clock.now() if at is None else seconds_of(at)


def add_customer(account: Account, buyer: Buyer, moment: int, metadata: Json) -> Json:
    """Create a customer with what the checkout collected."""
    customer = objects.customer(account.made("cus_", moment, 14), buyer.email, buyer.name, metadata)
    change(customer, address=buyer.address(), phone=buyer.phone, preferred_locales=[buyer.locale])
    change(customer, shipping={"address": buyer.address(), "name": buyer.name, "phone": buyer.phone or ""})
    account.keep(customer)
    account.tell("customer.created", customer, moment)
    return customer


def open_review(account: Account, charge: Json, reason: str, moment: int) -> Json:
    """Open a review of a charge."""
    review = objects.review(account.made("prv_", moment), charge, reason, account.addresses[charge["id"]])
    charge["review"] = review["id"]
    account.objects["payment_intent"][charge["payment_intent"]]["review"] = review["id"]
    return account.keep(review)


def find(account: Account, of: str, kind: str) -> Json:
    """Return the latest object of a kind that belongs to an id or to an address."""
    if of in account.objects[kind]:
        return account.objects[kind][of]
    related = _related(account, of)
    for held in reversed(account.objects[kind].values()):
        if held["id"] in related or related & _links(held):
            return held
    raise ValueError(f"no {kind} of {of}")


def _related(account: Account, of: str) -> set[str]:
    if "@" in of:
        charges = account.objects["charge"].values()
        return {of, *(held["payment_intent"] for held in charges if held["billing_details"]["email"] == of)}
    held = account.find(of) or {}
    return {of, *(held[name] for name in ("payment_intent", "customer") if held.get(name))}


def _links(held: Json) -> set[str]:
    links = {held.get(name) for name in ("payment_intent", "charge", "invoice", "email", "customer_email")}
    links |= {(held.get(name) or {}).get("email") for name in ("customer_details", "billing_details")}
    if held["object"] == "invoice":
        links.add(held["customer"])
    return {link for link in links if link}
