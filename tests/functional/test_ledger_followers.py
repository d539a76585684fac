"""The functions behind the ledger, whole: stream records and messages in, tables and queues out (moto)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cli.standins import mailchimp
from cli.standins.faults import Fault
from functions.fold_people import handler as fold_people
from functions.read_back_mailchimp import handler as read_back_mailchimp
from functions.rebuild_people import handler as rebuild_people
from privacy import bootstrap
from privacy.bootstrap import folding, providers
from privacy.domain.facts import Fact
from privacy.logs import FunctionFailed
from privacy.outbound.dynamodb import from_wire
from privacy.outbound.patience import Jitter
from privacy.ports import Appended
from tests.composition import forget
from tests.contract.test_stores import tables
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, email, hint, session, unsubscribed

LIST = "a6b5da1054"
REGION = "eu-west-3"
CANARY = "zebra.canary@example.fr"


class Account:
    """The emulated account, with the functions' queues, and Mailchimp's stand-in."""

    def __init__(self, standin: Any) -> None:
        self.standin = standin
        self.dynamodb = tables()
        self.sqs = boto3.client("sqs", region_name=REGION)
        self.queues = {
            name: self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("fold", "read", "rebuild")
        }

    def record(self, *facts: Fact) -> None:
        for told in facts:
            assert bootstrap.ledger().append(told) is Appended.NEW

    def items(self, table: str) -> list[dict[str, Any]]:
        return [from_wire(item) for item in self.dynamodb.scan(TableName=table)["Items"]]

    def people(self) -> dict[str, dict[str, Any]]:
        return {item["pk"]: item for item in self.items("people") if item["sk"] == "person"}

    def messages(self, queue: str) -> list[dict[str, str]]:
        found = self.sqs.receive_message(QueueUrl=self.queues[queue], MaxNumberOfMessages=10).get(
            "Messages", []
        )
        return [json.loads(message["Body"]) for message in found]

    def received(self, queue: str) -> dict[str, Any]:
        """One message, as Lambda hands it to the function."""
        (message,) = self.sqs.receive_message(
            QueueUrl=self.queues[queue], MessageSystemAttributeNames=["All"]
        )["Messages"]
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
        }


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with mock_aws(), mailchimp.serving(port=0, list_id=LIST) as standin:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_DEFAULT_REGION": REGION,
        }.items():
            monkeypatch.setenv(name, value)
        account = Account(standin)
        secrets = boto3.client("secretsmanager", region_name=REGION)
        secrets.create_secret(Name="api", SecretString=json.dumps({"api_key": "0" * 32 + "-us21"}))
        environment = {
            "POWERTOOLS_SERVICE_NAME": "fold_people",
            "LEDGER_TABLE": "ledger",
            "PEOPLE_TABLE": "people",
            "REGISTRY_TABLE": "registry",
            "FOLD_PEOPLE_QUEUE_URL": account.queues["fold"],
            "READ_BACK_MAILCHIMP_QUEUE_URL": account.queues["read"],
            "REBUILD_PEOPLE_QUEUE_URL": account.queues["rebuild"],
            "MAILCHIMP_API_SECRET_ID": "api",
            "MAILCHIMP_API_BASE_URL": f"{standin.base_url}/3.0",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        forget()
        monkeypatch.setattr(bootstrap, "pseudonyms", lambda: PSEUDONYMS)
        monkeypatch.setattr(providers, "jitter", lambda: Jitter(lambda _: None, lambda: 0.0))
        yield account
        forget()


def stream(*facts: Fact) -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventName": "INSERT",
                "dynamodb": {
                    "SequenceNumber": str(n),
                    "Keys": {"pk": {"S": f.filed_under}, "sk": {"S": f.key}},
                },
            }
            for n, f in enumerate(facts)
        ]
    }


def queue(*bodies: Mapping[str, str]) -> dict[str, Any]:
    return {"Records": [{"messageId": str(n), "body": json.dumps(body)} for n, body in enumerate(bodies)]}


NOTHING_FAILED: dict[str, Any] = {"batchItemFailures": []}


def test_a_purchase_becomes_a_person_and_the_batch_is_done(account: Account) -> None:
    bought = session("2026-01-01", box=True)
    account.record(bought)
    assert fold_people.handle(stream(bought), None) == NOTHING_FAILED
    (person,) = account.people().values()
    assert (person["regime"], person["orders"], person["due_on"]) == ("customer", 1, "2028-12-02")
    # the record of the person's id comes back on the stream and changes nothing
    (own,) = [i for i in account.items("ledger") if i["source"] == "privacy"]
    again = {
        "Records": [
            {"dynamodb": {"SequenceNumber": "9", "Keys": {"pk": {"S": own["pk"]}, "sk": {"S": own["sk"]}}}}
        ]
    }
    assert fold_people.handle(again, None) == NOTHING_FAILED
    assert account.people() == {person["pk"]: person}


def test_the_same_event_under_another_address_is_refused_and_counted(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    first, lie = session("2026-01-01", CAMILLE), session("2026-01-01", BENOIT)
    lie = Fact(**{**{n: getattr(lie, n) for n in lie.__slots__}, "event_id": first.event_id})
    account.record(first)
    fold_people.handle(stream(first), None)
    account.record(lie)
    assert fold_people.handle(stream(lie), None) == NOTHING_FAILED
    assert [i["pk"] for i in account.items("ledger") if i["source"] == "stripe"] == [email(CAMILLE)]
    assert len(account.people()) == 1
    assert '"FactConflict":[1.0]' in capsys.readouterr().out


def test_e120_a_subscription_that_nothing_proves_is_counted_once(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.standin.act("import", email=CAMILLE)
    told = hint("2026-01-01", "subscribe")
    told = Fact(
        **{
            **{n: getattr(told, n) for n in told.__slots__},
            "groups": {"subscription": {**told.groups["subscription"], "audience": LIST}},
        }
    )
    account.record(told)
    assert read_back_mailchimp.handle(stream(told), None) == NOTHING_FAILED
    assert read_back_mailchimp.handle({"Records": [account.received("read")]}, None) == NOTHING_FAILED
    read = [i for i in account.items("ledger") if i["source"] == "mailchimp_member"]
    assert [i["groups"]["subscription"]["member_source"] for i in read] == ["Import"]
    capsys.readouterr()
    for _ in range(2):
        fold_people.handle(queue({"identifier": email(CAMILLE)}), None)
    assert capsys.readouterr().out.count('"ConsentUnproven":[1.0]') == 1


def test_what_cannot_be_done_now_goes_to_the_functions_own_queue_and_the_rest_goes_on(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, good = session("2026-01-01", CANARY), session("2026-01-02", BENOIT, payment="pi_2")
    account.record(bad, good)
    under = type(folding.fold_stores().ledger).under

    def failing(self: Any, identifier: str) -> Any:
        if identifier == bad.filed_under:
            raise RuntimeError(f"something about {CANARY}")
        return under(self, identifier)

    monkeypatch.setattr(type(folding.fold_stores().ledger), "under", failing)
    assert fold_people.handle(stream(bad, good), None) == NOTHING_FAILED
    assert account.messages("fold") == [{"identifier": bad.filed_under, "key": bad.key}]
    assert len(account.people()) == 1
    # from the queue it is reported instead, so that it comes again and rests in the dead-letter queue in the end
    answer = fold_people.handle(
        queue({"identifier": bad.filed_under, "key": bad.key}, {"identifier": good.filed_under}), None
    )
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    monkeypatch.undo()
    assert CANARY not in "".join(capsys.readouterr())


def test_a_message_of_no_known_form_fails_alone(account: Account) -> None:
    event = {"Records": [{"messageId": "a", "body": "not json"}, {"messageId": "b", "body": "{}"}]}
    for function in (fold_people, read_back_mailchimp):
        assert function.handle(event, None) == {
            "batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "b"}]
        }
    with pytest.raises(FunctionFailed):
        fold_people.handle({"Records": [{}]}, None)


def test_a_hint_waits_in_the_queue_while_mailchimp_is_down_comes_again_soon_and_is_not_lost(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privacy.inbound.retries.FIRST", 0)  # seconds: seen without waiting for them
    told = hint("2026-01-01", "subscribe")
    account.record(told)
    account.standin.faults.arm(Fault("bare_500", times=None))
    assert read_back_mailchimp.handle(stream(told), None) == NOTHING_FAILED
    first = account.received("read")
    assert json.loads(first["body"]) == {"identifier": told.filed_under, "key": told.key}
    assert account.messages("read") == []
    assert read_back_mailchimp.handle({"Records": [first]}, None) == {
        "batchItemFailures": [{"itemIdentifier": first["messageId"]}]
    }
    account.standin.faults.clear()
    again = account.received("read")
    assert (again["messageId"], again["attributes"]["ApproximateReceiveCount"]) == (first["messageId"], "2")
    assert read_back_mailchimp.handle({"Records": [again]}, None) == NOTHING_FAILED


def test_a_rebuild_gives_the_same_table_from_nothing_and_takes_in_what_arrived_meanwhile(
    account: Account,
) -> None:
    facts = [
        session("2026-01-01", box=True),
        unsubscribed("2026-02-01"),
        session("2026-01-03", BENOIT, payment="pi_2", customer="cus_2"),
    ]
    account.record(*facts)
    fold_people.handle(stream(*facts), None)
    before = {
        item["pk"]: {n: v for n, v in item.items() if n != "version"} for item in account.items("people")
    }
    for item in account.items("people"):
        account.dynamodb.delete_item(
            TableName="people", Key={"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}}
        )
    late = session("2026-03-01", "late@example.fr", payment="pi_3")
    account.record(late)

    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 0)
    turns = [{"run": "run-1"}]
    while turns:
        assert rebuild_people.handle(queue(turns.pop()), context) == NOTHING_FAILED
        turns += account.messages("rebuild")
    while bodies := account.messages("fold"):
        assert fold_people.handle(queue(*bodies), None) == NOTHING_FAILED

    after = {
        item["pk"]: {n: v for n, v in item.items() if n != "version"} for item in account.items("people")
    }
    assert before.items() <= after.items()
    assert email("late@example.fr") in after
