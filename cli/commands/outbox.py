"""`privacy outbox`: the letters that the local back office has sent, where no real mail leaves this machine."""

import argparse
import json
import sys
from pathlib import Path

from cli.commands.office import DEFAULT_STATE
from cli.commands.outbox_files import Sent, letters, outcomes
from cli.local.places import StateDirectory
from cli.local.trouble import Trouble

NAME = "outbox"
HELP = "the letters that the local back office has sent"
DESCRIPTION = """\
What the local back office has sent is kept as .eml files: no mail leaves this machine.

  privacy outbox               the latest letters, newest first: to whom, what, and what became of them
  privacy outbox show 3        one of them, as its reader sees it
  privacy outbox show 3 --eml  the same, byte for byte, for a mail program: > letter.eml
"""

LISTED = 30


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", choices=["show"], help="show one letter")
    parser.add_argument("number", nargs="?", type=int, metavar="N", help="the letter, as the list numbers it")
    parser.add_argument("--eml", action="store_true", help="with show: the message byte for byte")
    parser.add_argument("--all", action="store_true", help=f"list all of them, not only the latest {LISTED}")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument(
        "--state",
        type=Path,
        default=DEFAULT_STATE,
        metavar="DIR",
        help="where the local back office keeps its data (default: .local)",
    )


def run(arguments: argparse.Namespace) -> int:
    state = StateDirectory(arguments.state)
    if not state.root.is_dir():
        raise Trouble(f"no local back office has ever run in {state.root}: start one with `make run`")
    found = letters(state.outbox)
    if arguments.action == "show":
        return _show(arguments, found)
    if arguments.number is not None or arguments.eml:
        raise Trouble("which one? `privacy outbox show N`, as the list numbers it")
    return _list(arguments, found, state)


def _list(arguments: argparse.Namespace, found: list[Path], state: StateDirectory) -> int:
    from cli.commands.ink import ink_for
    from cli.commands.outbox_page import outbox_page

    shown = found if arguments.all else found[:LISTED]
    told = outcomes(state.root / "ses.json")
    sent = [Sent.of(path, told) for path in shown]
    if arguments.json:
        print(json.dumps([letter.listed() for letter in sent], ensure_ascii=False, indent=2))
    else:
        print(outbox_page(sent, len(found), ink_for(sys.stdout)))
    return 0


def _show(arguments: argparse.Namespace, found: list[Path]) -> int:
    from cli.commands.outbox_page import letter_page

    if arguments.number is None:
        raise Trouble("which one? `privacy outbox` numbers them: privacy outbox show N")
    path = next((each for each in found if int(each.name[:6]) == arguments.number), None)
    if path is None:
        raise Trouble(f"no letter has the number {arguments.number}: `privacy outbox` lists them")
    if arguments.eml:
        sys.stdout.buffer.write(path.read_bytes())
        return 0
    letter = Sent.of(path, {}, whole=True)
    if arguments.json:
        print(json.dumps(letter.listed(), ensure_ascii=False, indent=2))
    else:
        print(letter_page(letter))
    return 0
