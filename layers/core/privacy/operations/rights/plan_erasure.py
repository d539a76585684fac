"""Plan an erasure: read everything that is held of somebody, here and at the providers, and say what of it would go
and what stays (A13, G24). Nothing is changed: whoever carries it out plans anew, and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from privacy.domain.clocks import paris_day
from privacy.domain.erasure import Elsewhere, ErasurePlan, Held, Piece, archived_stays, plan_of
from privacy.domain.facts import Fact
from privacy.domain.gone import names_of
from privacy.domain.identifiers import STRIPE_CUSTOMER, Pseudonyms, is_email, kind_of
from privacy.domain.orders import pays
from privacy.domain.person import Folding, Person
from privacy.domain.policy import Policy
from privacy.domain.purge import going
from privacy.domain.recipients import Recipient
from privacy.domain.request import Request
from privacy.domain.request_effects import owed
from privacy.domain.request_fold import fold
from privacy.domain.schedule import schedule
from privacy.operations.people.account_holders import held_by_others
from privacy.operations.people.describe_person import known_as
from privacy.operations.people.fold_people import Stores
from privacy.operations.retention.keepers import MOST_CASES, keepers_of
from privacy.operations.retention.owe_redaction import Listed
from privacy.operations.retention.purgeable import Purgeable, read_purgeable
from privacy.operations.rights.inform_recipients import whom_to_inform
from privacy.ports import MemberDirectory, Notes, RequestLog
from privacy.ports.directives import Directives
from privacy.ports.retention import Archive, Archived, LegalHolds, PaymentLookup

#: What keeps something from an erasure: claims, an order to keep it, and their own wish to have it kept. An open case
#: is none: what they asked for beside it was answered first (E37, E145).
COUNTING = frozenset({"dispute", "unpaid", "legal", "restriction"})
#: What there is of a bill that nobody has paid; here, or in the archive.
_OF_A_BILL = frozenset({"invoice", "unpaid", "archived"})


@dataclass(frozen=True, slots=True)
class Reading:
    """Where an erasure looks. audiences: all of ours. facts_of: an object that Stripe lists, as facts. recipients: the
    register's. redacts: whether Stripe blacks out what it keeps, once nobody has to keep it."""

    stores: Stores
    archive: Archive
    log: RequestLog
    holds: LegalHolds
    notes: Notes
    directives: Directives
    directory: MemberDirectory
    audiences: Callable[[], Sequence[str]]
    payments: PaymentLookup
    facts_of: Callable[[str, Mapping[str, object], datetime], Sequence[Fact]]
    policy: Policy
    recipients: Sequence[Recipient]
    pseudonyms: Pseudonyms
    now: Callable[[], datetime]
    redacts: bool = False


class Known(NamedTuple):
    """Who it is. found: what the ledger holds of them; None: it knows nobody. person: with what Stripe has, where that
    is missing here; missed: what that is, to be recorded first (E137). forms: their addresses, as anybody ever typed
    them. members: (audience, address) at Mailchimp. customers: Stripe's ids. contested: those that have their address
    and are somebody else's here. purchases: paid or billed, at Stripe or here. lasts: one that Stripe lists has to be
    kept, or nobody can tell. listed: all that Stripe has of them."""

    found: Purgeable | None
    person: Person | None
    missed: tuple[Fact, ...]
    forms: tuple[str, ...]
    members: tuple[tuple[str, str], ...]
    customers: tuple[str, ...]
    contested: frozenset[str]
    purchases: bool
    lasts: bool
    listed: Listed


@dataclass(frozen=True, slots=True)
class Erasable:
    """Somebody as they would be erased. archived: all of theirs. notes: by id. closed: ended requests of theirs, by
    number, each with its messages. keeps_purchases: the law or somebody's claim keeps one of theirs, here and so at
    Stripe."""

    emails: frozenset[str]
    known: Known
    held: Held
    archived: tuple[Archived, ...]
    notes: tuple[str, ...]
    closed: Mapping[str, tuple[str, ...]]
    keeps_purchases: bool
    plan: ErasurePlan

    @property
    def leaves_stripe(self) -> bool:
        """Nothing is kept of them, so that nothing keeps what Stripe has from being blacked out."""
        decided = self.held.decided
        return not self.keeps_purchases and (decided is None or decided.whole)

    @property
    def nothing(self) -> bool:
        """Nobody has anything of them but what they asked."""
        return not self.plan.goes and not self.plan.partial


def read_erasable(address: str, case: str, at: datetime, reading: Reading) -> Erasable:
    """at: as of when they are erased. case: the one that asks, which stays.

    Raises InvalidAddress, NeighbourhoodTooLarge, ProviderUnavailable, and what `facts_of` raises.
    """
    return _Look(address, case, at, reading).all()


def one_persons(seen: Erasable, addresses: Collection[str], pseudonyms: Pseudonyms) -> bool:
    """Whether these addresses too are of whom we saw: an operator has said so, and nothing else makes it so (E79)."""
    return not any(seen.emails.isdisjoint(pseudonyms.emails(address)) for address in addresses)


def piece_of(archived: Archived, group: str, orders: Collection[str]) -> Piece:
    """orders: the person's, by Order.order."""
    return Piece(group, archived.due_on[group], _order_of(archived.fact, orders))


@dataclass(frozen=True, slots=True)
class _Look:
    address: str
    case: str
    at: datetime
    by: Reading

    def all(self) -> Erasable:
        by = self.by
        asked = by.pseudonyms.emails(self.address)
        known = self._known(asked)
        emails = frozenset({*asked, *(known.person.links.emails if known.person else ())})
        archived = tuple(self._archived(known.found))
        held = self._held(known, archived)
        notes = tuple(note.id for note in by.notes.open() if note.about in emails)
        closed = dict(self._closed(emails))
        keeps = known.purchases and (known.lasts or self._keeps(held))
        elsewhere = Elsewhere(
            member=bool(known.members),
            customer=bool(known.customers),
            purchases=keeps,
            over=known.purchases and not keeps,
            messages=any(closed.values()),
            notes=bool(notes),
            directive=by.directives.of(emails) is not None,
            traces=bool(known.listed) and (held.decided is None or held.decided.whole),
            redacts=by.redacts,
        )
        plan = plan_of(known.found.id if known.found else "", held, elsewhere, by.policy)
        plan = replace(plan, told=self._told(known, archived))
        return Erasable(emails, known, held, archived, notes, closed, keeps, plan)

    def _keeps(self, held: Held) -> bool:
        """Something of theirs stays here."""
        decided, policy = held.decided, self.by.policy
        stays = decided is not None and not decided.whole
        return stays or any(archived_stays(piece, held, policy) is not None for piece in held.archived)

    def _told(self, known: Known, archived: Sequence[Archived]) -> tuple[str, ...]:
        facts = [*(known.found.facts if known.found else ()), *(each.fact for each in archived)]
        return whom_to_inform(self.address, known.person, facts, self.by.recipients)

    def _known(self, asked: Sequence[str]) -> Known:
        by, found = self.by, self._found(asked)
        person = found.person if found else None
        forms = self._forms(found)
        members = tuple(
            (audience, mailbox)
            for audience in sorted({*by.audiences(), *(found.audiences() if found else ())})
            for mailbox in sorted({form.lower() for form in forms})
            if by.directory.read(audience, mailbox) is not None
        )
        told, contested = self._at_stripe(forms, found)
        listed = [fact for kind, each in told for fact in by.facts_of(kind, each, by.now())]
        missed: tuple[Fact, ...] = ()
        lasting: Sequence[Fact] = ()
        if listed and (person is None or not person.paid_orders or self._is_over(person)):
            lasting = [*self._lasting(listed, found, asked)]
            person, missed = self._with(lasting, found, asked)
        customers = {str(each["id"]) for kind, each in told if kind == "customers"} | {*_customers(found)}
        purchases = bool(person and _bought(person)) or any(map(pays, listed))
        lasts = any(map(pays, lasting))
        return Known(
            found, person, missed, forms, members, tuple(sorted(customers)), contested, purchases, lasts, told
        )

    def _at_stripe(self, forms: Sequence[str], found: Purgeable | None) -> tuple[Listed, frozenset[str]]:
        """What Stripe lists of them, and whose accounts it names them in that are somebody else's."""
        told = self.by.payments.known_under(forms, _customers(found))
        named = {str(each["id"]) for kind, each in told if kind == "customers"} - {*_customers(found)}
        contested = held_by_others(named, found.ids if found else (), self.by.stores.people)
        theirs = [
            (kind, each)
            for kind, each in told
            if each.get("id" if kind == "customers" else "customer") not in contested
        ]
        return theirs, frozenset(contested)

    def _held(self, known: Known, archived: Sequence[Archived]) -> Held:
        person, by, today = known.person, self.by, paris_day(self.by.now())
        orders = [order.order for order in person.orders] if person else []
        pieces = [piece_of(each, group, orders) for each in archived for group in sorted(each.due_on)]
        if person is None:
            return Held(today, archived=pieces)
        erased = self._erased(person)
        due = schedule(erased, by.policy)
        ids = known.found.ids if known.found else ()
        keepers = keepers_of(person, ids, holds=by.holds, log=by.log)
        counting = tuple(keeper for keeper in keepers if keeper.kind in COUNTING)
        return Held(today, due, going(erased, due, counting, today), counting, pieces)

    def _is_over(self, person: Person) -> bool:
        """By the rules nothing of them has to be kept, whoever else keeps it."""
        erased = self._erased(person)
        return going(erased, schedule(erased, self.by.policy), (), paris_day(self.by.now())).whole

    def _erased(self, person: Person) -> Person:
        return replace(person, erased=dict.fromkeys(person.links.mailboxes, self.at))

    def _found(self, asked: Sequence[str]) -> Purgeable | None:
        id_ = known_as(asked, self.by.stores.people)
        if is_email(id_):
            return None
        return read_purgeable(id_, stores=self.by.stores, policy=self.by.policy)

    def _forms(self, found: Purgeable | None) -> tuple[str, ...]:
        forms = {self.address.strip(), self.address.strip().lower()}
        if found is not None and found.person is not None:
            forms |= {*found.typed_forms(found.person.links.mailboxes, self.by.pseudonyms)}
        return tuple(sorted(forms))

    def _with(
        self, lasting: Sequence[Fact], found: Purgeable | None, asked: Sequence[str]
    ) -> tuple[Person | None, tuple[Fact, ...]]:
        """Them with what Stripe has; that is missing here where they ordered something (E137)."""
        folding = found.folding if found else Folding(self.by.policy)
        for fact in lasting:
            folding.add(fact)
        linked, people = folding.people(self.by.stores.registry.suppressions(asked))
        with_it = people.get(linked.owner(asked[0]))
        before = found.person if found else None
        if with_it is None or not with_it.paid_orders:
            return before, ()
        return with_it, tuple(fact for fact in lasting if linked.owner(fact.subject) == with_it.anchor)

    def _lasting(
        self, listed: Sequence[Fact], found: Purgeable | None, asked: Sequence[str]
    ) -> Iterator[Fact]:
        """Without orders whose time is over: they have gone by their rules, and Stripe goes on listing them. All of
        it where nobody can tell whose it is."""
        folding = Folding(self.by.policy, found.folding.shared if found else frozenset())
        for fact in (*(found.facts if found else ()), *listed):
            folding.add(fact)
        linked, people = folding.people(self.by.stores.registry.suppressions(asked))
        person = people.get(linked.owner(asked[0]))
        if person is None:
            yield from listed
            return
        erased = self._erased(person)
        decided = going(erased, schedule(erased, self.by.policy), (), paris_day(self.by.now()))
        gone = {(due.piece.filed_under, due.piece.key, due.piece.group) for due in decided.remove}
        for fact in listed:
            if any((fact.filed_under, fact.key, group) not in gone for group in fact.groups):
                yield fact

    def _archived(self, found: Purgeable | None) -> Iterator[Archived]:
        for identifier in sorted(found.identifiers) if found else ():
            yield from self.by.archive.under(identifier)

    def _closed(self, emails: Collection[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Ended requests, and what of them is still kept word for word."""
        for id_ in self.by.log.of_sender(emails, MOST_CASES):
            request = fold(id_, self.by.log.steps(id_))
            if id_ != self.case and request.minimum is None and _is_over(request):
                yield id_, tuple(sorted(message.mail for message in request.messages if message.mail))


def _is_over(request: Request) -> bool:
    """Nothing waits in it: neither an answer or a letter of ours, nor a decision what it is, nor a hold."""
    held = any(hold.placed for hold in request.operator_holds)
    return request.ended and not held and not owed(request)


def _bought(person: Person) -> bool:
    """A bill is a document, and is owed, whether or not anything was ever paid (E101)."""
    return bool(person.paid_orders) or any(piece.group in _OF_A_BILL for piece in person.pieces)


def _customers(found: Purgeable | None) -> list[str]:
    owned = found.identifiers if found else ()
    return sorted(i.partition("#")[2] for i in owned if kind_of(i) == STRIPE_CUSTOMER)


def _order_of(fact: Fact, orders: Collection[str]) -> str:
    """As the person's orders call the purchase that an archived fact is about."""
    names = names_of(fact)
    return next((order for order in sorted(orders) if order in names), fact.subject)
