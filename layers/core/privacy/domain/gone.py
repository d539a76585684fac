"""Gone: what may still be told of somebody who was erased (docs/architecture.md "Gone"; E104-E107).

An erasure marks the partitions that it empties. Providers go on talking for days: they retry, list their past, or a
colleague imports an old file. Under a mark only these are admitted: a later paid order and a later opt-in of the
person's own, with whatever comes after; what concerns a purchase that the erasure had to leave; and, until it is
undone, that Mailchimp has them subscribed all the same, for somebody has to undo it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from privacy.domain.consent import ConsentLog
from privacy.domain.facts import Fact
from privacy.domain.identifiers import kind_of
from privacy.domain.linking import PERSON, PURCHASES
from privacy.domain.membership import MemberLog
from privacy.domain.orders import ORDER_GROUPS, pays
from privacy.domain.policy import Policy

#: A webhook that asks for the member to be read; its answer decides.
_HINT = "subscribe"
_ANSWERS = frozenset({"mailchimp_member", "sync"})


def left(facts: Sequence[Fact], since: datetime) -> set[str]:
    """Purchases of which the partition held something when it was emptied: those that are not marked were left."""
    return {f.subject for f in facts if kind_of(f.subject) in PURCHASES and f.recorded_at <= since}


def refused(facts: Sequence[Fact], since: datetime, held: Collection[str], policy: Policy) -> Iterator[Fact]:
    """Those of a marked partition's facts that have to go.

    since: when it was emptied. held: the purchases that the erasure left. An operator's merges are not judged; the id
    that we gave goes with the last fact.
    """
    judged = [fact for fact in facts if "link" not in fact.groups]
    returned = any(fact.occurred_at > since and pays(fact) for fact in judged) or _opted_in(
        judged, since, policy
    )
    put_back = any(_put_back(judged, since))
    admitted = 0
    for fact in judged:
        if fact.subject in held:
            stays = not ORDER_GROUPS.isdisjoint(fact.groups)
        elif returned and fact.occurred_at > since:
            stays = True
        else:
            stays = put_back and fact.recorded_at > since and "subscription" in fact.groups
        admitted += stays
        if not stays:
            yield fact
    if not admitted:
        yield from (fact for fact in facts if fact.type == PERSON)


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
