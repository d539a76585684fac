"""People's stream, and the reconciliation's removals: Mailchimp follows what people chose."""

from __future__ import annotations

from typing import Any

from privacy import bootstrap, logs
from privacy.bootstrap import folding, providers
from privacy.inbound import batch, syncing
from privacy.inbound.recording import receive
from privacy.operations.consent.sync_member import MemberSync

bootstrap.warm()


@logs.guarded
def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    queue = folding.sync_providers_queue()

    def follow(record: batch.BatchRecord) -> None:
        syncing.follow(record, _sync(), queue.send)

    return batch.each(event, follow, set_aside=queue.send, retries=bootstrap.retries(queue))


def _sync() -> MemberSync:
    return MemberSync(
        stores=folding.fold_stores(),
        members=providers.member_writer(),
        directory=providers.mailchimp_audiences(),
        audiences=providers.audiences(),
        notes=folding.notes(),
        policy=bootstrap.policy(),
        pseudonyms=bootstrap.pseudonyms(),
        now=bootstrap.now,
        record=lambda fact: receive(fact, ledger=bootstrap.ledger(), policy=bootstrap.policy()),
        counted=syncing.count,
    )
