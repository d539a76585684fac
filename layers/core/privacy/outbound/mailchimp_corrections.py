"""Mailchimp's members, corrected: their name, and the address that they are written to at (E109)."""

from __future__ import annotations

from collections.abc import Mapping

from mailchimp_marketing.api.lists_api import ListsApi

from privacy.outbound.mailchimp import subscriber_hash
from privacy.outbound.mailchimp_answers import Found, checked, document
from privacy.outbound.mailchimp_client import MailchimpClient, MailchimpRefused
from privacy.ports import ProviderUnavailable

_NOT_FOUND = 404
#: What an audience calls the two parts of a name, unless it was changed.
_GIVEN, _FAMILY = "FNAME", "LNAME"
#: The audience's form may insist on more than is corrected here.
_LENIENT = {"skip_merge_validation": "true"}


class NotCorrected(ProviderUnavailable):
    """Mailchimp said yes and did not do it."""


class MailchimpCorrections:
    """MemberCorrector."""

    def __init__(self, client: MailchimpClient) -> None:
        self._lists = ListsApi(client)

    def correct_name(self, audience: str, address: str, given_name: str, family_name: str) -> None:
        """An audience that asks for no names has no fields for them, and gets none."""
        held = self._read(audience, address)
        if held is None:
            return
        fields = _fields(held)
        wanted = {
            name: value for name, value in ((_GIVEN, given_name), (_FAMILY, family_name)) if name in fields
        }
        if not wanted or wanted.items() <= fields.items():
            return
        self._change(audience, address, {"merge_fields": wanted})
        corrected = self._read(audience, address)
        if corrected is None or not wanted.items() <= _fields(corrected).items():
            raise NotCorrected("mailchimp did not do what it said")

    def change_address(self, audience: str, old: str, new: str) -> None:
        self._change(audience, old, {"email_address": new})
        if self._read(audience, new) is None:
            raise NotCorrected("mailchimp did not do what it said")

    def _change(self, audience: str, address: str, wanted: Mapping[str, object]) -> None:
        self._lists.update_list_member(checked(audience), subscriber_hash(address), wanted, **_LENIENT)

    def _read(self, audience: str, address: str) -> Found | None:
        try:
            found = self._lists.get_list_member(
                checked(audience), subscriber_hash(address), fields=["email_address", "merge_fields"]
            )
        except MailchimpRefused as refused:
            if refused.status == _NOT_FOUND:
                return None
            raise
        return document(found)


def _fields(held: Found) -> Mapping[str, object]:
    fields = held.get("merge_fields")
    return fields if isinstance(fields, dict) else {}
