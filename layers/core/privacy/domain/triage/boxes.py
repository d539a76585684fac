"""The boxes of a form: what is ticked is an item of a list, what is left empty is not said."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BULLET = r"[ \t]*(?:[-*•][ \t]*)?"
_TICKED = re.compile(rf"{_BULLET}(?:\[ ?[xX×✓✔✗] ?\]|\( ?[xX×✓✔✗] ?\)|[☑☒✅✓✔])[ \t]*(?=\S)")
_EMPTY = re.compile(rf"{_BULLET}(?:\[[ \t_.]*\]|\([ \t]+\)|[☐□◻▢])[ \t]*(?=\S)")
_ITEM = "- "


def without_empty_boxes(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines with ticked boxes as items, and those whose box is empty, apart; all of them where none is ticked.

    >>> without_empty_boxes(["I ask for:", "[x] a copy", "[ ] erasure"])
    (['I ask for:', '- a copy'], ['[ ] erasure'])
    """
    if not any(_TICKED.match(line) for line in lines):
        return list(lines), []
    said = [_TICKED.sub(_ITEM, line, count=1) for line in lines if not _EMPTY.match(line)]
    return said, [line for line in lines if _EMPTY.match(line)]
