"""Keeps a stand-in's state in a JSON file, written soon after each change and once more at the end."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

from cli.standins.http import Json

SHARE = 10
"""How many times as long as a write took nothing is written after it: a large state does not stop the stand-in."""


class Snapshot:
    """A state file. Without a path nothing is kept."""

    def __init__(self, path: Path | None, dump: Callable[[], Json], every: float = 0.1) -> None:
        self._path = path
        self._dump = dump
        self._every = every
        self._changed = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def load(self) -> Json | None:
        """Return what was kept, or None."""
        if self._path is None or not self._path.exists():
            return None
        kept: Json = json.loads(self._path.read_text(encoding="utf-8"))
        return kept

    def start(self) -> None:
        """Write changes from now on."""
        if self._path is not None:
            self._thread = threading.Thread(target=self._write_changes, args=(self._path,), daemon=True)
            self._thread.start()

    def changed(self) -> None:
        """Say that the state is no longer what the file holds."""
        self._changed.set()

    def close(self) -> None:
        """Write what is not yet written, and stop."""
        self._closing.set()
        self._changed.set()
        if self._thread is not None:
            self._thread.join()

    def _write_changes(self, path: Path) -> None:
        took = 0.0
        while not self._closing.is_set():
            self._changed.wait()
            self._closing.wait(max(self._every, SHARE * took))
            self._changed.clear()
            began = time.monotonic()
            self._write(path)
            took = time.monotonic() - began

    def _write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".new")
        draft.write_text(json.dumps(self._dump()), encoding="utf-8")
        draft.replace(path)
