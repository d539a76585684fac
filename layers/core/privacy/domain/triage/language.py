"""The language of a mail, by the majority of its words (E38, E69): answers go out in French, English or both."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from privacy.domain.triage.language_words import WORDS
from privacy.domain.triage.spelling import plain

#: The languages that letters are written in; a tie between them is answered in both.
ANSWERED = ("fr", "en")

#: A mail's language shows long before this many words.
_ENOUGH = 1_500
#: A short or misspelt word counts this much where its letters tell of one language and no list has it.
_HINT = 0.6
#: Above what the subject, or the closing formula, can say.
_TELLING = 0.9

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

_PARTS = re.compile(r"['-]")

#: Letters that only one of the languages has, or endings that are one's own; on the word as it is written.
_LETTERS: Mapping[str, re.Pattern[str]] = {
    "fr": re.compile(r"[çœêùèûî]|ée?s?$|eaux?$|ez$|aient$|eur$|eux$|^qu'|^[jdlmnst]'"),
    "en": re.compile(r"'s$|n't$|ing$|'(?:ve|re|ll|d)$|ght|ness$|ful$|th$|^wh|ck$|sh$"),
    "de": re.compile(r"[äß]|ung(?:en)?$|keit$|heit$|sch|lich(?:e|en|er|es)?$|^ge.+t$|cht"),
    "es": re.compile(r"ñ|ci[oó]n$|iones$|mente$|[áíóú]n$|aje$"),
    "it": re.compile(r"zion[ei]$|à$|ggi|cch|gli[aeo]?$|tt[aeio]$|issim"),
    "nl": re.compile(r"ij|aa|uu|oe|eeuw|heid$|lijk(?:e)?$|tje$"),
    "pt": re.compile(r"[ãõ]|ç(?:ão|ões)|lh|nh|agem$"),
}  # fmt: skip
#: Said in every language, or words that people borrow (the law's `Article 17` too): never enough against a sentence.
_BORROWED = frozenset(
    {
        "article",
        "bonjour",
        "merci",
        "hello",
        "hi",
        "thanks",
        "ok",
        "hola",
        "ciao",
        "grazie",
        "gracias",
        "danke",
        "salut",
    }
)
_EVERYWHERE = frozenset({
    "cookies", "e-mail", "email", "emails", "gdpr", "imera", "mail", "mails", "marketing", "newsletter", "rgpd",
    "sms", "spam", "stop",
})  # fmt: skip


#: Where a mailbox's country speaks one of them.
_COUNTRIES = {
    "fr": "fr",
    "uk": "en",
    "ie": "en",
    "de": "de",
    "at": "de",
    "es": "es",
    "it": "it",
    "nl": "nl",
    "pt": "pt",
}


class Language(NamedTuple):
    """code: ISO 639-1, empty where there is no telling. tied: French and English weigh the same (E38)."""

    code: str
    tied: bool = False


NOT_TOLD = Language("")


def language_of(
    body: str, subject: str = "", signature: str = "", *, quoted: str = "", address: str = ""
) -> Language:
    """Tell the language of a mail by its new text.

    Where that says too little: by the subject, then by how it is signed; where these say nothing, by the older mail
    that it answers, then by the country of the mailbox.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    for part, weight, enough in (
        (body, 1.0, 2 * _TELLING),
        (subject, 0.5, _TELLING),
        (signature, 0.3, _TELLING),
    ):
        for code, score in _scores(part).items():
            scores[code] += score * weight
        ranked = _ranked(scores)
        if ranked and ranked[0][1] >= enough and _leads(ranked):
            return Language(ranked[0][0])
    told = _best(_ranked(scores))
    if told.code:
        return told
    if quoted:
        return language_of(quoted[:2_000], address=address)
    return Language(_COUNTRIES.get(address.rpartition(".")[2].lower(), ""))


def _ranked(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(((code, score) for code, score in scores.items() if score > 0), key=lambda one: -one[1])


def _leads(ranked: list[tuple[str, float]]) -> bool:
    return len(ranked) == 1 or ranked[0][1] >= ranked[1][1] * 1.1 + 0.05


def _best(ranked: list[tuple[str, float]]) -> Language:
    if not ranked or ranked[0][1] < 0.25:
        return NOT_TOLD
    near = {code for code, score in ranked if score >= ranked[0][1] * 0.97}
    if near >= set(ANSWERED):
        return Language("fr", tied=True)
    return Language(next((code for code in ANSWERED if code in near), ranked[0][0]))


def _scores(text: str) -> Mapping[str, float]:
    """Count the words of each language; one that several have counts for each by its share."""
    scores: defaultdict[str, float] = defaultdict(float)
    for number, found in enumerate(_WORD.finditer(text)):
        if number >= _ENOUGH:
            break
        written = found.group().lower()
        low = plain(written)
        if low in _EVERYWHERE:
            continue
        weight = 0.5 if low in _BORROWED else 1.0
        having = _having(low)
        if having:
            for code in having:
                scores[code] += weight / len(having)
        elif not found.group()[0].isupper() and len(written) >= 3:
            hinted = [code for code, letters in _LETTERS.items() if letters.search(written)]
            if len(hinted) == 1:
                scores[hinted[0]] += _HINT
    return scores


def _having(word: str) -> list[str]:
    """Return the languages of a word, or of its parts (`l'adresse`, `oubliez-moi`)."""
    having = [code for code, words in WORDS.items() if word in words]
    if having or word.isalpha():
        return having
    parts = [part for part in _PARTS.split(word) if len(part) > 1]
    return [code for code, words in WORDS.items() if any(part in words for part in parts)]
