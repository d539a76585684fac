"""Postal addresses in a text, each as one line, as its country writes it: "street, postcode town" (P45), or, where the
postcode comes last, "street, town postcode", as the post there reads it.

A postcode with its town is the anchor (postcodes.py); the street stands before it, on the same line or on those above
(street_lines.py). Where the postcode comes last (the British Isles, North America) the pieces before it are read one by
one, from the town up (address_pieces.py).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from privacy.domain.triage.address_pieces import houses_before, read_upwards
from privacy.domain.triage.postcodes import ANCHORS, CODE_FIRST, CODES_BEHIND, code_of, town_of
from privacy.domain.triage.street_lines import street_before

#: Postcodes that are looked at; no letter has as many.
_MOST = 50
#: How far above or before its postcode a street may stand.
_REACH = 200


class Found(NamedTuple):
    """An address and where it stands, `text[start:end]`."""

    line: str
    start: int
    end: int


def addresses_in(text: str) -> list[Found]:
    """Find the addresses of a text, in their order. The work grows with the text."""
    found: list[Found] = []
    after = 0
    for _, anchors in sorted(_anchors(text).items())[:_MOST]:
        readings = (_read(text, after, anchor) for anchor in anchors if anchor.start() >= after)
        one = next((reading for reading in readings if reading), None)
        if one:
            found.append(one)
            after = one.end
    return found


def _anchors(text: str) -> dict[int, list[re.Match[str]]]:
    """Return each place of a postcode with the readings of it, the likelier first."""
    anchors: dict[int, list[re.Match[str]]] = {}
    for pattern in (CODE_FIRST, *CODES_BEHIND, *ANCHORS):
        for match in pattern.finditer(text):
            anchors.setdefault(match.start("code"), []).append(match)
    return anchors


def _read(text: str, after: int, anchor: re.Match[str]) -> Found | None:
    """Read the address around a postcode; nothing before `after` is its own."""
    start, end = anchor.span()
    floor = max(after, start - _REACH)
    if anchor.re in CODES_BEHIND:
        whole = read_upwards(text, floor, anchor)
        return Found(whole[1], whole[0], end) if whole else None
    street = (houses_before if anchor.re is CODE_FIRST else street_before)(text, floor, start)
    if street is None:
        return None
    at, words = street
    town = anchor["town"]
    name = town_of(town)
    end = end - (len(town) - len(name)) if text[:end].endswith(town) else end
    return Found(f"{words}, {code_of(anchor['code'])} {' '.join(name.split())}", at, end)
