"""Whose is what: identifiers become people (design §2 "Linking", P16).

Every fact names identifiers; from all of them together `Links.resolve` decides who owns each. The result
depends only on the set of facts, never on their order. Three rules:

1. Whoever is nearer to the buyer's own act speaks first. A Checkout session carries the address that the
   buyer typed; the Stripe customer's owner comes second; an address on a card or receipt comes last.
   Within a rank the earliest claim holds, so that nobody gains another person's past by naming it later.
2. **Two addresses never merge by themselves.** Where facts name both, the link is *proposed*: it counts at
   once for what restricts (withdrawal, objection, holds) and for nothing else until an operator's merge.
3. An identifier that more than MAX_SHARED addresses use (one Stripe customer for all guests) links nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from privacy.domain.facts import Fact
from privacy.domain.identifiers import (
    CUSTOMER_NUMBER,
    STRIPE_CHARGE,
    STRIPE_CUSTOMER,
    STRIPE_INVOICE,
    STRIPE_PAYMENT,
    STRIPE_SESSION,
    is_email,
    kind_of,
)

#: A family or a small firm may share an account; more addresses than this mean that it names nobody.
MAX_SHARED = 10

PERSON = "person"
MERGED = "people_merged"
UNMERGED = "people_unmerged"

#: What a purchase is known by, the surest first.
PURCHASES = (STRIPE_PAYMENT, STRIPE_SESSION, STRIPE_INVOICE)


@dataclass(frozen=True, slots=True)
class PersonLinks:
    """One person as linking sees them.

    emails: identifiers of addresses that are theirs. aka: each of these to its mailbox: one mailbox has
    several where it was filed under several peppers, one person has several mailboxes only after a merge.
    owned: every identifier of theirs. named: identifiers that their facts name but that are somebody
    else's. proposed: the anchors of people whom facts connect with them. merged_at: when their addresses
    were last merged. recorded_ids: (created_at, person id) given to them, oldest first.
    """

    anchor: str
    emails: tuple[str, ...]
    aka: Mapping[str, str]
    owned: frozenset[str]
    named: frozenset[str]
    proposed: tuple[str, ...]
    merged_at: datetime | None
    recorded_ids: tuple[tuple[str, str], ...]

    @property
    def mailboxes(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.aka.values())))

    def mailbox(self, email: str) -> str:
        return self.aka.get(email, email)


@dataclass(frozen=True, slots=True)
class Linked:
    """Who owns which identifier (by anchor), who the people are, and what is shared by too many."""

    owners: Mapping[str, str]
    people: Mapping[str, PersonLinks]
    mailboxes: Mapping[str, str]
    shared: frozenset[str]

    @property
    def recorded_ids(self) -> set[str]:
        """Every person id that was ever given to anybody here."""
        return {person for links in self.people.values() for _, person in links.recorded_ids}

    def mailbox(self, email: str) -> str:
        """The mailbox that an address identifier means, whichever pepper it was made with."""
        return self.mailboxes.get(email, email)

    def owner(self, identifier: str) -> str:
        return self.owners.get(identifier, identifier)


@dataclass(slots=True)
class Links:
    """Collects what facts say about identifiers; adding a fact again changes nothing."""

    # identifier → rank → the earliest claim (instant, claimant)
    _claims: dict[str, dict[int, tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(dict))
    # identifier → addresses that facts name beside it
    _beside: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    # subject → every identifier that its facts name
    _named: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _same: dict[str, str] = field(default_factory=dict)
    _merges: dict[str, tuple[str, str, datetime]] = field(default_factory=dict)
    _unmerged: set[str] = field(default_factory=set)
    _ids: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))

    def add(self, fact: Fact) -> None:
        if fact.type == PERSON:
            link = fact.group("link")
            self._ids[fact.filed_under].add((str(link["created_at"]), str(link["person"])))
            return
        self._same.update(fact.aka)
        emails = [i for i in fact.identifiers if is_email(i)]
        if fact.type == MERGED and len(emails) == 2:
            self._merges[str(fact.group("link")["merge"])] = (emails[0], emails[1], fact.occurred_at)
            return
        if fact.type == UNMERGED:
            self._unmerged.add(str(fact.group("link")["merge"]))
            return
        self._named[fact.subject].update(fact.identifiers)
        for identifier in fact.identifiers:
            self._beside[identifier].update(emails)
        for identifier, rank, claimant in _claims_of(fact, emails):
            held = self._claims[identifier].get(rank)
            if held is None or (fact.occurred_at, claimant) < held:
                self._claims[identifier][rank] = (fact.occurred_at, claimant)

    def identifiers(self) -> set[str]:
        """Every identifier named so far."""
        named = set(self._beside) | set(self._same) | set(self._same.values()) | set(self._ids)
        return named.union(*((a, b) for a, b, _ in self._merges.values()))

    def resolve(self) -> Linked:
        anchors = _Anchors()
        for newer, older in self._same.items():
            anchors.join(newer, older)
        shared = frozenset(
            i
            for i, emails in self._beside.items()
            if not is_email(i) and len({anchors.of(e) for e in emails}) > MAX_SHARED
        )
        mailboxes = {i: anchors.of(i) for i in self.identifiers() if is_email(i)}
        merged: dict[str, datetime] = {}
        active = [pair for merge, pair in self._merges.items() if merge not in self._unmerged]
        for first, second, _ in active:
            anchors.join(first, second)
        for first, _, at in active:
            anchor = anchors.of(first)
            merged[anchor] = max(at, merged.get(anchor, at))

        owners = {i: self._owner(i, anchors, shared) for i in self.identifiers()}
        return Linked(owners, self._people(owners, anchors, shared, merged, mailboxes), mailboxes, shared)

    def _owner(self, identifier: str, anchors: _Anchors, shared: frozenset[str]) -> str:
        while not is_email(identifier):
            if identifier in shared:
                return identifier
            claims = self._claims.get(identifier, {})
            claimant = next(
                (claims[rank][1] for rank in sorted(claims) if claims[rank][1] not in shared), None
            )
            if claimant is None:
                return identifier
            identifier = claimant
        return anchors.of(identifier)

    def _people(
        self,
        owners: Mapping[str, str],
        anchors: _Anchors,
        shared: frozenset[str],
        merged: Mapping[str, datetime],
        mailboxes: Mapping[str, str],
    ) -> dict[str, PersonLinks]:
        owned: dict[str, set[str]] = defaultdict(set)
        for identifier, anchor in owners.items():
            owned[anchor].add(identifier)
        named: dict[str, set[str]] = defaultdict(set)
        for subject, identifiers in self._named.items():
            named[owners[subject]].update(i for i in identifiers if i not in shared or i == owners[subject])
        proposed = self._proposed(owners, anchors, shared)
        people: dict[str, PersonLinks] = {}
        for anchor, identifiers in named.items():
            emails = tuple(sorted(i for i in owned[anchor] if is_email(i)))
            people[anchor] = PersonLinks(
                anchor=anchor,
                emails=emails,
                aka={email: mailboxes[email] for email in emails},
                owned=frozenset(owned[anchor]),
                named=frozenset(identifiers - owned[anchor]),
                proposed=tuple(sorted(proposed[anchor])),
                merged_at=merged.get(anchor),
                recorded_ids=self._recorded(emails),
            )
        return people

    def _recorded(self, emails: Iterable[str]) -> tuple[tuple[str, str], ...]:
        return tuple(sorted(set[tuple[str, str]]().union(*(self._ids.get(email, ()) for email in emails))))

    def _proposed(
        self, owners: Mapping[str, str], anchors: _Anchors, shared: frozenset[str]
    ) -> dict[str, set[str]]:
        pairs: dict[str, set[str]] = defaultdict(set)
        for identifier, emails in self._beside.items():
            if identifier in shared:
                continue
            owner = owners[identifier]
            for other in {anchors.of(e) for e in emails} - {owner}:
                if is_email(owner):
                    pairs[owner].add(other)
                    pairs[other].add(owner)
        return pairs


def _claims_of(fact: Fact, emails: list[str]) -> Iterable[tuple[str, int, str]]:
    """(identifier, rank, claimant): lower ranks speak first; claimants are always of a stronger kind."""
    by_kind = {kind_of(i): i for i in reversed(fact.identifiers)}
    email = emails[0] if emails else None
    customer = by_kind.get(STRIPE_CUSTOMER)
    buyer = email if fact.type.startswith("checkout.session.") else None
    # what names only a payment's address says nothing about whose account it is
    holder = email if not fact.type.startswith(("charge.", "payment_intent.")) else None
    purchase = next((by_kind[kind] for kind in PURCHASES if kind in by_kind), None)
    claimants: Mapping[str, tuple[str | None, ...]] = {
        **dict.fromkeys(PURCHASES, (buyer, customer, email)),
        STRIPE_CUSTOMER: (holder,),
        STRIPE_CHARGE: (purchase or customer or email,),
        CUSTOMER_NUMBER: (customer or email,),
    }
    for identifier in fact.identifiers:
        for rank, claimant in enumerate(claimants.get(kind_of(identifier), ())):
            if claimant is not None:
                yield identifier, rank, claimant


class _Anchors:
    """Union-find over addresses; a set is known by its smallest member."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def of(self, email: str) -> str:
        while (parent := self._parent.get(email, email)) != email:
            email = parent
        return email

    def join(self, first: str, second: str) -> None:
        low, high = sorted((self.of(first), self.of(second)))
        if low != high:
            self._parent[high] = low
