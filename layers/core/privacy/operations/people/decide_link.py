"""Decide: are two addresses one person? An operator weighs it, says so, and may take it back (P16, E155).

Whoever decides has seen what it changes: a decision names what was seen, and where either person changed since then,
nothing is decided. A decision is a fact, filed under both addresses; the fold does the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from privacy.domain.clocks import paris_day
from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.identifiers import Pseudonyms, is_email
from privacy.domain.linking import KEPT_APART, MERGED, UNMERGED, Linked, Merge
from privacy.domain.person import Person
from privacy.domain.policy import Policy
from privacy.operations.people.describe_person import Reader, known_as
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.link_evidence import Evidence, proposal_between, side_of
from privacy.operations.people.marketing_reasons import Description
from privacy.operations.people.neighbourhood import read_neighbourhood
from privacy.operations.people.record_fact import record_fact

SOURCE = "operator"
#: What the look is for, as the read log has it.
PURPOSE = "weigh_link"
#: P16: how long a merge can be undone (our choice).
UNDO_DAYS = 30


class Decision(Enum):
    """merge: they are one. keep_apart: they are two, whatever facts say. unmerge: a merge is taken back."""

    MERGE = "merge"
    KEEP_APART = "keep_apart"
    UNMERGE = "unmerge"


@dataclass(frozen=True, slots=True)
class Question:
    """Two addresses as typed, and what is to be decided about them."""

    first: str
    second: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Bench:
    """Who decides, and by what."""

    reader: Reader
    stores: Stores
    policy: Policy
    pseudonyms: Pseudonyms
    now: datetime

    @property
    def today(self) -> date:
        return paris_day(self.now)


def weigh_link(question: Question, bench: Bench) -> Description:
    """What stands and what the decision would change. Raises InvalidAddress, NeighbourhoodTooLarge.

    because: why it cannot be decided, or None: one_address | unknown | merged | not_merged | apart |
    not_connected | too_late. seen: what a decision has to name. before, after: the one or two people.
    """
    for address in (question.first, question.second):
        about = known_as(bench.pseudonyms.emails(address), bench.stores.people)
        bench.stores.registry.log_read(
            operator=bench.reader.name, role=bench.reader.role, about=about, purpose=PURPOSE, now=bench.now
        )
    weighed = _weigh(question, bench)
    return {
        "decision": question.decision.value,
        "because": weighed.because,
        "seen": weighed.seen,
        "merged_on": weighed.merged_on.isoformat() if weighed.merged_on else None,
        "undo_until": _undo_until(weighed.merged_on or bench.today).isoformat(),
        "connected_since": weighed.connected_since.isoformat() if weighed.connected_since else None,
        "facts": weighed.connecting,
        "before": weighed.before,
        "after": weighed.after,
    }


def decide_link(question: Question, seen: str, bench: Bench) -> Description:
    """decided, or because of what not: as weigh_link has it, or changed: one of them changed since then.

    Raises InvalidAddress, NeighbourhoodTooLarge, LedgerUnavailable.
    """
    weighed = _weigh(question, bench)
    because = weighed.because or (None if weighed.seen == seen else "changed")
    if because is None:
        for fact in weighed.facts:
            # the same decision on the same sight is the same fact: a conflict is only a later hour of it
            record_fact(fact, ledger=bench.stores.ledger, policy=bench.policy)
    return {"decided": because is None, "because": because}


@dataclass(frozen=True, slots=True)
class _Weighed:
    because: str | None
    seen: str
    merged_on: date | None
    connected_since: datetime | None
    connecting: Description
    before: list[Description]
    after: list[Description]
    facts: tuple[Fact, ...]


def _weigh(question: Question, bench: Bench) -> _Weighed:
    firsts, seconds = (bench.pseudonyms.emails(a) for a in (question.first, question.second))
    evidence = Evidence(bench.stores.ledger)
    found = read_neighbourhood(
        {*firsts, *seconds}, ledger=evidence, people=bench.stores.people, policy=bench.policy
    )
    named = found.folding.identifiers()
    suppressions = bench.stores.registry.suppressions({i for i in named if is_email(i)})
    linked, people = found.folding.people(suppressions)
    first, second = (_known(emails, named) for emails in (firsts, seconds))
    anchors = (linked.owner(first), linked.owner(second))
    merges = _merges_of(first, second, linked)
    merged_on = max((paris_day(merge.at) for merge in merges.values()), default=None)
    proposal = proposal_between(*anchors, people)
    seen = bench.pseudonyms.digest("seen", *evidence.about(anchors, linked))
    because = _hindrance(
        question.decision, (first, second), linked, people, merged_on=merged_on, today=bench.today
    )
    facts = tuple(_decision_facts(question, merges, seen, bench)) if because is None else ()
    before = _sides(anchors, people, evidence, bench)
    after: list[Description] = []
    if facts:
        for fact in facts:
            found.folding.add(fact)
        then, people_then = found.folding.people(suppressions)
        after = _sides([then.owner(first), then.owner(second)], people_then, evidence, bench)
    return _Weighed(
        because=because,
        seen=seen,
        merged_on=merged_on,
        connected_since=proposal.since if proposal else None,
        connecting=evidence.connecting((firsts, seconds), proposal.through if proposal else ()),
        before=before,
        after=after,
        facts=facts,
    )


def _known(emails: tuple[str, ...], named: set[str]) -> str:
    """The identifier under which facts know the address, else the current one."""
    return next((email for email in emails if email in named), emails[0])


def _merges_of(first: str, second: str, linked: Linked) -> Mapping[str, Merge]:
    """The merges of just these two that hold, by their ids."""
    pair = {linked.mailbox(first), linked.mailbox(second)}
    return {
        merge: done
        for merge, done in linked.merges.items()
        if {linked.mailbox(done.first), linked.mailbox(done.second)} == pair
    }


def _hindrance(
    decision: Decision,
    pair: tuple[str, str],
    linked: Linked,
    people: Mapping[str, Person],
    *,
    merged_on: date | None,
    today: date,
) -> str | None:
    first, second = pair
    if linked.mailbox(first) == linked.mailbox(second):
        return "one_address"
    if not linked.owners.keys() >= set(pair):
        return "unknown"
    one, other = linked.owner(first), linked.owner(second)
    match decision:
        case Decision.MERGE:
            return "merged" if one == other else None
        case Decision.KEEP_APART:
            return _hindrance_to_parting(one, other, people)
        case Decision.UNMERGE:
            return _hindrance_to_undoing(merged_on, today)


def _hindrance_to_parting(one: str, other: str, people: Mapping[str, Person]) -> str | None:
    if one == other:
        return "merged"
    if one in people and other in people[one].links.kept_apart:
        return "apart"
    return None if proposal_between(one, other, people) else "not_connected"


def _hindrance_to_undoing(merged_on: date | None, today: date) -> str | None:
    if merged_on is None:
        return "not_merged"
    return "too_late" if today > _undo_until(merged_on) else None


def _undo_until(merged_on: date) -> date:
    """The last Paris day on which it can be undone."""
    return merged_on + timedelta(days=UNDO_DAYS)


def _sides(
    anchors: Iterable[str], people: Mapping[str, Person], evidence: Evidence, bench: Bench
) -> list[Description]:
    return [
        side_of(anchor, people=people, evidence=evidence, pseudonyms=bench.pseudonyms, today=bench.today)
        for anchor in dict.fromkeys(anchors)
    ]


# ---------------------------------------------------------------- as facts


def _decision_facts(
    question: Question, merges: Mapping[str, Merge], seen: str, bench: Bench
) -> Iterable[Fact]:
    """Filed under either address, so that whoever is read leads to it."""
    first, second = sorted((bench.pseudonyms.email(question.first), bench.pseudonyms.email(question.second)))
    decided_once = bench.pseudonyms.digest(question.decision.value, first, second, seen)
    for type_, event_id, said in _statements(question.decision, decided_once, merges):
        link: Group = {**said, "by": bench.reader.name}
        for n, pair in enumerate(((first, second), (second, first)), start=1):
            yield Fact(
                source=SOURCE,
                event_id=f"{event_id}:{n}",
                type=type_,
                occurred_at=bench.now,
                recorded_at=bench.now,
                identifiers=pair,
                subject=pair[0],
                groups={"link": link},
                digest=digest_of(bench.pseudonyms.digest_key, type_, bench.now, {"link": link}),
                aka=bench.pseudonyms.aka(question.first, question.second),
            )


def _statements(
    decision: Decision, event_id: str, merges: Iterable[str]
) -> list[tuple[str, str, dict[str, str]]]:
    """(type, id, which merge) of what the decision states."""
    match decision:
        case Decision.MERGE:
            return [(MERGED, event_id, {"merge": event_id})]
        case Decision.KEEP_APART:
            return [(KEPT_APART, event_id, {})]
        case Decision.UNMERGE:
            return [(UNMERGED, f"undo-{merge}", {"merge": merge}) for merge in merges]
