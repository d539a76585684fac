"""Every example of events/mail/ from its bytes to its case: the door, the reader, triage, what it becomes."""

from __future__ import annotations

from functools import cache

import pytest

from cli.local.mail.door import Mailbox, received
from privacy.bootstrap import contact
from privacy.domain.request import Request
from privacy.domain.request_effects import Does, Effect, To, effects
from privacy.domain.request_steps import Kind
from privacy.domain.rights import AT_ONCE
from privacy.inbound.mail import read_mail
from privacy.operations.requests.receive_mail import Became
from privacy.ports import StoredMail
from tests.mails import MAILS, Example, examples
from tests.requesting import Desk
from tests.telling import at

CONTACT = "contact@imera-paris.com"
NOW = at("2026-11-22T10:00")
EXAMPLES = {each.name: each for each in examples()}
CASES = [name for name, each in EXAMPLES.items() if not each.is_machine]


def test_every_file_has_its_entry_and_every_entry_its_file() -> None:
    assert {path.stem for path in MAILS.glob("*.eml")} == EXAMPLES.keys()


def came_in(example: Example, relay: str = "") -> bytes:
    """As it lies in the bucket, taken by SES itself or copied to it by the shop's mail host."""
    return received(
        example.raw,
        mailbox=Mailbox(CONTACT, relay),
        mail_id="mail1",
        peer="127.0.0.1",
        helo="client.example.fr",
        envelope_from=example.envelope,
        recipient=CONTACT,
        at=NOW,
    )


@cache
def taken(name: str) -> tuple[Became, Request]:
    """What became of the example, and its case where there is one."""
    raw = StoredMail(came_in(EXAMPLES[name]), 0, NOW)
    mail = read_mail(raw.raw, mail_id="mail1", stored_at=NOW, own_addresses=(CONTACT,))
    desk = Desk()
    became = desk.brings(mail, contact._understanding()(mail))
    return became, next(iter(desk.cases), Request(""))


@pytest.mark.parametrize("relay", ["", "mx.mailhost.example.net"])
@pytest.mark.parametrize(("name", "dmarc"), [("access", "PASS"), ("planted_verdicts", "FAIL")])
def test_either_set_up_finds_out_who_writes_and_when_it_came(name: str, dmarc: str, relay: str) -> None:
    """G9: SES's own word, or that of the named mail host; never what the sender wrote himself."""
    mail = read_mail(came_in(EXAMPLES[name], relay), mail_id="mail1", stored_at=NOW, relay=relay)
    assert (mail.verdicts.dmarc, mail.received_at) == (dmarc, NOW)


@pytest.mark.parametrize("name", [name for name, each in EXAMPLES.items() if each.is_machine])
def test_a_machines_mail_makes_no_case(name: str) -> None:
    became, _ = taken(name)
    assert became is Became.MACHINE


@pytest.mark.parametrize("name", CASES)
def test_what_it_asks_is_understood(name: str) -> None:
    _, request = taken(name)
    said = next(step for step in request.steps if step.kind is Kind.UNDERSTOOD)
    wanted = EXAMPLES[name].wanted
    assert (said.text("outcome"), list(said.texts("rights"))) == (wanted["outcome"], EXAMPLES[name].rights)
    assert said.text("language") == wanted.get("language", said.text("language"))


@pytest.mark.parametrize("name", [name for name in CASES if EXAMPLES[name].names])
def test_whose_data_it_is_stands_as_written(name: str) -> None:
    """P45: nothing is invented, a wrong value is worse than none."""
    _, request = taken(name)
    assert tuple(vars_of(request)) == EXAMPLES[name].names


def vars_of(request: Request) -> tuple[str | None, ...]:
    told = request.particulars
    return told.given_name, told.family_name, told.postal_address, told.customer_number


@pytest.mark.parametrize("name", CASES)
def test_what_it_sets_going_is_what_the_index_says(name: str) -> None:
    """What is done at once is told of once it is done, and who asks is asked after that: no such letter is owed yet."""
    _, request = taken(name)
    example, owed = EXAMPLES[name], effects(request).values()
    assert any(each.does is Does.FORWARD for each in owed) == example.wanted.get("forwarded", False)
    assert any(each.to is To.DPO for each in owed) == example.wanted.get("told", False)
    letters = sorted(each.letter.lower() for each in stands_now(request) if each.to is not To.DPO)
    later = ("_done", "identity_l1")
    assert letters == [letter for letter in example.letters if not letter.endswith(later)]
    at_once = {each.about for each in owed if each.does is Does.HONOUR}
    assert at_once == set(example.rights) & {"objection", "objection_marketing", "consent_withdrawal"}


def stands_now(request: Request) -> list[Effect]:
    """The letters to people that will go once everything that is done at once is done."""
    item = {item.id: item for item in request.items}
    letters = [each for each in effects(request).values() if each.does is Does.LETTER]
    return [
        each
        for each in letters
        if each.letter != "ACK" or any(i.right not in AT_ONCE for i in item.values() if i.step == each.step)
    ]
