"""Mailchimp as people, owners and our calls change it: whole seconds of its own clock, a webhook for every change."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from privacy.domain.member import Audience, Member, MemberCursor, MemberPage
from privacy.ports import ProviderUnavailable
from tests.fakes import MemoryAudiences

FORM = "Hosted Signup Form"

type Told = Callable[[bytes, datetime], None]


class Mailchimp(MemoryAudiences):
    """clock: its own. told: takes each webhook's body, and when it was fired. failing: how many calls fail."""

    def __init__(
        self, *audiences: Audience, clock: Callable[[], datetime], chance: random.Random, told: Told
    ) -> None:
        super().__init__(*audiences, page=2)
        self._clock = clock
        self._chance = chance
        self._told = told
        self.failing = 0.0
        #: who changed a member last: person | owner | api
        self.hands: dict[tuple[str, str], str] = {}
        #: whom the owner ever brought in
        self.imported: set[str] = set()

    # --- what people and the owner do: whether it could be done at all

    def signs_up(self, audience: str, address: str) -> bool:
        """By Mailchimp's own form, which takes anybody."""
        known = self.held[audience].get(address)
        if known is not None and known.status in {"subscribed", "pending"}:
            return False
        self.forgotten.discard((audience, address))
        self.compliance.discard((audience, address))
        if self.known[audience].double_opt_in:
            self._is(audience, address, "pending", hand="person", source=FORM)
        else:
            self._opts_in(audience, address, source=FORM)
        return True

    def confirms(self, audience: str, address: str) -> bool:
        known = self.held[audience].get(address)
        if known is None or known.status != "pending":
            return False
        self.compliance.discard((audience, address))
        self._opts_in(audience, address)
        return True

    def leaves(self, audience: str, address: str, *, complaining: bool = False) -> bool:
        if not self._mails(audience, address):
            return False
        reason = "abuse" if complaining else "manual"
        words = "Spammy content or abuse" if complaining else "No longer interested"
        self._is(audience, address, "unsubscribed", hand="person", unsubscribe_reason=words)
        self.compliance.add((audience, address))
        self._tell("unsubscribe", audience, email=address, reason=reason)
        return True

    def moves(self, audience: str, address: str, new: str) -> bool:
        known = self.held[audience].get(address)
        if known is None or known.status != "subscribed" or new in self.held[audience]:
            return False
        if (audience, new) in self.forgotten:
            return False
        del self.held[audience][address]
        self.put(replace(known, address=new, changed_at=self._second()))
        self.hands[audience, new] = "person"
        self._tell("upemail", audience, old_email=address, new_email=new)
        self._tell("profile", audience, email=new)
        return True

    def bounces(self, audience: str, address: str) -> bool:
        if not self._mails(audience, address):
            return False
        self._is(audience, address, "cleaned", hand="owner")
        self.compliance.add((audience, address))
        self._tell("cleaned", audience, email=address, reason="hard")
        return True

    def is_imported(self, audience: str, address: str) -> bool:
        known = self.held[audience].get(address)
        if (audience, address) in self.forgotten | self.compliance:
            return False
        if known is not None and known.status != "archived":
            return False
        self.imported.add(address)
        self._is(audience, address, "subscribed", hand="owner", source="Import")
        self._tell("subscribe", audience, email=address)
        return True

    def is_archived(self, audience: str, address: str) -> bool:
        if not self._mails(audience, address):
            return False
        self._is(audience, address, "archived", hand="owner")
        self._tell("unsubscribe", audience, email=address, reason="manual")
        return True

    def is_deleted(self, audience: str, address: str) -> bool:
        known = self.held[audience].pop(address, None)
        if known is None:
            return False
        self.forgotten.add((audience, address))
        self.hands[audience, address] = "owner"
        if known.status == "subscribed":
            self._tell("unsubscribe", audience, email=address, reason="manual")
        return True

    def is_corrected(self, audience: str, address: str) -> bool:
        """A name, say: the member's last change is another, and nothing that we know of."""
        known = self.held[audience].get(address)
        if known is None:
            return False
        self.put(replace(known, changed_at=self._second()))
        if known.status == "subscribed":
            self._tell("profile", audience, email=address)
        return True

    # --- what we ask for

    def read(self, audience: str, address: str) -> Member | None:
        self._perhaps_failing()
        return super().read(audience, address)

    def members(self, audience: str, after: MemberCursor, *, status: str | None = None) -> MemberPage:
        self._perhaps_failing()
        return super().members(audience, after, status=status)

    def subscribe(self, audience: str, address: str, *, known: bool, pending: bool) -> None:
        self._changing(audience, address, lambda: self._subscribe(audience, address, known, pending))

    def unsubscribe(self, audience: str, address: str) -> None:
        self._changing(audience, address, lambda: super(Mailchimp, self).unsubscribe(audience, address))

    def archive(self, audience: str, address: str) -> None:
        self._changing(audience, address, lambda: super(Mailchimp, self).archive(audience, address))

    def delete_permanently(self, audience: str, address: str) -> None:
        self._changing(
            audience, address, lambda: super(Mailchimp, self).delete_permanently(audience, address)
        )

    def _subscribe(self, audience: str, address: str, known: bool, pending: bool) -> None:
        super().subscribe(audience, address, known=known, pending=pending)

    def _changing(self, audience: str, address: str, change: Callable[[], None]) -> None:
        """A tenth of the calls fails: some before anything was done, some when all was."""
        fails = self._chance.random() < self.failing
        if fails and self._chance.random() < 0.5:
            raise ProviderUnavailable("mailchimp: 503")
        self.now = self._second()
        before = self.held[audience].get(address)
        change()
        after = self.held[audience].get(address)
        was, is_ = (member.status if member else None for member in (before, after))
        if was != is_:
            self.hands[audience, address] = "api"
            if is_ == "subscribed":
                self._tell("subscribe", audience, email=address)
            elif was == "subscribed":
                self._tell("unsubscribe", audience, email=address, reason="manual")
        if fails:
            raise ProviderUnavailable("mailchimp: nobody answers")

    def _perhaps_failing(self) -> None:
        if self._chance.random() < self.failing:
            raise ProviderUnavailable("mailchimp: 500")

    # ---

    def _mails(self, audience: str, address: str) -> bool:
        known = self.held[audience].get(address)
        return known is not None and known.status == "subscribed"

    def _opts_in(self, audience: str, address: str, **evidence: str) -> None:
        self._is(audience, address, "subscribed", hand="person", **evidence)
        self.put(replace(self.held[audience][address], opted_in_at=self._second(), unsubscribe_reason=None))
        self._tell("subscribe", audience, email=address)

    def _is(self, audience: str, address: str, status: str, *, hand: str, **evidence: str) -> None:
        now = self._second()
        known = self.held[audience].get(address) or Member(
            audience, address, status, None, None, None, now, None, now, "fr", None
        )
        # whoever asks again, by form or file, has a new source
        self.put(replace(known, status=status, changed_at=now, **evidence))  # type: ignore[arg-type]
        self.hands[audience, address] = hand

    def _second(self) -> datetime:
        return self._clock().replace(microsecond=0)

    def _tell(self, type_: str, audience: str, **data: str) -> None:
        fired_at = self._second()
        fields = {"type": type_, "fired_at": f"{fired_at:%Y-%m-%d %H:%M:%S}", "data[list_id]": audience}
        self._told(
            urlencode(fields | {f"data[{name}]": said for name, said in data.items()}).encode(), fired_at
        )
