"""`privacy register`: the register of processing activities, made from the policy in force."""

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cli.commands.operator_calls import STAFF, desk, take_desk
from cli.local.trouble import Trouble

NAME = "register"
HELP = "the register of processing activities (Art. 30 GDPR)"
DESCRIPTION = """\
The register of processing activities that Art. 30 GDPR asks for, made anew from policy/imera.toml and
policy/register.toml of this checkout: purposes and their grounds, whose data, which, who gets them, under which
contract and safeguard, how long they are kept, what protects them, and what is missing.

  privacy register                          to read here
  privacy register --html > register.html   to print or to hand to the authority
  privacy register --json                   for machines
  privacy register --lang fr                in French

How much there is comes from the back office that runs here, or from --url; without one it is left out.
"""

#: What the back office adds for us, under names of its own.
_OF_THE_OFFICE = "policy_digest"


def take(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print it as JSON")
    form.add_argument("--html", action="store_true", help="print it as an HTML page")
    parser.add_argument(
        "--lang", choices=("fr", "en"), help="its language (default: en; of --html, the staff's)"
    )
    take_desk(parser)


def run(arguments: argparse.Namespace) -> int:
    from cli.commands.ink import ink_for
    from cli.commands.register_page import html_page, text_page

    counts, why_not = _counts(arguments)
    register = _composed(arguments, counts)
    if arguments.json:
        print(json.dumps(register, ensure_ascii=False, indent=2))
    elif arguments.html:
        print(html_page(register), end="")
    else:
        print(text_page(register, ink_for(sys.stdout)))
    if why_not:
        print(f"privacy: without counts: {why_not}", file=sys.stderr)
    return 0


def _composed(arguments: argparse.Namespace, counts: Mapping[str, Any] | None) -> Mapping[str, Any]:
    from privacy import policy as policies
    from privacy.domain.clocks import paris_day
    from privacy.domain.letter import Language
    from privacy.operations.register.compose_register import compose_register
    from privacy.policy import InvalidPolicy, recipients
    from privacy.policy import register as book

    try:
        policy, known = policies.load(), recipients.load()
        language = Language(arguments.lang or (policy.controller.staff_language if arguments.html else "en"))
        return compose_register(
            policy,
            known,
            book.load(policy, known),
            language,
            on=paris_day(datetime.now(UTC)),
            counts=counts,
        )
    except InvalidPolicy as error:
        raise Trouble(str(error)) from None


def _counts(arguments: argparse.Namespace) -> tuple[Mapping[str, Any] | None, str]:
    """The counts, or why there are none: the register can do without, and says so."""
    try:
        counted: dict[str, Any] = desk(arguments, STAFF).call("/operator/register/counts", {})
    except Trouble as trouble:
        return None, str(trouble)
    from privacy import policy as policies

    running = counted.pop(_OF_THE_OFFICE)
    if running != policies.load().digest:
        return (
            None,
            "the back office runs another policy than this checkout's; its counts are not of this register",
        )
    return counted, ""
