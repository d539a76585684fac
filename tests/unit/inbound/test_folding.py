"""What a batch of the fold is about, told before any of its records is worked on."""

from __future__ import annotations

import json

from privacy.inbound.folding import about


def streamed(pk: str) -> dict[str, object]:
    return {"dynamodb": {"SequenceNumber": "1", "Keys": {"pk": {"S": pk}, "sk": {"S": "stripe#evt_1"}}}}


def queued(body: object) -> dict[str, object]:
    return {"messageId": "1", "body": json.dumps(body)}


def test_a_batch_is_about_every_identifier_that_its_records_name() -> None:
    stream = {"Records": [streamed("email#1#a"), streamed("email#1#b"), streamed("email#1#a")]}
    assert about(stream) == {"email#1#a", "email#1#b"}
    assert about({"Records": [queued({"identifier": "email#1#a", "key": "stripe#evt_1"})]}) == {"email#1#a"}


def test_a_record_of_another_form_keeps_no_other_from_being_read() -> None:
    broken = [{"messageId": "2", "body": "{"}, queued({"run": "x"}), {"dynamodb": {"SequenceNumber": "3"}}]
    assert about({"Records": [*broken, streamed("email#1#a")]}) == {"email#1#a"}
