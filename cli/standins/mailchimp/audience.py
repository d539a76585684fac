"""An audience and its members, as Mailchimp keeps and shows them."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from cli.standins.clock import iso
from cli.standins.http import Json

STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")


def subscriber_hash(email: str) -> str:
    """Return the MD5 of the lower-cased address, Mailchimp's id of a member."""
    return hashlib.md5(email.strip().lower().encode(), usedforsecurity=False).hexdigest()


def moment(second: int | None) -> str:
    """Return a time as Mailchimp shows it; an unknown one is an empty text."""
    return "" if second is None else iso(second)


@dataclass(slots=True)
class Member:
    """One person in one audience. Times are Unix seconds."""

    email: str
    list_id: str
    unique_email_id: str
    contact_id: str
    web_id: int
    status: str
    last_changed: int
    source: str
    email_type: str = "html"
    merge_fields: Json = field(default_factory=dict)
    unsubscribe_reason: str = ""
    ip_signup: str = ""
    timestamp_signup: int | None = None
    ip_opt: str = ""
    timestamp_opt: int | None = None
    language: str = ""
    vip: bool = False
    permissions: dict[str, bool] = field(default_factory=dict)
    tags: list[Json] = field(default_factory=list)
    notes: list[Json] = field(default_factory=list)
    activity: list[Json] = field(default_factory=list)
    compliance: bool = False

    @property
    def hash(self) -> str:
        """Mailchimp's id of this member."""
        return subscriber_hash(self.email)

    def show(self, permission_texts: dict[str, str], merge_tags: list[str]) -> Json:
        """Return this member as the API shows it."""
        merged = {tag: self.merge_fields.get(tag, "") for tag in merge_tags}
        return {
            "id": self.hash,
            "email_address": self.email,
            "unique_email_id": self.unique_email_id,
            "contact_id": self.contact_id,
            "full_name": f"{merged.get('FNAME', '')} {merged.get('LNAME', '')}".strip(),
            "web_id": self.web_id,
            "email_type": self.email_type,
            "status": self.status,
            **({"unsubscribe_reason": self.unsubscribe_reason} if self.unsubscribe_reason else {}),
            "consents_to_one_to_one_messaging": True,
            "merge_fields": merged,
            "stats": {"avg_open_rate": 0, "avg_click_rate": 0},
            "ip_signup": self.ip_signup,
            "timestamp_signup": moment(self.timestamp_signup),
            "ip_opt": self.ip_opt,
            "timestamp_opt": moment(self.timestamp_opt),
            "member_rating": 2,
            "last_changed": moment(self.last_changed),
            "language": self.language,
            "vip": self.vip,
            "email_client": "",
            "location": {
                "latitude": 0,
                "longitude": 0,
                "gmtoff": 0,
                "dstoff": 0,
                "country_code": "",
                "timezone": "",
                "region": "",
            },
            **({"marketing_permissions": self._permissions(permission_texts)} if permission_texts else {}),
            "source": self.source,
            "tags_count": len(self.tags),
            "tags": [{"id": tag["id"], "name": tag["name"]} for tag in self.tags[:50]],
            "list_id": self.list_id,
            "_links": [],
        }

    def _permissions(self, texts: dict[str, str]) -> list[Json]:
        return [
            {"marketing_permission_id": key, "text": text, "enabled": self.permissions.get(key, False)}
            for key, text in texts.items()
        ]


@dataclass
class Webhook:
    """A registered webhook. Without a secret it is an old one, whose deliveries carry no signature."""

    id: str
    list_id: str
    url: str
    events: dict[str, bool]
    sources: dict[str, bool]
    secret: str | None
    disabled: bool = False

    def show(self) -> Json:
        """Return this webhook as the API shows it, without its secret."""
        return {
            "id": self.id,
            "url": self.url,
            "events": self.events,
            "sources": self.sources,
            "list_id": self.list_id,
            "signing_enabled": self.secret is not None,
            "_links": [],
        }


@dataclass
class Audience:
    """An audience. Members are filed under their hash; `forgotten` are hashes deleted for ever."""

    id: str
    name: str
    web_id: int
    date_created: int
    double_optin: bool = False
    permission_texts: dict[str, str] = field(default_factory=dict)
    merge_tags: list[str] = field(default_factory=lambda: ["FNAME", "LNAME", "ADDRESS", "PHONE"])
    members: dict[str, Member] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    webhooks: dict[str, Webhook] = field(default_factory=dict)

    def member(self, email: str) -> Member | None:
        """Return the member with this address."""
        return self.members.get(subscriber_hash(email))

    def found(self, reference: str, hash_only: bool = False) -> Member | None:
        """Return the member whom a path names by hash, address or contact id."""
        known = self.members.get(reference.lower())
        if known is not None or hash_only:
            return known
        if "@" in reference:
            return self.member(reference)
        return next((member for member in self.members.values() if member.contact_id == reference), None)

    def show(self) -> Json:
        """Return this audience as the API shows it."""
        counts = dict.fromkeys(STATUSES, 0)
        for member in self.members.values():
            counts[member.status] += 1
        return {
            "id": self.id,
            "web_id": self.web_id,
            "name": self.name,
            "contact": {
                "company": "iméra",
                "address1": "1 rue de l'Exemple",
                "city": "Paris",
                "country": "FR",
            },
            "permission_reminder": "You asked for our news.",
            "use_archive_bar": False,
            "campaign_defaults": {"from_name": "iméra", "from_email": "news@example.fr", "language": "fr"},
            "date_created": iso(self.date_created),
            "list_rating": 3,
            "email_type_option": False,
            "subscribe_url_short": f"https://news.example.fr/{self.id}",
            "subscribe_url_long": f"https://news.example.fr/subscribe?id={self.id}",
            "visibility": "prv",
            "double_optin": self.double_optin,
            "has_welcome": False,
            "marketing_permissions": bool(self.permission_texts),
            "stats": {
                "member_count": counts["subscribed"],
                "unsubscribe_count": counts["unsubscribed"],
                "cleaned_count": counts["cleaned"],
            },
            "_links": [],
        }

    def show_member(self, member: Member) -> Json:
        """Return a member of this audience as the API shows it."""
        return member.show(self.permission_texts, self.merge_tags)


@dataclass(frozen=True)
class Notice:
    """Something that a webhook tells: its type, who caused it, and its data in order."""

    list_id: str
    type: str
    source: str
    at: int
    data: list[tuple[str, str]]


class Account:
    """The whole state of the stand-in: audiences, and the notices not yet sent."""

    def __init__(self, seed: int | None = None) -> None:
        self.audiences: dict[str, Audience] = {}
        self.outbox: list[Notice] = []
        self._chance = random.Random(seed)

    def add_audience(self, list_id: str, name: str, now: int, **options: Any) -> Audience:
        """Add an audience."""
        audience = Audience(list_id, name, self.number(), now, **options)
        self.audiences[list_id] = audience
        return audience

    def token(self, digits: int) -> str:
        """Return a new hexadecimal id."""
        return f"{self._chance.getrandbits(digits * 4):0{digits}x}"

    def number(self) -> int:
        """Return a new number for the web application."""
        return self._chance.randrange(10**8, 10**9)

    def new_member(self, audience: Audience, email: str, status: str, source: str, at: int) -> Member:
        """Add a member, replacing whoever had this address."""
        member = Member(
            email=email.strip(),
            list_id=audience.id,
            unique_email_id=self.token(10),
            contact_id=self.token(32),
            web_id=self.number(),
            status=status,
            last_changed=at,
            source=source,
        )
        audience.members[member.hash] = member
        return member

    def everywhere(self, email: str) -> Iterator[tuple[Audience, Member]]:
        """Return the audiences that hold an address, with the member."""
        for audience in self.audiences.values():
            member = audience.member(email)
            if member is not None:
                yield audience, member

    def dump(self) -> Json:
        """Return the whole state as a JSON value."""
        return {"audiences": [_dump_audience(audience) for audience in self.audiences.values()]}

    def load(self, kept: Json) -> None:
        """Take over a state that `dump` returned."""
        self.audiences = {audience.id: audience for audience in map(_load_audience, kept["audiences"])}


def _dump_audience(audience: Audience) -> Json:
    return {
        **vars(audience),
        "members": [asdict(member) for member in audience.members.values()],
        "forgotten": sorted(audience.forgotten),
        "webhooks": [vars(webhook) for webhook in audience.webhooks.values()],
    }


def _load_audience(kept: Json) -> Audience:
    members = [Member(**member) for member in kept["members"]]
    webhooks = [Webhook(**webhook) for webhook in kept["webhooks"]]
    return Audience(
        **{
            **kept,
            "members": {member.hash: member for member in members},
            "forgotten": set(kept["forgotten"]),
            "webhooks": {webhook.id: webhook for webhook in webhooks},
        }
    )
