"""`privacy requests`: what people asked for, by when it has to be answered, and what an operator decides of it."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cli.commands.addresses import address
from cli.commands.operator_calls import DPO, STAFF, Desk, desk, take_desk
from cli.commands.request_answers import TOLD as ANSWERS_TOLD
from cli.commands.request_answers import take_answers
from cli.commands.request_calls import do, number, patiently, told
from cli.commands.request_decision import OF_THE_DPO, decision_of, take_decision
from cli.commands.request_identity import TOLD, take_identity
from cli.commands.request_rights import TOLD as RIGHTS_TOLD
from cli.commands.request_rights import take_rights
from cli.commands.request_words import CHANNELS, RIGHTS, ROLES
from cli.commands.times import instant
from cli.local.trouble import Trouble

NAME = "requests"
HELP = "what people asked for, by when it is due, and your decision"
DESCRIPTION = (
    """\
Every message to contact@ that may be a request, and what came by other ways, by the day it has to be answered.

  privacy requests                                    what is open, the most urgent first (--all: everything)
  privacy requests --email camille.durand@example.fr  those of one address
  privacy requests show IM-2026-000123                its history, letters and clocks
  privacy requests open --received 2026-11-20 --channel post --right access
                                                      enter what did not come by mail
  privacy requests decide IM-2026-000123 --right erasure            what a message asks that nobody was sure of
  privacy requests decide IM-2026-000123 --not-a-request            it asks for nothing of the kind
  privacy requests decide IM-2026-000123 --add access               it asks for that too
  privacy requests decide IM-2026-000124 --merge IM-2026-000123     it is the same request again
  privacy requests extend IM-2026-000123 --reason "…"               two further months, with reasons told
  privacy requests decide IM-2026-000123 --apologise 2027-04-10     it is late: tell them by when
  privacy requests decide IM-2026-000123 --send-again LETTER        a letter that did not arrive, as `show` names it
  privacy requests decide IM-2026-000123 --hold authority --reason "…"    delete nothing of theirs meanwhile
  privacy requests decide IM-2026-000123 --mandate "file 12" --answer-to agent    the agent's mandate is there, covers
                                                      it, and says that the data go to the agent, not to the principal
  privacy requests decide IM-2026-000123 --death robert.mercier@example.fr    stop offers, ask heirs for proof
  privacy requests note IM-2026-000123 "…"            write down what the next reader has to know
  privacy requests withdraw IM-2026-000123            they do not want it any more
  privacy requests raw IM-2026-000123 -o mail.eml     the message as it came
"""
    + TOLD
    + ANSWERS_TOLD
    + RIGHTS_TOLD
    + """
The list names nobody. For the roles PrivacyStaff and PrivacyDpo; `extend`, `proof`, --death,
--heir and --level L3 for PrivacyDpo only.
The back office writes down who looked at which case, and every step has a name to it.
"""
)

#: Marks that only a person takes away.
SETTLED = ("needs_human", "mail_undeliverable", "abuse_suspected", "third_party_data", "minor")

type Described = Mapping[str, Any]


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="closed ones and mere questions as well")
    parser.add_argument("--email", help="the cases of whoever wrote from this address")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.set_defaults(do=_list)
    take_desk(parser)
    kinds = parser.add_subparsers(title="commands", metavar="COMMAND")

    def kind(name: str, help_: str, do: Any, *, of_one: bool = True) -> argparse.ArgumentParser:
        added = kinds.add_parser(
            name, help=help_, description=DESCRIPTION, formatter_class=parser.formatter_class
        )
        added.set_defaults(do=do)
        if of_one:
            added.add_argument("request", metavar="ID", help="its number, like IM-2026-000123")
        take_desk(added, inherit=True)
        return added

    shown = kind("show", "its history, letters and clocks", _show)
    shown.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print it as JSON")
    _take_opening(kind("open", "enter what did not come by mail", _open, of_one=False))
    take_decision(kind("decide", "what a message asks, or that it asks for nothing", _decide))
    extended = kind("extend", "two further months, with reasons told", _extend)
    extended.add_argument("--reason", required=True, help="why, in words that go to the person")
    noted = kind("note", "write down what the next reader has to know", _note)
    noted.add_argument("text", metavar="TEXT", help="what they have to know")
    noted.add_argument(
        "--settles", choices=list(SETTLED), help="what has been looked at, and need not be marked any more"
    )
    withdrawn = kind("withdraw", "they do not want it any more", _withdraw)
    withdrawn.add_argument("--reason", default="", help="how we know")
    take_identity(kind)
    take_answers(kind)
    take_rights(kind)
    raw = kind("raw", "the message as it came", _raw)
    raw.add_argument(
        "--mail", metavar="MAIL", help="which of its messages, as `show` names them (default: the first)"
    )
    raw.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="where to write it (default: print it)"
    )


def _take_opening(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--received", required=True, metavar="WHEN", help="when it reached us, not when it was typed in"
    )
    parser.add_argument(
        "--channel", required=True, choices=[name for name in CHANNELS if name != "mail"], help="how it came"
    )
    parser.add_argument(
        "--right", action="append", choices=list(RIGHTS), help="what is asked for (may be repeated)"
    )
    parser.add_argument("--email", help="where they can be written to")
    parser.add_argument("--writes-as", choices=list(ROLES), help="if not for themselves")
    parser.add_argument("--given-name", help="of the person whose data it is")
    parser.add_argument("--family-name", help="of the person whose data it is")
    parser.add_argument("--postal-address", help="street, postal code, town, on one line")
    parser.add_argument("--customer-number", help="if they gave one; none is needed")
    parser.add_argument("--language", default="fr", choices=["fr", "en"], help="of our letters (default: fr)")
    parser.add_argument("--note", default="", help="what the next reader has to know")


def run(arguments: argparse.Namespace) -> int:
    status: int = arguments.do(arguments)
    return status


# --- to read ---------------------------------------------------------------------------------------------------


def _list(arguments: argparse.Namespace) -> int:
    from cli.commands.ink import ink_for
    from cli.commands.requests_page import requests_page

    office = desk(arguments, STAFF)
    asked = {"email": address(arguments.email)} if arguments.email else {"all": arguments.all}
    listed = list(_listed(office, asked))
    if not arguments.email:
        # clocks that stand have moved their days since the back office put them in order
        listed.sort(key=_urgency)
    if arguments.json:
        _print_json({"requests": listed})
    else:
        everything = arguments.all or arguments.email is not None
        print(requests_page(listed, ink_for(sys.stdout), everything=everything))
    return 0


def _urgency(request: Described) -> tuple[bool, str]:
    """A minor's comes before everybody else's, whatever its day (E89, G31)."""
    return "minor" not in request["flags"], request["legal_due"] or "9999"


def _listed(office: Desk, asked: Mapping[str, object]) -> Iterator[Described]:
    after: dict[str, object] = {}
    while True:
        page = patiently(office, "/operator/requests/lookups", {**asked, **after})
        yield from page["requests"]
        if page["after"] is None:
            return
        after = {"after": page["after"]}


def _show(arguments: argparse.Namespace) -> int:
    from cli.commands.ink import ink_for
    from cli.commands.requests_page import request_page

    described = desk(arguments, STAFF).call(
        "/operator/requests/details", {"request": number(arguments.request)}
    )
    if arguments.json:
        _print_json(described)
    else:
        print(request_page(described, ink_for(sys.stdout)))
    return 0


def _raw(arguments: argparse.Namespace) -> int:
    import base64

    asked = {"request": number(arguments.request)} | ({"mail": arguments.mail} if arguments.mail else {})
    found = desk(arguments, STAFF).call("/operator/requests/raw", asked)
    raw = base64.b64decode(found["content"]) if found["link"] is None else _followed(found["link"])
    if arguments.output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(raw)
        return 0
    try:
        arguments.output.write_bytes(raw)
    except OSError as error:
        raise Trouble(f"{arguments.output} cannot be written: {error.strerror}") from None
    print(
        f"{arguments.output}: {len(raw):,} bytes. It is somebody's letter: delete it when you have read it."
    )
    return 0


def _followed(link: str) -> bytes:
    """What was too large for an answer; the link leads there for a minute."""
    from cli.commands.posting import get

    answer = get(link)
    if not answer.accepted:
        raise Trouble(f"the message could not be fetched ({answer.status}): try again")
    return answer.body


# --- to decide -------------------------------------------------------------------------------------------------


def _open(arguments: argparse.Namespace) -> int:
    if not arguments.right:
        raise Trouble(f"what do they ask for? --right {'|'.join(RIGHTS)}")
    opened = do(
        desk(arguments, STAFF),
        "/operator/requests",
        received_at=instant(arguments.received).isoformat(),
        channel=arguments.channel,
        rights=arguments.right,
        email=address(arguments.email) if arguments.email else None,
        role=arguments.writes_as,
        given_name=arguments.given_name,
        family_name=arguments.family_name,
        postal_address=arguments.postal_address,
        customer_number=arguments.customer_number,
        language=arguments.language,
        note=arguments.note,
    )
    return told(opened, "Opened")


def _decide(arguments: argparse.Namespace) -> int:
    request = number(arguments.request)
    decision = decision_of(arguments, number)
    decided = do(
        desk(arguments, DPO if decision["decision"] in OF_THE_DPO else STAFF),
        "/operator/requests/decisions",
        request=request,
        reason=arguments.reason,
        **decision,
    )
    return told(decided, "Decided")


def _extend(arguments: argparse.Namespace) -> int:
    if not arguments.reason.strip():
        raise Trouble("why? --reason says so, in words that go to the person (E30)")
    extended = do(
        desk(arguments, DPO),
        "/operator/requests/extensions",
        request=number(arguments.request),
        reason=arguments.reason,
    )
    return told(extended, "Extended")


def _note(arguments: argparse.Namespace) -> int:
    if not arguments.text.strip():
        raise Trouble('a note says something: privacy requests note IM-2026-000123 "…"')
    noted = do(
        desk(arguments, STAFF),
        "/operator/requests/notes",
        request=number(arguments.request),
        text=arguments.text,
        settles=arguments.settles,
    )
    return told(noted, "Noted")


def _withdraw(arguments: argparse.Namespace) -> int:
    withdrawn = do(
        desk(arguments, STAFF),
        "/operator/requests/withdrawals",
        request=number(arguments.request),
        reason=arguments.reason,
    )
    return told(withdrawn, "Withdrawn")


def _print_json(content: object) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=2))
