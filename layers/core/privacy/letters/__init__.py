"""Reads the letters that ship with the code: `<language>/<letter>.txt`, subject, blank line, text.

A file that is missing, unknown or misshapen stops the start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from privacy.domain.letter import Frame, Language, Letter, Letterbook, UnfitWording, Wording

_FRAMES = ("cnil", "for_another", "frame", "id_not_needed", "notice_frame", "recipient_frame")


class InvalidLetters(ValueError):
    """A letter's file is missing, or is none."""


@cache
def load() -> Letterbook:
    """The letters that ship with the code. Raises InvalidLetters."""
    return parse({language: _read(language) for language in Language})


def parse(texts: Mapping[Language, Mapping[str, str]]) -> Letterbook:
    """texts: by language and file stem. Raises InvalidLetters."""
    wordings: dict[tuple[Language, Letter], Wording] = {}
    frames: dict[Language, Frame] = {}
    for language, found in texts.items():
        wanted = {letter.value for letter in Letter}.union(_FRAMES)
        if found.keys() != wanted:
            raise InvalidLetters(f"letters/{language.value}: {sorted(found.keys() ^ wanted)}")
        for letter in Letter:
            wordings[language, letter] = _wording(f"{language.value}/{letter.value}", found[letter.value])
        frames[language] = Frame(
            letter=found["frame"].strip(),
            notice=found["notice_frame"].strip(),
            recipient=found["recipient_frame"].strip(),
            remedies=found["cnil"].strip(),
            id_not_needed=found["id_not_needed"].strip(),
            for_another=_wording(f"{language.value}/for_another", found["for_another"]),
        )
    digest = hashlib.sha256()
    for language in sorted(texts):
        for stem in sorted(texts[language]):
            digest.update(f"{language}/{stem}\0{texts[language][stem]}\0".encode())
    return Letterbook(wordings, frames, digest.hexdigest())


def _wording(name: str, text: str) -> Wording:
    subject, blank, body = text.partition("\n\n")
    if not blank or not subject.strip() or "\n" in subject or not body.strip():
        raise InvalidLetters(f"letters/{name}.txt: a subject's line, a blank line, and a text")
    wording = Wording(subject.strip(), body.strip())
    try:
        wording.placeholders()
    except UnfitWording as error:
        raise InvalidLetters(f"letters/{name}.txt: {error}") from None
    return wording


def _read(language: Language) -> dict[str, str]:
    folder = files(__package__).joinpath(language.value)
    return {
        file.name.removesuffix(".txt"): file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".txt")
    }
