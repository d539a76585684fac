"""What people and administrators do in Mailchimp, outside the API: they sign up, leave, complain, move, import."""

from collections.abc import Callable, Mapping

from cli.standins.clock import Clock, iso, seconds_of
from cli.standins.http import Json
from cli.standins.mailchimp import notices
from cli.standins.mailchimp.audience import Account, Audience, Notice
from cli.standins.mailchimp.crowd import Crowd
from cli.standins.mailchimp.member import Member, subscriber_hash

PERSON_IP = "203.0.113.7"
ADMIN_IP = "198.51.100.20"
CAUSES = {"Import": "admin", "Admin Add": "admin", "API - Generic": "api"}
"""Who caused a change, as a webhook says it, by the source of the member."""


class People:
    """The acts. Each takes an address, the audience (`list_id`, by default the first) and the moment (`at`, by default
    now), changes the state and puts what happened into the account's outbox."""

    def __init__(self, account: Account, clock: Clock) -> None:
        self._account = account
        self._clock = clock

    def acts(self) -> Mapping[str, Callable[..., Json]]:
        """Return the acts by name."""
        return {
            "signup": self.signup,
            "confirm": self.confirm,
            "unsubscribe": self.unsubscribe,
            "abuse": self.abuse,
            "change_email": self.change_email,
            "profile": self.profile,
            "cleaned": self.cleaned,
            "import": self.import_,
            "admin_add": self.admin_add,
            "api_add": self.api_add,
            "admin_unsubscribe": self.admin_unsubscribe,
            "delete": self.delete,
            "campaign": self.campaign,
            "audience": self.audience,
            "crowd": self.crowd,
        }

    def signup(
        self,
        email: str,
        list_id: str | None = None,
        at: object = None,
        merge_fields: Json | None = None,
        permissions: dict[str, bool] | None = None,
    ) -> Json:
        """The person fills in the hosted form. In a double opt-in audience they are pending until `confirm`."""
        audience, moment = self._audience(list_id), self._moment(at)
        known = audience.member(email)
        if known is not None and known.status == "subscribed":
            return self._shown(audience, known)
        member = known or self._account.new_member(audience, email, "pending", "Hosted Signup Form", moment)
        audience.forgotten.discard(member.hash)
        member.status = "pending"
        member.source = "Hosted Signup Form"
        member.last_changed = moment
        member.ip_signup, member.timestamp_signup = PERSON_IP, moment
        member.merge_fields.update(merge_fields or {})
        member.permissions.update(permissions or {})
        member.activity.append({"activity_type": "signup", "created_at_timestamp": iso(moment)})
        if not audience.double_optin:
            self._opt_in(audience, member, moment)
        return self._shown(audience, member)

    def confirm(self, email: str, list_id: str | None = None, at: object = None) -> Json:
        """The person follows the link of the confirmation mail."""
        audience, member, moment = self._known(email, list_id, at)
        if member.status != "pending":
            raise ValueError(f"{member.status} is not pending")
        self._opt_in(audience, member, moment)
        return self._shown(audience, member)

    def unsubscribe(
        self, email: str, list_id: str | None = None, at: object = None, reason: str = "N/A (No reason given)"
    ) -> Json:
        """The person follows the unsubscribe link."""
        audience, member, moment = self._known(email, list_id, at)
        self._leave(audience, member, moment, reason)
        self._tell(notices.unsubscribed(audience, member, "user", moment))
        return self._shown(audience, member)

    def abuse(self, email: str, list_id: str | None = None, at: object = None) -> Json:
        """The person reports a campaign as spam."""
        audience, member, moment = self._known(email, list_id, at)
        self._leave(audience, member, moment, "Spam complaint")
        self._tell(notices.unsubscribed(audience, member, "user", moment, reason="abuse"))
        return self._shown(audience, member)

    def change_email(self, email: str, new_email: str, list_id: str | None = None, at: object = None) -> Json:
        """The person changes their address in the preference centre: `upemail`, and a `profile` beside it."""
        audience, member, moment = self._known(email, list_id, at)
        if audience.member(new_email) is not None:
            raise ValueError("the new address is already in the audience")
        move(self._account, audience, member, new_email, moment)
        self._tell(notices.moved(audience, email, member, "user", moment))
        self._tell(notices.profile(audience, member, "user", moment))
        return self._shown(audience, member)

    def profile(
        self,
        email: str,
        list_id: str | None = None,
        at: object = None,
        merge_fields: Json | None = None,
        permissions: dict[str, bool] | None = None,
    ) -> Json:
        """The person changes their details in the preference centre."""
        audience, member, moment = self._known(email, list_id, at)
        member.merge_fields.update(merge_fields or {})
        member.permissions.update(permissions or {})
        member.last_changed = moment
        self._tell(notices.profile(audience, member, "user", moment))
        return self._shown(audience, member)

    def cleaned(
        self, email: str, list_id: str | None = None, at: object = None, reason: str = "hard"
    ) -> Json:
        """Mail to the address bounces for good."""
        audience, member, moment = self._known(email, list_id, at)
        member.status = "cleaned"
        member.compliance = True
        member.last_changed = moment
        self._tell(notices.cleaned(audience, member, moment, reason))
        return self._shown(audience, member)

    def import_(
        self,
        email: str | list[str],
        list_id: str | None = None,
        at: object = None,
        status: str = "subscribed",
        merge_fields: Json | None = None,
    ) -> Json:
        """An administrator imports a file. Whoever left, bounced or was deleted for ever is skipped."""
        audience = self._audience(list_id)
        wanted = [email] if isinstance(email, str) else email
        moment = self._moment(at)
        added = [self._add(audience, each, status, "Import", moment) for each in wanted]
        for member in filter(None, added):
            member.merge_fields.update(merge_fields or {})
        return {"imported": len(added) - added.count(None), "skipped": added.count(None)}

    def admin_add(self, email: str, list_id: str | None = None, at: object = None) -> Json:
        """An administrator adds one person by hand."""
        return self._add_one(email, list_id, at, "Admin Add")

    def api_add(self, email: str, list_id: str | None = None, at: object = None) -> Json:
        """Some other program, such as the shop's plugin, adds one person through the API."""
        return self._add_one(email, list_id, at, "API - Generic")

    def admin_unsubscribe(self, email: str, list_id: str | None = None, at: object = None) -> Json:
        """An administrator unsubscribes a person."""
        audience, member, moment = self._known(email, list_id, at)
        member.status = "unsubscribed"
        member.unsubscribe_reason = "N/A (Unsubscribed by admin)"
        member.last_changed = moment
        self._tell(notices.unsubscribed(audience, member, "admin", moment))
        return self._shown(audience, member)

    def delete(
        self, email: str, list_id: str | None = None, at: object = None, permanent: bool = False
    ) -> Json:
        """An administrator archives a person, or deletes them for ever."""
        audience, member, moment = self._known(email, list_id, at)
        if member.status == "subscribed":
            self._tell(notices.unsubscribed(audience, member, "admin", moment, action="delete"))
        if permanent:
            forget(audience, member)
            return {"deleted": member.hash}
        member.status = "archived"
        member.last_changed = moment
        return self._shown(audience, member)

    def campaign(self, subject: str = "Nouveautés", list_id: str | None = None, at: object = None) -> Json:
        """A campaign is sent to everybody subscribed."""
        audience = self._audience(list_id)
        campaign_id = self._account.token(10)
        self._tell(notices.campaign_sent(audience, campaign_id, subject, self._moment(at)))
        return {"campaign": campaign_id}

    def audience(
        self,
        list_id: str,
        name: str,
        double_optin: bool = False,
        permission_texts: dict[str, str] | None = None,
    ) -> Json:
        """An administrator creates an audience; `permission_texts` are its marketing permissions by id."""
        if list_id in self._account.audiences:
            raise ValueError("an audience with this id exists")
        options = {"double_optin": double_optin, "permission_texts": permission_texts or {}}
        return {"list": self._account.add_audience(list_id, name, self._clock.now(), **options).show()}

    def crowd(
        self, list_id: str, size: int = 1_000_000, per_second: int = 3, first: object = "2024-01-01T00:00:00Z"
    ) -> Json:
        """An audience appears with any number of made-up members, to be read only (see `Crowd`)."""
        crowd = Crowd(size, seconds_of(first), per_second)
        self.audience(list_id, f"{size} people")
        self._account.audiences[list_id].crowd = crowd
        return {"list": self._account.audiences[list_id].show()}

    def _add_one(self, email: str, list_id: str | None, at: object, source: str) -> Json:
        audience = self._audience(list_id)
        member = self._add(audience, email, "subscribed", source, self._moment(at))
        if member is None:
            raise ValueError("this person is known, left, or was deleted for ever")
        return self._shown(audience, member)

    def _add(self, audience: Audience, email: str, status: str, source: str, moment: int) -> Member | None:
        if subscriber_hash(email) in audience.forgotten or audience.member(email) is not None:
            return None
        member = self._account.new_member(audience, email, status, source, moment)
        member.ip_opt, member.timestamp_opt = ADMIN_IP, moment
        if status == "subscribed":
            self._tell(notices.subscribed(audience, member, CAUSES[source], moment))
        return member

    def _opt_in(self, audience: Audience, member: Member, moment: int) -> None:
        member.status = "subscribed"
        member.compliance = False
        member.unsubscribe_reason = ""
        member.ip_opt, member.timestamp_opt = PERSON_IP, moment
        member.last_changed = moment
        self._tell(notices.subscribed(audience, member, "user", moment))

    def _leave(self, audience: Audience, member: Member, moment: int, reason: str) -> None:
        member.status = "unsubscribed"
        member.compliance = True
        member.unsubscribe_reason = reason
        member.last_changed = moment
        member.activity.append({"activity_type": "unsubscribe", "created_at_timestamp": iso(moment)})

    def _tell(self, notice: Notice) -> None:
        self._account.outbox.append(notice)

    def _audience(self, list_id: str | None) -> Audience:
        if list_id is None:
            return next(iter(self._account.audiences.values()))
        if list_id not in self._account.audiences:
            raise ValueError(f"no audience {list_id}")
        if self._account.audiences[list_id].crowd is not None:
            raise ValueError("a crowd is for reading only")
        return self._account.audiences[list_id]

    def _known(self, email: str, list_id: str | None, at: object) -> tuple[Audience, Member, int]:
        audience = self._audience(list_id)
        member = audience.member(email)
        if member is None:
            raise ValueError("this person is not in the audience")
        return audience, member, self._moment(at)

    def _moment(self, at: object) -> int:
        return self._clock.now() if at is None else seconds_of(at)

    def _shown(self, audience: Audience, member: Member) -> Json:
        return {"member": audience.show_member(member)}


def move(account: Account, audience: Audience, member: Member, new_email: str, moment: int) -> None:
    """Give a member another address: another hash, another unique id, the same contact."""
    del audience.members[member.hash]
    member.email = new_email.strip()
    member.unique_email_id = account.token(10)
    member.last_changed = moment
    audience.members[member.hash] = member


def forget(audience: Audience, member: Member) -> None:
    """Delete a member for ever: nobody but the person can bring the address back."""
    del audience.members[member.hash]
    audience.forgotten.add(member.hash)
