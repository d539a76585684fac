"""What was searched before anybody is told that nothing is held of them (T14, G17): every store, by its name."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from privacy.domain.letter import Language

#: What a draft plans of somebody of whom nothing is held: no package, and a letter that says where we looked.
NO_DATA = "no_data"


class Searched(StrEnum):
    """A store that was searched. SUPPRESSION_FOUND: where all that stands there is a refusal of offers (E94)."""

    RECORDS = "records"
    ARCHIVE = "archive"
    STRIPE = "stripe"
    MAILCHIMP = "mailchimp"
    MESSAGES = "messages"
    SUPPRESSION = "suppression"
    SUPPRESSION_FOUND = "suppression_found"


_WORDS: Mapping[Searched, tuple[str, str]] = {
    Searched.RECORDS: (
        "nos fichiers de clients, de commandes et de consentements",
        "our records of customers, orders and consents",
    ),
    Searched.ARCHIVE: ("nos archives", "our archive"),
    Searched.STRIPE: (
        "Stripe, qui encaisse les paiements pour nous",
        "Stripe, which takes payments for us",
    ),
    Searched.MAILCHIMP: (
        "Mailchimp, qui envoie notre newsletter",
        "Mailchimp, which sends our newsletter",
    ),
    Searched.MESSAGES: (
        "les messages que nous recevons, hormis la présente demande",
        "the messages that we receive, besides this request",
    ),
    Searched.SUPPRESSION: (
        "la liste de ceux qui ne veulent pas d'offres",
        "the list of those who want no offers",
    ),
    Searched.SUPPRESSION_FOUND: (
        "la liste de ceux qui ne veulent pas d'offres, où ne figure qu'une empreinte chiffrée de votre adresse",
        "the list of those who want no offers, where nothing but a keyed fingerprint of your address stands",
    ),
}


def searched_in_words(searched: Searched, language: Language) -> str:
    """A line of a list."""
    french, english = _WORDS[searched]
    return french if language is Language.FR else english
