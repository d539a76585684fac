"""Cases, when their time is over (R10, R11, R20, R22): at once to their minimum, and whole whoever dies in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cli.commands.ink import Ink
from cli.commands.requests_page import request_page
from privacy.domain.request import Request, State
from privacy.domain.request_fold import fold
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import AUTO, By, Kind, Said, Step
from privacy.domain.rights import Right
from privacy.domain.understanding import Understanding
from privacy.operations.letters.settle_letter import LetterEvent, LetterSettling
from privacy.operations.people.fold_people import Stores
from privacy.operations.requests.append_steps import append_steps, begin_request
from privacy.operations.requests.describe_request import description_of, whose
from privacy.operations.requests.list_requests import list_requests
from privacy.operations.requests.receive_mail import Became
from privacy.operations.requests.request_summary import HELD
from privacy.operations.requests.watch_deadlines import Watch
from privacy.operations.retention.purge_case import CasePurge, purge_case, purge_cause
from privacy.ports.retention import LegalHold
from tests.answering import MemoryPackages
from tests.fakes import (
    MemoryCases,
    MemoryHolds,
    MemoryLedger,
    MemoryMail,
    MemoryPeople,
    MemoryRegistry,
    MemoryRequests,
)
from tests.requesting import CASE, DPO, POLICY, STAFF, THANKS, Desk, asks, mail
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, at, email

RECEIVED = "2026-10-05T10:00"


class Office:
    """Camille's cases, mails and identifiers in memory, and the purge of some night."""

    def __init__(self) -> None:
        self.log = MemoryRequests()
        self.cases = MemoryCases(self.log)
        self.mails = MemoryMail()
        self.packages = MemoryPackages()
        self.holds = MemoryHolds()
        self.people = MemoryPeople(MemoryLedger())
        self.told: list[dict[str, int]] = []

    def case(self, *rights: str, id_: str = CASE, mail: str = "mail1", **said: Said) -> None:
        """A case that a mail made; one that asks for nothing where no right is named."""
        self.mails.replace(mail, b"From: camille\r\n\r\nBonjour, je m'appelle Camille Durand", at(RECEIVED))
        received: dict[str, Said] = {
            "mail": mail,
            "received_at": at(RECEIVED).isoformat(),
            "channel": "mail",
            "address": CAMILLE,
            "name": "Camille Durand",
            "subject": "Mes données, Camille Durand",
            "message_id": f"<{mail}@example.fr>",
        } | said
        understood: dict[str, Said] = {
            "mail": mail,
            "language": "fr",
            "given_name": "Camille",
            "family_name": "Durand",
            "evidence": ("access: je suis Camille Durand",),
        }
        steps = [self._step(Kind.RECEIVED, received), self._step(Kind.UNDERSTOOD, understood)]
        if rights:
            steps.append(self._step(Kind.OPENED, {"mail": mail, "rights": rights}))
        begin_request(
            steps,
            log=self.log,
            periods=POLICY.periods,
            new_id=lambda: id_,
            causes={mail, f"message-{mail}"},
            senders=PSEUDONYMS.emails(CAMILLE),
        )

    def does(
        self, kind: Kind, when: str, by: By = AUTO, *, id_: str = CASE, causes: Any = (), **said: Said
    ) -> None:
        step = Step(kind, at(when), by, said=said)
        append_steps(id_, lambda _: [step], log=self.log, periods=POLICY.periods, causes=causes)

    def answered(self, closed: str = "2026-11-02T09:00", *rights: str) -> None:
        """An access case that was verified, approved, answered and closed."""
        self.case(*(rights or ("access",)))
        self.does(Kind.IDENTITY_ASKED, "2026-10-06", STAFF, level="L2", doubt=True)
        self.does(
            Kind.IDENTITY_VERIFIED, "2026-10-08", STAFF, level="L2", method="order_facts", reason="two orders"
        )
        self.does(Kind.EXTENDED, "2026-10-09", DPO, reasons="Camille Durand a vingt comptes")
        self.does(Kind.DRAFTED, "2026-10-20")
        self.does(Kind.APPROVED, "2026-10-21", STAFF)
        self.does(Kind.ANSWERED, "2026-10-22")
        self.does(Kind.CLOSED, closed, causes={"command-c1"})

    def purges(self, day: str, *, id_: str = CASE) -> dict[str, int]:
        return dict(purge_case(f"request#{id_}", self._night(day), self._tell))

    def folded(self, id_: str = CASE) -> Request:
        return fold(id_, self.log.steps(id_))

    @property
    def due_on(self) -> object:
        return self.log.summaries[CASE].get("due_on")

    @property
    def everything(self) -> str:
        """Whatever is kept, as text: to look for names in it."""
        steps = {case: self.log.steps(case) for case in self.log.cases}
        return repr((steps, self.log.summaries, self.log.causes, self.log.aside, self.mails.held))

    def _night(self, day: str) -> CasePurge:
        return CasePurge(
            self.log,
            self.cases,
            self.mails,
            self.packages,
            self.holds,
            self.people,
            POLICY.periods,
            at(f"{day}T02:30"),
        )

    def _tell(self, counts: Any) -> None:
        self.told.append(dict(counts))

    def _step(self, kind: Kind, said: dict[str, Said]) -> Step:
        return Step(kind, at(RECEIVED), AUTO, str(said["mail"]), said)


@pytest.fixture
def office() -> Office:
    return Office()


# --- R10: the minimum


def test_r10_thirty_days_after_its_closing_nothing_of_a_case_names_anybody(office: Office) -> None:
    office.answered()
    office.log.acknowledged[email()] = at("2026-10-05T10:00")
    assert "Durand" in office.everything
    assert office.purges("2026-12-01") == {}
    assert "Durand" in office.everything
    assert office.purges("2026-12-02") == {"R10": 11} == office.told[-1]
    for name in (
        "Camille",
        "Durand",
        CAMILLE,
        "Bonjour",
        "Mes données",
        "comptes",
        "'benoit'",
        "'anne'",
        "mail1",
    ):
        assert name not in office.everything
    assert office.mails.held == {}
    assert office.log.causes == {}
    assert office.log.acknowledged == {}


def test_r11_what_remains_says_what_was_asked_when_how_it_was_answered_and_by_which_role(
    office: Office,
) -> None:
    office.answered()
    office.purges("2026-12-02")
    request = office.folded()
    (item,) = request.items
    assert (item.right, item.state, item.identity, item.extended) == ("access", State.ANSWERED, "L2", True)
    assert (request.state, request.received_at, request.closed_at) == (
        State.CLOSED,
        at("2026-10-05T12:00"),
        at("2026-11-02T12:00"),
    )
    assert request.minimum is not None
    assert request.minimum.texts("decisions") == (
        "2026-10-05 opened auto",
        "2026-10-06 identity_asked staff L2",
        "2026-10-08 identity_verified staff L2 order_facts",
        "2026-10-09 extended dpo",
        "2026-10-21 approved staff",
        "2026-10-22 answered auto",
        "2026-11-02 closed auto",
    )
    assert request.senders == PSEUDONYMS.emails(CAMILLE)
    assert office.log.of_sender([email()], 5) == [CASE]
    assert office.due_on == "2032-11-02"


def test_r13_of_a_mandate_only_a_mark_where_it_is_kept_remains_and_no_words(office: Office) -> None:
    office.case("access")
    office.does(Kind.MANDATE_ASKED, "2026-10-06", STAFF)
    office.does(Kind.MANDATE_ACCEPTED, "2026-10-07", STAFF, reference="M-2026/17")
    office.does(Kind.REFUSED, "2026-10-08", DPO, reasons="Camille Durand")
    office.purges("2026-11-07")
    minimum = office.folded().minimum
    assert minimum is not None
    assert "2026-10-07 mandate_accepted staff M-2026/17" in minimum.texts("decisions")
    other = Office()
    other.case("access")
    other.does(Kind.MANDATE_ASKED, "2026-10-06", STAFF)
    other.does(Kind.MANDATE_ACCEPTED, "2026-10-07", STAFF, reference="Camille Durand 17")
    other.does(Kind.REFUSED, "2026-10-08", DPO, reasons="…")
    other.purges("2026-11-07")
    assert "Durand" not in other.everything


def test_r12_the_packages_of_a_case_go_with_it_and_no_other_cases(office: Office) -> None:
    office.answered()
    ours, other = f"{CASE}/access-4-a1.zip", "IM-2026-000002/access-4-a1.zip"
    office.packages.held = {ours: b"zip", other: b"zip"}
    office.purges("2026-12-01")
    assert set(office.packages.held) == {ours, other}
    office.purges("2026-12-02")
    assert set(office.packages.held) == {other}


def test_a_second_run_of_the_same_night_changes_nothing(office: Office) -> None:
    office.answered()
    office.purges("2026-12-02")
    before = office.everything
    assert office.purges("2026-12-02") == {}
    assert office.everything == before


def test_e150_six_years_after_its_closing_nothing_is_left_at_all(office: Office) -> None:
    """E150: closed on 22 November 2020, gone with the run of 22 November 2026."""
    office.answered(closed="2026-11-22T09:00")
    office.purges("2026-12-22")
    office.log.acknowledged[email()] = at("2026-10-05")
    assert office.purges("2032-11-21") == {}
    assert office.purges("2032-11-22") == {"R11": 1}
    assert (office.log.cases, office.log.summaries, office.log.senders) == ({}, {}, {})
    assert office.log.acknowledged == {}
    assert office.purges("2032-11-22") == {}


def test_a_run_that_comes_years_late_leaves_nothing_behind(office: Office) -> None:
    office.answered()
    assert office.purges("2033-01-01") == {"R10": 11, "R11": 1}
    assert (office.log.cases, office.log.summaries, office.log.senders, office.mails.held) == ({}, {}, {}, {})


def test_a_sender_is_known_for_as_long_as_one_of_their_cases_is(office: Office) -> None:
    office.answered()
    office.purges("2026-12-02")
    office.case("erasure", id_="IM-2030-000002", mail="mail2")
    office.log.acknowledged[email()] = at("2030-01-01")
    office.purges("2032-11-02")
    assert office.log.of_sender([email()], 5) == ["IM-2030-000002"]
    assert office.log.acknowledged


# --- what does not go


def test_what_came_in_since_the_plan_leaves_the_case_as_it_is(office: Office) -> None:
    office.answered()

    def quicker() -> None:
        office.log.before_append = lambda: None
        office.does(Kind.NOTED, "2026-12-02", STAFF, text="Camille Durand a rappelé")

    office.log.before_append = quicker
    assert office.purges("2026-12-02") == {}
    assert office.told == []
    assert office.log.steps(CASE)[-1].kind is Kind.NOTED
    assert office.mails.held


def test_e95_what_was_closed_for_want_of_proof_stays_as_long_as_a_reply_takes_it_up_again(
    office: Office,
) -> None:
    office.case("access")
    office.does(Kind.IDENTITY_ASKED, "2026-10-06", STAFF, level="L2", doubt=True)
    for day in ("2026-10-13", "2026-10-27"):
        office.does(Kind.IDENTITY_REMINDED, day)
    office.does(Kind.CLOSED_UNIDENTIFIED, "2026-11-06", STAFF)
    assert office.purges("2027-01-05") == {}
    assert office.purges("2027-01-06")["R10"] == 8
    assert office.folded().state is State.CLOSED_UNIDENTIFIED


def test_an_open_or_undecided_case_is_nobodys_to_take(office: Office) -> None:
    office.case("access")
    office.log.summaries[CASE]["due_on"] = "2026-10-06"  # an index that lags
    assert office.purges("2032-01-01") == {}
    undecided = Office()
    undecided.case()
    assert undecided.purges("2032-01-01") == {}
    assert undecided.log.steps(CASE)


def test_e63_a_case_whose_hold_an_operator_placed_stays_whole_until_it_is_lifted(office: Office) -> None:
    office.answered()
    office.does(Kind.HOLD_PLACED, "2026-11-03", DPO, hold="authority", reason="…", review_on="2026-12-09")
    assert office.purges("2027-06-01") == {}
    assert office.log.summaries[CASE]["deadline_shard"] == HELD
    office.does(Kind.HOLD_LIFTED, "2027-06-01", DPO, hold="authority", reason="…")
    assert office.purges("2027-06-01")["R10"] == 13


def test_a_legal_hold_on_the_sender_keeps_their_case_too(office: Office) -> None:
    from privacy.domain.projection import Pointer

    office.answered()
    office.people.found[email()] = Pointer("person-1")
    office.holds.place(LegalHold("person-1", "legal", "…", "anne", at("2026-11-01"), date(2027, 1, 1)))
    assert office.purges("2026-12-02") == {}
    office.holds.release("person-1", "legal")
    assert office.purges("2026-12-02")["R10"] == 11


def test_a_legal_hold_under_an_id_that_the_sender_had_before_a_merge_keeps_it_as_well(office: Office) -> None:
    from privacy.domain.projection import Pointer

    office.answered()
    office.people.found[email()] = Pointer("person-1")
    office.people.items["person-1"] = (1, {"aliases": ["person-2"]})
    office.holds.place(LegalHold("person-2", "legal", "…", "anne", at("2026-11-01"), date(2027, 1, 1)))
    assert office.purges("2026-12-02") == {}


def test_e59_a_case_that_was_merged_keeps_its_messages_as_long_as_the_other_needs_them(
    office: Office,
) -> None:
    office.case("access")
    office.case("erasure", id_="IM-2026-000002", mail="mail2")
    office.does(Kind.MERGED, "2026-10-06", STAFF, into="IM-2026-000002")
    assert office.purges("2026-12-02") == {}
    assert office.due_on == "2026-12-03"
    office.does(Kind.REFUSED, "2026-12-02", DPO, id_="IM-2026-000002", reasons="…")
    assert office.purges("2026-12-03") == {}
    assert office.due_on == "2027-01-01"
    assert office.purges("2027-01-01")["R10"] == 5
    assert office.folded().merged_into == "IM-2026-000002"
    assert "mail1" not in office.mails.held


# --- what asked for nothing


@pytest.mark.parametrize(
    ("rule", "day", "last", "said"),
    [("R20", "2026-11-04", Kind.NOT_A_REQUEST, {}), ("R22", "2026-10-19", Kind.SET_ASIDE, {"spam": True})],
)
def test_r20_r22_what_asked_for_nothing_goes_as_a_whole(
    office: Office, rule: str, day: str, last: Kind, said: dict[str, Said]
) -> None:
    office.case(**said)
    office.does(last, RECEIVED, reason="customer service")
    eve = date.fromisoformat(day).replace(day=date.fromisoformat(day).day - 1).isoformat()
    assert office.purges(eve) == {}
    assert office.purges(day) == {rule: 4} == office.told[-1]
    assert (office.log.cases, office.log.summaries, office.log.causes) == ({}, {}, {})
    assert (office.log.senders, office.mails.held) == ({}, {})


def test_r22_a_machines_message_that_made_no_case_goes_with_its_note(office: Office) -> None:
    office.mails.replace("mail9", b"From: robot", at(RECEIVED))
    office.log.set_aside("mail9", "auto_reply", at(RECEIVED), date(2026, 10, 19))
    assert purge_cause("cause#mail9", office._night("2026-10-18")) == {}
    assert office.mails.held
    assert purge_cause("cause#mail9", office._night("2026-10-19")) == {"R22": 1}
    assert (office.mails.held, office.log.causes) == ({}, {})
    office.case("access")
    assert purge_cause("cause#mail1", office._night("2033-01-01")) == {}
    assert office.log.causes


# --- whoever dies in the middle


class _Died(Exception):
    pass


def _dying(at_call: int) -> Callable[[], None]:
    calls = 0

    def call() -> None:
        nonlocal calls
        calls += 1
        if calls == at_call:
            raise _Died

    return call


@pytest.mark.parametrize("last", [Kind.CLOSED, Kind.NOT_A_REQUEST])
def test_whoever_dies_at_any_call_leaves_what_the_next_attempt_finishes_with_the_same_receipt(
    last: Kind,
) -> None:
    whole = _office_with(last)
    counts = whole.purges("2033-12-02")
    assert counts
    deaths = 0
    while True:
        office = _office_with(last)
        die = _dying(deaths + 1)
        office.cases.before_call = office.log.before_append = die
        office.mails.delete = _after(die, office.mails.delete)  # type: ignore[method-assign]
        try:
            office.purges("2033-12-02")
        except _Died:
            deaths += 1
        else:
            break
        if office.log.summaries:
            assert office.due_on is not None, "it comes again"
        again = office.purges("2033-12-02")
        assert again in (counts, {}), deaths
        assert counts in office.told
        assert office.everything == whole.everything
        assert office.log.senders == {}
    assert deaths >= 8


def _after(first: Callable[[], None], then: Callable[[str], None]) -> Callable[[str], None]:
    def both(mail: str) -> None:
        first()
        then(mail)

    return both


def _office_with(last: Kind) -> Office:
    office = Office()
    if last is Kind.CLOSED:
        office.answered()
        office.log.acknowledged[email()] = at("2026-10-05")
    else:
        office.case()
        office.does(last, RECEIVED, reason="customer service")
    return office


# --- whoever looks at what is left


def test_a_reduced_case_is_listed_shown_and_watched_like_any_other(office: Office) -> None:
    office.answered()
    office.purges("2026-12-02")
    now = at("2026-12-03T09:00")
    listed = list_requests(office.log, now, everything=True, after="ended|")
    assert [(one["id"], one["state"], one["rights"]) for one in listed["requests"]] == [
        (CASE, "closed", ["access"])
    ]
    shown = description_of(office.folded(), date(2026, 12, 3))
    assert shown["sender"] == {"address": "", "name": ""}
    assert [step["kind"] for step in shown["steps"]] == ["reduced"]
    page = request_page(shown, Ink(coloured=False))
    assert "2026-10-21 approved staff" in page
    assert "reduced to the minimum" in page
    stores = Stores(MemoryLedger(), office.people, MemoryRegistry())
    assert whose(office.folded(), stores, PSEUDONYMS) == email(), "of whom it is found"
    watch = Watch(office.log, POLICY.periods, now)
    assert [watch.look(id_) for id_ in (CASE, *watch.cases())] == [()] * (1 + len(list(watch.cases())))
    assert "owed_since" not in office.log.summaries[CASE]


def test_nothing_more_happens_in_a_reduced_case(office: Office) -> None:
    office.answered()
    office.purges("2026-12-02")
    with pytest.raises(IllegalTransition, match="reduced"):
        office.does(Kind.NOTED, "2026-12-03", STAFF, text="…")


def test_days_in_a_minimum_are_paris_days(office: Office) -> None:
    """A22: half past eleven in the evening, UTC, is the next day."""
    office.answered(closed="2026-11-02T23:30")
    assert office.purges("2026-12-02") == {}
    office.purges("2026-12-03")
    assert office.due_on == "2032-11-03"


# --- whoever writes about it again


def _reduced_desk() -> Desk:
    """Camille's access case, refused, and reduced thirty days later."""
    desk = Desk()
    desk.brings(mail("mail1", RECEIVED), asks(Right.ACCESS))
    desk.does(Step(Kind.REFUSED, at("2026-10-23"), DPO, said={"reasons": "…"}))
    cases = MemoryCases(desk.log)
    purge = CasePurge(
        desk.log,
        cases,
        desk.mails,
        MemoryPackages(),
        MemoryHolds(),
        MemoryPeople(desk.ledger),
        POLICY.periods,
        at("2026-11-22T02:30"),
    )
    assert purge_case(CASE, purge)
    assert desk.case().minimum is not None
    return desk


@pytest.mark.parametrize("said", [asks(Right.ACCESS), THANKS])
def test_t23_an_answer_to_a_case_that_was_reduced_makes_one_of_its_own_linked_to_it(
    said: Understanding,
) -> None:
    desk = _reduced_desk()
    assert desk.brings(mail("mail2", "2026-12-01", subject=f"Re: [{CASE}] …"), said) is Became.CASE
    other = desk.cases[-1]
    assert (other.id, other.links) == ("IM-2026-000002", (("continues", CASE),))
    assert desk.case().version == desk.log.summaries[CASE]["version"]


def test_a_stranger_who_names_a_reduced_case_goes_before_a_person() -> None:
    desk = _reduced_desk()
    answer = mail("mail2", "2026-12-01", sender=BENOIT, subject=f"Re: [{CASE}] …")
    assert desk.brings(answer, asks(Right.ACCESS)) is Became.CASE
    assert desk.cases[-1].links == (("named", CASE),)


def test_the_very_message_of_a_reduced_case_is_one_of_its_own_when_it_comes_again() -> None:
    desk = _reduced_desk()
    again = mail("mail9", RECEIVED, message_id="<mail1@example.fr>")
    assert desk.brings(again, asks(Right.ACCESS)) is Became.CASE


def test_a_letter_of_which_something_is_told_late_changes_nothing_in_a_reduced_case(office: Office) -> None:
    office.answered()
    office.purges("2026-12-02")
    settling = LetterSettling(office.log, POLICY.periods, lambda: at("2026-12-03"))
    event = LetterEvent(CASE, "ack-3", "bounce", "0107-0", permanent=True)
    before = office.everything
    assert not settling.settle(event)
    assert office.everything == before
