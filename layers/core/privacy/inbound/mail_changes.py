"""Changes in the bytes of a message, each where it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Change(NamedTuple):
    """What stands from start to end becomes the content."""

    start: int
    end: int
    content: bytes


def changed(raw: bytes, changes: Sequence[Change]) -> bytes:
    """The message with these changes, which do not overlap, and every other byte as it was."""
    told: list[bytes] = []
    after = 0
    for change in sorted(changes):
        told += (raw[after : change.start], change.content)
        after = change.end
    return b"".join((*told, raw[after:])) if changes else raw
