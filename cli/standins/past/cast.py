"""Who took part in the shop's past, and what each of them did at Stripe and at Mailchimp. All of them are made up."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

from cli.standins.http import Json

DAY = 86_400
SPAN = 3 * 365 * DAY - 30 * DAY
"""How far back the past goes: every consent in it still counts for a month (three years, P33)."""

REPEATS = 500
"""Purchases beyond everybody's first."""


class Verdict(StrEnum):
    """What has to become of somebody at Mailchimp, by the law and not by our code."""

    KEEP = "keep"  # subscribed, and there is proof
    SUBSCRIBE = "subscribe"  # ticked the box at the checkout, and is not in the audience
    INVITE = "invite"  # ticked the box after leaving: Mailchimp takes them from their own hand only
    REMOVE_UNPROVEN = "remove_unproven"  # subscribed, and nobody can say that they ever agreed
    REMOVE_WITHDRAWN = "remove_withdrawn"  # subscribed, and the last box that they saw was left unticked
    REMOVE_EXPIRED = "remove_expired"  # subscribed, and their last opt-in is more than three years old
    LEAVE = "leave"  # not subscribed, and rightly so


@dataclass(frozen=True)
class Step:
    """An act of a stand-in at a Unix second."""

    act: str
    at: int
    arguments: Json = field(default_factory=dict)


@dataclass
class Visit:
    """One thing at Stripe, a checkout or an invoice, and what became of it. `then` happens to what `first` made."""

    first: Step
    then: list[Step] = field(default_factory=list)

    @property
    def paid(self) -> bool:
        """Tell whether it was an order in the end."""
        if self.first.act == "invoice":
            return any(step.act == "invoice_pay" for step in self.then)
        if self.first.arguments["method"] == "sepa_debit":
            return any(step.act == "pay_async" for step in self.then)
        return self.first.arguments["outcome"] in ("paid", "review")


@dataclass
class Someone:
    """One person: one address, however it was typed."""

    address: str
    verdict: Verdict
    visits: list[Visit] = field(default_factory=list)
    membership: list[Step] = field(default_factory=list)


PARTS: tuple[tuple[int, Verdict, str], ...] = (
    # buyers; `buy:` says how the newsletter's box was left
    (200, Verdict.LEAVE, "buy:absent"),
    (180, Verdict.LEAVE, "buy:unticked"),
    (120, Verdict.KEEP, "buy:ticked api_add"),
    (50, Verdict.SUBSCRIBE, "buy:ticked"),
    (30, Verdict.REMOVE_UNPROVEN, "buy:unticked import"),
    (30, Verdict.REMOVE_WITHDRAWN, "import buy:unticked"),
    (40, Verdict.REMOVE_UNPROVEN, "buy:absent import"),
    (20, Verdict.LEAVE, "buy:ticked api_add unsubscribe buy:absent"),
    (10, Verdict.REMOVE_WITHDRAWN, "buy:ticked api_add buy:unticked"),
    (5, Verdict.INVITE, "signup unsubscribe buy:ticked"),
    (3, Verdict.INVITE, "signup forget buy:ticked"),
    (12, Verdict.KEEP, "signup buy:absent"),
    # at the checkout, without an order
    (60, Verdict.LEAVE, "walk_away"),
    (16, Verdict.LEAVE, "fail:unticked"),
    (4, Verdict.SUBSCRIBE, "fail:ticked"),  # the payment failed, the wish stands (E127)
    # never at the checkout
    (900, Verdict.KEEP, "signup"),
    (300, Verdict.REMOVE_UNPROVEN, "import"),
    (40, Verdict.REMOVE_UNPROVEN, "admin_add"),
    (60, Verdict.REMOVE_UNPROVEN, "api_add"),
    (40, Verdict.REMOVE_EXPIRED, "signup_long_ago"),
    (180, Verdict.LEAVE, "signup unsubscribe"),
    (50, Verdict.LEAVE, "import unsubscribe"),
    (30, Verdict.LEAVE, "signup abuse"),
    (40, Verdict.LEAVE, "signup cleaned"),
    (20, Verdict.LEAVE, "import cleaned"),
    (33, Verdict.LEAVE, "import_pending"),
    (40, Verdict.LEAVE, "import archive"),
)
"""How many people did what, in this order, and what has to become of them."""

AFTERMATHS: tuple[tuple[int, str], ...] = (
    (60, "refund"),
    (40, "refund_part"),
    (3, "refund refund_fail"),
    (3, "dispute_open dispute_won"),
    (3, "dispute_open dispute_lost"),
    (2, "dispute_open"),
    (8, "review review_close"),
    (2, "fraud_warning"),
)
"""What befell so many of the paid card payments."""

INVOICES: tuple[tuple[int, str], ...] = (
    (24, "invoice_pay"),
    (6, "invoice_pay credit_note"),
    (4, "invoice_fail invoice_overdue"),
    (3, "invoice_fail invoice_uncollectible"),
    (3, "invoice_void"),
)
"""What became of so many invoices."""

MEMBER_ACTS: dict[str, tuple[str, Json]] = {
    "signup_long_ago": ("signup", {}),
    "import_pending": ("import", {"status": "pending"}),
    "archive": ("delete", {}),
    "forget": ("delete", {"permanent": True}),
}
CHARGE_ACTS: dict[str, tuple[str, Json]] = {
    "refund_part": ("refund", {"amount": 700}),
    "dispute_won": ("dispute_close", {"status": "won"}),
    "dispute_lost": ("dispute_close", {"status": "lost"}),
}
FIRST_NAMES = (
    *("alice", "anne", "arthur", "aya", "basile", "camille", "chloe", "clara", "damien", "david", "elias"),
    *("emma", "eva", "fanny", "felix", "gabriel", "hugo", "ines", "jade", "jules", "lea", "lina", "louis"),
    *("lucie", "manon", "marc", "marie", "mehdi", "nadia", "nathan", "nina", "noe", "noor", "olivier"),
    *("paul", "rachel", "rose", "samir", "sarah", "simon", "sofia", "theo", "tom", "victor", "yasmine"),
)
LAST_NAMES = (
    *("andre", "bernard", "bertrand", "blanc", "bonnet", "boyer", "caron", "chevalier", "david", "denis"),
    *("dubois", "dumont", "dupont", "durand", "faure", "fontaine", "fournier", "garnier", "gauthier"),
    *("giraud", "haddad", "henry", "lambert", "laurent", "lefebvre", "leroy", "lopez", "marchand"),
    *("martin", "masson", "mercier", "moreau", "morel", "nguyen", "petit", "renard", "richard", "robert"),
    *("rousseau", "roux", "simon", "thomas", "vidal", "vincent", "weber", "zidi"),
)
DOMAINS = ("example.fr", "example.org", "example.com", "example.net")


def cast(as_of: int, seed: int = 2026, share: int = 1) -> list[Someone]:
    """Return everybody in the past of a shop as of a Unix second. The same arguments give the same people.

    share: one in so many of everybody, and at least one of each kind.
    """
    return _Playwright(as_of, random.Random(seed), share).write()


@dataclass(frozen=True)
class _Playwright:
    as_of: int
    chance: random.Random
    share: int

    def write(self) -> list[Someone]:
        names = self._names()
        people = []
        for count, verdict, story in PARTS:
            people += [self._someone(next(names), verdict, story.split()) for _ in range(self._some(count))]
        buyers = [someone for someone in people if any(visit.paid for visit in someone.visits)]
        for someone in self.chance.choices(buyers, k=self._some(REPEATS)):
            self._buy_again(someone)
        self._let_befall(buyers)
        self._invoice(buyers)
        return people

    def _some(self, count: int) -> int:
        return max(1, count // self.share)

    def _names(self) -> Iterator[str]:
        names = [f"{first}.{last}" for first, last in product(FIRST_NAMES, LAST_NAMES)]
        self.chance.shuffle(names)
        for number, domain in enumerate(DOMAINS):
            yield from (f"{name}{number or ''}@{domain}" for name in names)

    def _someone(self, address: str, verdict: Verdict, story: list[str]) -> Someone:
        someone = Someone(address, verdict)
        start, end = self.as_of - SPAN, self.as_of - DAY
        if "signup_long_ago" in story:
            start, end = start - 240 * DAY, start - 60 * DAY
        moments = sorted(self.chance.sample(range(start, end, 3600), len(story)))
        habit = self.chance.choice(("guest", "new", "new", "same"))
        for number, word in enumerate(story):
            name, _, box = word.partition(":")
            # the shop's plugin adds whoever ticked the box a minute after the order
            at = moments[number - 1] + 60 if number and name == "api_add" else moments[number]
            if name in ("buy", "fail", "walk_away"):
                someone.visits.append(self._visit(address, name, box or "ticked", habit, at))
            else:
                act, arguments = MEMBER_ACTS.get(word, (word, {}))
                someone.membership.append(Step(act, at, {"email": self._typed(address), **arguments}))
        return someone

    def _visit(self, address: str, kind: str, box: str, habit: str, at: int) -> Visit:
        settled = at < self.as_of - 8 * DAY
        by_debit = kind == "fail" or (kind == "buy" and settled and self.chance.random() < 0.08)
        arguments: Json = {
            "email": self._typed(address),
            "name": _name(address),
            "amount": self.chance.randrange(1500, 18_000, 50),
            "box": box,
            "carrier": self.chance.choices(("metadata", "custom_field", "promotions"), (7, 2, 1))[0],
            "method": "sepa_debit" if by_debit else "card",
            "outcome": "left" if kind == "walk_away" else "paid",
            "customer": habit,
            "ip": f"203.0.113.{self.chance.randrange(1, 255)}",
        }
        visit = Visit(Step("checkout", at, arguments))
        if kind == "walk_away":
            visit.then.append(Step("expire", at + DAY))
        elif by_debit:
            visit.then.append(
                Step("fail_async" if kind == "fail" else "pay_async", min(at + 4 * DAY, self.as_of))
            )
        return visit

    def _buy_again(self, someone: Someone) -> None:
        """The same box as the last time, after everything else: that changes only why an imported member goes."""
        last = someone.visits[-1].first
        since = max(step.at for step in (last, *someone.membership))
        at = self.chance.randrange(since, self.as_of)
        habit, box = last.arguments["customer"], last.arguments["box"]
        if box == "unticked" and someone.verdict is Verdict.REMOVE_UNPROVEN:
            someone.verdict = Verdict.REMOVE_WITHDRAWN
        someone.visits.append(self._visit(someone.address, "buy", box, habit, at))

    def _let_befall(self, buyers: list[Someone]) -> None:
        visits = [visit for someone in buyers for visit in someone.visits if visit.paid]
        by_card = [visit for visit in visits if visit.first.arguments["method"] == "card"]
        stories = [story.split() for count, story in AFTERMATHS for _ in range(self._some(count))]
        for visit, story in zip(self.chance.sample(by_card, len(stories)), stories, strict=True):
            for number, word in enumerate(story, 1):
                act, arguments = CHARGE_ACTS.get(word, (word, {}))
                at = min(visit.first.at + number * 6 * DAY, self.as_of)
                visit.then.append(Step(act, at, arguments))

    def _invoice(self, buyers: list[Someone]) -> None:
        stories = [story.split() for count, story in INVOICES for _ in range(self._some(count))]
        for someone, story in zip(self.chance.sample(buyers, len(stories)), stories, strict=True):
            at = self.chance.randrange(self.as_of - SPAN, self.as_of - 60 * DAY)
            arguments: Json = {"of": someone.address, "amount": self.chance.randrange(5000, 90_000, 100)}
            visit = Visit(Step("invoice", at, {**arguments, "due_in_days": 30}))
            visit.then = [Step(act, at + number * 12 * DAY) for number, act in enumerate(story, 1)]
            someone.visits.append(visit)

    def _typed(self, address: str) -> str:
        """Return the address as a person types it: usually so, sometimes with other capitals (E125)."""
        local, _, domain = address.partition("@")
        ways = (address, f"{local.title()}@{domain}", address.upper(), f"{local}@{domain.title()}")
        return self.chance.choices(ways, (85, 8, 3, 4))[0]


def _name(address: str) -> str:
    return address.partition("@")[0].rstrip("0123456789").replace(".", " ").title()
