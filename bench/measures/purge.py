"""What a purge costs: reading who is due, at any number of people, and taking the plainest of them out everywhere.

The index is synthetic: an entry is computed when a query touches it, so that ten million people need no memory, and
what was touched can be counted. The people are real: facts through the product's own parsers, folded by its own fold.
"""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench.aws.capacity import KIB, item_bytes
from bench.figures import Figure, times, within
from bench.history import PSEUDONYMS, told_by_mailchimp
from bench.instructions import Say
from bench.limits import PurgeLimits
from bench.measures.units import fold_stream, wire
from bench.prices import Prices
from bench.providers import AUDIENCE
from bench.shop import Shop, Worked
from bench.telling import mailchimp_event
from privacy.domain.facts import Fact
from privacy.domain.member import Member
from privacy.operations.consent.read_back_member import fact_from
from privacy.operations.people.person_summary import SHARDS
from privacy.operations.retention.purge_batch import KEYS, PERSON, batches
from privacy.outbound.dynamodb import to_wire
from privacy.outbound.dynamodb_due import DynamoDueIndex

PEOPLE = (10_000, 1_000_000, 10_000_000)
DUE = 1_000
_TODAY = date(2026, 11, 22)
_MILLION = 1_000_000
#: GB of retention_purge's memory (template.yaml), at which it was measured how long a call takes.
_MEMORY = 512 / 1024
_PURGED = 100


# ---------------------------------------------------------------- who is due


class _Shard(Sequence[str]):
    """The days of one shard's entries, in the index's order: those that are due, then everybody else."""

    def __init__(self, people: int, due: int) -> None:
        self._people = people
        self._due = due
        self.touched = 0

    def __len__(self) -> int:
        return self._people

    def __getitem__(self, n: Any) -> Any:
        self.touched += 1
        days = n - self._due + 1 if n >= self._due else 0
        return (_TODAY + timedelta(days=days * 3650 // max(1, self._people) + (days > 0))).isoformat()


class SyntheticIndex:
    """DynamoDB's client, for one query on one sparse index of so many people."""

    def __init__(self, people: int, due: int) -> None:
        shards = len(SHARDS)
        self._shards = {shard: _Shard(people // shards, due // shards) for shard in SHARDS}
        self.calls = 0
        self.units = 0.0
        self.bytes = 0

    def query(self, **asked: Any) -> Mapping[str, Any]:
        self.calls += 1
        shard = asked["ExpressionAttributeValues"][":shard"]["S"]
        until = asked["ExpressionAttributeValues"][":until"]["S"]
        days = self._shards[shard]
        start = (
            int(asked["ExclusiveStartKey"]["pk"]["S"][-32:], 16) + 1 if "ExclusiveStartKey" in asked else 0
        )
        end = min(bisect_right(days, until), start + asked["Limit"])
        items = [_entry(shard, n, days[n]) for n in range(start, end)]
        size = sum(map(item_bytes, items))
        self.bytes += size
        self.units += max(1, -(-size // (4 * KIB))) * 0.5  # an index is read eventually
        more = end < bisect_left(days, until + "~")
        return {"Items": items, "LastEvaluatedKey": items[-1]} if more and items else {"Items": items}

    @property
    def touched(self) -> int:
        return sum(days.touched for days in self._shards.values())


def _entry(shard: str, n: int, day: str) -> dict[str, Any]:
    return to_wire({"pk": f"person-{n:032x}", "sk": "person", "due_shard": shard, "due_on": day})


def _index(limits: PurgeLimits, say: Say) -> Iterator[Figure]:
    say("who is due, of ten thousand, a million and ten million people")
    read: dict[int, SyntheticIndex] = {}
    for people in PEOPLE:
        read[people] = index = SyntheticIndex(people, DUE)
        due = DynamoDueIndex(index, "people", SHARDS)  # type: ignore[arg-type]
        found = 0
        for shard in SHARDS:
            page = due.page(shard, _TODAY, None, DUE + 1 - found)
            found += len(page.due)
        if found != DUE:
            raise AssertionError(f"{found} of {DUE} found")
    fewest, *_, most = (read[people] for people in PEOPLE)
    floor = fewest.bytes / (4 * KIB) * 0.5
    for people, index in read.items():
        yield Figure(
            f"{DUE:,} due of {people:,}: read units",
            f"{index.units:,.1f}",
            run=f"{index.calls} queries; {index.touched:,} entries of the synthetic index computed",
        )
    ratio = max(index.units for index in read.values()) / min(index.units for index in read.values())
    yield within(
        "the same number due, whoever else is there",
        ratio,
        limits.index_growth,
        times(ratio),
        run="the most read units against the fewest, of the three",
    )
    yield within(
        "read units of the index against the floor",
        most.units / floor,
        limits.index_floor,
        f"{times(most.units / floor)} ({floor:.1f})",
        run="the bytes of what is due, in half units of 4 KiB; each of the eight shards is rounded up",
    )


# ---------------------------------------------------------------- and goes


@dataclass(frozen=True, slots=True)
class Purged:
    """So many people, purged by the built handler; what a loop of bare deletes would have needed."""

    people: int
    worked: Worked
    bare: int

    def of_a_million(self, units: float) -> float:
        return units / self.people * _MILLION


def run(shop: Shop, say: Say) -> Purged:
    """Newsletter-only people whose three years are over: a hint, the member read back, and our id of each."""
    say(f"{_PURGED} subscribers, purged in messages of {KEYS}")
    at = int(time.time()) - 1100 * 86_400
    facts: list[Fact] = []
    for n in range(_PURGED):
        address = f"reader{n:03}@example.org"
        shop.mailchimp.act("signup", list_id=AUDIENCE, email=address, quiet=True)
        facts += _told(address, at + n)
    shop.aws.load("ledger", map(wire, facts))
    fold_stream(shop.aws, facts)
    persons = [
        pk
        for pk, sk in dict.fromkeys(shop.aws.written("people"))
        if pk.startswith("person-") and sk == "person"
    ]
    if len(persons) != _PURGED:
        raise AssertionError(f"{len(persons)} people")
    items = sum(len(shop.aws.partition("people", pk)) for pk in persons)
    bare = items + len(facts) + 2 * _PURGED  # and of each our id in the ledger, and the pointer to them
    messages = [
        batch.message() for batch in batches("retention-bench", PERSON, [(pk, "person") for pk in persons])
    ]
    shop.aws.written("ledger")
    done = [shop.message("retention_purge", body) for body in messages]
    left = [pk for pk in persons if shop.aws.partition("people", pk)]
    if left:
        raise AssertionError(f"{len(left)} people are still there")
    stripe, mailchimp = Counter[str](), Counter[str]()
    for one in done:
        stripe.update(one.stripe)
        mailchimp.update(one.mailchimp)
    calls = [call for one in done for call in one.calls]
    return Purged(_PURGED, Worked(stripe, mailchimp, calls, len(done), max(one.peak for one in done)), bare)


def _told(address: str, at: int) -> Iterator[Fact]:
    yield told_by_mailchimp(mailchimp_event("subscribe", at=at, buyer=address), at)
    opted_in = datetime.fromtimestamp(at, UTC)
    member = Member(
        AUDIENCE,
        address,
        "subscribed",
        "Hosted Signup Form",
        opted_in,
        "203.0.113.7",
        opted_in,
        "203.0.113.7",
        opted_in,
        "fr",
        None,
    )
    yield fact_from(member, pseudonyms=PSEUDONYMS, recorded_at=opted_in + timedelta(seconds=60))


def _figures(purged: Purged, limits: PurgeLimits, prices: Prices) -> Iterator[Figure]:
    calls, people = len(purged.worked.calls), purged.people
    bare = purged.bare / people
    yield within(
        "AWS calls a person, against a loop of bare deletes",
        calls / purged.bare,
        limits.calls,
        f"{times(calls / purged.bare)} ({calls / people:.1f} against {bare:.1f})",
        run=purged.worked.actions(),
    )
    yield Figure(
        "units a person",
        f"{purged.worked.writes / people:.1f} WCU, {purged.worked.reads / people:.1f} RCU",
        run=f"{people} people, {purged.worked.invocations} messages; with the index's own",
    )
    yield Figure(
        "calls to the providers a person",
        f"{sum(purged.worked.mailchimp.values()) / people:.1f} of Mailchimp's, "
        f"{sum(purged.worked.stripe.values()) / people:.1f} of Stripe's",
        run="Mailchimp: read, deleted for ever, read back. Stripe: whether it knows of an order",
    )
    parts = _dollars(purged, prices)
    units = parts["writes"] + parts["reads"]
    yield within(
        "a million purged, DynamoDB's units",
        units,
        limits.units,
        f"${units:.2f}",
        bound=f"${limits.units:.2f}",
        run=f"a bare delete of each item and its place in the index alone: "
        f"${(bare + 1) * prices.write_units:.2f}",
    )
    dollars = sum(parts.values())
    yield within(
        "a million purged, in all",
        dollars,
        limits.dollars,
        f"${dollars:.2f}",
        bound=f"${limits.dollars:.2f}",
        run="dollars: "
        + ", ".join(f"{name} {one:.2f}" for name, one in parts.items())
        + "; without the time in which Lambda waits for Mailchimp and Stripe",
    )


def _dollars(purged: Purged, prices: Prices) -> dict[str, float]:
    """Of a million, by what they are paid for."""
    worked = purged.worked
    a_million = purged.of_a_million
    puts = worked.count("PutObject")
    return {
        "writes": a_million(worked.writes) / _MILLION * prices.write_units,
        "reads": a_million(worked.reads) / _MILLION * prices.read_units,
        "invocations": a_million(worked.invocations) / _MILLION * prices.lambda_requests,
        "duration": a_million(len(worked.calls))
        * prices.ms_per_call_at_512_mb
        / 1000
        * _MEMORY
        * prices.gb_second,
        "queue": 3 * a_million(worked.invocations) / _MILLION * prices.sqs_requests,
        "objects": a_million(puts) / _MILLION * prices.s3_puts,
    }


def measure(shop: Shop, limits: PurgeLimits, prices: Prices, say: Say) -> Iterator[Figure]:
    yield from _index(limits, say)
    yield from _figures(run(shop, say), limits, prices)
