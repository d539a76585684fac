"""Whatever people, machines, operators, SES and our workers do at once: no message is lost, and none answered twice.

A world is one seed: some mails of a few people, told late, twice or never, and what operators decide meanwhile, while
workers who know what was true a moment ago interrupt one another at every call and die. More of them:

    PRIVACY_MAIL_WORLDS=2000 PRIVACY_FIRST_WORLD=100 python -m pytest tests/simulation/test_mail_races.py

They were tried on code that was broken on purpose, and show within some hundred seeds: no causes, no fingerprints, tags
that authorise, senders' cases not counted, letters sent before they are claimed, claims given back on a lost answer or
by another worker, letters that go again for ever or newly written, any letter going again, contradictions ignored, a
sweep without mails, cases or claims, acknowledgements every time, steps without a version, summaries of before,
refusals without a fact or with two, card numbers that stay, machines taken for people, first receipts that are lost.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.simulation.living import worlds_of

WORLDS = int(os.environ.get("PRIVACY_MAIL_WORLDS", "30"))


@pytest.fixture(scope="module")
def worlds() -> list[dict[str, Any]]:
    """What became of them, with the order of sets fixed: a seed is the same world every time."""
    return worlds_of("tests.simulation.mail_worlds", WORLDS)


def test_in_the_end_every_mail_has_its_place_and_every_letter_went_once(worlds: list[dict[str, Any]]) -> None:
    """What must be true then stands in mail_at_rest.py."""
    assert {world["seed"]: world["wrong"] for world in worlds if world["wrong"]} == {}


def test_the_worlds_of_mail_are_not_empty(worlds: list[dict[str, Any]]) -> None:
    """Or else they prove nothing: everybody writes, everything becomes of it, and SES does its worst."""

    def happened(name: str) -> set[str]:
        return {each for world in worlds for each in world[name]}

    assert happened("became") == {"case", "joined", "copy", "machine", "bounce", "known"}
    assert happened("ses") == {"taken", "lost", "throttled", "rejected"}
    assert happened("kinds") >= {"request", "stop", "again", "copy", "both", "reply", "stranger", "machine"}
    assert happened("decided") >= {"exercise", "put_away", "add", "merge", "send_again", "move"}
    assert sum(world["letters"] for world in worlds) > 2 * len(worlds)
