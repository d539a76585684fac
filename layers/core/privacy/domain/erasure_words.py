"""What an erasure took and what it left, in plain words, in French and in English: a line each, as its letter says it.

A line begins with its language (`fr: vos nom et adresse`): both are written down when it was done, so that the letter
says what was so then, whatever the rules say later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from privacy.domain.erasure import PAYMENTS_OF_STRIPE, PAYMENTS_UNTIL_REDACTED, Gone, Kept, Where
from privacy.domain.letter import Language
from privacy.domain.letter_words import day_in_words
from privacy.domain.policy import Policy
from privacy.domain.retention_words import how_long

_EN, _FR = Language.EN, Language.FR

type Words = Mapping[Language, str]

#: Each kind of record that may go, by where it was and what it is called there. Kinds that one thing is called by to
#: whoever reads the letter have the same words, and one line.
_ORDERS: Words = {
    _EN: "what we knew of your orders and payments",
    _FR: "ce que nous savions de vos commandes et paiements",
}
_CHECKS: Words = {
    _EN: "the results of fraud checks, and the addresses on the internet that payments came from",
    _FR: "les résultats des contrôles anti-fraude et les adresses IP de paiement",
}
GONE: Mapping[tuple[Where, str], Words] = {
    **{
        (Where.OURS, group): _ORDERS
        for group in ("order", "payment", "refund", "invoice", "unpaid", "handover", "dispute", "archived")
    },
    (Where.OURS, "entry"): {
        _EN: "the names of those of us who entered something about you by hand",
        _FR: "le nom des personnes de notre équipe qui ont saisi quelque chose à votre sujet",
    },
    (Where.OURS, "fraud"): _CHECKS,
    (Where.OURS, "card"): {
        _EN: "the brand, last four digits and expiry of your cards",
        _FR: "la marque, les quatre derniers chiffres et l'échéance de vos cartes",
    },
    (Where.OURS, "checkout"): {
        _EN: "what you typed in checkouts that became no order",
        _FR: "ce que vous aviez saisi en caisse sans commander",
    },
    (Where.OURS, "delivery"): {
        _EN: "the addresses that your orders were delivered to",
        _FR: "les adresses de livraison de vos commandes",
    },
    (Where.OURS, "profile"): {
        _EN: "your customer profile: name, e-mail and postal address, customer number",
        _FR: "votre profil client : nom, adresses électronique et postale, numéro client",
    },
    (Where.OURS, "phone"): {_EN: "your telephone number", _FR: "votre numéro de téléphone"},
    (Where.OURS, "contact"): {
        _EN: "the record that you wrote to us",
        _FR: "la mention que vous nous avez écrit",
    },
    (Where.OURS, "disclosure"): {
        _EN: "our notes of those to whom your data were given",
        _FR: "nos notes sur les remises de vos données",
    },
    (Where.OURS, "consent"): {
        _EN: "your choices about our news and offers, with their proofs",
        _FR: "vos choix concernant nos actualités et nos offres, avec leurs preuves",
    },
    (Where.OURS, "subscription"): {
        _EN: "your newsletter subscription, in our own records",
        _FR: "votre abonnement à la newsletter, dans nos fichiers",
    },
    (Where.OURS, "link"): {_EN: "the number by which we knew you", _FR: "le numéro sous lequel nous vous connaissions"},
    (Where.OURS, "note"): {_EN: "our notes about you", _FR: "nos notes à votre sujet"},
    (Where.OURS, "directive"): {
        _EN: "your directive on what becomes of your data after your death",
        _FR: "votre directive sur le sort de vos données après votre décès",
    },
    (Where.MAILCHIMP, "member"): {
        _EN: "your record at Mailchimp, which sends our newsletter: deleted for good",
        _FR: "votre fiche chez Mailchimp, qui envoie notre newsletter : supprimée définitivement",
    },
    (Where.STRIPE, "customer"): {
        _EN: "your customer record at Stripe, which takes our payments",
        _FR: "votre fiche client chez Stripe, qui encaisse nos paiements",
    },
    (Where.STRIPE, "details"): {
        _EN: "your name, addresses, telephone number and saved cards at Stripe, which takes our payments",
        _FR: "vos nom, adresses, téléphone et cartes enregistrées chez Stripe, qui encaisse nos paiements",
    },
    (Where.STRIPE, "payments"): {
        _EN: "what Stripe still has of your purchases and payments: it is blacked out there, which can begin 90 days"
        " after the last of them, and takes up to 30",
        _FR: "ce que Stripe a encore de vos achats et paiements : Stripe le masque, ce qui peut commencer 90 jours"
        " après le dernier et prend jusqu'à 30 jours",
    },
    (Where.STRIPE, "traces"): {
        _EN: "what Stripe still has of payments that failed and of purchases that were left: it is blacked out there,"
        " which can begin 90 days after the last of them, and takes up to 30",
        _FR: "ce que Stripe a encore de paiements refusés et d'achats abandonnés : Stripe le masque, ce qui peut"
        " commencer 90 jours après le dernier et prend jusqu'à 30 jours",
    },
    (Where.MESSAGES, "messages"): {
        _EN: "the messages of your earlier requests",
        _FR: "les messages de vos demandes précédentes",
    },
}  # fmt: skip

#: Articles by which something is kept that has no rule with an end of its own.
_GROUNDS: Mapping[str, Words] = {
    "17(3)(e)": {
        _EN: "for as long as the dispute, claim or payment is open (Art. 17(3)(e) GDPR)",
        _FR: "tant que le litige, la réclamation ou le paiement est en cours (RGPD art. 17, 3, e)",
    },
    "6(1)(b)": {
        _EN: "until your goods have arrived and can no longer come back (Art. 6(1)(b) GDPR)",
        _FR: "jusqu'à la livraison et la fin du délai de rétractation (RGPD art. 6, 1, b)",
    },
    "18": {
        _EN: "for as long as you want its processing restricted (Art. 18 GDPR)",
        _FR: "tant que vous en souhaitez la limitation (RGPD art. 18)",
    },
}
#: What is said of payments at Stripe, by what the plan calls them.
_AT_STRIPE: Mapping[str, Words] = {
    "payments": {
        _EN: "at Stripe, the payments themselves, for as long as our own records of them, and after that as the law"
        " obliges Stripe itself",
        _FR: "chez Stripe, les paiements eux-mêmes, aussi longtemps que nos propres pièces, puis selon les obligations"
        " légales de Stripe",
    },
    PAYMENTS_UNTIL_REDACTED: {
        _EN: "at Stripe, the payments themselves, for as long as our own records of them; then Stripe blacks out what"
        " says whose they were, within 30 days",
        _FR: "chez Stripe, les paiements eux-mêmes, aussi longtemps que nos propres pièces ; ensuite Stripe masque"
        " ce qui dit à qui ils étaient, sous 30 jours",
    },
    PAYMENTS_OF_STRIPE: {
        _EN: "at Stripe, the payments themselves, as the law obliges Stripe itself",
        _FR: "chez Stripe, les paiements eux-mêmes, selon les obligations légales de Stripe",
    },
}
_HELD: Words = {_EN: "{what}: {why}", _FR: "{what} : {why}"}
_KEPT: Words = {
    _EN: "{what}: until {day} at the latest ({why})",
    _FR: "{what} : jusqu'au {day} au plus tard ({why})",
}
_BY_RULE: Words = {_EN: "{what}: {how_long} ({why})", _FR: "{what} : {how_long} ({why})"}


def told_gone(goes: Iterable[Gone]) -> tuple[str, ...]:
    """In both languages; each thing once."""
    known = {(gone.where, gone.what) for gone in goes}
    return tuple(
        line
        for language in Language
        for line in dict.fromkeys(
            f"{language.value}: {words[language]}" for key, words in GONE.items() if key in known
        )
    )


def told_kept(stays: Sequence[Kept], policy: Policy) -> tuple[str, ...]:
    """In both languages: what, until when and why; a rule's records together, by the last day of the last."""
    return tuple(
        f"{language.value}: {line}"
        for language in Language
        for line in dict.fromkeys(_kept(stays, policy, language))
    )


def of_language(lines: Iterable[str], language: Language) -> tuple[str, ...]:
    """Those of the lines that are written in it, without its name."""
    begins = f"{language.value}: "
    return tuple(line.removeprefix(begins) for line in lines if line.startswith(begins))


def _kept(stays: Sequence[Kept], policy: Policy, language: Language) -> Iterable[str]:
    for rule in policy.retention.values():
        ours = [kept for kept in stays if kept.rule == rule.id and kept.where is not Where.STRIPE]
        ends = [kept.until for kept in ours if kept.until is not None]
        what, why = rule.record[language], rule.basis[language]
        if ends:
            day = day_in_words(max(ends), language)
            yield _KEPT[language].format(what=what, day=day, why=why)
        for ground in sorted({kept.ground for kept in ours if kept.until is None}):
            if ground in _GROUNDS:
                yield _HELD[language].format(what=what, why=_GROUNDS[ground][language])
            else:
                yield _BY_RULE[language].format(what=what, how_long=how_long(rule, policy, language), why=why)
    for what in sorted({kept.what for kept in stays if kept.where is Where.STRIPE}):
        yield _AT_STRIPE[what][language]
