"""A second opinion, written by others: localstripe's signed webhook is accepted by our verifier, and Stripe's."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlencode

import pytest
import stripe

from privacy.inbound.signature import InvalidSignature, verify

LOCALSTRIPE = Path(__file__).parents[2] / ".tools" / "localstripe" / "bin" / "localstripe"
SECRET = "whsec_localstripe"

pytestmark = pytest.mark.skipif(
    not LOCALSTRIPE.exists(), reason="localstripe is not installed: `make setup` installs it into .tools"
)


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    process = subprocess.Popen(
        [LOCALSTRIPE, "--port", str(number), "--from-scratch"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 20
        while not answers(number):
            assert process.poll() is None, "localstripe ended"
            assert time.monotonic() < deadline, "localstripe does not answer"
            time.sleep(0.02)
        yield number
    finally:
        process.terminate()
        process.wait(10)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def post(port: int, path: str, **fields: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Authorization": "Bearer sk_test_x", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, urlencode(fields), headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert answer.status == 200, text


def test_its_webhook_is_accepted_and_a_changed_one_is_not(port: int) -> None:
    received: list[tuple[bytes, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((body, self.headers["Stripe-Signature"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.timeout = 10
        url = f"http://127.0.0.1:{server.server_address[1]}/webhooks/stripe"
        post(port, "/_config/webhooks/ours", url=url, secret=SECRET)
        post(port, "/v1/customers", email="camille.durand@example.fr")
        server.handle_request()
    ((body, header),) = received
    now = int(time.time())
    verify(body, header, ["whsec_another", SECRET], now)
    assert json.loads(body)["type"] == "customer.created"
    assert stripe.Webhook.construct_event(body, header, SECRET).type == "customer.created"  # type: ignore[no-untyped-call]
    with pytest.raises(InvalidSignature):
        verify(body + b" ", header, [SECRET], now)
    with pytest.raises(InvalidSignature):
        verify(body, header, [SECRET], now + 3600)
