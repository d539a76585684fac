"""Instructions, counted by valgrind: the same to the last one wherever the same bytes run. No clock is read."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from bench.trouble import Trouble

#: Tells whoever waits what is done now.
type Say = Callable[[str], None]

_CACHEGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
_REFS = re.compile(r"I\s+refs:\s+([\d,]+)")


def required() -> None:
    """Raises Trouble without valgrind."""
    if shutil.which("valgrind") is None:
        raise Trouble("instructions are counted by valgrind, which is not here: apt-get install valgrind")


def counted(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Instructions of the whole process."""
    return counted_each(command, environment)[-1]


def counted_each(command: Sequence[str], environment: Mapping[str, str]) -> list[int]:
    """Instructions of the process and of those that it forks, as they end: each with its parent's before the fork."""
    done = _done([*_CACHEGRIND, *command], environment)
    found = _REFS.findall(done.stderr)
    if not found:
        raise Trouble(f"valgrind counted nothing: {_last(done.stderr)}")
    return [int(count.replace(",", "")) for count in found]


def told(command: Sequence[str], environment: Mapping[str, str]) -> Any:
    """What the process prints last, as JSON; not counted."""
    return json.loads(_done(command, environment).stdout.splitlines()[-1])


@contextmanager
def given_as_file(content: Any) -> Iterator[str]:
    """A file of JSON for a probe."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(content, file)
        file.flush()
        yield file.name


def _done(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"{' '.join(command)[:200]}: {_last(done.stderr)}")
    return done


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["no output"])[-1]
