"""List: people whom facts connect, and about whom nobody has decided yet whether they are one (P16).

Whoever looks is written down for each person that is shown (R26).
"""

from __future__ import annotations

from datetime import datetime

from privacy.domain.clocks import paris_day
from privacy.domain.identifiers import Pseudonyms, is_email
from privacy.domain.policy import Policy
from privacy.operations.people.describe_person import Reader
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.link_evidence import Evidence, side_of
from privacy.operations.people.marketing_reasons import Description
from privacy.operations.people.neighbourhood import NeighbourhoodTooLarge, read_neighbourhood

#: What the look is for, as the read log has it.
PURPOSE = "list_links"
#: Each takes as long as a look-up.
MOST = 50


def list_links(
    limit: int, *, reader: Reader, stores: Stores, policy: Policy, pseudonyms: Pseudonyms, now: datetime
) -> Description:
    """At most `limit` pairs, the oldest first. more: there are others. unread: people connected with too many.

    The index may lag behind: whoever was decided about meanwhile is not shown.
    """
    waiting = stores.people.undecided(2 * limit + 1)
    pairs: dict[frozenset[str], Description] = {}
    unread = looked_at = 0
    for person in waiting[: 2 * limit]:
        if len(pairs) >= limit:
            break
        looked_at += 1
        try:
            found = _pairs_of(person, stores, policy, pseudonyms, now)
        except NeighbourhoodTooLarge:
            unread += 1
            continue
        for pair, shown in found.items():
            if pair not in pairs and len(pairs) < limit:
                for about in sorted(pair):
                    stores.registry.log_read(
                        operator=reader.name, role=reader.role, about=about, purpose=PURPOSE, now=now
                    )
                pairs[pair] = shown
    return {
        "links": sorted(pairs.values(), key=lambda shown: str(shown["since"])),
        "more": looked_at < len(waiting),
        "unread": unread,
    }


def _pairs_of(
    person: str, stores: Stores, policy: Policy, pseudonyms: Pseudonyms, now: datetime
) -> dict[frozenset[str], Description]:
    """Those whom facts connect with the person, by both ids."""
    evidence = Evidence(stores.ledger)
    found = read_neighbourhood([], ledger=evidence, people=stores.people, policy=policy, persons=[person])
    suppressions = stores.registry.suppressions({i for i in found.folding.identifiers() if is_email(i)})
    _, people = found.folding.people(suppressions)
    pairs: dict[frozenset[str], Description] = {}
    for anchor, known in people.items():
        if person not in (recorded for _, recorded in known.links.recorded_ids):
            continue
        for proposal in known.links.proposals:
            other = people.get(proposal.other)
            if other is None:
                continue
            sides = [
                side_of(side, people=people, evidence=evidence, pseudonyms=pseudonyms, today=paris_day(now))
                for side in (anchor, proposal.other)
            ]
            emails = known.links.emails, other.links.emails
            pairs[frozenset(str(side["id"] or "not folded yet") for side in sides)] = {
                "since": proposal.since.isoformat(),
                "facts": evidence.connecting(emails, proposal.through),
                "people": sides,
            }
    return pairs
