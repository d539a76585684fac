"""Stripe and Mailchimp through the running back office: what people choose, Mailchimp has (E116-E130)."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import count
from typing import Any

import pytest

from cli.local.backoffice import BackOffice
from cli.main import main
from cli.standins.mailchimp.member import subscriber_hash
from privacy.outbound.dynamodb import from_wire

NUMBERS = count()
LIST = "a6b5da1054"


@dataclass
class Shop:
    """The shop beside the back office, and somebody nobody has met before."""

    office: BackOffice
    who: str

    def act(self, provider: str, act: str, **arguments: Any) -> Any:
        """Something happens, its webhooks are delivered, and everything that follows is done."""
        told = self.office.shop.ask(provider, "act", {"act": act, "wait": True, **arguments})
        self.office.wait_until_idle(60)
        return told

    def buys(self, box: str = "absent", **arguments: Any) -> Any:
        return self.act("stripe", "checkout", email=self.who, box=box, **arguments)

    def mailchimp(self, act: str, **arguments: Any) -> Any:
        return self.act("mailchimp", act, email=self.who, **arguments)

    def status(self, address: str = "") -> str | None:
        """What Mailchimp has of the address."""
        name = subscriber_hash(address or self.who)
        url = f"{self.office.standins['mailchimp']}/3.0/lists/{LIST}/members/{name}"
        request = urllib.request.Request(url, headers={"Authorization": "Bearer key-us1"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return str(json.load(answer)["status"])
        except urllib.error.HTTPError as refusal:
            if refusal.code == HTTPStatus.NOT_FOUND:
                return None
            raise

    def consent(self, address: str = "") -> dict[str, Any]:
        """How the address stands in the projection."""
        for item in self._scan("imera-privacy-people"):
            for standing in item.get("standings", {}).values():
                if (standing.get("address") or "").lower() == (address or self.who).lower():
                    mailbox = next(m for m, s in item["standings"].items() if s is standing)
                    found: dict[str, Any] = {**item["consents"][mailbox], "standing": standing}
                    return found
        return {}

    def facts(self) -> list[dict[str, Any]]:
        """Every fact that names the address."""
        return [item for item in self._scan("imera-privacy-ledger") if self.who in json.dumps(item["groups"])]

    def _scan(self, table: str) -> Iterator[dict[str, Any]]:
        pages = self.office.aws("dynamodb").get_paginator("scan").paginate(TableName=table)
        return (from_wire(item) for page in pages for item in page["Items"])


@pytest.fixture
def shop(office: BackOffice) -> Shop:
    office.shop.register_webhooks(office.base_url, office.secrets)
    return Shop(office, f"camille{next(NUMBERS)}@example.fr")


def test_p17_a_box_ticked_subscribes_and_one_left_unticked_unsubscribes(shop: Shop) -> None:
    """A8, E117: a box that was shown and left unticked ends the subscription."""
    shop.buys("ticked")
    assert shop.status() == "subscribed"
    shop.buys("unticked")
    assert shop.status() == "unsubscribed"
    assert shop.consent()["state"] == "withdrawn"


def test_e116_a_checkout_without_a_box_sends_nobody_to_mailchimp(shop: Shop) -> None:
    shop.buys()
    assert shop.status() is None


def test_e118_an_unsubscription_that_overtakes_the_opt_in_still_comes_after_it(shop: Shop) -> None:
    at = datetime.now(UTC) - timedelta(hours=2)
    shop.act("mailchimp", "signup", email=shop.who, at=at.isoformat(), quiet=True)
    shop.mailchimp("unsubscribe", at=(at + timedelta(minutes=5)).isoformat())
    shop.buys("ticked", at=(at + timedelta(minutes=2)).isoformat())
    assert shop.consent()["state"] == "withdrawn"
    assert shop.status() == "unsubscribed"


def test_e120_an_import_proves_nothing_and_is_left_to_the_reconciliation(shop: Shop) -> None:
    shop.mailchimp("import")
    assert shop.consent()["state"] == "unproven"
    assert shop.status() == "subscribed"


def test_e121_a_complaint_is_an_objection_and_suppresses(shop: Shop) -> None:
    shop.mailchimp("signup")
    shop.mailchimp("abuse")
    assert shop.consent()["state"] == "objected"
    held = [i for i in shop._scan("imera-privacy-registry") if i["pk"].startswith("suppression#")]
    assert any(entry["state"] == "objected" for entry in held)


def test_e122_our_own_unsubscription_makes_no_second_entry_and_no_loop(shop: Shop) -> None:
    shop.mailchimp("signup")
    shop.buys("unticked")
    assert shop.status() == "unsubscribed"
    assert not [f for f in shop.facts() if f["type"] == "unsubscribe"]
    asked = [f for f in shop.facts() if f["type"] == "member_change"]
    assert len(asked) == 1
    assert shop.consent()["state"] == "withdrawn"


def test_e123_a_changed_address_takes_the_consent_along(shop: Shop) -> None:
    shop.mailchimp("signup")
    moved = f"moved.{shop.who}"
    shop.mailchimp("change_email", new_email=moved)
    assert shop.consent()["state"] == "moved"
    assert shop.status(moved) == "subscribed"
    assert shop.consent(moved)["state"] == "granted"


def test_e123_a_suppressed_new_address_stays_suppressed(shop: Shop) -> None:
    moved, at = f"no.{shop.who}", datetime.now(UTC) - timedelta(days=9)
    for days, act in enumerate(("signup", "abuse")):
        shop.act("mailchimp", act, email=moved, at=(at + timedelta(days=days)).isoformat())
    shop.act("mailchimp", "delete", email=moved, permanent=True)
    shop.mailchimp("signup")
    shop.mailchimp("change_email", new_email=moved)
    assert shop.consent(moved)["state"] == "objected"
    assert shop.status(moved) != "subscribed"


def test_e124_a_hard_bounce_is_no_objection(shop: Shop) -> None:
    shop.mailchimp("signup")
    shop.mailchimp("cleaned")
    assert shop.consent()["state"] == "granted"
    assert shop.consent()["undeliverable_since"]
    assert shop.status() == "cleaned"


def test_e125_spelling_does_not_make_another_person_and_is_kept_as_typed(shop: Shop) -> None:
    shop.buys("ticked")
    typed = f" {shop.who.upper()} ".strip()
    shop.act("stripe", "checkout", email=typed, box="unticked")
    assert shop.status() == "unsubscribed"
    assert [f for f in shop._scan("imera-privacy-ledger") if typed in json.dumps(f["groups"])]


def test_e127_a_failed_bank_debit_is_no_order_and_the_consent_stands(shop: Shop) -> None:
    bought = shop.buys("ticked", method="sepa_debit", customer="guest")
    shop.act("stripe", "fail_async", of=bought["result"]["session"] if "result" in bought else shop.who)
    person = next(
        i
        for i in shop._scan("imera-privacy-people")
        if i["sk"] == "person" and shop.who in json.dumps(i, default=str)
    )
    assert person["orders"] == 0
    assert shop.status() == "subscribed"


def test_e129_a_campaigns_news_is_nothing_to_us(shop: Shop) -> None:
    shop.mailchimp("signup")
    before = len(shop.facts())
    shop.act("mailchimp", "campaign")
    assert len(shop.facts()) == before


def test_e130_who_was_suppressed_and_ticks_the_box_again_is_subscribed(shop: Shop) -> None:
    at = datetime.now(UTC) - timedelta(hours=3)
    for hours, box in enumerate(("ticked", "unticked", "ticked")):
        shop.buys(box, at=(at + timedelta(hours=hours)).isoformat())
    assert shop.consent()["state"] == "granted"
    assert shop.consent()["intervals"] == 2
    assert shop.status() == "subscribed"


@pytest.mark.parametrize("left_by", ["compliance", "forgotten"])
def test_what_mailchimp_takes_from_the_persons_own_hand_only_ends_in_one_note(
    shop: Shop, left_by: str
) -> None:
    at = datetime.now(UTC) - timedelta(days=2)
    shop.act("mailchimp", "signup", email=shop.who, at=at.isoformat())
    if left_by == "compliance":
        shop.mailchimp("unsubscribe", at=(at + timedelta(days=1)).isoformat())
    else:
        shop.mailchimp("delete", permanent=True, at=(at + timedelta(days=1)).isoformat())
    shop.buys("ticked")
    shop.buys()
    notes = [i for i in shop._scan("imera-privacy-registry") if i["pk"] == "note"]
    mine = [n for n in notes if n["about"] in {f["pk"] for f in shop.facts()}]
    assert [(note["reason"], note["letter"]) for note in mine] == [(left_by, "queued")]
    assert shop.status() in {"unsubscribed", None}


def test_a_note_names_whom_to_help_until_it_is_done_or_needs_nobody(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    other = f"other.{shop.who}"

    def waiting() -> dict[str, Any]:
        assert main(["notes", "--json", "--state", str(shop.office.state.root)]) == 0
        return {note["address"]: note for note in json.loads(capsys.readouterr().out)["notes"]}

    at = datetime.now(UTC) - timedelta(days=2)
    for who in (shop.who, other):
        shop.act("mailchimp", "signup", email=who, at=at.isoformat())
        shop.act("mailchimp", "delete", email=who, permanent=True, at=(at + timedelta(days=1)).isoformat())
        shop.act("stripe", "checkout", email=who, box="ticked")
    notes = waiting()
    assert {shop.who, other} <= notes.keys()
    assert notes[other]["form"] == f"https://news.example.fr/subscribe?id={LIST}"
    assert main(["notes", "done", notes[other]["id"], "--state", str(shop.office.state.root)]) == 0
    shop.mailchimp("signup")
    capsys.readouterr()
    assert not {shop.who, other} & waiting().keys()
