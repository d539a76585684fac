"""Simulated years: `make simulate`, or a few people in the everyday tests. A world that fails tells how to replay it.

SIM_PEOPLE=100000 SIM_YEARS=13 SIM_SEED=7    # SIM_SEED: that world alone
"""

from __future__ import annotations

import gc
import io
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import date, timedelta
from pathlib import Path

from privacy.domain.policy import Policy
from tests.simulation.years_lives import Lives
from tests.simulation.years_world import POLICY, World

ROOT = Path(__file__).parents[2]
BEGINNING = date(2024, 1, 14)
IN_A_WORLD = 5_000
#: What keeps data beyond their day; an open erasure does not.
_HOLDS = ("is_held", "cases that keep", "is_disputed", "is_billed")
_ERASED = ("erased", "erased but for what the law keeps")
#: Numbers that are summed up over worlds.
_SUMMED = (
    "people",
    "pieces gone",
    "people gone",
    "pieces archived",
    "holds",
    "kept beyond their day, then gone",
    "refusals forgotten",
    "cases reduced",
    "cases and letters forgotten",
    "erasures",
)


def lived(seed: int, people: int, years: int, rules: Policy = POLICY) -> World:
    """So many people, for so many years. Raises Broken."""
    world = World(seed, BEGINNING, rules)
    until = BEGINNING + timedelta(days=int(years * 365.25))
    Lives(world, people, until)
    world.live(until)
    return world


def told(world: World, people: int, seconds: float) -> dict[str, object]:
    watch, happened = world.watch, world.happened
    return {
        "seed": world.seed,
        "people": people,
        "nights": (world.today - BEGINNING).days,
        "pieces gone": watch.purged,
        "people gone": watch.whole,
        "pieces archived": watch.archived_pieces,
        "holds": sum(happened[hold] for hold in _HOLDS),
        "kept beyond their day, then gone": watch.kept_then_gone,
        "refusals forgotten": world.records.lifted,
        "cases reduced": world.cases.reduced,
        "cases and letters forgotten": world.cases.forgotten,
        "erasures": sum(happened[how] for how in _ERASED),
        "seconds": round(seconds, 1),
        "happened": dict(sorted(happened.items())),
    }


def _worlds(people: int, first: int) -> Iterator[tuple[int, int]]:
    """(seed, how many people)"""
    for seed in range(first, first + -(-people // IN_A_WORLD)):
        yield seed, min(IN_A_WORLD, people - (seed - first) * IN_A_WORLD)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    people = int(os.environ.get("SIM_PEOPLE", "100000"))
    years = int(os.environ.get("SIM_YEARS", "13"))
    only = os.environ.get("SIM_SEED")
    worlds = [(int(only), min(people, IN_A_WORLD))] if only else [*_worlds(people, 1)]
    _say(f"{sum(n for _, n in worlds):,} people in {len(worlds)} worlds, {years} years")
    begun = time.monotonic()
    waiting, running, failed = worlds[::-1], dict[int, tuple[int, subprocess.Popen[str]]](), 0
    total, happened = Counter[str](), Counter[str]()
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            seed, number = waiting.pop()
            running[seed] = number, _process(seed, number, years)
        for seed, (number, process) in [*running.items()]:
            if process.poll() is None:
                continue
            del running[seed]
            out, err = process.communicate()
            if process.returncode:
                failed += 1
                again = f"SIM_SEED={seed} SIM_PEOPLE={number} SIM_YEARS={years} make simulate"
                _say(f"{err.strip()[-2500:]}\nseed {seed} failed; the same world again: {again}")
                continue
            _say(out.strip())
            said = json.loads(out)
            total.update({name: said[name] for name in _SUMMED})
            total["nights"] += said["nights"]
            total["nights of people"] += said["people"] * said["nights"]
            happened.update(said["happened"])
        time.sleep(0.2)
    seconds = time.monotonic() - begun
    _say(json.dumps(dict(sorted(happened.items()))))
    _say(", ".join(f"{number:,} {name}" for name, number in total.items()))
    _say(f"{seconds:,.0f} s; {failed} of {len(worlds)} worlds failed")
    return 1 if failed else 0


def _process(seed: int, people: int, years: int) -> subprocess.Popen[str]:
    """A process of its own, whose sets have one order, so that a seed is the same world every time."""
    environment = os.environ | {"PYTHONHASHSEED": "0", "PYTHONPATH": f"{ROOT}:{ROOT / 'layers/core'}"}
    command = [sys.executable, "-m", "tests.simulation.years", str(seed), str(people), str(years)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _one(seed: int, people: int, years: int) -> None:
    gc.disable()  # what a world holds it holds to its end
    begun = time.monotonic()
    with redirect_stdout(io.StringIO()):  # our log lines and metrics
        world = lived(seed, people, years)
    _say(json.dumps(told(world, people, time.monotonic() - begun)))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _one(*map(int, sys.argv[1:]))
    else:
        sys.exit(main())
