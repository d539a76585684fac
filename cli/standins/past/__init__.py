"""A shop's past: three years of orders and 2,000 members, the same for the same seed.

`cast` says who did what when; each stand-in lives its half of it through by its own acts, without a webhook
(`StandIn.live_through`). `expected` counts the cast itself, so that what the product makes of the past can be held
against numbers that it had no part in.
"""

from cli.standins.past.cast import Someone, Verdict, cast
from cli.standins.past.expected import expected

__all__ = ["Someone", "Verdict", "cast", "expected"]
