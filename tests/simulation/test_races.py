"""Whatever people, owners, providers and our own workers do at once: in the end everybody has what they chose.

A world is one seed: some acts of a few people, told late, twice, in no order or never, while workers who know what was
true a moment ago interrupt one another at every call and die. More of them:

    PRIVACY_WORLDS=5000 PRIVACY_FIRST_WORLD=100 python -m pytest tests/simulation
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FIRST = int(os.environ.get("PRIVACY_FIRST_WORLD", "0"))
WORLDS = int(os.environ.get("PRIVACY_WORLDS", "24"))


@pytest.fixture(scope="module")
def worlds() -> list[dict[str, Any]]:
    """What became of them, with the order of sets fixed: a seed is the same world every time."""
    environment = os.environ | {"PYTHONHASHSEED": "0", "PYTHONPATH": f"{ROOT}:{ROOT / 'layers/core'}"}
    lived = subprocess.run(
        [sys.executable, "-m", "tests.simulation", str(FIRST), str(WORLDS)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert lived.returncode == 0, lived.stderr[-3000:]
    lines = [line for line in lived.stdout.splitlines() if line.startswith("WORLD ")]
    assert len(lines) == WORLDS
    return [json.loads(line.removeprefix("WORLD ")) for line in lines]


def test_in_the_end_mailchimp_has_whom_it_may_have_and_nothing_that_anybody_said_is_lost(
    worlds: list[dict[str, Any]],
) -> None:
    assert {world["seed"]: world["wrong"] for world in worlds if world["wrong"]} == {}


def test_the_worlds_are_not_empty(worlds: list[dict[str, Any]]) -> None:
    """Or else they prove nothing: all that can happen does, and our workers change Mailchimp in every way."""
    happened = {kind for world in worlds for kind in world["acts"]}
    assert happened >= {"granted", "refused", "complained", "unticked", "bought", "owner", "moved"}
    assert {call for world in worlds for call in world["calls"]} == {"subscribe", "unsubscribe", "archive"}
