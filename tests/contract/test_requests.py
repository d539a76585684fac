"""Cases and raw mail, in memory and in AWS, are held to the same behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import boto3
import pytest
from moto import mock_aws

from privacy.domain.request_steps import AUTO, By, Kind, Step
from privacy.outbound.dynamodb import from_wire
from privacy.outbound.dynamodb_cases import DynamoCases
from privacy.outbound.dynamodb_requests import DynamoRequests
from privacy.outbound.s3_mail import S3Mail
from privacy.ports import (
    AcknowledgedToday,
    AlreadyCaused,
    Appending,
    Caused,
    MailStore,
    RequestConflict,
    RequestLog,
)
from privacy.ports.retention import CaseRemover
from tests.fakes import MemoryCases, MemoryMail, MemoryRequests
from tests.tables import empty_table
from tests.telling import at, email

NAMES: dict[str, Any] = {"region_name": "eu-west-3", "aws_access_key_id": "x", "aws_secret_access_key": "x"}


@pytest.fixture(params=["memory", "dynamodb"])
def log(request: pytest.FixtureRequest) -> Iterator[RequestLog]:
    if request.param == "memory":
        yield MemoryRequests()
        return
    with _tables() as client:
        yield DynamoRequests(client, "requests")


@contextmanager
def _tables() -> Iterator[Any]:
    with mock_aws():
        yield empty_table(
            "requests", **{name: (f"{name}_shard", f"{name}_{end}") for name, end in INDEXES.items()}
        )


INDEXES = {"deadline": "on", "owed": "since", "due": "on"}


def appending(
    case: str, *steps: Kind | Step, after: int = 0, when: str = "2026-11-22T10:00", **more: Any
) -> Appending:
    taken = tuple(s if isinstance(s, Step) else Step(s, at(when)) for s in steps or (Kind.RECEIVED,))
    summary = {
        "version": after + len(taken),
        "state": "open",
        "received_at": at(when).isoformat(),
        "rights": ["access"],
        "deadline_shard": "open",
        "deadline_on": "2026-12-22",
        **more.pop("summary", {}),
    }
    return Appending(case, taken, after, summary, **more)


def test_steps_come_back_as_they_were_taken_in_their_order(log: RequestLog) -> None:
    received = Step(
        Kind.RECEIVED,
        at("2026-11-22T10:00:01"),
        AUTO,
        "mail1",
        {"mail": "mail1", "unread": ("part 2",), "spam": False, "size": 3, "name": "", "dmarc": None},
    )
    noted = Step(Kind.NOTED, at("2026-11-22T11:00"), By("staff", "benoit"), "command1", {"text": "Élan"})
    log.append(appending("IM-2026-000001", received, noted))
    later = [
        Step(Kind.FLAGGED, at("2026-11-23"), said={"flag": "minor", "reason": f"r{n}"}) for n in range(12)
    ]
    log.append(appending("IM-2026-000001", *later, after=2))
    assert log.steps("IM-2026-000001") == (received, noted, *later)
    assert not log.steps("IM-2026-000002")


def test_whoever_appends_to_a_case_that_moved_meanwhile_changes_nothing(log: RequestLog) -> None:
    log.append(appending("IM-2026-000001"))
    log.append(appending("IM-2026-000001", Kind.UNDERSTOOD, after=1))
    for lost in (
        appending("IM-2026-000001", Kind.CLOSED, after=1, causes=frozenset({"command"})),
        appending("IM-2026-000001", Kind.CLOSED, after=3, causes=frozenset({"command"})),
        appending("IM-2026-000001", Kind.CLOSED, causes=frozenset({"command"})),
    ):
        with pytest.raises(RequestConflict):
            log.append(lost)
    assert [step.kind for step in log.steps("IM-2026-000001")] == [Kind.RECEIVED, Kind.UNDERSTOOD]
    assert log.caused("command") is None


def test_a_cause_makes_one_case_and_says_which(log: RequestLog) -> None:
    log.append(appending("IM-2026-000001", causes=frozenset({"mail1", "message-abc"})))
    assert log.caused("mail1") == log.caused("message-abc") == Caused("IM-2026-000001")
    with pytest.raises(AlreadyCaused, match=r"^message-abc$"):
        log.append(appending("IM-2026-000002", causes=frozenset({"mail2", "message-abc"})))
    assert not log.steps("IM-2026-000002")
    assert log.caused("mail2") is None
    # a mail that came again while its case moved on has caused something; that the case moved says less
    with pytest.raises(AlreadyCaused, match=r"^mail1$"):
        log.append(appending("IM-2026-000001", after=5, causes=frozenset({"mail1"})))


def test_what_was_set_aside_says_why_and_makes_no_case_later(log: RequestLog) -> None:
    log.set_aside("mail1", "auto_reply", at("2026-11-22"), date(2026, 12, 6))
    assert log.caused("mail1") == Caused("", "auto_reply")
    with pytest.raises(AlreadyCaused):
        log.set_aside("mail1", "list", at("2026-11-23"), date(2026, 12, 7))
    with pytest.raises(AlreadyCaused):
        log.append(appending("IM-2026-000001", causes=frozenset({"mail1"})))
    assert log.caused("mail1") == Caused("", "auto_reply")


def test_a_senders_cases_are_found_the_latest_first_whichever_identifier_they_were_filed_under(
    log: RequestLog,
) -> None:
    old, new = email(), "email#0#older"
    for day, sender in (("2026-11-20", old), ("2026-11-22", new), ("2026-11-21", old)):
        log.append(appending(f"IM-{day}", when=day, senders=log.cases_of([sender])))
    assert log.of_sender([old, new], 2) == ["IM-2026-11-22", "IM-2026-11-21"]
    assert log.of_sender([old], 5) == ["IM-2026-11-21", "IM-2026-11-20"]
    assert log.of_sender(["email#1#nobody"], 5) == []


def test_of_two_mails_of_a_sender_at_once_the_second_is_decided_again(log: RequestLog) -> None:
    for number in (1, 3):
        seen = log.cases_of([email(), "email#1#other"])
        log.append(appending(f"IM-{number}", senders=seen))
        with pytest.raises(RequestConflict):
            log.append(appending(f"IM-{number + 1}", senders={email(): seen[email()]}))
    assert log.cases_of([email(), "email#1#nobody"]) == {email(): 2, "email#1#nobody": 0}
    assert sorted(log.of_sender([email()], 9)) == ["IM-1", "IM-3"]
    assert not log.steps("IM-2")


def test_e48_a_sender_is_acknowledged_once_in_24_hours(log: RequestLog) -> None:
    ack: dict[str, Any] = {"acknowledges": email()}
    log.append(appending("IM-1", when="2026-11-22T10:00", **ack))
    with pytest.raises(AcknowledgedToday):
        log.append(appending("IM-2", when="2026-11-23T09:59", **ack))
    assert not log.steps("IM-2")
    log.append(appending("IM-3", when="2026-11-22T10:01", acknowledges="email#1#another"))
    log.append(appending("IM-2", when="2026-11-23T10:00", **ack))
    with pytest.raises(AcknowledgedToday):
        log.append(appending("IM-4", when="2026-11-23T10:01", **ack))


def test_cases_are_listed_by_their_day_page_by_page_and_leave_the_list_with_their_shard(
    log: RequestLog,
) -> None:
    for number, day in enumerate(("2026-12-03", "2026-12-01", "2026-12-02"), 1):
        log.append(appending(f"IM-{number}", summary={"deadline_on": day}))
    first = log.listed("open", None, 2)
    second = log.listed("open", first.after, 2)
    assert [case for case, _ in (*first.summaries, *second.summaries)] == ["IM-2", "IM-3", "IM-1"]
    assert second.after is None
    assert log.listed("open", None, 1, newest_first=True).summaries[0][0] == "IM-1"
    shown = dict(first.summaries)["IM-2"]
    assert (shown["rights"], shown["version"], shown.keys() & {"deadline_shard", "pk"}) == (
        ["access"],
        1,
        set(),
    )
    log.append(appending("IM-2", Kind.CLOSED, after=1, summary={"deadline_shard": "ended"}))
    assert [case for case, _ in log.listed("open", None, 9).summaries] == ["IM-3", "IM-1"]
    assert [case for case, _ in log.listed("ended", None, 9).summaries] == ["IM-2"]


def test_what_is_owed_is_found_the_longest_first_until_it_is_not(log: RequestLog) -> None:
    def owing(since: str) -> dict[str, str]:
        return {"owed_shard": "owed", "owed_since": at(since).isoformat()}

    log.append(appending("IM-1", summary=owing("2026-11-22T10:00")))
    log.append(appending("IM-2", summary=owing("2026-11-22T09:00")))
    log.append(appending("IM-3"))
    assert log.owed(at("2026-11-22T10:00"), 9) == ["IM-2"]
    assert log.owed(at("2026-11-23"), 9) == ["IM-2", "IM-1"]
    assert log.owed(at("2026-11-23"), 1) == ["IM-2"]
    log.append(appending("IM-2", Kind.CLOSED, after=1))
    assert log.owed(at("2026-11-23"), 9) == ["IM-1"]


def test_what_has_to_go_with_a_case_is_found_from_its_steps() -> None:
    with mock_aws():
        client = empty_table("requests")
        log = DynamoRequests(client, "requests")
        log.append(
            appending(
                "IM-1",
                Kind.RECEIVED,
                Kind.UNDERSTOOD,
                causes=frozenset({"mail1", "message-abc"}),
                senders={email(): 0},
            )
        )
        log.append(appending("IM-1", Kind.NOTED, after=2, causes=frozenset({"command"})))
        items = [from_wire(item) for item in client.scan(TableName="requests")["Items"]]
    steps = [item for item in items if item["sk"].startswith("step#")]
    keys = {f"cause#{cause}" for item in steps for cause in item.get("causes", ())}
    keys |= {f"sender#{sender}" for item in steps for sender in item.get("senders", ())}
    assert keys == {item["pk"] for item in items} - {"request#IM-1"}


# --- taken apart


@pytest.fixture(params=["memory", "dynamodb"])
def purged(request: pytest.FixtureRequest) -> Iterator[tuple[RequestLog, CaseRemover]]:
    """A log of cases, and whoever takes them apart."""
    if request.param == "memory":
        memory = MemoryRequests()
        yield memory, MemoryCases(memory)
        return
    with _tables() as client:
        yield DynamoRequests(client, "requests"), DynamoCases(client, "requests")


def test_a_case_is_read_whole_and_taken_apart_piece_by_piece(purged: tuple[RequestLog, CaseRemover]) -> None:
    log, cases = purged
    first = {"causes": frozenset({"mail1", "message-abc"}), "senders": {email(): 0}}
    log.append(appending("IM-1", Kind.RECEIVED, Kind.UNDERSTOOD, **first))
    stamp = {"due_shard": "request#1", "due_on": "2026-12-22"}
    more = [Step(Kind.NOTED, at("2026-11-23"), said={"text": f"n{n}"}) for n in range(30)]
    log.append(appending("IM-1", *more, after=2, causes=frozenset({"command-1"}), summary=stamp))
    filed = cases.filed("IM-1")
    assert (sorted(filed.steps), filed.version, filed.due_on) == ([*range(1, 33)], 32, date(2026, 12, 22))
    assert (filed.causes, filed.senders) == ({"mail1", "message-abc", "command-1"}, {email()})
    assert filed.steps[2].kind is Kind.UNDERSTOOD
    for _ in range(2):
        cases.drop_causes(filed.causes)
        cases.drop_steps("IM-1", range(1, 32))
    assert log.caused("mail1") is log.caused("command-1") is None
    assert log.steps("IM-1") == (more[-1],)
    assert cases.restamp("IM-1", 32, date(2032, 11, 2))
    assert not cases.restamp("IM-1", 31, date(2033, 11, 2))
    assert cases.filed("IM-1").due_on == date(2032, 11, 2)
    assert not cases.drop_summary("IM-1", 31)
    cases.drop_steps("IM-1", [32])
    assert cases.drop_summary("IM-1", 32)
    assert cases.drop_summary("IM-1", 32)
    assert cases.filed("IM-1") == ({}, frozenset(), frozenset(), 0, None)
    assert not cases.restamp("IM-1", 32, date(2033, 11, 2))


def test_a_sender_is_forgotten_with_the_last_of_their_cases(purged: tuple[RequestLog, CaseRemover]) -> None:
    log, cases = purged
    for number, day in ((1, "2026-11-20"), (2, "2026-11-21")):
        seen = log.cases_of([email(), "email#1#other"])
        log.append(appending(f"IM-{number}", when=day, senders=seen, acknowledges=email()))
    cases.drop_sender(email(), "IM-1")
    cases.drop_sender(email(), "IM-1")
    assert log.of_sender([email()], 9) == ["IM-2"]
    with pytest.raises(AcknowledgedToday):
        log.append(appending("IM-3", when="2026-11-21T09:00", acknowledges=email()))
    cases.drop_acknowledgement(email(), at("2026-11-21"))
    with pytest.raises(AcknowledgedToday):
        log.append(appending("IM-3", when="2026-11-21T09:00", acknowledges=email()))
    cases.drop_sender(email(), "IM-2")
    cases.drop_sender(email(), "IM-2")
    assert log.of_sender([email()], 9) == []
    assert log.cases_of([email(), "email#1#other"]) == {email(): 0, "email#1#other": 2}
    log.append(appending("IM-3", when="2026-11-21T09:00", acknowledges=email(), senders={email(): 0}))


def test_that_somebody_was_acknowledged_is_forgotten_after_its_day(
    purged: tuple[RequestLog, CaseRemover],
) -> None:
    log, cases = purged
    log.append(appending("IM-1", when="2026-11-20T10:00", acknowledges=email()))
    cases.drop_acknowledgement(email(), at("2026-11-20T11:00"))
    cases.drop_acknowledgement(email(), at("2026-11-20T11:00"))
    log.append(appending("IM-2", when="2026-11-20T12:00", acknowledges=email()))


def test_only_what_made_no_case_was_set_aside(purged: tuple[RequestLog, CaseRemover]) -> None:
    log, cases = purged
    log.set_aside("mail1", "auto_reply", at("2026-11-22"), date(2026, 12, 6))
    log.append(appending("IM-1", causes=frozenset({"mail2"})))
    assert [cases.set_aside(mail) for mail in ("mail1", "mail2", "mail3")] == [date(2026, 12, 6), None, None]
    cases.drop_causes(["mail1"])
    assert cases.set_aside("mail1") is None


@pytest.fixture(params=["memory", "s3"])
def mails(request: pytest.FixtureRequest) -> Iterator[MailStore]:
    if request.param == "memory":
        yield MemoryMail()
        return
    with mock_aws():
        client: Any = boto3.client("s3", **NAMES)
        client.create_bucket(Bucket="mail", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
        yield S3Mail(client, "mail")


def test_mail_is_read_as_far_as_asked_replaced_for_good_and_deleted(mails: MailStore) -> None:
    assert mails.read("mail1", 10) is None
    mails.replace("mail1", b"From: camille", at("2026-11-20"))
    read = mails.read("mail1", 4)
    assert read is not None
    assert (read.raw, read.size, read.stored_at) == (b"From", 13, at("2026-11-20"))
    mails.replace("mail1", b"cut", read.stored_at)
    read = mails.read("mail1", 100)
    assert read is not None
    assert (read.raw, read.stored_at) == (b"cut", at("2026-11-20"))
    mails.delete("mail1")
    mails.delete("mail1")
    assert mails.read("mail1", 10) is None


def test_what_ses_put_there_was_stored_when_it_did() -> None:
    with mock_aws():
        client: Any = boto3.client("s3", **NAMES)
        client.create_bucket(Bucket="mail", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
        client.put_object(Bucket="mail", Key="inbound/mail1", Body=b"From: camille")
        read = S3Mail(client, "mail").read("mail1", 100)
        assert read is not None
        assert read.stored_at == client.head_object(Bucket="mail", Key="inbound/mail1")["LastModified"]


def test_every_mail_is_listed_page_by_page(mails: MailStore) -> None:
    for number in range(5):
        mails.replace(f"mail{number}", b"x", at("2026-11-20"))
    found: list[str] = []
    after, pages = None, 0
    while pages == 0 or after is not None:
        page = mails.page(after)
        found += [mail for mail, _ in page.mails]
        after, pages = page.after, pages + 1
    assert sorted(found) == [f"mail{number}" for number in range(5)]
