"""One figure: what was measured, what came out, and the budget it has to keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """kept: None where there is no budget. run: what exactly was run."""

    what: str
    value: str
    budget: str = ""
    kept: bool | None = None
    run: str = field(kw_only=True)


def within(what: str, value: float, limit: float, shown: str, *, run: str, bound: str = "") -> Figure:
    """A figure with an upper bound. bound: the limit as people say it, a ratio if nothing is said."""
    return Figure(what, shown, f"≤ {bound or f'{limit:.2f} ×'}", value <= limit, run=run)


def exactly(what: str, value: int, wanted: int, *, run: str) -> Figure:
    return Figure(what, f"{value:,}", f"{wanted:,}", value == wanted, run=run)


def times(value: float) -> str:
    return f"{value:.3f} ×"


def millions(instructions: float) -> str:
    return f"{instructions / 1e6:,.2f} M"


def megabytes(size: float) -> str:
    return f"{size / 1e6:.2f} MB"


@dataclass(frozen=True, slots=True)
class Chapter:
    """Figures that belong together, under one heading."""

    title: str
    figures: Sequence[Figure]
