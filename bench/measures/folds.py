"""The largest history of one person: time, memory, the item's size, and whether the work grows with the facts."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bench.artifact import command, environment
from bench.aws.standin import Call, Standin
from bench.figures import Figure, megabytes, times, within
from bench.history import PSEUDONYMS, history
from bench.instructions import Say, counted, given_as_file, told
from bench.measures.starts import handler
from bench.measures.units import queued, wire
from bench.shapes import SHAPES
from bench.telling import BUYER
from privacy.domain.facts import Fact

FEW, MANY = 5_000, 50_000
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Folded:
    """A fold of somebody whom the projection knows already, with nothing new to write."""

    seconds: float
    peak: int
    calls: Sequence[Call]
    instructions: int
    item_bytes: int


def measure(standin: Standin, say: Say) -> Iterator[Figure]:
    say("the fold's start")
    with given_as_file([{"Records": []}]) as file:
        start = counted(_fold(file), environment("fold_people", standin.url))
    few, many = (_of(facts, standin, say) for facts in (FEW, MANY))
    per_few, per_many = ((f.instructions - start) / n for f, n in ((few, FEW), (many, MANY)))
    run = f"{MANY:,} facts of one person folded again by the built handler, pages of 1 MB over loopback"
    yield within(
        f"instructions a fact, {MANY:,} facts against {FEW:,}",
        per_many / per_few,
        1.2,
        f"{times(per_many / per_few)} ({per_few / 1e3:,.0f} k → {per_many / 1e3:,.0f} k)",
        run="the same history cut short; start-up subtracted",
    )
    yield within(
        "peak memory of the process", many.peak, 256 * _MIB, megabytes(many.peak), bound="256 MiB", run=run
    )
    yield within(
        "the person's largest item",
        many.item_bytes,
        50 * 1024,
        f"{many.item_bytes:,} bytes",
        bound="50 KiB",
        run=run,
    )
    yield Figure(
        "AWS calls and read units", f"{len(many.calls):,} calls, {_reads(many.calls):,.0f} RCU", run=run
    )
    yield Figure(
        "wall time here, for information",
        f"{many.seconds:.1f} s",
        run="the stand-in's answers included, a network's not: each of the calls waits for the one before",
    )


def _reads(calls: Sequence[Call]) -> float:
    return sum(call.rcu for call in calls)


def _fold(file: str) -> list[str]:
    return command("work", handler("fold_people"), file)


def _of(facts: int, standin: Standin, say: Say) -> Folded:
    say(f"{facts:,} facts: read from example events")
    standin.clear("ledger", "people", "registry")
    partitions: dict[str, None] = {}

    def wires() -> Iterator[Any]:
        for fact in history(facts):
            partitions[fact.filed_under] = None
            yield wire(fact)

    standin.load("ledger", wires())
    where = environment("fold_people", standin.url)
    say(f"{facts:,} facts: folded a first time")
    with given_as_file(list(partitions)) as file:
        told(command("settle", file), where)
    written = [size for call in standin.calls() for size in call.written]
    with given_as_file([{"Records": queued([{"identifier": PSEUDONYMS.email(BUYER)}])}]) as file:
        say(f"{facts:,} facts: folded again")
        folded = told(_fold(file), where)
        calls = standin.calls()
        if folded["failed"]:
            raise AssertionError("the fold failed")
        say(f"{facts:,} facts: counting instructions" + (", which takes minutes" if facts == MANY else ""))
        instructions = counted(_fold(file), where)
    standin.calls()
    return Folded(folded["seconds"], folded["peak"], calls, instructions, max(written))


# ---------------------------------------------------------------- shapes that would make it grow faster

SMALL, LARGE = 100, 400


def shapes(say: Say) -> Iterator[Figure]:
    """One thing done again and again. A budget for what somebody outside the shop can do."""
    start = _shaped([])
    for shape in SHAPES:
        say(f"shape: {shape.name}")
        small, large = ((_shaped(shape.facts(n)) - start) / n for n in (SMALL, LARGE))
        yield Figure(
            shape.name,
            f"{times(large / small)} ({small / 1e3:,.0f} k → {large / 1e3:,.0f} k)",
            budget="≤ 1.2 ×" if shape.from_outside else "",
            kept=large / small <= 1.2 if shape.from_outside else None,
            run=f"instructions a fact, {LARGE} facts against {SMALL}, folded in memory; start-up subtracted",
        )


def _shaped(facts: Iterable[Fact]) -> int:
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        file.write(pickle.dumps(list(facts)))
        file.flush()
        return counted(command("shape", file.name), environment("fold_people"))
