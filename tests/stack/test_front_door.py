"""The front door passes on what came, and keeps out what AWS keeps out."""

import hashlib
import http.client
import json
from urllib.parse import urlsplit

import pytest
from botocore.credentials import Credentials

from cli.local.backoffice import BackOffice
from cli.local.operators import AccessKey, Asked, signed
from tests.stack.probes import Probes

BODIES = {
    "every byte value": bytes(range(256)),
    "nothing": b"",
    "300 KB": b"\x00\xff\r\n" * 76_800,
    "text that is no UTF-8": b'{"name":"Ren\xe9"}',
    "UTF-8": '{"name":"René 🌱"}'.encode(),
    "line ends": b"\r\n\n\r  \t",
}

ECHO = """
    import base64, hashlib

    def handle(event, context):
        body = event.get("body") or ""
        body = base64.b64decode(body) if event["isBase64Encoded"] else body.encode()
        told = {key: event[key] for key in ("rawPath", "rawQueryString", "headers", "pathParameters")}
        return {"statusCode": 201, "body": json.dumps({"sha256": hashlib.sha256(body).hexdigest(), **told})}
"""


def ask(
    office: BackOffice, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Send one request as it stands."""
    connection = http.client.HTTPConnection(urlsplit(office.base_url).netloc, timeout=30)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def echo(office: BackOffice, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A route that tells what its function was given."""
    probes = Probes(office, tmp_path_factory.mktemp("echo") / "notebook")
    probes.route("POST /echo/{word}", probes.function(ECHO))
    return "/echo"


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded", None])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_reaches_the_function_byte_for_byte(
    office: BackOffice, echo: str, body: bytes, content_type: str | None
) -> None:
    headers = {"content-type": content_type} if content_type else {}
    status, _, answer = ask(office, "POST", f"{echo}/word", body, headers)
    assert (status, json.loads(answer)["sha256"]) == (201, hashlib.sha256(body).hexdigest())


def test_path_query_and_headers_reach_the_function_as_they_were(office: BackOffice, echo: str) -> None:
    headers = {"Stripe-Signature": "t=1,v1=ab, v1=cd", "X-Twice": "one"}
    _, _, answer = ask(office, "POST", f"{echo}/a%20b?x=1&x=2&y=%2F", b"{}", headers)
    told = json.loads(answer)
    assert told["rawQueryString"] == "x=1&x=2&y=%2F"
    assert told["pathParameters"] == {"word": "a b"}
    assert told["headers"]["stripe-signature"] == "t=1,v1=ab, v1=cd"


def test_a_chunked_body_arrives_whole(office: BackOffice, echo: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(office.base_url).netloc, timeout=30)
    parts = [b"one", b"\x00\xff", b"three"]
    connection.request("POST", f"{echo}/word", body=iter(parts), encode_chunked=True)
    told = json.loads(connection.getresponse().read())
    connection.close()
    assert told["sha256"] == hashlib.sha256(b"".join(parts)).hexdigest()


def test_an_unknown_path_is_the_gateways_404(office: BackOffice) -> None:
    status, _, answer = ask(office, "POST", "/nowhere", b"{}")
    assert (status, answer) == (404, b'{"message":"Not Found"}')


def test_more_than_the_gateway_takes_is_413(office: BackOffice, echo: str) -> None:
    status, _, _ = ask(office, "POST", f"{echo}/word", b"x" * (10 * 1024 * 1024 + 1))
    assert status == 413


LOOKUPS, REBUILDS = "/operator/people/lookups", "/operator/rebuilds"


def key_of(office: BackOffice, role: str) -> AccessKey:
    return next(key for key in office.operators if key.role == role)


def call_as(office: BackOffice, key: AccessKey, path: str, body: bytes, sent: bytes | None = None) -> int:
    credentials = Credentials(key.access_key_id, key.secret_access_key)
    asked = Asked("POST", path, {"content-type": "application/json"}, body)
    headers = signed(credentials, asked, office.base_url)
    status, _, _ = ask(office, "POST", path, body if sent is None else sent, headers)
    return status


def test_nobody_reaches_an_operators_route_without_a_signature(office: BackOffice) -> None:
    assert ask(office, "POST", LOOKUPS, b"{}")[0] == 403
    assert ask(office, "POST", LOOKUPS, b"{}", {"authorization": "Bearer me"})[0] == 403


def test_a_wrong_secret_an_unknown_key_and_a_changed_body_are_refused(office: BackOffice) -> None:
    dpo = key_of(office, "PrivacyDpo")
    assert call_as(office, AccessKey(dpo.role, dpo.access_key_id, "wrong"), LOOKUPS, b"{}") == 403
    assert call_as(office, AccessKey(dpo.role, "AKIAUNKNOWN", dpo.secret_access_key), LOOKUPS, b"{}") == 403
    assert call_as(office, dpo, LOOKUPS, b"{}", sent=b"{ }") == 403


def test_staff_may_not_have_the_projection_rebuilt(office: BackOffice) -> None:
    assert call_as(office, key_of(office, "PrivacyStaff"), REBUILDS, b"{}") == 403
    assert call_as(office, key_of(office, "PrivacyStaff"), LOOKUPS, b"{}") != 403


def test_the_function_is_told_who_calls_and_in_which_role(office: BackOffice, probes: Probes) -> None:
    arn = probes.function(
        """
        def handle(event, context):
            return {"statusCode": 200, "body": json.dumps(event["requestContext"]["authorizer"]["iam"])}
        """
    )
    gateway = office.aws("apigatewayv2")
    api = gateway.get_apis()["Items"][0]["ApiId"]
    route = next(r for r in gateway.get_routes(ApiId=api)["Items"] if r["RouteKey"] == f"POST {LOOKUPS}")
    before = route["Target"]
    integration = gateway.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    gateway.update_route(ApiId=api, RouteId=route["RouteId"], Target=f"integrations/{integration}")
    try:
        key = key_of(office, "PrivacyDpo")
        asked = Asked("POST", LOOKUPS, {}, b"{}")
        headers = signed(Credentials(key.access_key_id, key.secret_access_key), asked, office.base_url)
        identity = json.loads(ask(office, "POST", LOOKUPS, b"{}", headers)[2])
    finally:
        gateway.update_route(ApiId=api, RouteId=route["RouteId"], Target=before)
    assert identity["userArn"].endswith(":assumed-role/PrivacyDpo/local-operator")
    assert identity["accountId"] == "000000000000"
    assert identity["userId"] == identity["callerId"]
    assert identity["callerId"].endswith(":local-operator")
