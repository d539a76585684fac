"""What a letter says in words: days written out, rights by name, reasons; in French and in English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

from privacy.domain.clocks import PARIS
from privacy.domain.letter import Language
from privacy.domain.retention import Span
from privacy.domain.rights import Right

_DAYS = {
    Language.FR: ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    Language.EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    Language.FR: (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    Language.EN: (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip

#: Years, months and days: one, and more.
_UNITS = {
    Language.FR: (("an", "ans"), ("mois", "mois"), ("jour", "jours")),
    Language.EN: (("year", "years"), ("month", "months"), ("day", "days")),
}

_RIGHTS: Mapping[Language, Mapping[Right, str]] = {
    Language.FR: {
        Right.ACCESS: "savoir quelles données vous concernant nous avons, et en recevoir une copie",
        Right.RECTIFICATION: "faire corriger des données",
        Right.ERASURE: "faire effacer des données",
        Right.RESTRICTION: "faire limiter l'utilisation de données",
        Right.PORTABILITY: "recevoir des données dans un format réutilisable, ou les faire transmettre",
        Right.OBJECTION: "vous opposer à une utilisation de données",
        Right.OBJECTION_MARKETING: "ne plus recevoir nos offres",
        Right.CONSENT_WITHDRAWAL: "retirer votre consentement",
        Right.AUTOMATED_DECISION_REVIEW: "faire réexaminer une décision par une personne",
        Right.POST_MORTEM_DIRECTIVE: "donner des directives sur le sort de vos données après votre décès",
        Right.HEIR_REQUEST: "une demande au sujet d'une personne disparue",
    },
    Language.EN: {
        Right.ACCESS: "to know what data we have about you, and to receive a copy",
        Right.RECTIFICATION: "to have data corrected",
        Right.ERASURE: "to have data erased",
        Right.RESTRICTION: "to have the use of data restricted",
        Right.PORTABILITY: "to receive data in a format that can be used again, or to have them transferred",
        Right.OBJECTION: "to object to a use of data",
        Right.OBJECTION_MARKETING: "to get no more of our offers",
        Right.CONSENT_WITHDRAWAL: "to withdraw your consent",
        Right.AUTOMATED_DECISION_REVIEW: "to have a decision reviewed by a person",
        Right.POST_MORTEM_DIRECTIVE: "to give directives on what becomes of your data after your death",
        Right.HEIR_REQUEST: "a request about a person who has died",
    },
}


class Why(StrEnum):
    """Why a letter did not reach its recipient, or a message was not sent on."""

    BOUNCED = "bounced"
    REJECTED = "rejected"
    COMPLAINED = "complained"
    UNDELIVERED = "undelivered"
    UNADDRESSABLE = "unaddressable"
    TOO_LARGE = "too_large"
    ATTACHMENTS = "attachments"
    VIRUS = "virus"
    REFUSED = "refused"
    UNANSWERABLE = "unanswerable"


_WHY: Mapping[Language, Mapping[Why, str]] = {
    Language.FR: {
        Why.BOUNCED: "le serveur du destinataire l'a refusée définitivement.",
        Why.REJECTED: "le serveur d'envoi l'a refusée.",
        Why.COMPLAINED: "le destinataire l'a signalée comme indésirable.",
        Why.UNDELIVERED: "le serveur d'envoi l'a prise, et ne l'a pas remise.",
        Why.UNADDRESSABLE: "on ne peut pas écrire à cette adresse.",
        Why.TOO_LARGE: "il dépasse la taille que le serveur d'envoi transporte.",
        Why.ATTACHMENTS: "le serveur d'envoi ne transporte pas ce type de pièce jointe.",
        Why.VIRUS: "un virus y a été trouvé ; ne l'ouvrez qu'avec précaution.",
        Why.REFUSED: "le serveur d'envoi l'a refusé.",
        Why.UNANSWERABLE: "il ne porte aucune adresse à laquelle répondre.",
    },
    Language.EN: {
        Why.BOUNCED: "the recipient's server refused it for good.",
        Why.REJECTED: "the sending server refused it.",
        Why.COMPLAINED: "the recipient reported it as unwanted.",
        Why.UNDELIVERED: "the sending server took it, and did not deliver it.",
        Why.UNADDRESSABLE: "nobody can write to that address.",
        Why.TOO_LARGE: "it is larger than the sending server carries.",
        Why.ATTACHMENTS: "the sending server does not carry attachments of that type.",
        Why.VIRUS: "a virus was found in it; open it with care only.",
        Why.REFUSED: "the sending server refused it.",
        Why.UNANSWERABLE: "it carries no address to answer to.",
    },
}


def why_in_words(why: Why, language: Language) -> str:
    """A sentence's end, after a colon."""
    return _WHY[language][why]


class Missing(StrEnum):
    """What we still need from somebody who has not shown who they are."""

    CONFIRMATION = "confirmation"
    CONFIRMATION_ELSEWHERE = "confirmation_elsewhere"
    FACTS = "facts"
    DOCUMENT = "document"


_MISSING: Mapping[Language, Mapping[Missing, str]] = {
    Language.FR: {
        Missing.CONFIRMATION: "votre confirmation, par un message séparé que vous recevez de nous.",
        Missing.CONFIRMATION_ELSEWHERE: (
            "la confirmation envoyée à l'adresse que nous connaissons, s'il y en a une."
        ),
        Missing.FACTS: (
            "deux éléments de votre dernière commande, parmi son numéro, le code postal de livraison et son mois."
        ),
        Missing.DOCUMENT: "un justificatif.",
    },
    Language.EN: {
        Missing.CONFIRMATION: "your confirmation, by a separate message that you receive from us.",
        Missing.CONFIRMATION_ELSEWHERE: (
            "the confirmation that was sent to the address that we know, if there is one."
        ),
        Missing.FACTS: (
            "two facts about your last order, out of its number, the delivery postcode and its month."
        ),
        Missing.DOCUMENT: "a proof.",
    },
}


class How(StrEnum):
    """By which way what is missing reaches us."""

    REPLY = "reply"
    LINK = "link"
    UPLOAD = "upload"


_HOW: Mapping[Language, Mapping[How, str]] = {
    Language.FR: {
        How.REPLY: "Répondez simplement à ce message.",
        How.LINK: "Il suffit d'ouvrir le lien qui s'y trouve.",
        How.UPLOAD: (
            "Déposez-le par le lien sécurisé que vous recevez dans un message séparé, plutôt que par e-mail."
        ),
    },
    Language.EN: {
        How.REPLY: "Simply reply to this message.",
        How.LINK: "It takes no more than opening the link in it.",
        How.UPLOAD: (
            "Please upload it through the secure link that you receive in a separate message, and not by e-mail."
        ),
    },
}


class Then(StrEnum):
    """What becomes of data whose restriction ends."""

    USED = "used"
    RESTRICTED = "restricted"
    ERASED = "erased"


_THEN: Mapping[Language, Mapping[Then, str]] = {
    Language.FR: {
        Then.USED: (
            "À partir de ce jour, vos données seront de nouveau utilisées comme le décrit notre politique de"
            " confidentialité, et supprimées à leur échéance."
        ),
        Then.RESTRICTED: (
            "Une autre limitation, que vous avez demandée par ailleurs, continue : tant qu'elle dure, vos données ne"
            " seront toujours que conservées, et nous vous préviendrons avant de la lever aussi."
        ),
        Then.ERASED: (
            "Après ce jour, ce que seule cette limitation gardait est effacé, comme vous nous l'avez demandé, sans"
            " nouvelle demande de votre part."
        ),
    },
    Language.EN: {
        Then.USED: (
            "From that day on your data will again be used as our privacy policy describes, and deleted when their"
            " time is over."
        ),
        Then.RESTRICTED: (
            "Another restriction, which you asked for separately, goes on: while it lasts your data will still only"
            " be stored, and we will tell you before lifting it, too."
        ),
        Then.ERASED: (
            "After that day what this restriction alone kept is erased, as you asked us to, without a new request of"
            " yours."
        ),
    },
}


def then_in_words(then: Then, language: Language) -> str:
    """A sentence."""
    return _THEN[language][then]


def how_in_words(how: How, language: Language) -> str:
    """A sentence."""
    return _HOW[language][how]


def missing_in_words(missing: Missing, language: Language) -> str:
    """A sentence's end, after a colon."""
    return _MISSING[language][missing]


#: Why a person has to look, by the word that a case was flagged with.
_REASONS: Mapping[str, tuple[str, str]] = {
    "unsure": ("est-ce une demande ? cela n'est pas certain", "is it a request? That is not certain"),
    "spam": (
        "il est signalé comme indésirable, et demande quelque chose",
        "it is marked as spam, and asks for something",
    ),
    "authority": ("il semble venir d'une autorité", "it seems to come from an authority"),
    "bulk": (
        "il ressemble à un envoi en nombre, et demande quelque chose",
        "it looks like a mailing, and asks for something",
    ),
    "language": ("il est écrit dans une autre langue", "it is written in another language"),
    "unread": ("une partie n'a pas pu être lue", "a part of it could not be read"),
    "no_sender": ("il ne dit pas qui l'a écrit", "it does not say who wrote it"),
    "for_another": ("il est écrit pour une autre personne", "it is written for somebody else"),
    "death": ("il annonce un décès", "it tells of a death"),
    "staff": (
        "l'un de nous transmet ce qu'une autre personne demande",
        "one of us sends on what somebody else asks",
    ),
    "stranger": ("il cite le dossier de quelqu'un d'autre", "it names somebody else's case"),
    "reply": ("c'est peut-être la réponse attendue", "it may be the reply that we wait for"),
    "proof": ("un justificatif est arrivé", "a proof has arrived"),
    "unidentified": (
        "rien n'a été prouvé depuis 30 jours : le dossier peut être clos",
        "nothing was proved for 30 days: the case may be closed",
    ),
    "abuse": ("il contient une exigence d'argent ou une menace", "it demands money, or threatens"),
    "bounced": ("une lettre est revenue", "a letter came back"),
    "rejected": ("une lettre a été refusée", "a letter was refused"),
    "complained": ("une lettre a été signalée comme indésirable", "a letter was reported as unwanted"),
    "silent": ("une lettre est peut-être partie", "a letter may have gone"),
    "undecided": (
        "personne n'a décidé depuis plus d'un jour ouvré",
        "nobody has decided for more than a working day",
    ),
    "undeliverable": ("nos lettres n'arrivent pas", "our letters do not arrive"),
    "unconfirmed": (
        "depuis un jour, Mailchimp n'a pas confirmé la désinscription",
        "for a day Mailchimp has not confirmed the unsubscription",
    ),
    "for_staff": ("l'équipe ou le DPO peut l'approuver", "staff or the DPO may approve it"),
    "for_dpo": ("seul le DPO peut l'approuver", "the DPO alone may approve it"),
    "others_in_answer": (
        "d'autres personnes peuvent y figurer : regardez avant d'approuver",
        "other people may be in it: look before it is approved",
    ),
    "recipient_untold": (
        "un destinataire des données n'a pas d'adresse connue : prévenez-le vous-même",
        "a recipient of the data has no address that we know: tell them yourself",
    ),
    "recipient_answered": (
        "un destinataire des données répond : notez ce qu'il a fait",
        "a recipient of the data answers: write down what they did",
    ),
    "whose_data": (
        "de qui sont les données ? le dossier ne permet pas de le dire",
        "whose data are meant? The case does not say for sure",
    ),
    "young": (
        "il dit avoir moins de 18 ans : la demande passe avant les autres, et seul le DPO l'approuve",
        "it says that its writer is under 18: it goes before the others, and the DPO alone approves it",
    ),
    "to_propose": (
        "une réponse est à proposer, qu'aucun logiciel ne prépare",
        "an answer has to be proposed, which no software drafts",
    ),
    "unverified": ("personne n'a encore prouvé son identité", "nobody has shown yet who they are"),
    "package_broken": (
        "le fichier de la réponse n'est plus celui qui a été approuvé",
        "the file of the answer is not the one that was approved any more",
    ),
    "review": (
        "une conservation décidée est à réexaminer",
        "something is kept by decision: it is time to look whether it still has to be",
    ),
}


def reason_in_words(reason: str, language: Language) -> str:
    """A word that has no words here says itself: better than a person who is not told."""
    french, english = _REASONS.get(reason, (reason.replace("_", " "),) * 2)
    return french if language is Language.FR else english


def day_in_words(day: date, language: Language) -> str:
    """Such as `lundi 5 avril 2027`, `vendredi 1er janvier 2027`, `Monday 5 April 2027`."""
    number = "1er" if language is Language.FR and day.day == 1 else str(day.day)
    return f"{_DAYS[language][day.weekday()]} {number} {_MONTHS[language][day.month - 1]} {day.year}"


def instant_in_words(at: datetime, language: Language) -> str:
    """Such as `lundi 5 avril 2027 à 9 h 05`, `Monday 5 April 2027, 09:05`: what the clock in Paris shows."""
    local = at.astimezone(PARIS)
    if language is Language.FR:
        return f"{day_in_words(local.date(), language)} à {local.hour} h {local:%M}"
    return f"{day_in_words(local.date(), language)}, {local:%H:%M}"


def amount_in_words(cents: int, language: Language) -> str:
    """Such as `12,50 €`, `€12.50`."""
    euros, rest = divmod(cents, 100)
    return f"{euros},{rest:02} €" if language is Language.FR else f"€{euros}.{rest:02}"


def length_in_words(span: Span, language: Language) -> str:
    """Such as `3 ans`, `13 mois`, `30 days`, `1 year`."""
    counted = [(count, unit) for count, unit in zip(span[1:], _UNITS[language], strict=True) if count]
    return " ".join(f"{count} {one if count == 1 else more}" for count, (one, more) in counted)


def rights_in_words(rights: Iterable[Right], language: Language) -> str:
    """A line each, in the order of `Right`."""
    asked = set(rights)
    return listed((_RIGHTS[language][right] for right in Right if right in asked), language)


def right_in_words(right: Right, language: Language) -> str:
    return _RIGHTS[language][right]


def listed(items: Iterable[str], language: Language) -> str:
    """A line each, closed as a sentence is, whoever closed it before; where there is nothing, that."""
    lines = [f"- {_unclosed(item)}" for item in items] or ["- aucun" if language is Language.FR else "- none"]
    said = (" ;\n" if language is Language.FR else ";\n").join(lines)
    return said if said.endswith(".") else f"{said}."


def _unclosed(line: str) -> str:
    """Without its own full stop, unless that ends an abbreviation (`Inc.`, `S.A.`)."""
    return line if _ABBREVIATED.search(line) else line.rstrip(" .;")


#: As firms and people write themselves.
_ABBREVIATED = re.compile(r"(?:\b(?:Inc|Ltd|Co|Corp|Bros|Cie|Jr|Sr)|\b[A-Z](?:\.[A-Z])*)\.$")
