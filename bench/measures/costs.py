"""Dollars for a million webhooks, and for a thousand people imported, out of counted calls, units and bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.figures import Figure, within
from bench.limits import Limits
from bench.measures import durations
from bench.measures.past import Imported
from bench.measures.units import Flow
from bench.prices import Prices
from bench.shop import Worked

_MILLION = 1_000_000
#: GB of each function's memory (template.yaml).
_ENTRANCE, _FOLD = 512 / 1024, 1769 / 1024


def measure(flows: Sequence[Flow], metric_bytes: int, prices: Prices) -> Iterator[Figure]:
    """flows: the entrance's first, then the folds, each of the same events."""
    entrance, *folds = flows
    parts = entrance_parts(entrance, metric_bytes, prices)
    alone = sum(parts.values())
    shown = ", ".join(f"{name} {dollars:.2f}" for name, dollars in parts.items())
    yield within(
        "a million webhooks, the entrance alone",
        alone,
        3.75,
        f"${alone:.2f}",
        bound="$3.75",
        run=f"dollars: {shown}",
    )
    for fold in folds:
        parts = fold_parts(fold, prices)
        more = sum(parts.values())
        shown = ", ".join(f"{name} {dollars:.2f}" for name, dollars in parts.items())
        yield Figure(
            f"with the fold behind it, {fold.name}",
            f"${alone + more:.2f}",
            run=f"dollars of the fold: {shown}",
        )


def entrance_parts(flow: Flow, metric_bytes: int, prices: Prices) -> dict[str, float]:
    """Dollars of a million webhooks, by what they are paid for."""
    calls = len(flow.calls) / flow.events
    return {
        "gateway": prices.http_api_requests,
        "invocations": prices.lambda_requests,
        "duration": _duration(calls * prices.ms_per_call_at_512_mb, _ENTRANCE, prices),
        "writes": flow.writes / flow.events * prices.write_units,
        "log lines": (metric_bytes + prices.access_log_bytes) * _MILLION / 1e9 * prices.log_gigabyte,
    }


def fold_parts(flow: Flow, prices: Prices) -> dict[str, float]:
    """The stream's own reads by Lambda are free."""
    calls = len(flow.calls) / flow.events
    return {
        "invocations": flow.invocations / flow.events * prices.lambda_requests,
        "duration": _duration(calls * prices.ms_per_call_at_1769_mb, _FOLD, prices),
        "writes": flow.writes / flow.events * prices.write_units,
        "reads": flow.reads / flow.events * prices.read_units,
    }


def _duration(milliseconds: float, gigabytes: float, prices: Prices) -> float:
    """Of a million, where each lasts so long."""
    return milliseconds / 1000 * gigabytes * prices.gb_second * _MILLION


# ---------------------------------------------------------------- a past


def of_a_past(imported: Imported, limits: Limits, prices: Prices) -> Iterator[Figure]:
    """Dollars for a thousand people imported, and for a day's reconciliation of so many."""
    seconds = durations.duration(imported, limits, prices)
    alone = _dollars(imported.first, seconds, prices) | {
        "plan": _dollars_of_units(imported.planned, prices) * 2
    }
    behind = {
        "fold": sum(_dollars(imported.folded, _in_turn(imported.folded, prices), prices).values()),
        "sync": sum(_dollars(imported.followed, _in_turn(imported.followed, prices), prices).values()),
    }
    for what, parts, limit in (
        ("a thousand people imported", alone | behind, 0.05),
        ("imported a second time", _dollars(imported.second, seconds, prices), 0.01),
    ):
        dollars = imported.a_thousand(sum(parts.values()))
        shown = ", ".join(f"{name} {imported.a_thousand(one):.4f}" for name, one in parts.items())
        yield within(what, dollars, limit, f"${dollars:.4f}", bound=f"${limit:.2f}", run=f"dollars: {shown}")
    month = imported.a_thousand(
        sum(_dollars(imported.daily, _daily(imported, limits, prices), prices).values())
    )
    yield Figure(
        "a month of daily reconciliations, a thousand people",
        f"${month * 30:.4f}",
        run="nothing new on any day; one reads 30 days of events and everybody in the projection",
    )


def _dollars(worked: Worked, seconds: float, prices: Prices) -> dict[str, float]:
    """Dollars of it all. seconds: that its functions last. Whatever called them, a queue is paid for."""
    return {
        "invocations": worked.invocations * (prices.lambda_requests + 3 * prices.sqs_requests) / _MILLION,
        "duration": seconds * _FOLD * prices.gb_second,
        "units": _dollars_of_units(worked, prices),
    }


def _dollars_of_units(worked: Worked, prices: Prices) -> float:
    return (worked.writes * prices.write_units + worked.reads * prices.read_units) / _MILLION


def _in_turn(worked: Worked, prices: Prices) -> float:
    return len(worked.calls) * prices.ms_per_call_at_1769_mb / 1000


def _daily(imported: Imported, limits: Limits, prices: Prices) -> float:
    asked = sum(imported.daily.stripe.values()) * limits.stripe_answers
    asked += sum(imported.daily.mailchimp.values()) * limits.mailchimp_answers
    return asked + _in_turn(imported.daily, prices)
