"""Whatever people, owners, providers and our own workers do at once: in the end everybody has what they chose.

A world is one seed: some acts of a few people, told late, twice, in no order or never, while workers who know what was
true a moment ago interrupt one another at every call and die. More of them:

    PRIVACY_WORLDS=5000 PRIVACY_FIRST_WORLD=100 python -m pytest tests/simulation
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.simulation.living import worlds_of

WORLDS = int(os.environ.get("PRIVACY_WORLDS", "24"))


@pytest.fixture(scope="module")
def worlds() -> list[dict[str, Any]]:
    """What became of them, with the order of sets fixed: a seed is the same world every time."""
    return worlds_of("tests.simulation", WORLDS)


def test_in_the_end_mailchimp_has_whom_it_may_have_and_nothing_that_anybody_said_is_lost(
    worlds: list[dict[str, Any]],
) -> None:
    assert {world["seed"]: world["wrong"] for world in worlds if world["wrong"]} == {}


def test_the_worlds_are_not_empty(worlds: list[dict[str, Any]]) -> None:
    """Or else they prove nothing: all that can happen does, and our workers change Mailchimp in every way."""
    happened = {kind for world in worlds for kind in world["acts"]}
    assert happened >= {"granted", "refused", "complained", "unticked", "bought", "owner", "moved"}
    calls = {call for world in worlds for call in world["calls"]}
    assert calls == {"subscribe", "unsubscribe", "archive", "delete_permanently"}
    assert sum(world["erased"] for world in worlds) > len(worlds) / 5
