"""What a signed body may hold, and what no body may (checklist 31)."""

import json
import math

import pytest

from privacy.inbound.payload import (
    MAX_TEXT,
    MalformedEvent,
    check_text,
    document,
    instant,
    is_id,
    number,
    reference,
    text,
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"{",
        b"{}{}",
        b"[]",
        b"null",
        b'"text"',
        b"1",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "\\ud800"}',
        b'{"a": ["\\uDC00x"]}',
        b'{"\\ud83d": 1}',
        b'{"a": "\x00"}',
        '{"a": 1}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    ],
)
def test_what_is_not_a_json_object_of_text_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedEvent):
        document(body)


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert document(b'{"a": "\\ud83d\\ude00"}') == {"a": "😀"}
    assert document('{"a": "😀 \\\\ud800"}'.encode()) == {"a": "😀 \\ud800"}


def test_a_lone_surrogate_is_found_in_what_somebody_else_parsed() -> None:
    check_text({"a": ["é", "😀"]})
    with pytest.raises(MalformedEvent):
        check_text(json.loads('{"a": ["\\ud800"]}'))


def test_of_a_repeated_key_the_last_counts_as_everywhere_in_python() -> None:
    assert document(b'{"a": 1, "a": 2}') == {"a": 2}


def test_a_malformed_event_names_no_value() -> None:
    with pytest.raises(MalformedEvent) as malformed:
        document(b'{"email": "jane@example.com"')
    assert "jane" not in repr(malformed.value.args)


@pytest.mark.parametrize("value", [10**15 + 1, -(10**15) - 1, 10**300])
def test_an_absurd_number_is_malformed(value: int) -> None:
    with pytest.raises(MalformedEvent):
        number({"amount": value}, "amount")


@pytest.mark.parametrize("value", [None, "5399", 53.99, math.inf, True, [], {}])
def test_what_is_not_a_whole_number_is_absent(value: object) -> None:
    assert number({"amount": value}, "amount") is None


@pytest.mark.parametrize("value", [-1, 0, 946_684_799, 4_102_444_800, 10**14])
def test_an_instant_outside_this_century_is_malformed(value: int) -> None:
    with pytest.raises(MalformedEvent):
        instant({"created": value}, "created")


def test_instants_are_written_in_utc() -> None:
    assert instant({"at": 1_795_374_000}, "at") == "2026-11-22T19:00:00+00:00"
    assert instant({"at": None}, "at") is None


def test_text_is_kept_up_to_its_limit_and_nothing_else_is_text() -> None:
    assert text({"name": "x" * 10_000}, "name") == "x" * MAX_TEXT
    assert [text({"name": value}, "name") for value in ("", None, 1, ["x"], {"x": 1}, "[redacted]")] == [
        None
    ] * 6


def test_an_id_may_be_expanded_and_must_look_like_one() -> None:
    assert reference({"customer": {"id": "cus_1", "email": "jane@example.com"}}, "customer") == "cus_1"
    assert reference({"customer": "jane@example.com"}, "customer") is None
    assert reference({"customer": {"email": "x"}}, "customer") is None


@pytest.mark.parametrize("value", ["", "_", "a b", "a#b", "é", "jane@example.com", "x" * 256, "a\n"])
def test_what_cannot_stand_in_a_key_is_no_id(value: str) -> None:
    assert not is_id(value)
