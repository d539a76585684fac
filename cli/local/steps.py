"""Progress at the terminal: a line a step, with its seconds."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[str], None]


def to_terminal(line: str) -> None:
    """Print a line of progress."""
    print(line, file=sys.stderr, flush=True)


def to_nobody(line: str) -> None:
    """Keep quiet."""


@contextmanager
def step(what: str, tell: Tell) -> Iterator[None]:
    """Tell how long the block took."""
    started = time.monotonic()
    yield
    tell(f"  {time.monotonic() - started:5.1f} s  {what}")
