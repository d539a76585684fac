"""contact@ from a message to a verified mailbox: what is asked, what goes out, what the pages and replies do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from privacy import letters
from privacy.domain.request import Item
from privacy.domain.request_effects import Effect, effects, owed
from privacy.domain.request_steps import Kind, Step
from privacy.inbound.pages.answering import answering
from privacy.inbound.pages.routes import Means, answer
from privacy.operations.identity.confirm_identity import Confirming
from privacy.operations.identity.prove_identity import Proving
from privacy.operations.letters.letter_links import LetterLinks
from privacy.operations.letters.send_letter import LetterSending
from privacy.operations.letters.write_letter import LetterWriting, Offices
from privacy.operations.requests.react_to_request import Reaction, react_to_request
from tests.fakes import MemoryEvidence, MemoryTokens
from tests.posting import Again, Post
from tests.requesting import CASE, POLICY, Desk
from tests.telling import PSEUDONYMS

OFFICES = Offices("contact@imera-paris.com", "service@example.org", "dpo@example.org")
PAGES = "https://pages.example.org"


class Outbox:
    """KeyQueue."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, str]] = []

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        self.sent += bodies


@dataclass
class House(Desk):
    """The desk, what reacts to it, what sends its letters, and its pages."""

    post: Post = field(default_factory=Post)
    again: Again = field(default_factory=Again)
    tokens: MemoryTokens = field(default_factory=MemoryTokens)
    drafts: Outbox = field(default_factory=Outbox)
    slot: timedelta = timedelta(0)
    evidence: MemoryEvidence = field(default_factory=MemoryEvidence)

    @property
    def reaction(self) -> Reaction:
        return Reaction(
            log=self.log,
            mails=self.mails,
            people=self.people,
            letters=Outbox(),
            drafts=self.drafts,
            carry_outs=Outbox(),
            pseudonyms=PSEUDONYMS,
            periods=POLICY.periods,
            record=self.ledger.append,
            cut=lambda raw, _: raw,
            now=lambda: self.now,
        )

    @property
    def sending(self) -> LetterSending:
        return LetterSending(
            log=self.log,
            letters=LetterWriting(
                book=letters.load(),
                controller=POLICY.controller,
                offices=OFFICES,
                mails=self.mails,
                names_in=lambda _: (),
                links=LetterLinks(self.tokens, lambda: PSEUDONYMS, PAGES),
            ),
            mailer=self.post,
            again=self.again,
            periods=POLICY.periods,
            pseudonyms=lambda: PSEUDONYMS,
            now=lambda: self.now,
            slot=self.slot,
        )

    def works(self, id_: str = CASE) -> list[str]:
        """Everything owed is done, but what waits; the letters that went."""
        sent = []
        for _ in range(4):
            react_to_request(id_, self.reaction)
            due = [effect for effect in owed(self.case(id_)) if effect.letter]
            for each in [each for each in due if self.sending.send(id_, each.id) == "sent"]:
                sent.append(each.letter)
                self.does(Step(Kind.LETTER_DELIVERED, self.now, said={"effect": each.id}), id_)
        return sent

    @property
    def drafted(self) -> set[str]:
        """What was handed on to be drafted."""
        return {body["effect"] for body in self.drafts.sent}

    def item(self, id_: str, case: str = CASE) -> Item:
        item = self.case(case).item(id_)
        assert item is not None
        return item

    def letter(self, name: str, case: str = CASE) -> Effect:
        """The last of that name."""
        return [each for each in effects(self.case(case)).values() if each.letter == name][-1]

    def message(self, name: str, case: str = CASE) -> EmailMessage:
        """As it went."""
        sent = dict(zip((letter for _, _, letter, _ in self.post.taken), self.post.messages(), strict=True))
        return sent[f"{case}_{self.letter(name, case).id}"]

    def recipient(self, name: str, case: str = CASE) -> str:
        sent = {letter: recipient for _, recipient, letter, _ in self.post.taken}
        return sent[f"{case}_{self.letter(name, case).id}"]

    def secret(self, name: str = "IDENTITY_L1", case: str = CASE) -> str:
        """Of the link that went."""
        found = re.search(
            r"/(?:confirm|document)/([A-Za-z0-9_-]{43})", self.message(name, case).get_content()
        )
        assert found is not None
        return found[1]

    @property
    def proving(self) -> Proving:
        return Proving(self.tokens, self.log, self.evidence, POLICY, "", lambda: self.now)

    @property
    def confirming(self) -> Confirming:
        return Confirming(self.tokens, self.log, POLICY, lambda: self.now)

    def asks_page(self, method: str, page: str, secret: str, **more: Any) -> dict[str, Any]:
        unused = dict.fromkeys(Means._fields)
        own = {"confirming": lambda: self.confirming, "proving": lambda: self.proving}
        means = Means(**{**unused, **own})  # type: ignore[arg-type]
        event = {
            "routeKey": f"{method} /{page.replace('TOKEN', '{token}')}",
            "requestContext": {"domainName": "abc.execute-api.eu-west-3.amazonaws.com"},
            "pathParameters": {"token": secret},
            "headers": {"content-type": "application/x-www-form-urlencoded"},
            "body": "lang=en",
            "queryStringParameters": {"lang": "en"},
            **more,
        }
        return answering(lambda: POLICY.controller)(lambda event: answer(event, means))(event, None)

    def looks(self, secret: str) -> str:
        return str(self.asks_page("GET", "confirm/TOKEN", secret)["body"])

    def presses(self, secret: str, **more: Any) -> str:
        return str(self.asks_page("POST", "confirm/TOKEN", secret, **more)["body"])
