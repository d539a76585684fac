"""What an erasure leaves in the archive, and until which day (A13, A23, E97-E100)."""

from __future__ import annotations

from datetime import date

import pytest

from privacy.domain.erasure import Held, Piece, archived_stays
from privacy.domain.purge import Keeper
from tests.requesting import POLICY
from tests.telling import at

ENDS = date(2030, 5, 11)
DELIVERED = Piece("handover", ENDS, "stripe_payment#pi_1")
LEGAL = Keeper("legal", None, at("2029-01-01"))


@pytest.mark.parametrize("keepers", [(), (LEGAL,)])
def test_what_the_law_keeps_stays_through_its_last_day_whoever_else_keeps_it(
    keepers: tuple[Keeper, ...],
) -> None:
    stays = archived_stays(DELIVERED, Held(date(2030, 5, 10), keepers=keepers), POLICY)
    assert stays is not None
    assert (stays.ground, stays.until, stays.by) == ("17(3)(b), (e)", date(2030, 5, 10), "")


def test_what_something_keeps_beyond_the_law_s_last_day_names_no_day_that_is_over() -> None:
    stays = archived_stays(DELIVERED, Held(ENDS, keepers=[LEGAL]), POLICY)
    assert stays is not None
    assert (stays.ground, stays.until, stays.by) == ("17(3)(e)", None, "legal")


def test_what_nothing_keeps_beyond_the_law_s_last_day_goes_with_the_erasure() -> None:
    other = Keeper("dispute", "stripe_payment#pi_2", at("2029-01-01"))
    assert archived_stays(DELIVERED, Held(ENDS), POLICY) is None
    assert archived_stays(DELIVERED, Held(ENDS, keepers=[other]), POLICY) is None
