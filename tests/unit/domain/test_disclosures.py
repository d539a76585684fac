"""To whom somebody's data really went, from when to when, as facts show it (P23, P24, G18; C-154/21)."""

from __future__ import annotations

from typing import Any

from privacy.domain.disclosures import Disclosure, Given
from privacy.domain.facts import Fact
from privacy.policy import recipients
from tests.telling import at, email, fact, member, session, unsubscribed

RECIPIENTS = recipients.load()
AWS, STRIPE, MAILCHIMP = (recipient.name for recipient in RECIPIENTS)


def given(*facts: Fact) -> dict[str, Disclosure]:
    taken = Given()
    for one in facts:
        taken.take(one)
    return {each.name: each for each in taken.disclosures(RECIPIENTS)}


def entered(when: str, to: str = "Colissimo", capacity: str = "processor", data: str = "address") -> Fact:
    said: dict[str, Any] = {"recipient": to, "capacity": capacity, "data": data, "on": when}
    return fact("data.disclosed", when, email(), source="shop", disclosure=said)


def test_p23_who_only_reads_the_newsletter_is_told_of_no_bank() -> None:
    found = given(member("2026-02-01"), unsubscribed("2026-03-01"))
    assert [*found] == [AWS, MAILCHIMP]
    assert (found[MAILCHIMP].first, found[MAILCHIMP].last) == (at("2026-02-01"), at("2026-03-01"))


def test_p23_a_purchase_went_to_stripe_with_what_its_facts_hold() -> None:
    found = given(session("2026-02-01"))
    assert [*found] == [AWS, STRIPE]
    assert {"order", "profile"} <= {*found[STRIPE].data}
    assert "subscription" not in found[STRIPE].data


def test_who_stores_everything_has_it_for_as_long_as_anything_is_held_and_not_before() -> None:
    assert given() == {}
    storing = given(session("2026-02-01"))[AWS]
    assert (storing.first, storing.data) == (None, ())


def test_p23_what_no_provider_tells_of_is_told_as_an_operator_entered_it() -> None:
    found = given(
        entered("2026-02-01"),
        entered("2026-05-01", data="telephone"),
        entered("2026-03-01", to="Tribunal de Paris", capacity="authority", data="order 1042"),
    )
    carrier, court = found["Colissimo"], found["Tribunal de Paris"]
    assert (carrier.first, carrier.last) == (at("2026-02-01"), at("2026-05-01"))
    assert (carrier.capacity, carrier.data) == ("processor", ("address", "telephone"))
    assert (court.capacity, court.recipient, court.for_itself) == ("authority", "", False)


def test_p24_who_uses_data_for_itself_is_a_partner_and_stripe_in_the_register_is_none() -> None:
    assert given(entered("2026-02-01", to="Agence exemple", capacity="controller"))[
        "Agence exemple"
    ].for_itself
    assert not any(each.for_itself for each in given(session("2026-02-01")).values())


def test_facts_may_come_in_any_order_and_twice() -> None:
    facts = [session("2026-02-01"), member("2026-03-01"), entered("2026-04-01"), entered("2026-01-01")]
    assert given(*facts) == given(*reversed(facts)) == given(*facts, *facts)
