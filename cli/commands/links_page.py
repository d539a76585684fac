"""Proposed links and their decisions as pages to read: who, since when, by which facts, and what would change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cli.commands import plain_words as words
from cli.commands.ink import Ink, plain
from cli.commands.plain_words import day, moment, word

type Described = Mapping[str, Any]

LABEL = 18


def links_page(listed: Described, ink: Ink) -> str:
    """Return the list of those who wait for a decision."""
    return "\n".join(_list(listed, ink)).strip("\n")


def preview_page(weighed: Described, ink: Ink) -> str:
    """Return what stands, and what the decision would change."""
    return "\n".join(_preview(weighed, ink)).strip("\n")


def _list(listed: Described, ink: Ink) -> Iterator[str]:
    if not listed["links"]:
        yield "Nobody is waiting for a decision."
    for link in listed["links"]:
        yield ""
        yield ink.bold(" and ".join(_called(side) for side in link["people"]))
        yield from _connection(link["since"], link["facts"], ink)
        for side in link["people"]:
            yield from _side(side, ink)
    if listed["more"]:
        yield ""
        yield "There are more: decide about these, or ask for more with --limit."
    if listed["unread"]:
        yield ""
        yield f"{listed['unread']} of them could not be read: too many people are connected (an engineer has to look)."


def _preview(weighed: Described, ink: Ink) -> Iterator[str]:
    if weighed["connected_since"]:
        yield from _connection(weighed["connected_since"], weighed["facts"], ink)
    elif weighed["decision"] == "merge":
        yield "No fact connects them."
    if weighed["merged_on"]:
        yield f"Merged on {day(weighed['merged_on'])}."
    for title, sides in (("Now", weighed["before"]), ("Then", weighed["after"])):
        yield ""
        one = "one person" if len(sides) == 1 else "two people"
        yield ink.bold(f"{title}: {one}")
        for side in sides:
            yield from _side(side, ink)


def _connection(since: str, facts: Described, ink: Ink) -> Iterator[str]:
    count = facts["count"]
    yield f"  Connected since {moment(since)}, by {count} fact{'' if count == 1 else 's'}:"
    for fact in facts["latest"]:
        key = ink.grey(plain(fact["key"].partition("#")[2]))
        yield f"    {moment(fact['occurred_at'])}  {plain(fact['source'])} {plain(fact['type'])}  {key}"


def _side(side: Described, ink: Ink) -> Iterator[str]:
    yield f"  {_called(side)}  {ink.grey(plain(side['id'] or 'not folded yet'))}"
    for address in side["addresses"]:
        offers = ink.green("may be sent offers") if address["offers"] else ink.red("no offers")
        said = f"{word(words.STATES, address['newsletter'])}, {offers}"
        yield _row("newsletter", said if len(side["addresses"]) == 1 else f"{_typed(address)}: {said}")
    last = f", the last on {moment(side['last_order']).partition(',')[0]}" if side["last_order"] else ""
    yield _row("orders", f"{side['orders']}{last}")
    if side["kept_until"]:
        yield _row("kept until", f"{day(side['kept_until'])} ({word(words.REGIMES, side['regime']).lower()})")


def _called(side: Described) -> str:
    return _joined(_typed(address) for address in side["addresses"]) or "an address of which nothing is known"


def _typed(address: Described) -> str:
    return plain(address["address"] or "an address that nobody typed")


def _joined(parts: Iterable[str]) -> str:
    named: Sequence[str] = list(parts)
    return ", ".join(named)


def _row(label: str, said: str) -> str:
    return f"    {label:<{LABEL}}{said}"
