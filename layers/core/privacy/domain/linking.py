"""Whose is what: identifiers become people (docs/architecture.md "Linking"; P16).

Every fact names identifiers; from all of them together `Links.resolve` decides who owns each. The result
depends only on the set of facts, never on their order. Three rules:

1. Whoever is nearer to the buyer's own act speaks first. A Checkout session carries the address that the
   buyer typed; the Stripe customer's owner comes second; an address on a card or receipt comes last. A purchase
   on somebody's account that names only other addresses is nobody's until an operator says whose.
   Within a rank the earliest claim holds, so that nobody gains another person's past by naming it later.
2. **Two addresses never merge by themselves.** Where facts name both, the link is *proposed*: it counts at
   once for what restricts (withdrawal, objection, holds) and for nothing else until an operator's merge.
3. An account that more than MAX_SHARED addresses use (one Stripe customer for all guests) links nobody, and
   what is only about it, or filed under it, is nobody's.

An order's number names purchases and never people: it belongs to whoever all paid purchases of that number
belong to, and to nobody where they are several people's (docs/decisions, 7).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from privacy.domain.facts import HISTORY, Fact
from privacy.domain.identifiers import (
    CUSTOMER_NUMBER,
    ORDER_NUMBER,
    SHOP_ORDER,
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
KEPT_APART = "people_kept_apart"
#: That somebody was erased, of whom something had to stay: one fact a mailbox. It says nothing of whose is what.
ERASED = "person_erased"
#: What an operator decides about two addresses: nobody was heard of by it.
DECISIONS = frozenset({MERGED, UNMERGED, KEPT_APART})

#: The ranks of a claim that says what was found before the facts that told it went to the archive, and of one that
#: rests on whose account it is.
DECIDED = -1
ACCOUNT_HOLDER = 1
#: What a person may be known by over several purchases.
ACCOUNTS = (STRIPE_CUSTOMER, CUSTOMER_NUMBER)
#: What a purchase is known by, the surest first.
PURCHASES = (STRIPE_PAYMENT, STRIPE_SESSION, STRIPE_INVOICE, SHOP_ORDER)


class Merge(NamedTuple):
    """An operator's merge of two addresses, by their identifiers."""

    first: str
    second: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody whom facts connect with a person, and about whom no operator has decided.

    other: their anchor. since: when facts first named both. through: the identifiers beside which they stand.
    recorded: whether anything is about them, or facts only name their address.
    """

    other: str
    since: datetime
    through: tuple[str, ...]
    recorded: bool


@dataclass(frozen=True, slots=True)
class PersonLinks:
    """One person as linking sees them.

    emails: identifiers of addresses that are theirs. aka: each of these to its mailbox: one mailbox has
    several where it was filed under several peppers, one person has several mailboxes only after a merge.
    owned: every identifier of theirs. named: identifiers that their facts name but that are somebody
    else's. proposals: people whom facts connect with them. kept_apart: the anchors of people of whom an
    operator said that they are somebody else. merged_at: when their addresses were last merged. recorded_ids:
    (created_at, person id) given to them, oldest first.
    """

    anchor: str
    emails: tuple[str, ...]
    aka: Mapping[str, str]
    owned: frozenset[str]
    named: frozenset[str]
    proposals: tuple[Proposal, ...]
    kept_apart: tuple[str, ...]
    merged_at: datetime | None
    recorded_ids: tuple[tuple[str, str], ...]

    @property
    def mailboxes(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.aka.values())))

    @property
    def proposed(self) -> tuple[str, ...]:
        """The anchors of those whom facts connect with them: what these refuse restricts both."""
        return tuple(proposal.other for proposal in self.proposals)

    @property
    def asked_since(self) -> datetime | None:
        """Since when an operator has something to decide about them."""
        return min((proposal.since for proposal in self.proposals if proposal.recorded), default=None)

    def mailbox(self, email: str) -> str:
        return self.aka.get(email, email)


@dataclass(frozen=True, slots=True)
class Linked:
    """Who owns which identifier (by anchor), who the people are, what is shared by too many, and which merges,
    by their ids, hold.
    """

    owners: Mapping[str, str]
    people: Mapping[str, PersonLinks]
    mailboxes: Mapping[str, str]
    shared: frozenset[str]
    merges: Mapping[str, Merge]

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
class _Told:
    """What some facts say of identifiers; telling it again changes nothing."""

    # identifier → rank → the earliest claim (instant, claimant)
    claims: dict[str, dict[int, tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(dict))
    # identifier → addresses that facts name beside it, each since when
    beside: dict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    # an order's number → purchases that have it
    numbered: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    # subject → every identifier that its facts name
    named: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, fact: Fact) -> None:
        emails = [i for i in fact.identifiers if is_email(i)]
        self.named[fact.subject].update(fact.identifiers)
        for identifier in fact.identifiers:
            beside = self.beside[identifier]
            for email in emails:
                beside[email] = min(fact.occurred_at, beside.get(email, fact.occurred_at))
            if kind_of(identifier) == ORDER_NUMBER and identifier != fact.subject:
                self.numbered[identifier].add(fact.subject)
        for identifier, rank, claimant in _claims_of(fact, emails):
            held = self.claims[identifier].get(rank)
            if held is None or (fact.occurred_at, claimant) < held:
                self.claims[identifier][rank] = (fact.occurred_at, claimant)


@dataclass(slots=True)
class Links:
    """Collects what facts say about identifiers, in any order; `resolve` decides.

    Facts about an account are kept apart: should too many addresses turn out to use it, they say nothing.
    """

    _told: _Told = field(default_factory=_Told)
    _accounts: dict[str, _Told] = field(default_factory=lambda: defaultdict(_Told))
    _same: dict[str, str] = field(default_factory=dict)
    _merges: dict[str, Merge] = field(default_factory=dict)
    _unmerged: set[str] = field(default_factory=set)
    _apart: set[tuple[str, str]] = field(default_factory=set)
    _ids: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))

    def add(self, fact: Fact) -> None:
        link = fact.group("link")
        self._same.update(fact.aka)
        match fact.type:
            case t if t == PERSON:
                self._ids[fact.filed_under].add((str(link["created_at"]), str(link["person"])))
            case t if t == MERGED:
                done = Merge(*_pair(fact), fact.occurred_at)
                self._merges[str(link["merge"])] = min(done, self._merges.get(str(link["merge"]), done))
            case t if t == UNMERGED:
                self._unmerged.add(str(link["merge"]))
            case t if t == KEPT_APART:
                self._apart.add(_pair(fact))
            case t if t == ERASED:
                pass
            case _:
                about_account = kind_of(fact.subject) in ACCOUNTS
                (self._accounts[fact.subject] if about_account else self._told).take(fact)

    def identifiers(self) -> set[str]:
        """Every identifier named so far."""
        named = set(self._same) | set(self._same.values()) | set(self._ids)
        named.update(*(told.beside for told in (self._told, *self._accounts.values())))
        return named.union(*self._apart, *((a, b) for a, b, _ in self._merges.values()))

    def resolve(self, known_shared: Collection[str] = ()) -> Linked:
        """Who owns what. known_shared: accounts already known to name too many; facts seen here are some of all."""
        mailboxes, anchors, merged = self._addresses()
        shared = frozenset(known_shared) | self._shared(mailboxes)
        told = (self._told, *(t for account, t in self._accounts.items() if account not in shared))
        apart = frozenset(frozenset((anchors[a], anchors[b])) for a, b in self._apart)
        merges = {merge: pair for merge, pair in self._merges.items() if merge not in self._unmerged}
        resolution = _Resolution(told, mailboxes, anchors, merged, shared, self._ids, apart, merges)
        return resolution.linked(self.identifiers())

    def _addresses(self) -> tuple[dict[str, str], dict[str, str], dict[str, datetime]]:
        """(mailbox by address, anchor by address, when an anchor's addresses were last merged)."""
        sets = Sets[str]()
        for newer, older in self._same.items():
            sets.join(newer, older)
        emails = [i for i in self.identifiers() if is_email(i)]
        mailboxes = {email: sets.of(email) for email in emails}
        active = [pair for merge, pair in self._merges.items() if merge not in self._unmerged]
        for first, second, _ in active:
            sets.join(first, second)
        merged: dict[str, datetime] = {}
        for first, _, at in active:
            merged[sets.of(first)] = max(at, merged.get(sets.of(first), at))
        return mailboxes, {email: sets.of(email) for email in emails}, merged

    def _shared(self, mailboxes: Mapping[str, str]) -> set[str]:
        users: dict[str, set[str]] = defaultdict(set)
        for told in (self._told, *self._accounts.values()):
            for identifier, emails in told.beside.items():
                if kind_of(identifier) in ACCOUNTS:
                    users[identifier].update(mailboxes[email] for email in emails)
            for number, purchases in told.numbered.items():
                users[number] |= purchases
        return {identifier for identifier, mine in users.items() if len(mine) > MAX_SHARED}


@dataclass(frozen=True, slots=True)
class _Resolution:
    """One decision over everything told."""

    told: tuple[_Told, ...]
    mailboxes: Mapping[str, str]
    anchors: Mapping[str, str]
    merged: Mapping[str, datetime]
    shared: frozenset[str]
    ids: Mapping[str, set[tuple[str, str]]]
    apart: frozenset[frozenset[str]]
    merges: Mapping[str, Merge]

    def linked(self, identifiers: Iterable[str]) -> Linked:
        owners = {identifier: self._owner(identifier) for identifier in identifiers}
        return Linked(owners, self._people(owners), self.mailboxes, self.shared, self.merges)

    def _owner(self, identifier: str) -> str:
        if is_email(identifier):
            return self.anchors[identifier]
        if kind_of(identifier) == ORDER_NUMBER:
            return self._whose_number(identifier)
        claim = None if identifier in self.shared else self._claim(identifier)
        if claim is None:
            return identifier
        rank, claimant = claim
        owner = self._owner(claimant)
        if rank == ACCOUNT_HOLDER and is_email(owner) and self._disputed(identifier, owner):
            return identifier
        return owner

    def _whose_number(self, number: str) -> str:
        purchases = set[str]().union(*(told.numbered.get(number, ()) for told in self.told))
        owners = {self._owner(purchase) for purchase in purchases}
        return owners.pop() if len(owners) == 1 and number not in self.shared else number

    def _claim(self, identifier: str) -> tuple[int, str] | None:
        """(rank, claimant) of the lowest rank that is heard at all: whoever claimed first."""
        claims = [
            (rank, *claim)
            for told in self.told
            if identifier in told.claims
            for rank, claim in told.claims[identifier].items()
            if claim[1] not in self.shared
        ]
        return (min(claims)[0], min(claims)[2]) if claims else None

    def _disputed(self, purchase: str, holder: str) -> bool:
        """True where the purchase names addresses, and none of them is the account holder's."""
        if kind_of(purchase) not in PURCHASES:
            return False
        named = {self.anchors[e] for told in self.told for e in told.beside.get(purchase, ())}
        return bool(named) and holder not in named

    def _people(self, owners: Mapping[str, str]) -> dict[str, PersonLinks]:
        owned: dict[str, set[str]] = defaultdict(set)
        for identifier, anchor in owners.items():
            owned[anchor].add(identifier)
        named: dict[str, set[str]] = defaultdict(set)
        for told in self.told:
            for subject, identifiers in told.named.items():
                named[owners[subject]].update(identifiers - self.shared)
        proposals = self._proposals(owners, named.keys())
        people: dict[str, PersonLinks] = {}
        for anchor, identifiers in named.items():
            emails = tuple(sorted(i for i in owned[anchor] if is_email(i)))
            people[anchor] = PersonLinks(
                anchor=anchor,
                emails=emails,
                aka={email: self.mailboxes[email] for email in emails},
                owned=frozenset(owned[anchor]),
                named=frozenset(identifiers - owned[anchor]),
                proposals=tuple(proposals[anchor]),
                kept_apart=tuple(sorted(a for pair in self.apart if anchor in pair for a in pair - {anchor})),
                merged_at=self.merged.get(anchor),
                recorded_ids=tuple(
                    sorted(set[tuple[str, str]]().union(*(self.ids.get(email, ()) for email in emails)))
                ),
            )
        return people

    def _proposals(self, owners: Mapping[str, str], recorded: Collection[str]) -> dict[str, list[Proposal]]:
        # two anchors in order → the identifier that connects them → since when
        pairs: dict[tuple[str, str], dict[str, datetime]] = defaultdict(dict)
        for identifier, owner, first in self._beside(owners):
            for other, at in first.items():
                if other != owner and frozenset((owner, other)) not in self.apart:
                    through = pairs[min(owner, other), max(owner, other)]
                    since = max(at, first.get(owner, at))
                    through[identifier] = min(since, through.get(identifier, since))
        proposals: dict[str, list[Proposal]] = defaultdict(list)
        for (low, high), through in sorted(pairs.items()):
            for one, other in ((low, high), (high, low)):
                since = min(through.values())
                proposals[one].append(Proposal(other, since, tuple(sorted(through)), other in recorded))
        return proposals

    def _beside(self, owners: Mapping[str, str]) -> Iterable[tuple[str, str, dict[str, datetime]]]:
        """(identifier, its owner, who is named beside it since when), where that may connect people."""
        for told in self.told:
            for identifier, emails in told.beside.items():
                owner = owners[identifier]
                if identifier in self.shared or not is_email(owner):
                    continue
                first: dict[str, datetime] = {}
                for email, at in emails.items():
                    anchor = self.anchors[email]
                    first[anchor] = min(at, first.get(anchor, at))
                yield identifier, owner, first


def _claims_of(fact: Fact, emails: list[str]) -> Iterable[tuple[str, int, str]]:
    """(identifier, rank, claimant): lower ranks speak first; claimants are always of a stronger kind."""
    by_kind = {kind_of(i): i for i in reversed(fact.identifiers)}
    email = emails[0] if emails else None
    customer = by_kind.get(STRIPE_CUSTOMER)
    by_buyer = fact.type.startswith("checkout.session.") or SHOP_ORDER in by_kind
    buyer = email if by_buyer else None
    found: str | None = None
    # what names only a payment's address says nothing about whose account it is; and an account whose address
    # was changed was the former address's
    holder = emails[-1] if emails and not fact.type.startswith(("charge.", "payment_intent.")) else None
    if archived := fact.group("archived"):
        # whose it is was found before, by what may have gone since
        holder = found = str(archived["buyer"]) if archived.get("buyer") else None
    purchase = next((by_kind[kind] for kind in PURCHASES if kind in by_kind), None)
    # an account as it stands today says nothing of whose it was before: it is heard where nobody else claims it
    listed = fact.source == HISTORY and fact.type.startswith("customer.")
    unheard: tuple[str | None, ...] = (None,) if listed else ()
    claimants: Mapping[str, tuple[str | None, ...]] = {
        **dict.fromkeys(PURCHASES, (buyer, customer, email)),
        STRIPE_CUSTOMER: (*unheard, holder),
        STRIPE_CHARGE: (purchase or customer or email,),
        CUSTOMER_NUMBER: (*unheard, customer or email),
    }
    for identifier in fact.identifiers:
        for rank, claimant in enumerate(claimants.get(kind_of(identifier), ())):
            if claimant is not None:
                yield identifier, rank, claimant
        if found is not None and kind_of(identifier) in PURCHASES:
            yield identifier, DECIDED, found


def _pair(fact: Fact) -> tuple[str, str]:
    """The two addresses of an operator's decision, in order."""
    first, second = sorted(i for i in fact.identifiers if is_email(i))
    return first, second


class Sets[T: (str, tuple[int, str])]:
    """Sets that grow together (union-find); a set is known by its smallest member."""

    def __init__(self) -> None:
        self._parent: dict[T, T] = {}

    def of(self, member: T) -> T:
        while (parent := self._parent.get(member, member)) != member:
            member = parent
        return member

    def join(self, first: T, second: T) -> None:
        low, high = sorted((self.of(first), self.of(second)))
        if low != high:
            self._parent[high] = low
