"""The public address: one port, the public paths, bytes passed on as they came.

Everything goes to the deployed HTTP API and its routes; nothing is answered here but what AWS answers before a
function is reached: 403 for an operator whose signature is wrong, 413 above the gateway's 10 MB.
"""

import http.client
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from botocore.credentials import Credentials

from cli.local.operators import AccessKey, Asked, Refused, signed, verified
from cli.local.ports import HERE

LARGEST_BODY = 10 * 1024 * 1024
OPERATOR = "/operator/"
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)
REPLACED_BY_IDENTITY = frozenset(
    {"authorization", "content-length", "host", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"}
)


@dataclass(frozen=True)
class Target:
    """Where the front door leads, whose signatures it knows, and the session that goes with each role."""

    port: int
    api: str
    keys: list[AccessKey]
    sessions: Mapping[str, Credentials]


@dataclass(frozen=True)
class Answer:
    """What is sent back. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of_gateway(cls, status: int, message: str) -> "Answer":
        """Return an answer in API Gateway's own words."""
        return cls(status, {"content-type": "application/json"}, b'{"message":"%s"}' % message.encode())


class FrontDoor:
    """An HTTP server on 127.0.0.1, a thread for each connection."""

    def __init__(self, port: int) -> None:
        self._server = _Server((HERE, port), _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def base_url(self) -> str:
        return self._server.base_url

    def open(self, target: Target) -> None:
        """Let requests in, to this target from now on."""
        self._server.target = target
        if not self._thread.is_alive():
            self._thread.start()

    def close(self) -> None:
        """Let nobody in any more and free the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    target: Target

    @property
    def base_url(self) -> str:
        return f"http://{HERE}:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about callers who hang up; tell of anything else in one line."""
        error = sys.exception()
        if not isinstance(error, ConnectionError | TimeoutError):
            print(f"front door: {type(error).__name__}", file=sys.stderr)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "privacy-back-office"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 60
    server: _Server

    def pass_on(self) -> None:
        try:
            body = self._body()
        except ValueError:  # a length that is no number
            self.close_connection = True
            self._answer(Answer.of_gateway(400, "Bad Request"))
            return
        if body is None:
            self.close_connection = True
            self._answer(Answer.of_gateway(413, "Request Entity Too Large"))
            return
        names = dict.fromkeys(name.lower() for name in self.headers)
        headers = {name: ",".join(self.headers.get_all(name, [])) for name in names}
        self._answer(_answer_to(Asked(self.command, self.path, headers, body), self.server))

    def _body(self) -> bytes | None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = int(self.headers.get("Content-Length") or 0)
        if length <= LARGEST_BODY:
            return self.rfile.read(length)
        left = min(length, LARGEST_BODY * 4)  # read away, or the sender never comes to read our answer
        while left > 0:
            left -= len(self.rfile.read(min(left, 65536))) or left
        return None

    def _chunks(self) -> bytes | None:
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            if len(body) + size > LARGEST_BODY:
                return None
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Keep quiet: a path may hold a key."""


for _method in METHODS:
    setattr(_Handler, f"do_{_method}", _Handler.pass_on)


def _answer_to(asked: Asked, server: _Server) -> Answer:
    target = server.target
    inner = f"/_aws/execute-api/{target.api}/$default{asked.path}"
    if asked.path.startswith(OPERATOR):
        try:
            asked = _identified(asked, inner, server)
        except Refused:
            return Answer.of_gateway(403, "Forbidden")
    try:
        return _forwarded(replace(asked, path=inner), target.port)
    except (OSError, http.client.HTTPException):
        return Answer.of_gateway(503, "Service Unavailable")


def _identified(asked: Asked, inner: str, server: _Server) -> Asked:
    """Check the caller's own signature, and go on with the session of the caller's role.

    What that role may call, the gateway decides by the template's policies.
    """
    target = server.target
    key = verified(target.keys, asked, server.base_url, datetime.now(UTC))
    kept = {name: value for name, value in asked.headers.items() if name not in REPLACED_BY_IDENTITY}
    again = signed(
        target.sessions[key.role], replace(asked, path=inner, headers=kept), f"http://{HERE}:{target.port}"
    )
    return replace(asked, headers=again)


def _forwarded(asked: Asked, port: int) -> Answer:
    headers = {name.lower(): value for name, value in asked.headers.items() if name.lower() not in HOP_BY_HOP}
    headers |= {"host": f"{HERE}:{port}", "content-length": str(len(asked.body))}
    connection = http.client.HTTPConnection(HERE, port, timeout=60)
    try:
        connection.putrequest(asked.method, asked.path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(asked.body)
        answer = connection.getresponse()
        dropped = HOP_BY_HOP | {"content-length", "date", "server"}
        kept = {name.lower(): value for name, value in answer.getheaders() if name.lower() not in dropped}
        return Answer(answer.status, kept, answer.read())
    finally:
        connection.close()
