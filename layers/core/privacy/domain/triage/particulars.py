"""Name, address and customer number of the person whose data it is, as far as a message gives them (P45).

A client's, a child's or a dead person's, where somebody writes for them; the writer's own otherwise. Nothing is
invented: where two readings are possible, there is none.
"""

from __future__ import annotations

import re

from privacy.domain.mail import Address
from privacy.domain.triage.customer_number import customer_number_in
from privacy.domain.triage.own_name import own_name, signing_name
from privacy.domain.triage.residence import others_residence, own_residence
from privacy.domain.triage.spelling import plain
from privacy.domain.triage.subject_name import subject_name
from privacy.domain.triage.text import NewText
from privacy.domain.understanding import Particulars, Role

#: Particulars stand at the head or the foot of a letter; nobody's stand beyond this many characters from either.
_READ = 10_000


def particulars_of(
    parts: NewText, sender: Address | None = None, role: Role = Role.SELF, subject: str = ""
) -> Particulars:
    """Read the particulars of the person whose data it is. sender: From, whose name may complete the text's."""
    body, signature = _bounded(parts.body), _bounded(parts.signature)
    if (
        parts.author
    ):  # a mail passed on, or sent before: whoever wrote that one is meant, whoever sends it now
        sender, role = _author(parts.author), Role.SELF
    if role is Role.SELF:
        name = own_name(body, signature, sender)
        address = own_residence(body, signature, name)
    else:
        writer = signing_name(body, signature, sender)
        name = subject_name(role, subject, body, signature, writer)
        gone = role in {Role.HEIR, Role.EXECUTOR}
        household = role is Role.PARENT and _TOGETHER.search(plain(body)) is not None
        address = others_residence(body, signature, name, writer, household=household, gone=gone)
    return Particulars(
        given_name=name.given if name else None,
        family_name=name.family if name else None,
        postal_address=address,
        customer_number=customer_number_in(f"{subject}\n{body}\n{signature}", own=role is Role.SELF),
    )


#: A child lives with whoever writes where they say so, and only there.
_TOGETHER = re.compile(
    r"\b(?:(?:we|nous) (?:all |both |tous |toutes |y )?(?:live|reside|vivons|habitons|residons|logeons|demeurons)|"
    r"(?:our|notre|nos|same|meme) (?:\w+ )?(?:address|adresse|home|house|domicile|foyer|toit)|"
    r"(?:lives?|living|resides?|vit|vivant|habite|habitant|reside|demeure|domiciliee?) (?:here )?(?:with (?:me|us)|"
    r"avec (?:moi|nous)|chez (?:moi|nous))|(?:with|avec|chez) (?:me|us|moi|nous) (?:at|au|a)|at the address below|"
    r"(?:a l'|l')adresse ci-dessous|as (?:me|i do|we do)|lui comme moi|elle comme moi)\b"
)


def _bounded(text: str) -> str:
    return text if len(text) <= 2 * _READ else f"{text[:_READ]}\n{text[-_READ:]}"


_FROM = re.compile(
    r"[*_ ]{0,4}(?:de|from|von|da|van|expediteur|absender|remitente|mittente|remetente|"
    r"afzender)[*_]{0,2} ?:"
)
_LABEL = re.compile(r"^[*_ ]{0,4}\w+[*_ ]{0,2} ?:[*_ ]{0,2}")
_WHEN = re.compile(
    r"^.*(?:\d{1,2} ?[:h] ?\d{2}(?::\d{2})?|\d{4})(?: ?(?:UTC|GMT|CET|CEST|[AP]M|Uhr)[^,\s]*)?,? ?"
)
_WROTE = re.compile(r"\s*(?:a écrit|wrote|schrieb|escribió|ha scritto|schreef|escreveu).*$")
_MAILBOX = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}")


def _author(head: str) -> Address:
    """Return who wrote an older mail, from its head."""
    lines = head.split("\n")
    line = next((line for line in lines if _FROM.match(plain(line))), lines[0])[:400]
    found = _MAILBOX.search(line)
    name = line[: found.start()] if found else _WROTE.sub("", line)
    name = _LABEL.sub("", name) if _FROM.match(plain(line)) else _WHEN.sub("", name)
    return Address(found.group() if found else "", name.strip(" \t\"'<([*_"))
