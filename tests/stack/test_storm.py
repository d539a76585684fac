"""A storm: mixed deliveries, shuffled, a third of them twice, from many senders, while workers die and Mailchimp fails
a tenth of its calls. Afterwards the tables agree, and Mailchimp has whom `may_market` allows, and nobody else.

`STORM_PEOPLE=300` makes it ten thousand deliveries and takes a quarter of an hour; without, the gate has a smaller one.
"""

import http.client
import json
import os
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest

from cli.local import backoffice
from cli.local.backoffice import BackOffice
from cli.standins.signing import stripe_header
from privacy import policy
from privacy.domain.clocks import paris_day
from privacy.domain.facts import Fact
from privacy.domain.membership import Standing
from privacy.inbound.stripe import TYPES
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.operations.people.person_summary import standings_in
from privacy.outbound.dynamodb import fact_of, from_wire
from tests.fakes import MemoryLedger, MemoryPeople, MemoryRegistry
from tests.stack.storm import LIST, Storm, kinds
from tests.stack.test_reconcile import last, privacy, stores

PEOPLE = int(os.environ.get("STORM_PEOPLE", "36"))
SENDERS = 8
#: Seconds until everything has to be done.
PATIENCE = 900
#: Mailchimp's faults and their rates, a tenth of its calls together: it answers nonsense, or does it and hangs up.
FAULTS = {"bare_500": 0.04, "bare_429": 0.04, "lost_answer": 0.02}
_BOOKKEEPING = frozenset(
    {
        "pk",
        "sk",
        "version",
        "unheld",
        "neighbours",
        "aliases",
        "alias_of",
        "due_shard",
        "asked_shard",
        "fold_version",
    }
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackOffice]:
    """One of its own: ten thousand facts are in nobody else's way."""
    with backoffice.running(tmp_path_factory.mktemp("storm"), environment={}) as running:
        quicken(running)
        yield running


def quicken(office: BackOffice) -> None:
    """A message whose worker was struck comes back within the test: in AWS six times its function's timeout later."""
    sqs = office.aws("sqs")
    for url in sqs.list_queues()["QueueUrls"]:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "30"})


class Sender:
    """Delivers as the providers would: signed anew, and again until somebody takes it. One connection a thread."""

    def __init__(self, office: BackOffice) -> None:
        self._office = office
        self._own = threading.local()
        self._connections: list[http.client.HTTPConnection] = []

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    def post(self, body: bytes) -> int:
        is_stripe = body.startswith(b"{")
        provider = "stripe" if is_stripe else "mailchimp"
        held = self._office.secrets[f"{provider}-webhook"]
        path = "/webhooks/stripe" if is_stripe else f"/webhooks/mailchimp/{held['path_keys'][0]}"
        name = "Stripe-Signature" if is_stripe else "X-Mailchimp-Signature"
        status = 0
        for _ in range(60):
            signature = stripe_header(body, held["signing_secrets"][0], int(time.time()))
            status = self._request(path, body, {name: signature})
            if 0 < status < 500:
                break
            time.sleep(0.2)
        return status

    def _request(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        if not hasattr(self._own, "connection"):
            self._own.connection = http.client.HTTPConnection(
                urlsplit(self._office.base_url).netloc, timeout=60
            )
            self._connections.append(self._own.connection)
        try:
            self._own.connection.request("POST", path, body=body, headers=headers)
            answer = self._own.connection.getresponse()
            answer.read()
            return int(answer.status)
        except (OSError, http.client.HTTPException):
            self._own.connection.close()
            return 0


def fail_a_tenth(office: BackOffice) -> None:
    for kind, rate in FAULTS.items():
        office.shop.ask("mailchimp", "faults", {"kind": kind, "rate": rate, "times": None})


def calm(office: BackOffice) -> None:
    request = urllib.request.Request(f"{office.standins['mailchimp']}/_control/faults", method="DELETE")
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 200


def deliver(office: BackOffice, deliveries: list[bytes]) -> Counter[int]:
    """The storm itself, with four strokes of lightning that kill whatever runs. Returns how often which status came."""
    done: list[int] = []
    over = threading.Event()
    sender = Sender(office)

    def strike() -> None:
        for share in (0.1, 0.3, 0.6, 0.9):
            while len(done) < share * len(deliveries) and not over.is_set():
                time.sleep(0.02)
            office.kill_workers()

    lightning = threading.Thread(target=strike)
    lightning.start()
    try:
        with ThreadPoolExecutor(SENDERS) as senders:
            list(senders.map(lambda body: done.append(sender.post(body)), deliveries))
    finally:
        over.set()
        lightning.join()
        sender.close()
    return Counter(done)


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
    law, now = policy.load(), datetime.now(UTC)
    for _ in range(2):  # the second with everybody's suppressions
        left = set(ledger.partitions)
        while left:
            done = fold_people({min(left)}, stores=stores, policy=law, now=now, new_id=lambda: next(ids))
            left -= {min(left), *done.read}
    items = [
        dict(summary) | {"pk": p, "sk": "person", "unheld": [*_emails(summary) - people.holdings[p].keys()]}
        for p, (_, summary) in people.items.items()
    ]
    items += [
        {"pk": p, "sk": f"has#{i}", "owned": h.owned}
        for p, held in people.holdings.items()
        for i, h in held.items()
    ]
    return items + [
        {"pk": i, "sk": "is", "person": p.person, "named_by": list(p.named_by), "shared": p.shared}
        for i, p in people.found.items()
    ]


def _emails(summary: Mapping[str, Any]) -> set[str]:
    return {*summary.get("emails", ())}


def comparable(items: list[dict[str, Any]]) -> dict[str, Any]:
    """A people table by anchors instead of ids, which chance decides."""
    anchors = {i["pk"]: i["anchor"] for i in items if i["sk"] == "person" and "anchor" in i}
    table: dict[str, Any] = {}
    for item in items:
        key = f"{anchors.get(item['pk'], item['pk'])} {item['sk']}"
        if item["sk"] == "person" and "anchor" in item:
            kept = {n: v for n, v in item.items() if n not in _BOOKKEEPING}
            table[key] = kept | {"neighbours": sorted(anchors[p] for p in item["neighbours"])}
            for held in _emails(item) - {*item.get("unheld", ())}:
                table.setdefault(f"{item['anchor']} has#{held}", True)
        elif item["sk"] == "is":
            owner = anchors.get(item.get("person") or "")
            table[key] = owner, sorted(anchors[p] for p in item["named_by"]), item["shared"]
        elif item["sk"].startswith("has#"):
            table[key] = item["owned"]
    return table


def members(office: BackOffice) -> dict[str, str]:
    """Mailchimp's members: address → status."""
    url = f"{office.standins['mailchimp']}/3.0/lists/{LIST}/members?count=1000"
    found: dict[str, str] = {}
    while True:
        request = urllib.request.Request(
            f"{url}&offset={len(found)}", headers={"Authorization": "Bearer key-us1"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            page = json.load(answer)["members"]
        if not page:
            return found
        found |= {member["email_address"].lower(): member["status"] for member in page}


def standings(office: BackOffice) -> dict[str, Standing]:
    """How every address that we know stands towards marketing."""
    return {
        standing.address.lower(): standing
        for item in scan(office, "imera-privacy-people")
        if item["sk"] == "person"
        for standing in standings_in(item)
        if standing.address
    }


def approved(office: BackOffice) -> None:
    """Whoever is subscribed without having asked is taken out by the reconciliation, the owner willing."""
    stores(office).registry.approve_history(run="none", operator="alix", now=datetime.now(UTC))
    assert privacy(office, "reconcile") == 0
    run = last(office)
    if run.state == "held":
        assert privacy(office, "reconcile", "approve", run.id) == 0
    office.wait_until_idle(PATIENCE)


def test_a_storm_leaves_the_people_that_the_facts_make_and_mailchimp_with_whom_may_market_allows(
    office: BackOffice,
) -> None:
    storm = Storm(PEOPLE, office.shop)
    deliveries = storm.deliveries()
    assert len(storm.events) + len(storm.notices) >= 33 * PEOPLE
    assert set(kinds(storm.events)) >= TYPES

    fail_a_tenth(office)
    assert deliver(office, deliveries) == {204: len(deliveries)}
    office.wait_until_idle(PATIENCE)

    facts = [fact_of(item) for item in scan(office, "imera-privacy-ledger")]
    assert {key: n for key, n in Counter(fact.key for fact in facts).items() if n > 1} == {}
    told = {event["id"]: event["type"] for event in map(json.loads, storm.events)}
    ours = {fact.event_id for fact in facts if fact.source == "stripe"}
    assert ours == {id_ for id_, type_ in told.items() if type_ in TYPES}
    assert len([fact for fact in facts if fact.source == "mailchimp"]) == len(set(storm.notices))
    assert comparable(list(scan(office, "imera-privacy-people"))) == comparable(folded(facts))

    approved(office)
    calm(office)
    known, there = standings(office), members(office)
    today = paris_day(datetime.now(UTC))
    may = {address for address, standing in known.items() if standing.may_market(today)}
    mailed = {address for address, status in there.items() if status in {"subscribed", "pending"}}
    own_hand = {
        address for address in may - mailed if any(m.refused for m in known[address].memberships.values())
    }
    assert mailed == may - own_hand
    assert {there[address] for address in own_hand} <= {"unsubscribed", "cleaned"}
    assert PEOPLE / 3 < len(mailed) < PEOPLE
