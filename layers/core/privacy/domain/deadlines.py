"""When a request has to be answered (G7-G11, A22; Regulation (EEC, Euratom) 1182/71; décret 2019-536, art. 77).

One month from receipt, by days in Paris, clipped to the month's end; days on which the clock stood are added; an
extension makes it three months from receipt, not from the first date. What ends on a Saturday, Sunday or public
holiday ends with the next working day. Staff work to the last working day before, so that nobody needs that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from privacy.domain.clocks import add_months, paris_day
from privacy.domain.working_days import on_or_after, on_or_before, working_days_later

MONTHS = 1
#: Art. 12(3): one month, and two further ones.
EXTENDED_MONTHS = 3

#: Calendar days before the target on which staff are reminded (E31).
REMINDED_BEFORE = (10, 5, 1)

#: Asked for later than that, proof of identity stops no clock: it has to be asked without undue delay (E27).
IDENTITY_ASKED_WITHIN = 3
#: Mail that only a person understands is decided within that (A16).
TRIAGE_WITHIN = 1

_DAY = timedelta(days=1)


class Suspension(NamedTuple):
    """The clock stood from the day on which we asked to the day on which enough came in; None: it still stands."""

    from_day: date
    to_day: date | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """Days in Paris. raw: as the calendar has it, suspended days added. reminders: earliest first (E31).

    suspended: the clock stands. Then the dates are the earliest possible ones, as if what we asked for came in on
    the day of reckoning, and there are no reminders: they come back, recomputed, when the clock goes on.
    """

    raw: date
    legal_due: date
    target_due: date
    reminders: tuple[date, ...]
    suspended: bool = False

    def passed(self, at: datetime) -> bool:
        """Whether it is too late at that instant; nothing is while the clock stands."""
        return not self.suspended and paris_day(at) > self.legal_due

    def days_left(self, today: date) -> int:
        """Calendar days until legal_due; negative once it has passed."""
        return (self.legal_due - today).days


def deadline(
    received_at: datetime,
    *,
    suspensions: Sequence[Suspension] = (),
    extended: bool = False,
    today: date | None = None,
) -> Deadline:
    """The deadline of what reached us at that instant.

    suspensions: in any order; days that several of them name count once, days before receipt not at all (a right
    added by a reply has a clock of its own, E57). today: up to when a suspension that still runs is counted;
    without it, it adds nothing yet. Raises ValueError for a suspension that ends before it begins; that or
    OverflowError beyond the calendar's end.
    """
    received = paris_day(received_at)
    plain = add_months(received, EXTENDED_MONTHS if extended else MONTHS)
    raw = plain + suspended_days(suspensions, since=received, today=today) * _DAY
    target = on_or_before(raw)
    standing = any(suspension.to_day is None for suspension in suspensions)
    return Deadline(
        raw=raw,
        legal_due=on_or_after(raw),
        target_due=target,
        reminders=() if standing else tuple(on_or_before(target - days * _DAY) for days in REMINDED_BEFORE),
        suspended=standing,
    )


def suspended_days(suspensions: Sequence[Suspension], *, since: date, today: date | None = None) -> int:
    """On how many days from that day on the clock stood: the first day counts, the one it went on again does not."""
    days, counted_to = 0, since
    for from_day, to_day in sorted(suspensions, key=lambda suspension: suspension.from_day):
        ended = to_day if to_day is not None else max(from_day, today or from_day)
        if ended < from_day:
            raise ValueError("a suspension ends before it begins")
        start = max(from_day, counted_to)
        if ended > start:
            days += (ended - start).days
            counted_to = ended
    return days


def identity_asked_in_time(received_at: datetime, asked_at: datetime) -> bool:
    """Whether what we asked may stop the clock: within three working days of receipt (G10, E27)."""
    return paris_day(asked_at) <= working_days_later(paris_day(received_at), IDENTITY_ASKED_WITHIN)


def triage_due(received_at: datetime) -> date:
    """The day by whose end a person has decided what the message is, if triage could not (A16)."""
    return working_days_later(paris_day(received_at), TRIAGE_WITHIN)
