"""The pieces of an address before its postcode, from the town up.

So the British Isles and North America write it: there a house has a name as often as a number.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from privacy.domain.triage.given_names import GIVEN_NAMES
from privacy.domain.triage.names import name_in
from privacy.domain.triage.postcodes import IRISH, UPPER, code_of
from privacy.domain.triage.spelling import plain
from privacy.domain.triage.street_lines import ENGLISH, FRENCH, plain_number

#: So many villages, estates or quarters may stand between a street and its town.
_VILLAGES = 2
_BREAK = re.compile(
    r"[!?:;()\[\]<>\"“”«»=•*|]|\n ?\n|\s[-–—]+\s|"
    r"(?<!\bSt)(?<!\bRd)(?<!\bAve)(?<!\bDr)(?<!\bLn)(?<!\bCt)(?<!\bCo)(?<!\bApt)(?<!\bMt)(?<!\bSte)(?<!\bNo)(?<!\b[A-Z])\.(?=\s)"
)
_PIECE = re.compile(r"[^,\n]+|(?<=[,\n])(?=[,\n]|$)")
_CAP = rf"[{UPPER}][\w’'.&-]{{0,30}}"
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
_EIRCODE = re.compile(IRISH)
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
    rf"(?:{ENGLISH}|alley|approach|arcade|bay|blvd\.?|bluff|bottom|brow|causeway|chase|circle|cir\.?|common|"
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
    rf"(?:(?:(?i:{FRENCH}) )?{_TOKEN}(?:[ -]{_TOKEN}){{0,5}}(?: \d{{1,4}})?{_BEHIND_STREET}|"
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


class _Piece(NamedTuple):
    """What stands between two commas or line ends, and where.

    own_line: nothing stands before it on its line. street: it was read as a street, a house or a door.
    """

    words: str
    start: int
    own_line: bool
    street: bool = False


def read_upwards(text: str, floor: int, anchor: re.Match[str]) -> tuple[int, str] | None:
    """Return where the address begins that ends with a postcode, and its line."""
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
    return taken[-1].start, f"{_downwards(taken)}, {where} {code_of(anchor['code'])}"


def houses_before(text: str, floor: int, end: int) -> tuple[int, str] | None:
    """The same where the town follows its postcode: return where the street begins, and its words."""
    pieces = _pieces_up(text, floor, end)
    if pieces and not pieces[0].words:
        pieces = pieces[1:]
    taken = _street_up(pieces)
    # a village before the postcode would be its town
    return (taken[-1].start, _downwards(taken)) if taken and taken[0].street else None


def _downwards(taken: list[_Piece]) -> str:
    return ", ".join(plain_number(piece.words) for piece in reversed(taken))


def _townland(pieces: list[_Piece], code: str) -> list[_Piece]:
    """In the Irish country a house has its townland and its postcode, and no street (`Ballyroe, Oranmore H91 XY01`)."""
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
