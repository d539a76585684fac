"""The command line of a stand-in: build it from its arguments, answer until told to stop."""

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from cli.standins.base import StandIn


def parser(name: str, port: int) -> argparse.ArgumentParser:
    """Return a parser with the arguments that every stand-in knows."""
    arguments = argparse.ArgumentParser(
        prog=f"python -m cli.standins.{name}",
        description=f"A stand-in for {name.title()}, on 127.0.0.1 only.",
    )
    arguments.add_argument("--port", type=int, default=port, help="port to listen on (default %(default)s)")
    arguments.add_argument(
        "--state", type=Path, metavar="FILE", help="JSON file that keeps the state between runs"
    )
    arguments.add_argument(
        "--past",
        type=int,
        metavar="SECOND",
        help="begin with a shop's past as of a Unix second, where --state keeps nothing yet",
    )
    arguments.add_argument("--key", default="", help="the only API key to accept (default: any)")
    return arguments


def run(build: Callable[[], StandIn], name: str, past: int | None) -> int:
    """Answer until SIGINT or SIGTERM; return the exit status. `past`: see `StandIn.start`."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        standin = build()
    except OSError as error:
        print(f"{name}: cannot listen: {error.strerror}. Choose another --port.", file=sys.stderr)
        return 1
    standin.start(past)
    try:
        print(f"{name} stand-in on {standin.base_url} (control: {standin.base_url}/_control)", flush=True)
        stop.wait()
    finally:
        standin.stop()
    return 0
