"""How what the rules found and the second opinion make one set of rights.

What the rules found stands unless the second opinion is against it, what they did not find needs its word, and what
something speaks against needs more of it. How much more was counted on letters of writers from whom nothing had been
learnt: whole series of the corpus, left out one after another (`learn.py --without`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from privacy.domain.rights import Right
from privacy.domain.triage.second_opinion import Said

#: What it is worth beside an opinion that rules found a right; that they found none; that they found others only;
#: that they found one, and something against it; that it is threatened, taken back, done, for later, of something else.
_FOUND, _SILENT, _OTHERS, _DENIED, _PUT_OFF = 0.25, -0.3, -0.6, -0.5, -1.0
#: Above the one, it may be a request whatever the rules say; below the other for every right, it looks like none.
_NEAR, _FAR = -0.3, -0.8
#: So sure must the opinion be that anything is asked at all, where rules found a right, and where they found none.
_ANYTHING_FOUND, _ANYTHING_SILENT = 0.5, 0.8
#: A sentence by itself asks for one right more from the one, where its letter says as much as the other of it.
_BY_ITSELF, _IN_LETTER = 0.7, -0.3
#: It keeps one that rules found in plain words from the one, where it asks for anything from the same, and where its
#: letter is not further against it than the other.
_STILL, _DROWNED = 0.4, -1.0
#: Whoever wants a copy and then be forgotten says it in one breath: where one of the two stands, so does the other.
_IN_ONE_BREATH = frozenset({Right.ACCESS, Right.ERASURE})


@dataclass(frozen=True, slots=True)
class Agreed:
    """added: rights that the opinion alone found. dropped: rights that it talked the rules out of.

    near: it may be a request all the same. far: it looks like none.
    """

    rights: frozenset[Right]
    added: frozenset[Right]
    dropped: frozenset[Right]
    near: bool
    far: bool

    def with_more(self, asked: Iterable[Right]) -> Agreed:
        """And these rights, whether the rules found them or not."""
        more = frozenset(asked)
        return replace(
            self,
            rights=self.rights | more,
            added=self.added | (more - self.dropped),
            dropped=self.dropped - more,
        )


def lacking(anything: float, found: Collection[Right]) -> float:
    """How much less the opinion's word on any right is worth, the less it is sure that anything is asked.

    A right that few ask for is learnt from few letters, and heard in many; whether a letter asks at all is learnt from
    all of them.
    """
    return max(0.0, (_ANYTHING_FOUND if found else _ANYTHING_SILENT) - anything)


def agreed(
    found: Collection[Right],
    denied: Collection[Right],
    opinion: Mapping[Right, float],
    put_off: Collection[Right] = (),
    lack: float = 0.0,
) -> Agreed:
    """Weigh both. found: what the rules found. denied: what they found denied. put_off: of these, what is no request
    however much like one it is worded: a threat, one taken back, an order's matter. lack: what was taken off the
    opinion for being unsure that anything is asked; whether a person looks is told by half of it.
    """
    asked = set(found)
    against = {right: _PUT_OFF if right in put_off else _DENIED for right in {*denied, *put_off} - asked}
    sums = {right: value + _worth(right, asked, against) for right, value in opinion.items()}
    rights = frozenset(right for right, value in sums.items() if value > 0)
    if asked == _IN_ONE_BREATH and rights & asked:
        rights |= asked
    return Agreed(
        rights=rights,
        added=rights - asked,
        dropped=frozenset(asked) - rights,
        near=max(value + (_DENIED if right in against else 0.0) for right, value in opinion.items())
        > _NEAR - lack / 2
        or bool(asked - rights),
        far=max(opinion.values()) < _FAR - lack / 2,
    )


def asked_besides(
    heard: Agreed,
    denied: Collection[Right],
    letter: Mapping[Right, float],
    sentence: Mapping[Right, float],
    put_off: Collection[Right] = (),
) -> frozenset[Right]:
    """The rights that one sentence asks for by itself, in a letter that asks for something else.

    A long letter drowns what it asks in passing; one that asks for nothing is not searched again. For the dead, all
    that is asked is one right. letter, sentence: the opinion of the whole, and the highest of any of its sentences.
    """
    if not heard.rights or Right.HEIR_REQUEST in heard.rights:
        return frozenset()
    return (
        frozenset(
            right
            for right, value in sentence.items()
            if right is not Right.HEIR_REQUEST
            and value + (_DENIED if right in denied else 0.0) > _BY_ITSELF
            and letter[right] > _IN_LETTER
        )
        - heard.rights
        - frozenset(put_off)
    )


def kept_by_a_sentence(
    heard: Agreed, plain: Collection[Right], letter: Mapping[Right, float], sentences: Iterable[Said]
) -> frozenset[Right]:
    """The rights that the letter talked the rules out of, and one of its sentences did not.

    A request in the postscript of a long complaint is no less one. plain: the rights that rules found in plain words.
    """
    asking = [said for said in sentences if said.anything > _STILL]
    drowned = {right for right in heard.dropped & set(plain) if letter[right] > _DROWNED}
    return frozenset(right for right in drowned if any(said.rights[right] > _STILL for said in asking))


def _worth(right: Right, found: Collection[Right], against: Mapping[Right, float]) -> float:
    if right in found:
        return _FOUND
    return against.get(right, _OTHERS if found else _SILENT)
