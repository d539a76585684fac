"""What has to be true when everything was delivered, or found, and nobody is at work."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from privacy.domain.clocks import paris_day
from privacy.domain.consent import REFUSALS, Consent
from privacy.domain.facts import Fact
from privacy.domain.membership import ASKED, ECHO, SKEW, Standing
from privacy.domain.person import Folding, Person
from tests.simulation.world import EVERYBODY, LIST, OTHER, POLICY, Act, World

AUDIENCES = (LIST, OTHER)
_LEFT = {"unsubscribed", "archived"}
_RETURNS = {"granted", "bought", "moved", "signed_up"}
_SAID_NO = {"refused", "complained", "unticked", "owner"}
#: What an erasure leaves of somebody who ordered something, and our own notes of who it was and that they were erased.
_KEPT = {"archived", "link", "order"}


class Rest:
    """The world, folded once more from all its facts, in another order."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.facts = [fact for held in world.ledger.partitions.values() for fact in held.values()]
        self.people = self._folded(self.facts)
        self.standings = {s.mailbox: s for person in self.people.values() for s in person.standings}
        self.consents = {c.email: c for person in self.people.values() for c in person.consents}

    def _folded(self, facts: list[Fact]) -> dict[str, Person]:
        folding = Folding(POLICY)
        for fact in facts:
            folding.add(fact)
        return folding.people(self.world.registry.entries)[1]

    @property
    def today(self) -> date:
        return paris_day(self.world.clock)

    def standing(self, who: str) -> Standing | None:
        return self._of(who, self.standings)

    def consent(self, who: str) -> Consent | None:
        return self._of(who, self.consents)

    def _of[T](self, who: str, by_mailbox: dict[str, T]) -> T | None:
        return next((by_mailbox[e] for e in self.world.pseudonyms.emails(who) if e in by_mailbox), None)

    def may_market(self, who: str) -> bool:
        standing = self.standing(who)
        return standing is not None and standing.may_market(self.today)

    # --- the invariants

    def wrong(self) -> list[str]:
        return [
            *self.who_may_not_be_mailed_is(),
            *self.who_may_be_mailed_is_not(),
            *self.what_was_lost(),
            *self.what_nobody_said(),
            *self.who_is_not_believed(),
            *self.who_had_to_wait(),
            *self.who_came_back_from_the_dead(),
            *self.what_depends_on_the_order(),
            *self.what_is_still_done(),
        ]

    def who_may_not_be_mailed_is(self) -> Iterator[str]:
        """(a)"""
        approved = self.world.registry.approved is not None
        for audience in AUDIENCES:
            for address, member in self.world.mailchimp.held[audience].items():
                if member.status not in {"subscribed", "pending"} or self.may_market(address):
                    continue
                if member.status == "pending" and self.world.mailchimp.hands[audience, address] == "person":
                    continue  # they signed up, and have not confirmed it yet
                standing = self.standing(address)
                if standing is None:
                    yield f"a: {address} is {member.status} in {audience} and nobody knows them"
                elif standing.refused and (approved or not standing.historic):
                    yield f"a: {address} said no and is {member.status} in {audience}: {standing}"
                elif approved and member.status == "subscribed":
                    yield f"a: {address} is {member.status} in {audience} without proof: {standing}"

    def who_may_be_mailed_is_not(self) -> Iterator[str]:
        """(b)"""
        waits = self.world.registry.approved is None
        for who in EVERYBODY:
            standing = self.standing(who)
            if standing is None or not standing.may_market(self.today) or (waits and standing.historic):
                continue
            home = standing.home if standing.home in AUDIENCES else LIST
            member = self.world.mailchimp.held[home].get(who)
            granted_at = standing.granted_at
            assert granted_at is not None
            if member is not None and member.status in {"subscribed", "pending"}:
                continue
            noted = any(n.about == standing.mailbox and n.audience == home for n in self.world.notes.open())
            # somebody who was asked to confirm is not asked again, should Mailchimp forget the question
            asked = home in standing.memberships and standing.memberships[home].status == "pending"
            by_others = self.world.mailchimp.hands.get((home, who)) != "api"
            taken_out = [a.at for a in self._acts(who) if a.kind == "owner" and a.audience == home]
            left_at = member.changed_at if member is not None else max(taken_out, default=None)
            left = by_others and left_at is not None and left_at >= granted_at - SKEW
            if not noted and not left and not asked:
                yield f"b: {who} is not in {home}: {member} {standing}"

    def what_was_lost(self) -> Iterator[str]:
        """(c)"""
        for who in EVERYBODY:
            refusals = [act for act in self._acts(who) if self._has_to_count(act)]
            if not refusals or self._forgotten(who) is not None:
                continue
            last = max(refusals, key=lambda act: act.at)
            if not self._is_written_down(last):
                yield f"c: nothing says that {last}"
            grants = [a for a in self._acts(who) if a.kind == "granted" and a.at > last.at]
            consent = self.consent(who)
            if not grants and self.may_market(who):
                yield f"c: {last} and yet they may be mailed: {consent}"
            if not grants and (consent is None or consent.state not in REFUSALS):
                yield f"c: {last} and yet they are {consent and consent.state}"

    def what_nobody_said(self) -> Iterator[str]:
        """(f)"""
        for who in EVERYBODY:
            if self._forgotten(who) is not None:
                continue
            if any(act.kind in _SAID_NO for act in self._acts(who)):
                continue
            entries = [e for e in self.world.pseudonyms.emails(who) if e in self.world.registry.entries]
            consent = self.consent(who)
            if entries:
                yield f"f: {who} never said no: {self.world.registry.entries[entries[0]]}"
            merged = any(
                person.links.merged_at for person in self.people.values() if consent in person.consents
            )
            if consent is not None and consent.state in REFUSALS and not merged:
                yield f"f: {who} never said no: {consent}"

    def who_is_not_believed(self) -> Iterator[str]:
        """(h) The last that they did was to tick the box, and nobody else is in it."""
        for who in EVERYBODY:
            acts = sorted(self._acts(who), key=lambda act: act.at)
            chosen = [act for act in acts if act.kind == "granted" and act.purchase and not act.lost]
            if not chosen or self._forgotten(who) is not None:
                continue
            last = chosen[-1]
            if any(act.at >= last.at - SKEW for act in acts if act.purchase != last.purchase):
                continue
            others = any(
                person.links.merged_at or person.links.proposals
                for person in self.people.values()
                if self.consent(who) in person.consents
            )
            if not others and not self.may_market(who):
                yield f"h: {last} and yet they may not be mailed: {self.consent(who)}"

    def who_had_to_wait(self) -> Iterator[str]:
        """(i) Before the approval nothing is done for whom the imported past alone knows."""
        if self.world.registry.approved is not None:
            return
        heard = {told.subject for told in self.world.events.values()}
        for who in EVERYBODY:
            past = all(act.purchase and act.purchase not in heard for act in self._acts(who))
            alone = not any(
                person.links.proposals or person.links.merged_at
                for person in self.people.values()
                if self.consent(who) in person.consents
            )
            calls = [call for call, _, address in self.world.mailchimp.calls if address == who]
            if past and alone and calls and not self.world.mailchimp.imported & {who}:
                yield f"i: {who} is known from the past alone, and we did {calls}"

    def who_came_back_from_the_dead(self) -> Iterator[str]:
        """(g)"""
        for who in EVERYBODY:
            gone = self._forgotten(who)
            if gone is None:
                continue
            returned = any(
                a.at >= gone - SKEW or self._was_missed(a, gone)
                for a in self._acts(who)
                if a.kind in _RETURNS
            )
            held = [self.world.mailchimp.held[audience].get(who) for audience in AUDIENCES]
            put_back = any(m is not None and m.status in {"subscribed", "pending"} for m in held)
            emails = set(self.world.pseudonyms.emails(who))
            theirs = [fact for fact in self.facts if emails & set(fact.identifiers)]
            known = [fact for fact in theirs if not fact.groups.keys() <= _KEPT]
            # a mark does not reach facts that are filed under a pepper of later
            repeppered = len(emails) > 1 and not emails <= self.world.registry.marks.keys()
            # nor what somebody had in hand when it was made, and wrote a moment later
            in_hand = any(gone - SKEW <= fact.recorded_at <= gone for fact in known)
            if known and not returned and not (repeppered or in_hand):
                yield f"g: {who} was erased at {gone} and is known: {[(f.key, *f.groups) for f in known]}"
            if self.may_market(who) and not returned:
                yield f"g: {who} was erased at {gone} and may be mailed: {self.consent(who)}"
            if put_back and not returned:
                yield f"g: {who} was erased at {gone} and is mailed"

    def what_depends_on_the_order(self) -> Iterator[str]:
        """(e)"""
        chance = random.Random(len(self.facts))
        shuffled = chance.sample(self.facts, len(self.facts))
        again = self._folded(shuffled)
        if again != self.people:
            yield "e: the same facts in another order are other people"
        stored = {
            str(summary["anchor"]): summary
            for _, summary in self.world.people.items.values()
            if "anchor" in summary
        }
        if stored.keys() != self.people.keys():
            yield f"e: stored are {sorted(stored)}, and should be {sorted(self.people)}"
        for anchor, person in self.people.items():
            kept = stored.get(anchor, {}).get("standings", {})
            if isinstance(kept, dict) and kept.keys() != {s.mailbox for s in person.standings}:
                yield f"e: {anchor} is stored otherwise than the facts have it"

    def what_is_still_done(self) -> Iterator[str]:
        """(d)"""
        calls, facts = len(self.world.mailchimp.calls), len(self.facts)
        for person in list(self.world.people.items):
            self.world.sync().follow_person(person)
        self.world.comes_to_rest()
        if len(self.world.mailchimp.calls) != calls:
            yield f"d: it goes on: {self.world.mailchimp.calls[calls:]}"
        now = sum(len(held) for held in self.world.ledger.partitions.values())
        if now != facts:
            yield f"d: {now - facts} facts more"

    # --- what really happened

    def _acts(self, who: str) -> list[Act]:
        return [act for act in self.world.acts if act.who == who]

    def _forgotten(self, who: str) -> datetime | None:
        marks = self.world.registry.marks
        return max((marks[e] for e in self.world.pseudonyms.emails(who) if e in marks), default=None)

    def _has_to_count(self, act: Act) -> bool:
        """Whether we can know of it, and it is a no."""
        if act.kind == "unticked":
            before = [
                a for a in self._acts(act.who) if a.kind == "granted" and a.at <= act.at and not a.audience
            ]
            return self._was_heard(act) and any(self._was_heard(a) for a in before)
        if act.kind not in {"refused", "complained"} or act.audience is None:
            return False
        if act.kind == "refused" and self._is_near_a_call_of_ours(act):
            return False
        if act.lost and self._left_before(act):
            return False
        member = self.world.mailchimp.held[act.audience].get(act.who)
        stands = member is not None and member.status == "unsubscribed" and member.changed_at == act.at
        return stands or not act.lost

    def _was_heard(self, act: Act) -> bool:
        """Of a checkout: Stripe tells for 30 days, and what it lists for ever is listed to the import."""
        return any(fact.subject == act.purchase for fact in self.facts)

    def _was_missed(self, act: Act, gone: datetime) -> bool:
        """Bought before they were erased, and told only afterwards (E147)."""
        told = [fact.recorded_at for fact in self.facts if act.purchase and fact.subject == act.purchase]
        return bool(told) and min(told) > gone - SKEW

    def _left_before(self, act: Act) -> bool:
        """Whoever left twice, and was brought back in between by a file of which nobody told, looks as if once."""
        return any(
            before.audience == act.audience and before.at <= act.at and before is not act
            for before in self._acts(act.who)
            if before.kind in {"refused", "complained", "owner"}
        )

    def _is_near_a_call_of_ours(self, act: Act) -> bool:
        emails = set(self.world.pseudonyms.emails(act.who))
        return any(
            fact.type == ASKED
            and fact.filed_under in emails
            and fact.group("subscription").get("audience") == act.audience
            and fact.group("subscription").get("status") in _LEFT
            and fact.occurred_at - SKEW <= act.at <= fact.occurred_at + ECHO
            for fact in self.facts
        )

    def _is_written_down(self, act: Act) -> bool:
        emails = set(self.world.pseudonyms.emails(act.who))
        near = timedelta(minutes=2)
        said = any(
            emails & set(fact.identifiers)
            and fact.group("consent").get("choice") in {"withdrawn", "objected"}
            and abs(fact.occurred_at - act.at) <= near
            for fact in self.facts
        )
        return said or any(
            entry.email in emails and entry.at >= act.at for entry in self.world.registry.entries.values()
        )
