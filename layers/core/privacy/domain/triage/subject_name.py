"""The name of the person for whom somebody else writes: a client, a child, somebody who died."""

from __future__ import annotations

import re
from collections.abc import Iterator

from privacy.domain.triage.given_names import GIVEN_NAMES
from privacy.domain.triage.names import RUN, Name, agree, name_in
from privacy.domain.triage.own_name import labelled_name
from privacy.domain.triage.spelling import plain, words
from privacy.domain.understanding import Role

KIN = (
    r"(?:p[èe]re|papa|m[èe]re|maman|mari|[ée]poux|[ée]pouse|femme|conjointe?|compagnon|compagne|fr[èe]re|"
    r"s(?:œ|oe)ur|"
    r"fils|fille|enfant|oncle|tante|neveu|ni[èe]ce|cousine?|grand[- ]?m[èe]re|grand[- ]?p[èe]re|mamie|papy|"
    r"beau-p[èe]re|"
    r"belle-m[èe]re|(?:father|mother|brother|sister|son|daughter)-in-law|filleule?|parrain|marraine|amie?|"
    r"voisine?|father|dad|mother|mum|mom|husband|wife|"
    r"partner|brother|"
    r"sister|son|daughter|child|uncle|aunt|auntie|gran|granny|nan|grandmother|grandfather|grandad|grandma|"
    r"nephew|niece|"
    r"cousin|lad|lass|boy|girl|kid|toddler|little one|teenager|mam|nanna?|grandpa|stepson|stepdaughter|"
    r"godfather|godmother|friend|neighbour|vater|mutter|mann|frau|ehemann|ehefrau|bruder|schwester|"
    r"sohn|tochter|"
    r"kind|padre|madre|marido|esposo|esposa|hermano|hermana|hijo|hija|marito|moglie|fratello|sorella|"
    r"figlio|figlia|nonna|"
    r"nonno|abuela|abuelo|vader|moeder|man|vrouw|zoon|dochter|pai|m[ãa]e|filho|filha)"
)
_CLIENT = (
    r"(?:client(?:e|es|s)?|mandante?|principal|assistit[oa]|mandantin|mandantschaft|klant|cliente|"
    r"adh[ée]rente?|member)"
)
_MY = (
    r"(?:mon|ma|mes|notre|nos|votre|my|our|your|meine?[nrs]?|unsere?|mi|nuestr[oa]|mi[oa]|mijn|ons|onze|"
    r"minha|meu|sa|son|ses|his|her)"
)
_OF = r"\s?(?:de|du|des|of|for|to|von|di|van|der|d['’])\s?"
_AGE = (
    r"(?:,?\s(?:de|aged|of|,)?\s?\(?\d{1,2}\s?(?:ans|years old|ans et demi|jahre|a[ñn]os|anni|jaar|"
    r"anos)?\)?)?"
)
_DEAD = (
    r"(?:d[ée]c[ée]d[ée]e?|mort[e]?|died|passed away|deceased|(?:nous a|m['’]a) quitt[ée]s?e?|[ée]teinte?|"
    r"disparue?|verstorben|gestorben|"
    r"fallec\w+|overleden|falec\w+|decedut[oa])\b"
)
_NAMED = rf"(?P<name>{RUN})"

#: What stands before the name, or behind it; the surest first.
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        (
            r"(?i:(?<!\w)(?:personnes? concern[ée]e|data subject|mandante?|d[ée]funte?|deceased|"
            r"client(?:e)?|b[ée]n[ée]ficiaire|"
            r"individual|user|consumer|(?:full )?name of (?:the|our) (?:user|client|consumer|individual|person|member)|"
            rf"au nom de|titulaire du compte|account holder|principal|betroffene person|"
            rf"interesado)\s?:)\s*{_NAMED}"
        ),
        rf"(?i:(?<!\w){_MY}\s(?:[\w-]+\s){{0,2}}?{_CLIENT})(?:\s?[,:(–—-]\s?|\s){_NAMED}",
        (
            r"(?i:(?<!\w)(?:ex[ée]cut(?:eur|rice) testamentaire|executor|executrix|personal representative|"
            r"testamentsvollstrecker(?:in)?|albacea|"
            rf"esecutore testamentario)(?:\snamed in the (?:will|estate))?{_OF}(?:the (?:will|"
            rf"estate) of )?(?:the late |feue? |la d[ée]funte |d[ée]funt )?){_NAMED}"
        ),
        (
            r"(?i:(?<!\w)(?:h[ée]riti[èe]re?s?|ayants?[ -]droits?|l[ée]gataire|veuve|veuf|widow(?:er)?|"
            r"heirs?|fille|fils|son|daughter|"
            rf"p[èe]re|m[èe]re|maman|papa|parents?|mother|father|mum|dad|tutrice|tuteur|curatrice|curateur|"
            rf"guardian|repr[ée]sentante? l[ée]gale?){_OF}){_NAMED}"
        ),
        (
            r"(?i:(?<!\w)(?:d[ée]c[èe]s|disparition|mort|succession|estate|death|passing|loss|nachlass|"
            r"directives|volont[ée]s|will|compte|"
            rf"account|dossier|fiche|consorts|herencia|eredit[àa]){_OF}(?:(?:the late|my late|our late|"
            rf"feue?|mon|ma|notre|my|our|mi)\s"
            rf"(?:late\s|d[ée]funte?\s)?(?:{KIN})?[\s,]*)?(?:the late\s)?){_NAMED}"
        ),
        (
            rf"(?i:(?<!\w)(?:the late|my late|our late|feue?|d[ée]funte?|verstorbene[rn]?|"
            rf"difunt[oa])\s(?:{KIN}(?:\s?[,:(–—-]\s?|\s))?){_NAMED}"
        ),
        (
            rf"(?i:(?<!\w){_MY}\s(?:[\w-]+\s){{0,4}}?{KIN}{_AGE}(?:\s?[,:(–—-]\s?|\s)(?:feue?\s|the late\s|"
            rf"nomm[ée]e?\s|named\s|called\s)?){_NAMED}"
        ),
        rf"{_NAMED}(?i:,?\s(?:(?:was|is|[ée]tait|est)\s)?(?:mon|ma|my|notre|our)\s(?:\w+\s)?{KIN}\b)",
        (
            rf"{_NAMED}(?i:,?\s(?:(?:qui|who)\s)?(?:est|a [ée]t[ée]|was|is|has|vient de|s['’]est|ist|"
            rf"ha)?\s?{_DEAD})"
        ),
        rf"{_NAMED}(?i:\s\((?:the )?{_DEAD})",
        rf"(?i:(?<!\w)(?:his|her) (?:full )?name (?:is|was)|(?<!\w)son nom (?:est|[ée]tait)\s?:?)\s{_NAMED}",
        rf"{_NAMED}(?i:\s\(\d{{1,2}}(?:\s?(?:ans|years old|years))?\))",
        rf"{_NAMED}(?i:,\s(?:born|n[ée]e?) (?:le |on |in )?\d)",
        rf"{_NAMED}(?i:,? (?:(?:qui|who) )?(?:nous (?:a|ont)|has (?:given|asked|signed|instructed)))",
        (
            r"(?i:(?<!\w)(?:guardian|deputy|carer|caregiver|assistant|secretary|interpreter|translator|attorney|tuteur|"
            rf"tutrice|curateur|curatrice){_OF}){_NAMED}"
        ),
        (
            r"(?i:(?<!\w)(?:pour le compte|au nom(?: et pour le compte)?|on behalf|behalf|en nombre|"
            r"per conto|namens|im namen|conseil|avocate?|les int[ée]r[êe]ts|"
            rf"repr[ée]sentante?){_OF}(?:mon|ma|my|notre|our)?\s?(?:{_CLIENT}|{KIN})?[\s,:]*){_NAMED}"
        ),
        (
            r"(?i:(?<!\w)(?:mandat[ée]e?s? par|repr[ée]sente(?:ns|nt)?|represent(?:s|ing)?|act(?:s|"
            r"ing)? for|instructed by|agissant pour|j['’]agis pour|"
            rf"d[ée]sign[ée]e? par|appointed by|charg[ée]e? par|mandated by|repr[ée]sente|(?:write|"
            rf"[ée]cri\w+) (?:le \d+ )?(?:pour|for)|pour|for)\s(?:{_CLIENT}\s)?){_NAMED}"
        ),
        rf"(?i:(?<!\w)(?:papa|maman|mamie|papy|mum|dad|gran|granny)\s?[,(]?\s?){_NAMED}",
        rf"(?i:(?<!\w)(?:{KIN}['’]s|{KIN})\s?(?:estate|account|compte)?\s?[,(]\s?){_NAMED}",
        (
            rf"(?i:(?<!\w)(?:(?:she|he)['’]s called|(?:elle|il|she|he) (?:s['’ ]?ap+el+\w*|se nomm\w+|est|is(?: called|"
            rf" named)?))\s){_NAMED}"
        ),
        rf"{_NAMED}(?i:,?\s(?:il|elle|he|she)\s)",
    )
)
#: As notaries write it: `Monsieur André, Marie LACOMBE`.
_MORE_GIVEN = re.compile(r"(?:, [A-ZÀ-Þ][a-zà-ÿ-]{2,20}){1,3} (?P<family>[A-ZÀ-Þ][A-ZÀ-Þ'’-]{2,30})(?!\w)")
_TITLED = re.compile(
    r"(?P<name>(?:M\.|Mr\.?|Mme|Mlle|Monsieur|Madame|Mrs\.?|Ms\.?|Miss|Herrn?|Frau|Sra?\.|Signora?)[ ]"
    + RUN
    + ")"
)
_ANY = re.compile(_NAMED)
#: `mon pere omar lakhal est mort`: in small letters only a known given name shows where a name begins.
_SMALL_NAMED = re.compile(
    rf"(?<!\w){_MY}\s{KIN},?\s(?P<name>(?P<given>[a-zà-ÿ-]{{2,20}}) [a-zà-ÿ'-]{{2,25}}),?\s"
    r"(?:est|etait|qui|a|is|was|has|who|died|passed|vient|\()"
)
#: A form's fields are the client's where the letter says so; they may be the agent's own elsewhere.
_NAMED_BELOW = re.compile(
    r"\b(?:individual|person|user|consumer|customer|client|subscriber|member|data subject)s? (?:\w+ ){0,3}"
    r"(?:below|hereunder)\b|\bpersonne (?:\w+ ){0,2}ci-(?:dessous|apres)\b"
)
_NOT_THEM = re.compile(r"(?:\b(?:maitre|me|dr|docteur|docteure|etude|notaire|avocate?)[ .]*|\d )$")


def subject_name(role: Role, subject: str, body: str, signature: str, writer: Name | None) -> Name | None:
    """Return the name of the person whose data it is, where another writes. writer: that other's name."""
    text = f"{subject}.\n{body}"
    labelled = labelled_name(text) if role is not Role.AGENT or _NAMED_BELOW.search(plain(text)) else None
    if labelled and labelled.given and labelled.family and not _same(labelled, writer):
        return labelled
    found = [name for name in _shaped(text) if not _same(name, writer)]
    whole = next((name for name in found if name.given and name.family), None)
    half = next(iter(found), None)
    if whole and (half is whole or half is None or agree(half, whole) or not half.given):
        return whole
    if half is None and (small := _in_small_letters(text)):
        return small
    named = list(dict.fromkeys(_anybody(f"{text}\n{signature}", writer)))
    if half and half.given:
        fitting = [name for name in named if name.given == half.given]
        return fitting[0] if len(fitting) == 1 else whole or half
    titled = list(dict.fromkeys(_titled(text, writer)))
    for names in (titled, named):
        if len(names) == 1 and (half is None or agree(half, names[0])):
            return names[0]
    return half


def _same(name: Name, writer: Name | None) -> bool:
    return (
        writer is not None
        and bool(writer.given and writer.family)
        and bool(name.given)
        and agree(name, writer)
    )


def _shaped(text: str) -> Iterator[Name]:
    for shape in _SHAPES:
        for found in shape.finditer(text):
            if _NOT_THEM.search(plain(text[max(0, found.start("name") - 12) : found.start("name")])):
                continue
            introduced = found.start("name") > found.start()
            run = _bare(found["name"])
            more = _MORE_GIVEN.match(text, found.end("name"))
            name = name_in(f"{run} {more['family']}" if more else run) or (
                name_in(run, signed=True) if len(words(run)) == 1 and len(run) > 2 and introduced else None
            )
            if name:
                yield name


def _in_small_letters(text: str) -> Name | None:
    for found in _SMALL_NAMED.finditer(text):
        if plain(found["given"]) in GIVEN_NAMES:
            return name_in(found["name"])
    return None


def _bare(run: str) -> str:
    """Take off what is no part of a name (`Clara Roe's picture`, `Edith Roe I ask`)."""
    return re.sub(r"['’]s\b.*$| I$", "", run)


def _titled(text: str, writer: Name | None) -> Iterator[Name]:
    for found in _TITLED.finditer(text):
        name = name_in(_bare(found["name"]))
        if name and name.given and not _same(name, writer):
            yield name


def _anybody(text: str, writer: Name | None) -> Iterator[Name]:
    """Every whole name in the text that begins with a given name, but for the writer's."""
    for found in _ANY.finditer(text):
        name = name_in(_bare(found["name"]))
        if name is None or not name.given or not name.family or _same(name, writer):
            continue
        if plain(name.given.split(" ")[0]) in GIVEN_NAMES:
            yield name
