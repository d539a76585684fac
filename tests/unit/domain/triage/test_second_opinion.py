"""The second opinion: what it reads, what it says, and how it is weighed against the rules."""

from __future__ import annotations

import pytest

from privacy.domain.rights import Right
from privacy.domain.triage.agreement import agreed, asked_besides, kept_by_a_sentence, lacking
from privacy.domain.triage.second_opinion import RIGHTS, BadOpinion, Said, checksum, packed, unpacked
from privacy.domain.triage.turns import turns
from privacy.domain.triage.understand import understand
from privacy.domain.understanding import Outcome
from privacy.policy.lexicons import load_lexicon

ERASURE, ACCESS = Right.ERASURE, Right.ACCESS
NOTHING = dict.fromkeys(Right, -1.0)


def weights(*, anything: int = 0, **told: int) -> bytes:
    return bytes(128 + weight for weight in (*(told.get(right.value, 0) for right in RIGHTS), anything))


def opinion() -> bytes:
    return packed({0: weights(erasure=-10), checksum("table rase"): weights(erasure=100)}, 0.01)


FRENCH = load_lexicon("fr")


def test_turns_are_runs_of_words_and_of_letters_without_accents() -> None:
    assert {"efface", "efface tout", "~effac", "~fface"} <= turns("Éfface tout", FRENCH).whole


def test_turns_are_also_of_the_kinds_of_words_that_follow_each_other_in_a_sentence() -> None:
    said = turns("Pouvez-vous effacer mon adresse ? Un panier.", FRENCH).whole
    assert {"^DELETE>CONTACT", "^DELETE?", "^mon CONTACT"} <= said
    assert "^CONTACT>SHOP_OBJECT" not in said, "these are of two sentences"


def test_slurred_words_are_read_as_what_they_stand_for() -> None:
    assert "je veux" in turns("jveux", FRENCH).whole


def test_of_a_very_long_letter_the_beginning_and_the_end_are_read() -> None:
    read = turns("Bonjour. " + "bla " * 5_000 + "milieu " + "bla " * 5_000 + "supprimez tout", FRENCH).whole
    assert {"bonjour", "supprimez tout"} <= read
    assert "milieu" not in read


def test_an_opinion_says_how_much_a_text_asks_and_by_which_words() -> None:
    read = unpacked(opinion())
    assert read.on({"faites", "table rase"}).says().rights[ERASURE] == pytest.approx(0.9)
    assert read.on({"bonjour"}).says().rights[ERASURE] == pytest.approx(-0.1)
    assert read.on({"faites", "table rase"}).because(ERASURE) == "table rase"
    assert read.on({"faites", "table rase"}).because(ACCESS) == ""


def test_it_names_words_that_tell_a_reader_something_where_there_are_any() -> None:
    said = {0: weights(), checksum("ve"): weights(erasure=100), checksum("broyez"): weights(erasure=40)}
    read = unpacked(packed(said, 0.01))
    assert read.on({"ve", "broyez"}).because(ERASURE) == "broyez"
    assert read.on({"ve"}).because(ERASURE) == "ve"


def test_kinds_of_words_say_something_and_are_nobodys_words() -> None:
    read = unpacked(packed({0: weights(), checksum("^DELETE>DATA"): weights(erasure=100)}, 0.01))
    assert read.on({"^DELETE>DATA"}).says().rights[ERASURE] == pytest.approx(0.5), (
        "as four words of their weight together would"
    )
    assert read.on({"^DELETE>DATA"}).because(ERASURE) == ""


@pytest.mark.parametrize(
    "data",
    [b"", b"2OP5", opinion()[:-1], b"XXXX" + opinion()[4:], packed({}, 0.01), packed({7: weights()}, 0.01)],
)
def test_what_is_no_opinion_is_refused(data: bytes) -> None:
    with pytest.raises(BadOpinion):
        unpacked(data)


def test_what_the_rules_found_stands_unless_the_opinion_is_against_it() -> None:
    assert agreed({ERASURE}, (), NOTHING | {ERASURE: -0.2}).rights == {ERASURE}
    against = agreed({ERASURE}, (), NOTHING | {ERASURE: -0.3})
    assert against.rights == frozenset()
    assert against.dropped == {ERASURE}
    assert against.near, "a person looks at what the rules found and the opinion denies"


def test_the_opinion_adds_what_no_rule_found_and_what_one_found_denied_only_when_it_is_surer() -> None:
    assert agreed((), (), NOTHING | {ERASURE: 0.4}).added == {ERASURE}
    assert agreed((), (), NOTHING | {ERASURE: 0.2}).rights == frozenset()
    assert agreed((), {ERASURE}, NOTHING | {ERASURE: 0.4}).rights == frozenset()
    assert agreed((), {ERASURE}, NOTHING | {ERASURE: 0.6}).added == {ERASURE}


def test_a_sentence_by_itself_adds_a_right_only_to_a_letter_that_asks_for_another() -> None:
    letter, sentence = NOTHING | {ERASURE: 1.0, ACCESS: -0.2}, NOTHING | {ACCESS: 0.8}
    asking = agreed((), (), letter)
    assert asked_besides(asking, (), letter, sentence) == {ACCESS}
    assert asked_besides(asking, {ACCESS}, letter, sentence) == frozenset()
    assert asked_besides(asking, (), letter, sentence, put_off={ACCESS}) == frozenset()
    assert asked_besides(asking, (), letter | {ACCESS: -0.4}, sentence) == frozenset()
    assert asked_besides(agreed((), (), NOTHING), (), letter, sentence) == frozenset()
    heirs = agreed((), (), NOTHING | {Right.HEIR_REQUEST: 1.0})
    assert asked_besides(heirs, (), letter, sentence) == frozenset()


def test_a_sentence_keeps_what_rules_found_in_plain_words_and_a_long_letter_drowned() -> None:
    letter = NOTHING | {ERASURE: -0.9}
    drowned = agreed({ERASURE}, (), letter)
    asking = Said(NOTHING | {ERASURE: 0.5}, anything=0.5)
    assert kept_by_a_sentence(drowned, {ERASURE}, letter, [asking]) == {ERASURE}
    assert kept_by_a_sentence(drowned, (), letter, [asking]) == frozenset(), "not in plain words"
    assert kept_by_a_sentence(drowned, {ERASURE}, letter | {ERASURE: -1.1}, [asking]) == frozenset()
    unasked = asking._replace(anything=0.3)
    others = Said(NOTHING | {ACCESS: 0.5, ERASURE: 0.3}, anything=0.5)
    assert kept_by_a_sentence(drowned, {ERASURE}, letter, [unasked, others]) == frozenset()
    assert kept_by_a_sentence(drowned, {ERASURE}, letter, []) == frozenset()


def test_whether_anything_is_asked_is_an_opinion_of_its_own() -> None:
    said = {0: weights(anything=-10), checksum("je vous prie"): weights(anything=100)}
    read = unpacked(packed(said, 0.01))
    assert read.on({"je vous prie"}).says().anything == pytest.approx(0.9)
    assert read.on({"merci"}).says().anything == pytest.approx(-0.1)


def test_the_less_sure_it_is_that_anything_is_asked_the_less_it_is_worth_and_rules_lend_it_trust() -> None:
    assert lacking(1.0, ()) == lacking(0.7, {ERASURE}) == 0.0
    assert lacking(0.0, ()) > lacking(0.0, {ERASURE}) > 0.0
    assert lacking(-1.0, ()) > lacking(0.0, ())


def test_whoever_may_be_asking_is_read_by_a_person_though_it_is_not_sure_that_anything_is_asked() -> None:
    doubted = NOTHING | {ERASURE: -0.6}
    assert not agreed((), (), doubted).near
    assert agreed((), (), doubted, lack=1.0).near
    assert agreed((), (), NOTHING | {ERASURE: -0.9}).far
    assert not agreed((), (), NOTHING | {ERASURE: -0.9}, lack=1.0).far


def test_a_threat_is_worded_like_a_request_and_becomes_none() -> None:
    threat = NOTHING | {ERASURE: 0.7}
    assert agreed((), {ERASURE}, threat).added == {ERASURE}
    assert agreed((), (), threat, put_off={ERASURE}).rights == frozenset()
    assert agreed((), (), threat, put_off={ERASURE}).near, "a person reads what is worded so plainly"
    assert not agreed((), (), NOTHING | {ERASURE: 0.2}, put_off={ERASURE}).near


def test_what_the_rules_found_asked_besides_its_threat_stands() -> None:
    assert agreed({ERASURE}, (), NOTHING | {ERASURE: -0.1}, put_off={ERASURE}).rights == {ERASURE}


def test_who_denies_what_sounds_like_a_request_waits_for_nobody() -> None:
    assert agreed((), (), NOTHING | {ERASURE: 0.2}).near
    assert not agreed((), {ERASURE}, NOTHING | {ERASURE: 0.2}).near


def test_a_copy_before_the_erasure_stands_where_the_erasure_does() -> None:
    both = {ACCESS, ERASURE}
    assert agreed(both, (), NOTHING | {ERASURE: 1.0}).rights == both
    assert agreed(both, (), NOTHING).rights == frozenset()
    assert agreed({Right.RESTRICTION, ERASURE}, (), NOTHING | {ERASURE: 1.0}).rights == {ERASURE}


def test_what_neither_is_sure_of_a_person_reads() -> None:
    doubtful = agreed((), (), NOTHING | {ERASURE: -0.2})
    assert not doubtful.rights
    assert doubtful.near


def test_what_looks_like_no_request_to_anybody_is_none() -> None:
    assert agreed((), (), NOTHING).far
    assert not agreed((), (), NOTHING | {ACCESS: -0.4}).far
    assert not agreed((), (), NOTHING | {ACCESS: -0.4}).near


@pytest.mark.parametrize(
    ("language", "text", "right"),
    [
        ("fr", "Tout à la broyeuse, historique et compte compris, merci.", ERASURE),
        ("en", "Be so good as to wipe the slate clean for me, account and all.", ERASURE),
    ],
)
def test_a_turn_that_no_rule_foresaw_is_understood_and_explained(
    language: str, text: str, right: Right
) -> None:
    told = understand(subject="", text=text, lexicons=[load_lexicon(language)])
    assert told.outcome is Outcome.REQUEST
    assert told.rights == (right,)
    assert any(one.says == right and one.phrase and one.against is None for one in told.evidence)
