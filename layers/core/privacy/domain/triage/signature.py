"""Who signs, under the last words: kept for names and addresses, and no request by itself.

Hiding a request is worse than leaving a telephone number in the text: after a closing formula only lines that
look like names, titles, addresses or numbers are the signature's, and whatever speaks to the shop is not.
"""

from __future__ import annotations

import re

from privacy.domain.triage.spelling import plain, words

_DASHES = re.compile(r"(?:-- ?|__+|[-\u2014\u2013]{2,3}) *$")

_CLOSINGS = (
    # French
    "(?:tres |bien |tres bien )?(?:cordialement|cdlt|cdt|bien a vous|sincerement|respectueusement|"
    "amicalement|courtoisement)|crdlt|"
    "bien a vous|bonne (?:journee|soiree|reception|continuation|fin de journee)(?: a vous)?|"
    "belle journee(?: a vous)?|"
    "(?:(?:avec|recevez|croyez|agreez) .{0,60}|mes |meilleures? |sinceres? |cordiales |"
    "respectueuses ).{0,40}(?:salutations?|sentiments?|respects?|hommages?|pensees?)"
    "(?: .{0,30})?|salutations(?: .{0,40})?|"
    "(?:je vous prie|je vous pris|nous vous prions|veuillez|je vous demande) (?:de |d')?(?:croire|agreer|"
    "recevoir|accepter).{0,160}|"
    "(?:dans l'attente|en vous remerciant|vous remerciant|en attente|restant a votre).{0,120}|"
    "(?:d'avance )?merci(?: d'avance| beaucoup| par avance| bien| a vous| et (?:bonne journee|"
    "cordialement)| encore)?|"
    "a bientot|bises?|"
    # English
    "(?:kind|best|warm|kindest|many) (?:regards|wishes|thanks)|regards|(?:yours|your) (?:sincerely|"
    "faithfully|truly)|"
    "sincerely(?: yours)?|cheers|best|(?:many )?thanks?(?: you)?(?: (?:in advance|so much|very much|a lot|"
    "and .{3,30}))?|"
    "i look forward to .{0,80}|looking forward to .{0,80}|cordially|respectfully(?: yours)?|"
    # German, Spanish, Italian, Dutch, Portuguese
    "(?:mit )?(?:freundlichen|freundliche|besten|beste|viele|herzliche|schone) (?:grussen|gruss|gruße|"
    "grusse|grußen|gruß)(?: .{0,30})?|"
    "hochachtungsvoll|mfg|(?:vielen )?dank(?: im voraus)?|danke(?: im voraus)?|"
    "(?:un )?(?:cordial |cordiales |atentos |muchos )?saludos?(?: cordiales| cordial)?|atentamente|"
    "(?:muchas )?gracias(?: de antemano| por adelantado)?|"
    "(?:cordiali|distinti|cari) saluti|cordialmente|(?:molte )?grazie(?: mille| in anticipo)?|"
    "(?:met )?(?:vriendelijke|hartelijke) (?:groet|groeten)|hoogachtend|(?:alvast )?bedankt|groet(?:en|"
    "jes)?|mvg|"
    "(?:com os melhores )?(?:cumprimentos|atenciosamente|atentamente)|(?:muito )?obrigad[oa](?: desde ja)?"
)
_CLOSING = re.compile(rf"(?:{_CLOSINGS})(?P<end> ?[,.!;:…-]*(?: |$))")

_POSTSCRIPT = re.compile(r"(?:p\.? ?s\.?|post[- ]?scriptum|n\.? ?b\.?|pps)(?: ?[:.,-]|\b)")
_CONTACT = re.compile(
    r"@|https?:|www\.|\+\d{2}|\b0\d(?:[ .]?\d{2}){4}\b|\b(?:tel|mob|mobile|port|portable|fax|phone|gsm|"
    r"email|e-mail|mail|"
    r"telephone|siret|siren|rcs|tva|adresse|address|adr|client|customer|n°|toque|skype|linkedin|instagram|"
    r"site|web|born|nee?|b\.?p)\b"
    r"|\b\d{4,5}\b|\b(?:rue|avenue|av|bd|boulevard|impasse|allee|chemin|route|place|quai|cours|street|road|"
    r"lane|drive|square|"
    r"strasse|straße|str\.|calle|via|plaza|piazza|straat|laan|rua|lieu-dit|appartement|appt?|batiment|bat|"
    r"residence|etage|flat)\b"
)
_PERSONAL = re.compile(
    r"(?<![a-z'])(?:je|j'|j|mon|ma|mes|me|moi|m'|vous|votre|vos|nous|i|i'm|my|your?|please|svp|stp|ich|"
    r"mein[a-z]*|mir|sie|ihr[a-z]*|bitte|"
    r"yo|mis?|su|sus|por favor|io|mio|mia|miei|ik|mijn|uw|eu|meu|meus|minha[s]?)(?![a-z])"
)
_ASKING = re.compile(
    r"\b(?:stop\w*|desinscri\w*|desabon\w*|unsubscri\w*|suppri\w*|effac\w*|delet\w*|remov\w*|eras\w*|"
    r"clotur\w*|ferm(?:er|ez)|retir(?:er|ez)|"
    r"rectifi\w*|corrig\w*|envoy(?:er|ez)|loschen|loscht|abmelden|borrar|borren|cancell\w*|verwijder\w*|"
    r"apagar|rgpd|gdpr|dsgvo|cnil)\b"
)
#: Leave is taken of the shop, not of one's data: `en vous remerciant de supprimer mon compte` asks.
_MATTER = re.compile(
    r"donnee|dossier|fichier|compte|historique|inscription|newsletter|publicit|offres?\b|copi|copy|"
    r"\bdata\b|account|daten|konto|datos|cuenta|dati\b|dados|conta\b|gegevens"
)
PARTICLES = frozenset({
    "abu", "al", "ben", "bin", "d", "da", "das", "de", "del", "della", "den", "der", "des", "di", "do", "dos", "du",
    "e", "el", "et", "ibn", "la", "le", "les", "mac", "mc", "st", "ten", "ter", "und", "van", "von", "y", "zu", "zur",
})  # fmt: skip


def closing_at(line: str) -> bool:
    """Say whether the line takes leave, alone or with the name behind it (`Cordialement, Camille Durand`)."""
    text = line.strip(" *_")
    if not text or len(text) > 240:
        return False
    low = plain(text)
    found = _CLOSING.match(low)
    if found is None or _MATTER.search(low) or _ASKING.search(low):
        return False
    rest = text[found.end() :].strip(" ,.!…-")
    return not rest or closing_at(rest) or is_name_like(rest)


def after_closing(text: str) -> str:
    """Return what follows a closing formula on its line (`Cordialement, Camille`); the text where none opens it."""
    rest = text.strip(" *_")
    while rest:
        found = _CLOSING.match(plain(rest))
        if found is None or _MATTER.search(plain(rest)) or len(rest) > 240:
            break
        if found.end() >= len(rest) and not found["end"].strip(" ,.!;:…-"):
            found_words = rest.split()
            at = next((i for i, word in enumerate(found_words) if i and word[0].isupper()), len(found_words))
            return " ".join(found_words[at:])
        rest = rest[found.end() :].strip(" ,.!…-")
    return rest


def is_name_like(line: str) -> bool:
    """A few words, each with a capital but for the particles (`Camille de La Tour`)."""
    found = words(line)
    if not 1 <= len(found) <= 7 or len(line) > 60 or any(letter.isdigit() for letter in line):
        return False
    named = [word for word in found if plain(word) not in PARTICLES or word[0].isupper()]
    return bool(named) and all(word[0].isupper() or "'" in word[:3] for word in named)


def signature_in(lines: list[str]) -> tuple[list[str], list[str]]:
    """Part new lines into what is said and how it is signed, `(said, signed)`; a postscript is said."""
    said: list[str] = []
    signed: list[str] = []
    signing = False
    named = False
    for line in lines:
        if closing_at(line) or _DASHES.match(line):
            signing, named = True, False
            signed.append(line)
        elif not line.strip():
            (signed if signing else said).append(line)
        elif signing and _looks_signed(line, named=named):
            named = True
            signed.append(line)
        else:
            signing = False
            said.append(line)
    return said, signed


def _looks_signed(line: str, *, named: bool) -> bool:
    text = line.strip()
    low = plain(text)
    if len(text) > 140 or _POSTSCRIPT.match(low) or _ASKING.search(low):
        return False
    count = len(words(text))
    if _CONTACT.search(low):
        return count <= 20 and not (_PERSONAL.search(low) and count > 6)
    if _PERSONAL.search(low) or _MATTER.search(low):
        return False
    if is_name_like(text):
        return True
    if not named:
        return count <= 3 and low[-1:] not in ".?!:"  # a name in small letters
    return count <= 9 and low[-1:] not in "?!:;"
