"""Objects of one kind: found by id, by what they belong to, and in the order of Stripe's lists."""

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator

from cli.standins.http import Json


class Shelf(dict[str, Json]):
    """Objects by id, filed one by one (`shelf[id] = object`) and taken out with `del`.

    Beside them their order by `created`, so that a page costs what is on it however many there are. Of two of the
    same second the one filed later is newer. `owner` names the field that tells whose an object is (a refund's
    charge); it and `created` never change.
    """

    def __init__(self, held: Iterable[Json] = (), *, owner: str = "") -> None:
        super().__init__()
        self._owner = owner
        self._filed = 0
        self._place: dict[str, tuple[int, int, str]] = {}
        self._order: list[tuple[int, int, str]] = []
        self._owned: dict[str, list[str]] = {}
        for each in held:
            self[each["id"]] = each

    def __setitem__(self, object_id: str, held: Json) -> None:
        if object_id in self:
            raise ValueError(f"{object_id} is already there")
        super().__setitem__(object_id, held)
        self._filed += 1
        place = self._place[object_id] = (int(held["created"]), self._filed, object_id)
        insort(self._order, place)
        if self._owner:
            self._owned.setdefault(held[self._owner], []).append(object_id)

    def __delitem__(self, object_id: str) -> None:
        gone = self[object_id]
        super().__delitem__(object_id)
        del self._order[bisect_left(self._order, self._place.pop(object_id))]
        if self._owner:
            self._owned[gone[self._owner]].remove(object_id)

    def owned_by(self, owner_id: str) -> list[Json]:
        """Return what belongs to another object, in the order in which it was filed."""
        return [self[object_id] for object_id in self._owned.get(owner_id, ())]

    def older(self, than: str | None, low: float = 0, high: float = math.inf) -> Iterator[Json]:
        """Go back in time from an object, or from the newest, through those created from `low` to `high`."""
        start = bisect_right(self._order, (high, math.inf))
        if than is not None:
            start = min(start, bisect_left(self._order, self._place[than]))
        end = bisect_left(self._order, (low,))
        return (self[self._order[at][2]] for at in range(start - 1, end - 1, -1))

    def newer(self, than: str, low: float = 0, high: float = math.inf) -> Iterator[Json]:
        """Go forward in time from an object, through those created from `low` to `high`."""
        start = max(bisect_right(self._order, self._place[than]), bisect_left(self._order, (low,)))
        end = bisect_right(self._order, (high, math.inf))
        return (self[self._order[at][2]] for at in range(start, end))
