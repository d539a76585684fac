"""Letters: every one has its wording in both languages, says what it must, and nothing that it must not."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from privacy import letters, policy
from privacy.domain.erasure import Gone, Kept, Where
from privacy.domain.erasure_words import told_gone, told_kept
from privacy.domain.gaps import Gap
from privacy.domain.letter import (
    COMMON,
    NAMELESS,
    NEEDS,
    UNTAGGED,
    WITH_REMEDIES,
    Language,
    Letter,
    UnfitWording,
    Wording,
    filled,
    languages_for,
)
from privacy.domain.letter_words import How, Then, Why, day_in_words, listed, rights_in_words, why_in_words
from privacy.domain.policy import Controller
from privacy.domain.rectification import Change
from privacy.domain.rights import Right
from privacy.operations.letters.compose_letter import (
    Amount,
    Changes,
    Gaps,
    Reasons,
    Told,
    Value,
    Writing,
    compose,
)
from tests.golden import GOLDEN, compare

CASE = "IM-2026-000123"
BOOK = letters.load()
CONTROLLER = Controller(
    name="iméra",
    legal_name="Iméra exemple SAS",
    siren="123456789",
    address="1 rue de l'Exemple, 75001 Paris, France",
    dpo="Dominique Exemple",
    contact="contact@imera-paris.com",
    staff_language="fr",
)
KEPT = [
    Kept(Where.OURS, "invoice", "R1", "17(3)(b)", date(2034, 12, 31), "stripe_payment#pi_1"),
    Kept(Where.OURS, "delivery", "R3", "17(3)(e)", None, "stripe_payment#pi_1", "dispute"),
    Kept(Where.STRIPE, "payments", "R1", "17(3)(b)"),
    Kept(Where.SUPPRESSION, "suppression", "R9", "21(3)"),
    Kept(Where.REQUESTS, "case", "R10", "5(2)"),
    Kept(Where.REQUESTS, "minimal_case", "R11", "5(2)"),
]
#: A value for each name, as a flow would give it.
SAMPLES: dict[str, Value] = {
    "received_on": date(2027, 3, 5),
    "answer_by": date(2027, 4, 5),
    "due_on": date(2027, 4, 5),
    "target_on": date(2027, 4, 5),
    "valid_until": date(2027, 3, 12),
    "closes_on": date(2027, 4, 4),
    "reply_by": date(2027, 3, 19),
    "ends_on": date(2027, 5, 1),
    "held_since": date(2027, 3, 5),
    "review_on": date(2027, 4, 5),
    "rights": (Right.ACCESS, Right.OBJECTION_MARKETING),
    "link": "https://privacy.example/c/4f1d",
    "reason": "vous nous écrivez d'une adresse que nous ne connaissons pas.",
    "missing": "le numéro de votre dernière commande",
    "how": How.REPLY,
    "then": Then.USED,
    "commands": f"privacy requests decide {CASE} --right access",
    "question": "s'agit-il de votre compte, ou de votre dernière commande ?",
    "code": "7KQM-3VXP",
    "searched": ("commandes et paiements", "newsletter", "courriers"),
    "stopped": ("personnalisation des offres", "statistiques"),
    "directives": ("effacer mon profil", "conserver mes factures"),
    "executor": "Claude Exemple",
    "changes": Changes((Change("city", "Lyon", "Paris"), Change("phone", "", "+33 1 00 00 00 00"))),
    "recipients": (
        "Stripe Payments Europe, Limited",
        "The Rocket Science Group LLC (Mailchimp, Intuit Inc.)",
    ),
    "goes": Told(told_gone([Gone(Where.OURS, "profile", "R4"), Gone(Where.MAILCHIMP, "member", "R5")])),
    "stays": Told(told_kept(KEPT, policy.load())),
    "lifted_on": date(2027, 4, 12),
    "result": "le paiement semblait venir d'une carte volée ; il n'en est rien, et votre commande peut être repassée.",
    "amount": Amount(1250),
    "asked": "commande 1042 : remplacez le nom du destinataire par « Camille Durand ».",
    "done": ("le profil est clos", "plus aucun message ne sera envoyé"),
    "why": Why.TOO_LARGE,
    "reasons": Reasons(("unsure", "no_words_yet")),
    "letter": Letter.ACK,
    "choices": "https://privacy.example/choices/8a2c",
    "breach": "BR-4F1D2A90",
    "aware_at": datetime(2027, 3, 5, 8, 5, tzinfo=UTC),
    "due_at": datetime(2027, 3, 8, 8, 5, tzinfo=UTC),
    "gaps": Gaps((Gap("contract", "Stripe Payments Europe, Limited"), Gap("controller", "siren"))),
}
ALL = [(language, letter) for language in Language for letter in Letter]


def written(letter: Letter, *languages: Language, **more: Any) -> str:
    values = {name: SAMPLES[name] for name in NEEDS[letter]}
    made = compose(Writing(letter, CASE, languages, values, **more), book=BOOK, controller=CONTROLLER)
    return f"Subject: {made.subject}\n\n{made.text}"


@pytest.mark.parametrize(("language", "letter"), ALL)
def test_a_letter_asks_its_flow_for_exactly_what_it_says(language: Language, letter: Letter) -> None:
    assert BOOK.wordings[language, letter].placeholders() - COMMON == NEEDS[letter]


@pytest.mark.parametrize(("language", "letter"), ALL)
def test_a_letter_reads_as_somebody_once_read_it(
    language: Language, letter: Letter, request: pytest.FixtureRequest
) -> None:
    compare(f"letters/{language.value}/{letter.value}.txt", written(letter, language), request.config)


def test_nothing_is_kept_as_read_that_is_a_letter_no_more() -> None:
    for language in Language:
        kept = {path.stem for path in (GOLDEN / "letters" / language.value).glob("*.txt")}
        assert kept - {"ack_id_sent", "erased_for_another"} == {letter.value for letter in Letter}


def test_an_acknowledgement_in_neither_language_is_in_both(request: pytest.FixtureRequest) -> None:
    compare("letters/both/ack.txt", written(Letter.ACK, *languages_for("de")), request.config)


def test_whoever_noted_something_by_hand_goes_without_a_word_that_orders_do() -> None:
    """Of a customer the orders stay: a letter that says both is false."""
    entry, order = (told_gone([Gone(Where.OURS, what, "R3")]) for what in ("entry", "order"))
    assert len(entry) == len(Language)
    assert set(entry).isdisjoint(order)
    assert not [line for line in entry if "orders" in line or "commandes" in line]


@pytest.mark.parametrize("language", Language)
def test_who_wrote_about_another_person_is_told_whose_data_a_letter_means(
    language: Language, request: pytest.FixtureRequest
) -> None:
    """E82, E83: no heir reads in a subject that their own data are erased."""
    said = written(Letter.ERASED, language, for_another=True)
    compare(f"letters/{language.value}/erased_for_another.txt", said, request.config)
    assert BOOK.wordings[language, Letter.ERASED].subject not in said


def test_lines_that_people_wrote_are_closed_once_and_names_stay_whole() -> None:
    assert listed(["Tout remettre à Anna.", "effacer le reste."], Language.FR).endswith("le reste.")
    assert listed(["effacer le reste.", "clore"], Language.FR) == "- effacer le reste ;\n- clore."
    assert (
        listed(["compte clos chez Stripe.", "clore"], Language.FR) == "- compte clos chez Stripe ;\n- clore."
    )
    assert listed(["Colis S.A.", "Stripe"], Language.FR) == "- Colis S.A. ;\n- Stripe."
    assert listed(["Stripe, Inc.", "Colis SA"], Language.EN) == "- Stripe, Inc.;\n- Colis SA."
    assert listed(["Colis SA", "Stripe, Inc."], Language.EN) == "- Colis SA;\n- Stripe, Inc."


def test_what_a_person_wrote_at_a_sentences_end_gets_its_full_stop_once() -> None:
    for reason in ("votre demande est complexe", "votre demande est complexe."):
        values = {**{name: SAMPLES[name] for name in NEEDS[Letter.EXTENSION]}, "reason": reason}
        made = compose(
            Writing(Letter.EXTENSION, CASE, (Language.FR,), values), book=BOOK, controller=CONTROLLER
        )
        assert "votre demande est complexe.\n" in made.text


def test_who_sent_an_identity_document_unasked_is_told_that_it_is_not_needed(
    request: pytest.FixtureRequest,
) -> None:
    """E75."""
    said = written(Letter.ACK, Language.FR, id_sent=True)
    assert BOOK.frames[Language.FR].id_not_needed in said
    assert BOOK.frames[Language.FR].id_not_needed not in written(Letter.ACK, Language.FR)
    compare("letters/fr/ack_id_sent.txt", said, request.config)


@pytest.mark.parametrize(("language", "letter"), ALL)
def test_every_letter_names_the_case_and_who_is_responsible(language: Language, letter: Letter) -> None:
    """P3."""
    said = written(letter, language)
    assert said.startswith(f"Subject: [{CASE}] ") is (letter not in UNTAGGED)
    assert CASE in said
    if not letter.internal:
        for named in (CONTROLLER.legal_name, "SIREN 123456789", CONTROLLER.address, CONTROLLER.contact):
            assert named in said


@pytest.mark.parametrize(("language", "letter"), ALL)
def test_who_is_refused_or_kept_waiting_is_told_of_the_cnil_and_of_the_courts(
    language: Language, letter: Letter
) -> None:
    """P47, G12."""
    assert ("https://www.cnil.fr/" in written(letter, language)) == (letter in WITH_REMEDIES)


@pytest.mark.parametrize(("language", "letter"), ALL)
def test_a_name_is_greeted_only_where_identity_is_known_to_be_verified(
    language: Language, letter: Letter
) -> None:
    said = written(letter, language, addressee="Léa\r\nBcc: x")
    assert ("Léa Bcc: x," in said) == (letter not in NAMELESS and not letter.internal)
    assert "Léa" not in written(letter, language)


@pytest.mark.parametrize(("language", "letter"), [each for each in ALL if each[1] in NAMELESS])
def test_a_letter_to_whom_nobody_knows_says_nothing_of_what_we_hold(
    language: Language, letter: Letter
) -> None:
    """No statement that we do, or do not, hold data before identity is verified (E72)."""
    french = r"nous (n')?avons (aucune|des|vos) données|nous (conservons|détenons|traitons)"
    english = r"we (hold|keep|process|have) (no|your|the) "
    assert not re.search(f"{french}|{english}", written(letter, language), re.IGNORECASE)


@pytest.mark.parametrize(("language", "letter"), ALL)
def test_no_letter_carries_an_advert_or_anything_that_tells_of_its_opening(
    language: Language, letter: Letter
) -> None:
    said = written(letter, language)
    assert set(re.findall(r"https?://[^\s)]+", said)) <= {
        SAMPLES["link"],
        SAMPLES["choices"],
        "https://www.cnil.fr/",
    }
    assert "<" not in said


def test_a_letter_that_lacks_a_value_or_has_one_too_many_is_not_written() -> None:
    values = {name: SAMPLES[name] for name in NEEDS[Letter.ACK]}
    for odd in ({**values, "link": "x"}, {k: v for k, v in values.items() if k != "rights"}):
        with pytest.raises(UnfitWording):
            compose(Writing(Letter.ACK, CASE, (Language.FR,), odd), book=BOOK, controller=CONTROLLER)


def test_a_wording_and_its_values_fit_exactly_or_not_at_all() -> None:
    assert filled("$a and ${b}", {"a": "$b", "b": "$$"}) == "$b and $$"
    for text, values in (("$a", {}), ("a", {"a": "1"}), ("5 $ a", {}), ("$a $", {"a": "1"})):
        with pytest.raises(UnfitWording):
            filled(text, values)
    assert Wording("s", "$a").filled({"a": "1", "case": "IM"}) == Wording("s", "1")
    with pytest.raises(UnfitWording):
        Wording("s", "$a").filled({"a": "1", "b": "2"})


def test_a_files_missing_or_misshapen_letter_stops_the_start() -> None:
    texts = {language: letters._read(language) for language in Language}
    assert letters.parse(texts) == BOOK
    for broken in (None, "subject only", "two\nlines\n\nbody", "subject\n\n", "s\n\n5 $ a"):
        changed = {language: dict(found) for language, found in texts.items()}
        del changed[Language.EN]["ack"]
        if broken is not None:
            changed[Language.EN]["ack"] = broken
        with pytest.raises(letters.InvalidLetters, match="en"):
            letters.parse(changed)


def test_the_book_is_known_by_its_words() -> None:
    texts = {language: letters._read(language) for language in Language}
    texts[Language.FR]["ack"] += "."
    assert letters.parse(texts).digest != BOOK.digest


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2027, 4, 5), "lundi 5 avril 2027", "Monday 5 April 2027"),
        (date(2027, 8, 1), "dimanche 1er août 2027", "Sunday 1 August 2027"),
        (date(2028, 2, 29), "mardi 29 février 2028", "Tuesday 29 February 2028"),
    ],
)
def test_days_are_written_out(day: date, french: str, english: str) -> None:
    assert day_in_words(day, Language.FR) == french
    assert day_in_words(day, Language.EN) == english


def test_every_right_has_words_in_both_languages_in_the_order_of_the_law() -> None:
    for language in Language:
        lines = rights_in_words(reversed(Right), language).splitlines()
        assert len(set(lines)) == len(Right)
        assert lines[0] == rights_in_words([Right.ACCESS], language)[:-1] + (
            " ;" if language is Language.FR else ";"
        )


def test_every_reason_has_words_in_both_languages() -> None:
    for language in Language:
        assert len({why_in_words(why, language) for why in Why}) >= len(Why) - 1


@pytest.mark.parametrize(
    ("understood", "languages"),
    [
        ("fr", (Language.FR,)),
        ("en", (Language.EN,)),
        ("de", (Language.FR, Language.EN)),
        ("", (Language.FR, Language.EN)),
    ],
)
def test_a_letter_is_in_the_language_of_the_request_or_in_both(
    understood: str, languages: tuple[Language, ...]
) -> None:
    """G15, E38, E69."""
    assert languages_for(understood) == languages


@pytest.mark.parametrize(
    "line",
    [
        'siren = "12345678"',
        'siren = "12345678a"',
        'address = ""',
        'name = "a\\nBcc: b"',
        'staff_language = "de"',
        'contact = "nobody"',
    ],
)
def test_a_controller_that_nobody_could_reach_stops_the_start(line: str) -> None:
    content = (policy.files("privacy.policy") / "imera.toml").read_text()
    name = line.partition(" ")[0]
    changed = re.sub(rf"(?m)^{name} = \"[^\"]*\"", lambda _: line, content, count=1)
    assert changed != content
    with pytest.raises(policy.InvalidPolicy, match=f"controller.{name}"):
        policy.parse(changed.encode())


def test_an_identified_company_is_named_with_its_number_and_another_without() -> None:
    shipped = policy.load().controller
    said = compose(Writing(Letter.MANDATE_REQUEST, CASE, (Language.FR,)), book=BOOK, controller=shipped).text
    assert f"{shipped.name}, responsable du traitement" in said
    assert "SIREN" not in said
