"""An audience: its members, its webhooks, and what they are told; and the account, which is all audiences."""

import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from cli.standins.clock import iso
from cli.standins.http import Json
from cli.standins.mailchimp.crowd import Crowd
from cli.standins.mailchimp.member import STATUSES, Member, subscriber_hash


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
    """An audience. Members are filed under their hash; `forgotten` are hashes deleted for ever.

    With a `crowd` it has no other members, and nothing of it can be changed.
    """

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
    crowd: Crowd | None = None

    def member(self, email: str) -> Member | None:
        """Return the member with this address."""
        if self.crowd is not None:
            return self.crowd.named(self.id, email.strip())
        return self.members.get(subscriber_hash(email))

    def found(self, reference: str, hash_only: bool = False) -> Member | None:
        """Return the member whom a path names by hash, address or contact id."""
        if self.crowd is not None:
            return self.crowd.named(self.id, reference)
        known = self.members.get(reference.lower())
        if known is not None or hash_only:
            return known
        if "@" in reference:
            return self.member(reference)
        return next((member for member in self.members.values() if member.contact_id == reference), None)

    def show(self) -> Json:
        """Return this audience as the API shows it."""
        counts = self._counts()
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

    def _counts(self) -> dict[str, int]:
        if self.crowd is not None:
            return {status: self.crowd.count([status]) for status in STATUSES}
        counts = dict.fromkeys(STATUSES, 0)
        for member in self.members.values():
            counts[member.status] += 1
        return counts

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
        "crowd": audience.crowd and audience.crowd.dump(),
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
            "crowd": Crowd(**kept["crowd"]) if kept.get("crowd") else None,
        }
    )
