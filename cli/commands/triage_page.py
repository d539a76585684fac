"""What was understood of one message, as a page to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from cli.commands.ink import Ink, plain
from cli.commands.request_words import RIGHTS
from privacy.domain.understanding import Evidence, Outcome, Role

if TYPE_CHECKING:
    from cli.commands.triage import Triaged

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.REQUEST: "a request",
    Outcome.NOT_REQUEST: "no request",
    Outcome.UNSURE: "unsure: a person decides within one working day",
}
MACHINES: Mapping[str, str] = {
    "auto_reply": "an automatic answer",
    "bounce": "a report that a letter did not arrive",
    "bulk": "a mailing",
    "list": "a mailing list",
    "loop": "a letter of ours that came back",
}
LANGUAGES: Mapping[str, str] = {
    "fr": "French", "en": "English", "de": "German", "es": "Spanish", "it": "Italian", "nl": "Dutch",
    "pt": "Portuguese",
}  # fmt: skip
ROLES: Mapping[Role, str] = {
    Role.SELF: "themselves",
    Role.AGENT: "somebody who acts for them",
    Role.HEIR: "an heir",
    Role.PARENT: "a parent",
    Role.EXECUTOR: "the executor of their will",
}
#: What a phrase speaks for, besides rights.
SIGNS: Mapping[str, str] = {"customer_service": "customer service", "authority": "an authority"}


def triage_page(told: Triaged, ink: Ink) -> str:
    """Return the page of one message."""
    return "\n".join(_lines(told, ink))


def _lines(told: Triaged, ink: Ink) -> Iterator[str]:
    yield ink.bold(plain(told.file))
    if told.machine:
        yield _row("is", f"{OUTCOMES[told.outcome]}: {MACHINES.get(told.machine, told.machine)}")
        return
    understood = told.understood
    yield _row("is", _coloured(told.outcome, ink))
    if understood.rights:
        yield _row("asks for", ", ".join(RIGHTS[right.value] for right in understood.rights))
    if understood.customer_service:
        yield _row("also" if understood.rights else "for", "customer service")
    yield _row("language", LANGUAGES.get(understood.language, "not told"))
    yield from _whose(told)
    if told.case:
        yield _row("goes on", told.case)
    for one in understood.evidence:
        yield _row("because" if one.against is None else "but not", _phrase(one, ink))


def _whose(told: Triaged) -> Iterator[str]:
    found = told.understood.particulars
    name = " ".join(part for part in (found.given_name, found.family_name) if part)
    if name:
        yield _row("data of", plain(name))
    if found.postal_address:
        yield _row("address", plain(found.postal_address))
    if found.customer_number:
        yield _row("number", plain(found.customer_number))
    yield _row("written by", ROLES[told.understood.role])


def _phrase(one: Evidence, ink: Ink) -> str:
    says = RIGHTS.get(one.says) or SIGNS.get(one.says, one.says)
    why = f" ({one.against})" if one.against else ""
    return f"« {plain(one.phrase)} » {ink.grey(says + why)}"


def _coloured(outcome: Outcome, ink: Ink) -> str:
    said = OUTCOMES[outcome]
    return (
        ink.green(said)
        if outcome is Outcome.REQUEST
        else ink.yellow(said)
        if outcome is Outcome.UNSURE
        else said
    )


def _row(name: str, said: str) -> str:
    return f"  {name:<10}  {said}"
