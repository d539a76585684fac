"""The stand-in, as the bench uses it."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from types import TracebackType
from typing import Any, Self

from bench.aws.capacity import Wire
from bench.places import REPOSITORY


@dataclass(frozen=True, slots=True)
class Call:
    """One AWS call. written: bytes of each item that it put."""

    operation: str
    table: str
    wcu: int
    index_wcu: int
    rcu: float
    written: Sequence[int]


class Standin:
    """A context: the process lives while it is open."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.aws.server"],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self._port = int(self._process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def load(self, table: str, items: Iterable[Wire]) -> None:
        for some in batched(items, 1000, strict=False):
            self._ask("load", {"table": table, "items": some})

    def clear(self, *tables: str) -> None:
        for table in tables:
            self._ask("clear", {"table": table})

    def secrets(self, values: dict[str, str]) -> None:
        self._ask("secrets", values)

    def partition(self, table: str, pk: str) -> list[Wire]:
        found: list[Wire] = self._ask("partition", {"table": table, "pk": pk})
        return found

    def written(self, table: str) -> list[tuple[str, str]]:
        """Keys written since this was last asked, in the order of their writes."""
        return [(pk, sk) for pk, sk in self._ask("written", {"table": table})]

    def sent(self, queue: str) -> list[dict[str, str]]:
        """Bodies sent to the queue since this was last asked."""
        found: list[dict[str, str]] = self._ask("sent", {"queue": queue})
        return found

    def calls(self) -> list[Call]:
        """AWS calls since this was last asked."""
        return [Call(**call) for call in self._ask("calls", {})]

    def _ask(self, what: str, told: Any) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        connection.request("POST", f"/bench/{what}", json.dumps(told))
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer
