"""What the purge writes and takes away, in memory and in AWS, is held to the same behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from privacy.domain.facts import Fact
from privacy.domain.projection import Holding, PeopleChanges, Pointer, Repointed
from privacy.outbound.dynamodb import DynamoFactLedger
from privacy.outbound.dynamodb_archive import DynamoArchive
from privacy.outbound.dynamodb_people import DynamoPeople
from privacy.outbound.dynamodb_receipts import DynamoReceipts
from privacy.outbound.dynamodb_registry import DynamoRegistry
from privacy.outbound.s3_replay import S3Replay
from privacy.ports import LedgerUnavailable, PeopleStore, ProviderUnavailable, Registry
from privacy.ports.retention import (
    Archive,
    Archived,
    Erased,
    Intended,
    Receipt,
    Receipts,
    ReplayList,
)
from tests.fakes import (
    MemoryArchive,
    MemoryLedger,
    MemoryPeople,
    MemoryReceipts,
    MemoryRegistry,
    MemoryReplay,
)
from tests.telling import BENOIT, at, email, session

NAMES: dict[str, Any] = {"region_name": "eu-west-3", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
TODAY = date(2026, 11, 22)


@dataclass
class Stores:
    ledger: Any
    people: PeopleStore
    registry: Registry
    archive: Archive
    receipts: Receipts
    replay: ReplayList


@pytest.fixture(params=["memory", "aws"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        ledger = MemoryLedger()
        yield Stores(
            ledger,
            MemoryPeople(ledger),
            MemoryRegistry(),
            MemoryArchive(),
            MemoryReceipts(lambda: TODAY),
            MemoryReplay(),
        )
        return
    with mock_aws():
        client: Any = boto3.client("dynamodb", **NAMES)
        for name in ("ledger", "people", "registry", "archive"):
            client.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
                AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
            )
        s3: Any = boto3.client("s3", **NAMES)
        s3.create_bucket(
            Bucket="replay",
            CreateBucketConfiguration={"LocationConstraint": "eu-west-3"},
            ObjectLockEnabledForBucket=True,
        )
        yield Stores(
            DynamoFactLedger(client, "ledger"),
            DynamoPeople(client, "people", "ledger"),
            DynamoRegistry(client, "registry"),
            DynamoArchive(client, "archive"),
            DynamoReceipts(client, "registry", lambda: TODAY),
            S3Replay(s3, "replay"),
        )


# ---------------------------------------------------------------- facts lose groups


def test_a_fact_loses_its_groups_one_after_another_and_goes_with_the_last(stores: Stores) -> None:
    told = session("2026-01-01", box=True)
    stores.ledger.append(told)
    assert stores.ledger.remove(told, {"profile", "no such group"})
    [left] = stores.ledger.under(email())
    assert left == replace(told, groups={n: g for n, g in told.groups.items() if n != "profile"})
    assert stores.ledger.remove(told, {"order"})
    assert stores.ledger.remove(left, {"order", "consent"})
    assert list(stores.ledger.under(email())) == []


def test_a_fact_that_is_not_there_or_another_loses_nothing(stores: Stores) -> None:
    told = session("2026-01-01", box=True)
    other = replace(told, digest="another")
    assert not stores.ledger.remove(told, {"profile"})
    assert not stores.ledger.remove(told, told.groups)
    stores.ledger.append(other)
    assert not stores.ledger.remove(told, {"profile"})
    assert not stores.ledger.remove(told, told.groups)
    assert list(stores.ledger.under(email())) == [other]


def test_what_the_ledger_does_not_take_says_so_and_nothing_of_whom() -> None:
    with mock_aws():
        ledger = DynamoFactLedger(boto3.client("dynamodb", **NAMES), "nowhere")
        for groups in ({"profile"}, {"profile", "order"}):
            with pytest.raises(LedgerUnavailable) as refused:
                ledger.remove(session("2026-01-01"), groups)
            assert "email" not in str(refused.value)


# ---------------------------------------------------------------- people


def known(stores: Stores, **pointers: Repointed) -> None:
    changes = PeopleChanges(
        expected={"person-1": 0},
        summaries={"person-1": {"regime": "newsletter_only"}},
        holdings={("person-1", email()): Holding(owned=True, filed=True)},
        pointers={email(): Repointed(None, Pointer("person-1"))} | pointers,
    )
    stores.people.save(changes)


def test_somebody_whom_nobody_else_names_is_dropped_with_all_that_leads_to_them(stores: Stores) -> None:
    known(stores)
    assert stores.people.drop(stores.people.person("person-1"))
    assert stores.people.person("person-1").version == 0
    assert stores.people.person("person-1").holdings == {}
    assert stores.people.pointers([email()]) == {}


def test_somebody_who_was_folded_meanwhile_is_not_dropped(stores: Stores) -> None:
    known(stores)
    read = stores.people.person("person-1")
    stores.people.save(
        PeopleChanges(expected={"person-1": 1}, summaries={"person-1": {"regime": "customer"}})
    )
    assert not stores.people.drop(read)
    assert stores.people.person("person-1").summary == {"regime": "customer"}


def test_a_pointer_that_leads_to_somebody_else_besides_stays_and_says_so(stores: Stores) -> None:
    known(stores)
    read = stores.people.person("person-1")
    shared = Repointed(Pointer("person-1"), Pointer("person-1", ("person-2",)))
    stores.people.save(PeopleChanges(pointers={email(): shared}))
    assert not stores.people.drop(read)
    assert stores.people.pointers([email()]) == {email(): Pointer("person-1", ("person-2",))}


def test_what_a_dropping_that_broke_off_left_is_dropped_by_the_next(stores: Stores) -> None:
    known(stores)
    stores.people.save(PeopleChanges(expected={"person-1": 1}, gone={"person-1"}))
    left = stores.people.person("person-1")
    assert (left.version, bool(left.holdings)) == (0, True)
    assert stores.people.drop(left)
    assert stores.people.person("person-1").holdings == {}
    assert stores.people.pointers([email()]) == {}


def test_a_mark_is_taken_away_by_its_own_instant_only(stores: Stores) -> None:
    stores.registry.mark_gone(email(), at("2026-02-01"))
    stores.registry.unmark_gone(email(), at("2026-01-01"))
    assert stores.registry.gone([email()]) == {email(): at("2026-02-01")}
    stores.registry.unmark_gone(email(), at("2026-02-01"))
    stores.registry.unmark_gone(email(BENOIT), at("2026-02-01"))
    assert stores.registry.gone([email(), email(BENOIT)]) == {}


# ---------------------------------------------------------------- the archive


def archived(fact: Fact, **due_on: str) -> Archived:
    days = {name: date.fromisoformat(day) for name, day in due_on.items()}
    return Archived(replace(fact, groups={name: fact.groups[name] for name in days}), "person-1", days)


def test_what_is_archived_is_kept_once_and_grows(stores: Stores) -> None:
    told = session("2026-01-01", box=True)
    order, profile = archived(told, order="2037-01-01"), archived(told, profile="2031-01-01")
    for part in (order, order, profile):
        stores.archive.put(part)
    whole = archived(told, order="2037-01-01", profile="2031-01-01")
    assert stores.archive.get(email(), told.key) == whole
    assert list(stores.archive.under(email())) == [whole]
    assert stores.archive.get(email(), "stripe#other") is None


def test_what_is_archived_goes_group_by_group(stores: Stores) -> None:
    told = session("2026-01-01", box=True)
    whole = archived(told, order="2037-01-01", profile="2031-01-01")
    stores.archive.put(whole)
    assert not stores.archive.remove(archived(replace(told, digest="another"), order="2037-01-01"), {"order"})
    assert stores.archive.remove(whole, {"profile"})
    left = stores.archive.get(email(), told.key)
    assert left == archived(told, order="2037-01-01")
    assert stores.archive.remove(left, {"order"})
    assert not stores.archive.remove(left, {"order"})
    assert list(stores.archive.under(email())) == []


def test_an_archived_fact_stands_in_the_index_of_its_earliest_day() -> None:
    with mock_aws():
        client: Any = boto3.client("dynamodb", **NAMES)
        keys = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
        client.create_table(
            TableName="archive",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=keys,
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
        )
        archive, told = DynamoArchive(client, "archive"), session("2026-01-01")
        whole = archived(told, order="2037-01-01", profile="2031-01-01")
        days = []
        archive.put(whole)
        for group in ("profile", "order"):
            days += [item["due_on"]["S"] for item in client.scan(TableName="archive")["Items"]]
            archive.remove(whole, {group})
            whole = archived(told, order="2037-01-01")
        assert days == ["2031-01-01", "2037-01-01"]


# ---------------------------------------------------------------- receipts


RECEIPT = Receipt("retention-1", "b1", "rules", at("2026-11-20T02:31"), {"person-1": {"R6": 3}})


def test_a_receipt_keeps_what_was_begun_first_and_takes_in_who_comes_later(stores: Stores) -> None:
    assert stores.receipts.of(RECEIPT) is None
    assert stores.receipts.begin(RECEIPT) == RECEIPT
    again = RECEIPT._replace(lines={"person-1": {"R6": 1}, "person-2": {"R7": 1}})
    both = RECEIPT._replace(lines={"person-1": {"R6": 3}, "person-2": {"R7": 1}})
    assert stores.receipts.begin(again) == both
    assert stores.receipts.begin(RECEIPT) == both
    assert stores.receipts.of(RECEIPT) == both
    done = both._replace(finished_at=at("2026-11-20T02:32"))
    stores.receipts.finish(done)
    assert stores.receipts.of(RECEIPT) == done


def test_receipts_are_told_day_by_day_to_the_present_one(stores: Stores) -> None:
    other = RECEIPT._replace(batch="b2", begun_at=at("2026-11-22T02:31"))
    for each in (RECEIPT, other, RECEIPT._replace(batch="b0", begun_at=at("2026-11-18"))):
        stores.receipts.begin(each)
    found, after, pages = [], None, 0
    while pages == 0 or after:
        page, after = stores.receipts.since(date(2026, 11, 20), after)
        found += page
        pages += 1
    assert (found, pages) == ([RECEIPT, other], 3)


# ---------------------------------------------------------------- the replay list


def test_who_is_on_the_replay_list_stays_there_as_first_written(stores: Stores) -> None:
    camille = Erased("person-1", (email(), "stripe_payment#pi_1"), at("2026-11-20T02:31"))
    benoit = Erased("person-2", (email(BENOIT),), at("2026-11-20T02:31"), refuses=True)
    stores.replay.add("retention-1-b1", [camille])
    stores.replay.add("retention-1-b1", [camille._replace(at=at("2026-11-20T09:00"))])
    stores.replay.add("retention-1-b1", [benoit])
    more = camille._replace(identifiers=(*camille.identifiers, "stripe_payment#pi_2"))
    stores.replay.add("retention-1-b1", [more])
    stores.replay.add("retention-1-b2", [camille, benoit])
    stores.replay.add("retention-0-b1", [camille._replace(at=at("2026-11-19T02:31"))])
    stores.replay.add("retention-2-b1", [benoit._replace(at=at("2026-11-21T02:31"))])
    later = benoit._replace(at=at("2026-11-21T02:31"))
    found = everybody(stores, TODAY - timedelta(days=2))
    assert sorted(found) == sorted([camille, more, benoit, camille, benoit, later])
    assert found[-1] == later
    assert len(everybody(stores, TODAY - timedelta(days=3))) == 7
    assert everybody(stores, TODAY) == []


def test_whom_a_batch_was_about_to_mark_its_later_attempts_are_told_and_who_stays_is_struck_out(
    stores: Stores,
) -> None:
    camille = Intended(Erased("person-1", (email(),), at("2026-11-20T02:31")), {"R6": 3})
    benoit = Intended(Erased("person-2", (email(BENOIT),), at("2026-11-20T02:31")), {"R1": 2})
    day = date(2026, 11, 20)
    assert not stores.replay.intend("retention-1-b1", day, [])
    assert not stores.replay.intend("retention-1-b1", day, [camille])
    assert [*stores.replay.intend("retention-1-b1", day, [camille._replace(line={}), benoit])] == [camille]
    assert [*stores.replay.intend("retention-1-b1", day, [])] == [camille, benoit]
    assert not stores.replay.intend("retention-1-b2", day, [])
    yesterday = day - timedelta(days=1)
    assert everybody(stores, yesterday) == [camille.erased, benoit.erased]
    stores.replay.strike_out("retention-1-b1", day, ["person-1", "person-2"])
    assert everybody(stores, yesterday) == []
    stores.replay.strike_out("retention-1-b1", day, ["person-1"])
    assert everybody(stores, yesterday) == [benoit.erased]
    assert [*stores.replay.intend("retention-1-b1", day, [])] == [camille, benoit]


def everybody(stores: Stores, since: date) -> list[Erased]:
    found: list[Erased] = []
    after: str | None = None
    while True:
        page, after = stores.replay.since(since, after)
        found += page
        if after is None:
            return found


def test_a_replay_list_that_is_away_says_so_and_nothing_of_whom() -> None:
    with mock_aws():
        replay = S3Replay(boto3.client("s3", **NAMES), "nowhere")
        with pytest.raises(ProviderUnavailable, match="NoSuchBucket"):
            replay.add("retention-1-b1", [Erased("person-1", (email(),), at("2026-11-20"))])
        with pytest.raises(ProviderUnavailable, match="NoSuchBucket"):
            replay.since(TODAY, None)
        with pytest.raises(ProviderUnavailable, match="NoSuchBucket"):
            replay.intend("retention-1-b1", TODAY, [])
