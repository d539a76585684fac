"""What an operator enters of orders: recorded once, in whatever run, and never against what stands already."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import pytest

from privacy import policy
from privacy.domain.facts import Fact
from privacy.domain.person import Person
from privacy.domain.shop_orders import AddedOrder, Delivery, Implausible
from privacy.operations.people.enter_orders import Book, Entered, add_orders, tell_deliveries
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.operations.people.neighbourhood import read_neighbourhood
from tests.fakes import MemoryLedger, MemoryPeople, MemoryRegistry
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, at, email, session

POLICY = policy.load()
NOW = at("2026-11-22T10:00")
ORDER = AddedOrder("B-1", CAMILLE, date(2026, 11, 20), 4990)


class Shop:
    """A ledger, its projection, and an operator at the desk."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.stores = Stores(self.ledger, MemoryPeople(self.ledger), MemoryRegistry())
        self._ids = (f"person-{n}" for n in itertools.count(1))

    def book(self, *, write: bool = True, by: str = "alix", now: datetime = NOW) -> Book:
        return Book(self.stores, POLICY, PSEUDONYMS, by, now, write=write)

    def sold(self, payment: str, number: str, who: str = CAMILLE) -> None:
        told = session("2026-11-01", who, payment=payment, number=number)
        self.hear(replace(told, identifiers=(*told.identifiers, PSEUDONYMS.order_number(number))))

    def hear(self, *facts: Fact) -> None:
        for fact in facts:
            self.ledger.append(fact)
        self.fold()

    def fold(self) -> None:
        for partition in list(self.ledger.partitions):
            fold_people(
                {partition}, stores=self.stores, policy=POLICY, now=NOW, new_id=lambda: next(self._ids)
            )

    def person(self, who: str = CAMILLE) -> Person:
        found = read_neighbourhood([email(who)], ledger=self.ledger, people=self.stores.people, policy=POLICY)
        return found.folding.people()[1][email(who)]

    def told(self) -> Sequence[Fact]:
        facts = [fact for held in self.ledger.partitions.values() for fact in held.values()]
        return [fact for fact in facts if fact.source == "shop"]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_an_added_order_becomes_its_buyers_order_and_says_who_entered_it(shop: Shop) -> None:
    order = replace(ORDER, profile={"name": "Camille Durand", "customer_number": "C-7"})
    assert add_orders([order], shop.book()) == [Entered.NEW]
    shop.fold()
    camille = shop.person()
    assert [(o.number, o.amount, o.paid) for o in camille.orders] == [("B-1", 4990, True)]
    assert {n: k.value for n, k in camille.profile.items()} == {
        "customer_number": "C-7",
        "email": CAMILLE,
        "name": "Camille Durand",
    }
    assert [fact.group("entry") for fact in shop.told()] == [{"by": "alix"}]
    assert CAMILLE not in "".join(fact.filed_under + fact.key for fact in shop.told())


def test_a_dry_run_writes_nothing(shop: Shop) -> None:
    assert add_orders([ORDER], shop.book(write=False)) == [Entered.NEW]
    assert tell_deliveries([Delivery(date(2026, 11, 21), "B-1")], shop.book(write=False)) == [Entered.WAITING]
    assert shop.told() == []


def test_the_same_line_again_is_known_whoever_enters_it_and_another_is_a_conflict(shop: Shop) -> None:
    add_orders([ORDER], shop.book())
    again = [ORDER, replace(ORDER, number=" b-1 "), replace(ORDER, email=BENOIT), replace(ORDER, amount=1)]
    for write in (False, True):
        outcomes = add_orders(again, shop.book(write=write, by="max"))
        assert outcomes == [Entered.KNOWN, Entered.CONFLICT, Entered.CONFLICT, Entered.CONFLICT]
    (fact,) = shop.told()
    assert fact.group("order")["amount"] == 4990


def test_an_order_that_stripe_knows_by_its_number_is_not_added(shop: Shop) -> None:
    shop.sold("pi_1", "B-1", BENOIT)
    assert add_orders([ORDER], shop.book()) == [Entered.TAKEN]
    assert shop.told() == []


def test_a_delivery_that_was_told_before_its_order_waits_for_it(shop: Shop) -> None:
    delivery = Delivery(date(2026, 11, 21), "1042")
    assert tell_deliveries([delivery], shop.book()) == [Entered.WAITING]
    shop.fold()
    assert tell_deliveries([delivery], shop.book()) == [Entered.KNOWN]
    assert add_orders([replace(ORDER, number="1042")], shop.book(write=False)) == [Entered.NEW]
    shop.sold("pi_1", "1042")
    assert [o.delivered_on for o in shop.person().orders] == [date(2026, 11, 21)]


@pytest.mark.parametrize(
    "delivery", [Delivery(date(2026, 11, 21), "1042"), Delivery(date(2026, 11, 21), payment="pi_1")]
)
def test_a_delivery_finds_its_order_by_number_and_by_payment(shop: Shop, delivery: Delivery) -> None:
    shop.sold("pi_1", "1042")
    assert tell_deliveries([delivery], shop.book()) == [Entered.NEW]
    shop.fold()
    assert [o.delivered_on for o in shop.person().orders] == [date(2026, 11, 21)]


def test_another_day_is_a_conflict_until_it_is_called_a_correction(shop: Shop) -> None:
    shop.sold("pi_1", "1042")
    right, wrong = Delivery(date(2026, 11, 21), "1042"), Delivery(date(2026, 11, 12), "1042")
    later = [at(f"2026-11-2{n}") for n in (3, 4, 5)]
    tell_deliveries([wrong], shop.book())
    assert tell_deliveries([right], shop.book(now=later[0])) == [Entered.CONFLICT]
    for day, now in zip((right, wrong, right), later, strict=True):
        assert tell_deliveries([day], shop.book(now=now), correct=True) == [Entered.NEW]
        shop.fold()
        assert [o.delivered_on for o in shop.person().orders] == [day.delivered_on]
    assert tell_deliveries([right], shop.book(), correct=True) == [Entered.KNOWN]


def test_the_day_that_came_with_an_added_order_counts_as_entered(shop: Shop) -> None:
    add_orders([replace(ORDER, delivered_on=date(2026, 11, 21))], shop.book())
    shop.fold()
    outcomes = tell_deliveries(
        [Delivery(date(2026, 11, 21), "B-1"), Delivery(date(2026, 11, 22), "B-1")], shop.book()
    )
    assert outcomes == [Entered.KNOWN, Entered.CONFLICT]


def test_a_number_of_two_buyers_is_refused_and_their_payments_are_not(shop: Shop) -> None:
    shop.sold("pi_1", "1042")
    shop.sold("pi_2", "1042", BENOIT)
    day = date(2026, 11, 21)
    assert tell_deliveries([Delivery(day, "1042"), Delivery(day, payment="pi_2")], shop.book()) == [
        Entered.AMBIGUOUS,
        Entered.NEW,
    ]
    shop.fold()
    assert [o.delivered_on for who in (CAMILLE, BENOIT) for o in shop.person(who).orders] == [None, day]


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("entered", "reason"),
    [
        (replace(ORDER, number=" "), "number is missing"),
        (replace(ORDER, number="1" * 101), "more than 100"),
        (replace(ORDER, number="1\n2"), "characters that are none"),
        (replace(ORDER, email="camille"), "no e-mail address"),
        (replace(ORDER, ordered_on=date(2026, 11, 23)), "in the future"),
        (replace(ORDER, ordered_on=date(1999, 12, 31)), "before 2000"),
        (replace(ORDER, amount=0), "more than nothing"),
        (replace(ORDER, amount=100_000_001), "a million"),
        (replace(ORDER, delivered_on=date(2026, 11, 19)), "before it was ordered"),
        (replace(ORDER, delivered_on=date(2026, 11, 23)), "in the future"),
        (replace(ORDER, profile={"name": "x" * 201}), "more than 200"),
        (Delivery(TODAY), "either"),
        (Delivery(TODAY, "1042", "pi_1"), "either"),
        (Delivery(TODAY, payment="camille@example.fr"), "no payment"),
        (Delivery(date(2026, 11, 23), "1042"), "in the future"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason_and_without_its_value(
    entered: AddedOrder | Delivery, reason: str
) -> None:
    with pytest.raises(Implausible, match=reason) as refused:
        entered.checked(TODAY)
    assert "camille" not in str(refused.value)
