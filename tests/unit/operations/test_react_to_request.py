"""What a case owes is done at once or queued, once, whatever dies in between; and the fold follows."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from privacy.domain.consent import State
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.person import Folding, Person, may_market, may_personalise
from privacy.domain.request import State as Stands
from privacy.domain.request_effects import Progress, effects, owed
from privacy.domain.request_steps import Kind
from privacy.domain.rights import Right
from privacy.domain.schedule import schedule
from privacy.domain.understanding import Role
from privacy.inbound.batch import BatchRecord
from privacy.inbound.reacting import message, react
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.operations.people.record_fact import record_fact
from privacy.operations.requests.append_steps import NoSuchRequest
from privacy.operations.requests.react_to_request import Reaction, react_to_request
from privacy.operations.retention.keepers import keepers_of
from privacy.ports import ProviderUnavailable
from tests.fakes import MemoryHolds, MemoryPeople, MemoryRegistry
from tests.requesting import CASE, DPO, POLICY, STAFF, Desk, asks, mail, shopping, step
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, at, email, member, session

WITHDRAWAL, OBJECTION_MARKETING = Right.CONSENT_WITHDRAWAL, Right.OBJECTION_MARKETING
TODAY = date(2026, 11, 23)


class Outbox:
    """send_mail's queue."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, str]] = []
        self.down = False

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        if self.down:
            raise ProviderUnavailable("sqs: nobody answers")
        self.sent += bodies


class Office(Desk):
    """The desk, what reacts to it, and the fold of the ledger."""

    def __init__(self) -> None:
        super().__init__()
        self.outbox, self.drafts, self.carry_outs = Outbox(), Outbox(), Outbox()
        self.pseudonyms: Pseudonyms = PSEUDONYMS

    @property
    def reaction(self) -> Reaction:
        return Reaction(
            log=self.log,
            mails=self.mails,
            people=self.people,
            letters=self.outbox,
            drafts=self.drafts,
            carry_outs=self.carry_outs,
            pseudonyms=self.pseudonyms,
            periods=POLICY.periods,
            record=lambda fact: record_fact(fact, ledger=self.ledger, policy=POLICY),
            cut=lambda raw, indexes: raw + f" without {sorted(indexes)}".encode(),
            now=lambda: self.now,
        )

    def reacts(self, id_: str = CASE) -> list[str]:
        """The letters queued by it."""
        before = len(self.outbox.sent)
        react_to_request(id_, self.reaction)
        known = effects(self.case(id_))
        return [known[body["effect"]].letter for body in self.outbox.sent[before:]]

    def person(self, who: str = CAMILLE) -> Person:
        folding = Folding(POLICY)
        for facts in self.ledger.partitions.values():
            for told in facts.values():
                folding.add(told)
        return folding.people()[1][email(who)]


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.mark.parametrize(
    ("right", "state", "letter"),
    [
        (WITHDRAWAL, State.WITHDRAWN, "WITHDRAWAL_DONE"),
        (OBJECTION_MARKETING, State.OBJECTED, "OBJECTION_DONE"),
    ],
)
def test_e39_e40_e44_who_refuses_offers_is_out_at_once_and_told_so(
    office: Office, right: Right, state: State, letter: str
) -> None:
    office.ledger.append(session("2026-01-01", box=True))
    office.ledger.append(member("2026-01-02"))
    assert may_market(office.person(), email(), TODAY)
    office.brings(mail(), asks(right))
    assert office.reacts() == [letter]
    assert office.case().state is Stands.ANSWERED
    assert not may_market(office.person(), email(), TODAY)
    consent = office.person().consents[0]
    # from when they said so, not from when we did it
    assert (consent.state, consent.since) == (state, at("2026-11-22T10:00"))


def test_e77_an_objection_from_an_address_that_nobody_knows_goes_on_the_suppression_list(
    office: Office,
) -> None:
    office.brings(mail(sender=BENOIT), asks(OBJECTION_MARKETING))
    assert office.reacts() == ["OBJECTION_DONE"]
    registry, ids = MemoryRegistry(), (f"person-{n}" for n in itertools.count())
    stores = Stores(office.ledger, MemoryPeople(office.ledger), registry)
    fold_people({email(BENOIT)}, stores=stores, policy=POLICY, now=office.now, new_id=lambda: next(ids))
    entry = registry.entries[email(BENOIT)]
    assert (entry.state, entry.at) == (State.OBJECTED, at("2026-11-22T10:00"))


def test_e36_both_at_once_and_one_letter_says_it_while_the_rest_is_acknowledged(office: Office) -> None:
    office.brings(mail(), asks(Right.ACCESS, OBJECTION_MARKETING, WITHDRAWAL))
    assert office.reacts() == ["ACK", "OBJECTION_DONE", "IDENTITY_L1"]
    done = [Stands.IDENTITY_PENDING, Stands.ANSWERED, Stands.ANSWERED]
    assert [item.state for item in office.case().items] == done


def test_who_objects_to_offers_has_none_made_to_fit_them_either(office: Office) -> None:
    """Art. 21(2) GDPR: it takes in profiling for them."""
    office.ledger.append(session("2026-01-01", box=True))
    office.brings(mail(), asks(OBJECTION_MARKETING))
    office.reacts()
    assert not may_personalise(office.person())


def test_e65_who_is_against_personalisation_is_heard_at_once_and_has_not_unsubscribed(office: Office) -> None:
    office.ledger.append(session("2026-01-01", box=True))
    assert may_personalise(office.person())
    office.brings(mail(), asks(Right.OBJECTION))
    assert office.reacts() == ["ACK", "DPO_NOTICE"]
    person = office.person()
    assert not may_personalise(person)
    assert person.objected_at == at("2026-11-22T10:00")
    assert may_market(person, email(), TODAY)
    # a person still decides about it (A11), and nobody has to prove anything
    assert office.case().state is Stands.IN_PROGRESS


def test_e83_offers_to_the_dead_stop_as_soon_as_a_person_asks_for_the_heirs_proof(office: Office) -> None:
    office.ledger.append(session("2026-01-01", who=BENOIT, box=True))
    office.brings(mail(), asks(Right.HEIR_REQUEST, role=Role.HEIR))
    assert "HEIR_PROOF_REQUEST" not in office.reacts()
    asked = step(Kind.HEIR_PROOF_ASKED, by=DPO, address=BENOIT)
    office.does(asked)
    assert "HEIR_PROOF_REQUEST" in office.reacts()
    assert not may_market(office.person(BENOIT), email(BENOIT), TODAY)
    assert not office.ledger.partitions[email()], "the heir said nothing for themselves"
    assert office.case().state is Stands.HEIR_PROOF_PENDING


def test_e156_of_somebody_dead_for_whom_nobody_asks_anything_only_the_offers_end(office: Office) -> None:
    office.ledger.append(session("2026-01-01", who=BENOIT, box=True))
    office.ledger.append(member("2024-05-01", BENOIT))
    before = office.person(BENOIT)
    office.brings(mail(), asks(Right.HEIR_REQUEST, role=Role.HEIR))
    office.does(step(Kind.HEIR_PROOF_ASKED, by=DPO, address=BENOIT))
    office.reacts()
    after = office.person(BENOIT)
    assert may_market(before, email(BENOIT), TODAY)
    assert not may_market(after, email(BENOIT), TODAY)
    assert after.clock == before.clock
    assert after.last_contact == before.last_contact
    kept = {(due.piece.key, due.piece.group): due for due in schedule(after, POLICY)}
    for due in schedule(before, POLICY):
        if due.piece.group not in {"consent", "link"}:  # a proof is kept from the consent's end (R8)
            assert kept[due.piece.key, due.piece.group].due_on == due.due_on
    assert keepers_of(after, ["person-1"], holds=MemoryHolds(), log=office.log) == ()


def test_a17_a_subscriber_who_never_ordered_and_withdraws_is_due_at_once(office: Office) -> None:
    office.ledger.append(member("2026-01-01"))
    assert office.person().clock.due_on == date(2029, 1, 1)
    office.brings(mail(), asks(WITHDRAWAL))
    office.reacts()
    assert office.person().clock.due_on == date(2026, 11, 22)


def test_a_newer_consent_counts_and_stop_said_again_after_it_counts_again(office: Office) -> None:
    office.ledger.append(session("2026-01-01", box=True))
    office.brings(mail(), asks(WITHDRAWAL))
    office.reacts()
    office.ledger.append(session("2026-11-23T08:00", payment="pi_2", box=True))
    assert may_market(office.person(), email(), TODAY)
    office.brings(mail("mail2", "2026-11-23T09:00"), asks(WITHDRAWAL))
    assert office.reacts() == ["WITHDRAWAL_DONE"], "the first letter, which nobody has sent yet"
    assert not may_market(office.person(), email(), TODAY)


def test_a2_mail_from_a_customer_keeps_the_three_years_running_and_nothing_else(office: Office) -> None:
    office.ledger.append(session("2024-01-01", box=True))
    before = office.person()
    office.known = {CAMILLE}
    office.brings(mail(), shopping())
    for told in office.told:
        record_fact(told, ledger=office.ledger, policy=POLICY)
    after = office.person()
    assert (before.may_market_until, after.may_market_until) == (date(2027, 1, 1), date(2029, 11, 22))
    assert (before.clock, before.last_order) == (after.clock, after.last_order)


def test_p33_mail_from_a_subscriber_who_never_ordered_prolongs_nothing(office: Office) -> None:
    office.ledger.append(member("2024-01-01"))
    before = office.person()
    office.known = {CAMILLE}
    office.brings(mail(), shopping())
    for told in office.told:
        record_fact(told, ledger=office.ledger, policy=POLICY)
    after = office.person()
    assert after.last_contact == at("2026-11-22T10:00")
    assert (before.clock, before.may_market_until) == (after.clock, after.may_market_until)


def test_r19_mail_from_somebody_who_never_finished_a_checkout_keeps_nothing_longer(office: Office) -> None:
    told = session("2026-11-01")
    office.ledger.append(replace(told, groups={"checkout": {"session": "cs_1", "status": "expired"}}))
    before = office.person()
    office.known = {CAMILLE}
    office.brings(mail(), shopping())
    for fact in office.told:
        record_fact(fact, ledger=office.ledger, policy=POLICY)
    assert before.clock == office.person().clock
    assert before.clock.due_on == date(2026, 12, 1)


def test_e75_the_document_is_cut_from_the_stored_mail_and_its_receipt_stays(office: Office) -> None:
    office.brings(mail(identity_documents=(0, 2)), asks(Right.ACCESS))
    office.reacts()
    assert office.mails.held["mail1"] == (b"raw without [0, 2]", at("2026-11-22T10:00"))
    (cut,) = (step for step in office.case().steps if step.kind is Kind.DOCUMENTS_CUT)
    assert cut.said["count"] == 2
    office.reacts()
    assert office.mails.held["mail1"][0] == b"raw without [0, 2]"


def test_e75_a_mail_that_is_gone_needs_no_cut(office: Office) -> None:
    office.brings(mail(identity_documents=(0,)), asks(Right.ACCESS))
    office.mails.delete("mail1")
    office.reacts()
    assert Kind.DOCUMENTS_CUT in {step.kind for step in office.case().steps}


def test_what_is_done_is_done_once_however_often_it_is_looked_at(office: Office) -> None:
    office.brings(mail(), asks(WITHDRAWAL, Right.ACCESS))
    office.reacts()
    steps = office.case().steps
    assert office.reacts() == ["ACK", "WITHDRAWAL_DONE", "IDENTITY_L1"], "nobody has sent them yet"
    assert office.case().steps == steps
    assert len([f for facts in office.ledger.partitions.values() for f in facts]) == 1


def test_a_worker_that_dies_after_the_fact_and_before_the_step_is_finished_by_the_next(
    office: Office,
) -> None:
    class Died(Exception):
        pass

    def die() -> None:
        raise Died

    office.brings(mail(), asks(WITHDRAWAL))
    office.log.before_append = die
    with pytest.raises(Died):
        office.reacts()
    assert not may_market(office.person(), email(), TODAY)
    assert not office.outbox.sent
    office.log.before_append = lambda: None
    assert office.reacts() == ["WITHDRAWAL_DONE"]
    assert len(office.ledger.partitions[email()]) == 1


def test_two_workers_at_once_record_one_step(office: Office) -> None:
    office.brings(mail(), asks(WITHDRAWAL))

    def other() -> None:
        office.log.before_append = lambda: None
        react_to_request(CASE, office.reaction)

    office.log.before_append = other
    office.reacts()
    assert sum(s.kind is Kind.HONOURED for s in office.case().steps) == 1


def test_what_a_person_put_away_meanwhile_is_neither_followed_nor_acknowledged(office: Office) -> None:
    office.brings(mail(), asks(WITHDRAWAL))
    office.does(step(Kind.NOT_A_REQUEST, by=STAFF, mail="mail1", reason="about the order"))
    assert office.reacts() == ["FORWARD"]
    assert not office.ledger.partitions


def test_a_queue_that_does_not_answer_leaves_the_letters_owed(office: Office) -> None:
    office.brings(mail(), asks(Right.ACCESS))
    office.outbox.down = True
    with pytest.raises(ProviderUnavailable):
        office.reacts()
    assert [e.progress for e in owed(office.case())] == [Progress.OWED] * 2
    assert office.log.owed(at("2026-11-23"), 9) == [CASE]


def test_the_stream_brings_one_record_a_transaction_and_everything_else_is_passed_over(
    office: Office,
) -> None:
    office.brings(mail(), asks(Right.ACCESS))
    for key in ((f"request#{CASE}", "step#000001"), ("cause#mail1", "cause"), ("sender#email#1#x", "cases")):
        react(BatchRecord("1", key=key), office.reaction)
    react(BatchRecord("1", key=(f"request#{CASE}", "summary"), removed=True), office.reaction)
    assert not office.outbox.sent
    react(BatchRecord("1", key=(f"request#{CASE}", "summary")), office.reaction)
    react(BatchRecord("2", body=message(CASE)), office.reaction)
    letters = [{"request": CASE, "effect": effect} for effect in ("ack-3", "identity_l1-4")]
    assert office.outbox.sent == letters * 2


def test_a_case_that_was_purged_in_between_owes_nothing(office: Office) -> None:
    with pytest.raises(NoSuchRequest):
        react_to_request(CASE, office.reaction)
    react(BatchRecord("1", key=(f"request#{CASE}", "summary")), office.reaction)
    assert not office.outbox.sent


def test_no_address_stands_in_a_key_or_a_queue(office: Office) -> None:
    office.brings(mail(), asks(WITHDRAWAL, Right.ACCESS))
    office.reacts()
    keys = [
        (fact.filed_under, fact.key) for facts in office.ledger.partitions.values() for fact in facts.values()
    ]
    written = repr([keys, office.outbox.sent, *office.log.causes, *office.log.senders])
    assert "camille" not in written
