"""Notes: whom an operator has to help, and which of them need nobody any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from privacy.operations.people import list_notes as listing
from privacy.operations.people.describe_person import Reader
from privacy.operations.people.list_notes import close_note, list_notes
from tests.telling import BENOIT, CAMILLE, customer, email, session, unsubscribed
from tests.unit.operations.following import GRANT, LIST, NOW, POLICY, World, audience, member

ALIX = Reader("alix", "staff")


@pytest.fixture
def world() -> World:
    """Camille ticked the box, and Mailchimp does not take her from our hand."""
    world = World()
    world.mailchimp.forgotten.add((LIST, CAMILLE))
    world.tell(GRANT)
    world.settle()
    return world


def listed(world: World) -> dict[str, Any]:
    return list_notes(world.notes, reader=ALIX, stores=world.stores(), policy=POLICY, now=world.now())


def shown(world: World) -> list[Any]:
    notes: list[Any] = listed(world)["notes"]
    return notes


def test_a_note_tells_whom_to_send_which_form_and_why(world: World) -> None:
    (note,) = shown(world)
    assert note["address"] == CAMILLE
    assert note["form"] == audience().hosted_form
    assert (note["kind"], note["reason"], note["audience"]) == ("hosted_form", "forgotten", LIST)
    assert note["since"].startswith("2026-11-22")


def test_whoever_looks_and_whoever_closes_is_written_down_by_the_persons_id_r26(world: World) -> None:
    (note,) = shown(world)
    assert close_note(note["id"], world.notes, reader=ALIX, stores=world.stores(), now=world.now())
    person = world.people.pointers([email()])[email()].person
    assert world.registry.reads == [
        ("alix", "staff", person, "list_notes"),
        ("alix", "staff", person, "close_note"),
    ]
    assert shown(world) == []


def test_closing_what_does_not_wait_closes_nothing(world: World) -> None:
    assert not close_note("somethingelse", world.notes, reader=ALIX, stores=world.stores(), now=world.now())
    assert len(world.notes.notes) == 1
    assert world.registry.reads == []


def test_the_note_of_somebody_who_came_back_by_themselves_is_closed(world: World) -> None:
    world.mailchimp.forgotten.clear()
    back = member("subscribed", NOW + timedelta(hours=1), source="Hosted Signup Form")
    world.mailchimp.put(back)
    world.tell(world.read_back(back))
    assert shown(world) == []
    assert world.notes.notes == {}


def test_the_note_of_somebody_who_withdrew_since_is_closed(world: World) -> None:
    world.tell(unsubscribed("2026-11-22T12:00"))
    assert shown(world) == []
    assert world.notes.notes == {}


def test_the_note_of_somebody_of_whom_nothing_is_left_is_closed(world: World) -> None:
    world.ledger.partitions.clear()
    world.people.items.clear()
    assert shown(world) == []
    assert world.notes.notes == {}


def test_who_may_not_be_written_to_for_now_is_passed_over_and_not_forgotten(world: World) -> None:
    """Somebody whom facts connect with her refused: an operator may decide that they are two people (P16)."""
    world.tell(session("2026-11-22T11:00", BENOIT, payment="pi_9", customer="cus_1", box=True))
    world.tell(customer("2026-11-22T11:30", customer="cus_1", previous=BENOIT))
    world.tell(unsubscribed("2026-11-22T12:00", BENOIT))
    world.fold()
    assert shown(world) == []
    assert len(world.notes.notes) == 1


def test_a_later_consent_that_mailchimp_does_not_take_either_renews_the_note(world: World) -> None:
    (before,) = world.notes.open()
    world.clock = datetime(2026, 12, 1, 10, tzinfo=UTC)
    world.tell(session("2026-12-01T09:00", payment="pi_2", box=True))
    world.settle()
    (after,) = world.notes.open()
    assert (after.id, after.reason) == (before.id, before.reason)
    assert after.since > before.since


def test_the_oldest_come_first_and_the_rest_is_announced(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (note,) = world.notes.open()
    for n in range(3):
        world.notes.leave(replace(note, id=f"later{n}", since=note.since + timedelta(days=3 - n)))
    monkeypatch.setattr(listing, "MOST", 2)
    found = listed(world)
    assert [one["id"] for one in found["notes"]] == [note.id, "later2"]
    assert found["more"] is True
    monkeypatch.setattr(listing, "MOST", 4)
    assert listed(world)["more"] is False
