"""What Mailchimp has of somebody, which of its words are echoes of ours, and what it should have."""

from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from privacy import policy
from privacy.domain.consent import State
from privacy.domain.facts import Fact
from privacy.domain.membership import Step, steps
from privacy.domain.person import Folding, Person, may_market
from privacy.operations.consent import member_facts
from tests.telling import CAMILLE, PSEUDONYMS, at, email, fact, merged, session

LIST = "a6b5da1054"
OTHER = "b7c6eb2165"
TODAY = date(2026, 11, 22)
POLICY = policy.load()


def asked(when: str, status: str, audience: str = LIST) -> Fact:
    return member_facts.asked(audience, CAMILLE, status, pseudonyms=PSEUDONYMS, now=at(when))


def seen(when: str, status: str) -> Fact:
    return member_facts.seen(LIST, CAMILLE, status, pseudonyms=PSEUDONYMS, now=at(when))


def refused(when: str, reason: str) -> Fact:
    return member_facts.refused(LIST, CAMILLE, reason, pseudonyms=PSEUDONYMS, now=at(when))


def read(when: str, status: str, source: str = "API - Generic", opted_in: str | None = None) -> Fact:
    """The member as Mailchimp has it, by the time of its last change."""
    said: dict[str, Any] = {
        "purpose": "newsletter",
        "carrier": "mailchimp",
        "audience": LIST,
        "email": CAMILLE,
    }
    if opted_in:
        said["opted_in_at"] = at(opted_in).isoformat()
    groups: dict[str, Any] = {
        "subscription": {"audience": LIST, "email": CAMILLE, "status": status, "event": "member_read"}
    }
    if status == "subscribed":
        groups["consent"] = said | {"choice": "granted", "member_source": source}
    elif status == "unsubscribed":
        groups["consent"] = said | {"choice": "withdrawn"}
    return fact("member_read", when, email(), source="mailchimp_member", **groups)


def unsubscribe(when: str, *, complaint: bool = False) -> Fact:
    return fact(
        "unsubscribe",
        when,
        email(),
        source="mailchimp",
        subscription={"audience": LIST, "email": CAMILLE, "status": "unsubscribed", "event": "unsubscribe"},
        consent={
            "purpose": "newsletter",
            "choice": "objected" if complaint else "withdrawn",
            "carrier": "mailchimp",
            "audience": LIST,
            "email": CAMILLE,
            "reason": "abuse" if complaint else "manual",
        },
    )


def folded(*facts: Fact) -> Person:
    folding = Folding(POLICY)
    for one in facts:
        folding.add(one)
    return next(iter(folding.people()[1].values()))


def wanted(*facts: Fact, audiences: tuple[str, ...] = (LIST,)) -> list[Step]:
    (standing,) = folded(*facts).standings
    return steps(standing, audiences, TODAY)


GRANT = session("2026-11-01T10:00", box=True)
FORM = "Hosted Signup Form"


def test_a_consent_at_the_checkout_subscribes_to_the_first_audience_until_it_was_seen_there() -> None:
    assert wanted(GRANT, audiences=(LIST, OTHER)) == [Step(LIST, "subscribed", "consent")]
    assert wanted(GRANT, asked("2026-11-01T10:01", "subscribed")) == [Step(LIST, "subscribed", "consent")]
    assert not wanted(GRANT, asked("2026-11-01T10:01", "subscribed"), seen("2026-11-01T10:01", "subscribed"))
    assert not wanted(GRANT, asked("2026-11-01T10:01", "pending"), seen("2026-11-01T10:01", "pending"))


def test_a_consent_given_in_a_form_of_another_audience_stays_there() -> None:
    assert not wanted(read("2026-11-01", "subscribed", FORM, "2026-11-01"), audiences=(OTHER, LIST))


def test_a_refusal_counts_in_every_audience() -> None:
    member = read("2026-10-01", "subscribed", FORM, "2026-10-01")
    unticked = session("2026-11-01", box=False)
    assert wanted(member, unticked, audiences=(LIST, OTHER)) == [
        Step(LIST, "unsubscribed", "refusal"),
        Step(OTHER, "unsubscribed", "unknown"),
    ]


def test_whom_mailchimp_was_made_to_forget_nobody_asks_it_about_again() -> None:
    (standing,) = folded(session("2026-11-01", box=True), session("2026-11-02", box=False)).standings
    asks = [Step(LIST, "unsubscribed", "unknown")]
    assert standing.forgotten_on == date(2029, 11, 1)
    assert steps(standing, (LIST,), date(2029, 10, 31)) == asks
    assert not steps(standing, (LIST,), date(2029, 11, 1))
    (never_ordered,) = folded(unsubscribe("2026-11-02")).standings
    assert never_ordered.forgotten_on is None


def test_an_unticked_box_ends_even_a_subscription_that_nobody_can_prove() -> None:
    imported = read("2026-10-01", "subscribed", "Import")
    person = folded(imported, session("2026-11-01", box=False))
    assert person.consents[0].state is State.WITHDRAWN
    before = folded(session("2026-09-01", box=False), imported)
    assert before.consents[0].state is State.UNPROVEN


def test_who_is_subscribed_without_proof_or_choice_is_taken_out_and_said_nothing_for() -> None:
    assert wanted(read("2026-10-01", "subscribed", "Import")) == [Step(LIST, "archived", "no_proof")]
    assert not wanted(read("2026-10-01", "pending"))
    gone = folded(
        read("2026-10-01", "subscribed", "Import"),
        asked("2026-10-02T10:00", "archived"),
        unsubscribe("2026-10-02T10:00"),
        seen("2026-10-02T10:00", "archived"),
    )
    assert gone.consents[0].state is State.UNPROVEN
    assert not gone.refusals


@pytest.mark.parametrize("status", ["unsubscribed", "archived"])
def test_the_webhook_that_our_own_call_caused_is_no_second_entry(status: str) -> None:
    """E122."""
    folding = Folding(POLICY)
    echo = unsubscribe("2026-10-02T10:00")
    for one in (read("2026-10-01", "subscribed", "Import"), asked("2026-10-02T10:00", status), echo):
        folding.add(one)
    folding.people()
    assert folding.echoes() == [(email(), echo.key)]


def test_mailchimps_whole_seconds_and_calls_that_follow_one_another_confuse_nobody() -> None:
    """We subscribed them, they left the box unticked, we unsubscribed them: all within four seconds."""
    told = (
        session("2026-10-02T07:00", box=True),
        asked("2026-10-02T10:00:00.700", "subscribed"),
        read("2026-10-02T10:00:00", "subscribed", opted_in="2026-10-02T10:00:00"),
        seen("2026-10-02T10:00:01.100", "subscribed"),
        session("2026-10-02T08:00", payment="pi_2", box=False),
        asked("2026-10-02T10:00:03.500", "unsubscribed"),
        unsubscribe("2026-10-02T10:00:03"),
        read("2026-10-02T10:00:03", "unsubscribed", opted_in="2026-10-02T10:00:00"),
        seen("2026-10-02T10:00:03.900", "unsubscribed"),
        session("2026-10-02T09:00", payment="pi_3", box=True),
    )
    person = folded(*told)
    assert may_market(person, email(), TODAY)
    assert [step.status for step in wanted(*told)] == ["subscribed"]


@pytest.mark.parametrize("when", ["2026-10-02T09:55", "2026-10-02T10:05"])
def test_a_persons_own_unsubscription_near_ours_is_no_echo(when: str) -> None:
    folding = Folding(POLICY)
    for one in (
        read("2026-10-01", "subscribed", FORM, "2026-10-01"),
        asked("2026-10-02T10:00", "archived"),
        unsubscribe(when),
    ):
        folding.add(one)
    (person,) = folding.people()[1].values()
    assert not folding.echoes()
    assert person.consents[0].state is State.WITHDRAWN


def test_a_name_corrected_between_our_word_and_our_call_makes_our_echo_nobody_elses() -> None:
    """E122, all within a second."""
    folding = Folding(POLICY)
    echo = unsubscribe("2026-10-02T10:00:01")
    told = (
        read("2026-10-01", "subscribed", "Import"),
        asked("2026-10-02T10:00:00.900", "archived"),
        read("2026-10-02T10:00:01", "subscribed", "Import"),
    )
    for one in (*told, echo):
        folding.add(one)
    (person,) = folding.people()[1].values()
    assert folding.echoes() == [(email(), echo.key)]
    assert not person.refusals
    assert [step.why for step in wanted(*told)] == ["no_proof"], "it was perhaps never made"


def test_a_complaint_counts_even_in_the_wake_of_our_own_call() -> None:
    """E121."""
    person = folded(
        read("2026-10-01", "subscribed", "Import"),
        asked("2026-10-02T10:00", "archived"),
        unsubscribe("2026-10-02T10:01", complaint=True),
    )
    assert person.consents[0].state is State.OBJECTED


def test_what_we_subscribed_ourselves_is_not_somebody_elses_import() -> None:
    person = folded(
        GRANT,
        asked("2026-11-01T10:01", "subscribed"),
        read("2026-11-01T10:01", "subscribed", opted_in="2026-11-01T10:01"),
    )
    assert person.consents[0].unproven_since is None
    assert may_market(person, email(), TODAY)


def test_an_old_unsubscription_read_again_does_not_end_a_newer_consent() -> None:
    left = unsubscribe("2026-10-01")
    again = read("2026-11-10", "unsubscribed", opted_in="2026-01-01")
    person = folded(left, GRANT, again)
    assert may_market(person, email(), TODAY)
    assert wanted(left, GRANT, again) == [Step(LIST, "subscribed", "consent")]


def test_whoever_came_back_in_between_and_left_again_has_left() -> None:
    """The form's webhooks were lost: the member itself tells that it had subscribed once more."""
    left = unsubscribe("2026-10-01")
    again = read("2026-11-10", "unsubscribed", opted_in="2026-11-05")
    assert not may_market(folded(left, GRANT, again), email(), TODAY)


def test_mailchimps_refusal_is_asked_for_once_for_each_consent() -> None:
    refusal = (GRANT, asked("2026-11-01T10:01", "subscribed"), refused("2026-11-01T10:01", "compliance"))
    assert not wanted(*refusal)
    assert folded(*refusal).standings[0].memberships[LIST].refused == "compliance"
    newer = session("2026-11-15T10:00", payment="pi_2", box=True)
    assert wanted(*refusal, newer) == [Step(LIST, "subscribed", "consent")]
    back = read("2026-11-16", "subscribed", FORM, "2026-11-16")
    assert folded(*refusal, back).standings[0].memberships[LIST].refused is None


def test_who_was_taken_out_by_others_comes_back_with_a_newer_consent_only() -> None:
    archived = read("2026-11-05", "archived")
    assert not wanted(GRANT, archived)
    assert wanted(archived, session("2026-11-06", payment="pi_2", box=True)) == [
        Step(LIST, "subscribed", "consent")
    ]


def test_an_opt_in_that_mailchimp_dates_by_our_own_call_is_no_consent_of_theirs() -> None:
    """The form of long ago stays the member's source: a worker a moment late would undo a withdrawal for good."""
    told = (
        GRANT,
        session("2026-11-15T10:00", payment="pi_2", box=False),
        asked("2026-11-15T10:00:03", "subscribed"),
        read("2026-11-15T10:00:04", "subscribed", FORM, "2026-11-15T10:00:04"),
        seen("2026-11-15T10:00:05", "subscribed"),
    )
    person = folded(*told)
    assert person.consents[0].state is State.WITHDRAWN
    assert [step.why for step in wanted(*told)] == ["refusal"]
    theirs = read("2026-11-15T11:00", "subscribed", FORM, "2026-11-15T11:00")
    assert may_market(folded(*told, theirs), email(), TODAY)


def test_who_confirms_what_we_asked_them_has_opted_in_by_their_own_hand() -> None:
    asking = asked("2026-11-15T10:00", "pending")
    person = folded(asking, read("2026-11-15T10:01", "subscribed", FORM, "2026-11-15T10:01"))
    assert may_market(person, email(), TODAY)


def test_a_call_that_mailchimp_refuses_does_not_undo_what_another_has_brought_about() -> None:
    told = (
        GRANT,
        asked("2026-11-01T10:01:00", "subscribed"),
        asked("2026-11-01T10:01:01", "subscribed"),
        seen("2026-11-01T10:01:02", "subscribed"),
        refused("2026-11-01T10:01:03", "compliance"),
    )
    assert folded(*told).standings[0].memberships[LIST].status == "subscribed"


def absent(when: str) -> Fact:
    return member_facts.absent(LIST, CAMILLE, pseudonyms=PSEUDONYMS, now=at(when))


def test_who_came_in_while_we_found_nobody_there_is_there() -> None:
    """Mailchimp counts whole seconds by a clock of its own, and nobody would look again."""
    imported = read("2026-11-01T10:00:47", "subscribed", "Import")
    just_then = folded(imported, absent("2026-11-01T10:00:47.300"))
    assert just_then.standings[0].memberships[LIST].status == "subscribed"
    later = folded(imported, absent("2026-11-01T10:00:55"))
    assert later.standings[0].memberships[LIST].status == "absent"
    ours = folded(imported, asked("2026-11-01T10:00:48", "unsubscribed"), absent("2026-11-01T10:00:49"))
    assert ours.standings[0].memberships[LIST].status == "absent"


def test_who_was_there_when_we_looked_and_is_not_a_moment_later_has_gone() -> None:
    """Both are dated by our own clock: an erasure deleted them in between (E105)."""
    told = (seen("2026-11-01T10:00:35", "pending"), absent("2026-11-01T10:00:39"))
    assert folded(*told).standings[0].memberships[LIST].status == "absent"


def test_who_is_found_otherwise_than_believed_has_been_so_since_mailchimp_says() -> None:
    """A consent given since then brings them back."""
    left = read("2026-11-01T10:00", "unsubscribed")
    believed = (asked("2026-11-01T10:00:01", "subscribed"), seen("2026-11-01T10:00:02", "subscribed"))
    found = (session("2026-11-10T10:00", box=True), seen("2026-11-12T10:00", "unsubscribed"))
    assert wanted(left, *believed, *found) == [Step(LIST, "subscribed", "consent")]


def test_of_two_states_of_one_second_the_one_read_later_is_the_present_one() -> None:
    for first, second in permutations(("subscribed", "archived")):
        told = [read("2026-11-01T10:00", first), read("2026-11-01T10:00", second)]
        later = replace(told[1], recorded_at=at("2026-11-01T12:00"))
        assert folded(told[0], later).standings[0].memberships[LIST].status == second


def test_what_was_seen_is_no_newer_than_when_mailchimps_clock_says_it_came_about() -> None:
    """A clock two seconds ahead of ours, and an unsubscription that no webhook told: it is theirs all the same."""
    told = (
        GRANT,
        read("2026-11-02T10:00", "subscribed"),
        seen("2026-11-15T10:00:00.600", "unsubscribed"),
        read("2026-11-15T10:00:02", "unsubscribed"),
    )
    assert folded(*told).consents[0].state is State.WITHDRAWN


def test_who_was_taken_out_for_want_of_proof_and_is_found_unsubscribed_has_left_by_themselves() -> None:
    """Our call was written down and never made, or a colleague brought them back: archiving unsubscribes nobody."""
    imported = read("2026-10-01", "subscribed", "Import")
    asking = asked("2026-10-02T10:00", "archived")
    for told in ((imported, asking), (imported, asking, seen("2026-10-02T10:00:01", "archived"))):
        person = folded(*told, read("2026-10-09T10:00", "unsubscribed"))
        assert person.consents[0].state is State.WITHDRAWN
    # a worker who knew of a refusal came in between
    both = (imported, asking, asked("2026-10-02T09:59:58", "unsubscribed"))
    assert folded(*both, read("2026-10-02T10:00:02", "unsubscribed")).consents[0].state is not State.WITHDRAWN


def test_a_call_that_was_never_made_takes_nobodys_unsubscription_for_its_echo() -> None:
    """The worker died with its word written down; when it was tried again they had consented anew."""
    told = (
        GRANT,
        asked("2026-11-01T10:01", "subscribed"),
        seen("2026-11-01T10:01:01", "subscribed"),
        session("2026-11-05T10:00", payment="pi_2", box=False),
        asked("2026-11-05T10:01", "unsubscribed"),
        session("2026-11-05T10:02", payment="pi_3", box=True),
    )
    assert may_market(folded(*told), email(), TODAY)
    left = read("2026-11-20T10:00", "unsubscribed", opted_in="2026-11-01T10:01")
    assert folded(*told, left).consents[0].state is State.WITHDRAWN


def test_who_signed_up_again_and_has_to_confirm_it_is_left_to_choose() -> None:
    left = unsubscribe("2026-10-01")
    assert not wanted(left, read("2026-10-05", "pending", FORM))
    assert not wanted(read("2026-09-05", "pending", FORM), left)
    unticked = (GRANT, session("2026-11-15", payment="pi_2", box=False))
    assert [step.why for step in wanted(*unticked, read("2026-11-10", "pending", FORM))] == ["refusal"]
    ours = (asked("2026-11-16T10:00", "pending"), seen("2026-11-16T10:00:01", "pending"))
    assert [step.why for step in wanted(*unticked, *ours)] == ["refusal"]


def test_who_bounced_and_asks_again_is_brought_back_though_we_saw_the_bounce_since() -> None:
    """E124: a newer opt-in shows that the address lives."""
    told = (read("2026-10-05", "cleaned"), GRANT, seen("2026-11-02", "cleaned"))
    assert may_market(folded(*told), email(), TODAY)
    assert wanted(*told) == [Step(LIST, "subscribed", "consent")]


def test_an_address_written_otherwise_is_no_other_mailbox() -> None:
    renamed = fact(
        "upemail",
        "2026-11-05",
        email(),
        source="mailchimp",
        subscription={"audience": LIST, "email": CAMILLE, "event": "upemail"},
    )
    (held,) = folded(read("2026-11-01", "subscribed", FORM, "2026-11-01"), renamed).standings
    assert held.memberships[LIST].status == "subscribed"


def historic(told: Fact) -> Fact:
    return replace(told, source="stripe_history")


def test_what_the_imported_past_says_of_others_waits_as_well() -> None:
    """A live consent is not ended before the approval by what an import found under a connected address."""
    other = "camille@example.org"
    refusal = [
        historic(session("2026-10-01", other, payment="pi_7", box=True, customer="cus_1")),
        historic(session("2026-11-10", other, payment="pi_8", box=False, customer="cus_1")),
    ]
    live = session("2026-11-01T10:00", box=True, customer="cus_1")

    def waits(*facts: Fact) -> list[tuple[bool, bool]]:
        folding = Folding(POLICY)
        for one in facts:
            folding.add(one)
        people = folding.people()[1].values()
        return [(s.refused, s.historic) for p in people for s in p.standings if s.mailbox == email()]

    assert waits(live, *refusal) == [(True, True)]
    assert waits(live, *refusal, *merged("2026-11-05", CAMILLE, other)) == [(True, True)]
    told = replace(refusal[1], source="stripe")
    assert waits(live, refusal[0], told) == [(True, False)]
    assert waits(live, refusal[0], told, *merged("2026-11-05", CAMILLE, other)) == [(True, False)]


def test_a_form_that_an_event_told_of_waits_for_nobody_though_the_past_dates_it() -> None:
    """The form's own event was lost; that of its delayed payment came."""
    unticked = session("2026-11-10T10:00", payment="pi_2", box=False)
    repeated = replace(unticked, type="checkout.session.async_payment_succeeded", event_id="evt_late")
    repeated = replace(repeated, occurred_at=at("2026-11-13T10:00"))
    for told in permutations((GRANT, repeated, historic(unticked))):
        (standing,) = folded(*told).standings
        assert (standing.refused_at, standing.historic) == (at("2026-11-10T10:00"), False)


def test_a_call_whose_end_nobody_saw_changes_nothing_of_what_is_known() -> None:
    asking = asked("2026-11-01T10:01", "subscribed")
    assert folded(GRANT, asking).standings == folded(GRANT).standings


def test_our_own_doings_make_no_data_younger() -> None:
    expired = fact("checkout.session.expired", "2026-01-01", email(), profile={"email": CAMILLE})
    alone = folded(expired)
    synced = folded(expired, asked("2026-06-01", "archived"))
    assert synced.clock == alone.clock
    assert synced.last_fact == alone.last_fact


def test_what_only_the_imported_past_says_is_marked_until_something_newer_is_told() -> None:
    past = session("2026-01-01", box=True)
    past = replace(past, source="stripe_history")
    assert folded(past).standings[0].historic
    assert not folded(past, GRANT).standings[0].historic
    assert not folded(past, unsubscribe("2026-10-01")).standings[0].historic


def test_every_order_of_the_same_words_comes_to_the_same_standing() -> None:
    told = (
        read("2026-10-01", "subscribed", FORM, "2026-10-01"),
        unsubscribe("2026-10-03"),
        asked("2026-10-05T10:00", "subscribed"),
        refused("2026-10-05T10:00", "compliance"),
        read("2026-10-07", "unsubscribed", opted_in="2026-10-01"),
    )
    first = folded(*told).standings
    assert all(folded(*again).standings == first for again in permutations(told))
