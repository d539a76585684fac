"""Workers that run at once, in an order that chance decides and a seed repeats: one moves, until it calls a port."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any


class Killed(BaseException):
    """The worker is gone between two calls; whatever it was about has to be done again by another."""


class _Worker:
    def __init__(self, work: Callable[[], None]) -> None:
        self.turn = threading.Semaphore(0)
        self.back = threading.Semaphore(0)
        self.over = False
        self.failed: BaseException | None = None
        self._work = work
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        self.turn.acquire()
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - whoever asked for the work looks at it
            self.failed = error
        self.over = True
        self.back.release()


class Turns:
    """Lets workers take turns.

    switch: how often a call of a port gives the turn away. killed: how often it is a worker's last.
    """

    def __init__(self, chance: random.Random, *, switch: float = 0.35, killed: float = 0.0) -> None:
        self._chance = chance
        self.switch = switch
        self.killed = killed
        self._workers: list[tuple[_Worker, Callable[[BaseException | None], None]]] = []
        self._moving: _Worker | None = None

    def __len__(self) -> int:
        return len(self._workers)

    def begin(self, work: Callable[[], None], ended: Callable[[BaseException | None], None]) -> None:
        """ended: told how it ended."""
        self._workers.append((_Worker(work), ended))

    def move(self) -> None:
        """One of those who are at work goes on, until it gives the turn away or is done."""
        n = self._chance.randrange(len(self._workers))
        worker, ended = self._workers[n]
        self._moving = worker
        worker.turn.release()
        worker.back.acquire()
        self._moving = None
        if worker.over:
            worker.thread.join()
            del self._workers[n]
            ended(worker.failed)

    def at_a_call(self) -> None:
        worker = self._moving
        if worker is None:
            return  # nobody is at work: the world itself looks
        if self._chance.random() < self.killed:
            raise Killed
        if self._chance.random() < self.switch:
            worker.back.release()
            worker.turn.acquire()

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
