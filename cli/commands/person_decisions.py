"""`privacy person merge|unmerge|restrict|directive`: what is decided about somebody, besides looking them up."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from cli.commands import people
from cli.commands.addresses import address
from cli.commands.ink import plain
from cli.commands.operator_calls import DPO, STAFF, desk
from cli.commands.plain_words import day
from cli.commands.request_calls import do, number, told
from cli.local.trouble import Trouble

#: The lines that `privacy person --help` has of them.
TOLD = """\
  privacy person merge   anna@example.fr anna.petit@example.fr      they are one person (DPO; undone within 30 days)
  privacy person unmerge anna@example.fr anna.petit@example.fr
  privacy person restrict lea@example.org --request ID --reason "…" only store their data from now on (DPO)
  privacy person restrict --request ID --announce 2027-04-12 --reason "…"    tell them that it ends on that day
  privacy person restrict --request ID --lift --reason "…"          the day has come, and they were told
  privacy person directive lea@example.org                          what they want for after their death (--revoke)
"""


def take_decisions(parser: argparse.ArgumentParser) -> None:
    """Let `privacy person` be told what is decided."""
    parser.add_argument("--request", metavar="ID", help="with restrict: the request because of which")
    parser.add_argument("--reason", default="", help="with restrict: why")
    parser.add_argument("--announce", metavar="DAY", help="with restrict: tell them that it ends on that day")
    parser.add_argument("--lift", action="store_true", help="with restrict: it ends now")
    parser.add_argument("--revoke", action="store_true", help="with directive: delete it (DPO)")
    parser.add_argument("--yes", action="store_true", help="with merge and unmerge: do not ask")


def decide(verb: str, who: Sequence[str], arguments: argparse.Namespace) -> int:
    """Return the exit status. verb: one of VERBS. Raises Trouble."""
    return VERBS[verb](who, arguments)


def _link(decision: str) -> Callable[[Sequence[str], argparse.Namespace], int]:
    def decided(who: Sequence[str], arguments: argparse.Namespace) -> int:
        if len(who) != 2:
            raise Trouble(f"which two? privacy person {decision} anna@example.fr anna.petit@example.fr")
        arguments.emails, arguments.decision = list(who), decision
        return people.decide(arguments)

    return decided


def _restrict(who: Sequence[str], arguments: argparse.Namespace) -> int:
    if not arguments.request:
        raise Trouble("because of which request? --request IM-2026-000123")
    if not arguments.reason.strip():
        raise Trouble("why? --reason says so")
    if arguments.announce and arguments.lift:
        raise Trouble("--announce tells them first; --lift comes on the day that they were told of")
    office, said = desk(arguments, DPO), {"request": number(arguments.request), "reason": arguments.reason}
    if arguments.announce:
        on = _day(arguments.announce)
        announced = do(office, "/operator/restrictions/announcements", on=on, **said)
        return told(announced, f"They are told that this restriction ends on {day(on)}")
    if arguments.lift:
        return told(do(office, "/operator/restrictions/lifts", **said), "This restriction has ended")
    if len(who) != 1:
        raise Trouble("whose data? privacy person restrict lea@example.org --request … --reason …")
    restricted = do(office, "/operator/restrictions", email=address(who[0]), **said)
    return told(restricted, "Their data are only stored from now on; it is looked at again in 30 days")


def _directive(who: Sequence[str], arguments: argparse.Namespace) -> int:
    if len(who) != 1:
        raise Trouble("whose? privacy person directive lea@example.org")
    path = "/operator/directives/" + ("revocations" if arguments.revoke else "lookups")
    found = desk(arguments, DPO if arguments.revoke else STAFF).call(path, {"email": address(who[0])})
    directive = found["directive"]
    if directive is None:
        print("They left no directive.")
        return 0
    print(f"Registered on {day(directive['registered_at'][:10])}, in {directive['request']}:")
    for line in directive["words"]:
        print(f"  {plain(line)}")
    if directive["executor"]:
        print(f"To be carried out by {plain(directive['executor'])}.")
    if arguments.revoke:
        print("It is deleted.")
    return 0


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Trouble(f"{text!r} is no day: write it like 2027-04-12") from None


VERBS: Mapping[str, Callable[[Sequence[str], argparse.Namespace], int]] = {
    "merge": _link("merge"),
    "unmerge": _link("unmerge"),
    "restrict": _restrict,
    "directive": _directive,
}
