"""Postal addresses in a text, each as one line, "street, postcode town" (P45).

A postcode with its town is the anchor; the street stands before it, on the same line or on those above. Where the
postcode comes last (the British Isles, North America) the pieces before it are read one by one, from the town up:
there a house has a name as often as a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from privacy.domain.triage.given_names import GIVEN_NAMES
from privacy.domain.triage.names import name_in
from privacy.domain.triage.spelling import plain


class Found(NamedTuple):
    """An address and where it stands, `text[start:end]`."""

    line: str
    start: int
    end: int


_UP = "A-ZÀ-ÖØ-ÞŒŠŽĄĆĘŁŃŚŹŻČĎĚŇŘŤŮİŞ"
_TOWN_WORD = rf"(?:[{_UP}][\w’']{{0,30}}(?:-[\w’']{{1,30}}){{0,6}}|(?:d|l)['’][{_UP}][\w-]{{0,30}})"
_TOWN_SMALL = (
    r"(?:sur|sous|en|les|lès|le|la|de|du|des|aux?|am|an der|der|upon|on|del|della|den|aan|d['’]|St|Saint)"
)
_TOWN = (
    rf"(?:(?:St\.|Ste\.|St|Ste) )?(?:{_TOWN_WORD}(?:[ -](?:{_TOWN_SMALL}[ -])?{_TOWN_WORD}){{0,4}})"
    r"(?: (?:cedex|Cedex|CEDEX)(?: \d{1,2})?)?(?: \d{1,2}(?:e|er|ème)?(?!\w))?"
)
#: The United Kingdom and Ireland.
_BRITISH = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
_IRISH = r"[A-Z]\d[\dW] ?[A-Z][A-Z\d]{3}"
_ISLES = rf"(?:{_BRITISH}|{_IRISH})"
#: France, Germany, Spain, Italy; Belgium, Switzerland, Luxembourg, Austria; the Netherlands; Portugal;
#: Sweden, Czechia; Poland.
_CONTINENT = (
    r"(?:(?:F|D|B|CH|L|A|I|E|P|NL|S|PL)-)?"
    r"(?:\d{5}|\d{2} \d{3}|\d{4}-\d{3}|\d{4} ?[A-Z]{2}(?!\w)|\d{4}|\d{3} \d{2}(?!\d)|\d{2}-\d{3}(?!\d))"
)

#: `WR3 8JE Worcester`, as the shop writes it.
_CODE_FIRST = re.compile(rf"(?<![\w-])(?P<code>{_ISLES})(?!\w),?[ ](?P<town>{_TOWN})")
#: The likelier first.
_ANCHORS = (
    re.compile(rf"(?<![\w/.-])(?P<code>{_CONTINENT}),?[ ](?P<town>{_TOWN})"),
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
    r"cour|chauss[ée]e|corniche)"
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
    r"ronda|carrer|ul\.|ulica|strada|"
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
            rf"(?<!\w)(?i:{_SOUTHERN})[ ]{_REST}{{1,50}}?,? (?:n[.°ºr]* ?)?\d{{1,4}}(?:/\d{{1,3}}| ?[A-Za-z](?!\w))?"
            r"(?: ?[,-] ?\d{0,2}[°ºª]? ?[A-Za-z]{0,6}(?!\w))?"
        ),
        rf"(?<!\w)(?i:{_FRENCH}) {_REST}{{1,50}} \d{{1,4}}[a-zA-Z]?(?!\w)",
        (
            rf"(?<!\w){_CAPITAL}(?: {_CAPITAL}){{0,3}}[ -]?{_GERMANIC}? \d{{1,4}}"
            r"(?: ?[A-Za-z]|(?:/\d{1,3}){1,2})?(?!\w)"
        ),
        rf"(?<!\w)(?i:{_HOUSES})(?!\w){_REST}{{0,50}}",
        (
            rf"(?<![\w/.-]){_NUMBER},? {_CAPITAL}(?:[ ](?:(?:de|du|des|la|le|les|an|ar|the|"
            rf"of)[ ])?{_CAPITAL}){{0,4}}"
        ),
    )
)

#: Canada; the United States.
_PROVINCE = (
    r"(?:AB|BC|MB|NB|NL|NS|NT|NU|ON|PEI?|QC|SK|YT|Alberta|British Columbia|Manitoba|New Brunswick|"
    r"Nova Scotia|Ontario|Qu[ée]bec|Saskatchewan)"
)
_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|"
    r"W[AIVY]|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|"
    r"Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|"
    r"Missouri|Montana|Nebraska|Nevada|New (?:Hampshire|Jersey|Mexico|York)|(?:North|South) (?:Carolina|Dakota)|Ohio|"
    r"Oklahoma|Oregon|Pennsylvania|Rhode Island|Tennessee|Texas|Utah|Vermont|(?:West )?Virginia|Washington|Wisconsin|"
    r"Wyoming)"
)
#: Postcodes that come behind their town, with the state where there is one.
_CODES_BEHIND = (
    re.compile(rf"(?<=[\w,.)])[ \n](?P<code>(?i:{_BRITISH})|{_IRISH})(?![\w-])"),
    re.compile(
        rf"(?P<state>,? ?(?<!\w)\(?{_PROVINCE}\)?),?[ \n]{{1,2}}(?P<code>[A-Z]\d[A-Z][ -]?\d[A-Z]\d)(?!\w)"
    ),
    re.compile(rf"(?P<state>,? ?(?<!\w){_STATE}\.?),?[ \n]{{1,2}}(?P<code>\d{{5}}(?:-\d{{4}})?)(?!\w)"),
)
#: So many villages, estates or quarters may stand between a street and its town.
_VILLAGES = 2
_BREAK = re.compile(
    r"[!?:;()\[\]<>\"“”«»=•*|]|\n ?\n|\s[-–—]+\s|"
    r"(?<!\bSt)(?<!\bRd)(?<!\bAve)(?<!\bDr)(?<!\bLn)(?<!\bCt)(?<!\bCo)(?<!\bApt)(?<!\bMt)(?<!\bSte)(?<!\bNo)(?<!\b[A-Z])\.(?=\s)"
)
_PIECE = re.compile(r"[^,\n]+|(?<=[,\n])(?=[,\n]|$)")
_CAP = rf"[{_UP}][\w’'.&-]{{0,30}}"
_LINK = r"(?:of|the|on|upon|in|by|under|le|la|les|de|du|y|yr|na|an|and|cum|next|St\.?|Mount|&)"
_PLACE = re.compile(rf"(?:The )?{_CAP}(?:[ -](?:{_LINK}[ -]){{0,2}}{_CAP}){{0,3}}(?: \d{{1,2}}[A-Za-z]?)?")
_SMALL_PLACE = re.compile(r"[a-zà-ÿ'-]{3,25}(?: [a-zà-ÿ'-]{2,20}){0,2}")
#: It follows the town, before the postcode.
_COUNTY = re.compile(
    r"(?:Co\.?|County) [A-Z][a-z]{2,12}|(?:[A-Z][a-z]{2,12} )?[A-Z][a-z]{2,20}shire|"
    r"(?:North |South |East |West )?(?:Sussex|Yorks|Midlands|Glamorgan|Lothian)|"
    r"Berks|Bucks|Cambs|Cornwall|Cumbria|Devon|Dorset|Durham|Essex|Fife|Glos|Gwynedd|Hants|Herts|Kent|Lancs|Lincs|"
    r"Merseyside|Middlesex|Norfolk|Northants|Northumberland|Notts|Oxon|Powys|Rutland|Somerset|Staffs|Suffolk|"
    r"Surrey|Wilts|"
    r"Worcs|Isle of (?:Wight|Man|Skye)|Anglesey|Argyll|Dyfed|Gwent|Clwyd|Angus|Moray|"
    r"UK|England|Scotland|Wales|Northern Ireland|Ireland"
)
_EIRCODE = re.compile(_IRISH)
_UNIT = (
    r"(?:Flat|Apt\.?|Apartment|Unit|Suite|Ste\.?|Room|Rm\.?|Floor|Studio|Basement Flat|Block|Plot|Lot|"
    r"Bungalow|PO Box|P\.O\. Box)"
)
#: A door, alone or with its house (`Flat 2 Seaview Court`).
_DOORS = re.compile(
    rf"(?<![\w’'-])(?:(?i:{_UNIT}) ?#?(?:\d{{1,5}}[A-Za-z]?(?:[/-]\w{{1,4}})?|[A-Z]\d{{0,3}})|"
    rf"(?:Ground|First|Second|Third|Top|Upper|Lower|Garden|Basement|\d{{1,2}}(?:st|nd|rd|"
    rf"th))(?: [Ff]loor)?(?: [Ff]lat|(?<=[Ff]loor))|"
    rf"#\d{{1,5}}[A-Za-z]?|c/o {_CAP}(?: {_CAP}){{0,3}})(?: {_CAP}){{0,3}}$"
)
_SIDE = r"(?:North|South|East|West|[NSEW]\.?|[NS]\.?[EW]\.?|Upper|Lower|Extension)"
_WAY = (
    rf"(?:{_ENGLISH}|alley|approach|arcade|bay|blvd\.?|bluff|bottom|brow|causeway|chase|circle|cir\.?|common|"
    rf"copse|corner|"
    r"cove|croft|dene|down|downs|drove|embankment|esplanade|estate|ferry|ford|freeway|garth|gate|glen|green|"
    r"head|highway|"
    r"hwy\.?|hollow|island|junction|landing|leas?|meadows?|mill|orchard|parkway|pkwy\.?|passage|path|pike|pines|"
    r"pl\.?|plaza|point|promenade|ridge|rise|run|spur|strand|sq\.?|ter\.?|thoroughfare|trail|trl\.?|turnpike|village|"
    r"villas|wood|woods|works|wynd)"
)
_TOKEN = rf"(?:{_CAP}|\d{{1,3}}(?:st|nd|rd|th)|{_LINK})"
_BEHIND_STREET = rf"(?: {_SIDE})?(?:,? (?i:{_UNIT}) ?#?[\w/-]{{1,6}}| #\w{{1,6}})?"
_HOUSE_NUMBER = r"(?:(?i:no\.?|number) ?)?\d{1,6}[A-Za-z]?(?: ?[-–/] ?\d{1,5}[A-Za-z]?)?(?: 1/2)?"
_NUMBERED_STREET = re.compile(
    rf"(?<![\w/.#-])(?:(?i:{_UNIT}) ?#?\w{{1,5}} )?{_HOUSE_NUMBER} "
    rf"(?:{_TOKEN}(?:[ -]{_TOKEN}){{0,5}}(?: \d{{1,4}})?{_BEHIND_STREET}|"
    # in small letters only the street's own word tells where it ends
    rf"(?:[a-zà-ÿ’'.-]{{1,20}} ){{1,4}}(?i:{_WAY}){_BEHIND_STREET})$"
)
_NAMED_STREET = re.compile(rf"(?<![\w’'-])(?:The )?(?:{_TOKEN} ){{0,3}}{_CAP} (?i:{_WAY})(?: {_SIDE})?$")
_STREET_AND_TOWN = re.compile(
    rf"(?P<street>.{{2,70}} (?i:{_WAY})(?: {_SIDE})?(?:,? (?i:{_UNIT}) ?#?[\w/-]{{1,6}}|"
    rf" #\w{{1,6}})?) (?P<town>[^\d]{{3,40}})"
)
_DWELLING = (
    r"(?:House|Cottages?|Lodge|Farm|Farmhouse|Barns?|Vicarage|Rectory|Parsonage|Manse|Presbytery|Manor|"
    r"Villas?|Mansions?|"
    r"Apartments|Buildings?|Chambers|Court|Towers?|Hall|Grange|Mill|Forge|Mews|Croft|Bungalow|Residence|Residences|"
    r"Almshouses|Stables|Oast|Steading|Smithy|Schoolhouse|Heights|Point|Wharf|Gate|Place|Gardens|Priory|Abbey|Castle|"
    r"Chapel|Cabin|Care Home|Nursing Home|Halls?|College|Annexe?|Maltings|Mills|Quays?|Works|Yard|Granary|"
    r"Dairy|Coach House|Gatehouse|Boathouse)"
)
_HOUSE = re.compile(
    rf"(?<![\w’'-])(?:(?:\d{{1,4}}[A-Za-z]? )?(?:{_CAP} (?:{_LINK} )?){{1,4}}{_DWELLING}|"
    rf"(?:\d{{1,4}}[A-Za-z]? {_DWELLING})|"
    rf"The (?:{_CAP} ){{0,2}}{_CAP})$"
)
_GAELIC = re.compile(r" (?:na|nan|an|y|yr) ")
_TITLED_WORDS = re.compile(rf"{_CAP}(?: (?:{_LINK} )?{_CAP}){{0,3}}")
#: Streets' and houses' words that are hardly anybody's family name, and those that are many a one's.
_NO_FAMILY = frozenset({
    "street", "st", "st.", "road", "rd", "rd.", "avenue", "ave", "ave.", "terrace", "crescent", "drive", "dr",
    "dr.", "gardens",
    "square", "house", "cottage", "cottages", "mansions", "apartments", "buildings", "villas", "chambers",
    "boulevard",
    "blvd", "blvd.", "parade", "row", "quay", "mews", "close", "ct", "ct.", "farmhouse", "vicarage", "rectory",
    "almshouses", "heights",
})  # fmt: skip
_ALSO_FAMILY = frozenset({
    "lane", "hill", "court", "park", "green", "bank", "field", "fields", "hall", "mill", "lodge", "forge", "barn",
    "grange",
    "tower", "towers", "manor", "farm", "castle", "abbey", "chapel", "croft", "wood", "woods", "place", "way",
    "brook", "ford",
    "gate", "view", "rise", "end", "side", "vale", "mount",
})  # fmt: skip
_LEADS = frozenset({
    "address", "at", "now", "new", "from", "to", "my", "home", "current", "currently", "formerly", "of", "postal",
    "live",
    "is", "in", "previously", "correct", "old", "residing", "presently", "and", "but", "for", "near",
})  # fmt: skip
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
#: The same, before the street.
_ABOVE = re.compile(
    rf"(?:(?:^|[\n,;:]\s?|\b(?:au|à|at|in|of|de|du|la|le)\s|\bl['’])"
    rf"(?P<door>(?i:{_DOOR})\b(?=[^,;\n:]{{0,16}}[A-Z\d])[^,;\n:]{{0,40}})|"
    # `Le Petit Comptoir` on a line of its own is a firm's
    rf"(?:(?:^|[\n,;:]\s?)(?=Les|Villa)|\b(?:à|at)\s)"
    rf"(?P<house>(?:Les?|La|Villa) {_CAPITAL}(?: {_CAPITAL})?)),?\s$"
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
    for _, anchors in sorted(_anchors(text).items())[:_MOST]:
        readings = (_read(text, after, anchor) for anchor in anchors if anchor.start() >= after)
        one = next((reading for reading in readings if reading), None)
        if one:
            found.append(one)
            after = one.end
    return found


def _anchors(text: str) -> dict[int, list[re.Match[str]]]:
    """Return each place of a postcode with the readings of it, the likelier first."""
    anchors: dict[int, list[re.Match[str]]] = {}
    for pattern in (_CODE_FIRST, *_CODES_BEHIND, *_ANCHORS):
        for match in pattern.finditer(text):
            anchors.setdefault(match.start("code"), []).append(match)
    return anchors


def _read(text: str, after: int, anchor: re.Match[str]) -> Found | None:
    """Read the address around a postcode; nothing before `after` is its own."""
    start, end = anchor.span()
    floor = max(after, start - _REACH)
    if anchor.re in _CODES_BEHIND:
        return _read_upwards(text, floor, anchor)
    street = (_houses_before if anchor.re is _CODE_FIRST else _street_before)(text, floor, start)
    if street is None:
        return None
    at, words = street
    town = anchor["town"]
    name = _town(town)
    end = end - (len(town) - len(name)) if text[:end].endswith(town) else end
    return Found(f"{words}, {_code(anchor['code'])} {' '.join(name.split())}", at, end)


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


# --- where the postcode comes last


class _Piece(NamedTuple):
    """What stands between two commas or line ends, and where.

    own_line: nothing stands before it on its line. street: it was read as a street, a house or a door.
    """

    words: str
    start: int
    own_line: bool
    street: bool = False


def _read_upwards(text: str, floor: int, anchor: re.Match[str]) -> Found | None:
    """Read the pieces before a postcode from the town up, for as long as they are an address's."""
    pieces = _pieces_up(text, floor, anchor.start())
    state = anchor.groupdict().get("state")
    if pieces and not pieces[0].words and not state:
        pieces = pieces[1:]  # a comma or a line's end before the postcode
    if not pieces:
        return None
    town = pieces.pop(0)
    parted = _STREET_AND_TOWN.fullmatch(town.words)
    if parted and not _is_person(parted["street"]):
        pieces.insert(0, _Piece(parted["street"], town.start, town.own_line))
        town = town._replace(words=parted["town"])
    county = ""
    if pieces and _COUNTY.fullmatch(town.words):
        county, town = town.words, pieces.pop(0)
    if not _PLACE.fullmatch(town.words) and not (town.words.islower() and _SMALL_PLACE.fullmatch(town.words)):
        return None
    taken = _street_up(pieces) or _townland(pieces, anchor["code"])
    if not taken:
        return None
    where = ", ".join(part for part in (town.words, county) if part)
    where += anchor["state"] if state else ""
    return Found(f"{_downwards(taken)}, {_code(anchor['code'])} {where}", taken[-1].start, anchor.end())


def _houses_before(text: str, floor: int, end: int) -> tuple[int, str] | None:
    """The same where the town follows its postcode: return where the street begins, and its words."""
    pieces = _pieces_up(text, floor, end)
    if pieces and not pieces[0].words:
        pieces = pieces[1:]
    taken = _street_up(pieces)
    # a village before the postcode would be its town
    return (taken[-1].start, _downwards(taken)) if taken and taken[0].street else None


def _downwards(taken: list[_Piece]) -> str:
    return ", ".join(_NUMBERED.sub(r"\1", piece.words) for piece in reversed(taken))


def _townland(pieces: list[_Piece], code: str) -> list[_Piece]:
    """In the Irish country a house has its townland and its postcode, and no street (`Ballyroe, Bandon P72 XY01`)."""
    if not _EIRCODE.fullmatch(code) or not pieces or not re.fullmatch(_CAP, pieces[0].words):
        return []
    return [] if plain(pieces[0].words) in GIVEN_NAMES or pieces[0].start == 0 else pieces[:1]


def _pieces_up(text: str, floor: int, end: int) -> list[_Piece]:
    """Return the pieces before `end`, the nearest first, back to where the sentence begins."""
    breaks = [found.end() for found in _BREAK.finditer(text, floor, end)]
    begin = max([floor, *breaks])
    pieces = []
    for found in _PIECE.finditer(text, begin, end):
        words = found.group().rstrip()
        at = found.start() + len(words) - len(words.lstrip())
        own_line = text[:at].rstrip(" ")[-1:] in {"", "\n"}
        pieces.append(_Piece(" ".join(words.strip(" .-–").split()), at, own_line))
    return pieces[::-1]


def _street_up(pieces: list[_Piece]) -> list[_Piece]:
    """Take a street, a house, a door, and the village below them; none where there is no street or house."""
    taken: list[_Piece] = []
    settled = 0
    numbered = False
    for i, piece in enumerate(pieces):
        above = pieces[i + 1] if i + 1 < len(pieces) else None
        numbered = numbered or any(one.words[:1].isdigit() for one in taken)
        words = _address_in(piece, above, street=bool(settled), numbered=numbered)
        if words:
            taken.append(
                _Piece(words, piece.start + len(piece.words) - len(words), piece.own_line, street=True)
            )
            settled = len(taken)
            if words != piece.words:
                break  # it stands in a sentence: nothing before it is the address's
        elif not settled and len(taken) < _VILLAGES and _PLACE.fullmatch(piece.words):
            taken.append(piece)
        else:
            break
    return taken[:settled]


def _address_in(piece: _Piece, above: _Piece | None, *, street: bool, numbered: bool) -> str | None:
    """Return what of a piece is a street, a house or a door. street, numbered: one was read below it."""
    way = None if numbered else _NUMBERED_STREET.search(piece.words)
    door = way or _DOORS.search(piece.words)
    if door:
        return door.group()
    way = None if street else _NAMED_STREET.search(piece.words)
    if way and not _is_person(way.group()):
        return _without_lead(way.group())
    house = _HOUSE.search(piece.words)
    if house and not _is_person(house.group()):
        return _without_lead(house.group())
    return piece.words if street and _is_named_so(piece, above, numbered=numbered) else None


def _is_named_so(piece: _Piece, above: _Piece | None, *, numbered: bool) -> bool:
    """`Larkrise, Mill Lane`, `Thistle & Thread, 8 Bridge Street`: what is above a street, and nobody's name."""
    if not _TITLED_WORDS.fullmatch(piece.words) or _is_person(piece.words):
        return False
    if numbered:
        return " & " in piece.words
    if " " in piece.words:
        return _GAELIC.search(piece.words) is not None
    return above is not None or not piece.own_line


def _is_person(words: str) -> bool:
    """A street's or a house's name may be somebody's own (`Jane Lane`, `Rebecca Hall`)."""
    found = words.split()
    first, last = plain(found[0]), plain(found[-1])
    if first not in GIVEN_NAMES or any(letter.isdigit() for letter in words):
        return False
    return last not in _NO_FAMILY and (
        len(found) == 1 or "&" in found or name_in(words) is not None or last in _ALSO_FAMILY
    )


def _without_lead(words: str) -> str:
    """Take off what introduces an address with a capital (`Address Rose Cottage`, `Anna Roe of Rose Cottage`)."""
    whose, _, house = words.partition(" of ")
    if house and name_in(whose):
        words = house
    first, _, rest = words.partition(" ")
    return rest if plain(first) in _LEADS and rest else words


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
