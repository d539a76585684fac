"""`privacy hold`: keep everything of somebody from the purge, with a reason and a day to look at it again."""

import argparse
import json
import sys
from datetime import date

from cli.commands.addresses import address
from cli.commands.operator_calls import DPO, STAFF, desk, take_desk
from cli.local.trouble import Trouble

NAME = "hold"
HELP = "keep everything of somebody from the purge, until it is lifted"
DESCRIPTION = """\
Keep whatever we have of somebody, although its time is over: an authority orders it, or a claim needs it. It allows
nothing else, offers least of all. On the day of its review, and every working day after it, the DPO gets a letter
until it is prolonged or lifted.

  privacy hold                                                          what is held, the next review first
  privacy hold lea@example.org --reason "claim 17" --review 2027-03-01  hold, or prolong
  privacy hold lea@example.org --kind restriction --reason … --review …   prolong what `privacy person restrict` began
  privacy release lea@example.org                                       lift it

Holding and lifting are for the role PrivacyDpo, the list for PrivacyStaff too. Who did what is written down.
"""

KINDS = ("legal", "restriction")


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", nargs="?", metavar="PERSON", help="an address of theirs")
    parser.add_argument("--reason", default="", help="why, for whoever looks at it again")
    parser.add_argument("--review", metavar="DATE", help="when to look at it again, within a year")
    parser.add_argument("--kind", choices=KINDS, default="legal", help="what it is for (default: legal)")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    take_desk(parser)


def run(arguments: argparse.Namespace) -> int:
    return _place(arguments) if arguments.email else _list(arguments)


def _place(arguments: argparse.Namespace) -> int:
    from cli.commands.plain_words import day

    if not arguments.reason.strip() or not arguments.review:
        raise Trouble("why, and until when? --reason says why, --review on which day to look at it again")
    try:
        review_on = date.fromisoformat(arguments.review).isoformat()
    except ValueError:
        raise Trouble(f"{arguments.review!r} is no day: write it like 2027-03-01") from None
    said = {
        "email": address(arguments.email),
        "kind": arguments.kind,
        "reason": arguments.reason,
        "review_on": review_on,
    }
    desk(arguments, DPO).call("/operator/holds", said)
    print(f"Nothing of theirs is deleted until it is lifted; to be looked at again on {day(review_on)}.")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from cli.commands.hold_page import holds_page
    from cli.commands.ink import ink_for

    if arguments.reason or arguments.review:
        raise Trouble("whom? privacy hold PERSON --reason … --review …")
    listed = desk(arguments, STAFF).call("/operator/holds/lookups", {})
    if arguments.json:
        print(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        print(holds_page(listed["holds"], ink_for(sys.stdout)))
    return 0
