"""The table of figures: for a terminal, and between the markers of docs/performance.md."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bench.figures import Chapter, Figure
from bench.trouble import Trouble

_WIDTH = 46


def markdown(chapters: Iterable[Chapter]) -> str:
    return "\n\n".join(
        "\n".join([f"**{chapter.title}**", "", *_rows(chapter.figures)]) for chapter in chapters
    )


def _rows(figures: Sequence[Figure]) -> Iterator[str]:
    yield "| figure | measured | budget | | what was run |"
    yield "|---|---|---|---|---|"
    for figure in figures:
        cells = (figure.what, figure.value, figure.budget, verdict(figure), figure.run)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def items(rows: Iterable[tuple[str, int, int]]) -> str:
    """Example events and their items."""
    lines = ["| example event | item bytes | WCU |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| `{name}` | {size:,} | {units} |" for name, size, units in rows)])


def verdict(figure: Figure) -> str:
    return "" if figure.kept is None else "kept" if figure.kept else "**missed**"


def terminal(chapters: Iterable[Chapter]) -> Iterator[str]:
    for chapter in chapters:
        yield ""
        yield chapter.title
        for figure in chapter.figures:
            name, *more = textwrap.wrap(figure.what.replace("`", ""), _WIDTH)
            budget = f"{figure.budget}  {verdict(figure).strip('*')}" if figure.budget else ""
            yield f"  {name:{_WIDTH}}  {figure.value:34}  {budget}".rstrip()
            yield from (f"    {line}" for line in more)


def write(document: Path, **blocks: str) -> None:
    """Replaces what stands between `<!-- bench:name -->` and `<!-- /bench:name -->`. Raises Trouble without them."""
    text = document.read_text()
    for name, block in blocks.items():
        pattern = re.compile(rf"(<!-- bench:{name} -->\n).*?(<!-- /bench:{name} -->)", re.DOTALL)
        if not pattern.search(text):
            raise Trouble(f"{document.name} has no place for `{name}`")
        text = pattern.sub(lambda found, said=block: f"{found[1]}\n{said}\n\n{found[2]}", text)  # type: ignore[misc]
    document.write_text(text)
