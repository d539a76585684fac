"""Count: how much falls due on which day, by what it is; from the indexes alone, and about nobody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

from privacy.domain.policy import Policy
from privacy.operations.people.marketing_reasons import Description
from privacy.operations.retention.purge_batch import KINDS
from privacy.ports.retention import DueIndex

#: Entries counted of each shard: more are told to be more.
COUNTED = 4000
#: Of these, one of several rules brings an item there.
_SEVERAL = frozenset(KINDS)


def count_due(indexes: Mapping[str, DueIndex], *, policy: Policy, today: date, until: date) -> Description:
    """Up to that Paris day. due: of each kind the rule, None where several may be it, and how many by day.

    indexes: by the kinds of purge_batch. more: kinds of which there are more than were counted.
    """
    days: dict[str, Counter[str]] = defaultdict(Counter)
    more: set[str] = set()
    for index in indexes.values():
        for shard in index.shards:
            what = shard.partition("#")[0]
            page = index.page(shard, until, None, COUNTED)
            days[what].update(on.isoformat() for _, _, on in page.due)
            if page.after is not None:
                more.add(what)
    return {
        "today": today.isoformat(),
        "until": until.isoformat(),
        "due": [
            {"what": what, "rule": _rule_of(what, policy), "days": dict(sorted(counted.items()))}
            for what, counted in days.items()
        ],
        "more": sorted(more),
    }


def _rule_of(what: str, policy: Policy) -> str | None:
    return None if what in _SEVERAL else policy.covered.get(f"item:{what}")
