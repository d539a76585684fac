"""The retention rules as data: the file that does not say when something goes stops the start (G1)."""

from __future__ import annotations

import re
from datetime import date

import pytest

from privacy import policy
from privacy.domain.letter import Language
from privacy.domain.retention import HELD, PIECE_TRIGGERS, TRIGGERS, Due, Piece, Span
from privacy.domain.retention_words import how_long, kept_for, span_in_words
from privacy.domain.schedule import _Days
from tests.telling import at

CONTENT = (policy.files(policy.__package__) / "imera.toml").read_bytes()
POLICY = policy.load()


def changed(old: str, new: str) -> bytes:
    assert CONTENT.count(old.encode()) == 1, old
    return CONTENT.replace(old.encode(), new.encode())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"group:profile", "group:phone"', '"group:profile"', "without a retention rule: group:phone"),
        ('covers = ["object:log"]', "covers = []", "without a retention rule: object:log"),
        ('covers = ["item:read_log"]', "covers = []", "without a retention rule: item:read_log"),
        ('covers = ["group:card"]', 'covers = ["group:card", "group:fraud"]', "group:fraud has two rules"),
        ('covers = ["group:card"]', 'covers = ["group:card", "item:shoe"]', "nothing holds: item:shoe"),
        ('id = "R16"', 'id = "R15"', "R15: there are two"),
        ('keep = ["session + 30 days"]', 'keep = ["session + a month"]', "so many years, months or days"),
        ('keep = ["session + 30 days"]', 'keep = ["sessions + 30 days"]', "counted from one of"),
        ('keep = ["session + 30 days"]', "keep = []", "R19: keep says how long"),
        ('within = "R1"', 'within = "invoices"', "invoices, which is no rule"),
        ('action = "reduce"', 'action = "forget"', "R10: action"),
        ('record.fr = "les impayés"', 'record.de = "Schulden"', "R18: record and basis"),
        ('financial_year_ends = "12-31"', 'financial_year_ends = "02-30"', "day"),
        ('P31 = "last_order + 10 years"', 'P32 = "last_order + 10 years"', "P31"),
    ],
)
def test_g1_a_file_that_leaves_something_unsaid_stops_the_start(old: str, new: str, says: str) -> None:
    with pytest.raises(policy.InvalidPolicy, match=re.escape(says)):
        policy.parse(changed(old, new))


def test_g1_everything_that_is_held_has_exactly_one_rule() -> None:
    assert POLICY.covered.keys() == HELD
    assert all(held in POLICY.rule_of(held).covers for held in HELD)


def test_every_word_that_rules_count_from_has_a_day_and_is_said_in_both_languages() -> None:
    assert all(isinstance(getattr(_Days, trigger), property) for trigger in PIECE_TRIGGERS)
    for trigger in TRIGGERS:
        for language in Language:
            assert span_in_words(Span(trigger, years=1), POLICY, language)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("last_contact + 3 years", Span("last_contact", years=3)),
        ("charge + 13 months", Span("charge", months=13)),
        ("write + 1 year", Span("write", years=1)),
        ("session+30 days", Span("session", days=30)),
        ("release", Span("release")),
    ],
)
def test_a_span_is_read_as_it_is_written(text: str, span: Span) -> None:
    assert Span.read(text) == span


@pytest.mark.parametrize(
    ("rule", "english", "french"),
    [
        (
            "R1",
            (
                "10 years after the end of the financial year of the document, "
                "or 10 years after the delivery of an order of €120 or more if that is longer"
            ),
            (
                "10 ans après la clôture de l'exercice comptable du document, "
                "ou 10 ans après la livraison d'une commande de 120 € ou plus si c'est plus long"
            ),
        ),
        ("R16", "13 months after the payment", "13 mois après le paiement"),
        (
            "R18",
            "2 years after the day on which what is still unpaid was due; 2 days after the settlement",
            "2 ans après l'échéance de ce qui reste impayé ; 2 jours après le règlement",
        ),
        (
            "R37",
            "until the last that is held of the person",
            "jusqu'à la dernière donnée détenue sur la personne",
        ),
    ],
)
def test_a_rule_says_in_plain_words_how_long_it_keeps(rule: str, english: str, french: str) -> None:
    assert how_long(POLICY.retention[rule], POLICY, Language.EN) == english
    assert how_long(POLICY.retention[rule], POLICY, Language.FR) == french


def test_e97_an_answer_lists_what_stays_why_and_until_when() -> None:
    def due(group: str, rule: str, day: date | None) -> Due:
        return Due(
            Piece("email#1", "stripe#evt", group, "stripe_payment#pi_1", at("2024-05-10")),
            rule,
            None,
            None,
            day,
        )

    staying = [
        due("dispute", "R17", None),
        due("invoice", "R1", date(2035, 1, 1)),
        due("payment", "R1", date(2034, 1, 1)),
    ]
    invoices, disputes = kept_for(staying, POLICY, Language.EN)
    assert (invoices.rule, invoices.what) == ("R1", "invoices, credit notes and payments")
    assert invoices.until == date(2034, 12, 31), "the last day of the last of them"
    assert "L123-22" in invoices.why
    assert (disputes.rule, disputes.until) == ("R17", None)
    assert disputes.how_long.startswith("5 years after the end of the dispute")
    assert kept_for(staying, POLICY, Language.FR)[0].what == "factures, avoirs et paiements"


def test_changing_a_number_changes_what_is_said_too() -> None:
    longer = policy.parse(CONTENT.replace(b"charge + 13 months", b"charge + 15 months"))
    assert how_long(longer.retention["R16"], longer, Language.EN) == "15 months after the payment"
    assert longer.periods.card == Span("charge", months=15)
