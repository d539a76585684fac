"""Which of a provider's records the ledger does not have, and which of them a webhook should have brought."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from privacy.domain.facts import Fact
from privacy.domain.membership import PENDING, SUBSCRIBED
from privacy.domain.policy import Policy
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.honour_gone import admitted
from privacy.operations.people.person_summary import standings_in
from privacy.ports import PeopleStore

#: A webhook may still come for a while: Mailchimp tries for 75 minutes (docs/providers.md). Stripe does for three
#: days, but a webhook that is late by so much is one to look after all the same.
GRACE = timedelta(minutes=90)


def missing(facts: Sequence[Fact], *, stores: Stores, policy: Policy) -> list[Fact]:
    """Those of a page's facts that have to be recorded: neither there, nor filed elsewhere, nor of somebody gone.

    A few look-ups for the whole page, so that a page that is known costs next to nothing.
    """
    by_filing = {(fact.filed_under, fact.key): fact for fact in facts}
    held = stores.ledger.held(by_filing.keys())
    fresh = [fact for filing, fact in by_filing.items() if filing not in held]
    if fresh:
        elsewhere = _elsewhere(fresh, stores)
        fresh = [fact for fact in fresh if fact.key not in elsewhere]
    return admitted(fresh, ledger=stores.ledger, registry=stores.registry, policy=policy) if fresh else []


def _elsewhere(facts: Collection[Fact], stores: Stores) -> set[str]:
    """Events that stand under another identifier: an address has more than one where there is a second pepper."""
    places = stores.registry.filed([fact.key for fact in facts])
    own = {fact.key: fact.filed_under for fact in facts}
    others = {(place, key) for key, place in places.items() if place != own[key]}
    return {key for _, key in stores.ledger.held(others)} if others else set()


def overdue(facts: Iterable[Fact], *, watched: datetime, now: datetime) -> list[Fact]:
    """Those whose webhook does not come any more. watched: since when the webhooks are relied on."""
    return [fact for fact in facts if watched <= fact.occurred_at <= now - GRACE]


def surprising(facts: Sequence[Fact], people: PeopleStore) -> list[Fact]:
    """Members whom Mailchimp mails, or does not mail, otherwise than we believe. What else changes sends no webhook."""
    believed = _believed({fact.filed_under for fact in facts}, people)
    return [fact for fact in facts if _mailed(_status(fact)) != _mailed(believed.get(_membership(fact)))]


def _believed(emails: Collection[str], people: PeopleStore) -> Mapping[tuple[str, str], str]:
    """Status by mailbox and audience."""
    owners = {pointer.person for pointer in people.pointers(emails).values() if pointer.person}
    return {
        (standing.mailbox, audience): membership.status
        for owner in sorted(owners)
        for standing in standings_in(people.summary(owner))
        for audience, membership in standing.memberships.items()
    }


def _membership(fact: Fact) -> tuple[str, str]:
    return fact.filed_under, str(fact.group("subscription").get("audience"))


def _status(fact: Fact) -> str:
    return str(fact.group("subscription").get("status"))


def _mailed(status: str | None) -> str:
    return status if status in {SUBSCRIBED, PENDING} else "no"
