"""Redactions that are owed: DynamoDB's and the fake's, by one test each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from moto import mock_aws

from privacy.domain.redaction import Redaction
from privacy.operations.retention.due_shards import SHARDS
from privacy.operations.retention.purge_batch import REDACTION
from privacy.outbound.dynamodb_due import DynamoDueIndex
from privacy.outbound.dynamodb_redactions import DynamoRedactions
from privacy.ports.redactions import OwedRedactions, RedactionConflict
from tests.fakes import MemoryRedactions
from tests.tables import DUE_KEYS, empty_table

OWED = Redaction("ab12", 1, ("cs_1", "pi_1"), date(2026, 11, 22), date(2026, 11, 23))
KEY = ("redaction#ab12", "1")


@pytest.fixture(params=["dynamodb", "memory"])
def store(request: pytest.FixtureRequest) -> Iterator[OwedRedactions]:
    if request.param == "memory":
        yield MemoryRedactions()
        return
    with mock_aws():
        yield DynamoRedactions(empty_table("registry", due=DUE_KEYS), "registry")


def test_what_is_owed_already_stays_as_it_is(store: OwedRedactions) -> None:
    assert store.owe(OWED)
    assert not store.owe(OWED._replace(objects=("pi_9",)))
    assert store.get(KEY) == OWED
    assert store.get(("redaction#nobody", "1")) is None


def test_everything_of_it_is_kept_and_its_parts_are_found_together(store: OwedRedactions) -> None:
    store.owe(OWED)
    store.owe(OWED._replace(part=2, objects=("cus_1",)))
    store.owe(OWED._replace(id="ab13"))
    asked = store.save(OWED._replace(job="prj_1", asked=2, asked_on=date(2026, 11, 24), failed=1))
    assert asked == OWED._replace(job="prj_1", asked=2, asked_on=date(2026, 11, 24), failed=1, version=1)
    assert [each.part for each in store.of("ab12")] == [1, 2]
    assert store.of("ab12")[0] == asked


def test_whoever_read_it_before_somebody_else_wrote_changes_nothing(store: OwedRedactions) -> None:
    store.owe(OWED)
    later = store.save(OWED._replace(job="prj_1"))
    with pytest.raises(RedactionConflict):
        store.save(OWED._replace(job="prj_2"))
    with pytest.raises(RedactionConflict):
        store.settle(OWED)
    assert store.get(KEY) == later
    store.settle(later)
    assert store.get(KEY) is None
    with pytest.raises(RedactionConflict):
        store.save(later)


def test_it_stands_in_the_index_by_the_day_of_the_next_look() -> None:
    with mock_aws():
        client = empty_table("registry", due=DUE_KEYS)
        store = DynamoRedactions(client, "registry")
        store.owe(OWED)
        store.save(OWED._replace(due_on=date(2026, 11, 29)))
        index = DynamoDueIndex(client, "registry", SHARDS[REDACTION])
        assert [index.page(s, date(2026, 11, 28), None, 9).due for s in index.shards if index] == [[]] * 8
        found = [page for s in index.shards for page in index.page(s, date(2026, 11, 29), None, 9).due]
        assert found == [(*KEY, date(2026, 11, 29))]
