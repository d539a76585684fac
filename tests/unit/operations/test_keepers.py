"""What keeps a person's data although their time is over, and what does not (A23, E144-E146)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from privacy.domain.facts import Fact
from privacy.domain.person import Folding, Person
from privacy.domain.purge import Keeper
from privacy.domain.request_steps import AUTO, By, Kind, Said, Step
from privacy.domain.rights import Right
from privacy.operations.requests.append_steps import append_steps, begin_request
from privacy.operations.retention import keepers
from privacy.operations.retention.keepers import keepers_of
from privacy.ports.retention import LegalHold
from tests.fakes import MemoryHolds, MemoryRequests
from tests.requesting import CASE, DPO, POLICY, STAFF
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, at, customer, dispute, email, session

RECEIVED = "2026-11-21T10:00"
WEIGHED = Keeper("case", None, at(RECEIVED))


class Night:
    """Whom the purge looks at, with the cases and holds there are."""

    def __init__(self) -> None:
        self.log, self.holds = MemoryRequests(), MemoryHolds()

    def case(self, *rights: Right, sender: str = CAMILLE, id_: str = CASE, **received: Said) -> None:
        said: dict[str, Said] = {"mail": id_, "received_at": at(RECEIVED).isoformat(), "address": sender}
        steps = [Step(Kind.RECEIVED, at(RECEIVED), AUTO, id_, said | received)]
        steps.append(Step(Kind.UNDERSTOOD, at(RECEIVED), AUTO, id_, {"mail": id_, "outcome": "unsure"}))
        if rights:
            steps.append(Step(Kind.OPENED, at(RECEIVED), AUTO, id_, {"mail": id_, "rights": rights}))
        begin_request(
            steps,
            log=self.log,
            periods=POLICY.periods,
            new_id=lambda: id_,
            senders=PSEUDONYMS.emails(sender),
        )

    def does(self, kind: Kind, when: str, by: By = AUTO, id_: str = CASE, **said: Said) -> None:
        step = Step(kind, at(when), by, said=said)
        append_steps(id_, lambda _: [step], log=self.log, periods=POLICY.periods)

    def keepers(self, person: Person | None = None, ids: Iterable[str] = ("person-1",)) -> tuple[Keeper, ...]:
        return keepers_of(person or _folded(session("2023-11-22")), [*ids], holds=self.holds, log=self.log)


def _folded(*facts: Fact, who: str = CAMILLE) -> Person:
    folding = Folding(POLICY)
    for fact in facts:
        folding.add(fact)
    linked, people = folding.people()
    return people[str(linked.owner(email(who)))]


@pytest.fixture
def night() -> Night:
    return Night()


def test_nothing_keeps_somebody_who_asked_for_nothing(night: Night) -> None:
    assert night.keepers() == ()


def test_e157_a_dispute_keeps_its_own_order_and_nothing_else(night: Night) -> None:
    person = _folded(
        session("2016-11-22", payment="pi_1"),
        session("2016-10-22", payment="pi_2"),
        dispute("2026-11-01", "needs_response", payment="pi_1"),
    )
    (kept,) = night.keepers(person)
    assert (kept.kind, kept.since) == ("dispute", at("2026-11-01"))
    assert kept.about == next(order.order for order in person.orders if order.holds)
    assert kept.about in {order.order for order in person.orders}


def test_e144_an_open_access_request_keeps_everything_until_it_is_closed(night: Night) -> None:
    night.case(Right.ACCESS)
    assert night.keepers() == (WEIGHED,)
    night.does(Kind.IDENTITY_VERIFIED, "2026-11-22", STAFF, level="L1", reason="…")
    night.does(Kind.DRAFTED, "2026-11-23")
    night.does(Kind.APPROVED, "2026-11-23", STAFF)
    night.does(Kind.ANSWERED, "2026-11-24")
    assert night.keepers() == (WEIGHED,), "whom we told has a week to follow (T22)"
    night.does(Kind.CLOSED, "2026-12-01")
    assert night.keepers() == ()


def test_e145_an_open_erasure_request_keeps_nothing(night: Night) -> None:
    night.case(Right.ERASURE, Right.OBJECTION_MARKETING)
    assert night.keepers() == ()


def test_e146_a_request_whose_identity_is_pending_keeps_until_it_is_closed_without(night: Night) -> None:
    night.case(Right.ACCESS)
    night.does(Kind.IDENTITY_ASKED, "2026-11-22", STAFF, level="L2", doubt=True)
    assert night.keepers() == (WEIGHED,)
    for day in ("2026-11-29", "2026-12-13"):
        night.does(Kind.IDENTITY_REMINDED, day)
    night.does(Kind.CLOSED_UNIDENTIFIED, "2026-12-22", STAFF)
    assert night.keepers() == ()


@pytest.mark.parametrize("right", [right for right in Right if right not in keepers.HOLDING])
def test_what_needs_no_data_to_be_answered_keeps_none(night: Night, right: Right) -> None:
    night.case(right)
    assert night.keepers() == ()


@pytest.mark.parametrize("right", sorted(keepers.HOLDING))
def test_what_could_not_be_answered_any_more_keeps_everything(night: Night, right: Right) -> None:
    night.case(right)
    assert night.keepers() == (WEIGHED,)


def test_a_message_that_nobody_decided_about_may_be_a_request(night: Night) -> None:
    night.case()
    assert night.keepers() == (Keeper("undecided_mail", None, at(RECEIVED)),)
    night.does(Kind.NOT_A_REQUEST, "2026-11-23", STAFF, reason="…")
    assert night.keepers() == ()


def test_of_several_cases_the_one_that_holds_counts_however_many_came_after_it(night: Night) -> None:
    night.case(Right.ACCESS)
    for number in range(2, 40):
        night.case(Right.ERASURE, id_=f"IM-2026-{number:06}")
    assert night.keepers() == (WEIGHED,)


def test_whoever_has_more_cases_than_are_looked_through_is_kept(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keepers, "MOST_CASES", 2)
    night.case(Right.ERASURE)
    assert night.keepers() == ()
    night.case(Right.ERASURE, id_="IM-2026-000002")
    assert [kept.kind for kept in night.keepers()] == ["undecided_mail"]


def test_e59_a_request_that_was_merged_is_kept_for_by_the_case_that_answers_it(night: Night) -> None:
    night.case(Right.ACCESS)
    night.case(Right.ACCESS, sender="camille@work.example.org", id_="IM-2026-000002")
    night.does(Kind.MERGED, "2026-11-22", STAFF, into="IM-2026-000002")
    assert night.keepers() == (WEIGHED,)
    night.does(Kind.REFUSED, "2026-11-23", DPO, "IM-2026-000002", reasons="…")
    assert night.keepers() == ()


def test_what_somebody_else_asked_keeps_nobody(night: Night) -> None:
    night.case(Right.ACCESS, sender=BENOIT)
    assert night.keepers() == ()


def test_whoever_facts_connect_with_them_is_heard_until_somebody_decided(night: Night) -> None:
    """As for a refusal: nobody knows yet whether they are one person."""
    told = (
        session("2023-11-22"),
        session("2023-11-22", BENOIT, payment="pi_2"),
        customer("2024-01-01", CAMILLE, customer="cus_1", previous=BENOIT),
    )
    person = _folded(*told)
    assert person.links.proposed
    night.case(Right.ACCESS, sender=BENOIT)
    assert night.keepers(person) == (WEIGHED,)


def test_a_hold_on_any_of_their_ids_keeps_everything(night: Night) -> None:
    hold = LegalHold("person-0", "restriction", "E111", "anne", at("2026-11-01"), date(2026, 12, 1))
    night.holds.place(hold)
    assert night.keepers() == ()
    assert night.keepers(ids=["person-1", "person-0"]) == (Keeper("restriction", None, at("2026-11-01")),)


def test_e63_a_hold_that_an_operator_placed_in_a_case_outlives_its_answer(night: Night) -> None:
    night.case(Right.ACCESS)
    night.does(Kind.HOLD_PROPOSED, "2026-11-22", hold="authority", reason="…")
    night.does(Kind.REFUSED, "2026-11-23", DPO, reasons="…")
    assert night.keepers() == (), "a proposal is no decision"
    night.does(Kind.HOLD_PLACED, "2026-11-24", DPO, hold="authority", reason="…")
    assert night.keepers() == (Keeper("legal", None, at("2026-11-24")),)
    night.does(Kind.HOLD_LIFTED, "2026-11-25", DPO, hold="authority", reason="…")
    assert night.keepers() == ()


def test_stores_that_do_not_answer_let_nobody_be_purged(night: Night) -> None:
    def unavailable(*_: object) -> list[str]:
        raise ConnectionError

    night.log.of_sender = unavailable  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        night.keepers()
