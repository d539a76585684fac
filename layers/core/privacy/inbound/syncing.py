"""Records of people's stream, and messages about addresses → what Mailchimp has to follow.

A record or message that names a person (key `person`) is about all of their addresses; a message that names an
address alone is about that one; with an `audience` it is one of the reconciliation's removals.
"""

from __future__ import annotations

from privacy import metrics
from privacy.inbound.batch import BatchRecord, key_of
from privacy.operations.sync_member import MemberSync

PERSON = "person"


def follow(record: BatchRecord, sync: MemberSync) -> None:
    """Raises whatever keeps Mailchimp from following."""
    body = record.body or {}
    if "audience" in body:
        sync.remove(body["identifier"], body["audience"])
    elif record.key is None and "key" not in body:
        sync.follow(body["identifier"])
    else:
        identifier, key = key_of(record)
        if key == PERSON and not record.removed:
            sync.follow_person(identifier)


def count(done: str) -> None:
    """done: subscribed | unsubscribed | archived, or refused, which an operator has to bring to its end."""
    if done == "refused":
        metrics.count("MemberRefused")
    else:
        metrics.count("MemberSynced", done=done)
