"""Messages that failed come again soon, then ever more rarely, and one that waits for an hour is counted."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from privacy.inbound.batch import BatchRecord, each
from privacy.inbound.retries import LONGEST, Received, Retries, pause
from privacy.ports import ProviderUnavailable

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Queue:
    """Remembers what it is told, or does not listen."""

    def __init__(self, *, deaf: bool = False) -> None:
        self.deaf = deaf
        self.told: dict[str, int] = {}

    def come_again(self, seconds: Mapping[str, int]) -> None:
        if self.deaf:
            raise ProviderUnavailable("EndpointConnectionError")
        self.told |= seconds


def retries(queue: Queue, chance: float = 1.0) -> Retries:
    return Retries(queue, chance=lambda: chance, now=lambda: NOW)


def message(id_: str, times: int = 1, age: timedelta = timedelta(0)) -> dict[str, Any]:
    sent = str(int((NOW - age).timestamp() * 1000))
    return {
        "messageId": id_,
        "receiptHandle": f"receipt of {id_}",
        "body": "{}",
        "attributes": {"ApproximateReceiveCount": str(times), "SentTimestamp": sent},
    }


def fail(record: BatchRecord) -> None:
    if record.id != "good":
        raise RuntimeError


def test_the_first_retry_follows_within_seconds_and_pauses_double_up_to_a_quarter_of_an_hour() -> None:
    assert [pause(times, 1.0) for times in range(1, 10)] == [10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert pause(10_000, 1.0) == LONGEST == 900


def test_a_fifth_of_a_pause_is_left_to_chance_and_none_is_longer_for_it() -> None:
    assert [pause(times, 0.0) for times in (1, 2, 150)] == [8, 16, 720]


def test_only_what_failed_comes_again_early_each_after_its_own_pause() -> None:
    queue = Queue()
    event = {"Records": [message("first"), message("good"), message("fourth", times=4)]}
    answered = each(event, fail, retries=retries(queue))
    assert answered["batchItemFailures"] == [{"itemIdentifier": "first"}, {"itemIdentifier": "fourth"}]
    assert queue.told == {"receipt of first": 10, "receipt of fourth": 80}


def test_where_sqs_does_not_listen_the_failures_are_reported_all_the_same() -> None:
    answered = each({"Records": [message("a")]}, fail, retries=retries(Queue(deaf=True)))
    assert answered == {"batchItemFailures": [{"itemIdentifier": "a"}]}


def test_a_message_that_says_nothing_of_its_receipt_keeps_its_queues_time() -> None:
    queue = Queue()
    bare = {"messageId": "a", "body": "{}"}
    assert each({"Records": [bare]}, fail, retries=retries(queue)) == {
        "batchItemFailures": [{"itemIdentifier": "a"}]
    }
    assert queue.told == {}


@pytest.mark.parametrize(("minutes", "counted"), [(59, False), (60, True), (2000, True)])
def test_a_message_that_has_been_failing_for_an_hour_is_counted(
    minutes: int, counted: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    told = Received("r", 9, NOW - timedelta(minutes=minutes))
    retries(Queue()).after([told])
    assert ('"RecordOverdue":[1.0]' in capsys.readouterr().out) is counted


def test_nothing_failed_is_no_call(capsys: pytest.CaptureFixture[str]) -> None:
    retries(Queue(deaf=True)).after([])
    assert capsys.readouterr().out == ""
