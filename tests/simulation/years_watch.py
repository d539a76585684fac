"""Holds what the product does against what the rules ask for, piece by piece and night by night.

Nothing may go before its day, or while something keeps it; nothing may be there after the night of its day; whoever is
gone is gone everywhere, and one line of a receipt says so.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from privacy.domain.facts import Fact
from privacy.domain.identifiers import kind_of
from privacy.domain.linking import PURCHASES
from privacy.operations.people.neighbourhood import UNKNOWN
from privacy.operations.people.person_summary import standings_in
from privacy.ports.retention import Archived
from tests.simulation.years_oracle import Bought, Days, Life, Name, Reckoning, Said, later, paris
from tests.simulation.years_renewals import BEFORE

if TYPE_CHECKING:
    from tests.simulation.years_world import World

_OUR_ITEMS = frozenset({"link", "archived"})
#: Rules whose end an archived piece keeps from the day on which it was archived: going earlier breaks no promise.
_MINIMA = frozenset({"order", "payment", "refund", "invoice"})
#: What came with an order and may outlast every word about it.
_TELL_OF_NO_ORDER = frozenset({"consent", "profile", "phone", "delivery"})
#: For so long a provider may tell something again: Stripe tries for three days, and lists its events for 30. What is
#: told of the gone then goes as it comes. Older words can only come of a reading of the past, and go with that night.
_REPEATED = timedelta(days=30)
#: Everybody is judged on this day, and on others those to whom something happened, or of whom something is due.
_EVERYBODY = (1, 2)


class Broken(AssertionError):
    """A promise was not kept. Tells the world, the night and the person, and how to live through it again."""


class Watch:
    """Of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._whose: dict[Name, Life] = {}
        self._items: dict[Life, set[Name]] = defaultdict(set)
        self._markers: dict[Name, Fact] = {}
        self._late: dict[Name, Fact] = {}
        self._changed: dict[Life, None] = {}
        self._open: dict[Life, None] = {}
        self._heap: list[tuple[date, int, Life]] = []
        self._order = count()
        self._night = False
        self._reckoned: dict[Life, tuple[Reckoning, dict[Name, Days]]] = {}
        self._disturbed: set[Life] = set()
        self._gone_tonight: dict[Life, list[Name]] = defaultdict(list)
        self._late_tonight: Counter[Life] = Counter()
        self._by_person: dict[str, Life] = {}
        self._purchases: dict[str, Life] = {}
        self._erased: tuple[Life, list[Name]] | None = None
        self.purged = 0
        self.whole = 0
        self.archived_pieces = 0
        self.kept_then_gone = 0
        self._was_kept: set[Life] = set()

    # --- what comes in

    def told(self, life: Life, fact: Fact, bought: Bought | None, dated: Mapping[str, datetime]) -> None:
        for group in fact.groups:
            name = (fact.filed_under, fact.key, group)
            at = dated.get(group, fact.occurred_at)
            purpose = str(fact.group(group).get("purpose", "")) if group == "consent" else ""
            life.pieces[name] = Said(group, at, self._world.clock, bought, ours=False, purpose=purpose)
            self._whose[name] = life
        self._purchases |= dict.fromkeys(fact.identifiers, life)
        self._touch(life)

    def told_by_us(self, fact: Fact) -> None:
        life = self._life_of(fact)
        for group in fact.groups:
            name = (fact.filed_under, fact.key, group)
            if group in _OUR_ITEMS:
                self._items[life].add(name)
                if group == "archived":
                    self._markers[name] = fact
                if group == "link":
                    self._by_person[str(fact.group("link")["person"])] = life
            elif fact.source == "privacy":  # the day of an order whose documents go
                life.pieces[name] = Said(group, fact.occurred_at, self._world.clock, None, ours=False)
            elif fact.source in {"sync", "mailchimp_member"}:
                ours = fact.occurred_at not in life.left
                life.pieces[name] = Said(group, fact.occurred_at, self._world.clock, None, ours)
            elif name in life.pieces:  # of a purchase that an erasure had to leave, told again (E107)
                life.pieces[name].in_ledger = True
            else:
                self._late[name] = fact
            self._whose[name] = life
        if fact.source == "mailchimp_member":
            self._found_at_mailchimp(life, fact)
        self._touch(life)

    @staticmethod
    def _found_at_mailchimp(life: Life, fact: Fact) -> None:
        """Before a webhook, or where it was lost, our own call finds what they chose there."""
        life.heard.append(fact.occurred_at)
        if fact.occurred_at in life.left and fact.occurred_at not in life.refused:
            life.refused.append(fact.occurred_at)

    def keeps(self, life: Life, what: str) -> None:
        life.keeps.add(what)
        self._touch(life)

    def touched(self, life: Life) -> None:
        """Something of theirs has changed that is no fact."""
        self._touch(life)

    def breaks(self, what: str) -> None:
        raise Broken(f"{self._where()}: {what}")

    def releases(self, life: Life, what: str) -> None:
        life.keeps.discard(what)
        self._touch(life)

    def happened_in_the_night(self, life: Life) -> None:
        """Something came in while they were being looked at: the next night judges them by it."""
        self._disturbed.add(life)
        self._touch(life)
        self._reckoned.pop(life, None)

    # --- what goes

    def removed(self, fact: Fact, groups: Iterable[str]) -> None:
        for group in groups or ("",):
            name = (fact.filed_under, fact.key, group)
            life = self._whose.pop(name)
            if self._late.pop(name, None) is not None:
                self._late_tonight[life] += 1
                continue
            if group in _OUR_ITEMS:
                self._items[life].discard(name)
                self._markers.pop(name, None)
                if group != "archived" or not self._written_anew(life, fact):
                    self._went(life, name)
                continue
            archived = self._world.archive.get(fact.filed_under, fact.key)
            if archived is not None and group in archived.fact.groups:
                life.pieces[name].in_ledger = False
                self._whose[name] = life
                continue
            self._goes(life, name, self._days(life, name).due_on)
            self._went(life, name)

    def _went(self, life: Life, name: Name) -> None:
        if self._is_erasing(life):
            assert self._erased is not None
            self._erased[1].append(name)
        else:
            self._gone_tonight[life].append(name)

    def _is_erasing(self, life: Life) -> bool:
        return self._erased is not None and self._erased[0] is life

    def begins_to_erase(self, life: Life) -> None:
        self._touch(life)
        self._erased = life, []

    def has_erased(self, life: Life, told: int) -> None:
        """told: how many pieces the receipt says have gone."""
        assert self._erased is not None
        (_, gone), self._erased = self._erased, None
        if told != len(gone) and life not in self._disturbed:
            self._broken(life, None, f"the receipt of the erasure says {told}, and there went {gone}")
        self._touch(life)
        if not life.pieces:
            self._is_gone(life)

    def _written_anew(self, life: Life, gone: Fact) -> bool:
        """More of the purchase was archived: another marker says so, and nothing has gone."""
        others = [self._markers[name] for name in self._items[life] if name in self._markers]
        called = {i for i in gone.identifiers if kind_of(i) in PURCHASES}
        return any(not called.isdisjoint(marker.identifiers) for marker in others)

    def archived(self, archived: Archived) -> None:
        for group in archived.due_on:
            name = (archived.fact.filed_under, archived.fact.key, group)
            life = self._whose[name]
            due, day = self._days(life, name)
            if day is None or day > self._world.today:
                self._broken(life, name, f"archived early: {day}")
            if archived.due_on[group] != due and group in _MINIMA:
                self._broken(life, name, f"archived until {archived.due_on[group]} and not {due}")
            life.pieces[name].archived_due = archived.due_on[group]
            self.archived_pieces += 1

    def left_archive(self, fact: Fact, groups: Iterable[str]) -> None:
        for group in groups:
            name = (fact.filed_under, fact.key, group)
            life = self._whose.pop(name)
            piece = life.pieces[name]
            due = self._days(life, name).due_on
            if piece.archived_due is not None and group not in _MINIMA:
                due = min(due, piece.archived_due)
            self._goes(life, name, due)

    def customer_deleted(self, customer: str) -> None:
        life = self._life_at(self._world.stripe.customers[customer])
        for name in life.pieces:
            if self._days(life, name).due_on > self._world.today:
                self._broken(life, name, "their customer was deleted at Stripe before")

    def _goes(self, life: Life, name: Name, due: date) -> None:
        erasing = self._is_erasing(life)
        if not (self._night or erasing):
            self._broken(life, name, "went by day")
        if due > self._world.today:
            self._broken(life, name, f"went early: due on {due}")
        if life.held(name, self._world.today, erased=erasing):
            self._broken(life, name, "went although it is kept")
        life.pieces.pop(name)
        self.purged += 1

    # --- nights

    def night_falls(self, now: datetime) -> None:
        for name, fact in [*self._late.items()]:
            if self._is_subscribed_anew(name, fact):
                self._is_theirs_again(name, self._late.pop(name))
            elif fact.recorded_at - fact.occurred_at <= _REPEATED:
                self._is_back(fact)
        self._open |= self._changed
        self._changed.clear()
        while self._heap and self._heap[0][0] <= self._world.today:
            self._open[heapq.heappop(self._heap)[2]] = None
        if (self._world.today.month, self._world.today.day) == _EVERYBODY:
            self._reckoned.clear()
            self._open |= dict.fromkeys(self._world.lives.values())
        self._night = True
        for life in self._open:
            self._reckon(life)

    def _is_subscribed_anew(self, name: Name, fact: Fact) -> bool:
        """Told again of who has signed up again since, it is of that subscription."""
        return name[2] in {"subscription", "consent"} and bool(self._life_of(fact).opted_in)

    def _is_theirs_again(self, name: Name, fact: Fact) -> None:
        life = self._life_of(fact)
        life.pieces[name] = Said(name[2], fact.occurred_at, fact.recorded_at, None, ours=False)
        self._touch(life)

    def _is_back(self, fact: Fact) -> None:
        self._broken(self._life_of(fact), None, f"back from the dead: {fact}")

    def night_is_over(self) -> None:
        self._night = False
        self._receipts()
        world = self._world
        down = world.mailchimp.down or world.stripe.down
        for fact in () if down else self._late.values():
            self._is_back(fact)
        self._changed |= dict.fromkeys(self._gone_tonight)
        for life in [*self._open]:
            if life in self._disturbed or (down and (life.pieces or self._items.get(life))):
                self._touch(life)
            elif not self._judged(life):
                del self._open[life]
                self._stamp(life)
        for life in self._changed:
            self._reckoned.pop(life, None)
        self._disturbed.clear()
        self._gone_tonight.clear()
        self._late_tonight.clear()

    def _judged(self, life: Life) -> bool:
        """Whether something of theirs is due and kept."""
        today = self._world.today
        kept = waits = False
        for name, (due, day) in self._reckon(life)[1].items():
            piece = life.pieces.get(name)
            if piece is None:
                continue
            if due <= today and piece.ours and paris(piece.told) == today:
                waits = True  # E122: until tomorrow it tells that Mailchimp's answer is no word of theirs
                continue
            held = life.held(name, today)
            if due <= today and not held and not self.may_stay_in_archive(piece):
                self._broken(life, name, f"is there although due on {due}")
            if piece.in_ledger and day is not None and day <= today and not held:
                self._broken(life, name, f"is in the active base although archived on {day}")
            kept = kept or (held and due <= today)
        if kept:
            self._was_kept.add(life)
        elif life in self._was_kept:
            self._was_kept.discard(life)
            self.kept_then_gone += 1
        self._marketing(life)
        if not life.pieces:
            self._is_gone(life)
        else:
            self._members(life)
            self._orders_that_are_gone(life)
        return kept or waits

    def may_stay_in_archive(self, piece: Said) -> bool:
        """What was archived keeps its day, which a later order has perhaps put off and nothing brings forward."""
        return not piece.in_ledger and (piece.archived_due or date.min) > self._world.today

    def _is_gone(self, life: Life) -> None:
        world = self._world
        emails = life.emails
        if left := self._items.get(life):
            self._broken(life, None, f"is gone, and of ours is left {sorted(left)}")
        if any(world.ledger.partitions.get(email) for email in emails) or world.people.pointers(emails):
            self._broken(life, None, "is gone, and known")
        if world.mailchimp.held["a6b5da1054"].get(life.address) is not None:
            self._broken(life, None, "is gone, and at Mailchimp")
        if life.address in world.stripe.accounts:
            self._broken(life, None, "is gone, and at Stripe")
        if self._heard_of(life):
            self.whole += 1
            life.went = world.clock
            world.happened["gone whole"] += 1
            if world.chance.random() < 0.1:
                world.is_told_later(life)
        refused = [at for at in Reckoning(life).endings if at not in life.moved_away]
        entry = world.registry.entries.get(world.pseudonyms.email(life.address))
        last = max(refused, default=None)
        if entry is None and last is not None and later(paris(last), 3) <= world.today:
            last = None  # their three years end with this night too
        if (entry.at if entry else None) != last:
            self._broken(life, None, f"is gone, and the suppression list remembers {entry}")
        life.forget()
        life.suppressed = [last] if last else []

    @staticmethod
    def _heard_of(life: Life) -> bool:
        return bool(life.heard)

    def _orders_that_are_gone(self, life: Life) -> None:
        """Whose last document went long ago is no customer by it any more."""
        there = {id(piece.bought) for piece in life.pieces.values() if piece.group not in _TELL_OF_NO_ORDER}
        left = [bought for bought in life.bought if id(bought) in there]
        if len(left) < len(life.bought):
            life.ordered += [bought.at for bought in life.bought if bought.paid and id(bought) not in there]
            life.bought[:] = left
            self._touch(life)

    def _members(self, life: Life) -> None:
        """R5: with the last word about their subscription, Mailchimp has forgotten them."""
        if self._world.mailchimp.down or any(p.group == "subscription" for p in life.pieces.values()):
            return
        if self._world.mailchimp.held["a6b5da1054"].get(life.address) is not None:
            self._broken(life, None, "is at Mailchimp, and nothing here says so")

    def _marketing(self, life: Life) -> None:
        """Nobody may be sent offers whom the rules do not let; and whoever they let, may."""
        world = self._world
        may = self._reckon(life)[0].may_market(world.today)
        found = world.people.pointers(life.emails)
        for pointer in found.values():
            if pointer.person is None:
                continue
            standings = standings_in(world.people.summary(pointer.person))
            said = any(s.may_market(world.today) for s in standings if s.mailbox in life.emails)
            if said != may:
                self._broken(life, None, f"may {'' if said else 'not '}be sent offers, which is wrong")
        ends = self._reckon(life)[0].permission_ends
        asked = life.address_is_known and not life.kept_as_it_is
        if may and ends and asked and world.renewals.missing(life, ends):
            self._broken(life, None, f"was not asked whether to stay after {ends}")

    def _receipts(self) -> None:
        """One line a deletion: together they say exactly what went (E152). What came late of the gone goes by their
        mark, without a line, or by the purge of the night, with one."""
        world = self._world
        lines: Counter[Life] = Counter()
        for (day, _, _), receipt in reversed(world.receipts.held.items()):
            if day != world.today:
                break
            if receipt.run.startswith("erasure-"):
                continue
            for person, line in receipt.lines.items():
                if not person.startswith(UNKNOWN):  # what is told of a payment alone gives nobody an id
                    lines[self._by_person[person]] += sum(line.values())
        for life in lines.keys() | self._gone_tonight.keys():
            went = self._gone_tonight.get(life, [])
            told = {len(went), len(went) + self._late_tonight[life]}
            if lines[life] not in told and life not in self._disturbed:
                self._broken(life, None, f"receipts say {lines[life]}, and there went {went}")

    # ---

    def _touch(self, life: Life) -> None:
        """What is said of them is counted again; by night they are judged by what was due when it fell."""
        self._changed[life] = None
        if not self._night:
            self._reckoned.pop(life, None)

    def _stamp(self, life: Life) -> None:
        """When they have to be looked at next, if nothing happens to them."""
        reckoning, days = self._reckon(life)
        coming = [day for both in days.values() for day in both]
        coming += [piece.archived_due for piece in life.pieces.values()]
        ends = reckoning.permission_ends if days else None
        coming += [ends, ends - BEFORE] if ends else []
        first = min((day for day in coming if day is not None and day > self._world.today), default=None)
        if first is not None:
            heapq.heappush(self._heap, (first, next(self._order), life))

    def _reckon(self, life: Life) -> tuple[Reckoning, dict[Name, Days]]:
        if life not in self._reckoned:
            reckoning = Reckoning(life)
            self._reckoned[life] = reckoning, reckoning.days()
        return self._reckoned[life]

    def _days(self, life: Life, name: Name) -> Days:
        days = self._reckon(life)[1]
        return days[name] if name in days else Reckoning(life).days()[name]

    def _life_of(self, fact: Fact) -> Life:
        for identifier in fact.identifiers:
            if identifier in self._world.lives:
                return self._world.lives[identifier]
            if identifier in self._purchases:
                return self._purchases[identifier]
        raise Broken(f"{self._where()}: of whom is {fact}?")

    def _life_at(self, address: str) -> Life:
        return self._world.lives[self._world.pseudonyms.email(address)]

    def _where(self) -> str:
        return f"world {self._world.seed}, the night of {self._world.today}"

    def _broken(self, life: Life, name: Name | None, what: str) -> None:
        piece = life.pieces.get(name) if name else None
        raise Broken(f"{self._where()}: {life.address}, {name and name[1:]}: {what}\n{piece}\n{_told(life)}")


def _told(life: Life) -> str:
    """What is known of them, to find out why."""
    pieces = [
        f"  {name[1]} {piece.group} of {piece.at}: {Reckoning(life).days()[name]}"
        for name, piece in life.pieces.items()
    ]
    said = [
        f"{name}: {', '.join(f'{at:%Y-%m-%dT%H:%M}' for at in getattr(life, name))}"
        for name in (
            "opted_in",
            "refused",
            "moved_away",
            "unticked",
            "unproven",
            "pending",
            "wrote",
            "ordered",
            "suppressed",
        )
        if getattr(life, name)
    ]
    return "\n".join([*said, *map(str, life.bought), f"keeps: {life.keeps}", *pieces])
