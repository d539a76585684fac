"""What the owner's approval of the imported past would change, counted over everybody (architecture.md "Day one").

A plan grows person by person, in any order, so that it can be counted page by page and gone on with after a crash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from privacy.domain.membership import SUBSCRIBED, Standing, Step, steps

#: Nearly alike so often in a row is still enough: a shop that is open never stands quite still.
OFTEN = 10
_NEARLY = 500


@dataclass(frozen=True, slots=True)
class Counted:
    """What a plan counts of one person.

    unproven: Mailchimp has an address of theirs subscribed, and nothing proves that they asked. due_on: when their
    clock runs out.
    """

    person: str
    standings: Sequence[Standing]
    orders: int
    facts: int
    unproven: bool
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan so far.

    numbers: people · customers · orders · facts; subscribed · unsubscribed · removed · untouched: people, by what an
    approval changes for them at Mailchimp (somebody with two addresses may stand in two of them); expired: those of
    the removed whose permission has run out; members: subscribed memberships; removals: memberships that end for
    want of proof; unproven: people whom Mailchimp has subscribed without proof; overdue: people whose clock has run
    out. changes: who is changed how, as a sum of hashes, so that two plans of the same numbers for other people differ.
    """

    numbers: Mapping[str, int] = field(default_factory=dict)
    changes: int = 0

    @property
    def digest(self) -> str:
        """What an operator approves the plan by."""
        content = json.dumps([sorted(self.numbers.items()), self.changes], separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def written(self) -> str:
        return json.dumps({"numbers": dict(self.numbers), "changes": str(self.changes)})

    @classmethod
    def read(cls, text: str | None) -> Plan:
        if not text:
            return cls()
        kept = json.loads(text)
        return cls(kept["numbers"], int(kept["changes"]))


def with_people(plan: Plan, people: Iterable[Counted], audiences: Sequence[str], today: date) -> Plan:
    """The plan with these people counted in."""
    numbers, changes = dict(plan.numbers), plan.changes
    for person in people:
        wanted = [(s, step) for s in person.standings for step in _changes(s, audiences, today)]
        for name, number in _numbers(person, wanted, audiences, today).items():
            numbers[name] = numbers.get(name, 0) + number
        for standing, step in wanted:
            changes += _hash(person.person, standing.mailbox, step)
    return Plan(numbers, changes % 2**128)


def nearly(before: Plan, now: Plan) -> bool:
    """No more has changed than an open shop changes while it is counted."""
    return before.numbers.keys() == now.numbers.keys() and all(
        abs(number - before.numbers[name]) <= max(2, number // _NEARLY)
        for name, number in now.numbers.items()
    )


def _changes(standing: Standing, audiences: Sequence[str], today: date) -> list[Step]:
    """Every member has been read: whom an audience is not known to have, it has not, and nothing changes there."""
    return [step for step in steps(standing, audiences, today) if step.why != "unknown"]


def _numbers(
    person: Counted, wanted: Sequence[tuple[Standing, Step]], audiences: Sequence[str], today: date
) -> dict[str, int]:
    done = {step.status for _, step in wanted}
    ended = [s for s, step in wanted if step.status == "archived"]
    return {
        "people": 1,
        "customers": int(person.orders > 0),
        "orders": person.orders,
        "facts": person.facts,
        "members": sum(
            s.memberships[a].status == SUBSCRIBED
            for s in person.standings
            for a in audiences
            if a in s.memberships
        ),
        "subscribed": int("subscribed" in done),
        "unsubscribed": int("unsubscribed" in done),
        "removed": int(bool(ended)),
        "expired": int(any(s.until is not None for s in ended)),
        "removals": len(ended),
        "untouched": int(not done),
        "unproven": int(person.unproven),
        "overdue": int(person.due_on is not None and person.due_on <= today),
    }


def _hash(person: str, mailbox: str, step: Step) -> int:
    content = f"{person}|{mailbox}|{step.audience}|{step.status}"
    return int.from_bytes(hashlib.sha256(content.encode()).digest()[:16])
