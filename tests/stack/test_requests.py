"""contact@ on the running back office: every message becomes what it should, whoever is killed meanwhile.

All mails are sent first; then everything that follows is waited for once, answers to our letters are sent, and that is
waited for. The tests look at what there is then.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from cli.local import backoffice
from cli.local.backoffice import BackOffice
from cli.local.mail.verdicts import SPAM, VIRUS
from cli.main import main
from privacy.domain.clocks import paris_day
from privacy.domain.deadlines import deadline
from privacy.domain.request import State
from privacy.domain.request_effects import Progress, owed
from privacy.domain.request_steps import Flag, Kind
from privacy.domain.rights import Right
from privacy.outbound.dynamodb import from_wire
from tests.mails import examples
from tests.stack.contact import Contact, Sent, written
from tests.stack.probes import IMPATIENT, eventually

EXAMPLES = {each.name: each for each in examples()}
SHOP = "service@shop.example"
DPO = "dpo@shop.example"
KEYS = frozenset(
    {"pk", "sk", "due_shard", "due_on", "owed_shard", "owed_since", "deadline_shard", "deadline_on"}
)
#: Seconds until everything has to be done, on a busy machine.
PATIENCE = 300
ASKS = "Bonjour, je souhaite savoir quelles données vous avez sur moi."
#: What stands in one mail, and may stand nowhere but in that mail and its case.
CANARY = "zyphora.quillane@example.org"
CANARIES = ("zyphora", "quillane", "perruche turquoise", "impasse des martinets")
PLANTED = f"""{ASKS} Perruche turquoise.

Zyphora Quillane
40 impasse des Martinets, 13001 Marseille"""
KILLED = [f"killed{n}@example.fr" for n in range(4)]
STOPS = "Ne m'envoyez plus d'offres."
SETTINGS = dict(IMPATIENT)
#: What whoever asks for a copy is sent: that it came in, and a challenge (A6).
ASKED = ["ack", "identity_l1"]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackOffice]:
    """One of its own: its people are nobody else's."""
    with backoffice.running(tmp_path_factory.mktemp("contact"), environment=SETTINGS) as running:
        running.shop.register_webhooks(running.base_url, running.secrets)
        yield running


def quicken(office: BackOffice, seconds: int) -> None:
    """A message whose worker was killed comes back soon: on AWS six times its function's timeout later."""
    sqs = office.aws("sqs")
    for url in sqs.list_queues()["QueueUrls"]:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})


@pytest.fixture(scope="module")
def contact(office: BackOffice) -> Contact:
    """The mailbox after a busy day."""
    contact = Contact(office)
    before(contact)
    first_mails(contact)
    contact.look(PATIENCE)
    answers(contact)
    contact.look(PATIENCE)
    return contact


def before(contact: Contact) -> None:
    """Whoever writes below and is known, and what SES does with some addresses."""
    shop = contact.office.shop
    for name in ("access_and_stop", "one_word"):
        who = EXAMPLES[name].sender
        shop.ask("mailchimp", "act", {"act": "signup", "wait": True, "email": who})
    shop.ask("ses", "act", {"act": "mailbox", "email": "bounces@example.fr", "fate": "bounce"})
    shop.ask("ses", "act", {"act": "mailbox", "email": "vanishes@example.fr", "fate": "vanish"})
    for kind in ("lost_answer", "throttled"):
        shop.ask("ses", "faults", {"kind": kind, "times": 2})
    contact.office.wait_until_idle(PATIENCE)


def first_mails(contact: Contact) -> None:
    now = datetime.now(UTC)
    for each in EXAMPLES.values():
        contact.office.send_mail(each.raw, sender=each.envelope)
    contact.arrives(written("friday@example.fr", "Mes données", ASKS), at=now - timedelta(days=3))
    twice = written("twice@example.fr", "Mes données", ASKS)
    contact.announce(contact.arrives(twice, at=now))
    contact.arrives(twice, at=now + timedelta(seconds=5))
    contact.write(
        "spam@example.fr",
        "RGPD",
        f"J'exerce mes droits RGPD, art. 15 : copie de mes données.\n{SPAM.decode()}",
    )
    contact.write("pills@example.fr", "offer", f"Cheap watches for you.\n{SPAM.decode()}")
    with_file(contact, "virus@example.fr", ASKS, "facture.doc", VIRUS)
    for n in range(3):
        contact.write("thrice@example.fr", f"Rappel {n}" if n else "Mes données", ASKS)
    contact.write("unknown@example.fr", "Pub", STOPS)
    contact.write("bounces@example.fr", "Mes données", ASKS)
    contact.write("vanishes@example.fr", "Mes données", ASKS)
    with_file(
        contact,
        "large@example.fr",
        "Où est mon colis ? Voici la photo.",
        "photo.jpg",
        b"\xff\xd8\xff" + bytes(24_000_000),
    )
    contact.office.send_mail(hostile(), sender="hostile@example.fr")
    for who in ("adds", "pleased", "robot", "gone"):
        contact.write(f"{who}@example.fr", "Mes données", ASKS)


def with_file(contact: Contact, sender: str, text: str, name: str, content: bytes) -> None:
    message = written(sender, "Bonjour", text)
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    contact.office.send_mail(message, sender=sender)


def hostile() -> bytes:
    """Ten thousand parts in each other, and a header of 200,000 lines."""
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(10_000)
    )
    head = b"From: hostile@example.fr\r\nSubject: donnees\r\nX-Long: a" + b"\r\n a" * 200_000 + b"\r\n"
    return head + opening + b"\r\nJe veux savoir quelles donnees vous avez sur moi.\r\n"


def answers(contact: Contact) -> None:
    """What comes back on the first letters; and somebody whose words are looked for everywhere."""
    contact.office.save()  # so that the journal has every queue's messages from here on
    contact.write(f"Zyphora Quillane <{CANARY}>", "Perruche turquoise", PLANTED)
    contact.answer(
        "adds@example.fr", ack(contact, "adds@example.fr"), "Merci. Et effacez tout, s'il vous plaît."
    )
    pleased = ack(contact, "pleased@example.fr")
    contact.answer("pleased@example.fr", pleased, "Merci, parfait !")
    contact.answer("stranger@example.org", pleased, "Bonjour, envoyez-moi plutôt la copie de ses données.")
    away = ack(contact, "robot@example.fr")
    for _ in range(3):
        contact.answer(
            "robot@example.fr", away, "Je suis absente. Vos données…", Auto_Submitted="auto-replied"
        )
    gone = ack(contact, "gone@example.fr")
    contact.office.send_mail(given_back(gone.message), sender="")


def ack(contact: Contact, address: str) -> Sent:
    return contact.letter(contact.case(address), "ack")


def given_back(letter: EmailMessage) -> bytes:
    """The letter, given back by a mail host that first had taken it."""
    given = EXAMPLES["bounce"].raw
    head, kind, tail = given.partition(b"Content-Type: message/rfc822\r\n\r\n")
    closing = tail[tail.rindex(b"\r\n--") :]
    return head + kind + letter.as_bytes(policy=SMTP) + closing


# ---------------------------------------------------------------- the examples


@pytest.mark.parametrize("name", [name for name, each in EXAMPLES.items() if not each.is_machine])
def test_each_example_ends_where_the_index_says(contact: Contact, name: str) -> None:
    wanted = EXAMPLES[name]
    case = contact.case(wanted.sender)
    assert (case.state, contact.letters(case)) == (wanted.wanted["state"], wanted.letters)
    assert bool(contact.letters(case, SHOP)) == wanted.wanted.get("forwarded", False)
    told = wanted.wanted.get("told", False) or wanted.wanted.get("called", False)
    assert bool(contact.letters(case, DPO)) == told


@pytest.mark.parametrize("name", [name for name, each in EXAMPLES.items() if each.is_machine])
def test_e46_e49_a_machines_mail_makes_no_case_and_gets_no_answer(contact: Contact, name: str) -> None:
    sender = EXAMPLES[name].sender
    assert not contact.of(sender)
    assert sender not in {sent.recipient for sent in contact.sent}


def test_every_message_is_accounted_for(contact: Contact) -> None:
    """Never nothing: each mail in the bucket made a case, joined one, or was set aside with its reason."""
    caused = {
        item["pk"]["S"].removeprefix("cause#"): item
        for item in contact.items("requests")
        if item["pk"]["S"].startswith("cause#")
    }
    assert contact.mail_ids <= caused.keys()
    silent = [
        mail
        for mail in contact.mail_ids
        if not (caused[mail]["request"].get("S") or "reason" in caused[mail])
    ]
    assert not silent


def test_nothing_waits_and_no_letter_went_twice(contact: Contact) -> None:
    """Not even those of which SES lost its answer, or which it would not take at first."""
    assert max(Counter(sent.letter for sent in contact.sent).values()) == 1
    assert [effect.id for case in contact.cases for effect in owed(case)] == []


# ---------------------------------------------------------------- what is asked


def test_e36_an_objection_is_done_at_once_and_the_copy_waits(contact: Contact) -> None:
    case = contact.case(EXAMPLES["access_and_stop"].sender)
    states = {item.id: item.state for item in case.items}
    assert states == {"access": State.IDENTITY_PENDING, "objection_marketing": State.ANSWERED}
    assert at_mailchimp(contact, case.address) == "unsubscribed"
    assert standing(contact, case.address) == "objected"


def test_e39_a_withdrawal_reaches_mailchimp(contact: Contact) -> None:
    who = EXAMPLES["one_word"].sender
    assert (at_mailchimp(contact, who), standing(contact, who)) == ("unsubscribed", "withdrawn")


def test_e77_somebody_unknown_who_wants_no_offers_is_suppressed(contact: Contact) -> None:
    case = contact.case("unknown@example.fr")
    assert (case.state, contact.letters(case)) == (State.ANSWERED, ["objection_done"])
    assert standing(contact, case.address) == "objected"


def test_e41_customer_service_gets_the_message_whole_and_answers_the_customer(contact: Contact) -> None:
    case = contact.case(EXAMPLES["parcel"].sender)
    sent = next(sent for sent in contact.sent if sent.case == case.id)
    assert (sent.recipient, sent.message["Reply-To"]) == (SHOP, case.address)
    (whole,) = (part for part in sent.message.walk() if part.get_content_type() == "message/rfc822")
    original = whole.get_payload(0)
    assert [part.get_content_type() for part in original.walk()][-1] == "image/jpeg"
    assert original["Subject"] == "Où est mon colis ?"
    assert not contact.letters(case)


def test_e52_a_virus_is_not_sent_on_and_the_request_is_treated(contact: Contact) -> None:
    case = contact.case("virus@example.fr")
    assert [item.right for item in case.items] == [Right.ACCESS]
    assert contact.letters(case) == ASKED
    assert VIRUS not in b"".join(path.read_bytes() for path in contact.outbox)


def test_e51_rights_in_spam_go_before_a_person_and_spam_without_goes_nowhere(contact: Contact) -> None:
    case = contact.case("spam@example.fr")
    assert (case.state, Flag.NEEDS_HUMAN in case.flags) == (State.TRIAGE, True)
    assert contact.letters(case, DPO)
    assert contact.case("pills@example.fr").state is State.SPAM


@pytest.mark.parametrize("name", ["cnil", "requisition"])
def test_e62_e63_an_authority_gets_no_acknowledgement_and_a_hold_is_proposed(
    contact: Contact, name: str
) -> None:
    case = contact.case(EXAMPLES[name].sender)
    assert contact.letters(case) == []
    assert contact.letters(case, DPO) == ["notice_authority"]
    assert [hold.kind for hold in case.operator_holds] == ["authority"]


def test_e75_an_identity_card_that_nobody_asked_for_is_cut_from_the_stored_mail(contact: Contact) -> None:
    sent = EXAMPLES["identity_card"]
    case = contact.case(sent.sender)
    picture = next(line for line in sent.raw.splitlines() if line.startswith(b"/9j/"))
    assert picture not in contact.stored(case.messages[0].mail)
    assert Kind.DOCUMENTS_CUT in {step.kind for step in case.steps}
    assert "identité" in contact.letter(case, "ack").text


def test_p5_no_card_number_and_no_cvc_is_stored_anywhere(contact: Contact) -> None:
    """Not in a table, in the mail store, or in what was sent on to customer service."""
    stored = contact.everything_stored()
    assert b"1090 ne passe pas" in stored
    for secret in (b"4242 4242 4242 4242", b"4242424242424242", b"cryptogramme 123"):
        assert secret not in stored


# ---------------------------------------------------------------- once, and in time


def test_e33_the_clock_runs_from_the_receipt_however_late_the_functions_were(contact: Contact) -> None:
    (item,) = contact.case("friday@example.fr").items
    received_at = contact.case("friday@example.fr").messages[0].received_at
    assert paris_day(datetime.now(UTC)) - paris_day(received_at) == timedelta(days=3)
    runs, wanted = item.deadline(), deadline(received_at)
    # nobody knows the address, so the clock stands from the challenge on
    assert (runs.raw, runs.legal_due, runs.suspended) == (wanted.raw, wanted.legal_due, True)


def test_e34_the_same_message_twice_is_one_case_and_one_acknowledgement(contact: Contact) -> None:
    """Once announced twice, and once delivered twice under two ids."""
    case = contact.case("twice@example.fr")
    assert (len(case.items), contact.letters(case)) == (1, ASKED)


def test_e59_the_same_request_three_times_is_one_case_with_the_first_receipt(contact: Contact) -> None:
    case = contact.case("thrice@example.fr")
    assert (len(case.messages), len(case.items)) == (3, 1)
    assert case.items[0].received_at == min(message.received_at for message in case.messages)
    assert contact.letters(case) == ASKED


# ---------------------------------------------------------------- what comes back


def test_e57_an_answer_that_asks_for_more_adds_it_with_its_own_clock(contact: Contact) -> None:
    case = contact.case("adds@example.fr")
    access, erasure = case.items
    assert (access.right, erasure.right) == (Right.ACCESS, Right.ERASURE)
    assert erasure.received_at > access.received_at


def test_e58_thanks_change_nothing(contact: Contact) -> None:
    case = contact.case("pleased@example.fr")
    assert (len(case.messages), len(case.items), contact.letters(case)) == (2, 1, ASKED)


def test_a_tag_gives_nobody_a_right_to_somebody_elses_case(contact: Contact) -> None:
    known, case = contact.case("pleased@example.fr"), contact.case("stranger@example.org")
    assert case.id != known.id
    assert Flag.NEEDS_HUMAN in case.flags
    assert "stranger@example.org" not in {message.address for message in known.messages}


def test_e48_a_robot_that_answers_each_letter_gets_no_second_one(contact: Contact) -> None:
    case = contact.case("robot@example.fr")
    assert contact.letters(case) == ASKED
    assert len(case.messages) == 1


@pytest.mark.parametrize(("address", "may"), [("bounces@example.fr", ASKED), ("gone@example.fr", ["ack"])])
def test_e47_a_letter_that_comes_back_marks_its_case(contact: Contact, address: str, may: list[str]) -> None:
    """Told by SES, or days later by the other side's own report: the case says so, and a person looks.

    SES sends no second letter to an address from which one came back, and either of the two may be the first; the
    report names the one that it is about.
    """
    case = contact.case(address)
    assert {Flag.MAIL_UNDELIVERABLE, Flag.NEEDS_HUMAN} <= case.flags.keys()
    assert Progress.BOUNCED in {contact.effect(case, name).progress for name in may}
    assert set(contact.letters(case, DPO)) == {"notice_undeliverable"}


def test_a_letter_of_which_nothing_is_heard_is_sent_once_and_stays_sent(contact: Contact) -> None:
    case = contact.case("vanishes@example.fr")
    assert contact.effect(case, "ack").progress is Progress.SENT
    assert contact.letters(case) == ASKED


# ---------------------------------------------------------------- what is large, or meant to harm


def test_a_message_that_is_too_large_to_be_sent_on_is_told_of(contact: Contact) -> None:
    case = contact.case("large@example.fr")
    assert int(str(case.steps[0].said["size"])) > 30 * 1024 * 1024
    assert contact.letters(case, SHOP) == ["notice_not_forwarded"]
    assert f"privacy requests raw {case.id}" in contact.letter(case, "notice_not_forwarded").text


def test_a_hostile_message_goes_before_a_person(contact: Contact) -> None:
    case = contact.case("hostile@example.fr")
    assert Flag.NEEDS_HUMAN in case.flags


def test_what_one_person_writes_stands_in_no_log_metric_key_and_queue(contact: Contact) -> None:
    """S6. Metrics are lines of the logs."""
    case = contact.case(CANARY)
    keys = [
        str([item[name] for name in item.keys() & KEYS])
        for table in ("ledger", "people", "registry", "requests")
        for item in contact.items(table)
    ]
    places = {
        "log": [line for lines in contact.office.logs().values() for line in lines],
        "key": [*keys, *contact.mail_ids],
        "queue": contact.queued,
    }
    assert all(places.values())
    found = {
        (place, canary)
        for place, texts in places.items()
        for canary in CANARIES
        if canary in "\n".join(texts).lower()
    }
    assert not found
    assert case.name == "Zyphora Quillane"


# ---------------------------------------------------------------- operators


def test_operators_see_all_of_it(contact: Contact, capsys: pytest.CaptureFixture[str]) -> None:
    state = str(contact.office.state.root)
    assert main(["requests", "--all", "--json", "--state", state]) == 0
    listed = {each["id"]: each for each in json.loads(capsys.readouterr().out)["requests"]}
    assert listed.keys() == {case.id for case in contact.cases}
    case = contact.case(EXAMPLES["access"].sender)
    assert main(["requests", "show", case.id, "--state", state]) == 0
    assert "14 rue des Lilas, 69003 Lyon" in capsys.readouterr().out
    assert main(["outbox", "--all", "--state", state]) == 0
    assert case.id in capsys.readouterr().out


# ---------------------------------------------------------------- whoever is killed


def test_whoever_is_killed_or_stopped_in_the_middle_none_is_lost_and_none_answered_twice(
    contact: Contact,
) -> None:
    """The last test: it looks anew."""
    office = contact.office
    quicken(office, seconds=6)
    office.save()
    for who in KILLED:
        contact.write(who, "Mes données", f"{ASKS} {STOPS}")
    for disturb in (BackOffice.kill_workers, crash, stop_and_start):
        assert eventually(lambda: office.open_work().running > 0)
        disturb(office)
    contact.look(PATIENCE)
    cases = [contact.case(who) for who in KILLED]
    assert [contact.letters(case) for case in cases] == [[*ASKED, "objection_done"]] * len(KILLED)
    assert {standing(contact, who) for who in KILLED} == {"objected"}
    test_nothing_waits_and_no_letter_went_twice(contact)


def crash(office: BackOffice) -> None:
    office.crash()
    office.restart_emulator()


def stop_and_start(office: BackOffice) -> None:
    SETTINGS["LETTER_SILENCE_SECONDS"] = "30"  # longer than both together
    office.stop()
    office.start()


def at_mailchimp(contact: Contact, address: str) -> str:
    audiences = contact.office.shop.ask("mailchimp", "state")["audiences"]
    members = {member["email"].lower(): member["status"] for each in audiences for member in each["members"]}
    return str(members.get(address.lower(), "absent"))


def standing(contact: Contact, address: str) -> str:
    """What the projection says that they chose."""
    for item in map(from_wire, contact.items("people")):
        for mailbox, each in item.get("standings", {}).items():
            if (each.get("address") or "").lower() == address.lower():
                return str(item["consents"][mailbox]["state"])
    return "nobody"
