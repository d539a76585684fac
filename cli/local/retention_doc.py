"""`python -m cli.local.retention_doc`: docs/retention.md, written anew from policy/imera.toml.

`--check`: status 1 where it is stale. Nobody edits that page: what it says is what the purge does.
"""

from __future__ import annotations

import sys
from calendar import month_name
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from privacy import policy
from privacy.domain.letter import Language
from privacy.domain.policy import Policy
from privacy.domain.retention import MAXIMUM, MINIMUM, Rule
from privacy.domain.retention_words import how_long, span_in_words

PAGE = Path(__file__).resolve().parents[2] / "docs" / "retention.md"

_INTRODUCTION = """\
# How long what is kept

Made from the rules in [`policy/imera.toml`](../layers/core/privacy/policy/imera.toml) by
`python -m cli.local.retention_doc`: never edited by hand, and what the purge does. [rules.md](rules.md) says where each
rule comes from.

- Days are days in Paris, counted from the original day. 29 February and three years make 28 February (A20, A22).
- **At most** ends on the anniversary: on that day it goes. **At least** is a legal duty: it is kept through the last
  day, and goes on the next (A21).
- Of a customer everything goes {cap} at the latest (P31), but what is kept *at least*.
- Whoever never ordered goes as a whole by R6 or R7, whatever the other rules say, and at once where they unsubscribe
  (P33, A17); but a bill that they were sent, and did not pay, goes by R1 and R18. A subscription newer
  than a ten-year-old order keeps its own clock (A25).
- A financial year ends on {year_end}. Where nobody told of a delivery, it counts {delivery} days after the order. A
  letter leaves {renewal} days before a permission ends.
- Open requests, restrictions, disputes, unpaid bills and legal holds go before every rule; what they kept goes on the
  first day without them (A23).
"""


class _Words(NamedTuple):
    title: str
    columns: tuple[str, str, str, str]
    laws: Mapping[str, str]
    archived: str
    reduced: str


_WORDS = {
    Language.EN: _Words(
        "The rules",
        ("rule", "what", "how long", "why"),
        {MINIMUM: "at least", MAXIMUM: "at most"},
        "in the archive from",
        "then reduced",
    ),
    Language.FR: _Words(
        "Les règles, en français",
        ("règle", "quoi", "combien de temps", "pourquoi"),
        {MINIMUM: "au moins", MAXIMUM: "au plus"},
        "en archive dès",
        "puis réduit",
    ),
}

#: What a rule may cover, in the order in which the page names it, by the word before the colon.
_KINDS = {"group": "what a fact says", "item": "items of tables", "object": "objects in buckets, logs"}


def page(rules: Policy) -> str:
    """The whole page."""
    month, day = rules.periods.financial_year_ends
    introduction = _INTRODUCTION.format(
        cap=span_in_words(rules.periods.after_last_order, rules, Language.EN),
        year_end=f"{day} {month_name[month]}",
        delivery=rules.periods.delivery_unknown_days,
        renewal=rules.periods.renewal_days,
    )
    return "\n".join([introduction, *_rules(rules, Language.EN), *_rules(rules, Language.FR), *_held(rules)])


def _rules(rules: Policy, language: Language) -> Iterator[str]:
    words = _WORDS[language]
    yield f"## {words.title}\n"
    yield f"| {' | '.join(words.columns)} |"
    yield "|---" * len(words.columns) + "|"
    for rule in rules.retention.values():
        why = f"{rule.basis[language]} ({', '.join(rule.promises)})"
        yield f"| {rule.id} | {rule.record[language]} | {_length(rule, rules, language)} | {why} |"
    yield ""


def _length(rule: Rule, rules: Policy, language: Language) -> str:
    words = _WORDS[language]
    length = f"{words.laws[rule.law]} {how_long(rule, rules, language)}"
    if rule.active is not None:
        length += f"<br>{words.archived} {span_in_words(rule.active, rules, language)}"
    return length if rule.action == "delete" else f"{length}, {words.reduced}"


def _held(rules: Policy) -> Iterator[str]:
    """Everything that is held, each with its one rule."""
    yield "## What goes by which rule\n"
    yield f"| rule | {' | '.join(_KINDS.values())} |"
    yield "|---" * (len(_KINDS) + 1) + "|"
    for rule in rules.retention.values():
        if rule.covers:
            yield f"| {rule.id} | {' | '.join(_named(rule, kind) for kind in _KINDS)} |"
    yield ""


def _named(rule: Rule, kind: str) -> str:
    names = sorted(name for of, _, name in (held.partition(":") for held in rule.covers) if of == kind)
    return ", ".join(f"`{name}`" for name in names)


def main(arguments: list[str]) -> str | None:
    """What is wrong, None for nothing."""
    try:
        written = page(policy.load())
    except policy.InvalidPolicy as error:
        return str(error)
    if arguments == ["--check"]:
        stale = not PAGE.exists() or PAGE.read_text() != written
        return "docs/retention.md is stale: python -m cli.local.retention_doc" if stale else None
    PAGE.write_text(written)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
