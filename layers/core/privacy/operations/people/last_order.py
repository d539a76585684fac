"""What somebody knows who ordered last under an address: to be asked for where a mailbox is lost (A6, E74)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from privacy.domain.clocks import paris_day
from privacy.domain.facts import Fact
from privacy.domain.identity_facts import LastOrder
from privacy.domain.policy import Policy
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.neighbourhood import read_neighbourhood
from privacy.ports import FactReader


def last_order(identifiers: Sequence[str], *, stores: Stores, policy: Policy) -> LastOrder | None:
    """None where nobody ordered. identifiers: of one address. Raises NeighbourhoodTooLarge."""
    ledger = _Codes(stores.ledger)
    found = read_neighbourhood(identifiers, ledger=ledger, people=stores.people, policy=policy)
    linked, people = found.folding.people()
    owner = next((people[o] for i in identifiers if (o := linked.owner(i)) in people), None)
    paid = [order for order in owner.paid_orders if order.ordered_at is not None] if owner else []
    if not paid:
        return None
    latest = max(paid, key=lambda order: order.ordered_at.timestamp() if order.ordered_at else 0)
    codes = (ledger.codes[key] for key in sorted(latest.facts) if key in ledger.codes)
    month = f"{paris_day(latest.ordered_at):%Y-%m}" if latest.ordered_at else None
    return LastOrder(latest.number, next(codes, None), month)


@dataclass(slots=True)
class _Codes:
    """A reader that remembers where each purchase was delivered to."""

    ledger: FactReader
    codes: dict[str, str] = field(default_factory=dict)

    def under(self, identifier: str) -> Iterator[Fact]:
        for fact in self.ledger.under(identifier):
            code = fact.groups.get("delivery", {}).get("postal_code")
            if isinstance(code, str) and code:
                self.codes[fact.key] = code
            yield fact
