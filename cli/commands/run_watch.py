"""Watch a run that goes on without us: how it stands, and what it does whenever that changes."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from cli.commands.operator_calls import Busy, Desk

SECONDS_BETWEEN_LOOKS = 1.5

type Described = Mapping[str, Any]


def status(at: Desk, route: str, named: str | None = None) -> Described | None:
    """The run of that id, else the last one; None where there is none."""
    found: Described | None = at.call(route, {"run": named} if named else {})["run"]
    return found


def watched(at: Desk, route: str, named: str, doing: Callable[[Described], str]) -> Described:
    """Say what the run does until it ends, and return how it did."""
    told = ""
    while True:
        try:
            found = status(at, route, named)
        except Busy:
            found = None
        if found is not None and found["state"] != "running":
            return found
        now = found and doing(found)
        if now and now != told:
            print(f"  {now}", flush=True)
            told = now
        time.sleep(SECONDS_BETWEEN_LOOKS)
