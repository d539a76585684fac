"""Answer in words: what a person decided changes nothing by itself, and is told (G29, G30, F2).

An objection stops what it is about; a review and heirs are answered by whoever looked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.consent import PERSONALISATION
from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.verified_addresses import told_at
from privacy.operations.requests.receive_mail import SOURCE
from privacy.operations.rights.carry_out import Approved, Carried


@dataclass(frozen=True, slots=True)
class Stopping:
    """What it takes to stop what somebody objected to."""

    pseudonyms: Pseudonyms
    record: Callable[[Fact], object]
    now: Callable[[], datetime]


def answer_in_words(approved: Approved) -> Carried:
    """The plans `review` and `heir`."""
    draft = approved.draft
    return Carried(
        changes=draft.texts("changes"), words=draft.text("words"), address=told_elsewhere(approved)
    )


def told_elsewhere(approved: Approved) -> str:
    """The mailbox that confirmed, where that is not the one that wrote: whoever merely claims to be somebody is told
    nothing of them (E71). Empty: whoever asked is told."""
    address = told_at(approved.request, approved.item, approved.draft.text("address"))
    return "" if address == approved.request.address else address


def accept_objection(approved: Approved, stopping: Stopping) -> Carried:
    """The plan `objection`. Where it was not followed at once, as what came by post, it is now (E65).

    Raises LedgerUnavailable.
    """
    address = approved.draft.text("address")
    if address:
        stopping.record(_objection(approved, address, stopping))
    return answer_in_words(approved)


def _objection(approved: Approved, address: str, stopping: Stopping) -> Fact:
    identifier, type_ = stopping.pseudonyms.email(address), "contact.objected"
    groups: dict[str, Group] = {
        "consent": {
            "purpose": PERSONALISATION,
            "choice": "objected",
            "carrier": approved.request.channel,
            "email": address,
            "reason": approved.item.right.value,
        }
    }
    at = approved.item.received_at
    return Fact(
        source=SOURCE,
        event_id=f"{approved.request.id}-{approved.effect.id}",
        type=type_,
        occurred_at=at,
        recorded_at=stopping.now(),
        identifiers=(identifier,),
        subject=identifier,
        groups=groups,
        digest=digest_of(stopping.pseudonyms.digest_key, type_, at, groups),
        aka=stopping.pseudonyms.aka(address),
    )
