"""Fold: from facts to the projection `people`, by the protocol of docs/architecture.md "The fold".

Read the people's versions, then all their facts; fold; write what changed in one transaction on those
versions. Another fold in between means: again. Nothing here depends on the order in which facts arrived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.consent import State, Suppression
from privacy.domain.facts import Fact
from privacy.domain.identifiers import is_email
from privacy.domain.linking import PERSON, Linked
from privacy.domain.person import Folding, Person
from privacy.domain.policy import Policy
from privacy.domain.projection import Holding, PeopleChanges, Pointer, Repointed, StoredPerson
from privacy.operations.people.neighbourhood import (
    UNKNOWN,
    Neighbourhood,
    NeighbourhoodTooLarge,
    read_neighbourhood,
)
from privacy.operations.people.person_summary import summary_of
from privacy.ports import FactLedger, PeopleConflict, PeopleStore, Registry

ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Folded:
    """What a fold did.

    read: every partition whose facts it has taken in. changed: people written or removed. unproven: people
    whom Mailchimp mails and who, as far as anybody can prove, never asked for it; newly so (E120).
    """

    read: frozenset[str]
    changed: int
    unproven: int


@dataclass(frozen=True, slots=True)
class Stores:
    """What a fold reads and writes."""

    ledger: FactLedger
    people: PeopleStore
    registry: Registry


def fold_people(
    identifiers: Collection[str],
    *,
    stores: Stores,
    policy: Policy,
    now: datetime,
    new_id: Callable[[], str],
    persons: Collection[str] = (),
) -> Folded:
    """Fold everybody whom facts filed under the identifiers concern.

    new_id: gives a random id for a person never seen before. persons: ids to fold besides, whom nothing may lead to.
    Raises PeopleConflict after ATTEMPTS lost races, NeighbourhoodTooLarge.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            found = _read(identifiers, persons, stores, policy, thorough=attempt > 1)
            return _fold_once(found, stores, policy, now, new_id)
        except PeopleConflict:
            if attempt == ATTEMPTS:
                raise
        except NeighbourhoodTooLarge:
            _suppress_alone(identifiers, stores, policy)
            raise
    raise AssertionError("unreachable")


def _suppress_alone(identifiers: Collection[str], stores: Stores, policy: Policy) -> None:
    """Whoever else facts connect with somebody, what they refuse counts at once (P20)."""
    for identifier in identifiers:
        alone = Folding(policy)
        for fact in stores.ledger.under(identifier):
            alone.add(fact)
        held = stores.registry.suppressions({i for i in alone.identifiers() if is_email(i)})
        for entry in _new_suppressions(alone.people()[1].values(), held):
            stores.registry.suppress(entry)


def refuse_second_filing(fact_key: str, identifier: str, *, stores: Stores, now: datetime) -> bool:
    """True where the event is already filed elsewhere: the first stays and this one goes.

    The ledger's key refuses a repeated id only within one partition; an event that comes back naming
    another address lands in another. Only providers' events can do that: our own keys name what they hold.
    """
    if not fact_key.startswith("stripe#"):
        return False
    if stores.registry.claim_event(fact_key, identifier, now) == identifier:
        return False
    stores.ledger.delete(identifier, fact_key)
    return True


def _fold_once(
    found: Neighbourhood, stores: Stores, policy: Policy, now: datetime, new_id: Callable[[], str]
) -> Folded:
    linked, people, suppressions = _resolve(found, stores)
    ids, new_facts = _ids(linked, now, new_id)
    holdings = _holdings(linked, ids, found.filed | {fact.filed_under for fact in new_facts})
    changes = PeopleChanges(person_facts=new_facts, stored=found.stored, held=_by_person(holdings))
    _change_links(linked, holdings, found, changes)
    _change_people(_summaries(people, ids, _neighbours(holdings), policy), found, changes)
    if changes:
        stores.people.save(changes)
    for entry in _new_suppressions(people.values(), suppressions):
        stores.registry.suppress(entry)
    for identifier, key in found.folding.echoes():
        stores.ledger.delete(identifier, key)
    return Folded(
        read=frozenset(found.read),
        changed=len(changes.summaries) + len(changes.gone),
        unproven=sum(
            _unproven(summary) and not _unproven(found.stored.get(person, StoredPerson(person)).summary)
            for person, summary in changes.summaries.items()
        ),
    )


def _read(
    identifiers: Collection[str], besides: Collection[str], stores: Stores, policy: Policy, *, thorough: bool
) -> Neighbourhood:
    """The neighbourhood, with every id that anybody in it was ever given, and those ids' versions.

    Usually pointers lead to all of them; in a table being rebuilt they do not yet, nor to a merged person's
    former id. Reading starts over then, because versions have to be read before facts.
    """
    persons = set(besides)
    partitions = set(identifiers)
    while True:
        found = read_neighbourhood(
            partitions,
            ledger=stores.ledger,
            people=stores.people,
            policy=policy,
            persons=persons,
            thorough=thorough,
        )
        linked = found.folding.links()
        unread = linked.recorded_ids - found.stored.keys()
        nameless = {
            a for a, links in linked.people.items() if links.emails and not links.recorded_ids
        } - found.read
        if not unread and not nameless:
            return found
        persons |= unread
        partitions |= nameless


def _resolve(
    found: Neighbourhood, stores: Stores
) -> tuple[Linked, Mapping[str, Person], Mapping[str, Suppression]]:
    suppressions = stores.registry.suppressions({i for i in found.folding.identifiers() if is_email(i)})
    linked, people = found.folding.people(suppressions)
    return linked, people, suppressions


def _ids(linked: Linked, now: datetime, new_id: Callable[[], str]) -> tuple[dict[str, str], list[Fact]]:
    """Each person's id by anchor: the oldest that one of their addresses was given, or a new one.

    A purchase or customer that nobody's address goes with yet is known by its own name, until it does.
    """
    ids: dict[str, str] = {}
    new_facts: list[Fact] = []
    for anchor, links in sorted(linked.people.items()):
        if not links.emails:
            ids[anchor] = f"{UNKNOWN}{anchor}"
        elif links.recorded_ids:
            ids[anchor] = links.recorded_ids[0][1]
        else:
            ids[anchor] = new_id()
            new_facts.append(_person_fact(anchor, ids[anchor], now))
    return ids, new_facts


def _person_fact(anchor: str, person: str, now: datetime) -> Fact:
    return Fact(
        source="privacy",
        event_id=person,
        type=PERSON,
        occurred_at=now,
        recorded_at=now,
        identifiers=(anchor,),
        subject=anchor,
        groups={"link": {"person": person, "created_at": now.isoformat()}},
        digest=person,
    )


def _summaries(
    people: Mapping[str, Person], ids: Mapping[str, str], neighbours: Mapping[str, set[str]], policy: Policy
) -> dict[str, Mapping[str, object]]:
    """Every person's item by id, and one for each former id that leads to it."""
    summaries: dict[str, Mapping[str, object]] = {}
    for anchor, person in people.items():
        aliases = sorted({former for _, former in person.links.recorded_ids} - set(ids.values()))
        summaries |= {alias: {"alias_of": ids[anchor]} for alias in aliases}
        summaries[ids[anchor]] = summary_of(
            person, ids[anchor], sorted(neighbours[ids[anchor]]), aliases, policy
        )
    return summaries


def _change_people(
    wanted: Mapping[str, Mapping[str, object]], found: Neighbourhood, changes: PeopleChanges
) -> None:
    relinked = {person for person, _ in changes.holdings}
    for person in wanted.keys() | found.stored.keys():
        stored = found.stored.get(person, StoredPerson(person))
        if person not in wanted:
            if stored.version:
                changes.gone.add(person)
        elif stored.summary != wanted[person] or person in relinked:
            changes.summaries[person] = wanted[person]
        changes.expected[person] = stored.version


def _holdings(
    linked: Linked, ids: Mapping[str, str], filed: Collection[str]
) -> dict[tuple[str, str], Holding]:
    """What everybody holds: their own identifiers and those that their facts name."""
    return {
        (ids[anchor], identifier): Holding(identifier in links.owned, identifier in filed)
        for anchor, links in linked.people.items()
        for identifier in (links.owned | links.named) - linked.shared
    }


def _by_person(holdings: Mapping[tuple[str, str], Holding]) -> dict[str, dict[str, Holding]]:
    held: dict[str, dict[str, Holding]] = defaultdict(dict)
    for (person, identifier), holding in holdings.items():
        held[person][identifier] = holding
    return held


def _neighbours(holdings: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """People who hold the same identifier: what is told of one may change the other, so they are read together."""
    holders: dict[str, set[str]] = defaultdict(set)
    for person, identifier in holdings:
        holders[identifier].add(person)
    neighbours: dict[str, set[str]] = defaultdict(set)
    for together in holders.values():
        for person in together:
            neighbours[person] |= together - {person}
    return neighbours


def _change_links(
    linked: Linked, wanted: Mapping[tuple[str, str], Holding], found: Neighbourhood, changes: PeopleChanges
) -> None:
    """Holdings and pointers as they must be, against what the stored people hold."""
    stored = {(p.person, i): holding for p in found.stored.values() for i, holding in p.holdings.items()}
    for key in wanted.keys() | stored.keys():
        if wanted.get(key) != stored.get(key):
            changes.holdings[key] = wanted.get(key)

    # what was read of a pointer itself outweighs what its holders say of it
    before = _pointers(stored) | found.pointers
    after = _pointers(wanted) | {i: Pointer(shared=True) for i in linked.shared & linked.owners.keys()}
    for identifier in before.keys() | after.keys():
        pointer = Repointed(before.get(identifier), after.get(identifier))
        if pointer.before != pointer.after or identifier in found.pointers:
            changes.pointers[identifier] = pointer


def _pointers(holdings: Mapping[tuple[str, str], Holding]) -> dict[str, Pointer]:
    owners: dict[str, str] = {}
    others: dict[str, list[str]] = defaultdict(list)
    for (person, identifier), holding in sorted(holdings.items()):
        if holding.owned:
            owners[identifier] = person
        else:
            others[identifier].append(person)
    return {
        identifier: Pointer(owners.get(identifier), tuple(others.get(identifier, ())))
        for identifier in owners.keys() | others.keys()
    }


def _unproven(summary: Mapping[str, object]) -> bool:
    consents = summary.get("consents")
    return isinstance(consents, Mapping) and any(
        c["state"] == State.UNPROVEN.value for c in consents.values()
    )


def _new_suppressions(people: Iterable[Person], held: Mapping[str, Suppression]) -> Iterable[Suppression]:
    """A17, A18: whoever withdrew or objected stays on the suppression list after everything else has gone."""
    for person in people:
        for entry in person.refusals:
            if entry.outranks(held.get(entry.email)):
                yield entry
