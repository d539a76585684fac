"""A package is complete, sealed, readable by people and machines, and harmless to whoever opens it (G17-G20, G27)."""

from __future__ import annotations

import csv
import gc
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.domain.article15 import POINTS
from privacy.domain.dossier import SECTIONS, Record, Why
from privacy.domain.facts import GROUPS, Fact
from privacy.domain.letter import Language
from privacy.domain.portability import _FIELDS
from privacy.domain.request_steps import Kind
from privacy.domain.rights import Right
from privacy.operations.answers.answer_schema import schema_of
from privacy.operations.answers.answer_tables import MARK, columns_in, safe, table
from privacy.operations.answers.pack_answer import Packing, Sealed, pack_access, pack_portability
from privacy.operations.answers.tell_article15 import purposes_of
from privacy.outbound.disk_spool import DiskSpool
from privacy.policy import answer_words, recipients
from privacy.ports.retention import Archived
from tests.answering import NOW, POLICY, Office
from tests.golden import compare
from tests.requesting import CASE, STAFF, opened, step
from tests.telling import (
    CAMILLE,
    at,
    charge,
    customer,
    dispute,
    email,
    fact,
    member,
    refund,
    session,
    unsubscribed,
)

ROOT = Path(__file__).parents[3]
CANARY = "canary-7d1f"
RECIPIENTS = recipients.load()


def packing(office: Office) -> Packing:
    return Packing(office.packages, office.copies, POLICY, RECIPIENTS)


def packs(
    office: Office, language: Language = Language.FR, make: Any = pack_access, spool: Any = None
) -> tuple[Sealed, zipfile.ZipFile]:
    dossier = office.collects(spool=spool)
    words = answer_words.load(language)
    sealed = make("p1", dossier, address=CAMILLE, spool=office.spool, words=words, packing=packing(office))
    return sealed, zipfile.ZipFile(io.BytesIO(office.packages.held["p1"]))


def camille() -> Office:
    """A customer with a bit of everything, as she might really be."""
    office = Office().hears(
        customer(
            "2026-02-01", customer="cus_1", name="Camille Durand", line1="12 rue de l'Exemple", city="Paris"
        ),
        session("2026-03-01T10:00", customer="cus_1", box=True, number="1042"),
        charge("2026-03-01T10:01", customer="cus_1"),
        refund("2026-03-05", total=1500),
        dispute("2026-04-01", "won"),
        member("2026-03-02"),
        unsubscribed("2026-05-01"),
    )
    office.archive.put(
        Archived(
            fact(
                "invoice.paid",
                "2017-05-02",
                email(),
                "stripe_payment#pi_old",
                invoice={"number": "F-2017-1", "total": 4900, "currency": "eur"},
            ),
            "person-1",
            {"invoice": at("2028-01-01").date()},
        )
    )
    office.requests.cases[CASE] = [
        *opened(Right.ACCESS),
        step(Kind.NOTED, "2026-11-22T11:00", STAFF, text="A appelé la boutique."),
    ]
    office.requests.senders[email()].add(("2026-11-22", CASE))
    office.copies.held["mail1"] = b"From: camille.durand@example.fr\r\n\r\nQuelles donn\xe9es avez-vous ?\r\n"
    office.reads.entries = [("person-1", at("2026-10-01T09:00"), "look_up")]
    office.stripe.held["customer"] = [
        {
            "id": "cus_1",
            "object": "customer",
            "email": CAMILLE,
            "name": "Camille Durand",
            "created": 1769900000,
        }
    ]
    office.stripe.held["charge"] = [
        {
            "id": "ch_pi_1",
            "object": "charge",
            "customer": "cus_1",
            "payment_intent": "pi_1",
            "created": 1772359260,
            "amount": 8000,
            "currency": "eur",
            "billing_details": {"email": CAMILLE, "address": {"city": "Paris", "line2": None}},
            "outcome": {"risk_level": "normal", "rule": "secret_rule"},
        }
    ]
    office.mailchimp.members["list1", CAMILLE] = {
        "email_address": CAMILLE,
        "status": "unsubscribed",
        "merge_fields": {"FNAME": "Camille"},
        "member_rating": 2,
        "last_changed": "2026-05-01T00:00:00+00:00",
    }
    office.mailchimp.hung["tag", "list1", CAMILLE] = [
        {"name": "VIP", "date_added": "2026-03-03T00:00:00+00:00"}
    ]
    office.mailchimp.hung["activity", "list1", CAMILLE] = [
        {"activity_type": "click", "created_at_timestamp": "2026-03-10T08:00:00+00:00"}
    ]
    return office


# --- what is in it


@pytest.mark.parametrize("language", list(Language))
def test_the_page_reads_as_it_was_read_by_a_person(language: Language, pytestconfig: pytest.Config) -> None:
    _, package = packs(camille(), language)
    compare(f"answers/{language.value}.html", package.read("index.html").decode(), pytestconfig)


def test_the_data_are_valid_by_the_published_schema_and_hold_every_record_of_the_page() -> None:
    sealed, package = packs(camille())
    told = json.loads(package.read("data.json"))
    jsonschema.validate(told, schema_of("access"), format_checker=jsonschema.FormatChecker())
    assert sum(len(section["records"]) for section in told["sections"]) == sealed.records
    ids = re.findall(r'<h3 id="(\w+)">', package.read("index.html").decode())
    assert ids == [section["id"] for section in told["sections"]]


@pytest.mark.parametrize("kind", ["access", "portability"])
def test_the_published_schema_is_the_one_that_packages_hold(kind: str, pytestconfig: pytest.Config) -> None:
    schema = schema_of(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    written = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
    compare(f"../../docs/schemas/{kind}.schema.json", written, pytestconfig)


def test_every_file_is_in_the_manifest_with_its_digest_and_the_digest_of_it_all_is_the_packages() -> None:
    office = camille()
    sealed, package = packs(office)
    manifest = json.loads(package.read("manifest.json"))
    listed = {each["path"]: each["sha256"] for each in manifest["files"]}
    assert listed.keys() == set(package.namelist()) - {"manifest.json"}
    for path, digest in listed.items():
        assert hashlib.sha256(package.read(path)).hexdigest() == digest
    assert sealed.digest == hashlib.sha256(office.packages.held["p1"]).hexdigest()
    assert sealed.size == len(office.packages.held["p1"])


def test_the_same_input_makes_the_same_bytes() -> None:
    assert packs(camille())[0].digest == packs(camille())[0].digest


def test_another_record_makes_another_digest() -> None:
    other = camille()
    other.mailchimp.members["list1", CAMILLE] = {"email_address": CAMILLE, "status": "subscribed"}
    assert packs(camille())[0].digest != packs(other)[0].digest


def test_raw_messages_come_as_they_are_held_and_a_missing_one_is_told() -> None:
    office = camille()
    sealed, package = packs(office)
    path = next(name for name in package.namelist() if name.endswith(".eml"))
    assert package.read(path) == office.copies.held["mail1"]
    assert not sealed.missing
    office.copies.held.clear()
    sealed, package = packs(office)
    assert sealed.missing == (path,)
    assert sealed.third_party_data
    assert "ce fichier n&#x27;existe plus" in package.read("index.html").decode()


def test_a_person_is_told_what_to_look_at_before_it_goes() -> None:
    sealed, _ = packs(camille())
    assert sealed.review == {"messages": {Why.FREE_TEXT: 1}, "steps": {Why.FREE_TEXT: 1}}


def test_somebody_of_whom_nothing_is_held_is_told_so() -> None:
    _, package = packs(Office(), Language.EN)
    page = package.read("index.html").decode()
    assert "we process no data about you under this address" in page
    assert "1. We process no data about you<" in page
    assert [section["id"] for section in json.loads(package.read("data.json"))["sections"]] == ["reads"]


# --- Article 15 (G18)


def test_g18_every_point_of_article_15_is_told_and_about_this_person() -> None:
    _, package = packs(camille(), Language.EN)
    told = json.loads(package.read("data.json"))["information"]
    assert set(told) == set(POINTS)
    assert all(point["text"] for point in told.values())
    assert {each["purpose"] for each in told["purposes"]["data"]} >= {
        "order_execution",
        "marketing",
        "answering",
    }
    names = [each["name"] for each in told["recipients"]["data"]]
    assert names == [recipient.name for recipient in RECIPIENTS]
    mailchimp = told["recipients"]["data"][2]
    assert (mailchimp["first"], mailchimp["last"]) == ("2026-03-02", "2026-05-01")
    card = next(each for each in told["retention"]["data"] if each["rule"] == "R16")
    assert card["first"] == card["last"] == "2027-04-01"
    assert "Thursday 1 April 2027" in " ".join(told["retention"]["text"])


@pytest.mark.parametrize("capacity", ["processor", "authority", "controller"])
def test_p23_whoever_an_operator_says_got_data_is_named_and_a_partner_is_never_denied(capacity: str) -> None:
    """P24."""
    days = ("2026-04-02", "2026-05-03") if capacity == "processor" else ("2026-04-02",)
    given = [
        fact(
            "data.disclosed",
            day,
            email(),
            source="shop",
            disclosure={"recipient": "Exemple SA", "capacity": capacity, "data": "address", "on": day},
        )
        for day in days
    ]
    _, package = packs(Office().hears(member("2026-03-02"), *given), Language.EN)
    told = json.loads(package.read("data.json"))["information"]["recipients"]
    assert told["data"][-1]["name"] == "Exemple SA"
    assert (told["data"][-1]["first"], told["data"][-1]["last"]) == (days[0], days[-1])
    (line,) = [line for line in told["text"] if line.startswith("Exemple SA")]
    assert "got: address" in line
    assert ("between" in line) == (len(days) > 1)
    assert any("No business partner" in line for line in told["text"]) == (capacity != "controller")


def test_a_subscriber_who_never_ordered_is_not_told_of_payments_or_stripe() -> None:
    _, package = packs(Office().hears(member("2026-03-02")), Language.EN)
    told = json.loads(package.read("data.json"))["information"]
    assert told["automated_decisions"]["data"] == [{"checked": False}]
    assert "No decision about you" in told["automated_decisions"]["text"][0]
    assert not any("Stripe" in line for line in told["recipients"]["text"])


def test_p9_whoever_paid_is_told_how_payments_are_checked() -> None:
    _, package = packs(camille(), Language.EN)
    told = json.loads(package.read("data.json"))["information"]["automated_decisions"]
    assert told["data"] == [{"checked": True}]
    assert "a person decides" in told["text"][0]


def test_every_text_stands_in_both_languages_with_the_same_places_for_values() -> None:
    french, english = (answer_words.load(language) for language in Language)
    places = re.compile(r"\$\w+")
    for table_, texts in french.tables.items():
        assert texts.keys() == english.tables[table_].keys(), table_
        for key, text in texts.items():
            assert sorted(places.findall(text)) == sorted(places.findall(english.tables[table_][key])), key
    for name, words in french.sections.items():
        assert words.fields.keys() == english.sections[name].fields.keys()


def test_every_field_that_a_group_may_hold_has_a_name_in_plain_words() -> None:
    words = answer_words.load(Language.FR)
    unnamed = {field for fields in GROUPS.values() for field in fields} - words.tables["fields"].keys()
    assert not unnamed


def test_every_reason_to_look_at_somebodys_data_has_words() -> None:
    purposes = {
        line.partition('"')[2].rstrip('"')
        for path in (ROOT / "layers/core/privacy/operations").rglob("*.py")
        for line in path.read_text().splitlines()
        if line.startswith("PURPOSE = ")
    }
    assert "look_up" in purposes
    for language in Language:
        assert purposes <= answer_words.load(language).tables["values"].keys()


def test_purposes_bases_sources_roles_and_countries_of_the_policy_have_words() -> None:
    words = answer_words.load(Language.EN).tables
    assert words["purposes"].keys() == POLICY.purposes.keys()
    assert words["bases"].keys() >= {purpose.basis for purpose in POLICY.purposes.values()}
    assert words["sources"].keys() >= POLICY.sources.keys()
    assert words["roles"].keys() >= {recipient.role for recipient in RECIPIENTS}
    assert words["countries"].keys() >= {recipient.country for recipient in RECIPIENTS}


# --- harmless to whoever opens it


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple((name, value) for name, value in attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags_of(page: str) -> Tags:
    parsed = Tags()
    parsed.feed(page)
    parsed.close()
    assert not parsed.open
    return parsed


def typed(text: str) -> Office:
    """Somebody who types the same thing wherever anything can be typed."""
    told = session("2026-03-01T10:00", number=text)
    profile = {"email": CAMILLE, "name": text, "line1": text}
    office = Office().hears(
        replace(told, groups={**told.groups, "profile": profile, "delivery": {"name": text}})
    )
    office.mailchimp.names = {"list1": text}
    office.mailchimp.members["list1", CAMILLE] = {"merge_fields": {"FNAME": text, text: text}}
    return office


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>@import 'https://example.org'</style>",
    "javascript:alert(1)",
    "&lt;b&gt;",
    "\u202egnitirw\u202c",
    "a\x00b\x1b[31m",
    "\ud800",
    "$title ${title} $$",
    "]]><!--",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_stranger_typed_is_text_on_the_page_and_stays_text(text: str) -> None:
    plain = tags_of(packs(typed("plain"))[1].read("index.html").decode())
    page = packs(typed(text))[1].read("index.html").decode()
    assert [tag for tag, _ in tags_of(page).found] == [tag for tag, _ in plain.found]
    assert not set(page) & {*map(chr, range(0x202A, 0x202F)), "\x00", "\x1b"}


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1))
def test_no_text_at_all_changes_what_the_page_is_made_of(text: str) -> None:
    found = tags_of(packs(typed(text))[1].read("index.html").decode()).found
    assert {tag for tag, _ in found} <= {
        *(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "a",
            "header",
            "h1",
            "h2",
            "h3",
            "p",
            "nav",
            "ul",
            "li",
        ),
        *("main", "section", "div", "dl", "dt", "dd", "footer"),
    }
    for _, attributes in found:
        assert not any(name.startswith("on") or name in {"src", "style"} for name, _ in attributes)


def test_the_page_loads_nothing_runs_nothing_and_says_what_language_it_is_in() -> None:
    page = packs(camille(), Language.EN)[1].read("index.html").decode()
    found = tags_of(page).found
    assert dict(found[0][1])["lang"] == "en"
    policy = dict(found[3][1])["content"]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in found}
    assert all(
        value and value.startswith("#") for tag, told in found for name, value in told if name == "href"
    )
    levels = [int(tag[1]) for tag, _ in found if re.fullmatch(r"h\d", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


#: What a spreadsheet would take for a formula's beginning.
BEGINS = re.compile(r"^\s*[=+\-@|%＝＋－＠]")


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_no_cell_is_a_formula_wherever_a_spreadsheet_splits(text: str) -> None:
    said = safe(text)
    assert isinstance(said, str)
    for separator in (None, ";", "\t", "\n"):
        for cell in [said] if separator is None else said.split(separator):
            assert not BEGINS.match(cell), (text, said)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+33 1 23",
        "-2",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "a;=1",
        "a\n=cmd|'/c calc'!A1",
        "＝1",
        "\r=1",
        "%0A=1",
        "|x",
    ],
)
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert "'" in str(safe(text))


@pytest.mark.parametrize("value", [12, -5, 4.5, True, "12 rue de l'Exemple", "F-2017-1", "a=b", "1 - 2"])
def test_a_number_and_an_ordinary_text_stay_as_they_are(value: Any) -> None:
    assert safe(value) == value


def test_tables_read_back_as_they_were_written() -> None:
    office = camille()
    office.collects()
    records = office.records("told_order")
    raw = b"".join(table(records, columns_in(records))).decode()
    assert raw.startswith(MARK)
    rows = list(csv.DictReader(io.StringIO(raw.removeprefix(MARK))))
    assert rows[0]["number"] == "1042"
    assert rows[0]["amount"] == "8000"
    assert rows[0]["record_erased_on"] == records[0].until.isoformat()  # type: ignore[union-attr]


# --- nobody else


def test_no_canary_of_staff_fraud_rules_or_other_people_is_anywhere_in_it() -> None:
    office = camille()
    office.hears(customer("2026-01-01", f"{CANARY}@example.org", customer="cus_9", name=CANARY))
    office.reads.entries.append(("person-2", NOW, CANARY))
    office.mailchimp.hung["note", "list1", CAMILLE] = [{"note": "x", "created_by": CANARY}]
    told = charge("2026-06-01", payment="pi_3")
    office.hears(replace(told, groups={**told.groups, "fraud": {"rule": CANARY, "risk_level": "normal"}}))
    _, package = packs(office)
    for name in package.namelist():
        said = package.read(name)
        for secret in (CANARY, "secret_rule", "alix", "benoit"):
            assert secret.encode() not in said, (name, secret)


# --- portability


def test_g27_what_they_gave_and_their_orders_go_along_and_no_conclusion_does() -> None:
    sealed, package = packs(camille(), Language.EN, pack_portability)
    told = json.loads(package.read("data.json"))
    jsonschema.validate(told, schema_of("portability"), format_checker=jsonschema.FormatChecker())
    sections = {section["id"] for section in told["sections"]}
    assert sections == {
        *("profile", "consents", "orders", "told_order", "told_refund", "told_profile", "told_consent"),
        *("told_subscription", "stripe_customer", "mailchimp_member", "mailchimp_activity"),
    }
    said = json.dumps(told)
    for derived in ("risk_level", "outcome", "VIP", "member_rating", "appelé", "regime", "F-2017-1"):
        assert derived not in said
    assert {name for name in package.namelist() if not name.startswith("tables/")} == {
        *("data.json", "portability.schema.json", "README.txt", "manifest.json")
    }
    assert not sealed.limited


def test_g27_only_what_rests_on_consent_or_contract_is_portable() -> None:
    by_id = {section.id: section for section in SECTIONS}
    assert _FIELDS.keys() <= by_id.keys()
    for id_, fields in _FIELDS.items():
        bases = {purpose.basis for purpose in purposes_of(by_id[id_], POLICY)}
        assert bases & {"6(1)(a)", "6(1)(b)"}, id_
        group = by_id[id_].held.removeprefix("group:")
        if id_.startswith("told_"):
            assert set(fields) <= set(GROUPS[group]), id_


def test_e112_a_customers_file_is_json_and_csv_without_scores_and_notes() -> None:
    _, package = packs(camille(), Language.FR, pack_portability)
    assert "tables/orders.csv" in package.namelist()
    assert "tables/steps.csv" not in package.namelist()
    assert b"risk" not in package.read("tables/orders.csv")


def test_e113_what_only_the_law_keeps_stays_behind_and_the_file_says_so() -> None:
    office = Office().hears(session("2026-03-01", payment="pi_1"))
    office.archive.put(
        Archived(session("2017-03-01", payment="pi_old", number="OLD-1"), "person-1", {"order": NOW.date()})
    )
    sealed, package = packs(office, Language.EN, pack_portability)
    assert sealed.limited
    assert b"OLD-1" not in package.read("data.json")
    assert "kept only because the law asks for it" in package.read("README.txt").decode()


# --- fifty thousand records


def _bought(number: int) -> Fact:
    day = f"2026-{1 + number % 10:02}-{1 + number % 27:02}T{number % 24:02}:00"
    return session(day, payment=f"pi_{number}")


@pytest.fixture
def nothing_older() -> Iterator[None]:
    """`gc` lists what comes to be from now on, and not all that a long run of tests has in memory."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("nothing_older")
def test_memory_does_not_grow_with_the_records_of_a_section(tmp_path: Path) -> None:
    # counted, not timed: how many records are alive at once while thousands go by
    alive = {"collecting": 0, "packing": 0}

    def count(phase: str) -> None:
        found = sum(type(each) is Record for each in gc.get_objects())
        alive[phase] = max(alive[phase], found)

    office = Office()
    for number in range(800):
        office.ledger.append(_bought(number))
    office.hears(_bought(0))
    with DiskSpool(tmp_path) as spool:
        dossier = office.collects(spool=_Watching(spool, lambda: count("collecting")))
        assert dossier.tallies["told_order"].count == 800
        watching = _Watching(spool, lambda: count("packing"))
        words = answer_words.load(Language.EN)
        sealed = pack_access(
            "p1", dossier, address=CAMILLE, spool=watching, words=words, packing=packing(office)
        )
        assert max(office.packages.written) < 1_000_000
    assert sealed.records > 2400
    assert 0 < alive["collecting"] < 10
    # the page keeps the five hundred latest of one section, and nothing keeps more
    assert 0 < alive["packing"] < 520
    assert not list(tmp_path.iterdir())


class _Watching:
    """A spool that has somebody count what is alive, now and then."""

    def __init__(self, spool: DiskSpool, count: Any) -> None:
        self.spool = spool
        self.count = count
        self.added = 0

    def add(self, section: str, line: bytes) -> None:
        self.added += 1
        if self.added % 300 == 299:
            self.count()
        self.spool.add(section, line)

    def lines(self, section: str) -> Any:
        for number, line in enumerate(self.spool.lines(section)):
            if number % 300 == 299:
                self.count()
            yield line
