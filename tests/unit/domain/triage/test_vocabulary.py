"""Words, also when they are spelt as they sound or with a slip of the finger, and patterns of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.domain.triage.lexicon import BadLexicon, compile_lexicon
from privacy.domain.triage.passage import positions, read
from privacy.domain.triage.pattern import BadPattern, compile_pattern
from privacy.domain.triage.vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    {"DELETE": ["supprim*", "effacer"], "NOT": ["pas"]},
    exact=["NOT"],
    literal=["de"],
    plain=["superieur"],
    sounds=[("c(?=[eiy])", "s"), ("(?:er|e|ez)$", "e")],
)


@pytest.mark.parametrize(
    "form", ["supprimer", "suprimer", "supprimez", "effacer", "efacer", "efaser", "eface"]
)
def test_a_word_is_known_as_it_sounds_and_with_one_slip(form: str) -> None:
    assert VOCABULARY.labels(form) == {"DELETE"}


@pytest.mark.parametrize("form", ["superieur", "surprise", "pa", "effort", "d"])
def test_another_word_is_another_word(form: str) -> None:
    assert "DELETE" not in VOCABULARY.labels(form)
    assert "NOT" not in VOCABULARY.labels(form)


def test_a_name_is_not_taken_for_a_misspelling() -> None:
    assert not VOCABULARY.labels("suprimer", name=True)


def found(line: str, text: str) -> list[str]:
    passage = read(text)
    kinds: dict[str, int] = {}
    for i, word in enumerate(passage.words):
        kinds[word.form] = kinds.get(word.form, 0) | 1 << i
    pattern = compile_pattern(line)
    return [
        passage.phrase(*match.span) for match in pattern.matches(passage, lambda name: kinds.get(name, 0))
    ]


@pytest.mark.parametrize(
    ("line", "text", "phrases"),
    [
        ("a b", "a b", ["a b"]),
        ("a b", "a x b", []),
        ("a ..1 b", "a x b", ["a x b"]),
        ("a ..3 b", "a, x b", []),
        ("a ...3 b", "a, x b", ["a, x b"]),
        ("aa ...3 b", "aa. x b", []),
        ("a x? b", "a b. a x b", ["a b", "a x b"]),
        ("a|c b", "c b", ["c b"]),
    ],
)
def test_a_pattern_is_found_within_its_gaps(line: str, text: str, phrases: list[str]) -> None:
    assert found(line, text) == phrases


@pytest.mark.parametrize("line", ["", "a? b", "..3 a", "a Bc"])
def test_a_line_that_is_no_pattern_is_refused(line: str) -> None:
    with pytest.raises(BadPattern):
        compile_pattern(line)


def test_a_lexicon_that_names_what_it_does_not_define_is_refused() -> None:
    data = {"language": "xx", "words": {"A": "a"}, "asks": {"access": {"solid": "A B"}}, "signs": {}}
    with pytest.raises(BadLexicon, match="B"):
        compile_lexicon(data)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Au titre de l'art. 15, je demande. Merci", 2),
        ("Je demande :\n- l'accès\n- l'effacement\n\nMerci", 2),
        ("Une ligne qui a été coupée par un programme de messagerie\ncontinue ici", 1),
        ("Bonjour\nSupprimez tout", 2),
        ("Voir https://example.fr/a.b?c et moi@example.fr ici", 1),
    ],
)
def test_sentences_begin_where_they_do(text: str, sentences: int) -> None:
    assert len(read(text).sentences) == sentences


@given(st.text(max_size=300), st.text(max_size=50))
def test_any_text_is_read(text: str, subject: str) -> None:
    passage = read(text, subject)
    assert (
        passage.within((1 << len(passage.words)) - 1)
        == sum(passage.sentences)
        == (1 << len(passage.words)) - 1
    )
    assert all(0 <= word.start < word.end <= len(passage.text) for word in passage.words)


@given(st.sets(st.integers(0, 2_000)))
def test_a_set_of_positions_is_what_was_put_in(places: set[int]) -> None:
    assert positions(sum(1 << place for place in places)) == sorted(places)
