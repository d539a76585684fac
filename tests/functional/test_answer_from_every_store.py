"""One answer, from tables, buckets and stand-ins to the sealed package: every adapter together (T15, G17-G19)."""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import jsonschema
import pytest
from moto import mock_aws

from cli.standins import mailchimp, stripe
from privacy import policy
from privacy.domain.request import Request
from privacy.domain.request_fold import after, fold
from privacy.domain.request_steps import Kind
from privacy.domain.rights import Right
from privacy.operations.answers.answer_schema import schema_of
from privacy.operations.answers.build_answer import Building, build_answer
from privacy.operations.answers.collect_dossier import Sources
from privacy.operations.answers.pack_answer import Packing, Sealed, intact
from privacy.operations.people.describe_person import Reader
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.outbound.disk_spool import DiskSpool
from privacy.outbound.dynamodb import DynamoFactLedger
from privacy.outbound.dynamodb_archive import DynamoArchive
from privacy.outbound.dynamodb_directives import DynamoDirectives
from privacy.outbound.dynamodb_holds import DynamoHolds
from privacy.outbound.dynamodb_notes import DynamoNotes
from privacy.outbound.dynamodb_people import DynamoPeople
from privacy.outbound.dynamodb_read_log import DynamoReadLog
from privacy.outbound.dynamodb_registry import DynamoRegistry
from privacy.outbound.dynamodb_requests import DynamoRequests
from privacy.outbound.mailchimp_client import MailchimpClient
from privacy.outbound.mailchimp_person import MailchimpPerson
from privacy.outbound.patience import Jitter, Pace, Respite
from privacy.outbound.s3_mail_copies import S3MailCopies
from privacy.outbound.s3_packages import S3Packages
from privacy.outbound.stripe_client import StripeCalls
from privacy.outbound.stripe_person import StripePerson
from privacy.policy import answer_words, recipients
from privacy.ports import Appending
from privacy.ports.directives import Directive
from privacy.ports.retention import Archived
from tests.contract.test_stores import tables
from tests.requesting import CASE, STAFF, opened, step
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, at, charge, email, session, unsubscribed

POLICY = policy.load()
NOW = at("2026-11-22T12:00")
JITTER = Jitter(lambda _: None, lambda: 0.5)
NAMES: Any = {"region_name": "eu-west-3", "aws_access_key_id": "x", "aws_secret_access_key": "x"}


def more_tables(client: Any) -> None:
    for name in ("requests", "archive"):
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
        )


@pytest.fixture
def world() -> Iterator[Building]:
    """The shop with Camille in every store, and Benoît beside her."""
    with mock_aws(), stripe.serving() as shop, mailchimp.serving(port=0, list_id="a6b5da1054") as news:
        dynamodb, s3 = tables(), boto3.client("s3", **NAMES)
        more_tables(dynamodb)
        for name in ("mail-bucket", "packages-bucket"):
            s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
        s3.put_object(Bucket="mail-bucket", Key="inbound/mail1", Body=b"From: camille\r\n\r\nMes donnees ?")
        for who in (CAMILLE, BENOIT):
            shop.act("checkout", email=who, customer="guest")
            news.act("signup", email=who)
        registry = DynamoRegistry(dynamodb, "registry")
        people = DynamoPeople(dynamodb, "people", "ledger")
        stores = Stores(DynamoFactLedger(dynamodb, "ledger"), people, registry)
        facts = [session("2026-03-01", box=True), charge("2026-03-01"), unsubscribed("2026-05-01")]
        facts.append(session("2026-03-01", BENOIT, payment="pi_benoit"))
        ids = (f"person-{number}" for number in itertools.count(1))
        for told in facts:
            stores.ledger.append(told)
            fold_people({told.filed_under}, stores=stores, policy=POLICY, now=NOW, new_id=lambda: next(ids))
        archive = DynamoArchive(dynamodb, "archive")
        day = (NOW + timedelta(days=900)).date()
        archive.put(
            Archived(session("2018-03-01", payment="pi_old", number="OLD-1"), "person-1", {"order": day})
        )
        directives = DynamoDirectives(dynamodb, "registry")
        said = Directive(email(), ("Tout effacer",), "Anna Exemple", "IM-2026-000009", NOW)
        directives.register(said, (NOW + timedelta(days=30)).date())
        log = DynamoRequests(dynamodb, "requests")
        summary = {
            "received_at": "2026-11-22T10:00:00+00:00",
            "deadline_shard": "open",
            "deadline_on": "2026-12-22",
        }
        log.append(Appending(CASE, opened(Right.ACCESS), after=0, summary=summary, senders={email(): 0}))
        calls = StripeCalls(
            "rk_test_0123456789", JITTER, Pace(9999, lambda: 0.0, lambda _: None), base_url=shop.base_url
        )
        client = MailchimpClient("0" * 32 + "-us21", f"{news.base_url}/3.0", JITTER, Respite(lambda: 0.0))
        yield Building(
            Sources(
                stores=stores,
                archive=archive,
                requests=log,
                reads=DynamoReadLog(dynamodb, "registry"),
                holds=DynamoHolds(dynamodb, "registry"),
                directives=directives,
                notes=DynamoNotes(dynamodb, "registry"),
                stripe=StripePerson(calls),
                mailchimp=MailchimpPerson(client),
                policy=POLICY,
                pseudonyms=PSEUDONYMS,
            ),
            Packing(
                S3Packages(s3, "packages-bucket"), S3MailCopies(s3, "mail-bucket"), POLICY, recipients.load()
            ),
            answer_words.load,
            DiskSpool,
        )


def verified(building: Building) -> Request:
    request = fold(CASE, building.sources.requests.steps(CASE))
    return after(request, step(Kind.IDENTITY_VERIFIED, by=STAFF, level="L1", method="challenge", reason="x"))


def test_an_answer_holds_something_of_every_store_and_nothing_of_anybody_else(world: Building) -> None:
    request = verified(world)
    sealed = build_answer(
        request,
        request.items[0],
        reader=Reader("build_answer", "auto"),
        building=world,
        attempt="a1",
        now=NOW,
    )
    assert isinstance(sealed, Sealed)
    packages = world.packing.packages
    assert intact(sealed.name, sealed.digest, packages)
    pieces = packages.pieces(sealed.name)
    assert pieces is not None
    package = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    told = json.loads(package.read("data.json"))
    jsonschema.validate(told, schema_of("access"), format_checker=jsonschema.FormatChecker())
    sections = {section["id"] for section in told["sections"]}
    assert sections >= {
        *(
            "profile",
            "consents",
            "orders",
            "suppression",
            "directives",
            "requests",
            "messages",
            "steps",
            "reads",
        ),
        *("told_order", "told_card", "stripe_checkout_session", "stripe_charge", "mailchimp_member"),
    }
    orders = next(section["records"] for section in told["sections"] if section["id"] == "told_order")
    assert {record["store"] for record in orders} == {"active", "archive"}
    assert package.read(next(name for name in package.namelist() if name.endswith(".eml"))).endswith(
        b"Mes donnees ?"
    )
    everything = b"".join(package.read(name) for name in package.namelist())
    assert BENOIT.encode() not in everything
    assert b"benoit" not in everything
