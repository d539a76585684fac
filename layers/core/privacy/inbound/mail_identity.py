"""Which attachments look like an identity document that nobody asked for; they are cut from the stored mail (E75).

A guess from names and words, since nothing attached is opened. It errs to the side of the document: a picture beside
"ma carte d'identité en pièce jointe" is taken for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from privacy.domain.mail import Attachment

_DOCUMENT = (
    r"passeports?|passports?|reisepass|pasaporte|passaporto|paspoort|cartes?\W{0,3}(?:nationales?\W{0,3})?d?\W{0,3}identites?"
    r"|pieces?\W{0,3}d\W{0,3}identites?|justificatifs?\W{0,3}d\W{0,3}identites?|cni|permis\W{0,3}de\W{0,3}conduire"
    r"|titres?\W{0,3}de\W{0,3}sejour|driv(?:er|ing)\W{0,3}s?\W{0,3}licen[cs]e|identity\W{0,3}(?:card|document)|proof\W{0,3}of"
    r"\W{0,3}identity|id\W{0,3}card|photo\W{0,3}id|my\W{0,3}id|personalausweis|fuhrerschein|ausweis|dni|documento\W{0,3}de"
    r"\W{0,3}identidad|carta\W{0,3}d\W{0,3}identita|identiteitskaart|rijbewijs|cartao\W{0,3}de\W{0,3}cidadao"
)
_IN_NAME = re.compile(rf"(?<![a-z])(?:{_DOCUMENT}|id|permis|licen[cs]e|identite)(?![a-z])")
_IN_TEXT = re.compile(rf"(?<![a-z])(?:{_DOCUMENT})(?![a-z])")
_SENT = re.compile(
    r"ci\W{0,3}joint|piece\W{0,3}jointe|\bpj\b|\bjoins?\b|\bjoint|\bvoici\b|vous envoie|vous adresse|attach|enclos"
    r"|herewith|please find|anbei|anhang|adjunt|allegat|bijlage|em anexo"
)
_MOST_TEXT = 20_000
#: What such a document comes as.
_PICTURES = ("image/", "application/pdf", "application/octet-stream", "application/zip", "application/heic")


def identity_documents(attachments: Sequence[Attachment], text: str) -> tuple[int, ...]:
    """Indexes of the attachments whose name says it, or of every picture where the text says it."""
    if not attachments:
        return ()
    said = _plain(text[:_MOST_TEXT])
    announced = any(
        _SENT.search(said[max(0, found.start() - 120) : found.end() + 120])
        for found in _IN_TEXT.finditer(said)
    )
    return tuple(
        index
        for index, attachment in enumerate(attachments)
        if _IN_NAME.search(_plain(attachment.name.replace("_", " ")))
        or (announced and attachment.media_type.startswith(_PICTURES))
    )


def _plain(text: str) -> str:
    """In lower case and without accents."""
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(character for character in apart if not unicodedata.combining(character))
