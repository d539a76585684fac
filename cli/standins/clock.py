"""The time as a stand-in sees it: the machine's, shifted on request."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """A clock that a demonstration may set. It goes on running from there."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self.shift = 0.0

    def now(self) -> int:
        """Return the Unix second."""
        return int(self._source() + self.shift)

    def set(self, second: float) -> None:
        """Let the clock say `second` now."""
        self.shift = second - self._source()


def iso(second: int) -> str:
    """Return a Unix second as Mailchimp writes times: `2026-11-22T19:00:00+00:00`."""
    return datetime.fromtimestamp(second, UTC).isoformat(timespec="seconds")


def seconds_of(moment: object) -> int:
    """Return the Unix second of a number or of an ISO 8601 text (UTC where it names no zone)."""
    if isinstance(moment, (int, float)) and not isinstance(moment, bool):
        return int(moment)
    if not isinstance(moment, str):
        raise ValueError(f"not a moment: {moment!r}")
    parsed = datetime.fromisoformat(moment)
    return int((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp())
