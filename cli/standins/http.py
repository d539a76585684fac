"""The web server under the stand-ins: requests, answers, routes, and a threaded server on 127.0.0.1."""

import base64
import json
import re
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

Json = dict[str, Any]

LARGEST_BODY = 10_000_000


@dataclass(frozen=True)
class Request:
    """One HTTP request, read whole. Header names are lower-case."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def argument(self, name: str) -> str | None:
        """Return the last value of a query argument, or None."""
        return dict(self.query).get(name)

    def credentials(self) -> tuple[str, str]:
        """Return name and password of basic authorization; a bearer's token is both. Empty where there is none."""
        scheme, _, value = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return value.strip(), value.strip()
        if scheme.lower() != "basic":
            return "", ""
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except ValueError:
            return "", ""
        return name, password

    def json(self) -> Json:
        """Return the body as a JSON object; an empty or `null` body is an empty object."""
        if not self.body.strip():
            return {}
        value = json.loads(self.body)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise ValueError("the body is not a JSON object")
        return value


@dataclass(frozen=True)
class Response:
    """One HTTP answer. A status of 0 means: close the connection and answer nothing."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, value: object, status: int = 200, content_type: str = "application/json") -> "Response":
        """Return an answer with `value` as its JSON body."""
        return cls(status, json.dumps(value).encode(), {"Content-Type": content_type})


class RefusedError(Exception):
    """The provider refuses a call; `answer` is what it says."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


SILENCE = Response(0)
"""The answer that never comes."""

Action = Callable[..., Response]


@dataclass(frozen=True)
class Route:
    """A method and a path template such as `/3.0/lists/{list_id}`, and what answers it."""

    method: str
    template: str
    action: Action

    def pattern(self) -> re.Pattern[str]:
        """Return the template as a regular expression with one named group for each placeholder."""
        return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.template)))


class Routes:
    """Finds the route of a request. Placeholders are matched before, and unquoted after, percent-decoding."""

    def __init__(self, routes: list[Route]) -> None:
        self._routes = [(route, route.pattern()) for route in routes]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route that answers, and the values of its placeholders."""
        for route, pattern in self._routes:
            found = pattern.fullmatch(path)
            if found and route.method == method:
                return route, {name: unquote(value) for name, value in found.groupdict().items()}
        return None

    def methods(self, path: str) -> set[str]:
        """Return the methods that some route accepts for `path`."""
        return {route.method for route, pattern in self._routes if pattern.fullmatch(path)}


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # with five, a burst of connections waits a second for its second try
    block_on_close = False

    def shutdown(self) -> None:
        """Without waiting for the loop's next look: a connection wakes it."""
        ending = threading.Thread(target=super().shutdown)
        ending.start()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.server_port), timeout=1):
            ending.join()


class WebServer:
    """Serves one application on 127.0.0.1, a thread for each connection."""

    def __init__(
        self, application: Callable[[Request], Response], port: int = 0, largest: int = LARGEST_BODY
    ) -> None:
        self._server = _Server(("127.0.0.1", port), _handler_for(application, largest))
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """The address that answers, without a trailing slash."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Answer requests in a thread of its own until `stop`."""
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Accept nothing more and free the port."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


def _handler_for(application: Callable[[Request], Response], largest: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "standin"
        sys_version = ""
        disable_nagle_algorithm = True
        timeout = 150

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if length > largest:
                self.close_connection = True
                self._write(Response(413))
                return
            url = urlsplit(self.path)
            answer = application(
                Request(
                    method=self.command,
                    path=url.path,
                    query=parse_qsl(url.query, keep_blank_values=True),
                    headers={name.lower(): value for name, value in self.headers.items()},
                    body=self.rfile.read(length),
                )
            )
            if answer.status == 0:
                self.close_connection = True
                return
            self._write(answer)

        def _write(self, answer: Response) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if answer.status != 204:
                self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent: requests carry addresses."""

    return Handler
