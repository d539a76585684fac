"""The SES stand-in behaves as SES does: what it refuses, what it changes, what it tells afterwards."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from cli.standins import ses
from cli.standins.clock import Clock
from cli.standins.faults import Fault
from cli.standins.ses import Ses
from privacy.outbound.ses import SesMailer, SesUndeliverables
from privacy.ports import MailRefused, MailUnanswered, ProviderUnavailable

CAMILLE = "camille.durand@example.fr"
SENDER = "contact@imera-paris.com"
SET = "imera-privacy-letters"
RAW = (
    b"From: contact@imera-paris.com\r\nTo: camille.durand@example.fr\r\nSubject: x\r\n"
    b"Message-ID: <ours@example.fr>\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\n\r\nBonjour.\r\n"
)
LETTER = "IM-2026-000123_ack-3"


class Bus:
    """EventBridge, as far as being told goes."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        bus = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                assert self.headers["X-Amz-Target"] == "AWSEvents.PutPartnerEvents"
                assert self.headers["Authorization"].startswith("AWS4-HMAC-SHA256 ")
                bus.told += [{**entry, "Detail": json.loads(entry["Detail"])} for entry in body["Entries"]]
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def kinds(self) -> list[str]:
        return [event["Detail"]["eventType"] for event in self.told]


@pytest.fixture
def bus() -> Iterator[Bus]:
    bus = Bus()
    yield bus
    bus.close()


@pytest.fixture
def standin(bus: Bus, tmp_path: Path) -> Iterator[Ses]:
    with ses.serving(outbox=tmp_path / "outbox", bus=bus.url, clock=Clock(lambda: 1_795_000_000)) as running:
        yield running


def client(standin: Ses) -> Any:
    return boto3.client(
        "sesv2",
        endpoint_url=standin.base_url,
        region_name="eu-west-3",
        aws_access_key_id="x",
        aws_secret_access_key="y",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=1, parameter_validation=False),
    )


def send(standin: Ses, raw: bytes = RAW, to: str = CAMILLE, **more: Any) -> str:
    asked = {
        "FromEmailAddress": SENDER,
        "Destination": {"ToAddresses": [to]},
        "Content": {"Raw": {"Data": raw}},
        "EmailTags": [{"Name": "letter", "Value": LETTER}],
        "ConfigurationSetName": SET,
    }
    return str(client(standin).send_email(**{**asked, **more})["MessageId"])


def kept(tmp_path: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((tmp_path / "outbox").glob("*.eml"))]


def test_a_message_is_kept_with_ses_s_own_id_and_date(standin: Ses, tmp_path: Path) -> None:
    message_id = send(standin)
    [raw] = kept(tmp_path)
    message = message_from_bytes(raw)
    assert message.get_all("Message-ID") == [f"<{message_id}@eu-west-3.amazonses.com>"]
    [date] = message.get_all("Date", [])
    assert parsedate_to_datetime(date).timestamp() == 1_795_000_000
    assert raw.endswith(b"\r\n\r\nBonjour.\r\n")
    assert message["To"] == CAMILLE


def test_messages_are_kept_in_the_order_in_which_they_went_whoever_restarts(bus: Bus, tmp_path: Path) -> None:
    for _ in range(2):
        with ses.serving(outbox=tmp_path / "outbox", state_file=tmp_path / "ses.json") as running:
            send(running)
            count = len(running.letters)
    names = sorted(path.name[:7] for path in (tmp_path / "outbox").iterdir())
    assert (names, count) == (["000001-", "000002-"], 2)


def test_eventbridge_is_told_what_followed_in_ses_s_own_shape(standin: Ses, bus: Bus) -> None:
    message_id = send(standin)
    assert standin.settle()
    assert bus.kinds() == ["Send", "Delivery"]
    told = bus.told[1]
    assert (told["Source"], told["DetailType"]) == ("aws.ses", "Email Delivered")
    mail = told["Detail"]["mail"]
    assert mail["messageId"] == message_id
    assert mail["tags"]["letter"] == [LETTER]
    assert mail["destination"] == told["Detail"]["delivery"]["recipients"] == [CAMILLE]


@pytest.mark.parametrize(
    ("local", "kinds"),
    [
        ("success", ["Send", "Delivery"]),
        ("bounce+x", ["Send", "Bounce"]),
        ("complaint", ["Send", "Delivery", "Complaint"]),
        ("suppressionlist", ["Send", "Bounce"]),
    ],
)
def test_the_mailbox_simulator_meets_the_fates_that_it_is_for(
    standin: Ses, bus: Bus, local: str, kinds: list[str]
) -> None:
    send(standin, to=f"{local}@simulator.amazonses.com")
    assert standin.settle()
    assert bus.kinds() == kinds


def test_who_bounced_once_is_written_to_in_vain_and_ses_does_not_say_so(standin: Ses, bus: Bus) -> None:
    standin.act("mailbox", email=CAMILLE, fate="bounce")
    send(standin)
    standin.act("mailbox", email=CAMILLE, fate="success")
    send(standin)
    standin.act("unsuppress", email=CAMILLE)
    send(standin)
    assert standin.settle()
    assert sorted(bus.kinds()) == ["Bounce", "Delivery", "Send", "Send", "Send"]


def test_a_virus_is_taken_and_then_rejected(standin: Ses, bus: Bus) -> None:
    send(standin, RAW + ses.messages.VIRUS)
    assert standin.settle()
    assert bus.kinds() == ["Reject"]


def test_an_event_can_be_let_happen_later(standin: Ses, bus: Bus) -> None:
    send(standin)
    assert standin.settle()
    standin.act("tell", letter=LETTER, kind="Bounce", bounce="Transient")
    assert bus.told[-1]["Detail"]["bounce"]["bounceType"] == "Transient"


@pytest.mark.parametrize(
    ("raw", "more", "code"),
    [
        (b"no header", {}, "BadRequestException"),
        (RAW.replace(b"From: contact@imera-paris.com\r\n", b""), {}, "BadRequestException"),
        (RAW.replace(b"Subject: x", b"Subject: x\r\nSubject: y"), {}, "BadRequestException"),
        (RAW + b"x" * 1001, {}, "BadRequestException"),
        (RAW + b"\0", {}, "BadRequestException"),
        (RAW.replace(b"Subject: x", "Subject: é".encode()), {}, "BadRequestException"),
        (RAW.replace(b"Subject: x", b"Content-Type: multipart/mixed"), {}, "BadRequestException"),
        (RAW.replace(b"Subject: x", b'Content-Disposition: attachment; filename="a.EXE"'), {}, "MessageRejected"),
        (RAW, {"FromEmailAddress": "contact@example.org"}, "MessageRejected"),
        (RAW, {"ConfigurationSetName": "other"}, "NotFoundException"),
        (RAW, {"Destination": {"ToAddresses": []}}, "BadRequestException"),
        (RAW, {"Destination": {"ToAddresses": [CAMILLE] * 51}}, "BadRequestException"),
        (RAW, {"Destination": {"ToAddresses": ["a b@example.fr"]}}, "BadRequestException"),
        (RAW, {"EmailTags": [{"Name": "letter", "Value": "é"}]}, "BadRequestException"),
    ],
)  # fmt: skip
def test_what_ses_does_not_take_is_refused(
    standin: Ses, tmp_path: Path, raw: bytes, more: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as refused:
        send(standin, raw, **more)
    assert refused.value.response["Error"]["Code"] == code
    assert kept(tmp_path) == []


def test_what_is_larger_than_ses_carries_is_refused(standin: Ses) -> None:
    lines = b"x" * 998 + b"\r\n"
    with pytest.raises(ClientError, match="Message length"):
        send(standin, RAW + lines * 32_000)


# ---------------------------------------------------------------- our adapter, against it


def mailed(standin: Ses, raw: bytes = RAW, to: str = CAMILLE, sender: str = SENDER) -> str:
    return SesMailer(client(standin), SET).send(raw, sender=sender, recipient=to, letter=LETTER)


def test_a_letter_goes_under_ses_s_id_and_our_tag(standin: Ses) -> None:
    assert mailed(standin) == standin.letters[0].id
    assert standin.letters[0].tags == {"letter": LETTER}


@pytest.mark.parametrize(
    ("fault", "reason", "for_good"),
    [
        ("throttled", "throttled", False),
        ("quota", "quota", False),
        ("paused", "paused", False),
        ("suspended", "suspended", False),
        ("not_verified", "not_verified", False),
        ("rejected", "rejected", True),
    ],
)
def test_a_refusal_says_whether_the_same_letter_may_ever_go(
    standin: Ses, fault: str, reason: str, for_good: bool
) -> None:
    standin.faults.arm(Fault(fault))
    with pytest.raises(MailRefused) as refused:
        mailed(standin)
    assert (refused.value.reason, refused.value.for_good) == (reason, for_good)
    assert standin.letters == []


def test_a_sender_that_nobody_verified_is_a_fault_of_the_set_up(standin: Ses) -> None:
    with pytest.raises(MailRefused) as refused:
        mailed(standin, sender="contact@example.org")
    assert (refused.value.reason, refused.value.for_good) == ("not_verified", False)


def test_a_misshapen_letter_never_goes(standin: Ses) -> None:
    with pytest.raises(MailRefused) as refused:
        mailed(standin, b"no header")
    assert refused.value.for_good


@pytest.mark.parametrize(
    ("fault", "sent"), [("lost_answer", 1), ("timeout", 0), ("bare_500", 0), ("unavailable", 0)]
)
def test_an_answer_that_is_lost_leaves_the_letter_open_and_nothing_is_repeated(
    standin: Ses, fault: str, sent: int
) -> None:
    standin.faults.arm(Fault(fault, seconds=0))
    with pytest.raises(MailUnanswered):
        mailed(standin)
    assert len(standin.letters) == sent
    assert standin.calls.report()["total"] == 1


def test_where_nobody_listens_nothing_went() -> None:
    with ses.serving() as standin:
        pass
    with pytest.raises(MailRefused) as refused:
        mailed(standin)
    assert not refused.value.for_good


def test_a_refusal_says_nothing_of_whom_it_was_about(standin: Ses) -> None:
    with pytest.raises(MailRefused) as refused:
        mailed(standin, to="a b@example.fr")
    assert "example" not in repr(refused.value)
    assert refused.value.__context__ is None or refused.value.__suppress_context__


# ---------------------------------------------------------------- whom SES does not write to


@pytest.mark.parametrize(("fate", "left"), [("complaint", []), ("bounce", [CAMILLE])])
def test_who_is_purged_leaves_ses_s_own_list_unless_there_is_no_such_mailbox(
    standin: Ses, fate: str, left: list[str]
) -> None:
    standin.act("mailbox", email=CAMILLE, fate=fate)
    send(standin)
    assert standin.suppressed == [CAMILLE]
    for _ in range(2):
        SesUndeliverables(client(standin)).lift("Camille.Durand@example.fr")
    assert standin.suppressed == left


@pytest.mark.parametrize("fault", ["throttled", "bare_500", "timeout"])
def test_where_ses_does_not_answer_nobody_is_taken_for_lifted(standin: Ses, fault: str) -> None:
    standin.faults.arm(Fault(fault, seconds=0))
    with pytest.raises(ProviderUnavailable, match=r"^ses: ") as down:
        SesUndeliverables(client(standin)).lift(CAMILLE)
    assert "camille" not in repr(down.value)
