"""A Spool on the function's own disk. Its files have no name, so that nothing of them outlives the function."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Self


class DiskSpool:
    """Use it in a `with` statement. folder: where the nameless files lie, None for the system's own."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._files: dict[str, IO[bytes]] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.clear()
        self._open.close()

    def add(self, section: str, line: bytes) -> None:
        if b"\n" in line:
            raise ValueError("a line holds no line break")
        if section not in self._files:
            nameless = TemporaryFile(dir=self._folder)  # noqa: SIM115 closed with all the others
            self._files[section] = self._open.enter_context(nameless)
        self._files[section].write(line + b"\n")

    def lines(self, section: str) -> Iterator[bytes]:
        held = self._files.get(section)
        if held is None:
            return
        place = 0
        while True:
            # others may read the same lines meanwhile
            held.seek(place)
            line = held.readline()
            if not line:
                held.seek(0, 2)
                return
            place = held.tell()
            yield line.removesuffix(b"\n")
