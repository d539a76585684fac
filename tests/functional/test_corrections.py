"""Corrections at Stripe and at Mailchimp, against the stand-ins: done, read back, and only what was asked (E109)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from cli.standins import mailchimp, stripe
from cli.standins.mailchimp import Mailchimp
from cli.standins.stripe import Stripe
from privacy.outbound.mailchimp import MailchimpAudiences
from privacy.outbound.mailchimp_client import MailchimpClient, MailchimpRefused
from privacy.outbound.mailchimp_corrections import MailchimpCorrections
from privacy.outbound.mailchimp_corrections import NotCorrected as NotAtMailchimp
from privacy.outbound.patience import Jitter, Pace, Respite
from privacy.outbound.stripe_client import StripeCalls
from privacy.outbound.stripe_corrections import NotCorrected, StripeCorrections
from privacy.ports import ProviderUnavailable
from tests.telling import BENOIT, CAMILLE

LIST = "a6b5da1054"
MAILCHIMP_KEY, STRIPE_KEY = "0" * 32 + "-us21", "rk_test_0123456789"
NEW = "camille.petit@example.fr"
JITTER = Jitter(lambda _: None, lambda: 0.5)


@pytest.fixture
def members() -> Iterator[Mailchimp]:
    with mailchimp.serving(port=0, list_id=LIST) as running:
        yield running


@pytest.fixture
def client(members: Mailchimp) -> MailchimpClient:
    return MailchimpClient(MAILCHIMP_KEY, f"{members.base_url}/3.0", JITTER, Respite(lambda: 0.0))


@pytest.fixture
def shop() -> Iterator[Stripe]:
    with stripe.serving() as running:
        yield running


def calls(shop: Stripe) -> StripeCalls:
    return StripeCalls(STRIPE_KEY, JITTER, Pace(1000, lambda: 0.0, lambda _: None), base_url=shop.base_url)


def customer(shop: Stripe, **fields: str) -> str:
    headers = {"Authorization": f"Bearer {STRIPE_KEY}"}
    made = requests.post(f"{shop.base_url}/v1/customers", data=fields, headers=headers, timeout=5).json()
    return str(made["id"])


def held(shop: Stripe, of: str) -> Any:
    return calls(shop).answer("get", f"customers/{of}")


def patches(members: Mailchimp) -> int:
    return sum(call["method"] == "PATCH" for call in members.calls.report()["latest"])


# --- Mailchimp


def test_e109_a_member_gets_the_new_address_and_stays_subscribed(
    members: Mailchimp, client: MailchimpClient
) -> None:
    members.act("signup", email=CAMILLE)
    MailchimpCorrections(client).change_address(LIST, CAMILLE, NEW)
    audiences = MailchimpAudiences(client)
    assert audiences.read(LIST, CAMILLE) is None
    moved = audiences.read(LIST, NEW)
    assert moved is not None
    assert (moved.status, moved.source) == ("subscribed", "Hosted Signup Form")


def test_an_address_that_another_member_has_is_not_taken(members: Mailchimp, client: MailchimpClient) -> None:
    members.act("signup", email=CAMILLE)
    members.act("signup", email=NEW)
    with pytest.raises(MailchimpRefused):
        MailchimpCorrections(client).change_address(LIST, CAMILLE, NEW)
    assert MailchimpAudiences(client).read(LIST, CAMILLE) is not None


def test_g23_a_members_name_is_corrected_and_twice_is_once(
    members: Mailchimp, client: MailchimpClient
) -> None:
    members.act("signup", email=CAMILLE, merge_fields={"FNAME": "Camile", "LNAME": "Durant"})
    corrections = MailchimpCorrections(client)
    for _ in range(2):
        corrections.correct_name(LIST, CAMILLE, "Camille", "Durand")
    member = members.audience.member(CAMILLE)
    assert member is not None
    assert (member.merge_fields["FNAME"], member.merge_fields["LNAME"]) == ("Camille", "Durand")
    assert patches(members) == 1


def test_who_is_no_member_has_nothing_to_be_corrected(members: Mailchimp, client: MailchimpClient) -> None:
    MailchimpCorrections(client).correct_name(LIST, BENOIT, "Benoît", "Martin")
    assert patches(members) == 0


def test_mailchimp_is_believed_only_once_it_was_read_back(
    members: Mailchimp, client: MailchimpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    members.act("signup", email=CAMILLE)
    corrections = MailchimpCorrections(client)
    monkeypatch.setattr(corrections, "_change", lambda *_: None)
    with pytest.raises(NotAtMailchimp):
        corrections.change_address(LIST, CAMILLE, NEW)


# --- Stripe


def test_g23_a_customers_fields_are_corrected_and_the_others_stay(shop: Stripe) -> None:
    of = customer(
        shop, email=CAMILLE, name="Camille Durand", **{"address[line1]": "1 rue A", "address[city]": "Lyon"}
    )
    corrections = StripeCorrections(calls(shop))
    assert corrections.correct(of, {"email": NEW, "city": "Paris", "phone": "+33100000000"})
    found = held(shop, of)
    assert (found["email"], found["name"], found["phone"]) == (NEW, "Camille Durand", "+33100000000")
    assert (found["address"]["line1"], found["address"]["city"]) == ("1 rue A", "Paris")


def test_where_goods_go_is_corrected_as_far_as_it_said_the_same(shop: Stripe) -> None:
    at_home = {"address[line1]": "1 rue A", "address[city]": "Lyon", "address[country]": "FR"}
    sent_to = {f"shipping[{name.replace('[', '][', 1)}": value for name, value in at_home.items()}
    own = customer(shop, name="Claire Fontain", **at_home, **sent_to, **{"shipping[name]": "Claire Fontain"})
    gift = customer(shop, name="Claire Fontain", **at_home, **sent_to, **{"shipping[name]": "Anna Petit"})
    for of in (own, gift):
        assert StripeCorrections(calls(shop)).correct(of, {"name": "Claire Fontaine", "line1": "2 rue B"})
    found = held(shop, own)["shipping"]
    assert (found["name"], found["address"]["line1"]) == ("Claire Fontaine", "2 rue B")
    assert (found["address"]["city"], held(shop, gift)["shipping"]["name"]) == ("Lyon", "Anna Petit")


def test_what_stripe_has_right_already_is_not_told_again(shop: Stripe) -> None:
    of = customer(shop, email=CAMILLE, name="Camille Durand")
    assert StripeCorrections(calls(shop)).correct(of, {"name": "Camille Durand"})
    assert shop.calls.count("POST /v1/customers/{object_id}") == 0


def test_a_customer_that_is_gone_has_nothing_to_be_corrected(shop: Stripe) -> None:
    of = customer(shop, email=CAMILLE)
    headers = {"Authorization": f"Bearer {STRIPE_KEY}"}
    requests.delete(f"{shop.base_url}/v1/customers/{of}", headers=headers, timeout=5)
    corrections = StripeCorrections(calls(shop))
    assert not corrections.correct(of, {"name": "…"})
    assert not corrections.correct("cus_nobody", {"name": "…"})
    with pytest.raises(ProviderUnavailable):
        corrections.correct("../charges/ch_1", {"name": "…"})


def test_stripe_is_believed_only_once_it_was_read_back(shop: Stripe, monkeypatch: pytest.MonkeyPatch) -> None:
    of = customer(shop, email=CAMILLE)
    through, deaf = calls(shop), calls(shop)
    monkeypatch.setattr(
        deaf,
        "answer",
        lambda method, path, asked=None: {} if method == "post" else through.answer(method, path),
    )
    with pytest.raises(NotCorrected):
        StripeCorrections(deaf).correct(of, {"email": NEW})
