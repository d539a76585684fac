"""An answer is drafted, approved as it was looked at, released as approved, and collected by who has both letters."""

from __future__ import annotations

import hashlib
import html
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest

from privacy.domain.consent import State as Choice
from privacy.domain.consent import Suppression
from privacy.domain.facts import Fact
from privacy.domain.request import State
from privacy.domain.request_effects import Does, To, effects, owed
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import Flag, Kind
from privacy.domain.rights import Right
from privacy.domain.understanding import Role
from privacy.operations.answers.answer_code import MOST_TRIES
from privacy.operations.answers.collect_answer import (
    MOST_COLLECTED,
    Collected,
    PackageBroken,
    WrongCode,
    collect,
    waiting,
)
from privacy.operations.answers.draft_answer import draft_answer
from tests.handing_over import Counter
from tests.requesting import CASE, DPO, STAFF, asks, mail, step
from tests.telling import BENOIT, CAMILLE, at, email, member, merged, session


@pytest.fixture
def counter() -> Counter:
    counter = Counter()
    counter.office.hears(session("2026-03-01"))
    return counter.asked()


# ---------------------------------------------------------------- drafted


def test_a_verified_request_is_drafted_once_as_a_sealed_package(counter: Counter) -> None:
    effect = counter.owes(Does.DRAFT).id
    assert counter.drafts() == "drafted"
    draft = counter.case.draft("access")
    assert draft is not None
    assert counter.item().state is State.AWAITING_APPROVAL
    held = counter.office.packages.held[draft.text("name")]
    assert draft.text("digest") == hashlib.sha256(held).hexdigest()
    assert (draft.text("plan"), draft.said["size"]) == ("access", len(held))
    assert draft_answer(CASE, effect, counter.drafting) == "nothing"
    assert list(counter.office.packages.held) == [draft.text("name")]


def test_two_drafts_at_once_are_two_packages_and_the_first_to_be_written_down_stands(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    effect, append, raced = counter.owes(Does.DRAFT).id, counter.desk.log.append, []

    def slower(*args: object) -> object:
        if not raced:
            raced.append(True)
            assert draft_answer(CASE, effect, counter.drafting) == "drafted"
        return append(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(counter.desk.log, "append", slower)
    assert draft_answer(CASE, effect, counter.drafting) == "nothing"
    drafts = [s for s in counter.case.steps if s.kind is Kind.DRAFTED]
    assert len(drafts) == 1
    assert len(counter.office.packages.held) == 2
    held = counter.office.packages.held[drafts[0].text("name")]
    assert drafts[0].text("digest") == hashlib.sha256(held).hexdigest()


def test_what_is_no_draft_is_drafted_by_nobody(counter: Counter) -> None:
    assert draft_answer(CASE, "ack-3", counter.drafting) == "nothing"
    assert not counter.office.packages.held


def test_e92_of_whom_nothing_is_held_only_the_search_is_told() -> None:
    counter = Counter().asked()
    assert counter.drafts() == "drafted"
    assert not counter.office.packages.held
    draft = counter.case.draft("access")
    assert draft is not None
    assert draft.text("plan") == "no_data"
    with pytest.raises(IllegalTransition, match="look again"):
        counter.approves(digest="0" * 64)
    counter.approves()
    assert counter.item().state is State.CLOSED_NO_DATA
    said = counter.writes("NO_DATA").raw.decode()
    for store in ("Stripe", "Mailchimp", "archives"):
        assert store in said
    assert "empreinte" not in said
    assert not [e for e in owed(counter.case) if e.does is Does.CARRY_OUT]


def test_an_answer_that_something_is_held_is_never_closed_as_no_data(counter: Counter) -> None:
    """A false "no data" is an answer that nobody could ever find out about."""
    counter.drafts()
    draft = counter.case.draft("access")
    assert draft is not None
    with pytest.raises(IllegalTransition, match="something was found"):
        counter.desk.does(step(Kind.FOUND_NOTHING, "2026-11-22T12:01", STAFF, digest=draft.text("digest")))


def test_p28_whose_address_nobody_named_is_left_to_a_person_once() -> None:
    counter = Counter().asked(verified=None, role=Role.AGENT)
    counter.desk.does(step(Kind.MANDATE_ACCEPTED, "2026-11-22T10:30", STAFF, reference="file 12"))
    counter.verified()
    assert counter.drafts() == "left"
    assert counter.drafts() == "left"
    flags = [s for s in counter.case.steps if s.kind is Kind.FLAGGED and s.text("reason") == "whose_data"]
    assert len(flags) == 1
    assert not counter.office.registry.reads


def test_e71_the_data_of_the_mailbox_that_confirmed_go_there_and_not_to_who_claims_it() -> None:
    counter = Counter()
    counter.office.hears(session("2026-03-01", BENOIT))
    counter.asked(verified=BENOIT).drafts()
    draft = counter.case.draft("access")
    assert draft is not None
    package = zipfile.ZipFile(io.BytesIO(counter.office.packages.held[draft.text("name")]))
    assert json.loads(package.read("data.json"))["made_for"] == BENOIT
    counter.approves(reason="looked at")
    counter.carries_out()
    for name in ("ACCESS_ANSWER", "ANSWER_CODE"):
        assert counter.letter(name).to is To.ADDRESS_ON_FILE
        assert counter.writes(name).recipient == BENOIT


def test_e74_who_shows_a_document_is_answered_at_the_address_they_write_from() -> None:
    counter = Counter()
    counter.office.hears(session("2026-03-01", BENOIT))
    counter.asked(verified=BENOIT, level="L3")
    counter.answers(reason="looked at")
    assert counter.writes("ACCESS_ANSWER").recipient == CAMILLE


@pytest.mark.parametrize(
    ("mandate_says", "goes_to"), [("agent", CAMILLE), ("principal", BENOIT), ("", BENOIT)]
)
@pytest.mark.parametrize("level", ["L1", "L3"])
def test_e82_an_agents_answer_goes_to_whom_the_mandate_says_however_identity_was_shown(
    mandate_says: str, goes_to: str, level: str
) -> None:
    counter = Counter()
    counter.office.hears(session("2026-03-01", BENOIT))
    counter.asked(verified=None, role=Role.AGENT)
    counter.decisions().accept_mandate(CASE, "file 12", ["access"], mandate_says)
    counter.verified(BENOIT, level)
    counter.answers(reason="looked at")
    for name in ("ACCESS_ANSWER", "ANSWER_CODE"):
        assert counter.writes(name).recipient == goes_to


@pytest.mark.parametrize(("answer_to", "told"), [("agent", True), ("principal", False)])
def test_e82_a_package_says_whose_data_it_holds_where_they_are_not_the_readers(
    answer_to: str, *, told: bool
) -> None:
    counter = Counter()
    counter.office.hears(session("2026-03-01", BENOIT))
    counter.asked(Right.ACCESS, Right.PORTABILITY, verified=None, role=Role.AGENT)
    counter.decisions().accept_mandate(CASE, "file 12", ["access", "portability"], answer_to)
    counter.verified(BENOIT, "L3")
    files = {}
    for right, name in (("access", "index.html"), ("portability", "README.txt")):
        counter.drafts(right)
        draft = counter.case.draft(right)
        assert draft is not None
        held = counter.office.packages.held[draft.text("name")]
        files[name] = html.unescape(zipfile.ZipFile(io.BytesIO(held)).read(name).decode())
    page, readme = files["index.html"], files["README.txt"]
    assert (f"la personne dont l'adresse est {BENOIT}, au sujet de laquelle vous" in page) is told
    assert ("Nous traitons des données vous concernant" in page) is not told
    assert ("contient vos données personnelles" in page) is not told
    assert ("au sujet de laquelle vous nous avez écrit" in readme) is told
    assert ("les données que vous nous avez fournies" in readme) is not told


def test_e82_a_mandate_for_one_right_says_nothing_of_another() -> None:
    counter = Counter()
    counter.office.hears(session("2026-03-01", BENOIT))
    counter.asked(Right.ACCESS, Right.PORTABILITY, verified=None, role=Role.AGENT)
    counter.decisions().accept_mandate(CASE, "file 12", ["access"], "agent")
    counter.decisions().accept_mandate(CASE, "file 13", ["portability"], "principal")
    counter.verified(BENOIT)
    counter.answers(reason="looked at").answers("portability", reason="looked at")
    assert counter.writes("ACCESS_ANSWER").recipient == CAMILLE
    assert counter.writes("PORTABILITY").recipient == BENOIT


def test_e82_to_whom_a_mandate_says_that_answers_go_is_one_of_two() -> None:
    counter = Counter().asked(verified=None, role=Role.AGENT)
    with pytest.raises(IllegalTransition, match="agent or principal"):
        counter.decisions().accept_mandate(CASE, "file 12", ["access"], "both")


def test_ones_own_words_are_nobody_elses_data(counter: Counter) -> None:
    counter.drafts()
    draft = counter.case.draft("access")
    assert draft is not None
    assert draft.texts("review") == ("messages: 1 free_text", "steps: 1 free_text")
    assert Flag.THIRD_PARTY_DATA not in counter.case.flags
    counter.approves()


def named(when: str, name: str, payment: str) -> Fact:
    bought = session(when, payment=payment)
    return replace(bought, groups={**bought.groups, "profile": {"email": CAMILLE, "name": name}})


def test_e78_two_names_under_one_address_are_not_released_until_a_person_has_said_why() -> None:
    counter = Counter()
    counter.office.hears(
        named("2026-02-01", "Paul Durand", "pi_1"), named("2026-03-01", "Camille Durand", "pi_2")
    )
    counter.asked().drafts()
    draft = counter.case.draft("access")
    assert draft is not None
    assert "told_profile: 1 several_people" in draft.texts("review")
    assert Flag.THIRD_PARTY_DATA in counter.case.flags
    with pytest.raises(IllegalTransition, match="others"):
        counter.approves()


def test_who_leaves_out_a_part_of_their_name_is_nobody_else() -> None:
    counter = Counter()
    counter.office.hears(
        named("2026-02-01", "CAMILLE", "pi_1"), named("2026-03-01", "Camille Durand", "pi_2")
    )
    counter.asked().drafts()
    assert Flag.THIRD_PARTY_DATA not in counter.case.flags


def test_e79_of_two_addresses_that_are_claimed_only_the_verified_one_is_released() -> None:
    counter = Counter()
    counter.office.hears(session("2026-02-01"), session("2026-03-01", BENOIT, payment="pi_b"))
    counter.asked().drafts()
    (package,) = counter.office.packages.held.values()
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        assert all(BENOIT.encode() not in files.read(name) for name in files.namelist())


def test_e79_two_verified_addresses_wait_until_a_person_says_that_they_are_one_persons() -> None:
    counter = Counter()
    counter.office.hears(session("2026-02-01"), session("2026-03-01", BENOIT, payment="pi_b"))
    counter.asked().verified(BENOIT)
    assert counter.drafts() == "left"
    counter.office.hears(*merged("2026-05-01", CAMILLE, BENOIT))
    assert counter.drafts() == "drafted"
    draft = counter.case.draft("access")
    assert draft is not None
    with zipfile.ZipFile(io.BytesIO(counter.office.packages.held[draft.text("name")])) as files:
        assert BENOIT.encode() in files.read("data.json")


def test_e91_who_only_gets_the_newsletter_is_told_of_profile_proof_mailchimp_and_the_day_it_ends() -> None:
    counter = Counter()
    counter.office.hears(member("2026-01-15"))
    counter.asked().drafts()
    draft = counter.case.draft("access")
    assert draft is not None
    with zipfile.ZipFile(io.BytesIO(counter.office.packages.held[draft.text("name")])) as files:
        told, page = json.loads(files.read("data.json")), files.read("index.html").decode()
    sections = {section["id"]: section["records"] for section in told["sections"]}
    assert sections["consents"]
    (proof,) = sections["told_consent"]
    assert (proof["values"]["opt_in_ip"], proof["erased_on"]) == ("203.0.113.7", "2029-01-15")
    assert "Mailchimp" in page


def test_e93_who_was_erased_is_told_of_that_case_and_of_the_fingerprint_that_is_left() -> None:
    counter = Counter()
    counter.desk.brings(mail("mail0", "2026-03-22T10:00"), asks(Right.ERASURE))
    counter.desk.does(step(Kind.REFUSED, "2026-04-01", DPO, reasons="x"))
    counter.office.registry.suppress(Suppression(email(), at("2026-04-01"), Choice.OBJECTED, "erasure"))
    counter.desk.brings(mail(), asks(Right.ACCESS))
    dossier = counter.office.collects()
    assert not dossier.nothing_to_copy
    assert len(counter.office.records("requests")) == 2
    assert [record.said["reason"] for record in counter.office.records("suppression")] == ["erasure"]


def test_e94_where_only_a_refusal_stands_the_letter_says_so() -> None:
    counter = Counter()
    counter.office.registry.suppress(Suppression(email(), at("2026-01-01"), Choice.OBJECTED, "objection"))
    counter.asked().drafts()
    counter.approves()
    said = message_from_bytes(counter.writes("NO_DATA").raw).get_payload(decode=True)
    assert isinstance(said, bytes)
    assert "empreinte" in said.decode()


# ---------------------------------------------------------------- approved and released


def test_t17_what_is_approved_is_what_was_looked_at(counter: Counter) -> None:
    counter.drafts()
    first = counter.case.draft("access")
    assert first is not None
    counter.decisions().send_back(CASE, "access", "a message is missing")
    counter.desk.now += timedelta(minutes=1)
    counter.drafts()
    with pytest.raises(IllegalTransition, match="look again"):
        counter.approves(digest=first.text("digest"), reason="looked at")
    counter.approves(reason="looked at")
    assert counter.item().state is State.EXECUTING


def test_g20_where_others_may_be_in_it_whoever_approves_says_why_it_may_go(counter: Counter) -> None:
    """E114: a present goes to somebody whose name and address its buyer typed."""
    parcel = {"name": "Grand-mère Odette", "address": {"line1": "1 rue de l'Exemple", "city": "Lyon"}}
    bought = session("2026-03-02", payment="pi_2")
    counter.office.hears(replace(bought, groups={**bought.groups, "delivery": parcel}))
    counter.drafts()
    draft = counter.case.draft("access")
    assert draft is not None
    assert any("gift" in line for line in draft.texts("review"))
    assert Flag.THIRD_PARTY_DATA in counter.case.flags
    with pytest.raises(IllegalTransition, match="others"):
        counter.approves()
    counter.approves(reason="their own gift")
    assert counter.item().state is State.EXECUTING


def test_what_was_changed_after_its_approval_goes_back_and_nobody_gets_it(counter: Counter) -> None:
    counter.drafts()
    counter.approves(reason="looked at")
    (name,) = counter.office.packages.held
    counter.office.packages.held[name] += b"\0"
    assert counter.carries_out() == "changed"
    assert counter.item().state is State.IN_PROGRESS
    counter.desk.now += timedelta(minutes=1)
    counter.answers(reason="looked at")
    assert counter.item().state is State.ANSWERED


# ---------------------------------------------------------------- collected


def test_link_and_code_go_in_two_letters_and_neither_says_the_other(counter: Counter) -> None:
    counter.answers(reason="looked at")
    linked, coded = (counter.writes(name).raw.decode() for name in ("ACCESS_ANSWER", "ANSWER_CODE"))
    assert counter.secret() in linked
    assert counter.code not in linked
    assert counter.code in coded
    assert counter.secret() not in coded
    assert all(
        counter.code not in repr(held) and counter.secret() not in repr(held) for held in counter.tokens.held
    )


def test_who_has_both_is_led_to_the_package_for_a_minute_and_each_time_is_a_step(counter: Counter) -> None:
    counter.answers(reason="looked at").writes("ACCESS_ANSWER")
    assert waiting(counter.secret(), counter.collecting) is not None
    for typed in (counter.code, counter.code.lower().replace("-", " ")):
        became = collect(counter.secret(), typed, counter.collecting)
        assert isinstance(became, Collected)
        assert became.link.endswith("seconds=60")
    collected = [s for s in counter.case.steps if s.kind is Kind.COLLECTED]
    assert [s.texts("items") for s in collected] == [("access",), ("access",)]


def test_five_wrong_codes_close_the_link_also_to_the_right_one(counter: Counter) -> None:
    counter.answers(reason="looked at").writes("ACCESS_ANSWER")
    left = [collect(counter.secret(), "2222-2222", counter.collecting) for _ in range(MOST_TRIES)]
    assert left == [WrongCode(4), WrongCode(3), WrongCode(2), WrongCode(1), WrongCode(0)]
    assert collect(counter.secret(), counter.code, counter.collecting) is None
    assert waiting(counter.secret(), counter.collecting) is None
    assert not [s for s in counter.case.steps if s.kind is Kind.COLLECTED]


def test_the_right_code_is_no_try_lost(counter: Counter) -> None:
    counter.answers(reason="looked at").writes("ACCESS_ANSWER")
    for _ in range(MOST_TRIES + 1):
        assert isinstance(collect(counter.secret(), counter.code, counter.collecting), Collected)


def test_a_link_serves_seven_days_and_no_more(counter: Counter) -> None:
    counter.answers(reason="looked at").writes("ACCESS_ANSWER")
    counter.desk.now += timedelta(days=7)
    assert waiting(counter.secret(), counter.collecting) is not None
    counter.desk.now += timedelta(days=1)
    assert waiting(counter.secret(), counter.collecting) is None
    assert collect(counter.secret(), counter.code, counter.collecting) is None


def test_what_a_person_has_sent_again_is_a_link_of_its_own_with_the_same_code(counter: Counter) -> None:
    counter.answers(reason="looked at").writes("ACCESS_ANSWER")
    first, letter = counter.secret(), counter.letter("ACCESS_ANSWER").id
    counter.desk.does(step(Kind.CLAIMED, "2026-11-22T12:01", effect=letter))
    counter.desk.does(step(Kind.LETTER_SILENT, "2026-11-22T12:20", effect=letter))
    counter.desk.now += timedelta(days=9)
    counter.decisions().send_again(CASE, letter)
    assert counter.secret() != first
    counter.writes("ACCESS_ANSWER")
    assert isinstance(collect(counter.secret(), counter.code, counter.collecting), Collected)
    assert collect(first, counter.code, counter.collecting) is None


def test_the_letter_with_the_code_names_no_day_that_a_link_sent_again_would_make_wrong(
    counter: Counter,
) -> None:
    counter.answers(reason="looked at").writes("ACCESS_ANSWER")
    letter = counter.letter("ACCESS_ANSWER").id
    coded = counter.writes("ANSWER_CODE").raw
    counter.desk.does(step(Kind.CLAIMED, "2026-11-22T12:01", effect=letter))
    counter.desk.does(step(Kind.LETTER_SILENT, "2026-11-22T12:20", effect=letter))
    counter.desk.now += timedelta(days=9)
    counter.decisions().send_again(CASE, letter)
    text = message_from_bytes(coded, policy=SMTP).get_content()
    assert counter.code in text
    assert "2026" not in text.replace(CASE, "")
    assert (
        "8 décembre 2026"
        in message_from_bytes(counter.writes("ACCESS_ANSWER").raw, policy=SMTP).get_content()
    )


def test_a_link_that_arrived_and_serves_no_more_is_sent_anew_as_long_as_its_package_is_there(
    counter: Counter,
) -> None:
    """The page says that whoever answers gets another: after five wrong codes, or when the week is over."""
    counter.answers(reason="looked at").writes("ACCESS_ANSWER")
    first, letter = counter.secret(), counter.letter("ACCESS_ANSWER").id
    for _ in range(MOST_TRIES):
        collect(first, "AAAA-AAAA", counter.collecting)
    counter.desk.does(step(Kind.CLAIMED, "2026-11-22T12:01", effect=letter))
    counter.desk.does(step(Kind.LETTER_SENT, "2026-11-22T12:02", effect=letter, template="access_answer"))
    counter.desk.does(step(Kind.LETTER_DELIVERED, "2026-11-22T12:03", effect=letter))
    counter.desk.now += timedelta(days=9)
    counter.decisions().send_again(CASE, letter)
    counter.writes("ACCESS_ANSWER")
    assert isinstance(collect(counter.secret(), counter.code, counter.collecting), Collected)
    counter.desk.does(step(Kind.CLAIMED, "2026-12-01T12:01", effect=letter))
    counter.desk.does(step(Kind.LETTER_DELIVERED, "2026-12-01T12:03", effect=letter))
    counter.desk.now += timedelta(days=20)
    with pytest.raises(IllegalTransition, match="its package has gone"):
        counter.decisions().send_again(CASE, letter)


def test_e115_an_answer_that_went_astray_opens_to_nobody_from_then_on_however_often_it_is_sent(
    counter: Counter,
) -> None:
    counter.answers(reason="looked at").writes("ACCESS_ANSWER")
    secret, code = counter.secret(), counter.code
    letter = counter.letter("ACCESS_ANSWER").id
    assert counter.closes_answers() == ("access",)
    assert waiting(secret, counter.collecting) is None
    assert collect(secret, code, counter.collecting) is None
    assert not [s for s in counter.case.steps if s.kind is Kind.COLLECTED]
    assert not [e for e in owed(counter.case) if e.does is Does.LETTER], "what has not gone yet stays here"
    counter.desk.does(step(Kind.SPARED, "2026-11-22T13:00", effect=letter, reason="no_longer"))
    with pytest.raises(IllegalTransition, match="no letter that came back"):
        counter.decisions().send_again(CASE, letter)


def test_e115_a_letter_of_an_answer_that_went_astray_is_not_sent_again(counter: Counter) -> None:
    counter.answers(reason="looked at").writes("ACCESS_ANSWER")
    letter = counter.letter("ACCESS_ANSWER").id
    counter.desk.does(step(Kind.CLAIMED, "2026-11-22T12:10", effect=letter))
    counter.desk.does(step(Kind.LETTER_BOUNCED, "2026-11-22T12:20", effect=letter, permanent=True))
    counter.closes_answers()
    with pytest.raises(IllegalTransition, match="went astray"):
        counter.decisions().send_again(CASE, letter)


def test_e115_who_collects_in_the_moment_in_which_it_is_closed_gets_nothing(counter: Counter) -> None:
    counter.answers(reason="looked at").writes("ACCESS_ANSWER")
    counter.office.packages.before_reading = counter.closes_answers
    assert collect(counter.secret(), counter.code, counter.collecting) is None
    assert not [s for s in counter.case.steps if s.kind is Kind.COLLECTED]


def test_e115_closing_twice_or_for_no_case_closes_nothing_more(counter: Counter) -> None:
    assert counter.closes_answers() == (), "nothing was answered yet"
    counter.answers(reason="looked at")
    assert counter.closes_answers() == counter.closes_answers() == ("access",)
    assert sum(s.kind is Kind.ANSWER_CLOSED for s in counter.case.steps) == 1
    assert counter.closes_answers("IM-2026-999999") == ()
    assert counter.closes_answers("") == ()


def test_a_package_that_is_not_as_approved_is_handed_to_nobody_and_a_person_is_told_once(
    counter: Counter,
) -> None:
    counter.answers(reason="looked at").writes("ACCESS_ANSWER")
    (name,) = counter.office.packages.held
    counter.office.packages.held[name] = b"another"
    for _ in range(2):
        with pytest.raises(PackageBroken):
            collect(counter.secret(), counter.code, counter.collecting)
    told = [s for s in counter.case.steps if s.text("reason") == "package_broken"]
    assert len(told) == 1
    assert not [s for s in counter.case.steps if s.kind is Kind.COLLECTED]


def test_nobody_collects_for_ever(counter: Counter) -> None:
    counter.answers(reason="looked at").writes("ACCESS_ANSWER")
    for _ in range(MOST_COLLECTED):
        assert isinstance(collect(counter.secret(), counter.code, counter.collecting), Collected)
    assert collect(counter.secret(), counter.code, counter.collecting) is None


def test_a_link_of_another_purpose_or_of_nobody_opens_nothing(counter: Counter) -> None:
    counter.answers(reason="looked at").writes("ACCESS_ANSWER")
    stranger = counter.secret()[::-1]
    assert collect(stranger, counter.code, counter.collecting) is None
    for digest, token in list(counter.tokens.held.items()):
        counter.tokens.held[digest] = token._replace(purpose="challenge")
    assert collect(counter.secret(), counter.code, counter.collecting) is None


def test_a_copy_and_a_portable_one_have_each_their_link_and_code() -> None:
    counter = Counter()
    counter.office.hears(session("2026-03-01"))
    counter.asked(Right.ACCESS, Right.PORTABILITY).answers("access", reason="looked at")
    counter.writes("ACCESS_ANSWER")
    code = counter.code
    counter.answers("portability", reason="looked at").writes("PORTABILITY")
    assert counter.code != code
    assert collect(counter.secret("PORTABILITY"), code, counter.collecting) == WrongCode(4)
    became = collect(counter.secret("PORTABILITY"), counter.code, counter.collecting)
    assert isinstance(became, Collected)
    assert "/portability-" in became.link
    assert {e.letter for e in effects(counter.case).values()} >= {"ACCESS_ANSWER", "PORTABILITY"}
