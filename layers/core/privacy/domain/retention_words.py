"""Retention rules in plain words, in French and in English: for letters, for the DPO's page, for operators.

Nothing here says a number or a reason of its own; every one comes from the rules (policy/imera.toml).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from privacy.domain.letter import Language
from privacy.domain.letter_words import length_in_words
from privacy.domain.policy import Policy
from privacy.domain.retention import Due, Rule, Span

_EN, _FR = Language.EN, Language.FR

#: What a span is counted from; each follows "after" and, where nothing is added, "until".
_TRIGGERS: Mapping[str, Mapping[Language, str]] = {
    "last_contact": {_EN: "the person's last contact", _FR: "le dernier contact de la personne"},
    "last_order": {_EN: "the last order", _FR: "la dernière commande"},
    "opt_in": {_EN: "the last sign-up by the person", _FR: "la dernière inscription par la personne"},
    "consent_end": {_EN: "the end of the consent", _FR: "la fin du consentement"},
    "last_fact": {_EN: "the last that we heard", _FR: "la dernière information reçue"},
    "last_piece": {
        _EN: "the last that is held of the person",
        _FR: "la dernière donnée détenue sur la personne",
    },
    "order": {_EN: "the order", _FR: "la commande"},
    "contract_delivery": {
        _EN: "the delivery of an order of €{contract} or more",
        _FR: "la livraison d'une commande de {contract} € ou plus",
    },
    "charge": {_EN: "the payment", _FR: "le paiement"},
    "dispute_closed": {_EN: "the end of the dispute", _FR: "la fin du litige"},
    "unpaid_due": {
        _EN: "the day on which what is still unpaid was due",
        _FR: "l'échéance de ce qui reste impayé",
    },
    "unpaid_settled": {_EN: "the settlement", _FR: "le règlement"},
    "financial_year_end": {
        _EN: "the end of the financial year of the document",
        _FR: "la clôture de l'exercice comptable du document",
    },
    "session": {_EN: "the end of the checkout", _FR: "la fin du passage en caisse"},
    "refusal": {_EN: "the refusal", _FR: "l'opposition"},
    "closing": {_EN: "the closing of the request", _FR: "la clôture de la demande"},
    "receipt": {_EN: "the receipt", _FR: "la réception"},
    "write": {_EN: "the writing", _FR: "l'écriture"},
    "run": {_EN: "the run", _FR: "le traitement"},
    "erasure": {_EN: "the erasure", _FR: "l'effacement"},
    "release": {_EN: "the lifting of the hold", _FR: "la levée de la mesure de conservation"},
    "breach_closed": {_EN: "the closing of the record", _FR: "la clôture de la fiche"},
}

_AFTER = {_EN: "after", _FR: "après"}
_UNTIL = {_EN: "until", _FR: "jusqu'à"}
_OR_LONGER = {_EN: ", or {} if that is longer", _FR: ", ou {} si c'est plus long"}
_ELSE = {_EN: "; {}", _FR: " ; {}"}
#: Days that have come instead of the others, and not besides.
_INSTEAD = frozenset({"unpaid_settled", "release"})


class Kept(NamedTuple):
    """What stays, why, until when. until: the last Paris day of the last of it; None: as long as how_long says."""

    rule: str
    what: str
    why: str
    how_long: str
    until: date | None


def kept_for(staying: Iterable[Due], policy: Policy, language: Language) -> tuple[Kept, ...]:
    """Of what stays, each rule's part in the order of the rules: an erasure's answer lists it (P43, E97)."""
    ends: dict[str, list[date | None]] = defaultdict(list)
    for due in staying:
        ends[due.rule].append(due.due_on)
    return tuple(
        Kept(
            rule=rule.id,
            what=rule.record[language],
            why=rule.basis[language],
            how_long=how_long(rule, policy, language),
            until=_last_day(ends[rule.id]),
        )
        for rule in policy.retention.values()
        if rule.id in ends
    )


def how_long(rule: Rule, policy: Policy, language: Language) -> str:
    """`10 years after the end of the financial year, or …`: all its spans, the longest of which decides."""
    first, *others = rule.keep
    words = span_in_words(first, policy, language)
    for span in others:
        joint = _ELSE if span.trigger in _INSTEAD else _OR_LONGER
        words += joint[language].format(span_in_words(span, policy, language))
    return words


def span_in_words(span: Span, policy: Policy, language: Language) -> str:
    """`3 years after the person's last contact`."""
    contract = f"{policy.periods.contract_from_cents / 100:.2f}".removesuffix(".00")
    since = _TRIGGERS[span.trigger][language].format(contract=contract)
    length = length_in_words(span, language)
    if not length:
        return f"{_UNTIL[language]} {since}"
    return f"{length} {_AFTER[language]} {since}"


def _last_day(ends: Iterable[date | None]) -> date | None:
    """The day before the first one without it; None where one of them has no day yet."""
    last = max((end or date.max for end in ends), default=date.max)
    return None if last == date.max else last - timedelta(days=1)
