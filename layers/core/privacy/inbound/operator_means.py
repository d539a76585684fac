"""What the operators' routes work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.breach import Breach
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.policy import Policy
from privacy.domain.recipients import Recipient
from privacy.inbound.reconciling import Begin
from privacy.operations.people.fold_people import Stores
from privacy.operations.retention.guard_purge import Gate
from privacy.ports import KeyQueue, MailStore, Notes, RequestLog, RunLog
from privacy.ports.answers import PackageStore
from privacy.ports.breaches import Breaches
from privacy.ports.directives import Directives
from privacy.ports.evidence import EvidenceStore
from privacy.ports.retention import Archive, DueIndex, LegalHolds, Receipts


@dataclass(frozen=True, slots=True)
class RetentionMeans:
    """plans: the queue of retention_plan; purges: of retention_purge. indexes: of what is due, by what purges it."""

    plans: Callable[[], KeyQueue]
    purges: Callable[[], KeyQueue]
    gate: Callable[[], Gate]
    indexes: Callable[[], Mapping[str, DueIndex]]
    archive: Callable[[], Archive]
    receipts: Callable[[], Receipts]


@dataclass(frozen=True, slots=True)
class Means:
    """Each part is asked for where it is used: a refusal costs none of them."""

    stores: Callable[[], Stores]
    policy: Callable[[], Policy]
    pseudonyms: Callable[[], Pseudonyms]
    rebuilds: Callable[[], KeyQueue]
    new_run_id: Callable[[], str]
    runs: Callable[[], RunLog]
    imports: Callable[[], KeyQueue]
    chance: Callable[[], str]
    begin_reconciliation: Begin
    reconciliations: Callable[[], KeyQueue]
    notes: Callable[[], Notes]
    requests: Callable[[], RequestLog]
    mail: Callable[[], MailStore]
    evidence: Callable[[], EvidenceStore]
    new_request_id: Callable[[], str]
    packages: Callable[[], PackageStore]
    holds: Callable[[], LegalHolds]
    directives: Callable[[], Directives]
    recipients: Callable[[], Sequence[Recipient]]
    breaches: Callable[[], Breaches]
    call_breach: Callable[[Breach], object]
    retention: RetentionMeans
    now: Callable[[], datetime]
