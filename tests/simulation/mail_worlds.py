"""Lives through some worlds of mail and says what is wrong in them: `python -m tests.simulation.mail_worlds 0 20`.

A process of its own, whose sets have one order, so that a seed is the same world every time.
"""

from __future__ import annotations

import json
import sys
import traceback

from tests.simulation.mail_at_rest import Rest
from tests.simulation.mail_world import World

ACTS = 12


def lived(seed: int) -> dict[str, object]:
    """What became of one world."""
    world = World(seed)
    try:
        world.live(ACTS)
        world.comes_to_rest()
        wrong = Rest(world).wrong()
    except Exception:  # noqa: BLE001 - the world ended before its time, and the seed says which
        wrong = [traceback.format_exc(limit=-6)]
    return {
        "seed": seed,
        "kinds": sorted({written.kind for written in world.written.values()}),
        "became": sorted(world.became),
        "decided": sorted(world.decided),
        "merged": sum(bool(case.merged_into) for case in world.cases()),
        "ses": sorted(world.ses.came_to),
        "letters": len(world.ses.taken),
        "wrong": wrong,
    }


def main(first: int, worlds: int) -> None:
    for seed in range(first, first + worlds):
        sys.stdout.write(f"WORLD {json.dumps(lived(seed))}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
