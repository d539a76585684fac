"""How what the rules found and the second opinion make one set of rights.

Rules are believed more: a right that they found stands unless the second opinion is far from it, one that they did
not find needs an opinion without doubt, and one that something speaks against needs more than that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from privacy.domain.rights import Right

#: What it is worth beside an opinion that rules found a right in plain words, or in others; that they found none; and
#: that they found one, and something against it.
_PLAIN, _FOUND, _SILENT, _DENIED = 0.8, 0.5, -0.45, -2.0
#: Above the one, it may be a request whatever the rules say; below the other for every right, it looks like none.
_NEAR, _FAR = 0.0, -0.9


@dataclass(frozen=True, slots=True)
class Agreed:
    """added: rights that the opinion alone found. dropped: rights that it talked the rules out of.

    near: it may be a request all the same. far: it looks like none.
    """

    rights: frozenset[Right]
    added: frozenset[Right]
    dropped: frozenset[Right]
    near: bool
    far: bool


def agreed(
    found: Collection[Right],
    plain: Collection[Right],
    denied: Collection[Right],
    opinion: Mapping[Right, float],
) -> Agreed:
    """Weigh both. found: what the rules found. plain: of it, what is asked in plain words. denied: what is denied."""
    asked = set(found)
    sums = {right: value + _worth(right, asked, plain, denied) for right, value in opinion.items()}
    rights = frozenset(right for right, value in sums.items() if value > 0)
    return Agreed(
        rights=rights,
        added=rights - asked,
        dropped=frozenset(asked) - rights,
        near=max(opinion.values()) > _NEAR or bool(asked - rights),
        far=max(opinion.values()) < _FAR,
    )


def _worth(
    right: Right, found: Collection[Right], plain: Collection[Right], denied: Collection[Right]
) -> float:
    if right in found:
        return _PLAIN if right in plain else _FOUND
    return _DENIED if right in denied else _SILENT
