"""Purge a person: what is due of them, decided anew from their facts at the moment of deletion (docs "Purge").

    prepare (read · fold · decide · ask Stripe and Mailchimp) → say farewell (marks · look again · providers) → empty

Nothing of ours goes before every provider has forgotten. Whatever breaks off comes again: before the first deletion it
is decided anew; after it the marks say that it was decided, and `erase_again` finishes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from privacy.domain.clocks import paris_day
from privacy.domain.facts import Fact
from privacy.domain.identifiers import STRIPE_CUSTOMER, Pseudonyms, kind_of
from privacy.domain.membership import ARCHIVED, OUR_SOURCE
from privacy.domain.person import Person
from privacy.domain.policy import Policy
from privacy.domain.purge import Going, Keeper, going, next_action_on
from privacy.domain.retention import Due
from privacy.domain.schedule import schedule
from privacy.operations.consent import member_facts
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.operations.retention.archive_pieces import PieceArchive, by_fact
from privacy.operations.retention.erase_again import erase_again
from privacy.operations.retention.forget_at_providers import (
    Farewell,
    Providers,
    forget_everywhere,
    forget_members_of_who_stays,
    members_of,
)
from privacy.operations.retention.keep_contacts import contacts_to_keep
from privacy.operations.retention.look_up_payments import AtStripe, look_up_payments
from privacy.operations.retention.owe_redaction import Owing
from privacy.operations.retention.purgeable import Purgeable, read_purgeable
from privacy.ports.retention import Archive, Erased, FactRemover, PaymentLookup

#: What the purge tells of somebody: an order that no webhook brought (E137), and that somebody goes late.
MISSED_ORDER = "missed_order"
LATE = "late"
#: What keeps somebody's data as they are.
_KEEP_WHOLE = frozenset({"legal", "restriction"})
#: Whoever is due is gone by the end of the next day (P33 is a maximum).
_IN_TIME = timedelta(days=1)


class PersonChanged(Exception):
    """Something came in while they were being purged: nothing of theirs has gone, and it is decided anew (E147)."""


@dataclass(frozen=True, slots=True)
class PersonPurge:
    """What it takes to purge people.

    keepers: whatever keeps something of a person (by the person and all ids of theirs). facts_of: an object that Stripe
    lists, as facts. record: appends a fact. told: MISSED_ORDER | LATE. renew: asks them whether they stay, before a
    permission ends (operations/consent/offer_renewal.py); again changes nothing. owing: what Stripe is to black out
    of whoever goes whole; None where it redacts nothing.
    """

    stores: Stores
    remover: FactRemover
    archive: Archive
    keepers: Callable[[Person, Collection[str]], Collection[Keeper]]
    providers: Providers
    payments: PaymentLookup
    facts_of: Callable[[str, Mapping[str, object], datetime], Sequence[Fact]]
    record: Callable[[Fact], object]
    policy: Policy
    pseudonyms: Pseudonyms
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    told: Callable[[str], None]
    renew: Callable[[Person], object]
    owing: Owing | None = None

    def prepare(self, person_id: str) -> Leaving | None:
        """What of them goes now; None: nothing. Everybody who has to be asked has been asked.

        Raises ProviderUnavailable, NeighbourhoodTooLarge, LedgerUnavailable, PeopleConflict.
        """
        found = read_purgeable(person_id, stores=self.stores, policy=self.policy)
        if found.person is None:
            self._remove_all(found)  # what is left are our own items, and our own id of them
            return None
        today = paris_day(self.now())
        decided = _without_todays_calls(self.decide(found.person, found.ids, today), found, today)
        decided = self._asked_to_stay(decided, found.person, found.ids, today)
        if not (decided.remove or decided.archive):
            if decided.kept:
                self._move_day(
                    found, decided, today
                )  # by which it is told whom nothing kept, and who goes late
            else:
                self._look_again_later(found, decided, today)
            return None
        farewell = self._asked(found, decided, today)
        if farewell is None:
            return None
        if _is_late(decided.remove, found, today):
            self.told(LATE)
        return Leaving(found, decided, farewell)

    def decide(self, person: Person, ids: Collection[str], today: date) -> Going:
        """Who keeps what is asked only about those of whom something is due."""
        due = schedule(person, self.policy)
        decided = going(person, due, (), today)
        return going(person, due, self.keepers(person, ids), today) if _anything(decided) else decided

    def say_farewell(self, leaving: Leaving, at: datetime) -> None:
        """Have the providers forget. at: the instant of the purge, the same at every attempt.

        Raises PersonChanged, ProviderUnavailable; nothing of theirs has gone then, and no mark of that instant stays.
        """
        try:
            if leaving.whole:
                for identifier in sorted(leaving.found.identifiers):
                    self.stores.registry.mark_gone(identifier, at)
            self._look_again(leaving.found)
            if leaving.whole:
                if self.owing is not None and leaving.farewell.redacts is not None:
                    self.owing.owe(leaving.found.id, leaving.farewell.redacts, paris_day(at))
                forget_everywhere(leaving.farewell, self.providers, lambda m: leaving.tell(m, self.now()))
            else:
                self._forget_members(leaving)
        except Exception:
            self.unmark(leaving, at)
            raise

    def unmark(self, leaving: Leaving, at: datetime) -> None:
        """They stay for now. Under a mark any fact that came in would take the others along, and with them what is
        known of where to look at the providers. Without one Mailchimp's word that they left would read as theirs, so
        that it was asked to is put down before (E122)."""
        if not leaving.whole:
            return
        try:
            for (audience, address), asked_at in leaving.asked.items():
                asked = member_facts.asked(
                    audience, address, ARCHIVED, pseudonyms=self.pseudonyms, now=asked_at
                )
                self.record(asked)
        finally:
            for identifier in sorted(leaving.found.identifiers):
                self.stores.registry.unmark_gone(identifier, at)
            if self.owing is not None:
                self.owing.take_back(leaving.found.id)

    def empty(self, leaving: Leaving, at: datetime) -> None:
        """Exactly what was read, each fact under its condition. Raises LedgerUnavailable, PeopleConflict."""
        found = leaving.found
        if leaving.whole:
            self._remove_all(found)
            return
        facts = {(fact.filed_under, fact.key): fact for fact in found.facts}
        if found.person is not None:
            orders = {order.order: order for order in found.person.orders}
            owned = found.person.links.owned
            moving = PieceArchive(self.archive, self.stores.ledger, self.pseudonyms, owned, at)
            moving.move(leaving.going.archive, facts, orders, found.id)
            moving.remember(leaving.going.remove, facts, orders)
            for contact in contacts_to_keep(
                found, leaving.going.remove, policy=self.policy, pseudonyms=self.pseudonyms, at=at
            ):
                self.stores.ledger.append(contact)
            self._clear_archive(found.person, found.identifiers, leaving.going)
        for filing, dues in by_fact([*leaving.going.remove, *leaving.going.archive]).items():
            if filing in facts:
                self.remover.remove(facts[filing], {due.piece.group for due in dues})
        self._fold(found)
        self._look_again_after(found.id)

    def _clear_archive(self, person: Person, identifiers: Collection[str], decided: Going) -> None:
        """What an erasure left there only because something kept it goes with the first night without (A13, A23)."""
        if (
            decided.kept
            or not person.links.mailboxes
            or not set(person.links.mailboxes) <= person.erased.keys()
        ):
            return
        since = min(person.erased.values())
        for archived in (
            each for identifier in sorted(identifiers) for each in self.archive.under(identifier)
        ):
            left = [group for group in archived.due_on if not self.policy.rule_of(f"group:{group}").exempt]
            if left and archived.fact.occurred_at <= since:
                self.archive.remove(archived, left)

    def was_emptying(self, person_id: str, at: datetime) -> bool:
        """Whether an earlier attempt had them marked, and with that decided; then it is finished here.

        Raises NeighbourhoodTooLarge, PeopleConflict.
        """
        found = read_purgeable(person_id, stores=self.stores, policy=self.policy)
        if not found.identifiers:
            return True
        # what an order that came since is called by was never marked, and no mark may keep it out (E147)
        marked = self.marked(found.identifiers, at)
        if not marked:
            return False
        erase_again(
            marked,
            at,
            stores=self.stores,
            policy=self.policy,
            now=self.now(),
            new_id=self.new_id,
        )
        # an operator's word that two addresses are one person's: no mark keeps it out
        for fact in found.facts:
            if "link" in fact.groups and marked.issuperset(fact.identifiers) and fact.recorded_at <= at:
                self.remover.remove(fact, fact.groups.keys())
        left = read_purgeable(person_id, stores=self.stores, policy=self.policy)
        if left.person is None:
            self._remove_all(left)
        else:  # whoever came since may be somebody new, and is not led to what is left of them
            self._fold(left)
        return True

    def marked(self, identifiers: Collection[str], at: datetime) -> set[str]:
        """Which of these a purge of that instant has marked."""
        return {i for i, since in self.stores.registry.gone(identifiers).items() if since == at}

    def _asked_to_stay(self, decided: Going, person: Person, ids: Collection[str], today: date) -> Going:
        """Whose data have to stay as they are is not asked for more, nor told that they go: every night it is looked
        whether they may be asked by now."""
        if decided.renewal_on is None or decided.renewal_on > today:
            return decided
        if _KEEP_WHOLE.isdisjoint(keeper.kind for keeper in self.keepers(person, ids)):
            self.renew(person)
            return decided
        return decided._replace(next_on=today + timedelta(days=1))

    def _look_again_later(self, found: Purgeable, decided: Going, today: date) -> None:
        """The index said so, and the facts do not; or what there was to do leaves everything as it was."""
        if not self._move_day(found, decided, today):
            self._fold(found)

    def _look_again_after(self, person_id: str) -> None:
        """Of whom something went today, the rest comes to be due another day."""
        today = paris_day(self.now())
        left = read_purgeable(person_id, stores=self.stores, policy=self.policy)
        if left.person is not None:
            decided = self.decide(left.person, left.ids, today)
            if not (decided.remove or decided.archive or decided.kept):
                self._move_day(left, self._asked_to_stay(decided, left.person, left.ids, today), today)

    def _move_day(self, found: Purgeable, decided: Going, today: date) -> bool:
        """False: the day that the facts tell is yet to come."""
        due_on = next_action_on(found.person, self.policy) if found.person else None
        if due_on is None or due_on > today:
            return False
        self.stores.people.look_again(found.id, found.stored.version, decided.next_on)
        return True

    # --- parts ------------------------------------------------------------------------------------------------

    def _asked(self, found: Purgeable, decided: Going, today: date) -> Farewell | None:
        """What the providers have of them; None: Stripe knows of an order, which has been recorded (E137)."""
        person = found.person
        if person is None or not (decided.whole or decided.forget):
            return Farewell()
        mailboxes = person.links.mailboxes if decided.whole else tuple(decided.forget)
        forms = found.typed_forms(mailboxes, self.pseudonyms)
        if not decided.whole:
            return Farewell(members_of(forms, found.audiences(), self.providers))
        customers = {i.partition("#")[2] for i in found.identifiers if kind_of(i) == STRIPE_CUSTOMER}
        redacts = None
        if self.owing is not None or not person.paid_orders:
            there = look_up_payments(
                found,
                forms,
                payments=self.payments,
                people=self.stores.people,
                facts_of=self.facts_of,
                asked_at=self.now(),
            )
            if there is not None and self._stays(there, found, today):
                return None
            customers |= there.customers if there else set()
            if self.owing is not None:
                redacts = self.owing.seen(found, there.listed if there else ())
        members = members_of(forms, found.audiences(), self.providers)
        return Farewell(members, tuple(sorted(customers)), forms, redacts)

    def _stays(self, there: AtStripe, found: Purgeable, today: date) -> bool:
        """With what Stripe has they are not due: it is recorded, and they are kept."""
        if self.decide(there.person, found.ids, today).whole:
            return False
        for fact in there.facts:
            self.record(fact)
        if there.person.paid_orders:
            self.told(MISSED_ORDER)
        return True

    def _look_again(self, found: Purgeable) -> None:
        if found.interrupted(self.stores.ledger):
            raise PersonChanged

    def _forget_members(self, leaving: Leaving) -> None:
        forget_members_of_who_stays(
            leaving.farewell.members,
            self.providers,
            pseudonyms=self.pseudonyms,
            now=self.now,
            record=self.record,
        )

    def _remove_all(self, found: Purgeable) -> None:
        """One plain write each; a fold only where somebody else is concerned, or folded them meanwhile."""
        for fact in found.facts:
            self.remover.remove(fact, fact.groups.keys())
        known = found.stored.version or found.stored.holdings
        if known and not (found.alone and self.stores.people.drop(found.stored)):
            self._fold(found)

    def _fold(self, found: Purgeable) -> None:
        theirs = found.read.keys() | {i for i, holding in found.stored.holdings.items() if holding.owned}
        fold_people(
            theirs,
            stores=self.stores,
            policy=self.policy,
            now=self.now(),
            new_id=self.new_id,
            persons=[found.id],
        )


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody of whom something goes now. asked: members of whom Mailchimp was asked to forget all, and when."""

    found: Purgeable
    going: Going
    farewell: Farewell
    asked: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def tell(self, member: tuple[str, str], now: datetime) -> None:
        """Mailchimp is about to be asked."""
        self.asked[member] = now

    @property
    def whole(self) -> bool:
        return self.going.whole

    @property
    def line(self) -> dict[str, int]:
        """Of the receipt: how many pieces go by each rule."""
        return dict(Counter(due.rule for due in self.going.remove))

    def erased(self, at: datetime) -> Erased:
        """Of the replay list."""
        return Erased(self.found.id, tuple(sorted(self.found.identifiers)), at)


def _anything(decided: Going) -> bool:
    return bool(decided.remove or decided.archive or decided.whole or decided.forget)


def _without_todays_calls(decided: Going, found: Purgeable, today: date) -> Going:
    """Of somebody of whom something stays, what we asked Mailchimp for today stays until tomorrow: it tells that the
    answer to it is no word of theirs (E122)."""
    if decided.whole:
        return decided
    ours = {
        (fact.filed_under, fact.key)
        for fact in found.facts
        if fact.source == OUR_SOURCE and paris_day(fact.recorded_at) == today
    }
    remove = (due for due in decided.remove if (due.piece.filed_under, due.piece.key) not in ours)
    return decided._replace(remove=tuple(remove))


def _is_late(going_now: Sequence[Due], found: Purgeable, today: date) -> bool:
    """Later than the day after they were due, and after whatever made them so: what we were told since, and what kept
    them, for whoever is kept stands in the index of the day after."""
    stood = found.stored.summary.get("due_on")
    since = [date.fromisoformat(stood)] if isinstance(stood, str) else []
    since += [paris_day(found.person.recorded_until)] if found.person else []
    return any(
        max(due.due_on, paris_day(due.piece.at), *since) + _IN_TIME < today
        for due in going_now
        if due.due_on is not None
    )
