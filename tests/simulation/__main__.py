"""Lives through some worlds and says what is wrong in them, one line of JSON each: `python -m tests.simulation 0 20`.

A process of its own, whose sets have one order, so that a seed is the same world every time.
"""

from __future__ import annotations

import json
import sys

from tests.simulation.at_rest import Rest
from tests.simulation.world import World

ACTS = 25


def main(first: int, worlds: int) -> None:
    for seed in range(first, first + worlds):
        world = World(seed)
        world.live(ACTS)
        world.comes_to_rest()
        told = {
            "seed": seed,
            "acts": sorted({act.kind for act in world.acts}),
            "calls": sorted({call for call, _, _ in world.mailchimp.calls}),
            "erased": world.done["erased"],
            "wrong": Rest(world).wrong(),
        }
        sys.stdout.write(f"WORLD {json.dumps(told)}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
