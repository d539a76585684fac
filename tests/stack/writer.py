"""Somebody who writes to contact@ in the running back office and follows its letters, and the operators' commands."""

from __future__ import annotations

import json
import re
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from cli.local.backoffice import BackOffice
from cli.standins.mailchimp.member import subscriber_hash
from privacy.domain.request import Item
from privacy.domain.request import Request as Case
from privacy.domain.request_fold import fold
from privacy.outbound.dynamodb_requests import DynamoRequests
from tests.stack.contact import written

#: The command `privacy` with these arguments: what it printed.
type Privacy = Callable[..., str]
#: Seconds for everything that follows one act, on a busy machine.
PATIENCE = 120


@dataclass(frozen=True)
class Letter:
    case: str
    subject: str
    text: str

    def link(self, page: str) -> str:
        found = re.search(rf"https?://\S+/{page}/\S+", self.text)
        assert found, self.text
        return found[0]


@dataclass
class Writer:
    """One address, and its case once it wrote."""

    office: BackOffice
    privacy: Privacy
    address: str

    # --- what they do

    def sends(self, subject: str, text: str) -> None:
        self.office.send_mail(written(self.address, subject, text), sender=self.address)

    def confirms(self, lang: str = "fr") -> None:
        """From the page that the challenge leads to."""
        status, _ = page(self.letter("identity_l1").link("confirm"), {"lang": lang})
        assert status == HTTPStatus.OK

    def shops(self, provider: str, act: str, **arguments: Any) -> dict[str, Any]:
        told: dict[str, Any] = self.office.shop.ask(
            provider, "act", {"act": act, "wait": True, "email": self.address, **arguments}
        )
        return told

    # --- what operators do

    def approved(self, item: str, **options: str) -> None:
        """By the digest that `preview` shows."""
        digest = re.search(r"digest +([0-9a-f]{64})", self.previewed(item))
        assert digest
        more = [word for name, said in options.items() for word in (f"--{name}", said)]
        self.requests("approve", "--item", item, "--digest", digest[1][:12], *more)

    def previewed(self, item: str) -> str:
        return self.requests("preview", "--item", item)

    def requests(self, command: str, *arguments: str) -> str:
        return self.privacy("requests", command, self.case, *arguments)

    # --- what there is then

    @property
    def case(self) -> str:
        """Its number, as the acknowledgement has it."""
        return self.letter("ack").case

    def idle(self) -> None:
        self.office.wait_until_idle(PATIENCE)

    def letters(self) -> list[tuple[str, Letter]]:
        """What this address was sent, with each letter's name, in order."""
        return [
            (tag.partition("_")[2].rpartition("-")[0], self._read(tag, kept["file"]))
            for kept in self.office.shop.ask("ses", "state")["letters"]
            if kept["recipients"][0] == self.address
            for tag in [next(iter(kept["tags"].values()), "")]
        ]

    def letter(self, name: str) -> Letter:
        """The only one of that name."""
        (found,) = (letter for known_as, letter in self.letters() if known_as == name)
        return found

    def item(self, name: str) -> Item:
        found = self.folded().item(name)
        assert found is not None
        return found

    def folded(self) -> Case:
        steps = DynamoRequests(self.office.aws("dynamodb"), "imera-privacy-requests").steps(self.case)
        return fold(self.case, steps)

    def _read(self, tag: str, file: str) -> Letter:
        raw = (self.office.state.outbox / file).read_bytes()
        message = message_from_bytes(raw, policy=policy.default)
        body = message.get_body(("plain",))  # type: ignore[attr-defined]
        return Letter(tag.partition("_")[0], str(message["Subject"]), body.get_content())


def somebody(office: BackOffice, privacy: Privacy, name: str) -> Writer:
    """Whom nobody has met before."""
    return Writer(office, privacy, f"{name}-{secrets.token_hex(4)}@example.fr")


def page(url: str, form: dict[str, str] | None = None, language: str = "fr") -> tuple[int, str]:
    """A page of ours, looked at or its button pressed; where it leads elsewhere, that is not followed."""
    body = urlencode(form).encode() if form is not None else None
    try:
        with _HERE.open(Request(url, body, {"Accept-Language": language}), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers.get("Location") or refused.read().decode()


class _Here(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Leave the answer that leads elsewhere to whoever asked."""


_HERE = urllib.request.build_opener(_Here)


def fetched(url: str) -> bytes:
    with urlopen(url, timeout=30) as answer:
        content: bytes = answer.read()
        return content


# --- the providers, asked directly


def at_mailchimp(office: BackOffice, address: str) -> list[dict[str, Any]]:
    """What each audience has of the address, archived members too."""
    base = f"{office.standins['mailchimp']}/3.0/lists"
    audiences = _asked(base, "key-us1")
    assert audiences is not None
    members = [
        _asked(f"{base}/{audience['id']}/members/{subscriber_hash(address)}", "key-us1")
        for audience in audiences["lists"]
    ]
    return [member for member in members if member is not None]


def at_stripe(office: BackOffice, path: str) -> dict[str, Any]:
    found = _asked(f"{office.standins['stripe']}/v1/{path}", "sk_test_of_a_test")
    assert found is not None
    return found


def _asked(url: str, key: str) -> dict[str, Any] | None:
    try:
        with urlopen(Request(url, headers={"Authorization": f"Bearer {key}"}), timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as refused:
        if refused.code == HTTPStatus.NOT_FOUND:
            return None
        raise
