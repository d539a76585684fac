"""A storm of deliveries, shuffled, repeated and from many senders, while workers die: the tables still agree."""

import http.client
import json
import random
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit

from cli.local.backoffice import BackOffice
from cli.standins import stripe
from cli.standins.signing import stripe_header
from privacy import policy
from privacy.domain.facts import Fact
from privacy.inbound.stripe import TYPES
from privacy.operations.fold_people import Stores, fold_people
from privacy.outbound.dynamodb import fact_of, from_wire
from tests.fakes import MemoryLedger, MemoryPeople, MemoryRegistry

PEOPLE = 24
SENDERS = 8
CHANCE = random.Random(2026)
LIST = "a6b5da1054"
_BOOKKEEPING = frozenset(
    {"pk", "sk", "version", "neighbours", "aliases", "alias_of", "due_shard", "fold_version"}
)


def addresses() -> list[str]:
    return [f"storm{n}@example.org" for n in range(PEOPLE)]


def stripe_events() -> list[bytes]:
    """What two dozen buyers and their banks do in a year, as Stripe tells it."""
    told: list[bytes] = []
    start = datetime(2026, 1, 1, 9, tzinfo=UTC)
    with stripe.serving(livemode=True) as provider:

        def act(name: str, day: int, **arguments: Any) -> Any:
            return provider.act(name, quiet=True, at=(start + timedelta(days=day)).isoformat(), **arguments)

        for n, address in enumerate(addresses()):
            box = ("ticked", "unticked", "absent")[n % 3]
            if n % 4 == 1:
                act("checkout", n, email=address, box=box, method="sepa_debit", customer="guest")
                act("pay_async" if n % 8 == 1 else "fail_async", n + 3, of=address)
                continue
            bought = act("checkout", n, email=address, box=box)
            if n % 4 == 2:
                act("refund", n + 5, of=bought["charge"], amount=1000)
                act("checkout", n + 9, email=address, customer=bought["customer"], amount=7000)
            if n % 4 == 3:
                act("dispute_open", n + 6, of=bought["charge"])
            if n % 8 == 3:
                act("dispute_close", n + 60, of=bought["charge"], status="won")
            if n % 6 == 0:
                # an account that changes hands
                changes = {"email": addresses()[(n + 1) % PEOPLE]}
                act("update_customer", n + 20, of=bought["customer"], changes=changes)
            if n % 12 == 4:
                act("delete_customer", n + 90, of=bought["customer"])
        told += [json.dumps(event).encode() for event in provider.events]
    return told


def mailchimp_notices(office: BackOffice) -> list[bytes]:
    """What the same people do with the newsletter; the office's own stand-in knows where they ended."""
    notices: list[bytes] = []
    seconds = count()

    def act(name: str, **arguments: Any) -> None:
        body = json.dumps({"act": name, "quiet": True, "list_id": LIST, **arguments}).encode()
        request = urllib.request.Request(
            f"{office.standins['mailchimp']}/_control/act",
            data=body,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status == 200

    def notice(type_: str, **data: str) -> None:
        fired_at = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=next(seconds))
        fields = {"type": type_, "fired_at": f"{fired_at:%Y-%m-%d %H:%M:%S}", "data[list_id]": LIST}
        notices.append(urlencode(fields | {f"data[{name}]": value for name, value in data.items()}).encode())

    for n, address in enumerate(addresses()):
        moved = f"moved{n}@example.org"
        act("import" if n % 5 == 0 else "signup", email=address)
        notice("subscribe", email=address)
        match n % 6:
            case 1:
                act("unsubscribe", email=address)
                notice("unsubscribe", email=address, reason="manual")
            case 2:
                act("abuse", email=address)
                notice("unsubscribe", email=address, reason="abuse")
            case 3:
                act("change_email", email=address, new_email=moved)
                notice("upemail", old_email=address, new_email=moved)
                notice("profile", email=moved)
            case 4:
                act("cleaned", email=address)
                notice("cleaned", email=address, reason="hard")
            case _:
                notice("profile", email=address)
    return notices


def post(office: BackOffice, body: bytes) -> int:
    """Deliver as the provider would: signed anew, and again until somebody takes it."""
    is_stripe = body.startswith(b"{")
    provider = "stripe" if is_stripe else "mailchimp"
    held = office.secrets[f"{provider}-webhook"]
    path = "/webhooks/stripe" if is_stripe else f"/webhooks/mailchimp/{held['path_keys'][0]}"
    status = 0
    for _ in range(60):
        signature = stripe_header(body, held["signing_secrets"][0], int(time.time()))
        name = "Stripe-Signature" if is_stripe else "X-Mailchimp-Signature"
        connection = http.client.HTTPConnection(urlsplit(office.base_url).netloc, timeout=60)
        try:
            connection.request("POST", path, body=body, headers={name: signature})
            status = connection.getresponse().status
        finally:
            connection.close()
        if status < 500:
            return status
        time.sleep(0.2)
    return status


def scan(office: BackOffice, table: str) -> Iterator[dict[str, Any]]:
    pages = office.aws("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return (from_wire(item) for page in pages for item in page["Items"])


def folded(facts: list[Fact]) -> list[dict[str, Any]]:
    """The people table that these facts alone make."""
    ledger = MemoryLedger()
    people = MemoryPeople(ledger)
    stores = Stores(ledger, people, MemoryRegistry())
    ids = (f"person-{n}" for n in count())
    for fact in facts:
        ledger.append(fact)
    for _ in range(2):
        for partition in sorted(ledger.partitions):
            fold_people(
                {partition},
                stores=stores,
                policy=policy.load(),
                now=datetime.now(UTC),
                new_id=lambda: next(ids),
            )
    items = [dict(summary) | {"pk": p, "sk": "person"} for p, (_, summary) in people.items.items()]
    items += [
        {"pk": p, "sk": f"has#{i}", "owned": h.owned}
        for p, held in people.holdings.items()
        for i, h in held.items()
    ]
    return items + [
        {"pk": i, "sk": "is", "person": p.person, "named_by": list(p.named_by), "shared": p.shared}
        for i, p in people.found.items()
    ]


def comparable(items: list[dict[str, Any]]) -> dict[str, Any]:
    """A people table by anchors instead of ids, which chance decides."""
    anchors = {i["pk"]: i["anchor"] for i in items if i["sk"] == "person" and "anchor" in i}
    table: dict[str, Any] = {}
    for item in items:
        key = f"{anchors.get(item['pk'], item['pk'])} {item['sk']}"
        if item["sk"] == "person" and "anchor" in item:
            kept = {n: v for n, v in item.items() if n not in _BOOKKEEPING}
            table[key] = kept | {"neighbours": sorted(anchors[p] for p in item["neighbours"])}
        elif item["sk"] == "is":
            owner = anchors.get(item.get("person") or "")
            table[key] = owner, sorted(anchors[p] for p in item["named_by"]), item["shared"]
        elif item["sk"].startswith("has#"):
            table[key] = item["owned"]
    return table


def test_a_storm_of_deliveries_leaves_every_fact_once_and_the_people_that_the_facts_make(
    office: BackOffice,
) -> None:
    events, notices = stripe_events(), mailchimp_notices(office)
    deliveries = events + notices
    deliveries += CHANCE.sample(deliveries, len(deliveries) // 3)
    CHANCE.shuffle(deliveries)
    assert 300 <= len(deliveries) <= 500

    done: list[int] = []
    storm_over = threading.Event()

    def strike() -> None:
        for share in (0.1, 0.3, 0.6, 0.9):
            while len(done) < share * len(deliveries) and not storm_over.is_set():
                time.sleep(0.02)
            office.kill_workers()

    lightning = threading.Thread(target=strike)
    lightning.start()
    try:
        with ThreadPoolExecutor(SENDERS) as senders:
            list(senders.map(lambda body: done.append(post(office, body)), deliveries))
    finally:
        storm_over.set()
        lightning.join()
    assert Counter(done) == {204: len(deliveries)}
    office.wait_until_idle(120)

    facts = [fact_of(item) for item in scan(office, "imera-privacy-ledger")]
    filed = Counter(fact.key for fact in facts)
    told = [json.loads(body) for body in events]
    assert {key: n for key, n in filed.items() if n > 1} == {}
    ours = {fact.event_id for fact in facts if fact.source == "stripe"}
    assert {event["id"] for event in told if event["type"] in TYPES} <= ours
    assert not {event["id"] for event in told if event["type"] not in TYPES} & ours
    storm = [f for f in facts if f.source == "mailchimp" and f.occurred_at < datetime(2026, 6, 2, tzinfo=UTC)]
    assert len(storm) == len(notices)

    there = comparable(list(scan(office, "imera-privacy-people")))
    assert there == comparable(folded(facts))
