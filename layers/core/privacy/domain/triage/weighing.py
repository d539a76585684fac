"""What speaks against a find: words around it, the letter below its subject, and what is asked more plainly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from privacy.domain.rights import Right
from privacy.domain.triage.finds import Find, words_of
from privacy.domain.triage.lexicon import HIT, NEGATED, Weight, hit
from privacy.domain.triage.passage import Passage
from privacy.domain.triage.pattern import Match, Pattern
from privacy.domain.triage.reading import Reading

#: What is said of a death is full of what shall not be: what speaks against a right says nothing of these.
_OF_DEATH = frozenset({Right.POST_MORTEM_DIRECTIVE, Right.HEIR_REQUEST})

#: Loose words for a right are also the other's: who asks for the latter has not asked for the former besides.
#: « Retirez mon adresse de votre liste de diffusion » is no erasure, a copy in CSV no access.
YIELDS: Mapping[Right, frozenset[Right]] = {
    Right.ACCESS: frozenset({Right.PORTABILITY, Right.POST_MORTEM_DIRECTIVE}),
    Right.RECTIFICATION: frozenset(),
    Right.ERASURE: frozenset(
        {
            Right.CONSENT_WITHDRAWAL,
            Right.OBJECTION,
            Right.OBJECTION_MARKETING,
            Right.RECTIFICATION,
            Right.POST_MORTEM_DIRECTIVE,
        }
    ),
    Right.RESTRICTION: frozenset({Right.OBJECTION_MARKETING}),
    Right.PORTABILITY: frozenset(),
    Right.OBJECTION: frozenset(
        {
            Right.OBJECTION_MARKETING,
            Right.RESTRICTION,
            Right.AUTOMATED_DECISION_REVIEW,
            Right.CONSENT_WITHDRAWAL,
        }
    ),
    Right.OBJECTION_MARKETING: frozenset({Right.OBJECTION}),
    Right.CONSENT_WITHDRAWAL: frozenset({Right.OBJECTION_MARKETING}),
    Right.AUTOMATED_DECISION_REVIEW: frozenset(),
    Right.POST_MORTEM_DIRECTIVE: frozenset(),
    Right.HEIR_REQUEST: frozenset({Right.POST_MORTEM_DIRECTIVE}),
}


def weigh(finds: Sequence[Find], reading: Reading) -> None:
    """Let everything speak against the finds that does."""
    for right in Right:
        reading.mark(hit(right), words_of(find for find in finds if find.right is right))
    reading.mark(HIT, words_of(find for find in finds if find.right not in _OF_DEATH))
    for cause, patterns in reading.lexicon.against.items():
        for pattern, match in reading.found(patterns):
            _speak_against(finds, match, pattern, cause, reading)
    _hold_subject_to_letter(finds, reading.passage)
    _drop_objects(finds)
    _drop_faint(finds, reading.passage)
    _let_yield(finds, reading.passage)


def _speak_against(
    finds: Sequence[Find], match: Match, pattern: Pattern, cause: str, reading: Reading
) -> None:
    """What a match says, it says of the finds at its HIT; a negation of their own denies them nothing."""
    rights = {name for name in pattern.names if name.startswith(HIT)}
    at = match.at(pattern, rights)
    negation = match.words & reading.kind("NOT")
    for find in finds:
        its_own = cause == NEGATED and (find.refuses or find.words & negation)
        if find.against is None and find.span & at and not its_own and rights & {HIT, hit(find.right)}:
            find.against = cause


def _hold_subject_to_letter(finds: Sequence[Find], passage: Passage) -> None:
    """A right that the subject names and the letter only denies is not asked (« Unsubscribe? No! »)."""
    subject = passage.given["SUBJECT"]
    letter = [find for find in finds if find.words & ~subject]
    denied = {find.right for find in letter if find.against} - {find.right for find in letter if find.counts}
    for find in finds:
        if find.against is None and not find.words & ~subject and find.right in denied:
            find.against = "denied in the letter"


def _drop_objects(finds: Sequence[Find]) -> None:
    solid = [find for find in finds if find.counts and find.weight is Weight.SOLID]
    for find in finds:
        if (
            find.counts
            and find.weight is not Weight.SOLID
            and any(_is_object(find, other) for other in solid)
        ):
            find.against = "object of another request"


def _is_object(find: Find, other: Find) -> bool:
    """« Effacez tout ce que vous savez de moi », "I request that you erase my data": what is asked is the other."""
    if find.right is not Right.ACCESS or other.right is Right.ACCESS:
        return False
    within, around = find.span | other.span == other.span, find.span | other.span == find.span
    return within or (around and find.span.bit_length() == other.span.bit_length())


def _drop_faint(finds: Sequence[Find], passage: Passage) -> None:
    """Faint words give way to plainer ones in their sentence, and to the right that they belong to anywhere."""
    plain = _sentences_of(finds, passage, Weight.SOLID)
    asked = _sentences_of(finds, passage, Weight.SOLID, Weight.LOOSE)
    anywhere = {right for right, sentences in asked.items() if sentences}
    for find in finds:
        if find.counts and find.weight is Weight.FAINT:
            spoken = any(
                find.words & (plain if find.right in YIELDS[right] else asked)[right] for right in Right
            )
            if spoken or YIELDS[find.right] & anywhere:
                find.against = "something plainer is asked"


def _let_yield(finds: Sequence[Find], passage: Passage) -> None:
    """Loose words give way to the right that they belong to, where their sentence asks for it."""
    plain = _sentences_of(finds, passage, Weight.SOLID)
    asked = _sentences_of(finds, passage, Weight.SOLID, Weight.LOOSE, Weight.FAINT)
    for find in finds:
        if find.counts and find.weight is Weight.LOOSE:
            for right in sorted(YIELDS[find.right]):  # the same evidence in every run
                # Two rights that yield to each other: neither does unless the other is asked in plain words.
                if find.words & (plain if find.right in YIELDS[right] else asked)[right]:
                    find.against = f"part of {right}"
                    break


def _sentences_of(finds: Sequence[Find], passage: Passage, *weights: Weight) -> dict[Right, int]:
    """Where each right is asked with these weights: the sentences, of a list the items."""
    return {
        right: passage.in_item(
            words_of(f for f in finds if f.right is right and f.counts and f.weight in weights)
        )
        for right in Right
    }
