"""`privacy people`: two addresses, one person? What facts propose, and what an operator decides about it."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from cli.commands.addresses import address
from cli.commands.operator_calls import DPO, STAFF, Desk, desk, take_desk
from cli.local.trouble import Trouble

NAME = "people"
HELP = "two addresses of one person? what facts propose, and your decision"
DESCRIPTION = """\
Facts may connect two people: an account at Stripe that both use, an address that was changed. Until somebody
decides, what one of them refuses stops the mail to both, and neither is shown anything of the other.

  privacy people links                          who is waiting for a decision, the oldest first
  privacy people merge   anna@… anna.petit@…    they are one person
  privacy people refuse  anna@… paul@…          they are two people, whatever facts say
  privacy people unmerge anna@… anna.petit@…    take a merge back, within 30 days

The list is for the roles PrivacyStaff and PrivacyDpo, decisions for PrivacyDpo. Each shows first what it changes,
and asks. The back office writes down who looked at whom, and who decided.
"""

type Described = Mapping[str, Any]

#: Why something cannot be decided, in words that say what to do.
BECAUSE: Mapping[str, str] = {
    "one_address": "these are two spellings of one address",
    "unknown": "we know nothing of one of these addresses: look each up with `privacy person`",
    "merged": "they are one person already: `privacy people unmerge` takes that back, within 30 days",
    "not_merged": "they were not merged with each other",
    "apart": "somebody decided already that they are two people",
    "not_connected": "no fact connects them: there is nothing to refuse",
    "too_late": "a merge can be undone for 30 days, and that is over",
    "changed": "one of them changed meanwhile, and nothing was decided: look again",
}

#: decision → what is asked, and what is said when it is done.
WORDS: Mapping[str, tuple[str, str]] = {
    "merge": ("Make them one person?", "They are one person now. It can be undone until {undo_until}."),
    "keep_apart": (
        "Keep them apart?",
        "They are two people now, and what one refuses does not concern the other.",
    ),
    "unmerge": (
        "Take the merge back?",
        "They are two people again, and waiting for a decision if facts connect them.",
    ),
}


def take(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    links = kinds.add_parser(
        "links",
        help="who is waiting for a decision",
        description=DESCRIPTION,
        formatter_class=parser.formatter_class,
    )
    links.add_argument(
        "--limit", type=int, default=20, metavar="N", help="how many, at most 50 (default: 20)"
    )
    links.add_argument("--json", action="store_true", help="print everything as JSON")
    links.set_defaults(do=_links)
    take_desk(links)
    for name, decision, help_ in (
        ("merge", "merge", "they are one person"),
        ("refuse", "keep_apart", "they are two people"),
        ("unmerge", "unmerge", "take a merge back"),
    ):
        kind = kinds.add_parser(
            name, help=help_, description=DESCRIPTION, formatter_class=parser.formatter_class
        )
        kind.add_argument("emails", nargs=2, metavar="EMAIL", help="one of the two addresses")
        kind.add_argument("--yes", action="store_true", help="do not ask")
        kind.set_defaults(do=decide, decision=decision)
        take_desk(kind)


def run(arguments: argparse.Namespace) -> int:
    status: int = arguments.do(arguments)
    return status


def _links(arguments: argparse.Namespace) -> int:
    from cli.commands.ink import ink_for
    from cli.commands.links_page import links_page

    if not 0 < arguments.limit <= 50:
        raise Trouble("--limit is a number from 1 to 50")
    listed = desk(arguments, STAFF).call("/operator/people/links/lookups", {"limit": arguments.limit})
    if arguments.json:
        print(json.dumps(listed, ensure_ascii=False, indent=2))
        return 0
    print(links_page(listed, ink_for(sys.stdout)))
    return 0


def decide(arguments: argparse.Namespace) -> int:
    from cli.commands.ink import ink_for
    from cli.commands.links_page import preview_page

    office = desk(arguments, DPO)
    asked = {"emails": [address(email) for email in arguments.emails], "decision": arguments.decision}
    weighed = office.call("/operator/people/links/previews", asked)
    if weighed["because"]:
        raise Trouble(BECAUSE.get(weighed["because"], str(weighed["because"])))
    print(preview_page(weighed, ink_for(sys.stdout)))
    question, done = WORDS[arguments.decision]
    if not arguments.yes and not _agreed(question):
        print("Nothing was decided.")
        return 0
    _said(office, {**asked, "seen": weighed["seen"]})
    print(" ".join(_filled(done, weighed)))
    return 0


def _said(office: Desk, decision: Mapping[str, object]) -> None:
    answer = office.call("/operator/people/links/decisions", decision)
    if not answer["decided"]:
        raise Trouble(BECAUSE.get(answer["because"], str(answer["because"])))


def _filled(done: str, weighed: Described) -> Iterator[str]:
    from cli.commands.plain_words import day

    yield done.format(undo_until=day(weighed["undo_until"]))


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise Trouble("there is nobody to ask: look at what it changes, then say --yes")
    print(f"\n{question} [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "o", "oui")
