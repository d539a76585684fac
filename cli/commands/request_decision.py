"""`privacy requests decide`: one of several decisions, as options, and what each tells the back office."""

import argparse
from collections.abc import Callable, Mapping
from datetime import date

from cli.commands.addresses import address
from cli.commands.request_words import RIGHTS
from cli.commands.times import instant
from cli.local.trouble import Trouble

type Told = Mapping[str, object]

#: Decisions about heirs are the DPO's (T12).
OF_THE_DPO = frozenset({"death", "heir"})
#: Nobody knows under which address the dead were written to.
UNKNOWN = "unknown"


def take_decision(parser: argparse.ArgumentParser) -> None:
    """Let the command be told what is decided, and why."""
    decision = parser.add_mutually_exclusive_group(required=True)
    decision.add_argument(
        "--right", action="append", choices=list(RIGHTS), help="it asks for that (may be repeated)"
    )
    decision.add_argument("--not-a-request", action="store_true", help="it asks for nothing of the kind")
    decision.add_argument(
        "--add", action="append", choices=list(RIGHTS), help="it asks for that too (may be repeated)"
    )
    decision.add_argument("--merge", metavar="OTHER", help="it is that request again")
    decision.add_argument("--apologise", metavar="DAY", help="it is late: tell them an answer comes by then")
    decision.add_argument("--send-again", metavar="LETTER", help="have that letter sent once more")
    decision.add_argument(
        "--hold", metavar="HOLD", help="delete nothing of theirs: `authority`; with --reason"
    )
    decision.add_argument("--mandate", metavar="REFERENCE", help="the mandate is there, and where it is kept")
    decision.add_argument(
        "--death", metavar="ADDRESS", help="stop offers to the dead, ask heirs for proof; or `unknown` (DPO)"
    )
    decision.add_argument("--heir", metavar="REFERENCE", help="who asks is an heir, by that proof (DPO)")
    decision.add_argument("--lift", metavar="HOLD", help="that is not needed, or not any more; with --reason")
    parser.add_argument(
        "--received",
        metavar="WHEN",
        help="with --add: when that was asked (default: with its latest message)",
    )
    parser.add_argument(
        "--item", action="append", metavar="ITEM", help="with --mandate: what it covers, if not all of it"
    )
    parser.add_argument(
        "--answer-to",
        choices=("agent", "principal"),
        help="with --mandate: to whom it says that the data go (default: principal)",
    )
    parser.add_argument("--review", metavar="DAY", help="with --hold: when to look at it again")
    parser.add_argument("--reason", default="", help="why, for the next reader")


def decision_of(arguments: argparse.Namespace, other: Callable[[str], str]) -> Told:
    """What is decided. other: a case's number, as the back office has it. Raises Trouble."""
    if (arguments.hold or arguments.lift) and not arguments.reason.strip():
        raise Trouble("why? --reason says so")
    if arguments.review and not arguments.hold:
        raise Trouble("--review goes with --hold: the day on which to look at it again")
    if arguments.item and not arguments.mandate:
        raise Trouble("--item goes with --mandate: what the mandate covers")
    if arguments.answer_to and not arguments.mandate:
        raise Trouble("--answer-to goes with --mandate: to whom the mandate says that the data go")
    if arguments.received and not arguments.add:
        raise Trouble("--received goes with --add: the clock of what came in runs from when it did")
    says: Mapping[str, Callable[[], Told]] = {
        "right": lambda: {"decision": "rights", "rights": arguments.right},
        "not_a_request": lambda: {"decision": "not_a_request"},
        "add": lambda: {
            "decision": "add",
            "rights": arguments.add,
            "received_at": instant(arguments.received).isoformat() if arguments.received else None,
        },
        "merge": lambda: {"decision": "merge", "into": other(arguments.merge)},
        "apologise": lambda: {"decision": "apologise", "expected_on": _day(arguments.apologise)},
        "send_again": lambda: {"decision": "send_again", "effect": arguments.send_again},
        "hold": lambda: {
            "decision": "hold",
            "hold": arguments.hold,
            "review_on": _day(arguments.review) if arguments.review else None,
        },
        "mandate": lambda: {
            "decision": "mandate",
            "reference": arguments.mandate,
            "items": arguments.item,
            "answer_to": arguments.answer_to,
        },
        "death": lambda: {
            "decision": "death",
            "email": None if arguments.death == UNKNOWN else address(arguments.death),
        },
        "heir": lambda: {"decision": "heir", "reference": arguments.heir},
        "lift": lambda: {"decision": "lift", "hold": arguments.lift},
    }
    return next(say() for option, say in says.items() if getattr(arguments, option))


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Trouble(f"{text!r} is no day: write it like 2027-04-10") from None
