"""`privacy deadline`: when a request of a given day has to be answered, by the rules that cases use (G7-G11)."""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

from cli.commands import plain_words as words
from cli.commands.times import instant
from cli.local.trouble import Trouble
from privacy.domain.clocks import paris_day
from privacy.domain.deadlines import IDENTITY_ASKED_WITHIN, Deadline, Suspension, deadline
from privacy.domain.working_days import working_days_later

NAME = "deadline"
HELP = "when a request that came in at a given time has to be answered"
DESCRIPTION = """\
One month from receipt by the days of Paris, days on which the clock stood added, rolled over weekends and French
public holidays; three months from receipt once extended. Staff work to the last working day before.

RECEIVED_AT is a day or an instant; without a zone it is meant in Paris:

  privacy deadline 2027-01-31
  privacy deadline 2026-12-31T23:30:00Z --extended --json
  privacy deadline 2027-03-05 --suspended 2027-03-08:2027-03-18

FROM is the day on which we asked who they are, TO the day on which enough came in; without TO the clock still
stands, and the dates are those that it would give if that came in today.
"""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "received_at", metavar="RECEIVED_AT", help="when it reached us: 2027-03-05 or 2027-03-05T18:20:00Z"
    )
    parser.add_argument(
        "--suspended",
        action="append",
        default=[],
        metavar="FROM:TO",
        help="the clock stood between these days (may be repeated)",
    )
    parser.add_argument(
        "--extended", action="store_true", help="two further months were taken, and the person told why"
    )
    parser.add_argument("--json", action="store_true", help="print raw, legal_due, target_due and reminders")


def run(arguments: argparse.Namespace) -> int:
    received_at = instant(arguments.received_at)
    try:
        received = paris_day(received_at)
        suspensions = [_suspension(text, received) for text in arguments.suspended]
        found = deadline(
            received_at,
            suspensions=suspensions,
            extended=arguments.extended,
            today=paris_day(datetime.now(UTC)),
        )
    except (OverflowError, ValueError):
        raise Trouble(f"{arguments.received_at} is beyond what a calendar can count from") from None
    print(_as_json(found) if arguments.json else _in_words(received, suspensions, found))
    return 0


def _suspension(text: str, received: date) -> Suspension:
    from_text, colon, to_text = text.partition(":")
    try:
        found = Suspension(date.fromisoformat(from_text), date.fromisoformat(to_text) if to_text else None)
    except ValueError:
        found = None
    if found is None or not colon:
        raise Trouble(f"--suspended {text}: write two days like 2027-03-08:2027-03-18") from None
    if found.from_day < received:
        raise Trouble(f"--suspended {text}: nothing can stand still before it was received, on {received}")
    if found.to_day is not None and found.to_day < found.from_day:
        raise Trouble(f"--suspended {text}: ends before it begins; write FROM:TO")
    return found


def _as_json(found: Deadline) -> str:
    return json.dumps(
        {
            "raw": found.raw.isoformat(),
            "legal_due": found.legal_due.isoformat(),
            "target_due": found.target_due.isoformat(),
            "reminders": [day.isoformat() for day in found.reminders],
        }
    )


def _in_words(received: date, suspensions: Sequence[Suspension], found: Deadline) -> str:
    reminders = "; ".join(_day(day) for day in found.reminders)
    lines = [
        f"received    {_day(received)}, in Paris",
        f"raw         {_day(found.raw)}",
        f"legal due   {_day(found.legal_due)}, until 23:59:59 in Paris",
        f"target due  {_day(found.target_due)}, the day that staff work to",
        f"reminders   {reminders or 'none while the clock stands'}",
    ]
    if found.suspended:
        lines.append("suspended   the clock stands: these dates move on with every day until enough comes in")
    if suspensions and min(suspensions).from_day > working_days_later(received, IDENTITY_ASKED_WITHIN):
        lines.append(
            "note        proof of identity stops the clock only if asked for within three working days (E27)"
        )
    return "\n".join(lines)


def _day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {words.day(day.isoformat())}"
