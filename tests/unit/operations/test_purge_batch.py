"""Messages of the purge's queue."""

from __future__ import annotations

import pytest

from privacy.operations.retention.purge_batch import (
    ARCHIVE,
    KEYS,
    PERSON,
    MalformedBatch,
    batches,
    read_batch,
)

PEOPLE = [(f"person-{n}", "person") for n in range(2 * KEYS + 3)]


def test_every_key_comes_back_as_it_went_in_so_many_at_a_time() -> None:
    made = [*batches("run-1", PERSON, PEOPLE)]
    assert [len(batch.keys) for batch in made] == [KEYS, KEYS, 3]
    assert [read_batch(batch.message()) for batch in made] == made
    assert [key for batch in made for key in batch.keys] == PEOPLE


def test_what_an_id_may_hold_does_not_break_a_message() -> None:
    awkward = [("email#1#ab cd", "shop#commande n° 12|bis"), ("order#%20", "a\tb%7C")]
    (batch,) = batches("run-1", ARCHIVE, awkward)
    assert read_batch(batch.message()).keys == tuple(awkward)


def test_a_batch_is_the_same_only_with_the_same_in_it() -> None:
    (first,) = batches("run-1", PERSON, PEOPLE[:3])
    (again,) = batches("run-1", PERSON, PEOPLE[:3])
    (less,) = batches("run-1", PERSON, PEOPLE[1:3])
    (other,) = batches("run-1", ARCHIVE, PEOPLE[:3])
    assert again == first
    assert len({first.name, less.name, other.name}) == 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"run": "r", "batch": "b", "kind": "person"},
        {"run": "r", "batch": "b", "kind": "everybody", "keys": "p|person"},
        {"run": "r", "batch": "b", "kind": "person", "keys": ""},
        {"run": "r", "batch": "b", "kind": "person", "keys": "p"},
        {"run": "", "batch": "b", "kind": "person", "keys": "p|person"},
        {"run": "r", "batch": "b", "kind": "person", "keys": "p|person |person"},
    ],
)
def test_a_message_of_another_shape_is_refused(body: dict[str, str]) -> None:
    with pytest.raises(MalformedBatch):
        read_batch(body)
