"""The hourly sweep: what was dropped is picked up, and Mailchimp is asked whether it did what was promised (T6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from privacy import policy
from privacy.domain.membership import Membership, Standing
from privacy.domain.request_effects import Does, owed
from privacy.domain.request_steps import Kind
from privacy.operations.consent.read_standing import read_standing
from privacy.operations.people.fold_people import Stores
from privacy.operations.requests.react_to_request import Reaction, react_to_request
from privacy.operations.requests.sweep_requests import Sweep, Swept
from tests.fakes import MemoryLedger, MemoryPeople
from tests.office import Office
from tests.telling import CAMILLE, PSEUDONYMS, at, email, member

MINUTE = timedelta(minutes=1)
NEWS = "a6b5da1054"


class Hour:
    """One hour's sweep over an office."""

    def __init__(self) -> None:
        self.office = Office()
        self.react: list[str] = []
        self.letters: list[tuple[str, str]] = []
        self.inbound: list[str] = []
        self.standings: dict[str, Standing] = {}

    def sweep(self, audiences: tuple[str, ...] = ()) -> Swept:
        return Sweep(
            log=self.office.requests,
            mails=self.office.mail,
            pseudonyms=PSEUDONYMS,
            periods=policy.load().periods,
            standing=self.standings.get,
            audiences=audiences,
            react=self.react.extend,
            letters=self.letters.extend,
            inbound=self.inbound.extend,
            in_parallel=map,
            now=self.office.now,
        ).sweep()


@pytest.fixture
def hour() -> Hour:
    return Hour()


def standing(status: str, *, refused: bool = True) -> Standing:
    return Standing(
        mailbox=email(),
        address=None,
        until=None,
        refused_at=at("2027-03-05T09:00") if refused else None,
        historic=False,
        granted_at=None,
        home=None,
        memberships={NEWS: Membership(NEWS, status, at("2027-01-01"))},
    )


def test_what_is_owed_for_a_quarter_of_an_hour_is_sent_on_its_way_again(hour: Hour) -> None:
    id_ = hour.office.mailed("access")
    made = hour.office.case(id_).steps[-1].at
    hour.office.now = made + 15 * MINUTE
    assert hour.sweep().cases == 0
    hour.office.now += MINUTE
    assert hour.sweep() == Swept(cases=1, letters=0, mails=0, unconfirmed=0)
    assert hour.react == [id_]


def test_a_claimed_letter_of_which_nobody_heard_is_looked_at_by_its_sender(hour: Hour) -> None:
    id_ = hour.office.mailed("access")
    ack, _ = owed(hour.office.case(id_))
    hour.office.happens(id_, Kind.CLAIMED, effect=ack.id)
    hour.office.now += 14 * MINUTE
    hour.sweep()
    assert hour.letters == []
    hour.office.now += 2 * MINUTE
    assert hour.sweep().letters == 1
    assert hour.letters == [(id_, ack.id)]


def test_nothing_is_owed_once_it_was_done(hour: Hour) -> None:
    id_ = hour.office.mailed("access")
    ack, _ = owed(hour.office.case(id_))
    hour.office.happens(id_, Kind.CLAIMED, effect=ack.id)
    hour.office.happens(id_, Kind.LETTER_SENT, effect=ack.id)
    hour.office.happens(id_, Kind.IDENTITY_ASKED, level="L1")
    (challenge,) = owed(hour.office.case(id_))
    hour.office.happens(id_, Kind.CLAIMED, effect=challenge.id)
    hour.office.happens(id_, Kind.LETTER_SENT, effect=challenge.id)
    hour.office.now += timedelta(days=1)
    assert hour.sweep() == Swept(cases=0, letters=0, mails=0, unconfirmed=0)


def test_a_message_that_nobody_took_in_is_announced_again(hour: Hour) -> None:
    hour.office.mailed("access")
    for mail in ("dropped", "machine", "another"):
        hour.office.mail.replace(mail, b"", hour.office.now)
    hour.office.requests.set_aside("machine", "auto_reply", hour.office.now, hour.office.now.date())
    hour.office.now += 14 * MINUTE
    assert hour.sweep().mails == 0
    hour.office.now += 2 * MINUTE
    assert hour.sweep().mails == 2
    assert hour.inbound == ["another", "dropped"]


def test_a_message_of_long_ago_is_left_to_the_purge(hour: Hour) -> None:
    hour.office.mail.replace("old", b"", hour.office.now)
    hour.office.now += timedelta(days=15)
    assert hour.sweep().mails == 0


def honoured(hour: Hour) -> str:
    id_ = hour.office.mailed("objection_marketing")
    honour = next(effect for effect in owed(hour.office.case(id_)) if effect.about)
    hour.office.happens(id_, Kind.HONOURED, effect=honour.id, item=honour.about)
    return id_


def reminded(hour: Hour, id_: str) -> list[tuple[str, str]]:
    steps = hour.office.case(id_).steps
    return [(step.text("what"), step.text("on")) for step in steps if step.kind is Kind.REMINDED]


def test_t6_what_mailchimp_has_not_done_after_a_day_is_told_once_a_day_and_counted_each_time(
    hour: Hour,
) -> None:
    id_ = honoured(hour)
    hour.standings[email()] = standing("subscribed")
    hour.office.now += timedelta(hours=23)
    assert hour.sweep().unconfirmed == 0
    hour.office.now += timedelta(hours=1)
    assert [hour.sweep().unconfirmed for _ in range(2)] == [1, 1]
    assert reminded(hour, id_) == [("unconfirmed", "2027-03-09")]
    hour.office.now += timedelta(days=1)
    hour.sweep()
    assert [on for _, on in reminded(hour, id_)] == ["2027-03-09", "2027-03-10"]
    assert [e.about for e in owed(hour.office.case(id_)) if e.letter == "DPO_NOTICE"] == ["unconfirmed"] * 2


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(standing("unsubscribed"), id="unsubscribed"),
        pytest.param(standing("archived"), id="archived"),
        pytest.param(standing("subscribed", refused=False), id="signed up again since"),
        pytest.param(None, id="nobody is known there"),
    ],
)
def test_what_mailchimp_has_done_is_nothing_to_tell(hour: Hour, found: Standing | None) -> None:
    id_ = honoured(hour)
    if found is not None:
        hour.standings[email()] = found
    hour.office.now += timedelta(hours=25)
    assert hour.sweep().unconfirmed == 0
    assert reminded(hour, id_) == []


def restricted(hour: Hour) -> str:
    """A case that was answered, and of which Mailchimp has been told."""
    office = hour.office
    id_ = office.mailed("restriction")
    office.happens(id_, Kind.BEGUN, items=("restriction",))
    said = {"items": ("restriction",), "plan": "restriction", "digest": "d" * 64, "address": CAMILLE}
    office.happens(id_, Kind.DRAFTED, **said)
    office.do("/approvals", request=id_, item="restriction", digest="d" * 64)
    told = {"items": ("restriction",), "recipient": "mailchimp", "outcome": "told"}
    office.happens(id_, Kind.NOTIFIED, **told, words="to archive the member")
    effect = next(each.id for each in owed(office.case(id_)) if each.does is Does.CARRY_OUT)
    office.happens(id_, Kind.ANSWERED, items=("restriction",), effect=effect, plan="restriction")
    return id_


def test_g26_once_mailchimp_follows_a_restriction_that_is_written_down_once(hour: Hour) -> None:
    id_ = restricted(hour)
    still = replace(standing("subscribed", refused=False), restricted=True)
    hour.standings[email()] = still
    hour.sweep()
    assert [s.text("outcome") for s in hour.office.case(id_).steps if s.kind is Kind.NOTIFIED] == ["told"]
    hour.standings[email()] = replace(standing("archived", refused=False), restricted=True)
    for _ in range(2):
        hour.sweep()
    told = [s for s in hour.office.case(id_).steps if s.kind is Kind.NOTIFIED]
    assert [(s.text("recipient"), s.text("outcome")) for s in told] == [
        ("mailchimp", "told"),
        ("mailchimp", "done"),
    ]


def test_an_audience_of_which_nothing_is_known_is_not_confirmed(hour: Hour) -> None:
    honoured(hour)
    hour.standings[email()] = standing("unsubscribed")
    hour.office.now += timedelta(hours=25)
    assert hour.sweep(audiences=(NEWS, "another")).unconfirmed == 1


@pytest.mark.parametrize(("afterwards", "unconfirmed"), [(None, 1), ("unsubscribed", 0)])
def test_t6_the_facts_themselves_say_whether_mailchimp_followed(
    hour: Hour, afterwards: str | None, unconfirmed: int
) -> None:
    ledger = MemoryLedger()
    stores = Stores(ledger, MemoryPeople(ledger), hour.office.registry)
    ledger.append(member("2027-01-05", opted_in="2027-01-05"))
    id_ = hour.office.mailed("consent_withdrawal")
    react_to_request(
        id_,
        Reaction(
            log=hour.office.requests,
            mails=hour.office.mail,
            people=MemoryPeople(ledger),
            letters=Unsent(),
            drafts=Unsent(),
            carry_outs=Unsent(),
            pseudonyms=PSEUDONYMS,
            periods=policy.load().periods,
            record=ledger.append,
            cut=lambda raw, _: raw,
            now=lambda: hour.office.now,
        ),
    )
    if afterwards is not None:
        ledger.append(member("2027-03-08T11:00", status=afterwards, opted_in="2027-01-05"))
    email_ = email()
    found = read_standing(email_, stores=stores, policy=policy.load())
    assert found is not None
    hour.standings[email_] = found
    hour.office.now += timedelta(hours=25)
    assert hour.sweep().unconfirmed == unconfirmed


class Unsent:
    """A queue that nobody empties."""

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        list(bodies)


def test_a_message_of_long_ago_that_nothing_owns_goes_and_one_that_a_case_keeps_stays(hour: Hour) -> None:
    hour.office.mailed("access")
    hour.office.mail.replace("orphan", b"", hour.office.now)
    hour.office.mail.replace("machine", b"", hour.office.now)
    hour.office.requests.set_aside("machine", "auto_reply", hour.office.now, hour.office.now.date())
    hour.office.now += timedelta(days=120)
    assert hour.sweep().orphans == 0
    hour.office.now += MINUTE
    assert hour.sweep().orphans == 1
    assert set(hour.office.mail.held) == {"mail0", "machine"}
    assert hour.inbound == []


def test_more_of_them_than_can_be_true_stay_where_they_are(hour: Hour) -> None:
    """As if the table that owns them were not there."""
    for number in range(21):
        hour.office.mail.replace(f"orphan{number}", b"", hour.office.now)
    hour.office.now += timedelta(days=121)
    assert hour.sweep().orphans == 21
    assert len(hour.office.mail.held) == 21
