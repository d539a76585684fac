"""Breaches as pages to read: the list with its deadlines, and one record with what the authority is told of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cli.commands.ink import Ink, plain
from cli.commands.plain_words import moment

type Described = Mapping[str, Any]

LABEL = 14

#: What Art. 33(3) asks for, by topic.
TOPICS: Mapping[str, str] = {
    "nature": "what happened",
    "people": "whose data, how many people",
    "records": "which data, how many records",
    "consequences": "what may come of it",
    "measures": "what was done or is planned",
}
DID: Mapping[str, str] = {
    "opened": "opened",
    "noted": "noted",
    "told_authority": "the authority was told",
    "no_risk": "no risk: the authority need not be told",
    "told_people": "the people concerned were told",
    "no_high_risk": "no high risk: the people concerned need not be told",
    "closed": "closed",
}


def breaches_page(breaches: Sequence[Described], ink: Ink) -> str:
    """Return the list, the most urgent first."""
    return "\n".join(_listed(breaches, ink)) or "No breach is open."


def breach_page(breach: Described, ink: Ink) -> str:
    """Return one record: its clock, what the authority is told, and what was done when by whom."""
    return "\n".join(_shown(breach, ink))


def _listed(breaches: Sequence[Described], ink: Ink) -> Iterator[str]:
    for breach in breaches:
        nature = (breach["told"]["nature"] or [""])[0]
        yield f"{ink.bold(breach['breach'])}  {plain(nature)}"
        yield f"    {_state(breach, ink)}"


def _state(breach: Described, ink: Ink) -> str:
    if breach["closed_at"]:
        return ink.grey(f"closed on {moment(breach['closed_at'])}")
    if not breach["authority_settled"]:
        said = f"the authority is to be told by {moment(breach['due_at'])}"
        return ink.red(f"{said}: overdue") if breach["overdue"] else ink.yellow(said)
    if not breach["people_settled"]:
        return "open: say whether the people concerned were told"
    return "open: everybody was told or need not be"


def _shown(breach: Described, ink: Ink) -> Iterator[str]:
    yield ink.bold(breach["breach"])
    yield _row("state", _state(breach, ink))
    yield _row("known since", moment(breach["aware_at"]))
    if breach["request"]:
        yield _row("request", breach["request"])
    if breach.get("answers_closed"):
        yield _row(
            "closed", f"the link to its answer ({', '.join(breach['answers_closed'])}) opens nothing any more"
        )
    yield ""
    yield ink.bold("What the authority is told (Art. 33(3))")
    for topic, title in TOPICS.items():
        words = breach["told"][topic]
        yield f"  {title}: {'; '.join(map(plain, words)) if words else ink.yellow('not said yet')}"
    yield ""
    yield ink.bold("What was done")
    for entry in breach["entries"]:
        reference = f" ({entry['reference']})" if entry["reference"] else ""
        yield f"  {moment(entry['at'])}, {plain(entry['by'])}: {DID[entry['did']]}{plain(reference)}"
        if entry["on"] != entry["at"]:
            yield ink.grey(f"    as of {moment(entry['on'])}")
        yield f"    {plain(entry['words'])}"


def _row(label: str, said: str) -> str:
    return f"  {label:<{LABEL}}{said}"
