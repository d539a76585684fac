"""Everybody in the projection, page by page: in memory and in DynamoDB alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from moto import mock_aws

from privacy.domain.projection import Holding, PeopleChanges, Pointer, Repointed
from privacy.outbound.dynamodb_people import DynamoPeople
from privacy.outbound.dynamodb_summaries import DynamoSummaries
from privacy.ports import PeopleStore, Summaries
from tests.contract.test_stores import tables
from tests.fakes import MemoryLedger, MemoryPeople, MemorySummaries


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[tuple[PeopleStore, Summaries]]:
    if request.param == "memory":
        people = MemoryPeople(MemoryLedger())
        yield people, MemorySummaries(people)
        return
    with mock_aws():
        client = tables()
        yield DynamoPeople(client, "people", "ledger"), DynamoSummaries(client, "people")


def everybody(summaries: Summaries) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    after = None
    while True:
        people, after = summaries.page(after)
        found |= dict(people)
        if after is None:
            return found


def test_everybody_is_found_once_and_whoever_was_merged_is_not(
    stores: tuple[PeopleStore, Summaries],
) -> None:
    people, summaries = stores
    summary = {
        "orders": 2,
        "facts": 3,
        "standings": {"email#1#a": {"refused": True}},
        "clock_due_on": "2030-01-01",
    }
    for n in range(7):
        content: dict[str, object] = {"alias_of": "person-0"} if n == 6 else dict(summary)
        people.save(
            PeopleChanges(
                expected={f"person-{n}": 0},
                summaries={f"person-{n}": content},
                holdings={(f"person-{n}", f"i{n}"): Holding(owned=True, filed=True)},
                pointers={f"i{n}": Repointed(None, Pointer(f"person-{n}"))},
            )
        )
    found = everybody(summaries)
    assert sorted(found) == [f"person-{n}" for n in range(6)]
    assert dict(found["person-3"]) == summary
