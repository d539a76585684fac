"""The page of choices: whoever has the link sees it, and a press alone changes it, a mail program's too (P20, E40)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from privacy import policy
from privacy.domain.consent import State
from privacy.domain.person import Folding, Person
from privacy.domain.projection import Pointer
from privacy.inbound.pages.answering import answering
from privacy.inbound.pages.routes import Means, answer
from privacy.operations.consent.choose import CHOICES, Choosing
from privacy.operations.letters.letter_links import token_digest
from privacy.operations.people.person_summary import summary_of
from privacy.ports import LedgerUnavailable
from privacy.ports.tokens import Token
from tests.fakes import MemoryLedger, MemoryPeople, MemoryTokens
from tests.telling import CAMILLE, PSEUDONYMS, at, email, member
from tests.unit.inbound.test_pages import event

POLICY = policy.load()
SECRET = PSEUDONYMS.token(CHOICES, CAMILLE, "2026-12-23")
FORGED = PSEUDONYMS.token(CHOICES, CAMILLE, "2026-12-24")
BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
DISPOSITION = 'Content-Disposition: form-data; name="List-Unsubscribe"'
IN_PARTS = f"--{BOUNDARY}\r\n{DISPOSITION}\r\n\r\nOne-Click\r\n--{BOUNDARY}--\r\n"


class Known(MemoryPeople):
    """Folds anew whenever somebody asks."""

    def summary(self, person: str) -> dict[str, Any]:
        return dict(summary_of(folded(self.ledger), person, (), (), POLICY))


def folded(ledger: MemoryLedger) -> Person:
    folding = Folding(POLICY)
    for fact in ledger.under(email()):
        folding.add(fact)
    return next(iter(folding.people()[1].values()))


@dataclass
class Site:
    """The page with stores in memory; Camille subscribed three years ago, and has her letter."""

    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    tokens: MemoryTokens = field(default_factory=MemoryTokens)
    now: datetime = field(default_factory=lambda: at("2026-12-12T09:00"))
    known: bool = True

    def __post_init__(self) -> None:
        self.ledger.append(member("2023-12-23"))
        self.tokens.issue(token_digest(SECRET), Token(CHOICES, email(), None, at("2027-03-01")))

    def choosing(self) -> Choosing:
        people = Known(self.ledger)
        if self.known:
            people.found = {email(): Pointer("person-1")}
        return Choosing(self.tokens, people, self.ledger, POLICY, lambda: self.now)

    def asked(self, method: str = "GET", secret: str = SECRET, **more: Any) -> dict[str, Any]:
        unused: Any = dict.fromkeys(Means._fields)
        means = Means(**{**unused, "choosing": self.choosing})
        handle = answering(lambda: POLICY.controller)(lambda asked: answer(asked, means))
        return handle(event(method, secret, **more) | {"routeKey": f"{method} /choices/{{token}}"}, None)

    def pressed(self, body: str = "lang=fr", **more: Any) -> dict[str, Any]:
        return self.asked("POST", body=body, **more)

    @property
    def withdrawals(self) -> list[Any]:
        return [fact for fact in self.ledger.under(email()) if fact.source == "pages"]

    @property
    def state(self) -> State:
        (consent,) = folded(self.ledger).consents
        return consent.state


@pytest.mark.parametrize(
    ("lang", "on", "off"),
    [
        ("fr", "nous pouvons vous envoyer", "ni actualités ni offres"),
        ("en", "we may send you", "neither news nor"),
    ],
)
def test_the_page_says_whether_offers_may_be_sent_and_looking_changes_nothing(
    lang: str, on: str, off: str
) -> None:
    site = Site()
    for _ in range(3):
        page = site.asked(lang=lang)
        assert (page["statusCode"], on in page["body"]) == (200, True)
    assert site.withdrawals == []
    site.pressed()
    page = site.asked(lang=lang)
    assert off in page["body"]
    assert "<form" not in page["body"]


@pytest.mark.parametrize(
    "body",
    [
        "lang=fr",
        "lang=en",
        "List-Unsubscribe=One-Click",
        IN_PARTS,
        IN_PARTS.replace("\r\n\r\n", "\r\nContent-Type: text/plain\r\n\r\n"),
    ],
)
@pytest.mark.parametrize("encoded", [False, True])
def test_e40_one_press_withdraws_at_once_by_our_button_or_by_a_mail_program(body: str, encoded: bool) -> None:
    site = Site()
    page = site.pressed(body, encoded=encoded)
    assert page["statusCode"] == 200
    assert "location" not in page["headers"], "RFC 8058: no redirect"
    assert site.state is State.WITHDRAWN
    (fact,) = site.withdrawals
    assert fact.occurred_at == site.now
    assert CAMILLE not in repr(fact)


def test_a_mail_program_needs_neither_cookie_nor_language_nor_header() -> None:
    site = Site()
    assert site.pressed("List-Unsubscribe=One-Click", accept=None)["statusCode"] == 200
    assert site.state is State.WITHDRAWN


def test_pressed_twice_it_is_one_withdrawal_and_later_it_counts_against_a_later_yes() -> None:
    site = Site()
    site.pressed()
    site.now += timedelta(seconds=40)
    site.pressed()
    assert len(site.withdrawals) == 1
    site.ledger.append(member("2026-12-20"))
    assert site.state is State.GRANTED
    site.now = at("2026-12-21T09:00")
    site.pressed()
    assert len(site.withdrawals) == 2
    assert site.state is State.WITHDRAWN


@pytest.mark.parametrize(
    "body",
    [
        "",
        "lang=de",
        "List-Unsubscribe=Two-Clicks",
        "List-Unsubscribe=One-Click&more=1",
        IN_PARTS.replace("One-Click", "No"),
        IN_PARTS.replace("List-Unsubscribe", "Other"),
        "lang=fré",
    ],
)
def test_what_is_no_press_changes_nothing(body: str) -> None:
    site = Site()
    assert site.pressed(body)["statusCode"] == 400
    assert site.withdrawals == []


def test_more_than_a_form_of_a_kilobyte_is_refused_unread() -> None:
    assert Site().pressed("x" * 1_001)["statusCode"] == 413


def test_a_link_that_expired_never_was_is_for_something_else_or_for_nobody_known_answers_the_same() -> None:
    late, unknown, other = Site(now=at("2027-03-01")), Site(known=False), Site()
    other.tokens.issue(token_digest(FORGED), Token("stay", email(), None, at("2027-03-01")))
    answers = [
        late.asked(),
        late.pressed(),
        unknown.asked(),
        unknown.pressed(),
        Site().asked(secret=FORGED),
        Site().asked("POST", FORGED, body="lang=fr"),
        other.asked(secret=FORGED),
        other.asked("POST", FORGED, body="lang=fr"),
        Site().asked(secret="short"),
    ]
    assert len({(page["statusCode"], page["body"]) for page in answers}) == 1
    assert not any(site.withdrawals for site in (late, unknown, other))


def test_where_the_ledger_is_down_the_reader_is_asked_to_try_again() -> None:
    class Down(MemoryLedger):
        def append(self, fact: Any) -> Any:
            if fact.source == "pages":
                raise LedgerUnavailable
            return super().append(fact)

    assert Site(ledger=Down()).pressed()["statusCode"] == 503
