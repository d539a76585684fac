"""The Mailchimp stand-in behaves as Mailchimp does, faults included."""

import base64
import hashlib
import http.client
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import mailchimp_marketing
import pytest
from mailchimp_marketing.api_client import ApiClientError

from cli.standins import mailchimp
from cli.standins.clock import Clock
from cli.standins.mailchimp import Mailchimp
from cli.standins.signing import stripe_header

CAMILLE = "camille.durand@example.fr"
LIST = mailchimp.DEFAULT_LIST

DOCUMENTED = {
    *("id", "email_address", "unique_email_id", "contact_id", "web_id", "full_name", "status", "list_id"),
    *("unsubscribe_reason", "merge_fields", "ip_signup", "timestamp_signup", "ip_opt", "timestamp_opt"),
    *("member_rating", "last_changed", "language", "vip", "email_client", "location", "source"),
    *("marketing_permissions", "tags_count", "tags"),
}


def md5(email: str) -> str:
    return hashlib.md5(email.strip().lower().encode()).hexdigest()


def ask(
    standin: Mailchimp, method: str, path: str, body: object = None, key: str | None = "k-us1"
) -> tuple[int, Any, str]:
    """Make one API call; return status, decoded body and content type."""
    headers = {}
    if key is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(f"any:{key}".encode()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(standin.base_url).port, timeout=5)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text, kind = answer.read(), answer.getheader("Content-Type") or ""
    finally:
        connection.close()
    return answer.status, json.loads(text) if "json" in kind else text, kind


class Endpoint:
    """A webhook address that remembers what it was sent and answers as told."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.gets: list[str] = []
        self.answers: list[int] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                endpoint.gets.append(self.headers["User-Agent"])
                self.send_response(200)
                self.end_headers()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                endpoint.posts.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(endpoint.answers.pop(0) if endpoint.answers else 200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def forms(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(body.decode(), keep_blank_values=True)) for _, body in self.posts]

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    receiver = Endpoint()
    yield receiver
    receiver.close()


@pytest.fixture
def standin() -> Iterator[Mailchimp]:
    with mailchimp.serving() as running:
        yield running


def member_path(email: str, rest: str = "") -> str:
    return f"/3.0/lists/{LIST}/members/{md5(email)}{rest}"


class TestTheKey:
    def test_a_call_without_one_gets_a_problem(self, standin: Mailchimp) -> None:
        status, problem, kind = ask(standin, "GET", "/3.0/lists", key=None)
        assert (status, problem["title"]) == (401, "API Key Invalid")
        assert kind.startswith("application/problem+json")

    def test_only_the_configured_one_is_accepted(self) -> None:
        with mailchimp.serving(key="right-us1") as standin:
            assert ask(standin, "GET", "/3.0/ping", key="wrong-us1")[0] == 401
            assert ask(standin, "GET", "/3.0/ping", key="right-us1")[0] == 200


class TestMembers:
    def test_an_upsert_needs_a_status_for_the_new_and_leaves_the_known_one_alone(
        self, standin: Mailchimp
    ) -> None:
        path = member_path(CAMILLE)
        assert ask(standin, "PUT", path, {"email_address": CAMILLE})[0] == 400
        body = {"email_address": CAMILLE, "status_if_new": "subscribed", "merge_fields": {"FNAME": "Camille"}}
        status, member, _ = ask(standin, "PUT", path, body)
        assert (status, member["status"], member["full_name"]) == (200, "subscribed", "Camille")
        assert member["source"] == "API - Generic"
        assert member["timestamp_opt"] == member["last_changed"] != ""
        assert member["timestamp_signup"] == member["ip_signup"] == ""
        standin.act("unsubscribe", email=CAMILLE)
        assert ask(standin, "PUT", path, body)[1]["status"] == "unsubscribed"
        assert ask(standin, "PUT", path, {"email_address": CAMILLE})[0] == 400

    def test_every_documented_field_is_there(self, standin: Mailchimp) -> None:
        standin.act("audience", list="gdpr000001", name="Essai", permission_texts={"p1": "E-mail"})
        standin.act("signup", list="gdpr000001", email=CAMILLE, permissions={"p1": True})
        shown = standin.act("unsubscribe", list="gdpr000001", email=CAMILLE)["member"]
        assert shown["marketing_permissions"] == [
            {"marketing_permission_id": "p1", "text": "E-mail", "enabled": True}
        ]
        assert set(shown) >= DOCUMENTED

    @pytest.mark.parametrize("reference", ["hash", "address", "contact_id"])
    def test_a_path_names_one_by_hash_address_or_contact_id(self, standin: Mailchimp, reference: str) -> None:
        member = standin.act("signup", email=CAMILLE)["member"]
        names = {"hash": member["id"], "address": quote(CAMILLE), "contact_id": member["contact_id"]}
        assert ask(standin, "GET", f"/3.0/lists/{LIST}/members/{names[reference]}")[1]["id"] == member["id"]

    @pytest.mark.parametrize(("method", "rest"), [("POST", "/actions/delete-permanent"), ("GET", "/notes")])
    def test_deleting_for_ever_and_notes_know_the_hash_only(
        self, standin: Mailchimp, method: str, rest: str
    ) -> None:
        standin.act("signup", email=CAMILLE)
        assert ask(standin, method, f"/3.0/lists/{LIST}/members/{quote(CAMILLE)}{rest}")[0] == 404
        assert ask(standin, method, member_path(CAMILLE, rest))[0] in (200, 204)

    def test_a_hash_of_another_address_adds_nobody(self, standin: Mailchimp) -> None:
        body = {"email_address": CAMILLE, "status_if_new": "subscribed"}
        assert ask(standin, "PUT", member_path("noor@example.com"), body)[0] == 400
        assert not standin.audience.members

    def test_a_patch_may_not_say_transactional_and_needs_a_member(self, standin: Mailchimp) -> None:
        assert ask(standin, "PATCH", member_path(CAMILLE), {"status": "unsubscribed"})[0] == 404
        standin.act("signup", email=CAMILLE)
        assert ask(standin, "PATCH", member_path(CAMILLE), {"status": "transactional"})[0] == 400
        assert (
            ask(standin, "PATCH", member_path(CAMILLE), {"status": "unsubscribed"})[1]["status"]
            == "unsubscribed"
        )

    def test_adding_a_known_address_is_refused(self, standin: Mailchimp) -> None:
        body = {"email_address": CAMILLE, "status": "subscribed"}
        assert ask(standin, "POST", f"/3.0/lists/{LIST}/members", body)[0] == 200
        status, problem, _ = ask(standin, "POST", f"/3.0/lists/{LIST}/members", body)
        assert (status, problem["title"]) == (400, "Member Exists")

    @pytest.mark.parametrize(
        "wrong",
        [{"email_address": "nobody"}, {"ip_opt": "999.1.1.1"}, {"timestamp_opt": "then"}, {"status": "x"}],
    )
    def test_wrong_fields_are_named(self, standin: Mailchimp, wrong: dict[str, str]) -> None:
        body = {"email_address": CAMILLE, "status": "subscribed", **wrong}
        status, problem, _ = ask(standin, "PUT", member_path(CAMILLE), body)
        assert (status, problem["errors"][0]["field"]) == (400, next(iter(wrong)))
        assert not standin.audience.members

    def test_a_body_that_is_no_json_object_is_a_problem(self, standin: Mailchimp) -> None:
        assert ask(standin, "PUT", member_path(CAMILLE), [1])[0] == 400


class TestTheEnds:
    def test_delete_archives_and_what_is_archived_cannot_be_removed_again(self, standin: Mailchimp) -> None:
        standin.act("signup", email=CAMILLE)
        assert ask(standin, "DELETE", member_path(CAMILLE))[0] == 204
        assert ask(standin, "GET", member_path(CAMILLE))[1]["status"] == "archived"
        assert ask(standin, "DELETE", member_path(CAMILLE))[0] == 405
        body = {"email_address": CAMILLE, "status": "subscribed"}
        assert ask(standin, "PUT", member_path(CAMILLE), body)[1]["status"] == "subscribed"

    def test_deleted_for_ever_means_that_only_the_person_comes_back(self, standin: Mailchimp) -> None:
        standin.act("signup", email=CAMILLE)
        assert ask(standin, "POST", member_path(CAMILLE, "/actions/delete-permanent"))[:2] == (204, b"")
        assert ask(standin, "GET", member_path(CAMILLE))[0] == 404
        for method, path in (("PUT", member_path(CAMILLE)), ("POST", f"/3.0/lists/{LIST}/members")):
            for wanted in ("subscribed", "pending"):
                status, problem, _ = ask(standin, method, path, {"email_address": CAMILLE, "status": wanted})
                assert (status, problem["title"]) == (400, "Forgotten Email Not Subscribed")
        assert standin.act("import", email=[CAMILLE, "noor@example.com"])["skipped"] == 1
        assert standin.act("signup", email=CAMILLE)["member"]["status"] == "subscribed"

    @pytest.mark.parametrize("act", ["unsubscribe", "abuse", "cleaned"])
    def test_who_left_or_bounced_may_be_asked_but_not_subscribed(self, standin: Mailchimp, act: str) -> None:
        standin.act("signup", email=CAMILLE)
        standin.act(act, email=CAMILLE)
        status, problem, _ = ask(standin, "PATCH", member_path(CAMILLE), {"status": "subscribed"})
        assert (status, problem["title"]) == (400, "Member In Compliance State")
        assert ask(standin, "PATCH", member_path(CAMILLE), {"status": "pending"})[1]["status"] == "pending"
        assert standin.act("confirm", email=CAMILLE)["member"]["status"] == "subscribed"

    def test_whom_the_api_unsubscribed_the_api_may_subscribe(self, standin: Mailchimp) -> None:
        standin.act("signup", email=CAMILLE)
        ask(standin, "PATCH", member_path(CAMILLE), {"status": "unsubscribed"})
        assert ask(standin, "PATCH", member_path(CAMILLE), {"status": "subscribed"})[0] == 200


class TestLists:
    def test_archived_members_are_listed_only_when_asked_for(self, standin: Mailchimp) -> None:
        standin.act("import", email=[CAMILLE, "noor@example.com"])
        standin.act("delete", email=CAMILLE)
        listed = ask(standin, "GET", f"/3.0/lists/{LIST}/members")[1]
        assert [member["email_address"] for member in listed["members"]] == ["noor@example.com"]
        archived = ask(standin, "GET", f"/3.0/lists/{LIST}/members?status=archived")[1]
        assert [member["email_address"] for member in archived["members"]] == [CAMILLE]

    def test_pages_are_ten_long_by_default_and_a_thousand_at_most(self, standin: Mailchimp) -> None:
        standin.act("import", email=[f"p{number}@example.com" for number in range(25)])
        listed = ask(standin, "GET", f"/3.0/lists/{LIST}/members")[1]
        assert (len(listed["members"]), listed["total_items"]) == (10, 25)
        rest = ask(
            standin, "GET", f"/3.0/lists/{LIST}/members?count=1000&offset=20&fields=members.email_address"
        )[1]
        assert rest == {"members": [{"email_address": f"p{number}@example.com"} for number in range(20, 25)]}
        assert ask(standin, "GET", f"/3.0/lists/{LIST}/members?count=1001")[0] == 400

    def test_the_offset_in_a_timestamp_is_ignored(self, standin: Mailchimp) -> None:
        standin.act("import", email="early@example.com", at="2026-03-01T10:30:00Z")
        standin.act("import", email="late@example.com", at="2026-03-01T11:30:00Z")
        since = quote("2026-03-01T11:00:00+01:00")  # 10:00 UTC, read as 11:00 UTC
        listed = ask(standin, "GET", f"/3.0/lists/{LIST}/members?since_last_changed={since}")[1]
        assert [member["email_address"] for member in listed["members"]] == ["late@example.com"]

    def test_members_come_in_the_order_of_their_last_change(self, standin: Mailchimp) -> None:
        for day, name in ((3, "c"), (1, "a"), (2, "b")):
            standin.act("import", email=f"{name}@example.com", at=f"2026-03-0{day}T10:00:00Z")
        path = f"/3.0/lists/{LIST}/members?sort_field=last_changed&sort_dir="
        up, down = (ask(standin, "GET", path + way)[1]["members"] for way in ("ASC", "DESC"))
        assert [member["email_address"][0] for member in up] == ["a", "b", "c"]
        assert down == up[::-1]

    def test_since_which_day_people_left_needs_the_status(self, standin: Mailchimp) -> None:
        path = f"/3.0/lists/{LIST}/members?unsubscribed_since=2026-01-01T00:00:00"
        assert ask(standin, "GET", path)[0] == 400
        assert ask(standin, "GET", path + "&status=unsubscribed")[0] == 200

    def test_which_audiences_hold_an_address(self, standin: Mailchimp) -> None:
        standin.act("audience", list="b000000001", name="Boutique")
        standin.act("signup", list="b000000001", email=CAMILLE)
        found = ask(standin, "GET", f"/3.0/lists?email={quote(CAMILLE)}")[1]
        assert [audience["id"] for audience in found["lists"]] == ["b000000001"]
        searched = ask(standin, "GET", f"/3.0/search-members?query={quote(CAMILLE)}")[1]
        assert searched["exact_matches"]["total_items"] == 1
        assert ask(standin, "GET", "/3.0/lists/b000000001")[1]["stats"]["member_count"] == 1

    def test_tags_notes_and_activity_hang_on_a_member(self, standin: Mailchimp) -> None:
        standin.act("signup", email=CAMILLE)
        ask(standin, "POST", member_path(CAMILLE, "/tags"), {"tags": [{"name": "vip", "status": "active"}]})
        ask(standin, "POST", member_path(CAMILLE, "/notes"), {"note": "Called us"})
        assert ask(standin, "GET", member_path(CAMILLE, "/tags"))[1]["tags"][0]["name"] == "vip"
        assert ask(standin, "GET", member_path(CAMILLE, "/notes"))[1]["notes"][0]["note"] == "Called us"
        assert ask(standin, "GET", member_path(CAMILLE, "/activity-feed"))[1]["total_items"] == 1
        ask(standin, "POST", member_path(CAMILLE, "/tags"), {"tags": [{"name": "vip", "status": "inactive"}]})
        assert ask(standin, "GET", member_path(CAMILLE))[1]["tags_count"] == 0


def hook(endpoint: Endpoint, **changes: Any) -> dict[str, Any]:
    every = ("subscribe", "unsubscribe", "profile", "cleaned", "upemail", "campaign")
    sources = dict.fromkeys(("user", "admin", "api"), True)
    return {"url": endpoint.url, "events": dict.fromkeys(every, True), "sources": sources, **changes}


class TestWebhooks:
    def test_an_address_is_tried_with_a_get_and_the_secret_told_once(
        self, standin: Mailchimp, endpoint: Endpoint
    ) -> None:
        path = f"/3.0/lists/{LIST}/webhooks"
        status, created, _ = ask(standin, "POST", path, hook(endpoint))
        assert status == 200
        assert endpoint.gets == ["MailChimp.com WebHook Validator"]
        assert created["signing_enabled"]
        shown = ask(standin, "GET", f"{path}/{created['id']}")[1]
        assert created["signing_secret"]
        assert "signing_secret" not in shown
        assert ask(standin, "POST", path, hook(endpoint))[0] == 400
        assert ask(standin, "PATCH", f"{path}/{created['id']}", {"sources": {"api": False}})[1][
            "sources"
        ] == {
            "user": True,
            "admin": True,
            "api": False,
        }
        assert ask(standin, "DELETE", f"{path}/{created['id']}")[0] == 204
        assert ask(standin, "GET", path)[1]["total_items"] == 0

    def test_an_address_that_does_not_answer_is_refused(self, standin: Mailchimp, endpoint: Endpoint) -> None:
        dead = hook(endpoint, url="http://127.0.0.1:9/hook")
        assert ask(standin, "POST", f"/3.0/lists/{LIST}/webhooks", dead)[0] == 400

    def test_deliveries_are_signed_forms(self, standin: Mailchimp, endpoint: Endpoint) -> None:
        standin.register_webhook({"url": endpoint.url, "secret": "s3cret"})
        merges = {"FNAME": "Camille", "ADDRESS": {"addr1": "1 rue de l'Exemple", "city": "Paris"}}
        standin.act("signup", email=CAMILLE, merge_fields=merges, at="2026-03-01T10:00:00Z")
        ((headers, body),) = endpoint.posts
        at = int(headers["x-mailchimp-signature"].split(",")[0].removeprefix("t="))
        assert headers["x-mailchimp-signature"] == stripe_header(body, "s3cret", at)
        assert abs(at - time.time()) < 5
        assert headers["content-type"] == "application/x-www-form-urlencoded"
        (form,) = endpoint.forms()
        member = standin.audience.members[md5(CAMILLE)]
        assert form == {
            "type": "subscribe",
            "fired_at": "2026-03-01 10:00:00",
            "data[id]": member.unique_email_id,
            "data[list_id]": LIST,
            "data[email]": CAMILLE,
            "data[email_type]": "html",
            "data[ip_opt]": "203.0.113.7",
            "data[ip_signup]": "203.0.113.7",
            "data[web_id]": str(member.web_id),
            "data[merges][EMAIL]": CAMILLE,
            "data[merges][FNAME]": "Camille",
            "data[merges][ADDRESS][addr1]": "1 rue de l'Exemple",
            "data[merges][ADDRESS][city]": "Paris",
        }

    def test_a_new_address_may_replace_the_others(self, standin: Mailchimp, endpoint: Endpoint) -> None:
        standin.register_webhook({"url": "http://127.0.0.1:9/hook"})
        control(standin, "POST", "/webhooks", {"url": endpoint.url, "replace": True})
        (delivery,) = standin.act("signup", email=CAMILLE)["deliveries"]
        assert delivery["url"] == endpoint.url

    def test_without_a_secret_nothing_is_signed(self, standin: Mailchimp, endpoint: Endpoint) -> None:
        standin.register_webhook({"url": endpoint.url})
        standin.act("signup", email=CAMILLE)
        assert "x-mailchimp-signature" not in endpoint.posts[0][0]

    def test_each_act_tells_what_mailchimp_tells(self, standin: Mailchimp, endpoint: Endpoint) -> None:
        standin.register_webhook({"url": endpoint.url})
        standin.act("signup", email=CAMILLE)
        standin.act("profile", email=CAMILLE, merge_fields={"FNAME": "Cam"})
        standin.act("change_email", email=CAMILLE, new_email="camille.d@example.com")
        standin.act("unsubscribe", email="camille.d@example.com")
        standin.act("import", email="noor@example.com")
        standin.act("abuse", email="noor@example.com")
        standin.act("admin_add", email="lea@example.com")
        standin.act("cleaned", email="lea@example.com")
        standin.act("admin_add", email="tom@example.com")
        standin.act("delete", email="tom@example.com")
        standin.act("campaign")
        told = [
            (form["type"], form.get("data[action]"), form.get("data[reason]")) for form in endpoint.forms()
        ]
        assert told == [
            ("subscribe", None, None),
            ("profile", None, None),
            ("upemail", None, None),
            ("profile", None, None),
            ("unsubscribe", "unsub", "manual"),
            ("subscribe", None, None),
            ("unsubscribe", "unsub", "abuse"),
            ("subscribe", None, None),
            ("cleaned", None, "hard"),
            ("subscribe", None, None),
            ("unsubscribe", "delete", "manual"),
            ("campaign", None, ""),
        ]
        moved = endpoint.forms()[2]
        assert (moved["data[old_email]"], moved["data[new_email]"]) == (CAMILLE, "camille.d@example.com")
        assert "data[id]" not in moved

    def test_a_double_opt_in_tells_at_the_confirmation(self, standin: Mailchimp, endpoint: Endpoint) -> None:
        standin.audience.double_optin = True
        standin.register_webhook({"url": endpoint.url})
        assert standin.act("signup", email=CAMILLE)["member"]["status"] == "pending"
        assert endpoint.posts == []
        standin.act("confirm", email=CAMILLE)
        assert [form["type"] for form in endpoint.forms()] == ["subscribe"]

    def test_sources_and_events_that_were_not_asked_for_stay_away(
        self, standin: Mailchimp, endpoint: Endpoint
    ) -> None:
        asked = {"events": {"subscribe": True}, "sources": {"user": True}}
        standin.register_webhook({"url": endpoint.url, **asked})
        standin.act("import", email="noor@example.com")
        ask(
            standin,
            "PUT",
            member_path("lea@example.com"),
            {"email_address": "lea@example.com", "status": "subscribed"},
        )
        standin.act("signup", email=CAMILLE)
        standin.act("unsubscribe", email=CAMILLE)
        standin.settle()
        assert [form["data[email]"] for form in endpoint.forms()] == [CAMILLE]

    def test_the_apis_own_changes_are_told_once(self, standin: Mailchimp, endpoint: Endpoint) -> None:
        standin.register_webhook({"url": endpoint.url})
        body = {"email_address": CAMILLE, "status": "subscribed"}
        for wanted in (body, body, {**body, "status": "unsubscribed"}):
            ask(standin, "PUT", member_path(CAMILLE), wanted)
            standin.settle()
        assert [form["type"] for form in endpoint.forms()] == ["subscribe", "unsubscribe"]

    def test_what_the_api_ends_is_told_as_unsubscribed_or_deleted(
        self, standin: Mailchimp, endpoint: Endpoint
    ) -> None:
        standin.register_webhook({"url": endpoint.url, "sources": {"api": True}})
        for name, method, rest, body in (
            ("left", "PATCH", "", {"status": "unsubscribed"}),
            ("archived", "DELETE", "", None),
            ("forgotten", "POST", "/actions/delete-permanent", None),
        ):
            address = f"{name}@example.com"
            standin.act("signup", email=address)
            assert ask(standin, method, member_path(address, rest), body)[0] in (200, 204)
            standin.settle()
        assert [(form["data[email]"], form["data[action]"]) for form in endpoint.forms()] == [
            ("left@example.com", "unsub"),
            ("archived@example.com", "delete"),
            ("forgotten@example.com", "delete"),
        ]

    def test_the_notice_carries_the_evidence_that_the_api_gave(
        self, standin: Mailchimp, endpoint: Endpoint
    ) -> None:
        standin.register_webhook({"url": endpoint.url})
        evidence = {"ip_opt": "203.0.113.99", "timestamp_opt": "2026-03-01T10:00:00+00:00"}
        body = {"email_address": CAMILLE, "status_if_new": "subscribed", **evidence}
        member = ask(standin, "PUT", member_path(CAMILLE), body)[1]
        assert {name: member[name] for name in evidence} == evidence
        standin.settle()
        assert endpoint.forms()[0]["data[ip_opt]"] == "203.0.113.99"

    def test_whom_the_api_asks_is_subscribed_when_they_confirm(
        self, standin: Mailchimp, endpoint: Endpoint
    ) -> None:
        standin.act("audience", list_id="double00001", name="Atelier", double_optin=True)
        standin.register_webhook({"url": endpoint.url, "list": "double00001"})
        path = f"/3.0/lists/double00001/members/{md5(CAMILLE)}"
        body = {"email_address": CAMILLE, "status_if_new": "pending"}
        assert ask(standin, "PUT", path, body)[1]["status"] == "pending"
        standin.settle()
        assert endpoint.posts == []
        confirmed = standin.act("confirm", email=CAMILLE, list_id="double00001")["member"]
        assert (confirmed["status"], confirmed["source"]) == ("subscribed", "API - Generic")
        assert [form["data[list_id]"] for form in endpoint.forms()] == ["double00001"]

    def test_a_refused_delivery_is_tried_again_with_a_new_signature(
        self, standin: Mailchimp, endpoint: Endpoint
    ) -> None:
        endpoint.answers = [503, 500]
        standin.register_webhook({"url": endpoint.url, "secret": "s3cret"})
        (delivery,) = standin.act("signup", email=CAMILLE)["deliveries"]
        assert delivery["statuses"] == [503, 500, 200]
        assert delivery["arrived"]

    def test_410_disables_a_webhook_for_good(self, standin: Mailchimp, endpoint: Endpoint) -> None:
        endpoint.answers = [410]
        standin.register_webhook({"url": endpoint.url})
        standin.act("signup", email=CAMILLE)
        standin.act("unsubscribe", email=CAMILLE)
        assert len(endpoint.posts) == 1

    def test_deliveries_come_twice_and_shuffled_or_not_at_all(
        self, standin: Mailchimp, endpoint: Endpoint
    ) -> None:
        standin.register_webhook({"url": endpoint.url})
        control(standin, "POST", "/deliveries", {"mode": "hold"})
        for number in range(6):
            standin.act("signup", email=f"p{number}@example.com")
        assert endpoint.posts == []
        control(standin, "POST", "/deliveries", {"mode": "deliver", "copies": 2, "shuffle": True})
        told = [form["data[email]"] for form in endpoint.forms()]
        assert sorted(told) == sorted([f"p{number}@example.com" for number in range(6)] * 2)
        assert told != sorted(told)
        assert standin.withhold(True) == {"withheld": True, "lost": 0}
        standin.act("unsubscribe", email="p1@example.com")
        assert len(endpoint.posts) == 12
        assert control(standin, "POST", "/withhold", {"on": False}) == {"withheld": False, "lost": 1}
        assert standin.settle()
        assert len(endpoint.posts) == 12
        standin.act("signup", email="quiet@example.com", quiet=True)
        assert len(endpoint.posts) == 12


def control(standin: Mailchimp, method: str, path: str, body: object = None) -> Any:
    status, answer, _ = ask(standin, method, "/_control" + path, body, key=None)
    assert status == 200, answer
    return answer


class TestFaults:
    def test_every_kind_looks_as_it_does_there(self, standin: Mailchimp) -> None:
        looks = {
            "bare_429": (429, "", None),
            "bare_500": (500, "", None),
            "html_403": (403, "text/html", None),
            "problem_400": (400, "application/problem+json; charset=utf-8", "Invalid Resource"),
            "forgotten": (400, "application/problem+json; charset=utf-8", "Forgotten Email Not Subscribed"),
            "compliance": (400, "application/problem+json; charset=utf-8", "Member In Compliance State"),
        }
        for kind, (status, content_type, title) in looks.items():
            control(standin, "POST", "/faults", {"kind": kind, "times": 2})
            for _ in range(2):
                answered, body, given = ask(standin, "GET", "/3.0/ping")
                assert (answered, given) == (status, content_type), kind
                assert title is None or body["title"] == title
            assert ask(standin, "GET", "/3.0/ping")[0] == 200

    def test_a_timeout_closes_the_connection_and_does_nothing(self, standin: Mailchimp) -> None:
        control(standin, "POST", "/faults", {"kind": "timeout", "seconds": 0.001})
        with pytest.raises(http.client.RemoteDisconnected):
            ask(standin, "PUT", member_path(CAMILLE), {"email_address": CAMILLE, "status": "subscribed"})
        assert not standin.audience.members

    def test_a_lost_answer_was_carried_out(self, standin: Mailchimp) -> None:
        control(standin, "POST", "/faults", {"kind": "lost_answer"})
        with pytest.raises(http.client.RemoteDisconnected):
            ask(standin, "PUT", member_path(CAMILLE), {"email_address": CAMILLE, "status": "subscribed"})
        assert standin.audience.members

    def test_a_fault_may_befall_some_calls_or_a_share_of_them(self, standin: Mailchimp) -> None:
        control(
            standin,
            "POST",
            "/faults",
            {"kind": "bare_500", "method": "GET", "path": "/members", "times": None},
        )
        assert ask(standin, "GET", "/3.0/ping")[0] == 200
        assert ask(standin, "GET", f"/3.0/lists/{LIST}/members")[0] == 500
        control(standin, "DELETE", "/faults")
        control(standin, "POST", "/faults", {"kind": "bare_500", "rate": 0.3, "times": None})
        statuses = [ask(standin, "GET", "/3.0/ping")[0] for _ in range(60)]
        assert 5 < statuses.count(500) < 35
        assert ask(standin, "POST", "/_control/faults", {"kind": "unheard of"}, key=None)[0] == 400

    def test_the_eleventh_call_at_a_time_is_one_too_many(self, standin: Mailchimp) -> None:
        control(standin, "POST", "/faults", {"kind": "timeout", "times": 10, "seconds": 30})

        def hang() -> None:
            with pytest.raises(http.client.RemoteDisconnected):
                ask(standin, "GET", "/3.0/ping")

        threads = [threading.Thread(target=hang) for _ in range(10)]
        for thread in threads:
            thread.start()
        while standin.faults.armed():
            time.sleep(0.001)
        assert ask(standin, "GET", "/3.0/ping")[0] == 429
        control(standin, "DELETE", "/faults")
        for thread in threads:
            thread.join()
        assert standin.calls.report()["most_at_once"] == 11


class TestControl:
    def test_calls_are_counted_by_route(self, standin: Mailchimp) -> None:
        ask(standin, "GET", member_path(CAMILLE))
        ask(standin, "GET", "/3.0/ping")
        report = control(standin, "GET", "/calls")
        assert report["by_route"] == {
            "GET /3.0/lists/{list_id}/members/{reference}": 1,
            "GET /3.0/ping": 1,
        }
        assert report["by_status"] == {"404": 1, "200": 1}

    def test_an_unknown_act_or_argument_says_what_is_known(self, standin: Mailchimp) -> None:
        status, answer, _ = ask(standin, "POST", "/_control/act", {"act": "dance"}, key=None)
        assert status == 400
        assert "signup" in answer["error"]
        assert ask(standin, "POST", "/_control/act", {"act": "signup", "mail": "x"}, key=None)[0] == 400
        assert "signup" in control(standin, "GET", "")["acts"]

    def test_the_clock_can_be_set(self) -> None:
        with mailchimp.serving(clock=Clock(lambda: 1_000_000.0)) as standin:
            control(standin, "POST", "/clock", {"now": "2030-01-01T00:00:00Z"})
            assert (
                standin.act("signup", email=CAMILLE)["member"]["timestamp_opt"] == "2030-01-01T00:00:00+00:00"
            )

    def test_the_state_file_brings_everything_back(self, tmp_path: Path, endpoint: Endpoint) -> None:
        file = tmp_path / "state" / "mailchimp.json"
        with mailchimp.serving(state_file=file) as first:
            first.register_webhook({"url": endpoint.url, "secret": "s"})
            first.act("signup", email=CAMILLE, quiet=True)
            first.act("signup", email="noor@example.com", quiet=True)
            first.act("delete", email="noor@example.com", permanent=True, quiet=True)
            before = first.account.dump()
        with mailchimp.serving(state_file=file) as second:
            assert second.account.dump() == before
            second.act("unsubscribe", email=CAMILLE)
            control(second, "POST", "/reset")
            assert second.audience.members == {}
        assert [form["type"] for form in endpoint.forms()] == ["unsubscribe"]


class TestTheOfficialClient:
    @pytest.fixture
    def client(self, standin: Mailchimp) -> Any:
        client = mailchimp_marketing.Client({"api_key": "k-us1", "server": "us1", "timeout": 5})
        client.api_client.host = standin.base_url + "/3.0"
        return client

    def test_it_reads_and_writes_members(self, standin: Mailchimp, client: Any) -> None:
        body = {"email_address": CAMILLE, "status_if_new": "subscribed"}
        assert client.lists.set_list_member(LIST, md5(CAMILLE), body)["status"] == "subscribed"
        assert client.lists.get_list_member(LIST, md5(CAMILLE))["email_address"] == CAMILLE
        assert client.lists.get_all_lists()["total_items"] == 1
        assert client.lists.delete_list_member_permanent(LIST, md5(CAMILLE)).status_code == 204
        with pytest.raises(ApiClientError) as refused:
            client.lists.set_list_member(LIST, md5(CAMILLE), body)
        assert refused.value.status_code == 400
        assert "Forgotten Email Not Subscribed" in refused.value.text

    def test_it_takes_bare_errors_for_answers(self, standin: Mailchimp, client: Any) -> None:
        standin.act("signup", email=CAMILLE)
        for kind, status in (("bare_429", 429), ("bare_500", 500)):
            control(standin, "POST", "/faults", {"kind": kind})
            assert client.lists.delete_list_member_permanent(LIST, md5(CAMILLE)).status_code == status
        assert standin.audience.members
