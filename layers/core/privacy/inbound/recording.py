"""What every entrance does with what it translated: record or ignore, and count which."""

from __future__ import annotations

from privacy import logs, metrics
from privacy.domain.facts import Fact
from privacy.domain.policy import Policy
from privacy.inbound.payload import Ignored
from privacy.operations.people.record_fact import record_fact
from privacy.ports import Appended, FactLedger


def receive(outcome: Fact | Ignored, *, ledger: FactLedger, policy: Policy) -> None:
    """Raises UnregisteredData, LedgerUnavailable."""
    if isinstance(outcome, Ignored):
        metrics.count("EventIgnored", reason=outcome.reason)
        return
    match append(outcome, ledger=ledger, policy=policy):
        case Appended.NEW:
            metrics.count("FactRecorded")
        case Appended.DUPLICATE:
            metrics.count("FactDuplicate")
        case Appended.CONFLICT:
            pass


def append(fact: Fact, *, ledger: FactLedger, policy: Policy) -> Appended:
    """Record the fact, and count only what an operator has to look at. Raises as `receive`."""
    became = record_fact(fact, ledger=ledger, policy=policy)
    if became is Appended.CONFLICT:
        # the first stays; an alarm on the metric brings somebody to this line
        logs.record("fact_conflict", event_id=fact.event_id, event_type=fact.type, source=fact.source)
        metrics.count("FactConflict")
    return became
