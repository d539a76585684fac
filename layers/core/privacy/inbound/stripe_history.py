"""A Stripe object that a list call gave, as the facts that its events would have told (docs/architecture.md "Day one").

An object is read as the type of event that its present state would have brought: a paid session as
`checkout.session.completed`, a lost dispute as `charge.dispute.closed`. What decides nothing yet (a draft, an open
session, a payment under way) is nothing to us; its webhook will tell.

- **Ids.** A fact's id is the object's and a digest of what was extracted: the same state read twice is one fact,
  another state another. Nothing in it depends on when it was read.
- **Dates** are the object's own. Where a state has no instant of its own, the object's beginning dates the fact, and
  `recorded_at`, when the page was asked for, says until when the state is known to have held: domain/facts.py
  `state_as_of` reads a dispute, a refund and a customer by that.
- **Customers.** The profile is as it stands today; nobody can say since when. Dated today it would keep a
  customer of years ago, without orders, fresh with every import. Dated by the account's beginning it must not claim
  the account from there on either: whoever stands in it today may have taken it over from somebody else, whose
  past would be theirs. So the fact is dated by the beginning, from which the clock runs exactly as after
  `customer.created`, and it claims the account only where nobody else does (domain/linking.py). A deletion has no
  date at all and is told once, when it was first read.
- **Consent** in a session is dated by the session: no earlier instant is sure, and the event that was sent when the
  form was counts for more wherever it is known (domain/consent.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from privacy.domain.facts import HISTORY, Fact, digest_of
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.orders import CLOSED_DISPUTES
from privacy.domain.policy import Policy
from privacy.inbound.payload import Document, Ignored, flag, needed, number, part, reference, text
from privacy.inbound.stripe import fact_from

#: (type of event, its instant in Unix seconds, None: the object has none)
type _Told = tuple[str, int | None]

_PAID = frozenset({"paid", "no_payment_required"})
_UNDATED = datetime.fromtimestamp(0, UTC)


def facts_from(
    kind: str,
    listed: Document,
    *,
    pseudonyms: Pseudonyms,
    policy: Policy,
    recorded_at: datetime,
    modes: frozenset[str] = frozenset({"live", "test"}),
) -> tuple[Fact, ...] | Ignored:
    """The object (as Stripe's JSON) as facts.

    kind: of STRIPE_KINDS. recorded_at: when the page that holds it was asked for. modes: `live`, `test` or both,
    which of them are ours.

    Raises MalformedEvent.
    """
    id_ = needed(reference(listed, "id"), "id")
    facts: list[Fact] = []
    outcome = Ignored("state")
    for type_, seconds in _READINGS[kind](listed, recorded_at):
        event = {
            "id": id_,
            "type": type_,
            "created": int(recorded_at.timestamp()) if seconds is None else seconds,
            # refunds, and customers of whom nothing is left, do not say in which mode they were made
            "livemode": listed.get("livemode", "live" in modes),
            "data": {"object": listed},
        }
        told = fact_from(event, pseudonyms=pseudonyms, policy=policy, recorded_at=recorded_at, modes=modes)
        if isinstance(told, Ignored):
            outcome = told
        else:
            facts.append(_historic(told, pseudonyms, dated=seconds is not None))
    return tuple(facts) or outcome


def _historic(told: Fact, pseudonyms: Pseudonyms, *, dated: bool) -> Fact:
    digest = digest_of(pseudonyms.digest_key, told.type, told.occurred_at if dated else _UNDATED, told.groups)
    # a later pepper gives the same person another identifier, and must not make the same state another
    named = (_oldest(identifier, told.aka) for identifier in told.identifiers)
    read = pseudonyms.digest(digest, *named)
    return replace(told, source=HISTORY, event_id=f"{told.event_id}-{read[:32]}", digest=digest)


def _oldest(identifier: str, aka: Mapping[str, str]) -> str:
    while identifier in aka:
        identifier = aka[identifier]
    return identifier


# ---------------------------------------------------------------- which event would have told it


def _customer(customer: Document, _read_at: datetime) -> Iterator[_Told]:
    if flag(customer, "deleted"):
        yield "customer.deleted", None
    else:
        yield "customer.created", _created(customer)


def _session(session: Document, _read_at: datetime) -> Iterator[_Told]:
    """Complete is what the buyer sent; whether a delayed payment failed since, the payment intent says."""
    match text(session, "status"):
        case "complete":
            yield "checkout.session.completed", _created(session)
        case "expired":
            yield "checkout.session.expired", number(session, "expires_at") or _created(session)
        case None if text(session, "payment_status") in _PAID:
            yield "checkout.session.completed", _created(session)  # made before Stripe told a status
        case _:
            pass


def _payment(payment: Document, _read_at: datetime) -> Iterator[_Told]:
    match text(payment, "status"):
        case "succeeded":
            yield "payment_intent.succeeded", _created(payment)
        case "canceled":
            yield "payment_intent.canceled", number(payment, "canceled_at") or _created(payment)
        case "requires_payment_method" if part(payment, "last_payment_error"):
            yield "payment_intent.payment_failed", _created(payment)
        case _:
            pass


def _charge(charge: Document, _read_at: datetime) -> Iterator[_Told]:
    """A charge that was refunded succeeded first. It says how much was refunded; when, the refunds say."""
    status = text(charge, "status")
    if status in {"succeeded", "failed"}:
        yield f"charge.{status}", _created(charge)
    if status == "succeeded" and number(charge, "amount_refunded"):
        yield "charge.refunded", _created(charge)


def _refund(refund: Document, _read_at: datetime) -> Iterator[_Told]:
    yield f"refund.{'failed' if text(refund, 'status') == 'failed' else 'created'}", _created(refund)


def _dispute(dispute: Document, _read_at: datetime) -> Iterator[_Told]:
    closed = text(dispute, "status") in CLOSED_DISPUTES
    yield f"charge.dispute.{'closed' if closed else 'created'}", _created(dispute)


def _invoice(invoice: Document, read_at: datetime) -> Iterator[_Told]:
    """An open invoice is owed once its day has passed or a payment failed; until then it is nothing to us.

    That it is overdue only the day of reading tells; since when, its own day does.
    """
    moved = part(invoice, "status_transitions")
    due = number(invoice, "due_date")
    match text(invoice, "status"):
        case "paid":
            yield "invoice.paid", number(moved, "paid_at") or _created(invoice)
        case "uncollectible":
            at = number(moved, "marked_uncollectible_at")
            yield "invoice.marked_uncollectible", at or _created(invoice)
        case "void":
            yield "invoice.voided", number(moved, "voided_at") or _created(invoice)
        case "open" if due is not None and due <= read_at.timestamp():
            yield "invoice.overdue", due
        case "open" if number(invoice, "attempt_count"):
            yield "invoice.payment_failed", number(moved, "finalized_at") or _created(invoice)
        case _:
            pass


def _credit_note(note: Document, _read_at: datetime) -> Iterator[_Told]:
    if text(note, "status") != "void":
        yield "credit_note.created", _created(note)


def _created(listed: Document) -> int:
    return needed(number(listed, "created"), "created")


_READINGS: Mapping[str, Callable[[Document, datetime], Iterator[_Told]]] = {
    "customers": _customer,
    "checkout/sessions": _session,
    "payment_intents": _payment,
    "charges": _charge,
    "refunds": _refund,
    "disputes": _dispute,
    "invoices": _invoice,
    "credit_notes": _credit_note,
}
