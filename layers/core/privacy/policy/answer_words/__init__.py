"""Reads the words of answers, `<language>.toml`. Whatever an answer may have to say has words in every language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from string import Template

from privacy.domain.answer_words import AnswerWords, SectionWords
from privacy.domain.dossier import SECTIONS, Nature, Store, Why
from privacy.domain.letter import Language
from privacy.policy import InvalidPolicy

#: Tables whose keys the code knows one by one.
_KNOWN = {
    "natures": {nature.value for nature in Nature},
    "stores": {store.value for store in Store},
    "why": {why.value for why in Why},
}
_TABLES = {
    *(
        "page",
        "for_another",
        "information",
        "roles",
        "countries",
        "rights",
        "purposes",
        "bases",
        "sources",
        "fields",
        "values",
    ),
    *_KNOWN,
}


@cache
def load(language: Language) -> AnswerWords:
    """Raises InvalidPolicy."""
    return parse(files(__package__).joinpath(f"{language.value}.toml").read_bytes(), language)


def parse(content: bytes, language: Language) -> AnswerWords:
    """Raises InvalidPolicy."""
    name = f"policy/answer_words/{language.value}.toml"
    try:
        data = tomllib.loads(content.decode())
        sections = {
            section: SectionWords(told["title"], told["what"], told.get("fields", {}))
            for section, told in data.pop("sections").items()
        }
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidPolicy(f"{name}: {error}") from None
    if data.keys() != _TABLES:
        raise InvalidPolicy(f"{name}: {sorted(data.keys() ^ _TABLES)}")
    for table, known in _KNOWN.items():
        if data[table].keys() != known:
            raise InvalidPolicy(f"{name}: {table}: {sorted(data[table].keys() ^ known)}")
    if unknown := sorted(data["for_another"].keys() - data["page"].keys()):
        raise InvalidPolicy(f"{name}: for_another: {unknown}")
    if unsaid := sorted({section.id for section in SECTIONS} ^ sections.keys()):
        raise InvalidPolicy(f"{name}: sections: {unsaid}")
    for table in data.values():
        for key, text in table.items():
            if not Template(text).is_valid():
                raise InvalidPolicy(f"{name}: {key}: a $ that begins no placeholder")
    return AnswerWords(language, data, sections)
