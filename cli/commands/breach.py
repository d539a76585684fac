"""`privacy breach`: records of breaches of personal data, and the 72 hours of each."""

import argparse
import json
import re
import sys
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from cli.commands.operator_calls import DPO, STAFF, Busy, Desk, desk, take_desk
from cli.commands.times import instant
from cli.local.trouble import Trouble
from privacy.domain.breach import TOPICS

NAME = "breach"
HELP = "breaches of personal data, and the 72 hours of each"
DESCRIPTION = """\
What the law calls a breach: data that went to the wrong person, were lost, or were changed. The authority (CNIL) is
told within 72 hours of when we knew, weekends included; the people concerned too, where their risk is high. The DPO
gets a letter when a record is opened, and every day until it says that the authority was told, or why not.

  privacy breach                                              those that are open; --all: the closed ones too
  privacy breach open "An answer went to a wrong address" --request IM-2027-000123
                                                              the link to that case's answer is dead from then on
  privacy breach show BR-4F1D2A90                             all of it, and what the authority still has to be told
  privacy breach note BR-4F1D2A90 --about people "one person"
  privacy breach notify BR-4F1D2A90 authority --reference "CNIL 2027-1234" "by the CNIL's form"
  privacy breach notify BR-4F1D2A90 people "by letter, to the one person"
  privacy breach notify BR-4F1D2A90 nobody "no risk, because the mail was never opened"
  privacy breach notify BR-4F1D2A90 not-people "no high risk, because …"
  privacy breach close BR-4F1D2A90 "the link is dead, the address is corrected"

Name nobody in it: the record stays for five years after it was closed. To notify and to close are for the role
PrivacyDpo.
"""

#: Who was told, or need not be, as the back office has it.
WHOM: Mapping[str, str] = {
    "authority": "told_authority",
    "people": "told_people",
    "nobody": "no_risk",
    "not-people": "no_high_risk",
}

_ONE = re.compile(r"BR-[0-9A-F]{8}")

type Described = Mapping[str, Any]


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="the closed ones too")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    take_desk(parser)
    parser.set_defaults(do=_list)
    kinds = parser.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, help_: str, do: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        added = kinds.add_parser(
            name, help=help_, description=DESCRIPTION, formatter_class=parser.formatter_class
        )
        added.set_defaults(do=do)
        if name != "open":
            added.add_argument("breach", type=_number, metavar="BREACH", help="its number, like BR-4F1D2A90")
        take_desk(added, inherit=True)
        return added

    open_ = command("open", "write down that there is one", _open)
    open_.add_argument("words", help="what happened, without anybody's name or address")
    open_.add_argument("--known", metavar="WHEN", help="since when we know (default: now)")
    open_.add_argument("--request", metavar="REQUEST", help="the case whose answer went astray")
    command("show", "all of one", _show)
    note = command("note", "write down what came to light, or was done", _note)
    note.add_argument("words")
    note.add_argument("--about", choices=TOPICS, help="what of it the authority is told")
    notify = command("notify", "write down who was told, or need not be", _notify)
    notify.add_argument("whom", choices=list(WHOM))
    notify.add_argument("words", help="how they were told, or why they need not be")
    notify.add_argument("--reference", help="the authority's, of what it was told")
    notify.add_argument("--on", metavar="WHEN", help="when they were told (default: now)")
    command("close", "nothing is left to do", _close).add_argument("words", help="what was done in the end")


def run(arguments: argparse.Namespace) -> int:
    status: int = arguments.do(arguments)
    return status


def _list(arguments: argparse.Namespace) -> int:
    from cli.commands.breach_page import breaches_page
    from cli.commands.ink import ink_for

    listed = desk(arguments, STAFF).call("/operator/breaches/lookups", {"all": arguments.all})
    if arguments.json:
        print(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        print(breaches_page(listed["breaches"], ink_for(sys.stdout)))
    return 0


def _show(arguments: argparse.Namespace) -> int:
    found = desk(arguments, STAFF).call("/operator/breaches/lookups", {"breach": arguments.breach})
    (breach,) = found["breaches"]
    return _shown(breach, arguments)


def _open(arguments: argparse.Namespace) -> int:
    said = {"words": arguments.words, "aware_at": _instant(arguments.known), "request": arguments.request}
    return _done("/operator/breaches", said, arguments, STAFF)


def _note(arguments: argparse.Namespace) -> int:
    said = {"did": "noted", "words": arguments.words, "topic": arguments.about}
    return _added(said, arguments, STAFF)


def _notify(arguments: argparse.Namespace) -> int:
    if arguments.whom == "authority" and not arguments.reference:
        raise Trouble("under which reference did the authority take it? --reference says it")
    said = {
        "did": WHOM[arguments.whom],
        "words": arguments.words,
        "reference": arguments.reference,
        "on": _instant(arguments.on),
    }
    return _added(said, arguments, DPO)


def _close(arguments: argparse.Namespace) -> int:
    return _added({"did": "closed", "words": arguments.words}, arguments, DPO)


def _added(said: Described, arguments: argparse.Namespace, role: str) -> int:
    return _done("/operator/breaches/entries", {"breach": arguments.breach, **said}, arguments, role)


def _done(path: str, said: Described, arguments: argparse.Namespace, role: str) -> int:
    """Told once under one command, so that what may have been lost can be told again."""
    told = {name: value for name, value in said.items() if value is not None}
    breach = _told(desk(arguments, role), path, told | {"command": uuid.uuid4().hex})
    return _shown(breach, arguments)


def _told(at: Desk, path: str, said: Described) -> Described:
    try:
        answer: Described = at.call(path, said)
    except Busy:
        answer = at.call(path, said)
    return answer


def _shown(breach: Described, arguments: argparse.Namespace) -> int:
    from cli.commands.breach_page import breach_page
    from cli.commands.ink import ink_for

    if arguments.json:
        print(json.dumps(breach, ensure_ascii=False, indent=2))
    else:
        print(breach_page(breach, ink_for(sys.stdout)))
    return 0


def _number(typed: str) -> str:
    found = _ONE.fullmatch(typed.strip().upper())
    if found is None:
        raise Trouble(
            f"{typed} is no breach's number: it looks like BR-4F1D2A90; `privacy breach` lists them"
        )
    return found[0]


def _instant(typed: str | None) -> str | None:
    return instant(typed).isoformat() if typed else None
