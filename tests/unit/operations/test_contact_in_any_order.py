"""Mails, copies, replies, strangers, operators, dying workers in any order: nothing is lost, and nothing done twice."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.domain.mail import IncomingMail
from privacy.domain.request import Request
from privacy.domain.request_effects import Does, effects, owed
from privacy.domain.request_fold import fold
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import Kind, Step
from privacy.domain.rights import AT_ONCE, Right
from privacy.domain.understanding import Outcome, Role, Understanding
from privacy.operations.requests.append_steps import append_steps
from privacy.operations.requests.react_to_request import Reaction, react_to_request
from privacy.ports import AcknowledgedToday
from tests.requesting import PASSED, POLICY, STAFF, THANKS, UNSURE, Desk, asks, mail, shopping
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, at, email

RIGHTS = (Right.ACCESS, Right.ERASURE, Right.OBJECTION_MARKETING, Right.CONSENT_WITHDRAWAL)


@dataclass(frozen=True)
class Event:
    """What happens next. which: picks a mail or a case; minutes: pass before it."""

    what: Literal["mail", "reply", "copy", "again", "react", "send", "decide"]
    who: str
    understood: Understanding
    which: int
    minutes: int
    dies: bool
    spam: bool


EVENTS = st.builds(
    Event,
    what=st.sampled_from(
        ["mail", "mail", "mail", "reply", "reply", "copy", "again", "react", "send", "decide"]
    ),
    who=st.sampled_from([CAMILLE, CAMILLE, BENOIT]),
    understood=st.one_of(
        st.sets(st.sampled_from(RIGHTS), min_size=1, max_size=3).map(lambda rights: asks(*rights)),
        st.sampled_from([shopping(), THANKS, UNSURE, asks(Right.ACCESS, role=Role.AGENT)]),
    ),
    which=st.integers(0, 7),
    minutes=st.sampled_from([0, 1, 30, 60 * 20, 60 * 24 * 4]),
    dies=st.booleans(),
    spam=st.sampled_from([False, False, False, True]),
)


class Died(Exception):
    pass


class World(Desk):
    """The desk, and whoever reacts, sends and decides. Everything that fails is tried again before the end."""

    def __init__(self) -> None:
        super().__init__()
        self.came: dict[str, tuple[IncomingMail, Understanding]] = {}
        self.acknowledged: list[tuple[str, str]] = []

    def happens(self, event: Event) -> None:
        self.now += timedelta(minutes=event.minutes)
        self.log.before_append = self._die if event.dies else lambda: None
        with suppress(Died):
            getattr(self, f"_{event.what}")(event)
        self.log.before_append = lambda: None

    def comes_to_rest(self) -> None:
        for mail_id in self.came:
            self.takes(mail_id)
        for _ in range(3):
            for request in self.cases:
                self._reacts(request.id)
                self._sends(request.id)

    @staticmethod
    def _die() -> None:
        raise Died

    # --- what may happen

    def _mail(self, event: Event, subject: str = "Bonjour") -> None:
        mail_id = f"mail{len(self.came)}"
        verdicts = PASSED._replace(spam="FAIL") if event.spam else PASSED
        one = mail(mail_id, sender=event.who, subject=subject, verdicts=verdicts)
        one = replace(one, received_at=self.now)
        self.came[mail_id] = (one, event.understood)
        self.brings(one, event.understood)

    def _reply(self, event: Event) -> None:
        cases = self.cases
        self._mail(event, f"Re: [{cases[event.which % len(cases)].id}]" if cases else "Re:")

    def _copy(self, event: Event) -> None:
        if self.came:
            first, understood = list(self.came.values())[event.which % len(self.came)]
            again = replace(first, mail_id=f"mail{len(self.came)}", received_at=self.now)
            self.came[again.mail_id] = (again, understood)
            self.brings(again, understood)

    def _again(self, event: Event) -> None:
        if self.came:
            self.takes(list(self.came)[event.which % len(self.came)])

    def _react(self, event: Event) -> None:
        if cases := self.cases:
            self._reacts(cases[event.which % len(cases)].id)

    def _send(self, event: Event) -> None:
        if cases := self.cases:
            self._sends(cases[event.which % len(cases)].id)

    def _decide(self, event: Event) -> None:
        """A person decides what waits: it is a request for access, or none."""
        if cases := self.cases:
            request = cases[event.which % len(cases)]
            opening = Step(Kind.OPENED, self.now, STAFF, said={"rights": ("access",)})
            away = Step(Kind.NOT_A_REQUEST, self.now, STAFF, said={"reason": "a parcel", "mail": ""})
            with suppress(IllegalTransition):
                self.does(opening if event.spam else away, request.id)

    # --- who does it

    def _reacts(self, id_: str) -> None:
        react_to_request(
            id_,
            Reaction(
                log=self.log,
                mails=self.mails,
                people=self.people,
                letters=Nowhere(),
                drafts=Nowhere(),
                carry_outs=Nowhere(),
                pseudonyms=PSEUDONYMS,
                periods=POLICY.periods,
                record=self.ledger.append,
                cut=lambda raw, _: raw,
                now=lambda: self.now,
            ),
        )

    def _sends(self, id_: str) -> None:
        for effect in owed(self.case(id_)):
            if effect.does not in {Does.LETTER, Does.FORWARD}:
                continue
            said = {"effect": effect.id}
            ack = effect.letter == "ACK"
            try:
                append_steps(
                    id_,
                    lambda _, said=said: [Step(Kind.CLAIMED, self.now, said=said)],  # type: ignore[misc]
                    log=self.log,
                    periods=POLICY.periods,
                    acknowledges=email(self.case(id_).address) if ack else None,
                )
            except AcknowledgedToday:
                self.does(Step(Kind.SPARED, self.now, said=said), id_)
                continue
            except IllegalTransition:
                continue  # void since it was looked at
            self.does(Step(Kind.LETTER_SENT, self.now, said=said), id_)


class Nowhere:
    """A queue; what is owed is looked for anyway."""

    def send(self, bodies: object, delay: int = 0) -> None:
        return None


@settings(max_examples=60)
@given(st.lists(EVENTS, max_size=14))
def test_at_rest_every_mail_has_become_something_once_and_nothing_is_owed(events: list[Event]) -> None:
    world = World()
    for event in events:
        world.happens(event)
    world.comes_to_rest()
    cases = world.cases
    assert world.came.keys() == {cause for cause in world.log.causes if cause.startswith("mail")}
    told = Counter(message.mail for request in cases for message in request.messages)
    assert told == Counter(world.came.keys())
    for request in cases:
        assert {message.address for message in request.messages} == {request.address}
        assert not owed(request), "all was done"
        assert request == fold(request.id, request.steps)
        claims = Counter(step.text("effect") for step in request.steps if step.kind is Kind.LETTER_SENT)
        assert all(count == 1 for count in claims.values())
    _acknowledged_once_a_day(cases)
    for one, understood in world.came.values():
        if understood.outcome is Outcome.REQUEST and one.verdicts.spam != "FAIL":
            _is_kept(world, one, understood)


def _acknowledged_once_a_day(cases: list[Request]) -> None:
    sent: dict[str, list[Step]] = {}
    for request in cases:
        known = effects(request)
        for step in request.steps:
            if step.kind is Kind.CLAIMED and known[step.text("effect")].letter == "ACK":
                sent.setdefault(request.address, []).append(step)
    for steps in sent.values():
        times = sorted(step.at for step in steps)
        assert all(later - first >= timedelta(hours=24) for first, later in pairwise(times))


def _is_kept(world: World, one: IncomingMail, understood: Understanding) -> None:
    """Each right stands in the case that took the mail in, unless a person put that away, from then or before."""
    caused = world.log.caused(one.mail_id)
    assert caused is not None
    request = world.case(caused.request)
    decided = any(step.by.human for step in request.steps)
    for right in understood.rights:
        items = [item for item in request.items if item.right is right]
        waits = "needs_human" in request.flags
        assert decided or waits or any(item.received_at <= one.received_at for item in items)
        if right in AT_ONCE and understood.role is Role.SELF and items and not decided:
            facts = world.ledger.under(email(one.sender.address if one.sender else ""))
            assert any(fact.group("consent").get("reason") == right.value for fact in facts)


def test_the_world_knows_what_it_looks_for() -> None:
    """A mail that joins a stranger's case, were it let in, would be seen."""
    world = World()
    world.brings(mail(), asks(Right.ACCESS))
    world.does(
        Step(
            Kind.RECEIVED,
            world.now,
            said={"mail": "mail2", "address": BENOIT, "received_at": at("2026-11-22T10:00").isoformat()},
        )
    )
    assert {message.address for message in world.case().messages} == {CAMILLE, BENOIT}
