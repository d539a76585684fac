"""How long an import lasts at least, out of counted calls, the providers' limits and assumed answers (limits.toml)."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figures import Figure, within
from bench.limits import Limits
from bench.measures.past import Imported
from bench.prices import Prices

SIZES = (100_000, 1_000_000)
_MINUTE, _HOUR = 60, 3600


def measure(imported: Imported, limits: Limits, prices: Prices) -> Iterator[Figure]:
    """Seconds grow with the people: pages, writes and folds of the past, so many times over."""
    for people in SIZES:
        times = people / imported.floor.people
        stripe = imported.floor.stripe_pages * times
        mailchimp = imported.floor.member_pages * times
        yield Figure(
            f"{people:,} people: what the limits allow",
            f"{_lasting(stripe / limits.stripe_second)} of Stripe, "
            f"{_lasting(mailchimp / limits.mailchimp_connections * limits.mailchimp_answers)} of Mailchimp",
            run=f"{stripe:,.0f} pages at {limits.stripe_second} a second; {mailchimp:,.0f} pages on "
            f"{limits.mailchimp_connections} connections. Both leave the shop's own calls nothing",
        )
        yield Figure(
            f"{people:,} people: the providers' answers",
            _lasting(_awaited(imported, limits) * times),
            run=f"one page after another, since each names the next: {limits.stripe_answers} s of Stripe's and "
            f"{limits.mailchimp_answers} s of Mailchimp's, assumed",
        )
        yield Figure(
            f"{people:,} people: the import in all",
            _lasting(duration(imported, limits, prices) * times),
            run=f"the answers, and the AWS calls of each page: {prices.ms_per_call_at_1769_mb} ms each, "
            f"{limits.writes_at_once} writes at once, of which each is {limits.work_a_write} ms of work",
        )
        yield Figure(
            f"{people:,} people: the folds behind it",
            _lasting(_folding(imported, limits, prices) * times),
            run=f"at the same time, on {limits.shards} shards of the ledger's stream; a stream keeps a day",
        )
    ratio = duration(imported, limits, prices) / _awaited(imported, limits)
    yield within(
        "an import against the providers' answers alone",
        ratio,
        1.5,
        f"{ratio:.2f} ×",
        run="the rest is writing: an import waits for its providers most of the time",
    )


def duration(imported: Imported, limits: Limits, prices: Prices) -> float:
    """Seconds of the import's reading and recording."""
    writes = imported.first.count("PutItem", "ledger")
    others = len(imported.first.calls) - writes
    a_call = prices.ms_per_call_at_1769_mb
    a_write = max(a_call / limits.writes_at_once, limits.work_a_write)
    return _awaited(imported, limits) + (others * a_call + writes * a_write) / 1000


def _awaited(imported: Imported, limits: Limits) -> float:
    stripe = max(limits.stripe_answers, 1 / limits.ours_second)
    return sum(imported.first.stripe.values()) * stripe + (
        sum(imported.first.mailchimp.values()) * limits.mailchimp_answers
    )


def _folding(imported: Imported, limits: Limits, prices: Prices) -> float:
    return len(imported.folded.calls) * prices.ms_per_call_at_1769_mb / 1000 / limits.shards


def _lasting(seconds: float) -> str:
    if seconds < 2 * _HOUR:
        return f"{seconds / _MINUTE:,.0f} min"
    return f"{seconds / _HOUR:,.1f} h"
