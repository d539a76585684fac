"""A journal of acknowledged writes beside generations of snapshots, on plain files.

    <home>/CURRENT            the name of the generation in force, replaced atomically
    <home>/000007/*.json      the snapshot that opened the generation
    <home>/000007/journal     every write since, one JSON line each

A process killed at any instant leaves either the old generation whole or the new one whole, and a torn last
line is a write that nobody was told of. The journal reaches the disk once a second: a power cut can take the
writes of the last second, a kill takes none.
"""

import json
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

SECONDS_BETWEEN_SYNCS = 1.0


class Journal:
    """The generation in force, and the next one while it is being written."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._home.mkdir(parents=True, exist_ok=True)
        self._pointer = home / "CURRENT"
        if not self._pointer.exists():
            self._write_generation("000000")
        self._drop_others()
        self._file = os.open(self.generation / "journal", os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        self._unsynced = threading.Event()
        self.size = (self.generation / "journal").stat().st_size
        threading.Thread(target=self._sync_forever, daemon=True, name="journal-sync").start()

    @property
    def generation(self) -> Path:
        """The directory of the generation in force."""
        return self._home / self._pointer.read_text().strip()

    def entries(self) -> Iterator[dict[str, Any]]:
        """Every whole entry of the generation in force, oldest first."""
        with (self.generation / "journal").open("rb") as lines:
            for line in lines:
                if line.endswith(b"\n"):
                    yield json.loads(line)

    def append(self, entry: Mapping[str, Any]) -> None:
        """Hand one entry to the operating system: from here on a kill does not lose it."""
        line = json.dumps(entry, separators=(",", ":")).encode() + b"\n"
        os.write(self._file, line)
        self.size += len(line)
        self._unsynced.set()

    def prepare(self) -> Path:
        """Make and return the directory that the next generation's snapshot is to be written into."""
        upcoming = self._home / f"{int(self.generation.name) + 1:06d}"
        shutil.rmtree(upcoming, ignore_errors=True)
        upcoming.mkdir()
        return upcoming

    def turn(self, upcoming: Path) -> None:
        """Put a prepared generation in force, with an empty journal, and drop the one before."""
        for file in upcoming.iterdir():
            _sync(file)
        self._write_generation(upcoming.name)
        os.close(self._file)
        self._file = os.open(upcoming / "journal", os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        self.size = 0
        self._drop_others()

    def _write_generation(self, name: str) -> None:
        directory = self._home / name
        directory.mkdir(exist_ok=True)
        (directory / "journal").touch(mode=0o600)
        _sync(directory)
        written = self._pointer.with_suffix(".next")
        written.write_text(name + "\n")
        _sync(written)
        written.replace(self._pointer)
        _sync(self._home)

    def _drop_others(self) -> None:
        for directory in self._home.iterdir():
            if directory.is_dir() and directory != self.generation:
                shutil.rmtree(directory, ignore_errors=True)

    def _sync_forever(self) -> None:
        while True:
            self._unsynced.wait()
            self._unsynced.clear()
            with suppress(OSError):  # a generation was turned meanwhile, and its snapshot holds the writes
                os.fdatasync(self._file)
            threading.Event().wait(SECONDS_BETWEEN_SYNCS)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
