"""Texts that were read once by a person, and stay as they are until somebody reads them again.

`pytest --update` writes them anew; what changed then stands in the commit.
"""

from __future__ import annotations

from pathlib import Path

import pytest

GOLDEN = Path(__file__).resolve().parent / "golden"


def compare(name: str, said: str, config: pytest.Config) -> None:
    """name: the file under tests/golden."""
    path = GOLDEN / name
    if config.getoption("--update"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said, encoding="utf-8")
    assert path.exists(), f"nobody has read {name} yet: pytest --update, and read it"
    assert said == path.read_text(encoding="utf-8")
