"""A back office that only writes down what it is sent: where a command's requests can be looked at."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Heard:
    """One request. Header names are lower-case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers every request with `answer(request)`: a status and a body."""

    base_url: str
    heard: list[Heard] = field(default_factory=list)
    answer: Callable[[Heard], tuple[int, bytes]] = lambda _: (204, b"")

    def open_at(self, state: Path, **more: Any) -> None:
        """Leave word in the state directory, as the local back office does."""
        state.mkdir(parents=True, exist_ok=True)
        keys = {
            role: {"access_key_id": f"AKIA{role.upper()}", "secret_access_key": f"secret of {role}"}
            for role in ("PrivacyDpo", "PrivacyStaff")
        }
        told = {"base_url": self.base_url, "region": "eu-west-3", "operators": keys, **more}
        (state / "office.json").write_text(json.dumps(told))
        secrets = {
            "stripe-webhook": {"signing_secrets": ["whsec_local", "whsec_older"]},
            "mailchimp-webhook": {"path_keys": ["a key/with a slash"], "signing_secrets": ["local secret"]},
        }
        (state / "secrets.json").write_text(json.dumps(secrets))


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run one on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Heard(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            receiver.heard.append(request)
            status, content = receiver.answer(request)
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
