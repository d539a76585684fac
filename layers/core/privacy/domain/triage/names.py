"""A person's name in words: which are the given name's and which the family's (P45).

Particles belong to the family name (`de La Tour`, `van den Berg`); capitals show it (`DURAND Camille`); a list of
given names decides where neither does. What could be a firm, a title or a place is no name.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from privacy.domain.triage.given_names import GIVEN_NAMES
from privacy.domain.triage.spelling import plain


class Name(NamedTuple):
    """given, family: as they are written, None where they are not. initial: the given name's, where only it is."""

    given: str | None = None
    family: str | None = None
    initial: str = ""


#: Given names that are as common as family names: they decide nothing in second place.
_EITHER = frozenset({
    "adam", "alexandre", "andre", "anthony", "arnaud", "arthur", "ashley", "aubin", "avery", "bao",
    "baptiste", "barry", "bastien", "benoit", "bernard", "bertin", "bertrand", "blaise", "blake", "blanc",
    "bruno", "cameron", "carter", "cesar", "charles", "christian", "clark", "claude", "clement", "cole",
    "colin", "conrad", "constant", "cooper", "craig", "curtis", "daniel", "david", "dean", "denis",
    "dennis", "desmond", "diallo", "didier", "drew", "duncan", "dylan", "elliott", "ellis", "eugene",
    "evans", "fabre", "felix", "ferdinand", "fernandez", "francis", "franck", "francois", "frank",
    "gabriel", "garcia", "gaspard", "gautier", "george", "georges", "gerard", "germain", "gilbert",
    "gilles", "glenn", "gordon", "grace", "graham", "grant", "gregory", "guillaume", "guy", "harrison",
    "harvey", "henri", "henry", "herve", "hilaire", "hoa", "hubert", "hugues", "humbert", "hunter", "isaac",
    "jackson", "jacob", "jacques", "james", "jean", "ji", "johnson", "joly", "jordan", "joseph", "joy",
    "jude", "julien", "kelly", "kerr", "kiran", "krishna", "kumar", "kyle",
    "lambert", "laurent", "leclerc", "lee", "leon", "leslie",
    "lewis", "lloyd", "logan", "louis", "lucas", "marc", "marcel", "marin", "marion", "marsh", "marshall",
    "martial", "martin", "mason", "mathieu", "matthews", "maurice", "may", "michel", "miles", "min",
    "mitchell", "morgan", "moulin", "neil", "nelson", "neville", "nicolas", "noel", "oliver", "olivier",
    "oscar", "owen", "paris", "parker", "pascal", "paul", "perrin", "perry", "philippe", "pierre", "piers",
    "prasad", "prosper", "quinn", "raymond", "raza", "reece", "reed", "rees",
    "reid", "remy", "renard", "renaud", "rene",
    "richard", "riley", "robert", "robin", "roger", "roland", "romain", "rose", "ross", "rowan", "roy",
    "russell", "salomon", "scott", "sean", "sebastien", "simon", "sinclair", "spencer", "stanley",
    "stewart", "stuart", "sylvestre", "tao", "taylor", "terry", "thibault", "thierry", "thomas", "todd",
    "tucker", "tyler", "urbain", "valentin", "vaughan", "victor", "vidal", "vincent", "violet", "wade",
    "wallace", "walter", "warren", "wayne", "wei", "wen", "wesley", "will", "xavier", "xu", "yu", "yves",
})  # fmt: skip

#: Of these, the ones that are hardly anybody's second given name.
_RATHER_FAMILY = frozenset({
    "barry", "bertin", "blanc", "colin", "diallo", "duncan", "fabre", "fernandez", "garcia", "gautier",
    "gordon", "graham", "harrison", "harvey", "johnson", "joly", "kelly", "lambert", "leclerc", "marin",
    "martin", "mitchell", "morgan", "moulin", "nelson", "parker", "perrin", "perry", "reed", "renard",
    "ross", "russell", "salomon", "scott", "sylvestre", "vidal", "wallace", "warren",
})  # fmt: skip

#: They open a given name of two words, whatever the second is (`Thi Hoa Nguyen`).
_OPEN_TWO = frozenset({"abdul", "sai", "sayed", "syed", "thi"})

#: They open a family name of several words.
_PARTICLES = frozenset({
    "'t", "abou", "abu", "ait", "al", "ap", "ben", "bin", "bint", "bou", "d'", "da", "das", "de",
    "degli", "dei", "del", "della", "dello", "den", "der", "des", "di", "do", "dos", "du", "el", "ferch", "ibn",
    "l'", "la", "le", "les", "mac", "mc", "mhic", "nic", "nig", "o'", "ould", "saint", "sainte", "san",
    "st", "ste", "te", "ten", "ter", "ui", "van", "vander", "vom", "von", "zu", "zum", "zur",
})  # fmt: skip
#: Particles only as they stand here: otherwise they are initials, or names.
_EXACT = frozenset({"Ó", "Ní", "Uí", "af"})
#: They stand inside a family name, and never open it.
_JOINING = frozenset({"y", "e", "i"})
#: Particles that are also given names where they stand first (`Ben Wright`).
_ALSO_GIVEN = frozenset({"ben", "al", "mac", "van", "san", "saint"})

_TITLE = re.compile(
    r"(?:m\.|m|mm\.|mr|mr\.|mme|mme\.|mmes|mlle|mlle\.|melle|monsieur|madame|mademoiselle|me|me\.|maitre|"
    r"dr|dr\.|docteur|doctor|pr|"
    r"pr\.|prof|prof\.|professeur|professor|mrs|mrs\.|ms|ms\.|miss|sir|lady|mx|mx\.|herr|frau|herrn|senor|"
    r"senora|sr|sr\.|sra|sra\.|"
    r"rev|rev\.|revd|revd\.|reverend|canon|pastor|sgt|sgt\.|colonel|major|rabbi|imam|cllr|cllr\.|hon\.|capt|"
    r"capt\.|col\.|dame|"
    r"d\.|dona|don|signor|signora|sig|sig\.|sig\.ra|dott\.|dott|dhr|dhr\.|mevr|mevr\.|mevrouw|mijnheer|"
    r"de heer|exmo|exma|smt\.?|shri|shrimati|sri\.|thiru|kumari\.|pandit)$"
)

#: A word that no name has: the line is something else.
_NEVER = frozenset({
    "a", "acces", "access", "account", "accounts", "accueil", "adherent", "adjudant", "admin",
    "administration", "adresse", "advice", "advocate", "ag", "agence", "agency", "alert", "alerts",
    "allee", "amicalement", "amities", "analytics", "and", "annee", "annexe", "anniversaire", "annulation",
    "anonyme", "aout", "appartement", "appt", "april", "article", "as", "asbl", "assistance", "assistant",
    "association", "associe", "associes", "assurance", "assurances", "at", "atelier", "atenciosamente",
    "atentamente", "attorney", "au", "august", "aux", "avec", "avenue", "avocat", "avocate", "avocats",
    "avril", "banque", "barreau", "bat", "batiment", "bedankt", "best", "bien", "billing", "bises",
    "bisous", "bless", "bonjour", "bonne", "bonsoir", "boulevard", "boutique", "boutiques", "brasserie",
    "brigade", "brigadier", "brigadier-chef", "brother", "bureau", "but", "buy", "bv", "bye", "cabinet",
    "cafe", "capitaine", "cargo", "carrier", "casework", "caseworker", "cdlt", "cdt", "cedex", "centre",
    "cheers", "chemin", "cher", "chere", "chers", "chez", "ciao", "cie", "client", "client(e)", "cliente",
    "clients", "cloud", "club", "cnil", "co", "colis", "collectif", "college", "coming", "comite",
    "commande", "commissaire", "communication", "compagnie", "company", "compta", "comptabilite", "compte",
    "conseil", "conseils", "consent", "consentement", "constable", "consulting", "contact", "coop",
    "cooperative", "copie", "cordialement", "cordiali", "cordialmente", "corp", "cottage", "courier",
    "courrier", "cours", "cousin", "cousine", "cpam", "crescent", "cse", "cumprimentos", "curateur",
    "customer", "dad", "daemon", "danke", "data", "daughter", "dear", "deceased", "december", "decembre",
    "deces", "defunt", "defunte", "delegation", "delete", "delivery", "demande", "departement",
    "department", "desabonnement", "desinscription", "desk", "detective", "dgccrf", "digital", "dimanche",
    "directeur", "direction", "director", "directrice", "donnees", "dpo", "droit", "droits", "e-mail",
    "ecole", "edition", "editions", "effacement", "eirl", "elle", "em", "email", "en", "enterprise",
    "enterprises", "entree", "entreprise", "envoye", "epouse", "equipe", "erasure", "escalier", "estate",
    "et", "etage", "etude", "eurl", "european", "ev", "evenements", "events", "executor", "executrix",
    "expediteur", "exploitation", "fabrics", "facture", "fait", "famille", "family", "fashion", "father",
    "february", "federation", "feu", "feue", "fevrier", "fiche", "fille", "fils", "finance", "fondation",
    "for", "formation", "foundation", "france", "frere", "friday", "from", "fur", "galerie", "gallery",
    "gbr", "gdpr", "gendarme", "general", "gerant", "gerante", "gestion", "gmbh", "god", "gracias",
    "grazie", "greffier", "greffiere", "groet", "groeten", "group", "groupe", "gruss", "grusse", "guten",
    "hameau", "he", "hello", "her", "here", "heritier", "heritiere", "heritiers", "hi", "him", "his",
    "home", "huissier", "husband", "i", "iban", "ici", "identifiant", "if", "il", "imera", "impasse",
    "inc", "inconnu", "info", "informatique", "infos", "inspecteur", "inspectrice", "institut", "invoice",
    "iphone", "is", "it", "january", "janvier", "je", "jeudi", "jobs", "journal", "journee", "juge",
    "juillet", "juin", "july", "june", "juriste", "keep", "kg", "kind", "kunde", "lab", "labs", "laines",
    "late", "lawyer", "legal", "les", "lieu-dit", "lieutenant", "limitation", "liste", "livraison", "llc",
    "llp", "logistics", "logistique", "london", "lot", "ltd", "lundi", "lycee", "madame,", "magasin",
    "magazine", "magistrat", "mai", "mail", "mailer", "mailer-daemon", "mairie", "maison", "maman",
    "manager", "mandataire", "mandate", "manoir", "march", "mardi", "marketing", "marketplace", "mars",
    "me", "media", "merchant", "merci", "mercredi", "mere", "mes", "mesdames", "messieurs", "mews",
    "ministere", "mobile", "moi", "mom", "mon", "monday", "mother", "motif", "mum", "musee", "museum",
    "mutuelle", "my", "nb", "nephew", "news", "newsletter", "niece", "no", "no-reply", "non", "noreply",
    "not", "notaire", "notaires", "notary", "notices", "notre", "nous", "november", "novembre", "numero",
    "nv", "objet", "obrigada", "obrigado", "october", "octobre", "office", "officer", "officier", "offres",
    "ok", "on", "onboarding", "ong", "opposition", "order", "ou", "our", "paiement", "papa", "parcel",
    "partner", "payable", "payments", "pere", "personne", "pharmacie", "pj", "plc", "please", "plus",
    "police", "politique", "portabilite", "portable", "porte", "postmaster", "pour", "prenom", "president",
    "presse", "pressing", "privacy", "probate", "procuration", "procureur", "protection", "ps", "pub",
    "pull", "quai", "quay", "quelqu'un", "qui", "radio", "receivable", "recrutement", "rectification",
    "recu", "ref", "reference", "regards", "reglement", "remboursement", "remove", "reply", "representant",
    "republique", "request", "requests", "residence", "responsable", "rest", "restaurant", "retour",
    "revue", "rgpd", "right", "rights", "road", "robe", "route", "rue", "saludos", "salut", "salutations",
    "saluti", "samedi", "sarl", "sas", "sasu", "saturday", "school", "sci", "secretaire", "secretariat",
    "secretary", "security", "sent", "september", "septembre", "sergeant", "sergent", "service",
    "services", "she", "shipping", "shop", "siege", "signature", "sincerely", "sister", "site", "sl",
    "sms", "snc", "so", "societe", "soeur", "software", "soiree", "solicitor", "solicitors", "solutions",
    "son", "sorry", "sœur", "soussigne", "soussignee", "spa", "srl", "stop", "store", "street", "studio",
    "subject", "succession", "suite", "sunday", "support", "suppression", "sur", "syndicat", "systems",
    "ta", "taille", "team", "tech", "technologies", "technology", "tel", "telephone", "terrace", "textile",
    "textiles", "thank", "thanks", "that", "the", "their", "they", "this", "thursday", "thx", "ticket",
    "tks", "tnx", "to", "toque", "transport", "transports", "tresor", "tribunal", "tuesday", "tuteur",
    "tutrice", "tv", "ufc", "und", "undersigned", "union", "universite", "university", "unsubscribe",
    "vendredi", "ventes", "veuf", "veuve", "via", "ville", "voici", "volunteer", "votre", "vous", "want",
    "warm", "warmly", "we", "webmaster", "wednesday", "what", "when", "where", "who", "widow", "wife",
    "with", "xoxo", "xx", "yes", "you", "your", "yours",
})  # fmt: skip

#: Family names, and also houses and firms: no name unless a given name stands before them.
_PLACES = frozenset({
    "bank", "bar", "bridge", "caisse", "cash", "chateau", "church", "close", "court", "couture", "credit",
    "drive", "express", "farm", "ferme", "garage", "gardens", "hill", "hotel", "house", "lane", "lodge",
    "manor", "mas", "may", "mill", "mode", "moulin", "page", "pages", "park", "pay", "place", "press",
    "rose", "square", "talents", "villa", "web", "wells",
})  # fmt: skip

#: Of a religious house: what follows is a given name, with a family's or without.
_RELIGIOUS = re.compile(r"(?:sister|brother|father|mother|sr\.?|br\.?|fr\.?|s[œ]ur|soeur|frere|pere|mere)$")

#: A given name, as it is written; the French month has a small letter.
_NO_MONTH = frozenset({"Mai"})

_LEADING_TITLE = re.compile(r"^\((?:mr|mrs|ms|miss|mme|m|mlle|dr)\.?\) ", re.IGNORECASE)
_WIDOW = re.compile(r"^((?:mme|madame) )(?:veuve|vve) (?=\w+ )", re.IGNORECASE)
_KISSES = re.compile(r"(?<=\w\w)[.,]?(?: x{1,4})+$", re.IGNORECASE)
_MAIDEN = re.compile(r"[\s,(]+(?:nee?|n(?:e|ee)\(e\)|born|geb\.?|geborene?|nata|nacida|geboren)\b")
_MARRIED = re.compile(r"[\s,(]+(?:epouse|ep\.|veuve|vve|married|divorcee)\s+")
_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.\-])*")

_UPPER = "A-ZÀ-ÖØ-ÞŒŠŽĄĆĘŁŃŚŹŻČĎĚŇŘŤŮİĞŞ"
_WORD = (
    rf"(?:[{_UPPER}][^\W\d_]{{0,30}}(?:['’\-][^\W\d_]{{1,30}}){{0,4}}|[{_UPPER}]\.(?:-?[{_UPPER}]\.)?|"
    rf"[dD]['’][{_UPPER}][^\W\d_]{{1,30}}(?:-[^\W\d_]{{1,30}}){{0,3}})"
)
_SMALL = (
    r"(?:de|du|des|la|le|les|van|von|der|den|ter|ten|te|zu|zum|zur|da|do|dos|das|del|della|di|al|el|ap|ben|"
    r"bin|ferch|ibn|y|e|af|d['’])"
)
_TITLES = (
    r"(?:Rev\.?|Revd\.?|Reverend|Canon|Sir|Lady|Dame|M\.|MM\.|Mr\.?|Mme\.?|Mlle\.?|Monsieur|Madame|"
    r"Mademoiselle|Me|Maître|Dr\.?|Docteur|Prof\.?|Mrs\.?|"
    r"Ms\.?|Miss|Herrn?|Frau|"
    r"Smt\.?|Shri|Shrimati|Sister|Brother|Father|S[œŒ]ur|Sr\.?|Sra\.?|Señora?|Sig\.(?:ra)?|Signora?|Dhr\.?|"
    r"Mevr\.?|Mevrouw|M)"
)
#: A name as it stands in running text, its title before it.
RUN = (
    rf"(?<!\w)(?:{_TITLES}[ \t]\n?(?:{_SMALL}[ \t]){{0,2}})?(?:(?:Le|La|Van|De|Da|Di|El|Ben|Ó)[ \t])?"
    rf"{_WORD}(?:[ \t]\n?(?:{_SMALL}[ \t]){{0,3}}(?:St\. )?{_WORD}){{0,4}}"
)


def name_in(words: str, *, signed: bool = False) -> Name | None:
    """Read words that are said to be a name. signed: at the end of a letter, where one word is a given name."""
    text = _LEADING_TITLE.sub("", " ".join(words.replace("’", "'").split()))
    text = _KISSES.sub("", text) if signed else text
    text = _WIDOW.sub(r"\1", text.strip(" .,;:*_\"'«»“”<>()-–—"))
    if not text or len(text) > 70:
        return None
    low = plain(text)
    married = _MARRIED.search(low)
    maiden = _MAIDEN.search(low)
    if married and not (maiden and maiden.start() < married.start()):
        before, after = (
            name_in(text[: married.start()], signed=signed),
            name_in(f"Mme {text[married.end() :]}"),
        )
        if before and before.given and after:
            return before._replace(family=after.family)
    if maiden and maiden.start() > 0:
        return name_in(text[: maiden.start()], signed=signed)
    text = re.sub(r"\s*[(\[].*", "", text)
    if text.count(",") == 1:
        family, _, given = (part.strip() for part in text.partition(","))
        if given and len(given.split()) <= 2 and family and plain(given.split()[0]) in GIVEN_NAMES:
            inverted = name_in(f"{family.upper()} {given}")
            return inverted and inverted._replace(family=_cased(family) if family.islower() else family)
        return None
    return _religious(text.split()) or _read(text.split(), signed=signed)


def is_titled(words: str) -> bool:
    """Say whether a title stands before a name (`Mme Durand`)."""
    return _TITLE.match(plain(words.partition(" ")[0])) is not None


#: A given name of two syllables (`Hyun-woo`).
_KOREAN = re.compile(r"[A-Z][a-z]{1,5}-[a-z]{1,5}")


def _read(tokens: list[str], *, signed: bool) -> Name | None:
    titled = False
    while tokens and _TITLE.match(plain(tokens[0])) and (len(tokens) > 1 or len(tokens[0]) > 2):
        titled = True
        tokens = tokens[1:]
    if not 1 <= len(tokens) <= 6 or not all(
        _TOKEN.fullmatch(token) or plain(token) in _JOINING for token in tokens
    ):
        return None
    if any(_is_no_name(token) for token in tokens) or (
        plain(tokens[0]) not in GIVEN_NAMES
        and _PLACES & {*map(plain, tokens)}
        and not any(_KOREAN.fullmatch(token) for token in tokens)
    ):
        return None
    if all(token.islower() for token in tokens):
        tokens = [_cased(token) for token in tokens]
    if not any(token[0].isupper() or "'" in token[:3] for token in tokens):
        return None
    if len(tokens) == 1:
        return _single(tokens[0], titled=titled, signed=signed)
    small = any(token.islower() and not is_particle(token) and token not in _JOINING for token in tokens)
    if small and not any(plain(token) in GIVEN_NAMES for token in tokens):
        return None  # `Brigade financière`
    return _by_capitals(tokens) or _by_initials(tokens) or _by_particle(tokens) or _by_list(tokens)


def _religious(tokens: list[str]) -> Name | None:
    """`Sœur Marie-Agnès`, `Sister Mary Clare`, `Fr Brendan Quigley`: the family name is often left out."""
    order, rest = tokens[0] if tokens else "", tokens[1:]
    if not rest or not order[0].isupper() or not _RELIGIOUS.match(plain(order)):
        return None
    known = [all(part in GIVEN_NAMES - _EITHER for part in plain(token).split("-")) for token in rest]
    if all(known) and len(rest) < 3:
        return Name(given=" ".join(rest))
    return _read(rest, signed=False) if len(rest) > 1 and not _TITLE.match(plain(order)) else None


def _is_no_name(token: str) -> bool:
    low = plain(token.strip("."))
    if token in _NO_MONTH:
        return False
    return (
        not _is_initial(token) and low not in _JOINING and (low in _NEVER or low.rpartition("'")[2] in _NEVER)
    )


def _single(token: str, *, titled: bool, signed: bool) -> Name | None:
    if _is_initial(token):
        return None
    if titled:
        return Name(family=token)
    if plain(token) in GIVEN_NAMES or (signed and len(token) > 1):
        return Name(given=_cased(token) if token.isupper() else token)
    return None


def _is_initial(token: str) -> bool:
    bare = token.replace(".", "").replace("-", "")
    if token in _EXACT:
        return False
    if is_particle(bare) and len(bare) > 1 and (not token.endswith(".") or bare in {"St", "Ste"}):
        return False
    return (
        len(bare) <= 2
        and bare.isupper()
        and (token.endswith(".") or len(bare) == 1 or plain(bare[1]) not in "aeiouy")
    )


def is_particle(token: str) -> bool:
    """Say whether a word opens a family name of several words (`de`, `van`)."""
    return token in _EXACT or plain(token).removesuffix(".") in _PARTICLES


def _by_capitals(tokens: list[str]) -> Name | None:
    """`DURAND Camille`, `Camille de LA TOUR`: the family name stands in capitals."""
    shown = [
        i
        for i, token in enumerate(tokens)
        if token.isupper() and len(token.strip(".")) > 1 and not _is_initial(token)
    ]
    small = [
        i
        for i, token in enumerate(tokens)
        if i not in shown and not is_particle(token) and plain(token) not in _JOINING
    ]
    if not shown or not small:
        return None
    first, last = shown[0], shown[-1]
    while first > 0 and is_particle(tokens[first - 1]):
        first -= 1
    given = [token for i, token in enumerate(tokens) if not first <= i <= last]
    if any(i for i in small if first < i < last) or any(
        is_particle(token) and len(token) < 3 for token in given
    ):
        return None
    family = " ".join(tokens[first : last + 1])
    if all(_is_initial(token) for token in given):
        return Name(family=family, initial=given[0][0])
    return Name(" ".join(token for token in given if not _is_initial(token)), family)


def _by_initials(tokens: list[str]) -> Name | None:
    """`C. Durand`, `Tomasz W.`, `John F. Kennedy`."""
    short = [_is_initial(token) for token in tokens]
    if not any(short):
        return None
    if short[0]:
        rest = [token for token, initial in zip(tokens, short, strict=True) if not initial]
        return Name(family=" ".join(rest), initial=tokens[0][0]) if rest else None
    kept = [token for token, initial in zip(tokens, short, strict=True) if not initial]
    if short[-1]:
        return Name(given=" ".join(kept))
    return (_by_particle(kept) or _by_list(kept)) if len(kept) > 1 else None


def _by_particle(tokens: list[str]) -> Name | None:
    """`Camille de La Tour`, `Le Goff Yann`."""
    also_given = plain(tokens[0]) in _ALSO_GIVEN and plain(tokens[-1]) not in GIVEN_NAMES
    if is_particle(tokens[0]) and not also_given:
        return _family_first(tokens)
    places = [i for i, token in enumerate(tokens) if i and (is_particle(token) or token[:2] in {"d'", "D'"})]
    if not places or (places[0] == len(tokens) - 1 and "'" not in tokens[-1]):
        return None
    at = places[0]
    if at >= 2 and plain(tokens[0]) not in GIVEN_NAMES and plain(tokens[-1]) in GIVEN_NAMES - _EITHER:
        return Name(tokens[-1], " ".join(tokens[:-1]))
    if not all(plain(word) in GIVEN_NAMES for word in tokens[1:at]):
        at = 1  # María García de Prado
    return Name(" ".join(tokens[:at]), " ".join(tokens[at:]))


def _family_first(tokens: list[str]) -> Name | None:
    end = next(i for i, token in enumerate([*tokens, ""]) if not is_particle(token)) + 1
    if end > len(tokens) or not tokens[end - 1][0].isupper():
        return None  # particles, and no name behind them
    if end < len(tokens) and plain(tokens[end]) not in GIVEN_NAMES:
        end = len(tokens)
    return Name(" ".join(tokens[end:]) or None, " ".join(tokens[:end]))


def _by_list(tokens: list[str]) -> Name:
    """The given name first, as people write it, unless the words say otherwise."""
    known = [all(part in GIVEN_NAMES for part in plain(token).split("-")) for token in tokens]
    sure = [
        is_known and not _EITHER.issuperset(plain(token).split("-"))
        for is_known, token in zip(known, tokens, strict=True)
    ]
    if (
        len(tokens) == 2
        and _KOREAN.fullmatch(tokens[1])
        and not known[1]
        and not _KOREAN.fullmatch(tokens[0])
    ):
        return Name(tokens[1], tokens[0])
    if not known[0] and all(known[1:]) and any(sure[1:]):
        return Name(" ".join(tokens[1:]), tokens[0])
    second = [
        is_known and plain(token) not in _RATHER_FAMILY for is_known, token in zip(known, tokens, strict=True)
    ]
    if plain(tokens[0]) in _OPEN_TWO and len(tokens) > 2:
        return Name(" ".join(tokens[:2]), " ".join(tokens[2:]))
    end = 1
    while end < len(tokens) - 1 and known[0] and second[end]:
        end += 1
    return Name(" ".join(tokens[:end]), " ".join(tokens[end:]))


def _cased(token: str) -> str:
    """A name in small letters, or in capitals, as names are written."""
    if is_particle(token) and token.islower():
        return token
    return "-".join(
        "'".join(piece[:1].upper() + piece[1:].lower() for piece in part.split("'"))
        for part in token.split("-")
    )


def same_word(one: str | None, other: str | None) -> bool:
    """Say whether two names are the same but for capitals, accents, hyphens and blanks."""
    if not one or not other:
        return False
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return re.sub(r"[^a-z]", "", plain(name))


def agree(one: Name, other: Name) -> bool:
    """Say whether two names can be one person's: nothing in them differs, in either order."""
    if one.initial and not one.given:
        return same_word(one.family, other.family) and _bare(other.given or other.initial)[:1] == _bare(
            one.initial
        )
    words_one = {_bare(word) for word in (one.given, one.family) if word}
    words_other = {_bare(word) for word in (other.given, other.family) if word}
    return bool(words_one) and (words_one <= words_other or words_other <= words_one)


def short_for(one: str | None, other: str | None) -> bool:
    """Say whether one given name may be short for the other (`Léo`, `Léopold`)."""
    if not one or not other:
        return False
    short, long = sorted((_bare(one), _bare(other)), key=len)
    return len(short) >= 2 and long.startswith(short)
