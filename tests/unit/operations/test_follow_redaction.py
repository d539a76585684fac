"""A redaction that is owed, night after night: what Stripe may answer, and what is done then (G24, R38)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

import pytest

from privacy import policy
from privacy.domain.projection import Pointer
from privacy.domain.redaction import Redaction
from privacy.operations.retention import follow_redaction as follow
from privacy.operations.retention.follow_redaction import Following
from privacy.ports import ProviderUnavailable
from privacy.ports.redactions import Job, JobRefused, NothingThere, ObjectsTaken
from tests.fakes import MemoryLedger, MemoryPeople, MemoryRedactions
from tests.telling import at

POLICY = policy.load()
KEY = ("redaction#ab12", "1")
PAYMENT = "stripe_payment#pi_1"


class Jobs:
    """RedactionJobs. next_: what a job becomes at the next look; does: what was asked, in order."""

    def __init__(self) -> None:
        self.held: dict[str, Job] = {}
        self.named: dict[str, tuple[str, ...]] = {}
        self.gone: set[str] = set()
        self.did: list[str] = []
        self.fails: dict[str, Exception] = {}

    def create(self, redaction: Redaction) -> Job:
        self._does("create")
        if not self.gone.isdisjoint(redaction.objects):
            raise NothingThere
        made = Job(f"prj_{len(self.held) + 1}", "validating")
        self.held[made.id], self.named[made.id] = made, redaction.objects
        return made

    def get(self, job: str) -> Job | None:
        return self.held.get(job)

    def find(self, redaction: Redaction) -> Job | None:
        self._does("find")
        for name, job in self.held.items():
            if job.status not in {"failed", "canceled"} and {*self.named[name]} & {*redaction.objects}:
                return job._replace(objects=frozenset(self.named[name]))
        return None

    def there(self, name: str) -> bool:
        return name not in self.gone

    def run(self, job: str) -> None:
        self._does("run")
        self.held[job] = Job(job, "redacting")

    def mend(self, job: str) -> None:
        self._does("mend")
        self.held[job] = Job(job, "validating")

    def cancel(self, job: str) -> None:
        self._does("cancel")
        self.held[job] = Job(job, "canceled")

    def becomes(self, status: str, *errors: str, job: str = "prj_1") -> None:
        self.held[job] = Job(job, status, frozenset(errors))

    def _does(self, what: str) -> None:
        self.did.append(what)
        if what in self.fails:
            raise self.fails[what]


class Office:
    def __init__(self, *objects: str) -> None:
        self.owed, self.jobs = MemoryRedactions(), Jobs()
        self.people = MemoryPeople(MemoryLedger())
        self.on = True
        self.now = at("2026-11-23T02:30")
        self.told: list[tuple[str, str]] = []
        self.receipts: list[Mapping[str, int]] = []
        today = date(2026, 11, 22)
        self.owed.owe(Redaction("ab12", 1, objects or ("pi_1",), today, today + timedelta(days=1)))

    def night(self, *, days: int = 1) -> None:
        """This night's look; then so many days pass."""
        by = Following(
            owed=self.owed,
            jobs=lambda: self.jobs,
            people=self.people,
            policy=POLICY,
            on=self.on,
            told=lambda job, why: self.told.append((job, why)),
            now=lambda: self.now,
        )
        try:
            by.follow(KEY, self.receipts.append)
        finally:
            self.now += timedelta(days=days)

    @property
    def item(self) -> Redaction:
        found = self.owed.get(KEY)
        assert found is not None
        return found

    @property
    def waits(self) -> int:
        """Days from the night that was to the next look."""
        return (self.item.due_on - (self.now.date() - timedelta(days=1))).days


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_step_a_night_until_stripe_has_done_it(office: Office) -> None:
    office.night()
    assert (office.item.job, office.item.asked, office.waits) == ("prj_1", 1, 1)
    office.night()  # it still validates
    office.jobs.becomes("ready")
    office.night()
    office.night()  # it still redacts
    assert office.receipts == []
    office.jobs.becomes("succeeded")
    office.night()
    assert office.owed.held == {}
    assert office.jobs.did == ["create", "run"]
    assert office.receipts == [{"R38": 1}]
    assert office.told == []


def test_before_its_day_and_twice_in_a_night_nothing_is_done(office: Office) -> None:
    office.now = at("2026-11-22T02:30")
    office.night(days=1)
    assert office.jobs.did == []
    office.night(days=0)
    office.jobs.becomes("ready")
    office.night(days=0)
    assert office.jobs.did == ["create"]


@pytest.mark.parametrize("pointer", [Pointer("p9"), Pointer(None, ("p9",)), Pointer(None, (), shared=True)])
@pytest.mark.parametrize("job", ["", "ready"])
def test_what_anybody_holds_here_is_neither_asked_for_nor_run(
    office: Office, pointer: Pointer, job: str
) -> None:
    if job:
        office.night()
        office.jobs.becomes(job)
    before = [*office.jobs.did]
    office.people.found[PAYMENT] = pointer
    office.night()
    assert (office.jobs.did, office.waits) == (before, 7)
    del office.people.found[PAYMENT]
    office.now = at(office.item.due_on.isoformat())
    office.night()
    assert office.jobs.did[-1] == ("run" if job else "create")


def test_switched_off_what_is_owed_waits_and_what_was_asked_for_too(office: Office) -> None:
    office.night()
    office.jobs.becomes("ready")
    office.on = False
    office.night()
    assert (office.jobs.did, office.waits) == (["create"], 30)


def test_that_it_is_asked_for_is_written_down_before(office: Office) -> None:
    office.jobs.fails["create"] = ProviderUnavailable()
    with pytest.raises(ProviderUnavailable):
        office.night(days=0)
    assert (office.item.asked, office.item.job) == (1, "")
    # it was made all the same
    office.jobs.fails.clear()
    office.jobs.held["prj_7"], office.jobs.named["prj_7"] = Job("prj_7", "validating"), ("pi_1",)
    office.night()
    assert office.jobs.did == ["create", "find"]
    assert office.item.job == "prj_7"


def test_whoever_comes_later_than_it_was_due_looks_first(office: Office) -> None:
    """A restored table says that nothing was asked for."""
    office.jobs.held["prj_7"], office.jobs.named["prj_7"] = Job("prj_7", "succeeded"), ("pi_1",)
    office.now += timedelta(days=3)
    office.night()
    office.night()
    assert "create" not in office.jobs.did
    assert office.owed.held == {}


def test_a_job_made_by_hand_that_names_the_same_is_followed_instead(office: Office) -> None:
    office.jobs.fails["create"] = ObjectsTaken()
    office.jobs.held["prj_7"], office.jobs.named["prj_7"] = Job("prj_7", "ready"), ("pi_1",)
    office.night()
    assert (office.item.job, office.told) == ("prj_7", [])


@pytest.mark.parametrize("status", ["validating", "ready", "redacting"])
@pytest.mark.parametrize("named", [("pi_1", "pi_8"), ("pi_1",)])
def test_a_job_that_names_somebody_else_s_or_less_is_never_run_here(
    named: tuple[str, ...], status: str
) -> None:
    """What of somebody who is still held it names besides could not be brought back."""
    office = Office("pi_1", "pi_2")
    office.jobs.fails["create"] = ObjectsTaken()
    office.jobs.held["prj_7"], office.jobs.named["prj_7"] = Job("prj_7", status), named
    office.night()
    assert (office.item.job, office.told, office.waits) == ("", [("prj_7", follow.TAKEN)], 7)
    office.jobs.becomes("ready", job="prj_7")
    office.now = at(office.item.due_on.isoformat())
    office.night()
    assert "run" not in office.jobs.did


def test_what_a_job_made_by_hand_did_is_left_out_and_the_rest_is_still_owed() -> None:
    office = Office("pi_1", "pi_2")
    office.jobs.held["prj_7"], office.jobs.named["prj_7"] = Job("prj_7", "succeeded"), ("pi_1", "pi_8")
    office.now += timedelta(days=3)
    office.night()
    assert (office.item.objects, office.item.job) == (("pi_2",), "")
    office.night()
    assert office.jobs.named["prj_2"] == ("pi_2",)


def test_a_job_that_a_wider_one_locks_out_is_not_given_up_for_it(office: Office) -> None:
    office.night()
    office.jobs.becomes("failed", "locked_by_other_job")
    office.jobs.held["prj_7"], office.jobs.named["prj_7"] = Job("prj_7", "ready"), ("pi_1", "pi_8")
    office.night()
    assert office.jobs.did[-1] == "mend"
    assert office.item.job == "prj_1"


def test_a_job_of_another_s_that_cannot_be_found_is_told(office: Office) -> None:
    office.jobs.fails["create"] = ObjectsTaken()
    office.night()
    assert office.told == [("", follow.TAKEN)]
    assert office.waits == 7


def test_what_failed_is_mended_once_and_then_told_every_week(office: Office) -> None:
    office.night()
    office.jobs.becomes("failed", "invalid_state")
    office.night()
    assert (office.jobs.did[-1], office.told, office.waits) == ("mend", [], 1)
    office.jobs.becomes("failed", "invalid_state", "too_many_objects")
    office.night()
    assert (office.jobs.did[-1], office.waits) == ("mend", 7)
    assert office.told == [("prj_1", "invalid_state too_many_objects")]


def test_a_job_that_another_one_locks_out_makes_way_for_it(office: Office) -> None:
    office.night()
    office.jobs.becomes("failed", "locked_by_other_job")
    office.jobs.held["prj_7"], office.jobs.named["prj_7"] = Job("prj_7", "redacting"), ("pi_1",)
    office.night()
    assert office.jobs.did[-2:] == ["find", "cancel"]
    assert (office.item.job, office.told) == ("prj_7", [])


@pytest.mark.parametrize("job", ["canceled", None])
def test_a_job_that_somebody_cancelled_is_told_and_asked_for_anew(office: Office, job: str | None) -> None:
    office.night()
    if job:
        office.jobs.becomes(job)
    else:
        del office.jobs.held["prj_1"]
    office.night()
    assert office.told == [("prj_1", follow.CANCELLED)]
    assert (office.item.job, office.item.asked, office.waits) == ("", 2, 7)
    office.now = at(office.item.due_on.isoformat())
    office.night()
    assert office.jobs.did[-1] == "create"


def test_a_month_at_the_same_point_is_told_and_waited_for(office: Office) -> None:
    office.night(days=31)
    office.night()
    assert office.told == []
    office.night()
    assert office.told == [("prj_1", follow.STUCK)]
    assert office.waits == 1


@pytest.mark.parametrize("call", ["create", "run", "mend"])
def test_a_refusal_is_told_and_tried_again_in_a_week(office: Office, call: str) -> None:
    office.jobs.fails[call] = JobRefused()
    office.night()
    if call != "create":
        office.jobs.becomes({"run": "ready", "mend": "failed"}[call], "invalid_state")
        office.night()
    assert [why for _, why in office.told] == [follow.REFUSED]
    assert office.waits == 7


def test_what_stripe_has_no_more_is_left_out() -> None:
    office = Office("cs_1", "pi_1")
    office.jobs.gone = {"cs_1"}
    office.night()
    assert (office.item.objects, office.item.asked) == (("pi_1",), 2)
    office.night()
    assert office.jobs.named == {"prj_1": ("pi_1",)}


def test_where_stripe_has_none_of_it_nothing_is_owed(office: Office) -> None:
    office.jobs.gone = {"pi_1"}
    office.night()
    assert office.owed.held == {}


def test_r38_after_a_year_it_is_given_up_and_told(office: Office) -> None:
    office.night(days=363)
    office.jobs.becomes("failed", "invalid_state")
    office.night()
    assert office.told == []
    office.now = at("2027-11-22T02:30")
    office.owed.save(office.item._replace(due_on=date(2027, 11, 22)))
    office.night()
    assert office.told == [("prj_1", follow.GIVEN_UP)]
    assert office.owed.held == {}


@pytest.mark.parametrize(("asked", "told"), [(True, [("prj_1", follow.HELD)]), (False, [])])
def test_what_somebody_has_again_after_a_year_nobody_is_told_to_finish(
    office: Office, asked: bool, told: list[tuple[str, str]]
) -> None:
    if asked:
        office.night()
        office.jobs.becomes("ready")
    office.people.found[PAYMENT] = Pointer("p9")
    office.now = at("2027-11-22T02:30")
    office.owed.save(office.item._replace(due_on=date(2027, 11, 22)))
    office.night()
    assert office.told == told
    assert office.owed.held == {}
    assert "run" not in office.jobs.did


def test_two_workers_on_one_of_them_ask_for_one_job(office: Office) -> None:
    first = partial(office.owed.save, office.item._replace(asked=1))
    create = office.jobs.create

    def overtaken(redaction: Redaction) -> Job:
        raise AssertionError(redaction)

    real = office.owed.get
    office.owed.get = lambda key: (real(key), first())[0]  # type: ignore[method-assign,assignment]
    office.jobs.create = overtaken  # type: ignore[method-assign]
    office.night()
    office.jobs.create = create  # type: ignore[method-assign]
    assert office.jobs.held == {}
