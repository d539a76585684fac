"""The messages that went out, each a file that a mail program opens: `000001-<SES's id>.eml`."""

import itertools
from pathlib import Path


class Outbox:
    """A directory of `.eml` files, oldest first by name. Without one nothing is kept."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    def keep(self, message_id: str, raw: bytes) -> str:
        """Keep a message; return its file's name."""
        if self._directory is None:
            return ""
        self._directory.mkdir(parents=True, exist_ok=True)
        self._directory.chmod(0o700)
        last = max((int(path.name[:6]) for path in self._directory.glob("[0-9]*.eml")), default=0)
        for number in itertools.count(last + 1):
            path = self._directory / f"{number:06d}-{message_id}.eml"
            draft = path.with_suffix(".new")
            draft.write_bytes(raw)
            draft.replace(path)
            return path.name
        return ""

    def empty(self) -> None:
        """Delete every message."""
        if self._directory is not None:
            for path in self._directory.glob("*.eml"):
                path.unlink()
