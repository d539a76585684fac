"""What a Stripe event tells: its object, with what reading it takes."""

from __future__ import annotations

from collections.abc import Sequence

from privacy.domain.policy import Policy
from privacy.inbound.payload import Document, part, text


class Told:
    """type: the event's. object: `data.object`. previous: `data.previous_attributes`. at: the event's instant,
    ISO 8601. customer_number: the shop's own, where its configured metadata key is there.
    """

    __slots__ = ("at", "customer_number", "object", "policy", "previous", "type")

    def __init__(self, type_: str, data: Document, at: str, policy: Policy) -> None:
        self.type = type_
        self.object = part(data, "object")
        self.previous = part(data, "previous_attributes")
        self.at = at
        self.policy = policy
        self.customer_number = _under(policy.customer_number_keys, part(self.object, "metadata"))

    @property
    def order_number(self) -> str | None:
        return _under(self.policy.order_number_keys, part(self.object, "metadata"))


def _under(keys: Sequence[str], metadata: Document) -> str | None:
    """The first of the configured metadata keys that holds something."""
    return next((found for key in keys if (found := text(metadata, key))), None)
