"""Faults on demand: which answers go wrong, how often, and in what way.

A fault is armed with a kind and consumed by the calls that follow. Each provider says what its kinds look like.
"""

import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from cli.standins.http import Json, Request, Response


@dataclass
class Fault:
    """One armed fault.

    `times` calls go wrong (None: until cleared), each with probability `rate`, only those of `method` whose path
    matches `path`. `seconds` is how long a `timeout` holds the connection before it closes it.
    """

    kind: str
    times: int | None = 1
    rate: float = 1.0
    method: str | None = None
    path: str = ""
    seconds: float = 0.05

    def concerns(self, request: Request) -> bool:
        """Tell whether this fault is meant for `request`."""
        return self.method in (None, request.method) and re.search(self.path, request.path) is not None


@dataclass
class FaultPlan:
    """The armed faults, oldest first. `answers` holds what each kind looks like on the wire.

    A tenth of all calls fails under `Fault(kind, times=None, rate=0.1)`; seeding `chance` gives the same ones again.

    Two kinds exist for every provider: `timeout` holds the connection and closes it before anything is done;
    `lost_answer` does what was asked and closes it before the answer.
    """

    answers: Mapping[str, Response]
    chance: random.Random = field(default_factory=lambda: random.Random(0))

    def __post_init__(self) -> None:
        self._armed: list[Fault] = []
        self._lock = threading.Lock()
        self._cleared = threading.Event()

    def kinds(self) -> list[str]:
        """Return every kind that can be armed."""
        return sorted({*self.answers, "timeout", "lost_answer"})

    def arm(self, fault: Fault) -> None:
        """Let `fault` befall the calls that follow."""
        if fault.kind not in self.kinds():
            raise ValueError(f"unknown fault {fault.kind!r}; known: {', '.join(self.kinds())}")
        re.compile(fault.path)
        with self._lock:
            self._armed.append(fault)

    def clear(self) -> None:
        """Disarm everything, and let go of the connections that are held."""
        with self._lock:
            self._armed.clear()
            self._cleared.set()
            self._cleared = threading.Event()

    def hold(self, fault: Fault) -> None:
        """Hold a connection for as long as `fault` says."""
        with self._lock:
            cleared = self._cleared
        cleared.wait(fault.seconds)

    def take(self, request: Request) -> Fault | None:
        """Return the fault that befalls `request`, counting it off."""
        with self._lock:
            for fault in self._armed:
                if not fault.concerns(request) or self.chance.random() >= fault.rate:
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._armed.remove(fault)
                return fault
        return None

    def armed(self) -> list[Json]:
        """Return the armed faults as JSON values."""
        with self._lock:
            return [dict(vars(fault)) for fault in self._armed]
