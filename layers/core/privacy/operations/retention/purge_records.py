"""Purge what is no person (cases, messages, archived facts, the registry's items): one message, one receipt (R31).

What goes, and when, each kind's own operation knows. It tells how much goes by which rule before anything does, so that
whoever dies in between leaves its line, and never a second one (E152).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from privacy.operations.retention.purge_batch import Batch, OutOfTime, all_the_time
from privacy.ports.retention import Receipt, Receipts

type Counts = Mapping[str, int]
#: (partition key, sort key), and whom to tell how many pieces go by each rule.
type PurgeOne = Callable[[tuple[str, str], Callable[[Counts], None]], object]

#: What of the time has to be left to begin with another.
_TO_BEGIN = 0.15


@dataclass(frozen=True, slots=True)
class RecordPurge:
    """rules: the digest of the rules by which it goes."""

    purge_one: PurgeOne
    receipts: Receipts
    rules: str
    now: Callable[[], datetime]

    def purge(self, batch: Batch, at: datetime, left: Callable[[], float] = all_the_time) -> None:
        """at: when the message was sent. left: the share of the worker's time that is left.

        Raises, once the others are done, what kept one of them.
        """
        receipt = Receipt(batch.run, batch.name, self.rules, at, {})
        stands = self.receipts.of(receipt) or receipt
        if stands.finished_at is not None:
            return
        receipt = receipt._replace(begun_at=stands.begun_at)
        begun, failures = bool(stands.lines), list[Exception]()

        def tell(key: str, counts: Counts) -> None:
            nonlocal begun
            if counts:
                self.receipts.begin(receipt._replace(lines={key: counts}))
                begun = True

        for pk, sk in batch.keys:
            try:
                _in_time(left())
                self.purge_one((pk, sk), partial(tell, f"{pk}|{sk}"))
            except Exception as failure:  # noqa: BLE001 - whatever it was, the others go on
                failures.append(failure)
        if failures:
            raise failures[0]
        if begun:
            self.receipts.finish(receipt._replace(finished_at=self.now()))


def _in_time(left: float) -> None:
    if left < _TO_BEGIN:
        raise OutOfTime
