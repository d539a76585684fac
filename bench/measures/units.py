"""Capacity units: of each example event's item, and of one purchase on its way from the webhook to the person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bench import deliveries
from bench.artifact import command, environment
from bench.aws.capacity import item_bytes, write_units
from bench.aws.standin import Call, Standin
from bench.figures import Figure
from bench.history import FIRST, HOUR, POLICY, PSEUDONYMS, history, told_by_stripe
from bench.instructions import Say, given_as_file, told
from bench.measures.starts import handler
from bench.places import EVENTS
from bench.telling import stripe_event
from privacy.domain.facts import Fact
from privacy.inbound import stripe
from privacy.inbound.payload import Ignored, document
from privacy.outbound.dynamodb import item_of, to_wire

#: What Stripe sends of a purchase by a new customer, with an invoice, as far as it is handled.
PURCHASE = (
    "customer.created",
    "payment_intent.succeeded",
    "charge.succeeded",
    "checkout.session.completed",
    "invoice.paid",
)


@dataclass(frozen=True, slots=True)
class Flow:
    """AWS calls that some events cause. invocations: of the function that makes them."""

    name: str
    events: int
    invocations: int
    calls: Sequence[Call]

    @property
    def writes(self) -> int:
        return sum(call.wcu + call.index_wcu for call in self.calls)

    @property
    def reads(self) -> float:
        return sum(call.rcu for call in self.calls)

    def shown(self) -> str:
        return f"{len(self.calls)} calls, {self.writes} WCU, {self.reads:,.0f} RCU"


def example_items() -> Iterator[tuple[str, int, int]]:
    """(example event, item bytes, write units), of those that become a fact."""
    for path in sorted((EVENTS / "stripe").glob("*.json")):
        event = document(path.read_bytes())
        created = int(json.loads(path.read_text())["created"])
        fact = stripe.fact_from(event, pseudonyms=PSEUDONYMS, policy=POLICY, recorded_at=_heard(created))
        if not isinstance(fact, Ignored):
            size = item_bytes(to_wire(item_of(fact)))
            yield path.stem, size, write_units(size)


def flows(standin: Standin, say: Say) -> list[Flow]:
    """One purchase: through the entrance, then folded event by event, in one batch, and of a regular customer."""
    say("one purchase through the entrance")
    events = [stripe_event(name, purchase="Purchase1", customer="Buyer1", at=FIRST) for name in PURCHASE]
    facts = [told_by_stripe(event, FIRST) for event in events]
    standin.clear("ledger", "people", "registry")
    with given_as_file([deliveries.by_stripe(event) for event in events]) as file:
        number = str(len(events))
        standin.calls()
        told(
            command("handle", handler("stripe_webhook"), file, number),
            environment("stripe_webhook", standin.url),
        )
    entrance = [call for call in standin.calls() if call.operation != "GetSecretValue"]
    say("and folded")
    return [
        Flow("the entrance, five webhooks", len(facts), len(facts), entrance),
        _folded("folded one by one, a new person", standin, [], [[fact] for fact in facts]),
        _folded("folded in one batch, a new person", standin, [], [facts]),
        _folded(
            "folded one by one, a regular of 100 facts",
            standin,
            list(history(100)),
            [[fact] for fact in _again()],
        ),
    ]


def _again() -> list[Fact]:
    """The regular customer of `history` buys once more."""
    at = FIRST + 100_000 * HOUR // 10
    return [
        told_by_stripe(stripe_event(name, purchase="Purchase2", customer="LoyalCustomer", at=at), at)
        for name in PURCHASE
    ]


def _folded(name: str, standin: Standin, before: Sequence[Fact], batches: Sequence[Sequence[Fact]]) -> Flow:
    standin.clear("ledger", "people", "registry")
    if before:
        standin.load("ledger", map(wire, before))
        fold(standin, [{"identifier": partition} for partition in {fact.filed_under for fact in before}])
    calls: list[Call] = []
    for facts in batches:
        standin.load("ledger", map(wire, facts))
        standin.calls()
        answer = fold_stream(standin, facts)
        if answer["failed"]:
            raise AssertionError(f"{name}: {answer}")
        calls += standin.calls()
    return Flow(name, sum(map(len, batches)), len(batches), calls)


def figures(measured: Iterable[Flow]) -> Iterator[Figure]:
    for flow in measured:
        yield Figure(flow.name, flow.shown(), run=f"{flow.events} events, {flow.invocations} invocations")


# ---------------------------------------------------------------- the fold's handler


def fold_stream(standin: Standin, facts: Iterable[Fact]) -> dict[str, object]:
    """The ledger's stream brings the facts' keys."""
    return _handled(standin, streamed((fact.filed_under, fact.key) for fact in facts))


def fold(standin: Standin, bodies: Iterable[dict[str, str]]) -> dict[str, object]:
    """The function's own queue asks for partitions."""
    return _handled(standin, queued(bodies))


def streamed(keys: Iterable[tuple[str, str]]) -> list[dict[str, object]]:
    """Records of a table's stream, by the keys that were written."""
    return [
        {
            "eventName": "MODIFY",
            "dynamodb": {"SequenceNumber": str(n), "Keys": to_wire({"pk": pk, "sk": sk})},
        }
        for n, (pk, sk) in enumerate(keys)
    ]


def queued(bodies: Iterable[dict[str, str]]) -> list[dict[str, object]]:
    return [{"messageId": str(n), "body": json.dumps(body)} for n, body in enumerate(bodies)]


def _handled(standin: Standin, records: Sequence[object]) -> dict[str, object]:
    with given_as_file([{"Records": records}]) as file:
        answer: dict[str, object] = told(
            command("work", handler("fold_people"), file), environment("fold_people", standin.url)
        )
    return answer


def wire(fact: Fact) -> dict[str, dict[str, object]]:
    return to_wire(item_of(fact))


def _heard(created: int) -> datetime:
    return datetime.fromtimestamp(created + 2, UTC)
