"""Any number of members without keeping one: the n-th is a function of n, so a million take no more memory than ten."""

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field

from cli.standins.http import Json
from cli.standins.mailchimp.member import Member

TURN = (
    *(("subscribed", "Hosted Signup Form"),) * 12,
    *(("subscribed", "Import"),) * 4,
    *(("unsubscribed", "Hosted Signup Form"),) * 2,
    ("cleaned", "Hosted Signup Form"),
    ("archived", "Import"),
)
"""Status and source of twenty members in a row; then it begins again."""

REMEMBERED = 5000
PERSON_IP, ADMIN_IP = "203.0.113.7", "198.51.100.20"


@dataclass
class Crowd:
    """`size` made-up members, `per_second` of whom changed within each second from `first` on. For reading only."""

    size: int
    first: int
    per_second: int
    _shown: OrderedDict[str, int] = field(default_factory=OrderedDict, repr=False)

    def count(self, statuses: Collection[str], low: int | None = None, high: int | None = None) -> int:
        """Return how many have one of the statuses and changed from the second `low` to the second `high`."""
        begin, end = self._range(low, high)
        return _before(_places(statuses), end) - _before(_places(statuses), begin)

    def members(
        self, list_id: str, statuses: Collection[str], wanted: range, low: int | None, high: int | None
    ) -> list[Member]:
        """Return the `wanted` of those that `count` counts, the oldest change first."""
        places = _places(statuses)
        skipped = _before(places, self._range(low, high)[0])
        last = min(wanted.stop, self.count(statuses, low, high))
        found = []
        for nth in range(skipped + wanted.start, skipped + last):
            turns, place = divmod(nth, len(places))
            found.append(self._member(list_id, turns * len(TURN) + places[place]))
        for member in found:
            self._shown[member.hash] = int(member.contact_id, 16)
        while len(self._shown) > REMEMBERED:
            self._shown.popitem(last=False)
        return found

    def named(self, list_id: str, reference: str) -> Member | None:
        """Return the member with an address, or with the hash of one of the latest that were listed."""
        number = self._shown.get(reference.lower())
        if number is None:
            digits = reference.partition("@")[0].removeprefix("member")
            number = int(digits) if digits.isdecimal() else self.size
        member = self._member(list_id, number) if number < self.size else None
        return member if member and reference.lower() in (member.email, member.hash) else None

    def dump(self) -> Json:
        """Return what it takes to make the same crowd again."""
        return {"size": self.size, "first": self.first, "per_second": self.per_second}

    def _member(self, list_id: str, number: int) -> Member:
        status, source = TURN[number % len(TURN)]
        changed = self.first + number // self.per_second
        by_form = source == "Hosted Signup Form"
        return Member(
            email=f"member{number}@example.org",
            list_id=list_id,
            unique_email_id=f"{number:010x}",
            contact_id=f"{number:032x}",
            web_id=10**9 + number,
            status=status,
            last_changed=changed,
            source=source,
            unsubscribe_reason="N/A (No reason given)" if status == "unsubscribed" else "",
            ip_signup=PERSON_IP if by_form else "",
            timestamp_signup=changed if by_form else None,
            ip_opt=PERSON_IP if by_form else ADMIN_IP,
            timestamp_opt=changed,
        )

    def _range(self, low: int | None, high: int | None) -> tuple[int, int]:
        begin = 0 if low is None else (low - self.first) * self.per_second
        end = self.size if high is None else (high + 1 - self.first) * self.per_second
        begin = min(max(begin, 0), self.size)
        return begin, min(max(end, begin), self.size)


def _places(statuses: Collection[str]) -> list[int]:
    return [place for place, (status, _) in enumerate(TURN) if status in statuses]


def _before(places: list[int], number: int) -> int:
    """Return how many members before a number stand at one of the places of their turn."""
    turns, place = divmod(number, len(TURN))
    return turns * len(places) + bisect_left(places, place)
