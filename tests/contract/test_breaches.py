"""Records of breaches, in memory and in DynamoDB, are held to the same behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from moto import mock_aws

from privacy.domain.breach import Breach, Did, Entry, add, opened
from privacy.outbound.dynamodb_breaches import DynamoBreaches
from privacy.outbound.dynamodb_due import DynamoDueIndex
from privacy.outbound.dynamodb_registry_purge import DynamoRegistryPurge
from privacy.ports.breaches import BreachConflict, Breaches
from tests.fakes import MemoryBreaches
from tests.tables import DUE_KEYS, empty_table
from tests.telling import at

KNOWN = at("2027-03-05T08:00")
FIRST = Entry(Did.OPENED, KNOWN, "alix", "c1", "an answer went astray", KNOWN, "nature", "IM-2027-000123")
DUE, END = date(2027, 3, 8), date(2032, 3, 5)


@pytest.fixture(params=["memory", "dynamodb"])
def breaches(request: pytest.FixtureRequest) -> Iterator[Breaches]:
    if request.param == "memory":
        yield MemoryBreaches()
        return
    with mock_aws():
        yield DynamoBreaches(empty_table("registry", due=DUE_KEYS), "registry")


def _then(breach: Breach, did: Did, **more: Any) -> Breach:
    entry = replace(FIRST, did=did, command=f"c{breach.version + 1}", topic="", request="", **more)
    return add(breach, entry, 72)


def test_a_breach_grows_by_an_entry_at_a_time_and_is_read_as_it_was_written(breaches: Breaches) -> None:
    breach = opened("BR-1", FIRST)
    assert breaches.get("BR-1") is None
    breaches.file(breach, DUE)
    assert breaches.get("BR-1") == breach
    longer = _then(breach, Did.TOLD_AUTHORITY, reference="CNIL 12/34")
    breaches.file(longer, DUE)
    assert breaches.get("BR-1") == longer
    assert [*breaches.open()] == [longer]
    assert [*breaches.closed()] == []


def test_of_two_who_add_at_once_one_is_told_to_read_again(breaches: Breaches) -> None:
    breach = opened("BR-1", FIRST)
    breaches.file(breach, DUE)
    with pytest.raises(BreachConflict):
        breaches.file(opened("BR-1", replace(FIRST, words="another")), DUE)
    mine, theirs = _then(breach, Did.NOTED, words="mine"), _then(breach, Did.NOTED, words="theirs")
    breaches.file(theirs, DUE)
    with pytest.raises(BreachConflict):
        breaches.file(mine, DUE)
    assert breaches.get("BR-1") == theirs


def test_what_is_closed_is_listed_apart(breaches: Breaches) -> None:
    for id_ in ("BR-1", "BR-2"):
        breaches.file(opened(id_, FIRST), DUE)
    breach = opened("BR-1", FIRST)
    for did in (Did.NO_RISK, Did.CLOSED):
        breach = _then(breach, did)
        breaches.file(breach, END)
    assert [found.id for found in breaches.open()] == ["BR-2"]
    assert [*breaches.closed()] == [breach]


def test_r34_only_what_is_closed_stands_where_the_purge_looks_and_goes_on_its_day() -> None:
    with mock_aws():
        client = empty_table("registry", due=DUE_KEYS)
        breaches = DynamoBreaches(client, "registry")
        index = DynamoDueIndex(client, "registry", [f"breach#{n}" for n in range(8)])
        breach = opened("BR-1", FIRST)
        breaches.file(breach, DUE)
        assert [due for shard in index.shards for due in index.page(shard, END, None, 9).due] == []
        for did in (Did.NO_RISK, Did.CLOSED):
            breach = _then(breach, did)
            breaches.file(breach, END)
        (due,) = [due for shard in index.shards for due in index.page(shard, END, None, 9).due]
        assert due == ("breach#BR-1", "record", END)
        registry = DynamoRegistryPurge(client, "registry")
        assert not registry.drop(due[:2], date(2032, 3, 4))
        assert registry.drop(due[:2], END)
        assert breaches.get("BR-1") is None
