"""A Mailchimp hint is followed to the member itself; only what stands there proves anything (E120).

docs/architecture.md "Consent and hints"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from privacy import policy
from privacy.domain.consent import State
from privacy.domain.facts import GROUPS, Fact
from privacy.domain.member import Member
from privacy.domain.person import Folding
from privacy.operations.consent.read_back_member import NotRead, read_back_member
from privacy.operations.people.record_fact import record_fact
from privacy.ports import Appended, ProviderUnavailable
from tests.fakes import MemoryLedger
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, at, email, hint, unsubscribed

POLICY = policy.load()
MEMBER = Member(
    audience="list1",
    address=CAMILLE,
    status="subscribed",
    source="Hosted Signup Form",
    opted_in_at=at("2026-01-01T10:00"),
    opt_in_ip="203.0.113.7",
    signed_up_at=at("2026-01-01T09:59"),
    signup_ip="203.0.113.7",
    changed_at=at("2026-01-01T10:01"),
    language="fr",
    unsubscribe_reason=None,
)


class Directory:
    def __init__(self, members: Mapping[str, Member | Exception | None]) -> None:
        self.members = members

    def read(self, audience: str, address: str) -> Member | None:
        found = self.members.get(address)
        if isinstance(found, Exception):
            raise found
        return found


def follow(told: Fact, member: Member | Exception | None, address: str = CAMILLE) -> Fact | NotRead:
    ledger = MemoryLedger()
    ledger.append(told)
    return read_back_member(
        told.filed_under,
        told.key,
        ledger=ledger,
        members=Directory({address: member}),
        pseudonyms=PSEUDONYMS,
        now=at("2026-01-02"),
    )


def state(*facts: Fact | NotRead, who: str = CAMILLE) -> State:
    folding = Folding(POLICY)
    for told in facts:
        assert isinstance(told, Fact)
        folding.add(told)
    return folding.people()[1][email(who)].consents[0].state


@pytest.mark.parametrize("event", ["subscribe", "profile"])
def test_what_the_person_did_on_a_form_becomes_proven_consent(event: str) -> None:
    told = hint("2026-01-01T10:01", event)
    read = follow(told, MEMBER)
    assert state(told, read) is State.GRANTED
    assert isinstance(read, Fact)
    assert read.group("consent")["opt_in_ip"] == "203.0.113.7"
    assert record_fact(read, ledger=MemoryLedger(), policy=POLICY) is Appended.NEW


@pytest.mark.parametrize(
    "change", [{"source": "Import"}, {"source": None}, {"source": "Admin Add"}, {"opted_in_at": None}]
)
def test_e120_what_somebody_else_did_or_no_time_tells_stays_unproven(change: Mapping[str, None]) -> None:
    told = hint("2026-01-01T10:01", "subscribe")
    assert state(told, follow(told, replace(MEMBER, **change))) is State.UNPROVEN


def test_e123_a_changed_address_is_read_back_at_the_new_one() -> None:
    told = hint("2026-02-01", "upemail", new=BENOIT)
    read = follow(told, replace(MEMBER, address=BENOIT, changed_at=at("2026-02-01T00:01")), BENOIT)
    assert isinstance(read, Fact)
    assert read.filed_under == email(BENOIT)
    assert state(told, read, who=BENOIT) is State.GRANTED


def test_a_member_who_has_unsubscribed_meanwhile_is_a_withdrawal_and_a_complaint_an_objection() -> None:
    told = hint("2026-01-01T10:01", "profile")
    assert state(told, follow(told, replace(MEMBER, status="unsubscribed"))) is State.WITHDRAWN
    complained = replace(MEMBER, status="unsubscribed", unsubscribe_reason="Abuse complaint")
    assert state(told, follow(told, complained)) is State.OBJECTED


@pytest.mark.parametrize("status", ["pending", "archived", "cleaned", "transactional"])
def test_a_member_who_is_not_subscribed_grants_nothing(status: str) -> None:
    told = hint("2026-01-01T10:01", "subscribe")
    assert state(told, follow(told, replace(MEMBER, status=status))) is State.NONE


def test_the_same_state_read_twice_is_one_fact_and_another_state_another() -> None:
    told = hint("2026-01-01T10:01", "subscribe")
    first, again = follow(told, MEMBER), follow(told, MEMBER)
    other = follow(told, replace(MEMBER, changed_at=at("2026-01-03")))
    assert isinstance(first, Fact)
    assert isinstance(again, Fact)
    assert isinstance(other, Fact)
    assert (first.key, first.digest) == (again.key, again.digest)
    assert other.key != first.key


def test_nobody_is_asked_about_a_withdrawal_or_a_hint_that_was_removed_meanwhile() -> None:
    assert follow(unsubscribed("2026-01-01"), MEMBER) is NotRead.NO_HINT
    bare = replace(hint("2026-01-01", "profile"), groups={})
    assert follow(bare, MEMBER) is NotRead.NO_HINT
    assert follow(hint("2026-01-01", "profile"), None) is NotRead.NO_MEMBER


def test_mailchimp_down_is_an_error_so_that_the_record_comes_again() -> None:
    with pytest.raises(ProviderUnavailable):
        follow(hint("2026-01-01", "profile"), ProviderUnavailable("mailchimp: status 503"))


def test_e129_nothing_about_opening_mails_has_a_place_to_be_stored() -> None:
    told = {name for group in ("subscription", "consent", "profile") for name in GROUPS[group]}
    assert not {name for name in told if "open" in name or "click" in name or "rate" in name}
    read = follow(hint("2026-01-01T10:01", "profile"), MEMBER)
    assert isinstance(read, Fact)
    assert "open" not in str(read.groups)
