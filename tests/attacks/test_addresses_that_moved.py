"""Checklist 13: somebody gets at an account, puts their own address into it, and asks from there, days later.

The mailbox is really theirs, every link of ours reaches them, and at Stripe or Mailchimp the account names no other
address any more. What was held under the former one is the victim's all the same.
"""

from __future__ import annotations

from typing import Any

import pytest

from privacy.domain.facts import Fact
from privacy.domain.request_steps import Flag
from privacy.operations.answers.build_answer import NeedsHuman
from tests.attacks.siege import ASKS, DELIVERY, THIEF, held, nothing_gained, own_mailbox, shop
from tests.erasing import ErasureOffice
from tests.telling import CAMILLE, charge, customer, hint, member, session

pytestmark = pytest.mark.attack

DAYS_BEFORE = "2026-11-19"
#: What is told when the address is moved. Where nothing is, the webhook was missed.
MOVES: dict[str, list[Fact]] = {
    "the_account_s_address": [customer(DAYS_BEFORE, THIEF, customer="cus_canary", previous=CAMILLE)],
    "the_account_s_address_alone": [customer(DAYS_BEFORE, THIEF, customer="cus_canary")],
    "with_the_victim_s_name": [
        customer(DAYS_BEFORE, THIEF, customer="cus_canary", previous=CAMILLE, name="Camille Durand")
    ],
    "there_and_back_and_there": [
        customer("2026-11-17", THIEF, customer="cus_canary", previous=CAMILLE),
        customer("2026-11-18", CAMILLE, customer="cus_canary", previous=THIEF),
        customer(DAYS_BEFORE, THIEF, customer="cus_canary", previous=CAMILLE),
    ],
    "by_a_third_address": [
        customer("2026-11-18", "between@evil.example", customer="cus_canary", previous=CAMILLE),
        customer(DAYS_BEFORE, THIEF, customer="cus_canary", previous="between@evil.example"),
    ],
    "on_the_very_day": [customer("2026-11-22", THIEF, customer="cus_canary", previous=CAMILLE)],
    "the_account_before_the_victim_bought": [
        customer("2026-11-01", THIEF, customer="cus_other"),
        customer(DAYS_BEFORE, THIEF, customer="cus_canary", previous=CAMILLE),
    ],
    "a_purchase_of_a_cent_on_the_account": [
        session(DAYS_BEFORE, THIEF, payment="pi_cent", customer="cus_canary", amount=1)
    ],
    "the_receipt_of_a_payment": [charge(DAYS_BEFORE, THIEF, payment="pi_1", customer="cus_canary")],
    "the_newsletter_s_address": [
        hint(DAYS_BEFORE, "upemail", CAMILLE, new=THIEF),
        member("2026-11-20", THIEF),
    ],
    "the_newsletter_s_address_unread": [hint(DAYS_BEFORE, "upemail", CAMILLE, new=THIEF)],
    "both": [
        customer(DAYS_BEFORE, THIEF, customer="cus_canary", previous=CAMILLE),
        hint(DAYS_BEFORE, "upemail", CAMILLE, new=THIEF),
        member("2026-11-20", THIEF),
    ],
    "no_webhook": [],
}


#: The account as Stripe has it after the move: one address in it, and all that was the victim's.
ACCOUNT: dict[str, Any] = {
    "id": "cus_canary",
    "object": "customer",
    "created": 1_772_323_200,
    "livemode": True,
    "email": THIEF,
    "name": "Camille Durand",
    "phone": "+33 1 99 00 12 34",
    "address": DELIVERY,
    "metadata": {},
}
HANGS_ON_IT: dict[str, dict[str, Any]] = {
    "payment_method": {"id": "pm_1", "created": 2, "card": {"exp": "03/2026", "last4": "4242"}},
    "tax_id": {"id": "txi_1", "created": 2, "value": "79001"},
    "charge": {
        "id": "ch_1",
        "created": 3,
        "billing_details": {"email": CAMILLE, "name": "Camille Durand", "address": DELIVERY},
    },
    "payment_intent": {
        "id": "pi_1",
        "created": 3,
        "shipping": {"name": "Camille Durand", "address": DELIVERY},
    },
}
#: The member as Mailchimp has it, moved with all its fields.
MEMBER = {
    "email_address": THIEF,
    "status": "subscribed",
    "merge_fields": {"FNAME": "Camille", "ADDRESS": "9 impasse du Canari", "PHONE": "+33 1 99 00 12 34"},
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_13_whoever_moved_an_account_to_their_address_gets_no_copy_of_what_it_holds(move: list[Fact]) -> None:
    found = shop(on_file=True)
    found.office.hears(*move)
    found.office.stripe.held["customer"].append(ACCOUNT)
    for kind, held_there in HANGS_ON_IT.items():
        found.office.stripe.held[kind].append({**held_there, "customer": "cus_canary"})
    if any(fact.source == "mailchimp" for fact in move):
        found.office.mailchimp.members["list1", THIEF] = MEMBER
    before = held(found)
    own_mailbox(found, THIEF, ASKS)
    # a number that the account's address is told in every letter of Stripe's
    nothing_gained(found, before, own=True, seen=["cus_canary"])
    assert found.flags[Flag.THIRD_PARTY_DATA.value] == {"others_in_answer"}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_13_nor_is_anything_of_the_victim_erased_for_them(move: list[Fact]) -> None:
    office = ErasureOffice()
    office.hear(
        session("2026-03-01", customer="cus_canary"),
        charge("2026-03-01", customer="cus_canary"),
        customer("2026-03-01", customer="cus_canary", name="Camille Durand"),
        member("2026-02-01"),
    )
    before = {(fact.filed_under, fact.key) for fact in office.facts()}
    office.hear(*move)
    office.stripe.objects_of["customers"].append(ACCOUNT)
    office.asks(who=THIEF)
    with pytest.raises(NeedsHuman):
        office.drafts(THIEF)
    assert before <= {(fact.filed_under, fact.key) for fact in office.facts()}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_13_nor_when_it_moved_after_the_plan_was_approved(move: list[Fact]) -> None:
    office = ErasureOffice()
    office.hear(
        session("2026-03-01", customer="cus_canary"),
        customer("2026-03-01", customer="cus_canary"),
        member("2026-02-01"),
    )
    office.hear(session("2026-10-01", THIEF, payment="pi_own", customer="cus_own"))
    before = {(f.filed_under, f.key) for f in office.facts() if THIEF not in str(f.groups)}
    office.asks(who=THIEF)
    office.drafts(THIEF)
    effect = office.approves()
    office.hear(*move)
    office.stripe.objects_of["customers"].append(ACCOUNT)
    office.carries_out(effect)
    assert before <= {(fact.filed_under, fact.key) for fact in office.facts()}
    assert "cus_canary" not in {*office.stripe.deleted, *office.stripe.blanked}
