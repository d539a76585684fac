"""Batches from streams and queues: what cannot be read fails alone."""

from typing import Any

import pytest

from privacy.inbound.batch import BatchRecord, answer, each, key_of, records


def streamed(sequence: str, keys: Any) -> dict[str, Any]:
    return {"eventID": "x", "dynamodb": {"SequenceNumber": sequence, "Keys": keys}}


def queued(message: str, body: Any) -> dict[str, Any]:
    return {"messageId": message, "body": body}


KEYS = {"pk": {"S": "email#1#aa"}, "sk": {"S": "stripe#evt_1"}}


def test_a_stream_brings_keys_and_a_queue_brings_bodies() -> None:
    event = {"Records": [streamed("1", KEYS), queued("m", '{"identifier": "email#1#aa"}')]}
    assert records(event) == [
        BatchRecord("1", key=("email#1#aa", "stripe#evt_1")),
        BatchRecord("m", body={"identifier": "email#1#aa"}),
    ]


@pytest.mark.parametrize("keys", [None, {}, {"pk": {"S": "x"}}, {"pk": {"N": "1"}, "sk": {"S": "x"}}, "x"])
def test_a_stream_record_without_its_keys_is_malformed(keys: Any) -> None:
    (record,) = records({"Records": [streamed("1", keys)]})
    assert record.malformed
    assert record.id == "1"


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '"x"', '{"a": 1}', '{"a": null}', None, "[" * 100_000]
)
def test_a_message_of_another_form_is_malformed(body: Any) -> None:
    (record,) = records({"Records": [queued("m", body)]})
    assert record.malformed
    assert record.id == "m"


def test_a_malformed_record_fails_alone() -> None:
    done: list[str] = []
    event = {"Records": [queued("a", '{"k": "1"}'), queued("b", "{"), queued("c", '{"k": "3"}')]}
    assert each(event, lambda record: done.append(record.id)) == answer(["b"])
    assert done == ["a", "c"]


def test_a_record_whose_work_fails_fails_alone_and_leaves_no_text(capfd: pytest.CaptureFixture[str]) -> None:
    def work(record: BatchRecord) -> None:
        if record.id == "a":
            raise RuntimeError("jane@example.com")

    event = {"Records": [queued("a", '{"k": "1"}'), queued("b", '{"k": "2"}')]}
    assert each(event, work) == {"batchItemFailures": [{"itemIdentifier": "a"}]}
    out, err = capfd.readouterr()
    assert "RuntimeError" in out
    assert "jane" not in out + err


def test_a_stream_record_that_cannot_be_done_is_set_aside_as_its_key() -> None:
    aside: list[dict[str, str]] = []

    def work(record: BatchRecord) -> None:
        raise RuntimeError

    answered = each(
        {"Records": [streamed("1", KEYS)]}, work, set_aside=lambda bodies: aside.extend(map(dict, bodies))
    )
    assert answered == answer([])
    assert aside == [{"identifier": "email#1#aa", "key": "stripe#evt_1"}]


def test_where_it_cannot_be_set_aside_the_stream_brings_it_again() -> None:
    def fail(_: object) -> None:
        raise RuntimeError

    assert each({"Records": [streamed("1", KEYS)]}, fail, set_aside=fail) == answer(["1"])


def test_both_kinds_lead_to_the_ledgers_key() -> None:
    (one, other) = records(
        {"Records": [streamed("1", KEYS), queued("m", '{"identifier": "email#1#aa", "key": "stripe#evt_1"}')]}
    )
    assert key_of(one) == key_of(other) == ("email#1#aa", "stripe#evt_1")
