"""A member of an audience, as Mailchimp keeps and shows one."""

import hashlib
from dataclasses import dataclass, field

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
