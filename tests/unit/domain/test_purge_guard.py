"""When a day's purge waits for an operator (E153)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from privacy.domain.policy import PurgeGuard
from privacy.domain.purge_guard import Basis, Reason, Sight, Trusted, doubts

GUARD = PurgeGuard(purges_at_most=500, purges_at_most_percent=10, days_apart_at_most=3)
TODAY = date(2026, 11, 22)
BASIS = Basis(TODAY, "policy-1", "3")
TRUSTED = Trusted(TODAY - timedelta(days=1), "policy-1", "3")
SIGHT = Sight(due=10, known=1000, history_approved=True, behind=())


def held_for(trusted: Trusted = TRUSTED, **seen: Any) -> set[str]:
    return {*doubts(BASIS, trusted, replace(SIGHT, **seen), GUARD)}


def test_an_ordinary_day_goes_on_by_itself() -> None:
    assert held_for() == set()
    assert held_for(due=0, known=0) == set()
    assert held_for(Trusted()) == set()


def test_nothing_goes_before_the_owner_approved_the_history() -> None:
    assert held_for(history_approved=False) == {"history"}


def test_nothing_goes_while_facts_wait_or_nobody_can_tell() -> None:
    assert held_for(behind=("a-queue",)) == {"backlog"}
    assert held_for(behind=None) == {"backlog_unknown"}


def test_e153_forty_in_a_hundred_at_once_are_a_fault_until_somebody_says_they_are_not() -> None:
    assert held_for(due=400) == {"share"}
    assert held_for(due=100) == set()
    assert held_for(due=101) == {"share"}
    assert held_for(due=501, known=1_000_000) == {"many"}
    assert held_for(due=500, known=1_000_000) == set()
    assert held_for(due=900, known=1000) == {"many", "share"}


def test_e153_two_of_five_are_a_fault_and_one_never_is() -> None:
    assert held_for(due=2, known=5) == {"share"}
    assert held_for(due=1, known=5) == set()
    assert held_for(due=1, known=0) == set()


def test_an_approval_is_for_as_many_as_were_counted_and_not_for_whatever_comes() -> None:
    assert held_for(due=4000, known=10_000, approved=3900) == set()
    assert held_for(due=4000, known=10_000, approved=3000) == {"many"}


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, {"clock"}), (0, set()), (1, set()), (3, set()), (4, {"clock"}), (3650, {"clock"})],
)
def test_a_clock_that_jumps_in_either_direction_is_noticed(days: int, expected: set[str]) -> None:
    assert held_for(replace(TRUSTED, day=TODAY - timedelta(days=days))) == expected


def test_another_policy_or_another_fold_is_looked_at_first() -> None:
    assert held_for(replace(TRUSTED, policy="policy-0")) == {"policy"}
    assert held_for(replace(TRUSTED, fold="2")) == {"fold"}


def test_a_day_in_doubt_is_never_what_the_next_is_compared_with() -> None:
    jumped = Basis(TODAY + timedelta(days=3650), "policy-2", "4")
    held = doubts(jumped, TRUSTED, SIGHT, GUARD)
    assert held == {Reason.CLOCK, Reason.POLICY, Reason.FOLD}
    after = TRUSTED.after(jumped, held)
    assert after == TRUSTED
    assert doubts(replace(jumped, day=jumped.day + timedelta(days=1)), after, SIGHT, GUARD) == held
    assert TRUSTED.after(jumped, frozenset({Reason.CLOCK})) == Trusted(TRUSTED.day, "policy-2", "4")


def test_what_is_trusted_is_kept_in_plain_words() -> None:
    assert Trusted.read(TRUSTED.written()) == TRUSTED
    assert (Trusted.read({}), Trusted().written()) == (Trusted(), {})
