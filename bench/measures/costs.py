"""Dollars for a million webhooks, out of counted calls, units and bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.figures import Figure, within
from bench.measures.units import Flow
from bench.prices import Prices

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
