"""Archive: what only answers and accounting may still read leaves the ledger (R1-R4, rules.md 5.2.10).

The archive first, then what the ledger keeps of the purchase, then the ledger's own groups: whoever dies in between
leaves more than there should be, and the next attempt finishes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.identifiers import Pseudonyms, kind_of
from privacy.domain.linking import ACCOUNTS, PURCHASES
from privacy.domain.orders import Order
from privacy.domain.retention import Due
from privacy.ports import Appended, FactLedger
from privacy.ports.retention import Archive, Archived

#: What the ledger keeps of a purchase whose documents are in the archive.
ARCHIVED = "archived"
_SOURCE = "privacy"

type Filing = tuple[str, str]


def by_fact(pieces: Sequence[Due]) -> dict[Filing, list[Due]]:
    """The pieces of each fact, by (identifier, key), in the order in which the first of each comes."""
    facts: dict[Filing, list[Due]] = defaultdict(list)
    for due in pieces:
        facts[due.piece.filed_under, due.piece.key].append(due)
    return facts


@dataclass(frozen=True, slots=True)
class PieceArchive:
    """Moves a person's pieces. owned: the identifiers that are theirs. at: when the purge began."""

    archive: Archive
    ledger: FactLedger
    pseudonyms: Pseudonyms
    owned: Collection[str]
    at: datetime

    def move(
        self, pieces: Sequence[Due], facts: Mapping[Filing, Fact], orders: Mapping[str, Order], person: str
    ) -> None:
        """Put the pieces into the archive, and down in the ledger that there were these purchases.

        facts: all of the person's. orders: theirs, by Order.order. person: their id. The ledger's own groups are left
        to whoever removes. Raises LedgerUnavailable.
        """
        filings = by_fact(pieces)
        for filing, dues in filings.items():
            fact = facts[filing]
            due_on = {
                due.piece.group: due.due_on
                for due in dues
                if due.due_on is not None and due.piece.group in fact.groups
            }
            if due_on:
                groups = {name: fact.groups[name] for name in due_on}
                self.archive.put(Archived(replace(fact, groups=groups), person, due_on))
        for order, until in _purchases(pieces).items():
            about = [
                facts[filing]
                for filing, dues in filings.items()
                if any(due.order == order for due in dues) and kind_of(facts[filing].subject) in PURCHASES
            ]
            if about and order in orders:
                self._keep(orders[order], until, about)

    def _keep(self, order: Order, until: date, about: Sequence[Fact]) -> None:
        """Of a paid purchase: that it was one, and when."""
        if not order.paid or order.ordered_at is None:
            return
        held = self.ledger.get(about[0].filed_under, f"{_SOURCE}#{_event_id(order)}")
        if held is not None:
            until = max(until, date.fromisoformat(str(held.group(ARCHIVED).get("until"))))
        kept = self._kept(order, order.ordered_at, until, about)
        if self.ledger.append(kept) is Appended.CONFLICT:
            # more of it was archived since; what is still in the ledger says the same until this is there again
            self.ledger.delete(kept.filed_under, kept.key)
            self.ledger.append(kept)

    def _kept(self, order: Order, ordered_at: datetime, until: date, about: Sequence[Fact]) -> Fact:
        groups: dict[str, Group] = {
            ARCHIVED: {
                "order": order.order,
                "placed_at": ordered_at.isoformat(),
                "paid": order.paid,
                "until": until.isoformat(),
            }
        }
        return Fact(
            source=_SOURCE,
            event_id=_event_id(order),
            type=ARCHIVED,
            occurred_at=ordered_at,
            recorded_at=self.at,
            identifiers=self._names(about),
            subject=about[0].subject,
            groups=groups,
            digest=digest_of(self.pseudonyms.digest_key, ARCHIVED, ordered_at, groups),
            aka=about[0].aka,
        )

    def _names(self, about: Sequence[Fact]) -> tuple[str, ...]:
        """As the first has them, and no other's account; with their own accounts, which Stripe has until the end."""
        accounts = {
            i for fact in about for i in fact.identifiers if kind_of(i) in ACCOUNTS and i in self.owned
        }
        first, *rest = about[0].identifiers
        return (first, *sorted(accounts - {first}), *(i for i in rest if kind_of(i) not in ACCOUNTS))


def _event_id(order: Order) -> str:
    return f"{ARCHIVED}#{order.order}"


def _purchases(pieces: Sequence[Due]) -> dict[str, date]:
    """Until when something of each purchase is archived."""
    until: dict[str, date] = {}
    for due in pieces:
        if due.order is not None and due.due_on is not None:
            until[due.order] = max(due.due_on, until.get(due.order, due.due_on))
    return until
