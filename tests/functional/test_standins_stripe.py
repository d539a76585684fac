"""The Stripe stand-in behaves as Stripe does, towards its own client and towards our webhook."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import stripe as stripe_python

from cli.standins import stripe
from cli.standins.clock import Clock
from cli.standins.stripe import Stripe, objects
from cli.standins.stripe.listing import page

CAMILLE = "camille.durand@example.fr"
SECRET = "whsec_standin"
DAY = 86_400


@pytest.fixture
def standin() -> Iterator[Stripe]:
    with stripe.serving() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe_python, "enable_telemetry", False)


def client_of(standin: Stripe, key: str = "sk_test_standin") -> Any:
    return stripe_python.StripeClient(
        key,
        base_addresses={"api": standin.base_url},
        http_client=stripe_python.RequestsClient(timeout=5),
        max_network_retries=0,
    )


@pytest.fixture
def client(standin: Stripe) -> Any:
    return client_of(standin)


class Endpoint:
    """A webhook address that verifies each delivery with Stripe's own library."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.headers: list[str] = []
        self.answers: list[int] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                header = self.headers["Stripe-Signature"]
                event = stripe_python.Webhook.construct_event(body, header, SECRET)  # type: ignore[no-untyped-call]
                endpoint.headers.append(header)
                endpoint.events.append(event)
                self.send_response(endpoint.answers.pop(0) if endpoint.answers else 204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/webhooks/stripe"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def types(self) -> list[str]:
        return [event.type for event in self.events]

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def endpoint(standin: Stripe) -> Iterator[Endpoint]:
    receiver = Endpoint()
    standin.register_webhook({"url": receiver.url, "secret": SECRET})
    yield receiver
    receiver.close()


def raw(
    standin: Stripe, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, Any, dict[str, str]]:
    given = {"Authorization": "Bearer sk_test_standin"} if path.startswith("/v1") else {}
    request = Request(standin.base_url + path, body, {**given, **headers}, method=method)
    try:
        with urlopen(request, timeout=5) as answer:
            return answer.status, json.loads(answer.read()), dict(answer.headers)
    except HTTPError as error:
        with error:
            text = error.read()
            return error.code, json.loads(text) if text else None, dict(error.headers)


def control(standin: Stripe, path: str, body: object) -> Any:
    status, answer, _ = raw(standin, "POST", "/_control" + path, json.dumps(body).encode())
    assert status == 200, answer
    return answer


class TestCustomers:
    def test_one_is_created_read_changed_and_deleted(self, client: Any, standin: Stripe) -> None:
        made = client.v1.customers.create(
            {
                "email": CAMILLE,
                "name": "Camille",
                "address": {"city": "Paris"},
                "metadata": {"a": "1", "b": "2"},
            }
        )
        read = client.v1.customers.retrieve(made.id)
        assert (read.email, read.address.city, read.metadata.a) == (CAMILLE, "Paris", "1")
        changed = client.v1.customers.update(
            made.id, {"name": "", "address": "", "metadata": {"a": ""}, "phone": "+33100000000"}
        )
        assert (changed.name, changed.address, changed.phone) == (None, None, "+33100000000")
        assert changed.metadata.to_dict() == {"b": "2"}
        assert client.v1.customers.update(made.id, {"metadata": ""}).metadata.to_dict() == {}
        assert client.v1.customers.delete(made.id).deleted
        gone = client.v1.customers.retrieve(made.id)
        assert gone.to_dict() == {"id": made.id, "object": "customer", "deleted": True}
        assert client.v1.customers.list().data == []
        for again in (
            lambda: client.v1.customers.delete(made.id),
            lambda: client.v1.customers.update(made.id, {"name": "x"}),
        ):
            with pytest.raises(stripe_python.InvalidRequestError) as refused:
                again()
            assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")

    def test_the_address_filter_is_exact_and_minds_the_case(self, client: Any) -> None:
        for email in (CAMILLE, CAMILLE, CAMILLE.title()):
            client.v1.customers.create({"email": email})
        assert len(client.v1.customers.list({"email": CAMILLE}).data) == 2
        assert len(client.v1.customers.list({"email": CAMILLE.upper()}).data) == 0

    def test_changes_by_the_api_are_told_with_what_was_before(
        self, client: Any, endpoint: Endpoint, standin: Stripe
    ) -> None:
        made = client.v1.customers.create({"email": CAMILLE})
        client.v1.customers.update(made.id, {"email": "new@example.fr"}, {"idempotency_key": "case-1"})
        client.v1.customers.update(made.id, {"email": "new@example.fr"})
        client.v1.customers.delete(made.id)
        standin.settle()
        told = sorted(
            endpoint.events, key=lambda event: ("created", "updated", "deleted").index(event.type[9:])
        )
        assert [event.type for event in told] == ["customer.created", "customer.updated", "customer.deleted"]
        assert told[1].data.previous_attributes.to_dict() == {"email": CAMILLE}
        assert told[1].request.idempotency_key == "case-1"
        assert told[2].data.object.email == "new@example.fr"

    def test_wrong_arguments_are_named(self, client: Any) -> None:
        with pytest.raises(stripe_python.InvalidRequestError) as refused:
            client.v1.customers.create({"email": "nobody"})
        assert refused.value.code == "email_invalid"
        with pytest.raises(stripe_python.InvalidRequestError) as refused:
            client.v1.customers.create({"mail": CAMILLE})
        assert refused.value.code == "parameter_unknown"


class TestCheckout:
    def test_a_card_payment_links_everything(self, client: Any, standin: Stripe) -> None:
        made = standin.act("checkout", email=CAMILLE, box="ticked", order="C-7", customer_number="c-77")
        session = client.v1.checkout.sessions.retrieve(
            made["session"], {"expand": ["line_items", "customer"]}
        )
        assert (session.status, session.payment_status, session.amount_total) == ("complete", "paid", 5400)
        assert session.metadata.to_dict() == {"order_id": "C-7", "newsletter_optin": "true"}
        assert session.customer.metadata.shop_customer_id == "c-77"
        assert session.line_items.data[0].amount_total == 5400
        assert client.v1.checkout.sessions.line_items.list(made["session"]).data[0].quantity == 1
        intent = client.v1.payment_intents.retrieve(
            made["payment_intent"], {"expand": ["latest_charge.customer"]}
        )
        assert (intent.status, intent.latest_charge.customer.email) == ("succeeded", CAMILLE)
        charge = client.v1.charges.retrieve(made["charge"])
        assert (charge.paid, charge.outcome.type, charge.payment_intent) == (True, "authorized", intent.id)
        assert charge.billing_details.email == CAMILLE

    @pytest.mark.parametrize(
        ("box", "carrier", "told"),
        [
            ("ticked", "metadata", {"metadata.newsletter_optin": "true"}),
            ("unticked", "metadata", {"metadata.newsletter_optin": "false"}),
            ("ticked", "custom_field", {"custom_fields": [("newsletter", "yes")]}),
            ("unticked", "custom_field", {"custom_fields": [("newsletter", "no")]}),
            ("ticked", "promotions", {"consent": "opt_in"}),
            ("unticked", "promotions", {"consent": "opt_out"}),
            ("absent", "metadata", {}),
        ],
    )
    def test_the_box_stands_where_its_carrier_is(
        self, standin: Stripe, box: str, carrier: str, told: dict[str, object]
    ) -> None:
        made = standin.act("checkout", email=CAMILLE, box=box, carrier=carrier)
        session = standin.objects["checkout.session"][made["session"]]
        found: dict[str, object] = {}
        if "newsletter_optin" in session["metadata"]:
            found["metadata.newsletter_optin"] = session["metadata"]["newsletter_optin"]
        if session["custom_fields"]:
            found["custom_fields"] = [
                (each["key"], each["dropdown"]["value"]) for each in session["custom_fields"]
            ]
        if session["consent"]:
            found["consent"] = session["consent"]["promotions"]
        assert found == told

    def test_events_come_in_the_order_of_a_card_payment(self, standin: Stripe, endpoint: Endpoint) -> None:
        standin.act("checkout", email=CAMILLE)
        assert endpoint.types() == [
            "customer.created",
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "checkout.session.completed",
        ]
        assert endpoint.events[-1].data.object.customer_details.email == CAMILLE

    def test_a_guest_has_no_customer(self, standin: Stripe, client: Any) -> None:
        made = standin.act("checkout", email=CAMILLE, customer="guest")
        assert client.v1.checkout.sessions.retrieve(made["session"]).customer is None
        assert client.v1.customers.list({"email": CAMILLE}).data == []
        found = client.v1.checkout.sessions.list({"customer_details": {"email": CAMILLE}}).data
        assert [session.id for session in found] == [made["session"]]
        by_payment = client.v1.checkout.sessions.list({"payment_intent": made["payment_intent"]}).data
        assert [session.id for session in by_payment] == [made["session"]]

    def test_a_delayed_payment_is_an_order_only_when_it_arrives(
        self, standin: Stripe, endpoint: Endpoint
    ) -> None:
        made = standin.act("checkout", email=CAMILLE, method="sepa_debit")
        assert made["charge"].startswith("py_")
        assert endpoint.events[-1].type == "checkout.session.completed"
        assert endpoint.events[-1].data.object.payment_status == "unpaid"
        standin.act("pay_async", of=CAMILLE)
        assert endpoint.types()[-3:] == [
            "charge.succeeded",
            "payment_intent.succeeded",
            "checkout.session.async_payment_succeeded",
        ]
        assert endpoint.events[-1].data.object.payment_status == "paid"
        standin.act("checkout", email="noor@example.com", method="sepa_debit")
        standin.act("fail_async", of="noor@example.com")
        assert endpoint.types()[-3:] == [
            "charge.failed",
            "payment_intent.payment_failed",
            "checkout.session.async_payment_failed",
        ]
        with pytest.raises(ValueError, match="waiting"):
            standin.act("pay_async", of="noor@example.com")

    def test_nothing_to_pay_needs_no_payment(self, standin: Stripe, endpoint: Endpoint) -> None:
        standin.act("checkout", email=CAMILLE, amount=0, customer="guest")
        assert endpoint.types() == ["checkout.session.completed"]
        assert endpoint.events[0].data.object.payment_status == "no_payment_required"

    def test_a_declined_card_leaves_the_session_open(self, standin: Stripe, endpoint: Endpoint) -> None:
        made = standin.act("checkout", email=CAMILLE, outcome="declined")
        assert endpoint.types() == [
            "payment_intent.created",
            "charge.failed",
            "payment_intent.payment_failed",
        ]
        assert standin.objects["checkout.session"][made["session"]]["status"] == "open"
        standin.act("expire", of=made["session"])
        assert endpoint.types()[-1] == "checkout.session.expired"

    def test_refunds_add_up(self, standin: Stripe, endpoint: Endpoint, client: Any) -> None:
        made = standin.act("checkout", email=CAMILLE)
        standin.act("refund", of=made["session"], amount=400)
        assert endpoint.types()[-2:] == ["refund.created", "charge.refunded"]
        partial = endpoint.events[-1].data
        assert (partial.object.amount_refunded, partial.object.refunded) == (400, False)
        assert partial.previous_attributes.to_dict() == {"amount_refunded": 0}
        standin.act("refund", of=CAMILLE)
        charge = client.v1.charges.retrieve(made["charge"], {"expand": ["refunds"]})
        assert (charge.refunded, [refund.amount for refund in charge.refunds.data]) == (True, [400, 5000])
        assert len(client.v1.refunds.list({"payment_intent": made["payment_intent"]}).data) == 2
        with pytest.raises(ValueError, match="0 can be refunded"):
            standin.act("refund", of=CAMILLE)

    def test_disputes_reviews_and_warnings_follow_a_charge(
        self, standin: Stripe, endpoint: Endpoint, client: Any
    ) -> None:
        made = standin.act("checkout", email=CAMILLE, outcome="review")
        assert endpoint.types()[-1] == "review.opened"
        assert len(client.v1.reviews.list().data) == 1
        standin.act("review_close", of=CAMILLE)
        assert client.v1.reviews.list().data == []
        charge = client.v1.charges.retrieve(made["charge"], {"expand": ["review"]})
        assert charge.review.closed_reason == "approved"
        standin.act("fraud_warning", of=CAMILLE)
        standin.act("dispute_open", of=CAMILLE)
        standin.act("dispute_close", of=CAMILLE, status="lost")
        assert endpoint.types()[-4:] == [
            "review.closed",
            "radar.early_fraud_warning.created",
            "charge.dispute.created",
            "charge.dispute.closed",
        ]
        assert client.v1.disputes.list({"charge": made["charge"]}).data[0].status == "lost"
        assert len(client.v1.radar.early_fraud_warnings.list({"charge": made["charge"]}).data) == 1

    def test_a_held_payment_is_captured_or_cancelled(self, standin: Stripe, endpoint: Endpoint) -> None:
        standin.act("checkout", email=CAMILLE, outcome="hold")
        assert "payment_intent.amount_capturable_updated" in endpoint.types()
        assert endpoint.events[-1].data.object.payment_status == "unpaid"
        standin.act("cancel", of=CAMILLE)
        assert endpoint.types()[-1] == "payment_intent.canceled"
        assert endpoint.events[-1].data.object.cancellation_reason == "fraudulent"

    def test_invoices_go_their_ways(self, standin: Stripe, endpoint: Endpoint, client: Any) -> None:
        made = standin.act("invoice", of=CAMILLE, due_in_days=30)
        standin.act("invoice_fail", of=made["invoice"])
        standin.act("invoice_overdue", of=made["invoice"])
        standin.act("invoice_uncollectible", of=made["invoice"])
        standin.act("invoice_pay", of=made["invoice"])
        standin.act("credit_note", of=made["invoice"], amount=1000)
        assert [kind for kind in endpoint.types() if kind.split(".")[0] in ("invoice", "credit_note")] == [
            "invoice.created",
            "invoice.finalized",
            "invoice.payment_failed",
            "invoice.overdue",
            "invoice.marked_uncollectible",
            "invoice.paid",
            "credit_note.created",
        ]
        expand = ["payments.data.payment.payment_intent"]
        invoice = client.v1.invoices.retrieve(made["invoice"], {"expand": expand})
        paid = invoice.payments.data[0].payment
        assert (invoice.status, paid.type, paid.payment_intent.status) == (
            "paid",
            "payment_intent",
            "succeeded",
        )
        charge = client.v1.charges.retrieve(paid.payment_intent.latest_charge)
        assert (charge.paid, charge.billing_details.email) == (True, CAMILLE)
        assert client.v1.credit_notes.list({"invoice": made["invoice"]}).data[0].amount == 1000
        assert client.v1.invoice_payments.list({"invoice": made["invoice"]}).data[0].status == "paid"
        with pytest.raises(ValueError, match="paid"):
            standin.act("invoice_void", of=made["invoice"])


class TestLists:
    def test_pages_follow_one_another_newest_first(self, standin: Stripe, client: Any) -> None:
        for number in range(23):
            standin.act("create_customer", email=f"p{number}@example.com", at=1_790_000_000 + number)
        first = client.v1.customers.list()
        assert (len(first.data), first.has_more, first.data[0].email) == (10, True, "p22@example.com")
        every = [each.email for each in client.v1.customers.list({"limit": 9}).auto_paging_iter()]
        assert every == [f"p{number}@example.com" for number in range(22, -1, -1)]
        since = client.v1.customers.list({"created": {"gte": 1_790_000_020}, "limit": 100}).data
        assert len(since) == 3
        before = client.v1.customers.list({"ending_before": first.data[5].id, "limit": 2})
        assert [each.email for each in before.data] == ["p19@example.com", "p18@example.com"]
        assert before.has_more
        within = {"created": {"gt": 1_790_000_003, "lt": 1_790_000_006}, "limit": 1}
        (newest,) = client.v1.customers.list(within).data
        rest = client.v1.customers.list({**within, "starting_after": newest.id})
        assert (newest.email, rest.data[0].email, rest.has_more) == (
            "p5@example.com",
            "p4@example.com",
            False,
        )

    def test_what_was_made_late_stands_where_its_time_puts_it(self, standin: Stripe, client: Any) -> None:
        for name, second in (("b", 20), ("c", 30), ("a", 10), ("b2", 20)):
            standin.act("create_customer", email=f"{name}@example.com", at=1_790_000_000 + second)
        client.v1.customers.delete(standin.act("create_customer", email="x@example.com")["customer"])
        listed = [each.email[:-12] for each in client.v1.customers.list({"limit": 2}).auto_paging_iter()]
        assert listed == ["c", "b2", "b", "a"]

    def test_a_page_costs_what_is_on_it(self, standin: Stripe) -> None:
        shelf = standin.account.objects["customer"]
        for number in range(300):
            made = standin.account.made("cus_", 1_790_000_000 + number)
            standin.account.keep(objects.customer(made, f"p{number}@example.com", None, {}))
        looked_at = 0

        def shown(each: dict[str, Any]) -> bool:
            nonlocal looked_at
            looked_at += 1
            return True

        middle = list(shelf)[150]
        found = page(shelf, {"limit": "10", "starting_after": middle}, (), "/v1/customers", shown=shown)
        assert [each["created"] for each in found["data"]] == list(range(1_790_000_149, 1_790_000_139, -1))
        assert looked_at == 11

    @pytest.mark.parametrize(
        "wrong",
        [
            {"limit": 101},
            {"limit": 0},
            {"starting_after": "cus_nobody"},
            {"colour": "red"},
            {"created": "then"},
        ],
    )
    def test_wrong_arguments_are_refused(self, client: Any, wrong: dict[str, Any]) -> None:
        with pytest.raises(stripe_python.InvalidRequestError) as refused:
            client.v1.customers.list(wrong)
        assert refused.value.http_status == 400

    def test_events_are_kept_for_thirty_days(self) -> None:
        now = 1_790_000_000
        with stripe.serving(clock=Clock(lambda: now)) as standin:
            client = client_of(standin)
            standin.act("create_customer", email="old@example.com", at=now - 31 * DAY)
            standin.act("checkout", email=CAMILLE, at=now - 29 * DAY)
            kinds = [event.type for event in client.v1.events.list({"limit": 100}).auto_paging_iter()]
            assert kinds[0] == "checkout.session.completed"
            assert kinds.count("customer.created") == 1
            wanted = {"types": ["charge.succeeded", "customer.created"]}
            assert len(client.v1.events.list(wanted).data) == 2
            (completed,) = client.v1.events.list({"type": "checkout.session.completed"}).data
            assert client.v1.events.retrieve(completed.id).data.object.object == "checkout.session"
            assert client.v1.events.list({"created": {"gt": now - 28 * DAY}}).data == []
            groups = client.v1.events.list({"type": "payment_intent.*", "created": {"gte": 0}}).data
            assert [event.type[15:] for event in groups] == ["succeeded", "created"]
            control(standin, "/clock", {"pass": 2 * DAY})
            assert client.v1.events.list().data == []

    def test_twenty_types_may_be_asked_for_at_a_time(self, client: Any) -> None:
        assert client.v1.events.list({"types": [f"a.{number}" for number in range(20)]}).data == []
        for wrong in ({"types": [f"a.{number}" for number in range(21)]}, {"types": ["a"], "type": "b"}):
            with pytest.raises(stripe_python.InvalidRequestError) as refused:
                client.v1.events.list(wrong)
            assert refused.value.http_status == 400

    def test_what_belongs_to_a_listed_object_comes_along(self, standin: Stripe, client: Any) -> None:
        made = standin.act("checkout", email=CAMILLE, outcome="review")
        standin.act("refund", of=made["charge"], amount=100)
        standin.act("refund", of=standin.act("checkout", email="lea@example.com")["charge"])
        standin.act("invoice_pay", of=standin.act("invoice", of=CAMILLE)["invoice"])
        _, other, charge = client.v1.charges.list({"expand": ["data.refunds", "data.review"]}).data
        assert (other.review, charge.review.object) == (None, "review")
        assert [refund.amount for refund in charge.refunds.data] == [100]
        (invoice,) = client.v1.invoices.list({"expand": ["data.payments"]}).data
        assert [payment.status for payment in invoice.payments.data] == ["paid"]

    def test_an_expansion_that_is_none_is_refused(self, standin: Stripe, client: Any) -> None:
        standin.act("checkout", email=CAMILLE, outcome="review")
        (intent,) = client.v1.payment_intents.list({"expand": ["data.latest_charge", "data.review"]}).data
        assert (intent.latest_charge.object, intent.review.object) == ("charge", "review")
        with pytest.raises(stripe_python.InvalidRequestError):
            client.v1.payment_intents.list({"expand": ["data.colour"]})


class TestRefusals:
    def test_a_missing_or_foreign_key_is_refused(self, standin: Stripe) -> None:
        assert raw(standin, "GET", "/v1/customers", Authorization="")[0] == 401
        with pytest.raises(stripe_python.AuthenticationError):
            client_of(standin, "nonsense").v1.customers.list()
        with stripe.serving(key="rk_live_right") as other:
            with pytest.raises(stripe_python.AuthenticationError):
                client_of(other).v1.customers.list()
            assert client_of(other, "rk_live_right").v1.customers.list().data == []

    def test_unknown_objects_and_paths_are_404(self, standin: Stripe, client: Any) -> None:
        with pytest.raises(stripe_python.InvalidRequestError) as refused:
            client.v1.charges.retrieve("ch_nobody")
        assert refused.value.code == "resource_missing"
        status, body, _ = raw(standin, "GET", "/v1/nothing")
        assert (status, body["error"]["type"]) == (404, "invalid_request_error")

    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            ("rate_limit", stripe_python.RateLimitError),
            ("lock_timeout", stripe_python.RateLimitError),
            ("error_500", stripe_python.APIError),
            ("bare_502", stripe_python.APIError),
            ("permission_403", stripe_python.PermissionError),
            ("timeout", stripe_python.APIConnectionError),
        ],
    )
    def test_faults_reach_the_client_as_what_they_are(
        self, standin: Stripe, client: Any, kind: str, expected: type[Exception]
    ) -> None:
        control(standin, "/faults", {"kind": kind, "seconds": 0.001})
        with pytest.raises(expected):
            client.v1.customers.create({"email": CAMILLE})
        assert standin.objects["customer"] == {}
        client.v1.customers.create({"email": CAMILLE})

    def test_the_same_seed_fails_the_same_tenth_of_the_calls(self, standin: Stripe) -> None:
        def statuses() -> list[int]:
            control(standin, "/faults", {"kind": "bare_500", "rate": 0.1, "times": None, "seed": 7})
            answers = [raw(standin, "GET", "/v1/charges/ch_1")[0] for _ in range(60)]
            raw(standin, "DELETE", "/_control/faults")
            return answers

        first = statuses()
        assert first == statuses()
        assert 1 <= first.count(500) <= 15

    def test_a_429_names_no_time_to_wait(self, standin: Stripe) -> None:
        control(standin, "/faults", {"kind": "rate_limit"})
        status, body, headers = raw(standin, "GET", "/v1/customers")
        assert (status, body["error"]["code"]) == (429, "rate_limit")
        assert "Retry-After" not in headers

    def test_the_same_key_brings_the_same_answer_back(self, standin: Stripe, client: Any) -> None:
        control(standin, "/faults", {"kind": "lost_answer"})
        key = {"idempotency_key": "erase:1:a"}
        with pytest.raises(stripe_python.APIConnectionError):
            client.v1.customers.create({"email": CAMILLE}, key)
        made = client.v1.customers.create({"email": CAMILLE}, key)
        assert list(standin.objects["customer"]) == [made.id]
        assert made.last_response.headers["Idempotent-Replayed"] == "true"
        with pytest.raises(stripe_python.IdempotencyError):
            client.v1.customers.create({"email": "other@example.fr"}, key)

    def test_an_endpoint_may_be_called_so_often_in_a_second(self, standin: Stripe, client: Any) -> None:
        control(standin, "/limits", {"requests_per_second": 3})
        statuses = [raw(standin, "GET", f"/v1/charges/ch_{number}")[0] for number in range(5)]
        assert statuses == [404, 404, 404, 429, 429]
        assert client.v1.customers.list().data == []
        control(standin, "/limits", {"requests_per_second": None})
        assert raw(standin, "GET", "/v1/charges/ch_1")[0] == 404


class TestWebhooks:
    def test_each_attempt_is_signed_anew(self) -> None:
        ticks = iter(range(1000))
        base = int(time.time())
        with stripe.serving(clock=Clock(lambda: base + next(ticks) / 100)) as standin:
            receiver = Endpoint()
            receiver.answers = [503]
            standin.register_webhook({"url": receiver.url, "secret": SECRET})
            (delivery,) = standin.act("create_customer", email=CAMILLE)["deliveries"]
            assert delivery["statuses"] == [503, 204]
            assert [event.id for event in receiver.events] == [standin.events[0]["id"]] * 2
            receiver.close()

    def test_deliveries_come_twice_and_shuffled(self, standin: Stripe, endpoint: Endpoint) -> None:
        standin.act("checkout", email=CAMILLE, copies=2, shuffle=True)
        ids = [event["id"] for event in standin.events]
        told = [event.id for event in endpoint.events]
        assert sorted(told) == sorted(ids * 2)
        assert told != ids * 2

    def test_only_the_types_asked_for_are_sent(self, standin: Stripe) -> None:
        receiver = Endpoint()
        asked = ["checkout.session.completed"]
        standin.register_webhook({"url": receiver.url, "secret": SECRET, "enabled_events": asked})
        standin.act("checkout", email=CAMILLE)
        assert receiver.types() == asked
        receiver.close()

    def test_a_new_address_may_replace_the_others(self, standin: Stripe, endpoint: Endpoint) -> None:
        receiver = Endpoint()
        control(standin, "/webhooks", {"url": receiver.url, "secret": SECRET, "replace": True})
        standin.act("create_customer", email=CAMILLE)
        assert (endpoint.types(), receiver.types()) == ([], ["customer.created"])
        receiver.close()

    def test_what_was_withheld_is_lost_but_still_among_the_events(
        self, standin: Stripe, endpoint: Endpoint, client: Any
    ) -> None:
        assert control(standin, "/withhold", {"on": True}) == {"withheld": True, "lost": 0}
        control(standin, "/act", {"act": "checkout", "email": CAMILLE, "box": "ticked"})
        assert control(standin, "/withhold", {"on": False}) == {"withheld": False, "lost": 5}
        standin.act("create_customer", email="lea@example.com")
        assert endpoint.types() == ["customer.created"]
        assert len(client.v1.events.list({"type": "checkout.session.completed"}).data) == 1

    def test_the_state_file_brings_everything_back(self, tmp_path: Path) -> None:
        with stripe.serving(state_file=tmp_path / "stripe.json") as first:
            first.register_webhook({"url": "http://127.0.0.1:9/x", "secret": SECRET})
            first.act("checkout", email=CAMILLE, quiet=True)
            first.act("delete_customer", of=CAMILLE, quiet=True)
            before = first.account.dump()
        with stripe.serving(state_file=tmp_path / "stripe.json") as second:
            assert second.account.dump() == before
            second.act("refund", of=CAMILLE, quiet=True)

    def test_live_objects_say_so(self) -> None:
        with stripe.serving(livemode=True) as standin:
            made = standin.act("checkout", email=CAMILLE)
            assert made["session"].startswith("cs_live_")
            assert all(event["livemode"] for event in standin.events)
