"""Years go by: nobody goes early, nobody stays late (R1-R8, R15-R19; P31, P33). More people: `make simulate`.

Rules are broken by a day here, to see that the watch notices.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.simulation.years import ROOT, lived
from tests.simulation.years_watch import Broken
from tests.simulation.years_world import POLICY


def test_a_few_people_live_for_twelve_years_and_everything_of_theirs_goes_on_its_day() -> None:
    """In a process of its own, whose sets have one order: a seed is the same world every time."""
    environment = os.environ | {"PYTHONHASHSEED": "0", "PYTHONPATH": f"{ROOT}:{ROOT / 'layers/core'}"}
    command = [sys.executable, "-m", "tests.simulation.years", "2", "20", "12"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2500:]
    assert '"gone whole"' in ran.stdout


@pytest.mark.parametrize("by", [-1, 1], ids=["a day early", "a day late"])
def test_a_newsletter_rule_that_is_wrong_by_a_day_is_noticed(by: int) -> None:
    read = POLICY.read_retention()
    wrong = read.rules["R6"].keep[0]._replace(days=by)
    broken = read._replace(
        rules={**read.rules, "R6": read.rules["R6"]._replace(keep=(wrong,))},
        periods=read.periods._replace(newsletter_only=wrong),
    )
    with pytest.raises(Broken, match="went early" if by < 0 else "is there although due"):
        lived(3, 12, 4, replace(POLICY, read_retention=lambda: broken))
