"""Where somebody stands who reads all members of all audiences, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from privacy.domain.member import MemberCursor

#: Members of every status, and once more those whom Mailchimp lists only when asked for by name.
STATUSES: tuple[str | None, ...] = (None, "archived")

_BEGINNING = MemberCursor()


@dataclass(frozen=True, slots=True)
class MemberPlace:
    """A page of members. number: of the status in STATUSES. after: where the page begins."""

    audience: str
    number: int = 0
    after: MemberCursor = _BEGINNING

    @property
    def status(self) -> str | None:
        return STATUSES[self.number]

    @classmethod
    def read(
        cls, written: Mapping[str, str], audiences: Sequence[str], since: datetime | None = None
    ) -> MemberPlace:
        """since: where each audience's list begins; None: at its first member."""
        if "audience" not in written:
            return cls(audiences[0], after=MemberCursor(since))
        at = datetime.fromisoformat(written["since"]) if "since" in written else None
        return cls(written["audience"], int(written["status"]), MemberCursor(at, int(written["offset"])))

    def written(self) -> dict[str, str]:
        written = {"audience": self.audience, "status": str(self.number), "offset": str(self.after.offset)}
        return written | ({"since": self.after.since.isoformat()} if self.after.since else {})

    def onwards(
        self, after: MemberCursor | None, audiences: Sequence[str], since: datetime | None = None
    ) -> MemberPlace | None:
        """The next page, in the same list or another one; None where all are read."""
        if after is not None:
            return replace(self, after=after)
        if self.number + 1 < len(STATUSES):
            return MemberPlace(self.audience, self.number + 1, MemberCursor(since))
        left = audiences[audiences.index(self.audience) + 1 :] if self.audience in audiences else ()
        return MemberPlace(left[0], after=MemberCursor(since)) if left else None
