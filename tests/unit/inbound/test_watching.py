"""The watch's and the sweep's messages: the schedule's call becomes a message a case, and what is found is counted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

import pytest

from privacy import policy
from privacy.domain.breach import Breach, Did, Entry, opened
from privacy.domain.concerns import Concern
from privacy.domain.letter import Language
from privacy.domain.letter_words import reason_in_words
from privacy.inbound import batch, watching
from privacy.operations.notices.call_dpo import Calls
from privacy.operations.requests.sweep_requests import Swept
from privacy.operations.requests.watch_deadlines import Watch
from privacy.ports.retention import LegalHold
from tests.office import Office
from tests.telling import at


class MemoryQueue:
    def __init__(self) -> None:
        self.sent: list[Mapping[str, str]] = []

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        self.sent += bodies


def record(body: object) -> batch.BatchRecord:
    (read,) = batch.records({"Records": [{"messageId": "1", "body": json.dumps(body)}]})
    return read


def counted(capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    return {
        line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"]: line for line in lines if "_aws" in line
    }


def watch(office: Office, when: str) -> Watch:
    return Watch(office.requests, policy.load().periods, at(when))


def calls(office: Office, when: str, *breaches: Breach, holds: tuple[LegalHold, ...] = ()) -> Calls:
    return Calls(
        lambda: holds, lambda: breaches, lambda: (), office.requests, policy.load().periods, at(when)
    )


def nobody() -> Calls:
    return calls(Office(), "2027-03-26T08:00")


def test_the_morning_calls_for_the_review_of_holds_and_counts_them(capfd: pytest.CaptureFixture[str]) -> None:
    office, queue, when = Office(), MemoryQueue(), "2027-03-26T08:00"
    hold = LegalHold("person-1", "legal", "claim 17", "anne", at("2026-11-22"), date(2027, 3, 26))
    watching.look(record({}), watch(office, when), queue, lambda: calls(office, when, holds=(hold,)))
    told = counted(capfd)
    assert set(told) == {"CaseReminded", "RunCompleted"}
    assert told["CaseReminded"]["what"] == "review"
    id_ = office.mailed("access")
    watching.look(record({"request": id_}), watch(office, "2027-03-06T08:00"), queue, _unexpected)


def test_g36_a_breach_of_which_the_authority_was_not_told_in_time_is_counted(
    capfd: pytest.CaptureFixture[str],
) -> None:
    office, known = Office(), at("2027-03-05T08:00")
    breach = opened("BR-4F1D2A90", Entry(Did.OPENED, known, "alix", "c1", "…", known))
    for when, counts in (("2027-03-08T08:00", False), ("2027-03-09T08:00", True)):
        watching.look(record({}), watch(office, when), MemoryQueue(), partial(calls, office, when, breach))
        assert ("BreachOverdue" in counted(capfd)) is counts


def _unexpected() -> Calls:
    raise AssertionError("once a morning, and not for every case")


def test_the_mornings_call_becomes_a_message_for_each_case_that_waits(
    capfd: pytest.CaptureFixture[str],
) -> None:
    office, queue = Office(), MemoryQueue()
    cases = [office.mailed("access"), office.mailed("erasure")]
    watching.look(record({}), watch(office, "2027-03-26T08:00"), queue, nobody)
    assert queue.sent == [{"request": id_} for id_ in cases]
    assert set(counted(capfd)) == {"RunCompleted"}


def test_a_case_that_is_late_raises_the_alarm_and_one_that_is_due_does_not(
    capfd: pytest.CaptureFixture[str],
) -> None:
    office, queue = Office(), MemoryQueue()
    id_ = office.mailed("access")
    watching.look(record({"request": id_}), watch(office, "2027-03-26T08:00"), queue, nobody)
    due = counted(capfd)
    assert (set(due), due["CaseReminded"]["what"]) == ({"CaseReminded"}, "ten_days")
    watching.look(record({"request": id_}), watch(office, "2027-04-06T08:00"), queue, nobody)
    assert set(counted(capfd)) == {"CaseReminded", "RequestOverdue"}
    assert queue.sent == []


def test_a_message_that_is_none_fails_alone() -> None:
    office = Office()
    event = {"Records": [{"messageId": "1", "body": "["}, {"messageId": "2", "body": "{}"}]}
    queue = MemoryQueue()
    answer = batch.each(event, lambda one: watching.look(one, watch(office, "2027-03-26"), queue, nobody))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}


class Hour:
    """A sweep that found what the test says."""

    def __init__(self, found: Swept) -> None:
        self.found = found

    def sweep(self) -> Swept:
        return self.found


def test_what_mailchimp_has_not_done_is_counted_and_what_was_dropped_is_logged(
    capfd: pytest.CaptureFixture[str],
) -> None:
    watching.sweep(record({}), Hour(Swept(cases=2, letters=1, mails=3, unconfirmed=4)))
    out = capfd.readouterr().out
    lines = [json.loads(line) for line in out.splitlines()]
    (log,) = [line for line in lines if "_aws" not in line]
    assert (log["message"], log["cases"], log["letters"], log["mails"]) == ("swept", 2, 1, 3)
    assert [line["ObjectionUnconfirmed"] for line in lines if "ObjectionUnconfirmed" in line] == [[4.0]]


def test_a_quiet_hour_counts_that_it_was_and_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    watching.sweep(record({}), Hour(Swept(cases=0, letters=0, mails=0, unconfirmed=0)))
    assert set(counted(capfd)) == {"RunCompleted"}


@pytest.mark.parametrize("concern", list(Concern))
def test_every_concern_has_words_in_the_letter_to_the_dpo(concern: Concern) -> None:
    for language in Language:
        assert reason_in_words(concern.value, language) != concern.value
