"""Keep the day of an order whose documents go, where a permission still rests on it (A2, R8).

A permission lasts for as long as no three years pass without a contact, and contacts are read from what is held. The
documents of somebody's first orders go by R1 while the opt-in before them still counts: without their days it would
seem to have ended long ago, and its proof would go. So the day stays for as long as the proof, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from privacy.domain.clocks import PARIS, paris_day
from privacy.domain.consent import State
from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.identifiers import Pseudonyms, is_email
from privacy.domain.orders import ORDER_GROUPS
from privacy.domain.person import Folding, Person
from privacy.domain.policy import Policy
from privacy.domain.retention import Due
from privacy.operations.retention.archive_pieces import by_fact
from privacy.operations.retention.purgeable import Purgeable

#: The group, and the type, of a fact that tells only that there was a contact, and on which day.
CONTACT = "contact"
_SOURCE = "privacy"
_CHANNEL = "order"


def contacts_to_keep(
    found: Purgeable, going: Sequence[Due], *, policy: Policy, pseudonyms: Pseudonyms, at: datetime
) -> list[Fact]:
    """As few as will do, each to be recorded before anything goes. going: what is about to. at: when.

    The same pieces give the same facts, so that whoever breaks off writes none twice.
    """
    if not (_rests_on_contacts(found.person) and any(due.piece.group in ORDER_GROUPS for due in going)):
        return []
    folded = _Folded(found, policy)
    before = folded.with_these(found.facts)
    after = folded.with_these([*_left(found.facts, going)])
    if before is None or after is None or before.permission_ends is None:
        return []
    kept: list[Fact] = []
    gone = dict(_undated(before, after))
    while (reached := after.permission_ends) is not None and reached < before.permission_ends:
        # the latest that came while it lasted leads furthest
        last = max((ordered for ordered in gone.values() if paris_day(ordered) < reached), default=None)
        if last is None:
            break
        order = next(name for name, ordered in gone.items() if ordered == last)
        kept.append(_contact(_buyer(order, found, before), paris_day(last), pseudonyms, at))
        following = folded.and_this(kept[-1])
        if following is None or following.permission_ends == reached:
            return kept[:-1]
        after = following
    return kept


def _rests_on_contacts(person: Person | None) -> bool:
    """Whatever ended by their own word needs none."""
    return person is not None and any(consent.state is State.GRANTED for consent in person.consents)


class _Folded:
    """A person's own facts, folded again."""

    def __init__(self, found: Purgeable, policy: Policy) -> None:
        self._found = found
        self._policy = policy
        self._anchor = found.person.anchor if found.person else found.id
        self._folding = Folding(policy)

    def with_these(self, facts: Collection[Fact]) -> Person | None:
        self._folding = Folding(self._policy, self._found.folding.shared)
        for fact in facts:
            self._folding.add(fact)
        return self._person()

    def and_this(self, fact: Fact) -> Person | None:
        self._folding.add(fact)
        return self._person()

    def _person(self) -> Person | None:
        linked, people = self._folding.people(self._found.suppressions)
        return people.get(linked.owner(self._anchor))


def _left(facts: Collection[Fact], going: Sequence[Due]) -> Iterator[Fact]:
    leaving = {filing: {due.piece.group for due in dues} for filing, dues in by_fact(going).items()}
    for fact in facts:
        gone = leaving.get((fact.filed_under, fact.key), set())
        groups: Mapping[str, Group] = {name: said for name, said in fact.groups.items() if name not in gone}
        if groups or not gone:
            yield replace(fact, groups=groups)


def _undated(before: Person, after: Person) -> Iterator[tuple[str, datetime]]:
    """Orders of which nobody will know any more when they were placed, by Order.order."""
    dated = {order.order: order.ordered_at for order in after.paid_orders}
    for order in before.paid_orders:
        opted_in = before.last_opt_in
        if order.ordered_at is None or opted_in is None or order.ordered_at <= opted_in:
            continue
        if dated.get(order.order) != order.ordered_at:
            yield order.order, order.ordered_at


def _buyer(order: str, found: Purgeable, person: Person) -> str:
    """The address that the order was placed with, where one of theirs was named."""
    keys = {key for each in person.orders if each.order == order for key in each.facts}
    named = {i for fact in found.facts if fact.key in keys for i in fact.identifiers if is_email(i)}
    return min(named & set(person.links.emails), default=person.anchor)


def _contact(email: str, day: date, pseudonyms: Pseudonyms, at: datetime) -> Fact:
    """Named by the day and the address alone: nothing leads from it to the order."""
    noon = datetime.combine(day, time(12), PARIS).astimezone(at.tzinfo)
    groups: dict[str, Group] = {CONTACT: {"channel": _CHANNEL}}
    name = digest_of(pseudonyms.digest_key, CONTACT, noon, {CONTACT: {"channel": email}})
    return Fact(
        source=_SOURCE,
        event_id=f"{CONTACT}#{name[:32]}",
        type=CONTACT,
        occurred_at=noon,
        recorded_at=at,
        identifiers=(email,),
        subject=email,
        groups=groups,
        digest=digest_of(pseudonyms.digest_key, CONTACT, noon, groups),
    )
