"""The register of Art. 30 GDPR in one language, and what is missing in it (G34, P14, P15, P22-P24, P29).

It is made anew each time from what decides: purposes, recipients and retention of the policy in force. What nobody has
told us is no guess here: it is a gap, in the register and in the month's letter to the DPO.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from privacy.domain.gaps import Gap
from privacy.domain.letter import Language
from privacy.domain.policy import Controller, Policy, Purpose
from privacy.domain.recipients import Recipient
from privacy.domain.register import Book, Category, Outside
from privacy.domain.retention import Rule
from privacy.domain.retention_words import how_long

type Described = Mapping[str, object]

#: Where data may go without a safeguard of its own: the European Economic Area (Art. 44), by ISO 3166.
EEA = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
#: What a controller that is not a public body need not have told, and that a reader looks for nevertheless.
_TOLD = ("legal_name", "siren", "dpo")


def gaps(policy: Policy, recipients: Sequence[Recipient], book: Book) -> tuple[Gap, ...]:
    """Everything that the register cannot say yet (P29); none of it keeps the register from being made."""
    return tuple(_gaps(policy.controller, recipients, book.outside))


def _gaps(
    controller: Controller, recipients: Sequence[Recipient], outside: Iterable[Outside]
) -> Iterator[Gap]:
    yield from (Gap("controller", name) for name in _TOLD if not getattr(controller, name))
    yield from (Gap("contract", recipient.name) for recipient in recipients if recipient.gap)
    yield from (
        Gap("safeguard", recipient.name)
        for recipient in recipients
        if recipient.country not in EEA and not recipient.transfer
    )
    yield from (Gap("partner", recipient.name) for recipient in partners(recipients))
    yield from (Gap("operated_by", activity.id) for activity in outside if not activity.operated_by)


def partners(recipients: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """Who would use data for themselves: none, as long as nobody entered one (P24, A15)."""
    return tuple(recipient for recipient in recipients if recipient.role != "processor")


def compose_register(
    policy: Policy,
    recipients: Sequence[Recipient],
    book: Book,
    language: Language,
    *,
    on: date,
    counts: Mapping[str, object] | None = None,
) -> Described:
    """on: the Paris day of which it tells. counts: how much there is, by name; None where nobody could say."""
    told = _Telling(policy, recipients, book, language)
    return {
        "register": "Art. 30 GDPR",
        "language": language.value,
        "on": on.isoformat(),
        "policy": {"version": policy.version, "digest": policy.digest},
        "controller": {**policy.controller._asdict()},
        "activities": [told.activity(purpose) for purpose in policy.purposes.values()],
        "recipients": [told.recipient(recipient) for recipient in recipients],
        "partners": [recipient.name for recipient in partners(recipients)],
        "outside": [told.outside(activity) for activity in book.outside],
        "fields": [{name: words[language] for name, words in form._asdict().items()} for form in book.forms],
        "measures": [{"id": measure.id, "text": measure.text[language]} for measure in book.measures],
        "gaps": [gap._asdict() for gap in gaps(policy, recipients, book)],
        "counts": dict(counts) if counts is not None else None,
    }


class _Telling(NamedTuple):
    policy: Policy
    recipients: Sequence[Recipient]
    book: Book
    language: Language

    def activity(self, purpose: Purpose) -> Described:
        said = self.book.purposes[purpose.name]
        held = self._held(purpose)
        rules = {*said.rules, *(self.policy.covered[one] for one in held if one in self.policy.covered)}
        return {
            "id": purpose.name,
            "name": said.name[self.language],
            "basis": purpose.basis,
            "promises": list(purpose.promises),
            "subjects": [self.book.subjects[id_][self.language] for id_ in said.subjects],
            "categories": [
                {"id": category.id, "name": category.name[self.language]}
                for category in self.book.categories
                if category.held & held
            ],
            "recipients": [r.id for r in self.recipients if r.always or r.id in said.recipients],
            "retention": [self._rule(rule) for id_, rule in self.policy.retention.items() if id_ in rules],
        }

    def recipient(self, recipient: Recipient) -> Described:
        categories = [c for c in self.book.categories if recipient.always or self._gets(recipient, c.held)]
        return {
            "id": recipient.id,
            "name": recipient.name,
            "role": recipient.role,
            "country": recipient.country,
            "operations": self.book.operations.get(recipient.id, recipient.operations)[self.language],
            "transfer": recipient.transfer.get(self.language) if recipient.transfer else None,
            "contract_signed_on": recipient.dpa_signed_on.isoformat() if recipient.dpa_signed_on else None,
            "categories": [category.id for category in categories],
        }

    def outside(self, activity: Outside) -> Described:
        return {
            "id": activity.id,
            "promises": list(activity.promises),
            "name": activity.name[self.language],
            "basis": activity.basis,
            "data": activity.data[self.language],
            "keep": activity.keep[self.language],
            "objection": activity.objection[self.language],
            "operated_by": activity.operated_by or None,
        }

    def _held(self, purpose: Purpose) -> frozenset[str]:
        """What the purpose uses, as retention rules cover it."""
        groups = frozenset(f"group:{group}" for group in purpose.groups)
        return groups.union(*(c.held for c in self.book.categories if _serves(c, purpose)))

    @staticmethod
    def _gets(recipient: Recipient, held: frozenset[str]) -> bool:
        return not held.isdisjoint(f"group:{group}" for group in recipient.groups)

    def _rule(self, rule: Rule) -> Described:
        return {
            "rule": rule.id,
            "record": rule.record[self.language],
            "law": rule.law,
            "how_long": how_long(rule, self.policy, self.language),
            "why": rule.basis[self.language],
        }


def _serves(category: Category, purpose: Purpose) -> bool:
    return purpose.name in category.used_for
