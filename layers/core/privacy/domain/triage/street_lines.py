"""The street before a postcode, by its word and number, as the continent writes it (`18 rue des Carmes`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from privacy.domain.triage.postcodes import UPPER

FRENCH = (
    r"(?:rue|r\.|avenue|av\.?|ave\.?|boulevard|bd\.?|bld\.?|blvd\.?|impasse|imp\.?|all[ée]es?|chemin|ch\.|"
    r"che\.|"
    r"route|rte\.?|place|pl\.|quai|cours|square|sq\.|passage|villa|sentier|sente|r[ée]sidence|lotissement|"
    r"hameau|"
    r"lieu[- ]dit|faubourg|fbg\.?|esplanade|promenade|mail|mont[ée]e|voie|cit[ée]|clos|domaine|ruelle|"
    r"venelle|"
    r"traverse|rond[- ]point|porte|parvis|rampe|c[ôo]te|zone|za|zi|quartier|galerie|pont|port|levée|mas|"
    r"cour|chauss[ée]e|corniche|dr[èe]ve)"
)
ENGLISH = (
    r"(?:street|st\.?|road|rd\.?|lane|ln\.?|drive|dr\.?|court|ct\.?|close|crescent|gardens?|grove|hill|"
    r"terrace|"
    r"mews|row|way|walk|park|gate|green|yard|wharf|parade|rise|view|mount|broadway|high|house|cottage|"
    r"avenue|"
    r"ave\.?|square|place|quay|wynd|boulevard|bank|side|end|fields?|vale|circus|heights?|reach|loan|brae)"
)
_SOUTHERN = (
    r"(?:via|viale|piazza|piazzale|corso|largo|vicolo|calle|c/|avenida|avda\.?|av\.|plaza|paseo|camino|"
    r"ronda|carrer|ul\.|ulica|strada|str\.|bulevardul|bd\.|[sș]oseaua|calea|aleea|intrarea|"
    r"rua|travessa|pra[çc]a|estrada|alameda)"
)
_GERMANIC = (
    r"(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|gracht|kade|singel|"
    r"dijk|dreef|"
    r"hof|steeg|markt|katu|kuja|polku|tie|tori|all[eé]|gata|gate|gatan|v[aä]gen|veien|vei|plass|torg|gade|vej|stræde)"
)
_HOUSES = (
    r"(?:lieu[- ]dit|hameau|le bourg|la ferme|ferme|r[ée]sidence|domaine|ch[âa]teau|manoir|moulin|"
    r"lotissement|"
    r"quartier|BP|B\.P\.|CS|TSA)"
)
_NUMBER = r"\d{1,4}(?: ?(?:bis|ter|quater|[A-Da-d])(?![\w’']))?(?:[-/]\d{1,4})?"
#: Goes on to the next mark, and not into another address.
_REST = rf"(?:(?!\s\d{{1,4}},? {FRENCH}\s)[^,;\n:!?@<>()«»\"])"
_CAPITAL = rf"[{UPPER}][\w’'.-]{{0,30}}"

#: The shapes of a street, the surest first.
_STREETS = tuple(
    re.compile(shape)
    for shape in (
        rf"(?:(?:n°|nº|no\.?) ?)?(?<![\w/.-]){_NUMBER},? (?i:{FRENCH})(?![\w’']){_REST}{{0,60}}",
        rf"(?<![\w/.-]){_NUMBER},? (?:{_CAPITAL}[ ]){{1,4}}(?i:{ENGLISH})(?![\w’'])",
        (
            rf"(?<!\w)(?i:{_SOUTHERN})[ ]{_REST}{{1,50}}?,? (?:n[.°ºr]* ?)?\d{{1,4}}(?:/\d{{1,3}}| ?[A-Za-z](?!\w))?"
            r"(?: ?[,-] ?\d{0,2}[°ºª]? ?[A-Za-z]{0,6}(?!\w))?"
        ),
        rf"(?<!\w)(?i:{FRENCH}) {_REST}{{1,50}} \d{{1,4}}[a-zA-Z]?(?!\w)",
        (
            rf"(?<!\w){_CAPITAL}(?: {_CAPITAL}){{0,3}}[ -]?{_GERMANIC}? \d{{1,4}}"
            # a staircase and a flat behind the house (`Mannerheimintie 55 B 12`)
            r"(?: [A-Z] \d{1,3}| ?[A-Za-z]|(?:/\d{1,3}){1,2})?(?!\w)"
        ),
        rf"(?<!\w)(?i:{_HOUSES})(?!\w){_REST}{{0,50}}",
        (
            rf"(?<![\w/.-]){_NUMBER},? {_CAPITAL}(?:[ ](?:(?:de|du|des|la|le|les|an|ar|the|"
            rf"of)[ ])?{_CAPITAL}){{0,4}}"
        ),
    )
)

_DAY = re.compile(
    r"\d{1,2} (?:Jan|Feb|F[ée]v|Mar|Apr|Avr|Ma[iy]\b|Jun|Jui|Jul|Aug|Ao[uû]|Sep|O[ck]t|Nov|De[cz]|D[ée]c)",
    re.IGNORECASE,
)
_DOOR = (
    r"(?:app(?:artemen)?t?\.?|apt\.?|b[âa]t(?:iment)?\.?|esc(?:alier)?\.?|r[ée]s(?:idence)?\.?|flat|unit|"
    r"c/o|chez)"
)
#: Behind the street, and a part of the address: a door, a staircase, a building.
_COMPLEMENT = re.compile(
    rf"(?:(?:{_DOOR}|[ée]tage|\d{{1,2}}(?:e|er|[èe]me)? [ée]tage|porte|hall|floor|lieu[- ]dit|bp|cs|studio|"
    rf"lot|"
    r"entr[ée]e|b[oô]ite|bus|bte)\b)[^,;\n]{0,40}$",
    re.IGNORECASE,
)
#: What is surely a house's name or a hamlet's, and no family's as `Le Goff` is.
_HAMLET = (
    r"Les |Villa |Ker\w{2,},|(?:Le|La) (?:Clos|Mas|Moulin|Domaine|Bourg|Hameau|Manoir|Parc|Village|Pavillon|Ferme|"
    r"Bastide|"
    r"Villa|Prieuré|Château|Maison|Rotonde)\b"
)
#: The same, before the street.
_ABOVE = re.compile(
    rf"(?:(?:^|[\n,;:]\s?|\b(?:au|à|at|in|of|de|du|la|le)\s|\bl['’])"
    rf"(?P<door>(?i:{_DOOR})\b(?=[^,;\n:]{{0,16}}[A-Z\d])[^,;\n:]{{0,40}})|"
    # `Le Petit Comptoir` on a line of its own is a firm's
    rf"(?:(?:^|[\n,;:]\s?)(?={_HAMLET})|\b(?:à|at)\s)"
    rf"(?P<house>(?:Ker\w{{2,}}|(?:Les?|La|Villa) {_CAPITAL}(?: {_CAPITAL})?)"
    rf"(?:,[ ](?i:b[âa]t|app(?:artemen)?t|esc|r[ée]s)[^,;\n:]{{0,20}})?)),?\s$"
)
_NUMBERED = re.compile(r"^(?:n°|nº|no\.?)? ?(\d{1,4}(?: ?(?:bis|ter|quater|[A-Da-d])(?!\w))?),?(?= \D)")
_PREPOSITIONS = frozenset({"à", "a", "in", "at", "en", "te", "em", "("})


def street_before(text: str, floor: int, end: int) -> tuple[int, str] | None:
    """Return where the street begins that ends right before `end`, and its words."""
    window = text[floor:end]
    found = next(_streets(window), None)
    if found is None:
        return None
    words = plain_number(" ".join(found.group().split()).strip(" ,.-–"))
    kept = words.split(" ")
    if kept[-1] in _PREPOSITIONS:
        words = " ".join(kept[:-1])
    parts = [words, *(piece for piece in _pieces(window[found.end() :]) if _COMPLEMENT.match(piece))]
    above = _ABOVE.search(window, 0, found.start())
    if above:
        parts.insert(0, " ".join((above["door"] or above["house"]).split()))
    return floor + (above.start(above.lastgroup or 0) if above else found.start()), ", ".join(parts)


def _streets(window: str) -> Iterator[re.Match[str]]:
    for shape in _STREETS:
        for match in shape.finditer(window):
            if not _DAY.match(match.group()) and _is_gap(window[match.end() :]):
                yield match


def _is_gap(gap: str) -> bool:
    """Only separators, and doors or buildings, stand between a street and its postcode."""
    return gap.count("\n") <= 3 and all(
        not piece or _COMPLEMENT.match(piece) or piece.lower() in _PREPOSITIONS for piece in _pieces(gap)
    )


def _pieces(gap: str) -> list[str]:
    return [" ".join(piece.split()).strip(" .-–(") for piece in re.split(r"[,\n]", gap)]


def plain_number(words: str) -> str:
    """Write the house's number alone before its street (`n° 5, rue du Lac`)."""
    return _NUMBERED.sub(r"\1", words)
