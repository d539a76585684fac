"""Records of people's stream, and messages about addresses → what Mailchimp has to follow.

The stream only finds out whether there is anything to do, and hands it to the function's own queue: a stream has as
many readers as shards, a queue as many as the template says, and Mailchimp serves ten connections an account.

A message that names a person (key `person`) is about all of their addresses; one that names an address alone is about
that one; with an `audience` it is one of the reconciliation's removals.
"""

from __future__ import annotations

from privacy import metrics
from privacy.inbound.batch import BatchRecord, SetAside
from privacy.operations.consent.sync_member import MemberSync

PERSON = "person"


def follow(record: BatchRecord, sync: MemberSync, hand_over: SetAside) -> None:
    """Raises whatever keeps Mailchimp from following. hand_over: puts messages on the function's own queue."""
    if record.key is not None:
        person, key = record.key
        if key == PERSON and not record.removed and sync.is_behind(person):
            hand_over([{"identifier": person, "key": key}])
        return
    body = record.body or {}
    if "audience" in body:
        sync.remove(body["identifier"], body["audience"])
    elif "key" in body:
        sync.follow_person(body["identifier"])
    else:
        sync.follow(body["identifier"])


def count(done: str) -> None:
    """done: subscribed | unsubscribed | archived, or refused, which an operator has to bring to its end."""
    if done == "refused":
        metrics.count("MemberRefused")
    else:
        metrics.count("MemberSynced", done=done)
