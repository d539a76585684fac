"""A process that belongs to the back office: started clean, watched, stopped, never left behind."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cli.local.places import REPOSITORY
from cli.local.trouble import Trouble

KEPT_VARIABLES = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR")


class Child:
    """One child process in a session of its own, so that Ctrl-C reaches us and not it."""

    def __init__(self, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self._log = log
        kept = {key: os.environ[key] for key in KEPT_VARIABLES if key in os.environ}
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env={**kept, **environment},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float = 30.0) -> None:
        """Wait until it is ready. Trouble if it ends before, or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise Trouble(f"{self.name} ended while starting: see {self._log}.")
            if time.monotonic() > deadline:
                raise Trouble(f"{self.name} did not answer within {seconds:.0f} s: see {self._log}.")
            time.sleep(0.02)

    def stop(self, seconds: float = 30.0) -> None:
        """Ask it to end, wait, and end it if it does not."""
        if self.running:
            self._process.terminate()
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._collect()

    def kill(self) -> None:
        """End it at once, the way a power cut would."""
        if self.running:
            self._process.kill()
        self._collect()

    def _collect(self) -> None:
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
