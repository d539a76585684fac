"""Orders (docs/providers.md "Orders"): one per payment intent (else session, else invoice), in however many facts.

`order_of` reads all facts about one purchase. Each piece of the result is a minimum, a sum over distinct
things, or the latest statement, so that late, repeated and shuffled facts give the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from privacy.domain.clocks import after, paris_day
from privacy.domain.facts import Fact, Group, state_as_of
from privacy.domain.policy import Periods

#: Statuses of a dispute in which nothing more is to be decided (Stripe: Dispute.status).
CLOSED_DISPUTES = frozenset({"won", "lost", "warning_closed", "prevented"})
OPEN_UNPAID = frozenset({"overdue", "payment_failed", "uncollectible"})
FAILED_REFUNDS = frozenset({"failed", "canceled"})

#: The groups that an order is made of.
ORDER_GROUPS = frozenset(
    {"order", "checkout", "payment", "refund", "dispute", "fraud", "card", "invoice", "unpaid", "handover"}
) | {"archived"}


@dataclass(frozen=True, slots=True)
class Hold:
    """What purge and erasure must not touch while it lasts (docs/architecture.md "Clocks and holds").

    kind: dispute | unpaid.
    """

    kind: str
    about: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """One purchase.

    paid: it is an order in the sense of A5, refunded or not (E142). status: paid | refunded |
    partially_refunded | awaiting_payment | payment_failed | expired | canceled | unpaid | known.
    amount and refunded: integer cents. delivered_on: None while nobody told us. awaiting_since: when a checkout
    was sent whose payment is under way. card_at, fraud_at: from when R15 and R16 run. dispute_closed_at: of the last
    dispute, None while one is open (R17). unpaid_due: the Paris day on which what is still unpaid was due, None once
    it is settled, which was at unpaid_settled_at (R18). archived_until: the first Paris day without what lies in the
    archive.
    """

    order: str
    number: str | None
    paid: bool
    ordered_at: datetime | None
    delivered_on: date | None
    amount: int | None
    currency: str | None
    refunded: int
    status: str
    risk_level: str | None
    fraud_outcome: str | None
    holds: tuple[Hold, ...]
    awaiting_since: datetime | None
    card_at: datetime | None
    fraud_at: datetime | None
    facts: tuple[str, ...]
    dispute_closed_at: datetime | None = None
    unpaid_due: date | None = None
    unpaid_settled_at: datetime | None = None
    archived_until: date | None = None


def order_of(purchase: str, facts: Collection[Fact]) -> Order:
    """The order that the facts about one purchase describe, in whatever order they come."""
    paid = _paid(facts)
    amount, currency = _amount(facts)
    refunded = _refunded(facts)
    status = _status(facts, paid, amount, refunded)
    ordered_at = _ordered_at(facts) if paid else None
    unpaid = [*_states(facts, *_UNPAID)]
    return Order(
        order=purchase,
        number=_number(facts),
        paid=paid,
        ordered_at=ordered_at,
        delivered_on=_delivered_on(facts, ordered_at),
        amount=amount,
        currency=currency,
        refunded=refunded,
        status=status,
        risk_level=_latest_text(facts, "fraud", "risk_level"),
        fraud_outcome=_fraud_outcome(facts),
        holds=_holds(facts),
        awaiting_since=max((f.occurred_at for f, _ in _saying(facts, "checkout")), default=None)
        if status == "awaiting_payment"
        else None,
        card_at=_since(facts, "card"),
        fraud_at=_since(facts, "fraud"),
        facts=tuple(sorted({f.key for f in facts})),
        dispute_closed_at=_all_closed_at([*_states(facts, *_DISPUTES)]),
        unpaid_due=max((_due_day(state.said, state.since) for state in unpaid if state.open), default=None),
        unpaid_settled_at=_all_closed_at(unpaid),
        archived_until=max(map(date.fromisoformat, _archived_until(facts)), default=None),
    )


def delivery_day(order: Order, periods: Periods) -> date | None:
    """The Paris day from which delivery counts: unknown means a while after the order (our choice)."""
    if order.ordered_at is None:
        return None
    return order.delivered_on or paris_day(order.ordered_at) + timedelta(days=periods.delivery_unknown_days)


def contract_until(order: Order, periods: Periods) -> date | None:
    """R2, F8: the last Paris day on which a contract of €120 or more has to be kept; None for a smaller one."""
    delivered = delivery_day(order, periods)
    if delivered is None or order.currency != "eur" or (order.amount or 0) < periods.contract_from_cents:
        return None
    return after(delivered, periods.contract)


def _delivered_on(facts: Collection[Fact], ordered_at: datetime | None) -> date | None:
    """The day as last entered: a correction comes later. Nothing is delivered before it was ordered."""
    told = max(_saying(facts, "handover"), key=lambda pair: (pair[0].recorded_at, pair[0].key), default=None)
    day = _text(told[1], "delivered_on") if told else None
    if day is None or ordered_at is None or date.fromisoformat(day) < paris_day(ordered_at):
        return None
    return date.fromisoformat(day)


def pays(fact: Fact) -> bool:
    """True for a paid session, a payment that succeeded, a paid invoice."""
    invoice = fact.group("invoice")
    return bool(
        fact.groups.get("order")
        or fact.group("payment").get("status") == "succeeded"
        or (invoice.get("status") == "paid" and _cents(invoice, "amount_paid"))
    )


def _paid(facts: Collection[Fact]) -> bool:
    """Something pays it; or a refund proves that something did; or its documents lie in the archive."""
    return any(
        pays(fact) or fact.groups.get("refund") or fact.group("archived").get("paid") for fact in facts
    )


def _ordered_at(facts: Collection[Fact]) -> datetime | None:
    """When the buyer ordered, by the best witness there is.

    A charge is made as the buyer pays; a session or a payment intent may have been opened a day before. A
    refund, which comes later than its order, speaks only where nothing else does.
    """
    witnesses: dict[int, datetime] = {}

    def witness(rank: int, at: datetime) -> None:
        witnesses[rank] = min(at, witnesses.get(rank, at))

    for fact, said in _saying(facts, "payment"):
        if said.get("status") == "succeeded":
            witness(0 if fact.type.startswith("charge.") else 2, _instant(said, "at") or fact.occurred_at)
    for fact, said in _saying(facts, "order"):
        witness(1, _instant(said, "placed_at") or fact.occurred_at)
    for fact, said in _saying(facts, "invoice"):
        if said.get("status") == "paid":
            witness(3, _instant(said, "paid_at") or fact.occurred_at)
    for fact, said in _saying(facts, "archived"):
        if said.get("paid"):  # a bill that was archived may be paid later, and is an order from then on
            witness(0, _instant(said, "placed_at") or fact.occurred_at)
    for fact, said in _saying(facts, "refund"):
        witness(4, _instant(said, "at") or fact.occurred_at)
    return witnesses[min(witnesses)] if witnesses else None


def _amount(facts: Collection[Fact]) -> tuple[int | None, str | None]:
    for group, name in (
        ("order", "amount"),
        ("checkout", "amount"),
        ("invoice", "total"),
        ("payment", "amount"),
    ):
        naming = [fact for fact, said in _saying(facts, group) if isinstance(said.get(name), int)]
        said = _latest(naming, group, lambda _: 0)
        if said is not None:
            return _cents(said, name), _text(said, "currency")
    return None, None


def _refunded(facts: Collection[Fact]) -> int:
    """The charge's running total, less refunds that failed since; or the refunds themselves, if they say more."""
    total = max((_cents(said, "amount_refunded") for _, said in _saying(facts, "refund")), default=0)
    failed = known = 0
    for refund, mine in _by_thing(facts, "refund", "refund").items():
        if refund is None:
            continue
        said = _latest(mine, "refund", lambda s: int(s.get("status") in FAILED_REFUNDS | {"succeeded"})) or {}
        if said.get("status") in FAILED_REFUNDS:
            failed += _cents(said, "amount")
        else:
            known += _cents(said, "amount")
    return max(total - failed, known, 0)


def _status(facts: Collection[Fact], paid: bool, amount: int | None, refunded: int) -> str:
    if paid:
        if not refunded:
            return "paid"
        return "refunded" if amount is None or refunded >= amount else "partially_refunded"
    if any(hold.kind == "unpaid" for hold in _holds(facts)):
        return "unpaid"
    checkout = _latest_text(facts, "checkout", "status")
    payment = _latest_text(facts, "payment", "status")
    if payment == "canceled":
        return "canceled"
    return (
        "payment_failed"
        if payment == "failed" and checkout in (None, "awaiting_payment")
        else checkout or "known"
    )


def _holds(facts: Collection[Fact]) -> tuple[Hold, ...]:
    holds = (
        Hold(group, state.about, state.since)
        for group, thing, name, is_open in (_DISPUTES, _UNPAID)
        for state in _states(facts, group, thing, name, is_open)
        if state.open
    )
    return tuple(sorted(holds, key=lambda hold: (hold.kind, hold.about)))


class _State(NamedTuple):
    """Where a dispute or an unpaid invoice stands. closed_at: since when it does for good, None while it is open."""

    about: str
    said: Group
    since: datetime
    closed_at: datetime | None

    @property
    def open(self) -> bool:
        return self.closed_at is None


def _dispute_open(status: object) -> bool:
    return status not in CLOSED_DISPUTES


def _unpaid_open(state: object) -> bool:
    return state in OPEN_UNPAID


#: (group, its things by field, their state by field, whether a state is open)
_DISPUTES = ("dispute", "dispute", "status", _dispute_open)
_UNPAID = ("unpaid", "invoice", "state", _unpaid_open)


def _states(
    facts: Collection[Fact], group: str, thing: str, name: str, is_open: Callable[[object], bool]
) -> Iterator[_State]:
    """The group's things, each by its latest state; at the same second an end outranks what it ends."""
    for about, mine in _by_thing(facts, group, thing).items():
        told = sorted(
            _saying(mine, group),
            key=lambda pair: (state_as_of(pair[0]), not is_open(pair[1].get(name)), pair[0].key),
        )
        closed_at: datetime | None = None
        for fact, said in told:
            at = fact.occurred_at
            closed_at = None if is_open(said.get(name)) else min(at, closed_at or at)
        since = min(_instant(said, "opened_at") or fact.occurred_at for fact, said in told)
        yield _State(about or "?", told[-1][1], since, closed_at)


def _all_closed_at(states: Collection[_State]) -> datetime | None:
    """When the last of them was closed; None where there is none, or one is open."""
    closed = [state.closed_at for state in states if state.closed_at is not None]
    return max(closed) if closed and len(closed) == len(states) else None


def _archived_until(facts: Collection[Fact]) -> Iterator[str]:
    for _, said in _saying(facts, "archived"):
        if until := _text(said, "until"):
            yield until


def _due_day(said: Group, since: datetime) -> date:
    return paris_day(_instant(said, "due_at") or since)


def _fraud_outcome(facts: Collection[Fact]) -> str | None:
    """The latest word on fraud: a warning, a review's end, else what Radar said of the charge."""

    def word(said: Group) -> str | None:
        if said.get("warning"):
            return f"warning:{said.get('warning_type')}"
        if said.get("review"):
            return "in_review" if said.get("review_open") else f"review:{said.get('review_reason')}"
        return _text(said, "outcome")

    said = _latest(
        facts, "fraud", lambda s: 0 if word(s) is None else 1 + bool(s.get("review") or s.get("warning"))
    )
    return word(said) if said else None


def _number(facts: Collection[Fact]) -> str | None:
    for group in ("order", "payment", "invoice"):
        if number := _latest_text(facts, group, "number"):
            return number
    return None


def _since(facts: Collection[Fact], group: str) -> datetime | None:
    return min(
        (_instant(said, "at") or fact.occurred_at for fact, said in _saying(facts, group)), default=None
    )


def _saying(facts: Collection[Fact], group: str) -> list[tuple[Fact, Group]]:
    return [(fact, said) for fact in facts if (said := fact.groups.get(group))]


def _by_thing(facts: Collection[Fact], group: str, name: str) -> dict[str | None, list[Fact]]:
    """The facts that speak of each refund, dispute or invoice; under None those that name none."""
    things: dict[str | None, list[Fact]] = {}
    for fact, said in _saying(facts, group):
        things.setdefault(_text(said, name), []).append(fact)
    return things


def _latest(facts: Collection[Fact], group: str, finality: Callable[[Group], int]) -> Group | None:
    """The group's latest statement; of several at the same second, the more final one (Stripe counts seconds)."""
    saying = _saying(facts, group)
    if not saying:
        return None
    return max(saying, key=lambda pair: (state_as_of(pair[0]), finality(pair[1]), pair[0].key))[1]


def _latest_text(facts: Collection[Fact], group: str, name: str) -> str | None:
    naming = [fact for fact in facts if _text(fact.group(group), name)]
    said = _latest(naming, group, lambda s: _FINALITY.get(str(s.get(name)), 0))
    return _text(said, name) if said else None


_FINALITY = {
    "succeeded": 2,
    "canceled": 1,
    "failed": 1,
    "payment_failed": 2,
    "expired": 2,
    "awaiting_payment": 1,
}


def _text(said: Mapping[str, object], name: str) -> str | None:
    value = said.get(name)
    return value if isinstance(value, str) and value else None


def _cents(said: Mapping[str, object], name: str) -> int:
    value = said.get(name)
    return value if isinstance(value, int) else 0


def _instant(said: Mapping[str, object], name: str) -> datetime | None:
    value = _text(said, name)
    return datetime.fromisoformat(value) if value else None
