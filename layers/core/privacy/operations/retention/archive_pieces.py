"""Archive: what only answers and accounting may still read leaves the ledger (R1-R4).

The archive first, then what the ledger keeps of the purchase, then the ledger's own groups: whoever dies in between
leaves more than there should be, and the next attempt finishes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count

from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.identifiers import Pseudonyms, is_email, kind_of
from privacy.domain.linking import ACCOUNTS, PURCHASES
from privacy.domain.orders import ORDER_GROUPS, Order
from privacy.domain.retention import Due
from privacy.ports import FactLedger
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
                self._keep(orders[order], until, about, _markers(orders[order], facts))

    def remember(
        self, pieces: Sequence[Due], facts: Mapping[Filing, Fact], orders: Mapping[str, Order]
    ) -> None:
        """Put down whose a purchase is before the last goes that says so, where something of it stays.

        A dispute's file outlasts the order's documents (R17), and names the payment alone. Parameters as of `move`,
        pieces: what is about to go. Raises LedgerUnavailable.
        """
        going = {filing: {due.piece.group for due in dues} for filing, dues in by_fact(pieces).items()}
        left = [(fact, fact.groups.keys() - going.get(filing, set())) for filing, fact in facts.items()]
        for order, until in _purchases(pieces).items():
            theirs = orders[order].facts
            about = [facts[filing] for filing in going if facts[filing].key in theirs]
            named = [fact for fact in about if kind_of(fact.subject) in PURCHASES and self._names_buyer(fact)]
            subjects = {fact.subject for fact in named}
            stays = any(groups & ORDER_GROUPS for fact, groups in left if fact.key in theirs)
            # what else of the same fact stays may go before, and tells then of no order any more
            telling = [fact for fact, groups in left if groups & ORDER_GROUPS]
            known = any(fact.subject in subjects and self._names_buyer(fact) for fact in telling)
            if named and stays and not known:
                self._keep(orders[order], until, named, ())

    def _names_buyer(self, fact: Fact) -> bool:
        return any(is_email(identifier) and identifier in self.owned for identifier in fact.identifiers)

    def _keep(self, order: Order, until: date, about: Sequence[Fact], held: Sequence[Fact]) -> None:
        """That there was this purchase, whether it was paid, and when; of a bill too that nobody ever paid.

        Else nothing would hold whoever has documents in the archive, nor their customer at Stripe. held: what said so
        before, of which nothing is forgotten; it goes when what takes its place is there.
        """
        until = max([until, *(date.fromisoformat(str(marker.group(ARCHIVED)["until"])) for marker in held)])
        kept = self._kept(order, order.ordered_at or about[0].occurred_at, until, [*about, *held])
        same = next((marker for marker in held if _says_the_same(marker, kept)), None)
        if same is None:
            taken = {marker.event_id for marker in held}
            self.ledger.append(replace(kept, event_id=_free(kept.event_id, taken)))
        for marker in held:
            if marker is not same:
                self.ledger.delete(marker.filed_under, marker.key)

    def _kept(self, order: Order, ordered_at: datetime, until: date, about: Sequence[Fact]) -> Fact:
        buyer = self._buyer(about)
        groups: dict[str, Group] = {
            ARCHIVED: {
                "buyer": buyer,
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
            identifiers=self._names(buyer, about),
            subject=about[0].subject,
            groups=groups,
            digest=digest_of(self.pseudonyms.digest_key, ARCHIVED, ordered_at, groups),
            aka=about[0].aka,
        )

    def _buyer(self, about: Sequence[Fact]) -> str | None:
        """Whose it was found to be; what told that may be archived too. None while nobody knows."""
        owned = {i for i in self.owned if is_email(i)}
        named = [i for fact in about for i in fact.identifiers if i in owned]
        return min(named or owned, default=None)

    def _names(self, buyer: str | None, about: Sequence[Fact]) -> tuple[str, ...]:
        """The buyer first, then whoever else was named, for what connects people restricts them (P16); with their own
        accounts, which Stripe has until the end, this order's or another's: that one's last word may go before. Whose
        nobody knows it to be it stays nobody's.
        """
        named = [identifier for fact in about for identifier in fact.identifiers]
        emails = [buyer, *filter(is_email, named)] if buyer else []
        alone = bool(buyer) and set(emails) <= {*self.owned}
        accounts = sorted(
            i for i in (self.owned if alone else named) if kind_of(i) in ACCOUNTS and i in self.owned
        )
        others = [i for i in about[0].identifiers if not is_email(i) and kind_of(i) not in ACCOUNTS]
        return tuple(dict.fromkeys((*emails, *accounts, *others)))


def _event_id(order: Order) -> str:
    return f"{ARCHIVED}#{order.order}"


def _free(event_id: str, taken: Collection[str]) -> str:
    """The id, or the next one: never that of what it takes the place of."""
    numbered = (f"{event_id}#{n}" if n > 1 else event_id for n in count(1))
    return next(name for name in numbered if name not in taken)


def _markers(order: Order, facts: Mapping[Filing, Fact]) -> list[Fact]:
    """What the ledger keeps of the purchase already; two, where somebody died between the one and the other."""
    return [fact for fact in facts.values() if ARCHIVED in fact.groups and fact.key in order.facts]


def _says_the_same(marker: Fact, kept: Fact) -> bool:
    return marker.groups == kept.groups and set(marker.identifiers) == set(kept.identifiers)


def _purchases(pieces: Sequence[Due]) -> dict[str, date]:
    """Until when something of each purchase is archived."""
    until: dict[str, date] = {}
    for due in pieces:
        if due.order is not None and due.due_on is not None:
            until[due.order] = max(due.due_on, until.get(due.order, due.due_on))
    return until
