"""Who lost the mailbox may know two facts of the last order; guesses, and what was told before, are none (A6, E74)."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from privacy.domain.identity_facts import LastOrder, digests_of, shown
from privacy.domain.request import State
from privacy.domain.request_effects import owed
from privacy.domain.request_steps import Flag, Kind, Step
from privacy.domain.rights import Right
from privacy.operations.identity.ask_identity import fact_digest
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.operations.people.last_order import last_order
from tests.fakes import MemoryLedger, MemoryPeople, MemoryRegistry
from tests.identifying import House
from tests.requesting import CASE, POLICY, STAFF, THANKS, asks, mail, shopping
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, at, email, fact, session

NEW = "c.durand.perso@example.org"
ORDER = LastOrder("IM-A1042", "75011", "2026-03")
DIGEST = fact_digest(PSEUDONYMS, CASE)
RIGHT = digests_of(ORDER, DIGEST)


@pytest.fixture
def house() -> House:
    house = House(known={CAMILLE})
    house.brings(mail(sender=NEW, text="Je n'ai plus mon ancienne adresse."), asks(Right.ACCESS))
    house.works()
    said: dict[str, Any] = {"items": ("access",), "level": "L2", "doubt": True, "address": CAMILLE}
    house.does(Step(Kind.IDENTITY_ASKED, house.now, STAFF, said={**said, "facts": RIGHT}))
    house.works()
    return house


def answers(house: House, text: str, mail_id: str = "mail8", **more: Any) -> None:
    sent = [step for step in house.case().steps if step.text("effect") == house.letter("IDENTITY_L2").id]
    (message_id,) = (step.text("message_id") for step in sent if step.text("message_id"))
    said = {"sender": NEW, "in_reply_to": (message_id,), **more}
    house.brings(mail(mail_id, "2026-11-24T10:00", text=text, **said), THANKS)


def test_e74_two_facts_open_that_record_and_the_answer_goes_where_it_was_asked(house: House) -> None:
    assert house.recipient("IDENTITY_L2") == NEW
    answers(house, "Bonjour,\n\nC'était la commande n° IM-A1042, livrée au 75011.\n\nCamille")
    item, verified = house.item("access"), house.case().steps[-1]
    assert (item.state, item.identity) == (State.IN_PROGRESS, "L2")
    assert (verified.text("method"), verified.text("address")) == ("facts", CAMILLE)
    assert house.case().flags == {}
    kept = [step.said for step in house.case().steps]
    assert "75011" not in str(kept)
    assert "A1042" not in str(kept).upper().replace("IM-2026", "")


@pytest.mark.parametrize(
    ("text", "how_many"),
    [
        ("commande im-a1042, mars 2026", 2),
        ("75 011, au mois de mars", 2),
        ("Order IM-A1042 in March, postcode 75011", 3),
        ("03/2026 et 75011", 2),
        ("le 12/03/2026, 75011", 2),
        ("2026-03, IM-A1042", 2),
        ("commande IM-A1042", 1),
        ("c'était la 1042, livrée au 75011", 2),
        ("la 042, livrée au 75011", 1),
        ("mars 2025, 75011", 1),
        ("avril 2026, 75012, IM-A1043", 0),
        ("75011 75012 75013 et mars", 1),
        ("janvier, février ou mars, IM-A1042", 1),
        ("A1 B22 C33 D44 E55 IM-A1042 75011", 1),
        ("> IM-A1042\n> 75011\nje ne sais plus", 0),
        ("", 0),
    ],
)
def test_facts_are_found_as_people_write_them_and_lists_of_guesses_are_none(text: str, how_many: int) -> None:
    assert shown(text, [], RIGHT, DIGEST) == how_many


def test_what_was_said_before_it_was_asked_counts_for_nothing() -> None:
    first = "Je suis Camille Durand, commande IM-A1042 de mars 2026, 75011 Paris."
    assert shown("IM-A1042, 75011", [first], RIGHT, DIGEST) == 0


def test_the_first_mail_of_the_case_is_read_for_that() -> None:
    house = House(known={CAMILLE})
    house.brings(mail(sender=NEW, text="Ma commande IM-A1042, livrée au 75011 !"), asks(Right.ACCESS))
    house.works()
    said: dict[str, Any] = {"items": ("access",), "level": "L2", "doubt": True, "address": CAMILLE}
    house.does(Step(Kind.IDENTITY_ASKED, house.now, STAFF, said={**said, "facts": RIGHT}))
    house.works()
    answers(house, "Commande IM-A1042, 75011")
    assert house.item("access").state is State.IDENTITY_PENDING
    assert house.case().flags[Flag.NEEDS_HUMAN] == ("reply",)


def test_after_two_tries_a_person_reads_what_comes(house: House) -> None:
    answers(house, "IM-9, 75001", "mail5")
    answers(house, "IM-8, 75002", "mail6")
    answers(house, "IM-A1042, 75011", "mail7")
    assert house.item("access").state is State.IDENTITY_PENDING
    assert Flag.NEEDS_HUMAN in house.case().flags


@pytest.mark.parametrize(
    "more",
    [{"in_reply_to": ()}, {"sender": BENOIT}, {"automatic": "auto_reply"}, {"in_reply_to": ("ses-1",)}],
)
def test_facts_from_elsewhere_prove_nothing(house: House, more: dict[str, Any]) -> None:
    answers(house, "IM-A1042, 75011", **more)
    assert house.item("access").state is State.IDENTITY_PENDING


def test_digests_of_one_case_are_of_no_use_in_another_and_say_nothing() -> None:
    other = digests_of(ORDER, fact_digest(PSEUDONYMS, "IM-2026-000002"))
    assert set(other).isdisjoint(RIGHT)
    assert len(RIGHT) == 5
    assert digests_of(LastOrder(None, None, None), DIGEST) == ()


def test_the_last_paid_order_is_the_one_that_is_asked_about() -> None:
    ledger = MemoryLedger()
    registry, ids = MemoryRegistry(), (f"person-{n}" for n in itertools.count())
    stores = Stores(ledger, MemoryPeople(ledger), registry)
    ledger.append(session("2025-01-10", payment="pi_old", number="IM-A1"))
    told = {"placed_at": at("2026-03-31T22:30").isoformat(), "payment": "pi_new", "number": "IM-A1042"}
    ledger.append(
        fact(
            "checkout.session.completed",
            "2026-03-31T22:30",
            email(),
            "stripe_payment#pi_new",
            subject="stripe_payment#pi_new",
            order={**told, "session": "cs_new", "amount": 8000, "currency": "eur", "payment_status": "paid"},
            delivery={"postal_code": "75011"},
        )
    )
    fold_people({email()}, stores=stores, policy=POLICY, now=at("2026-11-22"), new_id=lambda: next(ids))
    # half past midnight on 1 April in Paris
    assert last_order([email()], stores=stores, policy=POLICY) == LastOrder("IM-A1042", "75011", "2026-04")
    assert last_order([email(BENOIT)], stores=stores, policy=POLICY) is None


def test_a_number_that_was_told_before_is_none_in_another_spelling_either() -> None:
    """What the first message said was perhaps read elsewhere."""
    assert shown("la 1042, au 75011", ["commande IM-A1042"], RIGHT, DIGEST) == 1
    assert shown("la IM-A1042, au 75011", ["commande 1042"], RIGHT, DIGEST) == 1


@pytest.mark.parametrize(
    ("text", "forwarded"),
    [
        ("Commande 1099, code postal 13001.", False),
        ("Où est mon colis, commande IM-A1042 ?", True),
    ],
)
def test_e74_facts_that_we_asked_for_are_no_matter_for_customer_service(
    house: House, text: str, *, forwarded: bool
) -> None:
    sent = [step for step in house.case().steps if step.text("effect") == house.letter("IDENTITY_L2").id]
    (message_id,) = (step.text("message_id") for step in sent if step.text("message_id"))
    house.brings(
        mail("mail8", "2026-11-24T10:00", text=text, sender=NEW, in_reply_to=(message_id,)), shopping()
    )
    assert any(each.does == "forward" for each in owed(house.case())) is forwarded
    assert house.case().flags[Flag.NEEDS_HUMAN] == ("reply",), "a person reads it either way"
