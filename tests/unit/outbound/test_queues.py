"""A function's own queue: whole batches, and what SQS refused again."""

import json
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from privacy.outbound.queues import SqsKeyQueue
from privacy.ports import ProviderUnavailable

BODIES = [{"identifier": "email#1#aa", "key": f"stripe#evt_{n}"} for n in range(23)]


class Sqs:
    """Refuses each entry `refusals` times."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.batches: list[int] = []
        self.taken: list[dict[str, str]] = []
        self.entries: list[dict[str, Any]] = []
        self.hidden: dict[str, int] = {}
        self._seen: dict[str, int] = {}

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.batches.append(len(Entries))
        self.entries += Entries
        failed = []
        for entry in Entries:
            seen = self._seen[entry["MessageBody"]] = self._seen.get(entry["MessageBody"], 0) + 1
            if seen <= self.refusals and entry["Id"] == "3":
                failed.append({"Id": entry["Id"]})
            else:
                self.taken.append(json.loads(entry["MessageBody"]))
        return {"Failed": failed} if failed else {}

    def change_message_visibility_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.batches.append(len(Entries))
        gone = [{"Id": entry["Id"]} for entry in Entries if entry["ReceiptHandle"] == "gone"]
        self.hidden |= {e["ReceiptHandle"]: e["VisibilityTimeout"] for e in Entries}
        return {"Failed": gone} if gone else {}


def queue(sqs: Any, name: str = "queue") -> SqsKeyQueue:
    return SqsKeyQueue(sqs, f"https://sqs/{name}", unique=map("word{}".format, count()).__next__)


def send(sqs: Any) -> None:
    queue(sqs).send(iter(BODIES))


def test_bodies_go_in_tens() -> None:
    sqs = Sqs()
    send(sqs)
    assert sqs.batches == [10, 10, 3]
    assert sqs.taken == BODIES


def test_what_was_refused_goes_again_alone() -> None:
    sqs = Sqs(refusals=1)
    send(sqs)
    assert sqs.batches == [10, 1, 10, 1, 3]
    assert sorted(map(str, sqs.taken)) == sorted(map(str, BODIES))


def test_what_stays_refused_is_said() -> None:
    with pytest.raises(ProviderUnavailable):
        send(Sqs(refusals=9))


def test_an_outage_is_said_without_its_text() -> None:
    class Down:
        def send_message_batch(self, **_: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="https://sqs/email#1#aa")

    with pytest.raises(ProviderUnavailable) as down:
        send(Down())
    assert str(down.value) == "EndpointConnectionError"


def test_nothing_to_send_is_no_call() -> None:
    sqs = Sqs()
    queue(sqs).send([])
    assert sqs.batches == []


def come_again(sqs: Any, seconds: dict[str, int]) -> None:
    queue(sqs).come_again(seconds)


def test_messages_are_told_in_tens_when_to_come_again() -> None:
    sqs, seconds = Sqs(), {f"receipt{n}": n for n in range(12)}
    come_again(sqs, seconds)
    assert (sqs.batches, sqs.hidden) == ([10, 2], seconds)


def test_a_message_that_is_gone_is_said_after_all_the_others_were_told() -> None:
    sqs, seconds = Sqs(), {"gone": 10, **{f"receipt{n}": n for n in range(12)}}
    with pytest.raises(ProviderUnavailable):
        come_again(sqs, seconds)
    assert sqs.hidden == seconds


def test_an_outage_while_telling_is_said_without_its_text() -> None:
    class Down:
        def change_message_visibility_batch(self, **_: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="https://sqs/receipt")

    with pytest.raises(ProviderUnavailable) as down:
        come_again(Down(), {"receipt": 10})
    assert str(down.value) == "EndpointConnectionError"


def test_a_fifo_queue_takes_one_persons_messages_one_after_another_and_drops_none() -> None:
    """Two changes of a person in a moment are two messages of one group, of which neither repeats the other."""
    sqs, change = Sqs(), {"identifier": "person-1", "key": "person"}
    queue(sqs, "sync.fifo").send([change, change], delay=5)
    assert [entry["MessageGroupId"] for entry in sqs.entries] == ["person-1", "person-1"]
    assert [entry["MessageDeduplicationId"] for entry in sqs.entries] == ["word0", "word1"]
    assert not any("DelaySeconds" in entry for entry in sqs.entries)


def test_what_a_fifo_queue_refused_goes_again_as_the_same_message() -> None:
    sqs = Sqs(refusals=1)
    queue(sqs, "sync.fifo").send(BODIES[:4])
    assert sqs.entries[3] == sqs.entries[4]
