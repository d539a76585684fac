"""Start ministack with its bridges. Settings come from the environment that `cli.local.backoffice` gives."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from cli.local.emulator import (
    bodies,
    index_sizes,
    inside,
    metrics,
    partner,
    paths,
    permissions,
    references,
    schedules,
)
from cli.local.emulator.state import DurableState, drained, table_of
from cli.local.emulator.streams import StreamMappings
from cli.local.emulator.workers import Workshop

PATIENCE_WITH_FUNCTIONS = 10.0

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Launcher:
    """ministack's application behind addresses of ours: /_local/open, save, work and pass-time."""

    def __init__(self, state: DurableState, timetable: schedules.Schedules) -> None:
        self._state = state
        self.timetable = timetable

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request, or the server's life."""
        if scope["type"] == "http" and scope["path"].startswith("/_local/"):
            asked = dict(parse_qsl(scope["query_string"].decode()))
            await self._answer(scope["path"].removeprefix("/_local/"), asked, send)
        else:
            await inside.app.app(scope, receive, send)

    async def _answer(self, what: str, asked: dict[str, str], send: Send) -> None:
        answer: dict[str, Any] = {}
        if what == "save":
            self._state.save()
        elif what == "open":
            await self._state.open()
        elif what == "work":
            answer = open_work()
        elif what == "pass-time":
            since, until = (datetime.fromisoformat(asked[name]) for name in ("since", "until"))
            answer = {"fired": await self.timetable.pass_time(since, until)}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


def open_work() -> dict[str, int]:
    """Count what functions still have to do: stream records unread, messages in queues, invocations running."""
    service, records, messages = inside.lambda_service, 0, 0
    for account, region, mapping in service._iter_all_esms():  # noqa: SLF001
        table = table_of(mapping)
        if table is not None:
            end = inside.dynamodb.stream_end_position(table, account_id=account, region=region)
            read = service._dynamodb_stream_positions.get_scoped(account, region, mapping["UUID"], end)  # noqa: SLF001
            records += max(0, end - read)
        elif ":sqs:" in mapping.get("EventSourceArn", ""):
            with inside.responses.request_scope(account, region):
                queue = inside.sqs._queue_by_arn(mapping["EventSourceArn"])  # noqa: SLF001
            messages += len(queue["messages"]) if queue else 0
    return {"records": records, "messages": messages, "running": service.executions_in_flight()[0]}


def main() -> int:
    """Serve until SIGTERM, SIGINT or the end of stdin: then save and stop."""
    port, home = int(os.environ["GATEWAY_PORT"]), Path(os.environ["LOCAL_HOME"])
    state = DurableState(home / "state")
    state.install()
    StreamMappings().install()
    bodies.install()
    index_sizes.install()
    metrics.install()
    partner.install()
    paths.install()
    references.install()
    schedules.keep_zones()
    clock_shift = float(os.environ.get("LOCAL_CLOCK_SHIFT") or 0)
    permissions.install(other_day=clock_shift != 0)
    Workshop(
        python=os.environ["LOCAL_FUNCTION_PYTHON"],
        trees=home / "functions",
        endpoint=f"http://127.0.0.1:{port}",
        clock_shift=clock_shift,
    ).install()
    inside.uvloop.run(serve(Launcher(state, schedules.Schedules(clock_shift)), port))
    inside.lambda_runtime.reset()
    return 0


async def serve(application: Launcher, port: int) -> None:
    """Run the server until it is told to stop, and let running functions finish."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    clock = loop.create_task(application.timetable.watch())
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def heard_from_starter() -> None:
        if not os.read(0, 4096):
            loop.remove_reader(0)
            stop.set()

    # Whoever started us holds our stdin open: when that ends, however it ended, so do we.
    loop.add_reader(0, heard_from_starter)

    async def told_to_stop() -> None:
        await stop.wait()
        clock.cancel()
        await drained(PATIENCE_WITH_FUNCTIONS)
        server.should_exit = True

    # ministack brings hypercorn, which takes a third of each request's time.
    config = inside.uvicorn.Config(
        application,
        host="127.0.0.1",
        port=port,
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        date_header=False,  # ministack's own
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    server = inside.uvicorn.Server(config)
    end = loop.create_task(told_to_stop())
    await server._serve()  # noqa: SLF001  `serve` would take over the signals
    end.cancel()


if __name__ == "__main__":
    sys.exit(main())
