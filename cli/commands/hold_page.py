"""Holds as a page to read: whose, why, by whom, and when to look at them again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cli.commands.ink import Ink, plain
from cli.commands.plain_words import day, moment

type Described = Mapping[str, Any]

KINDS: Mapping[str, str] = {"legal": "legal hold", "restriction": "restriction of processing"}

LABEL = 8


def holds_page(holds: Sequence[Described], ink: Ink) -> str:
    """Return the list, the next review first."""
    return "\n".join(_lines(holds, ink)).strip("\n") or "Nobody's data are held."


def _lines(holds: Sequence[Described], ink: Ink) -> Iterator[str]:
    for hold in holds:
        yield ""
        yield ink.bold(plain(", ".join(hold["addresses"]) or "somebody of whom no address is left"))
        yield _row("what", KINDS.get(hold["kind"], hold["kind"]))
        if hold["case"]:
            yield _row("in", hold["case"])
        yield _row("why", hold["reason"])
        yield _row("since", f"{moment(hold['since'])}, by {hold['by']}")
        yield _row("review", day(hold["review_on"]))
        yield f"  {ink.grey(plain(hold['person']))}"


def _row(label: str, said: str) -> str:
    return f"  {label:<{LABEL}}{plain(said)}"
