"""`privacy triage`: what messages are understood as, by the reader and the rules that take mail in."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cli.commands.files import content_of
from cli.commands.ink import ink_for
from cli.commands.triage_page import triage_page
from cli.local.trouble import Trouble
from privacy.domain.intake import judged, machine
from privacy.domain.mail import IncomingMail
from privacy.domain.triage.case_reference import case_reference
from privacy.domain.triage.text import new_text
from privacy.domain.triage.understand import understand
from privacy.domain.understanding import Outcome, Understanding

NAME = "triage"
HELP = "what a message asks for, who asks it, and why it was understood so"
DESCRIPTION = """\
Reads messages as they came in (.eml, as mail programs save them; `-` reads standard input) and says what each asks:
which rights, in which language, of whose data, which case it goes on with, and the phrases that told it. Nothing is
sent, stored or fetched, and no back office has to run.

  privacy triage letter.eml
  privacy triage inbox/*.eml --json   one JSON object a line, in the order of the files

exit status: 0 all were read · 2 a file could not be read (one line says which); the others are told all the same
"""

#: No message is larger; one byte more shows that this one is.
MAX_BYTES = 40 * 1024 * 1024 + 1
UNREADABLE = 2


@dataclass(frozen=True)
class Triaged:
    """A message and what was understood of it. machine: why a program wrote it, None for a person."""

    file: str
    mail: IncomingMail
    understood: Understanding
    machine: str | None
    case: str | None

    @property
    def outcome(self) -> Outcome:
        return Outcome.NOT_REQUEST if self.machine else self.understood.outcome

    def as_json(self) -> dict[str, Any]:
        told = self.understood
        return {
            "file": self.file,
            "outcome": self.outcome.value,
            "rights": [] if self.machine else [right.value for right in told.rights],
            "language": told.language,
            "given_name": told.particulars.given_name,
            "family_name": told.particulars.family_name,
            "postal_address": told.particulars.postal_address,
            "customer_number": told.particulars.customer_number,
            "auto_generated": self.machine is not None,
            "reply_to_case": self.case,
            "evidence": [
                {"says": one.says, "phrase": one.phrase, "against": one.against} for one in told.evidence
            ],
        }


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a message, or - for standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")


def run(arguments: argparse.Namespace) -> int:
    triage = _triage()
    ink = ink_for(sys.stdout)
    status = 0
    for number, file in enumerate(arguments.files):
        try:
            raw = content_of(file, MAX_BYTES)
        except Trouble as trouble:
            print("privacy:", " ".join(str(trouble).split()), file=sys.stderr)
            status = UNREADABLE
            continue
        told = triage(file, raw)
        if arguments.json:
            print(json.dumps(told.as_json(), ensure_ascii=False))
        else:
            print(("\n" if number else "") + triage_page(told, ink))
    return status


def _triage() -> Callable[[str, bytes], Triaged]:
    """What takes mail in, its lexicons read once. Raises Trouble."""
    from privacy import policy
    from privacy.inbound.mail import read_mail
    from privacy.policy.lexicons import load_lexicons

    try:
        lexicons = load_lexicons()
        contact = policy.load().controller.contact
    except policy.InvalidPolicy as error:
        raise Trouble(str(error)) from None

    def triage(file: str, raw: bytes) -> Triaged:
        mail = read_mail(raw, mail_id="file", stored_at=datetime.now(UTC), own_addresses=(contact,))
        told = understand(subject=mail.subject, text=mail.text, lexicons=lexicons, sender=mail.sender)
        told = judged(mail, told)
        words = new_text(mail.text).body
        case = case_reference(mail.subject, mail.recipients, mail.in_reply_to, words)
        return Triaged(file, mail, told, machine(mail, told), case)

    return triage
