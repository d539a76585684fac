"""The information of Article 15, about this person (G17, G18): not what the policy says of everybody, but for what
their data are used, to whom they really went (CJEU C-154/21), and on which day they go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from privacy.domain.answer_words import AnswerWords
from privacy.domain.article15 import Information, Point, complete
from privacy.domain.clocks import paris_day
from privacy.domain.disclosures import Disclosure
from privacy.domain.dossier import SECTIONS, Dossier, Section, Store, Value
from privacy.domain.policy import Policy, Purpose
from privacy.domain.recipients import Recipient

#: Sections whose records show that a payment was checked (P9).
_CHECKED = ("told_fraud", "told_payment", "stripe_charge")
#: Sections whose records show that a parcel was sent.
_SENT = ("told_delivery", "told_handover")
#: Whose records were read at a provider for this answer, by the recipient's id.
_LIVE = {"stripe": Store.STRIPE, "mailchimp": Store.MAILCHIMP}


def tell_article15(
    dossier: Dossier, *, policy: Policy, recipients: Sequence[Recipient], words: AnswerWords
) -> Information:
    """Every point of domain/article15.py, in the words' language."""
    held = [section for section in SECTIONS if _count(dossier, section)]
    theirs = [recipient for recipient in recipients if _got(recipient, dossier)]
    return complete(
        {
            "purposes": _purposes(held, policy, words),
            "categories": _categories(held, dossier, words),
            "recipients": _recipients(theirs, dossier, words),
            "retention": _retention(dossier, policy, words),
            "rights": _rights(policy, words),
            "complaint": Point(
                words.say("information", "remedies"), (words.say("information", "complaint"),)
            ),
            "sources": _sources(dossier, words),
            "automated_decisions": _automated(dossier, words),
            "transfers": _transfers(theirs, words),
        }
    )


def purposes_of(section: Section, policy: Policy) -> list[Purpose]:
    """For what a section's records may be used: what reads the group, or what the section itself is for."""
    if section.purposes:
        return [policy.purposes[name] for name in section.purposes]
    group = section.held.removeprefix("group:")
    return [purpose for purpose in policy.purposes.values() if group in purpose.groups]


def _count(dossier: Dossier, section: Section) -> int:
    tally = dossier.tallies.get(section.id)
    return tally.count if tally else 0


def _purposes(held: Iterable[Section], policy: Policy, words: AnswerWords) -> Point:
    used = {purpose.name for section in held for purpose in purposes_of(section, policy)}
    told = [purpose for name, purpose in policy.purposes.items() if name in used] or [
        policy.purposes["answering"]
    ]
    lines = tuple(
        words.say(
            "information",
            "purpose_line",
            purpose=_begun(words.say("purposes", purpose.name)),
            basis=words.say("bases", purpose.basis),
        )
        for purpose in told
    )
    return Point(
        words.say("information", "purposes"),
        lines,
        tuple({"purpose": p.name, "basis": p.basis} for p in told),
    )


def _categories(held: Sequence[Section], dossier: Dossier, words: AnswerWords) -> Point:
    lines = tuple(
        words.say(
            "information",
            "category_line",
            section=words.sections[section.id].title,
            count=words.count(_count(dossier, section)),
        )
        for section in held
    )
    told: tuple[Mapping[str, Value], ...] = tuple(
        {"section": section.id, "count": _count(dossier, section)} for section in held
    )
    return Point(words.say("information", "categories"), lines or (words.say("page", "none"),), told)


def _got(recipient: Recipient, dossier: Dossier) -> bool:
    """Whether data of this person really went there, as far as our records show."""
    if recipient.always or recipient.told_by & dossier.given.sources.keys():
        return True
    store = _LIVE.get(recipient.id)
    return any(store in tally.stores for tally in dossier.tallies.values())


def _recipients(theirs: Sequence[Recipient], dossier: Dossier, words: AnswerWords) -> Point:
    disclosures = dossier.given.disclosures(theirs)
    shown = {disclosure.recipient: disclosure for disclosure in disclosures}
    entered = [disclosure for disclosure in disclosures if not disclosure.recipient]
    days = {recipient.id: _days(shown.get(recipient.id)) for recipient in theirs}
    lines = [_registered(recipient, days[recipient.id], words) for recipient in theirs]
    told = [_told(r.name, r.role, r.country, days[r.id]) for r in theirs]
    # nothing is sent to whoever typed an address and did not pay
    if dossier.paid and any(dossier.tallies[s].count for s in _SENT if s in dossier.tallies):
        lines.append(words.say("information", "carrier"))
    lines += [_entered(disclosure, words) for disclosure in entered]
    told += [_told(d.name, d.capacity, None, _days(d)) for d in entered]
    if not any(disclosure.for_itself for disclosure in entered):
        lines.append(words.say("information", "recipients_none"))
    return Point(words.say("information", "recipients"), tuple(lines), tuple(told))


def _registered(recipient: Recipient, days: tuple[date, date] | None, words: AnswerWords) -> str:
    line = words.say(
        "information",
        "recipient_line",
        name=recipient.name,
        role=words.say("roles", recipient.role),
        country=words.tables["countries"].get(recipient.country, recipient.country),
        operations=recipient.operations[words.language.value],
    )
    if recipient.always:
        return line + " " + words.say("information", "recipient_always")
    if days is None:
        return line
    first, last = (words.day(day) for day in days)
    if first == last:
        return line + " " + words.say("information", "recipient_day", first=first)
    return line + " " + words.say("information", "recipient_dates", first=first, last=last)


def _told(name: str, role: str, country: str | None, days: tuple[date, date] | None) -> Mapping[str, Value]:
    return {
        "name": name,
        "role": role,
        "country": country,
        "first": days[0].isoformat() if days else None,
        "last": days[1].isoformat() if days else None,
    }


def _days(disclosure: Disclosure | None) -> tuple[date, date] | None:
    if disclosure is None or disclosure.first is None or disclosure.last is None:
        return None
    return paris_day(disclosure.first), paris_day(disclosure.last)


def _entered(disclosure: Disclosure, words: AnswerWords) -> str:
    """Somebody of whom no provider tells: a carrier, an authority (P23)."""
    said = {
        "name": disclosure.name,
        "role": words.say("roles", disclosure.capacity),
        "data": "; ".join(disclosure.data),
    }
    first, last = _days(disclosure) or (None, None)
    if first is None or last is None or first == last:
        return words.say("information", "disclosed_line", first=words.day(first) if first else "", **said)
    return words.say("information", "disclosed_lines", first=words.day(first), last=words.day(last), **said)


def _retention(dossier: Dossier, policy: Policy, words: AnswerWords) -> Point:
    """By rule, the computed days: the earliest and the latest of this person's records that go by it."""
    ends: dict[str, tuple[date | None, date | None]] = {}
    for tally in dossier.tallies.values():
        for by, (first, last) in tally.ends.items():
            known = ends.get(by, (None, None))
            ends[by] = (_least([known[0], first]), _most([known[1], last]))
    lines, told = [], []
    for id_, rule in policy.retention.items():
        if id_ not in ends:
            continue
        first, last = ends[id_]
        language = words.language.value
        lines.append(
            words.say(
                "information",
                "retention_line",
                record=_begun(rule.record[language]),
                **{"from": _range(first, last, words)},
                basis=rule.basis[language],
            )
        )
        told.append({"rule": id_, "first": _iso(first), "last": _iso(last), "basis": rule.basis[language]})
    return Point(
        words.say("information", "retention"), tuple(lines) or (words.say("page", "none"),), tuple(told)
    )


def _least(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _most(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _range(first: date | None, last: date | None, words: AnswerWords) -> str:
    if first is None or last is None:
        return words.say("information", "retention_open")
    if first == last:
        return words.say("information", "retention_day", first=words.day(first))
    return words.say("information", "retention_range", first=words.day(first), last=words.day(last))


def _rights(policy: Policy, words: AnswerWords) -> Point:
    intro = words.say("information", "rights_intro", contact=policy.controller.contact)
    rights = words.tables["rights"]
    return Point(
        words.say("information", "rights"),
        (intro, *rights.values()),
        tuple({"right": right} for right in rights),
    )


def _sources(dossier: Dossier, words: AnswerWords) -> Point:
    found = {source for tally in dossier.tallies.values() for source in tally.sources}
    known = [source for source in words.tables["sources"] if source in found]
    lines = tuple(dict.fromkeys(_begun(words.say("sources", source)) for source in known))
    return Point(
        words.say("information", "sources"),
        lines or (words.say("page", "none"),),
        tuple({"source": source} for source in known),
    )


def _automated(dossier: Dossier, words: AnswerWords) -> Point:
    """P9: only whoever paid, or tried to, was checked."""
    checked = dossier.paid or any(dossier.tallies[s].count for s in _CHECKED if s in dossier.tallies)
    text = words.say("information", "automated_text" if checked else "automated_none")
    return Point(words.say("information", "automated"), (text,), ({"checked": checked},))


def _transfers(theirs: Sequence[Recipient], words: AnswerWords) -> Point:
    leaving = [recipient for recipient in theirs if recipient.transfer]
    lines = tuple(_transfer_lines(leaving, words)) or (words.say("page", "none"),)
    told = tuple({"name": recipient.name, "country": recipient.country} for recipient in leaving)
    return Point(words.say("information", "transfers"), lines, told)


def _transfer_lines(leaving: Iterable[Recipient], words: AnswerWords) -> Iterator[str]:
    for recipient in leaving:
        yield words.say(
            "information",
            "transfer_line",
            name=recipient.name,
            transfer=recipient.transfer[words.language.value],
        )


def _begun(text: str) -> str:
    """With a capital letter."""
    return text[:1].upper() + text[1:]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
