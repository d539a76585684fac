"""Which attachments look like an identity document that nobody asked for; they are cut from the stored mail (E75).

A guess from names and words, since nothing attached is opened: the file that is called so, or the picture beside "ma
carte d'identité en pièce jointe". A mandate or an invoice that comes with it stays.
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
_DOCUMENTS = re.compile(rf"(?<![a-z])(?:{_DOCUMENT})(?![a-z])")
#: Names of a file that say no more than "id", which numbers of orders are called, too.
_BARE_NAME = re.compile(
    r"(?:(?:scan|copie|copy|photo|image|img)\W+)?(?:(?:of|de)\W+)?(?:(?:my|ma|mon|votre|your)\W+)?"
    r"(?:id|identite|identity|permis|license|licence)(?:\W*(?:recto|verso|front|back|[0-9]{1,2}))*"
)
#: Names that say nothing.
_SILENT_NAME = re.compile(
    r"(?:scan|image|img|photo|pic|picture|dsc|document|doc|file|fichier|whatsapp)?\W*[\W0-9a-f]*"
)
_SENT = re.compile(
    r"ci\W{0,3}joint|pieces?\W{0,3}jointe|\bpj\b|\bjoins?\b|\bjoint|\bvoici\b|vous envoie|vous adresse|attach|enclos"
    r"|herewith|please find|anbei|anhang|adjunt|allegat|bijlage|em anexo"
)
_DENIED = re.compile(
    r"\b(?:pas|sans|aucune?|jamais|ni|no|not|without|never|kein[a-z]*|nicht|ohne|sin|senza|geen|niet|sem)\b"
)
_SENTENCES = re.compile(r"[.!?]\s|\n\s*\n")
_MOST_TEXT = 20_000
#: What such a document comes as.
_PICTURES = ("image/", "application/pdf", "application/octet-stream", "application/zip")


def identity_documents(attachments: Sequence[Attachment], text: str) -> tuple[int, ...]:
    """Indexes of the attachments whose name says it; where none does and the text does, of those without a name.

    text: subject and body; what is quoted in it is not the writer's.
    """
    if not attachments:
        return ()
    names = [_plain(each.name.replace("_", " ")) for each in attachments]
    named = tuple(index for index, name in enumerate(names) if _says(name))
    if named or not _announces(text):
        return named
    pictures = [index for index, each in enumerate(attachments) if each.media_type.startswith(_PICTURES)]
    if len(pictures) == 1:
        return tuple(pictures)
    return tuple(index for index in pictures if _SILENT_NAME.fullmatch(_stem(names[index])))


def _says(name: str) -> bool:
    return _DOCUMENTS.search(name) is not None or _BARE_NAME.fullmatch(_stem(name)) is not None


def _stem(name: str) -> str:
    return (name.rpartition(".")[0] or name).strip()


def _announces(text: str) -> bool:
    own = "\n".join(line for line in text[:_MOST_TEXT].split("\n") if not line.startswith(">"))
    return any(
        _DOCUMENTS.search(sentence) and _SENT.search(sentence) and not _DENIED.search(sentence)
        for sentence in _SENTENCES.split(_plain(own))
    )


def _plain(text: str) -> str:
    """In lower case and without accents."""
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(character for character in apart if not unicodedata.combining(character))
