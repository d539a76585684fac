"""Messages of the purge's queue → whatever purges that kind: a plan's batches, and whom a restore brought back.

{"run": "retention-…", "batch": "3f2a…", "kind": "person", "keys": "person-1|person …"}
{"run": "replay-…", "kind": "replay"}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from privacy import logs, metrics
from privacy.inbound.batch import BatchRecord
from privacy.operations.retention.purge_batch import Batch, read_batch
from privacy.operations.retention.purge_person import LATE, MISSED_ORDER
from privacy.operations.retention.replay_erasures import Replaying
from privacy.ports import KeyQueue

REPLAY = "replay"

_TOLD: Mapping[str, metrics.Metric] = {LATE: "PurgeLate", MISSED_ORDER: "MissedOrder"}

#: What of its time is kept for the page of a replay that is under way, and for the message about the rest.
RESERVED = 0.2

#: Purges a batch as of an instant, which is the same at each attempt; asks how much of the time is left.
type PurgeBatch = Callable[[Batch, datetime, Callable[[], float]], None]


def work(
    record: BatchRecord,
    *,
    purges: Mapping[str, Callable[[], PurgeBatch]],
    replaying: Callable[[], Replaying],
    queue: KeyQueue,
    left: Callable[[], float],
    now: Callable[[], datetime],
) -> None:
    """purges: by kind, each built where it is used. left: the share of the worker's time that is left.

    Raises MalformedBatch, and whatever keeps somebody from being purged now: the message comes again.
    """
    body = record.body or {}
    if body.get("kind") == REPLAY:
        if replaying().go_on(body["run"], lambda: left() > RESERVED):
            queue.send([replay(body["run"])])
        return
    batch = read_batch(body)
    # by when it was sent an earlier attempt at the same message is known
    at = record.received.sent if record.received else now()
    purges[batch.kind]()(batch, at, left)


def replay(run: str) -> dict[str, str]:
    """The message that goes on with a replay."""
    return {"run": run, "kind": REPLAY}


def tell(happened: str) -> None:
    """happened: MISSED_ORDER | LATE; alarms are on both (docs/runbook.md)."""
    metrics.count(_TOLD[happened])


def redaction_failed(job: str, why: str) -> None:
    """An operator has to look at it, in Stripe's Dashboard. job: its id there; why: words of Stripe's and ours."""
    logs.record("redaction_failed", job=job, why=why)
    metrics.count("RedactionFailed")


def skipped() -> None:
    """A provider is down, and somebody who is due is still here."""
    metrics.count("PurgeSkipped")
