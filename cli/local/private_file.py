"""JSON files that only their owner may read, replaced whole."""

import json
import os
from pathlib import Path
from typing import Any


def write(path: Path, content: Any) -> None:
    """Write the content so that a reader sees all of it or the one before."""
    beside = path.with_name(path.name + ".next")
    descriptor = os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    beside.chmod(0o600)
    beside.replace(path)


def read(path: Path) -> Any:
    """Return the content, or None where there is no such file."""
    if not path.exists():
        return None
    return json.loads(path.read_text())
