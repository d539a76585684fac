"""Reads policy/triage/*.toml, one file a language, and what was learnt of it, into the domain's lexicons."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from privacy.domain.triage.lexicon import BadLexicon, Lexicon, compile_lexicon
from privacy.policy import InvalidPolicy

#: French first: most letters are, and the shop is.
LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt")


@cache
def load_lexicons() -> tuple[Lexicon, ...]:
    """One for each language, read once. Raises InvalidPolicy for a file that names what it does not define."""
    return tuple(load_lexicon(language) for language in LANGUAGES)


def load_lexicon(language: str, *, learnt: bool = True) -> Lexicon:
    """One language's, with what was learnt of it or without."""
    name = f"triage/{language}.toml"
    try:
        rules = tomllib.loads(files("privacy.policy").joinpath(name).read_text("utf-8"))
        return compile_lexicon(rules, _learnt(language) if learnt else None)
    except (ValueError, BadLexicon) as error:
        raise InvalidPolicy(f"policy/{name}: {error}") from error


def _learnt(language: str) -> bytes | None:
    """Where enough was written in the language to learn from (tests/corpus/triage/learn.py)."""
    learnt = files("privacy.policy").joinpath(f"triage/{language}.learnt")
    return learnt.read_bytes() if learnt.is_file() else None
