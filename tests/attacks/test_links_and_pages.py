"""Checklist 13, 14 and 17-20: people who share, links that leak, answers that hide, erasures of others, races.

Checklist 1-5 is in test_who_writes.py, 6-12, 15 and 16 in test_what_is_claimed.py; accounts that were moved to another
address in test_addresses_that_moved.py, every page in test_pages.py, the operators' API (40) in test_operator_api.py;
what each must come to, in siege.py.
Races have more in tests/unit/operations/test_erase_person.py, where a fact comes at every single call.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from privacy.domain.request import State
from privacy.domain.request_effects import Does, owed
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import Kind
from privacy.domain.rights import Right
from tests.attacks.siege import ASKS, THIEF, Shop, message, shop, unpacked
from tests.erasing import ErasureOffice
from tests.handing_over import Counter
from tests.requesting import STAFF
from tests.telling import BENOIT, CAMILLE, charge, customer, dispute, email, member, merged, session

pytestmark = pytest.mark.attack

# ---------------------------------------------------------------- 13, 14: whose mailbox it is, and whose record


SHARED: dict[str, tuple[Callable[[Counter], object], str]] = {
    "somebody_elses_mailbox": (lambda _: None, BENOIT),
    "a_look_alike": (lambda _: None, "camille.durand@example.org"),
    "a_sub_address": (lambda _: None, "camille.durand+x@example.fr"),
    "without_the_dot": (lambda _: None, "camilledurand@example.fr"),
    "a_sub_domain": (lambda _: None, "camille.durand@mail.example.fr"),
    "a_merge_that_was_undone": (
        lambda counter: counter.office.hears(
            *merged("2026-11-01", CAMILLE, BENOIT), *merged("2026-11-02", CAMILLE, BENOIT, undone=True)
        ),
        BENOIT,
    ),
    "one_payment_under_two_addresses": (
        lambda counter: counter.office.hears(session("2026-03-02", BENOIT, payment="pi_9")),
        BENOIT,
    ),
    "a_member_of_the_same_name": (lambda counter: counter.office.hears(member("2026-03-02", BENOIT)), BENOIT),
}


@pytest.mark.parametrize(("happens", "verified"), SHARED.values(), ids=SHARED)
def test_13_and_14_a_mailbox_opens_what_is_known_of_it_and_of_no_other(
    happens: Callable[[Counter], object], verified: str
) -> None:
    counter = Counter()
    counter.office.hears(session("2026-03-01", customer="cus_canary", number="IM-A1042"))
    happens(counter)
    counter.asked(verified=verified)
    counter.drafts()
    for package in counter.office.packages.held.values():
        for piece in unpacked(package):
            assert b"cus_canary" not in piece
            assert b"IM-A1042" not in piece


# ---------------------------------------------------------------- 17: a false "we hold nothing"


KEPT: dict[str, Callable[[Counter], object]] = {
    "an_order": lambda counter: counter.office.hears(session("2026-03-01")),
    "a_charge_alone": lambda counter: counter.office.hears(charge("2026-03-01")),
    "an_account_alone": lambda counter: counter.office.hears(customer("2026-03-01")),
    "a_subscription": lambda counter: counter.office.hears(member("2026-03-01")),
    "a_merged_address": lambda counter: counter.office.hears(
        session("2026-03-01", BENOIT), *merged("2026-04-01", CAMILLE, BENOIT)
    ),
    "stripe_alone": lambda counter: counter.office.stripe.held["customer"].append(
        {"id": "cus_7", "object": "customer", "email": CAMILLE, "created": 1}
    ),
    "mailchimp_alone": lambda counter: counter.office.mailchimp.members.update(
        {("list1", CAMILLE): {"email_address": CAMILLE, "status": "subscribed"}}
    ),
    "a_checkout_of_a_guest": lambda counter: counter.office.stripe.held["checkout_session"].append(
        {"id": "cs_7", "object": "checkout.session", "customer_details": {"email": CAMILLE}, "created": 1}
    ),
}


@pytest.mark.parametrize("keeps", KEPT.values(), ids=KEPT)
def test_17_nobody_of_whom_anything_is_held_anywhere_is_told_that_nothing_is(
    keeps: Callable[[Counter], object],
) -> None:
    counter = Counter()
    keeps(counter)
    counter.asked()
    assert counter.drafts() == "drafted"
    draft = counter.case.draft("access")
    assert draft is not None
    assert draft.text("plan") == "access"
    assert counter.office.packages.held


# ---------------------------------------------------------------- 18, 20: sabotage, and what comes in between


MEANWHILE: dict[str, Callable[[ErasureOffice], object]] = {
    "an_order": lambda office: office.hear(session("2026-11-21", payment="pi_2")),
    "a_large_order": lambda office: office.hear(session("2026-11-21", payment="pi_3", amount=500_00)),
    "a_dispute": lambda office: office.hear(dispute("2026-11-21", "needs_response")),
    "a_numbered_order": lambda office: office.hear(session("2026-11-20", payment="pi_5", number="1055")),
    "two_orders": lambda office: office.hear(
        session("2026-11-20", payment="pi_6"), session("2026-11-21", payment="pi_7")
    ),
    "a_paid_order_without_account": lambda office: office.hear(charge("2026-11-21", payment="pi_8")),
    "a_dispute_and_an_order": lambda office: office.hear(
        dispute("2026-11-21", "needs_response"), session("2026-11-21", payment="pi_2")
    ),
    "an_order_under_a_new_account": lambda office: office.hear(
        session("2026-11-21", payment="pi_4", customer="cus_9")
    ),
}


@pytest.mark.parametrize("comes", MEANWHILE.values(), ids=MEANWHILE)
def test_20_what_arrives_between_approval_and_erasure_sends_the_plan_back_and_deletes_nothing(
    comes: Callable[[ErasureOffice], object],
) -> None:
    office = ErasureOffice()
    office.hear(session("2026-03-01"), charge("2026-03-01"), member("2026-02-01"))
    office.asks()
    office.drafts()
    effect = office.approves()
    comes(office)
    before = {(fact.filed_under, fact.key) for fact in office.facts()}
    assert office.carries_out(effect) == "changed"
    assert before <= {(fact.filed_under, fact.key) for fact in office.facts()}
    assert not office.mailchimp.forgotten
    assert not office.stripe.deleted


SABOTAGE: dict[str, dict[str, Any]] = {
    "staff_alone": {"by": STAFF},
    "another_digest": {"digest": "0" * 64},
    "no_digest_at_all": {"digest": "-"},
    "a_part_of_the_digest": {"digest": "3f"},
}


@pytest.mark.parametrize("how", SABOTAGE.values(), ids=SABOTAGE)
def test_18_no_erasure_begins_without_the_dpo_and_the_plan_that_was_seen(how: dict[str, Any]) -> None:
    counter = Counter()
    counter.office.hears(session("2026-03-01"))
    counter.asked(Right.ERASURE)
    assert counter.drafts("erasure") == "drafted"
    with pytest.raises(IllegalTransition):
        counter.approves("erasure", **how)
    assert counter.item("erasure").state is State.AWAITING_APPROVAL
    assert not [effect for effect in owed(counter.case) if effect.does is Does.CARRY_OUT]


@pytest.mark.parametrize("many", [2, 3, 5, 8])
def test_18_a_flood_of_the_same_request_is_one_case_and_one_question(many: int) -> None:
    found = shop(on_file=True)
    for _ in range(many):
        found.arrives(message(found, CAMILLE, ASKS, subject="Bonjour", dmarc="none", path=THIEF))
    assert len(found.cases) == 1
    assert sum(b"/confirm/" in raw for *_, raw in found.post.taken) <= 1


# ---------------------------------------------------------------- 19: links


@pytest.fixture
def asked() -> Shop:
    found = shop(on_file=True)
    found.arrives(message(found, CAMILLE, ASKS, subject="Bonjour"))
    assert found.secret()
    return found


GUESSES: dict[str, Callable[[str], str]] = {
    "nothing": lambda _: "",
    "the_last_letter_changed": lambda secret: secret[:-2] + ("A" if secret[-2] != "A" else "B") + secret[-1],
    "one_letter_less": lambda secret: secret[:-1],
    "one_letter_more": lambda secret: secret + "A",
    "letters_swapped_in_case": str.swapcase,
    "its_digest": lambda secret: base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest())[
        :43
    ].decode(),
    "its_digest_as_stored": lambda secret: hashlib.sha256(secret.encode()).hexdigest(),
    "the_case_number": lambda _: "IM-2026-000001",
    "a_path": lambda secret: f"../confirm/{secret}",
    "a_query": lambda secret: f"{secret}?x",
    "a_line_after_it": lambda secret: f"{secret}\n",
    "full_width": lambda secret: secret[:-1] + "Ａ",
    "five_thousand_letters": lambda secret: secret * 100,
}


@pytest.mark.parametrize("guess", GUESSES.values(), ids=GUESSES)
def test_19_no_guess_at_a_link_opens_it_and_all_get_the_same_page(
    asked: Shop, guess: Callable[[str], str]
) -> None:
    wrong = guess(asked.secret())
    assert asked.looks(wrong) == asked.looks("x" * 43)
    assert asked.presses(wrong) == asked.presses("x" * 43)
    assert not asked.item("access").identity


LOOKS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a_scanner_looks": ("GET", "confirm/TOKEN", {}),
    "a_scanner_looks_with_a_body": ("GET", "confirm/TOKEN", {"body": "lang=fr"}),
    "a_head_request": ("HEAD", "confirm/TOKEN", {}),
    "an_options_request": ("OPTIONS", "confirm/TOKEN", {}),
    "a_put": ("PUT", "confirm/TOKEN", {}),
    "an_empty_press": ("POST", "confirm/TOKEN", {"body": ""}),
    "a_press_of_something_else": ("POST", "confirm/TOKEN", {"body": "lang=fr&confirm=1"}),
    "a_press_as_json": ("POST", "confirm/TOKEN", {"body": '{"lang": "fr"}'}),
    "a_mail_program_s_one_click": ("POST", "confirm/TOKEN", {"body": "List-Unsubscribe=One-Click"}),
    "as_the_link_of_a_document": ("GET", "document/TOKEN", {}),
    "as_a_document_that_is_there": ("GET", "document/TOKEN/done", {}),
}


@pytest.mark.parametrize(("method", "page", "more"), LOOKS.values(), ids=LOOKS)
def test_19_nothing_but_the_button_counts(asked: Shop, method: str, page: str, more: dict[str, Any]) -> None:
    before = asked.case(), dict(asked.tokens.held)
    for _ in range(2):
        asked.asks_page(method, page, asked.secret(), **more)
    assert (asked.case(), dict(asked.tokens.held)) == before


def test_19_a_link_is_used_once_and_dies_of_age(asked: Shop) -> None:
    secret = asked.secret()
    asked.now += timedelta(days=9)
    assert asked.presses(secret) == asked.presses("x" * 43)
    assert not asked.item("access").identity
    asked.now -= timedelta(days=9)
    asked.presses(secret)
    verified = [step for step in asked.case().steps if step.kind is Kind.IDENTITY_VERIFIED]
    asked.presses(secret)
    assert [step for step in asked.case().steps if step.kind is Kind.IDENTITY_VERIFIED] == verified
    assert len(verified) == 1


def test_19_a_link_verifies_its_own_case_and_mailbox_alone(asked: Shop) -> None:
    asked.arrives(message(asked, THIEF, ASKS, subject="Bonjour"))
    asked.presses(asked.secret(case="IM-2026-000002"))
    assert not asked.item("access").identity
    (verified,) = [s for s in asked.case("IM-2026-000002").steps if s.kind is Kind.IDENTITY_VERIFIED]
    assert verified.text("address") == THIEF


def test_19_no_secret_is_kept_where_somebody_could_read_it(asked: Shop) -> None:
    secret = asked.secret()
    assert secret not in str(asked.log.cases)
    assert secret not in str(asked.tokens.held)
    assert email() in str(asked.tokens.held)
