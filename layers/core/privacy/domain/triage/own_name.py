"""How a writer calls themselves: in so many words, in a form's fields, under the letter, beside their address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from privacy.domain.mail import Address
from privacy.domain.triage.addresses import addresses_in
from privacy.domain.triage.given_names import GIVEN_NAMES
from privacy.domain.triage.names import RUN, Name, agree, name_in, same_word, short_for
from privacy.domain.triage.sender_name import in_order, sender_name
from privacy.domain.triage.signature import after_closing
from privacy.domain.triage.spelling import plain, words

_FULL = re.compile(
    r"(?:^|[\n;,•*-]\s?)\s*(?P<label>nom (?:et|&|/|,) ?pr[ée]noms?|pr[ée]noms? (?:et|&|/|,) ?nom|"
    r"nom[ /-]pr[ée]nom|"
    r"pr[ée]nom[ /-]nom|nom complet|full name|name|nom|vollst[äa]ndiger name|vor- und nachname|"
    r"nombre y apellidos|"
    r"nombre completo|nome e cognome|cognome e nome|nome completo|naam|titulaire du compte|account holder|"
    r"sign[ée]e?|exp[ée]diteur|demandeu(?:r|se)|de|from|von|requ[ée]rante?|requester|applicant|identit[ée]|"
    r"my details|mes coordonn[ée]es)"
    r"\s?[:=]\s*(?P<name>[^\n;,:|]{2,60})",
    re.IGNORECASE,
)
_FIELD_END = r"(?=\s*(?:$|[\n;,|/.]|\s-\s|\b(?:{after})))"
_FAMILY = re.compile(
    r"(?<!\w)(?<!old )(?<!former )(?<!previous )(?<!ancien )(?<!maiden )(?<!birth )(?:nom(?: de famille|"
    r" d['’]usage| \(d['’]usage\))?|family name|last name|surname|nachname|"
    r"familienname|"
    r"apellidos?|cognome|achternaam|apelido|sobrenome)\s?[:=]\s*(?P<name>[^\n;,:|/]{2,40}?)"
    + _FIELD_END.format(after="pr[ée]nom|first|given|vorname|nombre|nome|voornaam|adresse|address|n[°ée]"),
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"(?<!\w)(?:pr[ée]noms?(?:\s?\(s\))?|first names?|given names?|forename|christian name|vorname|nombre|"
    r"nome|"
    r"voornaam)\s?[:=]\s*"
    r"(?P<name>[^\n;,:|/]{2,40}?)"
    + _FIELD_END.format(
        after="nom|last|surname|family|nachname|apellido|cognome|achternaam|adresse|address|n[°ée]"
    ),
    re.IGNORECASE,
)
_SAID = re.compile(
    r"(?:(?<!\w)(?:I|[Mm]oi|Ich|Yo|Io|Ik|Eu),|[Ii]l sottoscritto|[Ll]a sottoscritta|"
    r"[Jj]e,? soussign[ée](?:\(e\)|e)?,?|I,? the undersigned,?|[Jj]e m['’ ]?ap+el+es?|"
    r"[Mm]on nom (?:complet )?est|"
    r"[Mm]y (?:full )?name(?:['’]s| is)|[Jj]e me nomme|[Ii]ch hei(?:ß|ss)e|[Mm]ein Name ist|[Mm]e llamo|"
    r"[Mm]i nombre es|[Mm]i chiamo|[Ii]l mio nome è|[Mm]ijn naam is|[Ii]k heet|[Oo] meu nome é|"
    r"[Cc]hamo-me)\s+"
    rf"(?:désormais |maintenant |now )?(?P<name>{RUN})"
)
#: `mon nom de famille est Nguyen et mon prénom Thu Ha`
_BOTH = re.compile(
    r"(?:(?i:my (?:surname|last name|family name) is|mon nom(?: de famille)? est))\s"
    rf"(?P<family>{RUN})(?i:,? (?:et|and)?\s?(?:mon|my) (?:pr[ée]nom|first name|given name)(?: est|"
    rf" is)?)\s(?P<given>{RUN})"
)
_NOW = re.compile(
    rf"[Cc]['’]est\s(?P<name>{RUN})\s(?:maintenant|désormais|à présent|now)|"
    rf"(?<!\w)(?:[Jj]e suis|[Ii]['’]m|[Ii] am) (?:désormais|maintenant|now) (?P<new>{RUN})"
)
_I_AM = re.compile(
    r"(?<!\w)(?:[Jj]e suis|[Ii] am|I['’]m|[Ii]ci|[Tt]his is|[Hh]ere is|[Ii]ch bin|[Ss]oy|[Ss]ono|[Ii]k ben|"
    r"[Ss]ou|"
    rf"[Cc]['’]est)[ ](?P<name>{RUN})"
)
_HERE = re.compile(rf"(?:^|[\n,.!:]\s?)(?P<name>{RUN})[ ,]+(?:ici|here|speaking|à l['’]appareil)\b")
_SPLIT = re.compile(r"\s*(?:[,;|•·/\t]|\s[-–—]+\s|[-–—]{1,3}\s)\s*")
_AFTER_SENTENCE = re.compile(r"(?<!\b[A-ZÀ-Þ])[.!?…,;:)]+\s+(?=\S)")
_TITLED = re.compile(r"(?:m|mr|mme|mrs|ms|mlle|monsieur|madame|herr|frau|sr|sra|sig|dhr|mevr)\b")
_BEFORE_ADDRESS = re.compile(rf"(?P<name>{RUN})\s{{0,2}}[,:–-]?\s{{0,2}}$")
#: The same in small letters, behind a sentence.
_SMALL_BEFORE_ADDRESS = re.compile(
    r"(?:^|[.!?;\n]\s*)(?P<name>[a-zà-öø-ÿ'-]{2,20} [a-zà-öø-ÿ'-]{2,25}),? {0,2}$"
)
#: No name, though its words may look like one: two short sentences, or who something is about.
_NO_NAME = re.compile(r"[\w'’-]{6,}[.!?]\s|c['’]est\b", re.IGNORECASE)
#: Given names that are words too, in small letters.
_ALSO_WORDS = frozenset({
    "adore", "aime", "ange", "angel", "april", "aurore", "bill", "blanche", "bob", "carole", "chance", "charity",
    "chris",
    "clemence", "clement", "constance", "constant", "dawn", "desire", "destiny", "fabrice", "faith", "felicity",
    "fleur", "frank",
    "gaspard", "grace", "guy", "hazel", "honor", "hope", "iris", "ivy", "jack", "jade", "jean", "joy", "juste",
    "lily", "loan",
    "mark", "max", "may", "melody", "mercy", "merle", "min", "nick", "olive", "opal", "patience", "patrice", "pat",
    "pearl",
    "penny", "perle", "pierre", "poppy", "prudence", "prune", "ray", "rich", "rob", "robin", "rose", "ruby", "sky",
    "sue",
    "summer", "verity", "victor", "victoire", "violet", "violette", "will", "ji", "ma", "my", "an", "ben", "tim",
    "art", "dean",
    "dev", "sol", "nia", "ama", "mason", "hunter", "tu", "cher", "merci", "sans", "solde", "chair", "lou", "lys",
    "mai",
})  # fmt: skip
#: A name at the end of a letter stands in its last lines.
_LAST_LINES = 5
#: So many words are a name with an address behind it; more are a sentence that begins with somebody's name.
_A_LINE = 14


def own_name(body: str, signature: str, sender: Address | None) -> Name | None:
    """Return the writer's name; half a one where the text has no more, and the sender's name does not complete it."""
    shown = sender_name(sender)
    address = sender.address if sender else ""
    best: Name | None = None
    for name, written in _said(body, signature, shown, address):
        whole = _completed(in_order(name, written, address), shown)
        if whole.given and whole.family:
            return whole
        best = best or whole
    if best is None:
        return shown
    best = _spelt_out(best, f"{body}\n{signature}")
    odd = not best.family and not (best.given and plain(best.given) in GIVEN_NAMES)
    nickname = shown and not shown.family and plain(shown.given or "") not in GIVEN_NAMES
    if shown and odd and not nickname and not agree(best, shown):
        return shown  # one odd word under a letter tells less than the name that the mail program shows
    return best


def _spelt_out(half: Name, text: str) -> Name:
    """Complete a family name whose given name stands elsewhere in the text, once (`S. Durand`, `Sarah Durand`)."""
    if half.given or not half.family:
        return half
    known = re.escape(half.family)
    whole = set()
    for found in re.finditer(rf"{RUN}\s{known}(?!\w)|{known}\s{RUN}", text):
        name = name_in(found.group())
        if name and name.given and agree(half, name):
            whole.add(name)
    return whole.pop() if len(whole) == 1 else half


def signing_name(body: str, signature: str, sender: Address | None) -> Name | None:
    """Return the name of whoever signs for somebody else: the fields of a form are the other's."""
    shown = sender_name(sender)
    under = [name for name, _ in _signed(signature.split("\n"))]
    last = [name for name, _ in _at_the_end(body, shown)]
    whole = [*under, *([shown] if shown else []), *last]
    return next((name for name in whole if name.given and name.family), None) or next(iter(whole), None)


def labelled_name(text: str) -> Name | None:
    """Return the name in the fields of a form (`Nom : … Prénom : …`)."""
    family, given = _FAMILY.search(text), _GIVEN.search(text)
    if family and given:
        return _of_fields(given["name"], family["name"])
    full = _FULL.search(text)
    name = _in_field(full["label"], full["name"]) if full else None
    if name:
        return name
    return _of_fields(given["name"] if given else None, family["name"] if family else None)


def _in_field(label: str, written: str) -> Name | None:
    """Read one field for both names; the label's order decides where the words do not."""
    name = name_in(written)
    known = [plain(word) in GIVEN_NAMES for word in words(written)]
    if name and len(known) == 2 and not any(known) and re.match(r"nom\W.*pr|cognome e", plain(label)):
        return name._replace(given=name.family, family=name.given)
    return name


def _of_fields(given: str | None, family: str | None) -> Name | None:
    fields = [_field(given), _field(family)]
    return Name(fields[0], fields[1]) if any(fields) else None


def _field(written: str | None) -> str | None:
    part = re.split(r"\s+\(|\s+n[ée]e?\s", " ".join((written or "").split()))[0].strip(" .,*_")
    fits = part and not any(letter.isdigit() for letter in part) and len(words(part)) <= 5
    return part if fits else None


def _said(body: str, signature: str, shown: Name | None, address: str) -> Iterator[tuple[Name, str]]:
    """The names by which the writer calls themselves, and how each is written; the surest first."""
    for text in (body, signature):
        if labelled := labelled_name(text):
            yield labelled, ""
    if both := _BOTH.search(body):
        yield Name(both["given"], both["family"]), ""
    for pattern in (_SAID, _NOW):
        yield from _runs(pattern, body)
    yield from _signed(signature.split("\n"))
    yield from _at_the_end(body, shown)
    yield from _as_in_mailbox(body, address)
    yield from _before_address(body)
    yield from _at_the_head(body, shown)
    yield from _runs(_HERE, body)
    for name, written in _runs(_I_AM, body):
        if name.given and name.family:
            yield name, written


def _runs(pattern: re.Pattern[str], text: str) -> Iterator[tuple[Name, str]]:
    for found in pattern.finditer(text):
        run = found.groupdict().get("new") or found["name"]
        if name := name_in(run):
            yield name, run


def _signed(lines: list[str]) -> Iterator[tuple[Name, str]]:
    """Under the closing formula, or behind it: a whole name before a single word."""
    single: list[tuple[Name, str]] = []
    for line in lines:
        text = after_closing(line)
        for piece in _SPLIT.split(text)[:2]:
            name = name_in(piece, signed=True)
            if name and (name.family or name.initial):
                yield name, piece
                break
            if name:
                single.append((name, piece))
                break
    yield from single[:1]


def _at_the_end(body: str, shown: Name | None) -> Iterator[tuple[Name, str]]:
    """Without a closing formula: on a line of its own, or behind the last sentence."""
    lines = [line.strip() for line in body.split("\n") if line.strip()][-_LAST_LINES:]
    short = [line for line in reversed(lines) if len(words(line)) <= _A_LINE]
    alone = [next((piece for piece in _SPLIT.split(line) if piece), "") for line in short]
    named = [(name, piece) for piece in alone if len(words(piece)) <= 6 and (name := _credible(piece, shown))]
    for line in reversed(lines[-2:]):
        tail = line[-140:]
        for at in reversed([found.end() for found in _AFTER_SENTENCE.finditer(tail)][-3:]):
            piece = next((piece for piece in _SPLIT.split(after_closing(tail[at:])) if piece), "")
            if name := _credible(piece, shown):
                named.append((name, piece))
    # the sender's own name before another of the family, and what surely is one before a firm's
    yield from sorted(
        named, key=lambda one: (not (shown and agree(one[0], shown)), not _begins_with_given(one[0]))
    )


def _as_in_mailbox(body: str, address: str) -> Iterator[tuple[Name, str]]:
    """`jonty roe` on the last line is a name where the mailbox is `roe19@…`, whatever its words are."""
    last = body.rstrip().rpartition("\n")[2].strip()
    mailbox = plain(address.partition("@")[0])
    parts = last.split()
    if (
        len(parts) == 2
        and last.replace(" ", "").isalpha()
        and any(len(one) > 3 and plain(one) in mailbox for one in parts)
    ):
        name = name_in(last, signed=True)
        if name and name.given and name.family:
            yield name, last


def _begins_with_given(name: Name) -> bool:
    return any(part in GIVEN_NAMES for part in re.split(r"[ -]", plain(name.given or "")))


def _credible(piece: str, shown: Name | None) -> Name | None:
    """Read words at a letter's end as a name, where a list, the sender's name or their capitals bear it out."""
    if any(letter.isdigit() for letter in piece) or _NO_NAME.match(piece):
        return None
    name = name_in(piece, signed=True)
    if name is None:
        return None
    if shown and (agree(name, shown) or same_word(name.family, shown.family)):
        return name
    known = _begins_with_given(name)
    shouted = piece.isupper() and not any(plain(word) in GIVEN_NAMES for word in words(piece))  # `DO IT`
    capital = not shouted and all(word[0].isupper() for word in words(piece))
    if name.given and name.family:
        return name if known or capital else None
    if name.family:
        initial = name.initial and not shouted and (piece[0].isupper() or piece[1:2] == ".")
        return name if initial or _TITLED.match(plain(piece)) else None
    return name if known and (capital or plain(piece) not in _ALSO_WORDS) else None


def _before_address(body: str) -> Iterator[tuple[Name, str]]:
    for found in addresses_in(body):
        before = body[max(0, found.start - 60) : found.start]
        near = _BEFORE_ADDRESS.search(before) or _SMALL_BEFORE_ADDRESS.search(before)
        name = name_in(near["name"]) if near else None
        if near is None or name is None or not name.given or not name.family:
            continue
        if not near["name"].islower() or _begins_with_given(name):
            yield name, near["name"]


def _at_the_head(body: str, shown: Name | None) -> Iterator[tuple[Name, str]]:
    """On the first line, as the head of a letter."""
    first = next((line.strip() for line in body.split("\n") if line.strip()), "")
    name = _credible(first, shown) if len(words(first)) <= 5 else None
    if name and name.given and name.family and (_begins_with_given(name) or (shown and agree(name, shown))):
        yield name, first


def _completed(name: Name, shown: Name | None) -> Name:
    """Complete half a name from the one shown with the sender's address, where the two agree."""
    if shown is None:
        return name
    if name.given and not name.family and same_word(name.given, shown.family):
        return shown
    if not shown.given:
        return name
    nearly = short_for(name.given, shown.given)
    if name.given:
        if nearly and (not name.family or shown.family is None or same_word(name.family, shown.family)):
            return Name(max(name.given, shown.given, key=len), name.family or shown.family)
        return name
    initial = plain(name.initial)[:1] or plain(shown.given)[:1]
    fits = same_word(name.family, shown.family) and plain(shown.given)[:1] == initial
    return Name(shown.given, name.family) if fits else name
