"""A document goes from the browser into the store, once, and waits for a person, who deletes it (A6, R13)."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from privacy.domain.request import State
from privacy.domain.request_steps import Flag, Kind, Step
from privacy.domain.rights import Right
from privacy.domain.understanding import Role
from privacy.operations.identity.decide_identity import proofs
from privacy.operations.identity.prove_identity import LARGEST
from tests.identifying import House
from tests.requesting import CASE, DPO, STAFF, asks, mail
from tests.telling import CAMILLE

PDF = b"%PDF-1.7\n..."
ITEMS = ("access",)


@pytest.fixture
def house() -> House:
    house = House(known={CAMILLE})
    house.brings(mail(), asks(Right.ACCESS))
    house.works()
    said = {"items": ITEMS, "level": "L3", "reason": "two people share the mailbox", "doubt": True}
    house.does(Step(Kind.IDENTITY_ASKED, house.now, DPO, said=said))
    house.works()
    return house


def opens(house: House, **more: object) -> str:
    return str(house.asks_page("GET", "document/TOKEN", house.secret("IDENTITY_L3"), **more)["body"])


def lands(house: House, secret: str = "") -> str:
    page = house.asks_page("GET", "document/TOKEN/done", secret or house.secret("IDENTITY_L3"))
    return str(page["body"])


def name(house: House) -> str:
    return f"{CASE}/{house.letter('IDENTITY_L3').id}"


class Form(HTMLParser):
    """A form's own attributes and its fields in their order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.form: dict[str, str | None] = {}
        self.fields: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self.form = dict(attrs)
        elif tag == "input":
            self.fields.append(dict(attrs))


def test_the_clock_stands_from_when_the_document_was_asked_for(house: House) -> None:
    assert house.recipient("IDENTITY_L3") == CAMILLE
    assert house.item("access").suspended
    assert "two people share the mailbox" in house.message("IDENTITY_L3").get_content()


def test_g31_e90_a_parent_is_asked_to_show_whose_parent_they_are_and_nobody_doubts_who() -> None:
    house = House(known={CAMILLE})
    house.brings(mail(), asks(Right.ACCESS, role=Role.PARENT))
    said = {"items": ITEMS, "level": "L3", "reason": "to see that you are their parent", "doubt": True}
    house.does(Step(Kind.IDENTITY_ASKED, house.now, DPO, said=said))
    house.works()
    letter = house.message("PARENT_PROOF_REQUEST").get_content()
    assert "livret de famille" in letter
    assert "to see that you are their parent" in letter
    assert "doute" not in letter
    secret = house.secret("PARENT_PROOF_REQUEST")
    page = str(house.asks_page("GET", "document/TOKEN", secret)["body"])
    assert "legal guardian of the child" in page
    assert "make sure that it is you" not in page
    sent = f"{CASE}/{house.letter('PARENT_PROOF_REQUEST').id}"
    house.evidence.held[sent] = PDF
    lands(house, secret)
    assert proofs(house.case()) == (sent,), "it is deleted with the decision (R13)"


def test_the_form_leads_straight_to_the_store_and_nowhere_else(house: House) -> None:
    reply = house.asks_page("GET", "document/TOKEN", house.secret("IDENTITY_L3"))
    form = Form(str(reply["body"]))
    assert (form.form["method"], form.form["enctype"]) == ("post", "multipart/form-data")
    assert str(form.form["action"]).startswith("https://evidence.example.org/")
    assert [field["name"] for field in form.fields][-1] == "file", "S3 reads no field after the file"
    fields = {field["name"]: field.get("value") for field in form.fields}
    assert (fields["key"], fields["largest"]) == (name(house), str(LARGEST))
    landing = str(fields["success_action_redirect"])
    assert re.fullmatch(
        r"https://abc\.execute-api\.eu-west-3\.amazonaws\.com/document/[\w-]{43}/done\?lang=en", landing
    )
    policy = reply["headers"]["content-security-policy"]
    assert "form-action 'self' https://evidence.example.org;" in policy
    assert reply["headers"]["referrer-policy"] == "no-referrer"


def test_looking_at_the_form_changes_nothing(house: House) -> None:
    before = house.case(), dict(house.tokens.held)
    for _ in range(3):
        opens(house)
    assert (house.case(), house.tokens.held) == before


def test_what_arrived_waits_for_a_person_and_verifies_nobody(house: House) -> None:
    house.evidence.held[name(house)] = PDF
    assert "Thank you" in lands(house)
    arrived, flagged = house.case().steps[-2:]
    assert (arrived.kind, arrived.text("object"), arrived.text("media_type")) == (
        Kind.PROOF_ARRIVED, name(house), "application/pdf",
    )  # fmt: skip
    assert flagged.text("reason") == "proof"
    assert house.item("access").state is State.IDENTITY_PENDING
    assert house.case().flags[Flag.NEEDS_HUMAN] == ("proof",)
    assert "DPO_NOTICE" in house.works()


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
    ],
)
def test_photographs_are_told_by_how_they_begin(house: House, head: bytes, kind: str) -> None:
    house.evidence.held[name(house)] = head + b"..."
    lands(house)
    assert house.case().steps[-2].text("media_type") == kind


@pytest.mark.parametrize(
    "sent", [b"<svg onload=alert(1)>", b"MZ\x90", b"PK\x03\x04", b"", b"%PDF-" + b"x" * LARGEST, b"<html>"]
)
def test_nothing_that_a_person_could_not_look_at_is_taken_for_a_proof(house: House, sent: bytes) -> None:
    house.evidence.held[name(house)] = sent
    before = house.case()
    assert "another file" in lands(house)
    assert house.case() == before
    house.evidence.held[name(house)] = PDF
    assert "Thank you" in lands(house), "and they may try again"


def test_who_lands_without_having_sent_anything_sees_the_form_again(house: House) -> None:
    before = house.case()
    assert "<form" in lands(house)
    assert house.case() == before


def test_a_link_is_for_one_document(house: House) -> None:
    house.evidence.held[name(house)] = PDF
    lands(house)
    before = house.case()
    assert "<form" not in opens(house)
    assert "Thank you" not in lands(house)
    assert house.case() == before


def test_a_link_is_worth_nothing_after_seven_days_or_once_decided(house: House) -> None:
    house.evidence.held[name(house)] = PDF
    house.now += timedelta(days=9)
    assert "<form" not in opens(house)
    assert "Thank you" not in lands(house)
    house.now -= timedelta(days=9)
    house.does(Step(Kind.WITHDRAWN, house.now, STAFF, said={"reason": "by phone"}))
    assert "<form" not in opens(house)


def test_e151_of_a_document_that_went_undecided_the_case_knows_and_may_ask_for_another(house: House) -> None:
    house.evidence.held[name(house)] = PDF
    lands(house)
    house.now += timedelta(days=31)
    house.evidence.held.clear()  # the store forgets by itself (R13)
    assert house.item("access").state is State.IDENTITY_PENDING
    first = name(house)
    said = {"items": ITEMS, "level": "L3", "reason": "the first was not looked at in time", "doubt": True}
    house.does(Step(Kind.IDENTITY_ASKED, house.now, DPO, said=said))
    house.works()
    assert name(house) != first
    house.evidence.held[name(house)] = PDF
    assert "Thank you" in lands(house)
    assert house.item("access").state is State.IDENTITY_PENDING


def test_the_link_of_a_challenge_opens_no_upload_and_the_other_way_round(house: House) -> None:
    challenge, document = house.secret("IDENTITY_L1"), house.secret("IDENTITY_L3")
    assert "<form" not in house.asks_page("GET", "document/TOKEN", challenge)["body"]
    assert "Thank you" not in house.presses(document)
    assert house.item("access").state is State.IDENTITY_PENDING


def test_whoever_died_before_the_link_was_used_up_is_made_up_for(house: House) -> None:
    house.evidence.held[name(house)] = PDF
    use = house.tokens.use
    house.tokens.use = lambda *_: (_ for _ in ()).throw(RuntimeError)  # type: ignore[method-assign]
    assert "Thank you" not in lands(house)
    house.tokens.use = use  # type: ignore[method-assign]
    assert "Thank you" in lands(house)
    assert sum(step.kind is Kind.PROOF_ARRIVED for step in house.case().steps) == 1


def test_the_page_is_built_for_whoever_does_not_see_it(house: House) -> None:
    for lang in ("fr", "en"):
        page = opens(house, queryStringParameters={"lang": lang})
        assert page.count("<h1>") == 1
        assert '<label for="file">' in page
        assert f'<html lang="{lang}">' in page
        assert "<script" not in page


def test_r13_another_document_is_asked_for_with_a_link_of_its_own_and_never_by_mail(house: House) -> None:
    """The first link took the one document that it was for; whoever is told what is missing can send it."""
    first = house.secret("IDENTITY_L3")
    house.evidence.held[name(house)] = PDF
    lands(house)
    said = {"items": ITEMS, "missing": "votre nom n'y figure pas"}
    house.does(Step(Kind.IDENTITY_INSUFFICIENT, house.now, STAFF, said=said))
    assert {"IDENTITY_INSUFFICIENT", "IDENTITY_L3"} <= set(house.works())
    told = house.message("IDENTITY_INSUFFICIENT").get_content()
    assert "votre nom n'y figure pas. Déposez-le par le lien sécurisé" in " ".join(told.split())
    assert "two people share the mailbox" in house.message("IDENTITY_L3").get_content()
    assert house.secret("IDENTITY_L3") != first
    assert "<form" in opens(house)
