"""The in-memory players and the DynamoDB adapters are held to the same behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import boto3
import pytest
from moto import mock_aws

from privacy.domain.consent import State, Suppression
from privacy.domain.note import Note
from privacy.domain.projection import Holding, PeopleChanges, Pointer, Repointed
from privacy.outbound.dynamodb import DynamoFactLedger, DynamoPartitions
from privacy.outbound.dynamodb_notes import DynamoNotes
from privacy.outbound.dynamodb_people import DynamoPeople
from privacy.outbound.dynamodb_registry import DynamoRegistry
from privacy.ports import Appended, FactLedger, Notes, PeopleConflict, PeopleStore, Registry
from tests.fakes import MemoryLedger, MemoryNotes, MemoryPeople, MemoryRegistry
from tests.telling import BENOIT, CAMILLE, at, email, fact, session


@dataclass
class Stores:
    ledger: FactLedger
    people: PeopleStore
    registry: Registry
    notes: Notes


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        ledger = MemoryLedger()
        yield Stores(ledger, MemoryPeople(ledger), MemoryRegistry(), MemoryNotes())
        return
    with mock_aws():
        client = tables()
        yield Stores(
            DynamoFactLedger(client, "ledger"),
            DynamoPeople(client, "people", "ledger"),
            DynamoRegistry(client, "registry"),
            DynamoNotes(client, "registry"),
        )


def tables() -> Any:
    client = boto3.client(
        "dynamodb", region_name="eu-west-3", aws_access_key_id="x", aws_secret_access_key="x"
    )
    for name in ("ledger", "people", "registry"):
        asked = ("asked_shard", "asked_since") if name == "people" else ()
        index: dict[str, Any] = {"IndexName": "asked", "Projection": {"ProjectionType": "KEYS_ONLY"}}
        index["KeySchema"] = [
            {"AttributeName": n, "KeyType": k} for n, k in zip(asked, ("HASH", "RANGE"), strict=False)
        ]
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk", *asked)],
            **({"GlobalSecondaryIndexes": [index]} if asked else {}),
        )
    return client


def test_a_fact_is_kept_whole_once_and_a_second_content_under_its_id_is_a_conflict(stores: Stores) -> None:
    first = session("2026-01-01", box=True)
    other = session("2026-01-01", box=True, amount=1)
    other = fact(
        other.type,
        "2026-01-01",
        *other.identifiers,
        subject=other.subject,
        event_id=first.event_id,
        **other.groups,
    )
    assert stores.ledger.append(first) is Appended.NEW
    assert stores.ledger.append(first) is Appended.DUPLICATE
    assert stores.ledger.append(other) is Appended.CONFLICT
    assert list(stores.ledger.under(email())) == [first]
    assert stores.ledger.get(email(), first.key) == first
    stores.ledger.delete(email(), first.key)
    assert stores.ledger.get(email(), first.key) is None


def test_an_alias_of_an_older_pepper_is_kept_with_the_fact(stores: Stores) -> None:
    told = fact("subscribe", "2026-01-01", email(), aka={email(): "email#0#abc"}, source="mailchimp")
    stores.ledger.append(told)
    assert list(stores.ledger.under(email())) == [told]


def test_people_are_saved_with_what_they_hold_and_read_back_the_same(stores: Stores) -> None:
    stores.people.save(
        PeopleChanges(
            expected={"person-1": 0},
            summaries={
                "person-1": {"regime": "customer", "neighbours": ["person-2"], "orders": 3, "clock": None}
            },
            holdings={("person-1", email()): Holding(owned=True, filed=True)},
            pointers={
                email(): Repointed(None, Pointer("person-1")),
                "stripe_customer#cus_1": Repointed(None, Pointer(None, ("person-1",))),
                "x": Repointed(None, Pointer(shared=True)),
            },
            person_facts=[
                fact("person", "2026-01-01", email(), source="privacy", link={"person": "person-1"})
            ],
        )
    )
    stored = stores.people.person("person-1")
    assert (stored.version, stored.neighbours) == (1, ("person-2",))
    assert stored.summary == {"regime": "customer", "neighbours": ["person-2"], "orders": 3, "clock": None}
    assert stored.holdings == {email(): Holding(owned=True, filed=True)}
    assert stores.people.pointers([email(), "stripe_customer#cus_1", "x", "unknown"]) == {
        email(): Pointer("person-1"),
        "stripe_customer#cus_1": Pointer(None, ("person-1",)),
        "x": Pointer(shared=True),
    }
    assert [f.type for f in stores.ledger.under(email())] == ["person"]


def test_whoever_saves_on_an_old_version_or_a_taken_pointer_changes_nothing(stores: Stores) -> None:
    stores.people.save(
        PeopleChanges(
            expected={"p": 0}, summaries={"p": {"n": 1}}, pointers={"i": Repointed(None, Pointer("p"))}
        )
    )
    with pytest.raises(PeopleConflict):
        stores.people.save(PeopleChanges(expected={"p": 0}, summaries={"p": {"n": 2}}))
    with pytest.raises(PeopleConflict):
        stores.people.save(
            PeopleChanges(
                expected={"q": 0}, summaries={"q": {}}, pointers={"i": Repointed(None, Pointer("q"))}
            )
        )
    assert stores.people.person("p").summary == {"n": 1}
    assert stores.people.person("q").version == 0
    stores.people.save(
        PeopleChanges(
            expected={"p": 1}, summaries={"p": {"n": 3}}, pointers={"i": Repointed(Pointer("p"), None)}
        )
    )
    assert stores.people.person("p").version == 2
    assert stores.people.pointers(["i"]) == {}
    stores.people.save(PeopleChanges(expected={"p": 2}, gone={"p"}))
    assert stores.people.person("p").version == 0


def test_whoever_rests_on_a_person_or_pointer_that_changed_meanwhile_saves_nothing(stores: Stores) -> None:
    first = PeopleChanges(
        expected={"p": 0}, summaries={"p": {"n": 1}}, pointers={"i": Repointed(None, Pointer("p"))}
    )
    stores.people.save(first)
    stale = [
        PeopleChanges(expected={"p": 0, "q": 0}, summaries={"q": {}}),
        PeopleChanges(expected={"q": 0}, summaries={"q": {}}, pointers={"i": Repointed(None, None)}),
        PeopleChanges(
            expected={"q": 0}, summaries={"q": {}}, pointers={"i": Repointed(Pointer("r"), Pointer("r"))}
        ),
    ]
    for changes in stale:
        with pytest.raises(PeopleConflict):
            stores.people.save(changes)
    assert stores.people.person("q").version == 0
    stores.people.save(
        PeopleChanges(
            expected={"p": 1, "q": 0},
            summaries={"q": {}},
            pointers={"i": Repointed(Pointer("p"), Pointer("p"))},
        )
    )
    assert stores.people.person("q").version == 1


def test_people_about_whom_nobody_decided_are_found_the_longest_waiting_first(stores: Stores) -> None:
    for n in range(20):
        asked = {"asked_since": f"2026-01-{20 - n:02}", "asked_shard": f"person#{n % 8}"}
        person = {f"p{n}": asked if n % 2 else {"regime": "customer"}}
        stores.people.save(PeopleChanges(expected={f"p{n}": 0}, summaries=person))
    assert stores.people.undecided(3) == ["p19", "p17", "p15"]
    assert len(stores.people.undecided(100)) == 10


def test_more_links_than_one_transaction_takes_are_saved_in_parts_under_the_same_version(
    stores: Stores,
) -> None:
    many = [f"stripe_payment#pi_{n}" for n in range(130)]
    changes = PeopleChanges(
        expected={"p": 0},
        summaries={"p": {"n": 1}},
        holdings={("p", i): Holding(owned=True, filed=False) for i in many},
        pointers={i: Repointed(None, Pointer("p")) for i in many},
    )
    stores.people.save(changes)
    assert len(stores.people.person("p").holdings) == len(stores.people.pointers(many)) == 130


def test_the_latest_suppression_of_an_address_stays_and_an_event_is_filed_once(stores: Stores) -> None:
    later = Suppression(email(), at("2026-02-01"), State.OBJECTED, "abuse")
    stores.registry.suppress(later)
    stores.registry.suppress(Suppression(email(), at("2025-01-01"), State.WITHDRAWN, "manual"))
    stores.registry.suppress(Suppression(email(), at("2026-02-01"), State.WITHDRAWN, "manual", "mailchimp#2"))
    assert stores.registry.suppressions([email(), email(BENOIT)]) == {email(): later}
    again = Suppression(email(), at("2026-02-01"), State.OBJECTED, "abuse", "mailchimp#3")
    stores.registry.suppress(again)
    stores.registry.suppress(later)
    assert stores.registry.suppressions([email()]) == {email(): again}
    now = at("2026-01-01")
    assert stores.registry.claim_event("stripe#evt_1", email(CAMILLE), now) == email(CAMILLE)
    assert stores.registry.claim_event("stripe#evt_1", email(BENOIT), now) == email(CAMILLE)


def test_a_page_of_filings_is_looked_up_at_once(stores: Stores) -> None:
    told = [session("2026-01-01", payment=f"pi_{n}") for n in range(130)]
    for one in told[:120]:
        stores.ledger.append(one)
    wanted = [(one.filed_under, one.key) for one in told]
    assert stores.ledger.held(wanted) == set(wanted[:120])
    assert stores.ledger.held([]) == set()
    stores.registry.claim_event("stripe#evt_1", email(), at("2026-01-01"))
    assert stores.registry.filed(["stripe#evt_1", "stripe#evt_2"]) == {"stripe#evt_1": email()}


def test_the_latest_mark_of_somebody_gone_stays(stores: Stores) -> None:
    assert stores.registry.gone([email()]) == {}
    stores.registry.mark_gone(email(), at("2026-02-01"))
    stores.registry.mark_gone(email(), at("2026-01-01"))
    assert stores.registry.gone([email(), email(BENOIT)]) == {email(): at("2026-02-01")}


def test_the_day_of_looking_again_moves_only_for_whoever_is_as_they_were_read(stores: Stores) -> None:
    summary = {"due_on": "2026-11-22", "due_shard": "person#1", "facts": 2}
    stores.people.save(
        PeopleChanges(expected={"p1": 0, "p2": 0}, summaries={"p1": summary, "p2": {"facts": 1}})
    )
    stores.people.look_again("p1", 1, date(2026, 12, 22))
    assert stores.people.summary("p1") == summary | {"due_on": "2026-12-22"}
    stores.people.look_again("p1", 7, date(2027, 1, 1))
    assert stores.people.summary("p1") == summary | {"due_on": "2026-12-22"}
    stores.people.look_again("p1", 1, None)
    assert stores.people.summary("p1") == {"facts": 2}
    stores.people.look_again("p2", 1, date(2027, 1, 1))
    assert stores.people.summary("p2") == {"facts": 1}
    stores.people.look_again("nobody", 1, date(2027, 1, 1))
    assert stores.people.summary("nobody") == {}
    # whoever folds them next writes over it, and over nothing else
    assert stores.people.person("p1").version == 1


def test_the_first_approval_of_the_history_stays(stores: Stores) -> None:
    assert stores.registry.history_approved() is None
    stores.registry.approve_history(run="run-1", operator="alix", now=at("2026-02-01"))
    stores.registry.approve_history(run="run-2", operator="alix", now=at("2026-03-01"))
    assert stores.registry.history_approved() == at("2026-02-01")


def test_a_note_waits_until_it_is_closed_and_the_latest_of_an_id_stays(stores: Stores) -> None:
    assert stores.notes.open() == []
    note = Note("n1", "hosted_form", email(), "list1", "forgotten", "queued", at("2026-01-01"))
    renewed = replace(note, reason="compliance", since=at("2026-02-01"), form="https://eepurl.example/form")
    other = replace(note, id="n2", about=email(BENOIT))
    for each in (note, other, renewed):
        stores.notes.leave(each)
    assert stores.notes.open() == [renewed, other]
    assert stores.notes.close("n1")
    assert not stores.notes.close("n1")
    assert stores.notes.open() == [other]


def test_a_rebuild_finds_every_partition_page_by_page() -> None:
    with mock_aws():
        client = tables()
        ledger = DynamoFactLedger(client, "ledger")
        for n in range(5):
            ledger.append(fact("subscribe", "2026-01-01", f"email#1#{n}", source="mailchimp"))
        DynamoPeople(client, "people", "ledger").save(
            PeopleChanges(
                pointers={"i": Repointed(None, Pointer("p"))},
                holdings={("p", "i"): Holding(owned=True, filed=True)},
            )
        )
        partitions, after = DynamoPartitions(client, "ledger").page(None)
        assert sorted(partitions) == [f"email#1#{n}" for n in range(5)]
        assert after is None
        assert DynamoPartitions(client, "people", sort_key="is").page(None) == (["i"], None)
