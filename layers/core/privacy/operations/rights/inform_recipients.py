"""Inform: recipients of somebody's data are told what was corrected, erased or restricted (Art. 19, G26, P24, T18).

Whom that concerns is read when the answer is drafted: who approves it approves the notices too, and once the data are
erased nobody could tell any more who had got them. What providers did is written down like what others answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from privacy.domain.article19 import TOLD_OF, Followed, Informed, asked_of, to_be_informed
from privacy.domain.disclosures import Given
from privacy.domain.facts import Fact
from privacy.domain.person import Person
from privacy.domain.recipients import Recipient
from privacy.domain.request import Item
from privacy.domain.request_steps import AUTO, Flag, Kind, Said, Step

#: Why a case is put before a person: somebody has to be told of whom nobody knows where.
UNTOLD = "recipient_untold"


def whom_to_inform(
    address: str, person: Person | None, facts: Iterable[Fact], register: Sequence[Recipient]
) -> tuple[str, ...]:
    """A line each (domain/article19.Informed). address: under which the person asked. facts: all of theirs."""
    given = Given()
    for fact in facts:
        given.take(fact)
    name = person.profile.get("name") if person is not None else None
    who = ", ".join(filter(None, (name.value if name is not None else "", address)))
    return tuple(told.line for told in to_be_informed(given, register, who))


def written_to(draft: Step) -> tuple[str, ...]:
    """Those of the draft who get a letter, as the answer calls them."""
    return tuple(told.recipient for told in map(Informed.of_line, draft.texts("recipients")) if told.address)


def informed(item: Item, draft: Step, followed: Iterable[Followed], cause: str, now: datetime) -> list[Step]:
    """What is written down, and so goes by letter, once the draft was carried out. cause: the effect that did it."""
    steps = [_notified(item, cause, now, provider._asdict()) for provider in followed]
    if item.right.value in TOLD_OF:
        steps += _told(item, draft, cause, now)
    return steps


def _told(item: Item, draft: Step, cause: str, now: datetime) -> Iterator[Step]:
    recipients = [Informed.of_line(line) for line in draft.texts("recipients")]
    for told in recipients:
        if told.address:
            said: dict[str, Said] = {"recipient": told.recipient, "outcome": "told", "address": told.address}
            said["asked"] = asked_of(told, item.right.value, draft.texts("changes"))
            yield _notified(item, cause, now, said)
    if any(not told.address for told in recipients):
        flagged = {"flag": Flag.NEEDS_HUMAN.value, "reason": UNTOLD}
        yield Step(Kind.FLAGGED, now, AUTO, cause, flagged)


def _notified(item: Item, cause: str, now: datetime, said: dict[str, Said]) -> Step:
    return Step(Kind.NOTIFIED, now, AUTO, cause, {"items": (item.id,), **said})
