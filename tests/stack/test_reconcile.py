"""Webhooks are withheld, imports come in, somebody was erased: the reconciliation through the running back office."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.request import Request, urlopen

import pytest

from cli.local import backoffice
from cli.local.backoffice import BackOffice
from cli.main import main
from cli.standins.signing import stripe_header
from privacy.domain.runs import RECONCILE, Run
from privacy.operations.people.fold_people import Stores
from privacy.outbound.dynamodb import DynamoFactLedger
from privacy.outbound.dynamodb_people import DynamoPeople
from privacy.outbound.dynamodb_registry import DynamoRegistry
from privacy.outbound.dynamodb_runs import DynamoRuns
from privacy.outbound.secrets import pseudonyms_from
from tests.erasing import erase
from tests.stack.probes import eventually
from tests.stack.test_mailchimp_follows import Shop

NUMBERS = count(1)
TABLES = [f"imera-privacy-{name}" for name in ("ledger", "people", "registry")]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackOffice]:
    """One of its own: what is removed and forgotten here is nobody else's. The history was approved days ago."""
    with backoffice.running(tmp_path_factory.mktemp("reconciled"), environment={}) as running:
        running.shop.register_webhooks(running.base_url, running.secrets)
        stores(running).registry.approve_history(
            run="import-1", operator="alix", now=datetime.now(UTC) - timedelta(days=9)
        )
        yield running


@pytest.fixture
def shop(office: BackOffice) -> Shop:
    return Shop(office, f"reader{next(NUMBERS)}@example.fr")


def stores(office: BackOffice) -> Stores:
    client = office.aws("dynamodb")
    ledger, people, registry = TABLES
    return Stores(
        DynamoFactLedger(client, ledger),
        DynamoPeople(client, people, ledger),
        DynamoRegistry(client, registry),
    )


def last(office: BackOffice) -> Run:
    run = DynamoRuns(office.aws("dynamodb"), TABLES[2]).latest(RECONCILE)
    assert run is not None
    return run


def rings(office: BackOffice, name: str) -> bool:
    alarm = office.aws("cloudformation").describe_stack_resource(
        StackName="imera-privacy", LogicalResourceId=name
    )["StackResourceDetail"]["PhysicalResourceId"]
    alarms = office.aws("cloudwatch").describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
    return bool(alarms[0]["StateValue"] == "ALARM")


def privacy(office: BackOffice, *arguments: str) -> int:
    return main([*arguments, "--state", str(office.state.root)])


def ago(**time: float) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


def withhold(office: BackOffice, *, on: bool) -> int:
    """How many webhooks were lost since it began."""
    return sum(office.shop.ask(name, "withhold", {"on": on})["lost"] for name in ("stripe", "mailchimp"))


def test_webhooks_withheld_for_a_day_are_found_at_half_past_four_in_paris_and_counted(
    office: BackOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    reader, buyer = Shop(office, "camille.durand@example.fr"), Shop(office, "benoit.martin@example.fr")
    reader.mailchimp("signup", at=ago(days=3))
    withhold(office, on=True)
    buyer.buys("ticked", at=ago(hours=20))
    reader.mailchimp("unsubscribe", at=ago(hours=19))
    assert withhold(office, on=False) > 3
    assert (buyer.consent(), buyer.status(), reader.consent()["state"]) == ({}, None, "granted")

    night = datetime(2026, 7, 1, 2, 29, 30, tzinfo=UTC)
    assert office.pass_time(night, night + timedelta(seconds=29)) == 0
    assert office.pass_time(night, night + timedelta(minutes=1)) == 1
    office.wait_until_idle(90)
    run = last(office)
    assert (run.state, run.counts["mailchimp_missed"]) == ("done", 1)
    assert run.counts["stripe_missed"] == run.counts["events"] >= 3
    assert (buyer.consent()["state"], buyer.status()) == ("granted", "subscribed")
    assert reader.consent()["state"] == "withdrawn"
    assert rings(office, "ReconcileWebhookMissedAlarm")
    assert not rings(office, "ReconcileRemovalsHeldAlarm")
    (line,) = (json.loads(told) for told in office.logs()["reconcile"] if '"reconciled"' in told)
    assert (line["recorded"], line["missed"], line["removals"]) == (
        run.counts["recorded"],
        run.counts["stripe_missed"] + 1,
        0,
    )

    assert privacy(office, "reconcile") == 0
    told = capsys.readouterr().out
    assert "nothing: all of it was known" in told
    assert "never came" not in told
    assert "none: whoever is subscribed asked for it" in told


def test_e128_one_who_never_asked_is_removed_and_many_wait_for_an_operator(
    office: BackOffice, shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.mailchimp("import")
    assert shop.consent()["state"] == "unproven"
    assert shop.status() == "subscribed"
    assert privacy(office, "reconcile") == 0
    assert "1 person subscribed without having asked: taken out" in capsys.readouterr().out
    office.wait_until_idle(60)
    assert shop.status() == "archived"
    assert rings(office, "ReconcileSubscribedWithoutConsentAlarm")

    several = [Shop(office, f"imported{next(NUMBERS)}@example.fr") for _ in range(3)]
    for one in several:
        one.mailchimp("import")
    assert privacy(office, "reconcile") == 0
    run = last(office)
    assert f"privacy reconcile approve {run.id}" in capsys.readouterr().out
    assert run.state == "held"
    assert {one.status() for one in several} == {"subscribed"}
    assert rings(office, "ReconcileRemovalsHeldAlarm")
    several[0].buys("ticked")
    assert privacy(office, "reconcile", "approve", run.id) == 0
    office.wait_until_idle(60)
    assert [one.status() for one in several] == ["subscribed", "archived", "archived"]
    assert privacy(office, "reconcile", "--show") == 0
    assert "3 people subscribed without having asked" in capsys.readouterr().out


# --- whoever was erased


def forget(shop: Shop, seconds_ago: float = 0) -> None:
    """Providers count whole seconds: what follows at once needs an erasure that was a moment before."""
    erase(
        shop.who,
        stores(shop.office),
        datetime.now(UTC) - timedelta(seconds=seconds_ago),
        new_id=lambda: "nobody",
        pseudonyms=pseudonyms_from(shop.office.secrets["pepper"]),
    )
    shop.office.wait_until_idle(60)
    assert nothing_known(shop)


def soon() -> str:
    """After the erasure: providers count whole seconds."""
    return ago(seconds=-2)


def nothing_known(shop: Shop) -> bool:
    """What the law keeps of an order names no address."""
    return not shop.facts() and not shop.consent()


def test_e104_whoever_was_erased_and_signs_up_again_is_a_new_subscriber(shop: Shop) -> None:
    shop.mailchimp("signup", at=ago(days=2))
    shop.mailchimp("delete", permanent=True, at=ago(hours=6))
    forget(shop)
    shop.mailchimp("signup", at=soon())
    consent = shop.consent()
    assert (consent["state"], consent["intervals"]) == ("granted", 1)
    assert consent["last_opt_in"] > ago(minutes=2)
    assert shop.status() == "subscribed"


def test_e105_an_import_of_an_erased_address_is_blocked(shop: Shop) -> None:
    shop.buys(at=ago(days=4400))
    forget(shop, seconds_ago=2)
    shop.mailchimp("import")
    assert shop.status() == "unsubscribed"
    assert eventually(lambda: nothing_known(shop))


def test_e106_a_late_profile_webhook_of_somebody_erased_brings_nobody_back(shop: Shop) -> None:
    shop.mailchimp("signup", at=ago(days=2))
    with late(shop, "mailchimp"):
        shop.mailchimp("profile", at=ago(hours=7))
        shop.mailchimp("delete", permanent=True, quiet=True, at=ago(hours=6))
        forget(shop)
    assert eventually(lambda: "profile" in refused_of_the_gone(shop.office))
    assert nothing_known(shop)
    assert shop.who not in json.dumps(shop.office.logs())


def test_e107_an_old_event_tried_again_after_the_erasure_brings_nobody_back_and_a_new_order_does(
    shop: Shop,
) -> None:
    shop.buys("ticked", at=ago(days=2))
    shop.buys("ticked", at=ago(hours=9))
    told = events(shop)
    forget(shop)
    documents = filed(shop)
    assert any("order" in groups for groups in documents.values())
    tell_again(shop, told)
    assert eventually(lambda: "customer.created" in refused_of_the_gone(shop.office))
    assert nothing_known(shop)
    assert filed(shop) == documents
    # nor does a reconciliation, which reads the same events again
    assert privacy(shop.office, "reconcile", "--full") == 0
    shop.office.wait_until_idle(60)
    assert nothing_known(shop)
    assert filed(shop) == documents
    shop.buys(at=soon())
    (person,) = theirs(shop)
    assert (person["orders"], person["regime"]) == (3, "customer")


def test_e147_an_order_that_nobody_knew_of_at_the_erasure_is_an_order(shop: Shop) -> None:
    shop.buys("ticked", at=ago(days=2))
    with late(shop, "stripe"):
        shop.buys(at=ago(hours=9))
        forget(shop)
    assert eventually(lambda: "customer" in {item.get("regime") for item in theirs(shop)})


def filed(shop: Shop) -> dict[str, set[str]]:
    """The field groups of each fact in their partition of the ledger."""
    (mailbox,) = pseudonyms_from(shop.office.secrets["pepper"]).emails(shop.who)
    return {fact.key: {*fact.groups} for fact in stores(shop.office).ledger.under(mailbox)}


def theirs(shop: Shop) -> list[dict[str, object]]:
    return [
        item
        for item in shop._scan("imera-privacy-people")
        if item["sk"] == "person" and shop.who in json.dumps(item, default=str)
    ]


def events(shop: Shop) -> list[str]:
    """What Stripe has told of them."""
    office = shop.office
    key = office.secrets["stripe-api"]["api_key"]
    asked = Request(
        f"{office.standins['stripe']}/v1/events?limit=100", headers={"Authorization": f"Bearer {key}"}
    )
    with urlopen(asked, timeout=30) as answer:
        listed = json.load(answer)["data"]
    return [told for event in listed if shop.who in (told := json.dumps(event))]


def tell_again(shop: Shop, told: list[str]) -> None:
    """Stripe tries for three days."""
    office = shop.office
    (secret,) = office.secrets["stripe-webhook"]["signing_secrets"]
    assert told
    for event in told:
        body = event.encode()
        headers = {"Stripe-Signature": stripe_header(body, secret, int(time.time()))}
        with urlopen(Request(f"{office.base_url}/webhooks/stripe", body, headers), timeout=30) as answer:
            assert answer.status == 204
    office.wait_until_idle(60)


@contextmanager
def late(shop: Shop, provider: str) -> Iterator[None]:
    """What happens meanwhile is told afterwards."""
    shop.office.shop.ask(provider, "deliveries", {"mode": "hold"})
    try:
        yield
    finally:
        shop.office.shop.ask(provider, "deliveries", {"mode": "deliver", "wait": True})
        shop.office.wait_until_idle(60)


def refused_of_the_gone(office: BackOffice) -> set[str]:
    lines = (json.loads(line) for line in office.logs()["fold_people"] if "fact_of_the_gone" in line)
    return {line["event_type"] for line in lines}
