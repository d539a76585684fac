"""Gone: what may still be told of somebody who was erased (docs/architecture.md "Gone"; E104-E107).

An erasure marks the partitions that it empties. Providers go on talking for days: they retry, list their past, or a
colleague imports an old file. Under a mark only these are admitted: a later paid order and a later opt-in of the
person's own, with whatever comes after; what concerns a purchase that the erasure had to leave; and, until it is
undone, that Mailchimp has them subscribed all the same, for somebody has to undo it. A purge marks as well, and a paid
order that nobody knew of then is nobody's past that comes back: it was missed (E137, E147).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from privacy.domain.consent import ConsentLog, State
from privacy.domain.facts import Fact
from privacy.domain.identifiers import STRIPE_CHARGE, STRIPE_INVOICE, STRIPE_PAYMENT, STRIPE_SESSION, kind_of
from privacy.domain.linking import ERASED, PERSON, PURCHASES
from privacy.domain.membership import MemberLog
from privacy.domain.orders import ORDER_GROUPS, pays
from privacy.domain.policy import Policy

#: A webhook that asks for the member to be read; its answer decides.
_HINT = "subscribe"
_ANSWERS = frozenset({"mailchimp_member", "sync"})
#: Where people's own wishes come from that we carry out.
_ASKED_OF_US = frozenset({"contact", "operator"})
#: What the ledger keeps of a purchase that lies in the archive.
_MARKER = "archived"
#: For so long after a mark Mailchimp may tell that they left, because we had it forget them: a purge that a provider
#: keeps waiting comes again for a day.
_ECHO = timedelta(days=1)


def names_of(fact: Fact) -> set[str]:
    """All that the fact calls its purchase by: what is told of it again may call it by another of these."""
    order = fact.group("order") or fact.group("checkout")
    invoice = fact.group("invoice") or fact.group("unpaid")
    paid = fact.group("payment")
    named = (
        (STRIPE_PAYMENT, order.get("payment") or paid.get("payment")),
        (STRIPE_SESSION, order.get("session")),
        (STRIPE_INVOICE, order.get("invoice") or invoice.get("invoice")),
        (STRIPE_CHARGE, paid.get("charge")),
    )
    names = {i for i in (*fact.identifiers, fact.subject) if kind_of(i) in (*PURCHASES, STRIPE_CHARGE)}
    return names | {f"{kind}#{name}" for kind, name in named if name}


def refused(
    facts: Sequence[Fact], since: datetime, marked: Collection[str], policy: Policy
) -> Iterator[Fact]:
    """Those of a marked partition's facts that have to go.

    since: when it was emptied. marked: what the facts call purchases by (`names_of`) and an erasure marked as well. A
    purchase without a mark was left there on purpose, where the partition held something of it when it was emptied;
    else nobody knew of it, and if it was paid, whoever made it is a customer, though they made it the minute before
    (E147). Of whom everything is kept (A23) nothing goes that was held. An operator's merges are not judged; the id
    that we gave goes with the last fact.
    """
    judged = [fact for fact in facts if "link" not in fact.groups]
    unmarked = _unmarked(judged, marked)
    left = _left(judged, unmarked, since)
    unheard_of = {f.subject for f in judged if f.subject in unmarked - left and pays(f)}
    returned = (
        bool(unheard_of)
        or any(fact.occurred_at > since and pays(fact) for fact in judged)
        or _opted_in(judged, since, policy)
    )
    put_back = any(_put_back(judged, since))
    kept = any(fact.occurred_at == since and keeps_everything(fact) for fact in facts)
    admitted = 0
    for fact in judged:
        if kept and fact.recorded_at <= since:
            stays = True
        elif fact.subject in left:
            stays = not ORDER_GROUPS.isdisjoint(fact.groups)
        elif fact.subject in unheard_of or (
            returned and (fact.occurred_at > since or _done_since(fact, since))
        ):
            stays = True
        else:
            stays = put_back and fact.recorded_at > since and "subscription" in fact.groups
        admitted += stays
        if not stays:
            yield fact
    if not admitted:
        yield from (fact for fact in facts if fact.type == PERSON)


def stripped(
    facts: Sequence[Fact], since: datetime, marked: Collection[str], policy: Policy
) -> Iterator[tuple[Fact, set[str]]]:
    """What was erased comes in again with what is told of a purchase that stays: the groups to take out of it (A13).

    Parameters as of `refused`. Only of whom the ledger says that they were erased; a purge leaves no purchase.
    """
    if not any(fact.type == ERASED for fact in facts):
        return
    judged = [fact for fact in facts if "link" not in fact.groups]
    left = _left(judged, _unmarked(judged, marked), since)
    for fact in judged:
        if fact.subject in left and fact.recorded_at > since and not ORDER_GROUPS.isdisjoint(fact.groups):
            erased = {group for group in fact.groups if not policy.rule_of(f"group:{group}").exempt}
            if erased:
                yield fact, erased


def keeps_everything(fact: Fact) -> bool:
    """It says that somebody was erased, all of whose data have to stay as they are for now."""
    return fact.type == ERASED and bool(fact.group("link").get("kept"))


def is_our_doing(fact: Fact, since: datetime) -> bool:
    """Mailchimp's word that somebody left whom we had it forget (E122). Whoever complains does so themselves."""
    told = fact.source == "mailchimp" and fact.type == "unsubscribe"
    withdrawn = fact.group("consent").get("choice") == State.WITHDRAWN.value
    return told and withdrawn and since <= fact.occurred_at <= since + _ECHO


def _done_since(fact: Fact, since: datetime) -> bool:
    """What they had asked of us themselves, and was carried out when they had come back (E65, E111)."""
    return fact.source in _ASKED_OF_US and fact.recorded_at > since and "consent" in fact.groups


def _unmarked(judged: Sequence[Fact], marked: Collection[str]) -> set[str]:
    return _purchases(judged) - {f.subject for f in judged if not names_of(f).isdisjoint(marked)}


def _left(judged: Sequence[Fact], unmarked: Collection[str], since: datetime) -> set[str]:
    """Of what goes to the archive later we write down ourselves, after the mark, whose it is."""
    there = (fact for fact in judged if fact.recorded_at <= since or _MARKER in fact.groups)
    return {fact.subject for fact in there if fact.subject in unmarked}


def _purchases(facts: Sequence[Fact]) -> set[str]:
    return {fact.subject for fact in facts if kind_of(fact.subject) in PURCHASES}


def _opted_in(facts: Sequence[Fact], since: datetime, policy: Policy) -> bool:
    """By their own hand: what a call of ours did, which was under way at the time, brings nobody back."""
    said = ConsentLog("")
    for fact in facts:
        said.add(fact, policy)
    opted_in = said.resolve().last_opt_in
    return opted_in is not None and opted_in > since


def _put_back(facts: Sequence[Fact], since: datetime) -> Iterator[bool]:
    """Whether some audience has them, or may have: a call of ours, or a hint, that nobody has followed yet."""
    later = [fact for fact in facts if fact.recorded_at > since and "subscription" in fact.groups]
    members = MemberLog()
    for fact in later:
        members.add(fact)
    yield members.subscribing
    yield from (held.takes_mail for held in members.memberships.values())
    answered: dict[object, datetime] = {}
    for fact in later:
        if fact.source in _ANSWERS:
            audience = fact.group("subscription").get("audience")
            answered[audience] = max(fact.recorded_at, answered.get(audience, fact.recorded_at))
    for fact in later:
        if fact.type == _HINT and fact.occurred_at > since:
            audience = fact.group("subscription").get("audience")
            answer, held = answered.get(audience), members.memberships.get(str(audience))
            left_since = held is not None and not held.takes_mail and held.since >= fact.occurred_at
            yield not left_since and (answer is None or answer < fact.recorded_at)
