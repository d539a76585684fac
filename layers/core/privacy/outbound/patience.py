"""How long to wait before a provider is called: again after a failure, and not too often within a second."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from privacy.ports import ProviderUnavailable


class TryAgain(Exception):
    """What went wrong may go right the next time. Its text becomes ProviderUnavailable's: no payload in it."""


class Jitter(NamedTuple):
    """The outside world of waiting. sleep: seconds. chance: a number from 0 up to 1."""

    sleep: Callable[[float], None]
    chance: Callable[[], float]


#: With a time-out of 23 s each, all attempts of one call end within 75 s: several calls fit into a function.
ATTEMPTS = 3
_FIRST, _LONGEST = 1.0, 5.0
#: Seconds that only time-outs take, and for how many nobody is asked then. Ten records that wait 70 s each would
#: outlast their function, and whoever came back from its queue would wait again.
HUNG, RESPITE = 30, 60


def patiently[T](call: Callable[[], T], jitter: Jitter, attempts: int = ATTEMPTS) -> T:
    """Call, and call again where it raises TryAgain. Raises ProviderUnavailable after the last attempt.

    Full jitter (any moment up to a bound that doubles): those who were refused together do not return together.
    """
    bound, reason = _FIRST, ""
    for attempt in range(attempts):
        if attempt:
            jitter.sleep(jitter.chance() * min(bound, _LONGEST))
            bound *= 2
        try:
            return call()
        except TryAgain as failed:
            reason = str(failed)
    # outside the handler, so that nothing of the failure hangs on the new one as its context
    raise ProviderUnavailable(reason)


class Respite:
    """No calls for a while after one that hung: a batch of records must not wait for each of them anew.

    clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until = float("-inf")

    def unless_hung[T](self, call: Callable[[], T]) -> T:
        """Raises ProviderUnavailable, at once where a call lately failed after HUNG seconds or more."""
        started = self._clock()
        if started < self._until:
            raise ProviderUnavailable("hung a moment ago, and is not asked")
        try:
            return call()
        except ProviderUnavailable:
            if (now := self._clock()) - started >= HUNG:
                self._until = now + RESPITE
            raise


class Pace:
    """At most `per_second` calls of one endpoint within a second, evenly spaced. clock: monotonic seconds."""

    def __init__(self, per_second: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._pause = 1 / per_second
        self._clock = clock
        self._sleep = sleep
        self._next: dict[str, float] = {}

    def wait(self, endpoint: str) -> None:
        """Until the endpoint may be called."""
        now = self._clock()
        due = max(now, self._next.get(endpoint, now))
        self._next[endpoint] = due + self._pause
        if due > now:
            self._sleep(due - now)
