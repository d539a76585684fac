"""List: of whom something is due on a day, today or in years, and why; from the index, page by page.

Whoever looks is written down for each person that is shown (R26).
"""

from __future__ import annotations

import json
from datetime import date

from privacy.domain.purge import going
from privacy.domain.schedule import schedule
from privacy.operations.people.marketing_reasons import Description
from privacy.operations.people.neighbourhood import NeighbourhoodTooLarge
from privacy.operations.retention.purgeable import read_purgeable
from privacy.operations.retention.retention_desk import RetentionDesk, described, known, rules_in_words
from privacy.ports.retention import DueIndex

#: What the look is for, as the read log has it.
PURPOSE = "plan_retention"
#: Each takes as long as a look-up.
PEOPLE_A_PAGE = 20


class NoSuchPage(Exception):
    """An `after` that no page gave."""


def list_due(desk: RetentionDesk, index: DueIndex, on: date, after: str | None) -> Description:
    """Some of those of whom a run of that Paris day would find something due, or kept.

    index: of people. after: where to go on, None at the end. looked_at: how many of the index these were, of whom the
    facts may say since that nothing is due. unread: people connected with too many. Raises NoSuchPage.
    """
    try:
        shard, place = _place(after, len(index.shards))
        found = index.page(index.shards[shard], on, place, PEOPLE_A_PAGE)
    except ValueError:
        raise NoSuchPage from None
    shown: list[Description] = []
    rules: set[str] = set()
    unread = 0
    for person_id, _, _ in found.due:
        try:
            decided = _decided(desk, person_id, on)
        except NeighbourhoodTooLarge:
            unread += 1
            continue
        if decided is not None:
            desk.write_down(person_id, PURPOSE)
            said, used = decided
            rules |= used
            shown.append(said)
    if found.after is None:
        shard += 1
    more = found.after is not None or shard < len(index.shards)
    return {
        "on": on.isoformat(),
        "people": shown,
        "rules": rules_in_words(rules, desk.policy),
        "looked_at": len(found.due),
        "unread": unread,
        "after": json.dumps([shard, found.after]) if more else None,
    }


def _decided(desk: RetentionDesk, person_id: str, on: date) -> tuple[Description, set[str]] | None:
    """What a run of that day would find, and by which rules."""
    found = read_purgeable(person_id, stores=desk.stores, policy=desk.policy)
    if found.person is None:
        return None
    due = schedule(found.person, desk.policy)
    decided = going(found.person, due, (), on)
    renews = decided.renewal_on is not None and decided.renewal_on <= on
    if not (decided.remove or decided.archive or renews):
        return None
    decided = going(found.person, due, desk.keepers(found.person, found.ids), on)
    rules = {one.rule for one in (*decided.remove, *decided.archive, *(kept for kept, _ in decided.kept))}
    return known(found.id, found.person) | described(decided), rules


def _place(after: str | None, shards: int) -> tuple[int, str | None]:
    """Raises ValueError."""
    match json.loads(after or "[0, null]"):
        case [int(shard), None | str() as place] if 0 <= shard < shards:
            return shard, place
        case _:
            raise ValueError("not a place in the index")
