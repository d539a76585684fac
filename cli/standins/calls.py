"""Counts what was asked: by route, by status, and how many calls ran at the same time."""

import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager

from cli.standins.http import Json

REMEMBERED = 2000


class CallBook:
    """Counters of one stand-in, and its latest calls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0
        self._clear()

    def _clear(self) -> None:
        self._most_at_once = 0
        self._by_route: Counter[str] = Counter()
        self._by_status: Counter[str] = Counter()
        self._latest: deque[Json] = deque(maxlen=REMEMBERED)

    @contextmanager
    def running(self) -> Iterator[int]:
        """Count a call as running, and say how many run now, this one included."""
        with self._lock:
            self._running += 1
            now = self._running
            self._most_at_once = max(self._most_at_once, now)
        try:
            yield now
        finally:
            with self._lock:
                self._running -= 1

    def note(self, method: str, template: str, path: str, status: int) -> None:
        """Remember one answered call."""
        with self._lock:
            self._by_route[f"{method} {template}"] += 1
            self._by_status[str(status)] += 1
            self._latest.append({"method": method, "path": path, "status": status})

    def count(self, route: str) -> int:
        """Return how often a route such as `GET /3.0/lists` was called."""
        with self._lock:
            return self._by_route[route]

    def clear(self) -> None:
        """Forget every count."""
        with self._lock:
            self._clear()

    def report(self) -> Json:
        """Return the counters as a JSON value."""
        with self._lock:
            return {
                "total": sum(self._by_route.values()),
                "by_route": dict(self._by_route),
                "by_status": dict(self._by_status),
                "most_at_once": self._most_at_once,
                "latest": list(self._latest),
            }
