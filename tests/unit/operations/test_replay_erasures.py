"""A restore brings back whoever was purged or erased since its copy; the replay list erases them again (E108, R32)."""

from __future__ import annotations

import copy
import itertools
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from privacy.domain.runs import DONE, REPLAY
from privacy.operations.retention.replay_erasures import Replaying, begin_replay
from privacy.ports import ProviderUnavailable
from privacy.ports.retention import LegalHold
from tests.erasing import ErasureOffice
from tests.fakes import MemoryRuns
from tests.purging import Killed, Moment, PurgeOffice, dies
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, at, charge, email, member, session

TABLES = ("partitions",), ("items", "holdings", "found"), ("entries", "places", "marks")


class Backup:
    """The tables as they are, to be restored: the replay list stands outside."""

    def __init__(self, office: PurgeOffice) -> None:
        self._kept = copy.deepcopy(self._tables(office))

    def restore(self, office: PurgeOffice) -> None:
        for (part, name), held in copy.deepcopy(self._kept).items():
            setattr(getattr(office, part), name, held)

    @staticmethod
    def _tables(office: PurgeOffice) -> dict[tuple[str, str], Any]:
        parts = zip(("ledger", "people", "registry"), TABLES, strict=True)
        return {(part, name): getattr(getattr(office, part), name) for part, names in parts for name in names}


def replaying(office: PurgeOffice, runs: MemoryRuns) -> Replaying:
    return Replaying(
        runs=runs,
        replay=office.replay,
        stores=office.stores,
        policy=office.purge.person.policy,
        pseudonyms=PSEUDONYMS,
        now=lambda: office.now,
        new_id=office.new_id,
    )


def replay(office: PurgeOffice, since: str, runs: MemoryRuns | None = None) -> dict[str, int]:
    runs = runs or MemoryRuns()
    run = begin_replay(date.fromisoformat(since), runs=runs, now=office.now, chance="c")
    while replaying(office, runs).go_on(run.id, lambda: False):
        pass
    ended = runs.get(REPLAY, run.id)
    assert ended is not None
    assert ended.state == DONE
    return dict(ended.counts)


@pytest.fixture
def office() -> PurgeOffice:
    """Camille and Benoit, due on two days of November; Emma, who is a customer."""
    office = PurgeOffice()
    office.hear(member("2023-11-20T10:00"), member("2023-11-22T10:00", BENOIT))
    office.hear(
        session("2026-01-10", "emma@example.fr", payment="pi_e"),
        charge("2026-01-10", "emma@example.fr", payment="pi_e"),
    )
    office.hear(session("2013-03-01", "chloe@example.fr", payment="pi_c", customer="cus_c"))
    return office


def test_e108_nobody_whom_a_restore_brought_back_is_still_there_after_the_replay(office: PurgeOffice) -> None:
    backup = Backup(office)
    office.nights("2026-11-20", "2026-11-21", "2026-11-22")
    purged = {who: office.knows(who) for who in (CAMILLE, BENOIT, "chloe@example.fr", "emma@example.fr")}
    assert purged == {CAMILLE: False, BENOIT: False, "chloe@example.fr": False, "emma@example.fr": True}
    left, marks = office.facts(), dict(office.registry.marks)
    backup.restore(office)
    assert office.knows(CAMILLE)
    assert replay(office, "2026-11-20")["people"] == 3
    assert office.facts() == left
    assert {who: office.knows(who) for who in purged} == purged
    assert office.registry.marks == marks
    assert replay(office, "2026-11-20") == {"people": 3, "facts": 0}


def test_whoever_was_purged_before_that_day_is_not_looked_at(office: PurgeOffice) -> None:
    backup = Backup(office)
    office.nights("2026-11-20", "2026-11-22")
    backup.restore(office)
    assert replay(office, "2026-11-21")["people"] == 1
    assert (office.knows(CAMILLE), office.knows(BENOIT)) == (True, False)


def test_what_came_in_after_they_were_purged_stays(office: PurgeOffice) -> None:
    backup = Backup(office)
    office.night("2026-11-20")
    backup.restore(office)
    order = session("2026-11-21T12:00", payment="pi_new")
    office.hear(order)
    replay(office, "2026-11-20")
    assert {
        fact.key for fact in office.facts() if fact.filed_under == email() and fact.source != "privacy"
    } == {order.key}
    assert (office.summary()["orders"], office.summary()["consents"]) == (1, {})


def test_what_is_about_them_and_filed_under_somebody_else_goes_again_and_the_rest_there_stays() -> None:
    """Benoit's card paid what Camille bought."""
    office = PurgeOffice()
    office.hear(session("2010-03-01"), charge("2010-03-01", BENOIT), member("2026-01-01", BENOIT))
    backup = Backup(office)
    office.night("2026-11-20")
    left = office.facts()
    backup.restore(office)
    replay(office, "2026-11-20")
    assert office.facts() == left
    assert (office.knows(CAMILLE), office.knows(BENOIT)) == (False, True)


def test_an_erasure_s_address_stands_on_the_suppression_list_again() -> None:
    office = ErasureOffice()
    office.hear(member("2023-11-25T10:00"), member("2023-11-25T10:00", BENOIT))
    backup = Backup(office)
    office.erases(BENOIT)
    backup.restore(office)
    assert office.knows(BENOIT)
    replay(office, "2026-11-22")
    assert not office.knows(BENOIT)
    assert office.registry.entries[email(BENOIT)].reason == "erased"
    assert email() not in office.registry.entries


def test_a_replay_that_is_killed_anywhere_is_gone_on_with_and_ends_the_same() -> None:
    for count in itertools.count(1):
        office = PurgeOffice()
        office.hear(
            member("2023-11-20T10:00"), session("2013-03-01", BENOIT, payment="pi_b", customer="cus_b")
        )
        office.hear(charge("2013-03-01", BENOIT, payment="pi_b", customer="cus_b"))
        backup = Backup(office)
        office.nights("2026-11-20")
        backup.restore(office)
        runs = MemoryRuns()
        run = begin_replay(date(2026, 11, 20), runs=runs, now=office.now, chance="c")
        moment = Moment(office, count, dies)
        try:
            replaying(office, runs).go_on(run.id, lambda: True)
        except Killed:
            replaying(office, runs).go_on(run.id, lambda: True)
        if not moment.came:
            break
        assert (office.facts(), office.people.items, office.people.found) == ([], {}, {}), count
    assert count > 15


def test_while_the_list_cannot_be_read_nothing_is_taken_for_done(office: PurgeOffice) -> None:
    runs = MemoryRuns()
    run = begin_replay(date(2026, 11, 20), runs=runs, now=office.now, chance="c")
    office.replay.down = True
    with pytest.raises(ProviderUnavailable):
        replaying(office, runs).go_on(run.id, lambda: True)
    assert replace(run, version=1) == runs.get(REPLAY, run.id)


def test_e108_a_customer_who_was_erased_keeps_no_more_after_a_restore_than_before() -> None:
    office = ErasureOffice()
    office.hear(
        session("2024-05-10T10:00", customer="cus_1", box=True), charge("2024-05-10T10:00", customer="cus_1")
    )
    backup = Backup(office)
    office.erases()
    erased = office.groups()
    backup.restore(office)
    assert "profile" in office.groups()
    office.now = at("2026-12-02T10:00")
    replay(office, "2026-11-22")
    office.night("2026-12-03")
    assert office.groups() == erased
    assert "may_market_until" not in office.summary()


def test_what_an_authority_keeps_of_an_erased_customer_it_keeps_after_a_restore_too() -> None:
    office = ErasureOffice()
    office.hear(session("2024-05-10T10:00", customer="cus_1", box=True))
    person = office.people.found[email()].person or ""
    office.holds.place(
        LegalHold(person, "legal", "order of a court", "anne", at("2026-01-01"), date(2027, 2, 1))
    )
    backup = Backup(office)
    before = office.groups()
    office.erases()
    backup.restore(office)
    replay(office, "2026-11-22")
    office.hear(replace(charge("2024-05-10T10:00", customer="cus_1"), recorded_at=at("2026-11-23")))
    office.night("2026-12-03")
    assert office.groups() >= before
    assert "may_market_until" not in office.summary()
    office.holds.release(person, "legal")
    office.nights("2026-12-04", "2026-12-05")
    assert office.groups() <= {"archived", "link"}
