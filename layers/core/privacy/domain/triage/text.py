"""The new text of a mail: what its writer says in it, and nothing else (E46, E49, E50, E57).

Set apart: older mails that are quoted, the signature, disclaimers and other footers. An older mail is new text
where the writer points at it: passed on without a word, or a request of one's own that waits for its answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from privacy.domain.triage.boxes import without_empty_boxes
from privacy.domain.triage.footers import footer_from, is_device_line
from privacy.domain.triage.quotes import Kind, is_quoted, mark_at, unquoted
from privacy.domain.triage.signature import closing_at, signature_in
from privacy.domain.triage.spelling import cleaned, plain, words

#: Words by which a quoted mail's head shows that it is the shop's own.
OURS = ("imera-paris.com", "imera")

#: How often one mail may have been passed on before nobody reads further.
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class NewText:
    """A mail's text in its parts, each cleaned (`spelling.cleaned`), lines in their order, empty where there is none.

    body: what is said now. signature: closing formula, names, addresses under it. quoted: older mails, without
    their `>`. footers: disclaimers, what programs add, a form's empty boxes. author: the head of the older mail that
    body goes on with (`De : Camille Durand <…>`), where it is one.
    """

    body: str
    signature: str = ""
    quoted: str = ""
    footers: str = ""
    author: str = ""


class _Older(NamedTuple):
    kind: Kind | None
    head: str
    mark: list[str]
    lines: list[str]


def new_text(text: str, ours: Collection[str] = OURS) -> NewText:
    """Part the text that a reader sees of a mail's body. Never raises; the work grows with the text."""
    return _parted(cleaned(text).split("\n"), ours, _DEEPEST)


def _parted(lines: list[str], ours: Collection[str], deeper: int) -> NewText:
    written, older = _by_writer(lines)
    kept, footers = _without_footers(written)
    kept, empty = without_empty_boxes(kept)
    footers += empty
    said, signed = signature_in(kept)
    body, signature = _joined(said), _joined(signed)
    first = next((mail for mail in older if mail.kind is not None), None)
    if deeper and first is not None and _is_meant(first, body, ours):
        inner = _parted(first.lines, ours, deeper - 1)
        if inner.body:
            rest = [line for mail in older if mail is not first for line in mail.mark + mail.lines]
            return NewText(
                body="\n\n".join(part for part in (body, _own_words(first.head), inner.body) if part),
                signature=inner.signature or signature,
                quoted=_joined([*first.mark, inner.quoted, *rest]),
                # whoever passes it on signs for nobody who signed it
                footers=_joined([_joined(footers), signature if inner.signature else "", inner.footers]),
                author=inner.author or first.head,
            )
    quoted = [line for mail in older for line in mail.mark + mail.lines]
    return NewText(body, signature, _joined(quoted), _joined(footers))


_SUBJECT = re.compile(
    r"[*_ ]{0,4}(?:objet|sujet|subject|betreff|asunto|oggetto|onderwerp|assunto)[*_]{0,2} ?:[*_ ]{0,4}"
)


def _own_words(head: str) -> str:
    """Return the subject of an older mail that is meant, where its writer worded it."""
    for line in head.split("\n"):
        found = _SUBJECT.match(plain(line))
        if found:
            subject = own_subject(line[found.end() :])
            return "" if subject.answered else subject.words
    return ""


def _by_writer(lines: list[str]) -> tuple[list[str], list[_Older]]:
    """Part the lines into the writer's own and those of older mails."""
    written: list[str] = []
    older: list[_Older] = []
    at = 0
    while at < len(lines):
        if is_quoted(lines[at]):
            listed = not older and bool(written) and _LISTING.search(plain(written[-1])) is not None
            end = next((n for n in range(at, len(lines)) if not is_quoted(lines[n])), len(lines))
            for line in lines[at:end]:
                written.append(unquoted(line)) if listed else _add_quoted(older, unquoted(line))
            at = end
            continue
        mark = mark_at(lines, at)
        if mark is None:
            written.append(lines[at])
            at += 1
            continue
        marked = lines[at : mark.end]
        below = next((n for n in range(mark.end, min(mark.end + 3, len(lines))) if lines[n].strip()), None)
        if below is not None and is_quoted(lines[below]):
            older.append(_Older(mark.kind, mark.head, marked, []))
            at = below
        else:
            older.append(_Older(mark.kind, mark.head, marked, lines[mark.end :]))
            break
    return written, older


#: A writer may mark their own list with `>`.
_LISTING = re.compile(
    r"\b(?:je|nous|i|we|ich|merci de|please|suivante?s?|following|points?|demandes?|requests?)\b[^:]{0,80}: *$"
)


def _add_quoted(older: list[_Older], line: str) -> None:
    if not older:
        older.append(_Older(None, "", [], []))
    older[-1].lines.append(line)


def _without_footers(lines: list[str]) -> tuple[list[str], list[str]]:
    kept: list[str] = []
    footers: list[str] = []
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if is_device_line(line):
            footers.append(line)
        elif line.strip():
            paragraph.append(line)
        else:
            start = footer_from(paragraph)
            kept += paragraph[:start]
            if start is not None:
                footers += paragraph[start:]
            kept.append("")
            paragraph = []
    return kept, footers


_POINTING = re.compile(
    r"ci[- ]?(?:dessous|joint|apres)|plus bas|en (?:dessous|bas)|infra\b|transf(?:ere|ert|ers)|"
    r"pour (?:info|suite|traitement|attribution)|"
    r"\bfyi\b|\bbelow\b|\bforward|passing (?:this )?on|attached|voici|sa demande|son (?:message|mail|"
    r"courriel|courrier)|(?:her|his|their) (?:request|message|e-?mail)|en son nom|on (?:her|his) behalf|"
    r"siehe unten|weitergeleitet|unten(?:stehend)?|\babajo\b|reenvi|qui sotto|in calce|inoltr|zie onder|"
    r"hieronder|doorgestuurd|abaixo|encaminh"
)
_WAITING = re.compile(
    r"\brelan(?:ce|cer|cons)|\brappel|sans (?:reponse|nouvelle|retour)|(?:pas|aucune?|jamais|"
    r"toujours)\b.{0,30}\b(?:reponse|retour|rien|nouvelles?|repondu)|"
    r"mo[nt] (?:mail|message|courrier|courriel|e-?mail)|ma demande|(?:no|any|without|"
    r"never)\b.{0,30}\b(?:reply|answer|response|heard|replied|news)|"
    r"still waiting|not (?:heard|received|had)|remind|my (?:earlier|previous|last|first|email|e-mail|mail|"
    r"message|request)|chasing|"
    r"follow(?:ing)?[ -]?up|nachfrage|erinner|keine antwort|sollicit|sin respuesta|sollecit|"
    r"nessuna risposta|geen antwoord|herinner|sem resposta"
)
#: Nor does it speak for them then, however they point at it.
_NOT_MEANT = re.compile(
    r"\b(?:disregard|withdraw (?:it|this|that|my (?:request|message|e-?mail|mail))\b|take (?:it|that|this) back|"
    r"took (?:it|that) back|never ?mind|no request|"
    r"retire (?:ma|cette|la) demande|aucune demande|rien a (?:vous )?demander|ne ten(?:ez|ir) (?:pas|aucun) compte|"
    r"sans objet|curiosit)"
)
#: Beyond this, the writer says it all in their own words.
_FEW = 60
_GREETING = re.compile(
    r"(?:(?:re|chers?|cheres?)? ?(?:bonjour|bonsoir|madame|monsieur|mesdames|messieurs|hello|hi|dear|hey|"
    r"salut|coucou|hallo|"
    r"guten tag|sehr geehrte[rs]?|hola|buenos dias|buongiorno|salve|goedendag|beste|geachte|ola|"
    r"bom dia)\b[,.! ]*)+"
    r"(?:[\w'-]+ ?){0,3}[,.! ]*$"
)


def _is_meant(older: _Older, body: str, ours: Collection[str]) -> bool:
    """Say whether the writer lets the older mail speak for them."""
    head = plain(older.head)
    by = next((line for line in head.split("\n") if _BY.match(line)), head.split("\n", 1)[0])
    if any(name in by for name in ours):
        return False
    low = plain(_ungreeted(body))
    if older.kind is Kind.ANSWERED and not head:
        return not low
    count = len(words(low))
    if count == 0:
        return True
    if count > _FEW or _NOT_MEANT.search(low):
        return False
    if _POINTING.search(low) or _WAITING.search(low):
        return True
    return older.kind is Kind.FORWARDED and count <= 8


_BY = re.compile(
    r"[*_ ]{0,4}(?:de|from|von|da|van|expediteur|emetteur|absender|remitente|mittente|remetente|"
    r"afzender)[*_]{0,2} ?:"
)


def _ungreeted(body: str) -> str:
    lines = [line.strip() for line in body.split("\n") if line.strip()]
    return "\n".join(
        line
        for line in lines
        if not (_GREETING.match(plain(line)) and len(words(line)) <= 5) and not closing_at(line)
    )


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n ")


_PREFIX = re.compile(
    r"\s*(?:\[[^\]]{0,30}\]\s*)?(?P<word>re|ref|rep|réf|rép|aw|antw|antwort|sv|res|rif|r|tr|fw|fwd|wg|i|"
    r"enc|rv|doorst|vs)\s?(?:\[\d+\]|\(\d+\))?\s?:\s*",
    re.IGNORECASE,
)
_PASSING = frozenset({"tr", "fw", "fwd", "wg", "i", "enc", "rv", "doorst"})


class OwnSubject(NamedTuple):
    """A subject without its prefixes; answered or forwarded where it had one: then another may have worded it."""

    words: str
    answered: bool = False
    forwarded: bool = False


def own_subject(subject: str) -> OwnSubject:
    """Take `Re:`, `TR:`, `Fwd:` and their like off a subject."""
    rest = cleaned(subject)[:998].replace("\n", " ").strip()
    answered = forwarded = False
    while found := _PREFIX.match(rest):
        passing = found["word"].lower() in _PASSING
        answered, forwarded = answered or not passing, forwarded or passing
        rest = rest[found.end() :]
    return OwnSubject(rest.strip(), answered, forwarded)
