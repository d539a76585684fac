"""May we send this address offers today, and why (P13, P17, P34, A8)? `may_market` answers; this gives its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from privacy.domain.clocks import CUSTOMER
from privacy.domain.consent import Consent, State
from privacy.domain.person import Person, may_market

type Description = dict[str, object]

#: Each state of a consent in a word, and the rules that speak of it.
_STATES: Mapping[State, tuple[str, tuple[str, ...]]] = {
    State.GRANTED: ("opted_in", ("P19",)),
    State.NONE: ("no_opt_in", ("P19", "A8")),
    State.UNPROVEN: ("unproven", ("E120", "A24")),
    State.WITHDRAWN: ("withdrawn", ("P20",)),
    State.OBJECTED: ("objected", ("P40",)),
    State.MOVED: ("address_changed", ("E123",)),
}


def marketing_of(person: Person, mailbox: str, today: date) -> Description:
    """today: yes or no. until: when it ends by itself. because: the consent's state, then all that forbids."""
    consent = next((c for c in person.consents if c.email == mailbox), None)
    until = person.may_market_until if consent is not None and consent.mailable else None
    return {
        "today": may_market(person, mailbox, today),
        "until": until.isoformat() if until else None,
        "because": list(_reasons(person, consent, today)),
    }


def _reasons(person: Person, consent: Consent | None, today: date) -> Iterable[Description]:
    if consent is None:
        yield _reason(*_STATES[State.NONE])
        return
    yield _reason(*_STATES[consent.state], consent.since, consent.reason)
    if consent.undeliverable_since is not None:
        yield _reason("undeliverable", ("E124",), consent.undeliverable_since)
    if person.restricted_at is not None:
        yield _reason("restricted", ("E111",), person.restricted_at)
    if consent.blocked_since is not None:
        yield _reason("linked_person_refused", ("P16",), consent.blocked_since)
    until = person.may_market_until
    if consent.mailable and until is not None and today >= until:
        if person.clock.regime == CUSTOMER:
            yield _reason("period_over", ("A2", "P32"), person.last_contact)
        else:
            yield _reason("period_over", ("A3", "P33"), person.last_opt_in)


def _reason(
    reason: str, rules: tuple[str, ...], since: datetime | None = None, said: str | None = None
) -> Description:
    told: Description = {
        "reason": reason,
        "since": since.isoformat() if since else None,
        "rules": list(rules),
    }
    return told | {"said": said} if said else told
