"""From a message to what it asks, and why (T3-T5, A16)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from privacy.domain.rights import Right
from privacy.domain.triage.lexicon import Lexicon, Sign, Weight
from privacy.domain.triage.passage import read
from privacy.domain.triage.rights_asked import Find, rights_asked
from privacy.domain.triage.text import new_text
from privacy.domain.understanding import Evidence, Outcome, Understanding

#: Evidence is for a person's eye: the first of each kind say it.
_MOST_EVIDENCE = 40
_REPLY = re.compile(r"\s*(?:(?:re|ré|réf|aw|sv|antw|rv|r|tr|fwd?|wg|i|enc)\s*:\s*)+", re.IGNORECASE)

#: So many turns of a seller's make an offer to the shop.
_AN_OFFER = 2

#: What these rights ask for is asked for whoever is dead, once somebody is (LIL 85 II).
_OUTLIVES = frozenset({Right.POST_MORTEM_DIRECTIVE})


def understand(*, subject: str, text: str, lexicons: Sequence[Lexicon]) -> Understanding:
    """What a message asks.

    text: what a reader sees of its body. lexicons: one a language; each is tried, so that one letter may
    ask in two languages.
    """
    passage = read(new_text(text).body, subject)
    languages = [lexicon.language for lexicon in lexicons]
    asked = [rights_asked(passage, lexicon, languages) for lexicon in lexicons]
    finds = [find for one in asked for find in one.finds]
    signs = {sign: [phrase for one in asked for phrase in one.signs.get(sign, ())] for sign in Sign}
    if is_reply(subject) and text.strip() and not signs[Sign.REMINDER]:
        pass
    if len(set(signs[Sign.PITCH])) >= _AN_OFFER:
        signs[Sign.SETTLED] += signs[Sign.PITCH]
    if signs[Sign.SETTLED] or signs[Sign.AUTHORITY]:
        cause = "authority" if signs[Sign.AUTHORITY] else "exercises nothing"
        for find in finds:
            find.against = find.against or cause
    rights = _rights(finds, deceased=bool(signs[Sign.DECEASED]))
    return Understanding(
        outcome=_outcome(rights, finds, signs, empty=not passage.words),
        rights=rights,
        customer_service=bool(signs[Sign.CUSTOMER_SERVICE]),
        authority=bool(signs[Sign.AUTHORITY]),
        abusive=bool(signs[Sign.ABUSIVE]),
        evidence=tuple(_evidence(finds, signs))[:_MOST_EVIDENCE],
    )


def is_reply(subject: str) -> bool:
    """Its subject is an older mail's."""
    return bool(_REPLY.match(subject))


def _rights(finds: Iterable[Find], *, deceased: bool) -> tuple[Right, ...]:
    asked = {find.right for find in finds if find.counts}
    own = {find.right for find in finds if find.counts and find.own}
    if deceased and asked - own:
        asked = {Right.HEIR_REQUEST} | (asked & _OUTLIVES) | own
    return tuple(right for right in Right if right in asked)


def _outcome(
    rights: Sequence[Right], finds: Iterable[Find], signs: dict[Sign, list[str]], *, empty: bool
) -> Outcome:
    if rights:
        return Outcome.REQUEST
    if empty or signs[Sign.AUTHORITY]:
        return Outcome.UNSURE
    if any(find.against is None and find.weight is Weight.HINT for find in finds):
        return Outcome.UNSURE
    if signs[Sign.TOPIC] and not signs[Sign.SETTLED]:
        return Outcome.UNSURE
    return Outcome.NOT_REQUEST


def _evidence(finds: Iterable[Find], signs: dict[Sign, list[str]]) -> Iterator[Evidence]:
    seen = set()
    for find in finds:
        one = Evidence(find.right.value, find.phrase, find.against)
        if one not in seen:
            seen.add(one)
            yield one
    for sign, phrases in signs.items():
        yield from (Evidence(sign.value, phrase) for phrase in phrases[:3])
