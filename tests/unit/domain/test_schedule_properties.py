"""Whatever the facts: no duty ends early, no promise late, and purging changes nothing but what it purges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from privacy import policy
from privacy.domain.clocks import CUSTOMER, add_years, paris_day
from privacy.domain.consent import Suppression
from privacy.domain.facts import Fact
from privacy.domain.orders import contract_until
from privacy.domain.person import Folding, Person, may_market
from privacy.domain.purge import Going, going, next_action_on
from privacy.domain.retention import Due, Piece
from privacy.domain.schedule import schedule
from privacy.operations.retention.archive_pieces import PieceArchive, by_fact
from tests import telling
from tests.fakes import MemoryArchive, MemoryLedger
from tests.worlds import FACTS

POLICY = policy.load()
_NEVER = date.max
#: Kept for accounting, as long as the purchase was paid (F7).
_DOCUMENTS = frozenset({"invoice", "order", "payment", "refund"})
#: More days than anything happens on in any of these worlds.
_RUNS = 200
_NEWSLETTER = frozenset({"consent", "subscription"})


def fold(facts: Iterable[Fact], refused: Mapping[str, Suppression] | None = None) -> dict[str, Person]:
    folding = Folding(POLICY)
    for fact in facts:
        folding.add(fact)
    return folding.people(refused)[1]


def schedules(facts: Iterable[Fact]) -> dict[Piece, Due]:
    """Of everybody."""
    return {due.piece: due for person in fold(facts).values() for due in schedule(person, POLICY)}


def paid(piece: Piece, person: Person) -> bool:
    return any(order.paid for order in person.orders if order.order in piece.purchases)


@given(FACTS)
def test_every_group_of_every_fact_has_one_day_and_leaves_the_active_base_before(facts: list[Fact]) -> None:
    due = schedules(facts)
    held = {(f.filed_under, f.key, group) for f in facts for group in f.groups}
    scheduled = {(p.filed_under, p.key, p.group) for p in due}
    assert scheduled <= held
    # a decision about somebody of whom nothing is held is nobody's
    assert {group for _, _, group in held - scheduled} <= {"link"}
    assert all(d.archive_on is None or d.archive_on < (d.due_on or _NEVER) for d in due.values())
    assert all(d.due_on is not None for d in due.values())


@given(FACTS)
def test_no_duty_of_the_law_ends_early(facts: list[Fact]) -> None:
    for person in fold(facts).values():
        contracts = {
            order.order: until for order in person.orders if (until := contract_until(order, POLICY.periods))
        }
        for due in schedule(person, POLICY):
            if due.piece.group not in _DOCUMENTS or not paid(due.piece, person):
                continue
            assert due.due_on is not None
            assert due.due_on > date(paris_day(due.piece.at).year + 10, 12, 31)
            assert all(due.due_on > contracts[o] for o in due.piece.purchases if o in contracts)


@given(FACTS)
def test_no_promise_ends_late(facts: list[Fact]) -> None:
    """P31, P33, A25."""
    for person in fold(facts).values():
        opted_in = person.last_opt_in
        newsletter = add_years(paris_day(opted_in), 3) if opted_in else date.min
        for due in schedule(person, POLICY):
            assert due.due_on is not None
            if person.clock.regime == CUSTOMER and person.last_order is not None:
                latest = add_years(paris_day(person.last_order), 10)
                if due.piece.group in _NEWSLETTER:
                    latest = max(latest, newsletter)
                if not POLICY.rule_of(f"group:{due.piece.group}").capped:
                    continue
            else:
                told = max(paris_day(person.last_fact), *(paris_day(p.at) for p in person.pieces))
                latest = max(newsletter, told + timedelta(days=30))
            assert due.due_on <= latest, due


@given(FACTS, st.sampled_from(["2026-01-06", "2027-06-30", "2029-12-31T23:30"]))
def test_a4_another_order_shortens_no_clock(facts: list[Fact], when: str) -> None:
    before = schedules(facts)
    who = "ana@example.fr"
    mine = fold(facts).get(telling.email(who))
    again = telling.session(when, who, payment="pi_again")
    after = schedules([*facts, again])
    for piece in mine.pieces if mine else ():
        assert (after[piece].due_on or _NEVER) >= (before[piece].due_on or _NEVER), piece


@given(FACTS)
def test_purging_day_by_day_takes_each_piece_on_its_own_day_and_revives_no_consent(facts: list[Fact]) -> None:
    """As if the worker ran every day and nothing held anybody: the first day's schedule comes true.

    But for who turns out to have bought more, or later, of whom something stays for longer: what two may claim of a
    purchase is the one's when the other has gone.
    """
    planned = {_filing(due.piece): due for due in schedules(facts).values()}
    everybody = fold(facts)
    office = _Office(facts)
    today = min((d for p in everybody.values() if (d := next_action_on(p, POLICY))), default=date.max)
    for _ in range(_RUNS):
        people = office.people()
        following: list[date] = []
        for person in people.values():
            run = going(person, schedule(person, POLICY), (), today)
            at_first = everybody.get(person.anchor)
            had = {_filing(piece) for piece in at_first.pieces} if at_first else set()
            grown = any(_filing(piece) not in had for piece in person.pieces)
            for due in (*run.archive, *run.remove):
                if (original := planned.pop(_filing(due.piece), None)) is not None:
                    longer = grown and (due.due_on or today) >= (original.due_on or _NEVER)
                    assert longer or _comes_true(original, due, today), due
            office.carry_out(run, person)
            following += [run.next_on] if run.next_on else []
        assert not _revived(office.people(), everybody, today), "purging gave a permission"
        # what was archived since has days that nobody knew when the run was decided
        following += [d for p in office.people().values() if (d := next_action_on(p, POLICY)) and d > today]
        if not office.people():
            break
        assert following, "somebody stays for ever"
        today = min(following)
    assert not office.people()
    assert {due.piece.group for due in planned.values()} <= {"link"}


def _comes_true(planned: Due, due: Due, today: date) -> bool:
    """A duty to the day; a promise not later. What is archived has the day that it had."""
    assert planned.due_on is not None
    if due.due_on is None or due.due_on > today:
        return due.due_on == planned.due_on
    exact = POLICY.rule_of(f"group:{due.piece.group}").minimum
    return today == planned.due_on if exact else today <= planned.due_on


def _revived(people: Mapping[str, Person], before: Mapping[str, Person], today: date) -> list[str]:
    """Addresses that may be mailed, and might not have been had nothing been purged.

    What only somebody else's refusal forbade, whom facts connect with them, ends when these facts go.
    """
    return [
        email
        for anchor, person in people.items()
        for email in person.links.emails
        if anchor in before
        and not before[anchor].links.proposed
        and may_market(person, email, today) > may_market(before[anchor], email, today)
    ]


def _filing(piece: Piece) -> tuple[str, str, str]:
    return piece.filed_under, piece.key, piece.group


class _Office:
    """A ledger, an archive and a suppression list, and no world around them."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._ledger = MemoryLedger()
        self._archive = MemoryArchive()
        self._refused: dict[str, Suppression] = {}
        for fact in facts:
            self._ledger.append(fact)

    def _facts(self) -> list[Fact]:
        return [fact for partition in [*self._ledger.partitions] for fact in self._ledger.under(partition)]

    def people(self) -> dict[str, Person]:
        people = fold(self._facts(), self._refused)
        for refusal in (refusal for person in people.values() for refusal in person.refusals):
            if refusal.outranks(self._refused.get(refusal.email)):
                self._refused[refusal.email] = refusal
        return people

    def carry_out(self, run: Going, person: Person) -> None:
        facts = {(fact.filed_under, fact.key): fact for fact in self._facts()}
        orders = {order.order: order for order in person.orders}
        began = telling.at("2026-01-01")
        moving = PieceArchive(self._archive, self._ledger, telling.PSEUDONYMS, person.links.owned, began)
        moving.move(run.archive, facts, orders, "person-1")
        if not run.whole:
            moving.remember(run.remove, facts, orders)
        for filing, dues in by_fact([*run.remove, *run.archive]).items():
            self._ledger.remove(facts[filing], {due.piece.group for due in dues})
        if run.archive:
            assert person.last_order in {p.last_order for p in self.people().values()}, (
                "whose order it was is known"
            )
