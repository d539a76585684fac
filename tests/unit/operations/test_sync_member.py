"""Mailchimp follows what people chose, whatever changed it, and whatever breaks off in between."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from privacy.domain.member import Member
from privacy.operations.consent.read_back_member import fact_from
from privacy.operations.consent.sync_member import ChangeIgnored
from privacy.ports import ProviderUnavailable
from tests.fakes import MemoryAudiences
from tests.telling import CAMILLE, PSEUDONYMS, email, session
from tests.unit.operations.following import GRANT, LIST, NOW, OTHER, World, audience, member


@pytest.fixture
def world() -> World:
    return World()


def test_a_box_ticked_at_the_checkout_subscribes_once_and_then_there_is_nothing_left_to_do(
    world: World,
) -> None:
    """A8, P17."""
    world.tell(GRANT)
    world.settle()
    assert (world.status(), world.status(OTHER)) == ("subscribed", None)
    assert world.mailchimp.calls == [("subscribe", LIST, CAMILLE)]
    assert world.done == ["subscribed"]
    world.sync().follow(email())
    assert len(world.mailchimp.calls) == 1


def test_an_audience_that_asks_for_confirmation_is_given_pending(world: World) -> None:
    world.mailchimp = MemoryAudiences(audience(double=True), audience(OTHER))
    world.tell(GRANT)
    world.settle()
    assert world.status() == "pending"


@pytest.mark.parametrize("where", [(LIST,), (OTHER,), (LIST, OTHER)])
def test_an_unticked_box_unsubscribes_in_every_audience(world: World, where: tuple[str, ...]) -> None:
    world.tell(GRANT)
    world.settle()
    for name in where:
        world.mailchimp.put(member("subscribed", NOW, name))
    world.tell(session("2026-11-22T12:00", payment="pi_2", box=False))
    world.clock = datetime(2026, 11, 22, 12, tzinfo=UTC)
    world.settle()
    assert {world.status(name) for name in (LIST, OTHER)} <= {"unsubscribed", None}


def test_who_bought_without_a_box_is_not_even_looked_for_at_mailchimp(world: World) -> None:
    """E116."""
    world.tell(session("2026-11-22T09:00"))
    world.mailchimp.down = True
    world.settle()
    assert not world.mailchimp.calls


def test_mailchimps_word_that_they_left_since_stands_against_our_call(world: World) -> None:
    """The webhook about it was lost: reading the member before changing it is how we hear of it."""
    world.mailchimp.put(member("unsubscribed", NOW))
    world.tell(GRANT)
    world.settle()
    assert world.status() == "unsubscribed"
    assert not world.mailchimp.calls


def test_who_left_before_they_ticked_the_box_comes_back(world: World) -> None:
    """E130."""
    world.mailchimp.put(member("unsubscribed", NOW - timedelta(days=30)))
    world.tell(GRANT)
    world.settle()
    assert world.status() == "subscribed"


@pytest.mark.parametrize("reason", ["forgotten", "compliance"])
def test_what_mailchimp_refuses_ends_in_one_note_and_one_letter(world: World, reason: str) -> None:
    if reason == "forgotten":
        world.mailchimp.forgotten.add((LIST, CAMILLE))
    else:
        world.mailchimp.compliance.add((LIST, CAMILLE))
        world.mailchimp.put(member("unsubscribed", NOW - timedelta(days=30)))
    world.tell(GRANT)
    world.settle()
    world.tell(session("2026-11-22T09:30", payment="pi_2"))
    world.settle()
    assert len(world.mailchimp.calls) == 1
    (note,) = world.notes.open()
    assert (note.reason, note.letter, note.about) == (reason, "queued", email())
    assert note.form == audience().hosted_form
    assert world.done == ["refused"]


def test_the_imported_past_waits_for_the_owners_approval(world: World) -> None:
    past = replace(session("2026-01-10", box=True), source="stripe_history")
    world.tell(past)
    world.settle()
    assert not world.mailchimp.calls
    world.registry.approve_history(run="run-1", operator="alix", now=NOW)
    world.sync().follow(email())
    assert world.status() == "subscribed"


def test_who_has_no_proof_is_taken_out_by_the_reconciliation_alone(world: World) -> None:
    """E120, E128."""
    imported = member("subscribed", NOW - timedelta(days=1))
    world.mailchimp.put(imported)
    world.tell(fact_from(imported, pseudonyms=PSEUDONYMS, recorded_at=NOW))
    world.settle()
    assert world.status() == "subscribed"
    world.sync().remove(email(), OTHER)
    assert world.status() == "subscribed"
    world.sync().remove(email(), LIST)
    assert world.status() == "archived"
    assert not world.registry.entries


def test_who_consented_since_stays_when_the_reconciliation_comes(world: World) -> None:
    world.tell(GRANT)
    world.settle()
    world.sync().remove(email(), LIST)
    assert world.status() == "subscribed"


def test_mailchimp_down_leaves_nothing_behind_and_the_next_try_does_it(world: World) -> None:
    world.tell(GRANT)
    world.fold()
    facts = len(world.ledger.partitions[email()])
    world.mailchimp.down = True
    for _ in range(3):
        with pytest.raises(ProviderUnavailable):
            world.sync().follow(email())
    assert len(world.ledger.partitions[email()]) == facts
    world.mailchimp.down = False
    world.sync().follow(email())
    assert world.status() == "subscribed"


def test_a_crash_at_any_call_is_made_good_by_the_next_look(world: World) -> None:
    class Crash(BaseException):
        pass

    crashes = 0
    for n in range(1, 40):
        broken = World()
        broken.tell(GRANT)
        broken.fold()
        left = n
        sync = broken.sync()

        def counting[**P, R](call: Callable[P, R]) -> Callable[P, R]:
            def counted(*args: P.args, **kwargs: P.kwargs) -> R:
                nonlocal left
                left -= 1
                if left == 0:
                    raise Crash
                return call(*args, **kwargs)

            return counted

        for name in ("read", "audience", "subscribe"):
            setattr(broken.mailchimp, name, counting(getattr(broken.mailchimp, name)))
        sync = replace(sync, record=counting(broken.tell))
        try:
            sync.follow(email())
        except Crash:
            crashes += 1
        left = -1
        broken.fold()
        broken.sync().follow(email())
        broken.settle()
        assert broken.status() == "subscribed"
    assert crashes > 5


def test_who_is_imported_while_we_find_nobody_there_is_taken_out_all_the_same(world: World) -> None:
    """Between a look and its being written down anything may happen."""
    world.tell(GRANT, session("2026-11-22T09:30", payment="pi_2", box=False))
    world.fold()
    look = world.mailchimp.read

    def look_slowly(audience: str, address: str) -> Member | None:
        seen = look(audience, address)
        if audience == LIST and seen is None:
            world.clock += timedelta(seconds=30)
            imported = member("subscribed", world.clock.replace(microsecond=0))
            world.mailchimp.put(imported)
            world.tell(world.read_back(imported))
            world.clock += timedelta(seconds=30)
        return seen

    world.mailchimp.read = look_slowly  # type: ignore[method-assign]
    world.sync().follow(email())
    world.settle()
    assert world.status() == "unsubscribed"


def test_a_yes_that_changes_nothing_is_no_success(world: World) -> None:
    world.tell(GRANT)
    world.settle()
    world.tell(session("2026-11-22T12:00", payment="pi_2", box=False))
    world.clock = datetime(2026, 11, 22, 12, tzinfo=UTC)
    world.fold()
    world.mailchimp.unsubscribe = lambda audience, address: None  # type: ignore[method-assign]
    with pytest.raises(ChangeIgnored):
        world.sync().follow(email())
