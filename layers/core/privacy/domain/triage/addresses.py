"""Postal addresses in a text, each as one line, "street, postcode town" (P45).

A postcode with its town is the anchor; the street stands before it, on the same line or on those above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from privacy.domain.triage.spelling import plain


class Found(NamedTuple):
    """An address and where it stands, `text[start:end]`."""

    line: str
    start: int
    end: int


_UP = "A-ZÀ-ÖØ-ÞŒ"
_TOWN_WORD = rf"(?:[{_UP}][\w’']{{0,30}}(?:-[\w’']{{1,30}}){{0,6}}|(?:d|l)['’][{_UP}][\w-]{{0,30}})"
_TOWN_SMALL = (
    r"(?:sur|sous|en|les|lès|le|la|de|du|des|aux?|am|an der|der|upon|on|del|della|den|aan|d['’]|St|Saint)"
)
_TOWN = (
    rf"(?:(?:St\.|Ste\.|St|Ste) )?(?:{_TOWN_WORD}(?:[ -](?:{_TOWN_SMALL}[ -])?{_TOWN_WORD}){{0,4}})"
    r"(?: (?:cedex|Cedex|CEDEX)(?: \d{1,2})?)?(?: \d{1,2}(?:e|er|ème)?(?!\w))?"
)
#: The United Kingdom and Ireland.
_ISLES = r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[\dW] ?[A-Z][A-Z\d]{3})"
#: France, Germany, Spain, Italy; Belgium, Switzerland, Luxembourg, Austria; the Netherlands; Portugal.
_CONTINENT = r"(?:(?:F|D|B|CH|L|A|I|E|P|NL)-)?(?:\d{5}|\d{2} \d{3}|\d{4}-\d{3}|\d{4} ?[A-Z]{2}(?!\w)|\d{4})"

#: The likelier first.
_ANCHORS = (
    re.compile(rf"(?<![\w/.-])(?P<code>{_CONTINENT}),?[ ](?P<town>{_TOWN})"),
    re.compile(rf"(?<![\w-])(?P<code>{_ISLES})(?!\w),?[ ](?P<town>{_TOWN})"),
    re.compile(rf"(?<![\w’'-])(?P<town>{_TOWN})(?:,? ?\n ?|,? )(?P<code>{_ISLES})(?!\w)"),
    re.compile(rf"(?<![\w’'-])(?P<town>{_TOWN})[ ]?\([ ]?(?P<code>\d{{5}})[ ]?\)"),
    re.compile(rf"(?<![\w’'-])(?P<town>{_TOWN}),?[ ](?P<code>\d{{5}})(?=[ ]*[.\n;]|$)"),
    re.compile(
        r"(?<![\w/.-])(?P<code>\d{5}),?[ ](?P<town>[a-zà-öø-ÿœ]{3,}(?:[ -][a-zà-öø-ÿœ’']{2,}){0,3})"
        r"(?=[ ]*(?:[,.;:()]|\n|$))"
    ),
)

_FRENCH = (
    r"(?:rue|r\.|avenue|av\.?|ave\.?|boulevard|bd\.?|bld\.?|blvd\.?|impasse|imp\.?|all[ée]es?|chemin|ch\.|"
    r"che\.|"
    r"route|rte\.?|place|pl\.|quai|cours|square|sq\.|passage|villa|sentier|sente|r[ée]sidence|lotissement|"
    r"hameau|"
    r"lieu[- ]dit|faubourg|fbg\.?|esplanade|promenade|mail|mont[ée]e|voie|cit[ée]|clos|domaine|ruelle|"
    r"venelle|"
    r"traverse|rond[- ]point|porte|parvis|rampe|c[ôo]te|zone|za|zi|quartier|galerie|pont|port|levée|mas|"
    r"cour)"
)
_ENGLISH = (
    r"(?:street|st\.?|road|rd\.?|lane|ln\.?|drive|dr\.?|court|ct\.?|close|crescent|gardens?|grove|hill|"
    r"terrace|"
    r"mews|row|way|walk|park|gate|green|yard|wharf|parade|rise|view|mount|broadway|high|house|cottage|"
    r"avenue|"
    r"ave\.?|square|place|quay|wynd|boulevard|bank|side|end|fields?|vale|circus|heights?|reach|loan|brae)"
)
_SOUTHERN = (
    r"(?:via|viale|piazza|piazzale|corso|largo|vicolo|calle|c/|avenida|avda\.?|av\.|plaza|paseo|camino|"
    r"ronda|carrer|"
    r"rua|travessa|pra[çc]a|estrada|alameda)"
)
_GERMANIC = (
    r"(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|gracht|kade|singel|"
    r"dijk|dreef|"
    r"hof|steeg|markt)"
)
_HOUSES = (
    r"(?:lieu[- ]dit|hameau|le bourg|la ferme|ferme|r[ée]sidence|domaine|ch[âa]teau|manoir|moulin|"
    r"lotissement|"
    r"quartier|BP|B\.P\.|CS|TSA)"
)
_NUMBER = r"\d{1,4}(?: ?(?:bis|ter|quater|[A-Da-d])(?![\w’']))?(?:[-/]\d{1,4})?"
#: Goes on to the next mark, and not into another address.
_REST = rf"(?:(?!\s\d{{1,4}},? {_FRENCH}\s)[^,;\n:!?@<>()«»\"])"
_CAPITAL = rf"[{_UP}][\w’'.-]{{0,30}}"

#: The shapes of a street, the surest first.
_STREETS = tuple(
    re.compile(shape)
    for shape in (
        rf"(?:(?:n°|nº|no\.?) ?)?(?<![\w/.-]){_NUMBER},? (?i:{_FRENCH})(?![\w’']){_REST}{{0,60}}",
        rf"(?<![\w/.-]){_NUMBER},? (?:{_CAPITAL}[ ]){{1,4}}(?i:{_ENGLISH})(?![\w’'])",
        (
            rf"(?<!\w)(?i:{_SOUTHERN})[ ]{_REST}{{1,50}}?,? (?:n[.°ºr]* ?)?\d{{1,4}}(?: ?[A-Za-z](?!\w))?"
            r"(?: ?[,-] ?\d{0,2}[°ºª]? ?[A-Za-z]{0,6}(?!\w))?"
        ),
        rf"(?<!\w)(?i:{_FRENCH}) {_REST}{{1,50}} \d{{1,4}}[a-zA-Z]?(?!\w)",
        rf"(?<!\w){_CAPITAL}(?: {_CAPITAL}){{0,3}}[ -]?{_GERMANIC}? \d{{1,4}} ?[A-Za-z]?(?!\w)",
        rf"(?<!\w)(?i:{_HOUSES})(?!\w){_REST}{{0,50}}",
        (
            rf"(?<![\w/.-]){_NUMBER},? {_CAPITAL}(?:[ ](?:(?:de|du|des|la|le|les|an|ar|the|"
            rf"of)[ ])?{_CAPITAL}){{0,4}}"
        ),
    )
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
#: The same, before the street.
_ABOVE = re.compile(
    rf"(?:^|[\n,;:]\s?|\b(?:au|à|at|in)\s)(?P<part>{_DOOR}\b[^,;\n:]{{0,40}}),?\s$", re.IGNORECASE
)
_BEHIND_TOWN = re.compile(
    r" (?:tel|telephone|port|portable|mob|mobile|fax|phone|e-?mail|mail|n|no|numero|ref|client\w*|customer|"
    r"kunde\w*|"
    r"commande|order|france|belgique|suisse|united|uk|merci|cordialement|bien|bonne|je|j'\w+|mon|ma|mes|"
    r"nous|et|mais|"
    r"or|please|i|my|thanks?|kind|best|regards|date|nee?|date|objet|madame|monsieur|bonjour|voici|il|elle|"
    r"vous|votre|the)\b"
)
_COUNTRY = re.compile(r"^(?:F|D|B|CH|L|A|I|E|P|NL)-(?=\d)")
_NUMBERED = re.compile(r"^(?:n°|nº|no\.?)? ?(\d{1,4}(?: ?(?:bis|ter|quater|[A-Da-d])(?!\w))?),?(?= \D)")
_PREPOSITIONS = frozenset({"à", "a", "in", "at", "en", "te", "em", "("})
#: Postcodes that are looked at; no letter has as many.
_MOST = 50
#: How far above or before its postcode a street may stand.
_REACH = 200


def addresses_in(text: str) -> list[Found]:
    """Find the addresses of a text, in their order. The work grows with the text."""
    found: list[Found] = []
    after = 0
    for _, readings in sorted(_anchors(text).items())[:_MOST]:
        for start, end, code, town in readings:
            street = _street_before(text, max(after, start - _REACH), start) if start >= after else None
            if street:
                at, words = street
                name = _town(town)
                after = end - (len(town) - len(name)) if text[:end].endswith(town) else end
                found.append(Found(f"{words}, {_code(code)} {' '.join(name.split())}", at, after))
                break
    return found


def _anchors(text: str) -> dict[int, list[tuple[int, int, str, str]]]:
    """Return each place of a postcode with the readings of it, `(start, end, code, town)`, the likelier first."""
    readings: dict[int, list[tuple[int, int, str, str]]] = {}
    for pattern in _ANCHORS:
        for match in pattern.finditer(text):
            reading = (match.start(), match.end(), match["code"], match["town"])
            readings.setdefault(match.start("code"), []).append(reading)
    return readings


def _street_before(text: str, floor: int, end: int) -> tuple[int, str] | None:
    """Return where the street begins that ends right before `end`, and its words."""
    window = text[floor:end]
    found = next(_streets(window), None)
    if found is None:
        return None
    words = _NUMBERED.sub(r"\1", " ".join(found.group().split()).strip(" ,.-–"))
    kept = words.split(" ")
    if kept[-1] in _PREPOSITIONS:
        words = " ".join(kept[:-1])
    parts = [words, *(piece for piece in _pieces(window[found.end() :]) if _COMPLEMENT.match(piece))]
    above = _ABOVE.search(window, 0, found.start())
    if above:
        parts.insert(0, " ".join(above["part"].split()))
    return floor + (above.start("part") if above else found.start()), ", ".join(parts)


def _streets(window: str) -> Iterator[re.Match[str]]:
    for shape in _STREETS:
        for match in shape.finditer(window):
            if _is_gap(window[match.end() :]):
                yield match


def _is_gap(gap: str) -> bool:
    """Only separators, and doors or buildings, stand between a street and its postcode."""
    return gap.count("\n") <= 3 and all(
        not piece or _COMPLEMENT.match(piece) or piece.lower() in _PREPOSITIONS for piece in _pieces(gap)
    )


def _pieces(gap: str) -> list[str]:
    return [" ".join(piece.split()).strip(" .-–(") for piece in re.split(r"[,\n]", gap)]


def _town(town: str) -> str:
    """Cut off what goes on behind the town on its line."""
    ends = [found.start() for found in _BEHIND_TOWN.finditer(plain(town))]
    return town[: ends[0]] if ends else town


def _code(code: str) -> str:
    code = _COUNTRY.sub("", code.upper())
    if re.fullmatch(r"\d{2} \d{3}", code):
        return code.replace(" ", "")
    if " " in code or "-" in code or not (code[-1].isalpha() or code[0].isalpha()):
        return code
    cut = len(code) - 3 if re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}", code) else 3
    return f"{code[:cut]} {code[cut:]}" if code[0].isalpha() else code
