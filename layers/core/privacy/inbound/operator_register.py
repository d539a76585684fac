"""What the register counts, `{}`: numbers alone (G34)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from privacy.inbound import http
from privacy.inbound.operator import ANSWERED, Answer
from privacy.inbound.operator_means import Means
from privacy.operations.people.describe_person import Reader
from privacy.operations.register.count_register import count_register
from privacy.operations.retention.purge_batch import PERSON


def _count(_event: http.Event, _who: Reader, means: Means) -> Answer:
    """policy_digest: of the policy in force here, since the register itself is made from a checkout's."""
    counted = count_register(
        people=means.retention.indexes()[PERSON],
        requests=means.requests(),
        holds=means.holds(),
        breaches=means.breaches(),
        receipts=means.retention.receipts(),
        now=means.now(),
    )
    return Answer(ANSWERED, {**counted, "policy_digest": means.policy().digest})


ROUTES: Mapping[str, Callable[[http.Event, Reader, Means], Answer]] = {
    "POST /operator/register/counts": _count
}
