"""Draft: what an item's answer would be, for a person to approve by its digest (T14-T16, G17).

Drafting reads everywhere and changes nothing. It is done once for each time that an item came to be worked on: whoever
loses a race, or died before it was written down, leaves a package that nobody names, and that goes with the case.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from privacy.domain.dossier import OWN_WORDS
from privacy.domain.erasure import ErasurePlan
from privacy.domain.policy import Periods
from privacy.domain.request import Item, Request
from privacy.domain.request_effects import Does, Effect, effects, owed
from privacy.domain.request_steps import Flag, Kind, Said, Step
from privacy.domain.rights import Right
from privacy.domain.searched import NO_DATA, Searched
from privacy.domain.verified_addresses import answered_at, verified_addresses
from privacy.operations.answers.build_answer import (
    Building,
    NeedsHuman,
    NothingHeld,
    NotVerified,
    build_answer,
)
from privacy.operations.answers.pack_answer import Sealed
from privacy.operations.people.describe_person import Reader
from privacy.operations.requests.append_steps import append_steps, read_request
from privacy.operations.rights.draft_erasure import draft_erasure, said_of
from privacy.operations.rights.plan_erasure import Reading
from privacy.ports import RequestLog

#: By whose hand the software reads, as the log of who looked at what has it.
SOFTWARE = Reader("draft_answers", "auto")


class Draft(NamedTuple):
    """said: what DRAFTED says of the item, besides which one it is. others: somebody else may be in it (G20)."""

    said: Mapping[str, Said]
    others: bool = False


#: nothing: somebody drafted it meanwhile, or it is not to be drafted any more. left: a person has to.
type Drafted = Literal["drafted", "nothing", "left"]


@dataclass(frozen=True, slots=True)
class Drafting:
    """What it takes. attempt: tells two drafts of one item apart, of [a-z0-9]. erasing: where an erasure looks."""

    log: RequestLog
    periods: Periods
    building: Building
    attempt: Callable[[], str]
    now: Callable[[], datetime]
    erasing: Callable[[], Reading]


def draft_answer(request_id: str, effect_id: str, drafting: Drafting) -> Drafted:
    """Once, however often it is asked for.

    Raises NoSuchRequest, ProviderUnavailable, NeighbourhoodTooLarge, RequestConflict.
    """
    request = read_request(request_id, drafting.log)
    effect = effects(request).get(effect_id)
    item = request.item(effect.about) if effect is not None else None
    if effect is None or item is None or effect.does is not Does.DRAFT or not _is_owed(request, effect):
        return "nothing"
    try:
        steps = _drafted(DRAFTS[item.right](request, item, drafting), request, item, effect, drafting)
    except (NeedsHuman, NotVerified) as why:
        return _left(request, effect, why, drafting)
    done = append_steps(
        request_id,
        lambda now: steps if _is_owed(now, effect) else [],
        log=drafting.log,
        periods=drafting.periods,
    )
    return "drafted" if done.steps[-1] is steps[-1] else "nothing"


def draft_package(request: Request, item: Item, drafting: Drafting) -> Draft:
    """Raises NotVerified, NeedsHuman, and what collecting raises."""
    built = build_answer(
        request,
        item,
        reader=SOFTWARE,
        building=drafting.building,
        attempt=drafting.attempt(),
        now=drafting.now(),
    )
    if isinstance(built, NothingHeld):
        return _no_data(request, item, built.searched, drafting)
    said: dict[str, Said] = {
        "plan": item.right.value,
        "digest": built.digest,
        "name": built.name,
        "size": built.size,
        "review": tuple(_reviewed(built)),
        "limited": built.limited,
        "address": _elsewhere(request, item),
    }
    return Draft(said, others=_others(built))


def draft_plan(request: Request, item: Item, drafting: Drafting) -> Draft:
    """Of an erasure. Raises NotVerified, NeedsHuman, and what reading raises."""
    if not item.identity:
        raise NotVerified(item.id)
    addresses = verified_addresses(request, item)
    if not addresses:
        raise NeedsHuman(item.id)
    plan = draft_erasure(request.id, addresses[0], SOFTWARE, drafting.erasing(), besides=addresses[1:])
    if isinstance(plan, ErasurePlan):
        return Draft({**said_of(plan), "address": _elsewhere(request, item)})
    return _no_data(request, item, plan, drafting)


def _no_data(request: Request, item: Item, searched: Sequence[Searched], drafting: Drafting) -> Draft:
    said: dict[str, Said] = {
        "plan": NO_DATA,
        "changes": tuple(store.value for store in searched),
        "address": _elsewhere(request, item),
        # what is found later is another search
        "words": drafting.now().isoformat(),
    }
    return Draft(said | {"digest": digest_of_draft(request.id, item.id, said)})


def digest_of_draft(request: str, item: str, said: Mapping[str, Said]) -> str:
    """SHA-256 of what is proposed where there is no package: the same proposal has the same, any other another."""
    canonical = json.dumps([request, item, said], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


#: Who drafts what, by the right.
DRAFTS: Mapping[Right, Callable[[Request, Item, Drafting], Draft]] = {
    Right.ACCESS: draft_package,
    Right.PORTABILITY: draft_package,
    Right.ERASURE: draft_plan,
}


def _drafted(draft: Draft, request: Request, item: Item, effect: Effect, drafting: Drafting) -> list[Step]:
    """And what somebody has to look at, for others' sake (G20, E78, E114)."""
    told = {name: value for name, value in draft.said.items() if value not in (None, "", (), False)}
    told |= {"items": (item.id,), "effect": effect.id}
    steps = [Step(Kind.DRAFTED, drafting.now(), cause=effect.id, said=told)]
    if draft.others and Flag.THIRD_PARTY_DATA not in request.flags:
        steps.append(_flagged(Flag.THIRD_PARTY_DATA, "others_in_answer", effect, drafting))
    return steps


def _left(request: Request, effect: Effect, why: Exception, drafting: Drafting) -> Drafted:
    """Somebody has to say whose data are meant; told once."""
    reason = "unverified" if isinstance(why, NotVerified) else "whose_data"
    flagged = _flagged(Flag.NEEDS_HUMAN, reason, effect, drafting)
    append_steps(
        request.id,
        lambda now: [] if reason in now.flags.get(Flag.NEEDS_HUMAN, ()) else [flagged],
        log=drafting.log,
        periods=drafting.periods,
    )
    return "left"


def _flagged(flag: Flag, reason: str, effect: Effect, drafting: Drafting) -> Step:
    said = {"flag": flag.value, "reason": reason}
    return Step(Kind.FLAGGED, drafting.now(), cause=effect.id, said=said)


def _others(sealed: Sealed) -> bool:
    """Whether more than the person's own words wait for somebody to read them."""
    return any(not OWN_WORDS.issuperset(reasons) for reasons in sealed.review.values()) or bool(
        sealed.missing
    )


def _reviewed(sealed: Sealed) -> Iterable[str]:
    """`messages: 2 free_text`, a line a section and reason; and files that were not there any more."""
    for section, reasons in sorted(sealed.review.items()):
        for why, count in sorted(reasons.items()):
            yield f"{section}: {count} {why.value}"
    for path in sealed.missing:
        yield f"missing: {path}"


def _elsewhere(request: Request, item: Item) -> str:
    """Where the answer goes, if that is not where the request came from (E71)."""
    address = answered_at(request, item)
    return address if address != request.address else ""


def _is_owed(request: Request, effect: Effect) -> bool:
    return effect.id in {each.id for each in owed(request)}
