"""A folded person as plain values for whoever may read them: instants and days as ISO 8601, money in cents.

Each value comes with the fact that it rests on, each use with its ground, each end with the rule that sets it.
Of other people there are ids and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from privacy.domain.clocks import CUSTOMER, NEWSLETTER_ONLY, after, paris_day
from privacy.domain.consent import Consent, FactRef, Interval, Proof, form_in_force
from privacy.domain.disclosures import GROUP, Given
from privacy.domain.facts import Fact, Group
from privacy.domain.identifiers import STRIPE_CUSTOMER, kind_of
from privacy.domain.letter import Language
from privacy.domain.linking import Linked, PersonLinks
from privacy.domain.membership import OUR_DOING
from privacy.domain.orders import CLOSED_DISPUTES, Hold, Order, contract_until, delivery_day
from privacy.domain.person import Person, may_market
from privacy.domain.policy import Policy
from privacy.domain.recipients import Recipient
from privacy.domain.retention import Span
from privacy.domain.retention_words import how_long
from privacy.operations.consent.mailchimp_description import mailchimp_of
from privacy.operations.people.marketing_reasons import Description, marketing_of

#: Listed of each kind, the latest first; how many there are stands beside them.
LISTED_ORDERS = 200
LISTED_FACTS = 1000
LISTED_FACTS_OF_AN_ORDER = 50
LISTED_INTERVALS = 200
LISTED_LINKS = 100

MARKETING = "marketing"


@dataclass(frozen=True, slots=True)
class Note:
    """What a description needs of a fact: no values but a dispute's, a disclosure's (P23), and of what we asked
    Mailchimp for (member)."""

    key: str
    source: str
    type: str
    occurred_at: datetime
    recorded_at: datetime
    subject: str
    fields: Mapping[str, tuple[str, ...]]
    dispute: Group | None
    member: Group | None
    disclosure: Group | None = None

    @classmethod
    def of(cls, fact: Fact) -> Note:
        return cls(
            key=fact.key,
            source=fact.source,
            type=fact.type,
            occurred_at=fact.occurred_at,
            recorded_at=fact.recorded_at,
            subject=fact.subject,
            fields={name: tuple(said) for name, said in fact.groups.items()},
            dispute=fact.groups.get("dispute"),
            member=fact.groups.get("subscription") if fact.type in OUR_DOING else None,
            disclosure=fact.groups.get(GROUP),
        )


def description_of(
    person: Person,
    mailbox: str,
    *,
    notes: Collection[Note],
    linked: Linked,
    policy: Policy,
    approved: bool,
    today: date,
    recipients: Sequence[Recipient] = (),
) -> Description:
    """The person, asked for by one of their addresses. notes: of their facts. approved: the import is.

    recipients: of the register.
    """
    noted = {note.key: note for note in notes}
    standings = {standing.mailbox: standing for standing in person.standings}
    return {
        "id": _id(person.links),
        "clock": _clock(person, policy, today),
        "last_order": _instant(person.last_order),
        "last_opt_in": _instant(person.last_opt_in),
        "last_contact": _instant(person.last_contact),
        "last_fact": _instant(person.last_fact),
        "personalisation_objected_at": _instant(person.objected_at),
        "restricted_at": _instant(person.restricted_at),
        "may_market": marketing_of(person, mailbox, today),
        "profile": {
            name: {"value": known.value, "fact": _fact_ref(known.fact)}
            for name, known in sorted(person.profile.items())
        },
        "consents": [
            _consent(consent, mailbox, policy)
            | {
                "may_market": marketing_of(person, consent.email, today),
                "mailchimp": mailchimp_of(standings[consent.email], approved=approved, today=today),
            }
            for consent in sorted(person.consents, key=lambda c: (c.email != mailbox, c.email))
        ],
        "orders": {
            "count": len(person.orders),
            "paid": len(person.paid_orders),
            "latest": [_order(order, noted, policy) for order in _latest_orders(person.orders)],
        },
        "holds": [_hold(hold) for hold in person.holds[:LISTED_ORDERS]],
        "links": _links(person.links, linked),
        "held": _held(notes, policy),
        "purposes": _purposes(person, notes, policy, today),
        "disclosed": _disclosed(notes, recipients),
        "facts": {"count": len(notes), "latest": [_fact(note) for note in _latest_facts(notes)]},
    }


# ---------------------------------------------------------------- until when


def _clock(person: Person, policy: Policy, today: date) -> Description:
    because, since, rules = _clock_reason(person, policy)
    return {
        "regime": person.clock.regime,
        "due_on": _day(person.clock.due_on),
        "due": person.clock.due(today),
        "because": because,
        "counted_from": _instant(since),
        "rules": rules,
    }


def _clock_reason(person: Person, policy: Policy) -> tuple[str, datetime | None, list[str]]:
    """(why, counted from when, by which rules)."""
    due_on, opt_in, order = person.clock.due_on, person.last_opt_in, person.last_order
    if (
        order
        and due_on == after(paris_day(order), policy.periods.after_last_order)
        and person.clock.regime == CUSTOMER
    ):
        return "last_order", order, ["P31"]
    if opt_in and due_on == after(paris_day(opt_in), policy.periods.newsletter_only):
        return "last_opt_in", opt_in, ["A25"] if order else ["P33", "A3"]
    if person.clock.regime == NEWSLETTER_ONLY:
        ended = max((c.opted_out for c in person.consents if c.opted_out), default=None)
        return "opted_out", ended, ["A17"]
    return "nothing_lasting", person.last_fact, ["R7", "R19"]


# ---------------------------------------------------------------- consent


def _consent(consent: Consent, asked: str, policy: Policy) -> Description:
    return {
        "asked": consent.email == asked,
        "state": consent.state.value,
        "since": _instant(consent.since),
        "reason": consent.reason,
        "last_opt_in": _instant(consent.last_opt_in),
        "opted_out": _instant(consent.opted_out),
        "undeliverable_since": _instant(consent.undeliverable_since),
        "unproven_since": _instant(consent.unproven_since),
        "blocked_since": _instant(consent.blocked_since),
        "history": {
            "count": len(consent.intervals),
            "latest": [_interval(i, policy) for i in reversed(consent.intervals[-LISTED_INTERVALS:])],
        },
    }


def _interval(interval: Interval, policy: Policy) -> Description:
    return {
        "given_at": interval.given_at.isoformat(),
        "ended_at": _instant(interval.ended_at),
        "ended_by": interval.ended_by.value if interval.ended_by else None,
        "proof": _proof(interval.proof, policy),
    }


def _proof(proof: Proof, policy: Policy) -> Description:
    """G3: who typed what, when, reading which words, under which policy."""
    form = form_in_force(policy, proof.carrier, proof.given_at)
    return {
        "given_at": proof.given_at.isoformat(),
        "email": proof.email,
        "carrier": proof.carrier,
        "form": proof.form,
        "form_version": _day(form.since) if form else None,
        "wording": proof.wording,
        "wording_language": proof.wording_language,
        "language": proof.language,
        "box_default": proof.box_default,
        "policy_version": proof.policy_version,
        "audience": proof.audience,
        "ip": proof.ip,
        "reference": proof.reference,
        "event_id": proof.fact.key.partition("#")[2],
        "fact": _fact_ref(proof.fact),
    }


# ---------------------------------------------------------------- orders


def _latest_orders(orders: Sequence[Order]) -> list[Order]:
    """The latest first; what never became an order comes after those that did."""
    dated = [order for order in orders if order.ordered_at is not None]
    others = [order for order in orders if order.ordered_at is None]
    return [*reversed(dated), *others][:LISTED_ORDERS]


def _order(order: Order, noted: Mapping[str, Note], policy: Policy) -> Description:
    notes = [noted[key] for key in order.facts if key in noted]
    return {
        "order": order.order,
        "number": order.number,
        "status": order.status,
        "paid": order.paid,
        "ordered_at": _instant(order.ordered_at),
        "delivered_on": _day(order.delivered_on),
        "delivery_counts_from": _day(delivery_day(order, policy.periods)),
        "contract_until": _day(contract_until(order, policy.periods)),
        "amount": order.amount,
        "currency": order.currency,
        "refunded": order.refunded,
        "risk_level": order.risk_level,
        "fraud_outcome": order.fraud_outcome,
        "disputes": list(_disputes(notes)),
        "holds": [_hold(hold) for hold in order.holds],
        "card_until": _until(order.card_at, policy.periods.card),
        "fraud_until": _until(order.fraud_at, policy.periods.fraud),
        "facts": {
            "count": len(order.facts),
            "latest": [note.key for note in sorted(notes, key=_age)[:LISTED_FACTS_OF_AN_ORDER]],
        },
    }


def _disputes(notes: Iterable[Note]) -> Iterable[Description]:
    """Each dispute in its latest state; at the same second the end outranks what it ends."""
    told: dict[str, list[tuple[datetime, bool, str, Group]]] = defaultdict(list)
    for note in notes:
        if note.dispute is not None:
            closed = note.dispute.get("status") in CLOSED_DISPUTES
            told[str(note.dispute.get("dispute"))].append((note.occurred_at, closed, note.key, note.dispute))
    for dispute, states in sorted(told.items()):
        _, closed, _, said = max(states, key=lambda state: state[:3])
        yield {
            "dispute": dispute,
            "status": said.get("status"),
            "open": not closed,
            "reason": said.get("reason"),
            "amount": said.get("amount"),
            "currency": said.get("currency"),
            "opened_at": said.get("opened_at"),
        }


def _until(at: datetime | None, span: Span) -> str | None:
    return _day(after(paris_day(at), span)) if at else None


def _hold(hold: Hold) -> Description:
    return {"kind": hold.kind, "about": hold.about, "since": hold.since.isoformat()}


# ---------------------------------------------------------------- whose is what


def _links(links: PersonLinks, linked: Linked) -> Description:
    """customers: theirs at Stripe. proposed: ids of people whom facts connect with them. kept_apart: of people who, an
    operator decided, are somebody else.
    """
    customers = sorted(i.partition("#")[2] for i in links.owned if kind_of(i) == STRIPE_CUSTOMER)
    others = [linked.people[anchor] for anchor in links.proposed if anchor in linked.people]
    return {
        "addresses": len(links.mailboxes),
        "merged_at": _instant(links.merged_at),
        "former_ids": [person for _, person in links.recorded_ids[1:]],
        "customers": customers[:LISTED_LINKS],
        "proposed": [_id(other) for other in others][:LISTED_LINKS],
        "kept_apart": [_id(linked.people[a]) for a in links.kept_apart if a in linked.people][:LISTED_LINKS],
        "addresses_without_record": len(links.proposed) - len(others),
    }


def _id(links: PersonLinks) -> str | None:
    """None until the fold has given them one."""
    return links.recorded_ids[0][1] if links.recorded_ids else None


# ---------------------------------------------------------------- what is held, and what for


def _held(notes: Iterable[Note], policy: Policy) -> list[Description]:
    """The field groups held, each with its one retention rule and the purposes that may read it."""
    groups: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        for name in note.fields:
            groups[name].append(note)
    return [
        {
            "group": name,
            "fields": sorted({field for note in holding for field in note.fields[name]}),
            "facts": len(holding),
            "first": min(note.occurred_at for note in holding).isoformat(),
            "last": max(note.occurred_at for note in holding).isoformat(),
            "rule": policy.rule_of(f"group:{name}").id,
            "kept": how_long(policy.rule_of(f"group:{name}"), policy, Language.EN),
            "purposes": [p.name for p in policy.purposes.values() if name in p.groups],
        }
        for name, holding in sorted(groups.items())
    ]


def _purposes(person: Person, notes: Iterable[Note], policy: Policy, today: date) -> Description:
    """Purposes that may read something held. today: whether they may now; marketing asks for more than a ground."""
    held = {name for note in notes for name in note.fields}
    marketing = any(may_market(person, consent.email, today) for consent in person.consents)
    return {
        purpose.name: {
            "basis": purpose.basis,
            "promises": list(purpose.promises),
            "today": marketing if purpose.name == MARKETING else True,
        }
        for purpose in policy.purposes.values()
        if held & purpose.groups
    }


def _disclosed(notes: Iterable[Note], recipients: Sequence[Recipient]) -> list[Description]:
    """To whom their data really went (P23)."""
    given = Given()
    for note in notes:
        given.told(note.source, note.occurred_at, note.fields, note.disclosure)
    return [
        {
            "name": each.name,
            "capacity": each.capacity,
            "data": list(each.data),
            "first": _instant(each.first),
            "last": _instant(each.last),
        }
        for each in given.disclosures(recipients)
    ]


def _latest_facts(notes: Iterable[Note]) -> list[Note]:
    return sorted(notes, key=_age)[:LISTED_FACTS]


def _age(note: Note) -> tuple[float, str]:
    """Sorts the latest first."""
    return -note.occurred_at.timestamp(), note.key


def _fact(note: Note) -> Description:
    """member: of what we did ourselves, what we asked Mailchimp for or found there."""
    told: Description = {
        "key": note.key,
        "source": note.source,
        "type": note.type,
        "occurred_at": note.occurred_at.isoformat(),
        "recorded_at": note.recorded_at.isoformat(),
        "groups": sorted(note.fields),
    }
    if note.member is not None:
        told["member"] = {name: note.member.get(name) for name in ("audience", "status", "reason")}
    return told


def _fact_ref(fact: FactRef) -> Description:
    return {
        "key": fact.key,
        "source": fact.key.partition("#")[0],
        "type": fact.type,
        "occurred_at": fact.occurred_at.isoformat(),
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
