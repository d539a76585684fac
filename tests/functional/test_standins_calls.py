"""Every call that we make at Stripe and Mailchimp is one that their own libraries know, parameters included, and
whatever the stand-in of Stripe answers has the shape of stripe-python's typed classes.

The adapters make the calls, against the stand-ins. Redaction jobs are a preview that no library knows:
test_standins_redaction.py holds them against what Stripe writes of them. Mailchimp's library has no classes to hold an
answer against.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import mailchimp_marketing
import pytest
import stripe
import stripe.params
import stripe.params.checkout
import stripe.params.radar

from cli.standins import mailchimp as standin_of_mailchimp
from cli.standins import stripe as standin_of_stripe
from cli.standins.stripe import Stripe
from privacy.domain.member import MemberCursor
from privacy.outbound.mailchimp import MailchimpAudiences
from privacy.outbound.mailchimp_client import MailchimpClient
from privacy.outbound.mailchimp_corrections import MailchimpCorrections
from privacy.outbound.mailchimp_person import MailchimpPerson
from privacy.outbound.patience import Jitter, Pace, Respite
from privacy.outbound.stripe import StripeHistory
from privacy.outbound.stripe_client import StripeCalls
from privacy.outbound.stripe_corrections import StripeCorrections
from privacy.outbound.stripe_people import StripePeople
from privacy.outbound.stripe_person import StripePerson
from privacy.ports import STRIPE_KINDS
from privacy.ports.answers import OF_A_CHARGE, OF_A_CUSTOMER, ON_A_MEMBER
from tests.functional.test_standins_shapes import everything, unknown_in_event, unknown_keys

KEY, LIST = "rk_test_0123456789", "a6b5da1054"
JITTER = Jitter(lambda _: None, lambda: 0.5)
BUYER = "p0@example.fr"


class Call(NamedTuple):
    """One call as it was made. answer: the vendor's JSON."""

    method: str
    path: str
    asked: frozenset[str]
    answer: Mapping[str, Any]


class Known(NamedTuple):
    """One method of a vendor's library. asked: the parameters that it takes."""

    method: str
    path: re.Pattern[str]
    asked: frozenset[str]


def exhaust(listed: Iterable[object]) -> None:
    """Every page of it is asked for."""
    for _ in listed:
        pass


def known_as(call: Call, library: list[Known]) -> list[Known]:
    return [each for each in library if each.method == call.method and each.path.fullmatch(call.path)]


def as_pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)))


def texts(package: Any, pattern: str) -> str:
    root = Path(package.__file__).parent
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(root.rglob(pattern)))


# --- Stripe

_STRIPES = re.compile(
    r'params: (?:Optional\[)?"(\w+)"(?:(?!params:).)*?self\._request\(\s*"(get|post|delete)",\s*"(/v1/[^"]+)"',
    re.DOTALL,
)
_PARAMETERS = (stripe.params, stripe.params.checkout, stripe.params.radar)


def keys_of(name: str) -> frozenset[str]:
    """Of a typed dictionary of parameters."""
    found = next((getattr(module, name) for module in _PARAMETERS if hasattr(module, name)), None)
    return frozenset(getattr(found, "__annotations__", ()))


@pytest.fixture(scope="module")
def stripes() -> list[Known]:
    """Where two services have one name for their parameters, whichever takes them."""
    found = _STRIPES.findall(texts(stripe, "_*_service.py"))
    wanted = {
        "customers",
        "payment",
        "charges",
        "invoice",
        "refunds",
        "disputes",
        "radar",
        "checkout",
        "credit_notes",
    }
    wanted |= {"events", "setup_intents", "subscriptions", "invoiceitems", "reviews", "payment_intents"}
    return [
        Known(method, as_pattern(path), keys_of(name))
        for name, method, path in found
        if any(path.startswith(f"/v1/{word}") for word in wanted)
    ]


@pytest.fixture(scope="module")
def made_at_stripe() -> Iterator[list[Call]]:
    """Everything that the adapters ever ask, of a shop in which everything has happened."""
    made: list[Call] = []
    asks = stripe.StripeClient.raw_request

    def noted(self: stripe.StripeClient, method: str, path: str, **asked: Any) -> Any:
        answer = asks(self, method, path, **asked)
        made.append(Call(method, path, frozenset(asked), answer.data))
        return answer

    with pytest.MonkeyPatch.context() as patched, standin_of_stripe.serving() as shop:
        everything(shop)
        patched.setattr(stripe.StripeClient, "raw_request", noted)
        _ask_everything(shop)
        yield made


def _ask_everything(shop: Stripe) -> None:
    pace = Pace(10_000, lambda: 0.0, lambda _: None)
    calls = StripeCalls(KEY, JITTER, pace, base_url=shop.base_url)
    history = StripeHistory(KEY, {"charge.succeeded"}, JITTER, pace, base_url=shop.base_url)
    for kind in STRIPE_KINDS:
        history.objects(kind, None)
    history.events(datetime.fromtimestamp(shop.clock.now() - 86_400, UTC), None)
    shop.act("create_customer", email="leaves@example.fr")
    shop.act("save_card", of="leaves@example.fr")
    person, people = StripePerson(calls), StripePeople(calls)
    for address in (BUYER, "noor@example.com", "leaves@example.fr"):
        for customer in [*person.customers([address], ["cus_nobody"])]:
            for kind in OF_A_CUSTOMER:
                exhaust(person.of_customer(kind, str(customer["id"])))
        for session in person.sessions_of(address):
            if isinstance(paid := session.get("payment_intent"), str):
                person.payment(paid)
                people.checkouts([paid])
                for charge in person.charges_of(paid):
                    for kind in OF_A_CHARGE:
                        exhaust(person.of_charge(kind, str(charge["id"])))
    people.known_under([BUYER, "noor@example.com"])
    [leaves] = person.customers(["leaves@example.fr"], [])
    assert StripeCorrections(calls).correct(str(leaves["id"]), {"name": "Léa Petit", "city": "Lyon"})
    people.blank(str(leaves["id"]))
    people.delete(str(leaves["id"]))
    [gone] = person.customers([], [str(leaves["id"])])
    assert gone["deleted"] is True


#: Each of them, with ids left out. One that comes here anew is held against the library, too.
AT_STRIPE = {
    "get /v1/charges",
    "get /v1/checkout/sessions",
    "get /v1/credit_notes",
    "get /v1/customers",
    "get /v1/customers/_",
    "get /v1/customers/_/payment_methods",
    "get /v1/customers/_/tax_ids",
    "get /v1/disputes",
    "get /v1/events",
    "get /v1/invoiceitems",
    "get /v1/invoices",
    "get /v1/payment_intents",
    "get /v1/payment_intents/_",
    "get /v1/radar/early_fraud_warnings",
    "get /v1/refunds",
    "get /v1/setup_intents",
    "get /v1/subscriptions",
    "post /v1/customers/_",
    "post /v1/payment_methods/_/detach",
    "delete /v1/customers/_",
}


def test_what_is_asked_of_stripe_is_known(made_at_stripe: list[Call]) -> None:
    without_ids = {
        f"{call.method} {re.sub(r'/(cus|pi|pm)_[^/]+', '/_', call.path)}" for call in made_at_stripe
    }
    assert without_ids == AT_STRIPE


def test_stripes_library_knows_every_call_and_every_parameter(
    made_at_stripe: list[Call], stripes: list[Known]
) -> None:
    for call in made_at_stripe:
        known = known_as(call, stripes)
        assert known, (call.method, call.path)
        assert any(call.asked <= each.asked for each in known), (call.method, call.path, call.asked)


def test_every_answer_of_the_stand_in_has_only_keys_of_stripes_classes(made_at_stripe: list[Call]) -> None:
    for call in made_at_stripe:
        answer = call.answer
        if answer.get("object") == "list":
            assert {*answer} == {"object", "url", "has_more", "data"}
            assert [unknown for each in answer["data"] for unknown in unknown_in(each)] == []
        else:
            assert [*unknown_keys(answer, None)] == []


def unknown_in(listed: dict[str, Any]) -> list[str]:
    return unknown_in_event(listed) if listed["object"] == "event" else [*unknown_keys(listed, None)]


def test_every_kind_of_object_was_answered_with_at_least_once(made_at_stripe: list[Call]) -> None:
    """Or else an empty list would have every shape."""
    told = {each["object"] for call in made_at_stripe for each in call.answer.get("data", [call.answer])}
    assert told >= {
        "charge",
        "checkout.session",
        "credit_note",
        "customer",
        "dispute",
        "event",
        "invoice",
        "payment_intent",
        "payment_method",
        "radar.early_fraud_warning",
        "refund",
        "setup_intent",
    }


# --- Mailchimp

_MAILCHIMPS = re.compile(
    r"all_params = \[([^\]]*)\](?:(?!all_params = ).)*?self\.api_client\.call_api\(\s*'(/[^']+)', '([A-Z]+)'",
    re.DOTALL,
)


@pytest.fixture(scope="module")
def mailchimps() -> list[Known]:
    return [
        Known(method, as_pattern(path), frozenset(re.findall(r"'(\w+)'", names)))
        for names, path, method in _MAILCHIMPS.findall(texts(mailchimp_marketing, "lists_api.py"))
    ]


@pytest.fixture(scope="module")
def made_at_mailchimp() -> Iterator[list[Call]]:
    made: list[Call] = []
    asks = MailchimpClient.request

    def noted(
        self: MailchimpClient, method: str, url: str, query_params: Any = None, *more: Any, **too: Any
    ) -> Any:
        named = dict(query_params or ())
        made.append(Call(method, url.partition("/3.0")[2], frozenset(named), {}))
        return asks(self, method, url, query_params, *more, **too)

    with (
        pytest.MonkeyPatch.context() as patched,
        standin_of_mailchimp.serving(port=0, list_id=LIST) as news,
    ):
        patched.setattr(MailchimpClient, "request", noted)
        news.act("signup", email=BUYER)
        client = MailchimpClient("0" * 32 + "-us21", f"{news.base_url}/3.0", JITTER, Respite(lambda: 0.0))
        audiences, person = MailchimpAudiences(client), MailchimpPerson(client)
        audiences.audiences()
        audiences.audience(LIST)
        for kind in ON_A_MEMBER:
            exhaust(person.hanging(kind, LIST, BUYER))
        assert person.member(LIST, BUYER)
        MailchimpCorrections(client).correct_name(LIST, BUYER, "Paul", "Petit")
        MailchimpCorrections(client).change_address(LIST, BUYER, "paul@example.fr")
        audiences.members(LIST, MemberCursor(datetime(2020, 1, 1, tzinfo=UTC)))
        audiences.unsubscribe(LIST, "paul@example.fr")
        audiences.subscribe(LIST, "anna@example.fr", known=False, pending=False)
        audiences.archive(LIST, "anna@example.fr")
        audiences.delete_permanently(LIST, "paul@example.fr")
        yield made


AT_MAILCHIMP = {
    "GET /lists",
    "GET /lists/_",
    "GET /lists/_/members",
    "GET /lists/_/members/_",
    "GET /lists/_/members/_/activity-feed",
    "GET /lists/_/members/_/events",
    "GET /lists/_/members/_/goals",
    "GET /lists/_/members/_/notes",
    "GET /lists/_/members/_/tags",
    "PATCH /lists/_/members/_",
    "PUT /lists/_/members/_",
    "DELETE /lists/_/members/_",
    "POST /lists/_/members/_/actions/delete-permanent",
}


def test_what_is_asked_of_mailchimp_is_known(made_at_mailchimp: list[Call]) -> None:
    without_ids = {
        f"{call.method} {re.sub(r'/(?:[0-9a-f]{32}|' + LIST + r')(?=/|$)', '/_', call.path)}"
        for call in made_at_mailchimp
    }
    assert without_ids == AT_MAILCHIMP


def test_mailchimps_library_knows_every_call_and_every_parameter(
    made_at_mailchimp: list[Call], mailchimps: list[Known]
) -> None:
    for call in made_at_mailchimp:
        if call.path.endswith("/goals"):
            continue  # its documentation has them, its library has not
        known = known_as(call, mailchimps)
        assert known, (call.method, call.path)
        assert any(call.asked <= each.asked for each in known), (call.method, call.path, call.asked)
