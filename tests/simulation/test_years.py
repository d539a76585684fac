"""Years go by: nobody goes early, nobody stays late (R1-R8, R15-R19; P31, P33). More people: `make simulate`.

Rules are broken by a day here, to see that the watch notices.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from privacy.domain.policy import Policy
from privacy.inbound import folding
from privacy.operations.retention import purge_person
from tests.simulation.years import BEGINNING, ROOT, lived
from tests.simulation.years_renewals import Renewals
from tests.simulation.years_watch import Broken
from tests.simulation.years_world import POLICY, Act, World


def test_a_few_people_live_for_twelve_years_and_everything_of_theirs_goes_on_its_day() -> None:
    """In a process of its own, whose sets have one order: a seed is the same world every time."""
    environment = os.environ | {"PYTHONHASHSEED": "0", "PYTHONPATH": f"{ROOT}:{ROOT / 'layers/core'}"}
    command = [sys.executable, "-m", "tests.simulation.years", "2", "20", "12"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2500:]
    assert '"gone whole"' in ran.stdout


@pytest.mark.parametrize("by", [-1, 1], ids=["a day early", "a day late"])
def test_a_newsletter_rule_that_is_wrong_by_a_day_is_noticed(
    monkeypatch: pytest.MonkeyPatch, by: int
) -> None:
    """By what goes, too, and not only by the letter thirty days before."""
    monkeypatch.setattr(Renewals, "is_true", lambda *_: True)
    monkeypatch.setattr(Renewals, "missing", lambda *_: False)
    read = POLICY.read_retention()
    wrong = read.rules["R6"].keep[0]._replace(days=by)
    broken = read._replace(
        rules={**read.rules, "R6": read.rules["R6"]._replace(keep=(wrong,))},
        periods=read.periods._replace(newsletter_only=wrong),
    )
    with pytest.raises(Broken, match="went early" if by < 0 else "is there although due"):
        lived(3, 12, 4, replace(POLICY, read_retention=lambda: broken))


@pytest.mark.parametrize(
    ("rule", "days", "noticed"),
    [
        ("R9", -1, "the suppression list forgot"),
        ("R9", 1, "is on the suppression list"),
        ("R32", -1, "lost its names early"),
        ("R32", 1, "is there, and names"),
    ],
)
def test_a_refusal_or_a_receipt_that_is_kept_wrong_by_a_day_is_noticed(
    rule: str, days: int, noticed: str
) -> None:
    read = POLICY.read_retention()
    first, *others = read.rules[rule].keep
    wrong = read.rules[rule]._replace(keep=(first._replace(days=first.days + days), *others))
    broken = read._replace(rules={**read.rules, rule: wrong})
    with pytest.raises(Broken, match=noticed):
        _somebody_leaves(replace(POLICY, read_retention=lambda: broken))


def test_a_permission_that_ends_with_the_documents_of_an_order_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They ticked the box in 2024 and ordered every spring: by A2 the permission lasts, by R1 the first orders go."""
    _somebody_orders_every_spring().live(date(2037, 2, 1))
    monkeypatch.setattr(purge_person, "contacts_to_keep", lambda *_, **__: [])
    with pytest.raises(Broken, match="may not be sent offers, which is wrong"):
        _somebody_orders_every_spring().live(date(2037, 2, 1))


def _somebody_orders_every_spring() -> World:
    """As the past is read in one December."""
    world = World(3, date(2036, 12, 20))
    life, told = world.born("lea@example.fr"), datetime(2036, 12, 21, 9, tzinfo=UTC)
    for year in range(2024, 2037):
        ordered_at = datetime(year, 3, 1, 9, tzinfo=UTC)
        bought = {"amount": 8000, "box": True if year == 2024 else None}
        world.acts(Act(told, ordered_at, life, "buys", bought))
    return world


def test_what_is_told_again_of_the_gone_and_stays_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "take_out_since", lambda *_, **__: [])
    world = World(3, BEGINNING)
    life = world.born("lea@example.fr")
    for kind, day in (("signs_up", 20), ("leaves", 25)):
        at = datetime(2024, 1, day, 9, tzinfo=UTC)
        world.acts(Act(at, at, life, kind, {}))
    world.live(date(2024, 1, 27))
    assert not life.pieces
    world.is_told_later(life)
    with pytest.raises(Broken, match="back from the dead"):
        world.live(date(2024, 2, 2))


def _somebody_leaves(rules: Policy) -> None:
    """They signed up in January 2024 and left in February; that they did is remembered until 2027."""
    world = World(3, BEGINNING, rules)
    life = world.born("lea@example.fr")
    for kind, at in (
        ("signs_up", datetime(2024, 1, 20, 9, tzinfo=UTC)),
        ("leaves", datetime(2024, 2, 1, 9, tzinfo=UTC)),
    ):
        world.acts(Act(at, at, life, kind, {}))
    world.live(date(2027, 2, 4))
    assert world.records.lifted == 1
