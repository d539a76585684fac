"""The purge through the running back office: whoever is due goes, here and at the providers, whoever is killed."""

import json
import threading
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from cli.local.backoffice import BackOffice
from cli.main import main
from privacy.outbound.dynamodb import from_wire, to_wire
from tests.stack.probes import eventually
from tests.stack.test_mailchimp_follows import Shop

NUMBERS = count()
SIGNED_UP = "2023-10-01T10:00:00+00:00"


@pytest.fixture
def shop(office: BackOffice) -> Shop:
    office.shop.register_webhooks(office.base_url, office.secrets)
    return Shop(office, f"benoit.purged{next(NUMBERS)}@example.fr")


def signs_up(shop: Shop, who: str) -> str:
    """Three years ago; their id."""
    shop.act("mailchimp", "signup", email=who, at=SIGNED_UP)
    [person] = [item["pk"] for item in known(shop, who)]
    return person


def known(shop: Shop, who: str) -> list[dict[str, Any]]:
    return [
        item for item in items(shop, "people") if who in json.dumps(item.get("standings", {}), default=str)
    ]


def items(shop: Shop, table: str) -> Iterator[dict[str, Any]]:
    pages = shop.office.aws("dynamodb").get_paginator("scan").paginate(TableName=f"imera-privacy-{table}")
    return (from_wire(item) for page in pages for item in page["Items"])


def queue_url(shop: Shop) -> str:
    urls = shop.office.aws("sqs").list_queues()["QueueUrls"]
    return next(url for url in urls if "RetentionPurgeQueue" in url)


@pytest.fixture
def impatient(shop: Shop) -> Iterator[None]:
    """What killed workers of whatever function had in hand comes again in seconds, not after half an hour."""
    sqs, name = shop.office.aws("sqs"), "VisibilityTimeout"
    before = {
        url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
        for url in sqs.list_queues()["QueueUrls"]
    }
    for url in before:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={name: "10"})
    yield
    for url, seconds in before.items():
        sqs.set_queue_attributes(QueueUrl=url, Attributes={name: seconds})


def purge(shop: Shop, run: str, *people: str) -> None:
    """As the plan sends it."""
    keys = " ".join(f"{person}|person" for person in people)
    body = {"run": run, "batch": f"batch-{run}", "kind": "person", "keys": keys}
    shop.office.aws("sqs").send_message(QueueUrl=queue_url(shop), MessageBody=json.dumps(body))


def receipts(shop: Shop, run: str) -> list[dict[str, Any]]:
    return [item for item in items(shop, "registry") if item.get("run") == run and "lines" in item]


def replay_list(shop: Shop) -> str:
    s3 = shop.office.aws("s3")
    bucket = next(b["Name"] for b in s3.list_buckets()["Buckets"] if "replay" in b["Name"])
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="gone/").get("Contents", [])
    return "".join(s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read().decode() for each in listed)


def test_e131_whoever_is_due_goes_here_and_at_the_providers(shop: Shop) -> None:
    person = signs_up(shop, shop.who)
    held = [item for item in items(shop, "ledger") if shop.who in json.dumps(item["groups"])]
    purge(shop, "retention-stack-1", person)
    shop.office.wait_until_idle(60)
    assert (shop.status(), known(shop, shop.who), shop.facts()) == (None, [], [])
    [receipt] = receipts(shop, "retention-stack-1")
    assert (list(receipt["lines"]), "finished_at" in receipt) == ([person], True)
    assert person in replay_list(shop)
    assert shop.who not in replay_list(shop)
    _restore_and_replay(shop, held)


def _restore_and_replay(shop: Shop, held: list[dict[str, Any]]) -> None:
    """E108."""
    for item in held:
        shop.office.aws("dynamodb").put_item(TableName="imera-privacy-ledger", Item=to_wire(item))
    assert main(["replay-erasures", "--since", "2023-01-01", "--state", str(shop.office.state.root)]) == 0
    shop.office.wait_until_idle(60)
    assert (known(shop, shop.who), shop.facts()) == ([], [])


@pytest.mark.usefixtures("impatient")
def test_e152_whoever_kills_the_workers_changes_nothing_in_the_end(shop: Shop) -> None:
    who = [f"chloe.purged{n}-{next(NUMBERS)}@example.fr" for n in range(3)]
    people = [signs_up(shop, each) for each in who]
    stop = threading.Event()

    def kill() -> None:
        while not stop.wait(0.5):
            shop.office.kill_workers()

    killer = threading.Thread(target=kill)
    killer.start()
    purge(shop, "retention-stack-2", *people)
    stop.wait(4)
    stop.set()
    killer.join()
    assert eventually(lambda: not any(known(shop, each) for each in who), 120)
    shop.office.wait_until_idle(120)
    assert [shop.status(each) for each in who] == [None] * 3
    [receipt] = receipts(shop, "retention-stack-2")
    assert (sorted(receipt["lines"]), "finished_at" in receipt) == (sorted(people), True)
