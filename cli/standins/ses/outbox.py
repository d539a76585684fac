"""The messages that went out, each a file that a mail program opens: `000001-<SES's id>.eml`."""

from pathlib import Path


class Outbox:
    """A directory of `.eml` files, oldest first by name. Without one nothing is kept."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._last = max((int(path.name[:6]) for path in self._files()), default=0)

    def keep(self, message_id: str, raw: bytes) -> str:
        """Keep a message; return its file's name."""
        if self._directory is None:
            return ""
        self._directory.mkdir(parents=True, exist_ok=True)
        self._directory.chmod(0o700)
        self._last += 1
        path = self._directory / f"{self._last:06d}-{message_id}.eml"
        draft = path.with_suffix(".new")
        draft.write_bytes(raw)
        draft.replace(path)
        return path.name

    def empty(self) -> None:
        """Delete every message."""
        for path in self._files():
            path.unlink()

    def _files(self) -> list[Path]:
        return list(self._directory.glob("[0-9]*.eml")) if self._directory is not None else []
