"""Whatever people, owners, providers and our own workers do at once: in the end everybody has what they chose.

A world is one seed: some acts of a few people, told late, twice, in no order or never, while workers who know what was
true a moment ago interrupt one another at every call and die. `PRIVACY_WORLDS=5000 PRIVACY_FIRST_WORLD=100` tries more
of them; with `PYTHONHASHSEED=0` besides, a seed is the same world again.
"""

from __future__ import annotations

import os

import pytest

from tests.simulation.at_rest import Rest
from tests.simulation.world import World

FIRST = int(os.environ.get("PRIVACY_FIRST_WORLD", "0"))
WORLDS = int(os.environ.get("PRIVACY_WORLDS", "20"))
ACTS = 25


@pytest.mark.parametrize("seed", range(FIRST, FIRST + WORLDS))
def test_in_the_end_mailchimp_has_whom_it_may_have_and_nothing_that_anybody_said_is_lost(seed: int) -> None:
    world = World(seed)
    world.live(ACTS)
    world.comes_to_rest()
    assert Rest(world).wrong() == []


def test_the_worlds_are_not_empty() -> None:
    """Or else they prove nothing: all that can happen does, and our workers have changed Mailchimp in every way."""
    happened: set[str] = set()
    called: set[str] = set()
    for seed in range(FIRST, FIRST + 8):
        world = World(seed)
        world.live(ACTS)
        world.comes_to_rest()
        happened |= {act.kind for act in world.acts}
        called |= {call for call, _, _ in world.mailchimp.calls}
    assert happened >= {"granted", "refused", "unticked", "bought", "owner"}
    assert called == {"subscribe", "unsubscribe", "archive"}
