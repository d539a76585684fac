"""`privacy disclosed`: note to whom somebody's data were given, where no provider tells of it."""

import argparse
from datetime import date

from cli.commands.addresses import address
from cli.commands.operator_calls import STAFF, desk, take_desk
from cli.local.trouble import Trouble
from privacy.domain.disclosures import CAPACITIES

NAME = "disclosed"
HELP = "note to whom somebody's data were given, where no provider tells of it"
DESCRIPTION = """\
What went to Stripe and to Mailchimp is known from what they tell us. What went elsewhere is not: to a carrier, an
authority, an insurer, a lawyer. Whoever asks for a copy of their data is told of each by name, so it is noted here.
When data are corrected, erased or restricted, each of them but authorities is told: by a letter to --notices-to.

  privacy disclosed lea@example.org --to Colissimo --data "name, address of delivery" --on 2027-03-05 \
    --notices-to privacy@carrier.example.fr
  privacy disclosed lea@example.org --to "Tribunal de Paris" --as authority --data "order 1042" --on 2027-03-05

For the roles PrivacyStaff and PrivacyDpo; who noted it is written down. `privacy person` shows what is known.
"""


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="PERSON", help="an address of theirs")
    parser.add_argument("--to", required=True, metavar="NAME", help="who got them")
    parser.add_argument(
        "--as",
        dest="capacity",
        choices=CAPACITIES,
        default="processor",
        help="what they are to us (default: processor)",
    )
    parser.add_argument("--data", required=True, metavar="WORDS", help="what they got")
    parser.add_argument(
        "--notices-to", metavar="ADDRESS", help="where they are told what was corrected, erased or restricted"
    )
    parser.add_argument("--on", required=True, metavar="DATE", help="on which day")
    take_desk(parser)


def run(arguments: argparse.Namespace) -> int:
    from cli.commands.plain_words import day

    try:
        on = date.fromisoformat(arguments.on).isoformat()
    except ValueError:
        raise Trouble(f"{arguments.on!r} is no day: write it like 2027-03-01") from None
    said = {
        "email": address(arguments.email),
        "recipient": arguments.to,
        "capacity": arguments.capacity,
        "data": arguments.data,
        "on": on,
    }
    if arguments.notices_to:
        said["notices_to"] = address(arguments.notices_to)
    answer = desk(arguments, STAFF).call("/operator/people/disclosures", said)
    print(f"Noted: {arguments.to}, {day(on)}." if answer["new"] else "That was known already.")
    return 0
