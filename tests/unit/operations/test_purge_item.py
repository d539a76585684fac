"""The registry's and the archive's items go on their day, and no later entry with them (R1-R4, R9, R26, R31)."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import pytest

from privacy.domain.consent import State, Suppression
from privacy.domain.facts import Fact
from privacy.domain.projection import Pointer
from privacy.domain.request_steps import AUTO, Kind, Step
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.operations.requests.append_steps import begin_request
from privacy.operations.retention.purge_item import (
    ArchivePurge,
    RegistryPurge,
    purge_archived,
    purge_registry,
)
from privacy.ports.retention import NOBODY, Archived, LegalHold, Receipt
from tests.fakes import (
    MemoryArchive,
    MemoryHolds,
    MemoryLedger,
    MemoryPeople,
    MemoryReceipts,
    MemoryRegistry,
    MemoryRegistryPurge,
    MemoryRequests,
)
from tests.requesting import CASE, POLICY
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, at, dispute, email, fact, member, merged, session


class Night:
    """Stores in memory, and the purge of some night."""

    def __init__(self) -> None:
        ledger = MemoryLedger()
        self.registry, self.receipts, self.archive = MemoryRegistry(), MemoryReceipts(), MemoryArchive()
        self.people = MemoryPeople(ledger)
        self.stores = Stores(ledger, self.people, self.registry)
        self.log, self.holds = MemoryRequests(), MemoryHolds()
        self.purge = MemoryRegistryPurge(self.registry, self.receipts)
        self.told: list[dict[str, int]] = []

    def refused(self, when: str) -> Suppression:
        entry = Suppression(email(), at(when), State.OBJECTED, "manual", "mailchimp#1")
        self.registry.suppress(entry)
        return entry

    def knows(self, *facts: Fact, on: str = "2026-11-22") -> None:
        for told in facts:
            self.stores.ledger.append(told)
        filed = {email(), *(told.filed_under for told in facts)}
        fold_people(filed, stores=self.stores, policy=POLICY, now=at(on), new_id=lambda: "person-1")

    def goes(self, day: str, *key: str) -> dict[str, int]:
        purge = RegistryPurge(self.purge, self.purge, self.stores, self.archive, POLICY, at(f"{day}T02:30"))
        pk, sk = key or (f"suppression#{email()}", "entry")
        return dict(purge_registry((pk, sk), purge, self._tell))

    def archived_goes(self, day: str, fact: Fact) -> dict[str, int]:
        purge = ArchivePurge(self.archive, self.stores, self.holds, self.log, POLICY, at(f"{day}T02:30"))
        return dict(purge_archived((fact.filed_under, fact.key), purge, self._tell))

    def _tell(self, counts: Any) -> None:
        self.told.append(dict(counts))


@pytest.fixture
def night() -> Night:
    return Night()


# --- R9: the suppression list


def test_e149_three_years_after_the_refusal_an_entry_goes_if_nothing_else_is_held(night: Night) -> None:
    night.refused("2023-11-22T10:00")
    assert night.goes("2026-11-21") == {}
    assert night.purge.looked_at == {email(): date(2026, 11, 22)}
    assert night.goes("2026-11-22") == {"R9": 1} == night.told[-1]
    assert night.registry.entries == {}
    assert night.goes("2026-11-22") == {}


def test_e148_as_long_as_anybodys_record_has_the_address_the_entry_stays(night: Night) -> None:
    night.refused("2023-11-22")
    night.knows(session("2023-10-01"))
    assert night.goes("2026-11-22") == {}
    due_on = night.purge.looked_at[email()]
    summary = night.people.summary("person-1")
    assert due_on == max(date.fromisoformat(str(summary["due_on"])), date(2026, 11, 23))
    assert night.registry.entries
    for pointer in list(night.people.found):
        del night.people.found[pointer]
    assert night.goes("2026-11-23") == {"R9": 1}


def test_e148_an_address_that_somebody_elses_record_names_is_held(night: Night) -> None:
    night.refused("2023-11-22")
    night.people.found[email()] = Pointer(None, ("person-2",))
    assert night.goes("2026-11-22") == {}
    assert night.purge.looked_at == {email(): date(2026, 12, 22)}


def test_e148_so_is_one_in_the_archive(night: Night) -> None:
    night.refused("2023-11-22")
    fact = session("2020-01-01")
    night.archive.put(Archived(fact, "person-1", {"order": date(2030, 12, 31), "profile": date(2027, 1, 1)}))
    assert night.goes("2026-11-22") == {}
    assert night.purge.looked_at == {email(): date(2027, 1, 1)}


def test_a_newer_refusal_has_a_day_of_its_own(night: Night) -> None:
    """E147: what comes in between the look and the deletion wins."""
    entry = night.refused("2023-11-22")
    later = Suppression(email(), at("2026-11-22"), State.OBJECTED, "abuse", "mailchimp#2")
    lift = night.purge.lift

    def quicker(known: Suppression) -> bool:
        night.registry.suppress(later)
        return lift(known)

    night.purge.lift = quicker  # type: ignore[method-assign]
    assert night.goes("2026-11-22") == {}
    assert night.registry.entries == {email(): later}
    assert entry != later
    assert night.goes("2026-11-23") == {}
    assert night.purge.looked_at == {email(): date(2029, 11, 22)}


# --- R31, R26, R24: records of our own


def test_r31_a_receipt_names_nobody_after_forty_days_and_is_gone_after_six_years(night: Night) -> None:
    receipt = Receipt(
        "run-1", "b1", "abc", at("2026-10-13T03:00"), {"person-1": {"R6": 2}, "IM-1": {"R10": 9}}
    )
    night.receipts.begin(receipt)
    key = ("receipt#2026-10-13", "run-1#b1")
    assert night.goes("2026-11-21", *key) == {}
    assert night.purge.filed(key) == receipt
    assert night.goes("2026-11-22", *key) == {}
    counted = night.purge.filed(key)
    assert counted is not None
    assert counted.lines == {NOBODY: {"R6": 2, "R10": 9}}
    assert night.purge.looked_at == {"run-1#b1": date(2032, 10, 13)}
    night.goes("2032-10-12", *key)
    assert night.purge.filed(key) == counted
    assert night.goes("2032-10-13", *key) == {"R31": 1}
    assert night.purge.filed(key) is None
    assert night.told == [], "a receipt of receipts would never end"


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        (("token#ab12", "token"), "R24"),
        (("run#retention", "at#retention-1"), "R31"),
        (("read#2025-11-22", "2025-11-22T10:00:00+00:00#person-1"), "R26"),
    ],
)
def test_r24_r26_r31_what_says_its_own_day_goes_on_it(night: Night, key: tuple[str, str], rule: str) -> None:
    night.purge.own[key] = date(2026, 11, 22)
    assert night.goes("2026-11-21", *key) == {}
    assert night.goes("2026-11-22", *key) == {rule: 1}
    assert night.goes("2026-11-22", *key) == {}
    assert night.told == []


def test_r4_a_note_about_somebody_goes_with_them(night: Night) -> None:
    key = ("note", "0123")
    assert night.goes("2026-11-22", *key) == {}
    night.purge.notes[key] = email()
    night.purge.own[key] = date(2026, 11, 22)
    night.knows(session("2023-10-01"))
    assert night.goes("2026-11-22", *key) == {}
    assert night.purge.own[key] > date(2026, 11, 22)
    night.people.found.clear()
    assert night.goes(night.purge.own[key].isoformat(), *key) == {"R4": 1}
    assert key not in night.purge.own


def test_e160_a_directive_of_somebody_alive_goes_with_the_last_that_it_could_be_about(night: Night) -> None:
    key = (f"directive#{email()}", "entry")
    night.purge.notes[key] = email()
    night.purge.own[key] = date(2026, 11, 22)
    night.knows(member("2024-11-22"))
    assert night.goes("2026-11-22", *key) == {}
    assert night.purge.own[key] == date(2027, 10, 23), (
        "looked at again when something is due of them: a letter"
    )
    assert night.goes("2027-11-22", *key) == {}, "they are still there: somebody keeps them"
    night.people.found.clear()
    assert night.goes("2027-11-23", *key) == {"R27": 1}
    assert key not in night.purge.own


def test_what_has_no_day_in_the_registry_is_left_alone(night: Night) -> None:
    key = ("hold#person-1", "legal")
    night.purge.own[key] = date(2026, 11, 22)
    assert night.goes("2032-11-22", *key) == {}
    assert key in night.purge.own


# --- the archive


def archived(night: Night, **due_on: str) -> Fact:
    fact = session("2019-01-15")
    kept = {name: date.fromisoformat(day) for name, day in due_on.items()}
    groups = {name: group for name, group in fact.groups.items() if name in kept}
    stands = Fact(
        source=fact.source,
        event_id=fact.event_id,
        type=fact.type,
        occurred_at=fact.occurred_at,
        recorded_at=fact.recorded_at,
        identifiers=fact.identifiers,
        subject=fact.subject,
        groups=groups,
        digest=fact.digest,
    )
    night.archive.put(Archived(stands, "person-1", kept))
    return stands


def test_what_is_archived_goes_group_by_group_each_on_its_day(night: Night) -> None:
    fact = archived(night, order="2030-01-01", profile="2026-11-22")
    assert night.archived_goes("2026-11-21", fact) == {}
    assert night.archived_goes("2026-11-22", fact) == {"R4": 1} == night.told[-1]
    (left,) = night.archive.held.values()
    assert set(left.fact.groups) == {"order"}
    assert night.archived_goes("2026-11-22", fact) == {}
    rule = POLICY.rule_of("group:order").id
    assert night.archived_goes("2030-01-01", fact) == {rule: 1}
    assert night.archive.held == {}
    assert night.archived_goes("2030-01-01", fact) == {}


def test_a_hold_on_whose_it_was_keeps_the_archive_until_the_first_run_without(night: Night) -> None:
    fact = archived(night, profile="2026-11-22")
    night.holds.place(LegalHold("person-1", "legal", "…", "anne", at("2026-11-01"), date(2027, 1, 1)))
    assert night.archived_goes("2026-12-01", fact) == {}
    assert night.told == []
    night.holds.release("person-1", "legal")
    assert night.archived_goes("2026-12-02", fact) == {"R4": 1}


@pytest.mark.parametrize("held", ["person-1", "person-2"])
def test_a_hold_keeps_what_was_archived_before_its_owner_was_merged(night: Night, held: str) -> None:
    ids = count(1)
    both = {email(), email(BENOIT)}

    def fold() -> None:
        fold_people(
            both,
            stores=night.stores,
            policy=POLICY,
            now=at("2026-02-02"),
            new_id=lambda: f"person-{next(ids)}",
        )

    other = session("2022-02-01", BENOIT, payment="pi_2")
    for told in (session("2022-01-01"), other):
        night.stores.ledger.append(told)
    fold()
    before = night.people.pointers([email(BENOIT)])[email(BENOIT)].person
    night.archive.put(Archived(other, str(before), dict.fromkeys(other.groups, date(2027, 1, 1))))
    for told in merged("2026-02-01", CAMILLE, BENOIT):
        night.stores.ledger.append(told)
    fold()
    night.holds.place(LegalHold(held, "legal", "…", "anne", at("2026-03-01"), date(2026, 12, 31)))
    assert night.archived_goes("2027-01-02", other) == {}
    night.holds.release(held, "legal")
    assert night.archived_goes("2027-01-03", other) == {"R1": 1, "R4": 1}


def test_e144_an_open_access_request_keeps_the_archive_too(night: Night) -> None:
    night.knows(session("2023-10-01"))
    fact = archived(night, profile="2026-11-22")
    said = {"mail": "mail1", "received_at": at("2026-11-21").isoformat(), "address": CAMILLE}
    steps = [
        Step(Kind.RECEIVED, at("2026-11-21"), AUTO, "mail1", said),
        Step(Kind.OPENED, at("2026-11-21"), AUTO, "mail1", {"mail": "mail1", "rights": ("access",)}),
    ]
    begin_request(
        steps,
        log=night.log,
        periods=POLICY.periods,
        new_id=lambda: CASE,
        senders=PSEUDONYMS.emails(CAMILLE),
    )
    assert night.archived_goes("2026-11-22", fact) == {}
    assert night.archive.held


def test_e157_a_dispute_keeps_its_own_order_in_the_archive_and_no_other(night: Night) -> None:
    night.knows(
        session("2023-10-01", payment="pi_2"),
        dispute("2026-11-01", "needs_response", payment="pi_2"),
    )
    other = archived(night, order="2026-11-22")
    own = session("2023-10-01", payment="pi_2")
    night.archive.put(Archived(own, "person-1", dict.fromkeys(own.groups, date(2026, 11, 22))))
    assert night.archived_goes("2026-11-22", other) != {}
    assert night.archived_goes("2026-11-22", own) == {}


def test_r18_a_bill_that_nobody_ever_paid_keeps_the_archive_for_two_years_and_no_longer(night: Night) -> None:
    owed = fact(
        "invoice.overdue",
        "2023-11-01",
        email(),
        "stripe_payment#pi_2",
        subject="stripe_payment#pi_2",
        unpaid={"invoice": "in_1", "state": "overdue", "due_date": "2023-11-01"},
    )
    night.knows(session("2023-10-01", payment="pi_2"), owed)
    own = session("2023-10-01", payment="pi_2")
    night.archive.put(Archived(own, "person-1", dict.fromkeys(own.groups, date(2025, 10, 1))))
    assert night.archived_goes("2025-10-02", own) == {}
    assert night.archived_goes("2025-11-02", own) != {}


def test_whoever_died_before_the_next_day_was_written_down_is_made_up_for(night: Night) -> None:
    fact = archived(night, order="2030-01-01", profile="2026-11-22")
    calls: list[tuple[str, ...]] = []
    night.archive.remove = lambda _, groups: calls.append((*groups,)) is None  # type: ignore[method-assign]
    night.archive.held[fact.filed_under, fact.key] = Archived(fact, "person-1", {"order": date(2030, 1, 1)})
    assert night.archived_goes("2026-11-22", fact) == {}
    assert calls == [()]
