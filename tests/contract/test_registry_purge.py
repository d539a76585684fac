"""Taking the registry's items away, in memory and in DynamoDB, is held to the same behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import boto3
import pytest
from moto import mock_aws

from privacy.domain.consent import State, Suppression
from privacy.domain.note import Note
from privacy.domain.runs import Run
from privacy.outbound.dynamodb import from_wire
from privacy.outbound.dynamodb_notes import DynamoNotes
from privacy.outbound.dynamodb_receipts import DynamoReceipts
from privacy.outbound.dynamodb_registry import DynamoRegistry
from privacy.outbound.dynamodb_registry_purge import DynamoRegistryPurge
from privacy.outbound.dynamodb_runs import DynamoRuns
from privacy.ports import Registry
from privacy.ports.retention import NOBODY, Receipt, Receipts
from tests.fakes import MemoryReceipts, MemoryRegistry, MemoryRegistryPurge
from tests.telling import at, email

ENTRY = Suppression(email(), at("2023-11-22"), State.OBJECTED, "abuse", "mailchimp#1")
TODAY = date(2026, 11, 22)


@dataclass
class Stores:
    """table: every item as it stands, in DynamoDB alone."""

    registry: Registry
    receipts: Receipts
    purge: Any
    client: Any = None

    @property
    def table(self) -> list[dict[str, Any]]:
        return [from_wire(item) for item in self.client.scan(TableName="registry")["Items"]]


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        registry, receipts = MemoryRegistry(), MemoryReceipts()
        yield Stores(registry, receipts, MemoryRegistryPurge(registry, receipts))
        return
    with in_aws() as stores:
        yield stores


@contextmanager
def in_aws() -> Iterator[Stores]:
    """The registry's table, emulated."""
    with mock_aws():
        client: Any = boto3.client(
            "dynamodb", region_name="eu-west-3", aws_access_key_id="x", aws_secret_access_key="x"
        )
        keys = {"pk": "HASH", "sk": "RANGE"}
        client.create_table(
            TableName="registry",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
        )
        yield Stores(
            DynamoRegistry(client, "registry"),
            DynamoReceipts(client, "registry", lambda: TODAY),
            DynamoRegistryPurge(client, "registry"),
            client,
        )


def test_an_entry_is_looked_at_again_and_lifted_as_long_as_it_is_the_same(stores: Stores) -> None:
    assert stores.purge.entry_of(email()) is None
    stores.registry.suppress(ENTRY)
    assert stores.purge.entry_of(email()) == ENTRY
    assert stores.purge.look_again(ENTRY, date(2027, 1, 1))
    later = ENTRY.__class__(email(), at("2026-11-21"), State.WITHDRAWN, "manual", "contact#2")
    stores.registry.suppress(later)
    assert not stores.purge.look_again(ENTRY, date(2028, 1, 1))
    assert not stores.purge.lift(ENTRY)
    assert stores.registry.suppressions([email()]) == {email(): later}
    assert stores.purge.lift(later)
    assert not stores.purge.lift(later)
    assert stores.registry.suppressions([email()]) == {}


def test_a_receipt_loses_its_ids_and_keeps_its_counts(stores: Stores) -> None:
    lines = {"person-1": {"R6": 3}, "person-2": {"R6": 1, "R1": 2}}
    receipt = Receipt("run-1", "batch-1", "abc", at("2026-10-13T03:00"), lines, at("2026-10-13T03:01"))
    stores.receipts.begin(receipt)
    stores.receipts.finish(receipt)
    key = ("receipt#2026-10-13", "run-1#batch-1")
    assert stores.purge.filed(key) == receipt
    assert stores.purge.filed(("receipt#2026-10-13", "run-1#batch-2")) is None
    for _ in range(2):
        stores.purge.count_only(receipt, date(2032, 10, 13))
    assert stores.purge.filed(key) == receipt._replace(lines={NOBODY: {"R6": 4, "R1": 2}})
    stores.purge.drop_receipt(receipt)
    stores.purge.drop_receipt(receipt)
    assert stores.purge.filed(key) is None
    stores.purge.count_only(receipt, date(2032, 10, 13))
    assert stores.purge.filed(key) is None, "what went comes not back"


def test_r4_a_note_is_looked_at_again_until_it_goes_with_whom_it_is_about() -> None:
    with in_aws() as stores:
        notes = DynamoNotes(stores.client, "registry")
        notes.leave(Note("n1", "hosted_form", email(), "list1", "forgotten", "queued", at("2026-10-23")))
        (item,) = stores.table
        assert (item["due_shard"].partition("#")[0], item["due_on"]) == ("note", "2026-11-22")
        key = (item["pk"], item["sk"])
        assert stores.purge.note_about(key) == email()
        stores.purge.look_at_note_again(key, date(2026, 12, 22))
        assert not stores.purge.drop(key, TODAY)
        assert stores.purge.drop(key, date(2026, 12, 22))
        stores.purge.look_at_note_again(key, date(2027, 1, 1))
        assert stores.purge.note_about(key) is None
        assert notes.open() == []


def test_stamps_in_the_table_say_when_to_look_next() -> None:
    with in_aws() as stores:
        stores.registry.suppress(ENTRY)
        stores.purge.look_again(ENTRY, date(2027, 1, 1))
        receipt = Receipt("run-1", "batch-1", "abc", at("2026-10-13T03:00"), {"p": {"R6": 1}})
        stores.receipts.begin(receipt)
        stores.purge.count_only(receipt, date(2032, 10, 13))
        stands = {item["pk"].partition("#")[0]: item for item in stores.table}
    assert stands["suppression"]["due_on"] == "2027-01-01"
    assert stands["suppression"]["due_shard"].startswith("suppression#")
    assert stands["receipt"]["due_on"] == "2032-10-13"


def test_r26_r31_the_read_log_and_runs_stand_in_the_index_and_go_on_their_own_day() -> None:
    with in_aws() as stores:
        about = {"operator": "alix", "role": "staff", "about": "person-1", "purpose": "look_up"}
        stores.registry.log_read(**about, now=at("2025-11-22T10:00"))
        run = Run("retention", "retention-1", at("2020-11-22T02:30"), at("2020-11-22T02:31"), "done", "done")
        DynamoRuns(stores.client, "registry").begin(run, after=None)
        stamped = [item for item in stores.table if "due_on" in item]
        assert sorted((i["due_shard"].partition("#")[0], i["due_on"]) for i in stamped) == [
            ("read", "2026-11-22"),
            ("run", "2026-11-22"),
        ]
        for item in stamped:
            key = (item["pk"], item["sk"])
            assert not stores.purge.drop(key, date(2026, 11, 21))
            assert stores.purge.drop(key, TODAY)
            assert not stores.purge.drop(key, TODAY)
        assert [item["sk"] for item in stores.table] == ["latest"]
        assert DynamoRuns(stores.client, "registry").latest("retention") is None
