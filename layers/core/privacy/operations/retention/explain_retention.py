"""Explain: of one person every piece that is held, which rule keeps it and until when, and what keeps it longer (P36).

Whoever looks is written down before anything of theirs is read (R26).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from privacy.domain.clocks import paris_day
from privacy.domain.policy import Policy
from privacy.domain.purge import going
from privacy.domain.schedule import schedule
from privacy.operations.people.describe_person import known_as
from privacy.operations.retention.purgeable import Purgeable, read_purgeable
from privacy.operations.retention.retention_desk import (
    RetentionDesk,
    day,
    described,
    keeper,
    known,
    rules_in_words,
)
from privacy.ports.retention import Archive

if TYPE_CHECKING:
    from privacy.domain.retention import Due
    from privacy.operations.people.marketing_reasons import Description

#: What the look is for, as the read log has it.
PURPOSE = "explain_retention"
#: Pieces, and archived ones, listed of one person; how many there are stands beside them.
LISTED = 1000


def explain_retention(desk: RetentionDesk, archive: Archive, identifiers: Sequence[str]) -> Description:
    """Plain values. `person` is None where nobody is known by the address.

    identifiers: of one address, the current pepper's first. Raises NeighbourhoodTooLarge.
    """
    today = paris_day(desk.now)
    person_id = known_as(identifiers, desk.stores.people)
    desk.write_down(person_id, PURPOSE)
    said: Description = {
        "on": today.isoformat(),
        "suppressed_since": _suppressed_since(desk, identifiers),
        "person": None,
    }
    if person_id in identifiers:
        return said
    found = read_purgeable(person_id, stores=desk.stores, policy=desk.policy)
    if found.person is None:
        return said
    keepers = desk.keepers(found.person, found.ids)
    due = schedule(found.person, desk.policy)
    decided = going(found.person, due, keepers, today)
    kept_by: dict[Due, list[str]] = defaultdict(list)
    for one, by in decided.kept:
        kept_by[one].append(by.kind)
    archived = [*_archived(found, archive, desk.policy)]
    person = known(person_id, found.person) | described(decided)
    person |= {
        "clock_due_on": day(found.person.clock.due_on),
        "next_on": day(decided.next_on),
        "keepers": [keeper(by) for by in keepers],
        "pieces": [_piece(one, kept_by.get(one, ())) for one in due[:LISTED]],
        "pieces_count": len(due),
        "archive": archived[:LISTED],
        "archive_count": len(archived),
        "rules": rules_in_words(
            {one.rule for one in due}.union(str(line["rule"]) for line in archived), desk.policy
        ),
    }
    return said | {"person": person}


def _suppressed_since(desk: RetentionDesk, identifiers: Sequence[str]) -> str | None:
    entries = desk.stores.registry.suppressions(identifiers).values()
    return max((entry.at.isoformat() for entry in entries), default=None)


def _archived(found: Purgeable, archive: Archive, policy: Policy) -> Iterator[Description]:
    for identifier in sorted(found.identifiers):
        for archived in archive.under(identifier):
            for group, ends in sorted(archived.due_on.items()):
                rule = policy.rule_of(f"group:{group}").id
                yield {"group": group, "fact": archived.fact.key, "rule": rule, "due_on": ends.isoformat()}


def _piece(due: Due, kept_by: Sequence[str]) -> Description:
    """group: empty where nothing is held of the fact but whom it names."""
    return {
        "group": due.piece.group,
        "fact": due.piece.key,
        "at": due.piece.at.isoformat(),
        "order": due.order,
        "rule": due.rule,
        "archive_on": day(due.archive_on),
        "due_on": day(due.due_on),
        "kept_by": list(kept_by),
    }
