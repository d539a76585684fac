"""`privacy release`: lift a hold; what fell due meanwhile goes with the next purge."""

import argparse

from cli.commands.addresses import address
from cli.commands.hold import KINDS
from cli.commands.operator_calls import DPO, desk, take_desk

NAME = "release"
HELP = "lift a hold that `privacy hold` placed"
DESCRIPTION = """\
Nothing keeps their data any more, and whatever fell due meanwhile goes with the next purge. A restriction is lifted
otherwise, for the person has to be told first (Art. 18(3) GDPR): privacy person restrict --help

  privacy release lea@example.org

For the role PrivacyDpo.
"""


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="PERSON", help="an address of theirs")
    parser.add_argument("--kind", choices=KINDS, default="legal", help="which hold (default: legal)")
    take_desk(parser)


def run(arguments: argparse.Namespace) -> int:
    said = {"email": address(arguments.email), "kind": arguments.kind}
    left = desk(arguments, DPO).call("/operator/holds/releases", said)["holds"]
    print("The hold is lifted.", *(f"A {hold['kind']} hold still stands." for hold in left))
    return 0
