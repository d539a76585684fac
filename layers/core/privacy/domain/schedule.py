"""When each piece of a person goes: the rules of policy/imera.toml, applied (A1-A5, A13, A17, A19-A25, P31, P33).

Whoever never ordered goes as a whole, on the day of their clock (R6, R7); only an unfinished checkout goes before them
(R19), and after them a bill that they were sent (R1, R18). Of a customer each piece has the clock of its group's rule.
Of whoever was erased all that is not exempt goes at once (A13). Every day is counted from the original one, never
chained, and depends on facts alone: when one looks changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from privacy.domain.clocks import CUSTOMER, NEWSLETTER_ONLY, after, paris_day
from privacy.domain.consent import Consent, State
from privacy.domain.identifiers import is_email
from privacy.domain.membership import PENDING
from privacy.domain.orders import ORDER_GROUPS, Order, contract_until, delivery_day
from privacy.domain.person import Person
from privacy.domain.policy import Policy
from privacy.domain.retention import BARE, PIECE_TRIGGERS, Due, Piece, Rule, Span

#: What only holds the rest together; it goes with the last of it.
BOOKKEEPING = frozenset({BARE, "link"})
#: What clocks are counted from is never archived: the fold would not find it any more.
UNARCHIVED = BOOKKEEPING | {"archived", "contact"}
#: Of a checkout that became no order, what has a reason of its own, as a consent given in it (E127). The rest is R19's.
OUTLASTS_A_CHECKOUT = BOOKKEEPING | {"consent", "subscription", "contact"}
#: A purchase with these was billed, and is no mere checkout, paid or not; nor is one that lies in the archive, or of
#: which a dispute outlasts the documents.
BILLED = frozenset({"invoice", "unpaid", "archived", "dispute"})
#: What a bill leaves that nobody ever paid: it was issued all the same, and is owed (R1, R18).
_OF_A_BILL = frozenset({"invoice", "unpaid", "archived"})
#: The person's choices about the newsletter, and what came of them.
NEWSLETTER = frozenset({"consent", "subscription"})
#: What goods under way cannot arrive without (E102).
DELIVERY = frozenset({"delivery"})

#: What tells how much an order came to, and with it that there is a contract to keep.
AMOUNTS = frozenset({"order", "payment", "invoice"})

_NEWSLETTER_ONLY, _SIGN_UP, _CHECKOUT, _DOCUMENTS = "R6", "R7", "R19", "R1"
_DAY = timedelta(days=1)


def schedule(person: Person, policy: Policy) -> tuple[Due, ...]:
    """One for each of the person's pieces, the earliest first."""
    applied = _Applied(person, policy)
    due = applied.told([applied.due(piece) for piece in person.pieces if piece.group not in BOOKKEEPING])
    due = [applied.erased(one) for one in due] if person.erased else due
    last = max((_or_never(d.due_on) for d in due), default=_or_never(person.clock.due_on))
    rule = policy.rule_of("group:link").id
    due += [
        Due(piece, rule, None, None, None if last == date.max else last)
        for piece in person.pieces
        if piece.group in BOOKKEEPING
    ]
    return tuple(sorted(due, key=lambda d: (_or_never(d.due_on), d.piece)))


class _Applied:
    """The policy's rules, applied to one person."""

    def __init__(self, person: Person, policy: Policy) -> None:
        self.person = person
        self.policy = policy
        self._rules = {p.group: policy.rule_of(f"group:{p.group}") for p in person.pieces if p.group}
        self._orders = {order.order: order for order in person.orders}
        self._consents = {consent.email: consent for consent in person.consents}
        self._ends: dict[tuple[str, str, frozenset[str] | None], date | None] = {}
        self.last_contact = _day(person.last_contact)
        self.last_order = _day(person.last_order)
        self.opt_in = _day(person.last_opt_in)
        self.last_fact = _day(person.last_fact)
        cap = policy.periods.after_last_order
        self._order_cap = after(self.last_order, cap) if self.last_order else None

    def due(self, piece: Piece) -> Due:
        """By what keeps it longest, where it belongs to several purchases."""
        orders: Sequence[Order | None] = [self._orders[purchase] for purchase in piece.purchases] or [None]
        longest = max((self._due(piece, order) for order in orders), key=lambda d: _or_never(d.due_on))
        own = piece.group in _OF_A_BILL and longest.due_on is not None
        stays = self.person.clock.regime == CUSTOMER or own
        return longest if stays else self._never_ordered(longest)

    def told(self, due: Sequence[Due]) -> list[Due]:
        """R8: what they wrote prolongs a consent (A2), and stays for as long as the proof that is counted from it."""
        proofs = max((_or_never(one.due_on) for one in due if one.piece.group == "consent"), default=date.min)
        longest = min(proofs, self._order_cap or date.min)
        return [
            one._replace(due_on=longest)
            if one.piece.group == "contact" and _or_never(one.due_on) < longest
            else one
            for one in due
        ]

    def erased(self, due: Due) -> Due:
        """A13: what nothing exempts goes on the day of the erasure, and what is exempt leaves the active base then.

        Where goods are under way, the order and where they go stay until they may not come back any more (E102).
        """
        piece = due.piece
        order = self._orders.get(due.order or "")
        at = self._erased_at(piece)
        if at is None or (order.ordered_at if order and order.ordered_at else piece.at) > at:
            return due
        day = paris_day(at)
        settled = max(day, self._settled_on(order) or day)
        if not self._exempt(due):
            return due._replace(due_on=_earlier(due.due_on, settled if piece.group in DELIVERY else day))
        if self._rules[piece.group].active is None or piece.group in UNARCHIVED:
            return due
        archive_on = _earlier(due.archive_on, settled)
        return due._replace(archive_on=archive_on if _or_never(archive_on) < _or_never(due.due_on) else None)

    def _exempt(self, due: Due) -> bool:
        """What rests on no purchase, and a checkout that became none, has nothing to be kept for."""
        billed = due.order is not None and due.order not in self._unfinished
        return billed and bool(self._rules[due.piece.group].exempt)

    def _erased_at(self, piece: Piece) -> datetime | None:
        """When its mailbox was erased; of what is filed under no address, when all of theirs were."""
        person = self.person
        if is_email(piece.filed_under):
            return person.erased.get(person.links.mailbox(piece.filed_under))
        everywhere = set(person.links.mailboxes) <= person.erased.keys()
        return min(person.erased.values()) if everywhere else None

    def _settled_on(self, order: Order | None) -> date | None:
        """From when the goods of a paid order can neither be under way nor come back."""
        periods = self.policy.periods
        delivered = delivery_day(order, periods) if order is not None and order.paid else None
        return delivered + timedelta(days=periods.withdrawal_days + 1) if delivered else None

    def is_ours(self, piece: Piece) -> bool:
        """What only repeats our own calls is nobody's statement."""
        return piece.key in self.person.repeated

    def consent_of(self, piece: Piece) -> Consent | None:
        return self._consents.get(self.person.links.mailbox(piece.filed_under))

    # --- which clock ------------------------------------------------------------------------------

    def _never_ordered(self, due: Due) -> Due:
        """P33, A17, A19: everything of theirs goes together, and what R19 keeps for less goes before."""
        clock = self.person.clock
        if due.rule == _CHECKOUT and _or_never(due.due_on) < _or_never(clock.due_on):
            return due
        rule = _NEWSLETTER_ONLY if clock.regime == NEWSLETTER_ONLY else _SIGN_UP
        return due._replace(rule=rule, archive_on=None, due_on=clock.due_on)

    def _due(self, piece: Piece, order: Order | None) -> Due:
        if order is not None and order.order in self._unfinished and piece.group not in OUTLASTS_A_CHECKOUT:
            ended = after(self._unfinished[order.order], self.policy.periods.checkout)
            return Due(piece, _CHECKOUT, order.order, None, ended)
        if piece.group == "archived" and order is not None:
            return self._archived(piece, order)
        rule = self._rules[piece.group]
        due_on = self._kept_until(rule, piece, order)
        if piece.group == "handover" and order is not None and contract_until(order, self.policy.periods):
            # without the day of delivery the contract would seem to be kept from another
            due_on = max(filter(None, (due_on, self._end_of(order, _DOCUMENTS, AMOUNTS))), default=None)
        if rule.within is not None and order is not None:
            due_on = _earlier(due_on, self._end_of(order, rule.within))
        if rule.capped:
            due_on = _earlier(due_on, self._cap(piece))
        archive_on = self._archive_on(rule, _Days(self, piece, order), due_on)
        due = Due(piece, rule.id, order.order if order else None, archive_on, due_on)
        return self._sooner(due) if piece.group in NEWSLETTER else due

    def _sooner(self, due: Due) -> Due:
        """What says no more of the newsletter than its rule asks to keep goes before."""
        piece = due.piece
        consent = self.consent_of(piece)
        moved = consent is not None and consent.state is State.MOVED
        if piece.key in self.person.repeated or moved:
            # without Mailchimp's word, which goes first, it would seem to be a consent in force
            subscription = self.policy.rule_of("group:subscription")
            return due._replace(due_on=_earlier(due.due_on, self._kept_until(subscription, piece, None)))
        pending = self._pending_until(piece) if piece.group == "subscription" else None
        if _or_never(pending) < _or_never(due.due_on):
            return due._replace(rule=_SIGN_UP, due_on=pending)
        return due

    def _archived(self, piece: Piece, order: Order) -> Due:
        """With the last of its purchase, here and in the archive: without it, whose that is would not be known."""
        longest = Due(piece, _DOCUMENTS, order.order, None, order.archived_until)
        for other in self._pieces_of[order.order]:
            if other.group in ORDER_GROUPS and other.group != "archived":
                due = self._due(other, order)
                if _or_never(due.due_on) > _or_never(longest.due_on):
                    longest = longest._replace(rule=due.rule, due_on=due.due_on)
        return longest

    # --- how long ---------------------------------------------------------------------------------

    def _kept_until(self, rule: Rule, piece: Piece, order: Order | None) -> date | None:
        """The first day without it, by the rule's spans alone; None where none of them has begun."""
        if piece.group == "archived" and order is not None:
            return order.archived_until
        days = _Days(self, piece, order)
        ends = [after(day, span) for span in rule.keep if (day := days.of(span)) is not None]
        if not ends:
            return None
        return max(ends) + _DAY if rule.minimum else max(ends)

    def _end_of(self, order: Order, rule: str, groups: frozenset[str] | None = None) -> date | None:
        """When the last piece of the order goes that the rule keeps. groups: of these alone."""
        asked = (order.order, rule, groups)
        if asked not in self._ends:
            pieces = [p for p in self._pieces_of[order.order] if self._rules[p.group].id == rule]
            wanted = [piece for piece in pieces if groups is None or piece.group in groups]
            ends = [self._kept_until(self.policy.retention[rule], piece, order) for piece in wanted]
            self._ends[asked] = max(filter(None, ends), default=None)
        return self._ends[asked]

    def _cap(self, piece: Piece) -> date | None:
        """P31; a newsletter newer than the ten years after the last order runs on (A25)."""
        return self.person.clock.due_on if piece.group in NEWSLETTER else self._order_cap

    def _archive_on(self, rule: Rule, days: _Days, due_on: date | None) -> date | None:
        """None where it goes before, too. What the law keeps beyond P31's ten years nothing else needs by then, however
        lately they wrote: that day goes with the rest, and with it what would tell."""
        if rule.active is None or days.piece.group in UNARCHIVED:
            return None
        start = days.of(rule.active)
        if start is None and days.piece.group in _OF_A_BILL:
            start = paris_day(
                days.piece.at
            )  # of who never ordered the newsletter's end took what told of a contact
        day = _earlier(after(start, rule.active) if start else None, self._order_cap)
        return day if _or_never(day) < _or_never(due_on) else None

    def _pending_until(self, piece: Piece) -> date | None:
        """R7: until when a sign-up waits at Mailchimp that its owner never confirmed, beside no choice of theirs."""
        consent = self.consent_of(piece)
        if consent is None or consent.state is not State.NONE:
            return None
        taking = [held for held in consent.memberships.values() if held.takes_mail]
        if not taking or any(held.status != PENDING for held in taking):
            return None
        return after(paris_day(max(held.since for held in taking)), self.policy.periods.sign_up)

    # --- its purchases ----------------------------------------------------------------------------

    @cached_property
    def _pieces_of(self) -> dict[str, list[Piece]]:
        pieces: dict[str, list[Piece]] = defaultdict(list)
        for piece in self.person.pieces:
            for purchase in piece.purchases if piece.group else ():
                pieces[purchase].append(piece)
        return pieces

    @cached_property
    def _unfinished(self) -> dict[str, date]:
        """Purchases that became no order, each by the day on which the last was told of it."""
        return {
            order.order: paris_day(max(piece.at for piece in pieces))
            for order in self.person.orders
            if not order.paid
            and (pieces := self._pieces_of[order.order])
            and BILLED.isdisjoint(piece.group for piece in pieces)
        }


class _Days(NamedTuple):
    """The days that spans are counted from, each by the rules' own word for it, of a piece and its order."""

    applied: _Applied
    piece: Piece
    about: Order | None

    def of(self, span: Span) -> date | None:
        """None where it has not come, or does not concern the piece."""
        day: date | None = getattr(self, span.trigger) if span.trigger in PIECE_TRIGGERS else None
        return day

    @property
    def last_contact(self) -> date | None:
        return self.applied.last_contact

    @property
    def last_order(self) -> date | None:
        return self.applied.last_order

    @property
    def opt_in(self) -> date | None:
        return self.applied.opt_in

    @property
    def last_fact(self) -> date | None:
        return self.applied.last_fact

    @property
    def consent_end(self) -> date | None:
        """When the mailbox's consent ended or will; for a statement that changed nothing, its own day."""
        person = self.applied.person
        if self.piece.key in person.lasting:
            return None
        consent = self.applied.consent_of(self.piece)
        if consent is None or consent.state is State.NONE:
            return paris_day(self.piece.at)
        if consent.state is State.GRANTED:
            return person.permission_ends
        ended = _day(
            max(filter(None, (consent.since, consent.opted_out, consent.last_refused)), default=None)
        )
        # a no that only repeats one of which the proofs have gone is proof enough from its own day
        return (
            max(ended, paris_day(self.piece.at)) if ended and not self.applied.is_ours(self.piece) else ended
        )

    @property
    def order(self) -> date | None:
        if self.about is None and self.piece.group == "handover":
            return paris_day(self.piece.at)  # of an order of which nobody knows anything any more
        return _day(self.about.ordered_at) if self.about else None

    @property
    def contract_delivery(self) -> date | None:
        """Of an order of €120 or more; a smaller one is no contract that the law wants kept (E99)."""
        periods = self.applied.policy.periods
        if self.about is None or contract_until(self.about, periods) is None:
            return None
        return delivery_day(self.about, periods)

    @property
    def charge(self) -> date:
        since = {"card": self.about.card_at, "fraud": self.about.fraud_at} if self.about else {}
        return paris_day(since.get(self.piece.group) or self.piece.at)

    @property
    def dispute_closed(self) -> date | None:
        return _day(self.about.dispute_closed_at) if self.about else None

    @property
    def unpaid_due(self) -> date | None:
        return self.about.unpaid_due if self.about else None

    @property
    def unpaid_settled(self) -> date | None:
        return _day(self.about.unpaid_settled_at) if self.about else None

    @property
    def financial_year_end(self) -> date:
        """Of the year in which the document was made."""
        month, last = self.applied.policy.periods.financial_year_ends
        day = paris_day(self.piece.at)
        ends = date(day.year, month, last)
        return ends if day <= ends else date(day.year + 1, month, last)

    @property
    def session(self) -> date:
        return paris_day(self.piece.at)


def _day(instant: datetime | None) -> date | None:
    return paris_day(instant) if instant is not None else None


def _or_never(day: date | None) -> date:
    return day or date.max


def _earlier(first: date | None, second: date | None) -> date | None:
    return min(filter(None, (first, second)), default=None)
