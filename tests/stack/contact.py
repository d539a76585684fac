"""contact@ as people and SES use it in these tests: mails in, and what stands in tables, outbox and logs afterwards."""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from cli.local.backoffice import CONTACT, BackOffice
from cli.local.mail.door import Mailbox, received
from privacy.domain.request import Request
from privacy.domain.request_effects import Effect, effects
from privacy.domain.request_fold import fold
from privacy.domain.request_steps import Kind
from privacy.outbound.dynamodb_requests import DynamoRequests

TABLES = ("ledger", "people", "registry", "requests")
NUMBERS = itertools.count(1)


def written(sender: str, subject: str, text: str, **headers: str) -> EmailMessage:
    """What somebody types into a mail program."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, CONTACT, subject
    message["Message-ID"] = f"<{next(NUMBERS)}.{secrets.token_hex(6)}@client.example.fr>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


@dataclass(frozen=True)
class Sent:
    """A message of ours in the outbox. letter: `<case>_<effect>`, its tag."""

    letter: str
    recipient: str
    message: EmailMessage

    @property
    def case(self) -> str:
        return self.letter.partition("_")[0]

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body else ""


@dataclass
class Contact:
    """The mailbox of one running back office. `look` before asking what there is: it stays what it was seen to be."""

    office: BackOffice
    cases: list[Request] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    # --- mails in

    def write(self, sender: str, subject: str, text: str, to: str = CONTACT, **headers: str) -> EmailMessage:
        message = written(sender, subject, text, **headers)
        self.office.send_mail(message, sender=parseaddr(sender)[1], to=to)
        return message

    def answer(self, sender: str, letter: Sent, text: str, **headers: str) -> None:
        """As a mail program answers: `Re:`, to Reply-To, the letter quoted below."""
        quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
        threads = {
            "In_Reply_To": str(letter.message["Message-ID"]),
            "References": str(letter.message["Message-ID"]),
        }
        body = f"{text}\n\nLe lun. 23 nov. 2026 à 10:00, iméra a écrit :\n\n{quoted}\n"
        to = str(letter.message["Reply-To"])
        self.write(sender, f"Re: {letter.message['Subject']}", body, to, **{**threads, **headers})

    def arrives(self, message: EmailMessage, *, at: datetime, mail_id: str = "") -> str:
        """SES took it then, and it lies in the bucket now. The mail's id."""
        mail_id = mail_id or secrets.token_hex(20)
        raw = received(
            message.as_bytes(policy=policy.SMTP),
            mailbox=Mailbox(CONTACT),
            mail_id=mail_id,
            peer="127.0.0.1",
            helo="client.example.fr",
            envelope_from=str(message["From"]),
            recipient=CONTACT,
            at=at,
        )
        self.office.aws("s3").put_object(Bucket=self.office.mail_bucket, Key=f"inbound/{mail_id}", Body=raw)
        return mail_id

    def announce(self, mail_id: str) -> None:
        """S3 tells of the object once more."""
        sqs = self.office.aws("sqs")
        urls = sqs.list_queues()["QueueUrls"]
        (url,) = (url for url in urls if "InboundMailQueue" in url)
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"key": f"inbound/{mail_id}"}))

    # --- what there is

    def look(self, seconds: float = 60.0) -> None:
        """Once nothing is left to do."""
        self.office.wait_until_idle(seconds)
        log = DynamoRequests(self.office.aws("dynamodb"), "imera-privacy-requests")
        pks = {item["pk"]["S"] for item in self.items("requests") if item["pk"]["S"].startswith("request#")}
        ids = [pk.removeprefix("request#") for pk in sorted(pks)]
        self.cases = [fold(id_, log.steps(id_)) for id_ in ids]
        state = self.office.shop.ask("ses", "state")
        self.sent = [
            Sent(
                next(iter(kept["tags"].values()), ""),
                kept["recipients"][0],
                message_from_bytes(
                    (self.office.state.outbox / kept["file"]).read_bytes(), policy=policy.default
                ),  # type: ignore[arg-type]
            )
            for kept in state["letters"]
        ]

    def items(self, table: str) -> Iterator[dict[str, Any]]:
        pages = (
            self.office.aws("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=f"imera-privacy-{table}", ConsistentRead=True)
        )
        return (item for page in pages for item in page["Items"])

    def of(self, address: str) -> list[Request]:
        """The cases that this address wrote first."""
        return [case for case in self.cases if case.address.lower() == address.lower()]

    def case(self, address: str) -> Request:
        """Their only one."""
        (found,) = self.of(address)
        return found

    def letters(self, case: Request, to: str | None = None) -> list[str]:
        """The letters of the case to its sender (or to somebody else), by name."""
        wanted = (to or case.address).lower()
        return sorted(name for sent, name in self._named(case) if sent.recipient.lower() == wanted)

    def letter(self, case: Request, name: str) -> Sent:
        """The letter of that name."""
        (found,) = (sent for sent, known_as in self._named(case) if known_as == name)
        return found

    def _named(self, case: Request) -> Iterator[tuple[Sent, str]]:
        """SES's events know less of a letter whose answer was lost: it is called as the case that owes it calls it."""
        names = {
            step.text("effect"): step.text("template") for step in case.steps if step.kind is Kind.LETTER_SENT
        }
        owed = effects(case)
        for sent in self.sent:
            if sent.case == case.id:
                id_ = sent.letter.partition("_")[2]
                yield sent, names.get(id_) or owed[id_].letter.lower()

    def effect(self, case: Request, prefix: str) -> Effect:
        (found,) = (effect for id_, effect in effects(case).items() if id_.startswith(prefix))
        return found

    def stored(self, mail_id: str) -> bytes:
        found = self.office.aws("s3").get_object(Bucket=self.office.mail_bucket, Key=f"inbound/{mail_id}")
        body: bytes = found["Body"].read()
        return body

    def everything_stored(self) -> bytes:
        """Every table, every mail and every letter."""
        tables = json.dumps([list(self.items(table)) for table in TABLES], default=str).encode()
        s3 = self.office.aws("s3")
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=self.office.mail_bucket)
        keys = [
            item["Key"] for page in pages for item in page.get("Contents", []) if item["Size"] < 1_000_000
        ]
        mails = b"".join(
            s3.get_object(Bucket=self.office.mail_bucket, Key=key)["Body"].read() for key in keys
        )
        return tables + mails + b"".join(path.read_bytes() for path in self.outbox)

    @property
    def outbox(self) -> list[Path]:
        return sorted(self.office.state.outbox.glob("*.eml"))

    @property
    def mail_ids(self) -> set[str]:
        pages = (
            self.office.aws("s3").get_paginator("list_objects_v2").paginate(Bucket=self.office.mail_bucket)
        )
        return {item["Key"].removeprefix("inbound/") for page in pages for item in page.get("Contents", [])}

    @property
    def queued(self) -> list[str]:
        """What the back office put into queues since its last snapshot, as the journal has it."""
        home = self.office.state.emulator / "state"
        journal = home / (home / "CURRENT").read_text().strip() / "journal"
        return [line for line in journal.read_text().splitlines() if '"sqs"' in line]
