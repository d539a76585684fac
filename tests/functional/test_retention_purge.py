"""retention_purge, whole: messages in; tables, bucket and providers' stand-ins out. What it costs, and what it says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from bench.aws.capacity import item_bytes, write_units
from cli.standins import mailchimp, ses, stripe
from cli.standins.faults import Fault
from functions.retention_purge import handler as retention_purge
from privacy import bootstrap
from privacy.bootstrap import folding, providers
from privacy.domain.facts import Fact
from privacy.inbound import purging
from privacy.operations.people.fold_people import fold_people
from privacy.operations.retention.purge_batch import PERSON, batches
from privacy.operations.retention.replay_erasures import begin_replay
from privacy.outbound.dynamodb import from_wire
from privacy.outbound.patience import ATTEMPTS, Jitter
from tests.composition import forget
from tests.functional.entrances import PEPPER
from tests.telling import at, charge, customer, email, hint, member, session

LIST = "a6b5da1054"
REGION = "eu-west-3"
CANARY = "Zebra.Canary@example.fr"
NOW = at("2026-11-22T02:31")


#: As many as a message may name would take long to write down, and show the same.
PEOPLE = 4


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 300_000


class Account:
    """The emulated account and the providers. `calls`: of DynamoDB, with their requests."""

    def __init__(self, shop: Any, news: Any, letters: Any) -> None:
        self.shop, self.news, self.letters = shop, news, letters
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.dynamodb: Any = bootstrap.dynamodb()
        for table, indexed in (
            ("ledger", 0),
            ("people", 1),
            ("registry", 1),
            ("requests", 1),
            ("archive", 1),
        ):
            self._create(table, indexed=bool(indexed))
        self.s3: Any = bootstrap.s3()
        where = {"LocationConstraint": REGION}
        self.s3.create_bucket(
            Bucket="replay", CreateBucketConfiguration=where, ObjectLockEnabledForBucket=True
        )
        secrets = bootstrap.secretsmanager()
        for name, held in (
            ("pepper", {"current": 1, "peppers": {"1": PEPPER}}),
            ("mailchimp", {"api_key": "0" * 32 + "-us21"}),
            ("stripe", {"api_key": "rk_test_0123456789"}),
        ):
            secrets.create_secret(Name=name, SecretString=json.dumps(held))
        self.dynamodb.meta.events.register_first("provide-client-params.dynamodb", self._noted)

    def _create(self, table: str, *, indexed: bool) -> None:
        keys = ("pk", "sk")
        index: dict[str, Any] = {"IndexName": "due", "Projection": {"ProjectionType": "KEYS_ONLY"}}
        index["KeySchema"] = [
            {"AttributeName": "due_shard", "KeyType": "HASH"},
            {"AttributeName": "due_on", "KeyType": "RANGE"},
        ]
        named = (*keys, *(("due_shard", "due_on") if indexed else ()))
        self.dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": n, "KeyType": k} for n, k in zip(keys, ("HASH", "RANGE"), strict=True)
            ],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in named],
            **({"GlobalSecondaryIndexes": [index]} if indexed else {}),
        )

    def _noted(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.name, params))

    def hear(self, *facts: Fact) -> None:
        """Recorded, and folded."""
        for fact in facts:
            bootstrap.ledger().append(fact)
        for identifier in sorted({fact.filed_under for fact in facts}):
            fold_people(
                {identifier},
                stores=folding.fold_stores(),
                policy=bootstrap.policy(),
                now=at("2026-11-01"),
                new_id=folding.new_person_id,
            )

    def items(self, table: str) -> list[dict[str, Any]]:
        return [from_wire(item) for item in self.dynamodb.scan(TableName=table)["Items"]]

    def people(self) -> list[str]:
        return sorted(item["pk"] for item in self.items("people") if item["sk"] == "person")

    def messages(self) -> list[dict[str, str]]:
        keys = [(person, "person") for person in self.people()]
        return [batch.message() for batch in batches("retention-1", PERSON, keys)]

    def objects(self, prefix: str = "") -> list[str]:
        listed = self.s3.list_objects_v2(Bucket="replay", Prefix=prefix).get("Contents", [])
        return [
            each["Key"] + self.s3.get_object(Bucket="replay", Key=each["Key"])["Body"].read().decode()
            for each in listed
        ]


def handled(*bodies: dict[str, str]) -> list[str]:
    """The messages that come again."""
    records = [
        {
            "messageId": f"m{n}",
            "receiptHandle": f"r{n}",
            "body": json.dumps(body),
            "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(int(NOW.timestamp() * 1000))},
        }
        for n, body in enumerate(bodies)
    ]
    answer = retention_purge.handle({"Records": records}, Context())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    tables = {
        f"{name.upper()}_TABLE": name for name in ("ledger", "people", "registry", "requests", "archive")
    }
    with (
        mock_aws(),
        stripe.serving() as shop,
        mailchimp.serving(port=0, list_id=LIST) as news,
        ses.serving() as letters,
    ):
        keys = {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
        }
        for name, value in keys.items():
            monkeypatch.setenv(name, value)
        queue = bootstrap.sqs().create_queue(QueueName="purge")["QueueUrl"]
        environment = {
            **tables,
            "MAIL_BUCKET": "mail",
            "REPLAY_BUCKET": "replay",
            "PACKAGES_BUCKET": "packages",
            "RETENTION_PURGE_QUEUE_URL": queue,
            "PEPPER_SECRET_ID": "pepper",
            "MAILCHIMP_API_SECRET_ID": "mailchimp",
            "MAILCHIMP_API_BASE_URL": f"{news.base_url}/3.0",
            "MAILCHIMP_AUDIENCES": LIST,
            "STRIPE_ERASURE_SECRET_ID": "stripe",
            "STRIPE_API_BASE_URL": shop.base_url,
            "STRIPE_MODES": "live,test",
            "SES_ENDPOINT_URL": letters.base_url,
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        _new_container()
        monkeypatch.setattr(bootstrap, "now", lambda: NOW)
        monkeypatch.setattr(providers, "jitter", lambda: Jitter(lambda _: None, lambda: 0.5))
        account = Account(shop, news, letters)
        yield account
        account.dynamodb.meta.events.unregister("provide-client-params.dynamodb", account._noted)
    _new_container()


def _new_container() -> None:
    """But for the clients that reach moto, which take longest to make."""
    forget(keep=("dynamodb", "s3", "secretsmanager", "sqs"))


def subscriber(account: Account, who: str = CANARY) -> None:
    account.news.act("signup", email=who, at="2023-11-22T10:00:00+00:00")
    account.hear(hint("2023-11-22T10:00", "subscribe", who), member("2023-11-22T10:00", who))


def test_a_subscriber_s_message_leaves_nothing_of_them_anywhere(account: Account) -> None:
    subscriber(account)
    account.shop.act("create_customer", email=CANARY)
    account.letters.suppressed.append(CANARY.lower())
    account.letters.reasons[CANARY.lower()] = "COMPLAINT"
    assert handled(*account.messages()) == []
    assert (account.items("ledger"), account.items("people")) == ([], [])
    assert account.news.audience.member(CANARY) is None
    assert len(account.shop.account.deleted) == 1
    assert account.letters.suppressed == []
    receipts = [item for item in account.items("registry") if item["pk"].startswith("receipt#")]
    [receipt] = receipts
    assert (receipt["pk"], len(receipt["lines"]), "finished_at" in receipt) == ("receipt#2026-11-22", 1, True)
    assert (len(account.objects("gone/")), account.objects("stay/")) == (1, [])


def test_a_message_that_comes_twice_finds_its_receipt_finished(account: Account) -> None:
    subscriber(account)
    messages = account.messages()
    handled(*messages)
    account.calls.clear()
    assert handled(*messages) == []
    assert [name for name, _ in account.calls] == ["GetItem"]


def test_one_plain_conditional_write_a_deletion_and_few_calls_besides(account: Account) -> None:
    """Some of the plainest: a hint, the member read back, our id of them; the person, and the pointer to them."""
    for n in range(PEOPLE):
        subscriber(account, f"subscriber{n}@example.fr")
    held = {
        (table, item["pk"]["S"], item["sk"]["S"]): item
        for table in ("ledger", "people")
        for item in account.dynamodb.scan(TableName=table)["Items"]
    }
    assert len(held) == 5 * PEOPLE
    messages = account.messages()
    account.calls.clear()
    assert handled(*messages) == []
    calls = Counter(name for name, _ in account.calls)
    assert calls["TransactWriteItems"] == 0
    deleted = [
        (params["TableName"], params["Key"]["pk"]["S"], params["Key"]["sk"]["S"])
        for name, params in account.calls
        if name == "DeleteItem"
    ]
    assert sorted(deleted) == sorted(held)
    writes = calls["DeleteItem"] + calls["PutItem"] + calls["UpdateItem"]
    assert writes == len(held) + PEOPLE + 2  # each mark, and the receipt of all
    assert sum(calls.values()) <= 3 * len(held)
    units = sum(write_units(item_bytes(item)) for item in held.values())
    assert units <= 6 * PEOPLE


@pytest.mark.parametrize("provider", ["shop", "news"])
def test_while_a_provider_is_down_the_message_comes_again_and_nothing_has_gone(
    account: Account, provider: str, capsys: pytest.CaptureFixture[str]
) -> None:
    subscriber(account)
    before = account.items("ledger")
    fault = {"shop": "error_500", "news": "problem_500"}[provider]
    getattr(account, provider).faults.arm(Fault(fault, times=ATTEMPTS))
    assert handled(*account.messages()) == ["m0"]
    assert account.items("ledger") == before
    assert account.objects() == []
    assert '"PurgeSkipped":[1.0]' in capsys.readouterr().out
    assert handled(*account.messages()) == []
    assert account.items("ledger") == []


def test_e137_a_paid_order_that_only_stripe_knows_is_recorded_and_counted(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    subscriber(account)
    account.shop.act("checkout", email=CANARY, quiet=True)
    assert handled(*account.messages()) == []
    assert [item["type"] for item in account.items("ledger") if "order" in item["groups"]] == [
        "checkout.session.completed"
    ]
    assert account.news.audience.member(CANARY) is not None
    assert '"MissedOrder":[1.0]' in capsys.readouterr().out


def test_e108_a_replay_erases_again_whom_the_table_brought_back(account: Account) -> None:
    subscriber(account)
    copied = account.dynamodb.scan(TableName="ledger")["Items"]
    handled(*account.messages())
    for item in copied:
        account.dynamodb.put_item(TableName="ledger", Item=item)
    run = begin_replay(NOW.date(), runs=folding.runs(), now=NOW, chance="c")
    assert handled(purging.replay(run.id)) == []
    assert (account.items("ledger"), account.items("people")) == ([], [])


@pytest.mark.parametrize(
    "body",
    [
        {"run": "retention-1", "batch": "b", "kind": "everything", "keys": "a|b"},
        {"run": "retention-1"},
        {"kind": PERSON, "keys": f"{CANARY}|person"},
    ],
)
def test_a_message_that_nobody_understands_comes_again_and_says_nothing_of_itself(
    account: Account, body: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert handled(body) == ["m0"]
    assert "canary" not in capsys.readouterr().out.lower()


def test_no_address_stands_in_a_log_a_receipt_the_replay_list_or_a_message(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    subscriber(account)
    account.hear(
        session("2010-03-01", "Canary.Two@example.fr", payment="pi_2", customer="cus_2"),
        charge("2010-03-01", "Canary.Two@example.fr", payment="pi_2", customer="cus_2"),
        customer("2010-03-01", "Canary.Two@example.fr", customer="cus_2", name="Canary"),
        session("2021-05-01", "Canary.Three@example.fr", payment="pi_3", box=True),
    )
    messages = account.messages()
    for fault in ("error_500", "permission_403"):
        account.shop.faults.arm(Fault(fault, times=ATTEMPTS))
        handled(*messages)
    account.news.faults.arm(Fault("problem_500", times=ATTEMPTS))
    handled(*messages)
    account.letters.faults.arm(Fault("throttled"))
    handled(*messages)
    for provider in (account.shop, account.news, account.letters):
        provider.faults.clear()
    assert handled(*messages) == []
    said, written = capsys.readouterr(), account.items("registry")
    for text in (said.out, said.err, repr(written), repr(account.objects()), repr(messages)):
        assert "canary" not in text.lower()
        assert "@" not in text
    assert email(CANARY) in repr(account.objects())
