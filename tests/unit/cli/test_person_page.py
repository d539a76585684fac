"""The page about a person: complete, in plain words, and harmless to the terminal."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cli.commands import plain_words as words
from cli.commands.ink import Ink, plain
from cli.commands.person_page import person_page
from privacy import policy
from privacy.domain.clocks import CUSTOMER, NEWSLETTER_ONLY, NONE
from privacy.domain.consent import State, Suppression
from privacy.domain.facts import GROUPS, Fact
from privacy.operations.consent import member_facts
from privacy.operations.people.describe_person import describe_person
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.policy import recipients
from tests.fakes import MemoryLedger, MemoryPeople, MemoryRegistry
from tests.telling import (
    BENOIT,
    CAMILLE,
    PSEUDONYMS,
    at,
    charge,
    customer,
    dispute,
    email,
    fact,
    hint,
    member,
    merged,
    refund,
    session,
    unsubscribed,
)

POLICY = policy.load()
RECIPIENTS = recipients.load()
PLAIN = Ink(coloured=False)


def described(
    *facts: Fact, suppressed: bool = False, approved: bool = False, today: str = "2026-11-22"
) -> dict[str, Any]:
    ledger, registry = MemoryLedger(), MemoryRegistry()
    registry.approved = at("2026-01-01") if approved else None
    stores = Stores(ledger, MemoryPeople(ledger), registry)
    ids = (f"person-{n}" for n in itertools.count(1))
    if suppressed:
        registry.suppress(Suppression(email(), at("2026-01-01"), State.OBJECTED, "abuse"))
    for told in facts:
        ledger.append(told)
        fold_people(
            {told.filed_under},
            stores=stores,
            policy=POLICY,
            now=at("2026-11-22"),
            new_id=lambda: next(ids),
        )
    found = describe_person(
        PSEUDONYMS.emails(CAMILLE),
        stores=stores,
        policy=POLICY,
        recipients=RECIPIENTS,
        today=at(today).date(),
    )
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def page(*facts: Fact, suppressed: bool = False, today: str = "2026-11-22") -> str:
    return person_page(described(*facts, suppressed=suppressed, today=today), CAMILLE, PLAIN)


def test_a_customers_page_tells_what_the_shop_wants_to_know() -> None:
    told = page(
        session("2026-01-01T23:30", number="1042", customer="cus_1", box=True),
        charge("2026-01-01T23:30"),
        refund("2026-01-05", total=2050),
        dispute("2026-01-10", "needs_response"),
    )
    for expected in (
        "Customer",
        "2 January 2036, ten years after the last order (P31)",
        "yes, until 2 January 2029",
        "they asked for it on 2 January 2026, 00:30 (P19)",
        "“Je souhaite recevoir les actualités d'iméra par e-mail”, on a page in French",
        "form checkout-box of 8 March 2023, box unticked before, policy 2023-03-08",
        "€80.00, refunded in part, €20.50 given back",
        "no. 1042",
        "fraud check: authorized, risk normal, kept until 2 February 2027 (P9)",
        "dispute open (needs response)",
        "a dispute is open",
        "their consent, Art. 6(1)(a) (P13, P17, P19, P34, P35)",
        "13 months after the payment",
        "cus_1",
    ):
        assert expected in told, expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([session("2026-01-01")], "they never asked for it (P19, A8)"),
        ([member("2026-01-01", source="Import")], "nothing proves that they asked on 1 January 2026"),
        ([member("2026-01-01"), unsubscribed("2026-02-01")], "as Mailchimp tells it (P20)"),
        ([member("2026-01-01"), unsubscribed("2026-02-01", reason="abuse")], "reported as spam (P40)"),
        ([member("2026-01-01"), hint("2026-02-01", "cleaned")], "mail to this address bounces"),
        ([member("2026-01-01"), hint("2026-02-01", "upemail", new=BENOIT)], "to another address"),
        ([member("2023-11-22")], "the time for writing to them is over"),
    ],
)
def test_why_we_may_not_write_is_told_in_words(facts: list[Fact], expected: str) -> None:
    told = page(*facts)
    assert expected in told
    assert "May we send offers        no" in told


def test_whoever_is_due_is_marked_a21() -> None:
    assert "22 November 2026 (due), three years after" in page(member("2023-11-22"))


def test_whoever_is_held_is_not_purged_and_the_page_says_so_a23() -> None:
    assert "not purged while something is open" in page(
        session("2026-01-01"), dispute("2026-01-10", "needs_response")
    )


def test_nothing_a_suppression_and_a_mere_mention_are_told_apart() -> None:
    assert "We know nothing of this address." in page()
    left = page(suppressed=True)
    assert "All that is left is their wish not to be written to." in left
    assert "objected" in left
    named = page(
        session("2026-01-01", BENOIT, customer="cus_1"),
        customer("2026-02-01", BENOIT, customer="cus_1", previous=CAMILLE),
    )
    assert "only because somebody else's record names it" in named
    assert "person-1" in named


def test_merged_and_linked_people_are_shown_without_their_data_p16() -> None:
    told = page(
        member("2026-01-01"),
        member("2026-01-01", BENOIT),
        *merged("2026-03-01", CAMILLE, BENOIT),
        charge("2026-01-03", "dora@example.fr", payment="pi_2", customer="cus_1"),
        charge("2026-01-03", "elio@example.fr", payment="pi_3", customer="cus_1"),
        session("2026-01-02", CAMILLE, customer="cus_1"),
        session("2026-01-02", "dora@example.fr", payment="pi_4"),
    )
    assert "another address of theirs" in told
    assert "Merged" in told
    assert "Perhaps the same as       person-" in told
    assert "one more address, of which nothing is known (P16)" in told
    assert "dora" not in told
    assert "elio" not in told


def ours(when: str, word: Callable[..., Fact], *said: str) -> Fact:
    return word("list1", CAMILLE, *said, pseudonyms=PSEUDONYMS, now=at(when))


def past(told: Fact) -> Fact:
    return replace(told, source="stripe_history")


TICKED = session("2026-01-01T10:00", box=True)
ASKED = ours("2026-01-01T10:01", member_facts.asked, "subscribed")
NOBODY_PROVED = member("2026-01-01", source="Import")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([TICKED], "not as they chose yet: our call is on its way (P17)"),
        (
            [TICKED, ASKED, ours("2026-01-01T10:02", member_facts.seen, "subscribed")],
            "subscribed since 1 January 2026, 11:01, because we asked for it  audience list1",
        ),
        ([TICKED, member("2026-01-02")], "subscribed since 2 January 2026, 01:00  audience list1"),
        ([past(TICKED)], "waits for the owner's approval of the import"),
        (
            [NOBODY_PROVED],
            "nothing proves that they asked: the daily reconciliation takes them out (E120, E128)",
        ),
        (
            [TICKED, ASKED, ours("2026-01-01T10:02", member_facts.refused, "compliance")],
            "only they can come back, through the form (privacy notes) (P17)",
        ),
        (
            [TICKED, ASKED, ours("2026-01-01T10:02", member_facts.refused, "forgotten")],
            "from their own hand only since 1 January 2026, 11:02: they were deleted there for good",
        ),
        ([TICKED, member("2026-02-01", status="archived")], "somebody took them out at Mailchimp"),
        (
            [member("2026-01-01"), member("2026-02-01", status="unsubscribed")],
            "unsubscribed since 1 February",
        ),
    ],
)
def test_how_somebody_stands_at_mailchimp_is_told_in_words_p17(facts: list[Fact], expected: str) -> None:
    assert expected in page(*facts)


def test_an_approved_import_waits_for_nobody() -> None:
    assert described(past(TICKED))["person"]["consents"][0]["mailchimp"]["waits_for"] == "approval"
    approved = described(past(TICKED), approved=True)
    assert approved["person"]["consents"][0]["mailchimp"]["waits_for"] == "call"


def test_who_is_at_mailchimp_as_they_chose_waits_for_nothing() -> None:
    for facts in (
        [TICKED, ASKED, ours("2026-01-01T10:02", member_facts.seen, "subscribed")],
        [member("2026-01-01"), member("2026-02-01", status="unsubscribed")],
        [TICKED, ASKED, ours("2026-01-01T10:02", member_facts.seen, "pending")],
    ):
        assert described(*facts)["person"]["consents"][0]["mailchimp"]["waits_for"] is None


def test_what_we_did_at_mailchimp_is_among_the_facts_in_plain_words() -> None:
    told = page(
        TICKED,
        ASKED,
        ours("2026-01-01T10:02", member_facts.seen, "subscribed"),
        ours("2026-01-02", member_facts.asked, "unsubscribed"),
        ours("2026-01-03", member_facts.asked, "pending"),
        ours("2026-01-04", member_facts.asked, "archived"),
        ours("2026-01-05", member_facts.absent),
        ours("2026-01-06", member_facts.refused, "forgotten"),
    )
    facts = told[told.index("Facts (") :]
    for expected in (
        "1 January 2026, 11:01     we asked Mailchimp to subscribe them",
        "seen afterwards: subscribed",
        "we asked Mailchimp to unsubscribe them",
        "we asked Mailchimp to have them confirm",
        "we asked Mailchimp to take them out",
        "seen afterwards: not there",
        "Mailchimp takes them from their own hand only: they were deleted there for good",
    ):
        assert expected in facts, expected
    assert "member_" not in facts


def test_colours_are_for_terminals_only() -> None:
    found = described(session("2026-01-01", box=True))
    assert "\033" not in person_page(found, CAMILLE, PLAIN)
    assert "\033[90m(P31)\033[0m" in person_page(found, CAMILLE, Ink(coloured=True))


def test_what_a_buyer_typed_cannot_drive_the_terminal() -> None:
    evil = "Camille\033[2J\r\n\u202eDurand\x9b31m"
    told = page(session("2026-01-01"), customer("2026-02-01", name=evil, customer="cus_1"))
    assert "\033" not in told
    assert "\u202e" not in told
    assert "\x9b" not in told
    assert "Camille\ufffd[2J" in told


def test_letters_of_every_language_stay_as_they_are() -> None:
    for name in ("Zoë Łukasz", "محمد", "दिव्\u200dया", "👩\u200d🍳"):
        assert plain(name) == name


def test_money_is_told_as_people_write_it() -> None:
    assert words.money(123456, "eur") == "€1,234.56"
    assert words.money(5, None) == "€0.05"
    assert words.money(5400, "jpy") == "5,400 JPY"
    assert words.money(5400, "chf") == "54.00 CHF"


def test_days_and_moments_are_in_paris_a22() -> None:
    assert words.moment("2023-12-31T23:30:00+00:00") == "1 January 2024, 00:30"
    assert words.moment("2026-07-01T10:00:00+00:00") == "1 July 2026, 12:00"


def test_everything_the_policy_names_has_plain_words() -> None:
    assert words.GROUPS.keys() == GROUPS.keys()
    assert words.PURPOSES.keys() == POLICY.purposes.keys()
    assert words.BASES.keys() == {purpose.basis for purpose in POLICY.purposes.values()}
    assert words.STATES.keys() == {state.value for state in State}
    assert words.REGIMES.keys() == {CUSTOMER, NEWSLETTER_ONLY, NONE}


def test_a_term_without_words_is_told_as_it_is() -> None:
    assert words.word(words.GROUPS, "something_new") == "something new"


def test_p23_to_whom_data_went_is_named_with_the_days_and_what_they_got() -> None:
    said = {"recipient": "Colissimo", "capacity": "processor", "data": "name and address", "on": "2026-03-05"}
    given = fact("data.disclosed", "2026-03-05", email(), source="shop", disclosure=said)
    page = person_page(described(session("2026-03-01"), given), CAMILLE, PLAIN)
    went = page.partition("To whom data went")[2].partition("What is held")[0]
    for part in (
        "Amazon Web Services",
        "all of it, for as long as it is held",
        "Stripe Payments Europe, Limited",
        "Colissimo",
        "on our instructions, 5 March 2026, name and address",
    ):
        assert part in went
    assert "Mailchimp" not in went
