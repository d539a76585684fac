"""`privacy person`: what we know of somebody, on what ground, from which fact, until when."""

import argparse
import json
import sys

from cli.commands.operator_calls import STAFF, desk, take_desk
from cli.commands.person_decisions import TOLD, VERBS, decide, take_decisions
from cli.local.trouble import Trouble

NAME = "person"
HELP = "what we know of somebody, on what ground, from which fact, until when"
DESCRIPTION = (
    """\
Look up whoever an e-mail address belongs to. The back office writes down who looked. For the roles
PrivacyStaff and PrivacyDpo.

  privacy person camille.durand@example.fr
  privacy person camille.durand@example.fr --json
  privacy person camille.durand@example.fr --url https://abc123.execute-api.eu-west-3.amazonaws.com
"""
    + TOLD
    + """
Dates are in Paris. In parentheses stand the promises and rules that an answer rests on.
"""
)


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "email",
        nargs="+",
        metavar="EMAIL",
        help="the address, in any spelling; or what is decided, and of whom",
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    take_decisions(parser)
    take_desk(parser)


def run(arguments: argparse.Namespace) -> int:
    first, *others = arguments.email
    if first in VERBS:
        return decide(first, others, arguments)
    if others:
        raise Trouble(f"one address at a time; or one of {', '.join(VERBS)} comes first")
    return _look_up(first, arguments)


def _look_up(email: str, arguments: argparse.Namespace) -> int:
    from privacy.domain.identifiers import InvalidAddress, normalise_address

    try:
        address = normalise_address(email)
    except InvalidAddress:
        raise Trouble(f"{email} is no e-mail address: write it like camille.durand@example.fr") from None
    description = desk(arguments, STAFF).call("/operator/people/lookups", {"email": email})
    if arguments.json:
        print(json.dumps(description, ensure_ascii=False, indent=2))
        return 0
    from cli.commands.ink import ink_for
    from cli.commands.person_page import person_page

    print(person_page(description, address, ink_for(sys.stdout)))
    return 0
