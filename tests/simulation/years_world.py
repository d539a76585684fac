"""A shop and its people over years: whatever they do is told, folded and, night by night, planned and purged for real.

The product's own operations run over in-memory ports; the clock is the world's. What is true of everybody stands in
`years_oracle`, and `years_watch` holds the one against the other after every night.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from privacy import policy
from privacy.domain.consent import Suppression
from privacy.domain.facts import HISTORY, Fact, Group, digest_of
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.member import Audience, Member
from privacy.domain.policy import Policy
from privacy.domain.purge_guard import Reason
from privacy.domain.runs import DONE, HELD, RETENTION, Run
from privacy.inbound import stripe_history
from privacy.inbound.batch import BatchRecord
from privacy.inbound.folding import Folder
from privacy.inbound.payload import Ignored
from privacy.operations.consent.read_back_member import fact_from
from privacy.operations.consent.sync_member import MemberSync
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.person_summary import SHARDS
from privacy.operations.requests.receive_mail import SOURCE as CONTACT
from privacy.operations.requests.receive_mail import WROTE
from privacy.operations.retention.forget_at_providers import Providers
from privacy.operations.retention.guard_purge import Gate
from privacy.operations.retention.keepers import keepers_of
from privacy.operations.retention.plan_purge import Planning
from privacy.operations.retention.purge_batch import (
    ARCHIVE,
    KINDS,
    PERSON,
    REDACTION,
    REGISTRY,
    REQUEST,
    Batch,
    read_batch,
)
from privacy.operations.retention.purge_item import (
    ArchivePurge,
    RegistryPurge,
    purge_archived,
    purge_registry,
)
from privacy.operations.retention.purge_people import PeoplePurge
from privacy.operations.retention.purge_person import PersonPurge
from privacy.operations.retention.retention_runs import approve_purge, begin_day
from privacy.ports import Appended, ProviderUnavailable
from privacy.ports.retention import LegalHold, Receipt
from tests.fakes import (
    MemoryAudiences,
    MemoryBacklog,
    MemoryHolds,
    MemoryNotes,
    MemoryReplay,
    MemoryRuns,
    MemoryUndeliverables,
)
from tests.simulation.years_cases import Cases
from tests.simulation.years_oracle import Bought, Life, Reckoning, paris
from tests.simulation.years_players import (
    ArchiveTable,
    Ledger,
    Messages,
    Payments,
    People,
    Receipts,
    Recording,
    Registry,
    SortedIndex,
)
from tests.simulation.years_records import Records
from tests.simulation.years_redactions import Redactions
from tests.simulation.years_renewals import Renewals
from tests.simulation.years_requests import Requests
from tests.simulation.years_watch import Watch

PARIS = ZoneInfo("Europe/Paris")
LIST = "a6b5da1054"
POLICY = policy.load()
FORM = "Hosted Signup Form"
_PSEUDONYMS = Pseudonyms(1, {1: b"a pepper for tests, of 32 bytes.."})
_ARCHIVE_SHARDS = tuple(f"archive#{n}" for n in range(8))


class Act(NamedTuple):
    """at: when it happened. told: when we hear of it. kind: a method of World."""

    told: datetime
    at: datetime
    life: Life
    kind: str
    said: Mapping[str, Any]


class World:
    """One seed. `agenda` is filled by years_lives."""

    def __init__(self, seed: int, beginning: date, rules: Policy = POLICY) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.rules = rules
        self.pseudonyms = _PSEUDONYMS
        self.clock = datetime.combine(beginning, time(), UTC)
        self.today = beginning
        self.agenda: dict[date, list[Act]] = defaultdict(list)
        self.lives: dict[str, Life] = {}
        self.happened: Counter[str] = Counter()
        self.watch = Watch(self)
        self._telling: tuple[Life, Bought | None, Mapping[str, datetime]] | None = None
        self._numbers = count(1)
        self._ids = (f"person-{n}" for n in count(1))
        self._changed: dict[tuple[str, str], bool] = {}
        self._saved: dict[str, None] = {}
        self._behind: dict[str, None] = {}
        self._open_stores()
        self.asking = Requests(self)
        self.renewals = Renewals(self)

    def _open_stores(self) -> None:
        self.due = SortedIndex(SHARDS)
        self.archive_due = SortedIndex(_ARCHIVE_SHARDS)
        self.ledger = Ledger(self._appended, self._removed)
        self.people = People(self.ledger, self.due, self._was_saved)
        self.registry = Registry(self.now, self._listed)
        self.registry.approved = self.clock
        self.stores = Stores(self.ledger, self.people, self.registry)
        self.archive = ArchiveTable(self.archive_due, self.watch.archived, self.watch.left_archive)
        self.receipts = Receipts(lambda: self.today, self._begun)
        self.records = Records(self, self.registry, self.receipts)
        self.replay = MemoryReplay()
        self.runs = MemoryRuns()
        self.holds = MemoryHolds()
        self.cases = Cases(self)
        self.requests = self.cases.log
        self.backlog = MemoryBacklog()
        self.purges, self.rebuilds, self.plans = Messages(), Messages(), Messages()
        self.mailchimp = MemoryAudiences(Audience(LIST, "Nouvelles", False, None, 0))
        self.stripe = Payments(self.watch.customer_deleted)
        self.redactions = Redactions(self)

    def _listed(self, entry: Suppression) -> None:
        self.records.listed(entry)

    def _begun(self, receipt: Receipt) -> None:
        self.records.begun(receipt)

    # --- people -------------------------------------------------------------------------------------------------

    def born(self, address: str) -> Life:
        life = Life(address, frozenset(self.pseudonyms.emails(address)))
        for email in life.emails:
            self.lives[email] = life
        return life

    def acts(self, act: Act) -> None:
        self.agenda[paris(act.told)].append(act)

    def acts_at(self, at: datetime, life: Life, kind: str, said: Mapping[str, Any]) -> None:
        self.acts(Act(at, at, life, kind, said))

    # --- the newsletter -----------------------------------------------------------------------------------------

    def signs_up(self, act: Act) -> None:
        """By Mailchimp's form, which takes anybody who is not on the list."""
        life, member = act.life, self._member(act.life)
        if member is not None and member.status == "subscribed":
            return
        self.mailchimp.compliance.discard((LIST, life.address))
        self.mailchimp.forgotten.discard((LIST, life.address))
        self._put(life, act.at, "subscribed", source=FORM, opted_in_at=act.at)
        self._hint(act, "subscribe")
        life.opted_in.append(act.at)
        self._read_back(act)

    def waits(self, act: Act) -> None:
        """Signed up where a letter has to be confirmed, and it is not."""
        if self._member(act.life) is None:
            self._put(act.life, act.at, "pending", source=FORM)
            act.life.pending.append(act.at)
            self._read_back(act)

    def is_imported(self, act: Act) -> None:
        """By the owner, from a file: nobody can say that they asked."""
        name = (LIST, act.life.address)
        if self._member(act.life) or name in self.mailchimp.forgotten | self.mailchimp.compliance:
            return
        self._put(act.life, act.at, "subscribed", source="Import")
        act.life.unproven.append(act.at)
        self._hint(act, "subscribe")
        self._read_back(act)

    def leaves(self, act: Act) -> None:
        """By the link below a letter; the webhook is lost where the act is told by a read-back later."""
        life, member = act.life, self._member(act.life)
        if member is None or member.status != "subscribed":
            return
        reason = "abuse" if act.said.get("complains") else "manual"
        self._put(life, act.at, "unsubscribed", unsubscribe_reason=reason if reason == "abuse" else None)
        self.mailchimp.compliance.add((LIST, life.address))
        life.left.add(act.at)
        if act.said.get("lost"):
            found = act.told + timedelta(days=self.chance.randrange(1, 9))
            self.acts(act._replace(told=found, kind="is_found_to_have_left"))
            return
        life.refused.append(act.at)
        groups = self._left(life, "objected" if reason == "abuse" else "withdrawn", reason)
        self._tell(act, "mailchimp", "unsubscribe", (self._email(life),), groups)

    def is_found_to_have_left(self, act: Act) -> None:
        member = self._member(act.life)
        if member is not None and member.status == "unsubscribed" and member.changed_at == act.at:
            act.life.refused.append(act.at)
            self._read_back(act)

    def moves(self, act: Act) -> None:
        """E123: the subscription goes to another address of theirs."""
        life, member = act.life, self._member(act.life)
        other: Life = act.said["to"]
        if (
            member is None
            or member.status != "subscribed"
            or not Reckoning(life).running
            or self._member(other)
        ):
            return
        del self.mailchimp.held[LIST][life.address]
        self.mailchimp.put(replace(member, address=other.address, changed_at=act.at))
        said = {
            "audience": LIST,
            "email": other.address,
            "previous_email": life.address,
            "event": "upemail",
            "changed_at": act.at.isoformat(),
        }
        life.moved_away.append(act.at)
        other.opted_in.append(max(life.opted_in))
        both = (self._email(life), self._email(other))
        self._tell(act, "mailchimp", "upemail", both, {"subscription": said})
        self._read_back(act._replace(life=other))

    # --- the shop -----------------------------------------------------------------------------------------------

    def buys(self, act: Act) -> None:
        n, life = next(self._numbers), act.life
        bought = Bought(f"pi_{n}", act.at, act.said["amount"])
        self._stands_at_stripe(act, n)
        if act.said.get("unheard"):
            return  # Stripe alone knows of it, whom nobody asks before the purge does (E137)
        life.bought.append(bought)
        names = (self._email(life), *self._account(act), f"stripe_payment#pi_{n}")
        number = self.pseudonyms.order_number(f"{n}")
        groups: dict[str, Group] = {
            "order": {
                "payment": f"pi_{n}",
                "session": f"cs_{n}",
                "number": f"{n}",
                "amount": bought.amount,
                "currency": "eur",
                "payment_status": "paid",
                "placed_at": act.at.isoformat(),
            },
            **self._typed(life),
        }
        box = act.said.get("box")
        if box is not None:
            groups["consent"] = self._box(life, n, ticked=box)
            (life.opted_in if box else life.unticked).append(act.at)
        self._tell(
            act, "stripe", "checkout.session.completed", (*names, number), groups, bought, subject=names[-1]
        )
        self._charges(act, bought, names, n)
        self._later(act, bought, n)

    def _charges(self, act: Act, bought: Bought, names: tuple[str, ...], n: int) -> None:
        """names: whose it is, and by what the purchase is called, that last."""
        bought.charged = act.at
        charge = {
            "payment": {
                "payment": f"pi_{n}",
                "charge": f"ch_{n}",
                "status": "succeeded",
                "amount": bought.amount,
            },
            "card": {"brand": "visa", "last4": "4242"},
            "fraud": {
                "charge": f"ch_{n}",
                "outcome": "authorized",
                "risk_level": "normal",
                "ip": "203.0.113.9",
            },
        }
        dated = {name: {**said, "at": act.at.isoformat()} for name, said in charge.items()}
        self._tell(act, "stripe", "charge.succeeded", names, dated, bought, subject=names[-1])

    def _later(self, act: Act, bought: Bought, n: int) -> None:
        """What comes of an order: acts of the same life, about it."""
        for days, kind, said in act.said.get("then", ()):
            at = act.at + timedelta(days=days)
            self.acts(Act(max(at, act.told), at, act.life, kind, {**said, "bought": bought, "n": n}))

    def is_delivered(self, act: Act) -> None:
        bought: Bought = act.said["bought"]
        day, n = paris(act.at), act.said["n"]
        if bought not in act.life.bought:
            return
        bought.delivered = day
        said = {"number": f"{n}", "delivered_on": day.isoformat()}
        number = self.pseudonyms.order_number(f"{n}")
        self._tell(act, "shop", "order.delivered", (number,), {"handover": said}, bought)

    def is_refunded(self, act: Act) -> None:
        bought: Bought = act.said["bought"]
        if bought in act.life.bought:
            said = {
                "charge": f"ch_{act.said['n']}",
                "amount_refunded": bought.amount,
                "currency": "eur",
                "at": act.at.isoformat(),
            }
            self._tell(
                act, "stripe", "charge.refunded", (f"stripe_payment#{bought.name}",), {"refund": said}, bought
            )

    def is_disputed(self, act: Act) -> None:
        self._dispute(act, "needs_response")

    def dispute_ends(self, act: Act) -> None:
        self._dispute(act, act.said["how"])

    def _dispute(self, act: Act, status: str) -> None:
        bought: Bought = act.said["bought"]
        if bought not in act.life.bought or (
            bought.closed is None and bought.disputed and status == "needs_response"
        ):
            return
        if status != "needs_response" and not bought.disputed:
            return
        bought.disputed, bought.closed = True, None if status == "needs_response" else act.at
        said = {"dispute": f"du_{act.said['n']}", "status": status, "currency": "eur"}
        type_ = "charge.dispute.created" if status == "needs_response" else "charge.dispute.closed"
        self._tell(act, "stripe", type_, (f"stripe_payment#{bought.name}",), {"dispute": said}, bought)

    def is_billed(self, act: Act) -> None:
        """An invoice that its day went by without being paid; only somebody with an account gets one."""
        n, account = next(self._numbers), self._account(act)
        due_at = act.at - timedelta(days=1)
        bought = Bought(f"in_{n}", act.at, 9000, paid=False, billed_for=paris(due_at))
        act.life.bought.append(bought)
        names = (self._email(act.life), *account, f"stripe_invoice#in_{n}")
        groups = {"invoice": self._invoice(n, act.at, "open"), "unpaid": self._unpaid(n, "overdue", due_at)}
        self._tell(act, "stripe", "invoice.overdue", names, groups, bought, subject=names[-1])
        self._later(act, bought, n)

    def is_settled(self, act: Act) -> None:
        bought: Bought = act.said["bought"]
        n = act.said["n"]
        if bought not in act.life.bought or bought.paid:
            return
        made, bought.at = bought.at, act.at
        bought.paid, bought.settled = True, act.at
        names = (self._email(act.life), f"stripe_invoice#in_{n}")
        invoice = {**self._invoice(n, made, "paid"), "amount_paid": 9000, "paid_at": act.at.isoformat()}
        groups = {"invoice": invoice, "unpaid": self._unpaid(n, "settled", made - timedelta(days=1))}
        self._tell(
            act, "stripe", "invoice.paid", names, groups, bought, subject=names[-1], dated={"invoice": made}
        )
        self._charges(act, bought, (*names, f"stripe_payment#pi_{n}"), n)

    def gives_up(self, act: Act) -> None:
        """A checkout that expired; whoever ticked the box in it has subscribed all the same (E127)."""
        n, life = next(self._numbers), act.life
        bought = Bought(f"cs_{n}", act.at, 0, paid=False, last_told=act.at)
        life.bought.append(bought)
        life.heard.append(act.at)
        groups: dict[str, Group] = {
            "checkout": {"session": f"cs_{n}", "amount": 4000, "currency": "eur", "status": "expired"},
            "profile": {"email": life.address, "name": "Camille"},
        }
        if act.said.get("box"):
            groups["consent"] = self._box(life, n, ticked=True)
            life.opted_in.append(act.at)
        names = (self._email(life), f"stripe_session#cs_{n}")
        self._tell(act, "stripe", "checkout.session.expired", names, groups, bought, subject=names[-1])

    def lives_elsewhere(self, act: Act) -> None:
        """An account's new postal address."""
        account = self._account(act)
        if not act.life.bought or not account:
            return
        said = {"email": act.life.address, "line1": f"{act.at.year} rue de Lille", "city": "Paris"}
        names = (self._email(act.life), *account)
        self._tell(act, "stripe", "customer.updated", names, {"profile": said}, subject=names[-1])
        act.life.heard.append(act.at)

    def _stands_at_stripe(self, act: Act, n: int) -> None:
        self.stripe.sessions[act.life.address].append(
            {
                "id": f"cs_{n}",
                "object": "checkout.session",
                "amount_total": act.said["amount"],
                "created": int(act.at.timestamp()),
                "currency": "eur",
                "customer": None,
                "customer_details": {"email": act.life.address, "name": "Camille"},
                "livemode": True,
                "metadata": {},
                "mode": "payment",
                "payment_intent": f"pi_{n}",
                "payment_status": "paid",
                "status": "complete",
            }
        )

    # --- what they write, and what keeps it ---------------------------------------------------------------------

    def writes(self, act: Act) -> None:
        if self._known(act.life):
            if not act.life.barred(act.told):
                act.life.wrote.append(act.at)
            self._tell(act, CONTACT, WROTE, (self._email(act.life),), {"contact": {"channel": "mail"}})

    def is_held(self, act: Act) -> None:
        """By an operator, for an authority, until somebody releases it."""
        pointer = self.people.pointers([self._email(act.life)]).get(self._email(act.life))
        if pointer is None or pointer.person is None:
            return
        kind = "legal"  # restrictions come of cases, and of one kind somebody has one hold
        review = paris(act.at) + timedelta(days=90)
        self.holds.place(LegalHold(pointer.person, kind, "an authority asks", "anne", act.at, review))
        self.watch.keeps(act.life, f"{kind}:{pointer.person}")
        at = act.at + timedelta(days=act.said["done"])
        self.acts(Act(at, at, act.life, "is_released", {"person": pointer.person, "kind": kind}))

    def is_released(self, act: Act) -> None:
        self.holds.release(act.said["person"], act.said["kind"])
        self.watch.releases(act.life, f"{act.said['kind']}:{act.said['person']}")

    # --- what comes late ----------------------------------------------------------------------------------------

    def is_told_later(self, life: Life) -> None:
        """Of somebody who has just gone: what they were told of last comes once more, some days later."""
        if life.last is not None:
            at = self.clock + timedelta(days=self.chance.randrange(1, 4), hours=5)
            self.acts(Act(at, at, life, "is_told_again", {"fact": life.last}))

    def is_told_again(self, act: Act) -> None:
        """A provider repeats itself after somebody went (E106, E107): nobody comes back by that."""
        if not act.life.pieces or act.life.erased is not None:
            self.happened["told again of the gone"] += 1
            self.ledger.append(replace(act.said["fact"], recorded_at=act.told))

    # --- how it is told -----------------------------------------------------------------------------------------

    def _email(self, life: Life) -> str:
        return self.pseudonyms.email(life.address)

    def _known(self, life: Life) -> bool:
        return bool(life.pieces)

    def _member(self, life: Life) -> Member | None:
        return self.mailchimp.held[LIST].get(life.address)

    def _put(self, life: Life, at: datetime, status: str, **more: Any) -> None:
        held = self._member(life) or Member(
            LIST, life.address, status, None, None, None, at, None, at, "fr", None
        )
        self.mailchimp.put(replace(held, status=status, changed_at=at, **more))

    def _account(self, act: Act) -> tuple[str, ...]:
        if not act.said.get("account") or act.life.barred(act.told):
            return ()
        customer = f"cus_{self.pseudonyms.email(act.life.address)[-12:]}"
        self.stripe.opens(customer, act.life.address)
        return (f"stripe_customer#{customer}",)

    @staticmethod
    def _typed(life: Life) -> dict[str, Group]:
        return {
            "profile": {"email": life.address, "name": "Camille"},
            "phone": {"number": "+33123456789"},
            "delivery": {"name": "Camille", "line1": "1 rue de Lille", "city": "Paris"},
        }

    @staticmethod
    def _box(life: Life, n: int, *, ticked: bool) -> Group:
        return {
            "purpose": "newsletter",
            "choice": "granted" if ticked else "withdrawn",
            "session": f"cs_{n}",
            "carrier": "metadata:newsletter_optin",
            "value": "yes" if ticked else "no",
            "email": life.address,
            "language": "fr",
        }

    @staticmethod
    def _left(life: Life, choice: str, reason: str) -> dict[str, Group]:
        told = {"audience": LIST, "email": life.address, "event": "unsubscribe", "reason": reason}
        said = {"purpose": "newsletter", "choice": choice, "carrier": "mailchimp", "audience": LIST}
        return {
            "subscription": {**told, "status": "unsubscribed"},
            "consent": {**said, "email": life.address, "reason": reason},
        }

    @staticmethod
    def _invoice(n: int, at: datetime, status: str) -> dict[str, Any]:
        made = {"created_at": at.isoformat(), "finalized_at": at.isoformat()}
        return {"invoice": f"in_{n}", "status": status, "total": 9000, "currency": "eur", **made}

    @staticmethod
    def _unpaid(n: int, state: str, due_at: datetime) -> Group:
        return {"invoice": f"in_{n}", "state": state, "currency": "eur", "due_at": due_at.isoformat()}

    def _hint(self, act: Act, event: str) -> None:
        said = {"audience": LIST, "email": act.life.address, "event": event, "changed_at": act.at.isoformat()}
        self._tell(act, "mailchimp", event, (self._email(act.life),), {"subscription": said})

    def _read_back(self, act: Act) -> None:
        member = self._member(act.life)
        assert member is not None
        fact = fact_from(member, pseudonyms=self.pseudonyms, recorded_at=act.told)
        self._hear(act, fact)

    def _tell(
        self,
        act: Act,
        source: str,
        type_: str,
        names: tuple[str, ...],
        groups: Mapping[str, Group],
        bought: Bought | None = None,
        *,
        subject: str | None = None,
        dated: Mapping[str, datetime] | None = None,
    ) -> None:
        fact = Fact(
            source=source,
            event_id=f"e{next(self._numbers)}",
            type=type_,
            occurred_at=act.at,
            recorded_at=act.told,
            identifiers=names,
            subject=subject or names[0],
            groups=groups,
            digest=digest_of(self.pseudonyms.digest_key, type_, act.at, groups),
        )
        self._hear(act, fact, bought, dated or {})

    def _hear(
        self, act: Act, fact: Fact, bought: Bought | None = None, dated: Mapping[str, datetime] | None = None
    ) -> None:
        life = act.life
        in_vain = life.barred(self.clock) and (bought is None or life.went is None or bought.at > life.went)
        if in_vain:
            self.happened["told in vain of who went"] += 1
            self.ledger.append(fact)
            return
        if fact.source != CONTACT:
            life.heard.append(fact.occurred_at)
        self._telling = (life, bought, dated or {})
        self.ledger.append(fact)
        self._telling = None
        if fact.source != "mailchimp_member":
            act.life.last = fact  # of what providers repeat; a member is read as it is at that moment

    def recording(self, life: Life) -> Recording:
        """The ledger, for facts of theirs that no provider repeats."""
        return Recording(self.ledger, partial(self._writes_down, life))

    def _writes_down(self, life: Life, fact: Fact) -> Appended:
        if not life.barred(self.clock):
            life.heard.append(fact.occurred_at)
            self._telling = (life, None, {})
        became = self.ledger.append(fact)
        self._telling = None
        return became

    # --- our workers --------------------------------------------------------------------------------------------

    def _appended(self, fact: Fact) -> None:
        self._changed[fact.filed_under, fact.key] = False
        if self._telling is not None:
            life, bought, dated = self._telling
            self.watch.told(life, fact, bought, dated)
        else:
            self.watch.told_by_us(fact)

    def _removed(self, fact: Fact, groups: Iterable[str]) -> None:
        if fact.source != "privacy":
            self._changed.setdefault((fact.filed_under, fact.key), True)
        self.watch.removed(fact, groups)

    def comes_to_rest(self) -> None:
        """Everything that was told is folded, and Mailchimp follows, until nothing is left to do."""
        for _ in range(6):
            if not self._changed and not self._saved:
                return
            changed, self._changed = self._changed, {}
            about = {identifier for identifier, _ in changed}
            folder = Folder(self.stores, self.rules, self.now, lambda: next(self._ids), about)
            for key, removed in changed.items():
                folder.fold(BatchRecord(key[1], key=key, removed=removed))
            saved, self._saved = self._saved, {}
            for person in saved:
                self._follow(person)
        raise AssertionError(f"world {self.seed}: it never comes to rest on {self.today}")

    def _was_saved(self, person: str) -> None:
        self._saved[person] = None

    def _follow(self, person: str) -> None:
        if self.mailchimp.down:
            self._behind[person] = None
        elif person in self.people.items:
            self.sync.follow_person(person)

    @property
    def sync(self) -> MemberSync:
        return MemberSync(
            stores=self.stores,
            members=self.mailchimp,
            directory=self.mailchimp,
            audiences=(LIST,),
            notes=MemoryNotes(),
            policy=self.rules,
            pseudonyms=self.pseudonyms,
            now=self.now,
            record=self.ledger.append,
            counted=lambda done: self.happened.update([f"sync: {done}"]),
        )

    def now(self) -> datetime:
        return self.clock

    # --- days and nights ----------------------------------------------------------------------------------------

    def live(self, until: date) -> None:
        while self.today < until:
            self.today += timedelta(days=1)
            self._day()

    def _day(self) -> None:
        night = datetime.combine(self.today, time(3, 30), PARIS).astimezone(UTC)
        yesterday = self.today - timedelta(days=1)
        acts = self.agenda.pop(yesterday, [])
        early = [act for act in self.agenda.get(self.today, ()) if act.told < night]
        if early:
            self.agenda[self.today] = [act for act in self.agenda[self.today] if act.told >= night]
        acts += early
        while acts:
            for act in sorted(acts, key=lambda act: (act.told, act.at, act.kind)):
                self.clock = act.told
                self.mailchimp.now = act.told
                doer = next(each for each in (self, self.asking, self.renewals) if hasattr(each, act.kind))
                getattr(doer, act.kind)(act)
                self.happened[act.kind] += 1
            acts = self.agenda.pop(yesterday, [])
        self.clock = self.mailchimp.now = night - timedelta(seconds=30)
        self._weather()
        behind, self._behind = self._behind, {}
        self._saved |= behind
        self.comes_to_rest()
        self.clock = self.mailchimp.now = night
        self.watch.night_falls(night)
        self._night()
        self.clock = self.mailchimp.now = night + timedelta(minutes=20)
        self.comes_to_rest()
        self.renewals.go_out()
        self.watch.night_is_over()
        self.records.night_is_over()
        self.redactions.night_is_over()
        self.cases.night_is_over()

    def _weather(self) -> None:
        """Days on which a provider is down, or we are behind for a while."""
        self.stripe.down = self.chance.random() < (0.6 if self.stripe.down else 0.01)
        self.mailchimp.down = self.chance.random() < (0.6 if self.mailchimp.down else 0.01)
        self.backlog.names = ["ledger"] if self.chance.random() < 0.01 else []

    def _night(self) -> None:
        run = begin_day(runs=self.runs, policy=self.rules, now=self.clock)
        run = self._planned(run)
        if run.state == HELD:
            self._looks_into(run)
            self.backlog.names = []
            approve_purge(run.id, by="anne", runs=self.runs, queue=self.plans, now=self.clock)
            run = self._planned(run)
        assert run.state == DONE, f"world {self.seed}: {run}"
        self._purged(self.purges.taken())

    def _planned(self, run: Run) -> Run:
        self.planning.go_on(run.id, lambda: True)
        found = self.runs.get(RETENTION, run.id)
        assert found is not None
        return found

    def _looks_into(self, run: Run) -> None:
        """What the operator does before approving: is it held for what is so?"""
        why, guard = set(run.given["why"].split()), self.rules.purge_guard
        due = sum(len(self.due.page(s, self.today, None, 10_000).due) for s in self.due.shards)
        share = max(1, self.due.size() * guard.purges_at_most_percent // 100)
        expected = {
            Reason.BACKLOG: bool(self.backlog.names),
            Reason.MANY: due > guard.purges_at_most,
            Reason.SHARE: due > share,
        }
        wrong = why ^ {reason.value for reason, so in expected.items() if so}
        assert not wrong, f"world {self.seed}: held on {self.today} for {why}, of which {wrong} is not so"
        self.happened.update(f"held: {reason}" for reason in why)

    def _purged(self, messages: Sequence[Mapping[str, str]]) -> None:
        for body in messages:
            batch = read_batch(body)
            for _ in range(2 if self.chance.random() < 0.03 else 1):
                self._work(batch)

    def _work(self, batch: Batch) -> None:
        if batch.kind == PERSON:
            with suppress(ProviderUnavailable):
                self.purge.purge(batch, at=self.clock - timedelta(seconds=20))
        elif batch.kind == ARCHIVE:
            self._purge_archived(batch)
        elif batch.kind == REQUEST:
            self.cases.purge(batch.keys)
        elif batch.kind == REDACTION:
            self.redactions.follow(batch.keys)
        elif batch.kind == REGISTRY:
            self._purge_records(batch)

    def _purge_archived(self, batch: Batch) -> None:
        for key in batch.keys:
            purge = ArchivePurge(
                archive=self.archive,
                stores=self.stores,
                holds=self.holds,
                log=self.requests,
                policy=self.rules,
                now=self.clock,
            )
            purge_archived(key, purge)

    def _purge_records(self, batch: Batch) -> None:
        purge = RegistryPurge(
            registry=self.records,
            receipts=self.records,
            stores=self.stores,
            archive=self.archive,
            policy=self.rules,
            now=self.clock,
        )
        for key in batch.keys:
            purge_registry(key, purge)

    @property
    def planning(self) -> Planning:
        empty = SortedIndex(("none#0",))
        gate = Gate(self.due, self.backlog, self.registry.history_approved, self.rules)
        return Planning(
            runs=self.runs,
            indexes={
                **dict.fromkeys(KINDS, empty),
                PERSON: self.due,
                REQUEST: self.cases.due,
                ARCHIVE: self.archive_due,
                REGISTRY: self.records.due,
                REDACTION: self.redactions.due,
            },
            gate=gate,
            purges=self.purges,
            rebuilds=self.rebuilds,
            receipts=self.receipts,
            told=lambda run: None,
            now=self.now,
        )

    @property
    def purge(self) -> PeoplePurge:
        person = PersonPurge(
            stores=self.stores,
            remover=self.ledger,
            archive=self.archive,
            keepers=partial(keepers_of, holds=self.holds, log=self.requests),
            providers=Providers(
                directory=self.mailchimp,
                members=self.mailchimp,
                audiences=(LIST,),
                customers=self.stripe,
                undeliverables=MemoryUndeliverables(),
            ),
            payments=self.stripe,
            facts_of=self.facts_of,
            record=self._found,
            policy=self.rules,
            pseudonyms=self.pseudonyms,
            now=self.now,
            new_id=lambda: next(self._ids),
            told=lambda what: self.happened.update([what]),
            renew=self.renewals.offer,
            owing=self.redactions.owing(),
        )
        return PeoplePurge(
            person, self.receipts, self.replay, lambda: self.happened.update(["skipped: a provider was down"])
        )

    def facts_of(self, kind: str, listed: Mapping[str, Any], asked_at: datetime) -> tuple[Fact, ...]:
        facts = stripe_history.facts_from(
            kind, listed, pseudonyms=self.pseudonyms, policy=self.rules, recorded_at=asked_at
        )
        return () if isinstance(facts, Ignored) else facts

    def _found(self, fact: Fact) -> None:
        """What the look-up brought of an order that no webhook told of, or our own word about Mailchimp."""
        if fact.source != HISTORY:
            self.ledger.append(fact)
            return
        life = self.lives[fact.filed_under]
        name = fact.subject.partition("#")[2]
        bought = next((b for b in life.bought if b.name == name), None)
        if bought is None:
            order = fact.group("order")
            bought = Bought(name, fact.occurred_at, int(str(order["amount"])), charged=fact.occurred_at)
            life.bought.append(bought)
        self.watch.happened_in_the_night(life)
        self._hear(Act(self.clock, fact.occurred_at, life, "", {}), fact, bought)
