"""`python -m cli.standins.ses --port N [--state FILE] [--outbox DIR] [--bus URL]`."""

import sys
from pathlib import Path

from cli.standins.running import parser, run
from cli.standins.ses import Ses


def main() -> int:
    """Run the stand-in."""
    arguments = parser("ses", 8013)
    arguments.add_argument(
        "--outbox", type=Path, metavar="DIR", help="directory that keeps the messages, as .eml files"
    )
    arguments.add_argument(
        "--bus", default="", metavar="URL", help="where EventBridge is (default: nobody is told)"
    )
    arguments.add_argument(
        "--identity",
        action="append",
        metavar="DOMAIN",
        help="domain from which mail may be sent (default: imera-paris.com)",
    )
    given = arguments.parse_args()
    return run(
        lambda: Ses(
            port=given.port,
            state_file=given.state,
            outbox=given.outbox,
            bus=given.bus,
            identities=given.identity or ("imera-paris.com",),
        ),
        "ses",
        given.past,
    )


if __name__ == "__main__":
    sys.exit(main())
