"""How well triage understands a labelled split: `python tests/corpus/triage/evaluate.py dev [--failures] [FILE…]`.

Prints numbers only, unless `--failures` asks for the messages that were misread; the test split is judged without.

missed: requests called not_request. exact: requests with exactly the labelled rights. false alarms: messages that
exercise nothing, called a request. Languages other than French and English are told apart from them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from privacy.domain.rights import Right
from privacy.domain.triage.understand import understand
from privacy.domain.understanding import Outcome, Understanding
from privacy.policy.lexicons import load_lexicons

CORPUS = Path(__file__).parent
LEXICONS = load_lexicons()


@dataclass
class Score:
    """Counts over one split."""

    messages: int = 0
    requests: int = 0
    missed: int = 0
    unsure_requests: int = 0
    exact: int = 0
    others: int = 0
    false_alarms: int = 0
    unsure_others: int = 0
    asked: Counter[Right] = field(default_factory=Counter)
    found: Counter[Right] = field(default_factory=Counter)
    invented: Counter[Right] = field(default_factory=Counter)

    def add(self, message: Mapping[str, Any], understood: Understanding) -> bool:
        """Count one message; whether it was understood as labelled."""
        self.messages += 1
        labelled = {Right(right) for right in message["rights"]}
        found = set(understood.rights)
        self.invented.update(found - labelled)
        if message["outcome"] != Outcome.REQUEST:
            self.others += 1
            self.false_alarms += understood.outcome is Outcome.REQUEST
            self.unsure_others += understood.outcome is Outcome.UNSURE
            return understood.outcome == message["outcome"] or understood.outcome is Outcome.UNSURE
        self.requests += 1
        self.asked.update(labelled)
        self.found.update(labelled & found)
        self.missed += understood.outcome is Outcome.NOT_REQUEST
        self.unsure_requests += understood.outcome is Outcome.UNSURE
        self.exact += labelled == found
        return labelled == found

    def lines(self) -> Iterator[str]:
        """The figures, as printed."""
        yield f"{self.messages} messages: {self.requests} requests, {self.others} others"
        yield f"requests missed {_share(self.missed, self.requests)}"
        yield f"requests unsure {_share(self.unsure_requests, self.requests)}"
        yield f"exact sets of rights {_share(self.exact, self.requests)}"
        yield f"false alarms {_share(self.false_alarms, self.others)}, unsure {_share(self.unsure_others, self.others)}"
        for right in Right:
            recall = _share(self.found[right], self.asked[right])
            yield f"  {right:<26} recall {recall}, invented {self.invented[right]}"


def messages(split: str) -> Iterator[dict[str, Any]]:
    """Of the files of a split, in their order."""
    for path in sorted((CORPUS / split).glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                yield {**json.loads(line), "file": path.name}


def understood(message: Mapping[str, Any]) -> Understanding:
    """What triage makes of one of them."""
    return understand(subject=message["subject"], text=message["body"], lexicons=LEXICONS)


def scored(
    chosen: Iterable[Mapping[str, Any]],
) -> tuple[Score, list[tuple[Mapping[str, Any], Understanding]]]:
    """The score, and what was not understood as labelled."""
    score, failures = Score(), []
    for message in chosen:
        result = understood(message)
        if not score.add(message, result):
            failures.append((message, result))
    return score, failures


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a split's figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("split", choices=("dev", "test"))
    parser.add_argument("files", nargs="*", help="only these files of it")
    parser.add_argument("--failures", action="store_true", help="show what was misread")
    chosen = parser.parse_args(arguments)
    every = [m for m in messages(chosen.split) if not chosen.files or m["file"] in chosen.files]
    groups = {
        "French and English": [m for m in every if m["language"] in {"fr", "en"}],
        "other languages": [m for m in every if m["language"] not in {"fr", "en"}],
    }
    for name, group in groups.items():
        if not group:
            continue
        score, failures = scored(group)
        _say(f"\n{name}", *score.lines())
        if chosen.failures:
            for message, result in failures:
                _show(message, result)


def _show(message: Mapping[str, Any], result: Understanding) -> None:
    _say(
        f"\n--- {message['id']} {message['outcome']} {message['rights']}",
        f"    understood: {result.outcome} {[right.value for right in result.rights]}",
        f"    {message['subject']} || {message['body']}",
        *(f"      {e.says}: {e.phrase!r} {e.against or ''}" for e in result.evidence),
    )


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole}" + (f" ({part / whole:.1%})" if whole else "")


if __name__ == "__main__":
    main()
