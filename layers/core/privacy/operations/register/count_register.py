"""How much there is of what the register tells of: numbers alone, of nobody (G34)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from privacy.domain.clocks import paris_day
from privacy.operations.people.marketing_reasons import Description
from privacy.operations.requests.recent_requests import recent_requests
from privacy.operations.requests.request_summary import ENDED, OPEN
from privacy.ports import RequestLog
from privacy.ports.breaches import Breaches
from privacy.ports.retention import DueIndex, LegalHolds, Receipts

#: How far back what has ended is counted: requests, and what the purge deleted.
REQUESTS, PURGES = timedelta(days=365), timedelta(days=31)


def count_register(
    *,
    people: DueIndex,
    requests: RequestLog,
    holds: LegalHolds,
    breaches: Breaches,
    receipts: Receipts,
    now: datetime,
) -> Description:
    """people: the index of people, which counts them about as of some hours ago."""
    since = now - REQUESTS
    found = [s for shard in (OPEN, ENDED) for _, s in recent_requests(requests, shard, since=since)]
    # what has ended stands among what is open while somebody still has to see to it
    ended = [s for s in found if "legal_due" not in s and s["changed_at"] >= since.isoformat()]
    return {
        "people": people.size(),
        "requests_open": sum("legal_due" in s for s in found),
        "requests_ended_in_a_year": dict(sorted(Counter(s["state"] for s in ended).items())),
        "holds": len(holds.all()),
        "breaches_open": len(breaches.open()),
        "purged_in_a_month": _purged(receipts, now),
    }


def _purged(receipts: Receipts, now: datetime) -> dict[str, int]:
    """Pieces, by rule."""
    counts: Counter[str] = Counter()
    after: str | None = None
    while True:
        found, after = receipts.since(paris_day(now - PURGES), after)
        for receipt in found:
            counts.update(receipt.by_rule())
        if after is None:
            return dict(sorted(counts.items()))
