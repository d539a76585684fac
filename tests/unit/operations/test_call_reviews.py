"""On the day on which a hold is to be looked at again, and each working day after it, the DPO gets a letter (A23)."""

from __future__ import annotations

from datetime import date

from privacy.domain.letter import Language, Letter
from privacy.domain.request_effects import To, owed
from privacy.domain.request_fold import fold
from privacy.operations.letters.letter_of_effect import letter_of, writing
from privacy.operations.notices.call_reviews import call_reviews
from privacy.operations.requests.list_requests import list_requests
from privacy.operations.requests.watch_deadlines import Watch
from privacy.ports.retention import LegalHold
from tests.fakes import MemoryRequests
from tests.requesting import POLICY
from tests.telling import at

HOLD = LegalHold("person-1", "legal", "claim 17", "anne", at("2026-11-22T23:30"), date(2027, 3, 5))


def called(log: MemoryRequests, when: str, *holds: LegalHold) -> list[LegalHold]:
    return [*call_reviews(holds or [HOLD], log=log, periods=POLICY.periods, now=at(when))]


def test_the_review_is_called_once_on_its_day_and_each_working_day_until_it_was_moved() -> None:
    log = MemoryRequests()
    assert called(log, "2027-03-04T08:00") == []
    assert called(log, "2027-03-05T08:00") == [HOLD]
    assert called(log, "2027-03-05T08:05") == []
    assert called(log, "2027-03-06T08:00") == [], "a Saturday"
    assert called(log, "2027-03-08T08:00") == [HOLD]
    moved = HOLD._replace(review_on=date(2027, 6, 1))
    assert called(log, "2027-03-09T08:00", moved) == []
    other = HOLD._replace(kind="restriction")
    assert called(log, "2027-03-09T08:00", HOLD, other) == [HOLD, other]
    assert len(log.cases) == 4


def test_the_letter_goes_to_the_dpo_and_names_nobody() -> None:
    log = MemoryRequests()
    called(log, "2027-03-05T08:00")
    ((id_, _),) = log.cases.items()
    request = fold(id_, log.steps(id_))
    (effect,) = owed(request)
    assert (effect.to, letter_of(effect)) == (To.DPO, Letter.NOTICE_HOLD)
    letter = writing(request, effect, Language.FR)
    assert letter.values == {"held_since": date(2026, 11, 23), "review_on": date(2027, 3, 5)}
    stored = repr((log.cases, log.summaries))
    for said in ("person-1", "claim 17", "'anne'"):
        assert said not in stored


def test_a_call_is_no_case_nobody_lists_or_watches_it_and_it_goes_by_itself() -> None:
    log = MemoryRequests()
    called(log, "2027-03-05T08:00")
    ((id_, summary),) = log.summaries.items()
    now = at("2027-03-08T08:00")
    page = list_requests(log, now, everything=True, after=None)
    while page["after"]:
        assert page["requests"] == []
        page = list_requests(log, now, everything=True, after=page["after"])
    assert page["requests"] == []
    assert [*Watch(log, POLICY.periods, now).cases()] == []
    assert summary["due_on"] == "2027-04-04"
    assert id_.startswith("RV-")


def test_a_review_that_was_called_goes_with_its_letter() -> None:
    from tests.unit.operations.test_purge_case import Office

    office = Office()
    called(office.log, "2027-03-05T08:00")
    (id_,) = office.log.cases
    assert office.purges("2027-04-03", id_=id_) == {}
    assert office.purges("2027-04-04", id_=id_) == {"R24": 1}
    assert (office.log.cases, office.log.summaries) == ({}, {})
