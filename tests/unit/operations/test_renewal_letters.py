"""Before a subscription or permission ends, one letter asks: if true still, once, whoever dies (A3, E135, E141)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email import policy as mail_policy
from urllib.parse import urlsplit

import pytest

from privacy import letters, policy
from privacy.domain.facts import Fact
from privacy.domain.letter import Language, Letter
from privacy.domain.person import Folding, Person
from privacy.domain.request import Request, State
from privacy.domain.request_effects import Progress, effects, owed
from privacy.domain.request_fold import fold
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import Flag, Kind
from privacy.operations.consent.choose import Choosing, offers_are_sent, withdraw
from privacy.operations.consent.offer_renewal import Renewing, renew
from privacy.operations.consent.reach_mailbox import MailboxReach
from privacy.operations.consent.stay_subscribed import Staying, may_stay, stay, token_digest
from privacy.operations.letters.send_letter import LetterSending, NotNow
from privacy.operations.letters.settle_letter import Happened, LetterEvent, LetterSettling
from privacy.operations.letters.write_letter import LetterWriting, Offices
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.operations.requests.append_steps import append_steps
from privacy.ports import Appended, RequestConflict
from tests.fakes import MemoryLedger, MemoryMail, MemoryPeople, MemoryRegistry, MemoryRequests, MemoryTokens
from tests.golden import compare
from tests.posting import Again, Killed, Post, in_turn, killed, lost, nothing, refused
from tests.requesting import STAFF, Desk, shopping, step
from tests.requesting import mail as message
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, at, email, hint, member, session, unsubscribed

POLICY = policy.load()
PAGES = "https://pages.example"


@dataclass
class Shop:
    """A ledger and its fold, cases, tokens and SES, in memory."""

    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    log: MemoryRequests = field(default_factory=MemoryRequests)
    tokens: MemoryTokens = field(default_factory=MemoryTokens)
    post: Post = field(default_factory=Post)
    again: Again = field(default_factory=Again)
    now: datetime = field(default_factory=lambda: at("2026-11-22T03:00"))

    def __post_init__(self) -> None:
        self.people = MemoryPeople(self.ledger)
        self.stores = Stores(self.ledger, self.people, MemoryRegistry())
        self.ids: Iterator[str] = (f"person-{n}" for n in range(100))

    def hears(self, *facts: Fact) -> None:
        for fact in facts:
            self.ledger.append(fact)
        fold_people(
            {fact.filed_under for fact in facts},
            stores=self.stores,
            policy=POLICY,
            now=self.now,
            new_id=lambda: next(self.ids),
        )

    def person(self, who: str = CAMILLE) -> Person:
        folding = Folding(POLICY)
        for partition in self.ledger.partitions.values():
            for fact in partition.values():
                folding.add(fact)
        linked, people = folding.people()
        return people[linked.owner(email(who))]

    def renews(self, who: str = CAMILLE) -> tuple[str, ...]:
        return renew(self.person(who), Renewing(self.log, PSEUDONYMS, POLICY.periods, lambda: self.now))

    @property
    def sending(self) -> LetterSending:
        return LetterSending(
            log=self.log,
            letters=LetterWriting(
                letters.load(),
                POLICY.controller,
                Offices("contact@imera-paris.com", "service@example.org", "dpo@example.org"),
                MemoryMail(),
                lambda _: (),
            ),
            mailer=self.post,
            again=self.again,
            periods=POLICY.periods,
            pseudonyms=lambda: PSEUDONYMS,
            now=lambda: self.now,
            mailboxes=MailboxReach(self.people, self.tokens, lambda: PSEUDONYMS, PAGES, lambda: self.now),
        )

    def sends(self, id_: str) -> str:
        (effect,) = (each for each in effects(self.letter(id_)).values() if each.step == 1)
        return self.sending.send(id_, effect.id)

    def letter(self, id_: str) -> Request:
        return fold(id_, self.log.steps(id_))

    def progress(self, id_: str) -> Progress:
        return next(iter(effects(self.letter(id_)).values())).progress

    def told(self, id_: str, happened: Happened, *, permanent: bool = False) -> None:
        effect = next(iter(effects(self.letter(id_))))
        settling = LetterSettling(self.log, POLICY.periods, lambda: self.now)
        settling.settle(LetterEvent(id_, effect, happened, "ses-1", permanent))

    @property
    def secrets(self) -> list[str]:
        """Of the links in the letters that went, to the page that asks."""
        return self._secrets("/stay/")

    @property
    def choices(self) -> list[str]:
        """Of those to the page that ends it all."""
        return self._secrets("/choices/")

    def _secrets(self, page: str) -> list[str]:
        return [urlsplit(word).path.rpartition("/")[2] for word in self.text.split() if page in word]

    @property
    def text(self) -> str:
        return "\n".join(str(message.get_content()) for message in self.post.messages())

    def staying(self) -> Staying:
        return Staying(self.tokens, self.people, self.ledger, POLICY, lambda: self.now)


@pytest.fixture
def shop() -> Shop:
    """Camille subscribed on 22 December 2023 and never ordered: she goes on 22 December 2026."""
    shop = Shop()
    shop.hears(member("2023-12-22T10:00"))
    return shop


# ---------------------------------------------------------------- who gets it, and when


def test_thirty_days_before_a_subscription_ends_one_letter_begins(shop: Shop) -> None:
    shop.now = at("2026-11-21T22:59")  # still 21 November in Paris
    assert shop.renews() == ()
    shop.now = at("2026-11-21T23:00")
    (letter,) = shop.renews()
    renewal = shop.letter(letter).renewal
    assert renewal is not None
    assert renewal.ends_on == date(2026, 12, 22)
    assert renewal.letter is Letter.RENEWAL_NEWSLETTER
    assert renewal.mailbox == email()


def test_a_customers_permission_ends_three_years_after_the_last_contact_e141() -> None:
    shop = Shop(now=at("2026-11-01T03:30"))
    shop.hears(session("2023-12-01T12:00", box=True))
    (letter,) = shop.renews()
    renewal = shop.letter(letter).renewal
    assert renewal is not None
    assert (renewal.ends_on, renewal.letter) == (date(2026, 12, 1), Letter.RENEWAL_CUSTOMER)


def test_a_day_that_was_missed_is_made_up_for_until_the_last_before_the_end(shop: Shop) -> None:
    shop.now = at("2026-12-21T03:30")
    (letter,) = shop.renews()
    assert shop.sends(letter) == "sent"
    assert "22 décembre 2026" in shop.text
    late = Shop(now=at("2026-12-22T03:30"))
    late.hears(member("2023-12-22T10:00"))
    assert late.renews() == ()


def test_the_letter_moves_no_day(shop: Shop) -> None:
    before = shop.person().clock, shop.person().may_market_until
    shop.sends(shop.renews()[0])
    assert (shop.person().clock, shop.person().may_market_until) == before


@pytest.mark.parametrize(
    "told",
    [
        unsubscribed("2026-10-01"),
        unsubscribed("2026-10-01", reason="abuse"),
        hint("2026-10-01", "cleaned"),
    ],
    ids=["withdrew", "objected", "bounced"],
)
def test_nobody_who_may_not_be_sent_offers_gets_one(shop: Shop, told: Fact) -> None:
    shop.hears(told)
    assert shop.renews() == ()


def test_who_was_subscribed_without_proof_gets_none() -> None:
    shop = Shop()
    shop.hears(member("2023-12-22T10:00", source="Import"))
    assert shop.renews() == ()


def test_each_mailbox_gets_its_own_and_only_one() -> None:
    shop = Shop()
    shop.hears(member("2023-12-22T10:00"), member("2023-12-22T10:00", BENOIT))
    first, second = shop.renews(), shop.renews(BENOIT)
    assert len({*first, *second}) == 2
    assert shop.renews() == shop.renews(BENOIT) == ()


def test_it_begins_once_whatever_day_it_is_looked_at_again(shop: Shop) -> None:
    (letter,) = shop.renews()
    shop.sends(letter)
    for _ in range(29):
        shop.now += timedelta(days=1)
        assert shop.renews() == ()
    assert len(shop.log.cases) == 1
    assert len(shop.post.taken) == 1


def test_two_workers_begin_one_letter(shop: Shop) -> None:
    shop.log.before_append = in_turn(shop.renews)
    assert shop.renews() == ()
    assert len(shop.log.cases) == 1


def test_a_store_that_was_merely_busy_is_asked_again(shop: Shop) -> None:
    def busy() -> None:
        raise RequestConflict

    shop.log.before_append = in_turn(busy)
    with pytest.raises(RequestConflict):
        shop.renews()
    assert len(shop.renews()) == 1


# ---------------------------------------------------------------- what it says


@pytest.mark.parametrize("language", ["fr", "en", "de"])
@pytest.mark.parametrize("regime", ["newsletter", "customer"])
def test_the_letter_reads_well(language: str, regime: str, pytestconfig: pytest.Config) -> None:
    shop = Shop(now=at("2026-11-22T03:00") if regime == "newsletter" else at("2026-11-01T03:30"))
    told = member("2023-12-22T10:00") if regime == "newsletter" else session("2023-12-01T12:00", box=True)
    shop.hears(in_language(language, told))
    (letter,) = shop.renews()
    shop.sends(letter)
    (sent,) = shop.post.messages()
    text = str(sent.get_content()).replace(letter, "RN-…").replace("\r\n", "\n")
    for secret in (*shop.secrets, *shop.choices):
        text = text.replace(secret, "…")
    languages = language if language in set(Language) else "both"
    compare(f"sent/{languages}/renewal_{regime}.txt", f"{sent['Subject']}\n\n{text}", pytestconfig)


def in_language(language: str, told: Fact) -> Fact:
    """The same, agreed to on a page in that language."""
    return replace(told, groups={**told.groups, "consent": {**told.group("consent"), "language": language}})


def test_a_page_in_another_language_says_less_than_a_purchase_in_ours() -> None:
    shop = Shop(now=at("2026-11-01T03:30"))
    told = in_language("de-AT", session("2023-12-01T12:00", box=True))
    shop.hears(replace(told, groups={**told.groups, "profile": {"email": CAMILLE, "locale": "en_GB"}}))
    renewal = shop.letter(shop.renews()[0]).renewal
    assert renewal is not None
    assert renewal.language == "en"


def test_who_agreed_in_no_language_that_we_know_reads_both_each_with_its_own_link(shop: Shop) -> None:
    shop.sends(shop.renews()[0])
    links = [word for word in shop.text.split() if "/stay/" in word]
    assert [link.rpartition("?")[2] for link in links] == ["lang=fr", "lang=en"]
    assert len(set(shop.secrets)) == 1


def test_it_is_no_case_answers_nobody_and_can_be_stopped_with_one_word(shop: Shop) -> None:
    (letter,) = shop.renews()
    shop.sends(letter)
    (sent,) = shop.post.messages()
    assert sent["To"] == CAMILLE
    assert sent["Reply-To"] == "contact@imera-paris.com"
    assert "[" not in sent["Subject"]
    page, mail = sent["List-Unsubscribe"].split(", ")
    assert mail == "<mailto:contact@imera-paris.com?subject=stop>"
    assert page.strip("<>") in {word.partition("?")[0] for word in shop.text.split()}
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "RFC 8058"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["In-Reply-To"] is None
    assert shop.post.taken[0][2] == f"{letter}_renewal_newsletter-1"


def test_no_address_and_no_link_stand_anywhere_in_our_tables(shop: Shop) -> None:
    (letter,) = shop.renews()
    shop.sends(letter)
    kept = repr((shop.log.cases, shop.log.summaries, shop.log.causes, shop.tokens.held))
    for word in (CAMILLE, "camille", *shop.secrets, *shop.choices, PAGES):
        assert word not in kept
    assert token_digest(shop.secrets[0]) in kept


def test_a_mailboxs_link_is_nobody_elses(shop: Shop) -> None:
    shop.hears(member("2023-12-22T10:00", BENOIT))
    for who in (CAMILLE, BENOIT):
        shop.sends(shop.renews(who)[0])
    assert len(set(shop.secrets)) == 2
    assert all(len(secret) == 43 for secret in shop.secrets)


# ---------------------------------------------------------------- the link, from letter to opt-in


def test_from_the_letter_to_three_more_years_e135(shop: Shop) -> None:
    shop.sends(shop.renews()[0])
    secret = shop.secrets[0]
    shop.now = at("2026-12-12T09:00")
    assert may_stay(secret, shop.staying())
    assert stay(secret, Language.FR, shop.staying()) is Appended.NEW
    person = shop.person()
    assert person.may_market_until == person.clock.due_on == date(2029, 12, 12)
    assert not may_stay(secret, shop.staying())
    # the new subscription has a letter of its own, three years later
    shop.hears(*shop.ledger.under(email()))
    assert shop.renews() == ()
    shop.now = at("2029-11-12T09:00")
    assert len(shop.renews()) == 1


def test_the_subscription_stays_in_the_audience_where_it_was(shop: Shop) -> None:
    shop.sends(shop.renews()[0])
    shop.now = at("2026-12-12T09:00")
    before = [standing.home for standing in shop.person().standings]
    stay(shop.secrets[0], Language.FR, shop.staying())
    assert [standing.home for standing in shop.person().standings] == before == ["list1"]


def test_the_link_ends_with_the_subscription(shop: Shop) -> None:
    shop.sends(shop.renews()[0])
    shop.now = at("2026-12-21T22:59")
    assert may_stay(shop.secrets[0], shop.staying())
    shop.now = at("2026-12-21T23:00")
    assert not may_stay(shop.secrets[0], shop.staying())
    assert stay(shop.secrets[0], Language.FR, shop.staying()) is None


# ---------------------------------------------------------------- what is not true any more is not sent


def test_who_withdraws_before_it_goes_gets_none(shop: Shop) -> None:
    (letter,) = shop.renews()
    shop.hears(unsubscribed("2026-11-22T03:01"))
    assert shop.sends(letter) == "spared"
    assert shop.post.taken == []
    assert shop.progress(letter) is Progress.SPARED
    assert shop.sends(letter) == "nothing"


def test_who_opts_in_again_before_it_goes_gets_none(shop: Shop) -> None:
    (letter,) = shop.renews()
    shop.hears(member("2026-11-22T03:01"))
    assert shop.sends(letter) == "spared"


def test_a_letter_that_waited_too_long_is_not_sent_on_the_day_itself(shop: Shop) -> None:
    (letter,) = shop.renews()
    shop.now = at("2026-12-21T23:00")
    assert shop.sends(letter) == "spared"


def test_who_is_gone_meanwhile_gets_none(shop: Shop) -> None:
    (letter,) = shop.renews()
    shop.people.found.clear()
    assert shop.sends(letter) == "spared"


# ---------------------------------------------------------------- whoever dies, wherever


@pytest.mark.parametrize(
    "moment", ["before it began", "before the claim", "before it went", "before it was recorded"]
)
def test_a_worker_that_dies_anywhere_leaves_one_letter(shop: Shop, moment: str) -> None:
    def goes_on() -> None:
        shop.renews()
        for letter in list(shop.log.cases):
            shop.sends(letter)

    match moment:
        case "before it began":
            shop.log.before_append = in_turn(killed)
        case "before the claim":
            shop.log.before_append = in_turn(nothing, killed)
        case "before it went":
            shop.post.answers = [killed]
        case _:
            shop.log.before_append = in_turn(nothing, nothing, killed)
    with pytest.raises(Killed):
        goes_on()
    shop.now += timedelta(minutes=1)
    goes_on()
    (letter,) = shop.log.cases
    if moment == "before it was recorded":
        shop.told(letter, "send")
    shop.now += timedelta(minutes=15)
    goes_on()
    if moment == "before it went":
        # nobody can know: it goes before a person, who has it sent
        assert shop.progress(letter) is Progress.SILENT
        assert shop.letter(letter).flags == {Flag.NEEDS_HUMAN: ("silent",)}
        said = {"effect": "renewal_newsletter-1", "reason": "not received"}
        release = step(Kind.RELEASED, "2026-11-22T09:00", STAFF, **said)
        append_steps(letter, lambda _: [release], log=shop.log, periods=POLICY.periods)
        goes_on()
    assert len(shop.post.taken) == 1
    assert shop.progress(letter) is Progress.SENT
    assert sorted(token.purpose for token in shop.tokens.held.values()) == ["choices", "stay"]


def test_a_lost_answer_sends_no_second_letter(shop: Shop) -> None:
    (letter,) = shop.renews()
    shop.post.answers = [lost]
    assert shop.sends(letter) == "unanswered"
    for _ in range(5):
        shop.now += timedelta(minutes=20)
        shop.sends(letter)
    assert len(shop.post.taken) == 1
    shop.told(letter, "delivery")
    assert shop.progress(letter) is Progress.DELIVERED


def test_what_ses_refuses_for_the_moment_goes_later_the_same_bytes(shop: Shop) -> None:
    (letter,) = shop.renews()
    shop.post.answers = [refused("throttled", for_good=False)]
    with pytest.raises(NotNow):
        shop.sends(letter)
    shop.now += timedelta(hours=3)
    assert shop.sends(letter) == "sent"
    raw = message_from_bytes(shop.post.taken[0][3], policy=mail_policy.default)
    assert raw["Date"] == "Sun, 22 Nov 2026 03:00:00 +0000"


# ---------------------------------------------------------------- what becomes of it is nobody's business


def test_a_letter_that_comes_back_tells_nobody(shop: Shop) -> None:
    (letter,) = shop.renews()
    shop.sends(letter)
    shop.told(letter, "bounce", permanent=True)
    assert owed(shop.letter(letter)) == ()


def test_who_complains_of_it_is_told_of_to_the_dpo(shop: Shop) -> None:
    (letter,) = shop.renews()
    shop.sends(letter)
    shop.told(letter, "complaint")
    assert [each.letter for each in owed(shop.letter(letter))] == ["DPO_NOTICE"]


def test_a_letter_is_no_case(shop: Shop) -> None:
    (letter,) = shop.renews()
    request = shop.letter(letter)
    assert request.state is State.RENEWAL
    assert request.deadline() is None
    assert request.holds == ()
    assert shop.log.summaries[letter]["deadline_shard"] == "renewal"
    assert shop.log.summaries[letter]["due_on"] == "2026-12-22"
    for kind in (Kind.OPENED, Kind.RECEIVED, Kind.CLOSED, Kind.MERGED):
        opened = step(kind, "2026-11-22T10:00", STAFF)
        with pytest.raises(IllegalTransition, match="no case"):
            append_steps(letter, lambda _, s=opened: [s], log=shop.log, periods=POLICY.periods)


def test_an_answer_to_it_is_a_message_of_its_own(shop: Shop) -> None:
    (letter,) = shop.renews()
    shop.sends(letter)
    desk = Desk(log=shop.log, now=at("2026-11-23T10:00"))
    desk.brings(
        message("reply", "2026-11-23T10:00", in_reply_to=("<ses-1@eu-west-3.amazonses.com>",)), shopping()
    )
    assert shop.letter(letter).messages == ()
    case = next(id_ for id_ in shop.log.cases if id_ != letter)
    assert shop.letter(case).flags == {}
    assert shop.letter(case).state is State.NOT_DSAR


def test_p20_the_letters_other_link_withdraws_and_outlasts_the_permission(shop: Shop) -> None:
    (letter,) = shop.renews()
    shop.sends(letter)
    (token,) = (token for token in shop.tokens.held.values() if token.purpose == "choices")
    renewal = shop.letter(letter).renewal
    assert renewal is not None
    assert token.expires_at.date() > renewal.ends_on
    choosing = Choosing(shop.tokens, shop.people, shop.ledger, POLICY, lambda: shop.now)
    assert offers_are_sent(shop.choices[0], choosing)
    assert not may_stay(shop.choices[0], shop.staying()), "one link is not the other"
    assert offers_are_sent(shop.secrets[0], choosing) is None
    assert withdraw(shop.choices[0], choosing)
    (told,) = (fact for fact in shop.ledger.under(email()) if fact.source == "pages")
    shop.hears(told)
    assert offers_are_sent(shop.choices[0], choosing) is False
