"""`privacy replay`: signed as the providers sign, every answer on a line."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from cli.local.secrets import OVERRIDES
from cli.main import main
from tests.unit.cli.receiver import Heard, Receiver, receiving

EVENTS = Path(__file__).resolve().parents[3] / "events"


def event(number: int = 1, type_: str = "customer.created") -> dict[str, Any]:
    return {"id": f"evt_{number}", "object": "event", "type": type_, "data": {"object": {"name": "Zoë"}}}


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    for name in OVERRIDES:
        monkeypatch.delenv(name, raising=False)
    with receiving() as running:
        running.open_at(tmp_path / "state")
        yield running


@pytest.fixture
def replay(receiver: Receiver, tmp_path: Path) -> Any:
    def run(*arguments: str) -> int:
        return main(["replay", *arguments, "--state", str(tmp_path / "state")])

    return run


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(name: str, content: object) -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return str(path)

    return write


def signed_with(secret: str, request: Heard, header: str) -> bool:
    claim = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", request.headers[header])
    assert claim is not None
    message = claim[1].encode() + b"." + request.body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest() == claim[2]


def test_a_stripe_event_is_posted_byte_for_byte_and_signed(
    replay: Any, file: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    content = json.dumps(event(), indent=3, ensure_ascii=False).encode()
    assert replay(file("one.json", content)) == 0
    (request,) = receiver.heard
    assert (request.path, request.body) == ("/webhooks/stripe", content)
    assert signed_with("whsec_local", request, "stripe-signature")
    out = capsys.readouterr().out
    assert re.search(r"^204 +customer\.created +evt_1$", out, re.MULTILINE)
    assert "1 sent, 1 accepted, 0 not accepted" in out


@pytest.mark.parametrize("several", [[event(1), event(2)], {"one (paid)": event(1), "two": event(2)}])
def test_a_file_may_hold_several_events(replay: Any, file: Any, receiver: Receiver, several: Any) -> None:
    assert replay(file("several.json", several)) == 0
    assert [json.loads(request.body) for request in receiver.heard] == [event(1), event(2)]


def test_a_mailchimp_form_goes_to_the_path_key_with_its_signature(
    replay: Any, file: Any, receiver: Receiver
) -> None:
    body = b"type=subscribe&fired_at=2026-11-10+19%3A00%3A00&data%5Bemail%5D=a%40example.fr"
    assert replay(file("subscribe.form", body + b"\n")) == 0
    (request,) = receiver.heard
    assert (request.path, request.body) == ("/webhooks/mailchimp/a%20key%2Fwith%20a%20slash", body)
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert signed_with("local secret", request, "x-mailchimp-signature")


def test_every_example_event_of_the_repository_can_be_replayed(replay: Any, receiver: Receiver) -> None:
    files = [*EVENTS.glob("stripe/*.json"), *EVENTS.glob("mailchimp/*.form")]
    assert files
    assert replay(*map(str, files)) == 0
    assert len(receiver.heard) == len(files)


def test_no_address_stands_in_the_report(
    replay: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    replay(*map(str, EVENTS.glob("mailchimp/*.form")), *map(str, EVENTS.glob("stripe/*.json")))
    assert "@" not in capsys.readouterr().out


def test_repeat_sends_each_several_times_and_shuffle_in_any_order(
    replay: Any, file: Any, receiver: Receiver
) -> None:
    many = file("many.json", [event(number) for number in range(30)])
    assert replay(many, "--repeat", "3", "--shuffle") == 0
    sent = [json.loads(request.body)["id"] for request in receiver.heard]
    assert Counter(sent) == {f"evt_{number}": 3 for number in range(30)}
    assert sent != [f"evt_{number}" for _ in range(3) for number in range(30)]


def test_an_event_that_is_not_accepted_is_told_and_the_exit_status_is_1(
    replay: Any, file: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver.answer = lambda request: (401 if b"evt_2" in request.body else 204, b"")
    assert replay(file("several.json", [event(1), event(2), event(3)])) == 1
    out = capsys.readouterr().out
    assert "401  customer.created" in out
    assert "signature refused" in out
    assert "3 sent, 2 accepted, 1 not accepted" in out


def test_the_environment_overrides_the_local_secrets(
    replay: Any, file: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "whsec_mine")
    assert replay(file("one.json", event())) == 0
    assert signed_with("whsec_mine", receiver.heard[0], "stripe-signature")


def test_another_address_is_signed_for_with_the_environments_secrets_alone(
    file: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one, form = file("one.json", event()), file("one.form", b"type=campaign&fired_at=2026-11-10")
    assert main(["replay", one, "--url", receiver.base_url]) == 2
    assert "set STRIPE_WEBHOOK_SECRET" in capsys.readouterr().err
    assert main(["replay", form, "--url", receiver.base_url]) == 2
    assert "set MAILCHIMP_WEBHOOK_KEY" in capsys.readouterr().err
    assert receiver.heard == []
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "whsec_far")
    monkeypatch.setenv("MAILCHIMP_WEBHOOK_KEY", "key")
    assert main(["replay", one, form, "--url", receiver.base_url + "/"]) == 0
    first, second = receiver.heard
    assert signed_with("whsec_far", first, "stripe-signature")
    assert second.path == "/webhooks/mailchimp/key"
    assert "x-mailchimp-signature" not in second.headers


@pytest.mark.parametrize(
    ("name", "content", "hint"),
    [
        ("bad.json", b"{", "not JSON"),
        ("bad.json", b"[]", "holds no event"),
        ("bad.json", b"7", "holds no Stripe event"),
        ("bad.json", b'{"object": "customer"}', "holds no Stripe event"),
        ("bad.json", b'[{"object": "event"}]', "holds no Stripe event"),
        ("bad.json", b'{"detail-type": "customer.created", "detail": {}}', "EventBridge envelope"),
        ("bad.form", b"\n", "holds no event"),
        ("bad.form", b"hello", "no Mailchimp form body"),
        ("bad.form", b"type=%ff\xff", "no Mailchimp form body"),
    ],
)
def test_a_bad_file_gets_one_line_and_nothing_is_sent(
    replay: Any,
    file: Any,
    receiver: Receiver,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes,
    hint: str,
) -> None:
    assert replay(file("good.json", event()), file(name, content)) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert hint in told.err
    assert receiver.heard == []


@pytest.mark.parametrize("count", ["0", "-1", "many", "1.5"])
def test_a_bad_count_gets_one_line(
    replay: Any, file: Any, capsys: pytest.CaptureFixture[str], count: str
) -> None:
    assert replay(file("one.json", event()), f"--repeat={count}") == 2
    assert "give a number from 1" in capsys.readouterr().err


def test_the_forms_hold_what_their_names_say() -> None:
    for path in EVENTS.glob("mailchimp/*.form"):
        assert parse_qs(path.read_text())["type"] == [path.name.split(".")[0]]
