"""The stand-ins' past is what it says it is, and looks like any other."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.standins import mailchimp, stripe
from cli.standins.clock import Clock, seconds_of
from cli.standins.http import Request
from cli.standins.mailchimp import Mailchimp
from cli.standins.past import Someone, Verdict, cast, expected
from cli.standins.stripe import Stripe
from cli.standins.stripe.api import EVENTS_KEPT

NOW = seconds_of("2026-11-22T10:00:00Z")
YEAR = 365 * 86_400


@pytest.fixture(scope="module")
def shop() -> Iterator[Stripe]:
    with stripe.serving(clock=Clock(lambda: NOW)) as standin:
        standin.register_webhook({"url": "http://127.0.0.1:9/x", "secret": "whsec"})
        standin.take_past()
        yield standin


@pytest.fixture(scope="module")
def letters() -> Iterator[Mailchimp]:
    with mailchimp.serving(clock=Clock(lambda: NOW)) as standin:
        standin.register_webhook({"url": "http://127.0.0.1:9/x"})
        standin.take_past()
        yield standin


@pytest.fixture(scope="module")
def people() -> dict[str, Someone]:
    return {someone.address: someone for someone in cast(NOW)}


def address_of(session: dict[str, Any]) -> str:
    return str(session["customer_details"]["email"]).lower()


def test_the_same_moment_and_seed_give_the_same_people(people: dict[str, Someone]) -> None:
    assert cast(NOW) == list(people.values())
    assert cast(NOW, seed=1) != list(people.values())


def test_stripe_holds_what_is_expected(shop: Stripe, people: dict[str, Someone]) -> None:
    told = expected(people.values(), NOW, 2026)
    assert shop.past == told
    assert {kind: len(shop.objects[kind]) for kind in told["stripe"]} == told["stripe"]
    paid = [held for held in shop.objects["checkout.session"].values() if held["payment_status"] == "paid"]
    settled = [held for held in shop.objects["invoice"].values() if held["status"] == "paid"]
    assert len(paid) + len(settled) == told["orders"] == 1260
    buyers = {address_of(held) for held in paid} | {held["customer_email"].lower() for held in settled}
    assert len(buyers) == told["buyers"] == 700


def test_mailchimp_holds_what_is_expected(letters: Mailchimp, people: dict[str, Someone]) -> None:
    told = expected(people.values(), NOW, 2026)
    members = letters.audience.members.values()
    assert {"total": len(members), **Counter(member.status for member in members)} == told["members"]
    assert told["members"]["total"] == 2000
    subscribed = [member for member in members if member.status == "subscribed"]
    boxes = {address for address, someone in people.items() if "ticked" in boxes_of(someone)}
    proven = [m for m in subscribed if m.source == "Hosted Signup Form" or m.email.lower() in boxes]
    assert len(proven) == told["proven"]
    assert len(subscribed) - len(proven) == told["unproven"]
    assert len(letters.audience.forgotten) == 3


def boxes_of(someone: Someone) -> list[str]:
    """How somebody left the box, in the order of time."""
    visits = sorted(someone.visits, key=lambda visit: visit.first.at)
    return [visit.first.arguments["box"] for visit in visits if visit.first.act == "checkout"]


def said(someone: Someone) -> list[tuple[int, str]]:
    """What somebody said themselves, in the order of time: yes, or no, or that they bought."""
    words = [
        (step.at, {"signup": "yes", "unsubscribe": "no", "abuse": "no"}[step.act])
        for step in someone.membership
        if step.act in ("signup", "unsubscribe", "abuse")
    ]
    for visit in someone.visits:
        if visit.first.arguments.get("outcome") == "left":
            continue
        box = visit.first.arguments.get("box", "absent")
        words.append((visit.first.at, {"ticked": "yes", "unticked": "no", "absent": "bought"}[box]))
    return sorted(words)


def test_every_verdict_follows_from_what_the_person_said_last(
    letters: Mailchimp, people: dict[str, Someone]
) -> None:
    members = {member.email.lower(): member for member in letters.audience.members.values()}
    for address, someone in people.items():
        words = [(at, word) for at, word in said(someone) if word != "bought"]
        wish = words[-1][1] if words else "never asked"
        recent = bool(words) and words[-1][0] > NOW - 3 * YEAR
        member = members.get(address)
        status = member.status if member else "nobody"
        fitting = {
            ("subscribed", "yes", True): {Verdict.KEEP},
            ("subscribed", "yes", False): {Verdict.REMOVE_EXPIRED},
            ("subscribed", "never asked", False): {Verdict.REMOVE_UNPROVEN},
            ("subscribed", "no", True): {Verdict.REMOVE_WITHDRAWN, Verdict.REMOVE_UNPROVEN},
            ("nobody", "yes", True): {Verdict.SUBSCRIBE, Verdict.INVITE},
            ("unsubscribed", "yes", True): {Verdict.INVITE},
        }.get((status, wish, recent), {Verdict.LEAVE})
        assert someone.verdict in fitting, (status, wish, recent, someone)


def test_what_the_past_told_is_old_and_nobody_was_sent_it(shop: Stripe, letters: Mailchimp) -> None:
    oldest = min(held["created"] for kind in shop.objects.values() for held in kind.values())
    assert 2.8 * YEAR < NOW - oldest < 3 * YEAR
    assert shop.events
    assert all(NOW - EVENTS_KEPT <= event["created"] <= NOW for event in shop.events)
    shop.settle()
    assert shop.courier.deliveries() == letters.courier.deliveries() == []


def test_people_type_their_address_as_they_like_and_have_several_customers(shop: Stripe) -> None:
    typed = {held["customer_details"]["email"] for held in shop.objects["checkout.session"].values()}
    assert any(email != email.lower() for email in typed)
    customers = Counter(held["email"].lower() for held in shop.objects["customer"].values())
    assert max(customers.values()) > 2
    assert any(held["customer"] is None for held in shop.objects["charge"].values())


def test_a_past_is_asked_for_by_control_and_only_where_nothing_has_happened(shop: Stripe) -> None:
    with mailchimp.serving() as standin:

        def ask(method: str, body: bytes = b"") -> tuple[int, Any]:
            answer = standin.handle(Request(method, "/_control/past", body=body))
            return answer.status, json.loads(answer.body)

        assert ask("GET") == (200, {})
        status, told = ask("POST", json.dumps({"as_of": NOW}).encode())
        assert (status, told) == (200, shop.past)
        assert ask("GET") == (200, told)
        assert ask("POST")[0] == 400


def test_the_state_file_remembers_the_past(tmp_path: Path) -> None:
    with mailchimp.serving(state_file=tmp_path / "mailchimp.json") as first:
        told = first.take_past(NOW)
    with mailchimp.serving(state_file=tmp_path / "mailchimp.json") as second:
        assert second.past == told
        assert len(second.audience.members) == 2000
