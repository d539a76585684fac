"""`Person = fold(facts)`: all that is known of a person, derived and never patched (docs/architecture.md "Facts").

A `Folding` takes the facts of a neighbourhood (people whom facts connect) in any order, any number of times,
and gives the people in it. Same set of facts, same people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from privacy.domain.clocks import CUSTOMER, Clock, after, clock_of, paris_day
from privacy.domain.consent import (
    PERSONALISATION,
    RESTRICTED,
    RESTRICTION,
    Consent,
    ConsentLog,
    FactRef,
    State,
    Suppression,
)
from privacy.domain.consents import newsletter, resolved
from privacy.domain.facts import Fact, state_as_of, told_at
from privacy.domain.identifiers import (
    ORDER_NUMBER,
    STRIPE_INVOICE,
    STRIPE_PAYMENT,
    STRIPE_SESSION,
    is_email,
    kind_of,
)
from privacy.domain.linking import DECISIONS, ERASED, PERSON, PURCHASES, Linked, Links, PersonLinks, Sets
from privacy.domain.membership import OUR_DOING, Standing
from privacy.domain.orders import ORDER_GROUPS, Hold, Order, order_of
from privacy.domain.policy import Policy
from privacy.domain.retention import BARE, Piece

#: Raise it whenever the same facts fold to something else, and run `privacy rebuild` after the deployment
#: (docs/architecture.md "Clocks and holds").
FOLD_VERSION = 9


type _Fields = dict[str, tuple[tuple[datetime, str], str, FactRef]]


@dataclass(frozen=True, slots=True)
class Known:
    """A value and the fact that it comes from."""

    value: str
    fact: FactRef


@dataclass(frozen=True, slots=True)
class Person:
    """One person. Addresses stand in `profile` only; everywhere else identifiers do.

    links: identifiers that are theirs, and people whom facts connect with them. profile: the latest of each
    field. refusals: what belongs on the suppression list (A17, A18). permission_ends: the Paris day on which A2 or A3
    end the last permission, in force or not; may_market_until: the same, None where marketing is not allowed;
    renewal_on: the day of the letter before it. forgotten_on: when Mailchimp has nothing of a customer any more (R5).
    objected_at: since when they are against personalisation. restricted_at: since when their data are only stored
    (Art. 18). pieces: every
    field group of every fact that is theirs, wherever it is filed. repeated: keys of facts whose consent only repeats
    what our own calls did. lasting: keys of facts that say a no which nothing else remembers. erased: mailboxes that
    were erased, each with when (A13): what was known by then has lost its time, but for what is exempt.
    """

    links: PersonLinks
    profile: Mapping[str, Known]
    consents: tuple[Consent, ...]
    refusals: tuple[Suppression, ...]
    orders: tuple[Order, ...]
    holds: tuple[Hold, ...]
    last_order: datetime | None
    last_opt_in: datetime | None
    last_contact: datetime | None
    clock: Clock
    may_market_until: date | None
    permission_ends: date | None
    renewal_on: date | None
    facts: int
    last_fact: datetime
    recorded_until: datetime
    forgotten_on: date | None = None
    objected_at: datetime | None = None
    restricted_at: datetime | None = None
    pieces: tuple[Piece, ...] = ()
    repeated: frozenset[str] = frozenset()
    lasting: frozenset[str] = frozenset()
    erased: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        return self.links.anchor

    @property
    def standings(self) -> tuple[Standing, ...]:
        """How each mailbox stands towards marketing."""
        restricted = self.restricted_at is not None
        return tuple(
            _standing(c, self.may_market_until, self._nothing_there_from(c.email), restricted=restricted)
            for c in self.consents
        )

    def _nothing_there_from(self, mailbox: str) -> date | None:
        """Mailchimp was made to forget whoever was erased on that very day."""
        erased_at = self.erased.get(mailbox)
        return paris_day(erased_at) if erased_at is not None else self.forgotten_on

    @property
    def paid_orders(self) -> tuple[Order, ...]:
        return tuple(order for order in self.orders if order.paid)


def may_market(person: Person, email: str, today: date) -> bool:
    """May we send this address offers today? The only place that answers (P13, P17, P34, A2, A8).

    Yes only with a proven opt-in in force for this address, no withdrawal or objection since (of theirs, or
    of anybody whom facts connect with them), an address that takes mail, and a clock that still runs.
    """
    mailbox = person.links.mailbox(email)
    return any(s.may_market(today) for s in person.standings if s.mailbox == mailbox)


def may_personalise(person: Person) -> bool:
    """May what we know of them be used to make offers and pages fit (P32)? The only place that answers (E65, G29).

    An objection to offers is one to whatever makes them fit, too (Art. 21(2) GDPR).
    """
    objected = any(refusal.state is State.OBJECTED for refusal in person.refusals)
    return person.objected_at is None and person.restricted_at is None and not objected


def _standing(
    consent: Consent, until: date | None, forgotten_on: date | None, *, restricted: bool
) -> Standing:
    granted = consent.proof if consent.state is State.GRANTED else None
    moved_at = consent.since if consent.state is State.MOVED else None
    refused_at = max(filter(None, (consent.last_refused, moved_at, consent.blocked_since)), default=None)
    return Standing(
        mailbox=consent.email,
        address=consent.address,
        until=until if consent.mailable else None,
        refused_at=refused_at,
        historic=consent.historic,
        granted_at=granted.given_at if granted else None,
        home=granted.audience if granted else None,
        memberships=consent.memberships,
        forgotten_on=forgotten_on if refused_at else None,
        restricted=restricted,
    )


@dataclass(slots=True)
class Folding:
    """Collects facts; `people()` reads them. Memory grows with what is kept of a fact, not with its size.

    shared: identifiers known to name too many people to mean anybody (domain/linking.py).
    """

    policy: Policy
    shared: frozenset[str] = frozenset()
    _said: Links = field(default_factory=Links)
    # key → subject
    _seen: dict[str, str] = field(default_factory=dict)
    _consents: dict[str, ConsentLog] = field(default_factory=dict)
    _purchases: dict[str, list[Fact]] = field(default_factory=lambda: defaultdict(list))
    _numbered: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _purchase_names: Sets[tuple[int, str]] = field(default_factory=Sets)
    # subject → the fact's own address → field → (when and where said, value, fact)
    _profiles: dict[str, dict[str | None, _Fields]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    _counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    # what others told us, and what we did ourselves, which makes no data any younger
    _last: dict[str, datetime] = field(default_factory=dict)
    _did: dict[str, datetime] = field(default_factory=dict)
    # every time they wrote to us (A2 asks whether three years went by between), and since when they are against
    # personalisation
    _wrote: dict[str, set[datetime]] = field(default_factory=lambda: defaultdict(set))
    _objected: dict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    # subject → (when, by which fact, whether it restricts or lifts, in which case)
    _restricted: dict[str, set[tuple[datetime, str, str, str]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    # (where it is filed, key) → its subject, and the groups held of it, each with its instant
    _held: dict[tuple[str, str], tuple[str, tuple[tuple[str, datetime], ...]]] = field(default_factory=dict)
    _recorded: dict[str, datetime] = field(default_factory=dict)
    _erased: dict[str, datetime] = field(default_factory=dict)

    def add(self, fact: Fact) -> None:
        """Take one fact in; a second time changes nothing.

        A fact that came again under a newer pepper is filed twice: it counts once, and names both identifiers.
        """
        self._said.add(fact)
        self._hold(fact)
        if fact.type == ERASED:
            self._erased[fact.subject] = max(
                fact.occurred_at, self._erased.get(fact.subject, fact.occurred_at)
            )
        if fact.type in {PERSON, ERASED}:
            return
        again = fact.key in self._seen
        subject = self._seen.setdefault(fact.key, fact.subject)
        self._recorded[subject] = max(fact.recorded_at, self._recorded.get(subject, fact.recorded_at))
        if again:
            return
        ours = fact.type in OUR_DOING or fact.type in DECISIONS
        self._counts[subject] += 0 if ours else 1
        wrote = fact.groups.keys() == {"contact"}
        # whoever never came to be a customer is kept no longer for having written (R7, R19)
        latest = self._did if ours or wrote else self._last
        latest[subject] = max(fact.occurred_at, latest.get(subject, fact.occurred_at))
        if wrote:
            self._wrote[subject].add(fact.occurred_at)
        self._add_consent(fact)
        self._add_profile(fact)
        # whose number it is outlasts the documents of the order
        for number in fact.identifiers:
            if kind_of(number) == ORDER_NUMBER and number != fact.subject:
                self._numbered[number].add(fact.subject)
        if ORDER_GROUPS & fact.groups.keys():
            self._purchases[subject].append(_only_order_groups(fact))
            self._name_purchase(fact)

    def identifiers(self) -> set[str]:
        return self._said.identifiers()

    def echoes(self) -> list[tuple[str, str]]:
        """(identifier, fact key) of webhooks that say what our own calls did: no second entry (E122)."""
        return [(email, key) for email, log in sorted(self._consents.items()) for key in sorted(log.echoes())]

    def links(self) -> Linked:
        """Who owns what, without looking at what it is."""
        return self._said.resolve(self.shared)

    def people(
        self, suppressions: Mapping[str, Suppression] | None = None
    ) -> tuple[Linked, dict[str, Person]]:
        """Everybody in the neighbourhood by anchor, and who owns what. suppressions: by address identifier."""
        linked = self._said.resolve(self.shared)
        logs = self._logs(linked)
        refusals = {
            mailbox: refusal for mailbox, log in logs.items() if (refusal := log.refusal()) is not None
        }
        consents = resolved(logs, linked, suppressions or {})
        subjects: dict[str, list[str]] = defaultdict(list)
        for subject in self._counts:
            subjects[linked.owner(subject)].append(subject)
        held: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for filed, (subject, _) in self._held.items():
            owner = linked.owner(subject)
            # what is about an account that too many share is nobody's, and goes with whose address it is filed under
            held[owner if owner in linked.people else linked.owner(filed[0])].append(filed)
        repeated = {mailbox: log.repeated() for mailbox, log in logs.items()}
        return linked, {
            anchor: self._person(
                links,
                subjects=subjects[anchor],
                held=held[anchor],
                consents=consents,
                refusals=refusals,
                repeated=repeated,
            )
            for anchor, links in linked.people.items()
        }

    # --- what a fact adds -----------------------------------------------------------------------

    def _hold(self, fact: Fact) -> None:
        filed = (fact.filed_under, fact.key)
        if filed not in self._held:
            told = tuple((group, told_at(fact, group)) for group in fact.groups or (BARE,))
            self._held[filed] = (fact.subject, told)

    def _name_purchase(self, fact: Fact) -> None:
        """Whatever one fact calls a purchase by is one purchase: its payment, session and invoice."""
        said = fact.group("order") or fact.group("checkout")
        names = {i for i in fact.identifiers if kind_of(i) in PURCHASES}
        named = ((STRIPE_PAYMENT, "payment"), (STRIPE_SESSION, "session"), (STRIPE_INVOICE, "invoice"))
        names |= {f"{kind}#{said[name]}" for kind, name in named if said.get(name)}
        # a set is known by its smallest member, so the surest name has to sort first
        ranked = sorted((PURCHASES.index(kind_of(name)), name) for name in names)
        for other in ranked[1:]:
            self._purchase_names.join(ranked[0], other)

    def _purchase(self, subject: str) -> str:
        if kind_of(subject) not in PURCHASES:
            return subject
        return self._purchase_names.of((PURCHASES.index(kind_of(subject)), subject))[1]

    def _add_consent(self, fact: Fact) -> None:
        if not ("consent" in fact.groups or "subscription" in fact.groups):
            return
        emails = [i for i in fact.identifiers if is_email(i)]
        if not emails:
            return
        match fact.group("consent").get("purpose"):
            case purpose if purpose == PERSONALISATION:
                self._objected[fact.subject][fact.key] = fact.occurred_at
            case purpose if purpose == RESTRICTION:
                said = fact.group("consent")
                told = (str(said.get("choice")), str(said.get("case") or ""))
                self._restricted[fact.subject].add((fact.occurred_at, fact.key, *told))
        self._log(emails[0]).add(fact, self.policy)
        member = fact.group("subscription")
        typed = [member.get("email") or fact.group("consent").get("email")]
        if member.get("event") == "upemail" and len(emails) > 1:
            self._log(emails[0]).moved_to(fact.occurred_at)
            self._log(emails[1]).moved_from(fact.occurred_at, emails[0])
            typed.insert(0, member.get("previous_email"))
        for email, address in zip(emails, typed, strict=False):
            if isinstance(address, str):
                self._log(email).typed(fact.occurred_at, fact.key, address)

    def _log(self, email: str) -> ConsentLog:
        return self._consents.setdefault(email, ConsentLog(email))

    def _add_profile(self, fact: Fact) -> None:
        said = dict(fact.group("profile"))
        if phone := fact.group("phone").get("number"):
            said["phone"] = phone
        if not said:
            return
        held = self._profiles[fact.subject][next((i for i in fact.identifiers if is_email(i)), None)]
        stamp = (state_as_of(fact), fact.key)
        ref = FactRef.of(fact)
        for name, value in said.items():
            if value not in (None, "") and (name not in held or stamp > held[name][0]):
                held[name] = (stamp, str(value), ref)

    # --- what the facts come to -----------------------------------------------------------------

    def _logs(self, linked: Linked) -> dict[str, ConsentLog]:
        """One log a mailbox, whichever peppers its facts were filed under; moves between mailboxes taken in."""
        logs: dict[str, ConsentLog] = {}
        for email, told in self._consents.items():
            mailbox = linked.mailbox(email)
            logs.setdefault(mailbox, ConsentLog(mailbox)).absorb(told)
        return logs

    def _person(
        self,
        links: PersonLinks,
        *,
        subjects: Iterable[str],
        held: Iterable[tuple[str, str]],
        consents: Mapping[str, Consent],
        refusals: Mapping[str, Suppression],
        repeated: Mapping[str, frozenset[str]],
    ) -> Person:
        subjects = sorted(subjects)
        orders = self._orders(subjects)
        paid = [order.ordered_at for order in orders if order.paid and order.ordered_at is not None]
        mine = tuple(self._addressed(consents[m], links, subjects) for m in links.mailboxes if m in consents)
        last_order = max(paid, default=None)
        last_opt_in, opted_out = newsletter(mine, links.merged_at)
        contacts = [c.last_opt_in for c in mine if c.last_opt_in]
        contacts += [at for subject in subjects for at in self._wrote.get(subject, ())]
        contacts += [last_order] if last_order else []
        last_contact = max(contacts, default=None)
        last_fact = max((self._last[s] for s in subjects if s in self._last), default=None)
        if last_fact is None:
            last_fact = max(self._did[s] for s in subjects)
        clock = clock_of(
            self.policy.periods,
            last_order=last_order,
            last_opt_in=last_opt_in,
            opted_out=opted_out,
            last_fact=last_fact,
            unproven_since=min((c.unproven_since for c in mine if c.unproven_since), default=None),
            awaiting_payment=max((o.awaiting_since for o in orders if o.awaiting_since), default=None),
        )
        ends = self._permission_ends(clock, last_opt_in, [*contacts, *paid])
        restricted_at, restricting = self._restriction(subjects)
        until = ends if restricted_at is None and any(consent.mailable for consent in mine) else None
        objected = {key: at for s in subjects for key, at in self._objected.get(s, {}).items()}
        return Person(
            links=links,
            profile=self._profile(links, subjects),
            consents=mine,
            refusals=tuple(refusals[m] for m in links.mailboxes if m in refusals),
            orders=orders,
            holds=tuple(
                sorted((h for o in orders for h in o.holds), key=lambda h: (h.since, h.kind, h.about))
            ),
            last_order=last_order,
            last_opt_in=last_opt_in,
            last_contact=last_contact,
            clock=clock,
            may_market_until=until,
            permission_ends=ends,
            forgotten_on=self._forgotten_on(clock, last_contact),
            renewal_on=until - timedelta(days=self.policy.periods.renewal_days) if until else None,
            facts=sum(self._counts[s] for s in subjects),
            last_fact=last_fact,
            recorded_until=max(self._recorded[s] for s in subjects),
            objected_at=min(objected.values(), default=None),
            restricted_at=restricted_at,
            pieces=tuple(self._pieces(held, frozenset(order.order for order in orders))),
            repeated=frozenset[str]().union(*(repeated.get(m, ()) for m in links.mailboxes)),
            lasting=frozenset(objected) | restricting,
            erased={links.mailbox(e): self._erased[e] for e in sorted(links.emails) if e in self._erased},
        )

    def _addressed(self, consent: Consent, links: PersonLinks, subjects: Iterable[str]) -> Consent:
        """Whoever agreed where no address is typed, as by a letter's link, is written to at that of their purchases."""
        if consent.address is not None or not consent.mailable:
            return consent
        typed = [
            fields["email"][:2]
            for subject in subjects
            for email, fields in self._profiles.get(subject, {}).items()
            if email is not None and "email" in fields and links.mailbox(email) == consent.email
        ]
        return replace(consent, address=max(typed)[1]) if typed else consent

    def _restriction(self, subjects: Iterable[str]) -> tuple[datetime | None, frozenset[str]]:
        """Since when some case has had them restricted, and the facts that say so: each case lifts its own."""
        said = sorted(each for s in subjects for each in self._restricted.get(s, ()))
        restricting: set[str] = set()
        since: datetime | None = None
        for at, _, choice, case in said:
            (restricting.add if choice == RESTRICTED else restricting.discard)(case)
            since = (since or at) if restricting else None
        return since, frozenset(key for _, key, _, _ in said) if since else frozenset()

    def _pieces(self, held: Iterable[tuple[str, str]], orders: frozenset[str]) -> Iterator[Piece]:
        purchases: dict[str, tuple[str, ...]] = {}
        for filed in sorted(held):
            subject, told = self._held[filed]
            if subject not in purchases:
                names = self._numbered.get(subject, ()) if kind_of(subject) == ORDER_NUMBER else (subject,)
                purchases[subject] = tuple(sorted(orders.intersection(map(self._purchase, names))))
            for group, at in told:
                yield Piece(*filed, group, subject, at, purchases[subject])

    def _orders(self, subjects: Iterable[str]) -> tuple[Order, ...]:
        purchases: dict[str, list[Fact]] = defaultdict(list)
        numbers: list[str] = []
        for subject in subjects:
            if kind_of(subject) == ORDER_NUMBER:
                numbers.append(subject)
            elif subject in self._purchases:
                purchases[self._purchase(subject)] += self._purchases[subject]
        for number in numbers:
            # what is told of a number is told of each order that has it
            for purchase in {self._purchase(p) for p in self._numbered.get(number, ())} & purchases.keys():
                purchases[purchase] += self._purchases[number]
        orders = [order_of(purchase, facts) for purchase, facts in purchases.items()]
        return tuple(sorted(orders, key=lambda o: (o.ordered_at is None, o.ordered_at, o.order)))

    def _profile(self, links: PersonLinks, subjects: Iterable[str]) -> dict[str, Known]:
        """The latest of each field. What an account says under somebody else's address is not the owner's."""
        latest: _Fields = {}
        for subject in subjects:
            for email, fields in self._profiles.get(subject, {}).items():
                if links.emails and email is not None and email not in links.emails:
                    continue
                for name, said in fields.items():
                    if name not in latest or said[0] > latest[name][0]:
                        latest[name] = said
        return {name: Known(value, ref) for name, (_, value, ref) in sorted(latest.items())}

    def _permission_ends(
        self, clock: Clock, last_opt_in: datetime | None, contacts: Iterable[datetime]
    ) -> date | None:
        """A2 for customers, A3 for newsletter-only subscribers. What ended once, no later order brings back."""
        if last_opt_in is None:
            return None
        if clock.regime != CUSTOMER:
            return after(paris_day(last_opt_in), self.policy.periods.newsletter_only)
        ends = after(paris_day(last_opt_in), self.policy.periods.marketing)
        for contact in sorted(at for at in contacts if at > last_opt_in):
            if paris_day(contact) >= ends:
                break
            ends = after(paris_day(contact), self.policy.periods.marketing)
        # A25: with the order's ten years and the opt-in's three the proof goes, however lately they wrote
        return min(ends, clock.due_on or ends)

    def _forgotten_on(self, clock: Clock, last_contact: datetime | None) -> date | None:
        if clock.regime != CUSTOMER or last_contact is None:
            return None
        return after(paris_day(last_contact), self.policy.periods.marketing)


def _only_order_groups(fact: Fact) -> Fact:
    """The fact without its profile, delivery and consent: an order is made of the rest."""
    return replace(fact, groups={name: said for name, said in fact.groups.items() if name in ORDER_GROUPS})
