"""Links that people are sent: what whoever has one may do, once, until a day."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol


class Token(NamedTuple):
    """What is kept of a link: nobody can make the link of it.

    purpose: what it is for (`stay`, `challenge`). identifier: whose mailbox it was sent to. audience: Mailchimp's,
    where the purpose has one. expires_at: the first instant at which it is worth nothing. used_at: None until then.
    about: the case and the letter that it belongs to, `IM-2026-000123/identity_l1-5`; empty of a letter of no case.
    tries: how often a code was asked for in vain.
    """

    purpose: str
    identifier: str
    audience: str | None
    expires_at: datetime
    used_at: datetime | None = None
    about: str = ""
    tries: int = 0


class Tokens(Protocol):
    """Tokens by the SHA-256 of the secret in their link, in hexadecimal digits."""

    def issue(self, digest: str, token: Token) -> None:
        """The first under the digest stays, used or not."""
        ...

    def get(self, digest: str) -> Token | None:
        """Read consistently."""
        ...

    def use(self, digest: str, now: datetime) -> Token | None:
        """Use it now, unless it was used; returns what stands then. None: there is none, or it expired."""
        ...

    def tried(self, digest: str, now: datetime) -> Token | None:
        """Count one try more; returns what stands then. None: there is none, or it expired."""
        ...

    def not_in_vain(self, digest: str, now: datetime) -> Token | None:
        """Take one counted try back; as `tried`."""
        ...
