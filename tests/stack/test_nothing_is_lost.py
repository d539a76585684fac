"""The real functions on the real template: whoever is killed, what was answered 204 becomes a person."""

import hashlib
import hmac
import http.client
import json
import threading
import time
from urllib.parse import urlsplit

from cli.local.backoffice import BackOffice
from tests.stack.probes import eventually

DELIVERIES = 120


def customer_created(run: str, n: int) -> dict[str, object]:
    """Stripe's news of a new customer, who exists in this test only."""
    return {
        "id": f"evt_{run}{n:04d}",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": int(time.time()),
        "livemode": True,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": "customer.created",
        "data": {
            "object": {
                "id": f"cus_{run}{n:04d}",
                "object": "customer",
                "created": int(time.time()),
                "email": f"{run}{n}@example.org",
                "name": "Ada Exemple",
                "livemode": True,
                "metadata": {},
            }
        },
    }


def deliver(office: BackOffice, event: dict[str, object]) -> int:
    """Post an event as Stripe does: again until it is answered 2xx."""
    body, secret = json.dumps(event).encode(), office.secrets["stripe-webhook"]["signing_secrets"][0]
    for _ in range(60):
        now = int(time.time())
        signature = hmac.new(secret.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "stripe-signature": f"t={now},v1={signature}"}
        connection = http.client.HTTPConnection(urlsplit(office.base_url).netloc, timeout=60)
        try:
            connection.request("POST", "/webhooks/stripe", body=body, headers=headers)
            status = connection.getresponse().status
        finally:
            connection.close()
        if status < 500:
            return status
        time.sleep(0.2)
    return status


def facts_and_people(office: BackOffice, run: str) -> tuple[set[str], set[str]]:
    """Return the customers of a run that the ledger and the people table know."""
    found: list[set[str]] = []
    for table in ("imera-privacy-ledger", "imera-privacy-people"):
        pages = office.aws("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        text = "\n".join(json.dumps(item, default=str) for page in pages for item in page["Items"])
        found.append({f"cus_{run}{n:04d}" for n in range(DELIVERIES) if f"cus_{run}{n:04d}" in text})
    return found[0], found[1]


def deliveries_during(office: BackOffice, run: str, disturb: list[float], how: str) -> list[int]:
    """Deliver everything, and disturb the back office at each of these shares of it."""
    statuses: list[int] = []
    office.wait_until_idle(60)  # a queue hides for minutes what somebody was killed with

    def post() -> None:
        statuses.extend(deliver(office, customer_created(run, n)) for n in range(DELIVERIES))

    poster = threading.Thread(target=post)
    poster.start()
    for share in disturb:
        assert eventually(
            lambda share=share: len(statuses) >= share * DELIVERIES or not poster.is_alive(), 60
        )
        if how == "workers":
            office.kill_workers()
        else:
            office.crash()
            office.restart_emulator()
    poster.join()
    return statuses


def test_killing_workers_again_and_again_loses_nobody(office: BackOffice) -> None:
    statuses = deliveries_during(office, "wk", [0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0], "workers")
    assert statuses == [204] * DELIVERIES
    office.wait_until_idle(120)
    facts, people = facts_and_people(office, "wk")
    assert (len(facts), len(people)) == (DELIVERIES, DELIVERIES)


def test_killing_the_emulator_again_and_again_loses_nobody(office: BackOffice) -> None:
    statuses = deliveries_during(office, "em", [0.1, 0.4, 0.8], "emulator")
    assert statuses == [204] * DELIVERIES
    office.wait_until_idle(120)
    facts, people = facts_and_people(office, "em")
    assert (len(facts), len(people)) == (DELIVERIES, DELIVERIES)
