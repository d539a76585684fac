"""carry_out, whole: an erasure that was approved, over tables, bucket and providers' stand-ins (E97, E103)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.carry_out import handler as carry_out
from privacy import bootstrap
from privacy.bootstrap import answers, contact, providers
from privacy.domain.erasure import ErasurePlan
from privacy.domain.request import Request
from privacy.domain.request_effects import Does, owed
from privacy.domain.request_fold import fold
from privacy.domain.request_steps import Kind, Step
from privacy.domain.rights import Right
from privacy.operations.answers.draft_answer import SOFTWARE
from privacy.operations.requests.append_steps import append_steps, begin_request
from privacy.operations.rights.draft_erasure import draft_erasure, said_of
from tests.functional.test_retention_purge import CANARY, Account, account, subscriber
from tests.requesting import CASE, DPO, opened, step
from tests.telling import charge, customer, email, session

__all__ = ["account"]


def append(*steps: Step) -> Request:
    return append_steps(CASE, lambda _: steps, log=contact.requests(), periods=bootstrap.policy().periods)


def erased() -> list[str]:
    """The messages that come again."""
    periods = bootstrap.policy().periods
    asked = opened(Right.ERASURE, when="2026-11-21T10:00")
    begin_request(
        asked, log=contact.requests(), periods=periods, new_id=lambda: CASE, senders=[email(CANARY)]
    )
    append(step(Kind.IDENTITY_VERIFIED, "2026-11-21T11:00", DPO, level="L1", reason="seen", address=CANARY))
    plan = draft_erasure(CASE, CANARY, SOFTWARE, answers.reading(providers.stripe_people()))
    assert isinstance(plan, ErasurePlan)
    append(step(Kind.DRAFTED, "2026-11-21T12:00", items=("erasure",), **said_of(plan)))
    request = append(step(Kind.APPROVED, "2026-11-22T02:00", DPO, items=("erasure",), digest=plan.digest))
    effect = next(effect for effect in owed(request) if effect.does is Does.CARRY_OUT)
    body = json.dumps({"request": CASE, "effect": effect.id})
    answer = carry_out.handle({"Records": [{"messageId": "m1", "body": body}]}, None)
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


@pytest.fixture(autouse=True)
def _queue(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = bootstrap.sqs().create_queue(QueueName="carry-out")["QueueUrl"]
    monkeypatch.setenv("CARRY_OUT_QUEUE_URL", queue)
    monkeypatch.setenv("PACKAGES_BUCKET", "packages")
    account.s3.create_bucket(Bucket="mail", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})


def everything(account: Account) -> str:
    tables = [account.items(table) for table in ("ledger", "people", "archive", "registry")]
    return json.dumps([tables, account.objects()], default=str)


def test_a_subscriber_and_a_customer_without_orders_leaves_nothing(account: Account) -> None:
    subscriber(account)
    account.shop.act("create_customer", email=CANARY)
    assert erased() == []
    assert "canary" not in everything(account).lower()
    assert not account.items("ledger")
    assert not account.people()
    answered: Any = fold(CASE, contact.requests().steps(CASE)).steps[-1]
    assert (answered.kind, answered.text("plan")) == (Kind.ANSWERED, "erased")


def test_of_a_customer_the_archive_keeps_the_documents_and_stripe_no_name(account: Account) -> None:
    subscriber(account)
    made = account.shop.act("create_customer", email=CANARY)["customer"]
    account.hear(customer("2024-05-10", CANARY, customer=made))
    account.hear(session("2024-05-10", CANARY, customer=made), charge("2024-05-10", CANARY, customer=made))
    assert erased() == []
    assert "canary" not in everything(account).lower()
    assert {item["sk"].partition("#")[0] for item in account.items("ledger")} == {"privacy"}
    assert {group for item in account.items("archive") for group in item["groups"]} == {"order", "payment"}
    assert not account.shop.account.objects["customer"][made]["email"]
