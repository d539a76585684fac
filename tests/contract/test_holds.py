"""Operators' holds, in memory and in DynamoDB, are held to the same behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from moto import mock_aws

from privacy.outbound.dynamodb_holds import DynamoHolds
from privacy.ports.retention import LegalHold, LegalHolds
from tests.fakes import MemoryHolds
from tests.tables import DUE_KEYS, empty_table
from tests.telling import at

HOLD = LegalHold("person-1", "legal", "a claim", "anne", at("2026-11-22T10:00"), date(2027, 1, 15))


@pytest.fixture(params=["memory", "dynamodb"])
def holds(request: pytest.FixtureRequest) -> Iterator[LegalHolds]:
    if request.param == "memory":
        yield MemoryHolds()
        return
    with mock_aws():
        yield DynamoHolds(empty_table("registry", due=DUE_KEYS), "registry")


def test_a_hold_is_found_by_any_of_the_ids_until_it_is_released(holds: LegalHolds) -> None:
    other = HOLD._replace(kind="restriction", review_on=date(2026, 12, 1))
    holds.place(HOLD)
    holds.place(other)
    assert holds.of(["person-2", "person-1"]) == [other, HOLD]
    assert holds.of(["person-2"]) == []
    assert holds.of([]) == []
    assert holds.release("person-1", "legal")
    assert not holds.release("person-1", "legal")
    assert holds.of(["person-1"]) == [other]


def test_placed_again_it_has_another_reason_and_review_day(holds: LegalHolds) -> None:
    holds.place(HOLD)
    again = HOLD._replace(reason="the claim goes on", since=at("2027-01-16"), review_on=date(2027, 6, 1))
    holds.place(again)
    assert holds.of(["person-1"]) == [again]


def test_restrictions_of_two_cases_are_two_and_each_is_released_by_its_own(holds: LegalHolds) -> None:
    first = HOLD._replace(kind="restriction", case="IM-2026-000001")
    second = first._replace(case="IM-2026-000002")
    holds.place(second)
    holds.place(first)
    assert holds.of(["person-1"]) == [first, second]
    assert not holds.release("person-1", "restriction")
    assert holds.release("person-1", "restriction", "IM-2026-000001")
    assert holds.of(["person-1"]) == holds.all() == [second]


def test_every_hold_is_listed_the_next_review_first(holds: LegalHolds) -> None:
    days = (date(2027, 3, 1), date(2027, 1, 1), date(2027, 2, 1))
    placed = [HOLD._replace(person=f"person-{day.month}", review_on=day) for day in days]
    for hold in placed:
        holds.place(hold)
    assert holds.all() == sorted(placed, key=lambda hold: hold.review_on)
    holds.release("person-1", "legal")
    assert [hold.person for hold in holds.all()] == ["person-2", "person-3"]
