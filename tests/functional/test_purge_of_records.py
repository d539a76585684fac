"""retention_purge, whole, of what is no person: cases, machines' messages, the registry's and the archive's items."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from privacy.bootstrap import contact, folding, retention
from privacy.domain.consent import State, Suppression
from privacy.domain.request_steps import AUTO, By, Kind, Said, Step
from privacy.operations.requests.append_steps import append_steps, begin_request
from privacy.operations.retention.purge_batch import ARCHIVE, CAUSE, REGISTRY, REQUEST, batches
from privacy.ports.retention import Archived
from tests.functional.test_retention_purge import REGION, Account, account, handled
from tests.requesting import POLICY
from tests.telling import CAMILLE, PSEUDONYMS, at, email, session

__all__ = ["account"]

TODAY = date(2026, 11, 22)
DPO = By("dpo", "anne")


def asked(account: Account, number: int = 1) -> str:
    """A case of Camille's that was refused on 23 October, with its message."""
    id_, mail = f"IM-2026-{number:06}", f"mail{number}"
    if "mail" not in [bucket["Name"] for bucket in account.s3.list_buckets()["Buckets"]]:
        where = {"LocationConstraint": REGION}
        for bucket in ("mail", "packages", "evidence"):
            account.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    account.s3.put_object(Bucket="mail", Key=f"inbound/{mail}", Body=b"Bonjour, Camille Durand")
    said: dict[str, Said] = {"mail": mail, "received_at": at("2026-10-20").isoformat(), "address": CAMILLE}
    steps = [
        Step(Kind.RECEIVED, at("2026-10-20"), AUTO, mail, said),
        Step(Kind.OPENED, at("2026-10-20"), AUTO, mail, {"mail": mail, "rights": ("access",)}),
    ]
    begin_request(
        steps,
        log=contact.requests(),
        periods=POLICY.periods,
        new_id=lambda: id_,
        causes={mail},
        senders=PSEUDONYMS.emails(CAMILLE),
    )
    refused = Step(Kind.REFUSED, at("2026-10-23"), DPO, "", {"reasons": "Camille Durand"})
    append_steps(id_, lambda _: [refused], log=contact.requests(), periods=POLICY.periods)
    return id_


def due(kind: str) -> list[dict[str, str]]:
    """The messages that the plan would send of that kind today."""
    index = retention.due_indexes()[kind]
    found = [(pk, sk) for shard in index.shards for pk, sk, _ in index.page(shard, TODAY, None, 100).due]
    return [batch.message() for batch in batches("retention-1", kind, found)]


def receipt_lines(account: Account) -> dict[str, Any]:
    receipts = [item for item in account.items("registry") if item["pk"].startswith("receipt#")]
    return {key: line for receipt in receipts for key, line in receipt["lines"].items()}


def mails(account: Account) -> list[str]:
    return [each["Key"] for each in account.s3.list_objects_v2(Bucket="mail").get("Contents", [])]


def test_r10_a_case_comes_to_its_minimum_with_one_line_in_the_receipt(account: Account) -> None:
    id_ = asked(account)
    (message,) = due(REQUEST)
    assert handled(message) == []
    items = account.items("requests")
    assert sorted({item["sk"].partition("#")[0] for item in items}) == ["cases", "request", "step", "summary"]
    for said in ("Camille", "Durand", CAMILLE, "mail1", "'anne'"):
        assert said not in repr(items)
    assert mails(account) == []
    assert receipt_lines(account) == {f"request#{id_}|summary": {"R10": 4}}
    assert due(REQUEST) == []
    assert handled(message) == []
    assert account.items("requests") == items


class Killed(BaseException):
    """The worker died: nothing catches it."""


@contextmanager
def dying(account: Account, at_call: int) -> Iterator[None]:
    """Whoever makes that write, to DynamoDB or S3, dies before it."""
    writes = 0

    def kill(model: Any, **_: Any) -> None:
        nonlocal writes
        if model.name.startswith(("Put", "Update", "Delete", "BatchWrite", "Transact")):
            writes += 1
            if writes == at_call:
                raise Killed

    clients = (account.dynamodb, account.s3)
    for client in clients:
        client.meta.events.register("before-call", kill)
    try:
        yield
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", kill)


def test_e152_whoever_dies_at_any_write_leaves_what_the_next_attempt_finishes(account: Account) -> None:
    deaths = 0
    while True:
        id_ = asked(account, deaths + 1)
        (message,) = due(REQUEST)
        with dying(account, deaths + 1):
            try:
                handled(message)
            except Killed:
                deaths += 1
            else:
                break
        assert handled(message) == []
        kept = [item for item in account.items("requests") if item["pk"] == f"request#{id_}"]
        assert sorted(item["sk"] for item in kept) == ["step#000004", "summary"]
        assert receipt_lines(account)[f"request#{id_}|summary"] == {"R10": 4}
        assert mails(account) == []
        assert "Durand" not in repr(account.items("requests"))
        assert due(REQUEST) == []
    assert deaths >= 7


def test_r22_a_machines_message_goes_with_its_note(account: Account) -> None:
    asked(account)
    account.s3.put_object(Bucket="mail", Key="inbound/robot", Body=b"From: robot")
    contact.requests().set_aside("robot", "auto_reply", at("2026-11-08"), TODAY)
    (message,) = due(CAUSE)
    assert handled(message) == []
    assert mails(account) == ["inbound/mail1"]
    assert contact.requests().caused("robot") is None
    assert receipt_lines(account) == {"cause#robot|cause": {"R22": 1}}


def test_e149_an_entry_of_the_suppression_list_and_what_was_archived_go_on_their_day(
    account: Account,
) -> None:
    entry = Suppression(email(), at("2023-11-22"), State.OBJECTED, "manual", "mailchimp#1")
    registry = folding.fold_stores().registry
    registry.suppress(entry)
    registry.log_read(operator="alix", role="dpo", about="person-1", purpose="x", now=at("2025-11-22T10:00"))
    fact = session("2019-01-01")
    retention.archive().put(
        Archived(fact, "person-1", dict.fromkeys(fact.groups, TODAY) | {"order": date(2030, 1, 1)})
    )
    assert handled(*due(REGISTRY)) == []
    assert registry.suppressions([email()]) == {email(): entry}, "the archive has the address (E148)"
    assert [item for item in account.items("registry") if item["pk"].startswith("read#")] == []
    assert handled(*due(ARCHIVE)) == []
    assert set(retention.archive().under(email())[0].fact.groups) == {"order"}
    assert list(receipt_lines(account).values()) == [{"R4": len(fact.groups) - 1}]
    assert due(ARCHIVE) == []
