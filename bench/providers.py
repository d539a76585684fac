"""Stripe and Mailchimp as the bench has them: the stand-ins of `cli/standins`, each in a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.request import Request, urlopen

from bench.places import REPOSITORY

#: The audience that Mailchimp's stand-in begins with.
AUDIENCE = "a6b5da1054"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


class Provider:
    """One stand-in. A context: the process lives while it is open. past: begins with a shop's, as of a Unix second."""

    def __init__(self, name: str, past: int | None = None) -> None:
        self._name = name
        self._past = past

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", f"cli.standins.{self._name}", "--port", "0"]
        command += [] if self._past is None else ["--past", str(self._past)]
        self._process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        found = _ADDRESS.search(said)
        if found is None:
            raise AssertionError(f"{self._name}: {said}")
        self.url = found[0]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(10)

    def calls(self) -> Mapping[str, int]:
        """What was called since this was last asked, by route."""
        told: Mapping[str, int] = self._control("GET", "calls")["by_route"]
        self._control("DELETE", "calls")
        return told

    def act(self, act: str, **arguments: Any) -> Any:
        return self._control("POST", "act", {"act": act, **arguments})

    def holds(self) -> Any:
        """Everything that it holds."""
        return self._control("GET", "state")

    def _control(self, method: str, page: str, told: Any = None) -> Any:
        body = None if told is None else json.dumps(told).encode()
        asked = Request(f"{self.url}/_control/{page}", data=body, method=method)
        with urlopen(asked, timeout=60) as answer:
            return json.load(answer)
