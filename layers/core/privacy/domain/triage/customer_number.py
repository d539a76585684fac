"""The number that the shop knows a customer by, where a text says that it is one (P45).

Orders, mandates, files, invoices, parcels and telephones have numbers too: only what is called the customer's is it.
"""

from __future__ import annotations

import re

from privacy.domain.triage.spelling import plain

#: `C-1042`, `10-44872`, `IMR-20417`, `5120-OB`, `88214`, `500 321`; at least two digits.
_VALUE = (
    # two to four digits at a time (`20 61 88`), where the sentence ends behind them
    r"(?P<value>\d{2,4}(?: \d{2,4}){1,4}(?=[.,;:)\n!?]|$)(?![.,]\d)|"
    r"(?:[a-z]{1,6}[-./ ]?)?\d[\da-z]{0,12}(?:[-./_](?:\d[\da-z]{0,8}|[a-z]{1,4}\d{0,8}(?!\w))|"
    r" \d{3}(?!\d)){0,6})(?![\w@]|[.,]\d)"
)
_NUMBER = (
    r"(?:n ?[°º]|n\.[°º]?|#|(?:numbers?|numero|num|nos?|nr|references?|ref|id|identifiant|code|codice|"
    r"matricule)"
    r"(?![a-z])\.?)"
)
_IS = (
    r"(?: ?(?:'s|est|c'est|is|was|were|etait|fut|lautete?|ist|war|es|era|e|:|=|-|>|le|la|the|suivant|"
    r"\(|\]|,|(?:appears|seems) to be|should be)(?![a-z]) ?){0,3} ?"
)
_WHO = (
    r"(?:clients?|cliente|clientele|customers?|cust\.?|kunden|kunde|kundin|clienti|klant|klanten|"
    r"acheteu(?:r|se)|"
    r"shopper|"
    r"membre|member|fidelite|comptes?|accounts?|konto|cuenta|conto|conta)"
)
_WITH_YOU = r"(?: (?:with|at) (?:you|imera)| chez (?:vous|imera)| for me)?"
_MINE = r"(?:mon |ma |mes |votre |my |your |son |sa |his |her |their |the |le |la )?"

#: Nothing is looked for where no number follows.
_DIGIT_AHEAD = r"(?=[^\n\d]{0,140}+\d)"

#: The surest wording first: a number that is only near the word is read where nothing surer is said.
_SURE = tuple(
    re.compile(wording)
    for wording in (
        (
            rf"\b{_NUMBER} ?(?:de |d'|du |di |do |del |on |in )?{_MINE}(?:compte |dossier |fiche )?{_WHO}"
            rf"(?: imera| fidele| actuel| existant| chez vous| with you| card| file|"
            rf" record)?\b{_IS}{_NUMBER}?{_IS}{_VALUE}"
        ),
        (
            rf"(?<![\w-]){_WHO}\b[ -]?(?:chez vous |imera |account |compte |client )?[(,:]? ?"
            rf"(?:sous (?:le |la )?|with (?:the )?|under |"
            rf"as )?{_MINE}{_NUMBER}{_WITH_YOU}{_IS}{_NUMBER}?{_IS}{_VALUE}"
        ),
        rf"\b(?:kunden|klant)[- ]?(?:nummer|nr|no|id)\.?{_IS}{_VALUE}",
    )
)
_LOOSE = tuple(
    re.compile(wording)
    for wording in (
        rf"(?<![\w-]){_WHO}\b(?: imera)? ?[:#(]? ?(?=[^ ]{{0,20}}\d|[a-z]{{1,4}} \d){_VALUE}",
        # cliente depuis 2019 (n° 88214); cliente chez vous, mon numéro est le 4711
        rf"(?<![\w-]){_WHO}\b{_DIGIT_AHEAD}(?P<between>[^.!?\n]{{0,60}}?)(?<!\w){_NUMBER} ?{_IS}{_VALUE}",
    )
)
#: `votre numéro de client, au dos de la carte que vous m'aviez adressée : CL-008812`
_FAR = re.compile(rf"\b{_NUMBER} ?(?:de |d'|du )?{_MINE}{_WHO}\b{_DIGIT_AHEAD}[^.!?\n\d:]{{0,80}}: ?{_VALUE}")
#: `You asked for my customer number and I couldn't find my glasses. It is 20 61 88.`
_NEXT = re.compile(
    rf"\b(?:{_WHO} ?{_NUMBER}|{_NUMBER} ?(?:de |d'|du )?{_WHO})(?!\w){_DIGIT_AHEAD}[^.!?\n\d:]{{0,70}}[.!?]\s"
    rf"(?:it is|it's|here it is|c'est(?: le)?|le voici|the number is|il s'agit du) ?:? ?{_VALUE}"
)
#: `Customer no. 217 is an old one; the present one is 50338.`
_NEW_IS = re.compile(
    rf"\b(?:{_WHO} ?{_NUMBER}|{_NUMBER} ?(?:de |d'|du )?{_WHO})(?!\w){_DIGIT_AHEAD}[^\n]{{0,40}}?"
    r"\b(?:old|previous|former|used to|ancien)\b[^\n]{0,40}?\b(?:new|present|current|valid|right|now|nouveau|actuel)\b"
    rf"[^.!?\n\d]{{0,25}}\b(?:is|est|c'est|it's|:) (?:le )?{_VALUE}"
)
#: `44809 is my customer number`
_BEFORE = re.compile(
    rf"(?<![\w./-]){_VALUE},? ?\(?(?:is|which is|that's|that is|est|c'est)\b[^.!?\n\d]{{0,35}}?"
    rf"\b(?:{_WHO} ?{_NUMBER}|{_NUMBER} ?(?:de |d'|du )?{_WHO})(?!\w)"
)
#: `N° de cliente de mon épouse : 3-1180. Le mien : 3-1181.`
_RELATIVE = re.compile(
    r"\b(?:de|of) (?:mon|ma|my|notre|our) (?:mari|femme|epou\w+|pere|mere|fils|fille|soeur|frere|"
    r"\w{3,8}'s)\b"
)
_MINE_IS = re.compile(
    rf"\b{_NUMBER} ?(?:de |d'|du )?{_WHO}\b{_DIGIT_AHEAD}[^\n]{{0,80}}\b(?:le mien|la mienne|"
    rf"mine)\b[^.!?\n\d]{{0,30}}{_IS}{_VALUE}"
)
#: What the number is of, when it is not of a customer.
_OTHER = re.compile(
    r"\b(?:(?:our|notre|nos|unser\w*) ref\w*|command\w*|orders?|factur\w*|invoices?|dossiers?|mandat\w*|"
    r"mandates?|colis|parcels?|suivi|"
    r"tracking|tel\w*|phone|port\w*|mobile|sire[nt]|rcs|tva|vat|"
    r"ticket|retour|returns?|iban|carte|card|cheque|avoir|bon|contrat|contract|toque|case|file|bestell\w*|"
    r"rechnung\w*|pedido|ordine|bestelling|encomenda|"
    r"depuis|since|article|produit|product|taille|size|dpt|departement|rue|avenue)\b"
)
_SERVICE = re.compile(
    r"\b(?:service|relations?|espace|support|bancaires?|bank|charge[e]?s? de|team|conseill\w*|avis) *[- ]?$"
)
#: `Our client: Mr Tom Roe, ref. PL/2217`: the lawyer's.
_ANOTHERS_CLIENT = re.compile(r"\b(?:our|my|notre|mon|ma) clients?\b[^.!?\n]{0,60}\bref")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_DATE = re.compile(r"(?:0?[1-9]|[12]\d|3[01])([/.-])(?:0?[1-9]|1[0-2])\1(?:\d\d|(?:19|20)\d\d)$")
_PHONE = re.compile(r"0\d{9,10}$|\+?33\d{9}$|\+?44\d{10}$")
_PHONE_SAID = re.compile(
    r"\b(?:mobile|(?:tele)?phone) (?:number|no)s?\b|\bnumero de (?:telephone|portable|mobile)\b"
)
_GOES_ON = re.compile(r" \d{4,}(?! ?[A-ZÀ-Þ])")
#: The shop's, as the customer's own file is (`customer file, no. 150933`).
_CUSTOMERS = re.compile(
    r"\b(?:customers?|clients?)(?:'s)? (?:files?|records?|cards?|dossiers?)\b|\b(?:dossier|fiche|carte) clients?\b"
)
#: A member is somebody else's as often as the shop's.
_MEMBER = re.compile(r"membre|member")
_BODY = r"(?:league|union|association|consum\w+|council|club|watch|insurance|bank|society|ligue|mutuelle)"
_BODYS = re.compile(rf"\b{_BODY} *$")
_OF_BODY = re.compile(rf"[,)]? (?:of|at|with|de|du|d')[ ]?(?:(?!you|vous|your|imera)[\w']+ ){{0,3}}{_BODY}\b")
_LEFT_AFTER = re.compile(
    r"\)?(?:,? which)? (?:is|was|est|etait) (?:an? |the |my |l'|une? |mon )?(?:old|previous|former|ancien)|"
    r"[^.!?\n]{0,15}\b(?:and then|puis) (?:le |the )?[\w-]{0,4}\d"
)
_LEFT_BEHIND = re.compile(
    r"\b(?:ancien|anciens|ancienne|old|previous|former|alte|vieux|pas|not|non)\b[^.!?\n,(»]{0,25}$"
)


def customer_number_in(text: str, *, own: bool = True) -> str | None:
    """Return the customer's number as it is written; None where there is none, or several.

    own: the writer's own is meant, and no relative's.
    """
    low = plain(text)
    for wordings, sure in (
        ((_NEW_IS,), True),
        (_SURE, True),
        ((*_LOOSE, _FAR, _NEXT, _BEFORE), False),
        ((_MINE_IS,) if own else (), True),
    ):
        seen: dict[str, str] = {}
        for wording in wordings:
            for found in wording.finditer(low):
                if (
                    own
                    and wording is not _MINE_IS
                    and _RELATIVE.search(low[found.start() : found.start("value")])
                ):
                    continue
                if not own and _MEMBER.match(found.group()):
                    continue  # of the body that writes for them
                if _is_theirs(text, low, found, sure=sure):
                    start, end = found.span("value")
                    value = text[start:end].strip(" .-/_")
                    seen.setdefault(re.sub(r"[^a-z0-9]", "", value.lower()), value)
        if seen:
            return next(iter(seen.values())) if len(seen) == 1 else None
    return None


def _is_theirs(text: str, low: str, found: re.Match[str], *, sure: bool) -> bool:
    value = found["value"]
    spaced = re.match(r"[a-z]+ ", value)
    if spaced and not text[found.start("value") : found.start("value") + spaced.end()].isupper():
        return False  # `cliente de 45 ans`
    digits = re.sub(r"\D", "", value)
    if not 2 <= len(digits) <= 12 or _DATE.match(value) or _PHONE.match(digits):
        return False
    before = low[max(0, found.start() - 40) : found.start()]
    said = low[found.start() : found.start("value")] if found.re not in {_FAR, _NEXT, _NEW_IS} else ""
    said = _CUSTOMERS.sub("", said).replace("depuis", "").replace("since", "")
    after = found.end("value")
    if not sure and (
        _YEAR.match(value)
        or (len(value) == 5 and _TOWN.match(text, after))
        or _STREET.match(low, after)
        or _GOES_ON.match(text, after)
        or _PHONE_SAID.search(low[max(0, found.start() - 160) : found.start("value")])
        or _ANOTHERS_CLIENT.search(before + said)
    ):
        return False
    return not (
        _SERVICE.search(before)
        or (_MEMBER.match(low, found.start()) and (_BODYS.search(before) or _OF_BODY.match(low, after)))
        or _LEFT_BEHIND.search(before)
        or _LEFT_AFTER.match(low, after)
        or (found.re is not _NEW_IS and "used to" in said)
        or _ORDERS.search(before)
        or _OTHER.search(said)
    )


#: A postcode is followed by its town.
_TOWN = re.compile(r" [A-ZÀ-Þ]")
_STREET = re.compile(
    r",? (?:bis,? |ter,? )?(?:rue|avenue|av|bd|boulevard|place|quai|allees?|chemin|impasse|route|cours|street|"
    r"road|lane)\b"
)
_ORDERS = re.compile(r"\b(?:commande|order|facture|invoice|bestellung)s? *$")
