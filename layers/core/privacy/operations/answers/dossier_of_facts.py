"""What our own ledger and archive hold of a person: profile, consents with their proofs, orders, every fact, group by
group (G19). Facts are read once more than the fold reads them, and one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from privacy.domain.consent import Interval
from privacy.domain.disclosures import Given
from privacy.domain.dossier import (
    CONSENTS,
    GROUP_SECTIONS,
    ORDERS,
    PROFILE,
    USE,
    Nature,
    Record,
    Store,
    Value,
    Why,
)
from privacy.domain.facts import Fact
from privacy.domain.identifiers import is_email
from privacy.domain.linking import Linked
from privacy.domain.orders import Order, contract_until
from privacy.domain.person import Person, may_market, may_personalise
from privacy.domain.policy import Policy
from privacy.domain.retention import Due
from privacy.domain.withholding import PERSONAL, addresses_in, another_name, gift, of_group
from privacy.operations.answers.spooling import Writer
from privacy.ports import FactReader
from privacy.ports.retention import Archive

#: How we come by each group, as far as one word can say; what a checkout form was given is the buyer's.
_NATURES = {
    "profile": Nature.PROVIDED,
    "phone": Nature.PROVIDED,
    "delivery": Nature.PROVIDED,
    "consent": Nature.PROVIDED,
    "fraud": Nature.DERIVED,
    "link": Nature.OURS,
    "archived": Nature.OURS,
    "entry": Nature.OURS,
    "disclosure": Nature.OURS,
}


class Ends:
    """When each piece of a person goes, by the rules (domain/schedule.py)."""

    def __init__(self, due: Iterable[Due], policy: Policy) -> None:
        self._policy = policy
        self._pieces: dict[tuple[str, str], tuple[str, date | None]] = {}
        self._purchases: dict[str, date] = {}
        self.last: date | None = None
        for each in due:
            self._pieces[each.piece.key, each.piece.group] = (each.rule, each.due_on)
            if each.due_on is None:
                continue
            self.last = max(each.due_on, self.last or each.due_on)
            for purchase in each.piece.purchases:
                self._purchases[purchase] = max(each.due_on, self._purchases.get(purchase, each.due_on))

    def of(self, fact: Fact, group: str) -> tuple[str, date | None]:
        """(rule, the first Paris day without it)."""
        return self.of_key(fact.key, group)

    def of_key(self, key: str, group: str) -> tuple[str, date | None]:
        """The same, by the fact's key."""
        return self._pieces.get((key, group)) or (self._policy.rule_of(f"group:{group}").id, None)

    def of_group(self, group: str) -> date | None:
        """The day on which the last piece of that group goes."""
        ends = [day for (_, name), (_, day) in self._pieces.items() if name == group]
        return max((day for day in ends if day is not None), default=None)

    def of_purchase(self, purchase: str) -> date | None:
        return self._purchases.get(purchase)


@dataclass(slots=True)
class Told:
    """What an answer learns from the facts as they go by.

    addresses: every form in which one of theirs was typed. given: to whom their data went. moved: Mailchimp's audiences
    in which somebody else's membership was given an address of theirs.
    """

    addresses: set[str] = field(default_factory=set)
    given: Given = field(default_factory=Given)
    keys: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)

    def take(self, fact: Fact) -> None:
        self.given.take(fact)


def write_person(
    person: Person, *, today: date, policy: Policy, ends: Ends, mine: Callable[[str], bool], writer: Writer
) -> None:
    """The person as the fold has them: profile, consents, orders, and what we do with it. mine: see write_facts."""
    for name, known in person.profile.items():
        rule, until = ends.of_key(known.fact.key, "phone" if name == "phone" else "profile")
        writer.add(
            Record(
                PROFILE.id,
                {"field": name, "value": known.value},
                source=known.fact.key.partition("#")[0],
                nature=Nature.PROVIDED,
                at=known.fact.occurred_at,
                rule=rule,
                until=until,
                reference=known.fact.key,
            )
        )
    for consent in person.consents:
        for interval in consent.intervals:
            writer.add(_consent(interval, ends, mine))
    for order in person.orders:
        writer.add(_order(order, policy, ends))
    writer.add(_use(person, today, policy))


def write_facts(
    partitions: Iterable[str],
    *,
    anchor: str | None,
    person: Person | None,
    emails: Collection[str],
    linked: Linked,
    ledger: FactReader,
    ends: Ends,
    mine: Callable[[str], bool],
    writer: Writer,
    told: Told,
) -> None:
    """Every fact that is theirs, wherever it is filed, once; and what else is filed under their addresses.

    anchor, person: None where nothing is about them. emails: identifiers of their addresses; mine: whether a typed
    one is theirs.
    """
    names = {known.value for name, known in person.profile.items() if name == "name"} if person else set()
    for partition in sorted(partitions):
        for fact in ledger.under(partition):
            theirs = anchor is not None and linked.owner(fact.subject) == anchor
            if _moved_to(fact, emails):
                told.moved.add(str(fact.group("subscription").get("audience")))
            if fact.key in told.keys or not (theirs or fact.filed_under in emails):
                continue
            told.keys.add(fact.key)
            told.take(fact)
            for record in _records(fact, emails, names, mine, ends) if theirs else _contested(fact, ends):
                told.addresses.update(addresses_in(record.said))
                writer.add(record)


def write_archive(
    identifiers: Collection[str],
    *,
    ids: Collection[str],
    emails: Collection[str],
    mine: Callable[[str], bool],
    archive: Archive,
    writer: Writer,
    told: Told,
    policy: Policy,
) -> None:
    """What only answers and accounting may read. ids: of the person, whom archived facts name. emails: theirs."""
    for identifier in sorted(identifiers):
        for archived in archive.under(identifier):
            if archived.person not in ids:
                continue
            told.take(archived.fact)
            for name in archived.fact.groups:
                shown = of_group(archived.fact, name, emails, mine)
                writer.add(
                    Record(
                        GROUP_SECTIONS[name].id,
                        shown.said,
                        source=archived.fact.source,
                        nature=_NATURES.get(name, Nature.OBSERVED),
                        at=archived.fact.occurred_at,
                        store=Store.ARCHIVE,
                        rule=policy.rule_of(f"group:{name}").id,
                        until=archived.due_on.get(name),
                        reference=archived.fact.key,
                        notes=shown.notes,
                    )
                )


def _records(
    fact: Fact, emails: Collection[str], names: Collection[str], mine: Callable[[str], bool], ends: Ends
) -> Iterator[Record]:
    for name in fact.groups:
        shown = of_group(fact, name, emails, mine)
        notes = dict(shown.notes)
        if name == "delivery" and shown.said and gift(fact.group(name), {*names, *_names(fact)}):
            notes["name"] = Why.GIFT
        if name == "profile" and shown.said and another_name(fact.group(name), names):
            notes["name"] = Why.SEVERAL_PEOPLE
        rule, until = ends.of(fact, name)
        yield Record(
            GROUP_SECTIONS[name].id,
            shown.said,
            source=fact.source,
            nature=_NATURES.get(name, Nature.OBSERVED),
            at=fact.occurred_at,
            rule=rule,
            until=until,
            reference=fact.key,
            notes=notes,
        )


def _moved_to(fact: Fact, emails: Collection[str]) -> bool:
    """Whether somebody else's membership was given an address of theirs: its fields came along (decision 14)."""
    named = [identifier for identifier in fact.identifiers if is_email(identifier)]
    return fact.type == "upemail" and named[-1] in emails and named[0] not in emails


def _contested(fact: Fact, ends: Ends) -> Iterator[Record]:
    """What was typed with their address into an account that is not theirs: whose it is, a person has to find out.

    A slip in an address brings a stranger's name and street under it as easily as a new owner of an account does.
    """
    for name in sorted(PERSONAL & fact.groups.keys()):
        rule, _ = ends.of(fact, name)
        yield Record(
            GROUP_SECTIONS[name].id,
            {},
            source=fact.source,
            nature=_NATURES.get(name, Nature.OBSERVED),
            at=fact.occurred_at,
            rule=rule,
            reference=fact.key,
            notes={"": Why.CONTESTED},
        )


def _names(fact: Fact) -> Iterator[str]:
    name = fact.group("profile").get("name")
    if isinstance(name, str):
        yield name


def _consent(interval: Interval, ends: Ends, mine: Callable[[str], bool]) -> Record:
    """G3: who typed what, when, reading which words, under which policy.

    A membership that was given another address brings its consent along, which somebody else may have given.
    """
    proof = interval.proof
    rule, until = ends.of_key(proof.fact.key, "consent")
    said: dict[str, Value] = {
        "given_at": interval.given_at.isoformat(),
        "ended_at": interval.ended_at.isoformat() if interval.ended_at else None,
        "ended_by": interval.ended_by.value if interval.ended_by else None,
        "email": proof.email,
        "carrier": proof.carrier,
        "form": proof.form,
        "wording": proof.wording,
        "wording_language": proof.wording_language,
        "language": proof.language,
        "box_default": proof.box_default,
        "policy_version": proof.policy_version,
        "audience": proof.audience,
        "opt_in_ip": proof.ip,
        "session": proof.reference,
    }
    theirs = not proof.email or mine(proof.email)
    return Record(
        CONSENTS.id,
        {name: value for name, value in said.items() if theirs and value not in (None, "")},
        source=proof.fact.key.partition("#")[0],
        nature=Nature.PROVIDED,
        at=proof.given_at,
        rule=rule,
        until=until,
        reference=proof.fact.key,
        notes={} if theirs else {"": Why.SOMEBODY_ELSE},
    )


def _order(order: Order, policy: Policy, ends: Ends) -> Record:
    contract = contract_until(order, policy.periods)
    said: dict[str, Value] = {
        "number": order.number,
        "status": order.status,
        "placed_at": order.ordered_at.isoformat() if order.ordered_at else None,
        "delivered_on": order.delivered_on.isoformat() if order.delivered_on else None,
        "amount": order.amount,
        "currency": order.currency,
        "refunded": order.refunded or None,
        "risk_level": order.risk_level,
        "outcome": order.fraud_outcome,
        "contract_until": contract.isoformat() if contract else None,
    }
    return Record(
        ORDERS.id,
        {name: value for name, value in said.items() if value is not None},
        source=order.facts[0].partition("#")[0] if order.facts else "",
        nature=Nature.OBSERVED,
        at=order.ordered_at,
        rule=policy.rule_of("group:order").id,
        until=ends.of_purchase(order.order),
        reference=order.order,
    )


def _use(person: Person, today: date, policy: Policy) -> Record:
    """What our software concludes from all that: derived, so it is nobody's to take along (G27)."""
    said: dict[str, Value] = {
        "person": person.links.recorded_ids[0][1] if person.links.recorded_ids else None,
        "regime": person.clock.regime,
        "last_order": _instant(person.last_order),
        "last_opt_in": _instant(person.last_opt_in),
        "last_contact": _instant(person.last_contact),
        "may_market": any(may_market(person, consent.email, today) for consent in person.consents),
        "may_personalise": may_personalise(person),
        "clock_due_on": person.clock.due_on.isoformat() if person.clock.due_on else None,
    }
    return Record(
        USE.id,
        {name: value for name, value in said.items() if value is not None},
        source="privacy",
        nature=Nature.DERIVED,
        at=None,
        rule=policy.rule_of("item:person").id,
        until=person.clock.due_on,
    )


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
