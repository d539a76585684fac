"""The ledger's Mailchimp hints: read the member back and record what Mailchimp itself says."""

from __future__ import annotations

from typing import Any

from privacy import bootstrap, logs
from privacy.bootstrap import folding, providers
from privacy.inbound import batch
from privacy.inbound.payload import Ignored
from privacy.inbound.recording import receive
from privacy.operations.consent.read_back_member import NotRead, read_back_member

bootstrap.warm()


@logs.guarded
def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    queue = folding.read_back_mailchimp_queue()

    def read_back(record: batch.BatchRecord) -> None:
        if record.key is not None:
            # a stream has as many readers as shards, a queue as many as the template says: Mailchimp serves ten
            identifier, key = record.key
            queue.send([{"identifier": identifier, "key": key}])
            return
        said = read_back_member(
            *batch.key_of(record),
            ledger=bootstrap.ledger(),
            members=providers.mailchimp_members(),
            pseudonyms=bootstrap.pseudonyms(),
            now=bootstrap.now(),
        )
        outcome = Ignored(said.value) if isinstance(said, NotRead) else said
        receive(outcome, ledger=bootstrap.ledger(), policy=bootstrap.policy())

    return batch.each(event, read_back, set_aside=queue.send, retries=bootstrap.retries(queue))
