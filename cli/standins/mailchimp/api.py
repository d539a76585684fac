"""The Marketing API's routes: audiences, members, and what hangs on them."""

import ipaddress
from collections.abc import Callable
from typing import Any

from cli.standins.clock import Clock, iso
from cli.standins.delivery import call
from cli.standins.http import Json, RefusedError, Request, Response, Route
from cli.standins.mailchimp import notices, problems
from cli.standins.mailchimp.audience import Account, Audience, Webhook
from cli.standins.mailchimp.listing import Page, listed, second_of, trimmed
from cli.standins.mailchimp.member import Member, subscriber_hash
from cli.standins.mailchimp.people import forget, move

CALLER_IP = "198.51.100.10"
WRITABLE = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional")
WEBHOOK_EVENTS = ("subscribe", "unsubscribe", "profile", "cleaned", "upemail", "campaign")
WEBHOOK_SOURCES = ("user", "admin", "api")
MEMBER = "/3.0/lists/{list_id}/members/{reference}"


class Api:
    """Answers the API's calls on an account."""

    def __init__(self, account: Account, clock: Clock) -> None:
        self._account = account
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        table: list[tuple[str, str, Callable[..., Response]]] = [
            ("GET", "/3.0/ping", self.ping),
            ("GET", "/3.0/lists", self.audiences),
            ("GET", "/3.0/lists/{list_id}", self.audience),
            ("GET", "/3.0/search-members", self.search),
            ("GET", "/3.0/lists/{list_id}/members", self.members),
            ("POST", "/3.0/lists/{list_id}/members", self.add),
            ("GET", MEMBER, self.member),
            ("PUT", MEMBER, self.put),
            ("PATCH", MEMBER, self.patch),
            ("DELETE", MEMBER, self.archive),
            ("POST", MEMBER + "/actions/delete-permanent", self.delete_permanent),
            ("GET", MEMBER + "/tags", self.tags),
            ("POST", MEMBER + "/tags", self.set_tags),
            ("GET", MEMBER + "/notes", self.notes),
            ("POST", MEMBER + "/notes", self.add_note),
            ("GET", MEMBER + "/activity-feed", self.activity_feed),
            ("GET", MEMBER + "/events", self.nothing_in("events")),
            ("GET", MEMBER + "/goals", self.nothing_in("goals")),
            ("GET", "/3.0/lists/{list_id}/webhooks", self.webhooks),
            ("POST", "/3.0/lists/{list_id}/webhooks", self.add_webhook),
            ("GET", "/3.0/lists/{list_id}/webhooks/{webhook_id}", self.webhook),
            ("PATCH", "/3.0/lists/{list_id}/webhooks/{webhook_id}", self.change_webhook),
            ("DELETE", "/3.0/lists/{list_id}/webhooks/{webhook_id}", self.delete_webhook),
        ]
        return [Route(method, template, action) for method, template, action in table]

    # Audiences.

    def ping(self, request: Request) -> Response:
        """Say that the key is good."""
        return Response.of_json({"health_status": "Everything's Chimpy!"})

    def audiences(self, request: Request) -> Response:
        """List the audiences, or those that hold the address in `email`."""
        email = request.argument("email")
        audiences = list(self._account.audiences.values())
        if email is not None:
            audiences = [audience for audience, _ in self._account.everywhere(email)]
        shown = [audience.show() for audience in Page.of(request).cut(audiences)]
        return self._ok(request, {"lists": shown, "total_items": len(audiences), "_links": []})

    def audience(self, request: Request, list_id: str) -> Response:
        """Show one audience."""
        return self._ok(request, self._audience(list_id).show())

    def search(self, request: Request) -> Response:
        """Search members by address and name, in one audience or in all."""
        query = (request.argument("query") or "").strip().lower()
        if not query:
            raise problems.invalid("query", "This value should not be blank.")
        list_id = request.argument("list_id")
        audiences = [self._audience(list_id)] if list_id else self._account.audiences.values()
        exact: list[Json] = []
        partial: list[Json] = []
        for audience in audiences:
            for member in audience.members.values():
                shown = audience.show_member(member)
                if member.email.lower() == query:
                    exact.append(shown)
                if query in f"{member.email} {shown['full_name']}".lower():
                    partial.append(shown)
        found = {
            name: {"members": hits[:30], "total_items": len(hits)}
            for name, hits in (("exact_matches", exact), ("full_search", partial))
        }
        return self._ok(request, {**found, "_links": []})

    # Members.

    def members(self, request: Request, list_id: str) -> Response:
        """List the members of an audience."""
        audience = self._audience(list_id)
        members, total = listed(audience, request)
        shown = [audience.show_member(member) for member in members]
        return self._ok(request, {"members": shown, "list_id": list_id, "total_items": total, "_links": []})

    def member(self, request: Request, list_id: str, reference: str) -> Response:
        """Show one member."""
        audience = self._audience(list_id)
        return self._ok(request, audience.show_member(self._member(audience, reference)))

    def add(self, request: Request, list_id: str) -> Response:
        """Add a member whose address is new to the audience."""
        audience, wanted = self._changeable(list_id), request.json()
        email = _address(wanted)
        known = audience.member(email)
        if known is not None and known.status != "archived":
            raise problems.member_exists(email)
        return self._write(audience, known, email, _status(wanted.get("status")), wanted)

    def put(self, request: Request, list_id: str, reference: str) -> Response:
        """Add or change a member. `status_if_new` counts for an unknown address only."""
        audience, wanted = self._changeable(list_id), request.json()
        known = audience.found(reference)
        email = _address(wanted)
        if not wanted.get("status_if_new") and not wanted.get("status"):
            raise problems.invalid("status_if_new", "This value should not be blank.")
        if known is not None:
            status = _status(wanted["status"]) if wanted.get("status") else known.status
            return self._write(audience, known, email, status, wanted)
        if reference.lower() not in (subscriber_hash(email), email.lower()):
            raise problems.invalid("email_address", "The subscriber hash is not the hash of this address.")
        return self._write(
            audience, None, email, _status(wanted.get("status_if_new") or wanted.get("status")), wanted
        )

    def patch(self, request: Request, list_id: str, reference: str) -> Response:
        """Change a member."""
        audience, wanted = self._changeable(list_id), request.json()
        known = self._member(audience, reference)
        status = _status(wanted["status"]) if wanted.get("status") else known.status
        if status == "transactional" and known.status != status:
            raise problems.invalid("status", "The value you selected is not a valid choice.")
        return self._write(
            audience, known, _address({"email_address": known.email, **wanted}), status, wanted
        )

    def archive(self, request: Request, list_id: str, reference: str) -> Response:
        """Archive a member: the data stay. A second time is refused."""
        audience = self._changeable(list_id)
        member = self._member(audience, reference)
        if member.status == "archived":
            return problems.problem(
                405, "Method Not Allowed", "This list member cannot be removed. Please contact support."
            )
        self._tell_departure(audience, member, action="delete")
        member.status = "archived"
        member.last_changed = self._clock.now()
        return Response(204)

    def delete_permanent(self, request: Request, list_id: str, reference: str) -> Response:
        """Delete a member for ever. Only the hash names one here."""
        audience = self._changeable(list_id)
        member = self._member(audience, reference, hash_only=True)
        self._tell_departure(audience, member, action="delete")
        forget(audience, member)
        return Response(204)

    def _write(
        self, audience: Audience, known: Member | None, email: str, status: str, wanted: Json
    ) -> Response:
        now = self._clock.now()
        if known is None and subscriber_hash(email) in audience.forgotten:
            raise problems.forgotten(email)
        if known is not None and known.compliance and status == "subscribed" != known.status:
            raise problems.in_compliance_state(email)
        if known is not None and subscriber_hash(email) != known.hash and audience.member(email) is not None:
            raise problems.member_exists(email)
        evidence, details = _evidence(wanted), _details(wanted)
        member = known or self._account.new_member(audience, email, "", "API - Generic", now)
        before = audience.show_member(member)
        if email.lower() != member.email.lower():
            move(self._account, audience, member, email, now)
            self._account.outbox.append(notices.moved(audience, before["email_address"], member, "api", now))
        _apply(member, email, details)
        if status != member.status:
            self._change_status(audience, member, status, now)
        for name, value in evidence.items():
            setattr(member, name, value)
        if member.status == "subscribed" != before["status"]:
            self._account.outbox.append(notices.subscribed(audience, member, "api", now))
        after = audience.show_member(member)
        if before["status"] == after["status"] == "subscribed" and before != after:
            self._account.outbox.append(notices.profile(audience, member, "api", now))
        if before != after:
            member.last_changed = now
        return Response.of_json(audience.show_member(member))

    def _change_status(self, audience: Audience, member: Member, status: str, now: int) -> None:
        if member.status == "subscribed":
            self._tell_departure(audience, member)
        member.status = status
        if status == "unsubscribed":
            member.unsubscribe_reason = "N/A (Unsubscribed by an admin)"
        if status == "subscribed":
            member.unsubscribe_reason = ""
            member.ip_opt, member.timestamp_opt = CALLER_IP, now

    def _tell_departure(self, audience: Audience, member: Member, action: str = "unsub") -> None:
        if member.status == "subscribed":
            notice = notices.unsubscribed(audience, member, "api", self._clock.now(), action=action)
            self._account.outbox.append(notice)

    # What hangs on a member.

    def tags(self, request: Request, list_id: str, reference: str) -> Response:
        """List a member's tags."""
        member = self._member(self._audience(list_id), reference)
        return self._ok(request, {"tags": Page.of(request).cut(member.tags), "total_items": len(member.tags)})

    def set_tags(self, request: Request, list_id: str, reference: str) -> Response:
        """Add the active and remove the inactive tags that are named."""
        member = self._member(self._changeable(list_id), reference)
        for wanted in request.json()["tags"]:
            named = [tag for tag in member.tags if tag["name"] == wanted["name"]]
            if wanted["status"] == "active" and not named:
                now = iso(self._clock.now())
                member.tags.append({"id": self._account.number(), "name": wanted["name"], "date_added": now})
            elif wanted["status"] == "inactive":
                member.tags = [tag for tag in member.tags if tag not in named]
        return Response(204)

    def notes(self, request: Request, list_id: str, reference: str) -> Response:
        """List a member's notes. Only the hash names a member here."""
        member = self._member(self._audience(list_id), reference, hash_only=True)
        notes = Page.of(request).cut(member.notes)
        shown = {
            "notes": notes,
            "email_id": member.hash,
            "list_id": list_id,
            "total_items": len(member.notes),
        }
        return self._ok(request, shown)

    def add_note(self, request: Request, list_id: str, reference: str) -> Response:
        """Add a note to a member."""
        member = self._member(self._changeable(list_id), reference, hash_only=True)
        now = iso(self._clock.now())
        note = {
            "id": self._account.number(),
            "created_at": now,
            "created_by": "iméra",
            "updated_at": now,
            "note": str(request.json()["note"]),
            "list_id": list_id,
            "email_id": member.hash,
        }
        member.notes.append(note)
        return Response.of_json(note)

    def activity_feed(self, request: Request, list_id: str, reference: str) -> Response:
        """List what a member did, the latest first."""
        member = self._member(self._audience(list_id), reference)
        feed = Page.of(request).cut(member.activity[::-1])
        shown = {
            "activity": feed,
            "email_id": member.hash,
            "list_id": list_id,
            "total_items": len(member.activity),
        }
        return self._ok(request, shown)

    def nothing_in(self, name: str) -> Callable[..., Response]:
        """Return a route that lists nothing."""

        def empty(request: Request, list_id: str, reference: str) -> Response:
            self._member(self._audience(list_id), reference)
            return self._ok(request, {name: [], "total_items": 0})

        return empty

    # Webhooks.

    def webhooks(self, request: Request, list_id: str) -> Response:
        """List an audience's webhooks."""
        shown = [webhook.show() for webhook in self._audience(list_id).webhooks.values()]
        return self._ok(
            request, {"webhooks": shown, "list_id": list_id, "total_items": len(shown), "_links": []}
        )

    def webhook(self, request: Request, list_id: str, webhook_id: str) -> Response:
        """Show one webhook, without its secret."""
        return self._ok(request, self._webhook(list_id, webhook_id).show())

    def add_webhook(self, request: Request, list_id: str) -> Response:
        """Register a webhook whose address answers a GET. The secret is told here and never again."""
        audience, wanted = self._audience(list_id), request.json()
        if any(webhook.url == wanted.get("url") for webhook in audience.webhooks.values()):
            raise problems.invalid("url", "Sorry, you can't set up multiple WebHooks for one URL.")
        _check_address(str(wanted.get("url")))
        webhook = register(self._account, audience, {**wanted, "secret": self._account.token(32)})
        return Response.of_json({**webhook.show(), "signing_secret": webhook.secret})

    def change_webhook(self, request: Request, list_id: str, webhook_id: str) -> Response:
        """Change a webhook's address, events or sources."""
        webhook, wanted = self._webhook(list_id, webhook_id), request.json()
        if "url" in wanted:
            _check_address(wanted["url"])
            webhook.url = wanted["url"]
        webhook.events.update(_switches(wanted.get("events", {}), WEBHOOK_EVENTS))
        webhook.sources.update(_switches(wanted.get("sources", {}), WEBHOOK_SOURCES))
        return Response.of_json(webhook.show())

    def delete_webhook(self, request: Request, list_id: str, webhook_id: str) -> Response:
        """Delete a webhook."""
        del self._audience(list_id).webhooks[self._webhook(list_id, webhook_id).id]
        return Response(204)

    # Finding.

    def _audience(self, list_id: str) -> Audience:
        if list_id not in self._account.audiences:
            raise problems.not_found()
        return self._account.audiences[list_id]

    def _changeable(self, list_id: str) -> Audience:
        audience = self._audience(list_id)
        if audience.crowd is not None:
            raise RefusedError(problems.problem(405, "Method Not Allowed", "A crowd is for reading only."))
        return audience

    def _member(self, audience: Audience, reference: str, hash_only: bool = False) -> Member:
        member = audience.found(reference, hash_only)
        if member is None:
            raise problems.not_found()
        return member

    def _webhook(self, list_id: str, webhook_id: str) -> Webhook:
        webhooks = self._audience(list_id).webhooks
        if webhook_id not in webhooks:
            raise problems.not_found()
        return webhooks[webhook_id]

    def _ok(self, request: Request, value: Json) -> Response:
        return Response.of_json(trimmed(value, request))


def register(account: Account, audience: Audience, wanted: Json) -> Webhook:
    """Add a webhook; what `events` and `sources` do not name is off. Without a `secret` it is an unsigned one."""
    webhook = Webhook(
        id=account.token(10),
        list_id=audience.id,
        url=wanted["url"],
        events=dict.fromkeys(WEBHOOK_EVENTS, False) | _switches(wanted.get("events", {}), WEBHOOK_EVENTS),
        sources=dict.fromkeys(WEBHOOK_SOURCES, False) | _switches(wanted.get("sources", {}), WEBHOOK_SOURCES),
        secret=wanted.get("secret"),
    )
    audience.webhooks[webhook.id] = webhook
    return webhook


def _switches(wanted: Json, known: tuple[str, ...]) -> dict[str, bool]:
    return {name: bool(value) for name, value in wanted.items() if name in known}


def _check_address(url: str) -> None:
    if call("GET", url, b"", {"User-Agent": "MailChimp.com WebHook Validator"}, 10.0) != 200:
        raise problems.invalid("url", "The URL does not answer a GET with status 200.")


def _address(wanted: Json) -> str:
    email = wanted.get("email_address")
    if not isinstance(email, str) or email.count("@") != 1 or "." not in email.rsplit("@", 1)[1]:
        raise problems.invalid("email_address", "Please provide a valid email address.")
    return email.strip()


def _status(wanted: object) -> str:
    if not isinstance(wanted, str) or wanted not in WRITABLE:
        raise problems.invalid("status", f"The value you selected is not one of {', '.join(WRITABLE)}.")
    return wanted


def _evidence(wanted: Json) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("ip_signup", "ip_opt"):
        if wanted.get(name):
            try:
                found[name] = str(ipaddress.ip_address(wanted[name]))
            except ValueError:
                raise problems.invalid(name, "This value is not a valid IP address.") from None
    for name in ("timestamp_signup", "timestamp_opt"):
        if wanted.get(name):
            found[name] = second_of(name, wanted[name])
    return found


def _details(wanted: Json) -> Json:
    permissions = wanted.get("marketing_permissions") or []
    return {
        "merge_fields": dict(wanted.get("merge_fields") or {}),
        "permissions": {each["marketing_permission_id"]: bool(each["enabled"]) for each in permissions},
        "plain": {name: wanted[name] for name in ("language", "email_type", "vip") if name in wanted},
    }


def _apply(member: Member, email: str, details: Json) -> None:
    member.email = email
    member.merge_fields.update(details["merge_fields"])
    member.permissions.update(details["permissions"])
    for name, value in details["plain"].items():
        setattr(member, name, value)
