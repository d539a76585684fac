"""Redaction, whole: from the purge of a customer to what Stripe, asked directly, still says of them (G24, R38)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from cli.standins.faults import Fault
from cli.standins.stripe import Stripe
from privacy import bootstrap
from privacy.bootstrap import folding, retention
from privacy.domain.clocks import paris_day
from privacy.inbound import purging
from privacy.operations.retention.purge_batch import PERSON, REDACTION, batches
from privacy.operations.retention.replay_erasures import begin_replay
from privacy.outbound.patience import ATTEMPTS
from tests.functional.test_retention_purge import CANARY, NOW, Account, account, handled, subscriber
from tests.telling import at

__all__ = ["account"]

JOBS = "/v1/privacy/redaction_jobs"
#: As Stripe lists them, as the stand-in keeps them, and as a checkout calls them.
KINDS = (
    ("checkout/sessions", "checkout.session", "session"),
    ("charges", "charge", "charge"),
    ("customers", "customer", "customer"),
)
GUEST = "Canary.Guest@example.fr"


@pytest.fixture(autouse=True)
def _given(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDACT_AT_STRIPE", "true")


class Nights:
    """Night after night: the index is read as the plan does, and what is due is worked on."""

    def __init__(self, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
        self.account = account
        self.now = NOW
        monkeypatch.setattr(bootstrap, "now", lambda: self.now)

    def purge(self) -> list[str]:
        """Everybody who is there, in a message of its own each night."""
        keys = [(person, "person") for person in self.account.people()]
        run = f"retention-{self.now:%Y%m%d}"
        return handled(*(batch.message() for batch in batches(run, PERSON, keys)))

    def follow(self) -> list[str]:
        index = retention.due_indexes()[REDACTION]
        found = [page for s in index.shards for page in index.page(s, paris_day(self.now), None, 100).due]
        run = f"retention-{self.now:%Y%m%d%H%M}"
        messages = batches(run, REDACTION, [(pk, sk) for pk, sk, _ in found])
        return handled(*(batch.message() for batch in messages))

    def later(self, days: int = 1) -> Nights:
        self.now += timedelta(days=days)
        self.account.shop.clock.set(int(self.now.timestamp()))
        return self

    def until_nothing_is_owed(self, most: int = 10) -> int:
        """How many nights it took."""
        for night in range(1, most + 1):
            assert self.later().follow() == []
            if not owed(self.account):
                return night
        raise AssertionError("it never ends")


@pytest.fixture
def nights(account: Account, monkeypatch: pytest.MonkeyPatch) -> Nights:
    return Nights(account, monkeypatch)


def owed(account: Account) -> list[dict[str, Any]]:
    return [item for item in account.items("registry") if item["pk"].startswith("redaction#")]


def statuses(shop: Stripe) -> list[str]:
    return [job["status"] for job in shop.account.jobs.values()]


def said_at_stripe(shop: Stripe) -> str:
    """Whatever the account holds: objects, events, and the logs of requests."""
    held = shop.account.dump()
    return json.dumps([held[name] for name in ("objects", "events", "replays", "addresses")]).lower()


def buys(account: Account, who: str, as_: str, when: str = "2010-03-01") -> dict[str, Any]:
    """A purchase, at Stripe and as it was told to us."""
    details = {"name": "Zebra Canary", "phone": "+33 6 12 34 56 78", "order": "CANARY-1"}
    made: dict[str, Any] = account.shop.act(
        "checkout", email=who, customer=as_, at=f"{when}T10:00:00+00:00", **details
    )
    for kind, object_kind, name in KINDS:
        if made[name]:
            held = account.shop.objects[object_kind][made[name]]
            account.hear(*retention.facts_of()(kind, held, at(f"{when}T10:05")))
    return made


def test_whoever_s_last_duty_has_ended_is_blacked_out_at_stripe_and_their_customer_is_gone(
    account: Account, nights: Nights
) -> None:
    bought = buys(account, CANARY, "new")
    guest = buys(account, GUEST, "guest")
    account.shop.act("dispute_open", of=CANARY, at="2010-03-05T10:00:00+00:00")
    account.shop.act("dispute_close", of=CANARY, status="lost", at="2010-04-05T10:00:00+00:00")
    people = account.people()
    assert nights.purge() == []
    assert account.people() == []
    assert "canary" in said_at_stripe(account.shop)
    written = json.dumps(owed(account), default=str).lower()
    assert [name for name in ("canary", "@", "email#", *people) if name in written] == []
    assert {tuple(item["objects"]) for item in owed(account)} == {
        (bought["customer"],),
        (guest["session"], guest["payment_intent"]),
    }
    assert nights.until_nothing_is_owed() == 3
    assert statuses(account.shop) == ["succeeded", "succeeded"]
    assert "canary" not in said_at_stripe(account.shop)
    assert account.shop.objects["charge"][bought["charge"]]["billing_details"]["name"] == "[redacted]"
    lines = [
        line
        for item in account.items("registry")
        if item["pk"].startswith("receipt#")
        for line in item["lines"].values()
    ]
    assert [line for line in lines if "R38" in line] == [{"R38": 1}, {"R38": 1}]


def test_a_payment_is_not_redacted_before_it_is_ninety_days_old(account: Account, nights: Nights) -> None:
    subscriber(account)
    account.shop.act(
        "checkout", email=CANARY, outcome="declined", at="2026-11-01T10:00:00+00:00", name="Canary"
    )
    assert nights.purge() == []
    (item,) = owed(account)
    assert date.fromisoformat(item["due_on"]) == date(2026, 11, 1) + timedelta(days=91)
    nights.later(60).follow()
    assert statuses(account.shop) == []
    nights.later(10).follow()
    assert statuses(account.shop) == ["validating"]
    nights.until_nothing_is_owed()
    assert "canary" not in said_at_stripe(account.shop)


def test_stripe_down_for_a_day_keeps_it_owed_and_the_message_comes_again(
    account: Account, nights: Nights
) -> None:
    buys(account, CANARY, "new")
    nights.purge()
    account.shop.faults.arm(Fault("lost_answer", times=ATTEMPTS, method="POST", path=JOBS))
    assert nights.later().follow() == ["m0"]
    (item,) = owed(account)
    assert (item["job"], item["asked"]) == ("", 1)
    # the keys of calls are kept for a day
    account.shop.account.replays.clear()
    nights.until_nothing_is_owed()
    assert statuses(account.shop) == ["succeeded"]


def test_a_registry_that_is_restored_makes_no_second_job(account: Account, nights: Nights) -> None:
    buys(account, CANARY, "new")
    nights.purge()
    copied = account.dynamodb.scan(TableName="registry")["Items"]
    nights.until_nothing_is_owed()
    for item in copied:
        account.dynamodb.put_item(TableName="registry", Item=item)
    account.shop.account.replays.clear()
    nights.until_nothing_is_owed()
    assert statuses(account.shop).count("succeeded") == len(statuses(account.shop)) == 1


def test_a_table_that_is_restored_owes_again_what_was_not_owed_yet(account: Account, nights: Nights) -> None:
    bought = buys(account, CANARY, "new")
    copied = account.dynamodb.scan(TableName="ledger")["Items"]
    nights.purge()
    for item in owed(account):
        account.dynamodb.delete_item(
            TableName="registry", Key={"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}}
        )
    for item in copied:
        account.dynamodb.put_item(TableName="ledger", Item=item)
    run = begin_replay(NOW.date(), runs=folding.runs(), now=NOW, chance="c")
    assert handled(purging.replay(run.id)) == []
    assert {name for item in owed(account) for name in item["objects"]} >= {bought["customer"]}
    nights.later(90).until_nothing_is_owed()
    assert "canary" not in said_at_stripe(account.shop)


def test_a_key_that_may_not_rings_an_alarm_and_keeps_nobody_else_waiting(
    account: Account, nights: Nights, capsys: pytest.CaptureFixture[str]
) -> None:
    buys(account, CANARY, "new")
    nights.purge()
    account.shop.redaction.given = False
    assert nights.later().follow() == []
    said = capsys.readouterr().out
    assert '"RedactionFailed":[1.0]' in said
    assert '"message":"redaction_failed"' in said
    assert '"why":"refused"' in said
    account.shop.redaction.given = True
    nights.until_nothing_is_owed(most=15)
    assert "canary" not in said_at_stripe(account.shop)
