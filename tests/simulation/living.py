"""Worlds, lived through in a process of their own whose sets have one order: a seed is the same world every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FIRST = int(os.environ.get("PRIVACY_FIRST_WORLD", "0"))


def worlds_of(module: str, number: int) -> list[dict[str, Any]]:
    """What became of so many worlds, from FIRST on."""
    environment = os.environ | {"PYTHONHASHSEED": "0", "PYTHONPATH": f"{ROOT}:{ROOT / 'layers/core'}"}
    lived = subprocess.run(
        [sys.executable, "-m", module, str(FIRST), str(number)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert lived.returncode == 0, lived.stderr[-3000:]
    lines = [line for line in lived.stdout.splitlines() if line.startswith("WORLD ")]
    assert len(lines) == number
    return [json.loads(line.removeprefix("WORLD ")) for line in lines]
