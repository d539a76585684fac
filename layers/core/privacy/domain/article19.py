"""Whom we tell that data they had of us were corrected, erased or restricted, and what they are asked (Art. 19, P24).

Stripe and Mailchimp are made to do it, and what came of it is written down. Everybody else who got something of the
person is written to where they take such notices, once a person has approved the answer that it belongs to; where
nobody knows where, a person tells them. Authorities that the law entitles to ask are no recipients (Art. 4(9)).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from privacy.domain.clocks import paris_day
from privacy.domain.disclosures import AUTHORITY, Disclosure, Given
from privacy.domain.letter import Language
from privacy.domain.letter_words import day_in_words
from privacy.domain.recipients import Recipient
from privacy.domain.rectification import FIELDS, Change, told_changes
from privacy.domain.request import Request
from privacy.domain.request_steps import Kind

#: Providers that do it at our call, by their ids in policy/imera.toml.
STRIPE, MAILCHIMP = "stripe", "mailchimp"
#: Outcomes after which nothing more is awaited of a recipient.
SETTLED = frozenset({"done", "refused", "impossible"})
_TAB = "\t"
#: Nobody learns of us what they did not have: whoever holds one of these asks for what it is now.
_ASKED_FOR = ("email", "phone")


class Informed(NamedTuple):
    """Somebody who is to be told. recipient: their id in policy/imera.toml, or their name as an operator entered it.
    address: where they take notices, empty where nobody knows. who: the person, by what tells them apart. data: what
    they got, in words. since: the first Paris day on which they did, empty where nobody knows."""

    recipient: str
    address: str
    who: str
    data: str
    since: str

    @property
    def line(self) -> str:
        """As a step keeps it."""
        return _TAB.join(" ".join(part.split()) for part in self)

    @classmethod
    def of_line(cls, line: str) -> Informed:
        return cls(*line.split(_TAB))


class Followed(NamedTuple):
    """A provider who was made to follow. recipient: its id. outcome: done, or told where it takes its time. words:
    what it did."""

    recipient: str
    outcome: str
    words: str


def to_be_informed(given: Given, register: Sequence[Recipient], who: str) -> tuple[Informed, ...]:
    """Each recipient once, by name."""
    found: dict[str, Informed] = {}
    for told in given.disclosures(register):
        if told.capacity == AUTHORITY or (told.recipient and not told.notices_to):
            continue  # the latter do it at our call, or store everything for us
        known = _registered(told, register)
        name, address = (
            (known.id, known.notices_to) if known else (told.recipient or told.name, told.notices_to)
        )
        before = found.get(name)
        data = "; ".join(filter(None, (before.data if before else "", "; ".join(told.data))))
        days = [paris_day(told.first).isoformat()] if told.first else []
        days += [before.since] if before and before.since else []
        address = address or told.notices_to or (before.address if before else "")
        found[name] = Informed(name, address, who, data, min(days, default=""))
    return tuple(found[name] for name in sorted(found))


def _registered(told: Disclosure, register: Iterable[Recipient]) -> Recipient | None:
    """Whom an operator meant, where the register has them too."""
    names = {told.name.casefold(), told.recipient}
    return next((each for each in register if not names.isdisjoint({each.id, each.name.casefold()})), None)


def asked_of(told: Informed, right: str, changes: Iterable[str]) -> tuple[str, ...]:
    """What they are asked to do, a line in each language, each after its language. changes: of a rectification."""
    return tuple(
        f"{language.value}: {line}"
        for language in Language
        for line in _asked(told, right, tuple(map(Change.of_line, changes)), language)
    )


def _asked(told: Informed, right: str, changes: Sequence[Change], language: Language) -> Iterator[str]:
    what = _WHAT[language].format(who=told.who, data=told.data, day=_since(told, language))
    yield f"{what} {_ASKED[right][language]}"
    if right != "rectification":
        return
    yield from told_changes([change for change in changes if change.field not in _ASKED_FOR], language)
    if others := [FIELDS[change.field][language] for change in changes if change.field in _ASKED_FOR]:
        yield _OTHERS[language].format(fields=", ".join(others))


def _since(told: Informed, language: Language) -> str:
    if not told.since:
        return ""
    return _SINCE[language].format(day=day_in_words(date.fromisoformat(told.since), language))


_SINCE = {Language.FR: ", à partir du {day}", Language.EN: ", from {day} on"}
_WHAT = {
    Language.FR: "Données concernant {who} ({data}{day}) :",
    Language.EN: "Data about {who} ({data}{day}):",
}
_ASKED = {
    "erasure": {
        Language.FR: "effacez-les, et faites-les effacer par quiconque les tient de vous ; si une loi vous oblige à "
        "les garder, dites-nous laquelle et jusqu'à quand",
        Language.EN: "erase them, and have whoever got them from you erase them; where a law obliges you to keep "
        "them, tell us which, and until when",
    },
    "restriction": {
        Language.FR: "limitez-vous à les conserver, sans autre usage, jusqu'à ce que nous vous écrivions de nouveau",
        Language.EN: "only store them, and do not use them otherwise, until we write to you again",
    },
    "rectification": {
        Language.FR: "corrigez ce que vous en avez, comme suit",
        Language.EN: "correct what you have of them, as follows",
    },
}
_OTHERS = {
    Language.FR: "a changé aussi : {fields} ; si vous l'avez, demandez-nous la nouvelle",
    Language.EN: "changed as well: {fields}; if you hold it, ask us for the new one",
}
#: Rights whose answer recipients are told of, as an item's right is called.
TOLD_OF = frozenset(_ASKED)


def offices_in(request: Request) -> dict[str, str]:
    """Where recipients that the case names take notices, by how it names them; empty where nobody knows."""
    drafts = [step for step in request.steps if step.kind is Kind.DRAFTED]
    drafted = [Informed.of_line(line) for step in drafts for line in step.texts("recipients")]
    told = {step.text("recipient"): "" for step in request.steps if step.kind is Kind.NOTIFIED}
    return told | {each.recipient: each.address for each in drafted}


def untold(request: Request) -> frozenset[str]:
    """Whom nobody could write to, and of whom nobody has written down yet that they were told."""
    told = {step.text("recipient") for step in request.steps if step.kind is Kind.NOTIFIED}
    return frozenset(name for name, address in offices_in(request).items() if not address) - told


def all_answered(request: Request) -> bool:
    """Whether recipients were told, and each has answered, or was made to follow (T22)."""
    last = {
        step.text("recipient"): step.text("outcome") for step in request.steps if step.kind is Kind.NOTIFIED
    }
    return bool(last) and SETTLED.issuperset(last.values())
