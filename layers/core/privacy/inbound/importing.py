"""Messages of the import's queue, `{"run": …}` → its work: one lot of pages, and a message to itself for the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from privacy import logs, metrics
from privacy.domain.facts import Fact
from privacy.inbound.batch import BatchRecord
from privacy.inbound.payload import Document, Ignored, MalformedEvent, is_id
from privacy.operations.history.import_history import HistoryImport, Next, Unreadable
from privacy.ports import KeyQueue


def work(
    record: BatchRecord,
    *,
    history_import: Callable[[], HistoryImport],
    queue: KeyQueue,
    again: int,
    more: Callable[[], bool],
) -> None:
    """Go on while `more`. again: seconds until a plan that does not stand still yet, or a provider, is tried again."""
    run = (record.body or {})["run"]
    match history_import().go_on(run, more):
        case Next.NOW:
            queue.send([{"run": run}])
        case Next.LATER:
            queue.send([{"run": run}], delay=again)
        case Next.NEVER:
            pass


def reading(
    read: Callable[[str, Document, datetime], Sequence[Fact] | Ignored],
) -> Callable[[str, Mapping[str, object], datetime], Sequence[Fact]]:
    """An object as facts, of which there are none where it is nothing to us. What is read raises Unreadable."""

    def facts(kind: str, listed: Mapping[str, object], asked_at: datetime) -> Sequence[Fact]:
        try:
            outcome = read(kind, listed, asked_at)
        except MalformedEvent:
            raise Unreadable from None
        return () if isinstance(outcome, Ignored) else outcome

    return facts


def set_aside(kind: str, id_: str) -> None:
    """By its id, with which it can be looked up at the provider."""
    logs.record("unreadable_object", event_type=kind, event_id=id_ if is_id(id_) else "")
    metrics.count("EventIgnored", reason="unreadable")
