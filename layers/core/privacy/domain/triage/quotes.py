"""Where a mail that is answered or passed on begins in the text of another.

Mail programs leave three marks, in the language of their user: quoted lines (`> `), a sentence that says who
wrote when (`Le 3 mars 2026 à 10:12, Camille <…> a écrit :`), or the old mail's own header lines under a
separator (`-----Message d'origine-----`, `De : … Envoyé : …`). What follows a mark is not what this writer says now.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from privacy.domain.triage.spelling import plain

#: A line longer than this is prose, whatever it begins with.
_LONGEST = 400
#: Lines that an attribution may be wrapped over, and that a header block may have.
_WRAPPED, _HEADERS = 4, 12

_QUOTED = re.compile(r" {0,3}(?:>|&gt;)")


class Kind(StrEnum):
    """How an older mail got in: answered (quoted below or between), or passed on."""

    ANSWERED = "answered"
    FORWARDED = "forwarded"


class Mark(NamedTuple):
    """An older mail begins: after `end` lines stands its text. head: what the mark says of who wrote it."""

    kind: Kind
    end: int
    head: str


_ORIGINAL = (
    "message d'origine|message original|message initial|message precedent|mail original|mail d'origine|"
    "courriel original|courriel d'origine|courrier original|e-mail d'origine|e-mail original|"
    "original message|original e-?mail|original mail|reply message|"
    "ursprungliche nachricht|ursprungliche mail|ursprungliche e-mail|originalnachricht|original-?nachricht|"
    "mensaje original|correo original|messaggio originale|messaggio originario|"
    "oorspronkelijk bericht|origineel bericht|mensagem original"
)
_PASSED_ON = (
    "(?:debut du |debut de l'|fin du )?(?:message|mail|e-mail|courriel) (?:transfere|reexpedie|"
    "renvoye)(?: par [^:]{1,80})?|"
    "(?:begin |start of )?forwarded (?:message|e-?mail|mail)(?: from [^:]{1,80}| follows)?|"
    "forwarded by [^:]{1,80}|"
    "(?:anfang der |anfang )?weitergeleitete[n]? (?:nachricht|e-mail|mail)|"
    "(?:inicio del )?(?:mensaje|correo) reenviado|(?:inizio )?(?:del )?messaggio inoltrato|"
    "(?:begin )?doorgestuurd bericht|(?:inicio da )?mensagem (?:encaminhada|reencaminhada)"
)
_RULE = r"[-_=*~#\u2500\u2501 ]{0,80}"
_SEPARATOR = re.compile(
    rf"{_RULE}(?:(?P<original>{_ORIGINAL})|(?P<passed>{_PASSED_ON})) ?:?{_RULE}(?P<head>$|(?:de|from|von|"
    rf"da|van) ?:.{{1,300}}$)"
)
_BARE_RULE = re.compile(r"(?:[-_=*~\u2500\u2501]{5,200}) *$")

_WROTE = re.compile(
    r"(?<![a-z'])(?:a ecrit|ecrivait|a repondu|wrote|schrieb|geschrieben|hat geschrieben|escribio|"
    r"ha scritto|schreef|escreveu)(?![a-z])"
)
_OPENING = re.compile(
    r"[*_ ]{0,4}(?:le|on|am|el|il|op|em|den|no dia|a la date|in a message|dans un|"
    r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|"
    r"dim)[a-z]{0,6}\.?,?)\b"
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,}|\[at\]")
_TIME = re.compile(r"\b\d{1,2} ?[:h] ?\d{2}\b")
_YEAR = re.compile(r"\b20\d\d,")
_ANY_DATE = re.compile(r"\d")

_LABELS = {
    "from": "de|from|von|da|van|expediteur|emetteur|absender|remitente|mittente|remetente|afzender",
    "sent": "envoye(?: le)?|date(?: d'envoi)?|sent|gesendet(?: am)?|datum|enviado(?: el| em)?|"
    "enviada(?: em)?|fecha|data|"
    "inviato(?: il)?|verzonden(?: op)?|recu(?: le)?|received",
    "to": "a|to|an|para|aan|destinataires?|pour|cc|copie(?: a)?|bcc|cci",
    "subject": "objet|sujet|subject|betreff|asunto|oggetto|onderwerp|assunto",
    "reply": "repondre a|reply-to|antwort an|responder a|rispondi a",
}
_LABEL = re.compile(
    r"[*_> ]{0,4}(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
    + r")[*_]{0,2} ?:[*_]{0,2}(?: |$|(?=\S))"
)
#: A whole header block on one line, as HTML turned to text may leave it.
_ONE_LINE = re.compile(
    r"[*_ ]{0,4}(?:de|from|von|da|van) ?: .{3,120}? (?:envoye|sent|date|gesendet|enviado|inviato|"
    r"verzonden) ?: .{3,120}?"
    r" (?:a|to|an|para|aan) ?: .{1,160}? (?:objet|subject|betreff|asunto|oggetto|onderwerp|assunto) ?:"
)


def is_quoted(line: str) -> bool:
    """Say whether a mail program marked the line as the older mail's."""
    return _QUOTED.match(line) is not None


def unquoted(line: str) -> str:
    """Return the line with one level of quoting less."""
    found = _QUOTED.match(line)
    rest = line[found.end() :] if found else line
    return rest.removeprefix(" ")


def mark_at(lines: Sequence[str], at: int) -> Mark | None:
    """Return the mark that begins on this line, if one does. Looks at a dozen lines at most."""
    line = lines[at]
    if not line or len(line) > _LONGEST:
        return None
    low = plain(line.strip())
    return _separator(lines, at, low) or _attribution(lines, at, low) or _header_block(lines, at, low)


def _separator(lines: Sequence[str], at: int, low: str) -> Mark | None:
    found = _SEPARATOR.match(low)
    if found is None:
        if _BARE_RULE.match(low) and at + 1 < len(lines):
            after = _next_words(lines, at + 1)
            block = _headers(lines, after, enough=2) if after is not None else None
            return Mark(Kind.ANSWERED, block[0], block[1]) if block else None
        return None
    kind = Kind.FORWARDED if found["passed"] else Kind.ANSWERED
    if found["head"]:
        return Mark(kind, at + 1, lines[at].strip()[-len(found["head"]) :])
    after = _next_words(lines, at + 1)
    if after is None:
        return Mark(kind, at + 1, "")
    block = _headers(lines, after, enough=1)
    if block:
        return Mark(kind, block[0], block[1])
    attribution = _attribution(lines, after, plain(lines[after].strip()))
    return Mark(kind, attribution.end, attribution.head) if attribution else Mark(kind, at + 1, "")


def _next_words(lines: Sequence[str], at: int) -> int | None:
    """Return where the next line with something on it is, two blank ones further at most."""
    return next((n for n in range(at, min(at + 3, len(lines))) if lines[n].strip()), None)


def _attribution(lines: Sequence[str], at: int, low: str) -> Mark | None:
    """`Le … a écrit :`, on one line or wrapped over a few."""
    if not (_OPENING.match(low.lstrip("- ")) or _ADDRESS.search(low)):
        return None
    joined = ""
    for end in range(at, min(at + _WRAPPED, len(lines))):
        piece = lines[end].strip()
        if not piece or len(joined) + len(piece) > _LONGEST:
            return None
        joined = f"{joined} {piece}".lstrip()
        seen = plain(joined).lstrip("- ")
        if (
            seen.rstrip("*_ ").endswith((":", "----"))
            and _WROTE.search(seen)
            and _says_when_or_who(lines, end + 1, seen)
        ):
            return Mark(Kind.ANSWERED, end + 1, joined)
    return None


def _says_when_or_who(lines: Sequence[str], after: int, seen: str) -> bool:
    """A person too may tell what somebody wrote: programs give the hour or the address, or quote what follows."""
    if _ADDRESS.search(seen) or (_OPENING.match(seen) and _TIME.search(seen)):
        return True
    if _OPENING.match(seen) and _YEAR.search(seen) and after < len(lines) and not lines[after].strip():
        return True
    below = _next_words(lines, after)
    return bool(_ANY_DATE.search(seen)) and below is not None and is_quoted(lines[below])


def _header_block(lines: Sequence[str], at: int, low: str) -> Mark | None:
    if _ONE_LINE.match(low):
        return Mark(Kind.ANSWERED, at + 1, lines[at].strip())
    if not _LABEL.match(low):
        return None
    block = _headers(lines, at, enough=3)
    return Mark(Kind.ANSWERED, block[0], block[1]) if block else None


def _headers(lines: Sequence[str], at: int, *, enough: int) -> tuple[int, str] | None:
    """Return the end and the words of an older mail's header lines, if so many different ones stand here."""
    seen: set[str] = set()
    head: list[str] = []
    end = at
    blank = 0
    for number in range(at, min(at + _HEADERS, len(lines))):
        line = unquoted(lines[number]).strip()
        found = _LABEL.match(plain(line[:_LONGEST]))
        if found:
            seen.add(str(found.lastgroup))
            head.append(line)
            end, blank = number + 1, 0
        elif not line:
            blank += 1
            if blank > 1:
                break
        elif blank or not seen or ("@" not in line and not line.startswith(("<", "("))):
            break  # the text begins; only a list of addresses goes on over a line
        else:
            head.append(line)
            end = number + 1
    if len(seen) < enough or "from" not in seen or (enough > 1 and not seen & {"sent", "subject"}):
        return None
    return end, "\n".join(head)
