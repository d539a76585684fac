"""The operators' API through its handler, on emulated tables: who may, what comes back, and what is written down."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.operator_api import handler
from privacy import bootstrap
from privacy.bootstrap import folding
from privacy.domain.facts import Fact
from privacy.domain.note import Note
from privacy.inbound.operator_routes import ROUTES
from privacy.operations.people.fold_people import fold_people
from privacy.outbound.dynamodb import from_wire
from tests.composition import forget
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, email, session

ACCOUNT = "123456789012"
LOOK_UPS, REBUILDS = "POST /operator/people/lookups", "POST /operator/rebuilds"
ORDERS, DELIVERIES = "POST /operator/orders", "POST /operator/orders/deliveries"
LINKS = "POST /operator/people/links"
NOTES = "POST /operator/notes"
DPO, STAFF = "PrivacyDpo", "PrivacyStaff"
PEPPER = base64.b64encode(b"a pepper for tests, of 32 bytes..").decode()
TABLES = ("ledger", "people", "registry")


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty account, and a container that has just started in it."""
    environment = {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "eu-west-3",
        "PEPPER_SECRET_ID": "pepper",
        "POWERTOOLS_SERVICE_NAME": "operator_api",
        **{f"{name.upper()}_TABLE": name for name in TABLES},
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        for table in TABLES:
            asked = ("asked_shard", "asked_since") if table == "people" else ()
            index: dict[str, Any] = {"IndexName": "asked", "Projection": {"ProjectionType": "KEYS_ONLY"}}
            index["KeySchema"] = [
                {"AttributeName": n, "KeyType": k} for n, k in zip(asked, ("HASH", "RANGE"), strict=False)
            ]
            boto3.client("dynamodb").create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
                AttributeDefinitions=[
                    {"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk", *asked)
                ],
                **({"GlobalSecondaryIndexes": [index]} if asked else {}),
            )
        boto3.client("secretsmanager").create_secret(
            Name="pepper", SecretString=json.dumps({"current": 1, "peppers": {"1": PEPPER}})
        )
        queue = boto3.client("sqs").create_queue(QueueName="rebuild")["QueueUrl"]
        monkeypatch.setenv("REBUILD_PEOPLE_QUEUE_URL", queue)
        forget()
        yield
        forget()


def arn(role: str, name: str = "alix", account_id: str = ACCOUNT) -> str:
    return f"arn:aws:sts::{account_id}:assumed-role/{role}/{name}"


def ask(route: str, body: str | None, user_arn: str | None = arn(STAFF), **more: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "headers": {"content-type": "application/json"},
        "requestContext": {"accountId": ACCOUNT, "routeKey": route},
        "isBase64Encoded": False,
        **more,
    }
    if user_arn is not None:
        event["requestContext"]["authorizer"] = {"iam": {"userArn": user_arn, "accountId": ACCOUNT}}
    if body is not None:
        event["body"] = body
    return handler.handle(event, None)


def look_up(address: str = CAMILLE, user_arn: str | None = arn(STAFF)) -> dict[str, Any]:
    return ask(LOOK_UPS, json.dumps({"email": address}), user_arn)


def tell(*facts: Fact) -> None:
    for fact in facts:
        bootstrap.ledger().append(fact)


def read_log() -> list[Mapping[str, Any]]:
    items = boto3.client("dynamodb").scan(TableName="registry")["Items"]
    return [item for item in map(from_wire, items) if item["pk"].startswith("read#")]


def queued() -> list[Any]:
    queue = bootstrap.settings().rebuild_people_queue_url
    messages = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in messages.get("Messages", ())]


# --- who may


@pytest.mark.parametrize(
    "user_arn",
    [
        None,
        "",
        f"arn:aws:iam::{ACCOUNT}:user/alix",
        f"arn:aws:iam::{ACCOUNT}:root",
        f"arn:aws:iam::{ACCOUNT}:role/PrivacyStaff",
        arn("Administrator"),
        arn("PrivacyStaffing"),
        arn("NotPrivacyStaff"),
        arn("privacystaff"),
        arn("AWSReservedSSO_PrivacyStaff"),
        arn("AWSReservedSSO_PrivacyStaffing_0123456789abcdef"),
        arn("PrivacyStaff_0123456789abcdef"),
        arn(STAFF, account_id="999999999999"),
        arn(STAFF) + "/more",
        arn(STAFF) + "\n",
    ],
)
@pytest.mark.parametrize("route", [LOOK_UPS, REBUILDS])
def test_nobody_but_the_two_roles_of_our_account_gets_in(route: str, user_arn: str | None) -> None:
    reply = ask(route, json.dumps({"email": CAMILLE}), user_arn)
    assert (reply["statusCode"], reply["body"]) == (403, "")
    assert (read_log(), queued()) == ([], [])


def test_no_route_takes_anybody_else() -> None:
    for route in ROUTES:
        for user_arn in (None, arn("Administrator"), arn(DPO, account_id="999999999999")):
            assert ask(route, "{}", user_arn)["statusCode"] == 403, route


def test_who_acts_comes_from_the_gateway_and_never_from_the_body() -> None:
    said = {"email": CAMILLE, "operator": "somebody", "role": "dpo", "userArn": arn(DPO)}
    assert ask(LOOK_UPS, json.dumps(said), arn("Somebody"))["statusCode"] == 403
    assert ask(LOOK_UPS, json.dumps(said), arn(STAFF))["statusCode"] == 200
    assert [(entry["operator"], entry["role"]) for entry in read_log()] == [("alix", "staff")]


def test_a_permission_set_of_identity_center_is_the_role_that_it_is_named_after() -> None:
    assert look_up(user_arn=arn("AWSReservedSSO_PrivacyStaff_0123456789abcdef"))["statusCode"] == 200
    assert ask(REBUILDS, None, arn("AWSReservedSSO_PrivacyDpo_0123456789abcdef"))["statusCode"] == 202


def test_staff_may_look_up_and_not_rebuild() -> None:
    assert ask(REBUILDS, None, arn(STAFF))["statusCode"] == 403
    assert queued() == []


# --- look-ups


def test_a_person_is_described_and_the_look_up_is_written_down_r26() -> None:
    tell(session("2026-01-01", box=True))
    reply = look_up(user_arn=arn(DPO, "max.muster"))
    described = json.loads(reply["body"])
    assert (reply["statusCode"], described["about"]) == (200, "person")
    assert described["person"]["profile"]["email"]["value"] == CAMILLE
    (entry,) = read_log()
    assert (entry["operator"], entry["role"], entry["purpose"]) == ("max.muster", "dpo", "look_up")
    assert entry["sk"].endswith(f"#{email()}")
    assert CAMILLE not in json.dumps(entry)


def test_any_spelling_of_the_address_finds_the_person_e125() -> None:
    tell(session("2026-01-01"))
    assert json.loads(look_up(" Camille.Durand@Example.FR ")["body"])["about"] == "person"


def test_an_unknown_address_is_answered_and_written_down_by_its_identifier() -> None:
    reply = look_up("nobody@example.fr")
    assert (reply["statusCode"], json.loads(reply["body"])["about"]) == (200, "nobody")
    assert read_log()[0]["sk"].endswith(PSEUDONYMS.email("nobody@example.fr"))


def test_no_answer_may_be_kept_by_anybody_on_the_way() -> None:
    for reply in (look_up(), look_up(user_arn=None), ask(REBUILDS, None, arn(DPO)), ask(LOOK_UPS, "{")):
        assert reply["headers"]["Cache-Control"] == "no-store"
    assert look_up()["headers"]["Content-Type"] == "application/json"


def test_a_base64_body_is_read_as_well() -> None:
    body = base64.b64encode(json.dumps({"email": CAMILLE}).encode()).decode()
    assert ask(LOOK_UPS, body, isBase64Encoded=True)["statusCode"] == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (None, 400),
        ("", 400),
        ("{", 400),
        ("[]", 400),
        ("{}", 400),
        ('{"email": null}', 400),
        ('{"email": ""}', 400),
        ('{"email": ["camille.durand@example.fr"]}', 400),
        ('{"email": "camille.durand"}', 400),
        ('{"email": "camille.durand@"}', 400),
        ('{"email": "\\ud800@example.fr"}', 400),
        ('{"email": NaN}', 400),
        (json.dumps({"email": "x" * 300 + "@example.fr"}), 400),
        ("[" * 100_000, 400),
        (json.dumps({"email": CAMILLE, "more": "x" * 256 * 1024}), 413),
    ],
)
def test_bad_input_gets_its_status_and_nothing_else(
    body: str | None, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    reply = ask(LOOK_UPS, body)
    assert (reply["statusCode"], reply["body"]) == (status, "")
    assert read_log() == []
    assert capfd.readouterr() == ("", "")


# --- when something is broken


def test_nothing_is_answered_when_the_look_up_cannot_be_written_down_r26(
    capfd: pytest.CaptureFixture[str],
) -> None:
    tell(session("2026-01-01"))
    boto3.client("dynamodb").delete_table(TableName="registry")
    reply = look_up()
    assert (reply["statusCode"], reply["body"]) == (503, "")
    told = capfd.readouterr()
    assert "camille" not in (told.out + told.err).lower()


def test_an_unexpected_failure_leaves_its_type_and_place_in_the_log_and_no_address_p25(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    @cache
    def broken() -> None:
        raise RuntimeError(f"cannot read {CAMILLE}")

    monkeypatch.setattr(folding, "fold_stores", broken)
    reply = look_up()
    assert (reply["statusCode"], reply["body"]) == (503, "")
    told = capfd.readouterr()
    assert "RuntimeError" in told.out
    assert "@" not in told.out + told.err


# --- rebuilds


def test_a_rebuild_is_one_message_of_its_run_and_answered_with_it() -> None:
    reply = ask(REBUILDS, None, arn(DPO))
    run = json.loads(reply["body"])["run"]
    assert reply["statusCode"] == 202
    assert run.startswith("run-")
    assert queued() == [{"run": run}]


def test_another_route_is_not_ours() -> None:
    assert ask("POST /operator/anything", "{}", arn(DPO))["statusCode"] == 404


# --- orders that Stripe does not know


ORDER = {"number": "B-1", "email": CAMILLE, "ordered_on": "2025-11-20", "amount": 4990}


def outcomes(reply: dict[str, Any]) -> list[str]:
    assert reply["statusCode"] == 200, reply
    said: list[str] = json.loads(reply["body"])["outcomes"]
    return said


@pytest.mark.parametrize("role", [STAFF, DPO])
def test_staff_and_dpo_enter_orders_and_deliveries_once(role: str) -> None:
    entered = {"dry_run": False, "orders": [ORDER, {**ORDER, "number": "B-2", "name": "Camille Durand"}]}
    assert outcomes(ask(ORDERS, json.dumps({**entered, "dry_run": True}), arn(role))) == ["new", "new"]
    assert outcomes(ask(ORDERS, json.dumps(entered), arn(role))) == ["new", "new"]
    assert outcomes(ask(ORDERS, json.dumps(entered), arn(role))) == ["known", "known"]
    told = {
        "dry_run": False,
        "correct": False,
        "deliveries": [{"number": "B-1", "delivered_on": "2025-11-22"}],
    }
    assert outcomes(ask(DELIVERIES, json.dumps(told), arn(role))) == ["waiting"]
    fold(PSEUDONYMS.order_number("B-1"), PSEUDONYMS.shop_order("B-1"), PSEUDONYMS.shop_order("B-2"))
    orders = json.loads(look_up()["body"])["person"]["orders"]["latest"]
    assert {order["number"]: order["delivered_on"] for order in orders} == {"B-1": "2025-11-22", "B-2": None}


#: Bodies that mean nothing.
NOT_UNDERSTOOD: list[tuple[str, dict[str, Any]]] = [
    (ORDERS, {"orders": [ORDER]}),
    (ORDERS, {"dry_run": True, "orders": []}),
    (ORDERS, {"dry_run": True, "orders": [ORDER] * 101}),
    (ORDERS, {"dry_run": True, "orders": ["B-1"]}),
    (ORDERS, {"dry_run": True, "orders": [{**ORDER, "amount": "49.90"}]}),
    (ORDERS, {"dry_run": True, "orders": [{**ORDER, "amount": True}]}),
    (ORDERS, {"dry_run": True, "orders": [{**ORDER, "email": "camille"}]}),
    (ORDERS, {"dry_run": True, "orders": [{**ORDER, "ordered_on": "2999-01-01"}]}),
    (DELIVERIES, {"dry_run": True, "deliveries": [{"number": "1", "delivered_on": "2025-11-22"}]}),
    (DELIVERIES, {"dry_run": True, "correct": False, "deliveries": [{"delivered_on": "2025-11-22"}]}),
    (
        DELIVERIES,
        {"dry_run": True, "correct": False, "deliveries": [{"number": "1", "delivered_on": "22/11"}]},
    ),
    (f"{NOTES}/closings", {}),
    (f"{NOTES}/closings", {"note": CAMILLE}),
    (f"{LINKS}/lookups", {"limit": 0}),
    (f"{LINKS}/lookups", {"limit": 51}),
    (f"{LINKS}/previews", {"emails": [CAMILLE], "decision": "merge"}),
    (f"{LINKS}/previews", {"emails": [CAMILLE, "benoit"], "decision": "merge"}),
    (f"{LINKS}/previews", {"emails": [CAMILLE, BENOIT], "decision": "marry"}),
    (f"{LINKS}/decisions", {"emails": [CAMILLE, BENOIT], "decision": "merge"}),
]


def test_what_is_not_understood_is_refused_without_a_word_and_nothing_is_written(
    capfd: pytest.CaptureFixture[str],
) -> None:
    for route, body in NOT_UNDERSTOOD:
        reply = ask(route, json.dumps(body), arn(DPO))
        assert (reply["statusCode"], reply["body"]) == (400, ""), (route, body)
    assert boto3.client("dynamodb").scan(TableName="ledger")["Items"] == []
    assert capfd.readouterr() == ("", "")


# --- notes


@pytest.mark.parametrize("role", [STAFF, DPO])
def test_staff_and_dpo_see_what_waits_for_them_and_close_it_r26(role: str) -> None:
    tell(session(bootstrap.now().isoformat(), box=True))
    form = "https://eepurl.example/form"
    note = Note("n1", "hosted_form", email(), "list1", "compliance", "queued", bootstrap.now(), form)
    folding.notes().leave(note)
    (shown,) = json.loads(ask(f"{NOTES}/lookups", "{}", arn(role))["body"])["notes"]
    assert (shown["id"], shown["address"], shown["form"]) == ("n1", CAMILLE, form)
    closing = json.dumps({"note": "n1"})
    assert json.loads(ask(f"{NOTES}/closings", closing, arn(role))["body"]) == {"closed": True}
    assert json.loads(ask(f"{NOTES}/closings", closing, arn(role))["body"]) == {"closed": False}
    assert json.loads(ask(f"{NOTES}/lookups", "{}", arn(role))["body"]) == {"notes": [], "more": False}
    assert [entry["purpose"] for entry in read_log()] == ["list_notes", "close_note"]
    assert not [entry for entry in read_log() if "@" in json.dumps(dict(entry))]


# --- who is one person


def fold(*partitions: str) -> None:
    fold_people(
        set(partitions),
        stores=folding.fold_stores(),
        policy=bootstrap.policy(),
        now=bootstrap.now(),
        new_id=folding.new_person_id,
    )


def test_a_proposed_link_is_listed_weighed_and_decided_by_the_dpo_p16() -> None:
    tell(
        session("2026-01-01", customer="cus_1"),
        session("2026-02-01", BENOIT, customer="cus_1", payment="pi_2"),
    )
    fold(email(), email(BENOIT))
    (link,) = json.loads(ask(f"{LINKS}/lookups", "{}")["body"])["links"]
    shown = {address["address"] for side in link["people"] for address in side["addresses"]}
    assert shown == {CAMILLE, BENOIT}
    asked = {"emails": [CAMILLE, BENOIT], "decision": "merge"}
    seen = json.loads(ask(f"{LINKS}/previews", json.dumps(asked))["body"])["seen"]
    said = json.dumps({**asked, "seen": seen})
    assert ask(f"{LINKS}/decisions", said, arn(STAFF))["statusCode"] == 403
    decided = ask(f"{LINKS}/decisions", said, arn(DPO, "max.muster"))
    assert json.loads(decided["body"]) == {"decided": True, "because": None}
    fold(email(), email(BENOIT))
    assert json.loads(ask(f"{LINKS}/lookups", "{}")["body"])["links"] == []
    log = read_log()
    assert {entry["purpose"] for entry in log} == {"list_links", "weigh_link"}
    assert not [entry for entry in log if "@" in json.dumps(dict(entry))]
