"""What Article 15 makes us tell beside the data themselves (G17, G18): each point is a key, and none is empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from privacy.domain.dossier import Value

#: Art. 15(1)(a)-(h) and (2), in the law's order.
POINTS = (
    "purposes",
    "categories",
    "recipients",
    "retention",
    "rights",
    "complaint",
    "sources",
    "automated_decisions",
    "transfers",
)


class Point(NamedTuple):
    """title, lines: in words. told: the same for machines."""

    title: str
    lines: tuple[str, ...]
    told: tuple[Mapping[str, Value], ...] = ()


type Information = Mapping[str, Point]


def complete(information: Information) -> Information:
    """Raises ValueError where a point is missing or says nothing."""
    if missing := [point for point in POINTS if point not in information or not information[point].lines]:
        raise ValueError(f"Article 15: nothing is said of {', '.join(missing)}")
    return {point: information[point] for point in POINTS}
