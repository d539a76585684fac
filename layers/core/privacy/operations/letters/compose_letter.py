"""A letter's subject and text, from its wording, what its flow knows, and who is responsible for the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from privacy.domain.erasure_words import of_language
from privacy.domain.gaps import Gap, gap_in_words
from privacy.domain.letter import (
    NAMELESS,
    NEEDS,
    OF_THE_READERS_DATA,
    RENAMED_FOR_ANOTHER,
    UNTAGGED,
    WITH_REMEDIES,
    Frame,
    Language,
    Letter,
    Letterbook,
    UnfitWording,
    filled,
)
from privacy.domain.letter_words import (
    How,
    Missing,
    Then,
    Why,
    amount_in_words,
    day_in_words,
    how_in_words,
    instant_in_words,
    listed,
    missing_in_words,
    reason_in_words,
    rights_in_words,
    then_in_words,
    why_in_words,
)
from privacy.domain.policy import Controller
from privacy.domain.rectification import Change, told_changes
from privacy.domain.rights import Right
from privacy.domain.searched import Searched, searched_in_words


class Reasons(NamedTuple):
    """Why a person has to look at a case, as it was flagged."""

    words: tuple[str, ...]


class Link(NamedTuple):
    """A page of ours: it opens in the language of the words around it."""

    url: str


class Stores(NamedTuple):
    """What was searched in vain (T14), a line each."""

    searched: tuple[Searched, ...]


class Changes(NamedTuple):
    """Fields that were corrected (domain/rectification.py), a line each."""

    changes: tuple[Change, ...]


class Told(NamedTuple):
    """Lines that were written down in both languages, each with its language before it (domain/erasure_words.py)."""

    lines: tuple[str, ...]


class Gaps(NamedTuple):
    """What the register cannot say (P29), a line each."""

    gaps: tuple[Gap, ...]


class Amount(NamedTuple):
    """Money, in cents of a euro."""

    cents: int


#: A day and an amount are written out, rights, reasons and changes in words, a letter by its subject, lists a line
#: each; text stays as it is.
type Value = (
    str
    | date
    | Why
    | Missing
    | How
    | Then
    | Letter
    | Link
    | Reasons
    | Stores
    | Changes
    | Told
    | Gaps
    | Amount
    | Sequence[Right]
    | Sequence[str]
)

_GREETING = {Language.FR: "Bonjour", Language.EN: "Hello"}
#: Between the languages of a letter in two.
_RULE = "\n\n" + "- " * 30 + "-\n\n"


@dataclass(frozen=True, slots=True)
class Writing:
    """What one letter is made of.

    languages: one, or both where nobody can tell which (E38, E69). values: exactly NEEDS of the letter. addressee: the
    name to greet, of somebody whose identity was verified; None otherwise. id_sent: an identity document came unasked.
    for_another: whoever reads it wrote about somebody else's data.
    """

    letter: Letter
    case: str
    languages: tuple[Language, ...]
    values: Mapping[str, Value] = field(default_factory=dict)
    addressee: str | None = None
    id_sent: bool = False
    for_another: bool = False


class Written(NamedTuple):
    """A letter, ready to be sent. subject: with the case's tag, by which an answer finds its case, where it has one."""

    subject: str
    text: str


def compose(writing: Writing, *, book: Letterbook, controller: Controller) -> Written:
    """Raises UnfitWording where values and wording do not fit exactly."""
    if writing.values.keys() != NEEDS[writing.letter]:
        odd = ", ".join(sorted(writing.values.keys() ^ NEEDS[writing.letter]))
        raise UnfitWording(f"{writing.letter.value}: too few or too many values: {odd}")
    parts = [_in_one(language, writing, book, controller) for language in writing.languages]
    subject = " / ".join(part.subject for part in parts)
    tagged = subject if writing.letter in UNTAGGED else f"[{writing.case}] {subject}"
    return Written(tagged, _RULE.join(part.text for part in parts) + "\n")


def _in_one(language: Language, writing: Writing, book: Letterbook, controller: Controller) -> Written:
    letter = writing.letter
    values = {name: _said(value, language, book) for name, value in writing.values.items()}
    values |= {name: _sentence(values[name]) for name in _SENTENCES & values.keys()}
    values |= {"case": writing.case, "controller": controller.name, "contact": controller.contact}
    wording, frame = book.wordings[language, letter].filled(values), book.frames[language]
    about_another = writing.for_another and letter in OF_THE_READERS_DATA
    paragraphs = [frame.for_another.body, wording.body] if about_another else [wording.body]
    paragraphs += [frame.id_not_needed] if writing.id_sent and not letter.internal else []
    paragraphs += [frame.remedies] if letter in WITH_REMEDIES else []
    around = _around(language, writing, controller) | {"body": "\n\n".join(paragraphs)}
    renamed = about_another and letter in RENAMED_FOR_ANOTHER
    subject = frame.for_another.subject if renamed else wording.subject
    return Written(subject, filled(_frame(letter, frame), around))


#: What a person wrote for the reader, at the end of a sentence of ours.
_SENTENCES = frozenset({"reason", "missing", "result", "question"})


def _sentence(text: str) -> str:
    """With a full stop, where whoever wrote it left it out."""
    return text if not text or text[-1] in '.!?…»”"' else f"{text}."


def _frame(letter: Letter, frame: Frame) -> str:
    if letter is Letter.RECIPIENT_NOTICE:
        return frame.recipient
    return frame.notice if letter.internal else frame.letter


def _around(language: Language, writing: Writing, controller: Controller) -> dict[str, str]:
    if writing.letter.internal:
        return {"controller": controller.name, "case": writing.case}
    siren = (f"SIREN {controller.siren}",) if controller.siren else ()
    return {
        "greeting": _greeting(language, writing),
        "controller": controller.name,
        "identity": ", ".join((controller.legal_name or controller.name, *siren)),
        "address": controller.address,
        "officer": ", ".join(filter(None, (controller.dpo, controller.contact))),
        "case": writing.case,
    }


def _greeting(language: Language, writing: Writing) -> str:
    """A name only to whoever proved to be its bearer: the same letter tells anybody else nothing."""
    name = writing.addressee if writing.letter not in NAMELESS else None
    name = " ".join(_printable(name or "").split())
    return f"{_GREETING[language]} {name}," if name else f"{_GREETING[language]},"


def _said(value: Value, language: Language, book: Letterbook) -> str:
    match value:
        case datetime():
            return instant_in_words(value, language)
        case date() | Amount() | Why() | Missing() | How() | Then():
            return _in_words(value, language)
        case Link():
            return f"{value.url}?lang={language.value}"
        case Letter():
            return book.wordings[language, value].subject
        case str():
            return _printable(value).strip()
        case _:
            return _listed(value, language)


def _in_words(value: date | Amount | Why | Missing | How | Then, language: Language) -> str:
    match value:
        case How():
            return how_in_words(value, language)
        case Then():
            return then_in_words(value, language)
        case Amount():
            return amount_in_words(value.cents, language)
        case Why():
            return why_in_words(value, language)
        case Missing():
            return missing_in_words(value, language)
        case _:
            return day_in_words(value, language)


def _listed(
    value: Reasons | Stores | Changes | Told | Gaps | Sequence[Right] | Sequence[str], language: Language
) -> str:
    if isinstance(value, Told):
        return listed(map(_printable, of_language(value.lines, language)), language)
    if isinstance(value, Stores):
        return listed((searched_in_words(store, language) for store in value.searched), language)
    if isinstance(value, Changes):
        return listed(map(_printable, told_changes(value.changes, language)), language)
    if isinstance(value, Gaps):
        return listed((_printable(gap_in_words(gap, language)) for gap in value.gaps), language)
    if isinstance(value, Reasons):
        return listed((_printable(reason_in_words(word, language)) for word in value.words), language)
    rights = [item for item in value if isinstance(item, Right)]
    return rights_in_words(rights, language) if rights else listed(map(_printable, value), language)


def _printable(text: str) -> str:
    return "".join(c for c in text if c == "\n" or c.isprintable())
