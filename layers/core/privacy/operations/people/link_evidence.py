"""What a decision about two addresses rests on: who they are, what they have, and which facts connect them (P16).

Plain values, instants and days as ISO 8601. Addresses stand here as they were typed, for whoever has to decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime

from privacy.domain.facts import Fact
from privacy.domain.identifiers import InvalidAddress, Pseudonyms, is_email
from privacy.domain.linking import PERSON, Linked, Proposal
from privacy.domain.person import Person, may_market
from privacy.operations.people.marketing_reasons import Description
from privacy.ports import FactReader

#: Facts listed of a connection, the latest first; how many there are stands beside them.
LISTED = 10

#: Fields that hold an address as somebody typed it.
_TYPED = (("profile", "email"), ("consent", "email"), ("subscription", "email"))


@dataclass(frozen=True, slots=True)
class _Told:
    """A fact without its values but the addresses."""

    key: str
    source: str
    type: str
    occurred_at: datetime
    subject: str
    identifiers: tuple[str, ...]
    typed: tuple[str, ...]


@dataclass(slots=True)
class Evidence:
    """A reader that takes a note of every fact it hands out."""

    ledger: FactReader
    told: dict[str, _Told] = field(default_factory=dict)

    def under(self, identifier: str) -> Iterator[Fact]:
        for fact in self.ledger.under(identifier):
            self.told.setdefault(fact.key, _note(fact))
            yield fact

    def about(self, anchors: Collection[str], linked: Linked) -> list[str]:
        """The keys of the facts that are about these people, but for the ids that we gave them."""
        return sorted(
            key
            for key, told in self.told.items()
            if told.type != PERSON and linked.owner(told.subject) in anchors
        )

    def connecting(
        self, emails: tuple[Collection[str], Collection[str]], through: Collection[str]
    ) -> Description:
        """Facts that name both, or name one of them beside what connects them."""
        ours, theirs = map(frozenset, emails)
        beyond = {identifier for identifier in through if not is_email(identifier)}
        found = [
            told
            for told in self.told.values()
            if (named := ours.isdisjoint(told.identifiers) + 2 * theirs.isdisjoint(told.identifiers)) == 0
            or (named < 3 and not beyond.isdisjoint(told.identifiers))
        ]
        latest = sorted(found, key=lambda told: (told.occurred_at, told.key), reverse=True)[:LISTED]
        return {"count": len(found), "latest": [_shown(told) for told in latest]}

    def typed(self, emails: Collection[str], pseudonyms: Pseudonyms) -> str | None:
        """An address of these identifiers as it was typed last."""
        for told in sorted(self.told.values(), key=lambda told: (told.occurred_at, told.key), reverse=True):
            for address in told.typed:
                with suppress(InvalidAddress):
                    if not set(emails).isdisjoint(pseudonyms.emails(address)):
                        return address
        return None


def side_of(
    anchor: str,
    *,
    people: Mapping[str, Person],
    evidence: Evidence,
    pseudonyms: Pseudonyms,
    today: date,
) -> Description:
    """One of the two: what they are called, may be sent and have."""
    person = people.get(anchor)
    if person is None:
        return {
            "id": None,
            "addresses": [],
            "orders": 0,
            "last_order": None,
            "regime": "none",
            "kept_until": None,
        }
    consents = {consent.email: consent for consent in person.consents}
    addresses: list[Description] = []
    for mailbox in person.links.mailboxes:
        identifiers = [email for email in person.links.emails if person.links.mailbox(email) == mailbox]
        consent = consents.get(mailbox)
        addresses.append(
            {
                "address": evidence.typed(identifiers, pseudonyms),
                "newsletter": consent.state.value if consent else "none",
                "offers": may_market(person, mailbox, today),
            }
        )
    due_on = person.clock.due_on
    return {
        "id": person.links.recorded_ids[0][1] if person.links.recorded_ids else None,
        "addresses": addresses,
        "orders": len(person.paid_orders),
        "last_order": person.last_order.isoformat() if person.last_order else None,
        "regime": person.clock.regime,
        "kept_until": due_on.isoformat() if due_on else None,
    }


def proposal_between(anchor: str, other: str, people: Mapping[str, Person]) -> Proposal | None:
    proposals: Iterable[Proposal] = people[anchor].links.proposals if anchor in people else ()
    return next((proposal for proposal in proposals if proposal.other == other), None)


def _note(fact: Fact) -> _Told:
    typed = [fact.group(group).get(name) for group, name in _TYPED]
    return _Told(
        key=fact.key,
        source=fact.source,
        type=fact.type,
        occurred_at=fact.occurred_at,
        subject=fact.subject,
        identifiers=fact.identifiers,
        typed=tuple(dict.fromkeys(address for address in typed if isinstance(address, str))),
    )


def _shown(told: _Told) -> Description:
    return {
        "key": told.key,
        "source": told.source,
        "type": told.type,
        "occurred_at": told.occurred_at.isoformat(),
    }
