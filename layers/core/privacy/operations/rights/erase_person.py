"""Erase somebody, as the DPO approved it: our stores, Mailchimp, Stripe, SES; read back everywhere (G24, E97-E108).

    plan anew and compare → begin the receipt → write down · mark · providers → empty → read back → finish

The receipt is the point of no return: before it nothing was done, and what changed since goes back; after it every
attempt goes on until nothing is left but what is exempt. What a hold keeps goes in the first night without it, for the
ledger says that they were erased (domain/schedule.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.article19 import MAILCHIMP, STRIPE, Followed
from privacy.domain.clocks import paris_day
from privacy.domain.consent import State, Suppression
from privacy.domain.erasure import Gone, Where, archived_stays, gone_in, is_partial, kept_in
from privacy.domain.erasure_words import told_gone, told_kept
from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.gone import names_of
from privacy.domain.identifiers import Pseudonyms, is_email, kind_of
from privacy.domain.linking import ACCOUNTS, ERASED
from privacy.domain.orders import ORDER_GROUPS
from privacy.domain.policy import Policy
from privacy.domain.retention import Due
from privacy.domain.schedule import BOOKKEEPING
from privacy.domain.verified_addresses import verified_addresses
from privacy.operations.people.fold_people import fold_people
from privacy.operations.retention.forget_at_providers import Farewell, forget_everywhere
from privacy.operations.retention.purge_person import Leaving, PersonPurge
from privacy.operations.rights.carry_out import Approved, Carried, PlanChanged
from privacy.operations.rights.plan_erasure import Erasable, Reading, one_persons, piece_of, read_erasable
from privacy.ports import MailStore, ProviderUnavailable
from privacy.ports.retention import Archived, CustomerEraser, Erased, Receipt, Receipts, ReplayList

#: What the step ANSWERED calls its answer, by which its letter is named.
WHOLE, PARTIAL = "erased", "erased_partial"
#: The suppression list's reason for somebody who was erased.
SUPPRESSED_FOR = "erased"
#: How often something may come in between marking and reading before the message comes again.
_LOOKS = 5


class NotErasedYet(ProviderUnavailable):
    """Read back, something is there that should have gone: it is tried again. Says where."""


@dataclass(frozen=True, slots=True)
class Erasing:
    """What it takes. purge: how a person's pieces go, and who may have something of them."""

    reading: Reading
    purge: PersonPurge
    customers: CustomerEraser
    receipts: Receipts
    replay: ReplayList
    mails: MailStore

    def carry_out(self, approved: Approved) -> Carried:
        """The plan `erasure`. Raises PlanChanged, ProviderUnavailable, and what the stores raise."""
        addresses = verified_addresses(approved.request, approved.item)
        if not addresses:
            raise PlanChanged("nobody can tell by what was verified whose data are meant")
        return self.erase(addresses[0], approved, besides=addresses[1:])

    def erase(self, address: str, approved: Approved, *, besides: Collection[str] = ()) -> Carried:
        """Whoever has the address, by the draft that was approved. besides: addresses of theirs that were verified as
        well (E79). Raises as `carry_out`."""
        receipt = self._receipt(approved)
        stands = self.receipts.of(receipt)
        if stands is None or stands.finished_at is None:
            if stands is None:
                self._begin(receipt, address, approved, besides)
            self._go(address, approved)
            self.receipts.finish(receipt._replace(finished_at=self.reading.now()))
        return _carried(approved, self.reading)

    # --- up to the point of no return

    def _begin(self, receipt: Receipt, address: str, approved: Approved, besides: Collection[str]) -> None:
        # whom no fold knows yet the plan did not find, and what was told of them before the mark would stay
        self._fold(self.reading.pseudonyms.emails(address))
        seen = self._seen(address, approved)
        if not one_persons(seen, besides, self.reading.pseudonyms):
            raise PlanChanged("the addresses that were verified are not one person's any more")
        if seen.plan.digest != approved.draft.text("digest"):
            raise PlanChanged("what is held of them has changed since it was drafted")
        if seen.known.missed:
            for fact in seen.known.missed:
                self.purge.record(fact)
            self._fold({fact.filed_under for fact in seen.known.missed})
        removed = seen.held.decided.remove if seen.held.decided else ()
        line = dict(Counter(due.rule for due in removed))
        self.receipts.begin(receipt._replace(lines={seen.plan.person or approved.request.id: line}))

    # --- after it

    def _go(self, address: str, approved: Approved) -> None:
        at = approved.at
        seen = self._marked(address, approved)
        for email in sorted(seen.emails):
            self.reading.stores.registry.suppress(Suppression(email, at, State.OBJECTED, SUPPRESSED_FOR))
        self._owe(seen, approved)
        self._forget(seen)
        self._empty(seen, at)
        self._read_back(address, approved)

    def _marked(self, address: str, approved: Approved) -> Erasable:
        """As they stand once nothing that is told of them from now on stays: what came before that is read."""
        marked: set[str] = set()
        for _ in range(_LOOKS):
            seen = self._seen(address, approved)
            self._write_down(seen, approved)
            missing = _marks(seen) - marked
            if marked and not missing:
                return seen
            self._list(seen, approved)
            for identifier in sorted(missing):
                self.reading.stores.registry.mark_gone(identifier, approved.at)
            marked |= missing
        raise NotErasedYet("ledger: more comes in of them than can be marked")

    def _list(self, seen: Erasable, approved: Approved) -> None:
        """Before the marks: under these whatever comes in takes the others along, and nobody would know of them."""
        found = seen.known.found
        if found is not None:
            marks = tuple(sorted(_marks(seen)))
            erased = Erased(found.id, marks, approved.at, refuses=True, kept=_keeps_everything(seen))
            self.replay.add(f"{approved.request.id}-{approved.effect.id}", [erased])

    def _write_down(self, seen: Erasable, approved: Approved) -> None:
        """In the ledger, for every night to come, where something of theirs stays."""
        found, decided = seen.known.found, seen.held.decided
        if found is None or found.person is None or decided is None or decided.whole:
            return
        for mailbox in found.person.links.mailboxes:
            by = f"{approved.request.id}-{approved.effect.id}"
            fact = fact_of_erasure(
                mailbox, found.id, by, approved.at, self.reading.pseudonyms, kept=_keeps_everything(seen)
            )
            self.purge.record(fact)

    def _owe(self, seen: Erasable, approved: Approved) -> None:
        """What Stripe is to black out; of whom something is kept, once that goes (purge_person.py)."""
        owing, found = self.purge.owing, seen.known.found
        if owing is None or not seen.leaves_stripe:
            return
        whose = found.id if found else self._whose(approved)
        if found is not None or not owing.owes(whose):  # Stripe lists purchases after our records have gone
            owing.owe(whose, owing.seen(found, seen.known.listed), paris_day(self.reading.now()))

    def _whose(self, approved: Approved) -> str:
        """As the first attempt knew them, by their id or by the case alone."""
        stands = self.receipts.of(self._receipt(approved))
        return next(iter(stands.lines), approved.request.id) if stands else approved.request.id

    def _receipt(self, approved: Approved) -> Receipt:
        case, rules = approved.request.id, self.reading.policy.rules_digest
        return Receipt(f"erasure-{case}", approved.effect.id, rules, approved.at, {})

    def _forget(self, seen: Erasable) -> None:
        """Everywhere else, before our own copy goes that tells where to look."""
        known = seen.known
        for customer in known.customers if seen.keeps_purchases else ():
            self.customers.blank(customer)
        deleted = () if seen.keeps_purchases else known.customers
        forget_everywhere(Farewell(known.members, deleted, known.forms), self.purge.providers)

    def _empty(self, seen: Erasable, at: datetime) -> None:
        """The ledger last: it leads to all the rest."""
        for archived in seen.archived:
            if going := _going_there(seen, archived, self.reading.policy):
                self.reading.archive.remove(archived, going)
        for note in seen.notes:
            self.reading.notes.close(note)
        self.reading.directives.revoke(seen.emails)
        for mails in seen.closed.values():
            for mail in mails:
                self.mails.delete(mail)
        found, decided = seen.known.found, seen.held.decided
        if found is not None and decided is not None:
            self.purge.empty(Leaving(found, decided, Farewell()), at)
        elif found is not None:
            self.purge.was_emptying(found.id, at)  # an earlier attempt got as far as our own bookkeeping

    def _read_back(self, address: str, approved: Approved) -> None:
        left = self._seen(address, approved)
        decided = left.held.decided
        if left.known.members:
            raise NotErasedYet("mailchimp: a member is still there")
        if decided is not None and any(map(_is_content, (*decided.remove, *decided.archive))):
            raise NotErasedYet("ledger: something of theirs is still there")
        if any(_going_there(left, each, self.reading.policy) for each in left.archived):
            raise NotErasedYet("archive: something of theirs is still there")

    # --- parts

    def _seen(self, address: str, approved: Approved) -> Erasable:
        return read_erasable(address, approved.request.id, approved.at, self.reading)

    def _fold(self, identifiers: Collection[str]) -> None:
        purge = self.purge
        fold_people(
            identifiers, stores=purge.stores, policy=purge.policy, now=purge.now(), new_id=purge.new_id
        )


def fact_of_erasure(
    mailbox: str, person: str, by: str, at: datetime, pseudonyms: Pseudonyms, *, kept: bool
) -> Fact:
    """What the ledger remembers: when the mailbox was erased. by: what had it done. person: their id. kept: everything
    of theirs has to stay for now (A23), and goes when nothing keeps it any more."""
    link: dict[str, str | bool] = {"person": person, "created_at": at.isoformat(), "by": by}
    groups: dict[str, Group] = {"link": link | {"kept": True} if kept else link}
    return Fact(
        source="privacy",
        event_id=f"{ERASED}-{by}-{mailbox.rpartition('#')[2][:16]}",
        type=ERASED,
        occurred_at=at,
        recorded_at=at,
        identifiers=(mailbox,),
        subject=mailbox,
        groups=groups,
        digest=digest_of(pseudonyms.digest_key, ERASED, at, groups),
    )


def _keeps_everything(seen: Erasable) -> bool:
    """An order of an authority, or their own wish (A23)."""
    return any(keeper.about is None for keeper in seen.held.keepers)


def _marks(seen: Erasable) -> set[str]:
    """Of what nothing more is taken in: all of theirs, but purchases that stay; what is told of these is admitted."""
    found, decided = seen.known.found, seen.held.decided
    theirs = {*seen.emails, *(found.identifiers if found else ())}
    if found is None or decided is None or decided.whole:
        return theirs
    going = {(due.piece.filed_under, due.piece.key, due.piece.group) for due in decided.remove}
    gone: set[str] = set()
    stays: set[str] = set()
    for fact in found.facts:
        left = {group for group in fact.groups if (fact.filed_under, fact.key, group) not in going}
        (gone if left.isdisjoint(ORDER_GROUPS) else stays).update(names_of(fact))
    # of purchases by what their facts say, never by what the projection still holds of those that were archived
    return {i for i in theirs if is_email(i) or kind_of(i) in ACCOUNTS} | (gone - stays)


def _going_there(seen: Erasable, archived: Archived, policy: Policy) -> list[str]:
    """Its groups that nothing keeps in the archive."""
    orders = [order.order for order in seen.known.person.orders] if seen.known.person else []
    return [
        group
        for group in sorted(archived.due_on)
        if archived_stays(piece_of(archived, group, orders), seen.held, policy) is None
    ]


def _is_content(due: Due) -> bool:
    return due.piece.group not in BOOKKEEPING


def _carried(approved: Approved, reading: Reading) -> Carried:
    """As it was approved: what was not so any more was never begun."""
    goes = [gone_in(line) for line in approved.draft.texts("goes")]
    stays = [kept_in(line) for line in approved.draft.texts("stays")]
    wheres = {gone.where for gone in goes}
    return Carried(
        goes=told_gone(goes),
        stays=told_kept(stays, reading.policy),
        recipients=tuple(where.value for where in (Where.MAILCHIMP, Where.STRIPE) if where in wheres),
        answer=PARTIAL if is_partial(stays) else WHOLE,
        address=approved.draft.text("address"),
        followed=tuple(_followed(goes)),
    )


#: What each provider does, by what goes there.
_AT_PROVIDERS = {
    (Where.MAILCHIMP, "member"): Followed(MAILCHIMP, "done", "deleted for ever"),
    (Where.STRIPE, "customer"): Followed(STRIPE, "done", "customer deleted"),
    (Where.STRIPE, "details"): Followed(STRIPE, "done", "details blanked"),
    (Where.STRIPE, "payments"): Followed(STRIPE, "told", "to be blacked out"),
    (Where.STRIPE, "traces"): Followed(STRIPE, "told", "to be blacked out"),
}


def _followed(goes: Sequence[Gone]) -> Iterator[Followed]:
    """Each provider once; one that still has something to do has not done it."""
    found = [
        _AT_PROVIDERS[gone.where, gone.what] for gone in goes if (gone.where, gone.what) in _AT_PROVIDERS
    ]
    for provider in (MAILCHIMP, STRIPE):
        theirs = [each for each in found if each.recipient == provider]
        if theirs:
            yield max(theirs, key=lambda each: each.outcome)
