"""`privacy replay-erasures`: after a restore, erase again whoever was erased since."""

import argparse
from datetime import date

from cli.commands.operator_calls import DPO, desk, take_desk
from cli.commands.plain_words import moment
from cli.commands.run_watch import Described, status, watched
from cli.local.trouble import Trouble

NAME = "replay-erasures"
HELP = "after a restore: erase again whoever was erased since"
DESCRIPTION = """\
A table that was restored holds people who have been erased or purged since its copy was made. This erases them
again, from the list that stands outside every restore, with the instant of then: whoever ordered or signed up
later stays. The list reaches 40 days back, five more than a restore. Do it before the restored tables take
traffic (docs/runbook.md). For the role PrivacyDpo.

  privacy replay-erasures --since 2026-11-01      the day of the copy, or the one before
  privacy replay-erasures --show                  how far the last one is
"""

STATUS = "/operator/replays/status"


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="DATE", help="erased on that day or later, as 2026-11-01")
    parser.add_argument("--show", action="store_true", help="how far the last one is")
    take_desk(parser)


def run(arguments: argparse.Namespace) -> int:
    at = desk(arguments, DPO)
    if arguments.show:
        last = status(at, STATUS)
        print(line(last) if last else "Nobody was erased again yet.")
        return 0
    begun = at.call("/operator/replays", {"since": _since(arguments.since)})
    print(f"Replay {begun['run']} has begun.")
    print(line(watched(at, STATUS, begun["run"], _doing)))
    return 0


def _since(said: str | None) -> str:
    if said is None:
        raise Trouble("since when? the day of the restored copy: privacy replay-erasures --since 2026-11-01")
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        raise Trouble(f"{said!r} is no day: write it as 2026-11-01") from None


def _doing(found: Described) -> str:
    return f"{found['people']:,} looked at so far" if found["people"] else ""


def line(found: Described) -> str:
    """How it ended, or stands, in plain words."""
    who = "1 person" if found["people"] == 1 else f"{found['people']:,} people"
    what = (
        "nothing of them was left" if not found["facts"] else f"{found['facts']:,} of their facts went again"
    )
    ended = "" if found["state"] == "done" else ", and it goes on"
    return f"Of those erased since {found['since']}: {who} looked at, {what}{ended} ({moment(found['updated_at'])})."
