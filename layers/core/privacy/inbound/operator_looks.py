"""An operator looks at a case: who does, and what for, is written down first (R26)."""

from __future__ import annotations

from privacy.domain.request import Request
from privacy.inbound.operator_means import Means
from privacy.operations.people.describe_person import Reader
from privacy.operations.requests.describe_request import look_at_request


def look(id_: str, who: Reader, means: Means, purpose: str) -> Request:
    """The case. purpose: as the read log has it. Raises NoSuchRequest."""
    return look_at_request(
        id_,
        log=means.requests(),
        reader=who,
        stores=means.stores(),
        pseudonyms=means.pseudonyms(),
        now=means.now(),
        purpose=purpose,
    )
