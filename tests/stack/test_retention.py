"""Years later, through the running back office: who is due goes, here and at the providers, and nobody else does."""

import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from cli.local import backoffice
from cli.local.backoffice import BackOffice
from cli.main import main
from cli.standins.mailchimp.member import subscriber_hash
from cli.standins.signing import stripe_header
from privacy.outbound.dynamodb import from_wire, to_wire
from privacy.outbound.dynamodb_registry import DynamoRegistry
from tests.stack.contact import Contact
from tests.stack.probes import IMPATIENT, eventually
from tests.stack.test_mailchimp_follows import Shop

#: The functions' day: a Monday in Paris.
TODAY = datetime(2030, 1, 7, 10, tzinfo=UTC)
THREE_YEARS_AGO = "2027-01-07T09:00:00+01:00"

CAMILLE = "camille.durand@example.fr"  # three years after her newsletter
DENIS = "denis.faure@example.fr"  # a day short of it
LUCIE = "lucie.fournier@example.fr"  # thirty days short of it
CHLOE = "chloe.petit@example.fr"  # never ordered, and left
BENOIT = "benoit.martin@example.fr"  # paid by card thirteen months ago
EMMA = "emma.bernard@example.fr"  # ten years after her last order
NOE = "noe.simon@example.fr"  # the same, and the bank's dispute never ended
SOPHIE = "sophie.lambert@example.fr"  # three years, and an open request for access
JULES = "jules.morel@example.fr"  # three years, and an order that nobody told us of
INES = "ines.garnier@example.fr"  # three years, and an authority asked to keep everything
HUGO = "hugo.roux@example.fr"  # bought five years ago: the accounts alone still need it

GONE = (CAMILLE, CHLOE, EMMA)
MAELLES = [f"maelle{n}@example.fr" for n in range(3)]  # three years, known since the first run only
SUBSCRIBED = (CAMILLE, SOPHIE, JULES, INES)


@dataclass
class FirstRun:
    """What the operator's command said, and whether anything changed before the approval.

    late: what Mailchimp's webhooks of the day before were answered, which came after the run.
    """

    plan: dict[str, dict[str, Any]]
    tomorrow: dict[str, dict[str, Any]]
    dry: str
    held: str
    approved: str
    unchanged: bool
    late: list[int]


@dataclass
class Years:
    """One back office on that day. copy: its ledger and people before the first run."""

    office: BackOffice
    copy: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def shop(self, who: str) -> Shop:
        return Shop(self.office, who)

    def happens(self, provider: str, act: str, **more: Any) -> None:
        self.office.shop.ask(provider, "act", {"act": act, "wait": True, **more})

    def privacy(self, *arguments: str) -> str:
        """What the operator's command prints."""
        said = StringIO()
        with redirect_stdout(said):
            status = main([*arguments, "--state", str(self.office.state.root)])
        assert status == 0, said.getvalue()
        return said.getvalue()

    def plan(self, *arguments: str) -> dict[str, dict[str, Any]]:
        """By address."""
        found = json.loads(self.privacy("retention", "plan", "--json", *arguments))
        return {person["address"]: person for person in found["people"]}

    def run(self) -> tuple[str, str]:
        """Begin a run, which the guard holds among so few people, and approve it: what was said to each."""
        held = self.privacy("retention", "run")
        waits = re.search(r"privacy retention approve (\S+)", held)
        assert waits is not None, held
        return held, self.privacy("retention", "approve", waits[1])

    def items(self, table: str) -> list[dict[str, Any]]:
        pages = self.office.aws("dynamodb").get_paginator("scan")
        found = pages.paginate(TableName=f"imera-privacy-{table}", ConsistentRead=True)
        return [from_wire(item) for page in found for item in page["Items"]]

    def holdings(self) -> list[dict[str, Any]]:
        """Everything of anybody."""
        found = [item for table in ("ledger", "people", "archive") for item in self.items(table)]
        return sorted(found, key=lambda item: (str(item["pk"]), str(item["sk"])))

    def known(self, who: str) -> bool:
        return who in _text(self.holdings())

    def groups(self, who: str, table: str = "ledger") -> set[str]:
        """What is held under the identifiers that facts with the address stood under before the first run."""
        keys = {item["pk"] for item in self.copy["ledger"] if who in _text(item)}
        return {
            group
            for item in self.items(table)
            if {item["pk"], item.get("filed_under")} & keys
            for group in item["groups"]
        }

    def id_of(self, who: str) -> str:
        """Of whoever was there before the first run, or came since."""
        found = {
            item["pk"]
            for item in [*self.copy["people"], *self.items("people")]
            if item["sk"] == "person" and who in _text(item)
        }
        (id_,) = found
        return str(id_)

    def lines(self, id_: str) -> list[dict[str, int]]:
        """What finished receipts say went of them."""
        return [
            item["lines"][id_]
            for item in self.items("registry")
            if item["pk"].startswith("receipt#") and id_ in item["lines"] and item.get("finished_at")
        ]

    def redactions(self) -> list[dict[str, Any]]:
        """What Stripe still has to black out."""
        return [item for item in self.items("registry") if item["pk"].startswith("redaction#")]

    def at_stripe(self) -> str:
        """Whatever it lists, of anybody."""
        lists = ("customers", "checkout/sessions", "payment_intents", "charges", "events")
        return "".join(self._listed(kind) for kind in lists)

    def _listed(self, kind: str) -> str:
        url = f"{self.office.standins['stripe']}/v1/{kind}?limit=100"
        request = urllib.request.Request(url, headers={"Authorization": "Bearer sk_test"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(answer.read().decode())

    def customers(self, who: str) -> int:
        """How many Stripe has by that address."""
        url = f"{self.office.standins['stripe']}/v1/customers?email={who}"
        request = urllib.request.Request(url, headers={"Authorization": "Bearer sk_test"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return len(json.load(answer)["data"])


def _text(items: Any) -> str:
    return json.dumps(items, default=str)


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Years]:
    """What happened until that day."""
    shift = (TODAY - datetime.now(UTC)).total_seconds()
    directory = tmp_path_factory.mktemp("retained")
    given = {"REDACT_AT_STRIPE": "true", **IMPATIENT}
    with backoffice.running(directory, environment=given, clock_shift=shift) as office:
        years = Years(office)
        office.shop.register_webhooks(office.base_url, office.secrets)
        for provider in ("stripe", "mailchimp", "ses"):
            office.shop.ask(provider, "clock", {"now": TODAY.isoformat()})
        DynamoRegistry(office.aws("dynamodb"), "imera-privacy-registry").approve_history(
            run="import-1", operator="alix", now=TODAY - timedelta(days=9)
        )
        _newsletter(years)
        _orders(years)
        Contact(office).write(SOPHIE, "Mes données", "Bonjour, quelles données avez-vous sur moi ?\n\nSophie")
        office.wait_until_idle(60)
        years.privacy("hold", INES, "--reason", "claim 17", "--review", "2030-03-01")
        years.copy = {table: years.items(table) for table in ("ledger", "people")}
        yield years


def _newsletter(years: Years) -> None:
    for who in SUBSCRIBED:
        years.happens("mailchimp", "signup", email=who, at=THREE_YEARS_AGO)
    years.happens("mailchimp", "signup", email=DENIS, at="2027-01-08T09:00:00+01:00")
    years.happens("mailchimp", "signup", email=LUCIE, at="2027-02-06T09:00:00+01:00")
    years.happens("mailchimp", "signup", email=CHLOE, at="2029-06-01T09:00:00+02:00")
    years.happens("mailchimp", "unsubscribe", email=CHLOE, at="2029-12-20T09:00:00+01:00")


def _orders(years: Years) -> None:
    bought = {
        BENOIT: "2028-12-05T09:00:00+01:00",
        HUGO: "2024-12-02T09:00:00+01:00",
        EMMA: "2019-06-15T09:00:00+02:00",
        NOE: "2019-06-15T09:00:00+02:00",
    }
    for who, at in bought.items():
        years.happens("stripe", "checkout", email=who, at=at, amount=6000, box="absent")
    years.happens("stripe", "dispute_open", of=NOE, at="2019-07-01T09:00:00+02:00")
    years.happens(
        "stripe",
        "checkout",
        email=JULES,
        at="2028-05-03T09:00:00+02:00",
        amount=6000,
        box="absent",
        quiet=True,
    )


@pytest.fixture(scope="module")
def first(years: Years) -> FirstRun:
    """The operator looks, tries, begins a run and approves it."""
    before = years.holdings()
    plan, tomorrow = years.plan(), years.plan("--on", "2030-01-08")
    dry = years.privacy("retention", "run", "--dry-run")
    years.office.wait_until_idle(60)
    unchanged = years.holdings() == before
    webhooks = years.office.shop
    webhooks.ask("mailchimp", "deliveries", {"mode": "hold"})
    years.happens("mailchimp", "profile", email=CAMILLE, at="2030-01-06T09:00:00+01:00")
    held, approved = years.run()
    years.office.wait_until_idle(90)
    told = webhooks.ask("mailchimp", "deliveries", {"mode": "deliver", "wait": True})["deliveries"]
    years.office.wait_until_idle(60)
    late = [status for delivery in told for status in delivery["statuses"]]
    return FirstRun(plan, tomorrow, dry, held, approved, unchanged, late)


def test_the_plan_says_who_goes_on_which_day_and_who_is_kept(first: FirstRun) -> None:
    whole = {who for who, person in first.plan.items() if person["whole"]}
    assert whole == {CAMILLE, CHLOE, EMMA, JULES}
    assert {who for who, person in first.tomorrow.items() if person["whole"]} == {*whole, DENIS}
    kept = {
        who: [by["kind"] for by in person["kept"]] for who, person in first.plan.items() if person["kept"]
    }
    assert kept == {NOE: ["dispute"], SOPHIE: ["case"], INES: ["legal"]}
    assert first.plan[LUCIE]["renewal_on"] == "2030-01-07"


def test_e153_a_dry_run_changes_nothing_and_so_many_of_so_few_wait_for_an_approval(first: FirstRun) -> None:
    assert "Nothing was changed." in first.dry
    assert first.unchanged
    assert "nothing was deleted" in first.held
    assert "approved by local-operator" in first.approved


def test_e131_whoever_is_due_is_gone_here_and_at_the_providers(years: Years, first: FirstRun) -> None:
    assert first.approved
    assert [who for who in GONE if years.known(who)] == []
    assert [years.shop(who).status() for who in GONE] == [None] * 3
    (audience, *_) = years.office.shop.ask("mailchimp", "state")["audiences"]
    assert {subscriber_hash(CAMILLE), subscriber_hash(CHLOE)} <= set(audience["forgotten"])
    assert [years.customers(who) for who in (EMMA, NOE, BENOIT)] == [0, 1, 1]
    marks = {item["pk"] for item in years.items("registry") if item["pk"].startswith("gone#")}
    keys = {item["pk"] for item in years.copy["ledger"] if any(who in _text(item) for who in GONE)}
    assert {f"gone#{key}" for key in keys} <= marks


def test_of_whoever_stays_only_the_part_goes_that_is_due(years: Years, first: FirstRun) -> None:
    assert first.approved
    assert [years.shop(who).status() for who in (DENIS, LUCIE, SOPHIE, INES)] == ["subscribed"] * 4
    benoit, noe = years.groups(BENOIT), years.groups(NOE)
    assert {"order", "payment", "profile"} <= benoit
    assert not {"card", "fraud"} & benoit
    assert {"order", "payment", "card"} <= noe  # the dispute's evidence
    assert {"order", "payment"} & years.groups(HUGO) == set()
    assert {"order", "payment"} <= years.groups(HUGO, "archive")
    assert not years.known(HUGO)  # by name and address: what the accounts need has an id
    assert years.customers(HUGO) == 1


def test_e137_an_order_that_no_webhook_told_of_is_found_at_stripe_and_keeps_its_owner(
    years: Years, first: FirstRun
) -> None:
    assert first.approved
    (jules,) = (i for i in years.items("people") if i["sk"] == "person" and JULES in _text(i))
    assert (jules["orders"], jules["regime"]) == (1, "customer")
    assert (years.shop(JULES).status(), years.customers(JULES)) == ("subscribed", 1)
    assert any('"MissedOrder":[1.0]' in line for line in years.office.logs()["retention_purge"])


def test_receipts_have_one_line_for_each_who_went_by_rule_and_nobodys_address(
    years: Years, first: FirstRun
) -> None:
    assert first.approved
    by_rule = {who: [set(line) for line in years.lines(years.id_of(who))] for who in (*GONE, BENOIT)}
    assert by_rule == {
        CAMILLE: [{"R6", "R37"}],
        CHLOE: [{"R6", "R37"}],
        EMMA: [{"R1", "R3", "R4", "R15", "R16", "R37"}],
        BENOIT: [{"R15", "R16"}],
    }
    told = years.privacy("retention", "receipts", "--json")
    assert years.id_of(CAMILLE) in told
    assert "@" not in told
    assert "7 January 2030" in years.privacy("retention", "receipts")


def test_e106_e107_old_webhooks_that_come_late_bring_nobody_back(years: Years, first: FirstRun) -> None:
    assert set(first.late) == {204}
    office = years.office
    events = office.shop.ask("stripe", "state")["events"]
    hers = [event for event in events if EMMA in _text(event)]
    assert hers
    for event in hers:
        _post(office, event)
    office.wait_until_idle(60)
    assert not years.known(CAMILLE)
    assert not years.known(EMMA)


def _post(office: BackOffice, event: dict[str, Any]) -> None:
    """As Stripe would tell it again, on that day."""
    body = json.dumps(event).encode()
    now = int(office.shop.ask("stripe", "clock")["now"])
    signed = stripe_header(body, office.secrets["stripe-webhook"]["signing_secrets"][0], now)
    request = urllib.request.Request(
        f"{office.base_url}/webhooks/stripe", data=body, headers={"Stripe-Signature": signed}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 204


def test_e135_a_letter_a_month_before_asks_and_its_button_is_a_new_opt_in(
    years: Years, first: FirstRun
) -> None:
    assert first.approved
    contact = Contact(years.office)
    contact.look()
    asked = {sent.recipient: sent for sent in contact.sent if sent.letter.startswith("RN-")}
    assert asked.keys() == {LUCIE, DENIS}  # a missed day is made up for
    link = re.search(r"http://\S+/stay/\S+", asked[LUCIE].text)
    assert link is not None
    before = years.holdings()
    assert "<button" in _page(link[0])
    years.office.wait_until_idle(60)
    assert years.holdings() == before
    _page(link[0], b"lang=fr")
    years.office.wait_until_idle(60)
    assert years.shop(LUCIE).consent()["last_opt_in"].startswith("2030-01-07")
    assert json.loads(years.privacy("retention", "explain", LUCIE, "--json"))["person"]["clock_due_on"] == (
        "2033-01-07"
    )
    pressed = years.holdings()
    assert "<button" not in _page(link[0], b"lang=fr")  # a link is for once
    years.office.wait_until_idle(60)
    assert years.holdings() == pressed


def _page(link: str, pressed: bytes | None = None) -> str:
    with urllib.request.urlopen(link, data=pressed, timeout=60) as answer:
        return str(answer.read().decode())


def test_a_hold_that_was_lifted_keeps_nobody_from_the_next_nights_run(years: Years, first: FirstRun) -> None:
    assert first.approved
    assert years.known(INES)
    years.privacy("release", INES)
    tomorrow = years.plan("--on", "2030-01-08")[INES]
    assert (tomorrow["whole"], tomorrow["kept"]) == (True, [])


def test_e152_whoever_kills_the_workers_of_a_run_changes_nothing_in_the_end(
    years: Years, first: FirstRun
) -> None:
    assert first.approved
    for who in MAELLES:
        years.happens("mailchimp", "signup", email=who, at=THREE_YEARS_AGO)
    years.office.wait_until_idle(60)
    ids = [years.id_of(who) for who in MAELLES]
    _impatient(years.office)
    purge = _purge_of(years.office)
    purge(False)
    years.run()
    purge(True)
    assert _killed(years, ids) > 0
    assert eventually(lambda: all(years.lines(id_) for id_ in ids), 60)
    years.office.wait_until_idle(90)
    assert [who for who in MAELLES if years.known(who)] == []
    assert [years.shop(who).status() for who in MAELLES] == [None] * 3
    assert [len(years.lines(id_)) for id_ in ids] == [1] * 3


def _impatient(office: BackOffice) -> None:
    """What a killed worker had in hand comes again in seconds, not after half an hour."""
    sqs = office.aws("sqs")
    for url in sqs.list_queues()["QueueUrls"]:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "6"})


def _purge_of(office: BackOffice) -> Any:
    """What stops and starts the queue of the purge."""
    found = office.aws("cloudformation").describe_stack_resource(
        StackName="imera-privacy", LogicalResourceId="RetentionPurgeFunction"
    )["StackResourceDetail"]["PhysicalResourceId"]
    client = office.aws("lambda")
    (mapping,) = client.list_event_source_mappings(FunctionName=found)["EventSourceMappings"]
    return lambda on: client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=on)


def _killed(years: Years, ids: list[str]) -> int:
    """As soon as somebody is at work, once a receipt of theirs has begun, and once Mailchimp has forgotten one."""
    moments = (
        lambda: years.office.open_work().running > 0,
        lambda: any(id_ in item.get("lines", ()) for item in years.items("registry") for id_ in ids),
        lambda: None in [years.shop(who).status() for who in MAELLES],
    )
    killed = 0
    for moment in moments:
        assert eventually(moment)
        killed += years.office.kill_workers()
    return killed


def test_e108_after_an_old_copy_was_put_back_a_replay_ends_with_nobody_of_them(
    years: Years, first: FirstRun
) -> None:
    assert first.approved
    client = years.office.aws("dynamodb")
    for item in years.items("registry"):
        if item["pk"].startswith("gone#"):  # the copy is older than any mark
            key = to_wire({"pk": item["pk"], "sk": item["sk"]})
            client.delete_item(TableName="imera-privacy-registry", Key=key)
    for table, items in years.copy.items():
        now = {(item["pk"], item["sk"]) for item in years.items(table)}
        for item in items:
            if (item["pk"], item["sk"]) not in now:
                client.put_item(TableName=f"imera-privacy-{table}", Item=to_wire(item))
    years.privacy("rebuild")
    years.office.wait_until_idle(90)
    assert [who for who in GONE if years.known(who)] == [*GONE]
    years.privacy("replay-erasures", "--since", "2030-01-07")
    years.office.wait_until_idle(90)
    assert [who for who in GONE if years.known(who)] == []
    assert all(years.known(who) for who in (DENIS, LUCIE, BENOIT, NOE, SOPHIE, JULES, INES))


def test_what_stripe_keeps_of_whoever_went_is_blacked_out_by_night(years: Years, first: FirstRun) -> None:
    assert first.approved
    assert EMMA in years.at_stripe()
    assert len(years.redactions()) >= 1
    for _ in range(8):  # asked for, run, done; and what a replay names beside it, once that is through
        if not years.redactions():
            break
        _another_night(years)
        said = years.privacy("retention", "run")
        if waits := re.search(r"privacy retention approve (\S+)", said):
            years.privacy("retention", "approve", waits[1])
        years.office.wait_until_idle(60)
    assert years.redactions() == []
    said = years.at_stripe()
    assert EMMA not in said
    assert "[redacted]" in said
    assert all(who in said for who in (BENOIT, HUGO, NOE, JULES))


def _another_night(years: Years) -> None:
    """What stands to be looked at tomorrow is looked at now."""
    for item in years.redactions():
        key = to_wire({"pk": item["pk"], "sk": item["sk"]})
        years.office.aws("dynamodb").update_item(
            TableName="imera-privacy-registry",
            Key=key,
            UpdateExpression="SET due_on = :today",
            ExpressionAttributeValues=to_wire({":today": TODAY.date().isoformat()}),
        )
