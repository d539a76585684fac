"""Saving and restoring the emulator's state so that a kill loses nothing that was acknowledged.

ministack writes its services to JSON on a clean stop, without the records of DynamoDB streams. Here a snapshot
holds those too, and between snapshots every acknowledged write is journalled as the request that made it.
Starting means: load the snapshot, send the journalled requests again, take a new snapshot. Requests that are
sent again find the state that they found before, so conditions decide the same way. Streams, queues and events
then deliver again what was delivered since the snapshot: at least once, as in AWS.
"""

# ruff: noqa: SLF001  ministack has no public names for any of this

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from cli.local.emulator import inside
from cli.local.emulator.journal import Journal

SMALLEST_FULL_JOURNAL = 16 * 1024 * 1024
ATTEMPTS_AT_A_STILL_MOMENT = 20

DYNAMODB_READS = frozenset(
    {"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"}
    | {"DescribeTable", "ListTables", "DescribeTimeToLive", "DescribeContinuousBackups", "DescribeEndpoints"}
    | {"DescribeLimits", "ListTagsOfResource", "ListBackups", "DescribeBackup"}
)
SQS_WRITES = frozenset({"SendMessage", "SendMessageBatch", "PurgeQueue"})
EVENT_WRITES = frozenset({"PutEvents", "PutPartnerEvents"})

log = logging.getLogger("local.state")


class DurableState:
    """The emulator's state on disk. Everything here runs on the server's event loop."""

    def __init__(self, home: Path) -> None:
        self._journal = Journal(home)
        self._full = SMALLEST_FULL_JOURNAL
        self._replaying = False
        self._events: list[dict[str, Any]] = []
        self._start_pollers: Callable[[], None] = inside.lambda_service._ensure_poller

    def install(self) -> None:
        """Put loading, saving and journalling in ministack's way."""
        inside.persistence.STATE_DIR = str(self._journal.generation)
        load = inside.app._load_persisted_state

        def load_and_replay() -> None:
            load()
            _restore_streams(self._journal.generation)
            self._replay()
            self.save()

        inside.app._load_persisted_state = load_and_replay
        inside.app.save_all = lambda _services: self.save()
        inside.lambda_service._ensure_poller = lambda: None
        self._keep(inside.dynamodb, "dynamodb", lambda action: action not in DYNAMODB_READS)
        self._keep(inside.sqs, "sqs", SQS_WRITES.__contains__)
        self._keep(inside.eventbridge, "events", EVENT_WRITES.__contains__)
        self._keep_notices()

    def save(self) -> None:
        """Take a snapshot and start a new generation. What cannot be saved leaves the old one in force."""
        upcoming = self._journal.prepare()
        inside.persistence.STATE_DIR = str(upcoming)
        try:
            states = inside.app._build_persistence_save_dict()
            # How far the streams were read goes first: a position may lag behind its stream, never lead it.
            for name in sorted(states, key=lambda name: name != "lambda"):
                state = _at_a_still_moment(states[name])
                if state is not None:
                    _write(upcoming, name, state)
            streams = json.dumps(_at_a_still_moment(_streams), default=inside.persistence._json_default)
            (upcoming / "streams.json").write_text(streams)
            self._journal.turn(upcoming)
            # A journal as large as the snapshot costs as much to make again: no write pays for more than itself.
            self._full = max(SMALLEST_FULL_JOURNAL, sum(file.stat().st_size for file in upcoming.iterdir()))
        except Exception:
            log.exception("no snapshot was taken; the journal goes on")
        finally:
            inside.persistence.STATE_DIR = str(self._journal.generation)

    async def open(self) -> None:
        """Let streams and queues drive functions, and deliver the events accepted since the last snapshot again."""
        inside.lambda_service._ensure_poller = self._start_pollers
        self._start_pollers()
        events, self._events = self._events, []
        for entry in events:
            with _as_sent(entry):
                await inside.eventbridge.handle_request(*_request(entry))

    def _keep(self, module: Any, service: str, worth_keeping: Callable[[str], bool]) -> None:
        handle = module.handle_request

        async def handle_and_keep(
            method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
        ) -> Any:
            answer = await handle(method, path, headers, body, query)
            target = headers.get("x-amz-target", "")
            if answer[0] == 200 and not self._replaying and worth_keeping(target.rpartition(".")[2]):
                self._append(service, target, path, body.decode())
                if self._journal.size > self._full:
                    self.save()
            return answer

        module.handle_request = handle_and_keep

    def _append(self, service: str, target: str, path: str, body: str) -> None:
        self._journal.append(
            {
                "service": service,
                "target": target,
                "path": path,
                "account": inside.responses.get_account_id(),
                "region": inside.responses.get_region(),
                "body": body,
            }
        )

    def _keep_notices(self) -> None:
        """What S3 tells EventBridge of an object is kept like any event, before the object is acknowledged.

        ministack tells it in a thread of its own, which a kill leaves untold.
        """
        dispatch, telling = inside.eventbridge._dispatch_event, False

        def tell(bucket: str, key: str, event_name: str, *about: Any, **more: Any) -> None:
            nonlocal telling
            telling = True
            try:
                sequencer = inside.s3._next_event_sequencer(event_name)
                inside.s3._fire_s3_event(bucket, key, event_name, *about, sequencer=sequencer, **more)
            finally:
                telling = False

        def keep_and_dispatch(event: dict[str, Any], view: Any = None) -> None:
            if telling:
                entry = {name: event[name] for name in ("Source", "DetailType", "Detail", "Resources")}
                self._append("events", "AWSEvents.PutPartnerEvents", "/", json.dumps({"Entries": [entry]}))
            dispatch(event, view)

        inside.s3._fire_s3_event_async = tell
        inside.eventbridge._dispatch_event = keep_and_dispatch

    def _replay(self) -> None:
        modules = {"dynamodb": inside.dynamodb, "sqs": inside.sqs}
        self._replaying = True
        count = 0
        try:
            for entry in self._journal.entries():
                count += 1
                if entry["service"] == "events":
                    self._events.append(entry)
                    continue
                with _as_sent(entry):
                    _finish(modules[entry["service"]].handle_request(*_request(entry)))
        finally:
            self._replaying = False
        if count:
            log.warning("%d writes were journalled since the last snapshot and made again", count)


def _as_sent(entry: Mapping[str, Any]) -> AbstractContextManager[None]:
    """The account and region that a journalled request was sent under."""
    scope: AbstractContextManager[None] = inside.responses.request_scope(entry["account"], entry["region"])
    return scope


def _request(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return "POST", entry["path"], {"x-amz-target": entry["target"]}, entry["body"].encode(), {}


def _finish(request: Any) -> None:
    """Run a handler that never waits to its end, from inside the running event loop."""
    try:
        request.send(None)
    except StopIteration:
        return
    request.close()
    raise RuntimeError("a journalled request waited for something")


def _write(directory: Path, name: str, state: Any) -> None:
    inside.persistence.save_state(name, state)
    if not (directory / f"{name}.json").exists():
        raise OSError(f"{name} was not saved: see above")


def _at_a_still_moment(read: Callable[[], Any]) -> Any:
    """Read a structure that other threads change: again, as long as one of them changed it meanwhile."""
    for attempt in range(ATTEMPTS_AT_A_STILL_MOMENT):
        try:
            return read()
        except RuntimeError:
            if attempt == ATTEMPTS_AT_A_STILL_MOMENT - 1:
                raise
    return None


def _streams() -> dict[str, Any]:
    """The records of DynamoDB streams that some mapping has not read yet."""
    dynamodb, service = inside.dynamodb, inside.lambda_service
    records, trimmed = inside.responses.AccountRegionScopedDict(), inside.responses.AccountRegionScopedDict()
    unread: dict[tuple[str, str, str], int] = {}
    for account, region, mapping in list(service._iter_all_esms()):
        table = table_of(mapping)
        position = service._dynamodb_stream_positions.get_scoped(account, region, mapping["UUID"])
        if table is not None and position is not None:
            scope = (account, region, table)
            unread[scope] = min(unread.get(scope, position), position)
    for scope, kept in list(dynamodb._stream_records._data.items()):
        start = dynamodb._stream_trimmed._data.get(scope, 0)
        read = max(0, min(len(kept), unread.get(scope, start) - start))
        records._data[scope] = list(kept[read:])
        trimmed._data[scope] = start + read
    return {"records": records, "trimmed": trimmed, "sequence": dynamodb._stream_seq_counter}


def table_of(mapping: Mapping[str, Any]) -> str | None:
    """The table whose stream a mapping reads, or None."""
    source = mapping.get("EventSourceArn", "")
    if ":dynamodb:" not in source or "/stream/" not in source:
        return None
    return str(source.split("/stream/")[0].rpartition("/")[2])


def _restore_streams(generation: Path) -> None:
    file = generation / "streams.json"
    if not file.exists():
        return
    saved = json.loads(file.read_text(), object_hook=inside.persistence._json_object_hook)
    inside.dynamodb._stream_records._data.update(saved["records"]._data)
    inside.dynamodb._stream_trimmed._data.update(saved["trimmed"]._data)
    inside.dynamodb._stream_seq_counter = saved["sequence"]


async def drained(seconds: float) -> None:
    """Wait until no function runs, or the time is over: what is cut short is delivered again."""
    for _ in range(int(seconds / 0.05)):
        if inside.lambda_service.executions_in_flight()[0] == 0:
            return
        await asyncio.sleep(0.05)
