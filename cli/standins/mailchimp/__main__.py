"""`python -m cli.standins.mailchimp --port N [--state FILE]`."""

import sys

from cli.standins.mailchimp import DEFAULT_LIST, Mailchimp
from cli.standins.running import parser, run


def main() -> int:
    """Run the stand-in."""
    arguments = parser("mailchimp", 8012)
    arguments.add_argument(
        "--list", default=DEFAULT_LIST, help="id of the first audience (default %(default)s)"
    )
    given = arguments.parse_args()
    return run(
        lambda: Mailchimp(port=given.port, state_file=given.state, key=given.key, list_id=given.list),
        "mailchimp",
        given.past,
    )


if __name__ == "__main__":
    sys.exit(main())
