"""`privacy notes`: what waits for an operator, and that it is done."""

import argparse
import json
import sys

from cli.commands.operator_calls import STAFF, desk, take_desk
from cli.local.trouble import Trouble

NAME = "notes"
HELP = "what waits for somebody to bring it to its end"
DESCRIPTION = """\
Somebody asked for the newsletter, and Mailchimp takes them from their own hand only: they have to be sent the form
that Mailchimp hosts. A note tells whom, since when and why. It goes by itself once they came back, or refused.

  privacy notes              what waits, the oldest first
  privacy notes done NOTE    they have the form: the note is closed

For the roles PrivacyStaff and PrivacyDpo. The back office writes down who looked at whom, and who closed what.
"""


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", choices=["done"], help="close a note")
    parser.add_argument("note", nargs="?", metavar="NOTE", help="the note, as the list names it")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    take_desk(parser)


def run(arguments: argparse.Namespace) -> int:
    return _done(arguments) if arguments.action else _list(arguments)


def _list(arguments: argparse.Namespace) -> int:
    from cli.commands.ink import ink_for
    from cli.commands.notes_page import notes_page

    listed = desk(arguments, STAFF).call("/operator/notes/lookups", {})
    if arguments.json:
        print(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        print(notes_page(listed, ink_for(sys.stdout)))
    return 0


def _done(arguments: argparse.Namespace) -> int:
    if not arguments.note:
        raise Trouble("which one? `privacy notes` names it: privacy notes done NOTE")
    if not all(c.isascii() and (c.isalnum() or c in "-_") for c in arguments.note):
        raise Trouble(f"{arguments.note} is no note: `privacy notes` names them")
    answer = desk(arguments, STAFF).call("/operator/notes/closings", {"note": arguments.note})
    if not answer["closed"]:
        raise Trouble(f"no note {arguments.note} waits (any more): `privacy notes` lists them")
    print("The note is closed.")
    return 0
