"""What an account keeps of a customer beside their purchases: cards, tax numbers, subscriptions."""

from collections.abc import Callable, Mapping

from cli.standins.http import Json, Request, Response, Route
from cli.standins.stripe import refusals
from cli.standins.stripe.account import Account, change
from cli.standins.stripe.checkout import find, moment_of
from cli.standins.stripe.forms import nested
from cli.standins.stripe.listing import page
from cli.standins.stripe.objects import Made

LISTS = {
    "setup_intents": ("setup_intent", ("customer", "payment_method")),
    "invoiceitems": ("invoiceitem", ("customer", "invoice")),
}
"""Lists that know the filter `customer`, by path: what they hold, and the filters."""

OF_A_CUSTOMER = {
    "payment_methods": ("payment_method", ("type", "allow_redisplay")),
    "tax_ids": ("tax_id", ()),
}
"""Lists below `customers/{id}`."""

ENDED = ("canceled", "incomplete_expired")
"""Subscriptions that are listed only by their status, or by `all`."""


class Saved:
    """Acts of customers, and the lists that show what came of them."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def acts(self) -> Mapping[str, Callable[..., Json]]:
        """Return the acts by name. `of` is as in `Checkout`."""
        return {
            "save_card": self.save_card,
            "add_tax_number": self.add_tax_number,
            "subscribe": self.subscribe,
            "end_subscription": self.end_subscription,
        }

    def routes(self) -> list[Route]:
        """Return the routes."""
        lists = [("GET", path, self._listing(*LISTS[path])) for path in LISTS]
        lists += [
            ("GET", f"customers/{{object_id}}/{path}", self._of_a_customer(*OF_A_CUSTOMER[path]))
            for path in OF_A_CUSTOMER
        ]
        lists.append(("GET", "subscriptions", self.subscriptions))
        lists.append(("POST", "payment_methods/{object_id}/detach", self.detach))
        return [Route(method, f"/v1/{path}", action) for method, path, action in lists]

    # Acts.

    def save_card(self, of: str, at: object = None) -> Json:
        """A customer lets Stripe keep their card."""
        customer, moment = find(self._account, of, "customer"), moment_of(self._account, at)
        card = self._account.keep(payment_method(self._account.made("pm_", moment), customer))
        intent = self._account.keep(setup_intent(self._account.made("seti_", moment), customer, card))
        return {"payment_method": card["id"], "setup_intent": intent["id"]}

    def add_tax_number(self, of: str, value: str = "FR12345678901", at: object = None) -> Json:
        """A customer gives their tax number."""
        customer, moment = find(self._account, of, "customer"), moment_of(self._account, at)
        return {
            "tax_id": self._account.keep(tax_id(self._account.made("txi_", moment), customer, value))["id"]
        }

    def subscribe(self, of: str, at: object = None) -> Json:
        """A customer subscribes to something that is paid for regularly."""
        customer, moment = find(self._account, of, "customer"), moment_of(self._account, at)
        made = self._account.keep(subscription(self._account.made("sub_", moment), customer))
        return {"subscription": made["id"]}

    def end_subscription(self, of: str, at: object = None) -> Json:
        """A customer ends their latest subscription."""
        customer, moment = find(self._account, of, "customer"), moment_of(self._account, at)
        running = [
            held
            for held in self._account.objects["subscription"].values()
            if held["customer"] == customer["id"]
        ]
        if not running:
            raise ValueError(f"no subscription of {of}")
        ended = running[-1]
        change(ended, status="canceled", canceled_at=moment, ended_at=moment)
        return {"subscription": ended["id"]}

    # Lists.

    def subscriptions(self, request: Request) -> Response:
        """List subscriptions: without a `status` those that have not ended; with `all` every one."""
        wanted = nested(request.query)
        status = wanted.pop("status", None)

        def shown(held: Json) -> bool:
            if status == "all":
                return True
            return held["status"] not in ENDED if status is None else bool(held["status"] == status)

        shelf = self._account.objects["subscription"]
        return Response.of_json(page(shelf, wanted, ("customer", "price"), request.path, shown=shown))

    def detach(self, _request: Request, object_id: str) -> Response:
        """Take a saved card from its customer for good."""
        held = self._account.objects["payment_method"].get(object_id)
        if held is None:
            raise refusals.missing("payment_method", object_id)
        if held["customer"] is None:
            raise refusals.invalid(
                "payment_method",
                "This payment method is not attached to a customer.",
                "payment_method_unexpected_state",
            )
        change(held, customer=None)
        return Response.of_json(held)

    def _listing(self, kind: str, filters: tuple[str, ...]) -> Callable[..., Response]:
        def listed(request: Request) -> Response:
            shelf = self._account.objects[kind]
            return Response.of_json(page(shelf, nested(request.query), filters, request.path))

        return listed

    def _of_a_customer(self, kind: str, filters: tuple[str, ...]) -> Callable[..., Response]:
        def listed(request: Request, object_id: str) -> Response:
            if object_id not in self._account.objects["customer"]:
                raise refusals.missing("customer", object_id)
            wanted = {**nested(request.query), "customer": object_id}
            shelf = self._account.objects[kind]
            return Response.of_json(page(shelf, wanted, (*filters, "customer"), request.path))

        return listed


# Shapes, in the API version that stripe-python 16.1 speaks.


def payment_method(made: Made, customer: Json) -> Json:
    """Return a card that a customer saved."""
    card = {"brand": "visa", "country": "FR", "exp_month": 12, "exp_year": 2031, "funding": "credit"}
    return {
        "id": made.id,
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": {
            "address": customer["address"],
            "email": customer["email"],
            "name": customer["name"],
            "phone": customer["phone"],
            "tax_id": None,
        },
        "card": {**card, "fingerprint": "Xt5EWLLDS7FJjR1c", "last4": "4242"},
        "created": made.created,
        "customer": customer["id"],
        "livemode": made.livemode,
        "metadata": {},
        "type": "card",
    }


def setup_intent(made: Made, customer: Json, card: Json) -> Json:
    """Return how that card came to be saved."""
    return {
        "id": made.id,
        "object": "setup_intent",
        "cancellation_reason": None,
        "client_secret": f"{made.id}_secret_1",
        "created": made.created,
        "customer": customer["id"],
        "description": None,
        "last_setup_error": None,
        "livemode": made.livemode,
        "metadata": {},
        "next_action": None,
        "payment_method": card["id"],
        "payment_method_types": ["card"],
        "status": "succeeded",
        "usage": "off_session",
    }


def tax_id(made: Made, customer: Json, value: str) -> Json:
    """Return a customer's tax number."""
    return {
        "id": made.id,
        "object": "tax_id",
        "country": value[:2],
        "created": made.created,
        "customer": customer["id"],
        "livemode": made.livemode,
        "owner": {"customer": customer["id"], "type": "customer"},
        "type": "eu_vat",
        "value": value,
        "verification": {"status": "pending", "verified_address": None, "verified_name": None},
    }


def subscription(made: Made, customer: Json) -> Json:
    """Return a subscription that runs."""
    return {
        "id": made.id,
        "object": "subscription",
        "billing_cycle_anchor": made.created,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "collection_method": "charge_automatically",
        "created": made.created,
        "currency": "eur",
        "customer": customer["id"],
        "description": None,
        "ended_at": None,
        "items": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/subscription_items?{made.id}",
        },
        "latest_invoice": None,
        "livemode": made.livemode,
        "metadata": {},
        "start_date": made.created,
        "status": "active",
    }
