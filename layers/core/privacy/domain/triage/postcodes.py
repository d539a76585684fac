"""Postcodes in a text, with the towns beside them: the anchors of addresses."""

from __future__ import annotations

import re

from privacy.domain.triage.spelling import plain

#: Capital letters, for classes of them.
UPPER = "A-ZÀ-ÖØ-ÞŒŠŽĄĆĘŁŃŚŹŻČĎĚŇŘŤŮİŞ"
_TOWN_WORD = rf"(?:[{UPPER}][\w’']{{0,30}}(?:-[\w’']{{1,30}}){{0,6}}|(?:d|l)['’][{UPPER}][\w-]{{0,30}})"
_TOWN_SMALL = (
    r"(?:sur|sous|en|les|lès|le|la|de|du|des|aux?|am|an der|der|upon|on|del|della|den|aan|d['’]|St|Saint)"
)
_TOWN = (
    rf"(?:(?:St\.|Ste\.|St|Ste) )?(?:{_TOWN_WORD}(?:[ -](?:{_TOWN_SMALL}[ -])?{_TOWN_WORD}){{0,4}})"
    r"(?: (?:cedex|Cedex|CEDEX)(?: \d{1,2})?)?(?: \d{1,2}(?:e|er|ème)?(?!\w))?"
)
#: The United Kingdom and Ireland.
_BRITISH = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
IRISH = r"[A-Z]\d[\dW] ?[A-Z][A-Z\d]{3}"
_ISLES = rf"(?:{_BRITISH}|{IRISH})"
#: France, Germany, Spain, Italy; Belgium, Switzerland, Luxembourg, Austria; the Netherlands; Portugal;
#: Sweden, Czechia; Poland.
_CONTINENT = (
    r"(?:(?:F|D|B|CH|L|A|I|E|P|NL|S|PL)-)?"
    r"(?:\d{6}(?= [A-ZȘ])|\d{5}|\d{2} \d{3}|\d{4}-\d{3}|\d{4} ?[A-Z]{2}(?!\w)|\d{4}|\d{3} \d{2}(?!\d)|"
    r"\d{2}-\d{3}(?!\d))"
)

#: `WR3 8JE Worcester`, as the shop writes it.
CODE_FIRST = re.compile(rf"(?<![\w-])(?P<code>{_ISLES})(?!\w),?[ ](?P<town>{_TOWN})")
#: The likelier first.
ANCHORS = (
    re.compile(rf"(?<![\w/.-])(?P<code>{_CONTINENT}),?[ ](?P<town>{_TOWN})"),
    re.compile(rf"(?<![\w’'-])(?P<town>{_TOWN})[ ]?\([ ]?(?P<code>\d{{5}})[ ]?\)"),
    re.compile(rf"(?<![\w’'-])(?P<town>{_TOWN}),?[ ](?P<code>\d{{5}})(?=[ ]*[.\n;]|$)"),
    re.compile(
        r"(?<![\w/.-])(?P<code>\d{5}),?[ ](?P<town>[a-zà-öø-ÿœ]{3,}(?:[ -][a-zà-öø-ÿœ’']{2,}){0,3})"
        r"(?=[ ]*(?:[,.;:()]|\n|$))"
    ),
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
_AUSTRALIAN = (
    r"(?:ACT|NSW|QLD|TAS|VIC|Victoria|New South Wales|Queensland|South Australia|Western Australia|Tasmania|(?:SA|"
    r"WA|NT)"
    r"(?= ))"
)
#: Postcodes that come behind their town, with the state where there is one; the last are Australian.
CODES_BEHIND = (
    re.compile(rf"(?<=[\w,.)])[ \n](?P<code>(?i:{_BRITISH})|{IRISH})(?![\w-])"),
    re.compile(
        rf"(?P<state>,? ?(?<!\w)\(?{_PROVINCE}\)?),?[ \n]{{1,2}}(?P<code>[A-Z]\d[A-Z][ -]?\d[A-Z]\d)(?!\w)"
    ),
    re.compile(rf"(?P<state>,? ?(?<!\w){_STATE}\.?),?[ \n]{{1,2}}(?P<code>\d{{5}}(?:-\d{{4}})?)(?!\w)"),
    re.compile(rf"(?P<state>,? ?(?<!\w){_AUSTRALIAN}),?[ \n]{{1,2}}(?P<code>\d{{4}})(?!\w)"),
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


def town_of(town: str) -> str:
    """Cut off what goes on behind the town on its line."""
    ends = [found.start() for found in _BEHIND_TOWN.finditer(plain(town))]
    return town[: ends[0]] if ends else town


def code_of(code: str) -> str:
    """Write a postcode as its country does."""
    code = _COUNTRY.sub("", code.upper())
    if re.fullmatch(r"\d{2} \d{3}", code):
        return code.replace(" ", "")
    if " " in code or "-" in code or not (code[-1].isalpha() or code[0].isalpha()):
        return code
    cut = len(code) - 3 if re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}", code) else 3
    return f"{code[:cut]} {code[cut:]}" if code[0].isalpha() else code
