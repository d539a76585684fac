"""Consent, by the edge cases of docs/rules.md and the promises behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from privacy import policy
from privacy.domain.consent import Consent, State, Suppression
from privacy.domain.facts import Fact
from privacy.domain.person import Folding, Person, may_market
from privacy.domain.policy import Policy
from tests.telling import (
    BENOIT,
    CAMILLE,
    at,
    charge,
    customer,
    email,
    hint,
    member,
    merged,
    session,
    unsubscribed,
)

POLICY = policy.load()
TODAY = date(2026, 11, 22)


def fold(
    *facts: Fact, rules: Policy = POLICY, suppressions: tuple[Suppression, ...] = ()
) -> dict[str, Person]:
    folding = Folding(rules)
    for fact in facts:
        folding.add(fact)
    return folding.people({s.email: s for s in suppressions})[1]


def person(*facts: Fact, who: str = CAMILLE, rules: Policy = POLICY) -> Person:
    return fold(*facts, rules=rules)[email(who)]


def consent(*facts: Fact, who: str = CAMILLE, rules: Policy = POLICY) -> Consent:
    found = person(*facts, who=who, rules=rules)
    return next(c for c in found.consents if c.email == email(who))


def marketed(*facts: Fact, who: str = CAMILLE, rules: Policy = POLICY) -> bool:
    return may_market(person(*facts, who=who, rules=rules), email(who), TODAY)


def test_e116_a_checkout_without_a_box_is_no_consent() -> None:
    assert not marketed(session("2026-01-01"))
    assert person(session("2026-01-01")).consents == ()


def test_p35_a_ticked_box_is_consent_and_its_proof_names_words_language_default_and_policy() -> None:
    proof = consent(session("2026-01-01T10:00", box=True)).proof
    assert proof is not None
    assert (proof.wording, proof.language) == ("Je souhaite recevoir les actualités d'iméra par e-mail", "fr")
    assert (proof.form, proof.box_default, proof.policy_version) == ("checkout-box", "unticked", "2023-03-08")
    assert (proof.given_at, proof.email, proof.reference) == (at("2026-01-01T10:00"), CAMILLE, "cs_pi_1")
    assert proof.fact.type == "checkout.session.completed"
    assert marketed(session("2026-01-01", box=True))


def test_g3_words_in_another_language_than_the_pages_are_said_to_be_so() -> None:
    told = session("2026-01-01", box=True)
    german = replace(told, groups={**told.groups, "consent": {**told.groups["consent"], "language": "de-AT"}})
    proof = consent(german).proof
    assert proof is not None
    assert (proof.language, proof.wording_language) == ("de-AT", "en")


def test_a24_consent_before_the_policys_date_is_tied_to_an_unknown_version() -> None:
    proof = consent(session("2023-03-07T22:59", box=True)).proof
    assert proof is not None
    assert proof.policy_version == "unknown"
    # 8 March began in Paris at 23:00 UTC
    later = consent(session("2023-03-07T23:01", box=True)).proof
    assert later is not None
    assert later.policy_version == "2023-03-08"


def test_e117_a9_an_unticked_box_after_an_opt_in_withdraws_it() -> None:
    facts = session("2026-01-01", box=True), session("2026-02-01", payment="pi_2", box=False)
    assert consent(*facts).state is State.WITHDRAWN
    assert not marketed(*facts)


def test_a9_an_unticked_box_without_an_earlier_opt_in_says_nothing_and_a_missing_box_changes_nothing() -> (
    None
):
    assert consent(session("2026-01-01", box=False)).state is State.NONE
    assert marketed(session("2026-01-01", box=True), session("2026-02-01", payment="pi_2"))


def test_a9_can_be_switched_off_in_the_policy() -> None:
    lenient = replace(POLICY, unticked_means_withdrawal=False)
    assert marketed(
        session("2026-01-01", box=True), session("2026-02-01", payment="pi_2", box=False), rules=lenient
    )


@pytest.mark.parametrize("order", [1, -1])
def test_e118_delivered_in_reverse_the_later_unsubscribe_still_wins(order: int) -> None:
    facts = [member("2026-01-01T10:00"), unsubscribed("2026-01-01T10:05")][::order]
    found = consent(*facts)
    assert found.state is State.WITHDRAWN
    assert [(i.given_at, i.ended_at) for i in found.intervals] == [
        (at("2026-01-01T10:00"), at("2026-01-01T10:05"))
    ]


def test_a_withdrawal_wins_a_tie() -> None:
    assert not marketed(member("2026-01-01T10:00"), unsubscribed("2026-01-01T10:00"))


@pytest.mark.parametrize("source", ["Import", "Admin Add", "API - Generic", ""])
def test_e120_an_import_or_an_administrators_entry_stays_unproven(source: str) -> None:
    found = consent(hint("2026-01-01", "subscribe"), member("2026-01-01", source=source))
    assert found.state is State.UNPROVEN
    assert found.unproven_since == at("2026-01-01")
    assert not marketed(member("2026-01-01", source=source))


def test_design_7_a_subscribe_webhook_alone_grants_nothing() -> None:
    assert not marketed(hint("2026-01-01", "subscribe"))


def test_e121_a_complaint_is_an_objection_and_outranks_a_withdrawal() -> None:
    found = consent(
        member("2026-01-01"), unsubscribed("2026-02-01"), unsubscribed("2026-02-02", reason="abuse")
    )
    assert found.state is State.OBJECTED


def test_e122_our_own_unsubscribe_coming_back_changes_nothing() -> None:
    facts = session("2026-01-01", box=True), session("2026-02-01", payment="pi_2", box=False)
    echoed = unsubscribed("2026-02-01T00:01")
    before, after = consent(*facts), consent(*facts, echoed)
    assert (before.state, before.since, before.intervals) == (after.state, after.since, after.intervals)


def test_e123_a_changed_address_takes_the_consent_along_and_the_old_one_is_not_mailed() -> None:
    facts = session("2026-01-01", box=True), hint("2026-03-01", "upemail", new=BENOIT)
    read = member("2026-03-01T00:05", BENOIT, source="API - Generic", opted_in="2026-01-02")
    assert not marketed(*facts)
    assert email(BENOIT) not in fold(*facts), "the webhook is a hint until the member was read back"
    assert marketed(*facts, read, who=BENOIT)
    assert not marketed(*facts, read)
    proof = consent(*facts, read, who=BENOIT).proof
    assert proof is not None
    assert proof.reference == "cs_pi_1"


def test_e123_a_consent_moves_on_with_every_change_of_address() -> None:
    third = "emma@example.fr"
    facts = [session("2026-01-01", box=True)]
    for when, older, newer in (("2026-03-01", CAMILLE, BENOIT), ("2026-04-01", BENOIT, third)):
        facts += [
            hint(when, "upemail", older, new=newer),
            member(f"{when}T00:05", newer, source="API - Generic", opted_in="2026-01-02"),
        ]
    assert [marketed(*facts, who=who) for who in (CAMILLE, BENOIT, third)] == [False, False, True]


def test_e123_whoever_moves_their_subscription_back_has_it_back() -> None:
    """A slip of the pen, put right."""
    facts = [
        member("2026-01-01"),
        hint("2026-02-01", "upemail", new=BENOIT),
        member("2026-02-01", BENOIT, source="API - Generic", opted_in="2026-01-01"),
        hint("2026-02-02", "upemail", BENOIT, new=CAMILLE),
        member("2026-02-02", opted_in="2026-01-01"),
    ]
    assert [marketed(*facts, who=who) for who in (CAMILLE, BENOIT)] == [True, False]
    left = unsubscribed("2026-02-01T12:00", BENOIT)
    assert not marketed(*facts, left), "what they said under the other address stands"


def test_e123_a_suppression_of_the_new_address_wins() -> None:
    facts = (
        member("2026-01-01"),
        hint("2026-03-01", "upemail", new=BENOIT),
        member("2026-03-02", BENOIT, opted_in="2026-01-01"),
    )
    entry = Suppression(email(BENOIT), at("2026-02-01"), State.OBJECTED, "abuse")
    people = fold(*facts, suppressions=(entry,))
    assert not may_market(people[email(BENOIT)], email(BENOIT), TODAY)


def test_e124_a_hard_bounce_stops_the_mail_and_is_no_objection() -> None:
    facts = member("2026-01-01"), hint("2026-02-01", "cleaned", reason="hard")
    assert consent(*facts).state is State.GRANTED
    assert not marketed(*facts)
    assert marketed(*facts, session("2026-03-01", box=True)), "a newer opt-in shows that the address lives"


def test_e125_case_and_spaces_are_the_same_person_and_the_proof_keeps_the_typed_form() -> None:
    typed = " Camille.Durand@Example.FR "
    proof = consent(
        session("2026-01-01", typed, box=True), session("2026-01-02", CAMILLE, payment="pi_2")
    ).proof
    assert proof is not None
    assert proof.email == typed


def test_e126_a_pre_ticked_box_gives_no_consent() -> None:
    ticked = replace(POLICY, forms=tuple(replace(form, box_default="ticked") for form in POLICY.forms))
    assert not marketed(session("2026-01-01", box=True), rules=ticked)


def test_g3_a_carrier_whose_form_nobody_knows_proves_nothing() -> None:
    nothing = replace(POLICY, forms=())
    assert not marketed(session("2026-01-01", box=True), rules=nothing)


def test_e128_a8_a_buyer_without_the_box_may_not_be_marketed_even_if_mailchimp_has_them() -> None:
    assert not marketed(session("2026-01-01"), member("2026-01-02", source="Import"))


def test_e130_a_newer_explicit_opt_in_follows_an_objection_and_the_history_is_kept() -> None:
    facts = member("2025-01-01"), unsubscribed("2025-06-01", reason="abuse"), session("2026-01-01", box=True)
    assert marketed(*facts)
    assert [(i.given_at, i.ended_by) for i in consent(*facts).intervals] == [
        (at("2025-01-01"), State.OBJECTED),
        (at("2026-01-01"), None),
    ]


def test_e130_a_suppression_beats_an_older_grant_and_yields_to_a_newer_one() -> None:
    entry = Suppression(email(), at("2026-02-01"), State.OBJECTED, "abuse")
    older = fold(session("2026-01-01", box=True), suppressions=(entry,))[email()]
    newer = fold(session("2026-03-01", box=True), suppressions=(entry,))[email()]
    assert not may_market(older, email(), TODAY)
    assert may_market(newer, email(), TODAY)


def test_e155_merged_people_keep_the_objection_and_the_earlier_newsletter_clock() -> None:
    facts = (
        member("2024-01-01", CAMILLE),
        member("2025-01-01", BENOIT),
        unsubscribed("2025-06-01", BENOIT, reason="abuse"),
    )
    together = fold(*facts, *merged("2026-01-01", CAMILLE, BENOIT))
    (one,) = together.values()
    assert not may_market(one, email(CAMILLE), TODAY)
    assert not may_market(one, email(BENOIT), TODAY)
    assert one.last_opt_in == at("2024-01-01")


def test_p16_a_merge_can_be_undone_and_a_newer_opt_in_after_it_counts() -> None:
    facts = member("2025-01-01", CAMILLE), member("2025-01-01", BENOIT), unsubscribed("2025-06-01", BENOIT)
    done, undone = merged("2026-01-01", CAMILLE, BENOIT), merged("2026-01-02", CAMILLE, BENOIT, undone=True)
    assert marketed(*facts, *done, *undone)
    assert not marketed(*facts, *done, *undone, who=BENOIT)
    (one,) = fold(*facts, *done, session("2026-02-01", CAMILLE, box=True)).values()
    assert may_market(one, email(CAMILLE), TODAY)
    assert not may_market(one, email(BENOIT), TODAY)


def test_design_2_a_withdrawal_across_a_proposed_link_counts_at_once_and_deletes_nothing() -> None:
    facts = (
        session("2026-01-01", CAMILLE, customer="cus_1", box=True),
        customer("2026-02-01", BENOIT, previous=CAMILLE),
    )
    withdrawal = member("2026-01-05", BENOIT), unsubscribed("2026-02-02", BENOIT)
    camille = fold(*facts, *withdrawal)[email(CAMILLE)]
    assert camille.links.proposed == (email(BENOIT),)
    assert not may_market(camille, email(CAMILLE), TODAY)
    assert camille.consents[0].opted_out is None


def test_design_2_whoever_renames_a_stripe_customer_gets_nothing_of_the_former_owners() -> None:
    facts = session("2026-01-01", CAMILLE, customer="cus_1"), charge("2026-01-01", CAMILLE, customer="cus_1")
    renamed = customer("2026-02-01", BENOIT, previous=CAMILLE, name="Camille Durand")
    bought = session("2026-03-01", BENOIT, payment="pi_9", customer="cus_1")
    people = fold(*facts, renamed, bought)
    assert [o.order for o in people[email(BENOIT)].orders] == ["stripe_payment#pi_9"]
    assert [o.order for o in people[email(CAMILLE)].orders] == ["stripe_payment#pi_1"]
    assert people[email(BENOIT)].profile["name"].value == "benoit.martin"


def test_an_address_filed_under_two_peppers_is_one_person_with_one_consent() -> None:
    old = replace(member("2024-01-01"), identifiers=("email#0#old",), subject="email#0#old")
    new = replace(unsubscribed("2026-01-01"), aka={email(): "email#0#old"})
    (one,) = fold(old, new).values()
    assert set(one.links.emails) == {"email#0#old", email()}
    assert [c.state for c in one.consents] == [State.WITHDRAWN]
    assert not may_market(one, email(), TODAY)


def test_a2_marketing_to_a_customer_ends_three_years_after_the_last_contact() -> None:
    customer_ = person(session("2023-12-01T12:00", box=True))
    assert customer_.may_market_until == date(2026, 12, 1)
    assert may_market(customer_, email(), date(2026, 11, 30))
    assert not may_market(customer_, email(), date(2026, 12, 1))
    assert customer_.renewal_on == date(2026, 11, 1), "E141: the renewal letter leaves 30 days before"


def test_e127_a_delayed_payments_outcome_repeats_the_form_and_says_nothing_new() -> None:
    def again(told: Fact, when: str) -> Fact:
        return replace(
            told, type="checkout.session.async_payment_succeeded", event_id="evt_late", occurred_at=at(when)
        )

    ticked, unticked = session("2026-01-01", box=True), session("2026-01-01", box=False)
    between = unsubscribed("2026-01-02")
    assert not marketed(ticked, between, again(ticked, "2026-01-05"))
    assert not marketed(between, again(ticked, "2026-01-05")), "even if the first event never came"
    opted_in = member("2026-01-03")
    assert marketed(unticked, opted_in, again(unticked, "2026-01-05"))


def test_p33_marketing_to_a_subscriber_who_never_ordered_ends_with_the_three_years() -> None:
    assert person(member("2024-01-01T12:00")).may_market_until == date(2027, 1, 1)


def test_of_one_form_told_under_two_peppers_its_own_event_counts_in_any_order() -> None:
    live = session("2026-01-01T10:02", box=True)
    past = replace(
        live,
        source="stripe_history",
        event_id="read",
        occurred_at=at("2026-01-01T10:00"),
        identifiers=("email#2#new", *live.identifiers[1:]),
        aka={"email#2#new": email()},
    )
    for told in ((live, past), (past, live)):
        (standing,) = fold(*told)[email()].standings
        assert (standing.granted_at, standing.historic) == (at("2026-01-01T10:02"), False)


def test_a_fact_that_came_again_under_a_newer_pepper_counts_once_and_names_both() -> None:
    """Mailchimp tries for over an hour: its second try may come after the peppers were changed."""
    first = unsubscribed("2026-01-01")
    again = replace(
        first,
        identifiers=("email#2#new",),
        subject="email#2#new",
        aka={"email#2#new": email()},
        recorded_at=at("2026-01-02"),
    )
    found = []
    for told in ((first, again), (again, first)):
        folding = Folding(policy.load())
        for one in told:
            folding.add(one)
        (person,) = folding.people()[1].values()
        assert set(person.links.emails) == {email(), "email#2#new"}
        assert (person.facts, person.recorded_until) == (1, at("2026-01-02"))
        found.append(person.pieces)
    assert found[0] == found[1]
