"""A second opinion, written by others: localstripe's signed webhook is accepted by our verifier, and Stripe's; and what
an answer or an erasure does at Stripe comes to the same at localstripe as at our own stand-in, as far as it goes.
"""

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import pytest
import stripe

from cli.standins import stripe as standin
from privacy.inbound.signature import InvalidSignature, verify
from privacy.outbound.patience import Jitter, Pace
from privacy.outbound.stripe_client import NoSuchObject, StripeCalls, StripeRefused
from privacy.outbound.stripe_corrections import StripeCorrections
from privacy.outbound.stripe_people import StripePeople
from privacy.outbound.stripe_person import StripePerson
from tests.telling import BENOIT

LOCALSTRIPE = Path(__file__).parents[2] / ".tools" / "localstripe" / "bin" / "localstripe"
SECRET = "whsec_localstripe"

pytestmark = pytest.mark.skipif(
    not LOCALSTRIPE.exists(), reason="localstripe is not installed: `make setup` installs it into .tools"
)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    process = subprocess.Popen(
        [LOCALSTRIPE, "--port", str(number), "--from-scratch"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 20
        while not answers(number):
            assert process.poll() is None, "localstripe ended"
            assert time.monotonic() < deadline, "localstripe does not answer"
            time.sleep(0.02)
        yield number
    finally:
        process.terminate()
        process.wait(10)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def post(port: int, path: str, **fields: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Authorization": "Bearer sk_test_x", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, urlencode(fields), headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert answer.status == 200, text


def test_its_webhook_is_accepted_and_a_changed_one_is_not(port: int) -> None:
    received: list[tuple[bytes, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((body, self.headers["Stripe-Signature"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.timeout = 10
        url = f"http://127.0.0.1:{server.server_address[1]}/webhooks/stripe"
        post(port, "/_config/webhooks/ours", url=url, secret=SECRET)
        post(port, "/v1/customers", email="camille.durand@example.fr")
        server.handle_request()
    ((body, header),) = received
    now = int(time.time())
    verify(body, header, ["whsec_another", SECRET], now)
    assert json.loads(body)["type"] == "customer.created"
    assert stripe.Webhook.construct_event(body, header, SECRET).type == "customer.created"  # type: ignore[no-untyped-call]
    with pytest.raises(InvalidSignature):
        verify(body + b" ", header, [SECRET], now)
    with pytest.raises(InvalidSignature):
        verify(body, header, [SECRET], now + 3600)


# --- what an answer and an erasure do there

#: Without metadata, which localstripe does not take off again.
DETAILS: dict[str, Any] = {
    "name": "Camille Durand",
    "phone": "+33 6 12 34 56 78",
    "address": {"line1": "1 rue des Lilas", "city": "Lyon", "postal_code": "69001", "country": "FR"},
}


class Dialect(StripeCalls):
    """Where localstripe speaks as Stripe once did: cards stand in one list for all customers, for which it asks for a
    type, a customer has one name, and what is not there is told without a code."""

    def answer(
        self,
        method: Literal["get", "post", "delete"],
        path: str,
        asked: Any = None,
        **options: str,
    ) -> Any:
        if path.endswith("/payment_methods"):
            asked = {**(asked or {}), "customer": path.split("/")[1], "type": "card"}
            path = "payment_methods"
        if method == "post":
            later = {"individual_name", "business_name"}
            asked = {name: value for name, value in (asked or {}).items() if name not in later}
        try:
            return super().answer(method, path, asked, **options)
        except StripeRefused as refused:
            if str(refused) == "stripe: 404":
                raise NoSuchObject(str(refused)) from None
            raise


@dataclass
class Shop:
    """saves_a_card: as a checkout does, for the customer of that address and id; the card's id."""

    calls: StripeCalls
    saves_a_card: Callable[[str, str], str]


@pytest.fixture(params=["localstripe", "stand-in"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    jitter, pace = Jitter(lambda _: None, lambda: 0.5), Pace(10_000, lambda: 0.0, lambda _: None)
    if request.param == "localstripe":
        port = request.getfixturevalue("port")
        calls = Dialect("sk_test_0123456789", jitter, pace, base_url=f"http://127.0.0.1:{port}")

        def saves(_: str, customer: str) -> str:
            card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}
            saved = str(calls.answer("post", "payment_methods", {"type": "card", "card": card})["id"])
            calls.answer("post", f"payment_methods/{saved}/attach", {"customer": customer})
            return saved

        yield Shop(calls, saves)
        return
    with standin.serving() as running:
        ours = StripeCalls("sk_test_0123456789", jitter, pace, base_url=running.base_url)
        yield Shop(ours, lambda address, _: str(running.act("save_card", of=address)["payment_method"]))


@pytest.fixture
def calls(shop: Shop) -> StripeCalls:
    return shop.calls


def a_customer(calls: StripeCalls, address: str) -> str:
    found = calls.answer("post", "customers", {"email": address, **DETAILS})
    return str(found["id"])


def held(calls: StripeCalls, customer: str) -> dict[str, Any]:
    return dict(calls.answer("get", f"customers/{customer}"))


def test_a_customer_is_found_by_their_address_and_by_no_other(calls: StripeCalls) -> None:
    customer = a_customer(calls, "found@example.fr")
    a_customer(calls, BENOIT)
    for found in (
        [each["id"] for each in StripePerson(calls).customers(["found@example.fr"], [])],
        [each["id"] for each in StripePerson(calls).customers([], [customer])],
    ):
        assert found == [customer]
    assert [*StripePerson(calls).customers(["nobody@example.fr"], ["cus_nobody"])] == []


def test_a_correction_changes_what_it_names_and_keeps_the_rest(calls: StripeCalls) -> None:
    customer = a_customer(calls, "corrected@example.fr")
    corrections = StripeCorrections(calls)
    assert corrections.correct(customer, {"name": "Camille Martin", "city": "Paris"})
    now = held(calls, customer)
    assert (now["name"], now["email"], now["phone"]) == (
        "Camille Martin",
        "corrected@example.fr",
        DETAILS["phone"],
    )
    assert {name: now["address"][name] for name in DETAILS["address"]} == {
        **DETAILS["address"],
        "city": "Paris",
    }
    assert not corrections.correct("cus_nobody", {"name": "Camille Martin"})


def test_an_erasure_leaves_a_customer_who_bought_without_a_word_and_without_a_card(
    shop: Shop, calls: StripeCalls
) -> None:
    customer = a_customer(calls, "leaves@example.fr")
    saved = shop.saves_a_card("leaves@example.fr", customer)
    cards = f"customers/{customer}/payment_methods"
    assert [each["id"] for each in calls.answer("get", cards)["data"]] == [saved]
    StripePeople(calls).blank(customer)
    now = held(calls, customer)
    assert not [name for name in ("email", "description", "shipping", *DETAILS) if now.get(name)]
    assert calls.answer("get", cards)["data"] == []
    assert [*StripePerson(calls).customers(["leaves@example.fr"], [])] == []
    StripePeople(calls).blank(customer)


def test_an_erasure_deletes_a_customer_who_bought_nothing_and_again_changes_nothing(
    calls: StripeCalls,
) -> None:
    customer, other = a_customer(calls, "deleted@example.fr"), a_customer(calls, "other@example.fr")
    for _ in range(2):
        StripePeople(calls).delete(customer)
    assert [*StripePerson(calls).customers(["deleted@example.fr"], [])] == []
    assert held(calls, other)["email"] == "other@example.fr"
    StripePeople(calls).blank(customer)
    assert not StripeCorrections(calls).correct(customer, {"name": "Camille"})
