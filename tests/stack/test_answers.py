"""Answers in the running back office, from the letter that asks to what is left when all is done.

Everybody writes first, then what follows is waited for once, then everybody does the next thing. The tests look at what
there is then.
"""

from __future__ import annotations

import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

import jsonschema
import pytest

from cli.local.backoffice import BackOffice
from cli.main import main
from privacy.domain.request import State
from privacy.operations.answers.answer_schema import schema_of
from privacy.outbound.dynamodb import from_wire
from tests.stack.contact import Contact
from tests.stack.test_identity import PDF, Form, upload
from tests.stack.test_requests import KEYS
from tests.stack.writer import Writer, at_mailchimp, at_stripe, fetched, page, somebody

LONG_AGO = (datetime.now(UTC) - timedelta(days=90)).isoformat()
ASKS_COPY = "Bonjour, je souhaite une copie de mes données, et ne m'envoyez plus d'offres."
ASKS_ERASURE = "Bonjour, je demande l'effacement de toutes mes données personnelles."
ASKS_IN_ENGLISH = "Hello, please delete all the personal data that you hold about me. Thank you."
ASKS_CORRECTION = "Bonjour, mon nom est mal écrit : merci de corriger mes données."


@dataclass(frozen=True)
class Words:
    """What is planted in an order, at both providers and in a letter, and stands nowhere else."""

    name: str
    phone: str
    note: str
    street: str
    town: str

    @property
    def signed(self) -> str:
        return f"\n\n{self.name}\n{self.street}, {self.town}\n{self.phone}"

    def found_in(self, text: str) -> set[str]:
        """As it was typed, or without what keys and URLs leave out."""
        given, family = self.name.split()
        digits = self.phone.replace(" ", "")
        looked_for = (given, family, self.phone, digits, self.note, self.street, self.town)
        return {each for each in looked_for if each.lower() in text.lower()}


ERASED = Words(
    "Zélindor Quatrelivres",
    "+33 6 39 98 26 57",
    "une huppe de nacre sous la porte",
    "47 impasse des Courlis",
    "Valbrume-les-Eaux",
)
CORRECTED = Words(
    "Hermengarde Vauquelinot",
    "+33 6 39 98 42 81",
    "un perroquet de jade au portail",
    "8 sente des Butors",
    "Montfleury-sur-Loupe",
)
LINK = re.compile(r"https?://\S+")
TABLES = ("ledger", "people", "archive", "registry", "requests")


@dataclass
class Told:
    """What became of whoever asked. customer, charge: the ids at Stripe of zephyrine's purchase."""

    office: BackOffice
    camille: Writer
    zephyrine: Writer
    robin: Writer
    emma: Writer
    colette: Writer
    purchase: dict[str, Any]
    package: zipfile.ZipFile
    breach: str = ""

    @property
    def everybody(self) -> list[Writer]:
        return [self.camille, self.zephyrine, self.robin, self.emma, self.colette]


@pytest.fixture(scope="module")
def told(office: BackOffice) -> Told:
    office.shop.register_webhooks(office.base_url, office.secrets)
    office.save()  # so that the journal has every queue's messages from here on

    def privacy(*arguments: str) -> str:
        with redirect_stdout(io.StringIO()) as out:
            assert main([*arguments, "--state", str(office.state.root)]) == 0, arguments
        return out.getvalue()

    names = ("camille", "zephyrine.q", "robin", "emma", "vauquelinot")
    camille, zephyrine, robin, emma, colette = (somebody(office, privacy, name) for name in names)
    purchase = before(camille, zephyrine, robin, emma, colette)
    camille.idle()
    for who, text in ((camille, ASKS_COPY), (zephyrine, ASKS_ERASURE + ERASED.signed), (robin, ASKS_IN_ENGLISH),
                      (emma, ASKS_ERASURE), (colette, ASKS_CORRECTION + CORRECTED.signed)):  # fmt: skip
        who.sends("My data" if who is robin else "Mes données", text)
    camille.idle()
    for who in (camille, zephyrine, robin, emma):
        who.confirms("en" if who is robin else "fr")
    colette.requests("identify", "--level", "L3", "--reason", "deux personnes se partagent la boîte")
    camille.idle()
    corrected(colette)
    camille.approved("access")
    zephyrine.approved("erasure")
    robin.approved("erasure")
    camille.idle()
    told = Told(office, camille, zephyrine, robin, emma, colette, purchase, collected(camille))
    opened = privacy("breach", "open", "an answer went astray", "--request", colette.case)
    told.breach = re.search(r"BR-[0-9A-F]{8}", opened)[0]  # type: ignore[index]
    camille.idle()
    return told


def before(
    camille: Writer, zephyrine: Writer, robin: Writer, emma: Writer, colette: Writer
) -> dict[str, Any]:
    """What the shop has of them; zephyrine's purchase."""
    camille.shops("stripe", "checkout", box="ticked", at=LONG_AGO)
    emma.shops("stripe", "checkout", name="Emma Bernard", box="ticked", at=LONG_AGO)
    robin.shops("mailchimp", "signup", at=LONG_AGO)
    planted(colette, CORRECTED)
    return planted(zephyrine, ERASED)


def planted(who: Writer, words: Words) -> dict[str, Any]:
    """They bought once; the purchase."""
    done = who.shops(
        *("stripe", "checkout"),
        name=words.name,
        phone=words.phone,
        box="ticked",
        metadata={"note": words.note},
        at=LONG_AGO,
    )
    address = {"line1": words.street, "city": words.town, "country": "FR", "postal_code": "14990"}
    changes = {"address": address, "shipping": {"address": address, "name": words.name, "phone": words.phone}}
    act = {"act": "update_customer", "of": done["customer"], "changes": changes, "wait": True}
    who.office.shop.ask("stripe", "act", act)
    fields = {"FNAME": words.name, "PHONE": words.phone, "ADDRESS": words.street}
    who.shops("mailchimp", "signup", merge_fields=fields)
    return done


def corrected(who: Writer) -> None:
    """They show who they are, and their name is corrected, and their data are only stored from then on."""
    link = who.letter("identity_l3").link("document")
    assert "Merci" in upload(Form(page(link)[1]), PDF)
    who.idle()
    who.requests("decide", "--add", "restriction")
    who.requests("verify", "--level", "L3", "--reason", "name and address fit")
    given, family = CORRECTED.name.split()
    who.requests("draft", "--correct", f"given_name={given}", "--correct", f"family_name={family}-Martin")
    who.approved("rectification")
    who.requests("draft", "--restrict", "accuracy")
    who.approved("restriction")
    who.idle()


def collected(who: Writer) -> zipfile.ZipFile:
    """By the link of one letter and the code of the other."""
    link = who.letter("access_answer").link("answer")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", who.letter("answer_code").text)
    assert code
    status, refused = page(link, {"lang": "fr", "code": "AAAA-AAAA"})
    assert (status, "Ce n'est pas le code" in refused) == (HTTPStatus.OK, True)
    status, leads_to = page(link, {"lang": "fr", "code": code[0]})
    assert status == HTTPStatus.SEE_OTHER
    return zipfile.ZipFile(io.BytesIO(fetched(leads_to)))


def test_a_copy_is_approved_as_previewed_and_collected_with_link_and_code(told: Told) -> None:
    assert {"index.html", "data.json", "manifest.json"} <= set(told.package.namelist())
    data = json.loads(told.package.read("data.json"))
    jsonschema.validate(data, schema_of("access"), format_checker=jsonschema.FormatChecker())
    assert data["made_for"] == told.camille.address
    assert told.camille.address in told.package.read("index.html").decode()


def test_e36_offers_ended_at_once_with_the_letter_that_asked_for_the_copy(told: Told) -> None:
    assert told.camille.item("objection_marketing").state is State.ANSWERED
    assert [member["status"] for member in at_mailchimp(told.office, told.camille.address)] == [
        "unsubscribed"
    ]


def test_the_providers_asked_directly_have_nothing_of_what_went(told: Told) -> None:
    for who in (told.zephyrine, told.robin):
        assert at_mailchimp(told.office, who.address) == []
        assert at_stripe(told.office, f"customers?email={quote(who.address)}")["data"] == []
    customer = at_stripe(told.office, f"customers/{told.purchase['customer']}")
    assert ERASED.found_in(json.dumps(customer, ensure_ascii=False)) == set()
    assert not any(customer[field] for field in ("email", "name", "phone", "address", "shipping"))
    assert at_stripe(told.office, f"charges/{told.purchase['charge']}")["paid"], "the payment stays"


def test_privacy_person_shows_what_stays_and_of_whom_nothing_does(told: Told) -> None:
    shown = told.zephyrine.privacy("person", told.zephyrine.address)
    assert ERASED.found_in(shown) == set()
    assert told.purchase["payment_intent"] in shown
    assert "R1" in shown
    nobody = told.robin.privacy("person", told.robin.address)
    assert "All that is left is their wish not to be written to" in nobody


def test_the_letters_say_what_went_and_what_stays_in_each_ones_language(told: Told) -> None:
    french, english = told.zephyrine.letter("erased_partial"), told.robin.letter("erased")
    assert "Vos données sont effacées, sauf ce qui doit être conservé" in french.subject
    for line in (
        "votre numéro de téléphone",
        "votre fiche chez Mailchimp",
        "chez Stripe, les paiements eux-mêmes",
    ):
        assert line in french.text
    assert "Your data are erased" in english.subject
    assert "your record at Mailchimp, which sends our newsletter: deleted for good" in english.text


def test_after_an_erasure_no_canary_is_left_but_in_its_case_and_the_mails_of_it(told: Told) -> None:
    case, address = told.zephyrine.case, told.zephyrine.address
    mails = {message.mail for message in told.zephyrine.folded().messages}
    found = {
        (table, str(item["pk"]))
        for table in TABLES
        for item in items(told.office, table)
        for said in [json.dumps(item, default=str, ensure_ascii=False)]
        if address in said.lower() or ERASED.found_in(said)
    }
    assert found == {("requests", f"request#{case}")}
    held = {
        key.rpartition("/")[2]
        for key, content in objects(told.office)
        if address.encode() in content or ERASED.found_in(content.decode(errors="replace"))
    }
    assert held == mails


def test_all_of_it_left_no_personal_data_in_logs_queues_keys_metrics_and_urls(told: Told) -> None:
    """S6. Metrics are lines of the logs."""
    keys = [
        str([item[name] for name in item.keys() & KEYS])
        for table in TABLES
        for item in items(told.office, table)
    ]
    links = [
        link for who in told.everybody for _, letter in who.letters() for link in LINK.findall(letter.text)
    ]
    places = {
        "log": [line for lines in told.office.logs().values() for line in lines],
        "key": [*keys, *(key for key, _ in objects(told.office))],
        "queue": Contact(told.office).queued,
        "url": [unquote(link) for link in links],
    }
    assert all(places.values())
    addresses = {who.address for who in told.everybody}
    found = {
        (place, each)
        for place, texts in places.items()
        for text in ["\n".join(texts).lower()]
        for each in ERASED.found_in(text)
        | CORRECTED.found_in(text)
        | {address for address in addresses if address in text}
    }
    assert found == set()
    assert told.breach.startswith("BR-")


def test_whoever_kills_the_workers_while_an_erasure_is_carried_out_changes_nothing_in_the_end(
    told: Told,
) -> None:
    office, emma = told.office, told.emma
    before = quickened(office)
    over, killed = threading.Event(), [0]

    def kill() -> None:
        while not over.wait(0.5):
            killed[0] += office.kill_workers()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        emma.approved("erasure")
        over.wait(3)
    finally:
        over.set()
        killer.join()
    emma.idle()
    for url, seconds in before.items():
        office.aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": seconds})
    assert killed[0]
    assert emma.item("erasure").state is State.ANSWERED
    assert emma.letter("erased_partial").text.count("votre fiche chez Mailchimp") == 1
    assert at_mailchimp(office, emma.address) == []
    assert at_stripe(office, f"customers?email={quote(emma.address)}")["data"] == []


def quickened(office: BackOffice) -> dict[str, str]:
    """What killed workers had in hand comes again in seconds; what it was before, by queue."""
    sqs, name = office.aws("sqs"), "VisibilityTimeout"
    before = {
        url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
        for url in sqs.list_queues()["QueueUrls"]
    }
    for url in before:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={name: "6"})
    return before


def items(office: BackOffice, table: str) -> Iterator[dict[str, Any]]:
    scan = office.aws("dynamodb").get_paginator("scan")
    pages = scan.paginate(TableName=f"imera-privacy-{table}", ConsistentRead=True)
    return (from_wire(item) for page in pages for item in page["Items"])


def objects(office: BackOffice) -> Iterator[tuple[str, bytes]]:
    """Of every bucket."""
    s3 = office.aws("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for listed in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"]):
            for each in listed.get("Contents", []):
                key = each["Key"]
                yield key, s3.get_object(Bucket=bucket["Name"], Key=key)["Body"].read()
