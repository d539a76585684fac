"""The mornings' letters to the DPO that belong to no case: breaches, holds, gaps of the register (G36, P29)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from privacy.domain.breach import Breach, Did, Entry, add, opened
from privacy.domain.gaps import Gap
from privacy.domain.letter import Language, Letter
from privacy.domain.request_effects import To, owed
from privacy.domain.request_fold import fold
from privacy.operations.letters.compose_letter import Gaps
from privacy.operations.letters.letter_of_effect import letter_of, writing
from privacy.operations.notices.call_breaches import begun
from privacy.operations.notices.call_dpo import Call, Calls
from privacy.ports.retention import LegalHold
from tests.fakes import MemoryRequests
from tests.requesting import POLICY
from tests.telling import at

KNOWN = at("2027-03-05T08:00")  # a Friday
BREACH = opened("BR-4F1D2A90", Entry(Did.OPENED, KNOWN, "alix", "c1", "a list was lost", KNOWN))
GAP = Gap("contract", "Stripe Payments Europe, Limited")
HOLD = LegalHold("person-1", "legal", "claim 17", "anne", at("2026-11-22T23:30"), date(2027, 3, 5))


def settled(*did: Did) -> Breach:
    found = BREACH
    for number, one in enumerate(did):
        entry = Entry(one, KNOWN, "alix", f"d{number}", "…", KNOWN, reference="CNIL 1")
        found = add(found, entry, 72)
    return found


def called(
    log: MemoryRequests,
    when: str,
    *breaches: Breach,
    gaps: tuple[Gap, ...] = (),
    holds: tuple[LegalHold, ...] = (),
) -> list[Call]:
    calls = Calls(lambda: holds, lambda: breaches, lambda: gaps, log, POLICY.periods, at(when))
    return [*calls.begin()]


def test_g36_a_breach_calls_every_day_also_on_the_weekend_and_says_when_it_is_overdue() -> None:
    log = MemoryRequests()
    assert begun(BREACH, log=log, periods=POLICY.periods, now=KNOWN)
    assert called(log, "2027-03-05T08:30", BREACH) == [], "the letter of that day went at the opening"
    assert called(log, "2027-03-06T08:30", BREACH) == [Call.BREACH]
    assert called(log, "2027-03-06T08:35", BREACH) == []
    assert called(log, "2027-03-07T08:30", BREACH) == [Call.BREACH]
    assert called(log, "2027-03-08T08:30", BREACH) == [Call.BREACH_OVERDUE]
    assert called(log, "2027-03-09T08:30", BREACH) == [Call.BREACH_OVERDUE]


@pytest.mark.parametrize("did", [Did.TOLD_AUTHORITY, Did.NO_RISK])
def test_once_the_authority_is_settled_what_is_open_comes_back_on_mondays(did: Did) -> None:
    log, breach = MemoryRequests(), settled(did)
    days = [f"2027-03-{day:02}T08:30" for day in range(6, 20)]
    assert [when[8:10] for when in days if called(log, when, breach)] == ["08", "15"]


def test_a_closed_breach_calls_nobody() -> None:
    assert called(MemoryRequests(), "2027-03-08T08:30", settled(Did.NO_RISK, Did.CLOSED)) == []


def test_the_letter_of_a_breach_says_which_since_when_and_until_when_and_goes_to_the_dpo() -> None:
    log = MemoryRequests()
    called(log, "2027-03-06T08:30", BREACH)
    ((id_, _),) = log.cases.items()
    request = fold(id_, log.steps(id_))
    (effect,) = owed(request)
    assert (effect.to, letter_of(effect)) == (To.DPO, Letter.NOTICE_BREACH)
    assert writing(request, effect, Language.FR).values == {
        "breach": "BR-4F1D2A90",
        "aware_at": KNOWN,
        "due_at": KNOWN + timedelta(hours=72),
    }
    assert "a list was lost" not in repr((log.cases, log.summaries))


def test_p29_the_first_working_day_of_a_month_brings_the_list_of_gaps_once() -> None:
    log = MemoryRequests()
    mornings = [f"2027-05-{day:02}T08:30" for day in range(1, 32)]
    told = [when[8:10] for when in mornings if called(log, when, gaps=(GAP,))]
    assert told == ["03"], "1 May is a holiday and a Saturday"
    assert called(log, "2027-06-01T08:30", gaps=(GAP,)) == [Call.GAPS]
    assert called(log, "2027-07-01T08:30") == [], "nothing is missing"


def test_a_month_whose_letters_record_has_gone_gets_no_second_list() -> None:
    """R24: it goes after thirty days, which may be within the month."""
    assert called(MemoryRequests(), "2027-01-29T08:30", gaps=(GAP,)) == []


def test_the_letter_lists_the_gaps() -> None:
    log = MemoryRequests()
    called(log, "2027-06-01T08:30", gaps=(GAP,))
    ((id_, _),) = log.cases.items()
    request = fold(id_, log.steps(id_))
    (effect,) = owed(request)
    assert letter_of(effect) == Letter.NOTICE_GAPS
    assert writing(request, effect, Language.EN).values == {"gaps": Gaps((GAP,))}


def test_all_that_a_morning_calls_for_is_called_together() -> None:
    log = MemoryRequests()
    assert called(log, "2027-04-01T08:30", BREACH, gaps=(GAP,), holds=(HOLD,)) == [
        Call.BREACH_OVERDUE,
        Call.REVIEW,
        Call.GAPS,
    ]
    assert called(log, "2027-04-01T08:31", BREACH, gaps=(GAP,), holds=(HOLD,)) == []
