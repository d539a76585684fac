"""Workers that run at once, in an order that chance decides and a seed repeats: one moves, until it calls a port."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from greenlet import getcurrent, greenlet


class Killed(BaseException):
    """The worker is gone between two calls; whatever it was about has to be done again by another."""


class _Worker(greenlet):
    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self.failed: BaseException | None = None
        self._work = work

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - whoever asked for the work looks at it
            self.failed = error


class Turns:
    """Lets workers take turns.

    switch: how often a call of a port gives the turn away. killed: how often it is a worker's last.
    """

    def __init__(self, chance: random.Random, *, switch: float = 0.35, killed: float = 0.0) -> None:
        self._chance = chance
        self.switch = switch
        self.killed = killed
        self._workers: list[tuple[_Worker, Callable[[BaseException | None], None]]] = []

    def __len__(self) -> int:
        return len(self._workers)

    def begin(self, work: Callable[[], None], ended: Callable[[BaseException | None], None]) -> None:
        """ended: told how it ended."""
        self._workers.append((_Worker(work), ended))

    def move(self) -> None:
        """One of those who are at work goes on, until it gives the turn away or is done."""
        n = self._chance.randrange(len(self._workers))
        worker, ended = self._workers[n]
        worker.parent = getcurrent()
        worker.switch()
        if worker.dead:
            del self._workers[n]
            ended(worker.failed)

    def at_a_call(self) -> None:
        worker = getcurrent()
        if not isinstance(worker, _Worker):
            return  # nobody is at work: the world itself looks
        if self._chance.random() < self.killed:
            raise Killed
        if self._chance.random() < self.switch:
            assert worker.parent is not None
            worker.parent.switch()

    def around(self, port: Any) -> Any:
        """The port, whose every call may be interrupted before and after."""
        return _Interrupted(port, self)


class _Interrupted:
    def __init__(self, port: Any, turns: Turns) -> None:
        self._port = port
        self._turns = turns

    def __getattr__(self, name: str) -> Any:
        held = getattr(self._port, name)
        if not callable(held):
            return held

        def called(*args: Any, **kwargs: Any) -> Any:
            self._turns.at_a_call()
            answer = held(*args, **kwargs)
            self._turns.at_a_call()
            return answer

        return called
