"""Identifiers: one mailbox is one identifier, two mailboxes are never one (E125, P16)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.domain.identifiers import InvalidAddress, Pseudonyms, normalise_address

SAME = [
    ("Camille.Durand@Example.FR ", "camille.durand@example.fr"),
    ("\u00a0camille@example.fr\u200b", "camille@example.fr"),
    ("camille@example.fr.", "camille@example.fr"),
    ("Jose\u0301@example.fr", "jos\u00e9@example.fr"),
    ("a@xn--strae-oqa.de", "a@stra\u00dfe.de"),
    ("a@XN--STRAE-OQA.de", "a@stra\u00dfe.de"),
    ("a@\uff45xample.fr", "a@example.fr"),
    ("a@example\u3002fr", "a@example.fr"),
]
DIFFERENT = [
    ("camille@example.fr", "camille+news@example.fr"),
    ("camille.durand@example.fr", "camilledurand@example.fr"),
    ("\uff43amille@example.fr", "camille@example.fr"),
    ("c\u0430mille@example.fr", "camille@example.fr"),
    ("a@stra\u00dfe.de", "a@strasse.de"),
]


@pytest.mark.parametrize(("typed", "known"), SAME)
def test_e125_spellings_of_one_mailbox_are_one(typed: str, known: str) -> None:
    assert normalise_address(typed) == normalise_address(known)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_look_alikes_stay_two_people(one: str, other: str) -> None:
    assert normalise_address(one) != normalise_address(other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "camille",
        "@example.fr",
        "camille@",
        "a b@example.fr",
        "a@exa mple.fr",
        "a@b..fr",
        "a\x00@b.fr",
        "a" * 250 + "@b.fr",
        "a\ud800@b.fr",
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(InvalidAddress) as refused:
        normalise_address(text)
    assert not text.strip() or text not in str(refused.value)


@given(st.emails())
def test_normalising_again_changes_nothing(address: str) -> None:
    once = normalise_address(address)
    assert normalise_address(once) == once


def test_an_identifier_holds_no_address_and_names_its_pepper() -> None:
    pseudonyms = Pseudonyms(2, {1: b"one" * 11, 2: b"two" * 11})
    assert pseudonyms.email("camille@example.fr").startswith("email#2#")
    assert [i[:8] for i in pseudonyms.emails("camille@example.fr")] == ["email#2#", "email#1#"]
    assert "camille" not in "".join(pseudonyms.emails("camille@example.fr"))
    assert pseudonyms.aka("camille@example.fr") == dict([pseudonyms.emails("camille@example.fr")])


def test_a_new_pepper_changes_no_digest() -> None:
    before, after = Pseudonyms(1, {1: b"one" * 11}), Pseudonyms(2, {1: b"one" * 11, 2: b"two" * 11})
    assert before.digest("list", "subscribe") == after.digest("list", "subscribe")
