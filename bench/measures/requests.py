"""What one request does: AWS calls by what is sent, and instructions against the least that boto3 can do."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bench import deliveries
from bench.artifact import command, environment
from bench.aws.standin import Call, Standin
from bench.deliveries import Delivery
from bench.figures import Figure, exactly, millions, times, within
from bench.history import told_by_stripe
from bench.instructions import Say, counted, given_as_file, told
from bench.measures.starts import handler
from privacy.outbound.dynamodb import item_of, to_wire

FEW, MANY = 10, 40
FEW_REFUSED, MANY_REFUSED = 50, 250
_KIB = 1024


def measure(standin: Standin, say: Say) -> Iterator[Figure]:
    yield from _calls(standin, say)
    yield from _first(standin, say)
    yield from _accepted(standin, say)
    yield from _refused(standin, say)


# ---------------------------------------------------------------- calls


def _calls(standin: Standin, say: Say) -> Iterator[Figure]:
    say("AWS calls by what is sent")
    body = deliveries.purchase(0)
    old = int(json.loads(body)["created"])
    stripe: Sequence[tuple[str, Delivery, int, int]] = (
        ("accepted", deliveries.by_stripe(deliveries.purchase(1)), 204, 1),
        ("duplicate", deliveries.by_stripe(body), 204, 1),
        (
            "type that is nothing to us",
            deliveries.by_stripe(body.replace(b".completed", b".rethought")),
            204,
            0,
        ),
        ("forged", deliveries.by_stripe(body, header=_forged()), 401, 0),
        ("stale", deliveries.by_stripe(body, at=old), 401, 0),
        ("no signature", deliveries.by_stripe(body, header=""), 401, 0),
        ("signed, not JSON", deliveries.by_stripe(b"not JSON"), 400, 0),
        ("over 256 KB", deliveries.by_stripe(b"x" * (256 * _KIB + 1)), 413, 0),
    )
    yield from _of("stripe_webhook", standin, deliveries.by_stripe(body), stripe)
    form = deliveries.unsubscribed(0)
    mailchimp: Sequence[tuple[str, Delivery, int, int]] = (
        ("accepted", deliveries.by_mailchimp(deliveries.unsubscribed(1)), 204, 1),
        ("duplicate", deliveries.by_mailchimp(form), 204, 1),
        ("wrong key", deliveries.by_mailchimp(form, key="another-key-in-the-path-00000000"), 404, 0),
        ("over 256 KB", deliveries.by_mailchimp(b"x" * (256 * _KIB + 1)), 413, 0),
    )
    yield from _of("mailchimp_webhook", standin, deliveries.by_mailchimp(form), mailchimp)


def _of(
    function: str, standin: Standin, first: Delivery, cases: Sequence[tuple[str, Delivery, int, int]]
) -> Iterator[Figure]:
    for name, delivery, status, wanted in cases:
        standin.clear("ledger")
        answer, calls = _after(first, delivery, function, standin)
        if answer[0] != status:
            raise AssertionError(f"{function}, {name}: answered {answer[0]}")
        lines = len(str(answer[2]).splitlines())
        yield exactly(
            f"`{function}`, {name} → {status}",
            len(calls),
            wanted,
            run=f"AWS calls of the second request to a container; it prints {lines or 'no'} line{'s'[: lines != 1]}",
        )


def _after(
    first: Delivery, second: Delivery, function: str, standin: Standin
) -> tuple[Sequence[Any], Sequence[Call]]:
    """The second one's answer and AWS calls; the first has fetched the secrets and written one fact."""
    with given_as_file([first, second]) as file:
        answer = told(command("handle", handler(function), file, "2"), environment(function, standin.url))
    calls = [call for call in standin.calls() if call.operation != "GetSecretValue"]
    return answer["last"], calls[1:]


def metric_bytes(standin: Standin) -> int:
    """What an accepted event prints."""
    first, second = (deliveries.by_stripe(deliveries.purchase(n)) for n in (0, 1))
    standin.clear("ledger")
    return len(_after(first, second, "stripe_webhook", standin)[0][2].encode())


# ---------------------------------------------------------------- instructions


def _first(standin: Standin, say: Say) -> Iterator[Figure]:
    say("the first request of a container")
    standin.clear("ledger")
    with given_as_file([deliveries.by_stripe(deliveries.purchase(0))]) as file:
        ready = _handled(file, 0, standin)
        standin.calls()
        secrets = _handled(file, -1, standin) - ready
        fetched = len(standin.calls())
        first = _handled(file, 1, standin) - ready
    yield Figure(
        "first request: fetching its secrets",
        f"{fetched} calls, {millions(secrets)} instructions",
        run="a Secrets Manager client, pepper and signing secrets; no other request of the container does it",
    )
    yield Figure(
        "first request, in all",
        f"{millions(first)} instructions",
        run="secrets, first connection to DynamoDB, metrics imported, and the event itself",
    )


def _accepted(standin: Standin, say: Say) -> Iterator[Figure]:
    say(f"{MANY} accepted events against the floor")
    bodies = [deliveries.purchase(n) for n in range(MANY)]
    sent = [deliveries.by_stripe(body) for body in bodies]
    with given_as_file(sent) as file:
        ours = _slope(lambda n: _handled(file, n, standin), FEW, MANY, standin)
    floors: dict[str, float] = {}
    with given_as_file(_floor(bodies, sent)) as file:
        where = environment("stripe_webhook", standin.url)
        for client in ("default", "unvalidated"):
            floors[client] = _slope(
                lambda n, c=client: counted(command("floor", file, str(n), c), where),  # type: ignore[misc]
                FEW,
                MANY,
                standin,
            )
    floor, unvalidated = floors["default"], floors["unvalidated"]
    yield Figure(
        "floor: HMAC, `json.loads`, one `put_item`",
        f"{millions(floor)} instructions an event",
        run=f"default client, ready-made item, loopback endpoint; slope between {FEW} and {MANY} events of 4 KB",
    )
    yield within(
        "accepted event, the whole handler",
        ours / floor,
        1.3,
        f"{times(ours / floor)} ({millions(ours)})",
        run="API Gateway's event to the answer: verify, parse, translate, conditional write, metric line",
    )
    yield Figure(
        "the same, against a floor without boto3's own validation",
        f"{times(ours / unvalidated)} (floor {millions(unvalidated)})",
        run="the product's client validates nothing either; the rest is what the product adds",
    )


def _refused(standin: Standin, say: Say) -> Iterator[Figure]:
    say(f"{MANY_REFUSED} refused bodies against their HMAC")
    body = deliveries.purchase(0)
    accepted = deliveries.by_stripe(body)
    claimed = accepted["headers"]["stripe-signature"].split(",")[0].removeprefix("t=")
    secret = {
        "secret": deliveries.STRIPE_SECRET,
        "message": f"{claimed}.{body.decode()}",
        "signature": "0" * 64,
    }
    with given_as_file(secret) as file:
        floor = _slope(
            lambda n: counted(command("floor_refused", file, str(n)), environment("stripe_webhook")),
            FEW_REFUSED,
            MANY_REFUSED,
            standin,
        )
    yield Figure(
        "floor: `hmac.digest` and `compare_digest`",
        f"{floor:,.0f} instructions",
        run=f"4 KB; slope between {FEW_REFUSED} and {MANY_REFUSED}; valgrind hides the processor's SHA instructions",
    )
    for name, delivery in (
        ("forged body of 4 KB", deliveries.by_stripe(body, header=_forged())),
        ("stale body of 4 KB", deliveries.by_stripe(body, at=int(json.loads(body)["created"]))),
    ):
        with given_as_file([delivery]) as file:
            ours = _slope(lambda n, f=file: _handled(f, n, standin), FEW_REFUSED, MANY_REFUSED, standin)  # type: ignore[misc]
        yield within(
            f"{name}, refused",
            ours / floor,
            1.3,
            f"{times(ours / floor)} ({ours:,.0f})",
            run="API Gateway's event to the answer",
        )


def _handled(file: str, number: int, standin: Standin) -> int:
    function = "stripe_webhook"
    return counted(
        command("handle", handler(function), file, str(number)), environment(function, standin.url)
    )


def _slope(count: Callable[[int], int], few: int, many: int, standin: Standin) -> float:
    """Instructions of one more, once start and first request have cancelled out. Each run on an empty ledger."""
    counts = []
    for number in (few, many):
        standin.clear("ledger")
        counts.append(count(number))
    return (counts[1] - counts[0]) / (many - few)


def _floor(bodies: Sequence[bytes], sent: Sequence[Delivery]) -> Mapping[str, Any]:
    claims = [delivery["headers"]["stripe-signature"].split(",") for delivery in sent]
    return {
        "secret": deliveries.STRIPE_SECRET,
        "deliveries": [
            {
                "message": f"{at.removeprefix('t=')}.{body.decode()}",
                "signature": signature.removeprefix("v1="),
                "body": body.decode(),
                "item": to_wire(item_of(told_by_stripe(body, int(json.loads(body)["created"])))),
            }
            for body, (at, signature) in zip(bodies, claims, strict=True)
        ],
    }


def _forged() -> str:
    return f"t={int(time.time())},v1={'0' * 64}"
