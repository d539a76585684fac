"""Messages about letters: those that ask for one, and those that tell what became of one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.inbound.batch import MalformedRecord, records
from privacy.inbound.mail_outcomes import event_of, settle
from privacy.inbound.sending_letters import send
from privacy.operations.letters.settle_letter import LetterEvent

TOLD = {
    "letter": "IM-2026-000123_ack-3",
    "happened": "Bounce",
    "message_id": "0107018f-aaaa-000000",
    "bounce": "Permanent",
}


class Remembers:
    """Sends and settles, by remembering what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def send(self, request: str, effect: str) -> str:
        self.asked.append((request, effect))
        return "sent"

    def settle(self, event: LetterEvent) -> bool:
        self.asked.append(event)
        return True


def record(body: object) -> Any:
    [made] = records({"Records": [{"messageId": "1", "body": json.dumps(body)}]})
    return made


def test_a_letter_that_is_owed_is_sent() -> None:
    remembers = Remembers()
    send(record({"request": "IM-2026-000123", "effect": "ack-3"}), remembers)  # type: ignore[arg-type]
    assert remembers.asked == [("IM-2026-000123", "ack-3")]


@pytest.mark.parametrize(
    "body", [{}, {"request": "IM-2026-000123"}, {"effect": "ack-3"}, [], "x", {"request": 1, "effect": 2}]
)
def test_a_message_that_asks_for_no_letter_is_malformed(body: object) -> None:
    with pytest.raises(MalformedRecord):
        send(record(body), Remembers())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "letter", ["IM-2026-000123_ack-3", "[IM-2026-000123_ack-3]", '["IM-2026-000123_ack-3"]']
)
def test_an_event_names_the_letter_by_its_tag_however_eventbridge_writes_it(letter: str) -> None:
    expected = LetterEvent("IM-2026-000123", "ack-3", "bounce", "0107018f-aaaa-000000", permanent=True)
    assert event_of({**TOLD, "letter": letter}) == expected


@pytest.mark.parametrize(
    ("told", "happened", "permanent"),
    [
        ("Send", "send", False),
        ("Delivery", "delivery", False),
        ("Complaint", "complaint", False),
        ("Reject", "reject", False),
        ("DeliveryDelay", "delay", False),
    ],
)
def test_each_event_means_one_thing(told: str, happened: str, permanent: bool) -> None:
    event = event_of({**TOLD, "happened": told, "bounce": ""})
    assert (event.happened, event.permanent) == (happened, permanent)


@pytest.mark.parametrize("bounce", ["Transient", "Undetermined", "", "<bounce>"])
def test_only_a_permanent_bounce_is_for_good(bounce: str) -> None:
    assert not event_of({**TOLD, "bounce": bounce}).permanent


def test_what_is_told_of_a_letter_is_settled() -> None:
    remembers = Remembers()
    settle(record(TOLD), remembers)  # type: ignore[arg-type]
    assert remembers.asked == [event_of(TOLD)]


@pytest.mark.parametrize(
    "changed",
    [
        {"letter": "IM-2026-123_ack-3"},
        {"letter": "IM-2026-000123_ack-3\nx"},
        {"letter": "lea@example.fr"},
        {"letter": ""},
        {"happened": "Open"},
        {"happened": ""},
        {"message_id": ""},
        {"message_id": "a b"},
        {"message_id": "a@b"},
    ],
)
def test_an_event_of_no_form_that_we_know_is_malformed(changed: dict[str, str]) -> None:
    with pytest.raises(MalformedRecord):
        event_of({**TOLD, **changed})


@given(st.dictionaries(st.sampled_from([*TOLD, "x"]), st.text(max_size=40)))
def test_whatever_is_told_is_understood_or_malformed(body: dict[str, str]) -> None:
    try:
        event = event_of(body)
    except MalformedRecord:
        return
    assert event.request.startswith("IM-")
