"""Which of the addresses in a message is where the person lives now (P45).

The new one and not the old, never a relay point's or the shop's, never the writer's own where they write for another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from privacy.domain.triage.addresses import Found, addresses_in
from privacy.domain.triage.names import RUN, Name, agree, name_in
from privacy.domain.triage.spelling import plain

#: The last word before an address decides: of `used to live at`, `used to`; of `not at the old one but at`, `but`.
_LEFT_BEHIND = re.compile(
    r"(?s:.*)\b(?P<said>ancien(?:ne)?s?|precedente?|anterieure?|avant|auparavant|autrefois|habitais|vivais|jusqu'a|"
    r"erronee?|faux|etait (?:a|au)|"
    r"fausse|incorrecte?|obsolete|au lieu d[eu]|a la place d[eu]|remplace[rz]?|plus (?:a|au|le|la|l')|"
    r"non(?: pas)? (?:plus )?(?:a|au|le)|et non|quittee?|demenage du|n'habite plus|"
    r"old|previous(?:ly)?|former(?:ly)?|used to|until|lived|address was|wrong|incorrect|outdated|instead of|not|"
    r"never|no longer|(?:got|have|had) (?:me|us) (?:down )?(?:at|as|in)|"
    r"(?:letters|post|mail|parcels?|catalogues?) (?:still )?(?:go(?:es)?|going|sent|went|comes?)|"
    r"(?:you|file|records?|account|profile|system) (?:still )?(?:have|has|says?|shows?|gives?|lists?|"
    r"records?|holds?|puts?|thinks?)|"
    r"moved (?:out )?(?:from|of)|rather than|replace|alte|alten|bisherige|falsche|antigua|anterior|vieja|"
    r"vecchi[oa]|"
    r"oude|vorige|antiga|velha|errad[ao])\b[^.!?\n]{0,50}$"
)
_LEFT_AFTER = re.compile(
    r"^[^.!?\n]{0,15}\b(?:n'est plus|n'existe plus|est (?:l'ancienne|fausse|erronee|perimee|incorrecte)|"
    r"c'est l'ancienne|is (?:my old|wrong|out of date|no longer|not)|(?:ancienne|old|previous)\b|"
    r"ist (?:falsch|alt))|"
    r"^\)?[.,;]? (?:but |and )?(?:where )?i (?:used to live|never (?:have|did|lived)|have never|haven't|"
    r"don't|do not|no longer|left|"
    r"moved (?:out|away))\b|"
    r"^\)?[.,;]? (?:je n'y (?:ai jamais|habite|vis)|j'en suis parti|(?:that|this|which) (?:is|was) (?:wrong|"
    r"not|my old|an old|"
    r"incorrect|where i used)|(?:c|ce)(?:'| n')est (?:pas|plus|faux|l'ancienne))"
)
#: `I lived at …, where I live still`
_STILL = re.compile(
    r"^\)?,? (?:and |et |where |ou )?(?:i |i'm |am |j'y |j')?(?:live still|still (?:live|am|do)|still there|"
    r"(?:habite|suis|vis) (?:encore|toujours))\b"
)
#: What stands between an old address and the new one.
_TURNS_INTO = re.compile(
    r"\W*(?:(?:and|et|puis|then|jusqu'a peu)\W+)?(?:a|au|aux|to|par|by|with|vers|pour|nach|naar|para|mais|"
    r"but|now|"
    r"maintenant|desormais|devient|"
    r"becomes|remplacee? par|->|=>|\u2192)?(?:\W+(?:le|la|the|au|maintenant|now))?\W*(?<=[\w>\u2192] )"
)
_CURRENT = re.compile(
    r"(?s:.*)\b(?P<said>nouvelle?|nouveau|actuelle?(?:ment)?|desormais|dorenavant|maintenant|a present|habite|vis|"
    r"reside|demeurant|"
    r"domicilie[es]*|residant|demeure|loge|emmenage|installee?|depuis|bonne|correcte?|exacte?|doit etre|"
    r"devient|"
    r"remplacer? par|par|suis au|sommes au|mon adresse|adresse est|c'est|(?:faut|veuillez|merci de) \w{4,9}|"
    r"(?:dans|sur) (?:ma|mon|votre) \w+(?= ?: ?$)|(?:by|with)(?= ?:? ?$)|"
    r"corrigez(?:-l[ae])?(?= ?: ?$)|mettez|"
    r"notez|mais|pour (?:le|la|l'|un)(?= ?$)|"
    r"new|current(?:ly)?|now|(?:(?<!used to )(?<!that i )(?<!where i )(?<!says i )(?<!longer )(?<!never )(?<!not )"
    r"(?<!n't )(?<!formerly )(?<!previously )lives? (?:at|on|in))|(?<!formerly )"
    r"(?<!previously )(?<!longer )(?:living at|residing|resides?|reside at)|correct|should (?:be|read)|but|"
    r"it is|it's|"
    r"i am at|i'm at|i've been at|(?:my|our) address(?! (?:was|used|had))|put|enter|use|"
    r"moved (?:in)?to|(?:into|to)(?= ?$)|actual|neue|jetzt|wohnhaft|wohne|nueva|vivo en|domicilio|nuovo|"
    r"residente|abito|nieuwe|woon|"
    r"nova|moro|"
    r"resido)\b[^.!?\n]{0,40}$"
)
_NOT_HOME = re.compile(
    r"(?s:.*)\b(?P<said>point[- ]?relais|relais|relay|pick[- ]?up|consigne|locker|mondial|chronopost|colissimo|tabac|"
    r"pressing|"
    r"boutique|magasin|shop|store|showroom|(?<!\[)(?:votre (?:adresse|siege|societe)|your (?:shop|address|office|"
    r"store))|"
    r"siege social|imera(?= ?[,\n(:]? ?$)|cabinet|etude|barreau|avocat|bureaux?|office|cnil|prefecture|"
    r"tribunal|hopital|"
    r"clinique|"
    r"college|lycee|ecole|school|voisin[es]?|neighbour|livre[rz]?|livraison|livree?s?|expedi\w+|deliver\w*|"
    r"ship\w*|"
    r"facturation|facture|invoice|billing|packstation|punto|paketshop|cette commande|this order|"
    r"adresse de (?:ma|mon|mes)|(?:mother|father|parents|friend|sister|brother)'s)\b[^.!?\n]{0,80}$"
)
_HOME = re.compile(
    r"(?s:.*)\b(?P<said>my home|home address|our address|notre adresse|i live|chez moi|mon domicile|j'habite|"
    r"je (?:vis|reside))\b"
)
#: Whom a letter is addressed to, above their address.
_RECIPIENT = re.compile(
    r"\b(?:imera|dpo|delegue|delegation|protection des donnees|data protection|service|direction|"
    r"a l'attention|attn|"
    r"datenschutz\w*|responsable)\b"
)
#: A firm's line, on the address's or the one above it.
_FIRM = re.compile(
    r"\b(?:ltd|llc|inc|plc|gmbh|sarl|sas|sasu|eurl|srl|spa|bv|studio|societe|company|agence|agency|cabinet|"
    r"etude|association|mairie|ville de|"
    r"office|clinique|hopital|universite|university|school|ecole|lycee)\b[^.!?\n]{0,40}[,\n][^\w]{0,3}$"
)
#: Of somebody for whom another writes.
_THEIRS = re.compile(
    r"\b(?:habitait|vivait|residait|demeurait|demeurant|domiciliee?|habite|reside|demeure|vit|"
    r"en son vivant|de son vivant|"
    r"lived|lives|living|residing|resident|of|late of|last address|derniere adresse|son adresse|"
    r"her address|his address|"
    r"wohnte|wohnhaft|vivia|abitava|woonde|morava)\b[^.!?\n]{0,30}$"
)
#: Said of the dead, it tells where they lived in the end.
_LIVED = re.compile(r"(?:former(?:ly)?|lived|address was|used to|until|jusqu'a|previously)\b")
_THEIRS_AFTER = re.compile(r"^[ ,(]{0,3}(?:ou|where) (?:nous (?:viv|habit)|il |elle |we |he |she )")
_WRITERS = re.compile(
    r"\b(?:moi|de mon cote|j'habite|je (?:vis|reside|demeure|suis)|mon adresse|mes coordonnees|me joindre|"
    r"m'ecrire|"
    r"i live|i'm at|my (?:own )?address|reach me|write to me|mine is)\b[^.!?\n]{0,40}$"
)


class _Weighed(NamedTuple):
    line: str
    weight: int


def own_residence(body: str, signature: str, name: Name | None = None) -> str | None:
    """Return where the writer, of this name, lives now; of two addresses that nothing tells apart, none."""
    weighed = list(_in_turn(body, addresses_in(body), name))
    weighed += [_Weighed(found.line, _weight(signature, found) + 1) for found in addresses_in(signature)]
    return _surest(weighed)


def _in_turn(text: str, all_: list[Found], name: Name | None) -> Iterator[_Weighed]:
    """Weigh each address by what is said of it; of two in one breath (`from … to …`) the second is the new one."""
    for i, found in enumerate(all_):
        weight = _weight(text, found) + _by_name(text[max(0, found.start - 70) : found.start], name)
        before = text[all_[i - 1].end : found.start] if i else " ?"
        after = text[found.end : all_[i + 1].start] if i + 1 < len(all_) else " ?"
        if _TURNS_INTO.fullmatch(plain(before)):
            weight = max(weight, 0) + 4
        yield _Weighed(found.line, weight - 6 if _TURNS_INTO.fullmatch(plain(after)) else weight)


def others_residence(
    body: str, signature: str, name: Name | None, writer: Name | None, *, household: bool, gone: bool = False
) -> str | None:
    """Return where the person lives, or lived, for whom another writes.

    name: that person's. writer: the other's, whose own address is not it. household: the two live together, as a
    child with its parents does. gone: that person is dead.
    """
    weighed = []
    for found in addresses_in(body):
        before = plain(body[max(0, found.start - 90) : found.start])
        foot = _is_at_the_foot(body, found)
        if foot:
            before = before.rpartition(".")[2]  # who is named in the letter's last sentence lives elsewhere
        theirs, writers = _named(before, name), _named(before, writer)
        of_them = theirs > writers or (theirs < 0 and _THEIRS.search(before) is not None)
        of_them = of_them or _THEIRS_AFTER.match(plain(body[found.end : found.end + 40])) is not None
        weight = _weight(body, found, gone=gone) + (3 if of_them else 0)
        if not household and _WRITERS.search(before):
            weight -= 4
        if not household and not of_them and (writers >= 0 or foot):
            weight -= 6
        weighed.append(_Weighed(found.line, weight))
    for found in addresses_in(signature):
        before = plain(signature[max(0, found.start - 60) : found.start])
        if household or _named(before, name) > _named(before, writer):
            weighed.append(_Weighed(found.line, _weight(signature, found)))
    return _surest(weighed)


def _is_at_the_foot(body: str, found: Found) -> bool:
    """Say whether an address ends a letter, on lines of its own: whoever writes it has it."""
    line = body[: found.start].rpartition("\n")[2]
    return not line.strip() and not body[found.end :].strip(" .\n") and "\n" in body.strip()


_SOMEBODY = re.compile(rf"(?P<name>{RUN})(?:, [^,.!?\n]{{1,30}})?[\s,:(–-]{{1,4}}$")


_STREETS_NUMBER = re.compile(r"\d[A-Za-z]? $")


def _by_name(before: str, name: Name | None) -> int:
    """An address right behind a name is that person's."""
    if _named(plain(before), name) >= 0:
        return 2
    found = _SOMEBODY.search(before)
    other = name_in(found["name"]) if found and not _STREETS_NUMBER.search(before[: found.start()]) else None
    return -3 if other and other.given and other.family and name and not agree(other, name) else 0


def _named(before: str, name: Name | None) -> int:
    """Return where somebody is named last, -1 where nowhere: by the given name, which relatives do not share."""
    wanted = plain((name.given or name.family or "") if name else "")
    return before.rfind(wanted) if wanted else -1


def _surest(weighed: list[_Weighed]) -> str | None:
    best: dict[str, int] = {}
    for line, weight in weighed:
        best[line] = best.get(line, 0) + weight
    kept = {line: weight for line, weight in best.items() if weight >= 0}
    first = [line for line, weight in kept.items() if weight == max(kept.values())]
    return first[0] if len(first) == 1 else None


def _weight(text: str, found: Found, *, gone: bool = False) -> int:
    """Say how surely somebody lives there: 0 where nothing says so, more is surer, less is elsewhere.

    gone: they are dead, and where they lived is where they live.
    """
    before = plain(text[max(0, found.start - 110) : found.start])
    left, current = _at(_LEFT_BEHIND, before), _at(_CURRENT, before)
    if (gone and _LIVED.match(before, max(left, 0))) or _STILL.match(plain(text[found.end : found.end + 40])):
        left = -1
    weight = -4 if left >= 0 and left >= current else 2 if current >= 0 else 0
    if _LEFT_AFTER.search(plain(text[found.end : found.end + 60])):
        weight -= 4
    if _is_recipients(text, found):
        weight -= 6
    away = _at(_NOT_HOME, before) > _at(_HOME, before)
    return weight - 3 if away or _FIRM.search(before) else weight


def _at(pattern: re.Pattern[str], before: str) -> int:
    """Return where the last of a pattern's words begins, -1 where there is none."""
    found = pattern.match(before)
    return found.start("said") if found else -1


def _is_recipients(text: str, found: Found) -> bool:
    """Say whether an address stands in the head of a letter, under the shop's name."""
    above = plain(text[max(0, found.start - 200) : found.start]).rpartition("\n\n")[2]
    lines = above.split("\n")
    is_head = not lines[-1].strip() and all(len(line) < 60 for line in lines)
    return is_head and _RECIPIENT.search(above) is not None
