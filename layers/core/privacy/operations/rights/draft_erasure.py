"""Draft an erasure: the plan that the DPO approves by its digest, or that nobody holds anything (T14, T16, G24)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from privacy.domain.erasure import ErasurePlan
from privacy.domain.request_steps import Said
from privacy.domain.searched import Searched
from privacy.operations.answers.build_answer import NeedsHuman
from privacy.operations.people.describe_person import Reader, known_as
from privacy.operations.rights.plan_erasure import Reading, one_persons, read_erasable

ERASURE = "erasure"
#: What the look is for, as the read log has it.
PURPOSE = "plan_erasure"
#: Where an erasure looks, besides the suppression list.
_SEARCHED = (Searched.RECORDS, Searched.ARCHIVE, Searched.STRIPE, Searched.MAILCHIMP, Searched.MESSAGES)


def draft_erasure(
    case: str, address: str, reader: Reader, reading: Reading, *, besides: Collection[str] = ()
) -> ErasurePlan | tuple[Searched, ...]:
    """The plan, or where was searched in vain. address: whose data, as it was verified. besides: verified as well.

    Whoever looks is written down first (R26). Raises NeedsHuman where the address stands in an account that is somebody
    else's, or the addresses are not known to be one person's (E79), InvalidAddress, NeighbourhoodTooLarge,
    ProviderUnavailable.
    """
    stores, now = reading.stores, reading.now()
    about = known_as(reading.pseudonyms.emails(address), stores.people)
    stores.registry.log_read(operator=reader.name, role=reader.role, about=about, purpose=PURPOSE, now=now)
    seen = read_erasable(address, case, now, reading)
    if seen.known.contested or not one_persons(seen, besides, reading.pseudonyms):
        raise NeedsHuman(case)
    if not seen.nothing:
        return seen.plan
    refused = bool(reading.stores.registry.suppressions(seen.emails))
    return (*_SEARCHED, Searched.SUPPRESSION_FOUND if refused else Searched.SUPPRESSION)


def said_of(plan: ErasurePlan) -> Mapping[str, Said]:
    """What DRAFTED says of it. goes, stays: a line a record (domain/erasure.Gone, Kept)."""
    return {
        "plan": ERASURE,
        "digest": plan.digest,
        "goes": tuple(gone.line for gone in plan.goes),
        "stays": tuple(kept.line for kept in plan.stays),
        "recipients": plan.told,
    }
