"""`privacy clock`: the clock of a history, by the same rules as the purge (A3, A5, A17, A20-A22, A25)."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cli.commands.files import content_of, json_of
from cli.local.trouble import Trouble
from privacy.domain.clocks import CUSTOMER, NEWSLETTER_ONLY, NONE, Clock, clock_of, paris_day
from privacy.domain.policy import Periods

NAME = "clock"
HELP = "when somebody with a given history has to go"
DESCRIPTION = """\
Fold a history into its clock: which regime, due on which day in Paris, due today or not.

FILE holds a JSON list, in any order; `-` reads standard input:

  [{"type": "newsletter_optin", "at": "2023-11-22T09:00:00Z"},
   {"type": "order_paid",       "at": "2024-05-10T08:30:00+02:00"}]

Types: newsletter_optin, order_paid, order_refunded, unsubscribed. `at` carries Z or an offset.

  privacy clock history.json
  echo '[{"type": "newsletter_optin", "at": "2024-02-29T12:00:00Z"}]' | privacy clock - --json
"""

OPT_IN, PAID, REFUNDED, UNSUBSCRIBED = "newsletter_optin", "order_paid", "order_refunded", "unsubscribed"
TYPES = (OPT_IN, PAID, REFUNDED, UNSUBSCRIBED)

REGIMES: Mapping[str, str] = {
    NEWSLETTER_ONLY: "newsletter only, never ordered",
    CUSTOMER: "customer",
    NONE: "nothing known",
}


@dataclass(frozen=True)
class Event:
    """Something that happened in a person's history."""

    type: str
    at: datetime


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a JSON list of events, or - for standard input")
    parser.add_argument(
        "--today", type=_day, metavar="YYYY-MM-DD", help="the day to look from (default: today in Paris)"
    )
    parser.add_argument("--json", action="store_true", help='print {"regime", "due_on", "due"}')


def run(arguments: argparse.Namespace) -> int:
    from privacy import policy

    events = events_in(arguments.file, json_of(arguments.file, content_of(arguments.file)))
    today = arguments.today or paris_day(datetime.now(UTC))
    try:
        periods = policy.load().periods
    except policy.InvalidPolicy as error:
        raise Trouble(str(error)) from None
    try:
        clock = clock_of_history(events, periods)
    except (OverflowError, ValueError):
        raise Trouble(f"{arguments.file}: a date is beyond what a calendar can count from") from None
    print(_as_json(clock, today) if arguments.json else _in_words(clock, today))
    return 0


def events_in(name: str, history: Any) -> list[Event]:
    """Return the events that a file of that name lists. Raises Trouble."""
    if not isinstance(history, list):
        raise Trouble(f'{name} must hold a JSON list of {{"type": …, "at": …}}')
    return [_event(f"{name}, event {number}", told) for number, told in enumerate(history, 1)]


def clock_of_history(events: Sequence[Event], periods: Periods) -> Clock:
    """Return the clock of a history in any order, with any of it repeated."""
    opted_in = max(_times(events, OPT_IN), default=None)
    # at the same instant the withdrawal wins
    ended = [at for at in _times(events, UNSUBSCRIBED) if opted_in is None or at >= opted_in]
    return clock_of(
        periods,
        # a refund proves that there was an order, and dates it only where nothing else does (A5)
        last_order=max(_times(events, PAID) or _times(events, REFUNDED), default=None),
        last_opt_in=opted_in,
        opted_out=min(ended, default=None),
    )


def _times(events: Sequence[Event], type_: str) -> list[datetime]:
    return [event.at for event in events if event.type == type_]


def _event(where: str, told: Any) -> Event:
    if not isinstance(told, dict):
        raise Trouble(f'{where} is not an object {{"type": …, "at": …}}')
    type_, at = told.get("type"), told.get("at")
    if type_ not in TYPES:
        raise Trouble(f"{where}: type is {_short(type_)}; use one of {', '.join(TYPES)}")
    instant = _instant(at)
    if instant is None:
        raise Trouble(f"{where}: at is {_short(at)}; write an instant like 2026-11-22T10:00:00Z")
    if instant.tzinfo is None:
        raise Trouble(f"{where}: at is {_short(at)}, of no time zone; end it with Z or an offset")
    return Event(str(type_), instant)


def _instant(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it like 2026-11-22") from None


def _as_json(clock: Clock, today: date) -> str:
    due_on = clock.due_on.isoformat() if clock.due_on else None
    return json.dumps({"regime": clock.regime, "due_on": due_on, "due": clock.due(today)})


def _in_words(clock: Clock, today: date) -> str:
    due_on = clock.due_on.isoformat() if clock.due_on else "never: there is nothing to keep"
    return "\n".join([
        f"regime   {clock.regime} ({REGIMES[clock.regime]})",
        f"due on   {due_on}",
        f"due      {'yes' if clock.due(today) else 'no'}, seen from {today.isoformat()}",
    ])  # fmt: skip
