"""The fold depends on the set of facts alone."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from privacy import policy
from privacy.domain.consent import State
from privacy.domain.facts import Fact
from privacy.domain.person import Folding, Person
from tests.worlds import FACTS

POLICY = policy.load()


def fold(facts: list[Fact]) -> dict[str, Person]:
    folding = Folding(POLICY)
    for fact in facts:
        folding.add(fact)
    return folding.people()[1]


@given(FACTS, st.randoms(use_true_random=False))
def test_any_permutation_and_duplication_folds_to_the_identical_people(
    facts: list[Fact], chance: random.Random
) -> None:
    told = [*facts, *chance.sample(facts, chance.randint(0, len(facts)))]
    chance.shuffle(told)
    assert fold(told) == fold(facts)


@given(FACTS)
def test_every_identifier_has_one_owner_and_no_address_joins_another_without_a_merge(
    facts: list[Fact],
) -> None:
    people = fold([f for f in facts if not f.type.startswith("people_")])
    owned = [identifier for person in people.values() for identifier in person.links.owned]
    assert len(owned) == len(set(owned))
    assert all(len(person.links.mailboxes) <= 1 for person in people.values())


@given(FACTS)
def test_consent_in_force_always_has_a_proof_and_nothing_newer_against_it(facts: list[Fact]) -> None:
    for person in fold(facts).values():
        for consent in person.consents:
            if consent.state is State.GRANTED:
                assert consent.proof is not None
                assert consent.proof.form is not None
                assert consent.opted_out is None
            against = [
                f.occurred_at
                for f in facts
                if f.source == "mailchimp"
                and f.group("consent").get("choice") in ("withdrawn", "objected")
                and f.filed_under == consent.email
            ]
            if consent.mailable and against:
                assert consent.last_opt_in is not None
                assert consent.last_opt_in > max(against)
