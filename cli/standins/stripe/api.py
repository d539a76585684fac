"""The API's routes: lists, retrievals, and the writes that the product makes."""

import copy
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cli.standins.clock import Clock
from cli.standins.http import Json, RefusedError, Request, Response, Route
from cli.standins.stripe import objects, refusals
from cli.standins.stripe.account import Account, change
from cli.standins.stripe.aftermath import delete_customer, update_customer
from cli.standins.stripe.expansion import deleted, expanded
from cli.standins.stripe.forms import nested, read_form
from cli.standins.stripe.listing import cut, page

EVENTS_KEPT = 30 * objects.DAY
LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "customers": ("customer", ("email",)),
    "checkout/sessions": (
        "checkout.session",
        ("customer", "customer_details", "payment_intent", "payment_link", "status", "subscription"),
    ),
    "payment_intents": ("payment_intent", ("customer",)),
    "charges": ("charge", ("customer", "payment_intent")),
    "refunds": ("refund", ("charge", "payment_intent")),
    "disputes": ("dispute", ("charge", "payment_intent")),
    "reviews": ("review", ()),
    "radar/early_fraud_warnings": ("radar.early_fraud_warning", ("charge", "payment_intent")),
    "invoices": ("invoice", ("customer", "status", "subscription", "collection_method")),
    "invoice_payments": ("invoice_payment", ("invoice", "payment", "status")),
    "credit_notes": ("credit_note", ("customer", "invoice")),
}
CUSTOMER_FIELDS = {
    *("address", "business_name", "description", "email", "individual_name", "metadata", "name", "phone"),
    *("preferred_locales", "shipping", "tax_exempt", "expand"),
}
UPDATES = {
    "payment_intents": ("payment_intent", {"description", "metadata", "receipt_email", "shipping", "expand"}),
    "charges": ("charge", {"description", "metadata", "receipt_email", "shipping", "expand"}),
    "checkout/sessions": ("checkout.session", {"metadata", "expand"}),
}


class Api:
    """Answers the API's calls on an account."""

    def __init__(self, account: Account, clock: Clock) -> None:
        self._account = account
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        table: list[tuple[str, str, Callable[..., Response]]] = [
            ("GET", "checkout/sessions/{session_id}/line_items", self.line_items),
            ("POST", "customers", self.once(self.create_customer)),
            ("GET", "customers/{object_id}", self.customer),
            ("POST", "customers/{object_id}", self.once(self.update_customer)),
            ("DELETE", "customers/{object_id}", self.once(self.delete_customer)),
            ("GET", "events", self.events),
            ("GET", "events/{event_id}", self.event),
        ]
        table += [("POST", path + "/{object_id}", self.once(self._updating(path))) for path in UPDATES]
        for path in LISTS:
            table.append(("GET", path, self._listing(path)))
            table.append(("GET", path + "/{object_id}", self._retrieving(path)))
        return [Route(method, f"/v1/{path}", action) for method, path, action in table]

    # Reading.

    def _listing(self, path: str) -> Callable[..., Response]:
        kind, filters = LISTS[path]

        def listed(request: Request) -> Response:
            wanted = nested(request.query)
            shelf = self._account.objects[kind]
            return self._shown(page(shelf, wanted, filters, request.path, shown=_is_listed), wanted)

        return listed

    def _retrieving(self, path: str) -> Callable[..., Response]:
        kind = LISTS[path][0]

        def retrieved(request: Request, object_id: str) -> Response:
            return self._shown(self._held(kind, object_id), nested(request.query))

        return retrieved

    def customer(self, request: Request, object_id: str) -> Response:
        """Show a customer; one that was deleted is still known by its id."""
        if object_id in self._account.deleted:
            return Response.of_json(deleted(object_id))
        return self._shown(self._held("customer", object_id), nested(request.query))

    def line_items(self, request: Request, session_id: str) -> Response:
        """List the lines of a session."""
        session = self._held("checkout.session", session_id)
        wanted = nested(request.query)
        return self._shown(cut(self._account.lines[session["id"]], wanted, request.path), wanted)

    def events(self, request: Request) -> Response:
        """List the events of the last 30 days."""
        wanted = nested(request.query)
        filters = ("type", "types", "delivery_success")
        wanted.pop("delivery_success", None)
        oldest = self._clock.now() - EVENTS_KEPT
        return Response.of_json(page(self._account.events, wanted, filters, request.path, oldest=oldest))

    def event(self, request: Request, event_id: str) -> Response:
        """Show one event of the last 30 days."""
        event = self._account.events.get(event_id)
        if event is None or event["created"] < self._clock.now() - EVENTS_KEPT:
            raise refusals.missing("event", event_id)
        return Response.of_json(event)

    # Writing.

    def create_customer(self, request: Request) -> Response:
        """Create a customer."""
        wanted = _known(read_form(request.body), CUSTOMER_FIELDS)
        made = self._account.made("cus_", self._clock.now(), 14)
        customer = objects.customer(made, None, None, {})
        change(customer, **_changes(customer, wanted))
        self._account.keep(customer)
        self._caused(request, self._account.tell("customer.created", customer, self._clock.now()))
        return self._shown(customer, wanted)

    def update_customer(self, request: Request, object_id: str) -> Response:
        """Change a customer. An empty text blanks a field."""
        wanted = _known(read_form(request.body), CUSTOMER_FIELDS)
        customer = self._held("customer", object_id)
        event = update_customer(self._account, customer, _changes(customer, wanted), self._clock.now())
        self._caused(request, event)
        return self._shown(customer, wanted)

    def delete_customer(self, request: Request, object_id: str) -> Response:
        """Delete a customer for good."""
        customer = self._held("customer", object_id)
        self._caused(request, delete_customer(self._account, customer, self._clock.now()))
        return Response.of_json(deleted(object_id))

    def _updating(self, path: str) -> Callable[..., Response]:
        kind, fields = UPDATES[path]

        def updated(request: Request, object_id: str) -> Response:
            wanted = _known(read_form(request.body), fields)
            held = self._held(kind, object_id)
            previous = change(held, **_changes(held, wanted))
            if previous and kind == "charge":
                self._caused(request, self._account.tell("charge.updated", held, self._clock.now(), previous))
            return self._shown(held, wanted)

        return updated

    def once(self, action: Callable[..., Response]) -> Callable[..., Response]:
        """Return `action` made idempotent: the same key brings the first answer back."""

        def at_most_once(request: Request, **values: str) -> Response:
            key = request.headers.get("idempotency-key")
            if not key or request.method == "DELETE":
                return action(request, **values)
            asked = f"{request.method} {request.path} {hashlib.sha256(request.body).hexdigest()}"
            known = self._account.replays.get(key)
            if known is None:
                with _refusals_as_answers() as settled:
                    settled.append(action(request, **values))
                answer = settled[0]
                self._account.replays[key] = {
                    "asked": asked,
                    "status": answer.status,
                    "body": answer.body.decode(),
                }
                return _tagged(answer, {"Idempotency-Key": key})
            if known["asked"] != asked:
                message = "Keys for idempotent requests can only be used with the same parameters."
                raise RefusedError(refusals.error(400, message, "idempotency_error"))
            answer = Response(known["status"], known["body"].encode(), {"Content-Type": "application/json"})
            return _tagged(answer, {"Idempotency-Key": key, "Idempotent-Replayed": "true"})

        return at_most_once

    def _caused(self, request: Request, event: Json | None) -> None:
        if event is not None:
            key = request.headers.get("idempotency-key")
            event["request"] = {"id": self._account.made("req_", 0, 14).id, "idempotency_key": key}

    def _held(self, kind: str, object_id: str) -> Json:
        held = self._account.objects[kind].get(object_id)
        if held is None:
            raise refusals.missing(kind, object_id)
        return held

    def _shown(self, value: Json, wanted: Json) -> Response:
        return Response.of_json(expanded(self._account, value, list(wanted.get("expand", []))))


def _is_listed(held: Json) -> bool:
    """Tell whether a list shows an object: of reviews, the open ones only."""
    return held["object"] != "review" or bool(held["open"])


@contextmanager
def _refusals_as_answers() -> Iterator[list[Response]]:
    settled: list[Response] = []
    try:
        yield settled
    except RefusedError as refused:
        settled.append(refused.answer)


def _tagged(answer: Response, headers: dict[str, str]) -> Response:
    return Response(answer.status, answer.body, {**answer.headers, **headers})


def _known(wanted: Json, fields: set[str]) -> Json:
    for name in wanted:
        if name not in fields:
            raise refusals.unknown_parameter(name)
    return wanted


def _changes(held: Json, wanted: Json) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name in wanted.keys() - {"expand"}:
        changes[name] = None if wanted[name] == "" else wanted[name]
    if changes.get("email") and "@" not in changes["email"]:
        raise refusals.invalid("email", f"Invalid email address: {changes['email']}", "email_invalid")
    if "metadata" in changes:
        merged = {**held["metadata"], **changes["metadata"]} if changes["metadata"] else {}
        changes["metadata"] = {name: value for name, value in merged.items() if value != ""}
    if "preferred_locales" in changes:
        changes["preferred_locales"] = changes["preferred_locales"] or []
    for name in ("address", "shipping"):
        if changes.get(name):
            changes[name] = {**copy.deepcopy(held[name] or {}), **changes[name]}
    return changes
