"""The stand-in's process. `python -m bench.aws.server` prints its port, serves until its standard input closes.

Besides AWS's own calls: POST /bench/load {"table", "items"}, /bench/clear {"table"}, /bench/secrets {id: text},
/bench/partition {"table", "pk"}; /bench/written {"table"}, /bench/sent {"queue"} and /bench/calls, which tell what was
written, sent and called since they were last asked. S3 takes any object; SES's own list of addresses is empty.
"""

from __future__ import annotations

import json
import sys
import threading
import zlib
from collections import defaultdict
from contextlib import suppress
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bench.aws.tables import Refused, Tables, Units, written_out


class Aws:
    def __init__(self) -> None:
        self.tables = Tables()
        self.secrets: dict[str, str] = {}
        self.calls: list[dict[str, Any]] = []
        self.sent: dict[str, list[Any]] = defaultdict(list)
        self._lock = threading.Lock()

    def answer(self, target: str, request: dict[str, Any], *, first: bool = True) -> tuple[int, str]:
        """first: of boto3's attempts. A second one says how busy this machine is, and is not counted."""
        service, _, operation = target.partition(".")
        units = Units()
        with self._lock:
            status, answered = 200, ""
            try:
                if service.startswith("DynamoDB"):
                    answered = written_out(self.tables.call(operation, request, units))
                elif service == "AmazonSQS":
                    answered = json.dumps(self._queued(operation, request))
                else:
                    answered = json.dumps(self._secret(operation, request))
            except Refused as refused:
                status = 400
                kind = f"com.amazonaws.dynamodb.v20120810#{refused.code}"
                answered = written_out({"__type": kind, "message": refused.code, **refused.more})
            if first:
                table = request.get("TableName") or next(iter(request.get("RequestItems", ())), "")
                self.calls.append({"operation": operation, "table": table} | asdict(units))
        return status, answered

    def _secret(self, operation: str, request: dict[str, Any]) -> dict[str, str]:
        if operation != "GetSecretValue":
            raise Refused("UnknownOperationException")
        return {"Name": request["SecretId"], "SecretString": self.secrets[request["SecretId"]]}

    def _queued(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """A queue is the end of its address. It keeps bodies until the bench asks for them."""
        if operation != "SendMessageBatch":
            raise Refused("UnknownOperationException")
        bodies = [json.loads(entry["MessageBody"]) for entry in request["Entries"]]
        self.sent[request["QueueUrl"].rpartition("/")[2]] += bodies
        taken = [{"Id": entry["Id"], "MessageId": entry["Id"]} for entry in request["Entries"]]
        return {"Successful": taken, "Failed": []}

    def told(self, path: str, asked: dict[str, Any]) -> Any:
        """The bench's own requests."""
        match path:
            case "/bench/load":
                self.tables.load(asked["table"], asked["items"])
            case "/bench/clear":
                self.tables.clear(asked["table"])
            case "/bench/secrets":
                self.secrets |= asked
            case "/bench/partition":
                return self.tables.partition(asked["table"], asked["pk"])
            case "/bench/written":
                return self.tables.written.pop(asked["table"], [])
            case "/bench/sent":
                return self.sent.pop(asked["queue"], [])
            case "/bench/calls":
                calls, self.calls = self.calls, []
                return calls
            case _:
                raise ValueError(path)
        return None


def serve() -> None:
    aws = Aws()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
            if target := self.headers.get("X-Amz-Target"):
                attempt = self.headers.get("amz-sdk-request", "attempt=1")
                status, text = aws.answer(target, request, first="attempt=1" in attempt)
            else:
                status, text = 200, json.dumps(aws.told(self.path, request))
            body = text.encode()
            head = (
                f"HTTP/1.1 {status} OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
                f"x-amzn-RequestId: 00000000000000000000\r\nx-amz-crc32: {zlib.crc32(body)}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            with suppress(ConnectionError):  # whoever asked waited two seconds, and asks again
                self.wfile.write(head.encode() + body)

        def do_PUT(self) -> None:
            """S3 keeps an object: nobody reads it here."""
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answered("PutObject", "200 OK", "")

        def do_GET(self) -> None:
            """SES's own list, which has nobody."""
            self._answered("GetSuppressedDestination", "404 Not Found", "{}")

        def _answered(self, operation: str, status: str, body: str) -> None:
            if "attempt=1" in self.headers.get("amz-sdk-request", "attempt=1"):
                aws.calls.append({"operation": operation, "table": ""} | asdict(Units()))
            refused = "x-amzn-ErrorType: NotFoundException\r\n" if status.startswith("404") else ""
            head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{refused}"
            self.wfile.write(f'{head}ETag: "0"\r\nContent-Length: {len(body)}\r\n\r\n{body}'.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    serve()
