"""What an HTTP request is answered with: a number, and nothing else (issue 2, item 8)."""

import base64
import json
from typing import Any

import pytest

from privacy.inbound import http
from privacy.inbound.payload import MalformedEvent
from privacy.inbound.signature import InvalidSignature
from privacy.outbound.secrets import SecretsUnavailable
from privacy.ports import LedgerUnavailable, ProviderUnavailable


def answered(error: BaseException) -> http.Reply:
    @http.answering
    def handle(event: http.Event) -> int:
        raise error

    return handle({}, None)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (MalformedEvent("created"), 400),
        (InvalidSignature(), 401),
        (http.NotFound(), 404),
        (http.TooLarge(), 413),
        (LedgerUnavailable("ThrottlingException"), 503),
        (ProviderUnavailable("SQS"), 503),
        (SecretsUnavailable("pepper"), 503),
    ],
)
def test_every_refusal_has_its_number_no_body_and_no_line(
    error: Exception, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    assert answered(error) == {"statusCode": status, "body": ""}
    assert capfd.readouterr() == ("", "")


def test_the_unexpected_is_logged_without_its_text_and_asks_the_sender_to_try_again(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert answered(ZeroDivisionError("jane@example.com")) == {"statusCode": 503, "body": ""}
    out, err = capfd.readouterr()
    line = json.loads(out)
    assert (line["message"], line["error"], err) == ("failed", "ZeroDivisionError", "")
    assert "test_http.py:" in line["at"]
    assert "jane" not in out


def body(sent: Any, *, encoded: bool = False) -> bytes:
    return http.body({"body": sent, "isBase64Encoded": encoded})


def test_the_body_arrives_as_the_bytes_that_were_signed() -> None:
    assert body("é") == "é".encode()
    assert body(base64.b64encode(b"\xff\x00").decode(), encoded=True) == b"\xff\x00"
    assert http.body({}) == b""
    assert http.body({"body": None}) == b""


@pytest.mark.parametrize("sent", ["*", "YWJj\n", "YWJ", "é", "YW Jj", "\ud800"])
def test_what_is_not_base64_is_malformed(sent: str) -> None:
    with pytest.raises(MalformedEvent):
        body(sent, encoded=True)


def test_a_body_that_is_no_text_is_malformed() -> None:
    with pytest.raises(MalformedEvent):
        body("\ud800")


@pytest.mark.parametrize("bytes_", [http.MAX_BODY - 1, http.MAX_BODY])
def test_a_body_up_to_the_limit_is_taken(bytes_: int) -> None:
    assert len(body("x" * bytes_)) == bytes_
    assert len(body(base64.b64encode(b"x" * bytes_).decode(), encoded=True)) == bytes_


@pytest.mark.parametrize("bytes_", [http.MAX_BODY + 1, http.MAX_BODY + 2, http.MAX_BODY + 3, 5_000_000])
def test_a_larger_one_is_not(bytes_: int) -> None:
    with pytest.raises(http.TooLarge):
        body("x" * bytes_)
    with pytest.raises(http.TooLarge):
        body(base64.b64encode(b"x" * bytes_).decode(), encoded=True)


def test_the_limit_counts_bytes_not_characters() -> None:
    with pytest.raises(http.TooLarge):
        body("é" * (http.MAX_BODY // 2 + 1))


def test_an_oversized_body_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(http.TooLarge):
        body("*" * (http.MAX_BODY * 2), encoded=True)


def test_only_a_key_that_is_active_opens_the_path() -> None:
    http.open_path("second", ["first", "second"])
    for wrong in ("", "First", "second ", "é", "\ud800"):
        with pytest.raises(http.NotFound):
            http.open_path(wrong, ["first", "second"])
    with pytest.raises(http.NotFound):
        http.open_path("first", [])


def test_a_header_that_is_missing_is_none() -> None:
    assert http.header({}, "stripe-signature") is None
    assert http.header({"headers": None}, "stripe-signature") is None
    assert http.header({"headers": {"stripe-signature": "t=1"}}, "stripe-signature") == "t=1"
