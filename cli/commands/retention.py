"""`privacy retention`: what falls due of whom, when and why; the purge's runs, their approval, their receipts."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from cli.commands import retention_run
from cli.commands.addresses import address
from cli.commands.operator_calls import STAFF, Desk, desk, take_desk
from cli.local.trouble import Trouble

NAME = "retention"
HELP = "what falls due of whom, when and why; the purge's runs and receipts"
DESCRIPTION = """\
Every night at half past three, Paris time, whatever has come to its end is deleted or archived by the rules of
docs/retention.md. Before it is for ever you can look, and a run that looks like a fault waits for you.

  privacy retention plan                        of whom something is due today, and why
  privacy retention plan --on 2030-01-01        the same as of another day
  privacy retention explain camille@example.fr  every piece of somebody: its rule, its days, what keeps it
  privacy retention calendar                    how much falls due in the next month, day by day
  privacy retention run --dry-run               what a run would do now; changes nothing
  privacy retention run                         begin one besides the night's, and watch it
  privacy retention run --show                  how the last one ended
  privacy retention approve RUN                 let exactly that run go on
  privacy retention receipts                    what was deleted in the last week

To begin a run or to approve one is for the role PrivacyDpo, the rest for PrivacyStaff too. Whoever looks at
somebody's data is written down.
"""

#: People that a plan shows where nobody says how many.
SHOWN = 200

type Described = Mapping[str, Any]


def take(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, help_: str, do: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        added = kinds.add_parser(
            name, help=help_, description=DESCRIPTION, formatter_class=parser.formatter_class
        )
        added.set_defaults(do=do)
        take_desk(added)
        return added

    plan = command("plan", "of whom something is due, and why", _plan)
    plan.add_argument("--on", metavar="DATE", help="as of that day (default: today)")
    plan.add_argument("--limit", type=int, default=SHOWN, metavar="N", help=f"people at most ({SHOWN})")
    _take_json(plan)
    explain = command("explain", "every piece of somebody, and until when it is kept", _explain)
    explain.add_argument("email", metavar="PERSON", help="an address of theirs")
    _take_json(explain)
    calendar = command("calendar", "how much falls due, day by day", _calendar)
    calendar.add_argument("--until", metavar="DATE", help="up to that day (default: a month ahead)")
    _take_json(calendar)
    receipts = command("receipts", "what was deleted", _receipts)
    receipts.add_argument("--since", metavar="DATE", help="from that day on (default: a week ago)")
    _take_json(receipts)
    run_ = command("run", "begin a run besides the night's, and watch it", retention_run.run)
    run_.add_argument("--dry-run", action="store_true", help="only say what it would do")
    run_.add_argument("--show", action="store_true", help="how the last one stands")
    approve = command("approve", "let a run go on that waits", retention_run.approve)
    approve.add_argument("id", metavar="RUN", help="the run, as `privacy retention run --show` names it")


def _take_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print everything as JSON")


def run(arguments: argparse.Namespace) -> int:
    status: int = arguments.do(arguments)
    return status


def _plan(arguments: argparse.Namespace) -> int:
    if arguments.limit < 1:
        raise Trouble("--limit is a number from 1 on")
    at = desk(arguments, STAFF)
    found = retention_run.read_plan(at, _day(arguments.on), arguments.limit)
    return _shown(found, arguments, lambda page, ink: page.plan_page(found, ink))


def _explain(arguments: argparse.Namespace) -> int:
    typed = address(arguments.email)
    found = desk(arguments, STAFF).call("/operator/retention/explanations", {"email": typed})
    return _shown(found, arguments, lambda page, ink: page.explanation_page(found, typed, ink))


def _calendar(arguments: argparse.Namespace) -> int:
    asked = _told("until", _day(arguments.until))
    found = desk(arguments, STAFF).call("/operator/retention/calendars", asked)
    return _shown(found, arguments, lambda page, ink: page.calendar_page(found, ink))


def _receipts(arguments: argparse.Namespace) -> int:
    found = _every_receipt(desk(arguments, STAFF), _day(arguments.since))
    return _shown(found, arguments, lambda page, ink: page.receipts_page(found, ink))


def _every_receipt(at: Desk, since: str | None) -> Described:
    """Day by day, until today."""
    receipts: list[Any] = []
    rules: dict[str, Any] = {}
    after: str | None = None
    while True:
        page = at.call("/operator/retention/receipts", _told("since", since) | _told("after", after))
        receipts += page["receipts"]
        rules |= page["rules"]
        after = page["after"]
        if after is None:
            return {"receipts": receipts, "rules": rules}


def _shown(found: Described, arguments: argparse.Namespace, written: Callable[[Any, Any], str]) -> int:
    from cli.commands import retention_page
    from cli.commands.ink import ink_for

    if arguments.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        print(written(retention_page, ink_for(sys.stdout)))
    return 0


def _told(name: str, value: str | None) -> dict[str, object]:
    return {} if value is None else {name: value}


def _day(typed: str | None) -> str | None:
    if typed is None:
        return None
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        raise Trouble(f"{typed!r} is no day: write it like 2027-03-01") from None
