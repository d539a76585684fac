"""The pages behind an address of this machine, and beside them the store that they lead to: real origins, no cloud.

What the gateway would hand over reaches the same handler as in Lambda; means are the stores of a test.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from privacy.inbound.http import Reply
from privacy.inbound.pages.answering import answering
from privacy.inbound.pages.routes import ROUTES, Means, answer
from tests.requesting import POLICY

type Handle = Callable[[dict[str, Any]], Reply]


@dataclass
class Heard:
    """One request that reached either address."""

    method: str
    path: str
    body: bytes


@dataclass
class Server:
    """Answers by `handle`, which gets the event that the gateway would make of a request."""

    handle: Handle
    heard: list[Heard] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(handle: Handle) -> Iterator[Server]:
    """Run one on a free port."""
    server = Server(handle)

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            server.heard.append(Heard(self.command, self.path, body))
            reply = server.handle(_event(self.command, self.path, dict(self.headers.items()), body))
            content: Any = reply["body"]
            content = content if isinstance(content, bytes) else content.encode()
            self.send_response(reply["statusCode"])
            for name, value in reply["headers"].items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self._take()

        def do_POST(self) -> None:
            self._take()

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def pages(**means: Callable[[], object]) -> Handle:
    """The pages' own handler, with what a test gives it."""
    unused: Any = dict.fromkeys(Means._fields)
    given = Means(**{**unused, **means})
    handle = answering(lambda: POLICY.controller)(lambda event: answer(event, given))
    return lambda event: handle(event, None)


def _event(method: str, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    parts = urlsplit(path)
    route, parameters = _route(method, parts.path)
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": parts.path,
        "headers": {name.lower(): value for name, value in headers.items()},
        "queryStringParameters": dict(parse_qsl(parts.query)) or None,
        "pathParameters": parameters,
        "requestContext": {"http": {"method": method}, "requestId": "r-1", "domainName": "pages.example"},
        "body": body.decode("latin-1"),
        "isBase64Encoded": False,
    }


def _route(method: str, path: str) -> tuple[str, dict[str, str]]:
    for route in ROUTES:
        verb, _, place = route.partition(" ")
        found = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", place), path)
        if verb == method and found is not None:
            return route, found.groupdict()
    return "$default", {}
