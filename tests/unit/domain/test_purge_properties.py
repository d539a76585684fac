"""Whatever the facts and whatever the day: no stamp is late, and a purge changes nothing but what it takes away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from privacy import policy
from privacy.domain.consent import Suppression
from privacy.domain.facts import Fact
from privacy.domain.person import Folding, Person, may_market
from privacy.domain.purge import Going, Keeper, going, next_action_on
from privacy.domain.schedule import schedule
from privacy.operations.retention.archive_pieces import PieceArchive
from tests.fakes import MemoryArchive, MemoryLedger
from tests.telling import PSEUDONYMS, at
from tests.worlds import FACTS

POLICY = policy.load()
#: Mostly while a permission of these worlds may run.
_DAYS = st.one_of(
    st.dates(date(2026, 1, 6), date(2028, 12, 31)), st.dates(date(2026, 1, 6), date(2041, 1, 1))
)


def fold(facts: Iterable[Fact], refused: Mapping[str, Suppression] | None = None) -> dict[str, Person]:
    folding = Folding(POLICY)
    for fact in facts:
        folding.add(fact)
    return folding.people(refused)[1]


def decide(person: Person, today: date) -> Going:
    keepers = [Keeper(hold.kind, order.order, hold.since) for order in person.orders for hold in order.holds]
    return going(person, schedule(person, POLICY), keepers, today)


def refusals(people: Mapping[str, Person]) -> dict[str, Suppression]:
    """What is on the suppression list before anything goes."""
    listed: dict[str, Suppression] = {}
    for refusal in (refusal for person in people.values() for refusal in person.refusals):
        if refusal.outranks(listed.get(refusal.email)):
            listed[refusal.email] = refusal
    return listed


def without(facts: Iterable[Fact], people: Mapping[str, Person], today: date) -> list[Fact]:
    """What the ledger holds after the purge of that day: what the archive took leaves a fact there of whose it was."""
    held = {(fact.filed_under, fact.key): fact for fact in facts}
    ledger = MemoryLedger()
    gone: set[tuple[str, str, str]] = set()
    for person in people.values():
        run = decide(person, today)
        gone |= {(d.piece.filed_under, d.piece.key, d.piece.group) for d in [*run.remove, *run.archive]}
        moving = PieceArchive(MemoryArchive(), ledger, PSEUDONYMS, person.links.owned, at(f"{today}T12:00"))
        moving.move(run.archive, held, {order.order: order for order in person.orders}, person.anchor)
    left = [fact for partition in ledger.partitions.values() for fact in partition.values()]
    for (filed_under, key), fact in held.items():
        groups = {name: said for name, said in fact.groups.items() if (filed_under, key, name) not in gone}
        if groups or (not fact.groups and (filed_under, key, "") not in gone):
            left.append(replace(fact, groups=groups))
    return left


@given(FACTS, _DAYS)
def test_whatever_is_done_of_somebody_on_a_day_their_stamp_is_not_later(
    facts: list[Fact], today: date
) -> None:
    for person in fold(facts).values():
        run, stamp = decide(person, today), next_action_on(person, POLICY)
        letter = run.renewal_on is not None and run.renewal_on <= today
        if run.remove or run.archive or run.kept or run.whole or run.forget or letter:
            assert stamp is not None
            assert stamp <= today
        elif stamp is not None and stamp > today:
            assert run.next_on == stamp
        assert run.next_on is None or run.next_on > today
        assert run.next_on is not None or run.whole


@given(FACTS, _DAYS)
def test_what_goes_on_a_day_gives_nobody_a_permission_and_makes_nobody_a_customer(
    facts: list[Fact], today: date
) -> None:
    before = fold(facts)
    listed = refusals(before)
    left = fold(without(facts, before, today), listed)
    for anchor, person in left.items():
        old = before.get(anchor)
        # what only somebody else's refusal forbade, whom facts connect with them, ends when these facts go
        if old is None or old.links.proposed:
            continue
        for email in person.links.emails:
            assert may_market(person, email, today) <= may_market(old, email, today)
        assert (person.last_opt_in is None) >= (old.last_opt_in is None), "an opt-in came back"
        assert (person.last_order is None) >= (old.last_order is None), "an order came back"
        if old.last_order and person.last_order:
            assert person.last_order.date() >= old.last_order.date() or old.clock.due(today)
        assert not decide(person, today).whole or old.clock.due(today) or not old.last_order


@given(FACTS, _DAYS)
def test_once_what_is_due_has_gone_nothing_else_is_due_that_day(facts: list[Fact], today: date) -> None:
    before = fold(facts)
    due = {
        (d.piece.filed_under, d.piece.key, d.piece.group)
        for person in before.values()
        for d in schedule(person, POLICY)
        if d.due_on is not None and d.due_on <= today
    }
    left = fold(without(facts, before, today), refusals(before))
    for anchor, person in left.items():
        if anchor not in before or before[anchor].links.proposed:
            continue  # whom facts connect folds anew with every one of them that goes
        again = {
            (d.piece.filed_under, d.piece.key, d.piece.group): d
            for d in decide(person, today).remove
            if d.piece.group not in {"", "link"}
        }
        assert again.keys() <= due, [again[late] for late in again.keys() - due]
