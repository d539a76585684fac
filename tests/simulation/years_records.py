"""The suppression list and the receipts of a world: whether they last as long as they have to, and no longer (R9, R31).

An entry of the list goes three years after the refusal, or with the last record that has the address. A receipt names
nobody after forty days, and goes after six years. Both are held against the words of the rules, night by night.
"""

from __future__ import annotations

import heapq
from datetime import date, timedelta
from typing import TYPE_CHECKING

from privacy.domain.consent import Suppression
from privacy.domain.projection import Pointer
from privacy.ports.retention import NOBODY, Receipt
from tests.fakes import MemoryReceipts, MemoryRegistry, MemoryRegistryPurge
from tests.simulation.years_oracle import later, paris
from tests.simulation.years_players import SortedIndex

if TYPE_CHECKING:
    from tests.simulation.years_world import World

type Key = tuple[str, str]
_DAY = timedelta(days=1)
_NAMED = timedelta(days=40)
#: A stamp says no more than when to look: these say it too early.
_SOONER = timedelta(days=3)
_SHARDS = ("suppression#0", "receipt#0")
#: An address that only somebody else's record names is looked at once in so many days.
_LOOKED_AT = timedelta(days=30)


class Records(MemoryRegistryPurge):
    """RegistryRemover and ReceiptRemover, with the table's index of what is due; tells the world what goes early."""

    def __init__(self, world: World, registry: MemoryRegistry, receipts: MemoryReceipts) -> None:
        super().__init__(registry, receipts)
        self.due = SortedIndex(_SHARDS)
        self.lifted = 0
        self._world = world
        self._receipts: dict[Key, tuple[date, str, str]] = {}
        self._coming: list[tuple[date, str, str]] = []
        self._held_on: dict[str, date] = {}

    # --- what comes in

    def listed(self, entry: Suppression) -> None:
        day = later(paris(entry.at), 3)
        self.due.put(*_entry(entry.email), _SHARDS[0], (day - _SOONER).isoformat())
        # the night before, to see what keeps it until then
        heapq.heappush(self._coming, (day - _DAY, entry.email, entry.at.isoformat()))

    def begun(self, receipt: Receipt) -> None:
        day, key = paris(receipt.begun_at), _receipt(receipt)
        if key not in self._receipts:
            self._receipts[key] = day, receipt.run, receipt.batch
            self.due.put(*key, _SHARDS[1], (day + _NAMED - _SOONER).isoformat())
            for until in (day + _NAMED, later(day, 6)):
                heapq.heappush(self._coming, (until, *key))

    # --- what goes

    def look_again(self, entry: Suppression, due_on: date) -> bool:
        again = super().look_again(entry, due_on)
        if again:
            self.due.put(*_entry(entry.email), _SHARDS[0], due_on.isoformat())
        return again

    def lift(self, entry: Suppression) -> bool:
        lifted = super().lift(entry)
        if lifted:
            self.lifted += 1
            self.due.put(*_entry(entry.email), None, None)
            life = self._world.lives[entry.email]
            # what is filed under an order's number or payment has no address (A18), and goes in this run
            named = any(filed_under in life.emails for filed_under, _, _ in life.pieces)
            if self._world.today < later(paris(entry.at), 3) or named:
                self._broken(f"the suppression list forgot {life.address} early, who refused at {entry.at}")
            life.suppressed.clear()
            self._world.watch.touched(life)
        return lifted

    def filed(self, key: Key) -> Receipt | None:
        return self.receipts.held.get(self._receipts[key]) if key in self._receipts else None

    def count_only(self, receipt: Receipt, due_on: date) -> None:
        if self._world.today < paris(receipt.begun_at) + _NAMED:
            self._broken(f"{_receipt(receipt)} lost its names early")
        super().count_only(receipt, due_on)
        self.due.put(*_receipt(receipt), _SHARDS[1], due_on.isoformat())

    def drop_receipt(self, receipt: Receipt) -> None:
        if self._world.today < later(paris(receipt.begun_at), 6):
            self._broken(f"{_receipt(receipt)} went early")
        super().drop_receipt(receipt)
        self.due.put(*_receipt(receipt), None, None)
        del self._receipts[_receipt(receipt)]

    # --- nights

    def night_is_over(self) -> None:
        while self._coming and self._coming[0][0] <= self._world.today:
            _, first, second = heapq.heappop(self._coming)
            if first.startswith("receipt#"):
                self._judge_receipt((first, second))
            else:
                self._judge_entry(first, second)

    def _judge_receipt(self, key: Key) -> None:
        receipt = self.filed(key)
        if receipt is None:
            return
        day, names = paris(receipt.begun_at), receipt.lines.keys() - {NOBODY}
        if names or self._world.today >= later(day, 6):
            self._broken(f"{key} is there, and names {sorted(names)}")

    def _judge_entry(self, email: str, at: str) -> None:
        entry = self.registry.entries.get(email)
        if entry is None or entry.at.isoformat() != at:
            return
        today, pointer = self._world.today, self._world.people.pointers([email]).get(email)
        if pointer is not None or self._world.archive.under(email):
            self._held_on[email] = today + _slack(pointer)
        elif max(self._held_on.get(email, date.min), later(paris(entry.at), 3) - _DAY) < today:
            self._broken(
                f"{self._world.lives[email].address} is on the suppression list, who refused at {at}"
            )
        heapq.heappush(self._coming, (today + _DAY, email, at))

    def _broken(self, what: str) -> None:
        self._world.watch.breaks(what)


def _slack(pointer: Pointer | None) -> timedelta:
    """With the last record that has the address the entry goes, in the night after at the latest."""
    return _LOOKED_AT if pointer is not None and pointer.person is None else _DAY


def _entry(email: str) -> Key:
    return f"suppression#{email}", "entry"


def _receipt(receipt: Receipt) -> Key:
    return f"receipt#{paris(receipt.begun_at)}", f"{receipt.run}#{receipt.batch}"
