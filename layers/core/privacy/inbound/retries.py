"""When a message that failed comes again: soon at first, since most faults pass, then ever more rarely.

A queue hides a message for six times its function's timeout, whatever went wrong with it: half an hour, for a
hiccup of Mailchimp's. Whoever awaits a provider says itself when to be tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from privacy import logs, metrics
from privacy.ports import Redelivery

#: Seconds until the second try, and at most between two.
FIRST, LONGEST = 10, 900
#: A message that fails at this age is counted, which raises an alarm. SQS's own ApproximateAgeOfOldestMessage passes
#: over a message that was received three times.
OVERDUE = timedelta(hours=1)
_DOUBLINGS = 10


class Received(NamedTuple):
    """One receipt of a message.

    receipt: the handle, which holds until the next receipt. times: how often it was received, this one included.
    sent: when it was put into the queue.
    """

    receipt: str
    times: int
    sent: datetime


def pause(times: int, chance: float) -> int:
    """Seconds until a message comes again that was received `times` times; chance: from 0 up to 1.

    Doubles up to LONGEST. A fifth of it is left to chance: what failed together does not return together.
    """
    longest: int = min(LONGEST, FIRST * 2 ** min(times - 1, _DOUBLINGS))
    return round(longest * (0.8 + 0.2 * chance))


class Retries:
    """The failed messages of one function's own queue."""

    def __init__(
        self, queue: Redelivery, *, chance: Callable[[], float], now: Callable[[], datetime]
    ) -> None:
        self._queue = queue
        self._chance = chance
        self._now = now

    def after(self, failed: Iterable[Received]) -> None:
        """Never raises: where SQS does not listen, the queue's own time counts, and nothing is lost."""
        messages = list(failed)
        if not messages:
            return
        overdue = sum(self._now() - message.sent >= OVERDUE for message in messages)
        if overdue:
            metrics.count("RecordOverdue", overdue)
        try:
            self._queue.come_again({m.receipt: pause(m.times, self._chance()) for m in messages})
        except Exception as error:  # noqa: BLE001 - a batch is not failed for what would only speed it up
            logs.failure(error)
