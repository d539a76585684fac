"""Reads policy/triage/*.toml, one file a language, and what was learnt of it, into the domain's lexicons."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from privacy.domain.triage.lexicon import BadLexicon, Lexicon, compile_lexicon
from privacy.domain.triage.second_opinion import BadOpinion, SecondOpinion, unpacked
from privacy.policy import InvalidPolicy

#: French first: most letters are, and the shop is.
LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt")


def load_lexicons() -> tuple[Lexicon, ...]:
    """One for each language. Raises InvalidPolicy for a file that names what it does not define."""
    return tuple(load_lexicon(language) for language in LANGUAGES)


def load_lexicon(language: str) -> Lexicon:
    """One language's."""
    name = f"triage/{language}.toml"
    try:
        rules = tomllib.loads(files("privacy.policy").joinpath(name).read_text("utf-8"))
        return compile_lexicon(rules, _opinion(language))
    except (ValueError, BadLexicon) as error:
        raise InvalidPolicy(f"policy/{name}: {error}") from error


def _opinion(language: str) -> SecondOpinion | None:
    """Where enough was written in the language to learn from (tests/corpus/triage/learn.py)."""
    learnt = files("privacy.policy").joinpath(f"triage/{language}.learnt")
    if not learnt.is_file():
        return None
    try:
        return unpacked(learnt.read_bytes())
    except BadOpinion as error:
        raise InvalidPolicy(f"policy/triage/{language}.learnt: {error}") from error
