"""`python -m cli.standins.stripe --port N [--state FILE]`."""

import sys

from cli.standins.running import parser, run
from cli.standins.stripe import Stripe


def main() -> int:
    """Run the stand-in."""
    arguments = parser("stripe", 8011)
    arguments.add_argument("--live", action="store_true", help="make live-mode objects (default: test mode)")
    given = arguments.parse_args()
    return run(
        lambda: Stripe(port=given.port, state_file=given.state, key=given.key, livemode=given.live),
        "stripe",
        given.past,
    )


if __name__ == "__main__":
    sys.exit(main())
