"""Learns the second opinion: `python -m tests.corpus.triage.learn` writes policy/triage/{fr,en}.learnt (minutes).

From the labelled messages of dev, from the labelled sentences beside them, from letters made of several of these
sentences, from messages with one of these behind them, and from messages made of frames (frames.py). The test part is
never read. A linear support vector machine for each right, and one for asking anything, by dual coordinate descent
(Hsieh et al. 2008, "A Dual Coordinate Descent Method for Large-scale Linear SVM"); the same input gives the same file.
Whoever changes a lexicon's words changes what is learnt from: learn again.

    --without PREFIX   leave out the files of dev and of sentences that begin so, to see what the opinion is worth on
                       what their writers wrote
    --into FOLDER      write there
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import privacy.policy
from privacy.domain.rights import Right
from privacy.domain.triage.second_opinion import RIGHTS, checksum, is_of_kinds, is_of_words, packed, worth_of
from privacy.domain.triage.text import new_text, own_subject
from privacy.domain.triage.turns import turns
from privacy.domain.triage.understand import as_one
from privacy.policy.lexicons import load_lexicon
from tests.corpus.triage.frames import messages

CORPUS = Path(__file__).parent
SHIPPED = Path(privacy.policy.__file__).parent / "triage"
LANGUAGES = ("fr", "en")

#: So many times each turn must be seen, and each run of letters.
_SEEN, _SEEN_KINDS, _SEEN_LETTERS = 4, 12, 20
#: So many letters are made of sentences that ask, of sentences that ask for nothing, and of some of either.
_ASKING, _IDLE, _MIXED = 1_200, 1_200, 1_600
#: So many messages that ask for nothing get a sentence that asks; one more that does not; and that ask, one more.
_POSTSCRIPTS = 600
#: So often each frame is filled.
_TIMES = 10
#: How dear an error is, and how often examples are looked at.
_COST, _ROUNDS = 2.0, 12
#: Who is told apart with room to spare is looked at every so many rounds.
_NOW_AND_THEN = 4
#: The largest weight is 127; one below this says nothing: so a zip holds the file in less, and as many of strangers'
#: letters are understood.
_LEAST = 1.5
#: The labels of sentences that ask for nothing.
_NOTHING = "-"
_JOINS = (" ", "\n", "\n\n", " PS : ", " ")


class Example(NamedTuple):
    text: str
    rights: frozenset[Right]


def examples(language: str, without: Sequence[str] = ()) -> Iterator[Example]:
    """What is learnt from, in one order."""
    written = list(_messages(language, without))
    yield from written
    known = list(sentences(language, without))
    yield from known
    yield from _letters(known, written)
    for label, text in messages(language, _TIMES):
        yield Example(text, _rights(label))


def _messages(language: str, without: Sequence[str]) -> Iterator[Example]:
    for path in _files("dev", "*.jsonl", without):
        for line in path.read_text("utf-8").splitlines():
            message = json.loads(line)
            if message["language"] == language:
                text = as_one(own_subject(message["subject"]).words, new_text(message["body"]).body)
                yield Example(text, frozenset(map(Right, message["rights"])))


def _files(folder: str, pattern: str, without: Sequence[str]) -> Iterator[Path]:
    for path in sorted((CORPUS / folder).glob(pattern)):
        if not path.name.startswith(tuple(without)):
            yield path


def sentences(language: str, without: Sequence[str] = ()) -> Iterator[Example]:
    """`right+right|sentence`, a line each."""
    for path in _files("sentences", f"{language}*.txt", without):
        for line in path.read_text("utf-8").splitlines():
            label, _, text = line.partition("|")
            if text:
                yield Example(text.strip(), _rights(label))


def _rights(label: str) -> frozenset[Right]:
    return frozenset[Right]() if label == _NOTHING else frozenset(map(Right, label.split("+")))


def _letters(known: Sequence[Example], written: Sequence[Example]) -> Iterator[Example]:
    """Several sentences in one letter ask for what each of them asks for; a death is the matter of all."""
    chance = random.Random(1)
    asking, idle = _asking_and_idle(known)
    if min(len(asking), len(idle)) <= len(_JOINS):
        return
    for _ in range(_ASKING):
        yield _joined(chance.sample(asking, chance.choice((2, 2, 3))), chance)
    for _ in range(_IDLE):
        yield _joined(chance.sample(idle, chance.choice((2, 3, 4))), chance)
    for _ in range(_MIXED):
        some = chance.sample(asking, chance.choice((1, 1, 2, 3))) + chance.sample(
            idle, chance.choice((1, 2, 3))
        )
        chance.shuffle(some)
        yield _joined(some, chance)
    loud, quiet = _asking_and_idle(written)
    for beginning, more in ((quiet, asking), (quiet, idle), (loud, asking)):
        for _ in range(_POSTSCRIPTS if beginning else 0):
            yield _joined([chance.choice(beginning), chance.choice(more)], chance)


def _asking_and_idle(some: Iterable[Example]) -> tuple[list[Example], list[Example]]:
    alive = [one for one in some if Right.HEIR_REQUEST not in one.rights]
    return [one for one in alive if one.rights], [one for one in alive if not one.rights]


def _joined(some: Sequence[Example], chance: random.Random) -> Example:
    return Example(
        chance.choice(_JOINS).join(one.text for one in some),
        frozenset(right for one in some for right in one.rights),
    )


def learnt(language: str, without: Sequence[str] = ()) -> bytes:
    """One language's second opinion, as a file."""
    known = list(examples(language, without))
    lexicon = load_lexicon(language, learnt=False)
    said = [turns(example.text, lexicon).whole for example in known]
    seen = Counter(turn for one in said for turn in one)
    kept = sorted(turn for turn, count in seen.items() if count >= _seen_enough(turn))
    place = {turn: at for at, turn in enumerate(kept, 1)}
    worth = [1, *map(worth_of, kept)]
    rows = [[place[turn] for turn in sorted(one) if turn in place] for one in said]
    columns = [_separate(rows, worth, [right in e.rights for e in known]) for right in RIGHTS]
    columns.append(_separate(rows, worth, [bool(e.rights) for e in known]))
    scale = max(abs(weight) for column in columns for weight in column) / 127
    bias, *told = zip(*columns, strict=True)
    weights = {
        checksum(turn): bytes(128 + (round(one / scale) if abs(one) >= _LEAST * scale else 0) for one in row)
        for turn, row in zip(kept, told, strict=True)
        if max(map(abs, row)) >= _LEAST * scale
    }
    return packed(weights | {0: bytes(128 + round(one / scale) for one in bias)}, scale)


def _seen_enough(turn: str) -> int:
    return _SEEN if is_of_words(turn) else _SEEN_KINDS if is_of_kinds(turn) else _SEEN_LETTERS


def _separate(rows: Sequence[Sequence[int]], worth: Sequence[int], asked: Sequence[bool]) -> list[float]:
    """The weights that tell the examples that ask from those that do not; the first is the bias."""
    weights = [0.0] * len(worth)
    many = len(rows)
    yes = max(1, sum(asked))
    slack = {
        True: yes / (_COST * many),  # 1 / 2C, C weighed so that few examples count as much as many
        False: (many - yes) / (_COST * many),
    }
    norms = [1.0 / max(1, sum(worth[turn] for turn in row)) ** 0.5 for row in rows]
    alphas = [0.0] * many
    order = list(range(many))
    chance = random.Random(0)
    spare = [False] * many
    for lap in range(1, _ROUNDS + 1):
        chance.shuffle(order)
        for at in order:
            if spare[at] and lap % _NOW_AND_THEN:
                continue
            row, sign, norm = rows[at], 1.0 if asked[at] else -1.0, norms[at]
            soft = slack[asked[at]]
            margin = sign * (norm * sum(map(weights.__getitem__, row)) + weights[0])
            alpha = max(0.0, alphas[at] - (margin - 1.0 + soft * alphas[at]) / (2.0 + soft))
            spare[at] = not alpha and not alphas[at]
            if change := (alpha - alphas[at]) * sign:
                alphas[at] = alpha
                weights[0] += change
                step = change * norm
                for turn in row:
                    weights[turn] += step * worth[turn]
    return weights


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn both languages' and write them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--without", nargs="*", default=(), metavar="PREFIX")
    parser.add_argument("--into", type=Path, default=SHIPPED, metavar="FOLDER")
    chosen = parser.parse_args(arguments)
    chosen.into.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(len(LANGUAGES)) as pool:
        files = pool.map(learnt, LANGUAGES, [tuple(chosen.without)] * len(LANGUAGES))
    for language, data in zip(LANGUAGES, files, strict=True):
        (chosen.into / f"{language}.learnt").write_bytes(data)
        sys.stdout.write(f"{language}.learnt: {len(data):,} bytes\n")


if __name__ == "__main__":
    main()
