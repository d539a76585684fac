"""The minimum of a case: what proves that it was answered, and names nobody (R11, rules.md "What is logged and kept").

Which rights, on which Paris days, how each ended, how identity was shown, which decisions somebody took in which role.
No address, name, text or letter: whose case it was is told by the senders' identifiers, which only the pepper makes.
Each part is a line of words without blanks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from privacy.domain.clocks import paris_day
from privacy.domain.request_steps import Kind, Said, Step
from privacy.domain.rights import Right

if TYPE_CHECKING:
    from privacy.domain.request import Request

#: Steps by which something was decided, proved or promised.
_DECISIVE = frozenset({
    Kind.NOT_A_REQUEST, Kind.OPENED, Kind.RIGHTS_ADDED, Kind.MERGED, Kind.IDENTITY_ASKED, Kind.IDENTITY_VERIFIED,
    Kind.CLOSED_UNIDENTIFIED, Kind.MANDATE_ASKED, Kind.MANDATE_ACCEPTED, Kind.HEIR_PROOF_ASKED,
    Kind.HEIR_PROOF_ACCEPTED, Kind.CLARIFICATION_ASKED, Kind.APPROVED, Kind.ANSWERED, Kind.FOUND_NOTHING,
    Kind.EXTENDED, Kind.OVERDUE_TOLD, Kind.REFUSED, Kind.WITHDRAWN, Kind.CLOSED, Kind.REOPENED, Kind.HOLD_PLACED,
    Kind.HOLD_LIFTED, Kind.ANSWER_CLOSED,
})  # fmt: skip
#: Of what such a step says, the words that are ours: reasons may name somebody, and are left out.
_MEANS = ("level", "method", "hold")
#: R13: where the proof of a mandate or an heir is kept stays, if it is a number or a mark, and no words.
_REFERENCE = re.compile(r"(?=\S*\d)[\w./-]{1,40}", re.ASCII)
_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}", re.ASCII | re.IGNORECASE)
_NOTHING = "-"


class MinimalItem(NamedTuple):
    """One right. state: how it ended. identity: the level at which it was verified, empty where it never was."""

    id: str
    right: Right
    received_on: date
    state: str
    ended_on: date | None
    identity: str
    extended: bool

    @property
    def line(self) -> str:
        ended = self.ended_on.isoformat() if self.ended_on else _NOTHING
        extended = "extended" if self.extended else _NOTHING
        said = (self.id, self.right.value, self.received_on.isoformat(), self.state, ended, extended)
        return " ".join((*said, self.identity or _NOTHING))

    @classmethod
    def of_line(cls, line: str) -> MinimalItem:
        id_, right, received_on, state, ended, extended, identity = line.split(" ")
        return cls(
            id=id_,
            right=Right(right),
            received_on=date.fromisoformat(received_on),
            state=state,
            ended_on=None if ended == _NOTHING else date.fromisoformat(ended),
            identity="" if identity == _NOTHING else identity,
            extended=extended != _NOTHING,
        )


def minimum_of(
    request: Request, senders: Collection[str], closed_on: date, *, pieces: int, mails: int
) -> Mapping[str, Said]:
    """What the step that reduces the case says.

    senders: identifiers of whom it is found by. pieces, mails: how many steps and messages go, for the receipt: whoever
    finishes what another began counts the same.
    """
    items = (
        MinimalItem(
            id=item.id,
            right=item.right,
            received_on=paris_day(item.received_at),
            state=item.state.value,
            ended_on=paris_day(item.ended_at) if item.ended_at else None,
            identity=item.identity if _WORD.fullmatch(item.identity) else "",
            extended=item.extended,
        ).line
        for item in request.items
    )
    return {
        "number": request.version + 1,
        "state": request.state.value,
        "received_on": paris_day(request.received_at or request.steps[0].at).isoformat(),
        "closed_on": closed_on.isoformat(),
        "items": tuple(items),
        "decisions": tuple(_decisions(request.steps)),
        "senders": tuple(sorted(senders)),
        "into": request.merged_into,
        "pieces": pieces,
        "mails": mails,
    }


def _decisions(steps: Collection[Step]) -> Iterator[str]:
    """`2027-03-18 identity_verified staff L2`: the day, what, in which role, by which means."""
    for step in steps:
        if step.kind in _DECISIVE:
            means = [word for name in _MEANS if _WORD.fullmatch(word := step.text(name))]
            if _REFERENCE.fullmatch(reference := step.text("reference")):
                means.append(reference)
            yield " ".join((paris_day(step.at).isoformat(), step.kind.value, step.by.role, *means))


def noon(day: date) -> datetime:
    """An instant of that day in Paris, of which no more is known."""
    return datetime.combine(day, time(12), UTC)
